//! The audit log.

mod list;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new().add(endpoint!(list))
}
