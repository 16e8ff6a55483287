//! The real recorder: a pipeline on a thread of its own.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use gst::MessageView;

use super::pipeline::{self, Recording as Running};
use super::{
    Microphone, Note, RecordCommand, RecordError, RecordEvent, RecordSink, Recorder, Recording,
};
use crate::publish::level;

/// How long dropping a recorder waits for its thread. Only a hung driver takes that long.
const GOODBYE: Duration = Duration::from_secs(5);
/// A microphone that gives nothing for so long is dead, or has been unplugged without saying so.
const SILENCE: Duration = Duration::from_secs(5);
/// So long the last of it is waited for, each time it is asked for.
const LAST: Duration = Duration::from_secs(2);
/// Less than this is a key pressed by mistake.
const LEAST_MS: u32 = 20;

/// Records with GStreamer. Dropping it stops everything.
pub struct GstRecorder {
    notes: Sender<Note>,
    finished: parking_lot::Mutex<Receiver<()>>,
}

impl GstRecorder {
    /// Starts a recorder. Returns at once; GStreamer is loaded with the first
    /// [`RecordCommand::Start`].
    pub fn new(events: RecordSink) -> Self {
        let (notes, inbox) = channel();
        let (finish, finished) = channel();
        let worker = Worker {
            events,
            notes: notes.clone(),
            number: 0,
            running: None,
        };
        let spawned = thread::Builder::new()
            .name("recorder".into())
            .spawn(move || {
                worker.run(&inbox);
                // Nobody listens when the recorder was dropped without waiting.
                let _ = finish.send(());
            });
        if let Err(error) = spawned {
            tracing::error!(%error, "no thread for the recorder; nothing will be recorded");
        }
        Self {
            notes,
            finished: parking_lot::Mutex::new(finished),
        }
    }
}

impl Recorder for GstRecorder {
    fn send(&self, command: RecordCommand) {
        if self.notes.send(Note::Command(command)).is_err() {
            tracing::error!("the recorder's thread is gone");
        }
    }
}

impl Drop for GstRecorder {
    fn drop(&mut self) {
        if self.notes.send(Note::Quit).is_err() {
            return;
        }
        if self.finished.lock().recv_timeout(GOODBYE) == Err(RecvTimeoutError::Timeout) {
            tracing::error!("the recorder's thread does not end; leaving it behind");
        }
    }
}

/// How far it has come to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Not,
    /// The microphone was asked to pass the end on.
    Asked,
    /// What comes after it was told, since the microphone does not answer.
    Told,
}

struct Take {
    running: Running,
    started: bool,
    ending: Ending,
    cut_off: bool,
    loudest: f32,
    /// What was heard when something was last heard, and when that was.
    heard: (u32, Instant),
    /// When the end is not waited for any longer.
    until: Option<Instant>,
}

struct Worker {
    events: RecordSink,
    notes: Sender<Note>,
    number: u64,
    running: Option<Take>,
}

impl Worker {
    fn run(mut self, inbox: &Receiver<Note>) {
        loop {
            let note = match self.due() {
                Some(due) => inbox.recv_timeout(due.saturating_duration_since(Instant::now())),
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match note {
                Ok(Note::Quit) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(note) => self.note(note),
                Err(RecvTimeoutError::Timeout) => self.late(),
            }
        }
        self.drop_it();
    }

    /// When something has to be done if nothing comes before.
    fn due(&self) -> Option<Instant> {
        let take = self.running.as_ref()?;
        Some(take.until.unwrap_or(take.heard.1 + SILENCE))
    }

    fn note(&mut self, note: Note) {
        match note {
            Note::Command(RecordCommand::Start(microphone)) => self.start(&microphone),
            Note::Command(RecordCommand::Stop) => self.end(false),
            Note::Command(RecordCommand::Cancel) => self.drop_it(),
            Note::Bus(number, message) if number == self.number => self.of_bus(&message),
            Note::Started(number) if number == self.number => {
                if let Some(take) = &mut self.running {
                    take.started = true;
                    take.heard.1 = Instant::now();
                    (self.events)(RecordEvent::Started);
                }
            }
            Note::Full(number) if number == self.number => self.end(false),
            Note::Ended(number) if number == self.number => self.done(),
            Note::Bus(..) | Note::Started(_) | Note::Full(_) | Note::Ended(_) | Note::Quit => {}
        }
    }

    fn start(&mut self, microphone: &Microphone) {
        self.drop_it();
        self.number += 1;
        let opened = gst::init()
            .map_err(|error| RecordError::Internal(error.to_string()))
            .and_then(|()| Running::open(microphone, self.number, &self.notes));
        match opened {
            Ok(running) => {
                self.running = Some(Take {
                    running,
                    started: false,
                    ending: Ending::Not,
                    cut_off: false,
                    loudest: 0.0,
                    heard: (0, Instant::now()),
                    until: None,
                });
            }
            Err(error) => (self.events)(RecordEvent::Failed(error)),
        }
    }

    fn of_bus(&mut self, message: &gst::Message) {
        let Some(take) = &mut self.running else {
            return;
        };
        match message.view() {
            MessageView::Error(error) => {
                let (fault, of_microphone) = pipeline::fault(error);
                let some = take.running.heard.length_ms() >= LEAST_MS;
                if of_microphone && some {
                    // What was said before is not lost.
                    self.end(true);
                } else {
                    self.fail(fault);
                }
            }
            MessageView::Element(element) => {
                let Some(level) = element.structure().and_then(level) else {
                    return;
                };
                let length_ms = take.running.heard.length_ms();
                take.heard = (length_ms, Instant::now());
                take.loudest = take.loudest.max(level);
                if take.ending == Ending::Not {
                    (self.events)(RecordEvent::Level { level, length_ms });
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, microphone_is_gone: bool) {
        let Some(take) = &mut self.running else {
            return;
        };
        if !take.started {
            // Nothing was heard yet; the microphone may still be opening.
            self.drop_it();
            let error = RecordError::Dead;
            (self.events)(RecordEvent::Failed(error));
            return;
        }
        take.cut_off |= microphone_is_gone;
        if take.ending == Ending::Not {
            take.ending = if microphone_is_gone {
                Ending::Told
            } else {
                Ending::Asked
            };
            take.until = Some(Instant::now() + LAST);
            take.running.end(microphone_is_gone);
        }
    }

    /// Nothing came for too long.
    fn late(&mut self) {
        let Some(take) = &mut self.running else {
            return;
        };
        match take.ending {
            Ending::Not if take.running.heard.length_ms() < LEAST_MS => {
                self.fail(RecordError::Dead);
            }
            Ending::Not => self.end(true),
            Ending::Asked => {
                take.ending = Ending::Told;
                take.until = Some(Instant::now() + LAST);
                take.running.end(true);
            }
            Ending::Told => {
                tracing::error!("the end of a recording does not come; it is cut off");
                self.done();
            }
        }
    }

    fn done(&mut self) {
        let Some(take) = self.running.take() else {
            return;
        };
        let (ogg, length_ms) = (take.running.heard.take(), take.running.heard.length_ms());
        take.running.close();
        (self.events)(if ogg.is_empty() {
            RecordEvent::Failed(RecordError::Internal("nothing came out".into()))
        } else {
            RecordEvent::Done(Recording {
                ogg: ogg.into(),
                length_ms,
                loudest: take.loudest,
                cut_off: take.cut_off,
            })
        });
    }

    fn fail(&mut self, error: RecordError) {
        self.drop_it();
        (self.events)(RecordEvent::Failed(error));
    }

    fn drop_it(&mut self) {
        if let Some(take) = self.running.take() {
            take.running.close();
        }
    }
}
