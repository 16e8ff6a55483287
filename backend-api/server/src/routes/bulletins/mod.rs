//! Bulletins as staff write them.

pub mod create;
pub mod edit;
pub mod get;
pub mod hand_back;
pub mod list;
pub mod publish;
pub mod submit;
pub mod withdraw;

use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use contract::staff::StaffBulletin;

use super::problem::Answer;
use crate::app::App;
use crate::services::bulletins::{self, Step};
use crate::services::rights::Staff;

/// A bulletin with its version as `ETag`, to be sent back as `If-Match`.
pub struct Versioned(pub StaffBulletin);

impl IntoResponse for Versioned {
    fn into_response(self) -> Response {
        let etag = HeaderValue::from_str(&format!("\"{}\"", self.0.version));
        let mut response = Json(self.0).into_response();
        if let Ok(etag) = etag {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

async fn take(
    app: &Arc<App>,
    staff: Staff,
    id: String,
    version: i64,
    step: Step,
) -> Answer<Versioned> {
    let now_ms = app.now_ms();
    let taken = app
        .publishing(move |app| bulletins::step(&app.store, &staff, &id, version, step, now_ms))
        .await?;
    Ok(Versioned(taken))
}
