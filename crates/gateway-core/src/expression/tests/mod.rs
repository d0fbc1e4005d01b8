//! Expressions from source to value.

mod refusals;
mod sample;
mod values;
