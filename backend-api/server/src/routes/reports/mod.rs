//! Reports.

pub mod attendance;
