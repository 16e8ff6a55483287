//! Duty rooms: what they are, and looking into them.

mod create;
mod delete;
mod edit;
mod get;
mod list;
mod log;
mod open;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(create))
        .add(endpoint!(get))
        .add(endpoint!(edit))
        .add(endpoint!(delete))
        .add(endpoint!(log))
        .add(endpoint!(open))
}
