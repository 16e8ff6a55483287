//! Writes commands down: on the disk before the screen says done.

use std::sync::atomic::Ordering;

use rusqlite::{OptionalExtension, Transaction, params};
use tokio::sync::Notify;

use super::kind::{Kept, Policy, Priority};
use crate::cache::documents::encode;
use crate::cache::error::CacheError;
use crate::cache::handle::Cache;
use crate::cache::time::ServerTime;

const NEVER_SENT: i64 = 0;

/// Rung when there is something to send.
#[derive(Default)]
struct Bells {
    interactive: Notify,
    background: Notify,
}

impl Bells {
    fn of(&self, priority: Priority) -> &Notify {
        match priority {
            Priority::Interactive => &self.interactive,
            Priority::Background => &self.background,
        }
    }
}

/// The moment at which a user pressed.
struct Moment {
    now: ServerTime,
    boot_id: String,
    boot_ms: i64,
}

impl Cache {
    /// Writes down what somebody did; it is on the disk when this returns, and on its way. A key that
    /// waits already changes nothing.
    ///
    /// # Errors
    /// When it cannot be written; then the screen must not say done. Where this box can store nothing
    /// ([`Cache::can_promise`]), also when somebody waits for it and the server does not answer: it
    /// would be gone with the power.
    pub fn enqueue<K: Kept>(&self, command: &K) -> Result<(), CacheError> {
        let goes_out = || self.inner.online.load(Ordering::Acquire);
        if K::PRIORITY == Priority::Interactive && !self.can_promise() && !goes_out() {
            return Err(CacheError::NoStorage);
        }
        let moment = Moment {
            now: self.server_time(),
            boot_id: self.inner.clock.boot_id(),
            boot_ms: self.inner.clock.boot_ms(),
        };
        self.write("write a command down", |tx| {
            put(tx, command.clone(), &moment)
        })?;
        self.changed();
        self.wake_commands(K::PRIORITY);
        Ok(())
    }

    /// Lets those that wait be tried now, e.g. because the network is back.
    pub fn wake_commands(&self, priority: Priority) {
        self.slot::<Bells>().of(priority).notify_one();
    }

    /// Completes when something was put to those of this priority since the last call.
    pub async fn commands_woken(&self, priority: Priority) {
        self.slot::<Bells>().of(priority).notified().await;
    }
}

fn put<K: Kept>(tx: &Transaction<'_>, mut command: K, moment: &Moment) -> rusqlite::Result<()> {
    let known: bool = tx
        .prepare_cached("SELECT count(*) > 0 FROM outbox WHERE key = ?1")?
        .query_row([command.key()], |row| row.get(0))?;
    if known {
        return Ok(());
    }
    let now_ms = moment.now.at_ms;
    command.before(tx, now_ms)?;
    let lane = command.lane();
    let mut request = command.request(moment.now);
    match K::POLICY {
        Policy::Queue => {}
        Policy::Replace => {
            tx.prepare_cached("DELETE FROM outbox WHERE lane = ?1 AND state < 2")?
                .execute([&lane])?;
        }
        Policy::Merge => {
            let unsent: Option<(i64, String)> = tx
                .prepare_cached(
                    "SELECT seq, body FROM outbox WHERE lane = ?1 AND state = ?2 ORDER BY seq DESC LIMIT 1",
                )?
                .query_row(params![lane, NEVER_SENT], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            if let Some((seq, body)) = unsent
                && let Ok(earlier) = serde_json::from_str(&body)
                && K::merge(&mut request, &earlier)
            {
                tx.prepare_cached("UPDATE outbox SET body = ?2 WHERE seq = ?1")?
                    .execute(params![seq, encode(&request)?])?;
                return Ok(());
            }
        }
    }
    tx.prepare_cached(
        "INSERT INTO outbox(key, kind, lane, method, path, body, about, created_at_ms, boot_id, boot_ms, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        command.key(),
        K::NAME,
        lane,
        K::METHOD.name(),
        command.path(),
        encode(&request)?,
        encode(&command.about())?,
        now_ms,
        moment.boot_id,
        moment.boot_ms,
        NEVER_SENT
    ])?;
    Ok(())
}
