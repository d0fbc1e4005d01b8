//! Whole outages and overloads, played through with a clock of their own and fixed seeds.

mod breaker;
mod overload;
mod world;
