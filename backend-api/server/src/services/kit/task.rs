//! Work that blocks, and work that is done again and again.

use super::error::{Result, ServiceError, chain};

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

/// Of work that is done again and again: says once that it fails, and once that it goes on, not each time.
#[derive(Debug)]
pub struct Trouble {
    task: &'static str,
    failed: u64,
}

impl Trouble {
    /// None so far; `task` names the work in the log.
    #[must_use]
    pub const fn new(task: &'static str) -> Self {
        Self { task, failed: 0 }
    }

    /// Notes how it went this time. Answers whether that was said.
    pub fn note<T>(&mut self, done: &Result<T>) -> bool {
        let task = self.task;
        match done {
            Ok(_) if self.failed == 0 => false,
            Ok(_) => {
                tracing::info!(task, failed = self.failed, "goes on");
                self.failed = 0;
                true
            }
            Err(error) => {
                self.failed += 1;
                let first = self.failed == 1;
                if first {
                    tracing::warn!(task, error = chain(error), "is tried again and again");
                } else {
                    tracing::debug!(task, error = chain(error), "is tried again");
                }
                first
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_said_once_and_its_end_too() {
        let mut trouble = Trouble::new("a test");
        let failed = || Err::<(), _>(ServiceError::Unavailable("on purpose"));
        let said = [
            Ok(()),
            failed(),
            failed(),
            failed(),
            Ok(()),
            Ok(()),
            failed(),
        ]
        .map(|done| trouble.note(&done));
        assert_eq!(said, [false, true, false, false, true, false, true]);
    }
}
