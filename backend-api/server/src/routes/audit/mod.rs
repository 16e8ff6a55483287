//! The audit log.

mod head;
mod list;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new().add(endpoint!(list)).add(endpoint!(head))
}
