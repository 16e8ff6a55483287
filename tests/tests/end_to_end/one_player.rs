//! A meeting, a film, a meeting again, by keys: one player, and nothing of one is left in the next.

use contract::meeting::{JoinAccess, MediaLink, MediaProtocol, Meeting, MeetingState, Place};
use e2e::harness::{NOW_MS, Stage, Start};
use media_player::State;
use media_player::fake::Programme;
use tv_app::client::Notice;
use tv_app::remote::RemoteKey;
use tv_app::screens::{Route, Screen};

const MEETING: &str = "0198c0de-0000-7000-8000-0000000011fe";
const LINK: &str = "http://127.0.0.1:9/program";
/// The meeting has been on for an hour; the film takes five minutes.
const HOUR_MS: u64 = 3_600_000;

/// As if the server had let it in.
fn let_in(stage: &Stage) {
    stage.tv.app().on_notice(Notice::Joined {
        meeting_id: MEETING.to_owned(),
        access: Box::new(JoinAccess {
            program: vec![MediaLink {
                protocol: MediaProtocol::Hls,
                url: LINK.to_owned(),
                token: "token".to_owned(),
            }],
            publish: None,
            place: Place::default(),
            ask_every_ms: 10_000,
        }),
    });
    stage.tv.advance(6_000);
}

/// What the player does, where it is, and what can be chosen at the end.
fn film(stage: &Stage) -> (State, i64, i64, usize) {
    stage.tv.router(|router| match router.top() {
        Screen::Player(player) => {
            let (position_ms, duration_ms) = player.times();
            let choices = player.choices().len();
            (player.state(), position_ms, duration_ms, choices)
        }
        other => panic!("{:?}", other.controller().route()),
    })
}

fn behind_ms(stage: &Stage) -> i64 {
    stage.tv.router(|router| {
        let Screen::Meeting(meeting) = router.top() else {
            panic!("{:?}", router.top().controller().route());
        };
        assert_eq!(meeting.player().1, State::Playing);
        meeting.behind().expect("it can be rewound").0
    })
}

#[test]
fn live_then_film_then_live() {
    let mut stage = Stage::new().unwrap();
    let cache = stage.demo.cache.clone();
    cache.set_online(true);
    let id = cache.kept_programmes()[0].id.clone();
    let open = [Route::Home, Route::Programme { id: id.clone() }];
    stage.demo.resume_at(&open).unwrap();
    let how = Start {
        resume: true,
        ..Start::default()
    };
    stage.tv.start(&stage.demo, &how).unwrap();
    let player = stage.tv.player();
    player.script(LINK, Programme::live(40_000));
    player.advance(HOUR_MS);

    // A screen that has just opened takes no OK.
    stage.tv.advance(1_000);
    stage.tv.press(RemoteKey::Ok);
    stage.tv.advance(12_000);
    let (state, before, length, _) = film(&stage);
    assert_eq!(state, State::Playing);
    assert!((11_000..13_000).contains(&before), "{before}");

    // A meeting is offered over it, and joined; its sound is turned off there.
    let meeting = Meeting {
        id: MEETING.to_owned(),
        state: MeetingState::Live,
        title: "全镇党员大会".to_owned(),
        starts_at_ms: NOW_MS,
        started_at_ms: Some(NOW_MS),
        planned_ms: 3_600_000,
        ..Meeting::default()
    };
    stage.meetings(vec![meeting]).unwrap();
    stage.tv.app().on_notice(Notice::PeopleChanged);
    assert!(stage.tv.dialog().is_some(), "the meeting is offered");
    stage.tv.press(RemoteKey::Ok);
    let_in(&stage);
    stage.tv.press(RemoteKey::Mute);
    assert!(behind_ms(&stage) < 2_000);
    assert!(player.loudness().1);

    // Back to the film: it goes on where it was, with its sound, and is as long as it is.
    stage.tv.press(RemoteKey::Back);
    stage.tv.advance(5_000);
    let (state, at, now_long, choices) = film(&stage);
    assert_eq!((state, now_long, choices), (State::Playing, length, 0));
    assert!(
        (before + 3_500..before + 6_000).contains(&at),
        "{at} after {before}"
    );
    assert_eq!(player.loudness(), (60, false));
    stage.tv.press(RemoteKey::Back);
    stage.tv.app().flush();
    let watched = cache.watch_state(&id).unwrap();
    assert!(!watched.finished, "{watched:?}");
    assert!(
        (at - 500..at + 1_500).contains(&watched.position_ms),
        "{watched:?}"
    );
    assert!(
        (15_000..19_000).contains(&watched.watched_ms),
        "{watched:?}"
    );

    // And to the meeting again, at now.
    stage.tv.press(RemoteKey::Home);
    assert_eq!(stage.tv.focus().0, "hero");
    stage.tv.press(RemoteKey::Ok);
    assert_eq!(
        stage.tv.route(),
        Route::Meeting {
            id: MEETING.to_owned()
        }
    );
    let_in(&stage);
    assert!(behind_ms(&stage) < 2_000);
    assert!(!player.loudness().1);
}
