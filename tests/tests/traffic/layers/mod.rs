//! Layers from a file, over HTTP.

mod consumers;
mod credentials;
mod limits;
mod modes;
