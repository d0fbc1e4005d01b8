//! Upstreams that close a connection right after an answer that promised to keep it: a request that meets the end of
//! a connection is sent again over another, and none is made twice.

mod closing;
mod load;
mod python;
