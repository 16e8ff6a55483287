//! Evaluations, questionnaires and motions: a form that everybody who is entitled answers once.
//!
//! | module | holds |
//! |---|---|
//! | here | what is written, finding, the feed |
//! | [`life`] | announcing, opening, closing, cancelling |
//! | [`entitled`] | who is entitled and who took part, objections |
//! | [`ballots`] | envelopes until the close, sheets of paper, ballots after it |
//! | [`folder`] | those of a content folder |
//!
//! What is in an envelope or on a ballot nobody here can read: it comes and goes as text.

pub mod ballots;
pub mod entitled;
pub mod folder;
pub mod life;

use contract::evaluation::{Evaluation, EvaluationKind, EvaluationResult, EvaluationState};
use contract::feed::Document;
use contract::form::Form;
use contract::kinds::DocumentKind;
use contract::organization::OrganizationRef;
use contract::person::MemberStatus;

use crate::codec::{from_json, from_name, new_id, to_json, to_name};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::feed_entries;
use crate::feed_kind::{self, FeedKind, Shelf};
use crate::journal::{self, Audience, Topic};
use crate::part::{Part, Promise};
use crate::snapshot::Snapshot;
use crate::tree;
use crate::versions::Seen;

pub(crate) const PART: Part = Part {
    tables: &[],
    scrubbed: &[
        "ballots",
        "evaluation_keys",
        "evaluation_members",
        "evaluation_objections",
        "evaluation_sheets",
        "evaluations",
    ],
    sealed: &["evaluation_keys WHERE key_sealed IS NOT NULL"],
    promises: &[
        Promise {
            broken: "an evaluation is to open and no deadline is planned for it",
            cases: "SELECT e.id FROM evaluations e WHERE e.state = 'announced'
                AND NOT EXISTS (SELECT 1 FROM due d WHERE d.kind = 'evaluation_opening' AND d.subject = e.id)",
        },
        Promise {
            broken: "an evaluation is to close and no deadline is planned for it",
            cases: "SELECT e.id FROM evaluations e WHERE e.state = 'open' AND e.waits = 0
                AND NOT EXISTS (SELECT 1 FROM due d WHERE d.kind = 'evaluation_closing' AND d.subject = e.id)",
        },
        Promise {
            broken: "an evaluation that is not open has envelopes or their key",
            cases: "SELECT e.id FROM evaluations e WHERE e.state <> 'open'
                AND (EXISTS (SELECT 1 FROM evaluation_keys k WHERE k.evaluation_id = e.id)
                     OR EXISTS (SELECT 1 FROM evaluation_sheets s WHERE s.evaluation_id = e.id)
                     OR EXISTS (SELECT 1 FROM evaluation_members m
                                WHERE m.evaluation_id = e.id AND m.envelope IS NOT NULL))",
        },
        Promise {
            broken: "an evaluation that is not closed has ballots",
            cases: "SELECT DISTINCT b.evaluation_id FROM ballots b JOIN evaluations e ON e.id = b.evaluation_id
                WHERE e.state <> 'closed'",
        },
        Promise {
            broken: "a secret ballot has a name",
            cases: "SELECT b.id FROM ballots b JOIN evaluations e ON e.id = b.evaluation_id
                WHERE e.named = 0 AND b.member_id IS NOT NULL",
        },
        Promise {
            broken: "an evaluation has more ballots than people who took part",
            cases: "SELECT e.id FROM evaluations e
                WHERE (SELECT COUNT(*) FROM ballots b WHERE b.evaluation_id = e.id)
                    > (SELECT COUNT(*) FROM evaluation_members m WHERE m.evaluation_id = e.id AND m.took_part = 1)",
        },
        Promise {
            broken: "another number of people is entitled than an evaluation says",
            cases: "SELECT e.id FROM evaluations e WHERE e.entitled <>
                (SELECT COUNT(*) FROM evaluation_members m WHERE m.evaluation_id = e.id)",
        },
    ],
};

/// Who is entitled: fixed when it opens.
const ENTITLED: Snapshot = Snapshot {
    table: "evaluation_members",
    of: "evaluation_id",
    also: "",
};

const SELECT: &str = "SELECT e.id, e.version, e.organization_id, o.name, o.code, e.target_id, e.target, t.code, \
     e.title, e.kind, e.list, e.about, e.statuses, e.named, e.form, e.state, e.form_hash, e.entitled_hash, \
     e.entitled, e.announced_at_ms, e.opens_at_ms, e.closes_at_ms, e.waits, e.result, e.follow_up, e.cancel_reason \
     FROM evaluations e JOIN organizations o ON o.id = e.organization_id \
     LEFT JOIN organizations t ON t.id = e.target_id";

/// Terminals are shown it.
const SHOWN: &str = "state IN ('announced', 'open', 'closed')";

/// What somebody writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Who asks; those entitled are in its subtree.
    pub organization_id: String,
    /// Who is judged.
    pub target_id: Option<String>,
    /// The same as people read it.
    pub target: String,
    /// Title.
    pub title: String,
    /// What it is.
    pub kind: EvaluationKind,
    /// The list it stands in.
    pub list: String,
    /// Why.
    pub about: String,
    /// Who is entitled; never empty.
    pub statuses: Vec<MemberStatus>,
    /// Answers carry names.
    pub named: bool,
    /// When it opens, or did.
    pub opens_at_ms: i64,
    /// When it closes, or did.
    pub closes_at_ms: i64,
    /// The questions.
    pub form: Form,
}

/// An evaluation as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Id.
    pub id: String,
    /// Counts up with every change.
    pub version: i64,
    /// What was written.
    pub content: Content,
    /// Who asks.
    pub organization: OrganizationRef,
    /// Its code.
    pub organization_code: String,
    /// Code of who is judged.
    pub target_code: Option<String>,
    /// Where it stands.
    pub state: EvaluationState,
    /// SHA-256 of the form in hex, once that is frozen.
    pub form_hash: String,
    /// SHA-256 of the list of those entitled in hex, once it opened.
    pub entitled_hash: String,
    /// How many are entitled, once it opened.
    pub entitled: u32,
    /// When it was announced.
    pub announced_at_ms: Option<i64>,
    /// Its time is over, and it waits for staff to say that it may be counted.
    pub waits: bool,
    /// After the close.
    pub result: Option<EvaluationResult>,
    /// Id of the bulletin that tells what was done about it.
    pub follow_up: Option<String>,
    /// Why it was cancelled.
    pub cancel_reason: Option<String>,
}

impl Record {
    /// As a terminal shows it.
    #[must_use]
    pub fn to_document(&self) -> Evaluation {
        let content = self.content.clone();
        Evaluation {
            id: self.id.clone(),
            title: content.title,
            kind: content.kind,
            list: content.list,
            organization: self.organization.clone(),
            target: content.target,
            about: content.about,
            named: content.named,
            state: self.state,
            announced_at_ms: self.announced_at_ms.unwrap_or_default(),
            opens_at_ms: content.opens_at_ms,
            closes_at_ms: content.closes_at_ms,
            form: content.form,
            form_hash: self.form_hash.clone(),
            entitled_hash: self.entitled_hash.clone(),
            entitled: self.entitled,
            result: self.result.clone(),
            follow_up_bulletin: self.follow_up.clone(),
        }
    }
}

/// Makes a draft.
///
/// # Errors
/// [`Error::NotFound`] without one of its organizations.
pub fn create(tx: &mut WriteTx<'_>, content: &Content, by: &str, now_ms: i64) -> Result<Record> {
    let id = new_id(now_ms);
    require(tx, content)?;
    tx.execute(
        "INSERT INTO evaluations (id, version, organization_id, audience_id, target_id, target, title, kind, list,
             about, statuses, named, form, state, opens_at_ms, closes_at_ms, created_by, created_at_ms, updated_at_ms)
         VALUES (?1, 1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'draft', ?12, ?13, ?14, ?15, ?15)",
        params![
            &id,
            &content.organization_id,
            content.target_id.as_deref(),
            &content.target,
            &content.title,
            to_name(&content.kind)?,
            &content.list,
            &content.about,
            to_json(&content.statuses)?,
            content.named,
            to_json(&content.form)?,
            content.opens_at_ms,
            content.closes_at_ms,
            by,
            now_ms
        ],
    )?;
    existing(tx, &id)
}

/// Writes a draft anew.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`] once it was announced.
pub fn edit(
    tx: &mut WriteTx<'_>,
    id: &str,
    read: Seen,
    content: &Content,
    now_ms: i64,
) -> Result<Record> {
    let old = existing(tx, id)?;
    read.check(old.version)?;
    in_state(&old, EvaluationState::Draft)?;
    require(tx, content)?;
    tx.execute(
        "UPDATE evaluations SET version = version + 1, organization_id = ?2, audience_id = ?2, target_id = ?3,
             target = ?4, title = ?5, kind = ?6, list = ?7, about = ?8, statuses = ?9, named = ?10, form = ?11,
             opens_at_ms = ?12, closes_at_ms = ?13, updated_at_ms = ?14
         WHERE id = ?1",
        params![
            id,
            &content.organization_id,
            content.target_id.as_deref(),
            &content.target,
            &content.title,
            to_name(&content.kind)?,
            &content.list,
            &content.about,
            to_json(&content.statuses)?,
            content.named,
            to_json(&content.form)?,
            content.opens_at_ms,
            content.closes_at_ms,
            now_ms
        ],
    )?;
    existing(tx, id)
}

fn require(tx: &mut Tx<'_>, content: &Content) -> Result<()> {
    tree::require(tx, &[&content.organization_id])?;
    match &content.target_id {
        Some(target) => tree::require(tx, &[target]),
        None => Ok(()),
    }
}

/// The evaluation with this id.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Record>> {
    tx.query_opt(&format!("{SELECT} WHERE e.id = ?1"), params![id])?
        .as_ref()
        .map(record)
        .transpose()
}

/// At most `limit` evaluations of an organization and of those below it, and those above it that were ever
/// announced; the newest first, made before the one with the id `before`.
///
/// # Errors
/// The database failed.
pub fn list(
    tx: &mut Tx<'_>,
    organization_id: &str,
    state: Option<EvaluationState>,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Record>> {
    let state = state.map(|state| to_name(&state)).transpose()?;
    let rows = tx.query(
        &format!(
            "{SELECT} WHERE (e.organization_id IN
                     (SELECT organization_id FROM organization_lines WHERE ancestor_id = ?1)
                 OR (e.announced_at_ms IS NOT NULL AND e.organization_id IN
                     (SELECT ancestor_id FROM organization_lines WHERE organization_id = ?1)))
               AND (CAST(?2 AS TEXT) IS NULL OR e.state = ?2)
               AND (CAST(?3 AS TEXT) IS NULL OR e.id < ?3)
             ORDER BY e.id DESC LIMIT ?4"
        ),
        params![organization_id, state, before, limit],
    )?;
    rows.iter().map(record).collect()
}

/// Those announced or open that terminals of an organization are shown, the first to close first.
///
/// # Errors
/// The database failed.
pub fn for_terminal(tx: &mut Tx<'_>, organization_id: &str) -> Result<Vec<Record>> {
    let rows = tx.query(
        &format!(
            "{SELECT} WHERE e.state IN ('announced', 'open') AND e.audience_id IN
                 (SELECT ancestor_id FROM organization_lines WHERE organization_id = ?1)
             ORDER BY e.closes_at_ms, e.id"
        ),
        params![organization_id],
    )?;
    rows.iter().map(record).collect()
}

/// Evaluations in the feed.
pub(crate) struct Kind;

impl FeedKind for Kind {
    fn kind(&self) -> DocumentKind {
        DocumentKind::Evaluation
    }

    fn shelf(&self) -> Option<Shelf> {
        Some(Shelf {
            table: "evaluations",
            shown: SHOWN,
        })
    }

    fn documents(&self, tx: &mut Tx<'_>, ids: &[&str]) -> Result<Vec<Document>> {
        let shown = format!("e.{SHOWN}");
        feed_kind::shown(tx, SELECT, &shown, "e.id", ids, |row| {
            Ok(record(row)?.to_document().into())
        })
    }
}

/// Announces what terminals are shown of it.
fn told(tx: &mut WriteTx<'_>, record: &Record, now_ms: i64) -> Result<()> {
    let audience = &record.organization.id;
    feed_entries::put(tx, DocumentKind::Evaluation, &record.id, audience, now_ms)?;
    tell_all(tx, record);
    Ok(())
}

/// Notes that terminals should ask who may take part.
fn tell_all(tx: &mut WriteTx<'_>, record: &Record) {
    let audience = Audience::Below(&record.organization.id);
    journal::touch(tx, Topic::Evaluations, audience);
}

fn existing(tx: &mut Tx<'_>, id: &str) -> Result<Record> {
    get(tx, id)?.ok_or(Error::NotFound("evaluation"))
}

fn in_state(record: &Record, state: EvaluationState) -> Result<()> {
    if record.state == state {
        Ok(())
    } else {
        Err(Error::WrongState(record.state.into()))
    }
}

fn record(row: &Row) -> Result<Record> {
    let organization_id = row.text(2)?;
    Ok(Record {
        id: row.text(0)?,
        version: row.int(1)?,
        organization: OrganizationRef {
            id: organization_id.clone(),
            name: row.text(3)?,
        },
        organization_code: row.text(4)?,
        target_code: row.opt_text(7)?,
        state: from_name(row.text(15)?)?,
        form_hash: row.text(16)?,
        entitled_hash: row.text(17)?,
        entitled: count(row.int(18)?),
        announced_at_ms: row.opt_int(19)?,
        waits: row.truth(22)?,
        result: row.opt_text(23)?.as_deref().map(from_json).transpose()?,
        follow_up: row.opt_text(24)?,
        cancel_reason: row.opt_text(25)?,
        content: Content {
            organization_id,
            target_id: row.opt_text(5)?,
            target: row.text(6)?,
            title: row.text(8)?,
            kind: from_name(row.text(9)?)?,
            list: row.text(10)?,
            about: row.text(11)?,
            statuses: from_json(&row.text(12)?)?,
            named: row.truth(13)?,
            form: from_json(&row.text(14)?)?,
            opens_at_ms: row.int(20)?,
            closes_at_ms: row.int(21)?,
        },
    })
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}
