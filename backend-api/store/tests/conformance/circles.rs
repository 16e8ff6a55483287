//! Who asks the register, and what it may not name. That no module imports one that imports it is a test of
//! all crates together (`contract`).

use std::path::Path;

use contract::circles;

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
        "feed_entries",
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
