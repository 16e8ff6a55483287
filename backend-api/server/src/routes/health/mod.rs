//! For operators.

pub mod live;
pub mod metrics;
pub mod ready;
