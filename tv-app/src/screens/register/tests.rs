use std::collections::HashSet;

use super::*;

/// Every route, and what is on the disk for it.
fn kept() -> Vec<(Route, &'static str)> {
    let id = || "a".to_owned();
    let list = id;
    vec![
        (Route::Enrolment, r#"{"screen":"enrolment"}"#),
        (Route::Home, r#"{"screen":"home"}"#),
        (
            Route::Section { id: id() },
            r#"{"screen":"section","id":"a"}"#,
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
