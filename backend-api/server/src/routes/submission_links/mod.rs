//! Pages for one telephone from which villages send something to be published.

mod create;
mod state;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new().add(endpoint!(create)).add(endpoint!(state))
}
