//! The rules.

pub mod files;
pub mod pictures;
