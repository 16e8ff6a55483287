//! The page of an organization: who leads it, what it is, what it published and what it holds.

mod controller;
mod layout;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::BranchScreen;
pub use layout::{Heading, Opens, Piece, PieceKind};
