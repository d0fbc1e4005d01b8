//! More clients than there is room for.

mod admin;
mod answering;
mod files;
mod seats;
