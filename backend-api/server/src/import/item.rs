//! One item of the folder as its file says it: parsed, not yet looked up or stored.

use contract::bulletin::Block;
use contract::township::ListingKind;

use super::complaint::{Complaint, Complaints};
use super::date;
use super::fields::{self, Fields, Key};
use super::markdown::{self, Piece};
use crate::services::bulletins;
use crate::services::kit::names;

/// Longest title, in characters: two lines on a TV at the largest text size.
const MAX_TITLE: usize = 60;

const TITLE: Key = ("title", &["标题"]);
const LIST: Key = ("list", &["栏目", "列表"]);
const ORGANIZATION: Key = ("organization", &["单位", "发布单位"]);
const AUDIENCE: Key = ("audience", &["范围", "阅读范围"]);
const PUBLISHED: Key = ("published", &["日期", "发布日期"]);

const BULLETIN_KEYS: &[Key] = &[
    TITLE,
    LIST,
    ORGANIZATION,
    AUDIENCE,
    PUBLISHED,
    ("expires", &["到期", "截止日期", "有效期至"]),
    ("urgent", &["紧急"]),
    ("summary", &["摘要"]),
    ("cover", &["封面"]),
];

const PROGRAMME_KEYS: &[Key] = &[
    TITLE,
    LIST,
    ORGANIZATION,
    AUDIENCE,
    PUBLISHED,
    ("description", &["简介", "说明"]),
    ("video", &["视频"]),
    ("captions", &["字幕"]),
    ("poster", &["海报"]),
    ("poster_at", &["海报时间"]),
];

/// A word and the line it is written on.
pub type Word = (String, u32);

/// What every item says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Title.
    pub title: String,
    /// Id or name of the list.
    pub list: Word,
    /// Code of the publisher.
    pub organization: Word,
    /// Code of the organization whose subtree may read it.
    pub audience: Option<Word>,
    /// When it was published, Unix milliseconds.
    pub published_at_ms: i64,
}

/// A bulletin, honour or guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulletinItem {
    /// What every item says of itself.
    pub head: Head,
    /// When it stops being shown, Unix milliseconds.
    pub expires_at_ms: Option<i64>,
    /// Shown over everything else until it has been read.
    pub urgent: bool,
    /// One or two sentences for lists.
    pub summary: String,
    /// Picture for lists.
    pub cover: Option<Word>,
    /// The text.
    pub body: Vec<Piece>,
}

/// A programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeItem {
    /// What every item says of itself.
    pub head: Head,
    /// What it is about.
    pub description: String,
    /// Video file; `None` means the one beside it of the same name.
    pub video: Option<Word>,
    /// Caption files; empty means those beside it of the same name.
    pub captions: Vec<Word>,
    /// Still picture; `None` means one beside it of the same name, or one from the video.
    pub poster: Option<Word>,
    /// From where in the video the still picture is taken, milliseconds.
    pub poster_at_ms: Option<u64>,
}

/// Reads a bulletin, honour or guide.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_bulletin(file: &str, text: &str) -> Result<BulletinItem, Vec<Complaint>> {
    let mut complaints = Complaints::about(file);
    let Some(parts) = fields::split(text, &mut complaints) else {
        return Err(complaints.into_vec());
    };
    let fields = fields::parse(parts.head, parts.head_line, BULLETIN_KEYS, &mut complaints);
    let head = head(&fields, &mut complaints);
    let expires = fields
        .text("expires", &mut complaints)
        .and_then(|(text, line)| {
            let date = date::parse(&text);
            if date.is_none() {
                complaints.line(line, wrong_date("expires", &text));
            }
            date.map(|date| (date.end_ms(), line))
        });
    if let (Some(head), Some((end, line))) = (&head, expires)
        && end <= head.published_at_ms
    {
        complaints.line(line, "到期时间早于发布日期，请改正其中一个");
    }
    let urgent = fields.flag("urgent", &mut complaints);
    let summary = fields
        .text("summary", &mut complaints)
        .map(|(text, _)| names::text(&text))
        .unwrap_or_default();
    let cover = fields.text("cover", &mut complaints);
    let body = markdown::parse(parts.body, parts.body_line, &mut complaints);
    let body: Vec<Piece> = body.into_iter().filter_map(readable).collect();
    if body.is_empty() && complaints.is_empty() {
        complaints.line(parts.body_line, "没有正文，请在第二个 +++ 下面写上内容");
    }
    match head {
        Some(head) => complaints.or(BulletinItem {
            head,
            expires_at_ms: expires.map(|(ms, _)| ms),
            urgent,
            summary,
            cover,
            body,
        }),
        None => Err(complaints.into_vec()),
    }
}

/// Reads a programme: a `.toml` file, or a `.md` file whose text is the description.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_programme(file: &str, text: &str) -> Result<ProgrammeItem, Vec<Complaint>> {
    let mut complaints = Complaints::about(file);
    let (head_text, first_line, body) = if file.to_lowercase().ends_with(".toml") {
        (text, 1, String::new())
    } else {
        let Some(parts) = fields::split(text, &mut complaints) else {
            return Err(complaints.into_vec());
        };
        let body: Vec<&str> = parts
            .body
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        (parts.head, parts.head_line, body.join("\n"))
    };
    let fields = fields::parse(head_text, first_line, PROGRAMME_KEYS, &mut complaints);
    let head = head(&fields, &mut complaints);
    let description = fields
        .text("description", &mut complaints)
        .map_or(body, |(text, _)| text);
    let description = names::text(&description);
    let poster_at_ms = fields
        .text("poster_at", &mut complaints)
        .and_then(|(text, line)| {
            let at = seconds(&text);
            if at.is_none() {
                complaints.line(
                    line,
                    format!("海报时间“{text}”看不懂，请写成 1:05（1 分 5 秒）或 65（秒）"),
                );
            }
            at.map(|seconds| seconds * 1_000)
        });
    let video = fields.text("video", &mut complaints);
    let captions = fields.texts("captions", &mut complaints);
    let poster = fields.text("poster", &mut complaints);
    match head {
        Some(head) => complaints.or(ProgrammeItem {
            head,
            description,
            video,
            captions,
            poster,
            poster_at_ms,
        }),
        None => Err(complaints.into_vec()),
    }
}

/// A piece without what nobody can see; nothing if nothing of it can be seen.
fn readable(piece: Piece) -> Option<Piece> {
    Some(match piece {
        Piece::Block(block) => {
            let block = bulletins::readable(block);
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

fn head(fields: &Fields, complaints: &mut Complaints<'_>) -> Option<Head> {
    let title = fields.required(TITLE, complaints).map(|(written, line)| {
        let length = names::cleaned(&written).chars().count();
        let title = if length > MAX_TITLE {
            Err(format!(
                "标题有 {length} 个字，电视上放不下，请写在 {MAX_TITLE} 个字以内"
            ))
        } else {
            names::title(&written, "标题", MAX_TITLE)
        };
        title.unwrap_or_else(|message| {
            complaints.line(line, message);
            String::new()
        })
    });
    let list = fields.required(LIST, complaints);
    let organization = fields.required(ORGANIZATION, complaints);
    let audience = fields.text(AUDIENCE.0, complaints);
    let published = fields
        .required(PUBLISHED, complaints)
        .and_then(|(text, line)| {
            let date = date::parse(&text);
            if date.is_none() {
                complaints.line(line, wrong_date("published", &text));
            }
            date
        });
    Some(Head {
        title: title?,
        list: list?,
        organization: organization?,
        audience,
        published_at_ms: published?.start_ms(),
    })
}

fn wrong_date(key: &str, text: &str) -> String {
    let text = fields::shorten(text);
    format!("{key} 的日期“{text}”不对，请写成 {}", date::EXAMPLE)
}

fn seconds(text: &str) -> Option<u64> {
    match text.replace('：', ":").split_once(':') {
        Some((minutes, seconds)) => {
            let seconds: u64 = seconds.parse().ok().filter(|seconds| *seconds < 60)?;
            Some(
                minutes
                    .parse::<u64>()
                    .ok()
                    .filter(|minutes| *minutes < 6_000)?
                    * 60
                    + seconds,
            )
        }
        None => text.parse().ok().filter(|seconds| *seconds < 360_000),
    }
}

/// Which lists the files of a folder may go into.
#[must_use]
pub fn folder_kind(relative: &str) -> Option<ListingKind> {
    ListingKind::of_folder(relative.split('/').next()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_missing_line_is_one_complaint() {
        let complaints = parse_bulletin(
            "bulletins/a.md",
            "+++\ntitle = 甲\nlist = notice\norganization = QH\n+++\n正文",
        )
        .unwrap_err();
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].message.contains("published（日期）"));
        let text =
            "+++\ntitle = 甲\nlist = notice\norganization = QH\npublished = 三月一日\n+++\n正文";
        let complaints = parse_bulletin("bulletins/a.md", text).unwrap_err();
        assert_eq!(
            complaints.iter().map(|c| c.line).collect::<Vec<_>>(),
            [Some(5)]
        );
        let text = "+++\ntitle = 甲\nlist = notice\norganization = QH\n日期 = 2026-03-02\n到期 = 2026-03-01\n+++\n正文";
        assert_eq!(
            parse_bulletin("bulletins/a.md", text).unwrap_err()[0].line,
            Some(6)
        );
    }

    #[test]
    fn programmes_in_both_forms() {
        let toml = parse_programme("programmes/a.toml", "标题 = \"春耕\"\n栏目 = \"news\"\n单位 = \"QH\"\n日期 = 2026-03-01\n海报时间 = \"1:05\"\n简介 = \"说春耕\"").unwrap();
        assert_eq!(
            (toml.poster_at_ms, toml.description.as_str()),
            (Some(65_000), "说春耕")
        );
        let md = parse_programme("programmes/a.md", "+++\ntitle=春耕\nlist=news\norganization=QH\npublished=2026-03-01\nvideo=a.mp4\n+++\n说春耕").unwrap();
        assert_eq!(
            (md.description.as_str(), md.video),
            ("说春耕", Some(("a.mp4".into(), 6)))
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "(\\+\\+\\+\n)?((title|list|日期|poster_at|urgent)? ?=? ?[a0-9:年月\"\\[是]{0,6}\n){0,8}(\\+\\+\\+\n)?(.|\n){0,40}") {
            let _ = parse_bulletin("bulletins/a.md", &text);
            let _ = parse_programme("programmes/a.toml", &text);
            let _ = parse_programme("programmes/a.md", &text);
        }
    }
}
