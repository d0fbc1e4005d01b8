//! Hostile heads, by the byte: what is refused, what is made harmless, and what becomes of the connection.

mod canonical;
mod expect;
mod framing;
mod http2;
mod made_harmless;
mod probe;
mod refusal;
mod targets;
