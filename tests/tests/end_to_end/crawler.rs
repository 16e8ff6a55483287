//! The crawler of UX.md: six keys reach everything and find no trap.

use contract::terminal::TerminalKind;
use e2e::harness::crawler::Crawler;
use e2e::harness::{Stage, Start, duty, evaluation_scenes, meeting_scenes, people};
use tv_app::client::EnrolmentState;
use tv_app::remote::RemoteKey;
use tv_app::screens::settings::name;
use tv_app::screens::{Input, Route};

/// Crawls from the first screen; afterwards Back asks before it leaves.
fn crawl(stage: &Stage) -> Vec<String> {
    walk(Crawler::new(&stage.tv))
}

/// The same, mostly over some kinds of screens.
fn crawl_about(stage: &Stage, kinds: &'static [&'static str]) -> Vec<String> {
    walk(Crawler::about(&stage.tv, kinds))
}

fn walk(mut crawler: Crawler<'_>) -> Vec<String> {
    crawler.crawl();
    crawler.back_to_the_question();
    let items: usize = crawler
        .focused
        .values()
        .map(std::collections::BTreeSet::len)
        .sum();
    assert!(
        items >= crawler.focused.len(),
        "every screen has something to focus"
    );
    crawler.screens.into_keys().collect()
}

#[test]
fn with_the_demonstration_township_everything_is_reached() {
    let mut stage = Stage::new().unwrap();
    stage.tv.start(&stage.demo, &Start::default()).unwrap();
    let kinds = crawl(&stage);
    let all = [
        "about",
        "branch",
        "branches",
        "bulletin",
        "bulletins",
        "cards",
        "duty",
        "evaluation",
        "evaluations",
        "help",
        "home",
        "installation",
        "key_test",
        "lesson",
        "me",
        "meetings",
        "network",
        "picture",
        "player",
        "programme",
        "results",
        "roll_call",
        "roll_calls",
        "search",
        "section",
        "service",
        "services",
        "settings",
        "suggestions",
        "table",
        "wizard",
    ];
    let passed: Vec<_> = all
        .iter()
        .filter(|kind| !kinds.iter().any(|it| it == *kind))
        .collect();
    assert!(
        passed.is_empty(),
        "{passed:?} were not walked over, but {kinds:?}"
    );
}

#[test]
fn in_large_text_everything_is_reached_too() {
    let mut stage = Stage::new().unwrap();
    stage.demo.set(name::TEXT_SIZE, "150").unwrap();
    stage.tv.start(&stage.demo, &Start::default()).unwrap();
    let kinds = crawl(&stage);
    assert!(kinds.len() >= 16, "{kinds:?}");
}

#[test]
fn with_nothing_published_there_is_no_trap() {
    let mut stage = Stage::new().unwrap();
    stage.tv.start(&stage.empty, &Start::default()).unwrap();
    let kinds = crawl(&stage);
    assert!(
        kinds.contains(&"section".to_owned()) && kinds.contains(&"cards".to_owned()),
        "{kinds:?}"
    );
}

#[test]
fn before_the_first_synchronization_there_is_no_trap() {
    let mut stage = Stage::new().unwrap();
    stage.tv.start(&stage.blank, &Start::default()).unwrap();
    let kinds = crawl(&stage);
    assert!(kinds.contains(&"search".to_owned()), "{kinds:?}");
}

#[test]
fn before_the_enrolment_there_is_no_trap() {
    let mut stage = Stage::new().unwrap();
    for (state, below) in [
        (EnrolmentState::Asking, "settings"),
        (
            EnrolmentState::NoNetwork {
                retry_in_ms: 30_000,
            },
            "network",
        ),
        (EnrolmentState::Declined, "settings"),
    ] {
        stage.tv.start(&stage.fresh, &Start::default()).unwrap();
        stage.tv.app().input(&Input::Enrolment(state));
        assert_eq!(stage.tv.route(), Route::Enrolment);
        let kinds = crawl(&stage);
        assert!(kinds.contains(&below.to_owned()), "{kinds:?}");
    }
}

#[test]
fn in_the_simple_mode_there_is_no_trap() {
    let mut stage = Stage::new().unwrap();
    stage.demo.set(name::SIMPLE, "on").unwrap();
    stage.tv.start(&stage.demo, &Start::default()).unwrap();
    let kinds = crawl_about(&stage, &["simple", "meetings", "settings"]);
    for kind in ["simple", "meetings", "settings", "service"] {
        assert!(kinds.contains(&kind.to_owned()), "{kind}: {kinds:?}");
    }
}

#[test]
fn during_a_roll_call_there_is_no_trap() {
    let mut stage = Stage::new().unwrap();
    let home = people::household();
    let call = people::signed(people::call(&home), 1);
    stage
        .people(TerminalKind::Household, home, vec![call])
        .unwrap();
    stage.tv.start(&stage.demo, &Start::default()).unwrap();
    assert!(matches!(stage.tv.route(), Route::RollCall { .. }));
    stage.tv.press(RemoteKey::Back);
    let kinds = crawl_about(&stage, &["roll_call", "roll_calls", "section"]);
    assert!(kinds.contains(&"roll_call".to_owned()), "{kinds:?}");
}

#[test]
fn at_a_station_the_roster_is_no_trap() {
    let mut stage = Stage::new().unwrap();
    let people = people::station(30);
    let call = people::signed(people::call(&people), 12);
    stage
        .people(TerminalKind::Station, people, vec![call])
        .unwrap();
    stage.tv.start(&stage.demo, &Start::default()).unwrap();
    assert!(matches!(stage.tv.route(), Route::Roster { .. }));
    stage.tv.press(RemoteKey::Back);
    let kinds = crawl_about(&stage, &["roster", "roll_calls", "section", "me"]);
    assert!(
        kinds.contains(&"roster".to_owned()) && kinds.contains(&"me".to_owned()),
        "{kinds:?}"
    );
}

#[test]
fn while_somebody_looks_the_sign_is_no_trap() {
    let mut stage = Stage::new().unwrap();
    stage.demo.set(name::TEXT_SIZE, "150").unwrap();
    stage.demo.cache.set_duty(duty::looked_at()).unwrap();
    stage.tv.start(&stage.demo, &Start::default()).unwrap();
    let kinds = crawl_about(&stage, &["duty", "section"]);
    for kind in ["duty", "section", "bulletin", "settings"] {
        assert!(kinds.contains(&kind.to_owned()), "{kind}: {kinds:?}");
    }
    assert!(
        stage.tv.router(|router| router.sign().is_some()),
        "no key took it away"
    );
}

#[test]
fn among_meetings_there_is_no_trap() {
    let mut stage = Stage::new().unwrap();
    let people = people::station(12);
    stage
        .people(TerminalKind::Station, people, Vec::new())
        .unwrap();
    meeting_scenes::calendar(&stage).unwrap();
    stage.demo.cache.set_online(true);
    stage.tv.start(&stage.demo, &Start::default()).unwrap();
    let kinds = crawl_about(&stage, &["meetings", "meeting", "section"]);
    for kind in ["meetings", "meeting", "capture"] {
        assert!(kinds.contains(&kind.to_owned()), "{kind}: {kinds:?}");
    }
}

#[test]
fn somebody_who_answers_an_evaluation_is_in_no_trap() {
    let mut stage = Stage::new().unwrap();
    evaluation_scenes::stage(&stage).unwrap();
    stage.tv.start(&stage.demo, &Start::default()).unwrap();
    let kinds = crawl_about(&stage, &["evaluation", "answering", "result", "section"]);
    for kind in ["evaluation", "answering", "result"] {
        assert!(kinds.contains(&kind.to_owned()), "{kinds:?}");
    }
}
