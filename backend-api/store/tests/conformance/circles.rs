//! No module of the store imports one that imports it, directly or in a circle.

use std::path::Path;

use contract::circles;

#[test]
fn no_modules_import_each_other() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found = circles::find(&src).unwrap();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What a kind of document or a part with tables may import: nothing that asks the register.
#[test]
fn the_register_is_asked_only_from_above() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let imports = circles::imports(&src).unwrap();
    let askers: Vec<&str> = imports
        .iter()
        .filter(|(_, targets)| targets.contains_key("register"))
        .map(|(module, _)| module.as_str())
        .collect();
    assert_eq!(
        askers,
        ["feed", "integrity", "organizations", "scrub", "sealing"]
    );
    let kinds = ["bulletins", "meetings", "programmes", "township"];
    for above in [
        "feed",
        "integrity",
        "journal",
        "organizations",
        "scrub",
        "sealing",
        "source",
    ] {
        for kind in kinds {
            assert_eq!(
                imports[above].get(kind),
                None,
                "{above} names a single kind"
            );
        }
    }
}
