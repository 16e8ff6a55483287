//! The real player: the state machine in front of a GStreamer pipeline, both on a thread of
//! their own. Commands and bus messages arrive there through one queue, so nothing here needs a
//! lock except the one picture that waits to be fetched.
//!
//! A pipeline serves one location and is thrown away afterwards: reusing `uridecodebin3` for
//! another location is where version 1.22 hangs and leaks.

mod branches;
mod faults;
mod note;
mod picture;
pub(crate) mod pipeline;
mod playback;
mod settings;
mod source;
mod whep;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use gst::prelude::*;

use self::note::Note;
use self::picture::Pictures;
use self::playback::Playback;
pub use self::settings::{Settings, Sound};
use crate::machine::{Action, Fact, Machine, Output};
use crate::signalling::SignalError;
use crate::{
    Command, EventSink, Frame, PictureMemory, PlayError, Player, SoundTap, Statistics, peer,
    signalling,
};

/// How often time is told to the state machine and the position is asked for while something
/// plays. Half of the 500 ms that positions may be apart, less the machine's own spacing.
const TICK: Duration = Duration::from_millis(100);
/// How long dropping a player waits for its thread. Only a hung driver takes that long.
const GOODBYE: Duration = Duration::from_secs(5);

/// Plugins a programme usually needs; loading them takes 100–300 ms the first time, which would
/// be spent between OK and the first picture otherwise.
const USUAL_ELEMENTS: [&str; 16] = [
    "uridecodebin",
    "uridecodebin3",
    "filesrc",
    "souphttpsrc",
    "qtdemux",
    "h264parse",
    "aacparse",
    "avdec_h264",
    "avdec_aac",
    "multiqueue",
    "videoflip",
    "videoconvertscale",
    "audioconvert",
    "audioresample",
    "volume",
    "autoaudiosink",
];

/// The player of a terminal. Dropping it stops everything.
pub struct GstPlayer {
    notes: Sender<Note>,
    pictures: Arc<Pictures>,
    finished: parking_lot::Mutex<Receiver<()>>,
}

impl GstPlayer {
    /// Starts a player with the usual settings. Returns at once; GStreamer and the usual plugins
    /// are loaded in the background with [`Command::Prepare`] or the first [`Command::Load`].
    pub fn new(events: EventSink) -> Self {
        Self::with(Settings::default(), events)
    }

    /// Starts a player with these settings.
    pub fn with(settings: Settings, events: EventSink) -> Self {
        Self::start(settings, events, None)
    }

    /// Starts a player that lets somebody hear what its WHEP streams play.
    pub fn with_sound_tap(settings: Settings, events: EventSink, tap: SoundTap) -> Self {
        Self::start(settings, events, Some(tap))
    }

    fn start(settings: Settings, events: EventSink, tap: Option<SoundTap>) -> Self {
        let (notes, inbox) = channel();
        let (finish, finished) = channel();
        let pictures = Arc::new(Pictures::new(Arc::clone(&events)));
        let worker = Worker {
            settings,
            tap,
            events,
            pictures: Arc::clone(&pictures),
            notes: notes.clone(),
            machine: Machine::new(),
            playback: None,
            number: 0,
            warming: None,
            loudness: (100, false),
            started: Instant::now(),
        };
        let spawned = thread::Builder::new().name("player".into()).spawn(move || {
            worker.run(&inbox);
            // Nobody listens when the player was dropped without waiting.
            let _ = finish.send(());
        });
        if let Err(error) = spawned {
            tracing::error!(%error, "no thread for the player; nothing will play");
        }
        Self {
            notes,
            pictures,
            finished: parking_lot::Mutex::new(finished),
        }
    }
}

impl Player for GstPlayer {
    fn send(&self, command: Command) {
        if self.notes.send(Note::Command(command)).is_err() {
            tracing::error!("the player's thread is gone");
        }
    }

    fn paint_into(&self, memory: PictureMemory) {
        self.pictures.paint_into(memory);
    }

    fn take_frame(&self) -> Option<Frame> {
        self.pictures.take()
    }

    fn statistics(&self) -> Statistics {
        self.pictures.statistics()
    }
}

impl Drop for GstPlayer {
    fn drop(&mut self) {
        if self.notes.send(Note::Quit).is_err() {
            return;
        }
        if self.finished.lock().recv_timeout(GOODBYE) == Err(RecvTimeoutError::Timeout) {
            tracing::error!("the player's thread does not end; leaving it behind");
        }
    }
}

/// Everything that lives on the player's thread.
struct Worker {
    settings: Settings,
    tap: Option<SoundTap>,
    events: EventSink,
    pictures: Arc<Pictures>,
    notes: Sender<Note>,
    machine: Machine,
    playback: Option<Playback>,
    /// Makes WebRTC ready in the background.
    warming: Option<thread::JoinHandle<()>>,
    /// Number of the newest pipeline: what older ones still say is not listened to.
    number: u64,
    loudness: (u8, bool),
    started: Instant,
}

impl Worker {
    fn run(mut self, inbox: &Receiver<Note>) {
        // GStreamer's libraries take more memory than all screens together: not before a programme
        // is near.
        let load = loop {
            match inbox.recv() {
                Ok(Note::Command(command @ (Command::Prepare | Command::Load(_)))) => {
                    break command;
                }
                Ok(Note::Command(command)) => self.command(command),
                Ok(Note::Bus(..) | Note::Fact(..) | Note::Offer(..) | Note::Answer(..)) => {}
                Ok(Note::Quit) | Err(_) => return,
            }
        };
        // Put back in front of what came after it: nothing else reads this queue.
        let mut first = Some(Note::Command(load));
        if let Err(error) = gst::init() {
            tracing::error!(%error, "GStreamer does not start");
            self.refuse_everything(first.into_iter().chain(inbox), &error.to_string());
            return;
        }
        for name in USUAL_ELEMENTS {
            let loaded = gst::ElementFactory::find(name).map(|factory| factory.load());
            if !matches!(loaded, Some(Ok(_))) {
                tracing::warn!(name, "this GStreamer element is missing");
            }
        }
        let mut ticked = Instant::now();
        loop {
            let note = if let Some(note) = first.take() {
                Ok(note)
            } else if self.machine.needs_ticks() {
                inbox.recv_timeout(TICK.saturating_sub(ticked.elapsed()))
            } else {
                inbox.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            match note {
                Ok(Note::Quit) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Note::Command(command)) => self.command(command),
                Ok(Note::Bus(number, message)) if number == self.number => self.bus(&message),
                Ok(Note::Fact(number, fact)) if number == self.number => self.fact(fact),
                Ok(Note::Offer(number, offer)) if number == self.number => self.offered(offer),
                Ok(Note::Answer(number, answer)) if number == self.number => {
                    self.answered(answer);
                }
                Ok(Note::Bus(..) | Note::Fact(..) | Note::Offer(..) | Note::Answer(..))
                | Err(RecvTimeoutError::Timeout) => {}
            }
            if ticked.elapsed() >= TICK {
                ticked = Instant::now();
                self.tick();
            }
        }
        self.number += 1;
        if let Some(playback) = self.playback.take() {
            playback.close_for_good();
        }
        // A program that ends while OpenSSL makes a certificate crashes.
        if let Some(warming) = self.warming.take() {
            let _ = warming.join();
        }
    }

    /// Makes WebRTC ready beside everything else.
    fn warm_up(&mut self) {
        if self.warming.is_some() {
            return;
        }
        let warming = thread::Builder::new().name("player-warm".into()).spawn(|| {
            signalling::warm_up();
            peer::warm_up();
            whep::warm_up();
        });
        match warming {
            Ok(thread) => self.warming = Some(thread),
            Err(error) => tracing::warn!(%error, "WebRTC is made ready when it is needed"),
        }
    }

    fn offered(&mut self, offer: Result<(), peer::Refusal>) {
        let (number, notes) = (self.number, self.notes.clone());
        if let Some(Playback::Whep(session)) = &mut self.playback
            && let Err(why) = offer.and_then(|()| session.send_offer(number, notes))
        {
            self.fact(Fact::Fault(PlayError::Internal(why)));
        }
    }

    fn answered(&mut self, answer: Result<String, SignalError>) {
        let fact = match answer {
            Ok(answer) => {
                if let Some(Playback::Whep(session)) = &self.playback {
                    session.accept(&answer, self.number, self.notes.clone());
                }
                Fact::Progress
            }
            Err(SignalError::Forbidden(_)) => Fact::Fault(PlayError::Forbidden),
            Err(SignalError::NotFound) => Fact::Fault(PlayError::NotFound),
            Err(SignalError::Unsuitable(why)) => Fact::Fault(PlayError::Unsupported(why)),
            Err(SignalError::Network(why)) => Fact::Fault(PlayError::Network(why)),
        };
        self.fact(fact);
    }

    /// Without GStreamer every load fails, in the words of any other failure.
    fn refuse_everything(&mut self, notes: impl Iterator<Item = Note>, why: &str) {
        for note in notes {
            match note {
                Note::Quit => return,
                Note::Command(command) => {
                    let loads = matches!(command, Command::Load(_));
                    let now = self.now();
                    let mut outputs = self.machine.command(command, now);
                    if loads {
                        let fault = Fact::Fault(PlayError::Internal(why.to_owned()));
                        outputs.extend(self.machine.fact(fault, now));
                    }
                    for output in outputs {
                        if let Output::Event(event) = output {
                            (self.events)(event);
                        }
                    }
                }
                Note::Bus(..) | Note::Fact(..) | Note::Offer(..) | Note::Answer(..) => {}
            }
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn command(&mut self, command: Command) {
        if let Command::Load(source) = &command {
            tracing::info!(uri = source.place(), start_ms = source.start_ms, "load");
        }
        if matches!(command, Command::Load(_) | Command::Stop) {
            // Before anything tells that it is left: not one picture of it comes after that.
            self.number += 1;
            self.pictures.leave(self.number);
        }
        if matches!(command, Command::Load(_)) {
            self.pictures.count_anew();
        }
        if command == Command::Prepare {
            self.warm_up();
        }
        let outputs = self.machine.command(command, self.now());
        self.carry_out(outputs);
    }

    fn fact(&mut self, fact: Fact) {
        let outputs = self.machine.fact(fact, self.now());
        self.carry_out(outputs);
    }

    fn bus(&mut self, message: &gst::Message) {
        let Some(pipeline) = self.playback.as_mut() else {
            return;
        };
        for fact in pipeline.understand(message) {
            self.fact(fact);
        }
    }

    fn tick(&mut self) {
        if let Some(pipeline) = self.playback.as_mut() {
            for fact in pipeline.poll() {
                self.fact(fact);
            }
        }
        let outputs = self.machine.tick(self.now());
        self.carry_out(outputs);
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Event(event) => (self.events)(event),
                Output::Action(action) => self.act(action),
            }
        }
    }

    fn act(&mut self, action: Action) {
        tracing::debug!(?action, "player");
        match action {
            Action::Open {
                source,
                hold_pictures,
                silent,
            } => {
                self.close();
                self.number += 1;
                let number = self.number;
                let mut settings = self.settings;
                if silent {
                    settings.sound = Sound::Silent;
                }
                self.pictures.listen_to(number, hold_pictures);
                let opened = Playback::open(
                    &source,
                    settings,
                    self.loudness,
                    self.tap.clone(),
                    number,
                    &self.notes,
                    &self.pictures,
                );
                match opened {
                    Ok(playback) => self.playback = Some(playback),
                    Err(error) => {
                        let fault = Fact::Fault(PlayError::Internal(error.to_string()));
                        // Through the queue, so that it comes after this action's events.
                        let _ = self.notes.send(Note::Fact(number, fault));
                    }
                }
            }
            Action::Close => self.close(),
            Action::SetMoving(moving) => {
                if let Some(pipeline) = &self.playback {
                    pipeline.set_moving(moving);
                }
            }
            Action::Seek { position_ms, exact } => {
                let accepted = self
                    .playback
                    .as_mut()
                    .is_some_and(|p| p.seek(position_ms, exact));
                if !accepted {
                    tracing::warn!(position_ms, exact, "the stream refuses the seek");
                    self.pictures.release();
                    let _ = self.notes.send(Note::Fact(self.number, Fact::SeekRefused));
                }
            }
            Action::Loudness { volume, muted } => {
                self.loudness = (volume, muted);
                if let Some(pipeline) = &self.playback {
                    pipeline.set_loudness(volume, muted);
                }
            }
        }
    }

    fn close(&mut self) {
        self.number += 1;
        self.pictures.listen_to(self.number, true);
        if let Some(pipeline) = self.playback.take() {
            pipeline.close();
        }
    }
}
