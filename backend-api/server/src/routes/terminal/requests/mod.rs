//! What is asked at a TV, and what its people say of the answers.

mod act;
mod add;
mod all;
mod ask;
mod judge;
mod withdraw;

use super::super::extract::up_to;
use super::super::resource::{Resource, endpoint};

/// The largest body with a recording in it, in bytes: 512 KiB in Base64, and the words beside it.
const MOST: usize = 800 * 1024;

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(all))
        .add(up_to(MOST, endpoint!(ask)))
        .add(endpoint!(judge))
        .add(up_to(MOST, endpoint!(add)))
        .add(endpoint!(withdraw))
}
