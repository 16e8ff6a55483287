//! Urgent notices end when they are none any more.

use contract::bulletin::{Block, Bulletin};
use contract::feed::{Change, Document};
use contract::organization::OrganizationRef;

use crate::cache::tests::page;
use crate::interruptions::Dialog;
use crate::remote::RemoteKey;
use crate::router::Outward;
use crate::router::tests::{Bench, called, quiet, ring};
use crate::screens::tests::{MINUTE, NOW};
use crate::screens::{Effect, Input, Route};

fn notice(id: &str) -> Bulletin {
    Bulletin {
        id: id.to_owned(),
        title: format!("{id}大风预警"),
        urgent: true,
        published_at_ms: NOW,
        ..Bulletin::default()
    }
}

/// The feed brings this, and the application asks as it does.
fn tell(bench: &mut Bench, cursor: &str, bulletins: Vec<Bulletin>, gone: &[&str]) {
    let documents = bulletins.into_iter().map(Document::Bulletin).collect();
    let mut page = page(cursor, documents);
    // Every page says another time.
    page.server_time_ms = NOW - 100 + cursor.parse::<i64>().unwrap();
    page.changes.extend(gone.iter().map(|id| Change::Delete {
        id: (*id).to_owned(),
    }));
    bench.world.cache.apply(&page).unwrap();
    bench.tell(&Input::Changed);
}

fn shown(bench: &Bench) -> Option<(&str, &str)> {
    match bench.router.dialog() {
        Some((Dialog::Urgent(shown), _)) => Some((&shown.id, &shown.title)),
        _ => None,
    }
}

#[test]
fn one_that_is_withdrawn_goes_from_the_screen_and_from_those_that_wait() {
    let mut bench = quiet();
    tell(&mut bench, "1", vec![notice("a"), notice("b")], &[]);
    let first = shown(&bench).unwrap().0.to_owned();
    let second = if first == "a" { "b" } else { "a" };
    tell(&mut bench, "2", Vec::new(), &[first.as_str()]);
    assert_eq!(shown(&bench).unwrap().0, second);
    tell(&mut bench, "3", Vec::new(), &[second]);
    assert_eq!(shown(&bench), None);
    // The one that waits behind another.
    tell(&mut bench, "4", vec![notice("a"), notice("b")], &[]);
    let first = shown(&bench).unwrap().0.to_owned();
    let second = if first == "a" { "b" } else { "a" };
    tell(&mut bench, "5", Vec::new(), &[second]);
    bench.press(RemoteKey::Back);
    assert_eq!(shown(&bench), None);
}

#[test]
fn one_that_waits_for_a_roll_call_is_forgotten_when_it_is_withdrawn() {
    let mut bench = quiet();
    ring(&mut bench);
    tell(&mut bench, "1", vec![notice("a")], &[]);
    assert_eq!((bench.route(), shown(&bench)), (called(), None));
    tell(&mut bench, "2", Vec::new(), &["a"]);
    bench.press(RemoteKey::Back);
    assert_eq!((bench.route(), shown(&bench)), (Route::Home, None));
}

#[test]
fn one_that_expires_or_is_not_urgent_any_more_goes_and_a_title_is_put_right() {
    let mut bench = quiet();
    let mut expiring = notice("a");
    expiring.expires_at_ms = Some(NOW + 5 * MINUTE);
    tell(&mut bench, "1", vec![expiring.clone()], &[]);
    expiring.title = "大风预警（更正）".to_owned();
    tell(&mut bench, "2", vec![expiring], &[]);
    assert_eq!(shown(&bench), Some(("a", "大风预警（更正）")));
    let ticks = crate::clock::Clock::monotonic_ms(bench.world.clock.as_ref());
    let at = bench.router.wake_at(ticks).expect("an alarm");
    assert!(at <= ticks + 300_001, "{at}");
    bench.world.clock.advance(300_001);
    bench.tell(&Input::Tick);
    assert_eq!(shown(&bench), None);
    tell(&mut bench, "3", vec![notice("b")], &[]);
    assert_eq!(shown(&bench).unwrap().0, "b");
    let mut calm = notice("b");
    calm.urgent = false;
    tell(&mut bench, "4", vec![calm], &[]);
    assert_eq!(shown(&bench), None);
}

#[test]
fn one_that_an_event_told_of_waits_for_the_feed_and_goes_when_that_does_not_bring_it() {
    let mut bench = quiet();
    tell(&mut bench, "1", Vec::new(), &[]);
    let announce = |bench: &mut Bench| {
        bench.announce("a");
    };
    announce(&mut bench);
    bench.tell(&Input::Changed);
    assert_eq!(shown(&bench), Some(("a", "大风")));
    // It comes.
    tell(&mut bench, "2", vec![notice("a")], &[]);
    assert_eq!(shown(&bench), Some(("a", "a大风预警")));
    tell(&mut bench, "3", Vec::new(), &["a"]);
    assert_eq!(shown(&bench), None);
    // Taken back before the feed could bring it.
    announce(&mut bench);
    assert!(shown(&bench).is_some());
    tell(&mut bench, "4", Vec::new(), &[]);
    assert_eq!(shown(&bench), None);
    // An update of one that was read here is shown again, and stays.
    let cache = bench.world.cache.clone();
    tell(&mut bench, "5", vec![notice("a")], &[]);
    bench.press(RemoteKey::Back);
    cache.mark_read("a").unwrap();
    announce(&mut bench);
    tell(&mut bench, "6", vec![notice("a")], &[]);
    assert!(shown(&bench).is_some());
}

#[test]
fn one_that_was_opened_is_not_asked_for() {
    let mut bench = quiet();
    tell(&mut bench, "1", vec![notice("a"), notice("b")], &[]);
    let first = shown(&bench).unwrap().0.to_owned();
    let second = if first == "a" { "b" } else { "a" };
    bench.press(RemoteKey::Right);
    bench.press(RemoteKey::Ok);
    assert_eq!(bench.route(), Route::Bulletin { id: first });
    assert_eq!(shown(&bench).unwrap().0, second);
    // One that waited below a roll call.
    let mut bench = quiet();
    ring(&mut bench);
    tell(&mut bench, "1", vec![notice("a")], &[]);
    bench.open(&Route::Bulletin { id: "a".to_owned() });
    bench.press(RemoteKey::Back);
    bench.press(RemoteKey::Back);
    assert_eq!((bench.route(), shown(&bench)), (Route::Home, None));
}

#[test]
fn it_says_who_says_it_and_how_it_begins_and_whoever_takes_note_is_asked_no_more() {
    let mut bench = quiet();
    let paragraph = |text: &str| Block::Paragraph {
        text: text.to_owned(),
    };
    let item = Block::Item {
        marker: "1.".to_owned(),
        text: "加固大棚".to_owned(),
    };
    let told = Bulletin {
        organization: OrganizationRef {
            name: "应急办".to_owned(),
            ..OrganizationRef::default()
        },
        body: vec![
            paragraph("今晚降温。"),
            item,
            paragraph(&"长".repeat(200)),
            paragraph("短"),
        ],
        ..notice("a")
    };
    tell(&mut bench, "1", vec![told], &[]);
    let Some((Dialog::Urgent(seen), 0)) = bench.router.dialog() else {
        panic!("nothing is shown");
    };
    assert_eq!(
        (seen.office.as_str(), seen.published_at_ms),
        ("应急办", NOW)
    );
    assert_eq!(
        seen.text, "今晚降温。\n1. 加固大棚",
        "what has no room ends it"
    );
    for key in [RemoteKey::Ok, RemoteKey::Back] {
        let outward = bench.press(key);
        let noted = Outward::Effect(Effect::MarkRead("a".to_owned()));
        assert_eq!(outward.contains(&noted), key == RemoteKey::Ok, "{key:?}");
        assert_eq!(shown(&bench), None);
    }
    bench.tell(&Input::Changed);
    assert_eq!(shown(&bench), None, "it is being written down");
}

#[test]
fn after_three_days_a_notice_is_no_alarm_any_more() {
    const DAY: i64 = 24 * 60 * MINUTE;
    let mut bench = quiet();
    let mut old = notice("old");
    old.published_at_ms = NOW - 3 * DAY;
    tell(&mut bench, "1", vec![old], &[]);
    assert_eq!(shown(&bench), None);
    let mut late = notice("late");
    late.published_at_ms = NOW - 3 * DAY + 10 * MINUTE;
    tell(&mut bench, "2", vec![late], &[]);
    assert_eq!(shown(&bench).map(|(id, _)| id), Some("late"));
    bench.world.clock.advance(10 * MINUTE.unsigned_abs());
    bench.tell(&Input::Tick);
    assert_eq!(shown(&bench), None, "not even while it stands there");
}

#[test]
fn at_night_only_what_saves_lives_comes() {
    let mut bench = quiet();
    // 19:30 and three hours.
    bench.world.clock.advance(3 * 60 * MINUTE.unsigned_abs());
    let mut flood = notice("flood");
    flood.danger = true;
    tell(&mut bench, "1", vec![notice("water")], &[]);
    assert_eq!(shown(&bench), None, "it waits");
    tell(&mut bench, "2", vec![flood], &[]);
    assert_eq!(shown(&bench).map(|(id, _)| id), Some("flood"));
    bench.press(RemoteKey::Ok);
    bench.press(RemoteKey::Home);
    assert_eq!(shown(&bench), None);
    bench.world.clock.advance(8 * 60 * MINUTE.unsigned_abs());
    bench.tell(&Input::Changed);
    assert_eq!(shown(&bench).map(|(id, _)| id), Some("water"), "at 6:30");
}
