//! What staff did, for the log. Every write and every reading of personal data ends up there, in
//! the transaction that does it. What it was done to is an [`About`], what is said beside are [`Words`]:
//! neither holds titles, names of members, numbers or PINs.

mod about;
mod words;

use contract::account::AuditHead;
use store::audit::{self, NewEntry};
use store::{Store, WriteTx};

use super::error::Result;
use super::rights::{Action, Staff};

pub use about::{About, Thing};
pub use store::audit::{Found, Meaning, Sought};
pub use words::{Why, Words};

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member of staff, by login name.
    Staff(String),
    /// A terminal, by id.
    Terminal(String),
    /// A member, by id.
    Member(String),
    /// The command line, or the server by itself.
    System,
}

impl Actor {
    /// The actor who is this member of staff; the command line without one.
    #[must_use]
    pub fn of(staff: Option<&Staff>) -> Self {
        staff.map_or(Self::System, |staff| Self::Staff(staff.login.clone()))
    }
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Staff(login) => write!(f, "staff:{login}"),
            Self::Terminal(id) => write!(f, "terminal:{id}"),
            Self::Member(id) => write!(f, "member:{id}"),
            Self::System => f.write_str("system"),
        }
    }
}

/// An entry to be written.
#[derive(Clone, Debug)]
pub struct Entry(NewEntry);

impl Entry {
    /// Somebody did something.
    #[must_use]
    pub fn new(
        actor: &Actor,
        action: &'static str,
        about: &About,
        organization_id: Option<&str>,
        words: Words<'_>,
    ) -> Self {
        debug_assert!(
            words.may_be_about(about),
            "no purge finds {words:?} about {about}"
        );
        Self(NewEntry {
            actor: actor.to_string(),
            action: action.to_owned(),
            subject: about.to_string(),
            organization_id: organization_id.map(str::to_owned),
            detail: words.to_string(),
        })
    }
}

/// Notes that somebody did something.
///
/// # Errors
/// The database failed.
pub fn note(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    action: &'static str,
    about: &About,
    organization_id: Option<&str>,
    words: Words<'_>,
    now_ms: i64,
) -> Result<(), store::Error> {
    let entry = Entry::new(actor, action, about, organization_id, words);
    note_all(tx, vec![entry], now_ms)
}

/// Notes all of these, in their order.
///
/// # Errors
/// The database failed.
pub fn note_all(
    tx: &mut WriteTx<'_>,
    entries: Vec<Entry>,
    now_ms: i64,
) -> Result<(), store::Error> {
    let entries: Vec<NewEntry> = entries.into_iter().map(|Entry(new)| new).collect();
    if !entries.is_empty() {
        audit::append_all(tx, &entries, now_ms)?;
    }
    Ok(())
}

/// Notes what the command line, or the server by itself, did to a document.
///
/// # Errors
/// The database failed.
pub fn system(
    tx: &mut WriteTx<'_>,
    action: &'static str,
    about: &About,
    organization_id: Option<&str>,
    now_ms: i64,
) -> Result<(), store::Error> {
    let actor = &Actor::System;
    note(
        tx,
        actor,
        action,
        about,
        organization_id,
        Words::None,
        now_ms,
    )
}

/// Which entries are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this actor.
    pub actor: Option<String>,
    /// Of this action.
    pub action: Option<String>,
    /// Of one of these actions; empty: of any.
    pub actions: Vec<String>,
    /// Written at this moment or after it.
    pub since_ms: Option<i64>,
    /// About this subject.
    pub subject: Option<String>,
    /// In which this is found.
    pub sought: Option<Sought>,
}

/// Entries of the subtree, newest first; staff of the root also see those that concern no
/// organization.
///
/// # Errors
/// [`ServiceError::Forbidden`](super::error::ServiceError::Forbidden), or the database failed.
pub fn list(
    store: &Store,
    staff: &Staff,
    filter: &Filter,
    before: Option<i64>,
    limit: u32,
) -> Result<Found> {
    staff.may(Action::ReadAudit)?;
    store.read(|tx| {
        let everything = staff.at_root(tx)?;
        let filter = audit::Filter {
            within: (!everything).then_some(staff.organization.id.as_str()),
            actor: filter.actor.as_deref(),
            action: filter.action.as_deref(),
            actions: &filter.actions,
            since_ms: filter.since_ms,
            subject: filter.subject.as_deref(),
            sought: filter.sought.as_ref(),
        };
        Ok(audit::page(tx, &filter, before, limit)?)
    })
}

/// The end of the log, for whoever keeps it elsewhere.
///
/// # Errors
/// As [`list`].
pub fn head(store: &Store, staff: &Staff) -> Result<AuditHead> {
    staff.may(Action::ReadAudit)?;
    let head = store.read(audit::head)?;
    Ok(AuditHead {
        seq: head.seq,
        text: format!("{}:{}", head.seq, head.hash),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::kit::reason;

    #[test]
    fn what_somebody_wrote_stands_only_in_what_a_purge_finds() {
        let why = reason::checked("reason", "张三本人要求").unwrap();
        let (member, meeting) = (
            About::one(Thing::Member, "0199"),
            About::one(Thing::Meeting, "0200"),
        );
        let roll_call = About::one(Thing::RollCall, "0201");
        let (roll_call, reason) = (&roll_call, &why);
        let state = contract::roll_call::AttendanceState::Leave;
        for words in [
            Words::Reason(reason),
            Words::Added { roll_call, reason },
            Words::Corrected {
                roll_call,
                state,
                reason,
            },
        ] {
            assert!(words.may_be_about(&member), "{words}");
            assert!(!words.may_be_about(&meeting), "{words}");
        }
        assert!(Words::Audience("QH").may_be_about(&meeting));
    }

    #[test]
    fn entries_are_spelled_as_they_always_were() {
        let about = About::one(Thing::RollCall, "0201");
        assert_eq!(about.to_string(), "roll_call:0201");
        assert_eq!(About::Keys.to_string(), "keys");
        let answered = Words::Answered {
            roll_call: &about,
            round: 2,
            state: contract::roll_call::AttendanceState::Present,
            method: contract::roll_call::Method::Card,
            guest: true,
            verify: None,
        };
        assert_eq!(
            answered.to_string(),
            "roll_call:0201 round 2 Present by Card, guest"
        );
        assert_eq!(Words::Fields(&["name", "phone"]).to_string(), "name phone");
        assert_eq!(Words::Audience("QH").to_string(), "for QH");
        let from = Some([10, 1, 2, 3].into());
        assert_eq!(
            Words::Refused(Why::Password, from).to_string(),
            "wrong password from 10.1.2.3"
        );
        assert_eq!(Words::None.to_string(), "");
    }

    #[test]
    #[should_panic(expected = "is no id")]
    fn a_title_is_no_id() {
        let _ = About::one(Thing::Meeting, "张三追悼会");
    }
}
