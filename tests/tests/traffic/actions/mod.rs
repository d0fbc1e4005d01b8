//! What routes do with requests: answer, point elsewhere, rewrite, divide, copy, finish.

mod answers;
mod class;
mod crowd;
mod finish;
mod mirror;
mod redirect;
mod retry;
mod rewrite;
mod split;
mod sticky;
mod wrapping;
