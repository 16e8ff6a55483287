//! Sign-ins on their way to the server.
//!
//! A sign-in is an item of the [`outbox`] with its own way out, because somebody
//! stands before the TV and waits: it is on the disk before anything is said, is sent at once,
//! and the answer goes back to the screen as long as that is open. Once it is `queued`, nobody
//! waits any more: the person has been told that it is kept, and what the server says then is
//! kept until somebody at this TV has read it.
//!
//! How long ago the key was pressed is told with every attempt anew, on the clock of the boot; the
//! rest of the request never changes. The item holds a PIN or a card number, so it is removed from
//! the disk once it is delivered, not only from the table.

use contract::API_PREFIX;
use contract::error::ErrorCode;
use contract::member::{MemberRef, Proof};
use contract::roll_call::{SignIn, SignInTime, SignedIn};
use rusqlite::{OptionalExtension, params};

use super::error::{CacheError, Context};
use super::people::Answered;
use super::{Cache, OutboxEntry, outbox};

/// What somebody did at the TV.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSignIn {
    /// Idempotency key, made when the key was pressed.
    pub key: String,
    /// The roll call.
    pub roll_call_id: String,
    /// Its title, for a message that comes later.
    pub title: String,
    /// Its round.
    pub round: u32,
    /// Who, and how they prove it.
    pub proof: Proof,
    /// Their name, for a message that comes later; empty for a card.
    pub name: String,
    /// The code from the picture, where one is demanded.
    pub presence_code: Option<String>,
}

/// A sign-in that the server has not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingSignIn {
    /// Its idempotency key.
    pub key: String,
    /// The roll call.
    pub roll_call_id: String,
    /// Its round.
    pub round: u32,
    /// Who; empty for a card.
    pub member_id: String,
    /// The person has been told that it is kept.
    pub queued: bool,
}

/// Why the server refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason.
    pub code: ErrorCode,
    /// After a wrong PIN, how many tries are left.
    pub tries: Option<u32>,
}

/// A refusal that came when nobody waited for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldLater {
    /// The sign-in's idempotency key.
    pub key: String,
    /// Whose it was; empty for a card.
    pub name: String,
    /// Title of the roll call.
    pub title: String,
    /// Why.
    pub refusal: Refusal,
}

impl Cache {
    /// Writes a sign-in down; it is on the disk when this returns, and on its way. A key that is
    /// there already changes nothing.
    ///
    /// # Errors
    /// When it cannot be written; then the screen must not say done.
    pub fn enqueue_sign_in(&self, new: &NewSignIn) -> Result<(), CacheError> {
        let clock = &self.inner.clock;
        let (boot_id, boot_ms) = (clock.boot_id(), clock.boot_ms());
        let at = self.server_time();
        let member_id = match &new.proof {
            Proof::Pin { member_id, .. } => member_id.as_str(),
            Proof::Card { .. } => "",
        };
        let body = SignIn {
            roll_call_id: new.roll_call_id.clone(),
            round: new.round,
            proof: new.proof.clone(),
            presence_code: new.presence_code.clone(),
            time: SignInTime {
                at_ms: at.at_ms,
                offset_ms: at.offset_ms,
                synced: at.synced,
                age_ms: None,
                queued: false,
            },
        };
        // Of one person one after the other; two cards may overtake each other.
        let who = if member_id.is_empty() {
            new.key.as_str()
        } else {
            member_id
        };
        let lane = format!("sign-in:{}:{}:{who}", new.roll_call_id, new.round);
        let path = format!("{API_PREFIX}/terminal/sign-ins");
        let now = self.now_ms();
        self.write("write a sign-in down", |tx| {
            let known: bool = tx
                .prepare_cached("SELECT count(*) > 0 FROM outbox WHERE key = ?1")?
                .query_row([&new.key], |row| row.get(0))?;
            if known {
                return Ok(());
            }
            let body = outbox::encode(&body)?;
            outbox::insert_with(tx, &new.key, &lane, "POST", &path, &body, now)?;
            tx.prepare_cached(
                "INSERT INTO sign_in(seq, roll_call_id, round, member_id, name, title, boot_id, boot_ms)
                 SELECT seq, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM outbox WHERE key = ?1",
            )?
            .execute(params![
                new.key, new.roll_call_id, new.round, member_id, new.name, new.title, boot_id, boot_ms
            ])?;
            Ok(())
        })?;
        self.changed();
        self.wake_sign_ins();
        Ok(())
    }

    /// Every sign-in that the server has not answered, oldest first.
    #[must_use]
    pub fn waiting_sign_ins(&self) -> Vec<WaitingSignIn> {
        self.read("list sign-ins", |db| {
            db.prepare_cached(
                "SELECT o.key, s.roll_call_id, s.round, s.member_id, s.queued
                 FROM sign_in s JOIN outbox o ON o.seq = s.seq ORDER BY s.seq",
            )?
            .query_map([], |row| {
                Ok(WaitingSignIn {
                    key: row.get(0)?,
                    roll_call_id: row.get(1)?,
                    round: row.get(2)?,
                    member_id: row.get(3)?,
                    queued: row.get(4)?,
                })
            })?
            .collect()
        })
    }

    /// The next sign-in to send, with what is known now of the moment its key was pressed; marked
    /// as sent on the disk. Those that somebody waits for come first. `busy` are lanes to leave
    /// alone.
    ///
    /// # Errors
    /// When it cannot be marked; then it must not be sent.
    pub fn take_sign_in(&self, busy: &[String]) -> Result<Option<OutboxEntry>, CacheError> {
        let heads: Vec<(i64, String)> = self.read("look for sign-ins", |db| {
            db.prepare_cached(
                "SELECT s.seq, o.lane FROM sign_in s JOIN outbox o ON o.seq = s.seq
                 WHERE s.seq IN (SELECT min(seq) FROM outbox WHERE state < 2 GROUP BY lane)
                 ORDER BY s.queued, s.seq",
            )?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
        });
        let Some((seq, _)) = heads.into_iter().find(|(_, lane)| !busy.contains(lane)) else {
            return Ok(None);
        };
        let taken = self.write("mark a sign-in as sent", |tx| {
            let pressed: Option<(String, i64, bool)> = tx
                .prepare_cached("SELECT boot_id, boot_ms, queued FROM sign_in WHERE seq = ?1")?
                .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()?;
            Ok(outbox::mark_sent(tx, seq)?.zip(pressed))
        })?;
        let Some((mut entry, (boot_id, boot_ms, queued))) = taken else {
            return Ok(None);
        };
        let mut sign_in: SignIn =
            serde_json::from_str(&entry.item.body).during("read a sign-in")?;
        let clock = &self.inner.clock;
        let same_boot = !boot_id.is_empty() && boot_id == clock.boot_id();
        let time = &mut sign_in.time;
        // After a restart of the box nobody waits before it.
        time.queued = queued || !same_boot;
        time.age_ms = same_boot.then(|| clock.boot_ms() - boot_ms);
        if let Some(age) = time.age_ms {
            let now = self.server_time();
            if now.synced {
                time.at_ms = now.at_ms - age;
                time.offset_ms = now.offset_ms;
                time.synced = true;
            }
        }
        entry.item.body = serde_json::to_string(&sign_in).during("write a sign-in")?;
        Ok(Some(entry))
    }

    /// Nobody waits for the answer any more: the person has been told that it is kept.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn queue_sign_in(&self, key: &str) -> Result<(), CacheError> {
        self.write("queue a sign-in", |tx| {
            tx.prepare_cached(
                "UPDATE sign_in SET queued = 1 WHERE seq = (SELECT seq FROM outbox WHERE key = ?1)",
            )?
            .execute([key])
        })?;
        self.changed();
        Ok(())
    }

    /// The server took it: writes it into the roll call and forgets it, its PIN too.
    ///
    /// # Errors
    /// When that cannot be written; it will be sent again, which is harmless.
    pub fn sign_in_answered(&self, seq: i64, answer: &SignedIn) -> Result<(), CacheError> {
        let at_ms = self.server_time().at_ms;
        let done = self.write("acknowledge a sign-in", |tx| {
            let of: Option<(String, u32)> = tx
                .prepare_cached("SELECT roll_call_id, round FROM sign_in WHERE seq = ?1")?
                .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            remove(tx, seq)?;
            let Some((roll_call_id, round)) = of else {
                return Ok(None);
            };
            let MemberRef { id, name } = answer.member.clone();
            let answered = Answered {
                roll_call_id,
                round,
                member_id: id,
                name,
                state: answer.state,
                at_ms,
            };
            let roll_calls = self.write_answered(tx, &answered)?;
            Ok(Some((answered, roll_calls)))
        })?;
        if let Some((answered, roll_calls)) = done {
            self.remember_answered(answered, roll_calls);
        }
        self.changed();
        self.scrub();
        Ok(())
    }

    /// The server will never take it: forgets it, its PIN too, and keeps what to tell about it
    /// until somebody at this TV has been told.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn sign_in_refused(&self, seq: i64, refusal: Refusal) -> Result<(), CacheError> {
        let now = self.now_ms();
        let code = serde_json::to_string(&refusal.code).during("write a refusal")?;
        self.write("set a sign-in aside", |tx| {
            tx.prepare_cached(
                "INSERT OR REPLACE INTO refusal(key, name, title, code, tries, at_ms)
                 SELECT o.key, s.name, s.title, ?2, ?3, ?4
                 FROM sign_in s JOIN outbox o ON o.seq = s.seq WHERE s.seq = ?1",
            )?
            .execute(params![seq, code, refusal.tries, now])?;
            remove(tx, seq)
        })?;
        self.changed();
        self.scrub();
        Ok(())
    }

    /// Refusals that nobody has been told yet, oldest first.
    #[must_use]
    pub fn refusals(&self) -> Vec<ToldLater> {
        self.read("list refusals", |db| {
            db.prepare_cached(
                "SELECT key, name, title, code, tries FROM refusal ORDER BY at_ms, key",
            )?
            .query_map([], |row| {
                let code: String = row.get(3)?;
                Ok(ToldLater {
                    key: row.get(0)?,
                    name: row.get(1)?,
                    title: row.get(2)?,
                    refusal: Refusal {
                        code: serde_json::from_str(&code).unwrap_or(ErrorCode::Internal),
                        tries: row.get(4)?,
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

    /// Takes what was deleted off the disk. Deleted rows are overwritten (`secure_delete`) when
    /// the write-ahead log, which still has them, goes into the database and is emptied.
    fn scrub(&self) {
        let writer = self.inner.writer.lock();
        let busy = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        match busy {
            Ok(0_i64) => {}
            Ok(_) => tracing::warn!("the log is still being read; it is emptied the next time"),
            Err(error) => tracing::error!(%error, "the log cannot be emptied"),
        }
    }
}

fn remove(tx: &rusqlite::Transaction<'_>, seq: i64) -> rusqlite::Result<()> {
    for table in ["sign_in", "outbox"] {
        tx.prepare_cached(&format!("DELETE FROM {table} WHERE seq = ?1"))?
            .execute([seq])?;
    }
    Ok(())
}
