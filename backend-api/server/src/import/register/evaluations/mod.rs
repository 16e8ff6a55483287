//! Evaluations, questionnaires and motions: a TOML file each, with its questions in it or in a CSV beside it.

mod adapter;
mod file;
mod questions;
mod sent;

#[cfg(test)]
mod tests;

pub(super) use adapter::Evaluations;
pub(in super::super) use file::read;
pub use sent::read_questions;
