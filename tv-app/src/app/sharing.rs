//! Camera and microphone have two users: the screens (a meeting, the page of camera and
//! microphone), and whoever looks into the duty room that this station is.
//!
//! One capture serves both: a screen that shows the self view, and a station that only listens, do
//! not keep a look from seeing. It is sent to one place at a time, and a meeting that is spoken in
//! goes first; the look waits for it, and the sign over the screens says so. A microphone that
//! somebody switched off in the meeting stays off for the look as well.
//!
//! Plain: commands, events and the time go in, commands come out.

use contract::meeting::MediaLink;
use media_player::publish::{Capture, PublishCommand, PublishError, PublishEvent, PublishState};

/// A look whose picture has not reached the server for so long ends here, in ms: the camera is
/// switched off until the server has said again that somebody looks.
pub(super) const LOST_MS: u64 = 60_000;
/// The server refused the picture: it is asked so much later whether it still wants it, in ms.
pub(super) const REFUSED_MS: u64 = 5_000;
/// After so many refusals of one look nobody asks any more.
pub(super) const REFUSALS: u32 = 5;

/// What a look wants.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Look {
    /// What is captured when no screen does it.
    pub(super) capture: Capture,
    /// Where it goes.
    pub(super) link: MediaLink,
}

/// See the module. Times are monotonic ms.
#[derive(Default)]
pub(super) struct Sharing {
    /// A screen has camera and microphone open.
    opened: bool,
    /// A screen sends them.
    started: bool,
    look: Option<Look>,
    state: PublishState,
    /// The server refused the look's picture.
    refused: bool,
    /// How often it has refused this look's picture.
    refusals: u32,
    /// Another one sends the look's picture, or it is over: this look gets nothing more from here.
    given_up: bool,
    /// When to ask whether it still wants it.
    ask_at: Option<u64>,
    /// Since when the look's picture has not reached the server.
    lost_at: Option<u64>,
}

impl Sharing {
    /// Somebody looks, or would if the meeting did not have the camera.
    pub(super) const fn has_look(&self) -> bool {
        self.look.is_some()
    }

    /// A screen or a look has camera and microphone on.
    pub(super) const fn is_on(&self) -> bool {
        self.opened || self.has_look()
    }

    /// Somebody would look, and the meeting has the camera.
    pub(super) const fn waits(&self) -> bool {
        self.has_look() && self.started
    }

    /// What is sent goes to a look.
    const fn sends_look(&self) -> bool {
        self.has_look() && !self.started
    }

    /// A look's picture reaches the server.
    pub(super) const fn is_seen(&self) -> bool {
        self.sends_look() && matches!(self.state, PublishState::Sending)
    }

    /// Takes what a screen wants; what the publisher is to be told.
    pub(super) fn screen(&mut self, command: PublishCommand, now: u64) -> Vec<PublishCommand> {
        let sent_look = self.sends_look();
        match &command {
            PublishCommand::Open(_) => self.opened = true,
            PublishCommand::Start { .. } => self.started = true,
            PublishCommand::StopSending => self.started = false,
            PublishCommand::Close => (self.opened, self.started) = (false, false),
            PublishCommand::SetMuted(_) => {}
        }
        let commands = match (&self.look, command) {
            (Some(look), PublishCommand::Close) => look.begin(),
            (Some(look), PublishCommand::StopSending) => vec![look.start()],
            (_, command) => vec![command],
        };
        if self.sends_look() != sent_look {
            self.fresh_start(now);
        }
        commands
    }

    /// Takes what the looks into this station want now; what the publisher is to be told. `told`:
    /// the server has just said so; then what it refused before begins again.
    pub(super) fn look(
        &mut self,
        wanted: Option<Look>,
        told: bool,
        now: u64,
    ) -> Vec<PublishCommand> {
        let again = told && self.refused && !self.given_up;
        if self.look == wanted && !again {
            return Vec::new();
        }
        if self.look != wanted {
            (self.refusals, self.given_up) = (0, false);
        }
        self.look = wanted;
        self.fresh_start(now);
        match (&self.look, self.opened, self.started) {
            (_, _, true) => Vec::new(),
            (Some(look), true, false) => vec![look.start()],
            (Some(look), false, false) => look.begin(),
            (None, true, false) => vec![PublishCommand::StopSending],
            (None, false, false) => vec![PublishCommand::Close],
        }
    }

    fn fresh_start(&mut self, now: u64) {
        self.refused = false;
        self.ask_at = None;
        self.lost_at = self.sends_look().then_some(now);
    }

    /// Takes what the publisher says; what the screens are to be told. What becomes of a look's
    /// picture is not theirs.
    pub(super) fn heard(&mut self, event: PublishEvent, now: u64) -> Option<PublishEvent> {
        match &event {
            PublishEvent::State(state) => {
                self.state = *state;
                let fine = !matches!(state, PublishState::Connecting | PublishState::Reconnecting);
                self.lost_at = match self.lost_at {
                    _ if fine || !self.sends_look() => None,
                    None => Some(now),
                    since => since,
                };
            }
            PublishEvent::Failed(PublishError::Refused(_)) if self.sends_look() => {
                self.refused = true;
                self.refusals += 1;
                self.given_up = self.refusals >= REFUSALS;
                self.ask_at = (!self.given_up).then_some(now + REFUSED_MS);
            }
            PublishEvent::Failed(PublishError::Replaced | PublishError::Over)
                if self.sends_look() =>
            {
                // Two that take a stream from each other would go on for ever.
                (self.refused, self.given_up) = (true, true);
            }
            _ => {}
        }
        if !self.has_look() {
            return Some(event);
        }
        if !self.opened {
            return None;
        }
        match event {
            PublishEvent::State(_) => Some(PublishEvent::State(self.screens_state())),
            PublishEvent::Failed(
                PublishError::Network(_)
                | PublishError::Refused(_)
                | PublishError::Replaced
                | PublishError::Over,
            ) if self.sends_look() => None,
            event => Some(event),
        }
    }

    /// Where camera and microphone stand for the screens.
    pub(super) const fn screens_state(&self) -> PublishState {
        match self.state {
            _ if !self.sends_look() => self.state,
            PublishState::Connecting | PublishState::Sending | PublishState::Reconnecting => {
                PublishState::Ready
            }
            PublishState::Failed if self.refused => PublishState::Ready,
            state => state,
        }
    }

    /// When [`Sharing::tick`] has something to do.
    pub(super) fn wake_at(&self) -> Option<u64> {
        let given_up = self.lost_at.map(|at| at + LOST_MS);
        [self.ask_at, given_up].into_iter().flatten().min()
    }

    /// Time has passed: whether the server is to be asked, and whether the look is given up until it
    /// has answered.
    pub(super) fn tick(&mut self, now: u64) -> Due {
        let ask = self.ask_at.take_if(|at| *at <= now).is_some();
        let lost = self.lost_at.take_if(|at| *at + LOST_MS <= now).is_some();
        Due { ask, lost }
    }
}

/// What time has brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Due {
    /// Ask the server how the duty rooms stand.
    pub(super) ask: bool,
    /// The picture has not reached it for too long.
    pub(super) lost: bool,
}

impl Look {
    fn start(&self) -> PublishCommand {
        PublishCommand::Start {
            url: self.link.url.clone(),
            bearer: Some(self.link.token.clone()).filter(|token| !token.is_empty()),
        }
    }

    /// Without a screen that has opened the camera.
    fn begin(&self) -> Vec<PublishCommand> {
        vec![
            PublishCommand::Open(self.capture.clone()),
            PublishCommand::SetMuted(false),
            self.start(),
        ]
    }
}

#[cfg(test)]
#[path = "sharing_tests.rs"]
mod tests;
