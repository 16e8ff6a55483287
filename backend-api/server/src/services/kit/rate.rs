//! Counting attempts in windows of a minute, so that nobody tries codes or passwords at leisure.

use std::collections::HashMap;

use parking_lot::Mutex;

use super::error::{Result, ServiceError};

/// Length of a window.
const WINDOW_MS: i64 = 60_000;

/// Windows kept before old ones are swept out, which bounds the memory.
const SWEEP_AT: usize = 10_000;

/// Allows so many attempts a minute for each key.
#[derive(Debug)]
pub struct RateLimit {
    per_minute: u32,
    windows: Mutex<HashMap<String, (i64, u32)>>,
}

impl RateLimit {
    /// Allows `per_minute` attempts.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        Self {
            per_minute,
            windows: Mutex::default(),
        }
    }

    /// Whether another attempt of `key` would be allowed, without counting one.
    ///
    /// # Errors
    /// [`ServiceError::TooMany`] when this minute's attempts are used up.
    pub fn check(&self, key: &str, now_ms: i64) -> Result<()> {
        match self.windows.lock().get(key) {
            Some((since, used))
                if (0..WINDOW_MS).contains(&(now_ms - since)) && *used >= self.per_minute =>
            {
                Err(too_many(*since, now_ms))
            }
            _ => Ok(()),
        }
    }

    /// Counts one attempt of `key`.
    ///
    /// # Errors
    /// [`ServiceError::TooMany`] when this minute's attempts are used up.
    pub fn attempt(&self, key: &str, now_ms: i64) -> Result<()> {
        let mut windows = self.windows.lock();
        if windows.len() >= SWEEP_AT {
            windows.retain(|_, (since, _)| now_ms - *since < WINDOW_MS);
        }
        let window = windows.entry(key.to_owned()).or_insert((now_ms, 0));
        if now_ms - window.0 >= WINDOW_MS || now_ms < window.0 {
            *window = (now_ms, 0);
        }
        window.1 = window.1.saturating_add(1);
        if window.1 > self.per_minute {
            return Err(too_many(window.0, now_ms));
        }
        Ok(())
    }
}

fn too_many(since_ms: i64, now_ms: i64) -> ServiceError {
    let left_ms = u64::try_from(since_ms + WINDOW_MS - now_ms).unwrap_or(0);
    ServiceError::TooMany {
        retry_after: left_ms.div_ceil(1000).max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_counted_by_key_and_minute() {
        let limit = RateLimit::new(2);
        assert!(limit.attempt("a", 1_000).is_ok());
        assert!(limit.attempt("a", 2_000).is_ok());
        assert!(matches!(
            limit.attempt("a", 31_000),
            Err(ServiceError::TooMany { retry_after: 30 })
        ));
        assert!(limit.attempt("b", 31_000).is_ok());
        assert!(limit.attempt("a", 61_000).is_ok());
    }

    #[test]
    fn the_memory_is_bounded() {
        let limit = RateLimit::new(1);
        for n in 0..3 * SWEEP_AT {
            let now = (n / SWEEP_AT) as i64 * WINDOW_MS;
            let _ = limit.attempt(&n.to_string(), now);
        }
        assert!(limit.windows.lock().len() <= SWEEP_AT + 1);
    }
}
