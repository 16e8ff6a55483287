//! What the server knows of this terminal alone, kept up to date: one loop, and a file for each
//! document that says what is particular about it. A new one is a file and a line in
//! [`register`].

mod duty;
mod evaluations;
mod keep;
mod people;
mod register;
mod requests;
mod roll_calls;
mod terminal;

pub(super) use self::duty::ask as ask_duty;
pub(super) use self::register::{run, told};
