//! `portcullis explain`: what it says, how it ends, and that it is true.

mod agreement;
mod answers;
mod codes;
mod question;
mod samples;
