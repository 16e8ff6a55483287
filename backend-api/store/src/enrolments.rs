//! Boxes that wait for approval: the device authorization grant of RFC 8628.
//!
//! pending → approved → consumed (the terminal exists), or pending → declined; each until the
//! code expires. [`consume`] gives out one terminal for one approval, however often it is asked.

use contract::enrolment::PendingEnrolment;
use contract::terminal::{Terminal, TerminalKind};

use crate::codec::{from_name, to_name};
use crate::driver::{Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::part::Part;
use crate::terminals::{self, NewTerminal};
use crate::{households, tree};

pub(crate) const PART: Part = Part {
    tables: &["enrolments"],
    ..Part::EMPTY
};

/// What `slow_down` adds to the interval (RFC 8628 section 3.5).
const SLOW_DOWN_MS: i64 = 5_000;

/// A box that asks to be enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEnrolment {
    /// SHA-256 of the device code in hex.
    pub device_code_sha256: String,
    /// What the TV shows.
    pub user_code: String,
    /// What the box said of itself.
    pub hardware: String,
    /// When both codes become void.
    pub expires_at_ms: i64,
    /// How long the box waits between two questions.
    pub interval_ms: i64,
    /// The address it asks from.
    pub address: String,
    /// The network that address is in.
    pub network: String,
}

/// How many boxes may wait for approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Of one address.
    pub of_address: u32,
    /// Of one network.
    pub of_network: u32,
    /// Of all.
    pub of_all: u32,
}

/// Whether a box found [`Room`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// There is some.
    Room,
    /// The box of its own network that waited longest gave way.
    InItsNetwork,
    /// The box that waited longest in the network with the most gave way.
    Elsewhere,
    /// There is none: everybody waits alone.
    None,
}

/// What staff decided on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Where the terminal stands.
    pub organization_id: String,
    /// What it is.
    pub kind: TerminalKind,
    /// Its name.
    pub name: String,
    /// The household whose TV it becomes.
    pub household_id: Option<String>,
    /// The TV which that household has and loses by it.
    pub replaces_terminal_id: Option<String>,
}

/// Answer to a box that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poll {
    /// No such device code, or it was consumed and its time is over.
    Unknown,
    /// It was consumed, and its time is not over: whoever asks is the box that was answered already.
    Consumed,
    /// Its time is over.
    Expired,
    /// Staff declined.
    Declined,
    /// Asked before the interval was over; it is longer from now on.
    SlowDown,
    /// Nobody has decided yet.
    Pending,
    /// Approved: [`consume`] makes the terminal.
    Approved,
}

/// Begins an enrolment. An expired one that had the same user code is thrown away.
///
/// # Errors
/// [`Error::Taken`] if the user code is in use: take another.
pub fn start(tx: &mut WriteTx<'_>, new: &NewEnrolment, now_ms: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM enrolments WHERE user_code = ?1 AND expires_at_ms <= ?2",
        params![&new.user_code, now_ms],
    )?;
    let inserted = tx.execute(
        "INSERT INTO enrolments (device_code_sha256, user_code, hardware, state, created_at_ms, expires_at_ms,
             interval_ms, address, network)
         VALUES (?1, ?2, ?3, 'pending', ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
        params![
            &new.device_code_sha256,
            &new.user_code,
            &new.hardware,
            now_ms,
            new.expires_at_ms,
            new.interval_ms,
            &new.address,
            &new.network
        ],
    )?;
    if inserted == 0 {
        Err(Error::Taken("user code"))
    } else {
        Ok(())
    }
}

/// Finds room for one more box of an address. Whoever floods makes their own give way: of an address or a network
/// with too many the oldest that nobody approved, and when all is full, one of the network with the most. Who
/// waits alone is never sent away.
///
/// # Errors
/// The database failed.
pub fn make_room(
    tx: &mut WriteTx<'_>,
    address: &str,
    network: &str,
    room: Room,
    now_ms: i64,
) -> Result<Found> {
    let waiting = "state = 'pending' AND expires_at_ms > ?1";
    let row = tx.query_one(
        &format!(
            "SELECT COUNT(*), COUNT(CASE WHEN network = ?2 THEN 1 END), COUNT(CASE WHEN address = ?3 THEN 1 END)
             FROM enrolments WHERE {waiting}"
        ),
        params![now_ms, network, address],
    )?;
    let (all, of_network, of_address) = (row.int(0)?, row.int(1)?, row.int(2)?);
    if of_address >= i64::from(room.of_address) {
        give_way(tx, "address", address, now_ms)?;
        return Ok(Found::InItsNetwork);
    }
    if of_network >= i64::from(room.of_network) {
        give_way(tx, "network", network, now_ms)?;
        return Ok(Found::InItsNetwork);
    }
    if all < i64::from(room.of_all) {
        return Ok(Found::Room);
    }
    let crowded = tx.query_opt(
        &format!(
            "SELECT network, COUNT(*) FROM enrolments WHERE {waiting}
             GROUP BY network ORDER BY COUNT(*) DESC, network LIMIT 1"
        ),
        params![now_ms],
    )?;
    let Some(crowded) = crowded.filter(|row| row.int(1).is_ok_and(|count| count > 1)) else {
        return Ok(Found::None);
    };
    let crowded = crowded.text(0)?;
    give_way(tx, "network", &crowded, now_ms)?;
    Ok(if crowded == network {
        Found::InItsNetwork
    } else {
        Found::Elsewhere
    })
}

/// The oldest of those that wait where `column` is `value` waits no more.
fn give_way(tx: &mut WriteTx<'_>, column: &str, value: &str, now_ms: i64) -> Result<()> {
    tx.execute(
        &format!(
            "DELETE FROM enrolments WHERE device_code_sha256 = (
                 SELECT device_code_sha256 FROM enrolments
                 WHERE state = 'pending' AND expires_at_ms > ?1 AND {column} = ?2
                 ORDER BY created_at_ms, user_code LIMIT 1)"
        ),
        params![now_ms, value],
    )?;
    Ok(())
}

/// Whether a box waits that shows `user_code`.
///
/// # Errors
/// The database failed.
pub fn is_pending(tx: &mut Tx<'_>, user_code: &str, now_ms: i64) -> Result<bool> {
    let row = tx.query_opt(
        "SELECT user_code FROM enrolments WHERE user_code = ?1 AND state = 'pending' AND expires_at_ms > ?2",
        params![user_code, now_ms],
    )?;
    Ok(row.is_some())
}

/// Boxes that wait, oldest first.
///
/// # Errors
/// The database failed.
pub fn pending(tx: &mut Tx<'_>, now_ms: i64) -> Result<Vec<PendingEnrolment>> {
    let rows = tx.query(
        "SELECT user_code, hardware, created_at_ms FROM enrolments
         WHERE state = 'pending' AND expires_at_ms > ?1 ORDER BY created_at_ms, user_code",
        params![now_ms],
    )?;
    let pending = rows.iter().map(|row| {
        Ok(PendingEnrolment {
            user_code: row.text(0)?,
            hardware: row.text(1)?,
            requested_at_ms: row.int(2)?,
        })
    });
    pending.collect()
}

/// Approves the box that shows `user_code`.
///
/// # Errors
/// [`Error::NotFound`] if none waits with this code, or without the organization.
pub fn approve(
    tx: &mut WriteTx<'_>,
    user_code: &str,
    approval: &Approval,
    now_ms: i64,
) -> Result<()> {
    tree::require(tx, &[&approval.organization_id])?;
    let changed = tx.execute(
        "UPDATE enrolments SET state = 'approved', organization_id = ?3, terminal_kind = ?4, terminal_name = ?5,
             household_id = ?6, replaces_terminal_id = ?7
         WHERE user_code = ?1 AND state = 'pending' AND expires_at_ms > ?2",
        params![user_code, now_ms, &approval.organization_id, to_name(&approval.kind)?, &approval.name,
            approval.household_id.as_deref(), approval.replaces_terminal_id.as_deref()],
    )?;
    found(changed)
}

/// Declines the box that shows `user_code`.
///
/// # Errors
/// [`Error::NotFound`] if none waits with this code.
pub fn decline(tx: &mut WriteTx<'_>, user_code: &str, now_ms: i64) -> Result<()> {
    let changed = tx.execute(
        "UPDATE enrolments SET state = 'declined'
         WHERE user_code = ?1 AND state = 'pending' AND expires_at_ms > ?2",
        params![user_code, now_ms],
    )?;
    found(changed)
}

/// Answers a box that asks, and notes that it did.
///
/// # Errors
/// The database failed.
pub fn poll(tx: &mut WriteTx<'_>, device_code_sha256: &str, now_ms: i64) -> Result<Poll> {
    let row = tx.query_opt(
        "SELECT state, expires_at_ms, interval_ms, last_poll_at_ms FROM enrolments WHERE device_code_sha256 = ?1",
        params![device_code_sha256],
    )?;
    let Some(row) = row else {
        return Ok(Poll::Unknown);
    };
    let state = row.text(0)?;
    if row.int(1)? <= now_ms {
        let consumed = state == "consumed";
        return Ok(if consumed {
            Poll::Unknown
        } else {
            Poll::Expired
        });
    }
    match state.as_str() {
        "consumed" => return Ok(Poll::Consumed),
        "approved" => return Ok(Poll::Approved),
        "declined" => return Ok(Poll::Declined),
        _ => {}
    }
    let interval_ms = row.int(2)?;
    let early = row
        .opt_int(3)?
        .is_some_and(|last| now_ms < last.saturating_add(interval_ms));
    tx.execute(
        "UPDATE enrolments SET last_poll_at_ms = ?2, interval_ms = ?3 WHERE device_code_sha256 = ?1",
        params![device_code_sha256, now_ms, if early { interval_ms + SLOW_DOWN_MS } else { interval_ms }],
    )?;
    Ok(if early { Poll::SlowDown } else { Poll::Pending })
}

/// Takes the household away from boxes that were approved for it and have not come for their token.
///
/// # Errors
/// The database failed.
pub fn release(tx: &mut WriteTx<'_>, household_id: &str) -> Result<()> {
    tx.execute(
        "UPDATE enrolments SET household_id = NULL, replaces_terminal_id = NULL
         WHERE household_id = ?1 AND state = 'approved'",
        params![household_id],
    )?;
    Ok(())
}

/// Turns an approved enrolment into a terminal with this token, once; the TV of its household, if
/// it was approved for one and the household has not got another one meanwhile.
///
/// # Errors
/// [`Error::NotFound`] if it is not approved, expired, or consumed already.
pub fn consume(
    tx: &mut WriteTx<'_>,
    device_code_sha256: &str,
    token_sha256: &str,
    now_ms: i64,
) -> Result<Terminal> {
    let row = tx.query_opt(
        "UPDATE enrolments SET state = 'consumed'
         WHERE device_code_sha256 = ?1 AND state = 'approved' AND expires_at_ms > ?2
         RETURNING organization_id, terminal_kind, terminal_name, household_id, replaces_terminal_id",
        params![device_code_sha256, now_ms],
    )?;
    let row = row.ok_or(Error::NotFound("enrolment"))?;
    let new = NewTerminal {
        organization_id: row.text(0)?,
        kind: from_name(row.text(1)?)?,
        name: row.text(2)?,
        token_sha256: token_sha256.to_owned(),
    };
    let terminal = terminals::create(tx, &new, now_ms)?;
    if let Some(id) = row.opt_text(3)? {
        let (has, may_lose) = (households::tv(tx, &id)?, row.opt_text(4)?);
        if has.is_none_or(|tv| Some(tv.id) == may_lose) {
            households::bind(tx, &id, Some(&terminal.id))?;
        } else {
            tracing::warn!(
                household = id,
                terminal = terminal.id,
                "the household has got another TV meanwhile"
            );
        }
    }
    Ok(terminal)
}

/// Throws away enrolments whose codes expired before `before_ms`; answers how many.
///
/// # Errors
/// The database failed.
pub fn purge(tx: &mut WriteTx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM enrolments WHERE expires_at_ms < ?1",
        params![before_ms],
    )
}

fn found(changed: u64) -> Result<()> {
    if changed == 0 {
        Err(Error::NotFound("enrolment"))
    } else {
        Ok(())
    }
}
