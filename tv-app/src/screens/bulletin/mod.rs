//! One bulletin: its text, tables and pictures.

mod controller;
mod layout;
pub mod view;

pub use controller::{BulletinScreen, find_block};
pub use layout::{CELL_PADDING, Cell, Opens, Piece, PieceKind, column_widths};
