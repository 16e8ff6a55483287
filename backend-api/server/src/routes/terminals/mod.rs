//! Terminals as staff see them.

mod actions;
mod ask;
mod edit;
mod get;
mod list;
mod revoke;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(get))
        .add(endpoint!(edit))
        .add(endpoint!(revoke))
        .add(endpoint!(actions))
        .add(endpoint!(ask))
}
