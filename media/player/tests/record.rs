//! The real recorder with a made-up microphone, and the real player on what it recorded.

mod common;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use common::{Harness, PATIENCE};
use media_player::publish::Microphone;
use media_player::record::{
    self, GstRecorder, RecordCommand, RecordError, RecordEvent, RecordSink, Recorder, Recording,
};
use media_player::{Event, State};

fn recorder() -> (GstRecorder, Receiver<RecordEvent>) {
    let (sender, events) = channel();
    let sink: RecordSink = Arc::new(move |event| {
        // The test may be over.
        let _ = sender.send(event);
    });
    (GstRecorder::new(sink), events)
}

/// Waits for the first event that is looked for; what came before it is told.
fn wait(events: &Receiver<RecordEvent>, found: impl Fn(&RecordEvent) -> bool) -> RecordEvent {
    loop {
        let event = events.recv_timeout(PATIENCE).expect("something happens");
        if found(&event) {
            return event;
        }
    }
}

fn is_over(event: &RecordEvent) -> bool {
    matches!(event, RecordEvent::Done(_) | RecordEvent::Failed(_))
}

/// Records until there is so much.
fn record(recorder: &GstRecorder, events: &Receiver<RecordEvent>, ms: u32) -> Recording {
    recorder.send(RecordCommand::Start(Microphone::Test(440)));
    assert_eq!(wait(events, |_| true), RecordEvent::Started);
    wait(
        events,
        |event| matches!(event, RecordEvent::Level { length_ms, .. } if *length_ms >= ms),
    );
    recorder.send(RecordCommand::Stop);
    match wait(events, is_over) {
        RecordEvent::Done(recording) => recording,
        other => panic!("nothing was recorded: {other:?}"),
    }
}

#[test]
fn a_voice_is_recorded_and_can_be_heard_from_memory() {
    let (recorder, events) = recorder();
    let recording = record(&recorder, &events, 1_500);
    assert!(recording.length_ms >= 1_500, "{recording:?}");
    assert!(recording.loudest > 0.5 && !recording.cut_off);
    assert!(recording.ogg.starts_with(b"OggS"));
    let mut harness = Harness::new();
    harness.load(&record::uri(&recording.base64()));
    harness.wait_state(State::Ended);
    assert_eq!(
        harness.states(),
        [State::Loading, State::Playing, State::Ended]
    );
    let length = harness.seen.iter().rev().find_map(|event| match event {
        Event::Position { duration_ms, .. } => *duration_ms,
        _ => None,
    });
    let length = length.expect("it has a length");
    // Up to a frame of silence is put before it, and behind.
    assert!(
        (i64::from(recording.length_ms) - length).abs() <= 40,
        "{length} of {}",
        recording.length_ms
    );
}

#[test]
fn what_is_cancelled_is_forgotten_and_the_next_begins_anew() {
    let (recorder, events) = recorder();
    recorder.send(RecordCommand::Start(Microphone::Test(440)));
    wait(
        &events,
        |event| matches!(event, RecordEvent::Level { length_ms, .. } if *length_ms >= 300),
    );
    recorder.send(RecordCommand::Cancel);
    recorder.send(RecordCommand::Stop);
    // The first thing that ends is the second recording.
    recorder.send(RecordCommand::Start(Microphone::Test(440)));
    wait(&events, |event| *event == RecordEvent::Started);
    wait(
        &events,
        |event| matches!(event, RecordEvent::Level { length_ms, .. } if *length_ms >= 200),
    );
    recorder.send(RecordCommand::Stop);
    assert!(matches!(wait(&events, is_over), RecordEvent::Done(_)));
}

#[test]
fn without_a_microphone_it_is_said_why() {
    let (recorder, events) = recorder();
    recorder.send(RecordCommand::Start(Microphone::None));
    let failed = RecordEvent::Failed(RecordError::NothingChosen);
    assert_eq!(wait(&events, is_over), failed);
    let nowhere = Microphone::Device("alsasrc:nowhere".to_owned());
    recorder.send(RecordCommand::Start(nowhere));
    assert!(matches!(
        wait(&events, is_over),
        RecordEvent::Failed(RecordError::NoMicrophone(_))
    ));
    // And a good one is heard after that.
    recorder.send(RecordCommand::Start(Microphone::Test(440)));
    wait(&events, |event| *event == RecordEvent::Started);
}

#[test]
fn what_somebody_said_is_in_no_debug_output() {
    let (recorder, events) = recorder();
    let recording = record(&recorder, &events, 500);
    let base64 = recording.base64();
    let source = media_player::Source::programme(record::uri(&base64));
    let said = format!(
        "{recording:?} {source:?} {:?}",
        media_player::Command::Load(source.clone())
    );
    assert!(!said.contains(&base64[..40]), "{said}");
}
