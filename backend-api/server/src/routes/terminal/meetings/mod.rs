//! A terminal in a live meeting.

mod hand;
mod join;
mod leave;
mod picture;
mod place;

use super::super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(join))
        .add(endpoint!(leave))
        .add(endpoint!(place))
        .add(endpoint!(hand))
        .add(endpoint!(picture))
}
