//! Reports.

mod attendance;
mod form;
mod requests;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(attendance))
        .add(endpoint!(requests))
}
