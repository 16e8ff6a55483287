//! Who imports whom in the whole workspace, as `docs/ARCHITECTURE.md` has it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::circles;

/// What each crate needs of ours, and besides for its tests. The end-to-end tests need everything.
const CRATES: &[(&str, &[&str], &[&str])] = &[
    ("contract", &[], &[]),
    ("tv-ui", &[], &[]),
    ("demo-township", &[], &[]),
    ("media-player", &[], &["media-player", "media-relay"]),
    ("media-relay", &[], &["media-relay"]),
    ("media-studio", &[], &["media-studio"]),
    ("store", &["contract"], &["contract", "store"]),
    (
        "backend-api",
        &["contract", "media-relay", "media-studio", "store"],
        &["demo-township", "media-relay", "media-studio", "store"],
    ),
    ("tv-canvas", &[], &[]),
    ("screen-pixels", &["tv-canvas"], &[]),
    (
        "tv-app",
        &["contract", "media-player", "tv-canvas", "tv-ui"],
        &[],
    ),
];

/// A part of the sources and what is not named in it.
struct Layer {
    /// Folder or file below the root of the repository.
    part: &'static str,
    /// Which of its files; all of them if nothing is said.
    only: fn(&str) -> bool,
    /// Beginnings of paths.
    never: &'static [&'static str],
}

const LAYERS: &[Layer] = &[
    // The rules know neither the transport nor the driver of a database.
    Layer {
        part: "backend-api/server/src/services",
        only: |_| true,
        never: &[
            "axum::",
            "axum_extra::",
            "tower_http::",
            "utoipa_axum::",
            "rusqlite::",
            "postgres::",
            "crate::app::",
            "crate::routes::",
            "crate::import::",
            "crate::cli::",
        ],
    },
    // One door to relay and studio, which does not know what streams are for.
    Layer {
        part: "backend-api/server/src",
        only: |file| !file.contains("/services/media/"),
        never: &["media_relay::", "media_studio::"],
    },
    Layer {
        part: "backend-api/server/src/services/media",
        only: |_| true,
        never: &[
            "crate::services::duty::",
            "crate::services::meetings::",
            "crate::services::roll_call::",
            "crate::services::room::",
        ],
    },
    // The import goes through the same rules as the staff.
    Layer {
        part: "backend-api/server/src/import",
        only: |_| true,
        never: &[
            "axum::",
            "crate::app::",
            "crate::routes::",
            "store.write(",
            "store::files::put",
        ],
    },
    Layer {
        part: "backend-api/server/src/background.rs",
        only: |_| true,
        never: &["crate::routes::"],
    },
    // SQL and rows, whatever they are for.
    Layer {
        part: "backend-api/store/src",
        only: |_| true,
        never: &["axum::", "utoipa::"],
    },
    // A screen is a state machine; what it looks like is its view's.
    Layer {
        part: "tv-app/src/screens",
        only: |file| !is_view(file) && !file.ends_with("register.rs"),
        never: &["slint::", "tv_ui::"],
    },
    Layer {
        part: "tv-app/src/interruptions",
        only: |file| !is_view(file) && !file.ends_with("/mod.rs"),
        never: &["slint::", "tv_ui::"],
    },
    Layer {
        part: "tv-app/src/focus",
        only: |_| true,
        never: &[
            "slint::",
            "tv_ui::",
            "crate::screens::",
            "crate::app::",
            "crate::cache::",
        ],
    },
    Layer {
        part: "tv-app/src/cache",
        only: |_| true,
        never: &[
            "slint::",
            "tv_ui::",
            "crate::screens::",
            "crate::app::",
            "crate::client::",
        ],
    },
    Layer {
        part: "tv-app/src/client",
        only: |_| true,
        never: &["slint::", "tv_ui::", "crate::screens::", "crate::app::"],
    },
];

fn is_view(file: &str) -> bool {
    file.ends_with("view.rs") || file.contains("/view/")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The members of the workspace: their folders and what their `Cargo.toml` says.
fn members() -> Vec<(String, String)> {
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let list = workspace.split_once("members = [").unwrap().1;
    let list = list.split_once(']').unwrap().0;
    let members: Vec<_> = list
        .split('"')
        .skip(1)
        .step_by(2)
        .map(|folder| {
            let manifest = root().join(folder).join("Cargo.toml");
            (folder.to_owned(), fs::read_to_string(manifest).unwrap())
        })
        .collect();
    assert!(members.len() > CRATES.len(), "{}", members.len());
    members
}

fn name(manifest: &str) -> &str {
    let line = manifest
        .lines()
        .find_map(|line| line.strip_prefix("name = "));
    line.unwrap().trim_matches('"')
}

/// The crates a section of a manifest names.
fn dependencies<'m>(manifest: &'m str, section: &str) -> Vec<&'m str> {
    let mut lines = manifest.lines().skip_while(|line| *line != section);
    lines.next();
    lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| {
            let end = line.find(['.', ' ', '='])?;
            Some(&line[..end])
        })
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .collect()
}

/// Where the sources of a crate are that a path of Rust begins with.
fn sources_of(krate: &str, members: &[(String, String)]) -> Option<PathBuf> {
    let (folder, _) = members
        .iter()
        .find(|(_, manifest)| name(manifest).replace('-', "_") == krate)?;
    Some(root().join(folder).join("src"))
}

/// Whether `crate::module::Name` is a module, or something that this module or one in it defines.
fn is_there(path: &str, members: &[(String, String)]) -> bool {
    let names: Vec<&str> = path.split("::").collect();
    let [krate, modules @ .., name] = names.as_slice() else {
        return false;
    };
    let Some(src) = sources_of(krate, members) else {
        return false;
    };
    let module = modules
        .iter()
        .fold(src, |folder, module| folder.join(module));
    if module.join(name).is_dir() || module.join(format!("{name}.rs")).is_file() {
        return true;
    }
    let mut code = String::new();
    if module.is_dir() {
        code.extend(circles::product(&module).unwrap().into_values());
    }
    code.push_str(&fs::read_to_string(module.with_extension("rs")).unwrap_or_default());
    ["struct", "enum", "trait", "type", "fn", "const"]
        .iter()
        .flat_map(|word| [" ", "(", "<", ":", ";"].map(|end| format!("{word} {name}{end}")))
        .any(|definition| code.contains(&definition))
}

#[test]
fn no_files_and_no_folders_import_each_other() {
    let circles: Vec<String> = members()
        .into_iter()
        .flat_map(|(folder, _)| {
            let found = circles::find(&root().join(&folder).join("src")).unwrap();
            found.into_iter().map(move |it| format!("{folder}: {it}"))
        })
        .collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn a_crate_needs_only_those_below_it() {
    let members = members();
    let ours: BTreeSet<&str> = members.iter().map(|(_, manifest)| name(manifest)).collect();
    for (_, manifest) in members.iter().filter(|(folder, _)| folder != "tests") {
        let of_ours = |section| {
            let mut names = dependencies(manifest, section);
            names.retain(|name| ours.contains(name));
            names.sort_unstable();
            names
        };
        let name = name(manifest);
        let (_, product, tests) = CRATES
            .iter()
            .find(|(known, ..)| *known == name)
            .unwrap_or_else(|| panic!("say what {name} may need"));
        assert_eq!(of_ours("[dependencies]"), *product, "{name}");
        assert_eq!(of_ours("[dev-dependencies]"), *tests, "tests of {name}");
        assert!(of_ours("[build-dependencies]").is_empty(), "{name}");
    }
    // Read as it is meant, and not by luck.
    let server = members
        .iter()
        .find(|(folder, _)| folder == "backend-api/server");
    assert!(dependencies(&server.unwrap().1, "[dependencies]").contains(&"axum"));
}

#[test]
fn a_layer_names_nothing_above_it() {
    for layer in LAYERS {
        let part = root().join(layer.part);
        let files = if part.is_dir() {
            circles::product(&part).unwrap()
        } else {
            let text = fs::read_to_string(&part).unwrap();
            BTreeMap::from([(PathBuf::new(), text)])
        };
        assert!(!files.is_empty(), "nothing in {}", layer.part);
        for (file, code) in files {
            let file = Path::new(layer.part).join(file).display().to_string();
            let file = file.trim_end_matches('/');
            if !(layer.only)(file) {
                continue;
            }
            for never in layer.never {
                let line = names(&code, never);
                assert_eq!(line, None, "{file} names {never}");
            }
        }
    }
}

/// The first line where this path is named, at the beginning of a name and whole: `crate::app::` also
/// in `use crate::app;`.
fn names(code: &str, path: &str) -> Option<usize> {
    let module = path.trim_end_matches("::");
    code.match_indices(module).find_map(|(at, _)| {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
        let before = code[..at].chars().next_back().is_some_and(is_name);
        let after = &code[at + module.len()..];
        let whole = path == module
            || after.starts_with("::")
            || (module.contains("::") && !after.starts_with(is_name));
        let used = code[..at].ends_with("use ") && after.starts_with([';', ' ']);
        (!before && (whole || used)).then(|| code[..at].matches('\n').count() + 1)
    })
}

#[test]
fn a_path_is_named_however_it_is_imported() {
    for (code, line) in [
        ("use crate::app::App;", Some(1)),
        ("\nuse crate::app;", Some(2)),
        ("let app: &crate::app::App = x;", Some(1)),
        (
            "use crate::apparatus::App; use other_crate::app::App;",
            None,
        ),
    ] {
        assert_eq!(names(code, "crate::app::"), line, "{code}");
    }
    assert_eq!(names("app.store.write(|tx| x)", "store.write("), Some(1));
    assert_eq!(names("app.restore.write(|tx| x)", "store.write("), None);
}

#[test]
fn what_the_glossary_names_is_there() {
    let members = members();
    let text = fs::read_to_string(root().join("docs/GLOSSARY.md")).unwrap();
    let mut named = 0;
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 4, "{row}");
        assert!(cells.iter().all(|cell| !cell.is_empty()), "{row}");
        for name in cells[2].split('`').skip(1).step_by(2) {
            named += 1;
            let there = if name.contains("::") {
                is_there(name, &members)
            } else {
                root().join(name).exists()
            };
            assert!(there, "{row}: there is no {name}");
        }
    }
    assert!(named > 50, "{named}");
    assert!(!is_there("contract::meeting::NothingOfTheKind", &members));
    assert!(!is_there("contract::nowhere::Meeting", &members));
}
