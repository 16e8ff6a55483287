//! Work that blocks.

use super::error::{Result, ServiceError};

/// Runs something that blocks, e.g. with the database, on a thread for that.
///
/// # Errors
/// What `work` answers; [`ServiceError::Internal`] if it panicked.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(ServiceError::Internal(format!("task: {error}"))))
}
