//! Staff: accounts, sessions, second factors.

mod accounts;
pub(super) mod cookie;
mod me;
mod password;
mod rules;
mod sessions;
mod sign_in;
mod sign_out;
mod totp;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(sign_in))
        .add(endpoint!(rules))
        .add(endpoint!(password))
        .add(endpoint!(me))
        .add(endpoint!(sign_out))
        .with(accounts::resource())
        .with(sessions::resource())
        .with(totp::resource())
}
