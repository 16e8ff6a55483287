//! The township's own names: sections and lists.

mod sections;

use std::collections::HashSet;

use contract::error::FieldError;
use contract::township::{ListingKind, Township};
use store::versions::Seen;
use store::{Outcome, Store, Tx, WriteTx, organizations, township};

use super::kit::audit::{self, About, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::publishing::Source;
use super::kit::rights::{Action, Staff};
use super::secrets;
pub use sections::defaults;

/// Longest name of the place, of a section and of a list, in characters.
pub(super) const MAX_NAME: usize = 20;

/// Offices that help on the telephone.
const MAX_HELP: usize = 3;

/// Words whose reading a place may set.
const MAX_WORDS: usize = 300;

/// Longest such word, and longest reading of one, in characters.
const MAX_WORD: (usize, usize) = (12, 24);

/// Longest word on when somebody answers there, in characters.
const MAX_HOURS: usize = 20;

/// The township's sections and their version.
///
/// # Errors
/// [`ServiceError::NotFound`] while none were ever set.
pub fn get(store: &Store) -> Result<(Township, i64)> {
    store.read(versioned)
}

fn versioned(tx: &mut Tx<'_>) -> Result<(Township, i64)> {
    township::versioned(tx)?.ok_or(ServiceError::NotFound("栏目配置"))
}

/// The township's sections, if they were ever set.
///
/// # Errors
/// The database failed.
pub fn stored(store: &Store) -> Result<Option<Township>> {
    Ok(store.read(township::get)?)
}

/// Replaces the township's sections, if they still are of the version that was seen; answers them with their
/// new version.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Stale`], [`ServiceError::Forbidden`]: only from the root
/// organization.
pub fn replace(
    store: &Store,
    staff: &Staff,
    seen: Seen,
    new: Township,
    now_ms: i64,
) -> Result<(Township, i64)> {
    let (source, new) = (Source::staff(staff), cleaned(new));
    store.write(move |tx| {
        put(tx, &source, seen, &new, now_ms)?;
        versioned(tx)
    })
}

/// Takes over the sections of a content folder. It says nothing of who helps, how words are read and what televisions
/// do by themselves: what staff wrote of that stays.
///
/// # Errors
/// [`ServiceError::Invalid`] with every field that is wrong.
pub fn import(store: &Store, source: &Source, new: &Township, now_ms: i64) -> Result<Outcome> {
    let (source, new) = (source.clone(), cleaned(new.clone()));
    store.write(move |tx| {
        let mut new = new.clone();
        if let Some(stored) = township::get(tx)? {
            if new.help.is_empty() {
                new.help = stored.help;
            }
            if new.pronunciations.is_empty() {
                new.pronunciations = stored.pronunciations;
            }
            new.quiet = stored.quiet;
            new.live_fills_home = stored.live_fills_home;
        }
        put(tx, &source, Seen::Any, &new, now_ms)
    })
}

pub(super) fn put(
    tx: &mut WriteTx<'_>,
    source: &Source,
    seen: Seen,
    new: &Township,
    now_ms: i64,
) -> Result<Outcome> {
    source.may(Action::Configure)?;
    let wrong = check(new);
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong));
    }
    // The sections are those of every screen of the installation.
    if !source.at_root(tx)? {
        return Err(ServiceError::Forbidden("栏目只能由最上级组织设置"));
    }
    let hash = match source.known_by() {
        Some(item) => item.hash.clone(),
        None => content_hash(new)?,
    };
    let known = township::versioned(tx)?.map(|(_, version)| version);
    // Nothing is there yet: no version of it was ever seen.
    seen.check(known.unwrap_or(0))?;
    if !township::put(tx, new, &hash, now_ms)? {
        return Ok(Outcome::Unchanged);
    }
    let root = organizations::root(tx)?.map(|root| root.id);
    let actor = source.actor();
    audit::note(
        tx,
        &actor,
        "township.replace",
        &About::Township,
        root.as_deref(),
        Words::None,
        now_ms,
    )?;
    Ok(if known.is_some() {
        Outcome::Updated
    } else {
        Outcome::Created
    })
}

/// What staff wrote is known by itself: else what they write next would pass for the same.
fn content_hash(new: &Township) -> Result<String> {
    let text = serde_json::to_string(new)
        .map_err(|error| ServiceError::Internal(format!("encoding the sections: {error}")))?;
    Ok(format!("console {}", secrets::sha256_hex(&text)))
}

/// What the list with this id holds; `None` if there is no such list.
pub(super) fn listing_kind(tx: &mut Tx<'_>, id: &str) -> Result<Option<ListingKind>> {
    let found = township::get(tx)?.and_then(|township| {
        township
            .sections
            .into_iter()
            .flat_map(|section| section.listings)
            .find(|listing| listing.id == id)
            .map(|listing| listing.kind)
    });
    Ok(found)
}

/// What keeps a screen from showing these sections.
#[must_use]
pub fn check(township: &Township) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let mut complain = |field: String, message: &str| {
        wrong.push(FieldError {
            field,
            message: message.to_owned(),
        });
    };
    if let Err(message) = names::title(&township.name, "地名（例如“清河镇”）", MAX_NAME)
    {
        complain("name".to_owned(), &message);
    }
    let title = names::title(&township.title, "标题（例如“清河镇智慧党建”）", MAX_NAME);
    if let Err(message) = title {
        complain("title".to_owned(), &message);
    }
    if !(1..=6).contains(&township.sections.len()) {
        complain("sections".to_owned(), "栏目须有 1 到 6 个");
    }
    let (mut digits, mut ids) = (HashSet::new(), HashSet::new());
    for (index, section) in township.sections.iter().enumerate() {
        let at = |field: &str| format!("sections[{index}].{field}");
        if !(1..=6).contains(&section.digit) || !digits.insert(section.digit) {
            complain(at("digit"), "数字键须为 1 到 6，且不与其他栏目重复");
        }
        if !identifier(&section.id) || !ids.insert(section.id.as_str()) {
            complain(at("id"), "须为小写字母、数字和连字符，且不重复");
        }
        if let Err(message) = names::title(&section.title, "栏目名", MAX_NAME) {
            complain(at("title"), &message);
        }
        match luminance(&section.color) {
            None => complain(at("color"), "颜色须写成 #rrggbb，例如 #8a1f1f"),
            // 7:1 against a warm off-white of luminance 0.88 (WCAG 2.2, 1.4.6).
            Some(light) if (0.88 + 0.05) / (light + 0.05) < 7.0 => {
                complain(at("color"), "颜色太浅，白字看不清，请换深一些的");
            }
            Some(_) => {}
        }
        for (inner, listing) in section.listings.iter().enumerate() {
            let at = |field: &str| format!("sections[{index}].listings[{inner}].{field}");
            if !identifier(&listing.id) || !ids.insert(listing.id.as_str()) {
                complain(at("id"), "须为小写字母、数字和连字符，且不重复");
            }
            if let Err(message) = names::title(&listing.title, "列表名", MAX_NAME) {
                complain(at("title"), &message);
            }
            if listing.kind == ListingKind::Unknown {
                complain(at("kind"), "这个列表里放什么，这个程序还不认识");
            }
        }
    }
    if township.help.len() > MAX_HELP {
        complain("help".to_owned(), "帮助电话最多写三个");
    }
    for (index, help) in township.help.iter().enumerate() {
        let at = |field: &str| format!("help[{index}].{field}");
        if let Err(message) = names::title(&help.office, "单位", MAX_NAME) {
            complain(at("office"), &message);
        }
        if names::is_blank(&help.telephone) {
            complain(at("telephone"), "请写电话，例如 0512-40000001");
        } else if let Err(message) = names::telephone(&help.telephone) {
            complain(at("telephone"), &message);
        }
        if names::cleaned(&help.name).chars().count() > MAX_NAME {
            complain(at("name"), "谁接电话，不要超过 20 个字，例如 袁月华");
        }
        if names::cleaned(&help.hours).chars().count() > MAX_HOURS {
            complain(
                at("hours"),
                "什么时候有人接，不要超过 20 个字，例如 工作日 8:30–17:30",
            );
        }
    }
    if township.pronunciations.len() > MAX_WORDS {
        complain("pronunciations".to_owned(), "读音最多写 300 个");
    }
    let mut words = HashSet::new();
    for (index, one) in township.pronunciations.iter().enumerate() {
        let at = |field: &str| format!("pronunciations[{index}].{field}");
        if let Err(message) = names::title(&one.word, "词", MAX_WORD.0) {
            complain(at("word"), &message);
        } else if !words.insert(names::cleaned(&one.word)) {
            complain(at("word"), "这个词写了两次");
        }
        if let Err(message) = names::title(&one.said, "读作", MAX_WORD.1) {
            complain(at("said"), &message);
        }
    }
    if township.quiet.from_hour > 23 {
        complain("quiet.from_hour".to_owned(), "请选 0 到 23 点");
    }
    if township.quiet.until_hour > 23 {
        complain("quiet.until_hour".to_owned(), "请选 0 到 23 点");
    }
    wrong
}

/// The sections with their names [cleaned](names).
#[must_use]
pub fn cleaned(mut township: Township) -> Township {
    township.name = names::cleaned(&township.name);
    township.title = names::cleaned(&township.title);
    for help in &mut township.help {
        help.office = names::cleaned(&help.office);
        help.telephone = names::cleaned(&help.telephone);
        help.name = names::cleaned(&help.name);
        help.hours = names::cleaned(&help.hours);
    }
    for one in &mut township.pronunciations {
        one.word = names::cleaned(&one.word);
        one.said = names::cleaned(&one.said);
    }
    for section in &mut township.sections {
        section.title = names::cleaned(&section.title);
        section.icon = names::cleaned(&section.icon);
        for listing in &mut section.listings {
            listing.title = names::cleaned(&listing.title);
            listing.about = names::text(&listing.about);
        }
    }
    township
}

fn identifier(id: &str) -> bool {
    (1..=40).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

/// Relative luminance of `#rrggbb` (WCAG 2.2), from 0 black to 1 white.
fn luminance(color: &str) -> Option<f64> {
    let digits = color.strip_prefix('#')?;
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let channel = |at: usize| {
        let value = u8::from_str_radix(&digits[at..at + 2], 16).ok()?;
        let share = f64::from(value) / 255.0;
        Some(if share <= 0.04045 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        })
    };
    Some(0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::township::{HelpContact, Listing, Pronunciation, Section};

    fn township() -> Township {
        Township {
            name: "清河镇".to_owned(),
            title: "清河镇智慧党建".to_owned(),
            sections: vec![Section {
                digit: 1,
                id: "disclosure".to_owned(),
                title: "党务公开".to_owned(),
                color: "#8a1f1f".to_owned(),
                icon: "file-list".to_owned(),
                listings: vec![Listing {
                    id: "finance".to_owned(),
                    title: "财务公示".to_owned(),
                    ..Listing::default()
                }],
            }],
            help: vec![HelpContact {
                office: "党政办公室".to_owned(),
                telephone: "0512-40000001 转 8".to_owned(),
                name: "袁月华".to_owned(),
                hours: "工作日 8:30–17:30".to_owned(),
            }],
            pronunciations: vec![word("单家村", "善家村")],
            ..Township::default()
        }
    }

    fn word(word: &str, said: &str) -> Pronunciation {
        Pronunciation {
            word: word.to_owned(),
            said: said.to_owned(),
        }
    }

    #[test]
    fn a_good_one_passes() {
        assert_eq!(check(&township()), []);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let mut bad = township();
        bad.name.clear();
        bad.sections[0].digit = 7;
        bad.sections[0].color = "#f0e0d0".to_owned();
        bad.sections[0].listings[0].id = "disclosure".to_owned();
        bad.help = vec![HelpContact::default(); 4];
        bad.help[1].office = "司法所".to_owned();
        bad.help[1].telephone = "找小王".to_owned();
        bad.help[1].hours = "长".repeat(21);
        bad.help[1].name = "名".repeat(21);
        bad.help[2] = township().help[0].clone();
        bad.help[3] = township().help[0].clone();
        bad.pronunciations = vec![word("", "善"), word("单", ""), word(" 单", "善")];
        bad.pronunciations[0].word = "长".repeat(13);
        bad.quiet.until_hour = 24;
        let fields = check(&bad);
        let fields: Vec<_> = fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "name",
                "sections[0].digit",
                "sections[0].color",
                "sections[0].listings[0].id",
                "help",
                "help[0].office",
                "help[0].telephone",
                "help[1].telephone",
                "help[1].name",
                "help[1].hours",
                "pronunciations[0].word",
                "pronunciations[1].said",
                "pronunciations[2].word",
                "quiet.until_hour"
            ]
        );
    }

    #[test]
    fn luminance_is_that_of_the_norm() {
        assert!((luminance("#ffffff").unwrap() - 1.0).abs() < 1e-9);
        assert!(luminance("#000000").unwrap().abs() < 1e-9);
        assert_eq!(luminance("8a1f1f"), None);
        assert_eq!(luminance("#8a1f1é"), None);
    }
}
