//! Whether the database is sound: the file (SQLite), and what its tables promise each other.

use crate::driver::{Tx, params};
use crate::error::{Error, Result};
use crate::store::{Open, Store};

/// What must never be found, and how it is told. Each query answers one text for each case.
const PROMISES: &[(&str, &str)] = &[
    (
        "an organization lacks a line to a node above it",
        "SELECT o.id FROM organizations o JOIN organization_lines p ON p.organization_id = o.parent_id
         WHERE NOT EXISTS (SELECT 1 FROM organization_lines l
                           WHERE l.organization_id = o.id AND l.ancestor_id = p.ancestor_id)",
    ),
    (
        "an organization has a line to a node that is not above it",
        "SELECT l.organization_id FROM organization_lines l JOIN organizations o ON o.id = l.organization_id
         WHERE l.depth > 0 AND l.ancestor_id <> '*'
           AND NOT EXISTS (SELECT 1 FROM organization_lines p
                           WHERE p.organization_id = o.parent_id AND p.ancestor_id = l.ancestor_id)",
    ),
    (
        "a published bulletin is not in the feed of its audience",
        "SELECT b.id FROM bulletins b WHERE b.state = 'published'
           AND NOT EXISTS (SELECT 1 FROM feed_entries e
                           WHERE e.document_id = b.id AND e.audience_id = b.audience_id AND e.live = 1)",
    ),
    (
        "a programme is not in the feed of its audience",
        "SELECT p.id FROM programmes p WHERE p.withdrawn_at_ms IS NULL
           AND NOT EXISTS (SELECT 1 FROM feed_entries e
                           WHERE e.document_id = p.id AND e.audience_id = p.audience_id AND e.live = 1)",
    ),
    (
        "the feed shows a bulletin that is not published",
        "SELECT e.document_id FROM feed_entries e WHERE e.live = 1 AND e.kind = 'bulletin'
           AND NOT EXISTS (SELECT 1 FROM bulletins b WHERE b.id = e.document_id
                           AND b.audience_id = e.audience_id AND b.state = 'published')",
    ),
    (
        "the feed shows a programme that is withdrawn",
        "SELECT e.document_id FROM feed_entries e WHERE e.live = 1 AND e.kind = 'programme'
           AND NOT EXISTS (SELECT 1 FROM programmes p WHERE p.id = e.document_id
                           AND p.audience_id = e.audience_id AND p.withdrawn_at_ms IS NULL)",
    ),
    (
        "a meeting that is shown is not in the feed of its audience",
        "SELECT m.id FROM meetings m WHERE m.shown = 1
           AND NOT EXISTS (SELECT 1 FROM feed_entries e
                           WHERE e.document_id = m.id AND e.audience_id = m.audience_id AND e.live = 1)",
    ),
    (
        "the feed shows a meeting that is not to be shown",
        "SELECT e.document_id FROM feed_entries e WHERE e.live = 1 AND e.kind = 'meeting'
           AND NOT EXISTS (SELECT 1 FROM meetings m WHERE m.id = e.document_id
                           AND m.audience_id = e.audience_id AND m.shown = 1)",
    ),
    (
        "a recording counts as published and is no programme",
        "SELECT m.id FROM meetings m WHERE m.recording = 'published' AND m.programme_id IS NULL",
    ),
    (
        "somebody answered a roll call that did not call them, and is no visitor",
        "SELECT s.member_id FROM sign_ins s WHERE s.guest = 0
           AND NOT EXISTS (SELECT 1 FROM roll_call_members k
                           WHERE k.roll_call_id = s.roll_call_id AND k.member_id = s.member_id)",
    ),
    (
        "somebody answered a round that was never held",
        "SELECT s.member_id FROM sign_ins s
         WHERE NOT EXISTS (SELECT 1 FROM roll_call_rounds r
                           WHERE r.roll_call_id = s.roll_call_id AND r.number = s.round
                             AND r.state IN ('open', 'closed'))",
    ),
    (
        "a round is open in a roll call that is not",
        "SELECT r.roll_call_id FROM roll_call_rounds r JOIN roll_calls c ON c.id = r.roll_call_id
         WHERE r.state = 'open' AND c.state <> 'open'",
    ),
    (
        "somebody looks into a duty room that is deleted",
        "SELECT l.id FROM duty_looks l JOIN duty_rooms r ON r.id = l.room_id
         WHERE l.closed_at_ms IS NULL AND r.deleted_at_ms IS NOT NULL",
    ),
    (
        "a feed entry is newer than the head of its audience",
        "SELECT e.document_id FROM feed_entries e LEFT JOIN feed_heads h ON h.audience_id = e.audience_id
         WHERE h.seq IS NULL OR e.seq > h.seq",
    ),
];

impl Store {
    /// Everything that is wrong, in words for an operator; empty if all is well. Reads the whole
    /// database. Blocks.
    ///
    /// # Errors
    /// The database cannot be read at all.
    pub fn integrity_check(&self) -> Result<Vec<String>> {
        let mut wrong = match self.opened() {
            Open::Sqlite(sqlite) => sqlite.with_reader(check_file)?,
            // Page checksums and amcheck belong to the server's operator.
            Open::Postgres(_) => Vec::new(),
        };
        wrong.extend(self.read(check_promises)?);
        Ok(wrong)
    }
}

fn check_promises(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (what, sql) in PROMISES {
        for row in tx.query(sql, params![])? {
            wrong.push(format!("{what}: {}", row.text(0)?));
        }
    }
    Ok(wrong)
}

fn check_file(connection: &rusqlite::Connection) -> Result<Vec<String>> {
    let collect = |sql: &str, describe: fn(&rusqlite::Row<'_>) -> rusqlite::Result<String>| {
        let mut statement = connection.prepare(sql)?;
        statement
            .query_map([], describe)?
            .collect::<rusqlite::Result<Vec<String>>>()
    };
    let run = || {
        let mut wrong = collect("PRAGMA integrity_check", |row| row.get(0))?;
        wrong.retain(|line| line != "ok");
        wrong.extend(collect("PRAGMA foreign_key_check", |row| {
            Ok(format!(
                "a row of {} refers to a missing row of {}",
                row.get::<_, String>(0)?,
                row.get::<_, String>(2)?
            ))
        })?);
        Ok(wrong)
    };
    run().map_err(|error: rusqlite::Error| Error::Statement {
        statement: "PRAGMA integrity_check".into(),
        source: error.into(),
    })
}
