//! A publisher without camera and network, for screen tests. It runs the real publisher's state
//! machine over pretended devices, on a clock that only [`FakePublisher::advance`] moves.

use std::sync::Arc;

use parking_lot::Mutex;

use super::machine::{Action, Fact, Machine, Output, SendFault};
use super::{Camera, Capture, PublishCommand, PublishError, PublishEvent, PublishSink, Publisher};
use crate::Frame;

/// Resolution of the pretended time, in milliseconds.
const STEP_MS: u64 = 10;
/// Time between two pictures, in milliseconds.
const FRAME_MS: u64 = 40;
/// Time between two levels, in milliseconds.
const LEVEL_MS: u64 = 200;
/// Size of the self view.
const SIZE: (u32, u32) = (320, 180);

/// What the pretended server and the network do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// Everything arrives.
    #[default]
    Good,
    /// Nothing arrives.
    Offline,
    /// The server answers 403.
    Refuses,
    /// The server answers 404.
    NotFound,
    /// Another one takes the stream.
    Replaces,
}

/// How the pretended devices and network behave. Can be changed at any time.
#[derive(Clone, Debug)]
pub struct World {
    /// Time from opening to the first picture, in milliseconds.
    pub open_ms: u64,
    /// Time from starting to the server receiving, in milliseconds.
    pub connect_ms: u64,
    /// What is wrong with camera and microphone, as long as it is.
    pub devices_fail: Option<PublishError>,
    /// The network.
    pub network: Network,
    /// How loud the microphone is, 0 to 1.
    pub level: f32,
}

impl Default for World {
    /// Everything works.
    fn default() -> Self {
        Self {
            open_ms: 50,
            connect_ms: 100,
            devices_fail: None,
            network: Network::Good,
            level: 0.3,
        }
    }
}

/// See the module. Clones are handles to the same publisher: give one to the code under test and
/// keep one to move the clock.
#[derive(Clone)]
pub struct FakePublisher {
    inner: Arc<Mutex<Inner>>,
    events: PublishSink,
}

struct Inner {
    machine: Machine,
    now: u64,
    world: World,
    capture: Option<(Capture, u64, bool)>,
    /// When it began, and whether the server receives.
    session: Option<(u64, bool)>,
    muted: bool,
    picture: Option<u64>,
    commands: Vec<PublishCommand>,
}

impl FakePublisher {
    /// A publisher that is closed, in a world where everything works.
    pub fn new(events: PublishSink) -> Self {
        Self {
            inner: Arc::new(Mutex::new(Inner {
                machine: Machine::new(),
                now: 0,
                world: World::default(),
                capture: None,
                session: None,
                muted: false,
                picture: None,
                commands: Vec::new(),
            })),
            events,
        }
    }

    /// Changes the world.
    pub fn change(&self, change: impl FnOnce(&mut World)) {
        change(&mut self.inner.lock().world);
    }

    /// Lets `ms` milliseconds pass. Events are sent before this returns.
    pub fn advance(&self, ms: u64) {
        let mut left = ms;
        while left > 0 {
            let step = left.min(STEP_MS);
            left -= step;
            let events = self.inner.lock().step(step);
            // Without the lock, so that the sink may ask for the frame.
            events.into_iter().for_each(|event| (self.events)(event));
        }
    }

    /// Every command so far, in order.
    #[must_use]
    pub fn commands(&self) -> Vec<PublishCommand> {
        self.inner.lock().commands.clone()
    }

    /// Whether silence is sent.
    #[must_use]
    pub fn is_muted(&self) -> bool {
        self.inner.lock().muted
    }
}

impl Publisher for FakePublisher {
    fn send(&self, command: PublishCommand) {
        let events = {
            let mut inner = self.inner.lock();
            inner.commands.push(command.clone());
            let now = inner.now;
            let outputs = inner.machine.command(command, now);
            inner.carry_out(outputs)
        };
        events.into_iter().for_each(|event| (self.events)(event));
    }

    fn take_frame(&self) -> Option<Frame> {
        let now = self.inner.lock().picture.take()?;
        let second = u8::try_from(now / 1_000 % 8).unwrap_or_default();
        let pixel = [40 + second * 20, 120, 200 - second * 20];
        Some(Frame {
            width: SIZE.0,
            height: SIZE.1,
            data: Arc::new(pixel.repeat((SIZE.0 * SIZE.1) as usize)),
            position_ms: i64::try_from(now).unwrap_or(i64::MAX),
        })
    }

    fn picture(&self) -> Option<Vec<u8>> {
        if !self.inner.lock().sees() {
            return None;
        }
        let grey = vec![128; (SIZE.0 * SIZE.1 * 3) as usize];
        let mut jpeg = Vec::new();
        image::codecs::jpeg::JpegEncoder::new(&mut jpeg)
            .encode(&grey, SIZE.0, SIZE.1, image::ExtendedColorType::Rgb8)
            .ok()?;
        Some(jpeg)
    }
}

impl Inner {
    fn sees(&self) -> bool {
        self.capture
            .as_ref()
            .is_some_and(|(capture, _, on)| *on && capture.camera != Camera::None)
    }

    fn step(&mut self, ms: u64) -> Vec<PublishEvent> {
        self.now += ms;
        let mut events = Vec::new();
        for fact in self.facts() {
            let outputs = self.machine.fact(fact, self.now);
            events.extend(self.carry_out(outputs));
        }
        if self.machine.needs_ticks() {
            let outputs = self.machine.tick(self.now);
            events.extend(self.carry_out(outputs));
        }
        if self.sees() && self.now % FRAME_MS < ms && self.picture.replace(self.now).is_none() {
            events.push(PublishEvent::FrameReady);
        }
        if self.capture.as_ref().is_some_and(|c| c.2) && self.now % LEVEL_MS < ms {
            events.push(PublishEvent::Level(self.world.level));
        }
        events
    }

    fn facts(&mut self) -> Vec<Fact> {
        let mut facts = Vec::new();
        if let Some((_, since, on)) = self.capture.as_mut() {
            if let Some(error) = &self.world.devices_fail {
                facts.push(Fact::CaptureFailed(error.clone()));
            } else if !*on && self.now >= *since + self.world.open_ms {
                *on = true;
                facts.push(Fact::Captured);
            }
        }
        if let Some((since, up)) = self.session.as_mut() {
            let answered = self.now >= *since + self.world.connect_ms;
            match self.world.network {
                Network::Offline => {
                    facts.push(Fact::SendFailed(SendFault::Network("offline".into())));
                }
                Network::Replaces if *up => {
                    facts.push(Fact::SendFailed(SendFault::Replaced));
                }
                _ if *up || !answered => {}
                Network::Good | Network::Replaces => {
                    *up = true;
                    facts.push(Fact::Connected);
                }
                Network::Refuses => {
                    facts.push(Fact::SendFailed(SendFault::Forbidden("403".into())));
                }
                Network::NotFound => facts.push(Fact::SendFailed(SendFault::NotFound)),
            }
        }
        facts
    }

    fn carry_out(&mut self, outputs: Vec<Output>) -> Vec<PublishEvent> {
        let mut events = Vec::new();
        for output in outputs {
            match output {
                Output::Event(event) => events.push(event),
                Output::Action(Action::OpenCapture(capture)) => {
                    self.capture = Some((capture, self.now, false));
                }
                Output::Action(Action::CloseCapture) => {
                    self.capture = None;
                    self.picture = None;
                }
                Output::Action(Action::OpenSession { .. }) => {
                    self.session = Some((self.now, false));
                }
                Output::Action(Action::CloseSession) => self.session = None,
                Output::Action(Action::SetMuted(muted)) => self.muted = muted,
            }
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::{Microphone, PublishState, TestPattern};

    type Log = Arc<Mutex<Vec<PublishEvent>>>;

    fn publisher() -> (FakePublisher, Log) {
        let log = Log::default();
        let sink = Arc::clone(&log);
        let publisher = FakePublisher::new(Arc::new(move |e| sink.lock().push(e)));
        publisher.send(PublishCommand::Open(Capture {
            camera: Camera::Test(TestPattern::Bars),
            microphone: Microphone::Test(440),
            mirror: true,
        }));
        publisher.send(PublishCommand::Start {
            url: "http://a/whip".into(),
            bearer: None,
        });
        (publisher, log)
    }

    fn states(log: &Log) -> Vec<PublishState> {
        let state = |e: &PublishEvent| match e {
            PublishEvent::State(s) => Some(*s),
            _ => None,
        };
        log.lock().iter().filter_map(state).collect()
    }

    #[test]
    fn opens_connects_and_sends() {
        let (publisher, log) = publisher();
        publisher.advance(1_000);
        assert_eq!(
            states(&log),
            [
                PublishState::Opening,
                PublishState::Connecting,
                PublishState::Sending
            ]
        );
        assert!(publisher.take_frame().is_some());
        assert!(publisher.take_frame().is_none(), "taken once");
        assert!(
            publisher
                .picture()
                .is_some_and(|jpeg| jpeg.starts_with(&[0xff, 0xd8]))
        );
        let levels = |e: &&PublishEvent| matches!(e, PublishEvent::Level(_));
        assert_eq!(log.lock().iter().filter(levels).count(), 5);
        publisher.send(PublishCommand::SetMuted(true));
        assert!(publisher.is_muted());
        publisher.send(PublishCommand::Close);
        assert!(publisher.picture().is_none());
    }

    #[test]
    fn comes_back_when_the_network_does() {
        let (publisher, log) = publisher();
        publisher.advance(10_000);
        publisher.change(|world| world.network = Network::Offline);
        publisher.advance(30_000);
        assert_eq!(states(&log).last(), Some(&PublishState::Reconnecting));
        publisher.change(|world| world.network = Network::Good);
        publisher.advance(4_000);
        assert_eq!(states(&log).last(), Some(&PublishState::Sending));
    }

    #[test]
    fn a_camera_in_use_is_told_and_waited_for() {
        let (publisher, log) = publisher();
        publisher.change(|world| {
            world.devices_fail = Some(PublishError::CameraBusy("x".into()));
        });
        publisher.advance(20_000);
        let told = |e: &&PublishEvent| matches!(e, PublishEvent::Failed(_));
        assert_eq!(log.lock().iter().filter(told).count(), 1);
        assert_eq!(states(&log).last(), Some(&PublishState::Failed));
        publisher.change(|world| world.devices_fail = None);
        publisher.advance(4_000);
        assert_eq!(states(&log).last(), Some(&PublishState::Sending));
    }
}
