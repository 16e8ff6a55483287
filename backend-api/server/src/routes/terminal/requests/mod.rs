//! What is asked at a TV, and what its people say of the answers.

mod add;
mod all;
mod ask;
mod judge;
mod withdraw;

use super::super::extract::up_to;
use super::super::resource::{Resource, endpoint};
use crate::app::App;
use crate::services::requests::asking::Parts;

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

/// What the service needs of the server.
fn parts(app: &App) -> Parts {
    Parts {
        store: app.store.clone(),
        vault: std::sync::Arc::clone(&app.vault),
        limits: std::sync::Arc::clone(&app.limits),
        attachments: app.attachments.clone(),
    }
}
