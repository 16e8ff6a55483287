//! Publishing from any source: staff at the console, or an item of a folder or table outside. Such an item
//! is known again by a key that stays and a hash that changes with its content: what is unchanged is left
//! alone, what changed becomes a new version, what is gone from the source is taken back. What may be
//! published, and within which bounds, is said once by each kind's service, for every source.
//!
//! A running server learns of it by itself, also when another process publishes.

use contract::organization::Organization;
use store::{Imported, Outcome, SourceEntry, Store, Tx, WriteTx, organizations};

use super::audit::{self, About, Actor, Thing};
use super::error::Result;
use super::rights::{Action, Staff};
use super::subject;

/// Who made what the command line imports.
const COMMAND_LINE: &str = "import";

/// Who publishes something, and which item of a folder or table it is, if it is one.
#[derive(Clone, Debug)]
pub struct Source {
    staff: Option<Staff>,
    item: Option<store::Source>,
}

impl Source {
    /// Staff, who wrote it themselves.
    #[must_use]
    pub fn staff(staff: &Staff) -> Self {
        Self {
            staff: Some(staff.clone()),
            item: None,
        }
    }

    /// An item at the command line: its key, e.g. its path in the folder, stays the same while it is
    /// the same; its hash covers everything it is made of.
    #[must_use]
    pub fn item(key: impl Into<String>, hash: impl Into<String>) -> Self {
        Self {
            staff: None,
            item: Some(store::Source {
                key: key.into(),
                hash: hash.into(),
            }),
        }
    }

    /// The server by itself, or a whole list at the command line.
    #[must_use]
    pub const fn server() -> Self {
        Self {
            staff: None,
            item: None,
        }
    }

    /// Key and hash, of what is known again by them.
    #[must_use]
    pub const fn known_by(&self) -> Option<&store::Source> {
        self.item.as_ref()
    }

    /// Who, for the log.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::of(self.staff.as_ref())
    }

    /// Login name of who made it.
    #[must_use]
    pub fn login(&self) -> &str {
        login(self.staff.as_ref())
    }

    /// Whether whoever publishes has the organization at the top, as [`Staff::at_root`]; the command line
    /// has.
    ///
    /// # Errors
    /// The database failed.
    pub fn at_root(&self, tx: &mut Tx<'_>) -> Result<bool> {
        self.staff
            .as_ref()
            .map_or(Ok(true), |staff| staff.at_root(tx))
    }

    /// Id of the organization whose subtree they have: their own, and the one at the top, if there is one, of
    /// the command line.
    ///
    /// # Errors
    /// The database failed.
    pub fn within(&self, tx: &mut Tx<'_>) -> Result<Option<String>> {
        Ok(match &self.staff {
            Some(staff) => Some(staff.organization.id.clone()),
            None => organizations::root(tx)?.map(|root| root.id),
        })
    }

    /// As [`Staff::may`]. The command line is asked nothing: who can run it can write the database.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`](super::error::ServiceError::Forbidden).
    pub fn may(&self, action: Action) -> Result<()> {
        self.staff
            .as_ref()
            .map_or(Ok(()), |staff| staff.may(action))
    }

    /// As [`subject::organization`]; see [`may`](Self::may).
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`](super::error::ServiceError::Forbidden),
    /// [`ServiceError::Invalid`](super::error::ServiceError::Invalid), or the database failed.
    pub fn organization(
        &self,
        tx: &mut Tx<'_>,
        action: Action,
        field: &str,
        code: &str,
    ) -> Result<Organization> {
        subject::organization(tx, &self.staff, action, field, code)
    }
}

/// Login name of who makes something; what stands for it at the command line, without one.
#[must_use]
pub fn login(staff: Option<&Staff>) -> &str {
    staff.map_or(COMMAND_LINE, |staff| staff.login.as_str())
}

/// How a kind of thing is kept that comes from outside item by item.
pub struct Kind {
    /// What the log calls one.
    pub thing: Thing,
    /// What the log calls making one.
    pub creation: &'static str,
    /// What the log calls changing one.
    pub change: &'static str,
    /// What the log calls taking one back.
    pub withdrawal: &'static str,
    /// Everything that came from outside, by key.
    pub sources: fn(&mut Tx<'_>) -> store::Result<Vec<SourceEntry>>,
    /// What becomes of one whose item is gone, at a Unix time in milliseconds.
    pub gone: fn(&mut Tx<'_>, &SourceEntry, i64) -> store::Result<Gone>,
    /// Takes back what has this key, at a Unix time in milliseconds; tells whether there was anything.
    pub withdraw: fn(&mut WriteTx<'_>, &str, i64) -> store::Result<bool>,
}

/// What becomes of something whose item is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gone {
    /// It is taken back.
    TakenBack {
        /// What it is called.
        title: String,
        /// Whose it is.
        organization_id: String,
    },
    /// Nobody sees it any more: it is forgotten, and nothing is taken back.
    Expired,
    /// It stays, because it has begun or is over.
    Stays,
}

/// Something that was taken back, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Its key.
    pub key: String,
    /// What it is called; `None` for what had [expired](Gone::Expired).
    pub title: Option<String>,
}

/// Everything of a kind that came from outside, by key.
///
/// # Errors
/// The database failed.
pub fn known(store: &Store, kind: &Kind) -> Result<Vec<SourceEntry>> {
    Ok(store.read(|tx| (kind.sources)(tx))?)
}

/// Notes what importing an item did, unless it was as it is; answers what that was.
///
/// # Errors
/// The database failed.
pub fn imported(
    tx: &mut WriteTx<'_>,
    kind: &Kind,
    imported: &Imported,
    organization_id: &str,
    now_ms: i64,
) -> Result<Outcome> {
    let action = match imported.outcome {
        Outcome::Created => kind.creation,
        Outcome::Updated => kind.change,
        Outcome::Unchanged => return Ok(Outcome::Unchanged),
    };
    let about = About::one(kind.thing, &imported.id);
    audit::system(tx, action, &about, Some(organization_id), now_ms)?;
    Ok(imported.outcome)
}

/// Takes back everything whose items are gone, in one transaction; with `dry_run` only tells what would
/// be.
///
/// # Errors
/// The database failed; then nothing was taken back.
pub fn withdraw(
    store: &Store,
    kind: &'static Kind,
    gone: Vec<SourceEntry>,
    dry_run: bool,
    now_ms: i64,
) -> Result<Vec<Missing>> {
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    if dry_run {
        return store.read(|tx| {
            let mut missing = Vec::new();
            for entry in &gone {
                missing.extend(missing_of(entry, (kind.gone)(tx, entry, now_ms)?));
            }
            Ok(missing)
        });
    }
    store.write(move |tx| {
        tx.written_by(COMMAND_LINE);
        let mut missing = Vec::new();
        for entry in &gone {
            let what = (kind.gone)(tx, entry, now_ms)?;
            if what == Gone::Stays || !(kind.withdraw)(tx, &entry.key, now_ms)? {
                continue;
            }
            if let Gone::TakenBack {
                organization_id, ..
            } = &what
            {
                // By its id: the key may be the name of a file, which may name somebody.
                let about = About::one(kind.thing, &entry.id);
                let organization = Some(organization_id.as_str());
                audit::system(tx, kind.withdrawal, &about, organization, now_ms)?;
            }
            missing.extend(missing_of(entry, what));
        }
        Ok(missing)
    })
}

fn missing_of(entry: &SourceEntry, gone: Gone) -> Option<Missing> {
    let title = match gone {
        Gone::TakenBack { title, .. } => Some(title),
        Gone::Expired => None,
        Gone::Stays => return None,
    };
    Some(Missing {
        key: entry.key.clone(),
        title,
    })
}
