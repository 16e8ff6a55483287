//! The own second factor (RFC 6238).

mod confirm;
mod offer;
mod remove;
mod renew;

use super::super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(offer))
        .add(endpoint!(remove))
        .add(endpoint!(confirm))
        .add(endpoint!(renew))
}
