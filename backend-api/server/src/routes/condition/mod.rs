//! How the server itself is.

mod confirm_clock;
mod get;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(get))
        .add(endpoint!(confirm_clock))
}
