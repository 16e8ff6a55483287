//! What an evaluation is about, until when, and who of this TV may take part (我能投吗).

mod controller;
mod layout;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::EvaluationScreen;
pub use layout::{Leads, Opens, Piece, PieceKind, Times};
