//! The English catalogue and the Chinese sources agree: every `@tr` of the `.slint` files has its
//! English, nothing in the catalogue is left over, placeholders match, and no words for the user
//! stand outside `@tr`, neither in the `.slint` files nor in the Rust that drives them.
mod source;

use source::{Key, chinese_in_rust, is_han, read_slint};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// `{0}`, `{1}`, `{}` and `{n}`, sorted, each as often as it occurs.
fn placeholders(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = text
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .collect();
    found.sort_unstable();
    found
}

/// What is wrong with a translation, if anything.
fn fault(key: &Key, translation: &rspolib::POEntry) -> Option<String> {
    let forms: Vec<&str> = if key.plural.is_empty() {
        translation.msgstr.iter().map(String::as_str).collect()
    } else {
        translation
            .msgstr_plural
            .iter()
            .map(String::as_str)
            .collect()
    };
    if translation.fuzzy()
        || translation.obsolete
        || forms.is_empty()
        || forms.iter().any(|form| form.trim().is_empty())
    {
        return Some("not translated".into());
    }
    for form in forms {
        let wanted = placeholders(if key.plural.is_empty() {
            &key.text
        } else {
            &key.plural
        });
        if placeholders(form) != wanted {
            return Some(format!("“{form}” has other placeholders"));
        }
        if form.lines().count() != key.text.lines().count() {
            return Some(format!("“{form}” has another number of lines"));
        }
        let spaced = |text: &str| {
            (
                text.starts_with(char::is_whitespace),
                text.ends_with(char::is_whitespace),
            )
        };
        if spaced(form) != spaced(&key.text) && spaced(&key.text) != (false, false) {
            return Some(format!("“{form}” lacks the space around it"));
        }
        // Where a Chinese word is shown as such, the source quotes it or carries both languages.
        let quoted = |word: &str| {
            key.text.contains(&format!("“{word}”")) || key.text.contains(&format!("{word} "))
        };
        if form
            .split(|c| !is_han(c))
            .any(|word| !word.is_empty() && !quoted(word))
        {
            return Some(format!("“{form}” is not English"));
        }
    }
    None
}

fn files(root: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = entry.expect("the folder is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(
        !found.is_empty(),
        "no .{extension} files in {}",
        root.display()
    );
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn ui() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every string of the `.slint` files with the places that show it.
fn sources() -> BTreeMap<Key, Vec<String>> {
    let mut strings = BTreeMap::<Key, Vec<String>>::new();
    for path in files(ui(), "slint") {
        for (line, key) in read_slint(&read(&path)).strings {
            strings
                .entry(key)
                .or_default()
                .push(format!("{}:{line}", path.display()));
        }
    }
    strings
}

/// The catalogue as Slint's compiler reads it: with the same parser.
fn catalogue() -> rspolib::POFile {
    let path = ui().join("lang/en/LC_MESSAGES/tv-ui.po");
    rspolib::pofile(path.as_path()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn key(entry: &rspolib::POEntry) -> Key {
    Key {
        context: entry.msgctxt.clone().unwrap_or_default(),
        text: entry.msgid.clone(),
        plural: entry.msgid_plural.clone().unwrap_or_default(),
    }
}

#[test]
fn every_string_has_its_english() {
    let catalogue = catalogue();
    let faults: Vec<String> = sources()
        .iter()
        .filter_map(|(wanted, places)| {
            let fault = match catalogue.entries.iter().find(|entry| key(entry) == *wanted) {
                None => Some("missing".into()),
                Some(entry) => fault(wanted, entry),
            }?;
            Some(format!(
                "{:?} ({}): {fault}",
                wanted.text,
                places.join(", ")
            ))
        })
        .collect();
    assert!(faults.is_empty(), "in tv-ui.po:\n{}", faults.join("\n"));
}

#[test]
fn nothing_in_the_catalogue_is_left_over_or_said_twice() {
    let sources = sources();
    let mut seen = BTreeSet::new();
    for entry in &catalogue().entries {
        let key = key(entry);
        assert!(
            sources.contains_key(&key),
            "tv-ui.po:{}: no .slint file says {key:?}",
            entry.linenum
        );
        assert!(
            seen.insert(key.clone()),
            "tv-ui.po:{}: {key:?} again",
            entry.linenum
        );
    }
}

#[test]
fn no_words_stand_outside_tr() {
    let stray: Vec<String> = files(ui(), "slint")
        .iter()
        .flat_map(|path| {
            let place = |(line, text)| format!("{}:{line}: {text:?}", path.display());
            read_slint(&read(path))
                .stray
                .into_iter()
                .map(place)
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(stray.is_empty(), "wrap these in @tr:\n{}", stray.join("\n"));
}

#[test]
fn controllers_hold_no_words() {
    let app = ui().join("../tv-app/src");
    let mut found = Vec::new();
    for path in ["screens", "app", "interruptions", "router"]
        .iter()
        .flat_map(|folder| files(&app.join(folder), "rs"))
    {
        let of_tests = |part: &std::ffi::OsStr| part == "tests" || part == "tests.rs";
        if !path
            .strip_prefix(&app)
            .is_ok_and(|inside| inside.iter().any(of_tests))
        {
            let place = |(line, text)| format!("{}:{line}: {text:?}", path.display());
            found.extend(chinese_in_rust(&read(&path)).into_iter().map(place));
        }
    }
    assert!(
        found.is_empty(),
        "words belong into ui/, inside @tr:\n{}",
        found.join("\n")
    );
}

#[test]
fn a_wrong_translation_is_noticed() {
    let key = Key {
        context: String::new(),
        text: "{0} 条，{1} 条未读".into(),
        plural: String::new(),
    };
    let entry = |text: &str| {
        let mut entry = rspolib::POEntry::new(0);
        entry.msgstr = Some(text.into());
        entry
    };
    assert_eq!(fault(&key, &entry("{1} unread of {0}")), None);
    for wrong in [
        "",
        "{0} unread",
        "{0} {0} unread",
        "{0}\n{1}",
        "{0} in all, {1} 未读",
    ] {
        assert!(fault(&key, &entry(wrong)).is_some(), "{wrong}");
    }
    let part = Key {
        context: String::new(),
        text: "　未读".into(),
        plural: String::new(),
    };
    assert_eq!(fault(&part, &entry("  Unread")), None);
    assert!(fault(&part, &entry("Unread")).is_some());
    let mut fuzzy = entry("{0} in all, {1} unread");
    fuzzy.flags.push("fuzzy".into());
    assert!(fault(&key, &fuzzy).is_some());
}
