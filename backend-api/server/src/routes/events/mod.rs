//! Server-sent events.

pub mod get;
