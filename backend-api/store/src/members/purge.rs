//! Taking away everything that names a person. What is left is an anonymous row, so that past
//! counts stay right.

use super::{get, told};
use crate::driver::{WriteTx, params};
use crate::error::{Error, Result};
use crate::{audit, found_by, limits, member_sessions, requests};

/// What stands where a name or a reason stood.
pub const PURGED: &str = "已清除";

/// Purges a member. What was deleted is overwritten on disk by [`Store::scrub`](crate::Store::scrub).
///
/// # Errors
/// [`Error::NotFound`].
pub fn purge(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<()> {
    let old = get(tx, id)?.ok_or(Error::NotFound("member"))?;
    told(tx, &old)?;
    tx.execute(
        "UPDATE members SET version = version + 1, household_id = NULL, name = ?2,
             id_sealed = NULL, id_index = NULL, id_hint = NULL, born_on = NULL, sex = NULL,
             phone_sealed = NULL, phone_index = NULL, phone_hint = NULL,
             card_sealed = NULL, card_index = NULL, card_hint = NULL, joined_on = NULL,
             exempt_reason = CASE WHEN exempt_reason IS NULL THEN NULL ELSE ?2 END,
             pin_hash = NULL, source_key = NULL, source_hash = NULL,
             left_at_ms = COALESCE(left_at_ms, ?3), updated_at_ms = ?3,
             updated_by = ?4, found_by = ?5
         WHERE id = ?1",
        params![id, PURGED, now_ms, tx.writer(), found_by::name(PURGED)],
    )?;
    // Who was exempt and who was corrected is part of past counts; why is not.
    for sql in [
        "UPDATE member_transfers SET reason = ?2 WHERE member_id = ?1",
        "UPDATE roll_call_members SET exempt_reason = ?2 WHERE member_id = ?1 AND exempt_reason IS NOT NULL",
        "UPDATE roll_call_members SET added_reason = ?2 WHERE member_id = ?1 AND added_reason IS NOT NULL",
        "UPDATE roll_call_members SET correction = ?2 WHERE member_id = ?1 AND correction IS NOT NULL",
        "UPDATE evaluation_objections SET reason = ?2 WHERE member_id = ?1 AND reason IS NOT NULL",
    ] {
        tx.execute(sql, params![id, PURGED])?;
    }
    // An import that changed them can no longer be taken back for them.
    tx.execute(
        "DELETE FROM member_import_people WHERE member_id = ?1",
        params![id],
    )?;
    requests::figures::purge_member(tx, id)?;
    // What was cast counts; of an evaluation with names it has none any more.
    tx.execute(
        "UPDATE ballots SET member_id = NULL WHERE member_id = ?1",
        params![id],
    )?;
    limits::forget_member(tx, id)?;
    member_sessions::end_all(tx, id)?;
    let subject = format!("member:{id}");
    tx.execute(
        "DELETE FROM staff_notices WHERE subject = ?1",
        params![&subject],
    )?;
    audit::redact(tx, &subject)?;
    Ok(())
}
