//! Accounts of the own subtree.

mod change;
mod create;
mod disable;
mod enable;
mod get;
mod hand_over;
mod hands;
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
        .add(endpoint!(hands))
        .add(endpoint!(hand_over))
        .add(endpoint!(enable))
        .add(endpoint!(password))
        .add(endpoint!(totp))
}
