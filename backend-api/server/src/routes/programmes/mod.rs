//! Programmes as staff see them.

pub mod list;
pub mod withdraw;
