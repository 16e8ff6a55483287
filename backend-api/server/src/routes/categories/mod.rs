//! Categories of one-key service.

mod get;
mod list;
mod publish;
mod withdraw;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(get))
        .add(endpoint!(publish))
        .add(endpoint!(withdraw))
}
