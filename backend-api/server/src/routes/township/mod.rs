//! The township's own names.

pub mod get;
pub mod replace;
