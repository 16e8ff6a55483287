//! Pages of organizations (支部主页): who leads it, how its office is reached, what it is. What is written is
//! what every TV of its audience shows at once, so it needs the right to publish. The members are counted by
//! the store.

use contract::branch::{BranchDraft, StaffBranch};
use contract::error::FieldError;
use contract::organization::Organization;
use store::versions::Seen;
use store::{Outcome, SourceEntry, Store, Tx, WriteTx, branches, files, organizations};

use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::publishing::{self, Gone, Kind, Source};
use super::kit::rights::{Action, Staff};
use super::kit::subject::{self, Subject};
use super::pictures;

/// Longest name of a secretary, in characters.
const MAX_SECRETARY: usize = 20;

/// Paragraphs of an introduction.
const MAX_PARAGRAPHS: usize = 40;

/// Characters of a paragraph.
const MAX_PARAGRAPH: usize = 1_000;

/// Longest caption of the picture, in characters.
const MAX_CAPTION: usize = 200;

/// Pages of a content folder.
pub const KIND: Kind = Kind {
    thing: Thing::Branch,
    creation: "branch.create",
    change: "branch.update",
    withdrawal: "branch.withdraw",
    sources: branches::sources,
    gone,
    withdraw: branches::withdraw_source,
};

fn gone(tx: &mut Tx<'_>, entry: &SourceEntry, _now_ms: i64) -> store::Result<Gone> {
    let record = branches::get(tx, &entry.id)?;
    Ok(record.map_or(Gone::Stays, |record| Gone::TakenBack {
        title: record.organization.name,
        organization_id: record.id,
    }))
}

/// An organization, which its page is asked for by its code.
struct Place(Organization);

impl Subject for Place {
    const NAME: &'static str = "这个支部主页";
    const SEE: Action = Action::Read;

    fn find(tx: &mut Tx<'_>, code: &str) -> store::Result<Option<Self>> {
        Ok(organizations::by_code(tx, code)?.map(Self))
    }

    fn organization_id(&self) -> &str {
        &self.0.id
    }
}

/// Pages of the subtree, those of the organizations made last first.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn list(
    store: &Store,
    staff: &Staff,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<StaffBranch>> {
    staff.may(Action::Read)?;
    let found = store.read(|tx| branches::list(tx, &staff.organization.id, before, limit))?;
    Ok(found.iter().map(branches::Record::to_staff).collect())
}

/// The page of the organization with this code.
///
/// # Errors
/// [`ServiceError::NotFound`] without organization or page, [`ServiceError::Forbidden`].
pub fn get(store: &Store, staff: &Staff, code: &str) -> Result<StaffBranch> {
    store.read(|tx| {
        let Place(place) = subject::seen(tx, staff, code)?;
        let found = branches::get(tx, &place.id)?.filter(|page| page.withdrawn_at_ms.is_none());
        Ok(found.ok_or(subject::missing::<Place>())?.to_staff())
    })
}

/// Writes the page of the organization with this code; `seen` is the version that was read, 0 where there
/// was none.
///
/// # Errors
/// [`ServiceError::Stale`], [`ServiceError::Invalid`], [`ServiceError::Forbidden`],
/// [`ServiceError::NotFound`] without the organization.
pub fn publish(
    store: &Store,
    staff: &Staff,
    code: &str,
    seen: Seen,
    draft: BranchDraft,
    now_ms: i64,
) -> Result<StaffBranch> {
    let (staff, code) = (staff.clone(), code.to_owned());
    store.write(move |tx| {
        let Place(place) = subject::allowed(tx, &staff, Action::Publish, &code)?;
        let source = Source::staff(&staff);
        let content = checked(tx, &source, &draft)?;
        let record = branches::publish(tx, &place.id, seen, &content, now_ms)?;
        noted(tx, &source.actor(), "branch.publish", &place.id, now_ms)?;
        Ok(record.to_staff())
    })
}

/// Takes the page of the organization with this code back.
///
/// # Errors
/// [`ServiceError::Stale`], [`ServiceError::Forbidden`], [`ServiceError::NotFound`] without organization or
/// page.
pub fn withdraw(store: &Store, staff: &Staff, code: &str, seen: Seen, now_ms: i64) -> Result<()> {
    let (staff, code) = (staff.clone(), code.to_owned());
    store.write(move |tx| {
        let Place(place) = subject::allowed(tx, &staff, Action::Publish, &code)?;
        branches::withdraw(tx, &place.id, seen, now_ms).map_err(|error| match error {
            store::Error::NotFound(_) => subject::missing::<Place>(),
            other => other.into(),
        })?;
        let actor = Actor::of(Some(&staff));
        noted(tx, &actor, "branch.withdraw", &place.id, now_ms)
    })
}

/// Publishes the page of a content folder of the organization with this code, whose picture is stored
/// already. `published_at_ms` is the date it carries.
///
/// # Errors
/// [`ServiceError::Invalid`] with every field that is wrong; then nothing was changed.
pub fn import(
    store: &Store,
    source: &Source,
    code: &str,
    draft: &BranchDraft,
    published_at_ms: i64,
    now_ms: i64,
) -> Result<Outcome> {
    let (source, code, draft) = (source.clone(), code.to_owned(), draft.clone());
    store.write(move |tx| {
        let item = source
            .known_by()
            .ok_or_else(|| ServiceError::Internal("an item without a key".to_owned()))?;
        let place = source.organization(tx, Action::Publish, "organization_code", &code)?;
        let stored = draft.photo.iter().flat_map(pictures::files_of);
        pictures::keep(tx, stored, now_ms)?;
        let content = checked(tx, &source, &draft)?;
        let imported = branches::import(tx, item, &place.id, &content, published_at_ms, now_ms)?;
        publishing::imported(tx, &KIND, &imported, &place.id, now_ms)
    })
}

/// Without the name of the secretary, which the log would keep for ever.
fn noted(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    action: &'static str,
    organization_id: &str,
    now_ms: i64,
) -> Result<()> {
    let about = About::one(Thing::Branch, organization_id);
    let organization = Some(organization_id);
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

/// The draft with its code resolved, if it may be published and a screen can show it.
fn checked(tx: &mut Tx<'_>, source: &Source, draft: &BranchDraft) -> Result<branches::Content> {
    let mut wrong = check(draft);
    for file in draft.photo.iter().flat_map(pictures::files_of) {
        if files::get(tx, &file.name)?.as_ref() != Some(file) {
            complain(&mut wrong, "photo", "图片没有上传到本服务器，请先上传");
            break;
        }
    }
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong));
    }
    let code = &draft.audience_code;
    let audience = source.organization(tx, Action::Publish, "audience_code", code)?;
    let introduction = draft.introduction.iter();
    Ok(branches::Content {
        audience_id: audience.id,
        secretary: names::person(&draft.secretary),
        telephone: names::cleaned(&draft.telephone),
        photo: draft.photo.clone().map(|mut photo| {
            photo.caption = names::cleaned(&photo.caption);
            photo
        }),
        introduction: introduction.map(|text| names::text(text)).collect(),
    })
}

/// Everything that can be seen to be wrong with a draft without a look at the database.
#[must_use]
pub fn check(draft: &BranchDraft) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    if !names::is_blank(&draft.secretary)
        && let Err(message) = names::person_title(&draft.secretary, "书记姓名", MAX_SECRETARY)
    {
        complain(&mut wrong, "secretary", message);
    }
    if let Err(message) = names::telephone(&draft.telephone) {
        complain(&mut wrong, "telephone", message);
    }
    if let Some(photo) = &draft.photo
        && photo.caption.chars().count() > MAX_CAPTION
    {
        let message = format!("图片说明不要超过 {MAX_CAPTION} 个字");
        complain(&mut wrong, "photo.caption", message);
    }
    match draft.introduction.len() {
        0 => complain(&mut wrong, "introduction", "介绍不能为空"),
        1..=MAX_PARAGRAPHS => {}
        _ => complain(
            &mut wrong,
            "introduction",
            format!("介绍不要超过 {MAX_PARAGRAPHS} 段"),
        ),
    }
    for (index, text) in draft.introduction.iter().enumerate() {
        if names::is_blank(text) || text.chars().count() > MAX_PARAGRAPH {
            let message = format!("介绍的第 {} 段须为 1 到 {MAX_PARAGRAPH} 个字", index + 1);
            complain(&mut wrong, &format!("introduction[{index}]"), message);
        }
    }
    wrong
}

fn complain(wrong: &mut Vec<FieldError>, field: &str, message: impl Into<String>) {
    wrong.push(FieldError {
        field: field.to_owned(),
        message: message.into(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> BranchDraft {
        BranchDraft {
            audience_code: "QH".to_owned(),
            secretary: "王 芳".to_owned(),
            telephone: "0512-4000 0001 转 8".to_owned(),
            photo: None,
            introduction: vec!["第一段".to_owned()],
        }
    }

    fn fields(draft: &BranchDraft) -> Vec<String> {
        check(draft).into_iter().map(|it| it.field).collect()
    }

    #[test]
    fn a_page_without_secretary_and_telephone_is_one() {
        assert_eq!(check(&draft()), []);
        let bare = BranchDraft {
            secretary: String::new(),
            telephone: " ".to_owned(),
            ..draft()
        };
        assert_eq!(check(&bare), []);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = BranchDraft {
            secretary: "长".repeat(21),
            telephone: "办公室".to_owned(),
            introduction: vec!["好".to_owned(), "\u{200b}".to_owned(), "长".repeat(1_001)],
            ..draft()
        };
        assert_eq!(
            fields(&wrong),
            [
                "secretary",
                "telephone",
                "introduction[1]",
                "introduction[2]"
            ]
        );
        let none = BranchDraft {
            introduction: Vec::new(),
            ..draft()
        };
        assert_eq!(fields(&none), ["introduction"]);
        let many = BranchDraft {
            introduction: vec!["好".to_owned(); 41],
            ..draft()
        };
        assert_eq!(fields(&many), ["introduction"]);
        for telephone in ["12", "0512-4000000x", &"1".repeat(31)] {
            let wrong = BranchDraft {
                telephone: telephone.to_owned(),
                ..draft()
            };
            assert_eq!(fields(&wrong), ["telephone"], "{telephone}");
        }
        for telephone in [
            "0512-40000001",
            "（0512）4000 0001",
            "+86 512 40000001",
            "40000001、40000002",
        ] {
            let right = BranchDraft {
                telephone: telephone.to_owned(),
                ..draft()
            };
            assert_eq!(check(&right), [], "{telephone}");
        }
    }
}
