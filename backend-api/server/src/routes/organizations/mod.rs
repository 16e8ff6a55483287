//! The tree of organizations.

mod create;
mod import;
mod list;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(create))
        .add(endpoint!(import))
}
