//! Accounts of the own subtree.

mod change;
mod create;
mod disable;
mod enable;
mod get;
mod list;
mod password;
mod totp;

use super::super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(create))
        .add(endpoint!(get))
        .add(endpoint!(change))
        .add(endpoint!(disable))
        .add(endpoint!(enable))
        .add(endpoint!(password))
        .add(endpoint!(totp))
}
