//! `township.toml`: what the place and its sections are called.

use std::collections::HashSet;

use contract::township::{Listing, ListingKind, Section, Township};
use serde::Deserialize;
use toml::Spanned;

use super::complaint::Complaints;
use crate::services::kit::names;

/// Longest name of the place, of a section and of a list, in characters.
const MAX_TITLE: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Spanned<String>,
    title: Option<Spanned<String>>,
    #[serde(default)]
    section: Vec<SectionFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionFile {
    digit: Spanned<u8>,
    id: Spanned<String>,
    title: Spanned<String>,
    color: Spanned<String>,
    #[serde(default)]
    icon: String,
    #[serde(default)]
    list: Vec<ListFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListFile {
    id: Spanned<String>,
    title: Spanned<String>,
    kind: Spanned<String>,
    #[serde(default)]
    about: String,
}

/// Reads the file; without sections of its own a township gets [`default_sections`]. `None`
/// when something is wrong.
pub fn parse(text: &str, complaints: &mut Complaints<'_>) -> Option<Township> {
    let line_of = |at: usize| {
        u32::try_from(text.get(..at).unwrap_or(text).matches('\n').count()).unwrap_or(0) + 1
    };
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            let line = error.span().map_or(1, |span| line_of(span.start));
            complaints.line(line, explain(error.message()));
            return None;
        }
    };
    let before = complaints.is_empty();
    let titled = |written: &Spanned<String>, what: &str, complaints: &mut Complaints<'_>| {
        names::title(written.get_ref(), what, MAX_TITLE).unwrap_or_else(|message| {
            complaints.line(line_of(written.span().start), message);
            String::new()
        })
    };
    let name = if file.name.get_ref().trim().is_empty() {
        complaints.line(
            line_of(file.name.span().start),
            "name 是空的，请写上地名，例如 name = \"清河镇\"",
        );
        String::new()
    } else {
        titled(&file.name, "地名", complaints)
    };
    let mut digits = HashSet::new();
    let mut ids = HashSet::new();
    let mut sections = Vec::new();
    for section in file.section {
        let digit = *section.digit.get_ref();
        if !(1..=6).contains(&digit) || !digits.insert(digit) {
            complaints.line(
                line_of(section.digit.span().start),
                format!("digit = {digit} 不能用，请写 1 到 6，各不相同"),
            );
        }
        if !is_dark(section.color.get_ref()) {
            let color = section.color.get_ref();
            complaints.line(
                line_of(section.color.span().start),
                format!("颜色“{color}”不能用，请写深色，例如 \"#6d1f1c\"（上面的字是浅色的）"),
            );
        }
        let mut check_id = |id: &Spanned<String>| {
            let text = id.get_ref();
            let well_formed = !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            if !well_formed || !ids.insert(text.clone()) {
                complaints.line(
                    line_of(id.span().start),
                    format!("id“{text}”不能用，请用小写字母和短横线，各不相同"),
                );
            }
        };
        check_id(&section.id);
        for list in &section.list {
            check_id(&list.id);
        }
        let mut listings = Vec::new();
        for list in section.list {
            let word = list.kind.get_ref();
            let Some(kind) = ListingKind::meant_by(word) else {
                let known: Vec<String> = ListingKind::ALL
                    .iter()
                    .map(|kind| format!("{}（{}）", kind.name(), kind.noun()))
                    .collect();
                complaints.line(
                    line_of(list.kind.span().start),
                    format!("kind“{word}”不认识，可以写 {}", known.join("、")),
                );
                continue;
            };
            listings.push(Listing {
                id: list.id.into_inner(),
                title: titled(&list.title, "列表名", complaints),
                kind,
                about: names::text(&list.about),
            });
        }
        sections.push(Section {
            digit,
            id: section.id.into_inner(),
            title: titled(&section.title, "栏目名", complaints),
            color: section.color.into_inner(),
            icon: names::cleaned(&section.icon),
            listings,
        });
    }
    sections.sort_by_key(|section| section.digit);
    if sections.is_empty() {
        sections = default_sections(&name);
    }
    let title = match file
        .title
        .filter(|title| !title.get_ref().trim().is_empty())
    {
        Some(title) => titled(&title, "标题", complaints),
        None => format!("{name}智慧党建"),
    };
    (before == complaints.is_empty()).then_some(Township {
        name,
        title,
        sections,
    })
}

/// What the TOML reader says, in words for an office.
fn explain(message: &str) -> String {
    let quoted = message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("missing field") {
        format!("缺少 {quoted}，请补上 {quoted} = …")
    } else if message.starts_with("unknown field") {
        format!("没有“{quoted}”这一项，请对照说明改正名称")
    } else if message.starts_with("duplicate key") {
        "这一项写了两次，请删去一处".into()
    } else if message.starts_with("invalid type") {
        "内容的类型不对：文字要加英文引号，数字不加引号".into()
    } else {
        "这一行写法有误，应当写成：名称 = \"内容\"，引号要用英文引号".into()
    }
}

/// `#rrggbb`, dark enough for off-white text at 7:1 (WCAG 2.2 relative luminance).
fn is_dark(color: &str) -> bool {
    let Some(hex) = color
        .strip_prefix('#')
        .filter(|hex| hex.len() == 6 && hex.is_ascii())
    else {
        return false;
    };
    let channel = |at: usize| {
        u8::from_str_radix(hex.get(at..at + 2)?, 16)
            .ok()
            .map(|value| f64::from(value) / 255.0)
    };
    let (Some(red), Some(green), Some(blue)) = (channel(0), channel(2), channel(4)) else {
        return false;
    };
    let linear = |value: f64| {
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    let luminance = 0.212_6 * linear(red) + 0.715_2 * linear(green) + 0.072_2 * linear(blue);
    // Off-white text has a luminance of about 0.88.
    (0.88 + 0.05) / (luminance + 0.05) >= 7.0
}

/// The six sections of a township that does not name its own.
#[must_use]
pub fn default_sections(name: &str) -> Vec<Section> {
    use ListingKind::{Bulletins, Duty, Guides, Honours, Meetings, Programmes};
    let list = |id: &str, title: &str, kind: ListingKind, about: &str| Listing {
        id: id.into(),
        title: title.into(),
        kind,
        about: about.into(),
    };
    let section =
        |digit: u8, id: &str, title: &str, color: &str, icon: &str, listings: Vec<Listing>| {
            Section {
                digit,
                id: id.into(),
                title: title.into(),
                color: color.into(),
                icon: icon.into(),
                listings,
            }
        };
    vec![
        section(
            1,
            "disclosure",
            "党务公开",
            "#6d1f1c",
            "file-list",
            vec![
                list("notice", "通知公告", Bulletins, "镇里和各村的通知"),
                list(
                    "dual-report",
                    "双直通公示",
                    Bulletins,
                    "群众反映事项和办理结果",
                ),
                list("finance", "财务公示", Bulletins, "镇、村收支明细"),
                list(
                    "development",
                    "发展党员公示",
                    Bulletins,
                    "发展党员各环节的公示",
                ),
                list("dues", "党费公示", Bulletins, "党费收缴和使用"),
                list(
                    "inspection",
                    "督查通报公示",
                    Bulletins,
                    "督查情况和整改结果",
                ),
            ],
        ),
        section(
            2,
            "live",
            "党群直播",
            "#1f3f5b",
            "live",
            vec![
                list("meetings", "远程视频会议", Meetings, "镇里的直播和视频会议"),
                list("branch-life", "三会一课", Bulletins, "组织生活记录"),
                list("duty-rooms", "干部坐班", Duty, "值班室，和谁看过"),
                list("duty", "坐班安排", Bulletins, "哪天谁坐班"),
                list("convenience", "一键便民服务", Guides, "常办事项怎么办"),
            ],
        ),
        section(
            3,
            "education",
            "党教园地",
            "#5a3d14",
            "book-open",
            vec![
                list("basics", "党的基本知识", Guides, "学习材料"),
                list("prosperity", "致富信息", Bulletins, "农事、行情和用工信息"),
                list("lessons", "微党课", Programmes, "党课视频"),
            ],
        ),
        section(
            4,
            "today",
            &format!("今日{name}"),
            "#1d4a40",
            "film",
            vec![
                list("news", &format!("{name}播报"), Programmes, "本镇新闻"),
                list(
                    "scenery",
                    &format!("{name}风采"),
                    Programmes,
                    "本镇风光和人物",
                ),
                list("elsewhere", "他山之石", Programmes, "外地的好做法"),
                list("films", "优秀影片", Programmes, "推荐影片"),
                list("wealth", "致富之窗", Programmes, "农业技术和致富经验"),
            ],
        ),
        section(
            5,
            "honours",
            "时代先锋",
            "#6a2a12",
            "medal",
            vec![
                list("best-branch", "优秀党支部", Honours, "受表彰的党支部"),
                list("best-member", "优秀共产党员", Honours, "受表彰的党员"),
                list(
                    "clean-home",
                    "卫生优秀党员户",
                    Honours,
                    "卫生优秀的党员家庭",
                ),
                list("virtue", "四德榜", Honours, "身边的榜样"),
            ],
        ),
        section(
            6,
            "voice",
            "党风评议",
            "#43305c",
            "chat",
            vec![
                list("handled", "意见办理公示", Bulletins, "意见建议的办理结果"),
                list("evaluation", "评议结果", Bulletins, "民主评议的结果"),
            ],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &str) -> Vec<Option<u32>> {
        let mut complaints = Complaints::about("township.toml");
        let township = parse(text, &mut complaints);
        assert_eq!(township.is_some(), complaints.is_empty());
        complaints.into_vec().iter().map(|c| c.line).collect()
    }

    #[test]
    fn a_name_is_enough() {
        let mut complaints = Complaints::about("township.toml");
        let township = parse("name = \"清河镇\"\n", &mut complaints).unwrap();
        assert_eq!(
            (township.title.as_str(), township.sections.len()),
            ("清河镇智慧党建", 6)
        );
        assert!(
            township
                .sections
                .iter()
                .all(|section| is_dark(&section.color))
        );
    }

    #[test]
    fn mistakes_name_their_line() {
        assert_eq!(lines("title = \"x\""), [Some(1)]);
        assert_eq!(lines("name = \"清河镇\"\ntitel = \"x\""), [Some(2)]);
        assert_eq!(lines("name = “清河镇”"), [Some(1)]);
        let section = "[[section]]\ndigit = 7\nid = \"a\"\ntitle = \"甲\"\ncolor = \"#ffeecc\"\n[[section.list]]\nid = \"a\"\ntitle = \"乙\"\nkind = \"片\"\n";
        assert_eq!(
            lines(&format!("name = \"清河镇\"\n{section}")),
            [Some(3), Some(6), Some(8), Some(10)]
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "(name = \"清\"\n)?(\\[\\[section\\]\\]|[a-z]{1,5} = |\"[#0-9a-z]{0,7}\"|[0-9]|\n){0,30}") {
            parse(&text, &mut Complaints::about("township.toml"));
        }
    }
}
