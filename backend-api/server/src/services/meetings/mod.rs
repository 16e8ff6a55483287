//! Meetings as staff plan and hold them, and who watched them. What goes on in a live one is
//! elsewhere: here it is scheduled, live, ended or cancelled.
//!
//! | module | holds |
//! |---|---|
//! | [`plan`] | planning, starting, ending, cancelling |
//! | [`checks`] | whether stations can take part |
//! | [`repeat`] | on which days one is that is held again and again |
//! | [`series`] | planning, changing, cancelling one and those that follow |
//! | [`roll_call`] | calling everybody a meeting is for |
//! | [`recording`] | a recording becomes a programme |
//! | [`watching`] | who watched, and for how long |

pub mod checks;
pub mod plan;
pub mod recording;
pub mod repeat;
pub mod roll_call;
pub mod series;
pub mod watching;

use contract::meeting::StaffMeeting;
use store::meetings::{self, After, Filter, Record};
use store::{Store, Tx, WriteTx, organizations};

use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::Result;
use super::kit::rights::{Action, Staff};
use super::kit::subject::{self, Shown, Subject};

pub use plan::{
    KIND, UNHEARD_FORGOTTEN_MS, cancel, check, checked_agenda, checked_title, create, edit, end,
    end_forgotten, import, is_past, note_forgotten, planned_for, start,
};
pub use recording::{
    cut_recording, hold_recording, publish_recording, record_again, recorded, recording_failed,
    recording_state,
};

/// Planning, starting, directing, ending.
const DIRECT: Action = Action::Direct;
/// Seeing meetings and figures of who watched.
const SEE: Action = Action::Read;

/// Meetings that concern the own subtree, those that begin last first.
///
/// # Errors
/// [`ServiceError::Forbidden`](super::kit::error::ServiceError::Forbidden), or the database failed.
pub fn list(
    store: &Store,
    staff: &Staff,
    filter: &Filter,
    after: Option<&After>,
    limit: u32,
) -> Result<Vec<StaffMeeting>> {
    staff.may(SEE)?;
    let filter = Filter {
        within: staff.organization.id.clone(),
        ..filter.clone()
    };
    let found = store.read(|tx| meetings::list(tx, &filter, after, limit))?;
    Ok(found.iter().map(Record::to_staff).collect())
}

/// One meeting that concerns the own subtree.
///
/// # Errors
/// See [`subject`].
pub fn get(store: &Store, staff: &Staff, id: &str) -> Result<StaffMeeting> {
    store.read(|tx| Ok(subject::seen::<Record>(tx, staff, id)?.to_staff()))
}

impl Subject for Record {
    const NAME: &'static str = "这场会议";
    const SEE: Action = SEE;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        meetings::get(tx, id)
    }

    fn organization_id(&self) -> &str {
        &self.organization.id
    }

    /// Held in their subtree, or for an audience in it or above it, which their terminals belong to.
    fn is_seen_from(&self, tx: &mut Tx<'_>, own: &str) -> store::Result<bool> {
        let audience = &self.audience.id;
        Ok(organizations::is_within(tx, audience, own)?
            || organizations::is_within(tx, own, audience)?
            || organizations::is_within(tx, &self.organization.id, own)?)
    }
}

impl Shown for Record {
    fn audience_id(&self) -> &str {
        &self.audience.id
    }
}

/// A meeting that somebody may plan, start, direct and end: both who holds it and who it is for
/// belong to their subtree. The command line (`None`) is asked nothing.
fn directed<'a>(tx: &mut Tx<'_>, by: impl Into<Option<&'a Staff>>, id: &str) -> Result<Record> {
    let by: Option<&Staff> = by.into();
    let record: Record = subject::allowed(tx, by, DIRECT, id)?;
    if let Some(staff) = by {
        staff.may_in(tx, DIRECT, &record.audience.id)?;
    }
    Ok(record)
}

/// Writes down what was done with a meeting. Without its title, which may name somebody.
fn note(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    action: &'static str,
    record: &Record,
    now_ms: i64,
) -> Result<()> {
    let about = About::one(Thing::Meeting, &record.id);
    let organization = Some(record.organization.id.as_str());
    let words = Words::Audience(&record.audience_code);
    audit::note(tx, actor, action, &about, organization, words, now_ms)?;
    Ok(())
}

fn count(step: &'static str) {
    metrics::counter!("meeting_steps", "step" => step).increment(1);
}
