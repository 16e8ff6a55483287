//! Terminals as staff see them.

pub mod edit;
pub mod list;
pub mod revoke;
