//! Programmes as staff make and see them.

mod create;
mod edit;
mod film;
mod get;
mod list;
mod preview;
mod publish;
mod still;
mod withdraw;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(create))
        .add(endpoint!(get))
        .add(endpoint!(edit))
        .add(endpoint!(publish))
        .add(endpoint!(film))
        .add(endpoint!(withdraw))
        .add(endpoint!(still))
        .add(endpoint!(preview))
}
