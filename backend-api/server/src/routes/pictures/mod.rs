//! Pictures for bulletins.

mod upload;

use super::extract::up_to;
use super::resource::{Resource, endpoint};
use crate::config::Limits;

/// The endpoints.
pub fn resource(limits: &Limits) -> Resource {
    Resource::new().add(up_to(limits.picture_bytes, endpoint!(upload)))
}
