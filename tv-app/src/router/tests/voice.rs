//! Nobody is listened to who is not on the screen any more, and nothing that somebody said stays longer than
//! they have it in hand.

use media_player::record::{RecordCommand, RecordEvent};
use media_player::{Command, State};

use super::*;
use crate::cache::drafts::subject;
use crate::screens::note::tests::recording;
use crate::screens::service_note::tests::category;
use crate::screens::settings::name;

fn note() -> Route {
    Route::ServiceNote {
        category: "c1".to_owned(),
        request: None,
    }
}

fn report() -> Route {
    Route::Report {
        category: "c1".to_owned(),
    }
}

fn ends(outward: &[Outward]) -> bool {
    let cancel = Outward::Effect(Effect::Record(RecordCommand::Cancel));
    outward.contains(&cancel)
}

/// Long after anything else.
fn press(bench: &mut Bench, key: RemoteKey) -> Vec<Outward> {
    bench.world.clock.advance(3_000);
    bench.press(key)
}

/// Somebody speaks on this screen.
fn speaking(route: &Route) -> Bench {
    let mut bench = quiet();
    category(&bench.world, "c1");
    let cache = &bench.world.cache;
    cache.set_setting(name::MICROPHONE, "test").unwrap();
    bench.open(route);
    if *route == report() {
        press(&mut bench, RemoteKey::Ok);
    }
    press(&mut bench, RemoteKey::Ok);
    bench.tell(&Input::Recorder(RecordEvent::Started));
    assert!(bench.router.top().controller().has_voice());
    bench
}

#[test]
fn recording_ends_however_the_screen_is_left() {
    for route in [note(), report()] {
        for key in [RemoteKey::Home, RemoteKey::Menu, RemoteKey::Search] {
            let mut bench = speaking(&route);
            let outward = press(&mut bench, key);
            assert!(ends(&outward), "{route:?} {key:?}: {outward:?}");
            assert_ne!(bench.route(), route);
        }
        let mut bench = speaking(&route);
        let outward = bench.tell(&Input::Revoked);
        assert!(ends(&outward), "{route:?}: {outward:?}");
    }
}

#[test]
fn nobody_is_listened_to_while_it_sleeps() {
    let mut bench = speaking(&note());
    let outward = bench.press(RemoteKey::Standby);
    assert!(ends(&outward), "{outward:?}");
    assert!(!bench.router.top().controller().has_voice());
}

#[test]
fn nobody_is_cut_off_by_a_roll_call_and_a_report_is_not_lost_to_one() {
    let mut bench = speaking(&note());
    ring(&mut bench);
    assert_eq!(bench.route(), note());
    press(&mut bench, RemoteKey::Ok);
    bench.tell(&Input::Recorder(RecordEvent::Done(recording(5_000, 0.6))));
    assert_eq!(bench.route(), called(), "now it comes");
    let mut bench = speaking(&report());
    ring(&mut bench);
    press(&mut bench, RemoteKey::Ok);
    bench.tell(&Input::Recorder(RecordEvent::Done(recording(5_000, 0.6))));
    assert_eq!(bench.route(), report());
}

#[test]
fn what_is_heard_is_told_to_whoever_hears_it_and_ends_with_the_screen() {
    let mut bench = speaking(&note());
    press(&mut bench, RemoteKey::Ok);
    bench.tell(&Input::Recorder(RecordEvent::Done(recording(5_000, 0.6))));
    let heard = press(&mut bench, RemoteKey::Ok);
    let listens = |one: &Outward| matches!(one, Outward::Effect(Effect::Listen(_)));
    assert!(heard.iter().any(listens), "{heard:?}");
    let outward = bench.player(&Event::State(State::Ended));
    assert!(plays(&outward, &Command::Stop));
    assert!(!bench.router.top().controller().has_voice());
    press(&mut bench, RemoteKey::Ok);
    let outward = bench.press(RemoteKey::Home);
    assert!(plays(&outward, &Command::Stop));
}

#[test]
fn what_was_said_stays_as_long_as_somebody_is_on_the_way_with_it() {
    let mut bench = quiet();
    category(&bench.world, "c1");
    let service = Route::Service {
        category: "c1".to_owned(),
    };
    bench.open(&service);
    bench.open(&note());
    let subject = subject("c1", None);
    assert!(bench.router.drafts().contains(&subject));
    bench.press(RemoteKey::Back);
    assert_eq!(bench.route(), service);
    assert_eq!(bench.router.drafts(), [subject]);
    bench.press(RemoteKey::Home);
    assert_eq!(bench.router.drafts(), Vec::<String>::new());
}

#[test]
fn a_report_is_nowhere_in_where_one_comes_back_to() {
    let mut bench = speaking(&report());
    press(&mut bench, RemoteKey::Ok);
    bench.tell(&Input::Recorder(RecordEvent::Done(recording(5_000, 0.6))));
    let kept = bench.router.resume_point(&bench.world.cache);
    let json = serde_json::to_string(&kept).unwrap();
    assert!(!json.contains("report") && !json.contains("c1"), "{json}");
    assert_eq!(bench.router.drafts(), Vec::<String>::new());
    bench.open(&Route::ReportFollow);
    let json = serde_json::to_string(&bench.router.open_screens()).unwrap();
    assert!(!json.contains("report"), "{json}");
}
