//! What a station does in a conference: the hand, camera and microphone, and being on air.
//!
//! The director decides ([`Place`]); the publisher follows. The camera is on from the beginning, so
//! that one sees oneself before anybody else does.

use contract::meeting::{MediaLink, Place};
use media_player::publish::{Capture, PublishCommand, PublishError, PublishEvent, PublishState};

use crate::screens::settings::choice;
use crate::screens::{Context, Effect, Effects};

/// What is said to somebody who was called on stays so long, or until a key, in ms (UX: success).
const TOLD_MS: u64 = 8_000;
/// The director has not heard of the hand after so long, in ms.
const HAND_MS: u64 = 10_000;
/// The server refused the picture: it is asked for a new link this often, in ms…
const REFUSED_MS: u64 = 5_000;
/// …and so often in a row.
const REFUSALS: u32 = 5;

/// Where a station stands, for the band on its screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Participation {
    /// It watches.
    Watching,
    /// The hand is on its way up or down.
    Moving,
    /// The hand did not reach the director.
    Unheard,
    /// The hand is up since so many minutes.
    Raised(u64),
    /// Called on; the picture is not there yet.
    Called,
    /// 正在发言
    OnAir,
    /// It has just spoken, and nobody sees it any more.
    Done,
}

/// See the module. Times are monotonic ms.
#[derive(Debug, Default)]
pub(super) struct Station {
    meeting_id: String,
    /// Conferences only; `None`: this TV only watches.
    link: Option<MediaLink>,
    capture: Capture,
    place: Place,
    opened: Option<Capture>,
    started: Option<MediaLink>,
    pub(super) mic_off: bool,
    publisher: PublishState,
    failure: Option<PublishError>,
    level: f32,
    raised_at: Option<u64>,
    wish: Option<(bool, u64)>,
    unheard_until: Option<u64>,
    told_until: Option<u64>,
    done_until: Option<u64>,
    /// When the server is asked for a new link, after it refused the picture.
    again_at: Option<u64>,
    asked_at: Option<u64>,
    /// How often it refused the picture in a row.
    refusals: u32,
}

impl Station {
    pub(super) fn new(meeting_id: &str) -> Self {
        Self {
            meeting_id: meeting_id.to_owned(),
            ..Self::default()
        }
    }

    /// Whether it can be called on.
    pub(super) const fn can_speak(&self) -> bool {
        self.link.is_some()
    }

    pub(super) const fn place(&self) -> &Place {
        &self.place
    }

    /// What camera and microphone do.
    pub(super) const fn publisher(&self) -> PublishState {
        self.publisher
    }

    /// What is wrong with them.
    pub(super) const fn failure(&self) -> Option<&PublishError> {
        self.failure.as_ref()
    }

    /// What is captured.
    pub(super) const fn capture(&self) -> &Capture {
        &self.capture
    }

    /// How loud the microphone is, 0 to 1.
    pub(super) const fn level(&self) -> f32 {
        self.level
    }

    /// Others see or hear it, or will as soon as its picture is there.
    pub(super) const fn sends(&self) -> bool {
        self.can_speak() && self.place.send
    }

    /// Leaving now would take others by surprise.
    pub(super) const fn is_engaged(&self) -> bool {
        self.can_speak() && (self.place.on_air || self.place.called || self.place.hand_raised)
    }

    /// It was just called on, and must not miss it.
    pub(super) const fn is_told(&self) -> bool {
        self.told_until.is_some()
    }

    /// They have seen that they were called on.
    pub(super) const fn understood(&mut self) {
        self.told_until = None;
    }

    pub(super) fn participation(&self, now: u64) -> Participation {
        let place = &self.place;
        if !self.can_speak() {
            return Participation::Watching;
        }
        match self.wish {
            _ if place.on_air => Participation::OnAir,
            _ if place.called => Participation::Called,
            Some(_) => Participation::Moving,
            None if self.unheard_until.is_some() => Participation::Unheard,
            None if place.hand_raised => {
                let since = self.raised_at.unwrap_or(now);
                Participation::Raised(now.saturating_sub(since) / 60_000)
            }
            None if self.done_until.is_some() => Participation::Done,
            None => Participation::Watching,
        }
    }

    /// Takes what a join brought. `conference`: somebody can be called on.
    pub(super) fn take(
        &mut self,
        link: Option<&MediaLink>,
        place: &Place,
        conference: bool,
        context: &Context<'_>,
    ) -> Effects {
        self.capture = choice::capture(context.cache);
        let able = conference && choice::is_any(&self.capture);
        self.link = link.filter(|_| able).cloned();
        // Whatever the server says now counts, also after it was started again.
        self.started = self.started.take().filter(|_| self.link.is_some());
        self.stand(place, context.ticks_ms)
    }

    /// Takes a place.
    pub(super) fn stand(&mut self, place: &Place, now: u64) -> Effects {
        let before = std::mem::replace(&mut self.place, place.clone());
        if let Some((wanted, _)) = self.wish.take()
            && wanted != place.hand_raised
            && !place.called
            && !place.on_air
        {
            self.unheard_until = Some(now + TOLD_MS);
        }
        if place.hand_raised || place.called {
            self.unheard_until = None;
        }
        let speaks = |place: &Place| place.called || place.on_air;
        if !place.hand_raised {
            self.raised_at = None;
        } else if !before.hand_raised {
            self.raised_at = Some(now);
        }
        if self.can_speak() && speaks(place) && !speaks(&before) {
            self.told_until = Some(now + TOLD_MS);
            self.done_until = None;
        }
        if !speaks(place) {
            self.told_until = None;
            if speaks(&before) && !place.send {
                self.done_until = Some(now + TOLD_MS);
            }
        }
        self.follow()
    }

    /// Makes camera and microphone do what the place says.
    pub(super) fn follow(&mut self) -> Effects {
        let mut effects = Effects::new();
        let tell = |effects: &mut Effects, command| effects.push(Effect::Publish(command));
        let Some(link) = &self.link else {
            if self.opened.take().is_some() {
                self.started = None;
                tell(&mut effects, PublishCommand::Close);
            }
            return effects;
        };
        if self.opened.as_ref() != Some(&self.capture) {
            self.opened = Some(self.capture.clone());
            tell(&mut effects, PublishCommand::Open(self.capture.clone()));
            tell(&mut effects, PublishCommand::SetMuted(self.mic_off));
        }
        if !self.place.send {
            if self.started.take().is_some() {
                tell(&mut effects, PublishCommand::StopSending);
            }
            // The next time begins anew.
            if let Some(PublishError::Replaced | PublishError::Refused(_)) = self.failure {
                self.failure = None;
            }
            self.refusals = 0;
        } else if self.started.as_ref() != Some(link) && !self.is_given_up() {
            self.started = Some(link.clone());
            let start = PublishCommand::Start {
                url: link.url.clone(),
                bearer: Some(link.token.clone()).filter(|token| !token.is_empty()),
            };
            tell(&mut effects, start);
        }
        effects
    }

    /// The screen is seen again: something else may have had the camera, and another one may have
    /// been chosen.
    pub(super) fn seen_again(&mut self, context: &Context<'_>) -> Effects {
        let capture = choice::capture(context.cache);
        if choice::is_any(&capture) != choice::is_any(&self.capture) {
            // The server has to know whether anybody can be called on here.
            self.capture = capture;
            return vec![Effect::Join(self.meeting_id.clone())];
        }
        self.capture = capture;
        self.opened = None;
        self.started = None;
        self.follow()
    }

    /// It is over; the router switches camera and microphone off.
    pub(super) fn end(&mut self) {
        let id = std::mem::take(&mut self.meeting_id);
        *self = Self::new(&id);
    }

    /// The picture does not get through, and nothing is done about it unless somebody wants it: another
    /// television of this station sends, or the server has refused it often enough.
    pub(super) fn is_given_up(&self) -> bool {
        let over = match &self.failure {
            Some(PublishError::Replaced) => true,
            Some(PublishError::Refused(_)) => self.refusals >= REFUSALS,
            _ => false,
        };
        over && self.sends()
    }

    /// Sends from here again, in place of whoever does now.
    pub(super) fn take_back(&mut self) -> Effects {
        if !self.is_given_up() {
            return Effects::new();
        }
        self.failure = None;
        self.refusals = 0;
        self.started = None;
        self.follow()
    }

    /// Raises or lowers the hand.
    pub(super) fn move_hand(&mut self, now: u64) -> Effects {
        if !self.can_speak() || self.wish.is_some() || self.place.called {
            return Effects::new();
        }
        let raised = !self.place.hand_raised;
        self.wish = Some((raised, now));
        self.unheard_until = None;
        self.done_until = None;
        vec![Effect::RaiseHand(raised)]
    }

    /// Switches the own microphone off or on.
    pub(super) fn move_microphone(&mut self) -> Effects {
        if !self.can_speak() {
            return Effects::new();
        }
        self.mic_off = !self.mic_off;
        vec![Effect::Publish(PublishCommand::SetMuted(self.mic_off))]
    }

    pub(super) fn on_publisher(&mut self, event: &PublishEvent, now: u64) -> Effects {
        match event {
            PublishEvent::State(state) => {
                self.publisher = *state;
                let fine = match state {
                    PublishState::Sending => true,
                    // The camera alone does not end what keeps the picture from being sent.
                    PublishState::Ready => !self.is_given_up(),
                    _ => false,
                };
                if fine {
                    self.failure = None;
                    self.refusals = 0;
                }
                if *state == PublishState::Closed {
                    self.level = 0.0;
                }
            }
            PublishEvent::Level(level) => self.level = *level,
            PublishEvent::Failed(error) => {
                tracing::warn!(%error, "the station is not seen or heard");
                self.failure = Some(error.clone());
                if matches!(error, PublishError::Refused(_)) {
                    self.refusals += 1;
                    if self.is_given_up() {
                        return Effects::new();
                    }
                    // The server may have been started again: its links are new.
                    let earliest = self.asked_at.map_or(now, |at| at + REFUSED_MS);
                    self.again_at = Some(earliest.max(now));
                    return self.on_tick(now);
                }
            }
            PublishEvent::FrameReady => {}
        }
        Effects::new()
    }

    pub(super) fn on_tick(&mut self, now: u64) -> Effects {
        let over = |at: &mut Option<u64>| {
            if at.is_some_and(|at| at <= now) {
                *at = None;
            }
        };
        over(&mut self.told_until);
        over(&mut self.done_until);
        over(&mut self.unheard_until);
        if self.wish.is_some_and(|(_, since)| since + HAND_MS <= now) {
            self.wish = None;
            self.unheard_until = Some(now + TOLD_MS);
        }
        if self.again_at.is_some_and(|at| at <= now) {
            self.again_at = None;
            if self.sends() {
                self.asked_at = Some(now);
                self.started = None;
                return vec![Effect::Join(self.meeting_id.clone())];
            }
        }
        Effects::new()
    }

    pub(super) fn wake_at(&self, now: u64) -> Option<u64> {
        let minute = self
            .raised_at
            .filter(|_| self.place.hand_raised)
            .map(|at| now + 60_000 - now.saturating_sub(at) % 60_000);
        [
            self.told_until,
            self.done_until,
            self.unheard_until,
            self.again_at,
            self.wish.map(|(_, since)| since + HAND_MS),
            minute,
        ]
        .into_iter()
        .flatten()
        .min()
    }
}
