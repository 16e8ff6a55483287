//! `POST /api/v1/meeting-series/plan`

use std::sync::Arc;

use axum::extract::State;
use contract::repeat::{SeriesPlan, SeriesWish};

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::meetings::series;

/// On which days meetings would be by a rule, and which of those the working calendar calls free. Nothing is
/// planned yet.
#[utoipa::path(post, path = "/api/v1/meeting-series/plan", tag = "meetings", request_body = SeriesWish,
    responses((status = 200, body = SeriesPlan), (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn plan(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(wish): Json<SeriesWish>,
) -> Answer<axum::Json<SeriesPlan>> {
    let now_ms = app.now_ms();
    let found = app
        .blocking(move |app| series::days(&app.store, &staff, &wish, now_ms))
        .await?;
    Ok(axum::Json(found))
}
