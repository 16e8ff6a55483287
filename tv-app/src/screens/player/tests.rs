//! The player screen without a window: keys, player events and time in, effects out.

use std::sync::Arc;

use contract::feed::{Change, Document, FeedPage};
use contract::programme::Programme;
use media_player::captions::Captions;
use media_player::{Command, Event, PlayError, State};

use super::{Choice, Loaded, PlayerScreen};
use crate::cache::{Cache, ManualClock};
use crate::remote::{Press, RemoteKey};
use crate::screens::{Context, Controller, Effect, Effects, Input, Metrics, Route, Typesetter};

struct Bench {
    screen: PlayerScreen,
    cache: Cache,
    ticks_ms: u64,
    _folder: tempfile::TempDir,
}

fn programme(id: &str, published_at_ms: i64) -> Change {
    Change::Put {
        document: Document::Programme(Programme {
            id: id.into(),
            category: "lessons".into(),
            title: format!("节目{id}"),
            published_at_ms,
            duration_ms: 600_000,
            ..Programme::default()
        }),
    }
}

impl Bench {
    /// The programme `a`, with `b` after it, playing from the start.
    fn playing() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::open(folder.path(), Arc::new(ManualClock::new(0))).expect("a cache");
        let page = FeedPage {
            cursor: "1".into(),
            changes: vec![programme("b", 1), programme("a", 2)],
            ..FeedPage::default()
        };
        cache.apply(&page).expect("applied");
        let mut bench = Self {
            screen: PlayerScreen::new("a", 0),
            cache,
            ticks_ms: 0,
            _folder: folder,
        };
        let effects = bench.tell(&Input::Shown);
        assert_eq!(effects, [Effect::Load("a".into(), 0)]);
        let captions = Captions::parse("WEBVTT\n\n00:01.000 --> 00:02.000\n你好\n".as_bytes());
        bench.tell(&Input::Loaded(Box::new(Loaded {
            captions: Some(Arc::new(captions.expect("captions"))),
            captions_on: true,
            volume: 60,
            unreachable: false,
        })));
        bench.player(Event::State(State::Playing));
        bench.position(0);
        bench
    }

    fn tell(&mut self, input: &Input) -> Effects {
        let context = Context {
            cache: &self.cache,
            metrics: &Metrics::default(),
            typesetter: &Typesetter::estimated(),
            now: self.cache.server_time(),
            ticks_ms: self.ticks_ms,
            new_key: &String::new,
        };
        self.screen.handle(input, &context)
    }

    fn player(&mut self, event: Event) -> Effects {
        self.tell(&Input::Player(event))
    }

    fn position(&mut self, position_ms: i64) -> Effects {
        self.player(Event::Position {
            position_ms,
            duration_ms: Some(600_000),
        })
    }

    fn key(&mut self, key: RemoteKey) -> Effects {
        let mut effects = self.tell(&Input::Key(key, Press::Down));
        effects.extend(self.tell(&Input::Key(key, Press::Up)));
        effects
    }

    /// Lets time pass and rings when the screen asked to be woken.
    fn wait(&mut self, ms: u64) -> Effects {
        let until = self.ticks_ms + ms;
        let mut effects = Effects::new();
        while let Some(at) = self.screen.wake_at().filter(|at| *at <= until) {
            self.ticks_ms = at.max(self.ticks_ms + 1);
            effects.extend(self.tell(&Input::Tick));
        }
        self.ticks_ms = until;
        effects
    }
}

/// What was reported as watched, in ms.
fn watched(effects: &Effects) -> i64 {
    effects
        .iter()
        .map(|effect| match effect {
            Effect::Progress { watched_ms, .. } => *watched_ms,
            _ => 0,
        })
        .sum()
}

#[test]
fn what_is_watched_is_counted_once_and_jumps_are_not() {
    let mut bench = Bench::playing();
    let mut total = 0;
    for at in (500..=12_000).step_by(500) {
        total += watched(&bench.position(at));
    }
    bench.key(RemoteKey::Right);
    total += watched(&bench.position(22_000));
    for at in (22_500..=24_000).step_by(500) {
        total += watched(&bench.position(at));
    }
    let effects = bench.key(RemoteKey::Back);
    total += watched(&effects);
    assert_eq!(total, 14_000);
    assert!(effects.contains(&Effect::Back));
    assert!(effects.contains(&Effect::Play(Command::Stop)));
}

#[test]
fn a_pause_is_written_down_at_once_and_shown_when_the_player_says_so() {
    let mut bench = Bench::playing();
    bench.position(1_500);
    assert_eq!(bench.key(RemoteKey::Ok), [Effect::Play(Command::Pause)]);
    assert_eq!(
        bench.screen.state(),
        State::Playing,
        "the screen follows the pipeline, not the key"
    );
    let effects = bench.player(Event::State(State::Paused));
    assert_eq!(watched(&effects), 1_500);
    bench.wait(60_000);
    assert!(
        bench.screen.shows_controls(),
        "controls never hide while paused"
    );
}

#[test]
fn controls_hide_after_five_seconds() {
    let mut bench = Bench::playing();
    bench.key(RemoteKey::Up);
    assert!(bench.screen.shows_controls());
    bench.wait(4_900);
    assert!(bench.screen.shows_controls());
    bench.wait(200);
    assert!(!bench.screen.shows_controls());
}

#[test]
fn held_arrows_scrub_and_letting_go_goes_there() {
    let mut bench = Bench::playing();
    bench.tell(&Input::Key(RemoteKey::Right, Press::Down));
    bench.tell(&Input::Key(RemoteKey::Right, Press::Repeat));
    bench.tell(&Input::Key(RemoteKey::Right, Press::Repeat));
    assert_eq!(bench.screen.scrubbing(), Some(70_000));
    let effects = bench.tell(&Input::Key(RemoteKey::Right, Press::Up));
    assert_eq!(
        effects,
        [Effect::Play(Command::Seek {
            position_ms: 70_000
        })]
    );
    // A lost key-up does not leave it hanging.
    bench.tell(&Input::Key(RemoteKey::Left, Press::Down));
    assert_eq!(
        bench.wait(1_000),
        [Effect::Play(Command::Seek {
            position_ms: 60_000
        })]
    );
}

#[test]
fn back_gives_up_a_scrub_before_it_leaves() {
    let mut bench = Bench::playing();
    bench.tell(&Input::Key(RemoteKey::Right, Press::Down));
    assert_eq!(bench.key(RemoteKey::Back), []);
    assert_eq!(bench.screen.scrubbing(), None);
}

#[test]
fn captions_follow_the_position() {
    let mut bench = Bench::playing();
    assert_eq!(bench.screen.caption(), "");
    bench.position(1_200);
    assert_eq!(bench.screen.caption(), "你好");
    bench.key(RemoteKey::Captions);
    assert_eq!(bench.screen.caption(), "");
}

#[test]
fn the_next_programme_begins_by_itself_unless_somebody_is_there() {
    let mut bench = Bench::playing();
    bench.player(Event::State(State::Ended));
    assert_eq!(bench.screen.choices()[0], Choice::Next);
    assert_eq!(bench.screen.next(), Some(("节目b", Some(10))));
    let effects = bench.wait(10_500);
    let next = Route::Player {
        id: "b".into(),
        position_ms: 0,
    };
    assert!(effects.contains(&Effect::Replace(next)), "{effects:?}");

    let mut bench = Bench::playing();
    bench.player(Event::State(State::Ended));
    bench.key(RemoteKey::Down);
    assert_eq!(bench.wait(60_000), []);
}

#[test]
fn a_failure_offers_what_can_help() {
    let mut bench = Bench::playing();
    bench.position(4_000);
    bench.player(Event::Failed(PlayError::Network("gone".into())));
    assert_eq!(bench.screen.choices(), [Choice::Retry, Choice::Back]);
    assert_eq!(
        bench.key(RemoteKey::Ok),
        [Effect::Load("a".into(), 4_000)],
        "at the same second"
    );
    bench.player(Event::Failed(PlayError::Damaged("cut".into())));
    assert_eq!(bench.screen.choices()[0], Choice::Back);
}

#[test]
fn arrows_do_not_leave_the_choices_for_controls_that_are_not_shown() {
    let mut bench = Bench::playing();
    bench.key(RemoteKey::Down);
    assert_eq!(bench.screen.focus().zone(), "buttons");
    for event in [
        Event::State(State::Ended),
        Event::Failed(PlayError::Network("gone".into())),
    ] {
        bench.player(event);
        let choices = bench.screen.choices().len();
        for key in [
            RemoteKey::Down,
            RemoteKey::Right,
            RemoteKey::Up,
            RemoteKey::Left,
        ] {
            for _ in 0..4 {
                bench.key(key);
                let focus = bench.screen.focus();
                assert!(focus.key().is_some() && focus.zone() == "choices");
                assert_eq!(focus.reachable().len(), choices);
            }
        }
        bench.player(Event::State(State::Playing));
        assert_eq!(bench.screen.focus().zone(), "bar");
        bench.key(RemoteKey::Down);
        assert_eq!(bench.screen.focus().zone(), "buttons");
    }
}

#[test]
fn loudness_stays_between_silence_and_full() {
    let mut bench = Bench::playing();
    for _ in 0..30 {
        bench.tell(&Input::Key(RemoteKey::VolumeUp, Press::Repeat));
    }
    assert_eq!(bench.screen.volume(), Some((100, false)));
    assert_eq!(
        bench.key(RemoteKey::Mute),
        [Effect::Play(Command::SetMuted(true))]
    );
    bench.wait(3_100);
    assert_eq!(bench.screen.volume(), None);
}

#[test]
fn a_programme_that_is_withdrawn_stops_and_says_so() {
    let mut bench = Bench::playing();
    bench.position(1_000);
    let gone = FeedPage {
        cursor: "2".into(),
        changes: vec![Change::Delete { id: "a".into() }],
        ..FeedPage::default()
    };
    bench.cache.apply(&gone).expect("applied");
    let effects = bench.tell(&Input::Changed);
    assert!(
        effects.contains(&Effect::Play(Command::Stop)),
        "{effects:?}"
    );
    assert_eq!(watched(&effects), 1_000);
    assert_eq!(bench.screen.state(), State::Failed);
    assert_eq!(bench.screen.failure(), Some((&PlayError::NotFound, false)));
    // Once, whatever else changes.
    assert_eq!(bench.tell(&Input::Changed), []);
}

#[test]
fn the_next_programme_that_is_withdrawn_is_not_waited_for() {
    let mut bench = Bench::playing();
    bench.player(Event::State(State::Ended));
    assert!(bench.screen.choices().contains(&Choice::Next));
    let gone = FeedPage {
        cursor: "2".into(),
        changes: vec![Change::Delete { id: "b".into() }],
        ..FeedPage::default()
    };
    bench.cache.apply(&gone).expect("applied");
    bench.tell(&Input::Changed);
    assert!(!bench.screen.choices().contains(&Choice::Next));
    assert_eq!(bench.wait(60_000), []);
}
