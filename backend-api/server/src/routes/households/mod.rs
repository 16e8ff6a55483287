//! Households: the people who share one TV.

mod create;
mod delete;
mod edit;
mod get;
mod import;
mod list;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::UtoipaMethodRouterExt as _;

use super::resource::{Resource, endpoint};
use crate::import::people::MAX_BYTES;

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(create))
        .add(endpoint!(import).layer(DefaultBodyLimit::max(MAX_BYTES)))
        .add(endpoint!(get))
        .add(endpoint!(edit))
        .add(endpoint!(delete))
}
