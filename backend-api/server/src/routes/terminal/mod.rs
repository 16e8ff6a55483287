//! A terminal about itself.

pub mod get;
pub mod progress;
pub mod roll_calls;
pub mod sign_in;
