//! Setting a new installation up.

mod claim;
mod state;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new().add(endpoint!(state)).add(endpoint!(claim))
}
