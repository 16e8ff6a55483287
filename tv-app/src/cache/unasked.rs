//! Answers that were begun and go, because nobody can hand them in any more.

use rusqlite::Transaction;

/// The evaluation of a draft, in SQL: what stands before the space in its id.
const OF: &str = "substr(ballot_draft.id, 1, instr(ballot_draft.id, ' ') - 1)";
/// It is not here, or not open, in SQL.
const UNASKED: &str = "NOT EXISTS (SELECT 1 FROM document d
    WHERE d.id = substr(ballot_draft.id, 1, instr(ballot_draft.id, ' ') - 1)
    AND json_extract(d.json, '$.state') = 'open')";

/// Answers go that nobody can hand in any more: the evaluation with this id is not here, or not open.
pub(super) fn drop_unasked(tx: &Transaction<'_>, evaluation_id: &str) -> rusqlite::Result<()> {
    let sql = format!("DELETE FROM ballot_draft WHERE {OF} = ?1 AND {UNASKED}");
    tx.prepare_cached(&sql)?.execute([evaluation_id])?;
    Ok(())
}

/// The same of every evaluation, once everything that there is has come.
pub(super) fn drop_all_unasked(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let sql = format!("DELETE FROM ballot_draft WHERE {UNASKED}");
    tx.prepare_cached(&sql)?.execute([])?;
    Ok(())
}

/// Nobody who began to answer here is here any more.
pub(super) fn drop_all(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    tx.execute("DELETE FROM ballot_draft", [])?;
    Ok(())
}
