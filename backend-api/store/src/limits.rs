//! Counters of what was guessed wrong, shared by every process of the server, and until when nothing of
//! somebody's is looked at. What is counted, for whom and how strictly is for the server to say.

use std::collections::HashMap;

use crate::codec::{pieces, placeholders, tuples};
use crate::driver::{Tx, Value, WriteTx, params};
use crate::error::Result;
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["limits"],
    ..Part::EMPTY
};

/// How long it is remembered that somebody was locked: the next time it is for longer.
const REMEMBERED_MS: i64 = 24 * 3_600_000;

/// Names one counter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// What is guessed.
    pub kind: &'static str,
    /// For whom it is counted.
    pub scope: &'static str,
    /// Which of them: an id, an address, a keyed hash.
    pub subject: String,
}

/// When a counter locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// So many failures in one window.
    pub failures: u32,
    /// How long a window is, in milliseconds.
    pub window_ms: i64,
    /// What follows; `None`: nothing but that somebody is told.
    pub lock: Option<Lock>,
}

/// For how long a counter locks: twice as long each time, within a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The first time, in milliseconds.
    pub first_ms: i64,
    /// At most, in milliseconds.
    pub longest_ms: i64,
}

impl Lock {
    fn after(self, locks: i64) -> i64 {
        let doubled = u32::try_from(locks).unwrap_or(u32::MAX).min(30);
        self.first_ms
            .saturating_mul(1 << doubled)
            .min(self.longest_ms)
    }
}

/// What one more failure did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Failures until the budget is used up.
    pub left: u32,
    /// This one used it up.
    pub crossed: bool,
    /// Until when it is locked by this one, Unix milliseconds.
    pub locked_until_ms: Option<i64>,
}

/// Counts a failure.
///
/// # Errors
/// The database failed.
pub fn count(tx: &mut WriteTx<'_>, key: &Key, rule: Rule, now_ms: i64) -> Result<Counted> {
    // A window that begins later than now is one of a clock that was wrong.
    let row = tx.query_one(
        "INSERT INTO limits (kind, scope, subject, since_ms, failed, locks, locked_until_ms, forget_at_ms)
         VALUES (?1, ?2, ?3, ?4, 1, 0, 0, ?5)
         ON CONFLICT (kind, scope, subject) DO UPDATE SET
             failed = CASE WHEN limits.since_ms > ?4 OR limits.since_ms <= ?6 THEN 1 ELSE limits.failed + 1 END,
             since_ms = CASE WHEN limits.since_ms > ?4 OR limits.since_ms <= ?6 THEN ?4 ELSE limits.since_ms END,
             locks = CASE WHEN limits.forget_at_ms <= ?4 THEN 0 ELSE limits.locks END,
             forget_at_ms = CASE WHEN limits.forget_at_ms > ?5 THEN limits.forget_at_ms ELSE ?5 END
         RETURNING failed, locks",
        params![
            key.kind,
            key.scope,
            &key.subject,
            now_ms,
            now_ms.saturating_add(rule.window_ms),
            now_ms.saturating_sub(rule.window_ms)
        ],
    )?;
    let (failed, locks) = (row.int(0)?, row.int(1)?);
    let left = i64::from(rule.failures).saturating_sub(failed);
    if let Ok(left @ 1..) = u32::try_from(left) {
        return Ok(Counted {
            left,
            crossed: false,
            locked_until_ms: None,
        });
    }
    let locked_until_ms = rule
        .lock
        .map(|lock| now_ms.saturating_add(lock.after(locks)));
    let forget_at_ms = locked_until_ms
        .unwrap_or(now_ms)
        .saturating_add(REMEMBERED_MS);
    tx.execute(
        "UPDATE limits SET failed = 0, locks = locks + 1, locked_until_ms = ?4, forget_at_ms = ?5
         WHERE kind = ?1 AND scope = ?2 AND subject = ?3",
        params![
            key.kind,
            key.scope,
            &key.subject,
            locked_until_ms.unwrap_or(0),
            forget_at_ms
        ],
    )?;
    Ok(Counted {
        left: 0,
        crossed: true,
        locked_until_ms,
    })
}

/// Takes back what [`count`] did: it was no failure after all.
///
/// # Errors
/// The database failed.
pub fn give_back(tx: &mut WriteTx<'_>, key: &Key, rule: Rule, counted: Counted) -> Result<()> {
    let sql = if counted.crossed {
        "UPDATE limits SET failed = ?4, locks = locks - 1, locked_until_ms = 0
         WHERE kind = ?1 AND scope = ?2 AND subject = ?3 AND locks > 0"
    } else {
        "UPDATE limits SET failed = failed - 1
         WHERE kind = ?1 AND scope = ?2 AND subject = ?3 AND failed > 0 AND failed <= ?4"
    };
    tx.execute(
        sql,
        params![
            key.kind,
            key.scope,
            &key.subject,
            if counted.crossed {
                rule.failures.saturating_sub(1)
            } else {
                rule.failures
            }
        ],
    )?;
    Ok(())
}

/// Until when one of these is locked, the last of them; `None`: none is.
///
/// # Errors
/// The database failed.
pub fn locked_until(tx: &mut Tx<'_>, keys: &[Key], now_ms: i64) -> Result<Option<i64>> {
    let mut latest = None;
    for keys in pieces(keys) {
        let sql = format!(
            "SELECT locked_until_ms FROM limits WHERE (kind, scope, subject) IN (VALUES {})",
            tuples(keys.len(), 3)
        );
        let values: Vec<Value> = keys
            .iter()
            .flat_map(|key| {
                [
                    Value::from(key.kind),
                    Value::from(key.scope),
                    Value::from(&key.subject),
                ]
            })
            .collect();
        for row in tx.query(&sql, &values)? {
            latest = latest.max(Some(row.int(0)?).filter(|until_ms| *until_ms > now_ms));
        }
    }
    Ok(latest)
}

/// Everything that is locked now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locks(HashMap<(String, String, String), i64>);

impl Locks {
    /// Until when one of these is locked, the last of them.
    #[must_use]
    pub fn until(&self, keys: &[Key]) -> Option<i64> {
        let found = keys.iter().filter_map(|key| {
            let key = (
                key.kind.to_owned(),
                key.scope.to_owned(),
                key.subject.clone(),
            );
            self.0.get(&key).copied()
        });
        found.max()
    }

    /// Whether nothing is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One was locked since.
    pub fn note(&mut self, key: &Key, until_ms: i64) {
        let key = (
            key.kind.to_owned(),
            key.scope.to_owned(),
            key.subject.clone(),
        );
        self.0.insert(key, until_ms);
    }
}

/// Everything of these kinds that is locked, for whoever judges many at a time.
///
/// # Errors
/// The database failed.
pub fn locks(tx: &mut Tx<'_>, kinds: &[&str], now_ms: i64) -> Result<Locks> {
    let sql = format!(
        "SELECT kind, scope, subject, locked_until_ms FROM limits WHERE locked_until_ms > ?1 AND kind IN ({})",
        placeholders(2, kinds.len())
    );
    let mut values = vec![Value::from(now_ms)];
    values.extend(kinds.iter().copied().map(Value::from));
    let rows = tx.query(&sql, &values)?;
    let found = rows.iter().map(|row| {
        let key = (row.text(0)?, row.text(1)?, row.text(2)?);
        Ok((key, row.int(3)?))
    });
    found.collect::<Result<_>>().map(Locks)
}

/// Forgets counters, and with them how often they were locked.
///
/// # Errors
/// The database failed.
pub fn forget(tx: &mut WriteTx<'_>, keys: &[Key]) -> Result<()> {
    for key in keys {
        tx.execute(
            "DELETE FROM limits WHERE kind = ?1 AND scope = ?2 AND subject = ?3",
            params![key.kind, key.scope, &key.subject],
        )?;
    }
    Ok(())
}

/// The scope of one member everywhere.
pub const MEMBER: &str = "member";

/// The scope of one member at one terminal; the subject is [`member_here`].
pub const MEMBER_HERE: &str = "member_here";

/// The subject of a member at a terminal.
#[must_use]
pub fn member_here(member_id: &str, terminal_id: &str) -> String {
    format!("{member_id}/{terminal_id}")
}

/// Forgets everything that is counted for a member.
///
/// # Errors
/// The database failed.
pub fn forget_member(tx: &mut WriteTx<'_>, member_id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM limits WHERE (scope = ?1 AND subject = ?2) OR (scope = ?3 AND subject LIKE ?4)",
        params![MEMBER, member_id, MEMBER_HERE, member_here(member_id, "%")],
    )?;
    Ok(())
}

/// The scope of one account.
pub const ACCOUNT: &str = "account";

/// The scope of one account from one place; the subject begins with the account and a slash.
pub const ACCOUNT_HERE: &str = "account_here";

/// Forgets everything that is counted for an account.
///
/// # Errors
/// The database failed.
pub fn forget_account(tx: &mut WriteTx<'_>, account: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM limits WHERE (scope = ?1 AND subject = ?2) OR (scope = ?3 AND subject LIKE ?4)",
        params![ACCOUNT, account, ACCOUNT_HERE, format!("{account}/%")],
    )?;
    Ok(())
}

/// Throws away what is over and forgotten at `now_ms`; answers how many.
///
/// # Errors
/// The database failed.
pub fn purge(tx: &mut WriteTx<'_>, now_ms: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM limits WHERE forget_at_ms <= ?1",
        params![now_ms],
    )
}
