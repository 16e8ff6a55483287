//! `POST /api/v1/submissions/{id}/take`

use std::sync::Arc;

use axum::extract::State;
use contract::submission::{Submission, SubmissionTake};

use super::super::extract::{Json, Path, StaffAuth};
use super::super::problem::{Answer, Refusal};
use super::super::versioned::{IfMatch, Versioned};
use crate::app::App;
use crate::services::kit::error::ServiceError;
use crate::services::{pictures, submissions};

/// Makes a draft of a submission: of one with a film a programme, otherwise a bulletin with its pictures. The draft
/// is edited and published as any other.
#[utoipa::path(post, path = "/api/v1/submissions/{id}/take", tag = "submissions",
    params(("id" = String, Path, description = "The submission"),
        ("If-Match" = String, Header, description = "The version that was seen")),
    request_body = SubmissionTake,
    responses((status = 200, body = Submission, headers(("ETag" = String, description = "The version"))),
        (status = 409, body = contract::error::Problem, description = "It does not wait"),
        (status = 412, body = contract::error::Problem, description = "`stale`"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn take(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    IfMatch(seen): IfMatch,
    Json(wanted): Json<SubmissionTake>,
) -> Answer<Versioned<Submission>> {
    let (by, which) = (staff.clone(), id.clone());
    let sent = app
        .blocking(move |app| submissions::pictures_of(&app.asking(), &by, &which, seen))
        .await?;
    let mut stored = Vec::with_capacity(sent.len());
    for bytes in sent {
        // Scaling takes a core for up to a second and memory by the megapixel.
        let turn = app
            .hashing
            .acquire()
            .await
            .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
        let prepared = app
            .blocking(move |_| Ok(pictures::prepare(&bytes)?))
            .await?;
        drop(turn);
        let picture = pictures::store(&app.files, prepared, "")
            .await
            .map_err(ServiceError::from)?;
        stored.push(picture);
    }
    let now_ms = app.now_ms();
    let taken = app
        .blocking(move |app| {
            let made = (wanted, stored);
            submissions::take(&app.store, &staff, (&id, seen), made, now_ms)
        })
        .await?;
    app.films.wake();
    Ok(Versioned::new(taken))
}
