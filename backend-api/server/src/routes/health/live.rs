//! `GET /healthz`

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, body = String)))]
pub async fn live() -> &'static str {
    "ok\n"
}
