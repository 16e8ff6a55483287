//! `POST /api/v1/uploads`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use contract::upload::Upload;

use super::super::extract::StaffAuth;
use super::super::problem::{Answer, Refusal};
use super::tus::{self, Metadata, Spoken};
use crate::app::App;
use crate::services::uploads::Wanted;

/// Begins an upload of so many bytes; the film is sent in pieces to what `Location` says.
#[utoipa::path(post, path = "/api/v1/uploads", tag = "uploads",
    params(("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Length" = u64, Header, description = "Bytes of the film, 10 GB at most"),
        ("Upload-Metadata" = Option<String>, Header,
            description = "`filename`, and `sha256` (64 hexadecimal digits) to compare the whole with, each with its value in Base64")),
    responses((status = 201, body = Upload, headers(("Location" = String, description = "Where it is sent to"),
            ("Upload-Expires" = String, description = "When it is thrown away if nothing comes"))),
        (status = 409, body = contract::error::Problem, description = "Too many are open"),
        (status = 422, body = contract::error::Problem),
        (status = 507, body = contract::error::Problem, description = "`storage_full`")),
    security(("staff" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    _: Spoken,
    sent: HeaderMap,
) -> Answer<(StatusCode, HeaderMap, axum::Json<Upload>)> {
    if sent.contains_key(tus::DEFER_LENGTH) {
        return Err(Refusal::bad_request("请一开始就写明文件的长度。"));
    }
    let bytes = tus::number(&sent, &tus::LENGTH)?;
    let Metadata { file_name, sha256 } = Metadata::read(&sent)?;
    let wanted = Wanted {
        file_name,
        bytes,
        sha256,
    };
    let now_ms = app.now_ms();
    let upload = app
        .blocking(move |app| app.uploads.create(&staff, &wanted, now_ms))
        .await?;
    let mut headers = tus::progress(&upload);
    let place = format!("{}/uploads/{}", contract::API_PREFIX, upload.id);
    if let Ok(place) = HeaderValue::try_from(place) {
        headers.insert(header::LOCATION, place);
    }
    Ok((StatusCode::CREATED, headers, axum::Json(upload)))
}
