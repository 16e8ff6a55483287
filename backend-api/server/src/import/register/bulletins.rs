//! Bulletins, honours and guides: Markdown with a head.

use contract::bulletin::Block;
use contract::error::FieldError;
use contract::file::Picture;
use contract::kinds::DocumentKind;
use contract::staff::{BulletinDraft, Confirmations, ConfirmedNumber, WrittenBulletin};
use contract::township::ListingKind;
use store::Outcome;

use super::super::complaint::{Complaint, Complaints};
use super::super::fields::{self, Key};
use super::super::item::{self, AUDIENCE, Head, LIST, Lines, ORGANIZATION, PUBLISHED, TITLE, Word};
use super::super::items::{self, Items, New, Reading, Used, item_hash};
use super::super::known::Known;
use super::super::markdown::{self, Piece};
use super::super::progress::Progress;
use super::super::state::Import;
use super::super::{ImportError, date, table};
use crate::services::bulletins::{self, readable as readable_block};
use crate::services::kit::error::Result as ServiceResult;
use crate::services::kit::names;
use crate::services::kit::personal_numbers;
use crate::services::kit::publishing::{Kind, Source};

const KEYS: &[Key] = &[
    TITLE,
    LIST,
    ORGANIZATION,
    AUDIENCE,
    PUBLISHED,
    ("expires", &["到期", "截止日期", "有效期至"]),
    ("urgent", &["紧急"]),
    ("danger", &["危及生命"]),
    ("summary", &["摘要"]),
    ("cover", &["封面"]),
    ("numbers", &["公布号码"]),
];

pub(super) struct Bulletins;

/// What the service gets, and the date it carries.
pub(super) struct Draft {
    bulletin: WrittenBulletin,
    published_at_ms: i64,
}

impl Items for Bulletins {
    type Draft = Draft;

    const NAME: &'static str = "bulletins";
    const NOUN: &'static str = "文章";
    const CALLED: &'static [(&'static str, &'static [&'static str])] = &[
        (
            "bulletins",
            &["公告", "公示", "通知", "公开", "bulletin", "notice"],
        ),
        (
            "honours",
            &["先锋", "荣誉", "模范", "榜样", "honour", "honor"],
        ),
        ("guides", &["指南", "指引", "办事", "学习", "guide"]),
    ];
    const DOCUMENT: DocumentKind = DocumentKind::Bulletin;
    const KIND: &'static Kind = &bulletins::KIND;

    fn is_one(extension: &str) -> bool {
        extension == "md"
    }

    fn read(
        import: &mut Import<'_>,
        file: &str,
        listing: ListingKind,
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
        let destination = import
            .directory
            .destination(&item.head, listing, &mut complaints);
        let mut used = Used::new(&import.folder, file);
        if let Some(cover) = &item.cover {
            used.take(cover, &mut complaints);
        }
        for piece in &item.body {
            if let Piece::Picture { path, line, .. } | Piece::Csv { path, line, .. } = piece {
                used.take(&(path.clone(), *line), &mut complaints);
            }
        }
        let Some(destination) = destination.filter(|_| complaints.is_empty()) else {
            return Ok(items::refused(import, complaints.into_vec()));
        };
        let hash = item_hash(&bytes, &destination, &used);
        if known.is_unchanged(file, &hash) {
            return Ok(Reading::Unchanged);
        }
        let (cover, body) = content(import, &item, &used, &mut complaints)?;
        if !complaints.is_empty() {
            return Ok(items::refused(import, complaints.into_vec()));
        }
        let draft = BulletinDraft {
            list: destination.list,
            organization_code: destination.organization.code,
            audience_code: destination.audience.code,
            title: item.head.title,
            summary: item.summary,
            expires_at_ms: item.expires_at_ms,
            urgent: item.urgent,
            danger: item.danger,
            cover,
            body,
        };
        let bulletin = WrittenBulletin {
            draft,
            confirmed: Confirmations {
                numbers: item.numbers,
                pictures: Vec::new(),
            },
        };
        let published_at_ms = item.head.published_at_ms;
        Ok(Reading::New(New {
            draft: Draft {
                bulletin,
                published_at_ms,
            },
            hash,
            lines: item.lines,
        }))
    }

    fn check(draft: &Draft) -> Vec<FieldError> {
        let mut wrong = bulletins::check(&draft.bulletin.draft, draft.published_at_ms);
        wrong.extend(bulletins::check_numbers(&draft.bulletin));
        wrong
    }

    fn write(import: &Import<'_>, source: &Source, draft: &Draft) -> ServiceResult<Outcome> {
        let (store, now_ms) = (&import.context.store, import.now_ms());
        bulletins::import(
            store,
            source,
            &draft.bulletin,
            draft.published_at_ms,
            now_ms,
        )
    }
}

/// Turns references into pictures and tables.
fn content(
    import: &Import<'_>,
    item: &Item,
    used: &Used<'_>,
    complaints: &mut Complaints<'_>,
) -> Result<(Option<Picture>, Vec<Block>), ImportError> {
    let mut body = Vec::with_capacity(item.body.len());
    for piece in &item.body {
        match piece {
            Piece::Block(block) => body.push(block.clone()),
            Piece::Picture {
                path,
                caption,
                line,
            } => match import.media.picture(&used.path(path), caption)? {
                Ok(picture) => body.push(Block::Picture(picture)),
                Err(message) => complaints.line(*line, format!("{path}：{message}")),
            },
            Piece::Csv { path, title, .. } => {
                let relative = used.relative(path);
                match import.folder.read_text(relative) {
                    Ok((_, text)) => {
                        let mut about = Complaints::about(relative);
                        let table = Block::Table(table::from_csv(&text, title, &mut about));
                        body.push(readable_block(table));
                        complaints.extend(about.into_vec());
                    }
                    Err(complaint) => complaints.extend(vec![complaint]),
                }
            }
        }
    }
    let mut cover = None;
    if let Some((path, line)) = &item.cover {
        match import.media.picture(&used.path(path), "")? {
            Ok(picture) => cover = Some(picture),
            Err(message) => complaints.line(*line, format!("{path}：{message}")),
        }
    }
    Ok((cover, body))
}

/// A bulletin, honour or guide.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    /// What every item says of itself.
    head: Head,
    /// When it stops being shown, Unix milliseconds.
    expires_at_ms: Option<i64>,
    /// Shown over everything else until it has been read.
    urgent: bool,
    /// Danger to life: it comes over everything at night, too.
    danger: bool,
    /// One or two sentences for lists.
    summary: String,
    /// Picture for lists.
    cover: Option<Word>,
    /// Numbers of people that may stand in it in clear.
    numbers: Vec<ConfirmedNumber>,
    /// The text.
    body: Vec<Piece>,
    /// Where its fields stand.
    lines: Lines,
}

/// Reads a bulletin, honour or guide.
///
/// # Errors
/// Everything that is wrong with it.
fn parse(file: &str, text: &str) -> Result<Item, Vec<Complaint>> {
    let mut complaints = Complaints::about(file);
    let Some(parts) = fields::split(text, &mut complaints) else {
        return Err(complaints.into_vec());
    };
    let fields = fields::parse(parts.head, parts.head_line, KEYS, &mut complaints);
    let head = item::head(&fields, bulletins::checked_title, &mut complaints);
    let expires = fields
        .text("expires", &mut complaints)
        .and_then(|(text, line)| {
            let date = date::parse(&text);
            if date.is_none() {
                complaints.line(line, item::wrong_date("expires", &text));
            }
            date.map(|date| (date.end_ms(), line))
        });
    if let (Some(head), Some((end, line))) = (&head, expires)
        && let Err(message) = bulletins::check_expiry(end, head.published_at_ms)
    {
        complaints.line(line, message);
    }
    let urgent = fields.flag("urgent", &mut complaints);
    let danger = fields.flag("danger", &mut complaints);
    let summary = fields
        .text("summary", &mut complaints)
        .map(|(text, _)| names::text(&text))
        .unwrap_or_default();
    let cover = fields.text("cover", &mut complaints);
    let numbers = fields.text("numbers", &mut complaints);
    let numbers = numbers.map(|(text, _)| named(&text)).unwrap_or_default();
    let body = markdown::parse(parts.body, parts.body_line, &mut complaints);
    let body: Vec<Piece> = body.into_iter().filter_map(readable).collect();
    let mut lines = Lines::default();
    lines.put("body", parts.body_line);
    for (field, key) in [
        ("title", "title"),
        ("summary", "summary"),
        ("cover", "cover"),
        ("expires_at_ms", "expires"),
        ("danger", "danger"),
    ] {
        if let Some(field_there) = fields.get(key) {
            lines.put(field, field_there.line);
        }
    }
    for (index, piece) in body.iter().enumerate() {
        if let Piece::Picture { line, .. } | Piece::Csv { line, .. } = piece {
            lines.put(format!("body[{index}]"), *line);
        }
    }
    match head {
        Some(head) => complaints.or(Item {
            head,
            expires_at_ms: expires.map(|(ms, _)| ms),
            urgent,
            danger,
            summary,
            cover,
            numbers,
            body,
            lines,
        }),
        None => Err(complaints.into_vec()),
    }
}

/// The numbers in a line of them, which whoever wrote the line answers for.
fn named(text: &str) -> Vec<ConfirmedNumber> {
    let found = personal_numbers::find(text).into_iter();
    let named = found.map(|one| ConfirmedNumber {
        digits: one.digits,
        reason: "写在内容文件夹里".to_owned(),
    });
    named.collect()
}

/// A piece without what nobody can see; nothing if nothing of it can be seen.
fn readable(piece: Piece) -> Option<Piece> {
    Some(match piece {
        Piece::Block(block) => {
            let block = readable_block(block);
            if let Block::Heading { text } | Block::Paragraph { text } | Block::Item { text, .. } =
                &block
                && text.is_empty()
            {
                return None;
            }
            Piece::Block(block)
        }
        Piece::Picture {
            path,
            caption,
            line,
        } => Piece::Picture {
            path,
            caption: names::cleaned(&caption),
            line,
        },
        Piece::Csv { path, title, line } => Piece::Csv {
            path,
            title: names::cleaned(&title),
            line,
        },
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_missing_line_is_one_complaint() {
        let complaints = parse(
            "bulletins/a.md",
            "+++\ntitle = 甲\nlist = notice\norganization = QH\n+++\n正文",
        )
        .unwrap_err();
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].message.contains("published（日期）"));
        let text =
            "+++\ntitle = 甲\nlist = notice\norganization = QH\npublished = 三月一日\n+++\n正文";
        let complaints = parse("bulletins/a.md", text).unwrap_err();
        assert_eq!(
            complaints.iter().map(|c| c.line).collect::<Vec<_>>(),
            [Some(5)]
        );
        let text = "+++\ntitle = 甲\nlist = notice\norganization = QH\n日期 = 2026-03-02\n到期 = 2026-03-01\n+++\n正文";
        assert_eq!(parse("bulletins/a.md", text).unwrap_err()[0].line, Some(6));
    }

    #[test]
    fn numbers_of_people_are_named_in_the_head() {
        let text = "+++\ntitle = 甲\nlist = notice\norganization = QH\n日期 = 2026-03-01\n公布号码 = 138 0000 0001；13900000000\n+++\n正文";
        let item = parse("bulletins/a.md", text).unwrap();
        let digits: Vec<_> = item.numbers.iter().map(|it| it.digits.as_str()).collect();
        assert_eq!(digits, ["13800000001", "13900000000"]);

        let draft = |numbers: Vec<ConfirmedNumber>| Draft {
            bulletin: WrittenBulletin {
                draft: BulletinDraft {
                    title: "甲".to_owned(),
                    body: vec![Block::Paragraph {
                        text: "电话13800000001".to_owned(),
                    }],
                    ..BulletinDraft::default()
                },
                confirmed: Confirmations {
                    numbers,
                    pictures: Vec::new(),
                },
            },
            published_at_ms: 1,
        };
        let wrong = Bulletins::check(&draft(Vec::new()));
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert_eq!(wrong[0].field, "body[0].text");
        assert!(wrong[0].message.contains("公布号码"));
        assert!(Bulletins::check(&draft(item.numbers)).is_empty());
    }

    proptest! {
        #[test]
        fn never_panics(text in "(\\+\\+\\+\n)?((title|list|日期|poster_at|urgent)? ?=? ?[a0-9:年月\"\\[是]{0,6}\n){0,8}(\\+\\+\\+\n)?(.|\n){0,40}") {
            let _ = parse("bulletins/a.md", &text);
        }
    }
}
