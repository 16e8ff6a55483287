//! Bulletins in the making: written, handed in, published, withdrawn.

use contract::bulletin::{Block, BulletinState};
use contract::error::FieldError;
use contract::file::{FileRef, Picture};
use contract::kinds::{DocumentKind, ListingKind};
use contract::staff::{BulletinDraft, StaffBulletin};
use store::{Store, Tx, WriteTx, bulletins, files};

use super::kit::audit::{self, Actor};
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::rights::{Action, Staff};
use super::organizations::by_code;
use super::publish::picture_files;
use super::township::listing_kind;

/// Blocks one bulletin may have: some 60 screens.
const MAX_BLOCKS: usize = 600;

/// Characters of one paragraph or cell.
const MAX_TEXT: usize = 5_000;

/// Which bulletins to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those in this state.
    pub state: Option<BulletinState>,
    /// Only those of this list.
    pub list: Option<String>,
    /// Only those older than the one with this id.
    pub before: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// Bulletins of the subtree, newest first.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn list(store: &Store, staff: &Staff, filter: &Filter) -> Result<Vec<StaffBulletin>> {
    staff.may(Action::Read)?;
    let wanted = bulletins::Filter {
        within: staff.organization.id.clone(),
        state: filter.state,
        list: filter.list.clone(),
    };
    let found =
        store.read(|tx| bulletins::list(tx, &wanted, filter.before.as_deref(), filter.limit))?;
    Ok(found.iter().map(bulletins::Record::to_staff).collect())
}

/// One bulletin.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn get(store: &Store, staff: &Staff, id: &str) -> Result<StaffBulletin> {
    store.read(|tx| Ok(mine(tx, staff, Action::Read, id)?.to_staff()))
}

/// Creates a draft.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`].
pub fn create(
    store: &Store,
    staff: &Staff,
    draft: BulletinDraft,
    now_ms: i64,
) -> Result<StaffBulletin> {
    let staff = staff.clone();
    store.write(move |tx| {
        let content = checked(tx, &staff, &draft)?;
        let record = bulletins::create(tx, &content, now_ms)?;
        noted(tx, &staff, "bulletin.create", &record, now_ms)?;
        Ok(record.to_staff())
    })
}

/// Replaces the content of a bulletin. One that is published already is what every TV shows, so
/// changing it needs the right to publish.
///
/// # Errors
/// [`ServiceError::Stale`], [`ServiceError::Invalid`], [`ServiceError::Forbidden`],
/// [`ServiceError::NotFound`].
pub fn edit(
    store: &Store,
    staff: &Staff,
    id: &str,
    version: i64,
    draft: BulletinDraft,
    now_ms: i64,
) -> Result<StaffBulletin> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let before = mine(tx, &staff, Action::Write, &id)?;
        if before.state == BulletinState::Published {
            staff.may(Action::Publish)?;
        }
        let content = checked(tx, &staff, &draft)?;
        let record = bulletins::edit(tx, &id, version, &content, now_ms)?;
        noted(tx, &staff, "bulletin.update", &record, now_ms)?;
        Ok(record.to_staff())
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

/// Takes a bulletin one step on.
///
/// # Errors
/// [`ServiceError::Conflict`] from a state that does not allow it, [`ServiceError::Stale`],
/// [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn step(
    store: &Store,
    staff: &Staff,
    id: &str,
    version: i64,
    step: Step,
    now_ms: i64,
) -> Result<StaffBulletin> {
    let action = match step {
        Step::Submit => Action::Write,
        Step::Return | Step::Publish | Step::Withdraw => Action::Publish,
    };
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let before = mine(tx, &staff, action, &id)?;
        // Those who see it must be those its publisher answers for.
        staff.may_in(tx, action, &before.content.audience_id)?;
        let (done, record) = match step {
            Step::Submit => (
                "bulletin.submit",
                bulletins::submit(tx, &id, version, now_ms)?,
            ),
            Step::Return => (
                "bulletin.return",
                bulletins::return_to_draft(tx, &id, version, now_ms)?,
            ),
            Step::Publish => (
                "bulletin.publish",
                bulletins::publish(tx, &id, version, now_ms)?,
            ),
            Step::Withdraw => (
                "bulletin.withdraw",
                bulletins::withdraw(tx, &id, version, now_ms)?,
            ),
        };
        noted(tx, &staff, done, &record, now_ms)?;
        Ok(record.to_staff())
    })
}

fn noted(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    action: &str,
    record: &bulletins::Record,
    now_ms: i64,
) -> Result<()> {
    let subject = format!("bulletin:{}", record.id);
    let organization = Some(record.content.organization_id.as_str());
    let actor = Actor::of(Some(staff));
    // Not its title, which may name somebody.
    let list = &record.content.list;
    Ok(audit::note(
        tx,
        &actor,
        action,
        &subject,
        organization,
        list,
        now_ms,
    )?)
}

/// The bulletin, if this action on it is allowed. One outside the subtree does not exist.
fn mine(tx: &mut Tx<'_>, staff: &Staff, action: Action, id: &str) -> Result<bulletins::Record> {
    let missing = ServiceError::NotFound("这份公示");
    let Some(record) = bulletins::get(tx, id)? else {
        return Err(missing);
    };
    match staff.may_in(tx, Action::Read, &record.content.organization_id) {
        Err(ServiceError::Forbidden(_)) => return Err(missing),
        other => other?,
    }
    staff.may(action)?;
    Ok(record)
}

fn checked(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    draft: &BulletinDraft,
) -> Result<bulletins::Content> {
    staff.may(Action::Write)?;
    check_draft(tx, draft)?;
    let content = content_of(tx, draft)?;
    staff.may_in(tx, Action::Write, &content.organization_id)?;
    staff.may_in(tx, Action::Write, &content.audience_id)?;
    Ok(content)
}

/// The draft with its codes resolved.
pub(super) fn content_of(tx: &mut Tx<'_>, draft: &BulletinDraft) -> Result<bulletins::Content> {
    let organization = by_code(tx, "organization_code", &draft.organization_code)?;
    let audience = by_code(tx, "audience_code", &draft.audience_code)?;
    Ok(bulletins::Content {
        list: draft.list.clone(),
        organization_id: organization.id,
        audience_id: audience.id,
        title: names::cleaned(&draft.title),
        summary: names::text(&draft.summary),
        expires_at_ms: draft.expires_at_ms,
        urgent: draft.urgent,
        cover: draft.cover.clone().map(captioned),
        body: draft.body.iter().cloned().map(readable).collect(),
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
pub(crate) fn captioned(mut picture: Picture) -> Picture {
    picture.caption = names::cleaned(&picture.caption);
    picture
}

/// Every file a draft refers to.
pub(super) fn files_of(draft: &BulletinDraft) -> Vec<FileRef> {
    pictures(draft)
        .flat_map(|(_, picture)| picture_files(picture))
        .cloned()
        .collect()
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
pub(super) fn check_draft(tx: &mut Tx<'_>, draft: &BulletinDraft) -> Result<()> {
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
    check_text(&mut wrong, draft);
    for (field, picture) in pictures(draft) {
        for file in picture_files(picture) {
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

fn check_text(wrong: &mut Vec<FieldError>, draft: &BulletinDraft) {
    if let Err(message) = names::title(&draft.title, "标题", 100) {
        complain(wrong, "title", message);
    }
    if draft.summary.chars().count() > 300 {
        complain(wrong, "summary", "摘要不要超过 300 个字");
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
