//! What terminals should be told of: one journal for everything they know, whichever process
//! changed it.
//!
//! Whatever changes what terminals know touches its topic in the same transaction; only
//! functions of the store do, so nobody who calls them can forget it. Before the commit all touches
//! of a transaction are written together, each topic's with its next number. The row that counts
//! stays locked until then, so numbers become visible in their order, and whoever has seen N never
//! misses a smaller one. These rows are the last thing a transaction locks, always in the order of
//! the topics: so waiting for them is short and goes in no circle. Topics count for themselves
//! because PostgreSQL lets only one of two transactions pass that count at once: whoever publishes
//! must not be in the way of those who sign in.
//!
//! The journal is not a log: of each topic it holds one row for each audience, with the number of the
//! last change. So it grows no further than there are organizations and terminals, and needs no
//! pruning. What changed, and how, is read from where it stands: a terminal that is told asks again.
//!
//! A topic is one line of [`Topic`]. If `Audience` cannot say whom it concerns, or there are too
//! many changes for a row each, it is `Audience::Own`, and who tells it finds those concerned, as
//! for [roll calls](crate::roll_calls::changes).

use std::collections::{BTreeMap, BTreeSet};

use crate::codec::{pieces, tuples};
use crate::driver::{Tx, WriteTx, params};
use crate::error::Result;
use crate::part::Part;
use crate::touch::Touch;

pub use crate::touch::Topic;

pub(crate) use crate::touch::Audience;

pub(crate) const PART: Part = Part {
    tables: &["journal", "journal_state"],
    ..Part::EMPTY
};

/// Up to where changes are known. It differs whenever anything changed that terminals know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Of the database: another one after a backup was put back.
    epoch: String,
    /// Number of the last change of each topic that was ever touched.
    seqs: BTreeMap<Topic, i64>,
}

impl Mark {
    fn seq(&self, topic: Topic) -> i64 {
        self.seqs.get(&topic).copied().unwrap_or(0)
    }

    /// Whether it can have come after `earlier`.
    fn continues(&self, earlier: &Self) -> bool {
        self.epoch == earlier.epoch
            && earlier
                .seqs
                .iter()
                .all(|(topic, seq)| self.seq(*topic) >= *seq)
    }
}

/// Terminals that listen together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Listener {
    /// Where they stand.
    pub organization_id: String,
    /// Only this one; `None`: all of them.
    pub terminal_id: Option<String>,
}

/// What changed after a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Up to here.
    pub mark: Mark,
    /// The database is not the one the mark was of: anything may have changed.
    pub reset: bool,
    /// Topics that changed and whom that concerns; empty for a topic that finds them by itself. Nobody
    /// is in it twice, alone and with all of an organization, except of [`Topic::Terminals`]: a terminal
    /// that moved there is known elsewhere so far, and must be found there by its id.
    pub touched: BTreeMap<Topic, BTreeSet<Listener>>,
}

/// Up to where changes are known now. Cheap enough to be asked for several times a second.
///
/// # Errors
/// The database failed.
pub fn mark(tx: &mut Tx<'_>) -> Result<Mark> {
    let rows = tx.query(
        "SELECT f.epoch, j.topic, j.seq FROM feed_state f LEFT JOIN journal_state j ON 1 = 1",
        params![],
    )?;
    let mut mark = Mark {
        epoch: String::new(),
        seqs: BTreeMap::new(),
    };
    for row in &rows {
        mark.epoch = row.text(0)?;
        // One that only a newer program knows is left to it.
        if let Some(topic) = row.opt_text(1)?.as_deref().and_then(Topic::named) {
            mark.seqs.insert(topic, row.int(2)?);
        }
    }
    Ok(mark)
}

/// What changed after `known`.
///
/// # Errors
/// The database failed.
pub fn since(tx: &mut Tx<'_>, known: &Mark) -> Result<Changes> {
    let mark = mark(tx)?;
    let mut changes = Changes {
        reset: !mark.continues(known),
        mark,
        touched: BTreeMap::new(),
    };
    if changes.reset {
        return Ok(changes);
    }
    for (topic, seq) in &changes.mark.seqs {
        if *seq != known.seq(*topic) {
            let concerned = concerned(tx, *topic, known.seq(*topic))?;
            changes.touched.insert(*topic, concerned);
        }
    }
    Ok(changes)
}

/// Whom changes of a topic after the number `seq` concern.
fn concerned(tx: &mut Tx<'_>, topic: Topic, seq: i64) -> Result<BTreeSet<Listener>> {
    let rows = tx.query(
        "SELECT l.organization_id, CAST(NULL AS TEXT) FROM journal j
         JOIN organization_lines l ON l.ancestor_id = j.audience_id
         WHERE j.topic = ?1 AND j.seq > ?2 AND j.scope = 'below'
         UNION
         SELECT j.audience_id, CAST(NULL AS TEXT) FROM journal j
         WHERE j.topic = ?1 AND j.seq > ?2 AND j.scope = 'at'
         UNION
         SELECT t.organization_id, t.id FROM journal j
         JOIN organization_lines l ON l.organization_id = j.audience_id
         JOIN terminals t ON t.organization_id = l.ancestor_id AND t.kind = 'station'
         WHERE j.topic = ?1 AND j.seq > ?2 AND j.scope = 'stations_above'
         UNION
         SELECT t.organization_id, t.id FROM journal j JOIN terminals t ON t.id = j.audience_id
         WHERE j.topic = ?1 AND j.seq > ?2 AND j.scope = 'terminal'",
        params![topic.name(), seq],
    )?;
    let mut concerned = rows
        .iter()
        .map(|row| {
            Ok(Listener {
                organization_id: row.text(0)?,
                terminal_id: row.opt_text(1)?,
            })
        })
        .collect::<Result<BTreeSet<_>>>()?;
    if topic == Topic::Terminals {
        return Ok(concerned);
    }
    let whole: BTreeSet<String> = concerned
        .iter()
        .filter(|one| one.terminal_id.is_none())
        .map(|all| all.organization_id.clone())
        .collect();
    concerned.retain(|one| one.terminal_id.is_none() || !whole.contains(&one.organization_id));
    Ok(concerned)
}

/// Notes that a topic changed for an audience.
pub(crate) fn touch(tx: &mut WriteTx<'_>, topic: Topic, audience: Audience<'_>) {
    tx.note_touch(Touch::new(topic, audience));
}

/// Writes what a transaction touched, before its commit. Answers the topics that terminals are to be told
/// of before whoever wrote gets an answer, each once.
pub(crate) fn flush(tx: &mut WriteTx<'_>) -> Result<Vec<Topic>> {
    let touched: Vec<Touch> = tx.take_touched().into_iter().collect();
    let mut told_first = Vec::new();
    for of_topic in touched.chunk_by(|one, other| one.topic == other.topic) {
        let topic = of_topic[0].topic;
        let name = topic.name();
        if topic.is_told_first() {
            told_first.push(topic);
        }
        // Not by UPDATE, for which PostgreSQL would read, and so claim, every row of the table.
        let seq = tx
            .query_one(
                "INSERT INTO journal_state (topic, seq) VALUES (?1, 1)
                 ON CONFLICT (topic) DO UPDATE SET seq = journal_state.seq + 1 RETURNING seq",
                params![name],
            )?
            .int(0)?;
        for piece in pieces(of_topic) {
            let mut values = Vec::with_capacity(piece.len() * 4);
            for touch in piece {
                values.extend_from_slice(params![name, touch.scope, &touch.audience_id, seq]);
            }
            let sql = format!(
                "INSERT INTO journal (topic, scope, audience_id, seq) VALUES {}
                 ON CONFLICT (topic, scope, audience_id) DO UPDATE SET seq = excluded.seq",
                tuples(piece.len(), 4)
            );
            tx.execute(&sql, &values)?;
        }
    }
    Ok(told_first)
}
