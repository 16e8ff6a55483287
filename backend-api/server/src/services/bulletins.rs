//! Bulletins in the making: written, handed in, published, withdrawn. Those of a content folder are
//! published as soon as they are imported.

use contract::bulletin::{Block, BulletinState};
use contract::error::FieldError;
use contract::file::Picture;
use contract::kinds::{DocumentKind, ListingKind};
use contract::preview::PreviewJob;
use contract::staff::{
    BulletinConfirmed, BulletinDraft, Confirmations, ConfirmedNumber, StaffBulletin, TakenBack,
    WrittenBulletin,
};
use store::versions::Seen;
use store::{Outcome, SourceEntry, Store, Tx, WriteTx, bulletins, files};

use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::publishing::{self, Gone, Kind, Source};
use super::kit::reason;
use super::kit::rights::{Action, Staff};
use super::kit::subject::{self, Subject};
use super::pictures;
use super::previews;
use super::township::listing_kind;

mod confirmed;

/// Longest title, in characters: two lines on a television at the largest text size.
pub const MAX_TITLE: usize = 60;

/// Longest summary, in characters.
const MAX_SUMMARY: usize = 300;

/// Blocks one bulletin may have: some 60 screens.
const MAX_BLOCKS: usize = 600;

/// Characters of one paragraph or cell.
const MAX_TEXT: usize = 5_000;

/// Longest caption of a picture, in characters.
const MAX_CAPTION: usize = 200;

/// Bulletins, honours and guides of a content folder.
pub const KIND: Kind = Kind {
    thing: Thing::Bulletin,
    creation: "bulletin.create",
    change: "bulletin.update",
    withdrawal: "bulletin.withdraw",
    sources: bulletins::sources,
    gone,
    withdraw: bulletins::withdraw_source,
};

fn gone(tx: &mut Tx<'_>, entry: &SourceEntry, _now_ms: i64) -> store::Result<Gone> {
    Ok(match bulletins::get(tx, &entry.id)? {
        Some(record) if record.state == BulletinState::Expired => Gone::Expired,
        Some(record) => Gone::TakenBack {
            title: record.content.title,
            organization_id: record.content.organization_id,
        },
        None => Gone::Stays,
    })
}

/// Which bulletins to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those in this state.
    pub state: Option<BulletinState>,
    /// Only those of this list.
    pub list: Option<String>,
    /// Only those of the organization with this code and those below it; left out: of the own one.
    pub organization_code: Option<String>,
    /// Only those with these words in title, summary or text, or whose title is read so.
    pub text: Option<String>,
    /// Only those older than the one with this id.
    pub before: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// Bulletins of the subtree, newest first.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::Invalid`] for an unknown organization.
pub fn list(store: &Store, staff: &Staff, filter: &Filter) -> Result<Vec<StaffBulletin>> {
    staff.may(Action::Read)?;
    store.read(|tx| {
        let code = filter.organization_code.as_deref();
        let wanted = bulletins::Filter {
            within: subject::within(tx, staff, Action::Read, code)?,
            state: filter.state,
            list: filter.list.clone(),
            text: filter.text.clone(),
        };
        let found = bulletins::list(tx, &wanted, filter.before.as_deref(), filter.limit)?;
        Ok(found.iter().map(shown).collect())
    })
}

/// As staff see it, with the numbers that stand in it.
fn shown(record: &bulletins::Record) -> StaffBulletin {
    StaffBulletin {
        numbers: confirmed::numbers(&record.content),
        ..record.to_staff()
    }
}

/// One bulletin.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn get(store: &Store, staff: &Staff, id: &str) -> Result<StaffBulletin> {
    store.read(|tx| Ok(shown(&subject::seen(tx, staff, id)?)))
}

/// What is to be shown of one to whoever may write it, and its version: as if it were published now, unless it is.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`], [`ServiceError::Invalid`].
pub fn preview(
    store: &Store,
    staff: &Staff,
    id: &str,
    text_size: u32,
    now_ms: i64,
) -> Result<(i64, PreviewJob)> {
    store.read(|tx| {
        let record: bulletins::Record = subject::allowed(tx, staff, Action::Write, id)?;
        let mut document = record.to_document();
        if record.state != BulletinState::Published {
            document.published_at_ms = now_ms;
        }
        // One whose time is over is not shown at all, and this is to be seen.
        document.expires_at_ms = None;
        let job = previews::job(tx, document, text_size, now_ms)?;
        Ok((record.version, job))
    })
}

/// Creates a draft.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`].
pub fn create(
    store: &Store,
    staff: &Staff,
    written: WrittenBulletin,
    now_ms: i64,
) -> Result<StaffBulletin> {
    let source = Source::staff(staff);
    store.write(move |tx| {
        let (_, record) = put(tx, &source, &written, now_ms, now_ms)?;
        Ok(shown(&record))
    })
}

/// Publishes a bulletin, honour or guide of a content folder, whose pictures are stored already.
/// `published_at_ms` is the date it carries. Whoever put its pictures into the folder has looked at them; numbers
/// of people are named, too.
///
/// # Errors
/// [`ServiceError::Invalid`] with every field that is wrong; then nothing was changed.
pub fn import(
    store: &Store,
    source: &Source,
    written: &WrittenBulletin,
    published_at_ms: i64,
    now_ms: i64,
) -> Result<Outcome> {
    let (source, mut written) = (source.clone(), written.clone());
    let looked_at = pictures(&written.draft).map(|(_, picture)| picture.screen.name.clone());
    written.confirmed.pictures = looked_at.collect();
    store.write(move |tx| {
        let stored = pictures(&written.draft).flat_map(|(_, picture)| pictures::files_of(picture));
        pictures::keep(tx, stored, now_ms)?;
        let (outcome, record) = put(tx, &source, &written, published_at_ms, now_ms)?;
        if outcome != Outcome::Unchanged {
            confirmed::publishable(&record.content, digits(&written.confirmed.numbers))?;
        }
        Ok(outcome)
    })
}

fn digits(named: &[ConfirmedNumber]) -> impl Iterator<Item = &str> + Clone {
    named.iter().map(|one| one.digits.as_str())
}

/// Makes a draft of what staff wrote, publishes what comes from outside.
fn put(
    tx: &mut WriteTx<'_>,
    source: &Source,
    written: &WrittenBulletin,
    published_at_ms: i64,
    now_ms: i64,
) -> Result<(Outcome, bulletins::Record)> {
    let mut content = checked(tx, source, &written.draft, published_at_ms)?;
    tx.written_by(source.login());
    let (before, said) = (BulletinConfirmed::default(), &written.confirmed);
    let (confirmed, news) = confirmed::merged(&before, said, &content, source.login(), now_ms)?;
    content.confirmed = confirmed;
    let Some(item) = source.known_by() else {
        let record = bulletins::create(tx, &content, now_ms)?;
        noted(tx, &source.actor(), "bulletin.create", &record, now_ms)?;
        noted_confirmed(tx, &source.actor(), &record, news, now_ms)?;
        return Ok((Outcome::Created, record));
    };
    let imported = bulletins::import(tx, item, &content, published_at_ms, now_ms)?;
    let outcome = publishing::imported(tx, &KIND, &imported, &content.organization_id, now_ms)?;
    Ok((outcome, subject::existing(tx, &imported.id)?))
}

/// Writes the draft of a bulletin, as part of something else that staff do. Answers its id.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`].
pub(super) fn draft_now(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    draft: BulletinDraft,
    now_ms: i64,
) -> Result<String> {
    let (_, record) = put(tx, &Source::staff(staff), &draft.into(), now_ms, now_ms)?;
    Ok(record.id)
}

/// Writes and publishes a bulletin in one step, as part of something else that staff do. Answers its id.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`].
pub(super) fn publish_now(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    written: &WrittenBulletin,
    now_ms: i64,
) -> Result<String> {
    staff.may(Action::Publish)?;
    let (_, record) = put(tx, &Source::staff(staff), written, now_ms, now_ms)?;
    confirmed::publishable(&record.content, digits(&written.confirmed.numbers))?;
    let submitted = bulletins::submit(tx, &record.id, record.version, now_ms)?;
    let published = bulletins::publish(tx, &record.id, submitted.version, now_ms)?;
    let actor = Actor::of(Some(staff));
    noted(tx, &actor, "bulletin.publish", &published, now_ms)?;
    Ok(published.id)
}

/// Replaces the content of a bulletin. One that is published already is what every TV shows, so
/// changing it needs the right to publish, and what it takes to publish it.
///
/// # Errors
/// [`ServiceError::Stale`], [`ServiceError::Invalid`], [`ServiceError::Forbidden`],
/// [`ServiceError::NotFound`].
pub fn edit(
    store: &Store,
    staff: &Staff,
    id: &str,
    seen: Seen,
    written: WrittenBulletin,
    now_ms: i64,
) -> Result<StaffBulletin> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let before: bulletins::Record = subject::allowed(tx, &staff, Action::Write, &id)?;
        if before.state == BulletinState::Published {
            staff.may(Action::Publish)?;
        }
        let published_at_ms = before.published_at_ms.unwrap_or(now_ms);
        let source = Source::staff(&staff);
        let mut content = checked(tx, &source, &written.draft, published_at_ms)?;
        let (was, said) = (&before.content.confirmed, &written.confirmed);
        let (confirmed, news) = confirmed::merged(was, said, &content, &staff.login, now_ms)?;
        content.confirmed = confirmed;
        tx.written_by(&staff.login);
        let record = bulletins::edit(tx, &id, seen, &content, now_ms)?;
        if record.state == BulletinState::Published {
            let numbers = &record.content.confirmed.numbers;
            let named = numbers.iter().map(|one| one.digits.as_str());
            confirmed::publishable(&record.content, named)?;
        }
        let actor = Actor::of(Some(&staff));
        noted(tx, &actor, "bulletin.update", &record, now_ms)?;
        noted_confirmed(tx, &actor, &record, news, now_ms)?;
        Ok(shown(&record))
    })
}

/// A step in a bulletin's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Draft → submitted.
    Submit,
    /// Submitted → draft: handed back for more work.
    Return,
    /// → published.
    Publish,
    /// Published → withdrawn.
    Withdraw,
}

impl Step {
    /// Whether somebody waits to hear why: whoever handed it in, or whose it is.
    const fn needs_reason(self, from: BulletinState) -> bool {
        match self {
            Self::Submit | Self::Publish => false,
            // What is over is written once more by whoever wants that.
            Self::Return => matches!(from, BulletinState::Submitted),
            Self::Withdraw => true,
        }
    }
}

/// What is said with a step.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Why it is handed back or withdrawn.
    pub why: String,
    /// What whoever publishes it answers for: what stands in it in clear and was not confirmed before; numbers are
    /// named each time.
    pub confirmed: Confirmations,
}

/// Takes a bulletin one step on. Why it is handed back or withdrawn stays with it until it is published again;
/// the log, in which no purge would find it, says only that it was.
///
/// # Errors
/// [`ServiceError::Conflict`] from a state that does not allow it, [`ServiceError::Stale`],
/// [`ServiceError::Invalid`] without a reason where one is needed and for what nobody answers for,
/// [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn step(
    store: &Store,
    staff: &Staff,
    id: &str,
    seen: Seen,
    step: Step,
    said: Said,
    now_ms: i64,
) -> Result<StaffBulletin> {
    let action = match step {
        Step::Submit => Action::Write,
        Step::Return | Step::Publish | Step::Withdraw => Action::Publish,
    };
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let before: bulletins::Record = subject::allowed(tx, &staff, action, &id)?;
        // Those who see it must be those its publisher answers for.
        staff.may_in(tx, action, &before.content.audience_id)?;
        if step.needs_reason(before.state) {
            let why = TakenBack {
                withdrawn: step == Step::Withdraw,
                reason: reason::checked("reason", &said.why)?.to_string(),
                by: staff.login.clone(),
                at_ms: now_ms,
            };
            bulletins::keep_why(tx, &id, &why)?;
        }
        tx.written_by(&staff.login);
        let (done, record) = match step {
            Step::Submit => ("bulletin.submit", bulletins::submit(tx, &id, seen, now_ms)?),
            Step::Return => (
                "bulletin.return",
                bulletins::return_to_draft(tx, &id, seen, now_ms)?,
            ),
            Step::Publish => (
                "bulletin.publish",
                publish(tx, &staff, &id, seen, &said.confirmed, now_ms)?,
            ),
            Step::Withdraw => (
                "bulletin.withdraw",
                bulletins::withdraw(tx, &id, seen, now_ms)?,
            ),
        };
        noted(tx, &Actor::of(Some(&staff)), done, &record, now_ms)?;
        Ok(shown(&record))
    })
}

fn publish(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    id: &str,
    seen: Seen,
    said: &Confirmations,
    now_ms: i64,
) -> Result<bulletins::Record> {
    // First of all it must be the one that was seen, and wait for this.
    let mut record = bulletins::publish(tx, id, seen, now_ms)?;
    let content = &record.content;
    let (confirmed, news) =
        confirmed::merged(&content.confirmed, said, content, &staff.login, now_ms)?;
    record.content.confirmed = confirmed;
    confirmed::publishable(&record.content, digits(&said.numbers))?;
    bulletins::confirm(tx, id, &record.content.confirmed)?;
    noted_confirmed(tx, &Actor::of(Some(staff)), &record, news, now_ms)?;
    Ok(record)
}

/// The picture of a bulletin whose file for the screen has this name, to be covered by whoever may.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Stale`], [`ServiceError::Forbidden`].
pub fn picture(store: &Store, staff: &Staff, id: &str, seen: Seen, name: &str) -> Result<Picture> {
    store.read(|tx| {
        let record: bulletins::Record = subject::allowed(tx, staff, Action::Write, id)?;
        if record.state == BulletinState::Published {
            staff.may(Action::Publish)?;
        }
        seen.check(record.version)?;
        let draft = record.to_staff().draft;
        let mut shown = pictures(&draft).map(|(_, picture)| picture);
        let found = shown.find(|picture| picture.screen.name == name).cloned();
        found.ok_or(ServiceError::NotFound("这张图片"))
    })
}

/// Puts a picture, whose files are stored already, in the place of another wherever that stands in a bulletin. What
/// nothing refers to any more is forgotten, and [its bytes are to go](super::unwanted). In a published one the new
/// picture is what whoever covered it answers for; otherwise somebody looks at it first.
///
/// # Errors
/// [`ServiceError::Stale`], [`ServiceError::Conflict`] once withdrawn or expired, [`ServiceError::Forbidden`],
/// [`ServiceError::NotFound`].
pub fn replace_picture(
    store: &Store,
    staff: &Staff,
    id: &str,
    seen: Seen,
    old: &Picture,
    new: &Picture,
    now_ms: i64,
) -> Result<StaffBulletin> {
    let (staff, id, old, new) = (staff.clone(), id.to_owned(), old.clone(), new.clone());
    store.write(move |tx| {
        let before: bulletins::Record = subject::allowed(tx, &staff, Action::Write, &id)?;
        let mut said = Confirmations::default();
        if before.state == BulletinState::Published {
            staff.may(Action::Publish)?;
            said.pictures.push(new.screen.name.clone());
        }
        pictures::keep(tx, pictures::files_of(&new), now_ms)?;
        let mut content = before.content.clone();
        let inside = content.body.iter_mut().filter_map(|block| match block {
            Block::Picture(picture) => Some(picture),
            _ => None,
        });
        for picture in inside.chain(&mut content.cover) {
            if picture.screen.name == old.screen.name {
                let caption = std::mem::take(&mut picture.caption);
                *picture = Picture {
                    caption,
                    ..new.clone()
                };
            }
        }
        let was = &before.content.confirmed;
        let (confirmed, news) = confirmed::merged(was, &said, &content, &staff.login, now_ms)?;
        content.confirmed = confirmed;
        tx.written_by(&staff.login);
        let record = bulletins::edit(tx, &id, seen, &content, now_ms)?;
        for file in pictures::files_of(&old) {
            files::forget(tx, &file.name, now_ms)?;
        }
        let actor = Actor::of(Some(&staff));
        noted(tx, &actor, "bulletin.cover_picture", &record, now_ms)?;
        noted_confirmed(tx, &actor, &record, news, now_ms)?;
        Ok(shown(&record))
    })
}

fn noted_confirmed(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    record: &bulletins::Record,
    news: confirmed::News,
    now_ms: i64,
) -> Result<()> {
    if !news.is_some() {
        return Ok(());
    }
    let words = Words::Confirmed {
        numbers: news.numbers,
        pictures: news.pictures,
    };
    let about = About::one(Thing::Bulletin, &record.id);
    let organization = Some(record.content.organization_id.as_str());
    let action = "bulletin.confirm";
    Ok(audit::note(
        tx,
        actor,
        action,
        &about,
        organization,
        words,
        now_ms,
    )?)
}

fn noted(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    action: &'static str,
    record: &bulletins::Record,
    now_ms: i64,
) -> Result<()> {
    let about = About::one(Thing::Bulletin, &record.id);
    let organization = Some(record.content.organization_id.as_str());
    Ok(audit::note(
        tx,
        actor,
        action,
        &about,
        organization,
        Words::List(&record.content.list),
        now_ms,
    )?)
}

impl Subject for bulletins::Record {
    const NAME: &'static str = "这份公示";
    const SEE: Action = Action::Read;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        bulletins::get(tx, id)
    }

    fn organization_id(&self) -> &str {
        &self.content.organization_id
    }
}

/// The draft with its codes resolved, if it may be written and a screen can show it.
fn checked(
    tx: &mut WriteTx<'_>,
    source: &Source,
    draft: &BulletinDraft,
    published_at_ms: i64,
) -> Result<bulletins::Content> {
    source.may(Action::Write)?;
    check_draft(tx, draft, published_at_ms)?;
    content_of(tx, source, draft)
}

fn content_of(
    tx: &mut Tx<'_>,
    source: &Source,
    draft: &BulletinDraft,
) -> Result<bulletins::Content> {
    let mut place = |field: &str, code: &str| source.organization(tx, Action::Write, field, code);
    let organization = place("organization_code", &draft.organization_code)?;
    let audience = place("audience_code", &draft.audience_code)?;
    Ok(bulletins::Content {
        list: draft.list.clone(),
        organization_id: organization.id,
        audience_id: audience.id,
        title: names::cleaned(&draft.title),
        summary: names::text(&draft.summary),
        expires_at_ms: draft.expires_at_ms,
        urgent: draft.urgent,
        danger: draft.danger,
        cover: draft.cover.clone().map(captioned),
        body: draft.body.iter().cloned().map(readable).collect(),
        confirmed: BulletinConfirmed::default(),
    })
}

/// A block without what nobody can see.
pub(crate) fn readable(block: Block) -> Block {
    match block {
        Block::Heading { text } => Block::Heading {
            text: names::text(&text),
        },
        Block::Paragraph { text } => Block::Paragraph {
            text: names::text(&text),
        },
        Block::Item { marker, text } => Block::Item {
            marker: names::cleaned(&marker),
            text: names::text(&text),
        },
        Block::Table(mut table) => {
            table.title = names::cleaned(&table.title);
            let cells = table
                .header
                .iter_mut()
                .chain(table.rows.iter_mut().flatten());
            cells.for_each(|cell| *cell = names::text(cell));
            Block::Table(table)
        }
        Block::Picture(picture) => Block::Picture(captioned(picture)),
    }
}

/// A picture with a caption that can be read.
fn captioned(mut picture: Picture) -> Picture {
    picture.caption = names::cleaned(&picture.caption);
    picture
}

fn pictures(draft: &BulletinDraft) -> impl Iterator<Item = (String, &Picture)> {
    let cover = draft
        .cover
        .iter()
        .map(|picture| ("cover".to_owned(), picture));
    let inside = draft
        .body
        .iter()
        .enumerate()
        .filter_map(|(index, block)| match block {
            Block::Picture(picture) => Some((format!("body[{index}]"), picture)),
            _ => None,
        });
    cover.chain(inside)
}

/// Whether a screen can show this, and whether its pictures are stored here.
///
/// # Errors
/// [`ServiceError::Invalid`] with every field that is wrong.
fn check_draft(tx: &mut Tx<'_>, draft: &BulletinDraft, published_at_ms: i64) -> Result<()> {
    let mut wrong = Vec::new();
    match listing_kind(tx, &draft.list)? {
        Some(kind) if kind.holds() == Some(DocumentKind::Bulletin) => {}
        Some(ListingKind::Unknown) => {
            complain(&mut wrong, "list", "这个栏目里放什么，这个程序还不认识");
        }
        Some(kind) => complain(
            &mut wrong,
            "list",
            format!("这是{}栏目，不能放公示", kind.noun()),
        ),
        None => complain(
            &mut wrong,
            "list",
            format!("没有名为“{}”的列表", draft.list),
        ),
    }
    wrong.extend(check(draft, published_at_ms));
    for (field, picture) in pictures(draft) {
        for file in pictures::files_of(picture) {
            if files::get(tx, &file.name)?.as_ref() != Some(file) {
                complain(&mut wrong, &field, "图片没有上传到本服务器，请先上传");
            }
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(ServiceError::Invalid(wrong))
    }
}

/// The title, [cleaned](names).
///
/// # Errors
/// What is wrong and what to write instead.
pub fn checked_title(title: &str) -> Result<String, String> {
    names::title(title, "标题", MAX_TITLE)
}

/// Whether something published then may expire then, both Unix times in milliseconds.
///
/// # Errors
/// What is wrong and what to write instead.
pub fn check_expiry(expires_at_ms: i64, published_at_ms: i64) -> Result<(), &'static str> {
    if expires_at_ms > published_at_ms {
        Ok(())
    } else {
        Err("到期时间早于发布日期，请改正其中一个")
    }
}

/// Everything that can be seen to be wrong with a draft without a look at the database.
#[must_use]
pub fn check(draft: &BulletinDraft, published_at_ms: i64) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    check_text(&mut wrong, draft);
    if let Some(expires_at_ms) = draft.expires_at_ms
        && let Err(message) = check_expiry(expires_at_ms, published_at_ms)
    {
        complain(&mut wrong, "expires_at_ms", message);
    }
    if draft.danger && !draft.urgent {
        complain(&mut wrong, "danger", "危及生命的通知要同时选“紧急”");
    }
    for (field, picture) in pictures(draft) {
        if picture.caption.chars().count() > MAX_CAPTION {
            let message = format!("图片说明不要超过 {MAX_CAPTION} 个字");
            complain(&mut wrong, &format!("{field}.caption"), message);
        }
    }
    wrong
}

/// Numbers of people that stand in clear in what is written and are not named as such.
#[must_use]
pub fn check_numbers(written: &WrittenBulletin) -> Vec<FieldError> {
    let draft = &written.draft;
    let content = bulletins::Content {
        title: draft.title.clone(),
        summary: draft.summary.clone(),
        cover: draft.cover.clone(),
        body: draft.body.clone(),
        ..bulletins::Content::default()
    };
    let mut wrong = confirmed::unconfirmed(&content, digits(&written.confirmed.numbers));
    for one in &mut wrong {
        one.message.push_str("（在文章开头加一行“公布号码”）");
    }
    wrong
}

fn check_text(wrong: &mut Vec<FieldError>, draft: &BulletinDraft) {
    if let Err(message) = checked_title(&draft.title) {
        complain(wrong, "title", message);
    }
    if draft.summary.chars().count() > MAX_SUMMARY {
        let message = format!("摘要不要超过 {MAX_SUMMARY} 个字");
        complain(wrong, "summary", message);
    }
    if draft.body.is_empty() {
        complain(wrong, "body", "正文不能为空");
    }
    if draft.body.len() > MAX_BLOCKS {
        complain(
            wrong,
            "body",
            format!("正文不要超过 {MAX_BLOCKS} 段，请分成几份"),
        );
    }
    for (index, block) in draft.body.iter().enumerate() {
        let at = |field: &str| format!("body[{index}].{field}");
        match block {
            Block::Heading { text } | Block::Paragraph { text } | Block::Item { text, .. } => {
                if names::is_blank(text) || text.chars().count() > MAX_TEXT {
                    complain(wrong, &at("text"), format!("须为 1 到 {MAX_TEXT} 个字"));
                }
            }
            Block::Table(table) => {
                let columns = table.header.len();
                if !(1..=30).contains(&columns) {
                    complain(wrong, &at("header"), "表格须有 1 到 30 列");
                }
                if let Some(row) = table.rows.iter().position(|row| row.len() != columns) {
                    let found = table.rows[row].len();
                    complain(
                        wrong,
                        &at(&format!("rows[{row}]")),
                        format!("这一行有 {found} 格，表头有 {columns} 格，请补齐"),
                    );
                }
                if !table.numeric.is_empty() && table.numeric.len() != columns {
                    complain(wrong, &at("numeric"), "须与表头一样多，或不写");
                }
            }
            Block::Picture(_) => {}
        }
    }
}

fn complain(wrong: &mut Vec<FieldError>, field: &str, message: impl Into<String>) {
    wrong.push(FieldError {
        field: field.to_owned(),
        message: message.into(),
    });
}
