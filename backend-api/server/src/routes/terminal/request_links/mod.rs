//! Pages for one telephone, whose address a terminal shows.

mod create;
mod state;

use super::super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new().add(endpoint!(create)).add(endpoint!(state))
}
