//! How an evaluation came out: the turnout, then large bars with their figures in the order of the
//! form, and what was done about it.

mod controller;
mod layout;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::ResultScreen;
pub use layout::{Opens, Piece, PieceKind};
