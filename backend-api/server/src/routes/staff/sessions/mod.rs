//! Sessions that have not ended.

mod list;
mod revoke;

use super::super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new().add(endpoint!(list)).add(endpoint!(revoke))
}
