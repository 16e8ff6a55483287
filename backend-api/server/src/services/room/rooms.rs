//! All live meetings of this process.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use contract::meeting::{
    Direction, HostAccess, JoinAccess, JoinRequest, MediaProtocol, MeetingKind, MeetingState,
    Place, RecordingState, RoomState,
};
use parking_lot::{Mutex, RwLock};
use store::{Tx, meetings};
use url::Url;

use super::director::{Input, Terminal};
use super::encoders::Encoders;
use super::parts::Parts;
use super::people::{self, LiveMeeting};
use super::recording;
use super::session::{JOIN_AGAIN, Session};
use crate::config;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::Staff;
use crate::services::kit::task::blocking;
use crate::services::media::{
    EndReason, Grant, Holder, Listener, StreamNews, Who, own_route, program,
};
use crate::services::meetings as rules;

/// A small picture of a station may be so large.
pub const MAX_PICTURE_BYTES: usize = 96 * 1024;

/// All live meetings of this process.
pub struct Rooms {
    parts: Arc<Parts>,
    sessions: RwLock<HashMap<String, Arc<Session>>>,
    /// Meetings whose media are being ended.
    ending: Mutex<HashSet<String>>,
    encoders: Encoders,
    homes_by_whep: bool,
}

impl Rooms {
    /// No meeting yet.
    #[must_use]
    pub fn new(parts: Parts, settings: &config::Live, public_url: &Url) -> Self {
        Self {
            parts: Arc::new(parts),
            sessions: RwLock::default(),
            ending: Mutex::default(),
            encoders: Encoders::new(settings, public_url),
            homes_by_whep: settings.homes_by_whep,
        }
    }

    /// What it is made of.
    #[must_use]
    pub fn parts(&self) -> &Arc<Parts> {
        &self.parts
    }

    /// Where encoders reach this server.
    pub(super) fn encoders(&self) -> &Encoders {
        &self.encoders
    }

    /// A live meeting.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`]: it is not live.
    pub fn session(&self, meeting_id: &str) -> Result<Arc<Session>> {
        self.sessions
            .read()
            .get(meeting_id)
            .cloned()
            .ok_or_else(|| ServiceError::Conflict("会议还没有开始，或者已经结束".to_owned()))
    }

    /// Every live meeting.
    pub(super) fn sessions(&self) -> Vec<Arc<Session>> {
        self.sessions.read().values().cloned().collect()
    }

    /// Begins a meeting's media. Doing it twice is fine.
    fn open(&self, meeting: LiveMeeting) {
        let mut sessions = self.sessions.write();
        if sessions.contains_key(&meeting.id) {
            return;
        }
        tracing::info!(meeting = meeting.id, "a meeting is live");
        let session = Session::start(&self.parts, &meeting);
        sessions.insert(meeting.id, session);
    }

    /// Ends a meeting's media and waits until what was recorded is on the disk; tells whether they were
    /// here. Blocks.
    fn close(&self, meeting_id: &str) -> bool {
        let session = self.sessions.write().remove(meeting_id);
        self.parts.media.end_program(meeting_id);
        let was_here = session.is_some();
        if let Some(session) = session {
            session.end();
            tracing::info!(meeting = meeting_id, "a meeting is over");
        }
        self.parts.media.void(meeting_id, EndReason::Over);
        was_here
    }

    /// Ends the media of all meetings because the server stops; the meetings stay live. Blocks.
    pub fn stop(&self) {
        let sessions: Vec<_> = self.sessions.write().drain().collect();
        for (id, session) in sessions {
            self.parts.media.end_program(&id);
            session.stop();
        }
    }

    /// What the host's page needs.
    ///
    /// # Errors
    /// The meeting is not live; there is no randomness.
    pub fn host(&self, staff: &Staff, meeting_id: &str) -> Result<HostAccess> {
        let session = self.session(meeting_id)?;
        let link = |stream: String, sending| {
            let protocol = if sending {
                MediaProtocol::Whip
            } else {
                MediaProtocol::Whep
            };
            let grant = Grant {
                subject: meeting_id.to_owned(),
                holder: Holder::Session(staff.session_id.clone()),
                stream,
                sending,
            };
            self.parts.media.link(protocol, grant)
        };
        Ok(HostAccess {
            publish: link(Who::Host.stream(meeting_id), true)?,
            program: link(self.watched(meeting_id), false)?,
            clean_feed: if self.parts.media.external() {
                None
            } else {
                Some(link(own_route(meeting_id, Who::Host.id()), false)?)
            },
            source: self.host_source(&session),
            stage: session.room_state(self.parts.clock.now_ms()),
        })
    }

    /// A terminal takes part.
    ///
    /// # Errors
    /// The meeting is not live; there is no randomness.
    pub fn join(
        &self,
        terminal: &Terminal,
        meeting_id: &str,
        request: &JoinRequest,
        now_ms: i64,
    ) -> Result<JoinAccess> {
        let session = self.session(meeting_id)?;
        // Another engine mixes nothing: there nobody is called on.
        let media = &self.parts.media;
        let mixes = !media.external();
        let speaks = mixes && session.kind() == MeetingKind::Conference && terminal.station;
        let route = if speaks {
            session.add_own_route(&terminal.id)
        } else {
            self.watched(meeting_id)
        };
        let link = |protocol, stream: String| {
            let grant = Grant {
                subject: meeting_id.to_owned(),
                holder: Holder::Terminal(terminal.id.clone()),
                stream,
                sending: protocol == MediaProtocol::Whip,
            };
            media.link(protocol, grant)
        };
        let whep = link(MediaProtocol::Whep, route)?;
        // An address of its own like the others: it ends with this television's rights.
        let hls = link(MediaProtocol::Hls, self.watched(meeting_id))?;
        let publish = if speaks {
            let stream = Who::Station(terminal.id.clone()).stream(meeting_id);
            Some(link(MediaProtocol::Whip, stream)?)
        } else {
            None
        };
        let first_whep = terminal.station || self.homes_by_whep;
        let joined = Input::Joined {
            terminal: terminal.clone(),
            can_speak: request.can_speak,
        };
        session.apply(joined, now_ms)?;
        if !first_whep {
            // Its player asks in a moment; then the first segment is on its way already.
            media.ask_for_hls(meeting_id);
        }
        Ok(JoinAccess {
            program: if first_whep {
                vec![whep, hls]
            } else {
                vec![hls, whep]
            },
            publish,
            place: session.place(&terminal.id).unwrap_or_default(),
            ask_every_ms: if terminal.station { 10_000 } else { 60_000 },
        })
    }

    /// What everybody watches: the program, or the host's own stream where another engine
    /// carries it and nothing is mixed.
    fn watched(&self, meeting_id: &str) -> String {
        if self.parts.media.external() {
            Who::Host.stream(meeting_id)
        } else {
            program(meeting_id)
        }
    }

    /// A terminal takes part no longer.
    pub fn leave(&self, terminal_id: &str, meeting_id: &str, now_ms: i64) {
        if let Ok(session) = self.session(meeting_id) {
            // Leaving is never refused.
            let _ = session.apply(Input::Left(terminal_id.to_owned()), now_ms);
        }
        let holder = Holder::Terminal(terminal_id.to_owned());
        let media = &self.parts.media;
        media.revoke_in(meeting_id, &holder, EndReason::Over);
    }

    /// The live meeting that a terminal takes part in. Blocks for one that does not.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]: the meeting is not for this terminal, or it has not joined;
    /// [`ServiceError::Conflict`]: the meeting is not live.
    fn joined(&self, terminal_id: &str, meeting_id: &str) -> Result<Arc<Session>> {
        let found = self.session(meeting_id);
        if let Ok(session) = &found
            && session.is_present(terminal_id)
        {
            return found;
        }
        // Of a meeting elsewhere nothing is told, not even that it goes on.
        people::participant(&self.parts.store, terminal_id, meeting_id)?;
        found?;
        Err(ServiceError::NotFound(JOIN_AGAIN))
    }

    /// How a terminal stands; asking says that it is still there. Blocks.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]: the meeting is not for this terminal, or it has not joined;
    /// [`ServiceError::Conflict`]: the meeting is not live.
    pub fn place(&self, terminal_id: &str, meeting_id: &str, now_ms: i64) -> Result<Place> {
        let session = self.joined(terminal_id, meeting_id)?;
        session.apply(Input::Heard(terminal_id.to_owned()), now_ms)?;
        session
            .place(terminal_id)
            .filter(|_| session.is_present(terminal_id))
            .ok_or(ServiceError::NotFound(JOIN_AGAIN))
    }

    /// Raises or lowers a hand. Blocks.
    ///
    /// # Errors
    /// As [`Rooms::place`]; [`ServiceError::Conflict`] also if this makes no sense now.
    pub fn hand(
        &self,
        terminal_id: &str,
        meeting_id: &str,
        raised: bool,
        now_ms: i64,
    ) -> Result<Place> {
        let session = self.joined(terminal_id, meeting_id)?;
        let hand = Input::Hand {
            terminal_id: terminal_id.to_owned(),
            raised,
        };
        session.apply(hand, now_ms)?;
        session
            .place(terminal_id)
            .ok_or(ServiceError::NotFound(JOIN_AGAIN))
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// The meeting is not live, or this makes no sense now.
    pub fn direct(&self, meeting_id: &str, command: Direction, now_ms: i64) -> Result<RoomState> {
        let session = self.session(meeting_id)?;
        session.apply(Input::Command(command), now_ms)?;
        Ok(session.room_state(now_ms))
    }

    /// Keeps a station's small picture. Blocks.
    ///
    /// # Errors
    /// As [`Rooms::place`]; [`ServiceError::BadRequest`] if it is no JPEG, or too large.
    pub fn keep_picture(
        &self,
        terminal_id: &str,
        meeting_id: &str,
        jpeg: Bytes,
        now_ms: i64,
    ) -> Result<()> {
        let session = self.joined(terminal_id, meeting_id)?;
        if jpeg.len() > MAX_PICTURE_BYTES || !jpeg.starts_with(&[0xff, 0xd8, 0xff]) {
            return Err(ServiceError::BadRequest(
                "画面须是不超过 96 KiB 的 JPEG".to_owned(),
            ));
        }
        session.keep_picture(terminal_id, jpeg, now_ms)
    }

    /// When a meeting is one that was left without ending it, Unix milliseconds; `None`: its media are
    /// not here, and nothing is known of it.
    #[must_use]
    pub fn forgotten_at(&self, meeting_id: &str, now_ms: i64) -> Option<i64> {
        let session = self.session(meeting_id).ok()?;
        Some(session.forgotten_at(now_ms))
    }

    /// Begins the media of a meeting that has just become live. Doing it twice is fine.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin(self: &Arc<Self>, meeting_id: &str) -> Result<()> {
        let (parts, id) = (Arc::clone(&self.parts), meeting_id.to_owned());
        let meeting = blocking(move || {
            let meeting = people::live_meeting(&parts.store, &id)?;
            // From now on there is something to be finished, also by the next start.
            if meeting.as_ref().is_some_and(|meeting| meeting.record) {
                let (state, now_ms) = (RecordingState::Recording, parts.clock.now_ms());
                rules::recording_state(&parts.store, &id, state, now_ms)?;
            }
            Ok(meeting)
        })
        .await?;
        if let Some(meeting) = meeting {
            self.take_up(meeting).await;
        }
        Ok(())
    }

    /// Runs the media of a live meeting, with the encoder or camera that was chosen for it. Of one that
    /// has ended since it was read nothing runs afterwards.
    pub async fn take_up(self: &Arc<Self>, meeting: LiveMeeting) {
        let (id, shows_codes) = (meeting.id.clone(), !self.parts.media.external());
        self.open(meeting);
        let own = Arc::clone(self);
        let recalled = blocking(move || {
            let wanted = id.clone();
            let live = own.parts.store.write(move |tx| {
                meetings::set_shows_codes(tx, &wanted, shows_codes)?;
                let now = meetings::get(tx, &wanted)?;
                Ok::<_, ServiceError>(now.is_some_and(|it| it.state == MeetingState::Live))
            })?;
            if !live {
                // Whoever ended it found nothing to close yet.
                let _ = own.close(&id);
                return Ok(());
            }
            own.recall_host_source(&id)
        });
        // The page can choose again; the meeting goes on all the same.
        if let Err(error) = recalled.await {
            tracing::error!(%error, "the host's encoder or camera, or what its picture can show, is forgotten");
        }
    }

    /// Goes on with the meetings that were live when the server stopped or was killed, and, without
    /// keeping anybody waiting, with recordings that were left undone.
    pub async fn resume(self: &Arc<Self>) {
        let parts = Arc::clone(&self.parts);
        let live = blocking(move || people::live_meetings(&parts.store)).await;
        let live = live.unwrap_or_else(|error| {
            tracing::error!(%error, "live meetings cannot be resumed");
            Vec::new()
        });
        for meeting in live {
            self.take_up(meeting).await;
        }
        let parts = Arc::clone(&self.parts);
        match recording::left_undone(&parts).await {
            Ok(left) => {
                tokio::spawn(async move {
                    if let Err(error) = recording::sweep(&parts).await {
                        tracing::error!(%error, "segments that were left over stay");
                    }
                    recording::resume(&parts, left).await;
                });
            }
            Err(error) => tracing::error!(%error, "recordings are left undone"),
        }
    }

    /// Ends the media of meetings that another process has ended. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn follow_ends(self: &Arc<Self>) -> Result<()> {
        let here: Vec<String> = self.sessions.read().keys().cloned().collect();
        if here.is_empty() {
            return Ok(());
        }
        let over = self.parts.store.read(|tx| {
            let mut over = Vec::new();
            for id in here {
                let meeting = meetings::get(tx, &id)?;
                if meeting.is_none_or(|it| it.state != MeetingState::Live) {
                    over.push(id);
                }
            }
            Ok::<_, ServiceError>(over)
        })?;
        for id in over {
            self.end(&id);
        }
        Ok(())
    }

    /// Ends the media of a meeting that is over and makes its recording a programme, without keeping
    /// anybody waiting. Whoever comes while that goes on has nothing to do.
    pub fn end(self: &Arc<Self>, meeting_id: &str) {
        let (own, id) = (Arc::clone(self), meeting_id.to_owned());
        if !self.ending.lock().insert(id.clone()) {
            return;
        }
        tokio::spawn(async move {
            let (on, meeting) = (Arc::clone(&own), id.clone());
            let ended = blocking(move || {
                let was_here = on.close(&meeting);
                on.forget_host_source(&meeting)?;
                let record = on.parts.store.read(|tx| meetings::get(tx, &meeting))?;
                // What another process writes it publishes itself.
                let theirs = !was_here && on.parts.media.recording_folder(&meeting).exists();
                Ok(record.filter(|_| !theirs))
            });
            match ended.await {
                Ok(Some(record)) if record.recording == RecordingState::Recording => {
                    own.publish(&id).await;
                }
                Ok(Some(record)) if record.recording == RecordingState::None => {
                    let folder = own.parts.media.recording_folder(&id);
                    recording::take_away(&folder).await;
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "a meeting's media did not end in order");
                }
            }
            own.ending.lock().remove(&id);
        });
    }

    /// Tries again to make a recording a programme, without keeping anybody waiting.
    pub fn publish_again(self: &Arc<Self>, meeting_id: &str) {
        let (own, id) = (Arc::clone(self), meeting_id.to_owned());
        tokio::spawn(async move { own.publish(&id).await });
    }

    async fn publish(&self, meeting_id: &str) {
        if let Err(error) = recording::publish(&self.parts, meeting_id).await {
            tracing::error!(meeting = meeting_id, %error, "what became of a recording is not kept");
        }
    }
}

impl Listener for Rooms {
    /// What the host sends comes from an encoder or a camera, if one was chosen.
    fn may_send(&self, stream: &str) -> Result<()> {
        if let Some((meeting_id, Who::Host)) = Who::of_stream(stream)
            && self.session(meeting_id)?.outside().is_some()
        {
            return Err(ServiceError::Conflict(
                "主会场的画面现在来自编码器或网络摄像头，请先在主持页换回本机".to_owned(),
            ));
        }
        Ok(())
    }

    /// Of televisions that the meeting is not for (any more), and of staff who have signed out, were sent away
    /// or may not direct it.
    fn lost(&self, tx: &mut Tx<'_>, given: &[Grant]) -> store::Result<Vec<Grant>> {
        let mut of_meeting: HashMap<&str, Vec<&Grant>> = HashMap::new();
        for grant in given {
            of_meeting.entry(&grant.subject).or_default().push(grant);
        }
        let mut lost = Vec::new();
        for (meeting_id, given) in of_meeting {
            if self.session(meeting_id).is_ok() {
                lost.extend(people::lost(tx, meeting_id, &given)?);
            }
        }
        Ok(lost)
    }

    /// A television that lost what it had takes part no longer.
    fn revoked(&self, grant: &Grant) {
        if let Holder::Terminal(id) = &grant.holder
            && let Ok(session) = self.session(&grant.subject)
            && session.is_present(id)
        {
            // Leaving is never refused.
            let _ = session.apply(Input::Left(id.clone()), self.parts.clock.now_ms());
        }
    }

    fn heard(&self, stream: &str, news: StreamNews) {
        let Some((meeting_id, who)) = Who::of_stream(stream) else {
            return;
        };
        if let Ok(session) = self.session(meeting_id) {
            let now_ms = self.parts.clock.now_ms();
            // What the media do is never refused.
            let _ = session.apply(Input::Stream { who, news }, now_ms);
        }
    }
}
