//! What an upstream of the file may say, and how it is told what it may not.

mod admission;
mod balance;
mod endpoints;
mod whole;
