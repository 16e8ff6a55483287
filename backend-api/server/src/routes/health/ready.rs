//! `GET /readyz`

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use contract::operation::WarningKind;

use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::services::condition;
use crate::services::files::FilesError;
use crate::services::kit::error::{ServiceError, chain};

/// How long database and disk may take to answer.
const WITHIN: Duration = Duration::from_millis(1_500);

/// The database answers and the files folder can be written to. The first line says `ok`, or `degraded`
/// when the disk is full or the clock cannot be believed, which the next ones say; then how old the last
/// good backup is, and how each background task is doing. Answers within two seconds, also while database or
/// disk hang.
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
    let (mut full, mut away) = (false, None);
    match app.files.check_writable().await {
        Ok(()) => {}
        // What is there can be read, and that is most of the work.
        Err(FilesError::NoRoom(_)) => full = true,
        // All servers use the same: if none were ready for it, nobody could sign in either.
        Err(error @ FilesError::Away(_)) => away = Some(error.to_string()),
        Err(error) => return Err(not_ready("文件夹暂时不能写入。", error.into())),
    };
    let now = app
        .blocking(|app| Ok(condition::now(app.condition())))
        .await?;
    let mut lines: Vec<String> = away.into_iter().collect();
    for warning in now.warnings {
        match warning.kind {
            WarningKind::Database => {
                return Err(Refusal::unavailable(&format!("{}。", warning.words)));
            }
            WarningKind::Disk | WarningKind::Clock | WarningKind::Certificate => {
                lines.push(warning.words);
            }
            // Its age is said below in any case.
            WarningKind::Backup => {}
        }
    }
    if full && lines.is_empty() {
        lines.push("服务器的磁盘已满，请删除不用的文件或换大磁盘".to_owned());
    }
    let first = if lines.is_empty() { "ok" } else { "degraded" };
    lines.insert(0, first.to_owned());
    lines.push(match now.backup_at_ms {
        Some(at_ms) => {
            let age_ms = app.now_ms() - at_ms;
            format!("last backup {} h ago", age_ms.max(0) / 3_600_000)
        }
        None => "no backup yet".to_owned(),
    });
    Ok(lines.join("\n") + "\n" + &app.tasks.report())
}
