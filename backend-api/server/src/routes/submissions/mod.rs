//! What villages send to be published.

mod create;
mod decline;
mod edit;
mod get;
mod give_back;
mod list;
mod picture;
mod take;
mod upload;
mod withdraw;

use std::sync::Arc;

use contract::submission::{Submission, SubmissionReason};
use store::versions::Seen;

use super::extract::up_to;
use super::problem::Answer;
use super::resource::{Resource, endpoint};
use super::versioned::Versioned;
use crate::app::App;
use crate::config::Limits;
use crate::services::kit::rights::Staff;
use crate::services::submissions::{self, Refusal};

/// The endpoints.
pub fn resource(limits: &Limits) -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(create))
        .add(up_to(limits.picture_bytes, endpoint!(upload)))
        .add(endpoint!(get))
        .add(endpoint!(edit))
        .add(endpoint!(picture))
        .add(endpoint!(take))
        .add(endpoint!(give_back))
        .add(endpoint!(decline))
        .add(endpoint!(withdraw))
}

async fn refuse(
    app: &Arc<App>,
    staff: Staff,
    (id, seen): (String, Seen),
    (refusal, reason): (Refusal, SubmissionReason),
) -> Answer<Versioned<Submission>> {
    let now_ms = app.now_ms();
    let refused = app
        .blocking(move |app| {
            let why = (refusal, reason.reason.as_str());
            let (refused, unused) =
                submissions::refuse(&app.store, &staff, (&id, seen), why, now_ms)?;
            unused.map_or(Ok(()), |upload| app.uploads.clear(&upload))?;
            Ok(refused)
        })
        .await?;
    Ok(Versioned::new(refused))
}
