//! Bulletins as staff write them.

mod cover_picture;
mod create;
mod edit;
mod get;
mod hand_back;
mod list;
mod preview;
mod publish;
mod submit;
mod withdraw;

use std::sync::Arc;

use contract::staff::StaffBulletin;
use store::versions::Seen;

use super::problem::Answer;
use super::resource::{Resource, endpoint};
use super::versioned::Versioned;
use crate::app::App;
use crate::services::bulletins::{self, Said, Step};
use crate::services::kit::rights::Staff;

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(create))
        .add(endpoint!(get))
        .add(endpoint!(edit))
        .add(endpoint!(submit))
        .add(endpoint!(hand_back))
        .add(endpoint!(publish))
        .add(endpoint!(withdraw))
        .add(endpoint!(preview))
        .add(endpoint!(cover_picture))
}

async fn take(
    app: &Arc<App>,
    staff: Staff,
    id: String,
    seen: Seen,
    step: Step,
    said: Said,
) -> Answer<Versioned<StaffBulletin>> {
    let now_ms = app.now_ms();
    let taken = app
        .blocking(move |app| bulletins::step(&app.store, &staff, &id, seen, step, said, now_ms))
        .await?;
    Ok(Versioned::new(taken))
}
