//! What staff did, for the log. Every write and every reading of personal data ends up there, in
//! the transaction that does it. Details never hold numbers, names or PINs.

use contract::account::AuditEntry;
use store::{Store, WriteTx, audit};

use super::error::Result;
use super::rights::{Action, Staff};

pub use store::audit::NewEntry;

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

/// Notes that somebody did something to `subject` (kind and id).
///
/// # Errors
/// The database failed.
pub fn note(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    action: &str,
    subject: &str,
    organization_id: Option<&str>,
    detail: &str,
    now_ms: i64,
) -> Result<(), store::Error> {
    let entry = NewEntry {
        actor: actor.to_string(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        organization_id: organization_id.map(str::to_owned),
        detail: detail.to_owned(),
    };
    audit::append(tx, &entry, now_ms)?;
    Ok(())
}

/// Notes what the command line, or the server by itself, did to a document.
///
/// # Errors
/// The database failed.
pub fn system(
    tx: &mut WriteTx<'_>,
    action: &str,
    subject: &str,
    organization_id: Option<&str>,
    now_ms: i64,
) -> Result<(), store::Error> {
    note(
        tx,
        &Actor::System,
        action,
        subject,
        organization_id,
        "",
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
    /// About this subject.
    pub subject: Option<String>,
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
) -> Result<Vec<AuditEntry>> {
    staff.may(Action::ReadAudit)?;
    store.read(|tx| {
        let everything = staff.at_root(tx)?;
        let filter = audit::Filter {
            within: (!everything).then_some(staff.organization.id.as_str()),
            actor: filter.actor.as_deref(),
            action: filter.action.as_deref(),
            subject: filter.subject.as_deref(),
        };
        Ok(audit::list(tx, &filter, before, limit)?)
    })
}
