//! `township.toml`: what the place and its sections are called.

use contract::error::FieldError;
use contract::township::{Listing, ListingKind, Section, Township};
use serde::Deserialize;
use store::Outcome;
use toml::Spanned;

use super::super::ImportError;
use super::super::adapter::{self, Order};
use super::super::complaint::{self, Complaints};
use super::super::item::Lines;
use super::super::known::{FORMAT, hash_of};
use super::super::progress::Progress;
use super::super::state::Import;
use crate::services::kit::publishing::Source;
use crate::services::township;

/// The file.
const FILE: &str = "township.toml";

pub(super) struct Adapter;

impl adapter::Adapter for Adapter {
    fn name(&self) -> &'static str {
        "township"
    }

    fn reads(&self) -> Vec<&'static str> {
        vec![FILE]
    }

    fn called(&self) -> &'static [(&'static str, &'static [&'static str])] {
        &[(FILE, &["township"])]
    }

    fn order(&self) -> Order {
        Order::Ground
    }

    fn tells_a_content_folder(&self) -> bool {
        true
    }

    /// With a mistake in the file, what was there before goes on counting.
    fn run(
        &self,
        import: &mut Import<'_>,
        _progress: &mut dyn Progress,
    ) -> Result<(), ImportError> {
        let store = &import.context.store;
        let stored = township::stored(store)?;
        let mut complaints = Complaints::about(FILE);
        let mut parsed = None;
        if import.folder.has(FILE) {
            match import.folder.read_text(FILE) {
                Ok((bytes, text)) => {
                    parsed = parse(&text, &mut complaints).map(|new| {
                        let hash = hash_of(&[FORMAT.as_bytes(), &bytes]);
                        (new, Source::item(FILE, hash))
                    });
                }
                Err(complaint) => complaints.extend(vec![complaint]),
            }
        } else if stored.is_none() {
            complaints.whole("缺少这个文件，请新建并写上 name = \"地名\"");
        }
        let mut changed = false;
        if let Some((new, source)) = &parsed {
            changed = if import.dry_run {
                stored.as_ref() != Some(new)
            } else {
                match township::import(store, source, new, import.now_ms()) {
                    Ok(outcome) => outcome != Outcome::Unchanged,
                    Err(error) => {
                        complaint::refused(error, &mut complaints, |it| (None, it.message))?;
                        false
                    }
                }
            };
        }
        import
            .report
            .changed
            .insert("township", usize::from(changed));
        if changed {
            import.report.remarks.push("栏目设置有变动".to_owned());
        }
        import.directory.township =
            parsed
                .map(|(new, _)| new)
                .or(stored)
                .unwrap_or_else(|| Township {
                    sections: township::defaults("").sections,
                    ..Township::default()
                });
        import.complain(complaints.into_vec());
        Ok(())
    }
}

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

/// Reads the file; without sections of its own a township gets the [usual ones](township::defaults). `None`
/// when something is wrong.
fn parse(text: &str, complaints: &mut Complaints<'_>) -> Option<Township> {
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
    let line = |at: &std::ops::Range<usize>| line_of(at.start);
    let mut lines = Lines::default();
    let mut wrong: Vec<(u32, String)> = Vec::new();
    lines.put("name", line(&file.name.span()));
    let name = file.name.into_inner();
    let title = file
        .title
        .filter(|title| !title.get_ref().trim().is_empty());
    let title_at = title.as_ref().map(|title| line(&title.span()));
    lines.put("title", title_at.unwrap_or(1));
    let mut sections = Vec::new();
    for (index, section) in file.section.into_iter().enumerate() {
        let at = |field: &str| format!("sections[{index}].{field}");
        lines.put(at("digit"), line(&section.digit.span()));
        lines.put(at("id"), line(&section.id.span()));
        lines.put(at("title"), line(&section.title.span()));
        lines.put(at("color"), line(&section.color.span()));
        let mut listings = Vec::new();
        for list in section.list {
            let word = list.kind.get_ref();
            let kind = ListingKind::meant_by(word);
            if kind.is_none() {
                let known: Vec<String> = ListingKind::ALL
                    .iter()
                    .map(|kind| format!("{}（{}）", kind.name(), kind.noun()))
                    .collect();
                let message = format!("kind“{word}”不认识，可以写 {}", known.join("、"));
                wrong.push((line(&list.kind.span()), message));
            }
            let at =
                |field: &str| format!("sections[{index}].listings[{}].{field}", listings.len());
            lines.put(at("id"), line(&list.id.span()));
            lines.put(at("title"), line(&list.title.span()));
            listings.push(Listing {
                id: list.id.into_inner(),
                title: list.title.into_inner(),
                kind: kind.unwrap_or_default(),
                about: list.about,
            });
        }
        sections.push(Section {
            digit: section.digit.into_inner(),
            id: section.id.into_inner(),
            title: section.title.into_inner(),
            color: section.color.into_inner(),
            icon: section.icon,
            listings,
        });
    }
    if sections.is_empty() {
        sections = township::defaults(&name).sections;
    }
    let title = match title {
        Some(title) => title.into_inner(),
        None => format!("{name}智慧党建"),
    };
    let township = Township {
        name,
        title,
        sections,
        // Staff write them; a folder says nothing of them.
        ..Township::default()
    };
    let named = |error: &FieldError| error.field == "name";
    let errors = township::check(&township);
    // A title that was made of the name is as wrong as the name.
    let derived = title_at.is_none() && errors.iter().any(named);
    for FieldError { field, message } in errors {
        if !(derived && field == "title") {
            wrong.push((lines.of(&field).unwrap_or(1), message));
        }
    }
    if wrong.is_empty() {
        let mut township = township::cleaned(township);
        township.sections.sort_by_key(|section| section.digit);
        return Some(township);
    }
    wrong.sort();
    for (line, message) in wrong {
        complaints.line(line, message);
    }
    None
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
        assert_eq!(township::check(&township), []);
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
