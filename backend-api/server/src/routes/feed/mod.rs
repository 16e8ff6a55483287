//! Changes for terminals.

pub mod get;
