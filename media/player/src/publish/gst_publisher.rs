//! The real publisher: the state machine in front of two pipelines, on a thread of their own.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use gst::MessageView;
use gst::prelude::*;
use gst_webrtc::WebRTCPeerConnectionState;

use super::capture::{Capturing, Feed, level};
use super::machine::{Action, Fact, Machine, Output, SendFault};
use super::note::Note;
use super::self_view::SelfView;
use super::sending::Sending;
use super::{PublishCommand, PublishError, PublishEvent, PublishSink, Publisher};
use crate::signalling::{Ending, SignalError};
use crate::{Frame, peer, signalling};

/// How often time is told to the state machine while something is open.
const TICK: Duration = Duration::from_millis(100);
/// How long dropping a publisher waits for its thread. Only a hung driver takes that long.
const GOODBYE: Duration = Duration::from_secs(5);
/// A device that gives nothing for so long has been unplugged without saying so.
const DEVICE_SILENCE: Duration = Duration::from_secs(5);
/// How long the end of the program waits for the server to know.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Publishes camera and microphone with GStreamer. Dropping it stops everything.
pub struct GstPublisher {
    notes: Sender<Note>,
    view: Arc<SelfView>,
    finished: parking_lot::Mutex<Receiver<()>>,
}

impl GstPublisher {
    /// Starts a publisher. Returns at once; GStreamer is loaded with the first
    /// [`PublishCommand::Open`].
    pub fn new(events: PublishSink) -> Self {
        let (notes, inbox) = channel();
        let (finish, finished) = channel();
        let view = Arc::new(SelfView::new(Arc::clone(&events)));
        let worker = Worker {
            events,
            view: Arc::clone(&view),
            feed: Arc::default(),
            notes: notes.clone(),
            machine: Machine::new(),
            capture: None,
            session: None,
            asking: None,
            number: 0,
            muted: false,
            warming: None,
            started: Instant::now(),
        };
        let spawned = thread::Builder::new()
            .name("publisher".into())
            .spawn(move || {
                worker.run(&inbox);
                // Nobody listens when the publisher was dropped without waiting.
                let _ = finish.send(());
            });
        if let Err(error) = spawned {
            tracing::error!(%error, "no thread for the publisher; nothing will be sent");
        }
        Self {
            notes,
            view,
            finished: parking_lot::Mutex::new(finished),
        }
    }
}

impl Publisher for GstPublisher {
    fn send(&self, command: PublishCommand) {
        if self.notes.send(Note::Command(command)).is_err() {
            tracing::error!("the publisher's thread is gone");
        }
    }

    fn take_frame(&self) -> Option<Frame> {
        self.view.take()
    }

    fn picture(&self) -> Option<Vec<u8>> {
        self.view.jpeg()
    }
}

impl Drop for GstPublisher {
    fn drop(&mut self) {
        if self.notes.send(Note::Quit).is_err() {
            return;
        }
        if self.finished.lock().recv_timeout(GOODBYE) == Err(RecvTimeoutError::Timeout) {
            tracing::error!("the publisher's thread does not end; leaving it behind");
        }
    }
}

/// The capture and what has come from it.
struct Watched {
    number: u64,
    capturing: Capturing,
    captured: bool,
    pictures: (u64, Instant),
    sounds: (u64, Instant),
}

struct Worker {
    events: PublishSink,
    view: Arc<SelfView>,
    feed: Arc<Feed>,
    notes: Sender<Note>,
    machine: Machine,
    capture: Option<Watched>,
    session: Option<(u64, Sending)>,
    /// What the session with this number failed of, while the server is asked why.
    asking: Option<(u64, String)>,
    number: u64,
    muted: bool,
    /// Makes WebRTC ready in the background.
    warming: Option<thread::JoinHandle<()>>,
    started: Instant,
}

impl Worker {
    fn run(mut self, inbox: &Receiver<Note>) {
        let mut ticked = Instant::now();
        loop {
            let note = if self.machine.needs_ticks() {
                inbox.recv_timeout(TICK.saturating_sub(ticked.elapsed()))
            } else {
                inbox.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            match note {
                Ok(Note::Quit) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(note) => self.note(note),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if ticked.elapsed() >= TICK {
                ticked = Instant::now();
                self.tick();
            }
        }
        if let Some(told) = self.close_session() {
            // An end that comes too late is one the server finds out by itself.
            let _ = told.recv_timeout(LAST_WORDS);
        }
        self.close_capture();
        // A program that ends while OpenSSL makes a certificate crashes.
        if let Some(warming) = self.warming.take() {
            let _ = warming.join();
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn note(&mut self, note: Note) {
        match note {
            Note::Command(command) => {
                tracing::info!(?command, "publisher");
                if matches!(command, PublishCommand::Open(_)) {
                    self.warm_up();
                }
                let outputs = self.machine.command(command, self.now());
                self.carry_out(outputs);
            }
            Note::Capture(number, message) => {
                if self.capture.as_ref().is_some_and(|c| c.number == number) {
                    self.of_capture(&message);
                }
            }
            Note::Session(number, _)
            | Note::Known(number)
            | Note::Offer(number, _)
            | Note::Answer(number, _)
            | Note::Refused(number, _)
            | Note::Connection(number, _)
            | Note::Report(number, _)
            | Note::Ended(number, _) => {
                if self.session.as_ref().is_some_and(|(n, _)| *n == number) {
                    self.of_session(note);
                }
            }
            Note::Quit => {}
        }
    }

    fn fact(&mut self, fact: Fact) {
        let outputs = self.machine.fact(fact, self.now());
        self.carry_out(outputs);
    }

    fn of_capture(&mut self, message: &gst::Message) {
        match message.view() {
            MessageView::Error(error) => {
                let fault = Capturing::fault(error);
                self.fact(Fact::CaptureFailed(fault));
            }
            MessageView::Element(element) => {
                if let Some(level) = element.structure().and_then(level) {
                    (self.events)(PublishEvent::Level(level));
                }
            }
            _ => {}
        }
    }

    /// A session cannot go on. The server is asked why before anything else: it may have given the stream
    /// to somebody else.
    fn lose(&mut self, fault: SendFault) {
        if let (SendFault::Network(why), Some((number, session))) = (&fault, &self.session) {
            let asked = self.asking.as_ref().is_some_and(|(it, _)| it == number);
            if asked {
                return;
            }
            if session.ask(*number, self.notes.clone()) {
                self.asking = Some((*number, why.clone()));
                return;
            }
        }
        self.fact(Fact::SendFailed(fault));
    }

    fn told(&mut self, number: u64, ending: Ending) {
        let Some((asked, why)) = self.asking.take() else {
            return;
        };
        if asked != number {
            return;
        }
        tracing::info!(?ending, why, "the session is over");
        self.fact(Fact::SendFailed(match ending {
            Ending::Lost => SendFault::Network(why),
            Ending::Unknown => SendFault::Dropped(why),
            Ending::Replaced => SendFault::Replaced,
            Ending::Revoked => SendFault::Forbidden("revoked".into()),
            Ending::Over => SendFault::Over,
        }));
    }

    fn of_session(&mut self, note: Note) {
        if let Note::Ended(number, ending) = note {
            self.told(number, ending);
            return;
        }
        let (now, notes) = (self.now(), self.notes.clone());
        let Some((number, session)) = self.session.as_mut() else {
            return;
        };
        let number = *number;
        let fault = match note {
            Note::Session(_, message) => match message.view() {
                MessageView::Latency(_) => {
                    session.recalculate_latency();
                    return;
                }
                MessageView::Error(error) => {
                    tracing::warn!(
                        error = %error.error(),
                        debug = error.debug().as_deref(),
                        "the session failed"
                    );
                    SendFault::Network(error.error().message().to_owned())
                }
                _ => return,
            },
            Note::Known(_) => {
                session.begin_offer(number, notes);
                return;
            }
            Note::Offer(_, offer) => match offer.and_then(|()| session.send_offer(number, notes)) {
                Ok(()) => return,
                Err(why) => SendFault::Network(why),
            },
            Note::Answer(_, Ok(answer)) => {
                session.accept(&answer, number, notes);
                return;
            }
            Note::Answer(_, Err(error)) => match error {
                SignalError::Forbidden(why) => SendFault::Forbidden(why),
                SignalError::NotFound => SendFault::NotFound,
                SignalError::Unsuitable(why) => SendFault::Unsuitable(why),
                SignalError::Network(why) => SendFault::Network(why),
            },
            Note::Refused(_, why) => SendFault::Unsuitable(why),
            Note::Connection(_, WebRTCPeerConnectionState::Connected) => {
                session.connected();
                self.fact(Fact::Connected);
                return;
            }
            // Closed: the server has said goodbye.
            Note::Connection(
                _,
                WebRTCPeerConnectionState::Failed | WebRTCPeerConnectionState::Closed,
            ) => SendFault::Network("the connection failed".into()),
            Note::Report(_, report) => {
                session.adapt(report, now);
                return;
            }
            Note::Connection(..)
            | Note::Command(_)
            | Note::Capture(..)
            | Note::Ended(..)
            | Note::Quit => return,
        };
        self.lose(fault);
    }

    fn tick(&mut self) {
        if let Some(fact) = self.look_at_capture() {
            self.fact(fact);
        }
        let notes = self.notes.clone();
        if let Some((number, session)) = self.session.as_mut() {
            session.request_report(*number, &notes);
            if session.is_lost() {
                self.lose(SendFault::Network("the server is silent".into()));
            }
        }
        let outputs = self.machine.tick(self.now());
        self.carry_out(outputs);
    }

    fn look_at_capture(&mut self) -> Option<Fact> {
        let watched = self.capture.as_mut()?;
        let (pictures, sounds) = watched.capturing.counts();
        for (seen, count) in [
            (&mut watched.pictures, pictures),
            (&mut watched.sounds, sounds),
        ] {
            if seen.0 != count {
                *seen = (count, Instant::now());
            }
        }
        let (camera, microphone) = (
            watched.capturing.has_camera(),
            watched.capturing.has_microphone(),
        );
        if !watched.captured {
            watched.captured = (!camera || pictures > 0) && (!microphone || sounds > 0);
            return watched.captured.then_some(Fact::Captured);
        }
        if camera && watched.pictures.1.elapsed() >= DEVICE_SILENCE {
            let error = PublishError::NoCamera("no picture comes any more".into());
            return Some(Fact::CaptureFailed(error));
        }
        if microphone && watched.sounds.1.elapsed() >= DEVICE_SILENCE {
            let error = PublishError::NoMicrophone("no sound comes any more".into());
            return Some(Fact::CaptureFailed(error));
        }
        None
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Event(event) => (self.events)(event),
                Output::Action(action) => {
                    if let Some(fact) = self.act(action) {
                        self.fact(fact);
                    }
                }
            }
        }
    }

    /// Does it; a fact if it failed at once.
    fn act(&mut self, action: Action) -> Option<Fact> {
        match action {
            Action::OpenCapture(capture) => {
                self.number += 1;
                if let Err(error) = gst::init() {
                    let error = PublishError::Internal(error.to_string());
                    return Some(Fact::CaptureFailed(error));
                }
                self.view.start_over(capture.mirror);
                let opened = Capturing::open(
                    &capture,
                    self.muted,
                    self.number,
                    &self.notes,
                    &self.feed,
                    &self.view,
                );
                let now = Instant::now();
                match opened {
                    Ok(capturing) => {
                        self.capture = Some(Watched {
                            number: self.number,
                            capturing,
                            captured: false,
                            pictures: (0, now),
                            sounds: (0, now),
                        });
                        None
                    }
                    Err(error) => Some(Fact::CaptureFailed(error)),
                }
            }
            Action::CloseCapture => {
                self.close_capture();
                None
            }
            Action::OpenSession { url, bearer } => {
                self.number += 1;
                let capturing = &self.capture.as_ref()?.capturing;
                match Sending::open(&url, bearer, capturing, self.number, &self.notes) {
                    Ok(session) => {
                        self.feed.set(Some(session.inlets()));
                        self.session = Some((self.number, session));
                        None
                    }
                    Err(error) => {
                        tracing::error!(%error, "no session can be built");
                        Some(Fact::SendFailed(SendFault::Unsuitable(error.to_string())))
                    }
                }
            }
            Action::CloseSession => {
                drop(self.close_session());
                None
            }
            Action::SetMuted(muted) => {
                self.muted = muted;
                if let Some(watched) = &self.capture {
                    watched.capturing.set_muted(muted);
                }
                None
            }
        }
    }

    fn close_session(&mut self) -> Option<Receiver<()>> {
        self.feed.set(None);
        self.session.take().and_then(|(_, session)| session.close())
    }

    fn close_capture(&mut self) {
        if let Some(watched) = self.capture.take() {
            watched.capturing.close();
        }
        self.view.start_over(false);
    }

    /// Beside opening the camera, so that sending begins at once.
    fn warm_up(&mut self) {
        if self.warming.is_some() {
            return;
        }
        let warming = thread::Builder::new()
            .name("publisher-warm".into())
            .spawn(|| {
                signalling::warm_up();
                if gst::init().is_ok() {
                    peer::warm_up();
                    for name in ["x264enc", "opusenc", "rtph264pay", "rtpopuspay"] {
                        let loaded = gst::ElementFactory::find(name).map(|factory| factory.load());
                        if !matches!(loaded, Some(Ok(_))) {
                            tracing::warn!(name, "this GStreamer element is missing");
                        }
                    }
                }
            });
        match warming {
            Ok(thread) => self.warming = Some(thread),
            Err(error) => tracing::warn!(%error, "WebRTC is made ready when it is needed"),
        }
    }
}
