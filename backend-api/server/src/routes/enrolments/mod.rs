//! Staff admit boxes.

mod approve;
mod decline;
mod households;
mod list;

use std::sync::Arc;

use axum::http::StatusCode;

use super::problem::Answer;
use super::resource::{Resource, endpoint};
use crate::app::App;
use crate::services::kit::error::{Result, ServiceError};

/// The endpoints.
pub fn resource() -> Resource {
    Resource::new()
        .add(endpoint!(list))
        .add(endpoint!(households))
        .add(endpoint!(approve))
        .add(endpoint!(decline))
}

/// Runs `work`, unless this account has typed too many codes that nobody shows: eight digits
/// must not be found by trying (RFC 8628 section 5.1).
async fn limited(
    app: &Arc<App>,
    account_id: &str,
    work: impl FnOnce(&App) -> Result<()> + Send + 'static,
) -> Answer<StatusCode> {
    let now_ms = app.now_ms();
    app.code_limit.check(account_id, now_ms)?;
    match app.blocking(work).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(ServiceError::NotFound(what)) => {
            app.code_limit.attempt(account_id, now_ms)?;
            Err(ServiceError::NotFound(what).into())
        }
        Err(other) => Err(other.into()),
    }
}
