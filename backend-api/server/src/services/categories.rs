//! Categories of one-key service and of suggestions: what can be asked at a TV, who answers, and in how many
//! hours. They say where every request goes, so whoever writes one may shape the tree of organizations there.

use contract::category::StaffCategory;
use contract::error::FieldError;
use contract::organization::{Organization, OrganizationKind};
use contract::request::{CategoryDraft, CategoryKind};
use store::categories::{self, Content, Record};
use store::versions::Seen;
use store::{Outcome, SourceEntry, Store, Tx, WriteTx, organizations};

use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::publishing::{self, Gone, Kind, Source};
use super::kit::rights::{Action, Staff};
use super::kit::subject::{self, Subject};

/// Longest code of a category, in characters.
const MAX_CODE: usize = 40;

/// Longest title, in characters: what a tile holds.
const MAX_TITLE: usize = 12;

/// Longest description, in characters.
const MAX_ABOUT: usize = 120;

/// Sentences to pick from, and papers to bring: what has a digit each.
const MAX_LINES: usize = 9;

/// Longest of them, in characters.
const MAX_LINE: usize = 30;

/// Canned replies.
const MAX_REPLIES: usize = 20;

/// Longest of them, in characters.
const MAX_REPLY: usize = 200;

/// Longest time until the first response, in hours: thirty days.
const MAX_HOURS: u32 = 720;

/// Categories of a content folder.
pub const KIND: Kind = Kind {
    thing: Thing::Category,
    creation: "category.create",
    change: "category.update",
    withdrawal: "category.withdraw",
    sources: categories::sources,
    gone,
    withdraw: categories::withdraw_source,
};

fn gone(tx: &mut Tx<'_>, entry: &SourceEntry, _now_ms: i64) -> store::Result<Gone> {
    let record = categories::get(tx, &entry.id)?;
    Ok(record.map_or(Gone::Stays, |record| Gone::TakenBack {
        title: record.content.title,
        organization_id: record.organization.id,
    }))
}

/// A category that can be seen, by its code.
struct Seeing(Record);

impl Subject for Seeing {
    const NAME: &'static str = "这个服务类别";
    const SEE: Action = Action::Read;

    fn find(tx: &mut Tx<'_>, code: &str) -> store::Result<Option<Self>> {
        let found = categories::by_code(tx, code)?;
        Ok(found.filter(|it| it.withdrawn_at_ms.is_none()).map(Self))
    }

    fn organization_id(&self) -> &str {
        &self.0.organization.id
    }

    /// Whoever's people may ask in it sees it too.
    fn is_seen_from(&self, tx: &mut Tx<'_>, organization_id: &str) -> store::Result<bool> {
        let own = self.organization_id();
        Ok(organizations::is_within(tx, own, organization_id)?
            || organizations::is_within(tx, organization_id, own)?)
    }
}

/// Categories of the subtree and of organizations above it, those made last first.
///
/// # Errors
/// [`ServiceError::Forbidden`], or the database failed.
pub fn list(
    store: &Store,
    staff: &Staff,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<StaffCategory>> {
    staff.may(Action::Read)?;
    let found = store.read(|tx| categories::list(tx, &staff.organization.id, before, limit))?;
    Ok(found.iter().map(Record::to_staff).collect())
}

/// The category with this code.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn get(store: &Store, staff: &Staff, code: &str) -> Result<StaffCategory> {
    store.read(|tx| {
        let Seeing(found) = subject::seen(tx, staff, code)?;
        Ok(found.to_staff())
    })
}

/// Writes the category with this code; `seen` is the version that was read, 0 for a new one.
///
/// # Errors
/// [`ServiceError::Stale`], [`ServiceError::Invalid`], [`ServiceError::Forbidden`], [`ServiceError::NotFound`]
/// without the one that was read, [`ServiceError::Conflict`] if a new one has somebody else's code.
pub fn publish(
    store: &Store,
    staff: &Staff,
    code: &str,
    seen: Seen,
    draft: CategoryDraft,
    now_ms: i64,
) -> Result<StaffCategory> {
    let (staff, code) = (staff.clone(), code.to_owned());
    store.write(move |tx| {
        if seen == Seen::Version(0) {
            staff.may(Action::Organize)?;
            is_free(tx, &staff, &code)?;
        } else {
            subject::allowed::<Seeing>(tx, &staff, Action::Organize, &code)?;
        }
        let source = Source::staff(&staff);
        let content = checked(tx, &source, &code, &draft)?;
        let written = categories::publish(tx, &code, seen, &content, now_ms)?;
        let organization = Some(written.organization.id.as_str());
        noted(
            tx,
            &source.actor(),
            "category.publish",
            &written.id,
            organization,
            now_ms,
        )?;
        Ok(written.to_staff())
    })
}

/// Takes the category with this code back: nobody asks in it any more; what was asked goes on.
///
/// # Errors
/// [`ServiceError::Stale`], [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub fn withdraw(store: &Store, staff: &Staff, code: &str, seen: Seen, now_ms: i64) -> Result<()> {
    let (staff, code) = (staff.clone(), code.to_owned());
    store.write(move |tx| {
        let Seeing(found) = subject::allowed(tx, &staff, Action::Organize, &code)?;
        categories::withdraw(tx, &code, seen, now_ms)?;
        let actor = Actor::of(Some(&staff));
        let organization = Some(found.organization.id.as_str());
        noted(
            tx,
            &actor,
            "category.withdraw",
            &found.id,
            organization,
            now_ms,
        )
    })
}

/// Writes the category of a row of a content folder.
///
/// # Errors
/// [`ServiceError::Invalid`] with every field that is wrong; then nothing was changed.
pub fn import(
    store: &Store,
    source: &Source,
    code: &str,
    draft: &CategoryDraft,
    now_ms: i64,
) -> Result<Outcome> {
    let (source, code, draft) = (source.clone(), code.to_owned(), draft.clone());
    store.write(move |tx| {
        let item = source
            .known_by()
            .ok_or_else(|| ServiceError::Internal("an item without a key".to_owned()))?;
        let content = checked(tx, &source, &code, &draft)?;
        let imported = categories::import(tx, item, &code, &content, now_ms)?;
        publishing::imported(tx, &KIND, &imported, &content.organization_id, now_ms)
    })
}

/// That nobody takes over the category of somebody else by its code, withdrawn or not.
fn is_free(tx: &mut Tx<'_>, staff: &Staff, code: &str) -> Result<()> {
    let Some(old) = categories::by_code(tx, code)? else {
        return Ok(());
    };
    if organizations::is_within(tx, &old.organization.id, &staff.organization.id)? {
        return Ok(());
    }
    Err(ServiceError::Conflict(
        "这个代码已经有别的单位在用，请换一个".to_owned(),
    ))
}

fn noted(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    action: &'static str,
    id: &str,
    organization_id: Option<&str>,
    now_ms: i64,
) -> Result<()> {
    let about = About::one(Thing::Category, id);
    let words = Words::None;
    Ok(audit::note(
        tx,
        actor,
        action,
        &about,
        organization_id,
        words,
        now_ms,
    )?)
}

/// The draft with its codes resolved, if a TV can show it and somebody can answer.
fn checked(tx: &mut Tx<'_>, source: &Source, code: &str, draft: &CategoryDraft) -> Result<Content> {
    let wrong = check(code, draft);
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong));
    }
    let own = &draft.organization_code;
    let own = source.organization(tx, Action::Organize, "organization_code", own)?;
    let office = match &draft.office_code {
        Some(code) => Some(office(tx, &own, code)?),
        None => None,
    };
    if draft.digit > 0
        && let Some(other) = categories::with_digit(tx, &own.id, draft.digit, code)?
    {
        let message = format!(
            "数字键 {} 已经是“{}”（代码 {}），请换一个数字",
            draft.digit, other.content.title, other.code
        );
        return Err(ServiceError::field("digit", message));
    }
    let lines = |lines: &[String]| lines.iter().map(|line| names::cleaned(line)).collect();
    Ok(Content {
        organization_id: own.id,
        digit: draft.digit,
        title: names::cleaned(&draft.title),
        icon: names::cleaned(&draft.icon),
        about: names::cleaned(&draft.about),
        kind: draft.kind,
        office_id: office.map(|office| office.id),
        response_hours: draft.response_hours,
        clock: draft.clock,
        least_level: draft.least_level,
        sentences: lines(&draft.sentences),
        papers: lines(&draft.papers),
        canned_replies: lines(&draft.canned_replies),
    })
}

/// Who answers: somebody on the way up from where it is asked, or below the same organization.
fn office(tx: &mut Tx<'_>, own: &Organization, code: &str) -> Result<Organization> {
    let wrong = |message: String| ServiceError::field("office_code", message);
    let found = organizations::by_code(tx, code)?
        .ok_or_else(|| wrong(format!("没有代码为“{code}”的单位，请检查代码")))?;
    let is_near = organizations::is_within(tx, &found.id, &own.id)?
        || organizations::is_within(tx, &own.id, &found.id)?
        || found.kind == OrganizationKind::Office
            && match &found.parent_id {
                Some(parent) => organizations::is_within(tx, &own.id, parent)?,
                None => false,
            };
    if is_near {
        Ok(found)
    } else {
        Err(wrong(format!(
            "“{}”不管{}的事，请写本地或上级的单位",
            found.name, own.name
        )))
    }
}

/// Everything that can be seen to be wrong with a draft without a look at the database.
#[must_use]
pub fn check(code: &str, draft: &CategoryDraft) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    if let Err(message) = check_code(code) {
        complain(&mut wrong, "code", message);
    }
    match (draft.kind, draft.digit) {
        (CategoryKind::Suggestion, 0)
        | (CategoryKind::Service | CategoryKind::Confidential, 1..=9) => {}
        (CategoryKind::Suggestion, _) => {
            complain(&mut wrong, "digit", "建议不占数字键，请写 0 或空着");
        }
        (CategoryKind::Unknown, _) => {
            complain(&mut wrong, "kind", "种类不认识，可以写：服务、建议、举报");
        }
        _ => complain(&mut wrong, "digit", "数字键须为 1 到 9"),
    }
    if let Err(message) = names::title(&draft.title, "名称", MAX_TITLE) {
        complain(&mut wrong, "title", message);
    }
    let icon = names::cleaned(&draft.icon);
    let of_icon = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if icon.len() > MAX_CODE || !icon.bytes().all(of_icon) {
        let message = "图标只写图标库里的英文名，例如 plant；不知道就空着";
        complain(&mut wrong, "icon", message);
    }
    if !names::is_blank(&draft.about)
        && let Err(message) = names::title(&draft.about, "说明", MAX_ABOUT)
    {
        complain(&mut wrong, "about", message);
    }
    if !(1..=MAX_HOURS).contains(&draft.response_hours) {
        let message = format!("答复时限须为 1 到 {MAX_HOURS} 小时");
        complain(&mut wrong, "response_hours", message);
    }
    // A village would read what is said about it.
    if draft.kind == CategoryKind::Confidential && draft.office_code.is_none() {
        let message = "举报必须写明由哪个单位受理，不能由本村受理";
        complain(&mut wrong, "office_code", message);
    }
    lines(
        &mut wrong,
        "sentences",
        "常用说法",
        &draft.sentences,
        (MAX_LINES, MAX_LINE),
    );
    lines(
        &mut wrong,
        "papers",
        "所需材料",
        &draft.papers,
        (MAX_LINES, MAX_LINE),
    );
    lines(
        &mut wrong,
        "canned_replies",
        "常用答复",
        &draft.canned_replies,
        (MAX_REPLIES, MAX_REPLY),
    );
    wrong
}

/// What is wrong with the code of a category.
///
/// # Errors
/// A complaint in Chinese.
pub fn check_code(code: &str) -> Result<(), String> {
    let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if (1..=MAX_CODE).contains(&code.len()) && code.bytes().all(good) {
        Ok(())
    } else {
        Err(format!(
            "代码须为 1 到 {MAX_CODE} 个字母、数字或横线，例如 QH-NJ"
        ))
    }
}

fn lines(
    wrong: &mut Vec<FieldError>,
    field: &str,
    what: &str,
    lines: &[String],
    (most, longest): (usize, usize),
) {
    if lines.len() > most {
        complain(wrong, field, format!("{what}不要超过 {most} 条"));
    }
    for (index, line) in lines.iter().enumerate() {
        let what = format!("{what}的第 {} 条", index + 1);
        if let Err(message) = names::title(line, &what, longest) {
            complain(wrong, &format!("{field}[{index}]"), message);
        }
    }
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

    fn draft() -> CategoryDraft {
        CategoryDraft {
            organization_code: "QH".to_owned(),
            digit: 1,
            title: "农业技术服务".to_owned(),
            icon: "plant".to_owned(),
            office_code: Some("NYB".to_owned()),
            response_hours: 24,
            sentences: vec!["果树叶子发黄".to_owned()],
            ..CategoryDraft::default()
        }
    }

    fn fields(draft: &CategoryDraft) -> Vec<String> {
        let wrong = check("QH-NJ", draft).into_iter();
        wrong.map(|it| it.field).collect()
    }

    #[test]
    fn a_category_of_each_kind_is_one() {
        assert_eq!(check("QH-NJ", &draft()), []);
        let village = CategoryDraft {
            office_code: None,
            icon: String::new(),
            sentences: Vec::new(),
            ..draft()
        };
        assert_eq!(check("a_1", &village), []);
        let suggestion = CategoryDraft {
            digit: 0,
            kind: CategoryKind::Suggestion,
            ..draft()
        };
        assert_eq!(check("QH-JY", &suggestion), []);
        let report = CategoryDraft {
            kind: CategoryKind::Confidential,
            ..draft()
        };
        assert_eq!(check("QH-JB", &report), []);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = CategoryDraft {
            digit: 0,
            title: "长".repeat(13),
            icon: "../plant".to_owned(),
            about: "长".repeat(121),
            response_hours: 0,
            kind: CategoryKind::Confidential,
            office_code: None,
            sentences: vec!["好".to_owned(); 10],
            papers: vec!["\u{200b}".to_owned()],
            canned_replies: vec!["长".repeat(201)],
            ..draft()
        };
        assert_eq!(
            fields(&wrong),
            [
                "digit",
                "title",
                "icon",
                "about",
                "response_hours",
                "office_code",
                "sentences",
                "papers[0]",
                "canned_replies[0]"
            ]
        );
        let of = |kind, digit| CategoryDraft {
            kind,
            digit,
            ..draft()
        };
        assert_eq!(fields(&of(CategoryKind::Suggestion, 3)), ["digit"]);
        assert_eq!(fields(&of(CategoryKind::Service, 10)), ["digit"]);
        assert_eq!(fields(&of(CategoryKind::Unknown, 1)), ["kind"]);
        for code in ["", "农技", "a b", &"x".repeat(41)] {
            assert!(check_code(code).is_err(), "{code}");
        }
    }
}
