//! The readers of what people write, each by itself: bytes in, what was understood and the complaints
//! out. For whoever attacks them (the fuzz targets); the import composes them with what is known.

use contract::form::Form;
use contract::member::RowComplaint;

use super::complaint::{Complaint, Complaints};
pub use super::markdown::Piece;
pub use super::register::people::Sheet;
pub use super::table::Csv;
use super::{markdown, register, table, text};

/// The text of a file in whichever encoding an office saves it; `None` if it is not text.
#[must_use]
pub fn text(bytes: &[u8]) -> Option<String> {
    text::decode(bytes).ok()
}

/// A CSV file.
#[must_use]
pub fn csv(text: &str) -> (Csv, Vec<Complaint>) {
    let mut complaints = Complaints::about("");
    let csv = table::read_csv(text, &mut complaints);
    (csv, complaints.into_vec())
}

/// The text of a bulletin.
#[must_use]
pub fn markdown(text: &str) -> (Vec<Piece>, Vec<Complaint>) {
    let mut complaints = Complaints::about("");
    let pieces = markdown::parse(text, 1, &mut complaints);
    (pieces, complaints.into_vec())
}

/// A list of people or households: CSV or XLSX.
///
/// # Errors
/// A complaint that says what to do, if nothing of it can be used.
pub fn sheet(bytes: &[u8]) -> Result<Sheet, RowComplaint> {
    register::people::read_sheet(bytes)
}

/// An evaluation, and the table of its questions, which may be empty if they stand in it.
#[must_use]
pub fn form(text: &str, table: &str) -> (Option<Form>, Vec<Complaint>) {
    register::evaluations::read(text, table)
}
