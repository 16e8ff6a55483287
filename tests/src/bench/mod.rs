//! The figures of `make bench`. Each scenario with a screen is a process of its own, because a
//! process has one screen, and because memory and processor time are then the scenario's alone.

pub mod ballots;
pub mod burst;
pub mod cluster;
pub mod console;
pub mod fanout;
pub mod figures;
pub mod fixture;
mod glass;
pub mod keys;
pub mod live;
pub mod roll_call;
pub mod server;
pub mod start;
pub mod television;
pub mod video;
mod wait;
