//! The player screen without a window: keys, player events and time in, effects out.

use std::sync::Arc;

use contract::captions::Captions;
use contract::feed::{Change, Document, FeedPage};
use contract::played::Played;
use contract::programme::Programme;
use media_player::{Command, Event, PlayError, State};
use proptest::prelude::*;

use super::{Button, CaptionSize, Choice, Loaded, PlayerScreen};
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
            caption_size: CaptionSize::Large,
            volume: 60,
            unreachable: false,
        })));
        bench.player(Event::State(State::Playing));
        bench.position(0);
        bench
    }

    fn tell(&mut self, input: &Input) -> Effects {
        self.act(|screen, context| screen.handle(input, context))
    }

    /// A meeting is joined over it.
    fn park(&mut self) -> Effects {
        self.act(PlayerScreen::park)
    }

    fn act(&mut self, act: impl FnOnce(&mut PlayerScreen, &Context<'_>) -> Effects) -> Effects {
        let context = Context {
            cache: &self.cache,
            metrics: &Metrics::default(),
            typesetter: &Typesetter::estimated(),
            now: self.cache.server_time(),
            ticks_ms: self.ticks_ms,
            new_key: &String::new,
            random: &|| 0,
        };
        act(&mut self.screen, &context)
    }

    /// As the application does.
    fn write_down(&self, effects: &Effects) {
        for effect in effects {
            if let Effect::Progress {
                id,
                position_ms,
                duration_ms,
                watched_ms,
            } = effect
            {
                let cache = &self.cache;
                cache
                    .record_progress(id, *position_ms, *duration_ms, *watched_ms, 0)
                    .expect("written");
            }
        }
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
fn a_title_stands_above_a_film_that_begins_and_then_only_the_film() {
    let mut bench = Bench::playing();
    assert!(bench.screen.shows_title() && !bench.screen.shows_controls());
    bench.wait(3_900);
    assert!(bench.screen.shows_title());
    bench.wait(200);
    assert!(!bench.screen.shows_title() && !bench.screen.shows_controls());
    assert_eq!(bench.screen.wake_at(), None, "nothing moves but the film");
    // What somebody asks for takes its place.
    let mut bench = Bench::playing();
    bench.key(RemoteKey::Down);
    assert!(bench.screen.shows_controls() && !bench.screen.shows_title());
}

#[test]
fn left_and_right_move_the_film_and_open_nothing() {
    let mut bench = Bench::playing();
    bench.position(30_000);
    for (key, to) in [(RemoteKey::Right, 40_000), (RemoteKey::Left, 30_000)] {
        let seek = Effect::Play(Command::Seek { position_ms: to });
        assert_eq!(bench.key(key), [seek]);
        assert!(bench.screen.shows_place() && !bench.screen.shows_controls());
    }
    bench.wait(3_100);
    assert!(!bench.screen.shows_place());
    // Where the buttons are, the arrows go from one to the next.
    bench.key(RemoteKey::Up);
    assert_eq!(bench.screen.focus().key(), Some("Pause"));
    assert_eq!(bench.key(RemoteKey::Right), []);
    assert_eq!(bench.screen.focus().key(), Some("Forward"));
    let seek = Effect::Play(Command::Seek {
        position_ms: 40_000,
    });
    assert_eq!(bench.key(RemoteKey::Ok), [seek]);
    // Hidden again, OK holds the film, whatever had the focus.
    bench.wait(5_100);
    assert_eq!(bench.key(RemoteKey::Ok), [Effect::Play(Command::Pause)]);
    bench.player(Event::State(State::Paused));
    assert_eq!(bench.screen.focus().key(), Some("Pause"));
    assert_eq!(bench.key(RemoteKey::Ok), [Effect::Play(Command::Play)]);
}

#[test]
fn five_buttons_and_four_without_captions() {
    let mut bench = Bench::playing();
    let five = [
        Button::Rewind,
        Button::Pause,
        Button::Forward,
        Button::Captions,
        Button::Back,
    ];
    assert_eq!(bench.screen.buttons(), five);
    bench.tell(&Input::Loaded(Box::default()));
    assert_eq!(bench.screen.buttons().len(), 4);
}

#[test]
fn the_network_is_called_slow_while_it_is() {
    let mut bench = Bench::playing();
    bench.player(Event::State(State::Buffering(10)));
    assert!(!bench.screen.is_slow(), "nobody knows why");
    bench.player(Event::SourceSlow);
    assert!(bench.screen.is_slow());
    bench.player(Event::State(State::Buffering(60)));
    assert!(bench.screen.is_slow());
    bench.player(Event::State(State::Playing));
    bench.player(Event::State(State::Buffering(0)));
    assert!(!bench.screen.is_slow(), "another wait");
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
    let set = |size: &str| Effect::Setting("captions", size.to_owned());
    assert_eq!(bench.key(RemoteKey::Captions), [set("small")]);
    assert_eq!(bench.screen.caption(), "你好");
    assert_eq!(bench.screen.focus().key(), Some("Captions"));
    // The button that says so does the same.
    assert_eq!(bench.key(RemoteKey::Ok), [set("off")]);
    assert_eq!(bench.screen.caption(), "");
    assert_eq!(bench.key(RemoteKey::Ok), [set("on")]);
    assert_eq!(bench.screen.caption(), "你好");
}

#[test]
fn captions_are_large_by_themselves_in_large_text() {
    let of = |setting, large| CaptionSize::of_setting(setting, large);
    assert_eq!(of(None, true), CaptionSize::Large);
    assert_eq!(of(None, false), CaptionSize::Off);
    for size in [CaptionSize::Off, CaptionSize::Small, CaptionSize::Large] {
        assert_eq!(of(Some(size.setting()), true), size, "as somebody chose");
        assert_eq!(of(Some(size.setting()), false), size);
    }
}

#[test]
fn the_next_programme_begins_when_somebody_chooses_it() {
    let mut bench = Bench::playing();
    bench.player(Event::State(State::Ended));
    assert_eq!(bench.screen.choices()[0], Choice::Next);
    assert_eq!(bench.screen.next(), Some("节目b"));
    assert_eq!(bench.wait(600_000), [], "nothing begins by itself");
    let next = Route::Player {
        id: "b".into(),
        position_ms: 0,
    };
    let effects = bench.key(RemoteKey::Ok);
    assert!(effects.contains(&Effect::Replace(next)), "{effects:?}");
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

/// The connection as the client sees it, told as the application does.
fn online(bench: &mut Bench, online: bool) -> Effects {
    bench.cache.set_online(online);
    bench.tell(&Input::Changed)
}

#[test]
fn a_network_that_was_missed_brings_the_programme_back_at_its_second() {
    let gone = || Event::Failed(PlayError::Network("gave up".into()));
    let again = |at: i64| [Effect::Load("a".into(), at)];
    // Started without a network: nobody knew, so the player tried for two minutes and gave up.
    let mut bench = Bench::playing();
    bench.position(754_000);
    bench.player(Event::State(State::Reconnecting));
    assert!(bench.screen.waits_for_network());
    assert_eq!(online(&mut bench, false), []);
    bench.player(gone());
    assert!(bench.screen.waits_for_network());
    assert_eq!(bench.wait(600_000), [], "there is no sense in trying");
    assert_eq!(online(&mut bench, true), again(754_000));
    assert!(!bench.screen.waits_for_network());
    assert_eq!(bench.tell(&Input::Changed), [], "once");

    // It had not given up yet: its next try may be ten seconds away.
    bench.player(Event::State(State::Reconnecting));
    assert_eq!(online(&mut bench, false), []);
    assert_eq!(online(&mut bench, true), again(754_000));

    // It could not even be tried.
    let unreachable = Loaded {
        unreachable: true,
        ..Loaded::default()
    };
    bench.cache.set_online(false);
    bench.tell(&Input::Loaded(Box::new(unreachable.clone())));
    assert!(bench.screen.waits_for_network());
    assert_eq!(online(&mut bench, true), again(754_000));

    // The network came before the screen knew that it could not be tried: the application says so.
    bench.tell(&Input::Loaded(Box::new(unreachable)));
    assert_eq!(bench.wait(60_000), [], "it does not flicker by itself");
    assert_eq!(bench.tell(&Input::Changed), again(754_000));

    // Something stood over the screen when the network came.
    bench.player(gone());
    assert_eq!(online(&mut bench, false), []);
    bench.cache.set_online(true);
    assert_eq!(bench.tell(&Input::Shown), again(754_000));

    // The server answers, and only this did not come: it is tried again by itself.
    bench.player(gone());
    assert_eq!(bench.tell(&Input::Changed), []);
    assert_eq!(bench.wait(10_000), again(754_000));
    bench.player(gone());
    assert_eq!(bench.wait(10_000), again(754_000), "as often as it takes");
}

#[test]
fn what_no_network_can_mend_is_left_to_the_viewer() {
    for error in [
        PlayError::Damaged("cut".into()),
        PlayError::Unsupported("av9".into()),
        PlayError::NotFound,
        PlayError::Forbidden,
    ] {
        let mut bench = Bench::playing();
        bench.position(4_000);
        bench.player(Event::Failed(error.clone()));
        assert!(!bench.screen.waits_for_network());
        assert_eq!(online(&mut bench, false), [], "{error}");
        assert_eq!(online(&mut bench, true), [], "{error}");
        assert_eq!(bench.wait(600_000), [], "{error}");
    }
    // A short cut that the player got over by itself is forgotten.
    let mut bench = Bench::playing();
    bench.player(Event::State(State::Reconnecting));
    online(&mut bench, false);
    bench.player(Event::State(State::Playing));
    assert_eq!(online(&mut bench, true), []);
    bench.player(Event::State(State::Reconnecting));
    assert_eq!(bench.tell(&Input::Changed), []);
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
        assert_eq!(bench.screen.focus().key(), Some("Pause"));
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

#[test]
fn five_times_forward_is_not_watched() {
    let mut bench = Bench::playing();
    let mut effects = Effects::new();
    for jump in 1..=5 {
        effects.extend(bench.position(jump * 110_000 - 109_600));
        let target = (jump * 110_000).min(590_000);
        bench.key(RemoteKey::Right);
        effects.extend(bench.position(target));
    }
    effects.extend(bench.position(590_400));
    effects.extend(bench.player(Event::State(State::Ended)));
    assert!(watched(&effects) < 5_000, "{effects:?}");
    bench.write_down(&effects);
    assert!(!bench.cache.watch_state("a").unwrap().finished);
}

#[test]
fn what_is_played_before_a_jump_is_told_at_its_own_place() {
    let mut bench = Bench::playing();
    let mut effects = Effects::new();
    for at in [500, 1_000, 1_500] {
        effects.extend(bench.position(at));
    }
    bench.key(RemoteKey::Right);
    effects.extend(bench.position(11_500));
    effects.extend(bench.position(12_000));
    effects.extend(bench.key(RemoteKey::Back));
    let told: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Progress {
                position_ms,
                watched_ms,
                ..
            } => Some((*position_ms, *watched_ms)),
            _ => None,
        })
        .collect();
    assert_eq!(told, [(1_500, 1_500), (12_000, 500)]);
}

#[test]
fn another_programme_begins_with_its_sound() {
    let mut bench = Bench::playing();
    let off = |off| Effect::Play(Command::SetMuted(off));
    assert_eq!(bench.tell(&Input::Loaded(Box::default())), [off(false)]);
    bench.key(RemoteKey::Mute);
    // The same one again: it stays off, as its screen says.
    assert_eq!(bench.tell(&Input::Loaded(Box::default())), [off(true)]);
}

#[test]
fn a_meeting_in_between_leaves_the_programme_where_it_was() {
    let mut bench = Bench::playing();
    bench.position(4_000);
    bench.tell(&Input::Key(RemoteKey::Right, Press::Down));
    bench.park();
    bench.player(Event::State(State::Idle));
    assert_eq!(bench.tell(&Input::Shown), [Effect::Load("a".into(), 4_000)]);
    assert_eq!(bench.screen.scrubbing(), None, "nobody looks for a place");

    let mut bench = Bench::playing();
    bench.player(Event::State(State::Ended));
    bench.park();
    bench.player(Event::State(State::Idle));
    assert_eq!(bench.tell(&Input::Shown), []);
    assert_eq!(bench.screen.state(), State::Ended);
    assert_eq!(bench.wait(60_000), [], "nothing begins by itself");
}

#[derive(Clone, Copy, Debug)]
enum Op {
    Play(u16),
    Key(RemoteKey),
    Pause,
    Again,
    Stall,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (1_u16..400).prop_map(Op::Play),
        2 => prop::sample::select(vec![
            RemoteKey::Left, RemoteKey::Right, RemoteKey::Forward, RemoteKey::Rewind, RemoteKey::Previous,
        ]).prop_map(Op::Key),
        1 => Just(Op::Pause),
        1 => Just(Op::Again),
        1 => Just(Op::Stall),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// However a programme of ten minutes is watched: what is known of it afterwards is what was
    /// played, each minute once.
    #[test]
    fn what_was_played_is_known_exactly(ops in proptest::collection::vec(op(), 1..40)) {
        let mut bench = Bench::playing();
        let mut truth = Played::default();
        let mut at = 0_i64;
        let mut told = Effects::new();
        for op in ops {
            let effects = match op {
                Op::Play(steps) => {
                    for _ in 0..steps {
                        let next = (at + 400).min(600_000);
                        truth.add(at, next);
                        at = next;
                        told.extend(bench.position(at));
                    }
                    Effects::new()
                }
                Op::Key(key) => bench.key(key),
                Op::Pause => {
                    told.extend(bench.player(Event::State(State::Paused)));
                    told.extend(bench.position(at));
                    bench.player(Event::State(State::Playing))
                }
                Op::Stall => {
                    told.extend(bench.player(Event::State(State::Reconnecting)));
                    bench.player(Event::State(State::Playing))
                }
                // Left, and opened again where it was.
                Op::Again => {
                    told.extend(bench.park());
                    bench.tell(&Input::Shown)
                }
            };
            // What a player makes of it.
            for effect in &effects {
                match effect {
                    Effect::Load(_, position_ms) => {
                        at = *position_ms;
                        told.extend(bench.player(Event::State(State::Loading)));
                        told.extend(bench.position(at));
                        told.extend(bench.player(Event::State(State::Playing)));
                    }
                    Effect::Play(Command::Seek { position_ms }) => {
                        at = *position_ms;
                        told.extend(bench.position(at));
                    }
                    _ => {}
                }
            }
            told.extend(effects);
        }
        told.extend(bench.key(RemoteKey::Stop));
        bench.write_down(&told);
        let total: i64 = truth.total_ms();
        let state = bench.cache.watch_state("a").unwrap_or_default();
        prop_assert_eq!(bench.cache.programme_row("a").unwrap().seen_ms, total);
        prop_assert_eq!(state.finished, truth.finishes(600_000));
        prop_assert!(state.watched_ms >= total);
    }
}
