//! End-to-end tests live in `tests/`. Here is what they run beside the gateway and what is ours:
//! [`scripted`], an upstream as a process of its own.

pub mod scripted;
