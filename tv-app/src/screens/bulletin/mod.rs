//! One bulletin: its text, tables and pictures, page by page.

mod controller;
mod head;
mod layout;
pub mod view;

pub use controller::BulletinScreen;
pub use head::Head;
pub use layout::{Opens, Piece, PieceKind};

#[cfg(test)]
mod tests;
