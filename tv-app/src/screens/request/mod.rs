//! One thing that was asked: how it stands, everything that happened to it, and what its asker can say.

mod controller;
mod layout;
mod part;
#[cfg(test)]
mod tests;
pub(super) mod view;

pub use controller::RequestScreen;
pub use layout::{Heading, Opens, Piece, PieceKind};
pub use part::{Choice, Left, Part, Step};
