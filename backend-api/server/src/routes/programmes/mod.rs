//! Programmes as staff see them.

mod list;
mod withdraw;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(withdraw))
}
