//! Evaluations, questionnaires and motions: a TOML file each, with its questions in it or in a CSV beside it.

mod adapter;
mod file;
mod questions;

pub(super) use adapter::Evaluations;
pub(in crate::import) use file::read;
