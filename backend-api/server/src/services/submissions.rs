//! What villages send to be published (投稿): sent from the console, or from a telephone by a
//! [page](super::submission_links); screened by whoever may publish there, who makes a draft of it, returns it or
//! declines it. Pictures are kept sealed, as those of requests are, until a draft is made of them.

use contract::bulletin::Block;
use contract::file::Picture;
use contract::staff::{BulletinDraft, NoticeKind};
use contract::staff_programme::ProgrammeEdit;
use contract::submission::{
    SUBMISSION_FILM_TEXT, SUBMISSION_PICTURES, SUBMISSION_TEXT, Submission, SubmissionDraft,
    SubmissionPage, SubmissionSource, SubmissionState, SubmissionTake,
};
use store::attachments::{self, Owner};
use store::notices::NewNotice;
use store::submissions::{self, Content, Counts, Made};
use store::versions::Seen;
use store::{Store, Tx, WriteTx, notices, organizations, uploads};

use super::attachments::Kept;
use super::bulletins;
use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::reason;
use super::kit::rights::{Action, Staff};
use super::kit::subject::{self, Subject};
use super::pictures;
use super::programmes::staff as programmes;
use super::request_attachments::Bytes;
use super::requests::asking::Parts;
use super::vault::Vault;

/// Longest title, in characters: as of what is made of it.
const MAX_TITLE: usize = 60;

/// Longest name of who writes, in characters.
pub const MAX_SENDER: usize = 30;

/// Submissions that one organization may have waiting.
const MOST_WAITING: u32 = 100;

/// Those with a film, which takes room on the disk, that it may have waiting or returned.
const MOST_FILMS: u32 = 3;

const NO_PICTURE: ServiceError = ServiceError::NotFound("这张图片");

/// Which submissions to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those in this state.
    pub state: Option<SubmissionState>,
    /// Only those of the organization with this code, or one below it.
    pub organization: Option<String>,
    /// Only those in whose title, text or sender this is found.
    pub words: Option<String>,
    /// Only those older than the one with this id.
    pub before: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// Submissions of the subtree, the latest first, and how many there are to be done.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Invalid`] for a code of none of theirs, or the database failed.
pub fn list(store: &Store, staff: &Staff, filter: &Filter) -> Result<SubmissionPage> {
    staff.may(Action::Read)?;
    store.read(|tx| {
        let within = match &filter.organization {
            Some(code) => subject::organization(tx, staff, Action::Read, "organization", code)?.id,
            None => staff.organization.id.clone(),
        };
        let wanted = submissions::Filter {
            within,
            state: filter.state,
            words: filter.words.clone(),
        };
        let items = submissions::list(tx, &wanted, filter.before.as_deref(), filter.limit)?;
        let Counts {
            waiting, returned, ..
        } = submissions::counts(tx, &staff.organization.id)?;
        let is_full = items.len() >= filter.limit as usize;
        Ok(SubmissionPage {
            next: items.last().filter(|_| is_full).map(|it| it.id.clone()),
            items,
            waiting,
            returned,
        })
    })
}

/// One submission.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn get(store: &Store, staff: &Staff, id: &str) -> Result<Submission> {
    store.read(|tx| {
        let found = subject::seen::<Submission>(tx, staff, id)?;
        whole(tx, found)
    })
}

/// A picture of a submission, in clear. Blocks.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn picture(parts: &Parts, staff: &Staff, (id, picture): (&str, &str)) -> Result<Bytes> {
    let record = parts.store.read(|tx| {
        let found: Submission = subject::seen(tx, staff, id)?;
        attachments::get(tx, picture)?
            .filter(|it| it.submission_id.as_deref() == Some(found.line.id.as_str()))
            .ok_or(NO_PICTURE)
    })?;
    let bytes = parts.attachments.read(&parts.vault, &record)?;
    Ok(Bytes {
        media_type: record.media_type,
        bytes,
    })
}

/// Sends something to be published.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`], [`ServiceError::Conflict`] if much waits already, or
/// while it is still looked at what was uploaded.
pub fn create(
    store: &Store,
    staff: &Staff,
    draft: SubmissionDraft,
    now_ms: i64,
) -> Result<Submission> {
    let staff = staff.clone();
    store.write(move |tx| {
        let (field, code) = ("organization_code", &draft.organization_code);
        let organization = subject::organization(tx, &staff, Action::Write, field, code)?;
        let content = checked(&draft, &staff.login)?;
        room(tx, &organization.id, content.upload_id.is_some())?;
        if let Some(upload) = &content.upload_id {
            programmes::take(tx, &staff, upload, now_ms)?;
        }
        let source = SubmissionSource::Console;
        let id = submissions::create(tx, &organization.id, source, &content, now_ms)?;
        use_pictures(tx, &draft.pictures, &staff, &id)?;
        let made = existing(tx, &id)?;
        told(tx, &made, now_ms)?;
        noted(
            tx,
            &Actor::of(Some(&staff)),
            "submission.create",
            &made,
            now_ms,
        )?;
        Ok(made)
    })
}

/// Sends something again that waits or was returned, with what is written now. Answers the upload that it has no
/// more, whose bytes are to be cleared away.
///
/// # Errors
/// As [`create`]; [`ServiceError::NotFound`], [`ServiceError::Stale`], [`ServiceError::WrongState`].
pub fn edit(
    store: &Store,
    staff: &Staff,
    id: &str,
    seen: Seen,
    draft: SubmissionDraft,
    now_ms: i64,
) -> Result<(Submission, Option<String>)> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let before: Submission = subject::allowed(tx, &staff, Action::Write, &id)?;
        let content = checked(&draft, &before.line.sender)?;
        let had = before.upload.map(|it| it.upload);
        let is_same = had == content.upload_id;
        if let Some(upload) = content.upload_id.as_ref().filter(|_| !is_same) {
            if had.is_none() {
                room(tx, &before.line.organization.id, true)?;
            }
            programmes::take(tx, &staff, upload, now_ms)?;
        }
        let replaced = had.filter(|_| !is_same);
        submissions::send_again(tx, &id, seen, &content, now_ms)?;
        use_pictures(tx, &draft.pictures, &staff, &id)?;
        if let Some(upload) = &replaced {
            uploads::delete(tx, upload)?;
        }
        let sent = existing(tx, &id)?;
        told(tx, &sent, now_ms)?;
        noted(
            tx,
            &Actor::of(Some(&staff)),
            "submission.update",
            &sent,
            now_ms,
        )?;
        Ok((sent, replaced))
    })
}

/// What somebody decides who does not publish something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It may be changed and sent again.
    Returned,
    /// It may not.
    Declined,
}

/// Returns or declines something that was sent, and says why. Answers the upload that nobody needs any more, whose
/// bytes are to be cleared away.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Stale`],
/// [`ServiceError::WrongState`].
pub fn refuse(
    store: &Store,
    staff: &Staff,
    (id, seen): (&str, Seen),
    (refusal, why): (Refusal, &str),
    now_ms: i64,
) -> Result<(Submission, Option<String>)> {
    let (staff, id, why) = (staff.clone(), id.to_owned(), why.to_owned());
    store.write(move |tx| {
        let before: Submission = subject::allowed(tx, &staff, Action::Publish, &id)?;
        let why = reason::checked("reason", &why)?;
        let by = (&*why, staff.login.as_str());
        let (done, unused) = match refusal {
            Refusal::Returned => {
                submissions::give_back(tx, &id, seen, by, now_ms)?;
                ("submission.return", None)
            }
            Refusal::Declined => {
                submissions::decline(tx, &id, seen, by, now_ms)?;
                ("submission.decline", before.upload.map(|it| it.upload))
            }
        };
        if let Some(upload) = &unused {
            uploads::delete(tx, upload)?;
        }
        let refused = existing(tx, &id)?;
        settled(tx, &refused, now_ms)?;
        if refusal == Refusal::Returned {
            told_of_return(tx, &refused, now_ms)?;
        }
        noted(tx, &Actor::of(Some(&staff)), done, &refused, now_ms)?;
        Ok((refused, unused))
    })
}

/// Takes back something that waits or was returned. Answers the upload that nobody needs any more, whose bytes are
/// to be cleared away.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Stale`], [`ServiceError::WrongState`].
pub fn withdraw(
    store: &Store,
    staff: &Staff,
    id: &str,
    seen: Seen,
    now_ms: i64,
) -> Result<(Submission, Option<String>)> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        subject::allowed::<Submission>(tx, &staff, Action::Write, &id)?;
        let by = Some(staff.login.as_str());
        take_back(tx, (&id, seen), by, &Actor::of(Some(&staff)), now_ms)
    })
}

fn take_back(
    tx: &mut WriteTx<'_>,
    (id, seen): (&str, Seen),
    by: Option<&str>,
    actor: &Actor,
    now_ms: i64,
) -> Result<(Submission, Option<String>)> {
    let unused = submissions::get(tx, id)?.and_then(|it| it.upload);
    submissions::withdraw(tx, id, seen, by, now_ms)?;
    let unused = unused.map(|it| it.upload);
    if let Some(upload) = &unused {
        uploads::delete(tx, upload)?;
    }
    let withdrawn = existing(tx, id)?;
    settled(tx, &withdrawn, now_ms)?;
    noted(tx, actor, "submission.withdraw", &withdrawn, now_ms)?;
    Ok((withdrawn, unused))
}

/// The pictures of something that waits, in clear, for whoever is about to make a draft of it. Blocks.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Stale`],
/// [`ServiceError::WrongState`].
pub fn pictures_of(parts: &Parts, staff: &Staff, id: &str, seen: Seen) -> Result<Vec<Vec<u8>>> {
    let records = parts.store.read(|tx| {
        subject::allowed::<Submission>(tx, staff, Action::Publish, id)?;
        submissions::expected(tx, id, seen, &[SubmissionState::Waiting])?;
        Ok::<_, ServiceError>(attachments::of_submission(tx, id)?)
    })?;
    let clear = records
        .iter()
        .map(|record| parts.attachments.read(&parts.vault, record));
    clear.collect()
}

/// Makes a draft of something that waits, with its pictures, which are stored already: of a film a programme,
/// otherwise a bulletin.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Stale`],
/// [`ServiceError::WrongState`].
pub fn take(
    store: &Store,
    staff: &Staff,
    (id, seen): (&str, Seen),
    (wanted, photographs): (SubmissionTake, Vec<Picture>),
    now_ms: i64,
) -> Result<Submission> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        subject::allowed::<Submission>(tx, &staff, Action::Publish, &id)?;
        let before = submissions::expected(tx, &id, seen, &[SubmissionState::Waiting])?;
        let stored = photographs.iter().flat_map(pictures::files_of);
        pictures::keep(tx, stored, now_ms)?;
        let made = match &before.upload {
            Some(film) => {
                let edit = programme(&wanted, &before.text, photographs.first());
                let edit = (&edit, film.upload.as_str());
                Made::Programme(programmes::draft_now(tx, &staff, edit, now_ms)?)
            }
            None if before.line.film => {
                let words = "投稿的影片已经不在服务器上，请退回给投稿人重新上传";
                return Err(ServiceError::Conflict(words.to_owned()));
            }
            None => {
                let draft = bulletin(&wanted, &before.text, &photographs);
                Made::Bulletin(bulletins::draft_now(tx, &staff, draft, now_ms)?)
            }
        };
        let by = staff.login.as_str();
        submissions::take(tx, &id, seen, (&made, by), now_ms)?;
        let taken = existing(tx, &id)?;
        settled(tx, &taken, now_ms)?;
        noted(
            tx,
            &Actor::of(Some(&staff)),
            "submission.take",
            &taken,
            now_ms,
        )?;
        Ok(taken)
    })
}

/// A bulletin of a text and pictures: a paragraph a line, then the pictures.
fn bulletin(wanted: &SubmissionTake, text: &str, photographs: &[Picture]) -> BulletinDraft {
    let lines = text.lines().filter(|line| !names::is_blank(line));
    let paragraphs = lines.map(|line| Block::Paragraph {
        text: line.trim().to_owned(),
    });
    let body = paragraphs.chain(photographs.iter().cloned().map(Block::Picture));
    BulletinDraft {
        list: wanted.list.clone(),
        organization_code: wanted.organization_code.clone(),
        audience_code: wanted.audience_code.clone(),
        title: wanted.title.clone(),
        body: body.collect(),
        ..BulletinDraft::default()
    }
}

/// A programme of a film with what was written to it.
fn programme(wanted: &SubmissionTake, text: &str, poster: Option<&Picture>) -> ProgrammeEdit {
    ProgrammeEdit {
        category: wanted.list.clone(),
        organization_code: wanted.organization_code.clone(),
        audience_code: wanted.audience_code.clone(),
        title: wanted.title.clone(),
        summary: text.to_owned(),
        poster: poster.cloned(),
        ..ProgrammeEdit::default()
    }
}

/// Whether an organization may send one more, with a film or without.
///
/// # Errors
/// [`ServiceError::Conflict`] if much of it waits already; or the database failed.
pub(super) fn room(tx: &mut Tx<'_>, organization_id: &str, film: bool) -> Result<()> {
    let counts = submissions::counts(tx, organization_id)?;
    if counts.waiting >= MOST_WAITING {
        return Err(ServiceError::Conflict(format!(
            "还有 {} 篇投稿等待处理，请等镇里处理以后再投",
            counts.waiting
        )));
    }
    if film && counts.films >= MOST_FILMS {
        return Err(ServiceError::Conflict(format!(
            "还有 {} 篇带影片的投稿没有处理完，请等处理完再投影片",
            counts.films
        )));
    }
    Ok(())
}

/// What is sent from a telephone.
#[derive(Clone)]
pub(super) struct FromPhone {
    /// The text.
    pub text: String,
    /// Who writes; may be empty.
    pub sender: String,
    /// The photographs.
    pub pictures: Vec<Kept>,
}

impl FromPhone {
    fn content(&self) -> Content {
        Content {
            title: titled(&self.text),
            text: self.text.clone(),
            sender: self.sender.clone(),
            upload_id: None,
        }
    }
}

/// The first line of a text, as far as it can be a title.
fn titled(text: &str) -> String {
    let first = text.lines().map(names::cleaned).find(|it| !it.is_empty());
    first.map_or_else(
        || "照片投稿".to_owned(),
        |line| line.chars().take(MAX_TITLE).collect(),
    )
}

/// Sends what came from a telephone; answers its id.
///
/// # Errors
/// As [`room`]; or there is no key to seal with.
pub(super) fn send_from_phone(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    organization_id: &str,
    sent: &FromPhone,
    now_ms: i64,
) -> Result<String> {
    // To whoever filled it in it is said on the page.
    room(tx, organization_id, false).map_err(|error| match error {
        ServiceError::Conflict(why) => ServiceError::BadRequest(why),
        other => other,
    })?;
    let source = SubmissionSource::Phone;
    let id = submissions::create(tx, organization_id, source, &sent.content(), now_ms)?;
    keep_pictures(tx, vault, &id, &sent.pictures, now_ms)?;
    let made = existing(tx, &id)?;
    told(tx, &made, now_ms)?;
    noted(tx, &Actor::System, "submission.create", &made, now_ms)?;
    Ok(id)
}

/// Sends again what was returned to a telephone. Without new photographs those it has stay.
///
/// # Errors
/// [`ServiceError::WrongState`] if it was not returned; or there is no key to seal with.
pub(super) fn send_again_from_phone(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    id: &str,
    sent: &FromPhone,
    now_ms: i64,
) -> Result<()> {
    let before = submissions::expected(tx, id, Seen::Any, &[SubmissionState::Returned])?;
    let content = Content {
        upload_id: before.upload.map(|it| it.upload),
        ..sent.content()
    };
    submissions::send_again(tx, id, Seen::Any, &content, now_ms)?;
    if !sent.pictures.is_empty() {
        attachments::forget_of_submission(tx, id)?;
        keep_pictures(tx, vault, id, &sent.pictures, now_ms)?;
    }
    let again = existing(tx, id)?;
    told(tx, &again, now_ms)?;
    noted(tx, &Actor::System, "submission.update", &again, now_ms)
}

/// Takes back what a telephone sent; answers the upload that nobody needs any more. Twice is once.
///
/// # Errors
/// [`ServiceError::WrongState`] if it was decided about.
pub(super) fn withdraw_from_phone(
    tx: &mut WriteTx<'_>,
    id: &str,
    now_ms: i64,
) -> Result<Option<String>> {
    let found = submissions::get(tx, id)?;
    if found.is_some_and(|it| it.line.state == SubmissionState::Withdrawn) {
        return Ok(None);
    }
    let (_, unused) = take_back(tx, (id, Seen::Any), None, &Actor::System, now_ms)?;
    Ok(unused)
}

fn keep_pictures(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    id: &str,
    pictures: &[Kept],
    now_ms: i64,
) -> Result<()> {
    for (place, kept) in (0_u32..).zip(pictures) {
        let owner = Owner::Submission {
            id: id.to_owned(),
            place,
        };
        kept.put(tx, vault, &owner, now_ms)?;
    }
    Ok(())
}

fn use_pictures(tx: &mut WriteTx<'_>, ids: &[String], staff: &Staff, id: &str) -> Result<()> {
    attachments::use_in_submission(tx, ids, &staff.account_id, id).map_err(|error| match error {
        store::Error::NotFound(_) => ServiceError::field(
            "pictures",
            "有一张图片没有上传成功，或者已经用过，请重新上传",
        ),
        other => other.into(),
    })
}

/// What is sent, if it can be kept.
fn checked(draft: &SubmissionDraft, sender: &str) -> Result<Content> {
    let title = names::field("title", &draft.title, "标题", MAX_TITLE)?;
    let text = names::text(&draft.text);
    let most = if draft.upload.is_some() {
        SUBMISSION_FILM_TEXT
    } else {
        SUBMISSION_TEXT
    };
    let length = text.chars().count();
    if length > most {
        let message = format!("写了 {length} 个字，最多 {most} 个，请写短一些");
        return Err(ServiceError::field("text", message));
    }
    if draft.pictures.len() > SUBMISSION_PICTURES {
        let message = format!("最多 {SUBMISSION_PICTURES} 张图片");
        return Err(ServiceError::field("pictures", message));
    }
    if length == 0 && draft.pictures.is_empty() && draft.upload.is_none() {
        let message = "请写下内容，或者选一张图片、一个影片";
        return Err(ServiceError::field("text", message));
    }
    Ok(Content {
        title,
        text,
        sender: sender.to_owned(),
        upload_id: draft.upload.clone(),
    })
}

/// Whose staff decide about what an organization sends: those of the one above it.
fn office(tx: &mut Tx<'_>, organization_id: &str) -> Result<String> {
    let way = organizations::ancestors(tx, organization_id)?;
    let above = way.iter().rev().nth(1).or(way.last());
    Ok(above.map_or_else(|| organization_id.to_owned(), |it| it.id.clone()))
}

fn name_of(id: &str) -> String {
    About::one(Thing::Submission, id).to_string()
}

/// Tells those who decide that something waits. Whoever sent it has nothing more to do.
fn told(tx: &mut WriteTx<'_>, sent: &Submission, now_ms: i64) -> Result<()> {
    let name = name_of(&sent.line.id);
    notices::settle(tx, &sent.line.organization.id, &name, now_ms)?;
    let organization = &sent.line.organization;
    let notice = NewNotice {
        organization_id: office(tx, &organization.id)?,
        kind: NoticeKind::NewSubmission,
        subject: name,
        detail: format!("{}有新投稿", organization.name),
    };
    Ok(notices::raise(tx, &notice, now_ms)?)
}

/// Tells those who sent something that it was returned.
fn told_of_return(tx: &mut WriteTx<'_>, returned: &Submission, now_ms: i64) -> Result<()> {
    let notice = NewNotice {
        organization_id: returned.line.organization.id.clone(),
        kind: NoticeKind::SubmissionReturned,
        subject: name_of(&returned.line.id),
        detail: format!(
            "{}的投稿退回来了，改好可以再送",
            returned.line.organization.name
        ),
    };
    Ok(notices::raise(tx, &notice, now_ms)?)
}

/// Nobody has to look at what was said of it any more, neither those who decide nor those who sent it.
fn settled(tx: &mut WriteTx<'_>, about: &Submission, now_ms: i64) -> Result<()> {
    let own = &about.line.organization.id;
    let office = office(tx, own)?;
    let name = name_of(&about.line.id);
    notices::settle(tx, &office, &name, now_ms)?;
    Ok(notices::settle(tx, own, &name, now_ms)?)
}

fn existing(tx: &mut Tx<'_>, id: &str) -> Result<Submission> {
    let found = subject::existing(tx, id)?;
    whole(tx, found)
}

/// With its pictures.
fn whole(tx: &mut Tx<'_>, found: Submission) -> Result<Submission> {
    let pictures = attachments::of_submission(tx, &found.line.id)?;
    Ok(Submission {
        attachments: pictures
            .iter()
            .map(attachments::Record::to_public)
            .collect(),
        ..found
    })
}

fn noted(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    action: &'static str,
    about: &Submission,
    now_ms: i64,
) -> Result<()> {
    let organization = Some(about.line.organization.id.as_str());
    let about = About::one(Thing::Submission, &about.line.id);
    Ok(audit::note(
        tx,
        actor,
        action,
        &about,
        organization,
        Words::None,
        now_ms,
    )?)
}

impl Subject for Submission {
    const NAME: &'static str = "这篇投稿";
    const SEE: Action = Action::Read;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        submissions::get(tx, id)
    }

    fn organization_id(&self) -> &str {
        &self.line.organization.id
    }
}

#[cfg(test)]
mod tests;
