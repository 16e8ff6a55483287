//! What tables are laid out of, inside a text and on a screen of their own.

use contract::bulletin::{Block, Table};

use crate::screens::Context;
use crate::screens::typeset::Typesetter;
use crate::spoken::row as said_row;

/// Space on both sides of a cell's text.
pub const CELL_PADDING: f32 = 12.0;
/// What the first cell of a row says when the row sums up others, or is what is left of them
/// (docs/CONTENT.md).
const SUMS: &str = include_str!("sums.txt");

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// Left edge.
    pub x: f32,
    /// Width.
    pub width: f32,
    /// Holds a number and is set flush right.
    pub numeric: bool,
}

/// Whether a row is a sum of others.
#[must_use]
pub fn is_sum(row: &[String]) -> bool {
    row.first()
        .is_some_and(|name| SUMS.lines().any(|sum| name.contains(sum)))
}

/// A row as it is read aloud.
#[must_use]
pub fn spoken(table: &Table, row: &[String]) -> String {
    said_row(&table.header, row)
}

/// Widths of a table's columns, padding included: as wide as their widest cell.
#[must_use]
pub fn natural_widths(table: &Table, typesetter: &Typesetter, size: f32) -> Vec<f32> {
    (0..table.header.len())
        .map(|column| {
            let cells = table
                .rows
                .iter()
                .filter_map(|row| row.get(column))
                .chain(table.header.get(column));
            let widest = cells
                .map(|text| typesetter.width(text, size))
                .fold(0.0, f32::max);
            // What is bold is a little wider.
            ((widest * 1.06).ceil() + 2.0 * CELL_PADDING + 4.0).max(size * 2.0)
        })
        .collect()
}

/// The block of a bulletin with this index.
#[must_use]
pub fn find_block(context: &Context<'_>, id: &str, block: usize) -> Option<Block> {
    context.cache.bulletin(id)?.body.into_iter().nth(block)
}
