//! A terminal about itself.

pub mod get;
pub mod progress;
