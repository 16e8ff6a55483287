//! What is sealed of requests, to be sealed with a new key.

use crate::driver::{Tx, WriteTx, params};
use crate::error::Result;

/// Id of a request, its telephone and its number, as they are sealed.
pub type Sealed = (String, Option<String>, Option<String>);

/// At most `limit` requests with something that does not begin with `prefix` (the name of the key it was sealed
/// with), by id, after `after`.
///
/// # Errors
/// The database failed.
pub fn without_prefix(
    tx: &mut Tx<'_>,
    prefix: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<Sealed>> {
    let rows = tx.query(
        "SELECT id, phone_sealed, number_sealed FROM requests
         WHERE id > ?2 AND (phone_sealed NOT LIKE ?1 OR number_sealed NOT LIKE ?1) ORDER BY id LIMIT ?3",
        params![format!("{prefix}%"), after, limit],
    )?;
    rows.iter()
        .map(|row| Ok((row.text(0)?, row.opt_text(1)?, row.opt_text(2)?)))
        .collect()
}

/// Puts the same, sealed anew, in the place of the old.
///
/// # Errors
/// The database failed.
pub fn replace(
    tx: &mut WriteTx<'_>,
    id: &str,
    phone: Option<&str>,
    number: Option<&str>,
) -> Result<()> {
    tx.execute(
        "UPDATE requests SET phone_sealed = ?2, number_sealed = ?3 WHERE id = ?1",
        params![id, phone, number],
    )?;
    Ok(())
}

/// Of at most `limit` requests, by id, after `after`, the entries whose words do not begin with `prefix`:
/// request, number, words.
///
/// # Errors
/// The database failed.
pub fn words_without_prefix(
    tx: &mut Tx<'_>,
    prefix: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<(String, u32, String)>> {
    let rows = tx.query(
        "SELECT request_id, number, text_sealed FROM request_history
         WHERE text_sealed NOT LIKE ?1 AND request_id IN (
             SELECT request_id FROM request_history WHERE request_id > ?2 AND text_sealed NOT LIKE ?1
             GROUP BY request_id ORDER BY request_id LIMIT ?3)
         ORDER BY request_id, number",
        params![format!("{prefix}%"), after, limit],
    )?;
    rows.iter()
        .map(|row| Ok((row.text(0)?, super::small(row.int(1)?)?, row.text(2)?)))
        .collect()
}

/// Puts the same words, sealed anew, in the place of the old.
///
/// # Errors
/// The database failed.
pub fn replace_words(
    tx: &mut WriteTx<'_>,
    request_id: &str,
    number: u32,
    sealed: &str,
) -> Result<()> {
    tx.execute(
        "UPDATE request_history SET text_sealed = ?3 WHERE request_id = ?1 AND number = ?2",
        params![request_id, number, sealed],
    )?;
    Ok(())
}
