//! `GET /readyz`

use std::sync::Arc;

use axum::extract::State;

use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::services::backup;
use crate::services::kit::error::{ServiceError, chain};

/// The database answers and the files folder can be written to. Says how old the last good
/// backup is and how each background task is doing.
#[utoipa::path(get, path = "/readyz", tag = "operation",
    responses((status = 200, body = String), (status = 503, body = contract::error::Problem)))]
pub async fn ready(State(app): State<Arc<App>>) -> Answer<String> {
    let not_ready = |title: &str, error: ServiceError| {
        tracing::warn!(error = chain(&error), "not ready");
        Refusal::unavailable(title)
    };
    if app.stopping.is_cancelled() {
        return Err(Refusal::unavailable("服务正在停止。"));
    }
    app.blocking(|app| Ok(app.store.ping()?))
        .await
        .map_err(|error| not_ready("数据库暂时不可用。", error))?;
    app.files
        .check_writable()
        .await
        .map_err(|error| not_ready("文件夹暂时不能写入。", error.into()))?;
    let now_ms = app.now_ms();
    let age = app
        .blocking(move |app| Ok(backup::last(&app.config.data_dir).map(|at_ms| now_ms - at_ms)))
        .await?;
    let said = match age {
        Some(age_ms) => format!("ok\nlast backup {} h ago\n", age_ms.max(0) / 3_600_000),
        None => "ok\nno backup yet\n".to_owned(),
    };
    Ok(said + &app.tasks.report())
}
