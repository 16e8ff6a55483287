//! The working calendar.

mod get;
mod replace;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new().add(endpoint!(get)).add(endpoint!(replace))
}
