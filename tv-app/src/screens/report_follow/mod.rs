//! How a confidential report stands, by its number and PIN: asked at once, shown, and gone without a trace.

mod controller;
mod layout;
#[cfg(test)]
mod tests;
mod view;

pub use controller::{Failure, ReportFollow, Step};
pub use layout::{Piece, PieceKind};
