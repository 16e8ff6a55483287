//! Sealed numbers: one member's, to be opened, and everybody's, to be sealed with a new key.

use std::fmt;

use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::Result;

const COLUMNS: &str = "id, id_sealed, phone_sealed, card_sealed";

/// The sealed numbers of one member.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sealed {
    /// Whose they are.
    pub member_id: String,
    /// Identity number.
    pub id_number: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Card.
    pub card: Option<String>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed")
            .field("member_id", &self.member_id)
            .finish_non_exhaustive()
    }
}

/// The sealed numbers of a member.
///
/// # Errors
/// The database failed.
pub fn of(tx: &mut Tx<'_>, member_id: &str) -> Result<Option<Sealed>> {
    let sql = format!("SELECT {COLUMNS} FROM members WHERE id = ?1");
    tx.query_opt(&sql, params![member_id])?
        .as_ref()
        .map(read)
        .transpose()
}

/// At most `limit` members with a number that does not begin with `prefix` (the name of the key it
/// was sealed with), by id, after `after`.
///
/// # Errors
/// The database failed.
pub fn without_prefix(
    tx: &mut Tx<'_>,
    prefix: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<Sealed>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM members WHERE id > ?2
           AND (id_sealed NOT LIKE ?1 OR phone_sealed NOT LIKE ?1 OR card_sealed NOT LIKE ?1)
         ORDER BY id LIMIT ?3"
    );
    tx.query(&sql, params![format!("{prefix}%"), after, limit])?
        .iter()
        .map(read)
        .collect()
}

/// Puts the same numbers, sealed anew, in the place of the old ones. No change anybody sees, so
/// the version stays.
///
/// # Errors
/// The database failed.
pub fn replace(tx: &mut WriteTx<'_>, sealed: &Sealed) -> Result<()> {
    tx.execute(
        "UPDATE members SET id_sealed = ?2, phone_sealed = ?3, card_sealed = ?4 WHERE id = ?1",
        params![
            &sealed.member_id,
            sealed.id_number.as_deref(),
            sealed.phone.as_deref(),
            sealed.card.as_deref()
        ],
    )?;
    Ok(())
}

fn read(row: &Row) -> Result<Sealed> {
    Ok(Sealed {
        member_id: row.text(0)?,
        id_number: row.opt_text(1)?,
        phone: row.opt_text(2)?,
        card: row.opt_text(3)?,
    })
}
