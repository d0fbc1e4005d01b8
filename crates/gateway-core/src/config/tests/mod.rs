//! What an operator sees, for every kind of error, and what decoding does with many of them.

mod each;
mod sample;
mod together;
