//! Clients that others have written: curl and h2load.

mod curl;
mod h2load;
mod uploads;
