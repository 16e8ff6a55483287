//! Live meetings at work: the relay, and for each meeting a thread that carries out what its
//! [`Director`](super::stage::Director) plans and tells it what the media really do.

mod demand;
pub mod demonstration;
mod grants;
mod host_source;
mod intake;
mod links;
pub mod people;
mod plant;
pub mod recording;
mod session;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use contract::meeting::{
    Direction, HostAccess, JoinAccess, JoinRequest, MediaLink, MediaProtocol, MeetingKind, Place,
    RecordingState, Stage,
};
use media_relay::{EndReason, Relay, RelayEvent, SessionId};
use parking_lot::RwLock;
use store::meetings;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use url::Url;

use super::kit::error::{Result, ServiceError};
use super::kit::rights::Staff;
use super::stage::{Input, StreamNews, Terminal, Who};
use crate::app::App;
use crate::config::{self, Config};

pub use grants::{Grant, Grants};
pub use intake::{Intake, SourceNews};
pub use links::Links;
pub(crate) use plant::to_relay;
pub use session::{Media, Session};

use host_source::Encoders;

/// Whoever asks for the playlist of HLS that rested waits at most so long: the first segment takes two
/// seconds, and the TV's player gives up after 8 without a byte.
const FIRST_PLAYLIST: Duration = Duration::from_secs(5);

/// A small picture of a station may be so large.
pub const MAX_PICTURE_BYTES: usize = 96 * 1024;

/// What a live meeting is, as far as its media are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveMeeting {
    /// Id.
    pub id: String,
    /// How it is held.
    pub kind: MeetingKind,
    /// Title, for the picture.
    pub title: String,
    /// Who holds it, for the host's tile.
    pub host_name: String,
    /// Whether it is recorded.
    pub record: bool,
    /// When it is planned to be over.
    pub planned_end_ms: i64,
    /// Stations of the audience.
    pub stations: Vec<Terminal>,
}

/// All live meetings of this process.
pub struct Studio {
    relay: Option<Relay>,
    grants: Grants,
    links: Links,
    sessions: RwLock<HashMap<String, Arc<Session>>>,
    epoch: Instant,
    folder: PathBuf,
    settings: config::Live,
    encoders: Encoders,
}

impl Studio {
    /// Opens the relay, unless another engine takes its place.
    ///
    /// # Errors
    /// The UDP port cannot be used.
    pub fn open(config: &Config, public_url: &Url) -> Result<Self, media_relay::StartError> {
        let settings = &config.live;
        let epoch = Instant::now();
        let links = Links::new(settings);
        let relay = if links.external() {
            None
        } else {
            Some(Relay::start(media_relay::Settings {
                listen: settings.udp,
                advertise: settings.advertise.clone(),
                epoch,
                ..media_relay::Settings::local()
            })?)
        };
        Ok(Self {
            relay,
            grants: Grants::default(),
            links,
            sessions: RwLock::default(),
            epoch,
            folder: config.live_dir(),
            encoders: Encoders::new(settings, public_url),
            settings: settings.clone(),
        })
    }

    /// Where all media times count from.
    #[must_use]
    pub fn epoch(&self) -> Instant {
        self.epoch
    }

    /// The embedded relay.
    ///
    /// # Errors
    /// Another engine takes its place.
    pub fn relay(&self) -> Result<&Relay> {
        self.relay
            .as_ref()
            .ok_or(ServiceError::NotFound("这路画面（由外部流媒体服务提供）"))
    }

    /// Whether another engine takes the relay's place.
    #[must_use]
    pub fn external(&self) -> bool {
        self.relay.is_none()
    }

    /// The link to a stream, with a token that [`Grants::issue`] gave.
    #[must_use]
    pub fn link(&self, protocol: MediaProtocol, stream: &str, token: String) -> MediaLink {
        self.links.link(protocol, stream, token)
    }

    /// Tokens.
    #[must_use]
    pub fn grants(&self) -> &Grants {
        &self.grants
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

    fn sessions(&self) -> Vec<Arc<Session>> {
        self.sessions.read().values().cloned().collect()
    }

    /// Begins a meeting's media. Doing it twice is fine.
    pub fn begin(&self, app: &Arc<App>, meeting: LiveMeeting) {
        let mut sessions = self.sessions.write();
        if sessions.contains_key(&meeting.id) {
            return;
        }
        tracing::info!(meeting = meeting.id, "a meeting is live");
        let media = Media {
            relay: self.relay.clone(),
            epoch: self.epoch,
            folder: self.recording_folder(&meeting.id),
            hls_rest: Duration::from_secs(self.settings.hls_rest_seconds),
            restream: self.settings.restream.clone(),
        };
        let session = Session::start(app, &meeting, media);
        sessions.insert(meeting.id, session);
    }

    /// Ends a meeting's media and waits until what was recorded is on the disk. Blocks.
    pub fn end(&self, meeting_id: &str) {
        let session = self.sessions.write().remove(meeting_id);
        if let Some(session) = session {
            session.end();
            tracing::info!(meeting = meeting_id, "a meeting is over");
        }
        self.void(meeting_id, EndReason::Over);
    }

    /// What a meeting's tokens, a look's or a room's were good for is over: closes the sessions begun with
    /// them, and whoever asks is told why.
    pub fn void(&self, meeting_id: &str, why: EndReason) {
        self.close(self.grants.end(meeting_id), why);
    }

    /// A terminal or a login may send and fetch nothing any more.
    pub fn revoke(&self, holder: &str) {
        self.close(self.grants.revoke_all(holder), EndReason::Revoked);
    }

    fn close(&self, sessions: Vec<SessionId>, why: EndReason) {
        for session in sessions {
            // Whoever has gone by themselves is not there any more.
            let _ = self
                .relay
                .as_ref()
                .is_some_and(|relay| relay.close_as(&session, why));
        }
    }

    /// Ends the media of all meetings because the server stops; the meetings stay live. Blocks.
    pub fn stop(&self) {
        let sessions: Vec<_> = self.sessions.write().drain().collect();
        for (_, session) in sessions {
            session.stop();
        }
    }

    /// Where a meeting's segments are kept.
    #[must_use]
    pub fn recording_folder(&self, meeting_id: &str) -> PathBuf {
        self.folder.join(meeting_id)
    }

    /// Somebody asks for the HLS of a meeting: begins it if it rests, and waits for its playlist,
    /// though not long. False if there is none, or only one from before it rested.
    pub async fn hls_is_there(&self, meeting_id: &str) -> bool {
        let ready = self.session(meeting_id).map(|it| it.ask_for_hls());
        // What is over has whatever is left in its folder.
        let Ok(mut ready) = ready else { return true };
        let first = tokio::time::timeout(FIRST_PLAYLIST, ready.wait_for(|ready| *ready));
        matches!(first.await, Ok(Ok(_)))
    }

    /// What the host's page needs.
    ///
    /// # Errors
    /// The meeting is not live; there is no randomness.
    pub fn host(&self, app: &App, staff: &Staff, meeting_id: &str) -> Result<HostAccess> {
        let session = self.session(meeting_id)?;
        let link = |stream: String, sending| {
            let token = self.grants.issue(Grant {
                meeting_id: meeting_id.to_owned(),
                holder: staff.login.clone(),
                stream: stream.clone(),
                sending,
            })?;
            let protocol = if sending {
                MediaProtocol::Whip
            } else {
                MediaProtocol::Whep
            };
            Ok::<_, ServiceError>(self.links.link(protocol, &stream, token))
        };
        Ok(HostAccess {
            publish: link(Who::Host.stream(meeting_id), true)?,
            program: link(self.watched(meeting_id), false)?,
            clean_feed: if self.relay.is_some() {
                let route = plant::seat_route(meeting_id, Who::Host.id());
                Some(link(route, false)?)
            } else {
                None
            },
            source: self.host_source(app, &session),
            stage: session.stage(app.now_ms()),
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
        let mixes = self.relay.is_some();
        let speaks = mixes && session.kind() == MeetingKind::Conference && terminal.station;
        let route = if speaks {
            session.add_seat(&terminal.id)
        } else {
            self.watched(meeting_id)
        };
        let token = |stream: &str, sending, holder: &str| {
            self.grants.issue(Grant {
                meeting_id: meeting_id.to_owned(),
                holder: holder.to_owned(),
                stream: stream.to_owned(),
                sending,
            })
        };
        let whep = self.links.link(
            MediaProtocol::Whep,
            &route,
            token(&route, false, &terminal.id)?,
        );
        // One token for all, so that a cache in front sees one address.
        let hls = self.watched(meeting_id);
        let hls = self
            .links
            .link(MediaProtocol::Hls, &hls, token(&hls, false, "")?);
        let publish = if speaks {
            let stream = Who::Station(terminal.id.clone()).stream(meeting_id);
            let token = token(&stream, true, &terminal.id)?;
            Some(self.links.link(MediaProtocol::Whip, &stream, token))
        } else {
            None
        };
        let first_whep = terminal.station || self.settings.homes_by_whep;
        let joined = Input::Joined {
            terminal: terminal.clone(),
            can_speak: request.can_speak,
        };
        session.apply(joined, now_ms)?;
        if !first_whep {
            // Its player asks in a moment; then the first segment is on its way already.
            drop(session.ask_for_hls());
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
        if self.relay.is_some() {
            program(meeting_id)
        } else {
            Who::Host.stream(meeting_id)
        }
    }

    /// A terminal takes part no longer.
    pub fn leave(&self, terminal_id: &str, meeting_id: &str, now_ms: i64) {
        if let Ok(session) = self.session(meeting_id) {
            // Leaving is never refused.
            let _ = session.apply(Input::Left(terminal_id.to_owned()), now_ms);
        }
        let left = self.grants.revoke(meeting_id, terminal_id);
        self.close(left, EndReason::Over);
    }

    /// How a terminal stands; asking says that it is still there.
    ///
    /// # Errors
    /// The meeting is not live, or the terminal has not joined.
    pub fn place(&self, terminal_id: &str, meeting_id: &str, now_ms: i64) -> Result<Place> {
        let session = self.session(meeting_id)?;
        session.apply(Input::Heard(terminal_id.to_owned()), now_ms)?;
        session
            .place(terminal_id)
            .filter(|_| session.is_present(terminal_id))
            .ok_or(ServiceError::NotFound("您在会议中的位置，请重新进入"))
    }

    /// Raises or lowers a hand.
    ///
    /// # Errors
    /// The meeting is not live, or this makes no sense now.
    pub fn hand(
        &self,
        terminal_id: &str,
        meeting_id: &str,
        raised: bool,
        now_ms: i64,
    ) -> Result<Place> {
        let session = self.session(meeting_id)?;
        let hand = Input::Hand {
            terminal_id: terminal_id.to_owned(),
            raised,
        };
        session.apply(hand, now_ms)?;
        session
            .place(terminal_id)
            .ok_or(ServiceError::NotFound("您在会议中的位置，请重新进入"))
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// The meeting is not live, or this makes no sense now.
    pub fn direct(&self, meeting_id: &str, command: Direction, now_ms: i64) -> Result<Stage> {
        let session = self.session(meeting_id)?;
        session.apply(Input::Command(command), now_ms)?;
        Ok(session.stage(now_ms))
    }

    /// Keeps a station's small picture.
    ///
    /// # Errors
    /// The meeting is not live; it is no JPEG, or too large.
    pub fn keep_picture(
        &self,
        terminal_id: &str,
        meeting_id: &str,
        jpeg: Bytes,
        now_ms: i64,
    ) -> Result<()> {
        let session = self.session(meeting_id)?;
        if jpeg.len() > MAX_PICTURE_BYTES || !jpeg.starts_with(&[0xff, 0xd8, 0xff]) {
            return Err(ServiceError::BadRequest(
                "画面须是不超过 96 KiB 的 JPEG".to_owned(),
            ));
        }
        session.keep_picture(terminal_id, jpeg, now_ms)
    }

    /// Tells each meeting what the relay says of its streams, and duty rooms which sessions are over,
    /// until the relay is gone.
    pub async fn listen(app: Arc<App>) {
        let Ok(relay) = app.studio.relay() else {
            return;
        };
        let mut events = relay.events();
        loop {
            let event = tokio::select! {
                () = app.stopping.cancelled() => return,
                event = events.recv() => event,
            };
            match event {
                Ok(RelayEvent::StreamLive { stream }) => {
                    app.studio.heard(&stream, StreamNews::Live, app.now_ms());
                }
                Ok(RelayEvent::StreamSilent { stream } | RelayEvent::StreamEnded { stream }) => {
                    app.studio.heard(&stream, StreamNews::Silent, app.now_ms());
                }
                Ok(RelayEvent::SessionEnded { session, .. }) => {
                    app.studio.grants.gone(&session);
                    app.duty.gone(&app, session);
                }
                Ok(_) => {}
                Err(RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "the relay said more than could be heard");
                    // Asked first: what comes meanwhile is not missing.
                    let mut known = app.duty.sessions();
                    let held = app.studio.grants.sessions();
                    known.extend(held.into_iter().map(|(session, _)| session));
                    let there = relay.statistics().await.sessions;
                    for session in known {
                        if !there.iter().any(|one| one.session == session) {
                            app.studio.grants.gone(&session);
                            app.duty.gone(&app, session);
                        }
                    }
                }
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// When a meeting is one that was left without ending it, Unix milliseconds; `None`: its media are
    /// not here, and nothing is known of it.
    #[must_use]
    pub fn forgotten_at(&self, meeting_id: &str, now_ms: i64) -> Option<i64> {
        let session = self.session(meeting_id).ok()?;
        Some(session.forgotten_at(now_ms))
    }

    /// Cuts off whoever has lost the right to host or direct, until the server stops.
    pub async fn tidy(app: Arc<App>) {
        let mut ticks = tokio::time::interval(Duration::from_millis(app.config.watch_ms));
        loop {
            tokio::select! {
                () = app.stopping.cancelled() => return,
                _ = ticks.tick() => {}
            }
            if let Err(error) = app.blocking(cut_off).await {
                tracing::error!(%error, "whether hosts still may is not known");
            }
        }
    }

    fn heard(&self, stream: &str, news: StreamNews, now_ms: i64) {
        let Some((meeting_id, who)) = sender(stream) else {
            return;
        };
        if let Ok(session) = self.session(meeting_id) {
            // What the media do is never refused.
            let _ = session.apply(Input::Stream { who, news }, now_ms);
        }
    }

    /// Wakes with every change of a meeting's stage.
    ///
    /// # Errors
    /// The meeting is not live.
    pub fn changes(&self, meeting_id: &str) -> Result<watch::Receiver<u64>> {
        Ok(self.session(meeting_id)?.changes())
    }
}

/// Begins the media of a meeting that has just become live. Doing it twice is fine.
///
/// # Errors
/// The database failed.
pub async fn begin(app: &Arc<App>, meeting_id: &str) -> Result<()> {
    let id = meeting_id.to_owned();
    let meeting = app
        .blocking(move |app| {
            let meeting = people::live_meeting(&app.store, &id)?;
            // From now on there is something to be finished, also by the next start.
            if meeting.as_ref().is_some_and(|meeting| meeting.record) {
                let state = RecordingState::Recording;
                super::meetings::recording_state(&app.store, &id, state, app.now_ms())?;
            }
            Ok(meeting)
        })
        .await?;
    if let Some(meeting) = meeting {
        take_up(app, meeting).await;
    }
    Ok(())
}

/// Runs the media of a live meeting, with the encoder or camera that was chosen for it.
pub async fn take_up(app: &Arc<App>, meeting: LiveMeeting) {
    let (id, shows_codes) = (meeting.id.clone(), !app.studio.external());
    app.studio.begin(app, meeting);
    let recalled = app.blocking(move |app| {
        let wanted = id.clone();
        app.store.write(move |tx| {
            meetings::set_shows_codes(tx, &wanted, shows_codes)?;
            Ok::<_, ServiceError>(())
        })?;
        app.studio.recall_host_source(app, &id)
    });
    // The page can choose again; the meeting goes on all the same.
    if let Err(error) = recalled.await {
        tracing::error!(%error, "the host's encoder or camera, or what its picture can show, is forgotten");
    }
}

/// Ends the media of a meeting that is over and makes its recording a programme, without keeping
/// anybody waiting.
pub fn end(app: &Arc<App>, meeting_id: &str) {
    let (app, id) = (Arc::clone(app), meeting_id.to_owned());
    tokio::spawn(async move {
        let ended = app.blocking({
            let id = id.clone();
            move |app| {
                app.studio.end(&id);
                Studio::forget_host_source(app, &id)?;
                Ok(app.store.read(|tx| meetings::get(tx, &id))?)
            }
        });
        let recorded = match ended.await {
            Ok(Some(record)) => record.recording == RecordingState::Recording,
            Ok(None) => false,
            Err(error) => {
                tracing::error!(%error, "a meeting's media did not end in order");
                false
            }
        };
        // What went wrong is in the log and in the meeting.
        if recorded {
            let _ = recording::publish(&app, &id).await;
        }
    });
}

/// Cuts off whoever hosts or directs and has lost the right to.
fn cut_off(app: &App) -> Result<()> {
    let mut asked: Vec<(String, String)> = Vec::new();
    for (_, grant) in app.studio.grants.sessions() {
        let whose = (grant.meeting_id, grant.holder);
        if app.studio.session(&whose.0).is_ok() && !asked.contains(&whose) {
            asked.push(whose);
        }
    }
    if asked.is_empty() {
        return Ok(());
    }
    let lost = app.store.read(|tx| {
        let mut lost = Vec::new();
        for (meeting_id, holder) in asked {
            if people::lost_the_right(tx, &holder, &meeting_id)? {
                lost.push((meeting_id, holder));
            }
        }
        Ok::<_, store::Error>(lost)
    })?;
    for (meeting_id, holder) in lost {
        let sessions = app.studio.grants.revoke(&meeting_id, &holder);
        app.studio.close(sessions, EndReason::Revoked);
    }
    Ok(())
}

/// The route that everybody watches.
#[must_use]
pub fn program(meeting_id: &str) -> String {
    format!("{meeting_id}/program")
}

/// Whose stream this is; `None` for what this process makes itself.
fn sender(stream: &str) -> Option<(&str, Who)> {
    let (meeting_id, rest) = stream.split_once('/')?;
    let who = match rest.split_once('/') {
        None if rest == "host" => Who::Host,
        Some(("station", terminal_id)) => Who::Station(terminal_id.to_owned()),
        _ => return None,
    };
    Some((meeting_id, who))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_names_its_sender() {
        assert_eq!(sender("m/host"), Some(("m", Who::Host)));
        let station = Who::Station("t".to_owned());
        assert_eq!(sender(&station.stream("m")), Some(("m", station)));
        for made in ["m/mix", "m/minus/t", "m/program", "m"] {
            assert_eq!(sender(made), None, "{made}");
        }
    }
}
