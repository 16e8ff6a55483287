//! The state machine of the publisher: commands, facts and the time go in, events and actions come
//! out. It owns no clock, no thread and no GStreamer, so the real publisher and the fake share it.

use super::{
    Camera, Capture, Microphone, PublishCommand, PublishError, PublishEvent, PublishState,
};
use crate::live::Retry;

/// Time between attempts to switch on a camera that was unplugged or is in use, in milliseconds.
const REOPEN_MS: u64 = 2_000;
/// Camera and microphone give nothing for so long: they are gone, in milliseconds.
const OPENING_MS: u64 = 10_000;
/// The server has not received anything so long after an attempt began, in milliseconds.
const CONNECTING_MS: u64 = 6_000;
/// Sending for so long ends an outage, in milliseconds.
const RECOVERED_MS: u64 = 5_000;
/// A server that drops the session so often, without a word…
const DROPPED: usize = 4;
/// …within this time, in milliseconds, has given the stream to another.
const DROPPED_WITHIN_MS: u64 = 60_000;

/// Why a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SendFault {
    /// 401, 403.
    Forbidden(String),
    /// 404, 410.
    NotFound,
    /// Another one sends this stream now.
    Replaced,
    /// What it was sent to is over.
    Over,
    /// The server understands nothing of what is offered.
    Unsuitable(String),
    /// Everything that may be better the next time.
    Network(String),
    /// The server knows nothing of the session any more and does not say why.
    Dropped(String),
}

/// What capture and session tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// Everything that was chosen gives data.
    Captured,
    /// Camera or microphone cannot go on.
    CaptureFailed(PublishError),
    /// The server receives.
    Connected,
    /// The session cannot go on.
    SendFailed(SendFault),
}

/// What is to be done.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Action {
    OpenCapture(Capture),
    CloseCapture,
    OpenSession { url: String, bearer: Option<String> },
    CloseSession,
    SetMuted(bool),
}

/// What comes out, in order.
#[derive(Clone, PartialEq)]
pub(crate) enum Output {
    Event(PublishEvent),
    Action(Action),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Devices {
    Off,
    Opening {
        since: u64,
    },
    On,
    /// Gone; tried again then.
    Gone {
        until: u64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Session {
    None,
    Connecting {
        since: u64,
    },
    Up {
        since: u64,
    },
    /// Lost; tried again then.
    Lost {
        until: u64,
    },
    /// Refused; not tried again.
    Refused,
}

/// See the module.
pub(crate) struct Machine {
    capture: Capture,
    devices: Devices,
    session: Session,
    target: Option<(String, Option<String>)>,
    /// Has been connected, or tried to, since the start.
    reconnecting: bool,
    /// The newest failure of the devices has been told.
    told_devices: Option<PublishError>,
    told_network: bool,
    /// When the server dropped sessions without a word.
    dropped: Vec<u64>,
    retry: Retry,
    shown: PublishState,
    out: Vec<Output>,
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self {
            capture: Capture::default(),
            devices: Devices::Off,
            session: Session::None,
            target: None,
            reconnecting: false,
            told_devices: None,
            told_network: false,
            dropped: Vec::new(),
            retry: Retry::default(),
            shown: PublishState::Closed,
            out: Vec::new(),
        }
    }

    /// Whether time matters now.
    pub(crate) fn needs_ticks(&self) -> bool {
        self.devices != Devices::Off
    }

    pub(crate) fn command(&mut self, command: PublishCommand, now: u64) -> Vec<Output> {
        match command {
            PublishCommand::Open(capture) => {
                if self.devices == Devices::Off || capture != self.capture {
                    self.end_session(Session::None);
                    self.close_devices();
                    self.capture = capture;
                    self.told_devices = None;
                    self.open_devices(now);
                }
            }
            PublishCommand::Start { url, bearer } => {
                let target = Some((url, bearer));
                let refused = self.session == Session::Refused;
                if self.target != target || refused {
                    self.end_session(Session::None);
                    self.target = target;
                    self.fresh_start();
                }
            }
            PublishCommand::StopSending => {
                self.end_session(Session::None);
                self.target = None;
                self.fresh_start();
            }
            PublishCommand::SetMuted(muted) => self.act(Action::SetMuted(muted)),
            PublishCommand::Close => {
                self.end_session(Session::None);
                self.target = None;
                self.fresh_start();
                self.close_devices();
            }
        }
        self.settle(now)
    }

    pub(crate) fn fact(&mut self, fact: Fact, now: u64) -> Vec<Output> {
        let has_session = matches!(
            self.session,
            Session::Connecting { .. } | Session::Up { .. }
        );
        match fact {
            Fact::Captured if matches!(self.devices, Devices::Opening { .. }) => {
                self.devices = Devices::On;
                self.told_devices = None;
            }
            Fact::CaptureFailed(error)
                if matches!(self.devices, Devices::Opening { .. } | Devices::On) =>
            {
                self.lose_devices(error, now);
            }
            Fact::Connected if matches!(self.session, Session::Connecting { .. }) => {
                self.session = Session::Up { since: now };
                self.reconnecting = true;
                self.told_network = false;
            }
            Fact::SendFailed(fault) if has_session => self.lose_session(fault, now),
            // Of something that has already been closed.
            _ => {}
        }
        self.settle(now)
    }

    /// Time has passed. To be called several times a second while [`Self::needs_ticks`].
    pub(crate) fn tick(&mut self, now: u64) -> Vec<Output> {
        match self.devices {
            Devices::Opening { since } if now.saturating_sub(since) >= OPENING_MS => {
                let error = match self.capture.camera {
                    Camera::None => PublishError::NoMicrophone("it gives no sound".into()),
                    _ => PublishError::NoCamera("it gives no picture".into()),
                };
                self.lose_devices(error, now);
            }
            Devices::Gone { until } if now >= until => self.open_devices(now),
            _ => {}
        }
        match self.session {
            Session::Connecting { since } if now.saturating_sub(since) >= CONNECTING_MS => {
                self.lose_session(SendFault::Network("no connection".into()), now);
            }
            Session::Up { since } if now.saturating_sub(since) >= RECOVERED_MS => {
                self.retry.succeeded();
            }
            _ => {}
        }
        self.settle(now)
    }

    fn open_devices(&mut self, now: u64) {
        let nothing =
            self.capture.camera == Camera::None && self.capture.microphone == Microphone::None;
        if nothing {
            self.devices = Devices::Gone { until: u64::MAX };
            self.tell_devices(PublishError::NothingChosen);
            return;
        }
        self.devices = Devices::Opening { since: now };
        self.act(Action::OpenCapture(self.capture.clone()));
    }

    fn close_devices(&mut self) {
        if matches!(self.devices, Devices::Opening { .. } | Devices::On) {
            self.act(Action::CloseCapture);
        }
        self.devices = Devices::Off;
    }

    fn lose_devices(&mut self, error: PublishError, now: u64) {
        self.end_session(Session::None);
        self.close_devices();
        self.devices = Devices::Gone {
            until: now + REOPEN_MS,
        };
        self.tell_devices(error);
    }

    /// Once for each kind of failure, not at each attempt.
    fn tell_devices(&mut self, error: PublishError) {
        let same = self
            .told_devices
            .as_ref()
            .is_some_and(|told| std::mem::discriminant(told) == std::mem::discriminant(&error));
        if !same {
            self.told_devices = Some(error.clone());
            self.out.push(Output::Event(PublishEvent::Failed(error)));
        }
    }

    fn lose_session(&mut self, fault: SendFault, now: u64) {
        self.end_session(Session::None);
        let refusal = match fault {
            SendFault::Forbidden(why) | SendFault::Unsuitable(why) => {
                Some(PublishError::Refused(why))
            }
            SendFault::Replaced => Some(PublishError::Replaced),
            SendFault::Over => Some(PublishError::Over),
            SendFault::NotFound if self.retry.missing(now) => {
                Some(PublishError::Refused("no such stream".into()))
            }
            SendFault::NotFound => None,
            // An engine of others does not say that somebody else sends; two would take the stream from
            // each other for ever.
            SendFault::Dropped(_) if self.drops(now) >= DROPPED => Some(PublishError::Replaced),
            SendFault::Network(why) | SendFault::Dropped(why) => {
                self.retry.answered();
                if !self.told_network {
                    self.told_network = true;
                    let error = PublishError::Network(why);
                    self.out.push(Output::Event(PublishEvent::Failed(error)));
                }
                None
            }
        };
        if let Some(error) = refusal {
            self.session = Session::Refused;
            self.out.push(Output::Event(PublishEvent::Failed(error)));
            return;
        }
        self.reconnecting = true;
        let until = self.retry.next(now);
        self.session = Session::Lost { until };
    }

    /// Counts one more; says how many there were lately.
    fn drops(&mut self, now: u64) -> usize {
        self.dropped
            .retain(|at| now.saturating_sub(*at) < DROPPED_WITHIN_MS);
        self.dropped.push(now);
        self.dropped.len()
    }

    fn end_session(&mut self, then: Session) {
        if matches!(
            self.session,
            Session::Connecting { .. } | Session::Up { .. }
        ) {
            self.act(Action::CloseSession);
        }
        self.session = then;
    }

    fn fresh_start(&mut self) {
        self.reconnecting = false;
        self.told_network = false;
        self.dropped.clear();
        self.retry = Retry::default();
    }

    fn act(&mut self, action: Action) {
        self.out.push(Output::Action(action));
    }

    fn settle(&mut self, now: u64) -> Vec<Output> {
        let due = match self.session {
            Session::None => true,
            Session::Lost { until } => now >= until,
            _ => false,
        };
        if due
            && self.devices == Devices::On
            && let Some((url, bearer)) = self.target.clone()
        {
            self.retry.attempt(now);
            self.session = Session::Connecting { since: now };
            self.act(Action::OpenSession { url, bearer });
        }
        let state = self.state();
        if state != self.shown {
            self.shown = state;
            self.out.push(Output::Event(PublishEvent::State(state)));
        }
        std::mem::take(&mut self.out)
    }

    fn state(&self) -> PublishState {
        match (self.devices, self.session) {
            (Devices::Off, _) => PublishState::Closed,
            // While it is tried again it stays failed, for the screen's sentence not to flicker.
            (Devices::Opening { .. }, _) if self.told_devices.is_some() => PublishState::Failed,
            (Devices::Opening { .. }, _) => PublishState::Opening,
            (Devices::Gone { .. }, _) | (Devices::On, Session::Refused) => PublishState::Failed,
            (Devices::On, Session::None) => PublishState::Ready,
            (Devices::On, Session::Up { .. }) => PublishState::Sending,
            (Devices::On, Session::Connecting { .. } | Session::Lost { .. }) => {
                if self.reconnecting {
                    PublishState::Reconnecting
                } else {
                    PublishState::Connecting
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
