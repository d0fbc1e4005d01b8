//! HTTP/1 clients on raw sockets: what they are told, and what becomes of their connections.

mod closing;
mod early_answers;
mod old_clients;
mod refusals;
