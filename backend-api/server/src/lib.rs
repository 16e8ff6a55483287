//! The backend: routes parse and answer, [`services`] hold the rules, the store holds the SQL.
//!
//! - [`routes`]: one small file an endpoint
//! - [`services`]: the rules; they know neither axum nor SQL drivers
//! - [`import`]: a folder written by hand becomes bulletins and programmes
//! - [`cli`]: the commands of the binary

pub mod cli;
pub mod clock;
pub mod config;
pub mod import;
pub mod routes;
pub mod services;
