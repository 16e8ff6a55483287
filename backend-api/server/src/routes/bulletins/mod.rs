//! Bulletins as staff write them.

mod create;
mod edit;
mod get;
mod hand_back;
mod list;
mod publish;
mod submit;
mod withdraw;

use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use contract::staff::StaffBulletin;

use super::problem::Answer;
use super::resource::{Resource, endpoint};
use crate::app::App;
use crate::services::bulletins::{self, Step};
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
}

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
        .blocking(move |app| bulletins::step(&app.store, &staff, &id, version, step, now_ms))
        .await?;
    Ok(Versioned(taken))
}
