//! HTTP endpoints.

pub mod problem;
