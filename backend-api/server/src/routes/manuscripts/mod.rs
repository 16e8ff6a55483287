//! Files of office programs that become the text of bulletins.

mod turn;

use super::extract::up_to;
use super::resource::{Resource, endpoint};
use crate::services::manuscripts::MAX_BYTES;

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new().add(up_to(MAX_BYTES, endpoint!(turn)))
}
