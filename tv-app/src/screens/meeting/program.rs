//! Picture and sound of the meeting: which of the links is played, what is done when one gives
//! nothing, and how far behind an HLS viewer is.
//!
//! The player reconnects by itself for ever. What it cannot know is that another link may work: so
//! a link without a picture gives way to the next one, and after the last one the meeting is
//! joined anew, which brings fresh links.

use contract::meeting::{MediaLink, MediaProtocol};
use media_player::{Command, Event, Source, SourceKind, State};

use crate::screens::{Effect, Effects};

/// A link that has no picture after so long gives way to the next one, in ms.
const NO_PICTURE_MS: u64 = 10_000;
/// One that had a picture and lost it is given so long, as long as the server answers, in ms. The
/// player's own reconnection needs less than five seconds once the network is back.
const LOST_MS: u64 = 20_000;
/// After the last link it begins again from the front so much later, in ms.
const AGAIN_MS: u64 = 3_000;
/// Nobody notices to be so far behind, in ms.
const NEARLY_MS: i64 = 2_000;

/// What is wrong with the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// On its way for the first time.
    Opening,
    /// It waits for the network.
    Buffering {
        /// How full the buffer is.
        percent: u8,
        /// Less comes in than is to be shown.
        slow: bool,
    },
    /// Gone since so many seconds; the last picture is held.
    Lost(u64),
}

/// See the module. Times are monotonic ms.
#[derive(Debug)]
pub(super) struct Program {
    meeting_id: String,
    links: Vec<MediaLink>,
    at: usize,
    state: State,
    loaded_at: u64,
    /// This link has shown something since it was loaded.
    seen: bool,
    lost_at: Option<u64>,
    again_at: Option<u64>,
    reconnections: u32,
    position_ms: i64,
    behind_ms: i64,
    window_ms: i64,
    paused_at: Option<u64>,
    /// The network brings less than is to be shown.
    slow: bool,
}

impl Program {
    pub(super) fn new(meeting_id: &str) -> Self {
        Self {
            meeting_id: meeting_id.to_owned(),
            links: Vec::new(),
            at: 0,
            state: State::Idle,
            loaded_at: 0,
            seen: false,
            lost_at: None,
            again_at: None,
            reconnections: 0,
            position_ms: 0,
            behind_ms: 0,
            window_ms: 0,
            paused_at: None,
            slow: false,
        }
    }

    /// What the player does.
    pub(super) const fn state(&self) -> State {
        self.state
    }

    /// By which standard it comes now.
    pub(super) fn protocol(&self) -> Option<MediaProtocol> {
        self.links.get(self.at).map(|link| link.protocol)
    }

    /// How often a running picture was lost.
    pub(super) const fn reconnections(&self) -> u32 {
        self.reconnections
    }

    /// Whether it can be paused and rewound.
    pub(super) fn can_rewind(&self) -> bool {
        self.protocol() == Some(MediaProtocol::Hls)
    }

    /// How far behind now and how far back it can go, in ms; `None` when it is always now.
    pub(super) fn behind(&self, now: u64) -> Option<(i64, i64)> {
        if !self.can_rewind() || self.window_ms <= 0 {
            return None;
        }
        let held = self
            .paused_at
            .map_or(0, |at| signed(now.saturating_sub(at)));
        let behind = self.behind_ms + held;
        // What is left out by the playlist while it is held is seen when it goes on.
        Some((behind, self.window_ms.max(behind)))
    }

    /// Whether 回到直播 makes a difference.
    pub(super) fn is_behind(&self, now: u64) -> bool {
        self.behind(now).is_some_and(|(ms, _)| ms >= NEARLY_MS) || self.is_paused()
    }

    pub(super) fn is_paused(&self) -> bool {
        self.state == State::Paused
    }

    /// What is wrong.
    pub(super) fn trouble(&self, now: u64) -> Option<Trouble> {
        if let Some(at) = self.lost_at {
            if let State::Buffering(percent) = self.state {
                let slow = self.slow;
                return Some(Trouble::Buffering { percent, slow });
            }
            return Some(Trouble::Lost(now.saturating_sub(at) / 1_000));
        }
        (!self.seen).then_some(Trouble::Opening)
    }

    /// It has been wrong for so long that one wants to do something.
    pub(super) fn is_stuck(&self, now: u64) -> bool {
        let since = self
            .lost_at
            .or_else(|| (!self.seen).then_some(self.loaded_at));
        since.is_some_and(|at| now.saturating_sub(at) >= NO_PICTURE_MS)
    }

    /// Takes the links of a join. The ones that play already are left alone.
    pub(super) fn take(&mut self, links: &[MediaLink], now: u64) -> Effects {
        let links: Vec<MediaLink> = links
            .iter()
            .filter(|link| link.protocol != MediaProtocol::Whip)
            .cloned()
            .collect();
        let runs = !matches!(self.state, State::Idle | State::Failed | State::Ended);
        if links == self.links && runs && self.again_at.is_none() {
            return Effects::new();
        }
        self.links = links;
        self.load(0, now)
    }

    /// Begins at the first link again, because somebody asked for it.
    pub(super) fn retry(&mut self, now: u64) -> Effects {
        let mut effects = vec![Effect::Retry];
        effects.extend(self.again(now));
        effects
    }

    /// Goes back to the link with the least delay, for somebody who is to speak.
    pub(super) fn hurry(&mut self, now: u64) -> Effects {
        let whep = self
            .links
            .iter()
            .position(|link| link.protocol == MediaProtocol::Whep);
        match whep {
            Some(at) if at != self.at => self.load(at, now),
            _ => Effects::new(),
        }
    }

    fn load(&mut self, at: usize, now: u64) -> Effects {
        self.at = at;
        self.loaded_at = now;
        self.seen = false;
        self.state = State::Loading;
        self.again_at = None;
        self.paused_at = None;
        self.slow = false;
        (self.position_ms, self.behind_ms, self.window_ms) = (0, 0, 0);
        let Some(link) = self.links.get(at) else {
            self.again_at = Some(now + AGAIN_MS);
            return Effects::new();
        };
        let kind = match link.protocol {
            MediaProtocol::Hls => SourceKind::LiveHls,
            MediaProtocol::Whep | MediaProtocol::Whip => SourceKind::Whep,
        };
        vec![Effect::Play(Command::Load(Source {
            uri: link.url.clone(),
            bearer: Some(link.token.clone()).filter(|token| !token.is_empty()),
            start_ms: 0,
            paused: false,
            kind,
        }))]
    }

    fn next_link(&mut self, now: u64) -> Effects {
        if self.at + 1 < self.links.len() {
            return self.load(self.at + 1, now);
        }
        self.again_at.get_or_insert(now + AGAIN_MS);
        Effects::new()
    }

    /// Joins anew; the links that come are loaded whatever they are.
    fn again(&mut self, now: u64) -> Effects {
        self.again_at = None;
        self.links.clear();
        self.at = 0;
        self.seen = false;
        self.loaded_at = now;
        vec![Effect::Join(self.meeting_id.clone())]
    }

    /// Something happened in the player.
    pub(super) fn on_player(&mut self, event: &Event, now: u64) -> Effects {
        match event {
            Event::State(state) => self.on_state(*state, now),
            Event::Failed(error) => {
                tracing::warn!(%error, "this link of the meeting gives nothing");
                self.state = State::Failed;
                self.lost_at.get_or_insert(now);
                return self.next_link(now);
            }
            Event::Position { position_ms, .. } => self.position_ms = *position_ms,
            Event::LiveWindow {
                behind_ms,
                window_ms,
            } => {
                (self.behind_ms, self.window_ms) = (*behind_ms, *window_ms);
                if self.paused_at.is_some() {
                    self.paused_at = Some(now);
                }
            }
            Event::SourceSlow => self.slow = true,
            Event::FrameReady | Event::HasAudio(_) | Event::SourceLeft => {}
        }
        Effects::new()
    }

    fn on_state(&mut self, state: State, now: u64) {
        let before = std::mem::replace(&mut self.state, state);
        if !matches!(state, State::Loading | State::Buffering(_)) {
            self.slow = false;
        }
        self.paused_at = (state == State::Paused).then(|| self.paused_at.unwrap_or(now));
        match state {
            State::Playing => {
                self.seen = true;
                self.lost_at = None;
                self.again_at = None;
            }
            State::Reconnecting => {
                if before == State::Playing || matches!(before, State::Buffering(_)) {
                    self.reconnections += 1;
                }
                if self.seen {
                    self.lost_at.get_or_insert(now);
                }
            }
            State::Buffering(_) | State::Ended if self.seen => {
                self.lost_at.get_or_insert(now);
            }
            State::Paused => self.lost_at = None,
            State::Buffering(_) | State::Ended | State::Idle | State::Loading | State::Failed => {}
        }
    }

    /// Time has passed; `online` says whether the server answers.
    pub(super) fn on_tick(&mut self, now: u64, online: bool) -> Effects {
        if self.again_at.is_some_and(|at| at <= now) {
            return self.again(now);
        }
        if self.again_at.is_some() || self.links.is_empty() || self.is_paused() {
            return Effects::new();
        }
        let since = now.saturating_sub(self.loaded_at);
        let lost = self.lost_at.map(|at| now.saturating_sub(at));
        let gives_way = if self.seen {
            // Without a network no link is better than another.
            online && lost.is_some_and(|lost| lost >= LOST_MS) && since >= LOST_MS
        } else {
            since >= NO_PICTURE_MS
        };
        if gives_way {
            return self.next_link(now);
        }
        Effects::new()
    }

    /// When time matters next.
    pub(super) fn wake_at(&self, now: u64) -> Option<u64> {
        let picture = (!self.seen && !self.links.is_empty() && self.again_at.is_none())
            .then(|| (self.loaded_at + NO_PICTURE_MS).max(now + 1));
        // The seconds that are shown.
        let second = |at: u64| now + 1_000 - now.saturating_sub(at) % 1_000;
        [
            self.again_at,
            picture,
            self.lost_at.map(second),
            self.paused_at.map(second),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Goes back (negative) or forward by so many ms, as far as it goes.
    pub(super) fn go_by(&mut self, distance_ms: i64, now: u64) -> Effects {
        let Some((behind, window)) = self.behind(now) else {
            return Effects::new();
        };
        let distance = distance_ms.clamp(-(window - behind).max(0), behind);
        if distance == 0 {
            return Effects::new();
        }
        // Several presses in a row add up before the player answers.
        self.position_ms += distance;
        self.behind_ms -= distance;
        vec![Effect::Play(Command::Seek {
            position_ms: self.position_ms,
        })]
    }

    pub(super) fn go_live(&self) -> Effects {
        vec![Effect::Play(Command::GoLive)]
    }

    pub(super) fn toggle(&self) -> Effects {
        let command = if self.is_paused() {
            Command::Play
        } else {
            Command::Pause
        };
        self.can_rewind()
            .then_some(Effect::Play(command))
            .into_iter()
            .collect()
    }
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}
