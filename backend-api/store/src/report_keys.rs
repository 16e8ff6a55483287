//! By what its author finds a confidential report again: keyed hashes of its number and its PIN. The number is a
//! key of the database and the PIN is compared, so neither can be read from here, and without the keys outside
//! the database neither can be tried.

use crate::driver::{Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::part::{Part, Promise};

pub(crate) const PART: Part = Part {
    scrubbed: &["report_keys"],
    sealed: &["report_keys WHERE pin_hash <> ''"],
    promises: &[Promise {
        broken: "a number leads to no confidential report",
        cases: "SELECT k.request_id FROM report_keys k LEFT JOIN requests r ON r.id = k.request_id
                WHERE r.kind IS NULL OR r.kind <> 'confidential'",
    }],
    ..Part::EMPTY
};

/// What leads to a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportKey {
    /// The request.
    pub request_id: String,
    /// Keyed hash of the PIN.
    pub pin_hash: String,
}

/// Keeps what leads to a report.
///
/// # Errors
/// [`Error::Taken`] if another has this number.
pub fn put(
    tx: &mut WriteTx<'_>,
    request_id: &str,
    number_hash: &str,
    pin_hash: &str,
) -> Result<()> {
    let put = tx.execute(
        "INSERT INTO report_keys (request_id, number_hash, pin_hash) VALUES (?1, ?2, ?3)
         ON CONFLICT (number_hash) DO NOTHING",
        params![request_id, number_hash, pin_hash],
    )?;
    if put == 0 {
        return Err(Error::Taken("number"));
    }
    Ok(())
}

/// What the number with this hash leads to.
///
/// # Errors
/// The database failed.
pub fn find(tx: &mut Tx<'_>, number_hash: &str) -> Result<Option<ReportKey>> {
    let row = tx.query_opt(
        "SELECT request_id, pin_hash FROM report_keys WHERE number_hash = ?1",
        params![number_hash],
    )?;
    row.map(|row| {
        Ok(ReportKey {
            request_id: row.text(0)?,
            pin_hash: row.text(1)?,
        })
    })
    .transpose()
}
