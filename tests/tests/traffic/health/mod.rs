//! Health checks of real servers.

mod asked;
mod by_grpc;
mod by_http;
