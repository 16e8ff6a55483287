use proptest::prelude::*;

use super::*;
use crate::publish::TestPattern;

fn capture() -> Capture {
    Capture {
        camera: Camera::Test(TestPattern::Bars),
        microphone: Microphone::Test(440),
        mirror: true,
    }
}

fn start() -> PublishCommand {
    PublishCommand::Start {
        url: "http://relay/whip/a".into(),
        bearer: Some("token".into()),
    }
}

fn states(outputs: &[Output]) -> Vec<PublishState> {
    let state = |output: &Output| match output {
        Output::Event(PublishEvent::State(state)) => Some(*state),
        _ => None,
    };
    outputs.iter().filter_map(state).collect()
}

fn opens_session(outputs: &[Output]) -> bool {
    outputs
        .iter()
        .any(|o| matches!(o, Output::Action(Action::OpenSession { .. })))
}

fn sending() -> Machine {
    let mut machine = Machine::new();
    machine.command(PublishCommand::Open(capture()), 0);
    machine.fact(Fact::Captured, 100);
    assert!(opens_session(&machine.command(start(), 200)));
    let outputs = machine.fact(Fact::Connected, 300);
    assert_eq!(states(&outputs), [PublishState::Sending]);
    machine
}

#[test]
fn sends_as_soon_as_the_camera_is_on() {
    let mut machine = Machine::new();
    let outputs = machine.command(start(), 0);
    assert!(outputs.is_empty(), "nothing is on yet");
    let outputs = machine.command(PublishCommand::Open(capture()), 10);
    assert_eq!(states(&outputs), [PublishState::Opening]);
    assert!(!opens_session(&outputs));
    let outputs = machine.fact(Fact::Captured, 20);
    assert!(opens_session(&outputs));
    assert_eq!(states(&outputs), [PublishState::Connecting]);
}

#[test]
fn a_lost_network_is_told_once_and_tried_for_ever() {
    let mut machine = sending();
    machine.tick(6_000);
    let lost = Fact::SendFailed(SendFault::Network("silence".into()));
    let outputs = machine.fact(lost.clone(), 10_000);
    assert!(
        opens_session(&outputs),
        "what worked is tried again at once"
    );
    assert!(states(&outputs).contains(&PublishState::Reconnecting));
    let (mut begun, mut told) = (Vec::new(), 0);
    for now in (10_100..60_000).step_by(100) {
        let mut outputs = machine.tick(now);
        if opens_session(&outputs) {
            begun.push(now);
        }
        outputs.extend(machine.fact(lost.clone(), now));
        told += outputs
            .iter()
            .filter(|o| matches!(o, Output::Event(PublishEvent::Failed(_))))
            .count();
    }
    assert_eq!(told, 0, "the first loss has told it");
    assert_eq!(begun[..4], [11_000, 13_000, 16_000, 19_000]);
    assert!(begun.last().is_some_and(|at| *at > 55_000));
}

#[test]
fn a_refusal_is_final_until_started_again() {
    let mut machine = sending();
    let refused = Fact::SendFailed(SendFault::Forbidden("403".into()));
    let outputs = machine.fact(refused, 1_000);
    assert_eq!(states(&outputs), [PublishState::Failed]);
    for now in (1_000..100_000).step_by(500) {
        assert!(machine.tick(now).is_empty());
    }
    assert!(opens_session(&machine.command(start(), 100_000)));
    let outputs = machine.command(PublishCommand::StopSending, 100_100);
    assert_eq!(states(&outputs), [PublishState::Ready]);
}

#[test]
fn whoever_was_replaced_stays_away_until_started_again() {
    for (fault, told) in [
        (SendFault::Replaced, PublishError::Replaced),
        (SendFault::Over, PublishError::Over),
    ] {
        let mut machine = sending();
        machine.tick(6_000);
        let outputs = machine.fact(Fact::SendFailed(fault), 10_000);
        assert!(outputs.contains(&Output::Event(PublishEvent::Failed(told))));
        assert_eq!(states(&outputs), [PublishState::Failed]);
        for now in (10_000..600_000).step_by(500) {
            assert!(machine.tick(now).is_empty());
        }
        assert!(opens_session(&machine.command(start(), 600_000)));
    }
}

/// Drops the session of a machine each time it has sent for so long; says how often, and what was told last.
fn dropped(every: u64, times: usize) -> (Machine, usize, u64) {
    let (mut machine, mut now) = (sending(), 300);
    for count in 1..=times {
        now += every;
        machine.tick(now);
        let fault = SendFault::Dropped("the connection failed".into());
        let outputs = machine.fact(Fact::SendFailed(fault), now);
        if outputs.contains(&Output::Event(PublishEvent::Failed(PublishError::Replaced))) {
            return (machine, count, now);
        }
        let mut opened = opens_session(&outputs);
        while !opened {
            now += 100;
            opened = opens_session(&machine.tick(now));
        }
        machine.fact(Fact::Connected, now);
    }
    (machine, times, now)
}

#[test]
fn two_do_not_take_a_stream_from_each_other_for_ever_when_the_engine_says_nothing() {
    for every in [100, 2_000, 6_000, 12_000] {
        let (mut machine, count, now) = dropped(every, 20);
        assert_eq!(count, DROPPED, "every {every} ms");
        for later in (now..now + 600_000).step_by(500) {
            assert!(machine.tick(later).is_empty());
        }
        // Whoever wants it back gets it, with all tries.
        assert!(opens_session(&machine.command(start(), now + 600_000)));
        machine.fact(Fact::Connected, now + 600_100);
        let fault = SendFault::Dropped(String::new());
        let outputs = machine.fact(Fact::SendFailed(fault), now + 600_200);
        assert_eq!(states(&outputs), [PublishState::Reconnecting]);
    }
    // A server that is started again now and then takes nothing away.
    let (machine, count, _) = dropped(25_000, 20);
    assert_eq!(count, 20);
    assert_ne!(machine.session, Session::Refused);
}

#[test]
fn a_stream_that_is_missing_is_waited_for_half_a_minute() {
    let mut machine = sending();
    let mut now = 1_000;
    let mut outputs = machine.fact(Fact::SendFailed(SendFault::NotFound), now);
    while !states(&outputs).contains(&PublishState::Failed) {
        now += 100;
        assert!(now < 60_000, "never gives up");
        outputs = machine.tick(now);
        if opens_session(&outputs) {
            outputs = machine.fact(Fact::SendFailed(SendFault::NotFound), now + 10);
        }
    }
    assert!((31_000..35_000).contains(&now), "{now}");
}

#[test]
fn an_unplugged_camera_comes_back_and_goes_on_sending() {
    let mut machine = sending();
    let gone = || Fact::CaptureFailed(PublishError::NoCamera("unplugged".into()));
    let outputs = machine.fact(gone(), 1_000);
    assert_eq!(states(&outputs), [PublishState::Failed]);
    let outputs = machine.tick(3_000);
    assert!(matches!(
        outputs[..],
        [Output::Action(Action::OpenCapture(_))]
    ));
    assert!(
        !machine
            .fact(gone(), 3_100)
            .iter()
            .any(|o| matches!(o, Output::Event(_))),
        "told once"
    );
    machine.tick(5_200);
    let outputs = machine.fact(Fact::Captured, 5_300);
    assert!(opens_session(&outputs));
}

#[test]
fn nothing_chosen_is_said() {
    let mut machine = Machine::new();
    let outputs = machine.command(PublishCommand::Open(Capture::default()), 0);
    assert!(matches!(
        outputs[0],
        Output::Event(PublishEvent::Failed(PublishError::NothingChosen))
    ));
    assert_eq!(states(&outputs), [PublishState::Failed]);
    let outputs = machine.command(PublishCommand::Open(capture()), 10);
    assert_eq!(states(&outputs), [PublishState::Opening]);
}

#[derive(Clone, Debug)]
enum Op {
    Command(PublishCommand),
    Fact(Fact),
    Wait(u64),
}

fn op() -> impl Strategy<Value = Op> {
    let command = prop_oneof![
        Just(PublishCommand::Open(capture())),
        Just(PublishCommand::Open(Capture {
            mirror: false,
            ..capture()
        })),
        Just(PublishCommand::Open(Capture::default())),
        Just(start()),
        Just(PublishCommand::StopSending),
        any::<bool>().prop_map(PublishCommand::SetMuted),
        Just(PublishCommand::Close),
    ];
    let fact = prop_oneof![
        3 => Just(Fact::Captured),
        3 => Just(Fact::Connected),
        1 => Just(Fact::CaptureFailed(PublishError::NoCamera("x".into()))),
        1 => Just(Fact::SendFailed(SendFault::Network("x".into()))),
        1 => Just(Fact::SendFailed(SendFault::NotFound)),
        1 => Just(Fact::SendFailed(SendFault::Forbidden("x".into()))),
    ];
    prop_oneof![
        2 => command.prop_map(Op::Command),
        3 => fact.prop_map(Op::Fact),
        2 => (1_u64..10_000).prop_map(Op::Wait),
    ]
}

proptest! {
    /// Whatever happens in whatever order: one capture, one session and only while the devices are
    /// on, no state told twice, nothing left over when closed.
    #[test]
    fn keeps_its_promises(ops in proptest::collection::vec(op(), 0..80)) {
        let mut machine = Machine::new();
        let (mut now, mut capture, mut session) = (0, false, false);
        let mut shown = PublishState::Closed;
        for op in ops {
            let outputs = match op {
                Op::Command(command) => machine.command(command, now),
                Op::Fact(fact) => machine.fact(fact, now),
                Op::Wait(ms) => {
                    now += ms;
                    machine.tick(now)
                }
            };
            for output in outputs {
                match output {
                    Output::Action(Action::OpenCapture(_)) => {
                        prop_assert!(!capture);
                        capture = true;
                    }
                    Output::Action(Action::CloseCapture) => {
                        prop_assert!(capture && !session);
                        capture = false;
                    }
                    Output::Action(Action::OpenSession { .. }) => {
                        prop_assert!(capture && !session);
                        session = true;
                    }
                    Output::Action(Action::CloseSession) => {
                        prop_assert!(session);
                        session = false;
                    }
                    Output::Action(Action::SetMuted(_)) => {}
                    Output::Event(PublishEvent::State(state)) => {
                        prop_assert_ne!(state, shown);
                        shown = state;
                    }
                    Output::Event(_) => {}
                }
            }
            prop_assert!(!(shown == PublishState::Closed && (capture || session)));
            prop_assert!(shown != PublishState::Sending || session);
        }
    }
}
