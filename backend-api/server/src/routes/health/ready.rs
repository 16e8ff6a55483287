//! `GET /readyz`

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;

use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::services::backup;
use crate::services::kit::error::{ServiceError, chain};

/// How long database and disk may take to answer.
const WITHIN: Duration = Duration::from_millis(1_500);

/// The database answers and the files folder can be written to. Says how old the last good backup is. Answers
/// within two seconds, also while they hang.
#[utoipa::path(get, path = "/readyz", tag = "operation",
    responses((status = 200, body = String), (status = 503, body = contract::error::Problem)))]
pub async fn ready(State(app): State<Arc<App>>) -> Answer<String> {
    let looking = async move {
        // One look at a time: what hangs holds one thread, not one for each who asks.
        let turn = Arc::clone(&app.readiness).lock_owned().await;
        let look = tokio::spawn(async move {
            let _turn = turn;
            look(app).await
        });
        look.await.unwrap_or_else(|_| Err(Refusal::internal()))
    };
    tokio::time::timeout(WITHIN, looking)
        .await
        .unwrap_or_else(|_| {
            Err(Refusal::unavailable(
                "数据库或磁盘没有及时回答，请稍后再试。",
            ))
        })
}

async fn look(app: Arc<App>) -> Answer<String> {
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
    Ok(match age {
        Some(age_ms) => format!("ok\nlast backup {} h ago\n", age_ms.max(0) / 3_600_000),
        None => "ok\nno backup yet\n".to_owned(),
    })
}
