use proptest::prelude::*;

use super::playing::{FIRST_STALL_MS, GIVE_UP_MS, STALL_MS};
use super::*;
use crate::{PlayError, Source, SourceKind};

fn source(uri: &str, start_ms: i64) -> Source {
    Source {
        uri: uri.into(),
        bearer: None,
        start_ms,
        paused: false,
        ..Source::default()
    }
}

fn actions(outputs: &[Output]) -> Vec<&Action> {
    let mut actions = Vec::new();
    for output in outputs {
        if let Output::Action(action) = output {
            actions.push(action);
        }
    }
    actions
}

fn shows(outputs: &[Output], state: State) -> bool {
    outputs.contains(&Output::Event(Event::State(state)))
}

/// A machine that plays something of a minute, at time 0.
fn playing(uri: &str) -> Machine {
    let mut machine = Machine::new();
    machine.command(Command::Load(source(uri, 0)), 0);
    machine.fact(Fact::Duration(Some(60_000)), 0);
    machine.fact(Fact::Ready, 0);
    let outputs = machine.fact(Fact::Moving(true), 0);
    assert!(shows(&outputs, State::Playing));
    machine
}

#[test]
fn says_playing_only_when_the_pipeline_moves() {
    let mut machine = Machine::new();
    let outputs = machine.command(Command::Load(source("file:///a", 0)), 0);
    assert!(shows(&outputs, State::Loading));
    let outputs = machine.fact(Fact::Ready, 10);
    assert_eq!(actions(&outputs), [&Action::SetMoving(true)]);
    assert!(!shows(&outputs, State::Playing));
    assert!(shows(&machine.fact(Fact::Moving(true), 20), State::Playing));
    let outputs = machine.command(Command::Pause, 30);
    assert!(!shows(&outputs, State::Paused));
    assert!(shows(&machine.fact(Fact::Moving(false), 40), State::Paused));
}

#[test]
fn seeks_by_keyframe_then_exactly_and_the_last_of_several_wins() {
    let mut machine = playing("file:///a");
    let seek = |position_ms, exact| Action::Seek { position_ms, exact };
    let outputs = machine.command(Command::Seek { position_ms: 5_000 }, 10);
    assert_eq!(actions(&outputs), [&seek(5_000, false)]);
    for position_ms in [6_000, 7_000, 99_000] {
        let outputs = machine.command(Command::Seek { position_ms }, 11);
        assert!(actions(&outputs).is_empty());
    }
    assert_eq!(
        actions(&machine.fact(Fact::Ready, 20)),
        [&seek(60_000, false)]
    );
    assert_eq!(
        actions(&machine.fact(Fact::Ready, 30)),
        [&seek(60_000, true)]
    );
    let outputs = machine.fact(Fact::Ready, 40);
    let told = Event::Position {
        position_ms: 60_000,
        duration_ms: Some(60_000),
    };
    assert!(outputs.contains(&Output::Event(told)));
}

#[test]
fn reconnects_with_longer_and_longer_waits_and_goes_on_at_the_same_place() {
    let mut machine = playing("https://tv/a");
    machine.fact(Fact::Position(7_340), 1_000);
    let lost = Fact::Fault(PlayError::Network("x".into()));
    assert!(shows(
        &machine.fact(lost.clone(), 1_000),
        State::Reconnecting
    ));
    let mut opened = Vec::new();
    let mut now = 1_000;
    let failed = loop {
        now += 100;
        let mut outputs = machine.tick(now);
        for action in actions(&outputs) {
            if let Action::Open {
                source,
                hold_pictures,
                ..
            } = action
            {
                assert_eq!((source.start_ms, *hold_pictures), (7_340, true));
                opened.push(now);
            }
        }
        if opened.last() == Some(&now) {
            outputs.extend(machine.fact(lost.clone(), now));
        }
        if shows(&outputs, State::Failed) {
            break outputs;
        }
        assert!(now < 200_000, "never gives up");
    };
    assert_eq!(opened[..5], [1_500, 2_500, 4_500, 8_500, 16_500]);
    assert!(opened.windows(2).all(|w| w[1] - w[0] <= 10_000));
    assert_eq!(now, 1_000 + GIVE_UP_MS);
    assert!(matches!(
        failed[0],
        Output::Event(Event::Failed(PlayError::Network(_)))
    ));
    let again = machine.command(Command::Play, now);
    assert!(
        matches!(actions(&again)[..], [Action::Open { source, .. }] if source.start_ms == 7_340)
    );
}

#[test]
fn silence_is_a_lost_network_but_a_damaged_file() {
    let mut remote = playing("http://tv/a");
    assert!(remote.tick(STALL_MS - 1).is_empty());
    assert!(shows(&remote.tick(STALL_MS), State::Reconnecting));
    let mut local = playing("file:///a");
    let again = local.tick(FIRST_STALL_MS);
    assert!(
        matches!(actions(&again)[..], [.., Action::Open { .. }]),
        "a file is opened once more: {again:?}"
    );
    let outputs = local.tick(FIRST_STALL_MS + STALL_MS);
    assert!(matches!(
        outputs[1],
        Output::Event(Event::Failed(PlayError::Damaged(_)))
    ));
    let mut paused = playing("http://tv/a");
    paused.command(Command::Pause, 0);
    paused.fact(Fact::Moving(false), 0);
    assert!(paused.tick(10 * STALL_MS).is_empty());
}

#[test]
fn a_fault_of_the_programme_is_not_tried_again() {
    let mut machine = playing("http://tv/a");
    let outputs = machine.fact(Fact::Fault(PlayError::NotFound), 10);
    assert_eq!(actions(&outputs), [&Action::Close]);
    assert!(shows(&outputs, State::Failed));
    assert!(!machine.needs_ticks());
}

#[test]
fn without_a_sound_device_it_goes_on_silently() {
    let mut machine = playing("file:///a");
    machine.fact(Fact::Position(3_000), 500);
    let outputs = machine.fact(Fact::SoundLost, 500);
    let reopened = Action::Open {
        source: source("file:///a", 3_000),
        hold_pictures: true,
        silent: true,
    };
    assert_eq!(actions(&outputs), [&Action::Close, &reopened]);
}

#[test]
fn audio_focus_pauses_and_gives_back_what_was() {
    let mut machine = playing("file:///a");
    let outputs = machine.command(Command::SuspendAudioFocus, 1);
    assert_eq!(actions(&outputs), [&Action::SetMoving(false)]);
    assert!(actions(&machine.command(Command::Play, 2)).is_empty());
    let outputs = machine.command(Command::ReturnAudioFocus, 3);
    assert_eq!(actions(&outputs), [&Action::SetMoving(true)]);
    machine.command(Command::Pause, 4);
    machine.command(Command::SuspendAudioFocus, 5);
    assert!(actions(&machine.command(Command::ReturnAudioFocus, 6)).is_empty());
}

#[test]
fn buffering_holds_the_pipeline_until_it_is_full() {
    let mut machine = playing("http://tv/a");
    let outputs = machine.fact(Fact::Buffering(30), 1);
    assert_eq!(actions(&outputs), [&Action::SetMoving(false)]);
    assert!(shows(&outputs, State::Buffering(30)));
    machine.fact(Fact::Moving(false), 2);
    let outputs = machine.fact(Fact::Buffering(100), 3);
    assert_eq!(actions(&outputs), [&Action::SetMoving(true)]);
    assert!(shows(&machine.fact(Fact::Moving(true), 4), State::Playing));
}

fn blames_network(outputs: &[Output]) -> bool {
    outputs.contains(&Output::Event(Event::SourceSlow))
}

#[test]
fn the_network_is_blamed_only_for_bringing_less_than_is_to_be_shown() {
    // A busy machine waits, and gets what it waits for at once.
    let mut machine = playing("http://tv/a");
    for (now, percent) in [(0, 0), (900, 40), (1_400, 90), (1_500, 100)] {
        assert!(!blames_network(
            &machine.fact(Fact::Buffering(percent), now)
        ));
    }
    machine.fact(Fact::Moving(true), 1_600);
    // 40 % in two seconds would have been shown in 0.6.
    assert!(!blames_network(&machine.fact(Fact::Buffering(10), 5_000)));
    assert!(!blames_network(&machine.fact(Fact::Buffering(30), 6_900)));
    assert!(blames_network(&machine.fact(Fact::Buffering(50), 7_000)));
    assert!(
        !blames_network(&machine.fact(Fact::Buffering(60), 8_000)),
        "once"
    );
    machine.fact(Fact::Buffering(100), 9_000);
    machine.fact(Fact::Moving(true), 9_100);
    // Nothing comes at all.
    machine.fact(Fact::Buffering(0), 20_000);
    assert!(!blames_network(&machine.tick(21_900)));
    assert!(blames_network(&machine.tick(22_000)));
    // The buffer was made larger while it waits: what was counted before says nothing.
    let mut machine = playing("http://tv/a");
    machine.fact(Fact::Buffering(60), 0);
    assert!(!blames_network(&machine.fact(Fact::Buffering(20), 1_900)));
    assert!(!blames_network(&machine.fact(Fact::Buffering(90), 2_500)));
}

/// A machine that plays something live, at time 0.
fn watching(source: Source) -> Machine {
    let mut machine = Machine::new();
    machine.command(Command::Load(source), 0);
    machine.fact(Fact::Ready, 0);
    let outputs = machine.fact(Fact::Moving(true), 0);
    assert!(shows(&outputs, State::Playing) || machine.shown == State::Playing);
    machine
}

fn whep() -> Source {
    Source::whep("http://tv/whep/a", Some("token".into()))
}

fn hls() -> Source {
    Source::live_hls("http://tv/a.m3u8")
}

fn opens(outputs: &[Output]) -> bool {
    actions(outputs)
        .iter()
        .any(|a| matches!(a, Action::Open { .. }))
}

#[test]
fn silence_ends_a_whep_session_and_new_ones_are_tried_for_ever() {
    let mut machine = watching(whep());
    for now in (0..6_000).step_by(100) {
        machine.fact(Fact::Progress, now);
        assert!(machine.tick(now).is_empty(), "data keeps it");
    }
    let (mut now, mut begun) = (6_000, Vec::new());
    let mut states = Vec::new();
    while now < 60_000 {
        now += 100;
        let mut outputs = machine.tick(now);
        if opens(&outputs) {
            begun.push(now);
            let refused = Fact::Fault(PlayError::Network("refused".into()));
            outputs.extend(machine.fact(refused, now));
        }
        for output in outputs {
            if let Output::Event(Event::State(state)) = output {
                states.push((now, state));
            }
        }
    }
    assert_eq!(states, [(8_900, State::Reconnecting)], "and nothing else");
    assert_eq!(begun[..4], [9_000, 10_000, 12_000, 15_000]);
    assert!(begun.windows(2).all(|w| w[1] - w[0] <= 3_000), "{begun:?}");
    assert!(begun.last().is_some_and(|at| *at >= 57_000));
}

#[test]
fn a_live_stream_that_is_missing_is_waited_for_half_a_minute() {
    for source in [whep(), hls()] {
        let mut machine = Machine::new();
        machine.command(Command::Load(source), 0);
        let mut now = 0;
        let mut outputs = machine.fact(Fact::Fault(PlayError::NotFound), now);
        assert!(shows(&outputs, State::Reconnecting));
        while !shows(&outputs, State::Failed) {
            now += 100;
            assert!(now < 60_000, "never gives up");
            outputs = machine.tick(now);
            if opens(&outputs) {
                outputs = machine.fact(Fact::Fault(PlayError::NotFound), now);
            }
        }
        assert!((30_000..34_000).contains(&now), "{now}");
        assert!(outputs.contains(&Output::Event(Event::Failed(PlayError::NotFound))));
    }
}

#[test]
fn a_refused_live_stream_is_not_tried_again() {
    let mut machine = watching(whep());
    let outputs = machine.fact(Fact::Fault(PlayError::Forbidden), 10);
    assert!(shows(&outputs, State::Failed));
    assert!(!machine.needs_ticks());
}

#[test]
fn a_live_stream_comes_back_at_now_and_not_where_it_was() {
    let mut machine = watching(hls());
    machine.fact(
        Fact::Window {
            start_ms: 0,
            end_ms: 20_000,
        },
        10,
    );
    machine.fact(Fact::Position(19_000), 10);
    machine.fact(Fact::Fault(PlayError::Network("x".into())), 1_000);
    let mut now = 1_000;
    let opened = loop {
        now += 100;
        let outputs = machine.tick(now);
        if opens(&outputs) {
            break outputs;
        }
    };
    assert!(actions(&opened).iter().any(|a| matches!(
        a,
        Action::Open { source, hold_pictures: false, .. } if source.start_ms == 0
    )));
    assert!(
        actions(&machine.fact(Fact::Ready, now))
            .iter()
            .all(|a| !matches!(a, Action::Seek { .. }))
    );
}

#[test]
fn a_stuttering_network_does_not_leave_the_viewer_behind_but_a_rewind_does() {
    let window = |end_ms| Fact::Window {
        start_ms: end_ms - 60_000,
        end_ms,
    };
    let to_now = |outputs: &[Output], end| {
        actions(outputs).contains(&&Action::Seek {
            position_ms: end,
            exact: false,
        })
    };
    let mut machine = watching(hls());
    machine.fact(window(100_000), 100);
    assert!(!to_now(&machine.fact(Fact::Position(90_000), 100), 100_000));
    assert!(to_now(&machine.fact(Fact::Position(79_000), 200), 100_000));
    let mut machine = watching(hls());
    machine.fact(window(100_000), 100);
    machine.fact(Fact::Position(99_000), 100);
    machine.command(
        Command::Seek {
            position_ms: 69_000,
        },
        200,
    );
    machine.fact(Fact::Ready, 300);
    assert!(!to_now(&machine.fact(Fact::Position(69_500), 400), 100_000));
    assert!(to_now(&machine.command(Command::GoLive, 500), 100_000));
}

#[derive(Clone, Debug)]
enum Op {
    Command(Command),
    Fact(Fact),
    Wait(u64),
}

fn op() -> impl Strategy<Value = Op> {
    let uri = prop_oneof![Just("file:///a"), Just("http://tv/a")];
    let live = prop_oneof![Just(whep()), Just(hls())];
    let command = prop_oneof![
        (uri, 0_i64..70_000).prop_map(|(u, s)| Command::Load(source(u, s))),
        (live, any::<bool>()).prop_map(|(s, paused)| Command::Load(Source { paused, ..s })),
        Just(Command::GoLive),
        Just(Command::Play),
        Just(Command::Pause),
        (-5_000_i64..90_000).prop_map(|position_ms| Command::Seek { position_ms }),
        Just(Command::SuspendAudioFocus),
        Just(Command::ReturnAudioFocus),
        Just(Command::Stop),
    ];
    let fact = prop_oneof![
        4 => Just(Fact::Ready),
        1 => any::<bool>().prop_map(Fact::Moving),
        1 => (0_u8..=100).prop_map(Fact::Buffering),
        1 => (0_i64..70_000).prop_map(Fact::Position),
        1 => Just(Fact::Duration(Some(60_000))),
        1 => Just(Fact::EndOfStream),
        1 => Just(Fact::Window { start_ms: 10_000, end_ms: 60_000 }),
        1 => Just(Fact::Progress),
        1 => Just(Fact::SeekRefused),
        1 => Just(Fact::SoundLost),
        1 => Just(Fact::Fault(PlayError::Network("x".into()))),
        1 => Just(Fact::Fault(PlayError::NotFound)),
    ];
    prop_oneof![
        1 => command.prop_map(Op::Command),
        2 => fact.prop_map(Op::Fact),
        1 => (1_u64..30_000).prop_map(Op::Wait),
    ]
}

fn run(machine: &mut Machine, op: &Op, now: &mut u64) -> Vec<Output> {
    match op {
        Op::Command(command) => machine.command(command.clone(), *now),
        Op::Fact(fact) => machine.fact(fact.clone(), *now),
        Op::Wait(ms) => {
            *now += ms;
            machine.tick(*now)
        }
    }
}

/// Everything that can be loaded.
fn any_source() -> impl Strategy<Value = Source> {
    let programme = prop_oneof![
        Just("file:///b.mp4"),
        Just("http://tv/b.mp4"),
        Just("http://tv/b.m3u8")
    ]
    .prop_flat_map(|uri| (0_i64..70_000).prop_map(move |start_ms| source(uri, start_ms)));
    let source = prop_oneof![programme, Just(hls()), Just(whep())];
    (source, any::<bool>()).prop_map(|(source, paused)| Source { paused, ..source })
}

#[test]
fn a_film_after_a_meeting_is_not_held_to_the_meetings_window() {
    for stopped in [false, true] {
        let mut machine = watching(hls());
        machine.fact(
            Fact::Window {
                start_ms: 0,
                end_ms: 3_600_000,
            },
            10,
        );
        machine.fact(Fact::Position(3_599_000), 10);
        if stopped {
            machine.command(Command::Stop, 20);
        }
        machine.command(Command::Load(source("file:///a", 0)), 30);
        machine.fact(Fact::Duration(Some(60_000)), 40);
        machine.fact(Fact::Ready, 40);
        machine.fact(Fact::Moving(true), 40);
        for now in (500..30_000).step_by(500) {
            let outputs = machine.fact(Fact::Position(i64::try_from(now).unwrap()), now);
            assert!(actions(&outputs).is_empty(), "{outputs:?}");
            let told = Event::Position {
                position_ms: i64::try_from(now).unwrap(),
                duration_ms: Some(60_000),
            };
            assert_eq!(outputs, [Output::Event(told)]);
        }
        // Nor can it be made to go to now.
        assert_eq!(machine.command(Command::GoLive, 30_000), []);
    }
}

#[test]
fn a_seek_back_to_the_beginning_while_it_opens_lets_pictures_through() {
    let mut machine = Machine::new();
    machine.command(Command::Load(source("file:///a", 9_000)), 0);
    machine.command(Command::Seek { position_ms: 0 }, 1);
    let seek = Action::Seek {
        position_ms: 0,
        exact: false,
    };
    assert_eq!(actions(&machine.fact(Fact::Ready, 2))[0], &seek);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever was played before, and however that went: a source is played exactly as by a player
    /// that has never played anything.
    #[test]
    fn a_source_begins_anew(
        before in proptest::collection::vec(op(), 0..60),
        stopped in any::<bool>(),
        loaded in any_source(),
        after in proptest::collection::vec(op(), 0..60),
    ) {
        let (mut old, mut new) = (Machine::new(), Machine::new());
        let mut now = 0;
        for op in &before {
            run(&mut old, op, &mut now);
        }
        // Who has the sound is not the source's.
        old.command(Command::ReturnAudioFocus, now);
        if stopped {
            old.command(Command::Stop, now);
        }
        let load = Op::Command(Command::Load(loaded));
        // What is left is closed, and what is shown already is not shown again.
        let begins = |machine: &mut Machine, mut now: u64| {
            let mut outputs = run(machine, &load, &mut now);
            outputs.retain(|output| {
                !matches!(output, Output::Action(Action::Close) | Output::Event(Event::State(_)))
            });
            outputs
        };
        prop_assert_eq!(begins(&mut old, now), begins(&mut new, now));
        for op in &after {
            let mut later = now;
            prop_assert_eq!(run(&mut old, op, &mut now), run(&mut new, op, &mut later));
            prop_assert_eq!(old.needs_ticks(), new.needs_ticks());
        }
    }

    /// Stopped, there is nothing left that could still do something.
    #[test]
    fn nothing_is_left_of_what_was_stopped(
        before in proptest::collection::vec(op(), 0..60),
        after in proptest::collection::vec(op(), 0..60),
    ) {
        let mut machine = Machine::new();
        let mut now = 0;
        for op in &before {
            run(&mut machine, op, &mut now);
        }
        machine.command(Command::Stop, now);
        for op in after.iter().filter(|op| !matches!(op, Op::Command(Command::Load(_) | Command::Stop))) {
            prop_assert_eq!(run(&mut machine, op, &mut now), []);
            prop_assert!(!machine.needs_ticks());
        }
    }

    /// Whatever happens in whatever order: there is never a second pipeline, nothing is asked of
    /// one that is closed, no state is told twice, and a failure says why first.
    #[test]
    fn keeps_its_promises(ops in proptest::collection::vec(op(), 0..80)) {
        let mut machine = Machine::new();
        let (mut now, mut open, mut shown, mut why) = (0, false, State::Idle, false);
        let mut loaded: Option<Source> = None;
        for op in ops {
            match &op {
                Op::Command(Command::Load(source)) => loaded = Some(source.clone()),
                Op::Command(Command::Stop) => loaded = None,
                _ => {}
            }
            let kind = loaded.as_ref().map(|source| source.kind);
            let outputs = run(&mut machine, &op, &mut now);
            for output in outputs {
                match output {
                    Output::Action(Action::Open { .. }) => {
                        prop_assert!(!open);
                        open = true;
                    }
                    Output::Action(Action::Close) => {
                        prop_assert!(open);
                        open = false;
                    }
                    Output::Action(Action::SetMoving(_) | Action::Seek { .. }) => prop_assert!(open),
                    Output::Action(Action::Loudness { .. }) => {}
                    Output::Event(Event::State(state)) => {
                        prop_assert_ne!(state, shown);
                        prop_assert!(state != State::Failed || why);
                        shown = state;
                        why = false;
                    }
                    Output::Event(Event::Failed(_)) => why = true,
                    Output::Event(Event::LiveWindow { .. }) => prop_assert_eq!(kind, Some(SourceKind::LiveHls)),
                    Output::Event(Event::Position { position_ms, duration_ms }) => {
                        prop_assert!(kind.is_some());
                        prop_assert!(position_ms >= 0 && duration_ms.is_none_or(|ms| position_ms <= ms));
                        prop_assert!(duration_ms.is_none() || kind == Some(SourceKind::Programme));
                    }
                    Output::Event(_) => {}
                }
            }
            let without = matches!(shown, State::Idle | State::Failed);
            prop_assert!(!(without && open), "a pipeline is left over in {:?}", shown);
        }
    }
}
