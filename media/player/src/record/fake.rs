//! A recorder without a microphone, for screen tests, on a clock that only [`FakeRecorder::advance`]
//! moves.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{
    LONGEST_MS, Microphone, RecordCommand, RecordError, RecordEvent, RecordSink, Recorder,
    Recording,
};

/// Time between two levels, in ms.
const LEVEL_MS: u32 = 100;
/// The least that is a recording, in ms.
const LEAST_MS: u32 = 20;

/// See the module. Clones are handles to the same recorder.
#[derive(Clone)]
pub struct FakeRecorder {
    inner: Arc<Mutex<Inner>>,
    events: RecordSink,
}

struct Inner {
    /// How much was recorded, in ms, while it records.
    length_ms: Option<u32>,
    loudest: f32,
    level: f32,
    fails: Option<RecordError>,
    commands: Vec<RecordCommand>,
    ogg: Arc<[u8]>,
}

impl FakeRecorder {
    /// One that hears somebody who speaks well.
    pub fn new(events: RecordSink) -> Self {
        Self {
            inner: Arc::new(Mutex::new(Inner {
                length_ms: None,
                loudest: 0.0,
                level: 0.6,
                fails: None,
                commands: Vec::new(),
                ogg: Arc::from(b"OggS pretended".as_slice()),
            })),
            events,
        }
    }

    /// How loud somebody speaks from now on, 0 to 1.
    pub fn speak(&self, level: f32) {
        self.inner.lock().level = level;
    }

    /// What is wrong with the microphone from the next start on.
    pub fn fail(&self, error: Option<RecordError>) {
        self.inner.lock().fails = error;
    }

    /// What every recording is from now on.
    pub fn record(&self, ogg: &[u8]) {
        self.inner.lock().ogg = ogg.into();
    }

    /// Every command so far, in order.
    #[must_use]
    pub fn commands(&self) -> Vec<RecordCommand> {
        self.inner.lock().commands.clone()
    }

    /// Lets `ms` milliseconds pass. Events are sent before this returns.
    pub fn advance(&self, ms: u32) {
        let mut left = ms;
        while left > 0 {
            let step = left.min(LEVEL_MS);
            left -= step;
            let event = self.inner.lock().step(step);
            // Without the lock, so that the sink may tell it something.
            if let Some(event) = event {
                (self.events)(event);
            }
        }
    }

    /// The microphone is unplugged.
    pub fn unplug(&self) {
        let event = self.inner.lock().end(true);
        event.into_iter().for_each(|event| (self.events)(event));
    }
}

impl Recorder for FakeRecorder {
    fn send(&self, command: RecordCommand) {
        let event = {
            let mut inner = self.inner.lock();
            inner.commands.push(command.clone());
            match command {
                RecordCommand::Start(Microphone::None) => {
                    Some(RecordEvent::Failed(RecordError::NothingChosen))
                }
                RecordCommand::Start(_) => Some(inner.start()),
                RecordCommand::Stop => inner.end(false),
                RecordCommand::Cancel => {
                    inner.length_ms = None;
                    None
                }
            }
        };
        event.into_iter().for_each(|event| (self.events)(event));
    }
}

impl Inner {
    fn start(&mut self) -> RecordEvent {
        if let Some(error) = &self.fails {
            return RecordEvent::Failed(error.clone());
        }
        self.length_ms = Some(0);
        self.loudest = 0.0;
        RecordEvent::Started
    }

    fn step(&mut self, ms: u32) -> Option<RecordEvent> {
        let length = self.length_ms.as_mut()?;
        *length = (*length + ms).min(LONGEST_MS);
        let length_ms = *length;
        self.loudest = self.loudest.max(self.level);
        if length_ms == LONGEST_MS {
            return self.end(false);
        }
        Some(RecordEvent::Level {
            level: self.level,
            length_ms,
        })
    }

    fn end(&mut self, cut_off: bool) -> Option<RecordEvent> {
        let length_ms = self.length_ms.take()?;
        if cut_off && length_ms < LEAST_MS {
            let error = RecordError::NoMicrophone("unplugged".to_owned());
            return Some(RecordEvent::Failed(error));
        }
        Some(RecordEvent::Done(Recording {
            ogg: Arc::clone(&self.ogg),
            length_ms,
            loudest: self.loudest,
            cut_off,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_by_itself_and_forgets_what_is_cancelled() {
        let log: Arc<Mutex<Vec<RecordEvent>>> = Arc::default();
        let sink = Arc::clone(&log);
        let recorder = FakeRecorder::new(Arc::new(move |event| sink.lock().push(event)));
        recorder.send(RecordCommand::Start(Microphone::Test(440)));
        recorder.advance(70_000);
        let last = log.lock().last().cloned();
        assert!(matches!(last, Some(RecordEvent::Done(done)) if done.length_ms == LONGEST_MS));
        log.lock().clear();
        recorder.send(RecordCommand::Start(Microphone::Test(440)));
        recorder.advance(1_000);
        recorder.send(RecordCommand::Cancel);
        recorder.send(RecordCommand::Stop);
        let done = |event: &RecordEvent| matches!(event, RecordEvent::Done(_));
        assert!(!log.lock().iter().any(done));
    }
}
