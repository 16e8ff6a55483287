//! Pages of organizations: Markdown with a head, one file each.

use std::collections::BTreeMap;

use contract::branch::BranchDraft;
use contract::bulletin::Block;
use contract::error::FieldError;
use contract::kinds::DocumentKind;
use contract::township::ListingKind;
use store::Outcome;

use super::super::complaint::{Complaint, Complaints};
use super::super::fields::{self, Key};
use super::super::item::{self, AUDIENCE, Lines, ORGANIZATION, PUBLISHED, Word};
use super::super::items::{self, Items, New, Reading, Used};
use super::super::known::{FORMAT, Known, hash_of};
use super::super::markdown::{self, Piece};
use super::super::progress::Progress;
use super::super::state::Import;
use super::super::{ImportError, date};
use crate::services::branches;
use crate::services::kit::error::Result as ServiceResult;
use crate::services::kit::names;
use crate::services::kit::publishing::{Kind, Source};

const KEYS: &[Key] = &[
    ORGANIZATION,
    AUDIENCE,
    PUBLISHED,
    ("secretary", &["书记", "支部书记", "负责人"]),
    ("telephone", &["电话", "办公电话"]),
    ("photo", &["照片"]),
];

/// What is in the folder of pages.
pub(super) struct Branches;

/// What the service gets.
pub(super) struct Draft {
    /// Whose page it is.
    organization_code: String,
    page: BranchDraft,
    /// The date it carries.
    published_at_ms: i64,
}

impl Items for Branches {
    type Draft = Draft;

    const NAME: &'static str = "branches";
    const NOUN: &'static str = "支部主页";
    const CALLED: &'static [(&'static str, &'static [&'static str])] =
        &[("branches", &["支部", "主页", "branch"])];
    const DOCUMENT: DocumentKind = DocumentKind::Branch;
    const KIND: &'static Kind = &branches::KIND;

    fn is_one(extension: &str) -> bool {
        extension == "md"
    }

    fn begin(import: &mut Import<'_>) {
        leave_out_doubles(import);
    }

    fn read(
        import: &mut Import<'_>,
        file: &str,
        _listing: ListingKind,
        known: &Known,
        _progress: &mut dyn Progress,
    ) -> Result<Reading<Draft>, ImportError> {
        let (bytes, text) = match import.folder.read_text(file) {
            Ok(read) => read,
            Err(complaint) => return Ok(items::refused(import, [complaint])),
        };
        let item = match parse(file, &text) {
            Ok(item) => item,
            Err(complaints) => return Ok(items::refused(import, complaints)),
        };
        let mut complaints = Complaints::about(file);
        let audience = item.audience.as_ref();
        let parties = import
            .directory
            .parties(&item.organization, audience, &mut complaints);
        let parties = parties.map(|(place, audience)| (place.clone(), audience.clone()));
        let mut used = Used::new(&import.folder, file);
        if let Some(photo) = &item.photo {
            used.take(photo, &mut complaints);
        }
        let Some((place, audience)) = parties.filter(|_| complaints.is_empty()) else {
            return Ok(items::refused(import, complaints.into_vec()));
        };
        let photo = item.photo.as_ref().map(|(path, _)| used.hash(path));
        let hash = hash_of(&[
            FORMAT.as_bytes(),
            place.id.as_bytes(),
            audience.id.as_bytes(),
            &bytes,
            photo.unwrap_or_default().as_bytes(),
        ]);
        if known.is_unchanged(file, &hash) {
            return Ok(Reading::Unchanged);
        }
        let mut photo = None;
        if let Some((path, line)) = &item.photo {
            match import.media.picture(&used.path(path), "")? {
                Ok(picture) => photo = Some(picture),
                Err(message) => {
                    complaints.line(*line, format!("{path}：{message}"));
                    return Ok(items::refused(import, complaints.into_vec()));
                }
            }
        }
        Ok(Reading::New(New {
            draft: Draft {
                organization_code: place.code,
                page: BranchDraft {
                    audience_code: audience.code,
                    secretary: item.secretary,
                    telephone: item.telephone,
                    photo,
                    introduction: item.introduction,
                },
                published_at_ms: item.published_at_ms,
            },
            hash,
            lines: item.lines,
        }))
    }

    fn check(draft: &Draft) -> Vec<FieldError> {
        branches::check(&draft.page)
    }

    fn write(import: &Import<'_>, source: &Source, draft: &Draft) -> ServiceResult<Outcome> {
        let (store, now_ms) = (&import.context.store, import.now_ms());
        branches::import(
            store,
            source,
            &draft.organization_code,
            &draft.page,
            draft.published_at_ms,
            now_ms,
        )
    }
}

/// Of several files about one organization only the first is taken: else each would replace the others, at
/// every import another one.
fn leave_out_doubles(import: &mut Import<'_>) {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    let mut doubles = Vec::new();
    for file in &import.files {
        let is_one = items::listing_of::<Branches>(file).is_some();
        let Some((code, line)) = is_one.then(|| organization(import, file)).flatten() else {
            continue;
        };
        match first.get(&code) {
            Some(other) => doubles.push(Complaint {
                file: file.clone(),
                line: Some(line),
                message: format!("和 {other} 写的是同一个单位，一个单位只有一个主页，请只留一个"),
            }),
            None => {
                first.insert(code, file.clone());
            }
        }
    }
    import
        .files
        .retain(|file| doubles.iter().all(|it| it.file != *file));
    import.total -= doubles.len();
    import.complain(doubles);
}

/// The organization a file is about; nothing if it does not say so, which is complained of when it is read.
fn organization(import: &Import<'_>, file: &str) -> Option<Word> {
    let (_, text) = import.folder.read_text(file).ok()?;
    let mut unsaid = Complaints::about(file);
    let parts = fields::split(&text, &mut unsaid)?;
    let fields = fields::parse(parts.head, parts.head_line, KEYS, &mut unsaid);
    fields.text(ORGANIZATION.0, &mut unsaid)
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    organization: Word,
    audience: Option<Word>,
    published_at_ms: i64,
    secretary: String,
    telephone: String,
    photo: Option<Word>,
    introduction: Vec<String>,
    /// Where its fields stand.
    lines: Lines,
}

/// Reads a page.
///
/// # Errors
/// Everything that is wrong with it.
fn parse(file: &str, text: &str) -> Result<Item, Vec<Complaint>> {
    let mut complaints = Complaints::about(file);
    let Some(parts) = fields::split(text, &mut complaints) else {
        return Err(complaints.into_vec());
    };
    let fields = fields::parse(parts.head, parts.head_line, KEYS, &mut complaints);
    let organization = fields.required(ORGANIZATION, &mut complaints);
    let audience = fields.text(AUDIENCE.0, &mut complaints);
    let published = fields.required(PUBLISHED, &mut complaints);
    let published = published.and_then(|(text, line)| {
        let date = date::parse(&text);
        if date.is_none() {
            complaints.line(line, item::wrong_date(PUBLISHED.0, &text));
        }
        date
    });
    let mut words = |key| {
        let found = fields.text(key, &mut complaints);
        found.map_or_else(String::new, |(text, _)| text)
    };
    let (secretary, telephone) = (words("secretary"), words("telephone"));
    let photo = fields.text("photo", &mut complaints);
    let body = markdown::parse(parts.body, parts.body_line, &mut complaints);
    let mut introduction = Vec::new();
    for piece in body {
        match piece {
            Piece::Block(Block::Heading { text } | Block::Paragraph { text }) => {
                introduction.push(text);
            }
            Piece::Block(Block::Item { marker, text }) => {
                introduction.push(format!("{marker} {text}"));
            }
            Piece::Block(Block::Table(_) | Block::Picture(_)) => {
                complaints.line(parts.body_line, NO_TABLES);
            }
            Piece::Picture { line, .. } | Piece::Csv { line, .. } => {
                complaints.line(line, NO_TABLES);
            }
        }
    }
    introduction.retain(|text| !names::is_blank(text));
    let mut lines = Lines::default();
    lines.put("introduction", parts.body_line);
    for index in 0..introduction.len() {
        lines.put(format!("introduction[{index}]"), parts.body_line);
    }
    for (field, key) in [
        ("audience_code", AUDIENCE.0),
        ("secretary", "secretary"),
        ("telephone", "telephone"),
        ("photo", "photo"),
    ] {
        if let Some(field_there) = fields.get(key) {
            lines.put(field, field_there.line);
        }
    }
    match (organization, published) {
        (Some(organization), Some(published)) => complaints.or(Item {
            organization,
            audience,
            published_at_ms: published.start_ms(),
            secretary,
            telephone,
            photo,
            introduction,
            lines,
        }),
        _ => Err(complaints.into_vec()),
    }
}

/// What is said of a table or a picture in the text.
const NO_TABLES: &str = "介绍里只能写文字，不能放表格和图片；照片请写在开头：照片 = \"文件名.jpg\"";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page_is_read() {
        let text = "+++\n单位 = ZJ\n书记 = 张建国\n办公电话 = 0512-40000001\n日期 = 2026-10-08\n+++\n# 村情\n全村三百户。\n\n- 果园\n";
        let item = parse("branches/张家村.md", text).unwrap();
        assert_eq!(item.organization, ("ZJ".to_owned(), 2));
        assert_eq!(
            (item.secretary.as_str(), item.telephone.as_str()),
            ("张建国", "0512-40000001")
        );
        assert_eq!(item.introduction, ["村情", "全村三百户。", "• 果园"]);
        assert_eq!((item.audience, item.photo), (None, None));
    }

    #[test]
    fn what_no_page_has_is_complained_of() {
        let lines = |text: &str| {
            let complaints = parse("branches/a.md", text).unwrap_err();
            complaints.into_iter().map(|it| it.line).collect::<Vec<_>>()
        };
        let head = "+++\n单位 = ZJ\n日期 = 2026-10-08\n+++\n";
        assert_eq!(lines("+++\n日期 = 2026-10-08\n+++\n好\n"), [Some(2)]);
        assert_eq!(lines("+++\n单位 = ZJ\n日期 = 去年\n+++\n好\n"), [Some(3)]);
        assert_eq!(
            lines("+++\n单位 = ZJ\n日期 = 2026-10-08\n标题 = 甲\n+++\n好\n"),
            [Some(4)]
        );
        assert_eq!(lines(&format!("{head}好\n\n![图](a.jpg)\n")), [Some(7)]);
        assert_eq!(
            lines(&format!("{head}| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n")),
            [Some(5)]
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "(\\+\\+\\+\n)?((单位|日期|照片|书记)? ?=? ?[a-z0-9:年月\"\\[是-]{0,6}\n){0,8}(\\+\\+\\+\n)?(.|\n){0,40}") {
            let _ = parse("branches/a.md", &text);
        }
    }
}
