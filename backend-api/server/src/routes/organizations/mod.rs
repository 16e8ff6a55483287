//! The tree of organizations.

mod create;
mod list;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new().add(endpoint!(list)).add(endpoint!(create))
}
