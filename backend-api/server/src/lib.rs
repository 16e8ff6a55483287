//! The backend: routes parse and answer, [`services`] hold the rules, the store holds the SQL.
//!
//! - [`routes`]: one small file an endpoint
//! - [`services`]: the rules; they know neither axum nor SQL drivers
//! - [`import`]: a folder written by hand becomes bulletins and programmes
//! - [`config`]: what can be set
//! - [`cli`]: the commands of the binary
//!
//! [`Server::start`] runs it inside any process, e.g. a test:
//!
//! ```no_run
//! # async fn run() -> Result<(), backend_api::ServerError> {
//! use backend_api::{Config, Server};
//! let server = Server::start(Config::local(std::path::Path::new("/srv/data"))).await?;
//! println!("{}", server.url());
//! server.stop().await;
//! # Ok(()) }
//! ```

pub mod app;
mod background;
pub mod cli;
pub mod clock;
pub mod config;
pub mod import;
pub mod routes;
mod server;
pub mod services;
pub mod telemetry;

pub use config::Config;
pub use server::{RunningServer, Server, ServerError};
