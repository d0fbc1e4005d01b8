//! The documentation says what is: its files load, its code compiles and runs, its commands print what it
//! shows, its table of codes is complete, its links lead somewhere.

#![expect(clippy::unwrap_used, reason = "what goes wrong here fails a test")]

mod codes;
mod commands;
mod document;
mod files;
mod links;
mod metrics;
mod quotations;
mod quoted;
mod repository;
mod wire_tests;
