//! `POST /api/v1/organizations`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use contract::organization::{Organization, OrganizationKind};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::extract::{Json, StaffAuth};
use super::super::problem::Answer;
use crate::app::App;
use crate::services::organizations;

/// A new node of the tree.
#[derive(Debug, Deserialize, ToSchema)]
pub struct OrganizationDraft {
    /// Code of the node above.
    parent_code: String,
    /// Kind of node; must be below its parent's.
    kind: OrganizationKind,
    /// Short code, unique.
    code: String,
    /// Name as shown on screens.
    name: String,
}

/// Creates an organization inside the own subtree.
#[utoipa::path(post, path = "/api/v1/organizations", tag = "organizations",
    request_body = OrganizationDraft,
    responses((status = 201, body = Organization),
        (status = 409, body = contract::error::Problem, description = "The code is taken"),
        (status = 422, body = contract::error::Problem)),
    security(("staff" = [])))]
pub async fn create(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    Json(draft): Json<OrganizationDraft>,
) -> Answer<(StatusCode, axum::Json<Organization>)> {
    let now_ms = app.now_ms();
    let draft = organizations::OrganizationDraft {
        parent_code: Some(draft.parent_code),
        kind: draft.kind,
        code: draft.code,
        name: draft.name.trim().to_owned(),
    };
    let created = app
        .blocking(move |app| organizations::create(&app.store, &staff, draft, now_ms))
        .await?;
    Ok((StatusCode::CREATED, axum::Json(created)))
}
