//! `GET /api/v1/staff/sign-in`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::staff::SignInRules;

use crate::app::App;
use crate::config::AskedOf;

/// What whoever signs in should know before.
#[utoipa::path(get, path = "/api/v1/staff/sign-in", tag = "staff",
    responses((status = 200, body = SignInRules)))]
pub async fn rules(State(app): State<Arc<App>>) -> Json<SignInRules> {
    Json(SignInRules {
        without_second_factor: app.config.sessions.second_factor == AskedOf::Nobody,
    })
}
