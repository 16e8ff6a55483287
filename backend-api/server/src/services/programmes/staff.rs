//! Programmes as staff make them: of a film that was uploaded, a draft until it is published. Whoever may publish
//! may do all of it.

use std::time::Duration;

use contract::error::FieldError;
use contract::file::{FileRef, Picture};
use contract::kinds::{DocumentKind, ListingKind};
use contract::preview::PreviewJob;
use contract::programme::Caption;
use contract::staff::{TakeBack, TakenBack};
use contract::staff_programme::{
    FilmAgain, FilmState, NewProgramme, ProgrammeEdit, ProgrammeFigures, ProgrammeStand,
    ProgrammeState, StaffProgramme,
};
use contract::upload::UploadState;
use store::versions::Seen;
use store::{Store, Tx, WriteTx, files as stored, films, programmes, progress, uploads};

use super::checked_title;
use crate::services::captions::Stored;
use crate::services::kit::audit::{self, About, Actor, Thing, Words};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::names;
use crate::services::kit::publishing::Source;
use crate::services::kit::reason;
use crate::services::kit::rights::{Action, Staff};
use crate::services::kit::subject;
use crate::services::pictures;
use crate::services::previews;
use crate::services::township::listing_kind;

/// Longest summary, in characters: a screen of it.
const MAX_SUMMARY: usize = 1_000;

/// Counts of fewer televisions than that are not told.
const FEW: i64 = 5;

/// Which programmes to list, and what is told of them.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this list.
    pub list: Option<String>,
    /// With these words, or whose title, or whose organization, is read so.
    pub text: Option<String>,
    /// Only those with captions, or only those without.
    pub captions: Option<bool>,
    /// Only those that stand so; without it all that are not withdrawn.
    pub stand: Option<ProgrammeStand>,
    /// Of published ones also how often they were watched.
    pub figures: bool,
}

/// Programmes of the subtree, newest first.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn list(
    store: &Store,
    staff: &Staff,
    filter: &Filter,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<StaffProgramme>> {
    staff.may(Action::Read)?;
    let wanted = programmes::Filter {
        within: &staff.organization.id,
        list: filter.list.as_deref(),
        text: filter.text.as_deref(),
        captions: filter.captions,
        stand: filter.stand,
        kept: true,
    };
    store.read(|tx| {
        let found = programmes::list(tx, &wanted, before, limit)?;
        let is_counted = |record: &programmes::Record| {
            filter.figures && record.state() == ProgrammeState::Published
        };
        let counted = found.iter().filter(|record| is_counted(record));
        let ids: Vec<&str> = counted.map(|record| record.id.as_str()).collect();
        let watched = progress::figures_of(tx, &ids)?;
        let shown = found.iter().map(|record| {
            let (played, finished) = watched.get(&record.id).copied().unwrap_or_default();
            StaffProgramme {
                figures: is_counted(record).then(|| figures(played, finished)),
                ..record.to_staff()
            }
        });
        Ok(shown.collect())
    })
}

/// One programme, with how often it was watched.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn get(store: &Store, staff: &Staff, id: &str) -> Result<StaffProgramme> {
    store.read(|tx| {
        let record: programmes::Record = subject::seen(tx, staff, id)?;
        let (played, finished) = progress::figures(tx, id)?;
        Ok(StaffProgramme {
            figures: Some(figures(played, finished)),
            ..record.to_staff()
        })
    })
}

/// What may be told of so many televisions: nothing by which it could be found out what a few did.
fn figures(played: i64, finished: i64) -> ProgrammeFigures {
    let told = |count: i64| u32::try_from(count).ok().filter(|_| count >= FEW);
    let left_off = played - finished;
    ProgrammeFigures {
        played: told(played),
        finished: told(finished).filter(|_| left_off == 0 || left_off >= FEW),
    }
}

/// What is to be shown of one to whoever may change it, and its version: as if it were published now, unless it
/// has a date.
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
        let record: programmes::Record = subject::allowed(tx, staff, Action::Publish, id)?;
        let mut document = record.to_document();
        if document.published_at_ms == 0 {
            document.published_at_ms = now_ms;
        }
        let job = previews::job(tx, document, text_size, now_ms)?;
        Ok((record.version, job))
    })
}

/// The film of a programme, for a still picture of it from this time, in milliseconds from its beginning.
///
/// # Errors
/// [`ServiceError::Conflict`] while there is none, [`ServiceError::Invalid`] for a time outside of it,
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn film_file(
    store: &Store,
    staff: &Staff,
    id: &str,
    at_ms: i64,
) -> Result<(FileRef, Duration)> {
    store.read(|tx| {
        let record: programmes::Record = subject::allowed(tx, staff, Action::Publish, id)?;
        let Some(best) = record.content.renditions.first() else {
            let words = "影片还没有处理好，请等处理好了再选封面";
            return Err(ServiceError::Conflict(words.to_owned()));
        };
        let at = u64::try_from(at_ms)
            .ok()
            .filter(|_| at_ms <= record.content.duration_ms);
        let at = at.ok_or_else(|| {
            ServiceError::field("at_ms", "封面的时间要在影片的开头和结尾之间，请重新选")
        })?;
        Ok((best.file.clone(), Duration::from_millis(at)))
    })
}

/// Makes a draft of a film that was uploaded; the film waits to be made.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`]; [`ServiceError::Conflict`] while it is still looked
/// at what was uploaded.
pub fn create(
    store: &Store,
    staff: &Staff,
    new: NewProgramme,
    captions: Vec<Stored>,
    now_ms: i64,
) -> Result<StaffProgramme> {
    let staff = staff.clone();
    store.write(move |tx| {
        staff.may(Action::Publish)?;
        let content = content(tx, &staff, &new.edit, &captions, None)?;
        let poster_at_ms = poster_at(new.poster_at_ms)?;
        take(tx, &staff, &new.upload, now_ms)?;
        let film = (new.upload.as_str(), poster_at_ms);
        Ok(put(tx, &staff, &content, film, now_ms)?.to_staff())
    })
}

/// Makes a draft of a film that somebody sent, as part of something else that staff do. Answers its id.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`].
pub(in crate::services) fn draft_now(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    (edit, upload): (&ProgrammeEdit, &str),
    now_ms: i64,
) -> Result<String> {
    staff.may(Action::Publish)?;
    let content = content(tx, staff, edit, &[], None)?;
    Ok(put(tx, staff, &content, (upload, None), now_ms)?.id)
}

/// Writes a draft, whose film waits to be made.
fn put(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    content: &programmes::Content,
    (upload, poster_at_ms): (&str, Option<u64>),
    now_ms: i64,
) -> Result<programmes::Record> {
    keep(tx, content, now_ms)?;
    let id = programmes::draft(tx, content, now_ms)?;
    films::queue(tx, &id, upload, poster_at_ms, now_ms)?;
    let record: programmes::Record = subject::existing(tx, &id)?;
    noted(tx, staff, "programme.create", &record, now_ms)?;
    Ok(record)
}

/// Whether somebody may change a programme.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn may_change(store: &Store, staff: &Staff, id: &str) -> Result<()> {
    store.read(|tx| {
        subject::allowed::<programmes::Record>(tx, staff, Action::Publish, id).map(|_| ())
    })
}

/// Replaces what is written of a programme; one that is published changes on every television at once.
///
/// # Errors
/// [`ServiceError::Stale`], [`ServiceError::Invalid`], [`ServiceError::Forbidden`],
/// [`ServiceError::NotFound`], [`ServiceError::WrongState`] if it was withdrawn.
pub fn edit(
    store: &Store,
    staff: &Staff,
    id: &str,
    seen: Seen,
    edit: ProgrammeEdit,
    captions: Vec<Stored>,
    now_ms: i64,
) -> Result<StaffProgramme> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let before: programmes::Record = subject::allowed(tx, &staff, Action::Publish, &id)?;
        let content = content(tx, &staff, &edit, &captions, Some(&before))?;
        keep(tx, &content, now_ms)?;
        let record = programmes::edit(tx, &id, seen, &content, now_ms)?;
        noted(tx, &staff, "programme.update", &record, now_ms)?;
        Ok(record.to_staff())
    })
}

/// Shows a draft whose film is ready to its audience.
///
/// # Errors
/// [`ServiceError::WrongState`], [`ServiceError::Stale`], [`ServiceError::Forbidden`],
/// [`ServiceError::NotFound`].
pub fn publish(
    store: &Store,
    staff: &Staff,
    id: &str,
    seen: Seen,
    now_ms: i64,
) -> Result<StaffProgramme> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let before: programmes::Record = subject::allowed(tx, &staff, Action::Publish, &id)?;
        // Those who see it must be those its publisher answers for.
        staff.may_in(tx, Action::Publish, &before.content.audience_id)?;
        let dated_at_ms = match before.content.published_at_ms {
            0 => now_ms,
            dated => dated,
        };
        let record = programmes::publish(tx, &id, seen, dated_at_ms, now_ms)?;
        noted(tx, &staff, "programme.publish", &record, now_ms)?;
        Ok(record.to_staff())
    })
}

/// Withdraws a programme, or gives a draft up; twice is fine. Why one that is published is withdrawn stays with
/// it. Answers the upload that nobody needs any more, whose bytes are to be cleared away.
///
/// # Errors
/// [`ServiceError::Invalid`] without a reason where one is needed, [`ServiceError::NotFound`],
/// [`ServiceError::Forbidden`].
pub fn withdraw(
    store: &Store,
    staff: &Staff,
    id: &str,
    why: &TakeBack,
    now_ms: i64,
) -> Result<Option<String>> {
    let (staff, id, why) = (staff.clone(), id.to_owned(), why.clone());
    store.write(move |tx| {
        let record: programmes::Record = subject::allowed(tx, &staff, Action::Publish, &id)?;
        if record.state() == ProgrammeState::Published {
            let why = TakenBack {
                withdrawn: true,
                reason: reason::checked("reason", &why.reason)?.to_string(),
                by: staff.login.clone(),
                at_ms: now_ms,
            };
            programmes::keep_why(tx, &id, &why)?;
        }
        programmes::withdraw(tx, &id, now_ms)?;
        let upload = films::get(tx, &id)?.and_then(|film| film.upload_id);
        if let Some(upload) = &upload {
            films::fail(tx, &id, upload, "节目已撤下", now_ms)?;
            uploads::delete(tx, upload)?;
        }
        noted(tx, &staff, "programme.withdraw", &record, now_ms)?;
        Ok(upload)
    })
}

/// Tries once more to make a film that could not be made, of the same or of another upload. Answers the upload
/// that is replaced, whose bytes are to be cleared away.
///
/// # Errors
/// [`ServiceError::WrongState`] if it did not fail; [`ServiceError::Conflict`] if what was uploaded is gone;
/// [`ServiceError::Invalid`], [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn film_again(
    store: &Store,
    staff: &Staff,
    id: &str,
    again: FilmAgain,
    now_ms: i64,
) -> Result<(StaffProgramme, Option<String>)> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let record: programmes::Record = subject::allowed(tx, &staff, Action::Publish, &id)?;
        let film = films::get(tx, &id)?.filter(|it| it.state == FilmState::Failed);
        let Some(film) = film.filter(|_| record.state() != ProgrammeState::Withdrawn) else {
            let state = match record.state() {
                ProgrammeState::Withdrawn => record.state().into(),
                _ => record.film.state.into(),
            };
            return Err(ServiceError::WrongState(state));
        };
        let replaced = match &again.upload {
            Some(upload) => {
                take(tx, &staff, upload, now_ms)?;
                films::queue(tx, &id, upload, film.poster_at_ms, now_ms)?;
                if let Some(old) = &film.upload_id {
                    uploads::delete(tx, old)?;
                }
                film.upload_id
            }
            None => {
                let Some(upload) = &film.upload_id else {
                    let words = "上传的文件已经不在服务器上，请重新上传";
                    return Err(ServiceError::Conflict(words.to_owned()));
                };
                films::queue(tx, &id, upload, film.poster_at_ms, now_ms)?;
                None
            }
        };
        noted(tx, &staff, "programme.film", &record, now_ms)?;
        let record: programmes::Record = subject::existing(tx, &id)?;
        Ok((record.to_staff(), replaced))
    })
}

/// Uses an own upload that is here and a film.
///
/// # Errors
/// [`ServiceError::Invalid`] naming `upload`; [`ServiceError::Conflict`] while it is still looked at.
pub(in crate::services) fn take(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    id: &str,
    now_ms: i64,
) -> Result<()> {
    let wrong = |message: &str| Err(ServiceError::field("upload", message));
    let found = uploads::get(tx, id)?.filter(|it| it.account_id == staff.account_id);
    let Some(found) = found else {
        return wrong("没有这个上传的文件，可能已经过期，请重新上传");
    };
    match found.state {
        UploadState::Ready => {}
        UploadState::Receiving => return wrong("影片还没有传完，请等它传完"),
        UploadState::Checking => {
            let words = "服务器正在检查这个影片，请过几秒再试";
            return Err(ServiceError::Conflict(words.to_owned()));
        }
        UploadState::Refused => {
            return wrong(found.problem.as_deref().unwrap_or("这个文件不能做成节目"));
        }
        UploadState::Used => return wrong("这个影片已经用过，请上传另一个"),
    }
    uploads::take(tx, id, &staff.account_id, now_ms)?;
    Ok(())
}

/// What is written, with its codes resolved, if it can be shown.
fn content(
    tx: &mut Tx<'_>,
    staff: &Staff,
    edit: &ProgrammeEdit,
    captions: &[Stored],
    before: Option<&programmes::Record>,
) -> Result<programmes::Content> {
    let mut wrong = check(edit);
    let mut complain = |field: String, message: String| wrong.push(FieldError { field, message });
    let kind = listing_kind(tx, &edit.category)?;
    if kind.and_then(ListingKind::holds) != Some(DocumentKind::Programme) {
        let message = format!("没有名为“{}”的节目栏目", edit.category);
        complain("category".to_owned(), message);
    }
    for file in edit.poster.iter().flat_map(pictures::files_of) {
        if stored::get(tx, &file.name)?.as_ref() != Some(file) {
            let message = "图片没有上传到本服务器，请先上传".to_owned();
            complain("poster".to_owned(), message);
            break;
        }
    }
    let old = before.map(|it| it.content.captions.as_slice());
    let mut kept = Vec::new();
    for (index, (language, file)) in captions.iter().enumerate() {
        let there = || old?.iter().find(|it| it.language == *language);
        match file.clone().or_else(|| there().map(|it| it.file.clone())) {
            Some(file) => kept.push(Caption {
                language: language.clone(),
                file,
            }),
            None => complain(
                format!("captions[{index}].text"),
                "还没有这种语言的字幕，请选择字幕文件".to_owned(),
            ),
        }
    }
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong));
    }
    let source = Source::staff(staff);
    let mut place = |field: &str, code: &str| source.organization(tx, Action::Publish, field, code);
    let organization = place("organization_code", &edit.organization_code)?;
    let audience = match edit.audience_code.as_str() {
        "" => organization.id.clone(),
        code => place("audience_code", code)?.id,
    };
    let before = before.map(|it| it.content.clone()).unwrap_or_default();
    Ok(programmes::Content {
        category: edit.category.clone(),
        organization_id: organization.id,
        audience_id: audience,
        title: names::cleaned(&edit.title),
        description: names::text(&edit.summary),
        published_at_ms: edit.dated_at_ms.unwrap_or(before.published_at_ms),
        poster: edit.poster.clone().map_or(before.poster, captioned),
        captions: kept,
        duration_ms: before.duration_ms,
        renditions: before.renditions,
    })
}

fn captioned(mut picture: Picture) -> Picture {
    picture.caption = names::cleaned(&picture.caption);
    picture
}

/// Everything that can be seen to be wrong without a look at the database.
fn check(edit: &ProgrammeEdit) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let mut complain = |field: &str, message: String| {
        wrong.push(FieldError {
            field: field.to_owned(),
            message,
        });
    };
    if let Err(message) = checked_title(&edit.title) {
        complain("title", message);
    }
    if edit.summary.chars().count() > MAX_SUMMARY {
        complain("summary", format!("简介不要超过 {MAX_SUMMARY} 个字"));
    }
    // From 1970 to 2100.
    if edit
        .dated_at_ms
        .is_some_and(|at| !(1..4_102_444_800_000).contains(&at))
    {
        complain("dated_at_ms", "日期不对，请重新选择".to_owned());
    }
    wrong
}

fn poster_at(at_ms: Option<i64>) -> Result<Option<u64>> {
    at_ms
        .map(u64::try_from)
        .transpose()
        .map_err(|_| ServiceError::field("poster_at_ms", "封面的时间要从影片开头算起，不能是负数"))
}

/// Notes the captions, so that they are known as stored.
fn keep(tx: &mut WriteTx<'_>, content: &programmes::Content, now_ms: i64) -> Result<()> {
    let captions = content.captions.iter().map(|caption| &caption.file);
    pictures::keep(tx, captions, now_ms)
}

fn noted(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    action: &'static str,
    record: &programmes::Record,
    now_ms: i64,
) -> Result<()> {
    let (actor, about) = (
        Actor::of(Some(staff)),
        About::one(Thing::Programme, &record.id),
    );
    let organization = Some(record.content.organization_id.as_str());
    Ok(audit::note(
        tx,
        &actor,
        action,
        &about,
        organization,
        Words::List(&record.content.category),
        now_ms,
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_told_of_a_few() {
        let told = |played, finished| {
            let told = figures(played, finished);
            (told.played, told.finished)
        };
        assert_eq!(told(0, 0), (None, None));
        assert_eq!(told(4, 4), (None, None));
        assert_eq!(told(5, 4), (Some(5), None));
        assert_eq!(told(5, 5), (Some(5), Some(5)));
        // That three left off would be as plain as that three went on.
        assert_eq!(told(12, 9), (Some(12), None));
        assert_eq!(told(12, 7), (Some(12), Some(7)));
    }
}
