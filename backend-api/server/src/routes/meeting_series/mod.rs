//! Meetings that are held again and again.

mod create;
mod plan;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new().add(endpoint!(create)).add(endpoint!(plan))
}
