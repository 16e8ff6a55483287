//! What people ask, for the staff who answer.

mod acts;
mod get;
mod list;
mod reveal;
mod statistics;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(statistics))
        .add(endpoint!(get))
        .add(endpoint!(acts))
        .add(endpoint!(reveal))
}
