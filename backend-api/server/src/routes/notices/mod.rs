//! What staff should look at.

pub mod list;
pub mod seen;
