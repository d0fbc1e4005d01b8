//! How connections and the gateway itself come to their end.

mod deadlines;
mod ends;
mod operated;
mod phases;
mod readers;
