//! Hostile requests before servers that parse otherwise than we do: each sees one request in them, or none.

mod body_framing;
mod chunks;
mod corpus;
mod heads;
mod one_or_none;
mod parser;
mod stream_breaks;
mod stream_framing;
mod stream_heads;
mod streams;
