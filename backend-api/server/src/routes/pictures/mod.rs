//! Pictures for bulletins.

mod upload;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::UtoipaMethodRouterExt as _;

use super::resource::{Resource, endpoint};
use crate::config::Limits;

/// The endpoints.
pub fn resource(limits: &Limits) -> Resource {
    let bytes = DefaultBodyLimit::max(limits.picture_bytes);
    Resource::new().add(endpoint!(upload).layer(bytes))
}
