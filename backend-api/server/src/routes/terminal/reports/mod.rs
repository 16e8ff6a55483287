//! Confidential reports of a terminal. None of them is in any list of it.

mod follow;
mod judge;
mod report;

use super::super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(report))
        .add(endpoint!(follow))
        .add(endpoint!(judge))
}
