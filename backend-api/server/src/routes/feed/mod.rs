//! Changes for terminals.

mod get;

use tower_http::compression::CompressionLayer;
use utoipa_axum::router::UtoipaMethodRouterExt as _;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new().add(endpoint!(get).layer(CompressionLayer::new()))
}
