//! Takes commands out: to be sent, and for good.
//!
//! Before the first attempt one is marked as sent, durably: from then on it never changes, because a
//! lost answer may hide that the server counted it.

use contract::error::ErrorCode;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::kind::{About, Pressed, Priority};
use super::outgoing::Outgoing;
use super::refusal::{Refusal, ToldLater};
use super::register::{self, Reply};
use crate::cache::error::{CacheError, Context};
use crate::cache::handle::Cache;
use crate::cache::opening;

const SENT: i64 = 1;
const REFUSED: i64 = 2;

/// A command as it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Order in which it was written.
    pub seq: i64,
    /// Commands of one lane are sent in the order they were written.
    pub lane: String,
    /// What to send.
    pub request: Outgoing,
    /// What it is about.
    pub about: About,
    /// When it was written, Unix ms.
    pub created_at_ms: i64,
    /// How often it was tried.
    pub attempts: u32,
    /// Whoever waited for it was told that it is kept.
    pub queued: bool,
    /// Why the server refused it for good; empty while it waits.
    pub reason: String,
}

impl Cache {
    /// Everything that waits for the server, oldest first.
    #[must_use]
    pub fn pending(&self) -> Vec<Waiting> {
        self.waiting("state < 2")
    }

    /// What the server refused for good when nobody stood behind it, oldest first.
    #[must_use]
    pub fn refused(&self) -> Vec<Waiting> {
        self.waiting("state = 2")
    }

    /// The next command of this priority to send, marked as sent on the disk, with what is known now
    /// of the moment the user pressed; `None` when there is none. Those that somebody waits for come
    /// first, then the oldest. `busy` are lanes to leave alone. The caller sends it and then calls
    /// [`Cache::command_answered`], [`Cache::command_refused`] or, after a failure, takes it again
    /// later.
    ///
    /// # Errors
    /// When it cannot be marked; then it must not be sent.
    pub fn take_command(
        &self,
        priority: Priority,
        busy: &[String],
    ) -> Result<Option<Waiting>, CacheError> {
        let heads: Vec<(i64, String, String)> = self.read("look for what to send", |db| {
            db.prepare_cached(
                "SELECT seq, kind, lane FROM outbox
                 WHERE seq IN (SELECT min(seq) FROM outbox WHERE state < 2 GROUP BY lane)
                 ORDER BY queued, seq",
            )?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect()
        });
        let head = heads
            .into_iter()
            .find(|(_, kind, lane)| register::priority(kind) == priority && !busy.contains(lane));
        let Some((seq, ..)) = head else {
            return Ok(None);
        };
        // Read again inside the transaction: another may have been merged into it meanwhile.
        let taken = self.write("mark a command as sent", |tx| {
            tx.prepare_cached(
                "UPDATE outbox SET state = ?2, attempts = attempts + 1 WHERE seq = ?1 AND state < 2",
            )?
            .execute(params![seq, SENT])?;
            tx.prepare_cached(&format!(
                "SELECT {COLUMNS}, boot_id, boot_ms FROM outbox WHERE seq = ?1"
            ))?
            .query_row([seq], |row| {
                Ok((waiting(row)?, row.get::<_, String>(12)?, row.get::<_, i64>(13)?))
            })
            .optional()
        })?;
        let Some((mut taken, boot_id, boot_ms)) = taken else {
            return Ok(None);
        };
        let clock = &self.inner.clock;
        let same_boot = !boot_id.is_empty() && boot_id == clock.boot_id();
        let pressed = Pressed {
            age_ms: same_boot.then(|| clock.boot_ms() - boot_ms),
            // After a restart of the box nobody waits before it.
            queued: taken.queued || !same_boot,
            now: self.server_time(),
        };
        let request = &mut taken.request;
        match register::renew(&request.kind, &request.body, &pressed) {
            Ok(body) => request.body = body,
            // It is the server's to refuse it, or none of the others would ever be sent.
            Err(error) => {
                let (kind, _) = request.in_logs();
                tracing::error!(%error, kind, "a command cannot be read");
            }
        }
        Ok(Some(taken))
    }

    /// Nobody waits for the answer any more: they are told that it is kept. False where this box can
    /// store nothing: then it is dropped, and they are told that instead.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn queue_command(&self, key: &str) -> Result<bool, CacheError> {
        let is_kept = self.can_promise();
        let sql = if is_kept {
            "UPDATE outbox SET queued = 1 WHERE key = ?1"
        } else {
            // One that was kept before lies on the disk, too.
            "DELETE FROM outbox WHERE key = ?1 AND queued = 0"
        };
        self.write("queue a command", |tx| {
            tx.prepare_cached(sql)?.execute([key])
        })?;
        self.changed();
        Ok(is_kept)
    }

    /// The server took it: writes down what its reply means and forgets it, its PIN too. `None` is
    /// the reply to a kind that this program does not know.
    ///
    /// # Errors
    /// When that cannot be written; it will be sent again, which is harmless.
    pub fn command_answered(&self, seq: i64, reply: Option<&Reply>) -> Result<(), CacheError> {
        let (kind, after) = self.write("acknowledge a command", |tx| {
            let Some((kind, about)) = kind_and_about(tx, seq)? else {
                return Ok((String::new(), None));
            };
            remove(tx, seq)?;
            let after = match reply {
                Some(reply) => register::answered(self, tx, &about, reply)?,
                None => None,
            };
            Ok((kind, after))
        })?;
        if let Some(after) = after {
            after(self);
        }
        self.changed();
        self.leave_no_trace(&kind);
        Ok(())
    }

    /// The server will never take it. If somebody stood behind it, it is forgotten, its PIN too, and
    /// what to tell them is kept until somebody at this TV has been told; otherwise it is set aside
    /// with the reason.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn command_refused(
        &self,
        seq: i64,
        refusal: Refusal,
        reason: &str,
    ) -> Result<(), CacheError> {
        let now = self.now_ms();
        let code = serde_json::to_string(&refusal.code).during("write a refusal")?;
        let kind = self.write("set a command aside", |tx| {
            let Some((kind, about)) = kind_and_about(tx, seq)? else {
                return Ok(String::new());
            };
            match register::priority(&kind) {
                Priority::Interactive => {
                    tx.prepare_cached(
                        "INSERT OR REPLACE INTO refusal(key, kind, name, title, code, tries, at_ms)
                         SELECT key, kind, ?2, ?3, ?4, ?5, ?6 FROM outbox WHERE seq = ?1",
                    )?
                    .execute(params![
                        seq,
                        about.name,
                        about.title,
                        code,
                        refusal.tries,
                        now
                    ])?;
                    remove(tx, seq)?;
                }
                Priority::Background => {
                    tx.prepare_cached("UPDATE outbox SET state = ?2, reason = ?3 WHERE seq = ?1")?
                        .execute(params![seq, REFUSED, reason])?;
                }
            }
            Ok(kind)
        })?;
        self.changed();
        self.leave_no_trace(&kind);
        Ok(())
    }

    /// Refusals that nobody has been told yet, oldest first.
    #[must_use]
    pub fn refusals(&self) -> Vec<ToldLater> {
        self.read("list refusals", |db| {
            db.prepare_cached(
                "SELECT key, name, title, code, tries, kind FROM refusal ORDER BY at_ms, key",
            )?
            .query_map([], |row| {
                let code: String = row.get(3)?;
                Ok(ToldLater {
                    key: row.get(0)?,
                    kind: row.get(5)?,
                    name: row.get(1)?,
                    title: row.get(2)?,
                    refusal: Refusal {
                        code: serde_json::from_str(&code).unwrap_or(ErrorCode::Internal),
                        tries: row.get(4)?,
                        wait_ms: None,
                    },
                })
            })?
            .collect()
        })
    }

    /// Somebody has been told of a refusal.
    ///
    /// # Errors
    /// When that cannot be written; they will be told again.
    pub fn forget_refusal(&self, key: &str) -> Result<(), CacheError> {
        self.write("forget a refusal", |tx| {
            tx.prepare_cached("DELETE FROM refusal WHERE key = ?1")?
                .execute([key])
        })?;
        self.changed();
        Ok(())
    }

    pub(super) fn waiting(&self, condition: &str) -> Vec<Waiting> {
        let sql = format!("SELECT {COLUMNS} FROM outbox WHERE {condition} ORDER BY seq");
        self.read("read the outbox", |db| {
            db.prepare_cached(&sql)?.query_map([], waiting)?.collect()
        })
    }

    /// Takes what a command of this kind leaves on the disk off it, as far as nobody else may have it.
    fn leave_no_trace(&self, kind: &str) {
        if register::is_secret(kind) {
            self.scrub();
        }
        if register::is_discreet(kind) {
            // A database that was damaged while it waited has it, too.
            opening::drop_aside(&self.inner.dir);
        }
    }

    /// Takes what was deleted off the disk. Deleted rows are overwritten (`secure_delete`) when
    /// the write-ahead log, which still has them, goes into the database and is emptied.
    pub(in crate::cache) fn scrub(&self) {
        let writer = self.inner.writer.lock();
        let busy = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        match busy {
            Ok(0_i64) => {}
            Ok(_) => tracing::warn!("the log is still being read; it is emptied the next time"),
            Err(error) => tracing::error!(%error, "the log cannot be emptied"),
        }
    }
}

const COLUMNS: &str =
    "seq, key, kind, lane, method, path, body, about, created_at_ms, attempts, queued, reason";

fn waiting(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    let kind: String = row.get(2)?;
    Ok(Waiting {
        seq: row.get(0)?,
        lane: row.get(3)?,
        request: Outgoing {
            key: row.get(1)?,
            is_discreet: register::is_discreet(&kind),
            kind,
            method: row.get(4)?,
            path: row.get(5)?,
            body: row.get(6)?,
            person: None,
        },
        about: about(&row.get::<_, String>(7)?),
        created_at_ms: row.get(8)?,
        attempts: row.get(9)?,
        queued: row.get(10)?,
        reason: row.get(11)?,
    })
}

fn about(json: &str) -> About {
    serde_json::from_str(json)
        .inspect_err(|error| tracing::error!(%error, "what a command is about cannot be read"))
        .unwrap_or_default()
}

fn kind_and_about(tx: &Transaction<'_>, seq: i64) -> rusqlite::Result<Option<(String, About)>> {
    tx.prepare_cached("SELECT kind, about FROM outbox WHERE seq = ?1 AND state < ?2")?
        .query_row(params![seq, REFUSED], |row| {
            Ok((row.get(0)?, about(&row.get::<_, String>(1)?)))
        })
        .optional()
}

fn remove(tx: &Transaction<'_>, seq: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM outbox WHERE seq = ?1")?
        .execute([seq])?;
    Ok(())
}
