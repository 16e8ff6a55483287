use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::*;

/// Every route, and what is on the disk for it.
fn kept() -> Vec<(Route, &'static str)> {
    let id = || "a".to_owned();
    let list = id;
    vec![
        (Route::Enrolment, r#"{"screen":"enrolment"}"#),
        (Route::Home, r#"{"screen":"home"}"#),
        (
            Route::Section {
                id: id(),
                list: list(),
            },
            r#"{"screen":"section","id":"a","list":"a"}"#,
        ),
        (
            Route::Bulletins { list: list() },
            r#"{"screen":"bulletins","list":"a"}"#,
        ),
        (
            Route::Bulletin { id: id() },
            r#"{"screen":"bulletin","id":"a"}"#,
        ),
        (
            Route::Table { id: id(), block: 3 },
            r#"{"screen":"table","id":"a","block":3}"#,
        ),
        (
            Route::Picture { id: id(), block: 3 },
            r#"{"screen":"picture","id":"a","block":3}"#,
        ),
        (
            Route::Cards { list: list() },
            r#"{"screen":"cards","list":"a"}"#,
        ),
        (
            Route::Programme { id: id() },
            r#"{"screen":"programme","id":"a"}"#,
        ),
        (
            Route::Player {
                id: id(),
                position_ms: 1_500,
            },
            r#"{"screen":"player","id":"a","position_ms":1500}"#,
        ),
        (Route::Search, r#"{"screen":"search"}"#),
        (Route::Settings, r#"{"screen":"settings"}"#),
        (Route::Network, r#"{"screen":"network"}"#),
        (Route::About, r#"{"screen":"about"}"#),
        (Route::Installation, r#"{"screen":"installation"}"#),
        (Route::Lesson, r#"{"screen":"lesson"}"#),
        (Route::Simple, r#"{"screen":"simple"}"#),
        (Route::Help, r#"{"screen":"help"}"#),
        (Route::KeyTest, r#"{"screen":"key_test"}"#),
        (Route::Wizard, r#"{"screen":"wizard"}"#),
        (Route::RollCalls, r#"{"screen":"roll_calls"}"#),
        (
            Route::RollCall { id: id() },
            r#"{"screen":"roll_call","id":"a"}"#,
        ),
        (
            Route::Roster { id: id() },
            r#"{"screen":"roster","id":"a"}"#,
        ),
        (Route::Me, r#"{"screen":"me"}"#),
        (
            Route::Meetings { list: list() },
            r#"{"screen":"meetings","list":"a"}"#,
        ),
        (
            Route::Meeting { id: id() },
            r#"{"screen":"meeting","id":"a"}"#,
        ),
        (Route::Capture, r#"{"screen":"capture"}"#),
        (
            Route::Duty { list: list() },
            r#"{"screen":"duty","list":"a"}"#,
        ),
        (
            Route::Branches { list: list() },
            r#"{"screen":"branches","list":"a"}"#,
        ),
        (
            Route::Branch { id: id() },
            r#"{"screen":"branch","id":"a"}"#,
        ),
        (
            Route::ServiceNote {
                category: id(),
                request: Some("b".to_owned()),
            },
            r#"{"screen":"service_note","category":"a","request":"b"}"#,
        ),
        (
            Route::Report { category: id() },
            r#"{"screen":"report","category":"a"}"#,
        ),
        (Route::ReportFollow, r#"{"screen":"report_follow"}"#),
        (
            Route::Services { list: list() },
            r#"{"screen":"services","list":"a"}"#,
        ),
        (
            Route::Suggestions { list: list() },
            r#"{"screen":"suggestions","list":"a"}"#,
        ),
        (
            Route::Service { category: id() },
            r#"{"screen":"service","category":"a"}"#,
        ),
        (
            Route::ServiceDone {
                title: "咨询".to_owned(),
                number: "20261125-007".to_owned(),
                office: "镇政府".to_owned(),
                due_at_ms: 5,
            },
            r#"{"screen":"service_done","title":"咨询","number":"20261125-007","office":"镇政府","due_at_ms":5}"#,
        ),
        (
            Route::Requests { suggestions: true },
            r#"{"screen":"requests","suggestions":true}"#,
        ),
        (
            Route::Request { id: id() },
            r#"{"screen":"request","id":"a"}"#,
        ),
        (
            Route::Evaluations { list: list() },
            r#"{"screen":"evaluations","list":"a"}"#,
        ),
        (
            Route::Evaluation { id: id() },
            r#"{"screen":"evaluation","id":"a"}"#,
        ),
        (
            Route::Answering {
                id: id(),
                member: "m".to_owned(),
            },
            r#"{"screen":"answering","id":"a","member":"m"}"#,
        ),
        (
            Route::Results { list: list() },
            r#"{"screen":"results","list":"a"}"#,
        ),
        (
            Route::Result { id: id() },
            r#"{"screen":"result","id":"a"}"#,
        ),
    ]
}

#[test]
fn what_is_kept_on_the_disk_for_resuming_stays_readable() {
    for (route, json) in kept() {
        assert_eq!(serde_json::to_string(&route).unwrap(), json);
        assert_eq!(serde_json::from_str::<Route>(json).unwrap(), route);
    }
    let screens: HashSet<String> = kept()
        .iter()
        .map(|(_, json)| {
            serde_json::from_str::<serde_json::Value>(json).unwrap()["screen"].to_string()
        })
        .collect();
    assert_eq!(screens.len(), NAMES.len(), "one of every screen");
}

#[test]
fn a_screen_is_where_its_route_says() {
    for (route, _) in kept() {
        assert_eq!(Screen::open(&route).controller().route(), route);
    }
}

/// Sources below this folder or file of `src`, without those of tests.
fn sources(below: &Path) -> Vec<PathBuf> {
    if below.is_file() {
        let name = below.file_name().and_then(|name| name.to_str()).unwrap();
        let product = name.ends_with(".rs") && !name.ends_with("tests.rs");
        return product.then(|| below.to_owned()).into_iter().collect();
    }
    if below.ends_with("tests") {
        return Vec::new();
    }
    let entries = std::fs::read_dir(below).unwrap();
    entries
        .flat_map(|entry| sources(&entry.unwrap().path()))
        .collect()
}

/// Screens that a source names, as `Screen::Home` or `Route::Home`, outside of comments and of the
/// tests at its end.
fn named(source: &str) -> Vec<String> {
    let product = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let code = product.lines().map(|line| line.split("//").next().unwrap());
    code.flat_map(|line| {
        let parts = line.split(|c: char| !c.is_alphanumeric() && c != ':' && c != '_');
        parts.filter_map(|path| {
            let path: Vec<&str> = path.split("::").collect();
            let name = path.windows(2).find_map(|pair| match pair {
                ["Screen" | "Route", name] => Some(*name),
                _ => None,
            });
            name.filter(|name| NAMES.contains(name)).map(str::to_owned)
        })
    })
    .collect()
}

#[test]
fn the_router_and_the_application_name_no_screen() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let places = [
        "app",
        "main.rs",
        "interruptions",
        "router",
        "screens/mod.rs",
        "screens/view.rs",
    ];
    let read: Vec<PathBuf> = places
        .iter()
        .flat_map(|place| sources(&src.join(place)))
        .collect();
    assert!(read.len() >= 14, "{read:?}");
    for path in read {
        let names = named(&std::fs::read_to_string(&path).unwrap());
        assert!(
            names.is_empty(),
            "{} names {names:?}: what is special about a screen is a method of its controller",
            path.display()
        );
    }
}

#[test]
fn a_view_knows_only_what_its_controller_has_read() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let below = ["screens", "interruptions"].map(|place| sources(&src.join(place)));
    let views: Vec<PathBuf> = below
        .into_iter()
        .flatten()
        .filter(|path| path.ends_with("view.rs") || path.ends_with("people_view.rs"))
        .collect();
    assert!(views.len() >= 30, "{views:?}");
    for path in views {
        let source = std::fs::read_to_string(&path).unwrap();
        // The size of a picture stands in its file, which is opened to draw it anyway.
        let asks = source
            .lines()
            .find(|line| line.contains("cache.") && !line.contains("cache.file_path("));
        assert_eq!(asks, None, "{}", path.display());
    }
}

#[test]
fn a_named_screen_is_found() {
    let source = "use x;\nmatches!(top, crate::screens::Screen::Home(_) | Screen::open(x)) // Route::Me\n\
                  let a = Route::Section { id };\n#[cfg(test)]\nmod tests {\nRoute::Search\n}\n";
    assert_eq!(named(source), ["Home", "Section"]);
}
