//! Clients that abuse HTTP/2, against the real binary: each is stopped or held up, costs little memory, and no honest
//! client notices.

mod besieged;
mod bodies;
mod control;
mod heads;
mod patient;
mod streams;
mod tiny_frames;
mod windows;
