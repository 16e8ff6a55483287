//! How much one terminal may write in a minute. That is no guess, and counting it in the database would cost a
//! write for every write; so each process counts for itself.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::services::kit::error::{Result, ServiceError};

/// Length of a window.
const WINDOW_MS: i64 = 60_000;

/// Windows kept before old ones are swept out, which bounds the memory.
const SWEEP_AT: usize = 40_000;

/// Allows so many writes a minute for each terminal.
#[derive(Debug)]
pub struct WriteBudget {
    per_minute: u32,
    windows: Mutex<HashMap<Arc<str>, (i64, u32)>>,
}

impl WriteBudget {
    /// Allows `per_minute` writes.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        Self {
            per_minute,
            windows: Mutex::default(),
        }
    }

    /// Counts one write of a terminal.
    ///
    /// # Errors
    /// [`ServiceError::TooMany`] when this minute's writes are used up.
    pub fn count(&self, terminal_id: &Arc<str>, now_ms: i64) -> Result<()> {
        let mut windows = self.windows.lock();
        if windows.len() >= SWEEP_AT {
            windows.retain(|_, (since, _)| (0..WINDOW_MS).contains(&(now_ms - *since)));
        }
        let window = windows
            .entry(Arc::clone(terminal_id))
            .or_insert((now_ms, 0));
        if now_ms - window.0 >= WINDOW_MS || now_ms < window.0 {
            *window = (now_ms, 0);
        }
        window.1 = window.1.saturating_add(1);
        if window.1 > self.per_minute {
            return Err(ServiceError::too_many(window.0 + WINDOW_MS, now_ms));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_counted_by_terminal_and_minute() {
        let budget = WriteBudget::new(2);
        let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
        assert!(budget.count(&a, 1_000).is_ok());
        assert!(budget.count(&a, 2_000).is_ok());
        assert!(matches!(
            budget.count(&a, 31_000),
            Err(ServiceError::TooMany { retry_after: 30 })
        ));
        assert!(budget.count(&b, 31_000).is_ok());
        assert!(budget.count(&a, 61_000).is_ok());
    }

    #[test]
    fn the_memory_is_bounded() {
        let budget = WriteBudget::new(1);
        for n in 0..3 * SWEEP_AT {
            let now = (n / SWEEP_AT) as i64 * WINDOW_MS;
            let _ = budget.count(&n.to_string().into(), now);
        }
        assert!(budget.windows.lock().len() <= SWEEP_AT + 1);
    }
}
