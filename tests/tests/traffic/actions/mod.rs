//! What routes do with requests: answer, point elsewhere, rewrite, divide, copy.

mod answers;
mod crowd;
mod mirror;
mod redirect;
mod rewrite;
mod split;
mod sticky;
mod wrapping;
