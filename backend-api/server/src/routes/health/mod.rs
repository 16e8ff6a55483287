//! For operators.

mod live;
mod metrics;
mod ready;

use super::resource::{Resource, endpoint};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(live))
        .add(endpoint!(ready))
        .add(endpoint!(metrics))
}
