//! Programmes: a description beside a video.

use contract::error::FieldError;
use contract::file::Picture;
use contract::kinds::DocumentKind;
use contract::programme::Caption;
use contract::township::ListingKind;
use store::Outcome;

use super::super::complaint::{Complaint, Complaints};
use super::super::fields::{self, Key};
use super::super::folder::stem;
use super::super::item::{self, AUDIENCE, Head, LIST, Lines, ORGANIZATION, PUBLISHED, TITLE, Word};
use super::super::items::{self, Items, New, Reading, Used, item_hash};
use super::super::known::Known;
use super::super::media::{PICTURES, VIDEOS, Video};
use super::super::progress::Progress;
use super::super::state::Import;
use super::super::{ImportError, captions};
use crate::services::kit::error::Result as ServiceResult;
use crate::services::kit::names;
use crate::services::kit::publishing::{Kind, Source};
use crate::services::programmes::{self, ProgrammeDraft};

const KEYS: &[Key] = &[
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

pub(super) struct Programmes;

impl Items for Programmes {
    type Draft = ProgrammeDraft;

    const NAME: &'static str = "programmes";
    const NOUN: &'static str = "节目";
    const CALLED: &'static [(&'static str, &'static [&'static str])] = &[(
        "programmes",
        &[
            "节目", "视频", "影片", "电影", "录像", "program", "video", "film",
        ],
    )];
    const DOCUMENT: DocumentKind = DocumentKind::Programme;
    const KIND: &'static Kind = &programmes::KIND;

    fn is_one(extension: &str) -> bool {
        matches!(extension, "md" | "toml")
    }

    fn read(
        import: &mut Import<'_>,
        file: &str,
        listing: ListingKind,
        known: &Known,
        progress: &mut dyn Progress,
    ) -> Result<Reading<ProgrammeDraft>, ImportError> {
        let (bytes, text) = match import.folder.read_text(file) {
            Ok(read) => read,
            Err(complaint) => return Ok(items::refused(import, [complaint])),
        };
        let mut item = match parse(file, &text) {
            Ok(item) => item,
            Err(complaints) => return Ok(items::refused(import, complaints)),
        };
        let mut complaints = Complaints::about(file);
        let destination = import
            .directory
            .destination(&item.head, listing, &mut complaints);
        find_beside(&import.files, file, &mut item);
        let Some(video) = item.video.clone() else {
            complaints.whole(format!(
                "找不到视频：请把视频文件命名为 {}.mp4 放在旁边，或写上 video = \"文件名\"",
                stem(file)
            ));
            return Ok(items::refused(import, complaints.into_vec()));
        };
        let mut used = Used::new(&import.folder, file);
        used.take(&video, &mut complaints);
        for word in item.captions.iter().chain(&item.poster) {
            used.take(word, &mut complaints);
        }
        let Some(destination) = destination.filter(|_| complaints.is_empty()) else {
            return Ok(items::refused(import, complaints.into_vec()));
        };
        let hash = item_hash(&bytes, &destination, &used);
        if known.is_unchanged(file, &hash) {
            return Ok(Reading::Unchanged);
        }
        let made = make(
            import,
            file,
            &item,
            &video,
            &used,
            &mut complaints,
            progress,
        )?;
        let Some(made) = made.filter(|_| complaints.is_empty()) else {
            return Ok(items::refused(import, complaints.into_vec()));
        };
        if let Some(why) = made.video.converted {
            import.report.converted.push((file.to_owned(), why));
        }
        for remark in made.video.remarks {
            import.report.summaries.push(format!("  {file}：{remark}"));
        }
        let draft = ProgrammeDraft {
            category: destination.list,
            organization_code: destination.organization.code,
            audience_code: destination.audience.code,
            title: item.head.title,
            description: item.description,
            published_at_ms: item.head.published_at_ms,
            duration_ms: made.video.duration_ms,
            poster: made.poster,
            renditions: vec![made.video.rendition],
            captions: made.captions,
        };
        Ok(Reading::New(New {
            draft,
            hash,
            lines: item.lines,
        }))
    }

    fn check(draft: &ProgrammeDraft) -> Vec<FieldError> {
        programmes::check(draft)
    }

    fn write(
        import: &Import<'_>,
        source: &Source,
        draft: &ProgrammeDraft,
    ) -> ServiceResult<Outcome> {
        programmes::import(&import.context.store, source, draft, import.now_ms())
    }
}

/// What was made of the files of a programme.
struct Made {
    captions: Vec<Caption>,
    poster: Picture,
    video: Video,
}

/// Makes stored files of those a programme refers to; nothing after complaints.
fn make(
    import: &Import<'_>,
    file: &str,
    item: &Item,
    video: &Word,
    used: &Used<'_>,
    complaints: &mut Complaints<'_>,
    progress: &mut dyn Progress,
) -> Result<Option<Made>, ImportError> {
    // Captions first: a typing mistake should not wait for an hour of transcoding.
    let mut captions_found = Vec::new();
    for (path, _) in &item.captions {
        let relative = used.relative(path);
        match import.folder.read_text(relative) {
            Ok((_, text)) => {
                let mut about = Complaints::about(relative);
                let text = captions::read(&text, &mut about);
                if about.is_empty() {
                    captions_found.push(Caption {
                        language: language_of(relative),
                        file: import.media.captions(text)?,
                    });
                }
                complaints.extend(about.into_vec());
            }
            Err(complaint) => complaints.extend(vec![complaint]),
        }
    }
    let path = used.path(&video.0);
    let sha256 = used.hash(&video.0);
    let (poster, line) = match &item.poster {
        Some((poster, line)) => {
            let poster = used.path(poster);
            (import.media.picture(&poster, &item.head.title)?, *line)
        }
        None if complaints.is_empty() => (
            import.media.poster(&path, sha256, item.poster_at_ms)?,
            video.1,
        ),
        None => return Ok(None),
    };
    let poster = match poster {
        Ok(poster) => poster,
        Err(message) => {
            complaints.line(line, message);
            return Ok(None);
        }
    };
    if !complaints.is_empty() {
        return Ok(None);
    }
    match import.media.video(&path, sha256, file, progress)? {
        Ok(video) => Ok(Some(Made {
            captions: captions_found,
            poster,
            video,
        })),
        Err(message) => {
            complaints.line(video.1, message);
            Ok(None)
        }
    }
}

/// Video, captions and poster that are not named are those of the same name beside the file, whose ends may
/// be written in upper case.
fn find_beside(files: &[String], file: &str, item: &mut Item) {
    let base = stem(file);
    let beside = |end: &str| {
        let ends = files.iter().filter_map(|other| {
            let ending = other.strip_prefix(base)?.strip_prefix('.')?;
            ending.eq_ignore_ascii_case(end).then_some((other, ending))
        });
        let (found, _) = ends.min_by_key(|(_, ending)| *ending != end)?;
        let name = found.rsplit('/').next().unwrap_or_default().to_owned();
        Some((name, 1))
    };
    let either = |ends: &[&str]| ends.iter().find_map(|end| beside(end));
    if item.video.is_none() {
        item.video = either(&VIDEOS);
    }
    if item.poster.is_none() {
        item.poster = either(&PICTURES);
    }
    if item.captions.is_empty() {
        item.captions = [
            "vtt",
            "srt",
            "zh-CN.vtt",
            "zh.vtt",
            "en.vtt",
            "zh-CN.srt",
            "zh.srt",
            "en.srt",
        ]
        .iter()
        .filter_map(|end| beside(end))
        .collect();
    }
}

/// `春耕.en.vtt` → `en`; Chinese when the name does not say.
fn language_of(file: &str) -> String {
    let tag = stem(file)
        .rsplit_once('.')
        .map(|(_, tag)| tag)
        .unwrap_or_default();
    let is_tag = (2..=11).contains(&tag.len())
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && tag.starts_with(|c: char| c.is_ascii_lowercase());
    if is_tag {
        tag.to_owned()
    } else {
        "zh-CN".to_owned()
    }
}

/// A programme.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    /// What every item says of itself.
    head: Head,
    /// What it is about.
    description: String,
    /// Video file; `None` means the one beside it of the same name.
    video: Option<Word>,
    /// Caption files; empty means those beside it of the same name.
    captions: Vec<Word>,
    /// Still picture; `None` means one beside it of the same name, or one from the video.
    poster: Option<Word>,
    /// From where in the video the still picture is taken, milliseconds.
    poster_at_ms: Option<u64>,
    /// Where its fields stand.
    lines: Lines,
}

/// Reads a programme: a `.toml` file, or a `.md` file whose text is the description.
///
/// # Errors
/// Everything that is wrong with it.
fn parse(file: &str, text: &str) -> Result<Item, Vec<Complaint>> {
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
    let fields = fields::parse(head_text, first_line, KEYS, &mut complaints);
    let head = item::head(&fields, programmes::checked_title, &mut complaints);
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
    let mut lines = Lines::default();
    if let Some(title) = fields.get(TITLE.0) {
        lines.put("title", title.line);
    }
    match head {
        Some(head) => complaints.or(Item {
            head,
            description,
            video,
            captions,
            poster,
            poster_at_ms,
            lines,
        }),
        None => Err(complaints.into_vec()),
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn programmes_in_both_forms() {
        let toml = parse("programmes/a.toml", "标题 = \"春耕\"\n栏目 = \"news\"\n单位 = \"QH\"\n日期 = 2026-03-01\n海报时间 = \"1:05\"\n简介 = \"说春耕\"").unwrap();
        assert_eq!(
            (toml.poster_at_ms, toml.description.as_str()),
            (Some(65_000), "说春耕")
        );
        let md = parse("programmes/a.md", "+++\ntitle=春耕\nlist=news\norganization=QH\npublished=2026-03-01\nvideo=a.mp4\n+++\n说春耕").unwrap();
        assert_eq!(
            (md.description.as_str(), md.video),
            ("说春耕", Some(("a.mp4".into(), 6)))
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "(\\+\\+\\+\n)?((title|list|日期|poster_at|urgent)? ?=? ?[a0-9:年月\"\\[是]{0,6}\n){0,8}(\\+\\+\\+\n)?(.|\n){0,40}") {
            let _ = parse("programmes/a.toml", &text);
            let _ = parse("programmes/a.md", &text);
        }
    }
}
