//! Stored files.

pub mod get;
