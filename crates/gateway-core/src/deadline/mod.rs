//! By when something must have happened: moments, and the one timer of a connection that keeps them.

mod after;
mod alarm;
mod end_of_life;

pub use after::after;
pub use alarm::{Alarm, Guarded};
pub use end_of_life::end_of_life;
