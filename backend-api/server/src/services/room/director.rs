//! The state machine.

use std::collections::BTreeMap;

use contract::meeting::{
    Direction, HostSource, Layout, MeetingKind, MeetingState, Place, RecordingState, RoomState,
    RoomStation, SourceState,
};
use contract::organization::OrganizationRef;

use crate::services::media::{Plan, Program, Report, Source, StreamNews, Who};

/// Stations on air beside the host.
const SPEAKERS: usize = 3;

/// Stations in the list, unless more of them are present.
const SHOWN: usize = 200;

/// How long the mixer goes on after it was needed last: the next speaker is called on soon.
const MIXER_LINGERS_MS: i64 = 20_000;

/// The program waits so long for the mixer to show the host before it becomes the mixer's.
const HOST_WAITS_MS: i64 = 2_000;

/// A terminal that was not heard of for so long has gone. Stations ask every 10 s, homes once a
/// minute.
const STATION_GONE_MS: i64 = 35_000;
/// See [`STATION_GONE_MS`].
const HOME_GONE_MS: i64 = 150_000;

/// A station that was called on has so long until its picture is missed.
const CONNECTING_MS: i64 = 10_000;

/// A terminal that takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where it stands.
    pub organization: OrganizationRef,
    /// A station rather than a home.
    pub station: bool,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// There is such a station in the audience, here or not.
    Station(Terminal),
    /// A terminal watches.
    Joined {
        /// Which.
        terminal: Terminal,
        /// It has a camera or a microphone.
        can_speak: bool,
    },
    /// A terminal that watches was heard of.
    Heard(String),
    /// A terminal watches no longer.
    Left(String),
    /// A hand went up or down.
    Hand {
        /// Whose.
        terminal_id: String,
        /// Up.
        raised: bool,
    },
    /// A station's small picture came.
    Picture(String),
    /// The director wants something.
    Command(Direction),
    /// The code of the roll call in the picture, new every 30 s.
    Code(Option<String>),
    /// A stream of the relay.
    Stream {
        /// Whose.
        who: Who,
        /// What of it.
        news: StreamNews,
    },
    /// The mixer's first picture is there (true), or it failed (false).
    MixerReady(bool),
    /// The mixer shows a source (true) or misses it (false).
    Mixed {
        /// Which.
        who: Who,
        /// Shown.
        shown: bool,
    },
    /// Where the host's picture comes from.
    HostSource(HostSource),
    /// What becomes of the recording.
    Recording(RecordingState),
    /// What is wrong, in plain words; empty: nothing any more.
    Trouble(String),
    /// The meeting is over.
    Ended,
    /// Time has passed.
    Tick,
}

impl From<Report> for Input {
    fn from(report: Report) -> Self {
        match report {
            Report::MixerReady(ready) => Self::MixerReady(ready),
            Report::Mixed { who, shown } => Self::Mixed { who, shown },
            Report::RecordingFailed => Self::Recording(RecordingState::Failed),
            Report::RecordingGoesOn => Self::Recording(RecordingState::Recording),
            Report::Trouble(words) => Self::Trouble(words),
        }
    }
}

/// Why a command is refused; a Chinese sentence without the full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("refused: {0}")]
pub struct Refused(pub &'static str);

/// A terminal's place among the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// Who sits there.
    pub terminal: Terminal,
    /// When it was last heard of, while it watches.
    heard_ms: Option<i64>,
    can_speak: bool,
    hand_raised_at_ms: Option<i64>,
    called_at_ms: Option<i64>,
    muted: bool,
    /// What the relay gets from it; `None` before anything came.
    arriving: Option<StreamNews>,
    /// The mixer shows it.
    mixed: bool,
    picture_at_ms: Option<i64>,
    /// What the terminal was told last.
    told: Place,
}

/// A live meeting's direction.
#[derive(Debug)]
pub struct Director {
    meeting_id: String,
    kind: MeetingKind,
    host_name: String,
    state: MeetingState,
    revision: u64,
    host: Option<StreamNews>,
    /// Since when nothing has come from the host.
    without_host_since_ms: Option<i64>,
    host_source: HostSource,
    host_muted: bool,
    /// What the director chose; otherwise it follows from who speaks.
    layout: Option<Layout>,
    participants: BTreeMap<String, Participant>,
    code: Option<String>,
    /// The code of this roll call is to be in the picture.
    code_wanted: bool,
    roll_call_id: Option<String>,
    mixer_ready: bool,
    /// Since when there is something to mix.
    mixing_since_ms: Option<i64>,
    /// The mixer shows the host.
    host_mixed: bool,
    /// The program is the mixer's.
    on_mix: bool,
    mixer_until_ms: i64,
    recording: RecordingState,
    trouble: String,
    /// What was shown when a change was counted last.
    last: RoomState,
}

impl Director {
    /// A meeting that has just begun, or goes on after a restart. `host_name` is written on the
    /// host's tile.
    #[must_use]
    pub fn new(meeting_id: &str, kind: MeetingKind, host_name: &str) -> Self {
        Self {
            meeting_id: meeting_id.to_owned(),
            kind,
            host_name: host_name.to_owned(),
            state: MeetingState::Live,
            revision: 1,
            host: None,
            without_host_since_ms: None,
            host_source: HostSource::Page,
            host_muted: false,
            layout: None,
            participants: BTreeMap::new(),
            code: None,
            code_wanted: false,
            roll_call_id: None,
            mixer_ready: false,
            mixing_since_ms: None,
            host_mixed: false,
            on_mix: false,
            mixer_until_ms: 0,
            recording: RecordingState::None,
            trouble: String::new(),
            last: RoomState::default(),
        }
    }

    /// Takes an input. What follows from it can be seen after [`Director::settle`].
    ///
    /// # Errors
    /// A command or a hand that makes no sense now; nothing has changed then.
    pub fn apply(&mut self, input: Input, now_ms: i64) -> Result<(), Refused> {
        match input {
            Input::Station(terminal) => {
                self.participant(terminal);
            }
            Input::Joined {
                terminal,
                can_speak,
            } => {
                let participant = self.participant(terminal);
                participant.heard_ms = Some(now_ms);
                participant.can_speak = can_speak && participant.terminal.station;
            }
            Input::Heard(id) => {
                if let Some(participant) = self.participants.get_mut(&id)
                    && participant.heard_ms.is_some()
                {
                    participant.heard_ms = Some(now_ms);
                }
            }
            Input::Left(id) => self.leave(&id),
            Input::Hand {
                terminal_id,
                raised,
            } => self.hand(&terminal_id, raised, now_ms)?,
            Input::Picture(id) => {
                if let Some(participant) = self.participants.get_mut(&id) {
                    participant.picture_at_ms = Some(now_ms);
                }
            }
            Input::Command(command) => self.command(command, now_ms)?,
            // A code that was asked for before the director took it away comes too late.
            Input::Code(code) => self.code = code.filter(|_| self.code_wanted),
            Input::Stream { who, news } => match who {
                Who::Host => self.host = Some(news),
                Who::Station(id) => {
                    if let Some(participant) = self.participants.get_mut(&id) {
                        participant.arriving = Some(news);
                    }
                }
            },
            Input::MixerReady(ready) => {
                self.mixer_ready = ready;
                if !ready {
                    self.on_mix = false;
                    self.host_mixed = false;
                    for participant in self.participants.values_mut() {
                        participant.mixed = false;
                    }
                }
            }
            Input::Mixed { who, shown } => match who {
                Who::Host => self.host_mixed = shown,
                Who::Station(id) => {
                    if let Some(participant) = self.participants.get_mut(&id) {
                        participant.mixed = shown;
                    }
                }
            },
            Input::HostSource(source) => self.host_source = source,
            Input::Recording(state) => self.recording = state,
            Input::Trouble(words) => self.trouble = words,
            Input::Ended => self.end(),
            Input::Tick => self.miss(now_ms),
        }
        let alone = self.host != Some(StreamNews::Live);
        self.without_host_since_ms = alone.then(|| self.without_host_since_ms.unwrap_or(now_ms));
        self.follow(now_ms);
        Ok(())
    }

    /// Since when nothing has come from the host.
    #[must_use]
    pub fn without_host_since_ms(&self) -> Option<i64> {
        self.without_host_since_ms
    }

    fn participant(&mut self, terminal: Terminal) -> &mut Participant {
        let participant = self
            .participants
            .entry(terminal.id.clone())
            .or_insert_with(|| Participant {
                terminal: terminal.clone(),
                heard_ms: None,
                can_speak: false,
                hand_raised_at_ms: None,
                called_at_ms: None,
                muted: false,
                arriving: None,
                mixed: false,
                picture_at_ms: None,
                told: Place::default(),
            });
        participant.terminal = terminal;
        participant
    }

    fn leave(&mut self, id: &str) {
        if let Some(participant) = self.participants.get_mut(id) {
            participant.heard_ms = None;
            participant.hand_raised_at_ms = None;
            participant.called_at_ms = None;
            participant.muted = false;
            participant.arriving = None;
            participant.mixed = false;
        }
        // A home's participant is only there to be counted.
        self.participants.retain(|_, participant| {
            participant.terminal.station || participant.heard_ms.is_some()
        });
    }

    /// Terminals that were not heard of for long have gone.
    fn miss(&mut self, now_ms: i64) {
        let gone: Vec<String> = self
            .participants
            .iter()
            .filter(|(_, participant)| {
                let limit = if participant.terminal.station {
                    STATION_GONE_MS
                } else {
                    HOME_GONE_MS
                };
                // A station that sends is there, whatever else of it is lost.
                let sending = participant.arriving == Some(StreamNews::Live);
                participant
                    .heard_ms
                    .is_some_and(|heard| now_ms - heard > limit && !sending)
            })
            .map(|(id, _)| id.clone())
            .collect();
        for id in gone {
            self.leave(&id);
        }
    }

    fn end(&mut self) {
        self.state = MeetingState::Ended;
        self.code = None;
        self.code_wanted = false;
        for participant in self.participants.values_mut() {
            participant.hand_raised_at_ms = None;
            participant.called_at_ms = None;
        }
    }

    fn hand(&mut self, id: &str, raised: bool, now_ms: i64) -> Result<(), Refused> {
        if self.state != MeetingState::Live {
            return Err(Refused("会议已经结束"));
        }
        if self.kind != MeetingKind::Conference {
            return Err(Refused("这是直播，不能举手发言"));
        }
        let participant = self
            .participants
            .get_mut(id)
            .ok_or(Refused("请先进入会议"))?;
        if raised && !participant.can_speak {
            return Err(Refused("这台电视没有摄像头和话筒"));
        }
        match (raised, participant.hand_raised_at_ms) {
            (true, None) => participant.hand_raised_at_ms = Some(now_ms),
            (false, _) => participant.hand_raised_at_ms = None,
            (true, Some(_)) => {}
        }
        Ok(())
    }

    fn command(&mut self, command: Direction, now_ms: i64) -> Result<(), Refused> {
        if self.state != MeetingState::Live {
            return Err(Refused("会议已经结束"));
        }
        match command {
            Direction::CallOn { terminal_id } => self.call_on(&terminal_id, now_ms)?,
            Direction::HandBack { terminal_id } => {
                let participant = self.known(&terminal_id)?;
                participant.called_at_ms = None;
                participant.hand_raised_at_ms = None;
                participant.muted = false;
                if !self.anybody_called() {
                    self.layout = None;
                }
            }
            Direction::LowerHand { terminal_id } => {
                self.known(&terminal_id)?.hand_raised_at_ms = None;
            }
            Direction::Mute {
                terminal_id: None,
                muted,
            } => self.host_muted = muted,
            Direction::Mute {
                terminal_id: Some(id),
                muted,
            } => self.known(&id)?.muted = muted,
            Direction::Layout { layout } => self.layout = Some(layout),
            Direction::PresenceCode { roll_call_id } => {
                self.code_wanted = roll_call_id.is_some();
                if roll_call_id.is_none() {
                    self.code = None;
                } else {
                    self.roll_call_id = roll_call_id;
                }
            }
        }
        Ok(())
    }

    fn call_on(&mut self, id: &str, now_ms: i64) -> Result<(), Refused> {
        if self.kind != MeetingKind::Conference {
            return Err(Refused("这是直播，不能点名发言"));
        }
        let participant = self.known(id)?;
        if participant.heard_ms.is_none() {
            return Err(Refused("这个站点没有进入会议"));
        }
        if !participant.can_speak {
            return Err(Refused("这个站点没有摄像头和话筒"));
        }
        if participant.called_at_ms.is_some() {
            return Ok(());
        }
        participant.called_at_ms = Some(now_ms);
        participant.hand_raised_at_ms = None;
        let mut called = self.called();
        if called.len() > SPEAKERS {
            let first = called.remove(0);
            if let Some(participant) = self.participants.get_mut(&first) {
                participant.called_at_ms = None;
            }
        }
        Ok(())
    }

    fn known(&mut self, id: &str) -> Result<&mut Participant, Refused> {
        self.participants
            .get_mut(id)
            .filter(|participant| participant.terminal.station)
            .ok_or(Refused("没有这个站点"))
    }

    /// Who was called on, the latest last.
    fn called(&self) -> Vec<String> {
        let mut called: Vec<(i64, &String)> = self
            .participants
            .iter()
            .filter_map(|(id, participant)| Some((participant.called_at_ms?, id)))
            .collect();
        called.sort_unstable();
        called.into_iter().map(|(_, id)| id.clone()).collect()
    }

    fn anybody_called(&self) -> bool {
        self.participants
            .values()
            .any(|participant| participant.called_at_ms.is_some())
    }

    /// Keeps what follows from the rest: whether the mixer is needed and the program its.
    fn follow(&mut self, now_ms: i64) {
        for participant in self
            .participants
            .values_mut()
            .filter(|participant| !participant.sends())
        {
            participant.mixed = false;
            // Silence is what was asked for.
            if participant.arriving == Some(StreamNews::Silent) {
                participant.arriving = None;
            }
        }
        let wanted = self.state == MeetingState::Live
            && (self.code.is_some() || self.participants.values().any(Participant::sends));
        if wanted {
            self.mixer_until_ms = now_ms + MIXER_LINGERS_MS;
        }
        if self.state != MeetingState::Live {
            self.mixer_until_ms = 0;
        }
        let shown = self.code.is_some()
            || self.participants.values().any(|participant| {
                participant.called_at_ms.is_some() && (participant.mixed || self.on_mix)
            });
        if self.mixes() {
            self.mixing_since_ms.get_or_insert(now_ms);
        } else {
            self.mixing_since_ms = None;
            self.host_mixed = false;
        }
        // A mixer that rested has to see the host first: nobody's picture becomes an empty tile.
        let host_there = self.on_mix
            || self.host_mixed
            || self.host != Some(StreamNews::Live)
            || (self.mixing_since_ms).is_some_and(|since| now_ms - since >= HOST_WAITS_MS);
        self.on_mix = self.mixer_ready && shown && host_there;
    }

    /// Whether there is something to mix.
    fn mixes(&self) -> bool {
        self.state == MeetingState::Live && (self.code.is_some() || self.anybody_called())
    }

    fn mixer_runs(&self, now_ms: i64) -> bool {
        now_ms < self.mixer_until_ms
    }

    fn shown_layout(&self) -> Layout {
        match self.layout {
            Some(layout) => layout,
            None if self.called().len() > 1 => Layout::Grid,
            None if self.anybody_called() => Layout::PictureInPicture,
            None => Layout::HostFull,
        }
    }

    /// What the media have to do.
    #[must_use]
    pub fn plan(&self, now_ms: i64) -> Plan {
        let mut sources = BTreeMap::new();
        if self.mixer_runs(now_ms) {
            sources.insert(
                Who::Host,
                Source {
                    caption: self.host_name.clone(),
                    muted: self.host_muted,
                },
            );
            for (id, participant) in self
                .participants
                .iter()
                .filter(|(_, participant)| participant.sends())
            {
                sources.insert(
                    Who::Station(id.clone()),
                    Source {
                        caption: participant.terminal.name.clone(),
                        muted: participant.muted,
                    },
                );
            }
        }
        Plan {
            mixer: self.mixer_runs(now_ms),
            mixing: self.mixes(),
            sources,
            layout: self.shown_layout(),
            speakers: self.called(),
            code: self.code.clone(),
            program: if self.on_mix {
                Program::Mix
            } else {
                Program::Host {
                    muted: self.host_muted,
                }
            },
        }
    }

    /// The roll call whose code is to be in the picture.
    #[must_use]
    pub fn wanted_code(&self) -> Option<&str> {
        self.roll_call_id.as_deref().filter(|_| self.code_wanted)
    }

    /// Whether a terminal takes part now.
    #[must_use]
    pub fn is_present(&self, terminal_id: &str) -> bool {
        self.participants
            .get(terminal_id)
            .is_some_and(|participant| participant.heard_ms.is_some())
    }

    /// How a terminal stands.
    #[must_use]
    pub fn place(&self, terminal_id: &str) -> Option<Place> {
        let participant = self.participants.get(terminal_id)?;
        Some(Place {
            revision: self.revision,
            ..participant.place(self.on_mix)
        })
    }

    /// Terminals whose place changed since the last call, with their organization.
    pub fn take_places(&mut self) -> Vec<(String, String, Place)> {
        let (on_mix, revision) = (self.on_mix, self.revision);
        let mut news = Vec::new();
        for (id, participant) in &mut self.participants {
            let place = participant.place(on_mix);
            if place != participant.told {
                participant.told = place.clone();
                let place = Place { revision, ..place };
                news.push((
                    id.clone(),
                    participant.terminal.organization.id.clone(),
                    place,
                ));
            }
        }
        news
    }

    /// How the meeting stands.
    #[must_use]
    pub fn room_state(&self, now_ms: i64) -> RoomState {
        let mut stations: Vec<&Participant> = self
            .participants
            .values()
            .filter(|participant| participant.terminal.station)
            .collect();
        stations.sort_by_key(|participant| {
            (
                participant.called_at_ms.is_none(),
                participant.called_at_ms,
                participant.hand_raised_at_ms.is_none(),
                participant.hand_raised_at_ms,
                participant.heard_ms.is_none(),
                participant.terminal.organization.name.clone(),
                participant.terminal.name.clone(),
            )
        });
        let watching = |participant: &&Participant, station| {
            participant.terminal.station == station && participant.heard_ms.is_some()
        };
        // A county has more stations than a page can show: those that are away are cut off.
        let away = stations
            .partition_point(|participant| participant.heard_ms.is_some() || participant.sends());
        stations.truncate(away.max(SHOWN));
        let count = |station| {
            let participants = self.participants.values();
            u32::try_from(
                participants
                    .filter(|participant| watching(participant, station))
                    .count(),
            )
            .unwrap_or(u32::MAX)
        };
        RoomState {
            meeting_id: self.meeting_id.clone(),
            revision: self.revision,
            state: self.state,
            server_time_ms: now_ms,
            host: match self.host {
                None => SourceState::Absent,
                Some(StreamNews::Live) => SourceState::Live,
                Some(StreamNews::Silent) => SourceState::Interrupted,
            },
            host_source: self.host_source,
            host_muted: self.host_muted,
            layout: self.shown_layout(),
            stations: stations
                .into_iter()
                .map(|participant| participant.shown(self.on_mix, now_ms))
                .collect(),
            homes_watching: count(false),
            stations_watching: count(true),
            presence_code: self.code.clone(),
            roll_call_id: self.roll_call_id.clone(),
            recording: self.recording,
            trouble: self.trouble.clone(),
        }
    }

    /// Counts the revision up if anything that is shown changed since the last call; says whether.
    pub fn settle(&mut self, now_ms: i64) -> bool {
        let mut shown = self.room_state(now_ms);
        shown.revision = 0;
        shown.server_time_ms = 0;
        let changed = shown != self.last;
        if changed {
            self.last = shown;
            self.revision += 1;
        }
        changed
    }
}

impl Participant {
    /// It is to send picture and sound.
    fn sends(&self) -> bool {
        self.called_at_ms.is_some() || self.hand_raised_at_ms.is_some()
    }

    fn on_air(&self, on_mix: bool) -> bool {
        self.called_at_ms.is_some() && self.mixed && on_mix
    }

    fn place(&self, on_mix: bool) -> Place {
        Place {
            revision: 0,
            send: self.sends(),
            hand_raised: self.hand_raised_at_ms.is_some(),
            called: self.called_at_ms.is_some(),
            on_air: self.on_air(on_mix),
            muted: self.muted,
        }
    }

    fn source(&self, now_ms: i64) -> SourceState {
        let since = self.called_at_ms.or(self.hand_raised_at_ms);
        match (since, self.arriving) {
            (None, _) => SourceState::Absent,
            (Some(_), Some(StreamNews::Live)) => SourceState::Live,
            (Some(since), None) if now_ms - since < CONNECTING_MS => SourceState::Connecting,
            (Some(_), None | Some(StreamNews::Silent)) => SourceState::Interrupted,
        }
    }

    fn shown(&self, on_mix: bool, now_ms: i64) -> RoomStation {
        RoomStation {
            terminal_id: self.terminal.id.clone(),
            name: self.terminal.name.clone(),
            organization: self.terminal.organization.clone(),
            present: self.heard_ms.is_some(),
            can_speak: self.can_speak,
            hand_raised_at_ms: self.hand_raised_at_ms,
            called: self.called_at_ms.is_some(),
            on_air: self.on_air(on_mix),
            muted: self.muted,
            source: self.source(now_ms),
            picture_at_ms: self.picture_at_ms,
        }
    }
}
