//! `PATCH /api/v1/uploads/{id}`

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use contract::error::ErrorCode;

use super::super::extract::{Path, StaffAuth};
use super::super::pace::{Paced, Progress};
use super::super::problem::{Answer, Refusal};
use super::tus::{self, Spoken};
use crate::app::App;
use crate::services::kit::error::ServiceError;
use crate::services::uploads::{Received, receive};

/// What a piece of a film is sent as.
const PIECE: &str = "application/offset+octet-stream";

/// Goes on with an upload where it stopped. It may take as long as it takes, but not come too slowly; what came
/// before it is cut counts.
#[utoipa::path(patch, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(("id" = String, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Offset" = u64, Header, description = "Bytes that are kept, as `HEAD` says")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream", description = "The bytes from there"),
    responses((status = 204, description = "They count", headers(("Upload-Offset" = u64, description = "Bytes that are kept"),
            ("Upload-Expires" = String, description = "When it is thrown away if nothing comes"))),
        (status = 401, body = contract::error::Problem, description = "Whoever sends may no longer"),
        (status = 404, body = contract::error::Problem),
        (status = 409, body = contract::error::Problem, description = "It goes on elsewhere"),
        (status = 415, body = contract::error::Problem),
        (status = 423, body = contract::error::Problem, description = "Somebody is at it"),
        (status = 503, body = contract::error::Problem, description = "It was cut, came too slowly, or the server stops"),
        (status = 507, body = contract::error::Problem, description = "`storage_full`")),
    security(("staff" = [])))]
pub async fn append(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Path(id): Path<String>,
    _: Spoken,
    sent: HeaderMap,
    request: Request,
) -> Answer<(StatusCode, HeaderMap)> {
    let kind = sent.get(header::CONTENT_TYPE).map(|it| it.as_bytes());
    if kind != Some(PIECE.as_bytes()) {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorCode::BadRequest,
            format!("影片的内容须为 {PIECE}。"),
        ));
    }
    let offset = tus::number(&sent, &tus::OFFSET)?;
    let (by, which) = (staff.clone(), id.clone());
    let writer = app
        .blocking(move |app| app.uploads.write(&by, &which, offset))
        .await?;
    let least = app.config.limits.film;
    let body = Paced::new(request.into_body(), least, Progress::new());
    let body = Body::new(body).into_data_stream();
    // What is there counts, also when whoever sent it is gone and nobody waits for this answer.
    let task = tokio::spawn(receive(writer, body, app.stopping.clone()));
    let received = task
        .await
        .map_err(|error| ServiceError::Internal(format!("task: {error}")))??;
    match received {
        Received::Whole(_) => {}
        Received::Cut(_) => {
            let words = "上传中断或者太慢，请接着传，已经传的不用重传。";
            return Err(Refusal::unavailable(words));
        }
        Received::Stopped(_) => {
            let words = "服务器正在重新启动，请稍后接着传，已经传的不用重传。";
            return Err(Refusal::unavailable(words));
        }
    }
    let upload = app
        .blocking(move |app| app.uploads.get(&staff, &id))
        .await?;
    let mut headers = tus::progress(&upload);
    headers.remove(tus::METADATA);
    headers.remove(tus::LENGTH);
    Ok((StatusCode::NO_CONTENT, headers))
}
