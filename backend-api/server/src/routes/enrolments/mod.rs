//! Staff admit boxes.

mod approve;
mod decline;
mod households;
mod list;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(households))
        .add(endpoint!(approve))
        .add(endpoint!(decline))
}
