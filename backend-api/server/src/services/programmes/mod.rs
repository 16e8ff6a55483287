//! Programmes: from a content folder, recordings of meetings, and what staff [make](staff) of films that they
//! uploaded.

pub mod staff;

use contract::error::FieldError;
use contract::file::Picture;
use contract::kinds::{DocumentKind, ListingKind};
use contract::programme::{Caption, Rendition};
use store::{Outcome, SourceEntry, Store, Tx, WriteTx, programmes};

use crate::services::kit::audit::{self, About, Thing, Words};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::names;
use crate::services::kit::publishing::{self, Gone, Kind, Source};
use crate::services::kit::rights::Action;
use crate::services::kit::subject::{Shown, Subject};
use crate::services::pictures;
use crate::services::township::listing_kind;

/// Longest title, in characters: two lines on a television at the largest text size.
pub const MAX_TITLE: usize = 60;

/// Programmes of a content folder.
pub const KIND: Kind = Kind {
    thing: Thing::Programme,
    creation: "programme.create",
    change: "programme.update",
    withdrawal: "programme.withdraw",
    sources: programmes::sources,
    gone,
    withdraw: programmes::withdraw_source,
};

fn gone(tx: &mut Tx<'_>, entry: &SourceEntry, _now_ms: i64) -> store::Result<Gone> {
    let record = programmes::get(tx, &entry.id)?;
    Ok(record.map_or(Gone::Stays, |record| Gone::TakenBack {
        title: record.content.title,
        organization_id: record.content.organization_id,
    }))
}

/// A programme to be published; its files are stored already.
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

/// Publishes a programme of a content folder.
///
/// # Errors
/// [`ServiceError::Invalid`] with the fields that are wrong; then nothing was changed.
pub fn import(
    store: &Store,
    source: &Source,
    draft: &ProgrammeDraft,
    now_ms: i64,
) -> Result<Outcome> {
    let (source, draft) = (source.clone(), draft.clone());
    store.write(move |tx| put(tx, &source, &draft, now_ms).map(|(outcome, _)| outcome))
}

/// Publishes a programme; answers its id, too.
pub(in crate::services) fn put(
    tx: &mut WriteTx<'_>,
    source: &Source,
    draft: &ProgrammeDraft,
    now_ms: i64,
) -> Result<(Outcome, String)> {
    source.may(Action::Publish)?;
    let content = checked(tx, source, draft)?;
    let stored = pictures::files_of(&draft.poster)
        .chain(draft.renditions.iter().map(|rendition| &rendition.file))
        .chain(draft.captions.iter().map(|caption| &caption.file));
    pictures::keep(tx, stored, now_ms)?;
    let organization = &content.organization_id;
    let Some(item) = source.known_by() else {
        let id = programmes::create(tx, &content, now_ms)?;
        let (actor, about) = (source.actor(), About::one(Thing::Programme, &id));
        let organization = Some(organization.as_str());
        audit::note(
            tx,
            &actor,
            "programme.create",
            &about,
            organization,
            Words::None,
            now_ms,
        )?;
        return Ok((Outcome::Created, id));
    };
    let imported = programmes::import(tx, item, &content, now_ms)?;
    let outcome = publishing::imported(tx, &KIND, &imported, organization, now_ms)?;
    Ok((outcome, imported.id))
}

/// The draft with its codes resolved, if it can be shown.
fn checked(
    tx: &mut Tx<'_>,
    source: &Source,
    draft: &ProgrammeDraft,
) -> Result<programmes::Content> {
    let mut wrong = check(draft);
    let kind = listing_kind(tx, &draft.category)?;
    if kind.and_then(ListingKind::holds) != Some(DocumentKind::Programme) {
        wrong.push(FieldError {
            field: "category".to_owned(),
            message: format!("没有名为“{}”的节目栏目", draft.category),
        });
    }
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong));
    }
    let mut place = |field: &str, code: &str| source.organization(tx, Action::Publish, field, code);
    Ok(programmes::Content {
        category: draft.category.clone(),
        organization_id: place("organization_code", &draft.organization_code)?.id,
        audience_id: place("audience_code", &draft.audience_code)?.id,
        title: names::cleaned(&draft.title),
        description: names::text(&draft.description),
        published_at_ms: draft.published_at_ms,
        duration_ms: draft.duration_ms,
        poster: draft.poster.clone(),
        renditions: draft.renditions.clone(),
        captions: draft.captions.clone(),
    })
}

/// The title, [cleaned](names).
///
/// # Errors
/// What is wrong and what to write instead.
pub fn checked_title(title: &str) -> Result<String, String> {
    names::title(title, "标题", MAX_TITLE)
}

/// Everything that can be seen to be wrong with a draft without a look at the database.
#[must_use]
pub fn check(draft: &ProgrammeDraft) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let mut complain = |field: &str, message: String| {
        wrong.push(FieldError {
            field: field.to_owned(),
            message,
        });
    };
    if let Err(message) = checked_title(&draft.title) {
        complain("title", message);
    }
    if draft.renditions.is_empty() {
        complain("renditions", "至少要有一个视频文件".to_owned());
    }
    wrong
}

impl Subject for programmes::Record {
    const NAME: &'static str = "这个节目";
    const SEE: Action = Action::Read;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        programmes::get(tx, id)
    }

    fn organization_id(&self) -> &str {
        &self.content.organization_id
    }
}

impl Shown for programmes::Record {
    fn audience_id(&self) -> &str {
        &self.content.audience_id
    }
}
