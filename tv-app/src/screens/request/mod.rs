//! One thing that was asked: how it stands, everything that happened to it, and what its asker can say.

mod attached;
mod controller;
mod layout;
mod part;
mod saying;
#[cfg(test)]
pub(crate) mod tests;
pub(super) mod view;

pub use attached::{Attached, Stage, Trouble};
pub use controller::RequestScreen;
pub use layout::{Heading, Opens, Piece, PieceKind};
pub use part::{Choice, Left, Part, Step};
