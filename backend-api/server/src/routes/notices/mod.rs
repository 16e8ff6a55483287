//! What staff should look at.

mod list;
mod seen;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new().add(endpoint!(list)).add(endpoint!(seen))
}
