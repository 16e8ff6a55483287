//! Pictures for bulletins.

pub mod upload;
