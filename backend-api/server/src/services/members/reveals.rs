//! How many members' numbers one account may see in clear in a day. A clerk looks at a few; who looks at a
//! village one by one is noticed, and stopped.

use contract::staff::NoticeKind;
use store::notices::{self, NewNotice};
use store::{WriteTx, reveals};

use super::super::kit::audit::{self, About, Actor, Thing, Words};
use super::super::kit::calendar;
use super::super::kit::error::{Result, ServiceError};
use super::super::kit::rights::Staff;

/// Counts one. Staff are told when it is a third of what a day allows, and when it is all.
///
/// # Errors
/// [`ServiceError::RevealsUsedUp`].
pub fn count(tx: &mut WriteTx<'_>, by: &Staff, per_day: u32, now_ms: i64) -> Result<()> {
    let per_day = i64::from(per_day);
    let today = calendar::today(now_ms);
    let times = reveals::count(tx, &by.account_id, &today.to_string())?;
    if times > per_day {
        return Err(ServiceError::RevealsUsedUp {
            retry_after: calendar::seconds_left(now_ms),
        });
    }
    if times == per_day || times == (per_day / 3).max(1) {
        let about = About::one(Thing::Account, &by.account_id);
        let notice = NewNotice {
            organization_id: by.organization.id.clone(),
            kind: NoticeKind::ManyReveals,
            subject: about.to_string(),
            detail: format!(
                "账号 {} 今天已查看完整号码 {times} 次，每天最多 {per_day} 次，请问清用途",
                by.login
            ),
        };
        notices::raise(tx, &notice, now_ms)?;
        let organization = Some(by.organization.id.as_str());
        let (actor, words) = (&Actor::of(Some(by)), Words::Times(times));
        audit::note(
            tx,
            actor,
            "member.reveal_many",
            &about,
            organization,
            words,
            now_ms,
        )?;
    }
    Ok(())
}
