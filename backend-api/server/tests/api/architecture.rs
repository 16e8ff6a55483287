//! What may import what, read from the sources.

use std::fs;
use std::path::{Path, PathBuf};

/// The code of every file below a folder of `src`, with its path there: without comments and without
/// the tests at the end of a file.
fn code(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(code(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("\n#[cfg(test)]\nmod tests").next().unwrap();
            let lines = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            found.push((path, lines.collect::<Vec<_>>().join("\n")));
        }
    }
    found
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The server begins to serve, and the command line prints the document; nobody else knows routes.
#[test]
fn nothing_below_the_routes_imports_them() {
    let above = ["routes", "server.rs", "cli"].map(|it| src().join(it));
    let mut read = 0;
    for (path, code) in code(&src()) {
        if !above.iter().any(|it| path.starts_with(it)) {
            assert!(!code.contains("routes::"), "{}", path.display());
            read += 1;
        }
    }
    assert!(read > 100, "{read} files");
}

/// What all services stand on stands on none of them, only on the settings.
#[test]
fn the_kit_imports_no_service() {
    let files = code(&src().join("services/kit"));
    assert!(files.len() > 5);
    for (path, code) in files {
        let code = code
            .replace("crate::services::kit", "")
            .replace("crate::config::Config", "");
        for outside in ["crate::", "super::super"] {
            assert!(!code.contains(outside), "{}: {outside}", path.display());
        }
    }
}

/// What an entry of the log is about and what it says are types of the kit; nobody writes it past them.
#[test]
fn the_log_is_written_through_the_kit() {
    let kit = src().join("services/kit/audit");
    let mut read = 0;
    for (path, code) in code(&src()) {
        if path.starts_with(&kit) {
            continue;
        }
        for past in ["audit::append", "NewEntry"] {
            assert!(!code.contains(past), "{}: {past}", path.display());
        }
        read += usize::from(code.contains("audit::note"));
    }
    assert!(read > 20, "{read} files write it");
}

/// Tests of the API are run on both engines, by the gate once on each: only what is about a file of SQLite, or
/// chooses its databases by itself, names one.
#[test]
fn a_test_names_no_engine() {
    const THESE: [&str; 6] = [
        "backup.rs",
        "commands.rs",
        "common.rs",
        "ending.rs",
        "outage.rs",
        "secrecy.rs",
    ];
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api");
    let mut read = 0;
    for (path, code) in code(&tests) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if THESE.contains(&name) || name == "architecture.rs" {
            continue;
        }
        for named in [
            "World::sqlite",
            "TestDatabase::sqlite",
            "TestDatabase::postgres",
        ] {
            assert!(
                !code.contains(named),
                "{name}: {named}; take World::new(), World::set() or database()"
            );
        }
        read += 1;
    }
    assert!(read > 30, "{read} files");
}
