//! Sessions that have not ended.

pub mod list;
pub mod revoke;
