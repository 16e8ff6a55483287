//! Households: the people who share one TV.

mod create;
mod delete;
mod edit;
mod get;
mod import;
mod list;

use super::extract::up_to;
use super::resource::{Resource, endpoint};
use crate::import::register::people::MAX_BYTES;

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(create))
        .add(up_to(MAX_BYTES, endpoint!(import)))
        .add(endpoint!(get))
        .add(endpoint!(edit))
        .add(endpoint!(delete))
}
