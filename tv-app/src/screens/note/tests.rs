//! Sentences by digits, a voice by OK, and every way in which a microphone can fail.

use std::sync::Arc;

use contract::terminal::TerminalKind;
use media_player::publish::{Device, Devices, Microphone};
use media_player::record::{RecordCommand, RecordError, RecordEvent, Recording};
use media_player::{Command, Event, PlayError, State};

use super::*;
use crate::clock::Clock as _;
use crate::screens::settings::name;
use crate::screens::tests::World;

pub(crate) const SENTENCES: [&str; 3] = ["果树叶子发黄", "有虫子", "想请人来看"];

fn sentences() -> Vec<String> {
    SENTENCES.map(str::to_owned).to_vec()
}

/// What was recorded.
pub(crate) fn recording(length_ms: u32, loudest: f32) -> Recording {
    Recording {
        ogg: Arc::from(b"OggS".as_slice()),
        length_ms,
        loudest,
        cut_off: false,
    }
}

struct Bench {
    world: World,
    note: Note,
}

impl Bench {
    fn new() -> Self {
        let world = World::new(TerminalKind::Household);
        let mut note = Note::new(true);
        world.with(|context| note.read(&sentences(), context));
        Self { world, note }
    }

    fn with_microphone(chosen: &str) -> Self {
        let bench = Self::new();
        let cache = &bench.world.cache;
        cache.set_setting(name::MICROPHONE, chosen).unwrap();
        bench
    }

    fn tell(&mut self, input: &Input) -> (Effects, Outcome) {
        let Self { world, note } = self;
        world.with(|context| note.handle(input, context))
    }

    fn press(&mut self, key: RemoteKey) -> (Effects, Outcome) {
        let out = self.tell(&Input::Key(key, Press::Down));
        self.tell(&Input::Key(key, Press::Up));
        out
    }

    fn recorder(&mut self, event: RecordEvent) -> (Effects, Outcome) {
        self.tell(&Input::Recorder(event))
    }

    fn choose(&mut self, row: Row) -> (Effects, Outcome) {
        for _ in 0..20 {
            self.press(RemoteKey::Up);
        }
        self.press(RemoteKey::Down);
        for _ in 0..20 {
            let at = self.note.focused().map(|at| self.note.visible()[at]);
            if at == Some(row) {
                return self.press(RemoteKey::Ok);
            }
            self.press(RemoteKey::Down);
        }
        panic!("there is no {row:?}: {:?}", self.note.visible());
    }

    fn record(&mut self, recording: Recording) -> Outcome {
        let row = if self.note.draft().voice.is_some() {
            Row::Again
        } else {
            Row::Record
        };
        self.choose(row);
        self.recorder(RecordEvent::Started);
        assert_eq!(self.note.session().phase(), Phase::Recording);
        let (effects, _) = self.press(RemoteKey::Ok);
        assert_eq!(effects, [Effect::Record(RecordCommand::Stop)]);
        self.recorder(RecordEvent::Done(recording)).1
    }

    fn remark(&self) -> Remark {
        self.note.session().remark()
    }
}

#[test]
fn sentences_are_picked_by_their_numbers_and_in_that_order() {
    let mut bench = Bench::new();
    assert_eq!(bench.press(RemoteKey::Digit(3)).1, Outcome::Changed);
    assert_eq!(bench.press(RemoteKey::Digit(1)).1, Outcome::Changed);
    assert_eq!(
        bench.note.draft().sentences,
        [SENTENCES[2], SENTENCES[0]].map(str::to_owned)
    );
    assert_eq!(bench.press(RemoteKey::Digit(3)).1, Outcome::Changed);
    assert_eq!(bench.note.draft().sentences, [SENTENCES[0].to_owned()]);
    // No such sentence.
    assert_eq!(bench.press(RemoteKey::Digit(9)).1, Outcome::Stays);
    assert_eq!(bench.choose(Row::Sentence(1)).1, Outcome::Changed);
    assert!(bench.note.sentence(1).1 && !bench.note.sentence(2).1);
    assert_eq!(bench.choose(Row::Phone).1, Outcome::Phone);
    assert_eq!(bench.choose(Row::Done).1, Outcome::Done);
    assert_eq!(bench.press(RemoteKey::Back).1, Outcome::Left);
}

#[test]
fn what_cannot_be_seen_here_is_not_sent_from_here() {
    let mut bench = Bench::new();
    bench.note.begin_with(Draft {
        sentences: vec!["没有这一句".to_owned(), SENTENCES[1].to_owned()],
        voice: None,
    });
    let fewer = sentences()[..2].to_vec();
    let Bench { world, note } = &mut bench;
    world.with(|context| note.read(&fewer, context));
    assert_eq!(bench.note.draft().sentences, [SENTENCES[1].to_owned()]);
}

#[test]
fn ok_starts_and_ok_stops_and_it_can_be_heard_recorded_anew_and_deleted() {
    let mut bench = Bench::with_microphone("test:300");
    let (effects, _) = bench.choose(Row::Record);
    let start = Effect::Record(RecordCommand::Start(Microphone::Test(300)));
    assert!(effects.contains(&start), "{effects:?}");
    assert!(bench.note.has_voice());
    bench.recorder(RecordEvent::Started);
    bench.recorder(RecordEvent::Level {
        level: 0.6,
        length_ms: 12_300,
    });
    assert_eq!(bench.note.session().seconds(), (12, 60));
    assert_eq!(
        bench.press(RemoteKey::Ok).0,
        [Effect::Record(RecordCommand::Stop)]
    );
    // Once more while the last of it comes: nothing.
    assert_eq!(bench.press(RemoteKey::Ok).0, []);
    let done = RecordEvent::Done(recording(12_400, 0.6));
    assert_eq!(bench.recorder(done).1, Outcome::Changed);
    let voice = bench.note.draft().voice.clone().expect("a voice");
    assert_eq!(
        (voice.ogg_base64.as_str(), voice.length_ms),
        ("T2dnUw==", 12_400)
    );
    assert!(!bench.note.has_voice());
    // The focus is on hearing it.
    let (effects, _) = bench.press(RemoteKey::Ok);
    assert_eq!(effects, [Effect::Listen(Box::new(voice))]);
    assert_eq!(bench.note.session().phase(), Phase::Listening);
    bench.tell(&Input::Player(Event::Position {
        position_ms: 5_100,
        duration_ms: Some(12_400),
    }));
    assert_eq!(bench.note.session().seconds(), (5, 13));
    let (effects, _) = bench.tell(&Input::Player(Event::State(State::Ended)));
    assert_eq!(effects, [Effect::Play(Command::Stop)]);
    assert!(!bench.note.has_voice());
    assert_eq!(bench.record(recording(3_000, 0.6)), Outcome::Changed);
    assert_eq!(bench.note.draft().voice.as_ref().unwrap().length_ms, 3_000);
    assert_eq!(bench.choose(Row::Delete).1, Outcome::Changed);
    assert_eq!(bench.note.draft().voice, None);
}

#[test]
fn a_recording_that_is_left_is_not_kept() {
    {
        let mut bench = Bench::with_microphone("test");
        bench.choose(Row::Record);
        bench.recorder(RecordEvent::Started);
        let (effects, outcome) = bench.press(RemoteKey::Back);
        assert_eq!(effects, [Effect::Record(RecordCommand::Cancel)]);
        assert_eq!(outcome, Outcome::Stays, "only the recording is left");
        // It comes late.
        bench.recorder(RecordEvent::Done(recording(9_000, 0.6)));
        assert_eq!(bench.note.draft().voice, None);
    }
    // Something came over it.
    let mut bench = Bench::with_microphone("test");
    bench.choose(Row::Record);
    bench.recorder(RecordEvent::Started);
    bench.tell(&Input::Shown);
    assert_eq!(bench.remark(), Remark::Interrupted);
    bench.recorder(RecordEvent::Done(recording(9_000, 0.6)));
    assert_eq!(bench.note.draft().voice, None);
}

#[test]
fn a_microphone_that_fails_is_said_in_words() {
    let none = || "gone".to_owned();
    for (error, remark) in [
        (RecordError::NothingChosen, Remark::Off),
        (RecordError::NoMicrophone(none()), Remark::NoMicrophone),
        (RecordError::Busy(none()), Remark::Busy),
        (RecordError::Dead, Remark::Dead),
        (RecordError::Internal(none()), Remark::Failed),
    ] {
        let mut bench = Bench::with_microphone("test");
        bench.choose(Row::Record);
        bench.recorder(RecordEvent::Failed(error));
        assert_eq!(bench.remark(), remark);
        assert!(!bench.note.has_voice());
        // And goes with the next thing that somebody does.
        bench.press(RemoteKey::Digit(1));
        assert_eq!(bench.remark(), Remark::None);
    }
    let mut bench = Bench::with_microphone("none");
    assert_eq!(bench.choose(Row::Record).0, []);
    assert_eq!(bench.remark(), Remark::Off);
}

#[test]
fn where_nobody_chose_one_the_first_microphone_is_taken() {
    let mut bench = Bench::new();
    assert_eq!(bench.choose(Row::Record).0, [Effect::AskDevices]);
    let device = |id: &str| Device {
        id: id.to_owned(),
        name: String::new(),
    };
    let devices = Devices {
        cameras: Vec::new(),
        microphones: vec![device("alsasrc:hw:1"), device("alsasrc:hw:2")],
    };
    let (effects, _) = bench.tell(&Input::Devices(devices.clone()));
    let first = Microphone::Device("alsasrc:hw:1".to_owned());
    assert!(effects.contains(&Effect::Record(RecordCommand::Start(first))));
    // Asked by somebody else.
    assert_eq!(bench.tell(&Input::Devices(devices)).0, []);
    let mut bench = Bench::new();
    bench.choose(Row::Record);
    bench.tell(&Input::Devices(Devices::default()));
    assert_eq!(bench.remark(), Remark::NoMicrophone);
}

#[test]
fn what_is_no_voice_is_not_kept_and_what_is_doubtful_is_said() {
    let cut_off = Recording {
        cut_off: true,
        ..recording(9_000, 0.6)
    };
    for (recording, kept, remark) in [
        (recording(9_000, 0.6), true, Remark::None),
        (recording(9_000, 0.02), false, Remark::Silent),
        (recording(200, 0.6), false, Remark::Short),
        (recording(9_000, 0.2), true, Remark::Soft),
        (recording(60_000, 0.6), true, Remark::Full),
        (cut_off, true, Remark::CutOff),
    ] {
        let mut bench = Bench::with_microphone("test");
        let outcome = bench.record(recording);
        assert_eq!(outcome == Outcome::Changed, kept, "{remark:?}");
        assert_eq!(bench.note.draft().voice.is_some(), kept, "{remark:?}");
        assert_eq!(bench.remark(), remark);
    }
}

#[test]
fn one_that_failed_leaves_the_recording_before() {
    let mut bench = Bench::with_microphone("test");
    bench.record(recording(9_000, 0.6));
    assert_eq!(bench.record(recording(9_000, 0.0)), Outcome::Stays);
    assert_eq!(bench.note.draft().voice.as_ref().unwrap().length_ms, 9_000);
}

#[test]
fn a_player_that_fails_or_is_silent_does_not_trap_anybody() {
    let mut bench = Bench::with_microphone("test");
    bench.record(recording(9_000, 0.6));
    bench.press(RemoteKey::Ok);
    let failed = Event::Failed(PlayError::Internal("no".to_owned()));
    bench.tell(&Input::Player(failed));
    assert_eq!(bench.remark(), Remark::NotPlayed);
    bench.press(RemoteKey::Ok);
    let until = bench.note.wake_at().expect("it is not waited for for ever");
    let now = bench.world.clock.monotonic_ms();
    bench.world.clock.advance(until - now);
    let (effects, _) = bench.tell(&Input::Tick);
    assert_eq!(effects, [Effect::Play(Command::Stop)]);
    assert_eq!(bench.remark(), Remark::NotPlayed);
    assert!(!bench.note.has_voice());
}
