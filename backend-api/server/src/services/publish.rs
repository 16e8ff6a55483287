//! Publishing from a source outside, such as a folder: each item has a key that stays and a hash
//! that changes with its content. What is unchanged is left alone; what changed becomes a new
//! version; what is gone from the source is withdrawn. Each call is one transaction.
//!
//! A running server learns of it by itself, also when another process publishes.

use std::collections::HashMap;

use contract::file::{FileRef, Picture};
use contract::kinds::{DocumentKind, ListingKind};
use contract::organization::OrganizationKind;
use contract::programme::{Caption, Rendition};
use contract::staff::BulletinDraft;
use contract::township::Township;
use store::{Store, Tx, WriteTx, bulletins, files, organizations, programmes, township};

use super::bulletins::{check_draft, content_of};
use super::kit::error::{Result, ServiceError};
use super::kit::rights::Staff;
use super::kit::{audit, names};
use super::organizations::{by_code, check};
use super::township::{check_township, listing_kind};

/// What publishing did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Created,
    /// It was published again with new content.
    Updated,
    /// Nothing had changed.
    Unchanged,
}

/// Where an item comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Stays the same while the item is the same, e.g. its path in the folder.
    pub key: String,
    /// Hash of everything it was made from.
    pub hash: String,
}

/// An organization as a source lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationEntry {
    /// Short code, unique.
    pub code: String,
    /// Code of the node above; `None` for the root.
    pub parent_code: Option<String>,
    /// Kind of node.
    pub kind: OrganizationKind,
    /// Name as shown on screens.
    pub name: String,
}

/// A programme as a source lists it; its files are stored already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeDraft {
    /// The list it belongs to.
    pub category: String,
    /// Code of the organization that publishes it.
    pub organization_code: String,
    /// Code of the organization whose subtree may watch it.
    pub audience_code: String,
    /// Title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// When it was published, Unix milliseconds.
    pub published_at_ms: i64,
    /// Length in milliseconds.
    pub duration_ms: i64,
    /// Still picture.
    pub poster: Picture,
    /// Qualities, best first; at least one.
    pub renditions: Vec<Rendition>,
    /// Captions.
    pub captions: Vec<Caption>,
}

/// What was published from sources before: key → hash, without what was withdrawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Bulletins.
    pub bulletins: HashMap<String, String>,
    /// Programmes.
    pub programmes: HashMap<String, String>,
}

/// Creates, renames and moves organizations so that they are as listed. Organizations that are
/// not listed stay: something may have been published for them. Parents may stand anywhere in
/// the list or exist already.
///
/// # Errors
/// [`ServiceError::Invalid`] with `organizations[INDEX].FIELD`; then nothing was changed.
pub fn organizations(
    store: &Store,
    entries: &[OrganizationEntry],
    now_ms: i64,
) -> Result<Vec<Outcome>> {
    let mut entries = entries.to_vec();
    for (index, entry) in entries.iter_mut().enumerate() {
        entry.name = check(&entry.code, &entry.name).map_err(|error| at(error, index))?;
    }
    store.write(move |tx| {
        let mut outcomes = vec![None; entries.len()];
        let mut left: Vec<usize> = (0..entries.len()).collect();
        // Parents first, in whatever order they are listed: every round places those whose
        // parent is there.
        while !left.is_empty() {
            let before = left.len();
            let mut later = Vec::new();
            for index in left {
                let listed_later = |code: &String| {
                    entries
                        .iter()
                        .zip(&outcomes)
                        .any(|(entry, outcome)| entry.code == *code && outcome.is_none())
                };
                let entry = &entries[index];
                if entry.parent_code.as_ref().is_some_and(listed_later) {
                    later.push(index);
                } else {
                    let outcome = place(tx, entry, now_ms).map_err(|error| at(error, index))?;
                    outcomes[index] = Some(outcome);
                }
            }
            if later.len() == before {
                let error = ServiceError::field("parent_code", "上级组织互相包含，成了一个圈");
                return Err(at(error, later[0]));
            }
            left = later;
        }
        Ok(outcomes.into_iter().flatten().collect())
    })
}

fn place(tx: &mut WriteTx<'_>, entry: &OrganizationEntry, now_ms: i64) -> Result<Outcome> {
    let parent = match &entry.parent_code {
        Some(code) => Some(by_code(tx, "parent_code", code)?),
        None => None,
    };
    if parent
        .as_ref()
        .is_some_and(|parent| parent.kind >= entry.kind)
    {
        return Err(ServiceError::field("kind", "下级组织的级别必须低于上级"));
    }
    let parent_id = parent.map(|parent| parent.id);
    let Some(existing) = organizations::by_code(tx, &entry.code)? else {
        let new = organizations::NewOrganization {
            parent_id,
            kind: entry.kind,
            code: entry.code.clone(),
            name: entry.name.clone(),
        };
        let made = organizations::create(tx, &new, now_ms)?;
        noted(tx, "organization.create", &made.id, now_ms)?;
        return Ok(Outcome::Created);
    };
    let mut changed = organizations::update(tx, &existing.id, entry.kind, &entry.name, now_ms)?;
    if existing.parent_id != parent_id {
        let Some(parent_id) = parent_id else {
            return Err(ServiceError::field(
                "parent_code",
                "已有别的最上级组织，请写明上级",
            ));
        };
        organizations::move_to(tx, &existing.id, &parent_id)?;
        changed = true;
    }
    if changed {
        noted(tx, "organization.update", &existing.id, now_ms)?;
    }
    Ok(if changed {
        Outcome::Updated
    } else {
        Outcome::Unchanged
    })
}

fn noted(tx: &mut WriteTx<'_>, action: &str, id: &str, now_ms: i64) -> Result<()> {
    Ok(audit::system(
        tx,
        action,
        &format!("organization:{id}"),
        Some(id),
        now_ms,
    )?)
}

fn at(error: ServiceError, index: usize) -> ServiceError {
    match error {
        ServiceError::Invalid(mut fields) => {
            for field in &mut fields {
                field.field = format!("organizations[{index}].{}", field.field);
            }
            ServiceError::Invalid(fields)
        }
        other => other,
    }
}

/// Publishes a bulletin, honour or guide. `published_at_ms` is the date it carries.
///
/// # Errors
/// [`ServiceError::Invalid`] with the fields that are wrong; then nothing was changed.
pub fn bulletin(
    store: &Store,
    source: &Source,
    draft: &BulletinDraft,
    published_at_ms: i64,
    now_ms: i64,
) -> Result<Outcome> {
    let (source, draft) = (source.clone(), draft.clone());
    store.write(move |tx| {
        record(tx, super::bulletins::files_of(&draft), now_ms)?;
        check_draft(tx, &draft)?;
        let content = content_of(tx, &draft)?;
        let from = store::Source {
            key: source.key.clone(),
            hash: source.hash.clone(),
        };
        let imported = bulletins::import(tx, &from, &content, published_at_ms, now_ms)?;
        audit::imported(tx, "bulletin", &imported, &content.organization_id, now_ms)?;
        Ok(match imported.outcome {
            store::Outcome::Created => Outcome::Created,
            store::Outcome::Updated => Outcome::Updated,
            store::Outcome::Unchanged => Outcome::Unchanged,
        })
    })
}

/// Publishes a programme.
///
/// # Errors
/// [`ServiceError::Invalid`] with the fields that are wrong; then nothing was changed.
pub fn programme(
    store: &Store,
    source: &Source,
    draft: &ProgrammeDraft,
    now_ms: i64,
) -> Result<Outcome> {
    let (source, draft) = (source.clone(), draft.clone());
    store.write(move |tx| {
        let title = check_programme(tx, &draft)?;
        let organization = by_code(tx, "organization_code", &draft.organization_code)?;
        let audience = by_code(tx, "audience_code", &draft.audience_code)?;
        let stored = picture_files(&draft.poster)
            .chain(draft.renditions.iter().map(|rendition| &rendition.file))
            .chain(draft.captions.iter().map(|caption| &caption.file))
            .cloned()
            .collect();
        record(tx, stored, now_ms)?;
        let content = programmes::Content {
            category: draft.category.clone(),
            organization_id: organization.id,
            audience_id: audience.id,
            title,
            description: names::text(&draft.description),
            published_at_ms: draft.published_at_ms,
            duration_ms: draft.duration_ms,
            poster: draft.poster.clone(),
            renditions: draft.renditions.clone(),
            captions: draft.captions.clone(),
        };
        let from = store::Source {
            key: source.key.clone(),
            hash: source.hash.clone(),
        };
        let imported = programmes::import(tx, &from, &content, now_ms)?;
        audit::imported(tx, "programme", &imported, &content.organization_id, now_ms)?;
        Ok(match imported.outcome {
            store::Outcome::Created => Outcome::Created,
            store::Outcome::Updated => Outcome::Updated,
            store::Outcome::Unchanged => Outcome::Unchanged,
        })
    })
}

/// Answers the title.
fn check_programme(tx: &mut Tx<'_>, draft: &ProgrammeDraft) -> Result<String> {
    let kind = listing_kind(tx, &draft.category)?;
    if kind.and_then(ListingKind::holds) != Some(DocumentKind::Programme) {
        return Err(ServiceError::field(
            "category",
            format!("没有名为“{}”的节目栏目", draft.category),
        ));
    }
    let title = names::field("title", &draft.title, "标题", 60)?;
    if draft.renditions.is_empty() {
        return Err(ServiceError::field("renditions", "至少要有一个视频文件"));
    }
    Ok(title)
}

/// Every file of a picture.
pub(super) fn picture_files(picture: &Picture) -> impl Iterator<Item = &FileRef> {
    [&picture.screen, &picture.thumb]
        .into_iter()
        .chain(&picture.original)
}

/// Notes files that were stored, so that bulletins may refer to them.
pub(super) fn record(tx: &mut WriteTx<'_>, stored: Vec<FileRef>, now_ms: i64) -> Result<()> {
    for file in stored {
        files::put(tx, &file, now_ms)?;
    }
    Ok(())
}

/// What was published before and not withdrawn.
///
/// # Errors
/// The database failed.
pub fn published(store: &Store) -> Result<Published> {
    Ok(store.read(|tx| {
        Ok::<_, store::Error>(Published {
            bulletins: bulletins::sources(tx)?
                .into_iter()
                .filter_map(|entry| Some((entry.key, entry.hash?)))
                .collect(),
            programmes: programmes::sources(tx)?
                .into_iter()
                .filter_map(|entry| Some((entry.key, entry.hash?)))
                .collect(),
        })
    })?)
}

/// Withdraws the bulletin with this key; `false` if there is none to withdraw.
///
/// # Errors
/// The database failed.
pub fn withdraw_bulletin(store: &Store, key: &str, now_ms: i64) -> Result<bool> {
    let key = key.to_owned();
    Ok(store.write(move |tx| {
        let done = bulletins::withdraw_source(tx, &key, now_ms)?;
        if done {
            // By its id: the key may be the name of a file, which may name somebody.
            let id = bulletins::by_source(tx, &key)?.unwrap_or_default();
            let subject = format!("bulletin:{id}");
            audit::system(tx, "bulletin.withdraw", &subject, None, now_ms)?;
        }
        Ok::<_, store::Error>(done)
    })?)
}

/// Withdraws the programme with this key; `false` if there is none to withdraw.
///
/// # Errors
/// The database failed.
pub fn withdraw_programme(store: &Store, key: &str, now_ms: i64) -> Result<bool> {
    let key = key.to_owned();
    Ok(store.write(move |tx| {
        let done = programmes::withdraw_source(tx, &key, now_ms)?;
        if done {
            let id = programmes::by_source(tx, &key)?.unwrap_or_default();
            let subject = format!("programme:{id}");
            audit::system(tx, "programme.withdraw", &subject, None, now_ms)?;
        }
        Ok::<_, store::Error>(done)
    })?)
}

/// Replaces the township's sections.
///
/// # Errors
/// [`ServiceError::Invalid`] with the fields that are wrong.
pub fn set_township(store: &Store, new: &Township, hash: &str, now_ms: i64) -> Result<Outcome> {
    check_township(new)?;
    let (new, hash) = (super::township::cleaned(new.clone()), hash.to_owned());
    store.write(move |tx| {
        let known = township::get(tx)?.is_some();
        let changed = township::put(tx, &new, &hash, now_ms)?;
        if changed {
            audit::system(tx, "township.replace", "township", None, now_ms)?;
        }
        Ok(match (changed, known) {
            (false, _) => Outcome::Unchanged,
            (true, true) => Outcome::Updated,
            (true, false) => Outcome::Created,
        })
    })
}

/// Notes a picture that somebody uploaded, so that bulletins may refer to it.
///
/// # Errors
/// The database failed.
pub fn record_picture(store: &Store, staff: &Staff, picture: &Picture, now_ms: i64) -> Result<()> {
    let stored: Vec<FileRef> = picture_files(picture).cloned().collect();
    let (staff, subject) = (staff.clone(), format!("file:{}", picture.screen.name));
    store.write(move |tx| {
        record(tx, stored.clone(), now_ms)?;
        let (actor, own) = (
            audit::Actor::of(Some(&staff)),
            staff.organization.id.as_str(),
        );
        Ok(audit::note(
            tx,
            &actor,
            "picture.upload",
            &subject,
            Some(own),
            "",
            now_ms,
        )?)
    })
}
