//! The backend: routes parse and answer, [`services`] hold the rules, the store holds the SQL.
//!
//! - [`routes`]: one small file an endpoint
//! - [`services`]: the rules; they know neither axum nor SQL drivers
//! - [`import`]: a folder written by hand becomes bulletins and programmes
//! - [`config`]: what can be set
//! - `front`: connections, their bounds and TLS
//! - [`cli`]: the commands of the binary
//!
//! [`Server::start`] runs it inside any process, with the settings of [`Config::local`] for a folder;
//! the tests do.

pub mod app;
mod background;
pub mod cli;
pub mod clock;
pub mod config;
mod front;
pub mod import;
pub mod routes;
mod server;
pub mod services;
pub mod telemetry;
pub mod timekeeper;

pub use config::Config;
pub use server::{RunningServer, Server, ServerError};
