//! The audit log: append-only and chained, so that nobody changes or takes out an entry unseen.
//! [`verify`] reads it all again.
//!
//! An entry is chained to the one before by HMAC with a [key](Keys) that is not in the database, and says
//! with which. Entries of before there were keys have a plain hash; they end where the first keyed one
//! seals them, and none comes after. That the end was cut off only a [`Head`] tells that is kept elsewhere.
//!
//! What is chained of a detail is its salted hash. A purge takes detail and salt away, and the
//! chain still holds; without the salt nobody can guess at what it said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use contract::account::AuditEntry;
use uuid::Uuid;

use crate::chain::{Keys, digest};
use crate::codec::{containing, literal, pieces, placeholders, tuples};
use crate::driver::{Row, Tx, Value, WriteTx, params};
use crate::error::{Error, Result};
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["audit_state"],
    scrubbed: &["audit_entries"],
    // Nobody can tell any more whether it is what was written.
    sealed: &["audit_state WHERE key_id > 0"],
    ..Part::EMPTY
};

const COLUMNS: &str =
    "seq, at_ms, actor, action, subject, organization_id, detail, salt, detail_hash, hash, key_id";
const WIDTH: usize = 11;
/// Entries read at once.
const PAGE: u32 = 1_000;

/// Something that was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewEntry {
    /// Who: `staff:<login>`, `terminal:<id>`, `member:<id>`, `system`.
    pub actor: String,
    /// What: `member.reveal`, `roll_call.correct`, ….
    pub action: String,
    /// To what: kind and id.
    pub subject: String,
    /// Organization it concerns.
    pub organization_id: Option<String>,
    /// More, without numbers or names.
    pub detail: String,
}

/// Appends an entry; answers its number.
///
/// # Errors
/// The database failed.
pub fn append(tx: &mut WriteTx<'_>, entry: &NewEntry, now_ms: i64) -> Result<i64> {
    append_all(tx, std::slice::from_ref(entry), now_ms)
}

/// Appends entries in their order; answers the number of the last.
///
/// # Errors
/// The database failed; [`Error::ChainKey`] if others chain with a key that this process has not.
pub fn append_all(tx: &mut WriteTx<'_>, entries: &[NewEntry], now_ms: i64) -> Result<i64> {
    let count = i64::try_from(entries.len()).map_err(|_| Error::Damaged("too many".into()))?;
    let row = tx.query_one(
        "UPDATE audit_state SET seq = seq + ?1 WHERE id = 1 RETURNING seq, hash, key_id",
        params![count],
    )?;
    let (last, mut hash) = (row.int(0)?, row.text(1)?);
    let chain = Chain::after(key_id(&row, 2)?, tx.chain_keys());
    let numbered: Vec<(&NewEntry, i64)> = entries.iter().zip(last - count + 1..).collect();
    for piece in pieces(&numbered) {
        let mut values = Vec::with_capacity(piece.len() * WIDTH);
        for (entry, seq) in piece {
            let salt = Uuid::new_v4().simple().to_string();
            let detail_hash = digest(&[&salt, &entry.detail]);
            let chained = Chained {
                seq: *seq,
                at_ms: now_ms,
                actor: &entry.actor,
                action: &entry.action,
                subject: &entry.subject,
                organization_id: entry.organization_id.as_deref(),
                detail_hash: &detail_hash,
            };
            hash = chain
                .hash(&hash, &chained)
                .ok_or(Error::ChainKey(chain.key))?;
            values.extend_from_slice(params![
                *seq,
                now_ms,
                &entry.actor,
                &entry.action,
                &entry.subject,
                entry.organization_id.as_deref(),
                &entry.detail,
                salt,
                detail_hash,
                &hash,
                chain.key
            ]);
        }
        let sql = format!(
            "INSERT INTO audit_entries ({COLUMNS}) VALUES {}",
            tuples(piece.len(), WIDTH)
        );
        tx.execute(&sql, &values)?;
    }
    tx.execute(
        "UPDATE audit_state SET hash = ?1, key_id = ?2 WHERE id = 1",
        params![hash, chain.key],
    )?;
    Ok(last)
}

/// Which entries are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Of this organization and those below it; `None`: all, those without an organization too.
    pub within: Option<&'a str>,
    /// Of this actor.
    pub actor: Option<&'a str>,
    /// Of this action.
    pub action: Option<&'a str>,
    /// Of one of these actions; empty: of any.
    pub actions: &'a [String],
    /// Written at this moment or after it.
    pub since_ms: Option<i64>,
    /// About this subject.
    pub subject: Option<&'a str>,
    /// In which this is found.
    pub sought: Option<&'a Sought>,
}

/// Words that are looked for in the log. They are found in the name of who did it, in what is said beside, and as
/// the number of an entry; and in whatever they mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// What was typed.
    pub typed: String,
    /// What it means, and any of this is enough.
    pub meant: Vec<Meaning>,
}

/// What words mean in the log: a text in which `*` stands for anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// An action, e.g. `member.*`.
    Action(String),
    /// Who did it, e.g. `system`.
    Actor(String),
    /// What is said beside, e.g. `wrong password*`.
    Detail(String),
}

/// How many entries one search looks at.
pub const LOOKED_AT: i64 = 200_000;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The entries, newest first.
    pub entries: Vec<AuditEntry>,
    /// Entries older than the one with this number were not looked at; `None`: all were.
    pub before: Option<i64>,
}

/// As [`list`], and how far it came: a [search](Filter::sought) reads [`LOOKED_AT`] entries and no more.
///
/// # Errors
/// The database failed.
pub fn page(
    tx: &mut Tx<'_>,
    filter: &Filter<'_>,
    before: Option<i64>,
    limit: u32,
) -> Result<Found> {
    let first = match filter.sought {
        Some(_) => {
            let top = before.unwrap_or(i64::MAX).min(head(tx)?.seq + 1);
            (top - LOOKED_AT).max(1)
        }
        None => 1,
    };
    let entries = from(tx, filter, first, before, limit)?;
    let full = entries.len() >= limit as usize;
    let last = entries.last().map(|entry| entry.seq);
    Ok(Found {
        before: if full { last } else { Some(first) }.filter(|before| *before > 1),
        entries,
    })
}

/// At most `limit` entries, newest first, older than the one with the number `before`.
///
/// # Errors
/// The database failed.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &Filter<'_>,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<AuditEntry>> {
    from(tx, filter, 1, before, limit)
}

/// As [`list`], of those from the one with the number `first` on.
fn from(
    tx: &mut Tx<'_>,
    filter: &Filter<'_>,
    first: i64,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<AuditEntry>> {
    let mut values = params![
        before.unwrap_or(i64::MAX),
        filter.within,
        filter.actor,
        filter.action,
        filter.subject,
        limit,
        first
    ]
    .to_vec();
    let mut more = String::new();
    if let Some(since_ms) = filter.since_ms {
        values.push(Value::from(since_ms));
        let n = values.len();
        // Where they begin, so that it is not looked for more of them to the beginning of the log.
        more.push_str(&format!(
            " AND at_ms >= ?{n} AND seq >= (SELECT MIN(seq) FROM audit_entries WHERE at_ms >= ?{n})"
        ));
    }
    if !filter.actions.is_empty() {
        let places = placeholders(values.len() + 1, filter.actions.len());
        more.push_str(&format!(" AND action IN ({places})"));
        values.extend(filter.actions.iter().map(Value::from));
    }
    if let Some(sought) = filter.sought {
        let found = sought.condition(&mut values);
        more.push_str(&format!(" AND ({found})"));
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_entries
         WHERE seq < ?1 AND seq >= ?7
           AND (CAST(?2 AS TEXT) IS NULL OR organization_id IN
                (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?2))
           AND (CAST(?3 AS TEXT) IS NULL OR actor = ?3)
           AND (CAST(?4 AS TEXT) IS NULL OR action = ?4)
           AND (CAST(?5 AS TEXT) IS NULL OR subject = ?5){more}
         ORDER BY seq DESC LIMIT ?6"
    );
    tx.query(&sql, &values)?.iter().map(entry).collect()
}

impl Sought {
    /// What is true of the entries in which it is found; what it compares with goes behind the values.
    fn condition(&self, values: &mut Vec<Value>) -> String {
        let typed = self.typed.to_lowercase();
        values.push(Value::from(containing(&typed)));
        let n = values.len();
        let mut any = vec![format!(
            "LOWER(detail) LIKE ?{n} ESCAPE '~' OR (actor LIKE 'staff:%' AND LOWER(SUBSTR(actor, 7)) LIKE ?{n} ESCAPE '~')"
        )];
        if let Ok(seq) = typed.parse::<i64>() {
            values.push(Value::from(seq));
            any.push(format!("seq = ?{}", values.len()));
        }
        for meaning in &self.meant {
            let (column, text) = match meaning {
                Meaning::Action(text) => ("action", text),
                Meaning::Actor(text) => ("actor", text),
                Meaning::Detail(text) => ("detail", text),
            };
            let parts: Vec<String> = text.split('*').map(literal).collect();
            values.push(Value::from(parts.join("%")));
            any.push(format!("{column} LIKE ?{} ESCAPE '~'", values.len()));
        }
        any.join(" OR ")
    }
}

/// Takes the details of everything about a subject away; answers how many there were.
///
/// # Errors
/// The database failed.
pub fn redact(tx: &mut WriteTx<'_>, subject: &str) -> Result<u64> {
    tx.execute(
        "UPDATE audit_entries SET detail = NULL, salt = NULL WHERE subject = ?1 AND detail <> ''",
        params![subject],
    )
}

/// The end of the chain. Kept elsewhere, it also proves that nothing was cut off the end, and that nothing
/// before it was written anew by somebody who has the keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Number of the newest entry.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

/// What [`verify`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// The end of the chain.
    pub head: Head,
    /// Number of the first entry that is chained with a key; `None`: none is.
    pub keyed_from: Option<i64>,
    /// Everything that is wrong, by number.
    pub faults: Vec<Fault>,
}

/// Something wrong with the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Entries with these numbers, the last included, are missing.
    Missing {
        /// First of them.
        from: i64,
        /// Last of them.
        to: i64,
    },
    /// An entry, or the hash of the one before it, is not what was written.
    Changed {
        /// Its number.
        seq: i64,
    },
    /// The key that entries are chained with is not there, so nobody can tell what was written.
    NoKey {
        /// Number of the first of them.
        seq: i64,
        /// Number of the key.
        key: u32,
    },
    /// The kept end of the chain is not the newest entry.
    Head {
        /// Number of the newest entry there is.
        newest: i64,
    },
    /// What was written down elsewhere of this entry is not what is there, or the entry is not.
    Kept {
        /// Its number.
        seq: i64,
    },
}

/// Checks every entry, with the keys that the database was [opened](crate::Store::chain_with) with. Reads
/// the whole log.
///
/// # Errors
/// The database failed.
pub fn verify(tx: &mut Tx<'_>) -> Result<Verified> {
    verify_with(tx, &[])
}

/// As [`verify`], and compares with ends of the chain that were kept elsewhere.
///
/// # Errors
/// The database failed.
pub fn verify_with(tx: &mut Tx<'_>, kept: &[Head]) -> Result<Verified> {
    let head = head(tx)?;
    let keys = tx.chain_keys();
    let mut kept_at: BTreeMap<i64, BTreeSet<&str>> = BTreeMap::new();
    for one in kept.iter().filter(|one| one.seq > 0) {
        kept_at.entry(one.seq).or_default().insert(&one.hash);
    }
    let mut found = Verified {
        head,
        ..Verified::default()
    };
    let mut last = Head::default();
    let mut key = 0;
    let mut without: BTreeSet<u32> = BTreeSet::new();
    let sql = format!("SELECT {COLUMNS} FROM audit_entries WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    loop {
        let rows = tx.query(&sql, params![last.seq, PAGE])?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let (seq, hash) = (row.int(0)?, row.text(9)?);
            if seq != last.seq + 1 {
                found.faults.push(Fault::Missing {
                    from: last.seq + 1,
                    to: seq - 1,
                });
            }
            let with = key_id(row, 10)?;
            let chain = Chain {
                key: with,
                keys: keys.clone(),
            };
            match is_as_written(row, &chain, &last.hash)? {
                // Nobody goes back to an older key, or to none.
                Some(true) if with >= key => {}
                Some(_) => found.faults.push(Fault::Changed { seq }),
                None => {
                    if without.insert(with) {
                        found.faults.push(Fault::NoKey { seq, key: with });
                    }
                }
            }
            if with > 0 {
                found.keyed_from.get_or_insert(seq);
            }
            if let Some(hashes) = kept_at.remove(&seq)
                && hashes.iter().any(|kept| **kept != hash)
            {
                found.faults.push(Fault::Kept { seq });
            }
            key = key.max(with);
            last = Head { seq, hash };
        }
    }
    if last != found.head {
        found.faults.push(Fault::Head { newest: last.seq });
    }
    let gone = kept_at.into_keys().map(|seq| Fault::Kept { seq });
    found.faults.extend(gone);
    Ok(found)
}

/// The end of the chain.
///
/// # Errors
/// The database failed.
pub fn head(tx: &mut Tx<'_>) -> Result<Head> {
    let row = tx.query_one("SELECT seq, hash FROM audit_state WHERE id = 1", params![])?;
    Ok(Head {
        seq: row.int(0)?,
        hash: row.text(1)?,
    })
}

/// The hash of the entry with this number.
///
/// # Errors
/// The database failed.
pub fn hash_at(tx: &mut Tx<'_>, seq: i64) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT hash FROM audit_entries WHERE seq = ?1",
        params![seq],
    )?
    .map(|row| row.text(0))
    .transpose()
}

/// Whether an entry is what was written after the one with this hash; nothing without its key.
fn is_as_written(row: &Row, chain: &Chain, before: &str) -> Result<Option<bool>> {
    let (actor, action, subject) = (row.text(2)?, row.text(3)?, row.text(4)?);
    let (organization_id, detail_hash) = (row.opt_text(5)?, row.text(8)?);
    let detail = match (row.opt_text(6)?, row.opt_text(7)?) {
        (Some(detail), Some(salt)) => digest(&[&salt, &detail]) == detail_hash,
        // Purged.
        (None, None) => true,
        _ => false,
    };
    let chained = Chained {
        seq: row.int(0)?,
        at_ms: row.int(1)?,
        actor: &actor,
        action: &action,
        subject: &subject,
        organization_id: organization_id.as_deref(),
        detail_hash: &detail_hash,
    };
    let hash = row.text(9)?;
    Ok(chain
        .hash(before, &chained)
        .map(|expected| detail && expected == hash))
}

struct Chained<'a> {
    seq: i64,
    at_ms: i64,
    actor: &'a str,
    action: &'a str,
    subject: &'a str,
    organization_id: Option<&'a str>,
    detail_hash: &'a str,
}

/// How an entry is chained to the one before.
struct Chain {
    /// Number of the key; 0: with none, as before there were any.
    key: u32,
    keys: Option<Arc<dyn Keys>>,
}

impl Chain {
    /// How entries go on after one that is chained with the key of this number.
    fn after(key: u32, keys: Option<Arc<dyn Keys>>) -> Self {
        // Another process may have a newer one already.
        let newest = keys.as_ref().map_or(0, |keys| keys.newest());
        Self {
            key: key.max(newest),
            keys,
        }
    }

    /// The hash of an entry after the one with the hash `before`; nothing without the key.
    fn hash(&self, before: &str, entry: &Chained<'_>) -> Option<String> {
        let (seq, at_ms) = (entry.seq.to_string(), entry.at_ms.to_string());
        let parts = [
            before,
            &seq,
            &at_ms,
            entry.actor,
            entry.action,
            entry.subject,
            // No id is a single dash.
            entry.organization_id.unwrap_or("-"),
            entry.detail_hash,
        ];
        if self.key == 0 {
            return Some(digest(&parts));
        }
        self.keys.as_ref()?.mac(self.key, &parts)
    }
}

fn key_id(row: &Row, column: usize) -> Result<u32> {
    u32::try_from(row.int(column)?).map_err(|_| Error::Damaged("number of a key".into()))
}

fn entry(row: &Row) -> Result<AuditEntry> {
    Ok(AuditEntry {
        seq: row.int(0)?,
        at_ms: row.int(1)?,
        actor: row.text(2)?,
        action: row.text(3)?,
        subject: row.text(4)?,
        organization_id: row.opt_text(5)?,
        detail: row.opt_text(6)?.unwrap_or_default(),
        hash: row.text(9)?,
    })
}
