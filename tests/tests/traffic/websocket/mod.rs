//! WebSocket through the gateway: Python's websockets on both sides, over HTTP/1.1, and over HTTP/2 by bridges; and
//! handshakes by the byte.

mod client_bridge;
mod conversations;
mod drain;
mod handshakes;
mod pipe;
mod refusals;
mod served;
mod server_bridge;
