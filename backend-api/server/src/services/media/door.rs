//! The door itself.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use contract::meeting::{MediaLink, MediaProtocol};
use media_relay::{
    Answer, EndReason, OfferError, Relay, RelayEvent, SessionId, StartError, Takeover,
};
use parking_lot::RwLock;
use store::{Store, Tx};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::controller::{Means, MediaController, News, ProgramSettings, Tell};
use super::demand::Demand;
use super::grants::{Grant, Grants, Holder};
use super::intake::{Intake, SourceNews};
use super::links::Links;
use super::reach::Reach;
use super::streams::StreamNews;
use crate::config::{self, Config};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::space::Space;

/// Whoever asks for the playlist of HLS that rested waits at most so long: the first segment takes two
/// seconds, and the TV's player gives up after 8 without a byte.
const FIRST_PLAYLIST: Duration = Duration::from_secs(5);

/// A service that has streams. It is asked and told of everybody's, and knows its own.
pub trait Listener: Send + Sync {
    /// Whether a stream may be sent by WHIP now.
    ///
    /// # Errors
    /// Why not.
    fn may_send(&self, _stream: &str) -> Result<()> {
        Ok(())
    }

    /// A session of the relay came.
    ///
    /// # Errors
    /// It must not stay, and why.
    fn came(&self, _grant: &Grant, _session: SessionId) -> Result<()> {
        Ok(())
    }

    /// A session of the relay is over.
    fn gone(&self, _session: SessionId) {}

    /// Those of these tokens that may be kept no longer, because what they derive from is not so any
    /// more. It looks at its own and leaves the others out.
    ///
    /// # Errors
    /// The database failed.
    fn lost(&self, _tx: &mut Tx<'_>, _given: &[Grant]) -> store::Result<Vec<Grant>> {
        Ok(Vec::new())
    }

    /// This was taken away from its holder, with the sessions begun with it.
    fn revoked(&self, _grant: &Grant) {}

    /// Sessions it counts on.
    fn sessions(&self) -> Vec<SessionId> {
        Vec::new()
    }

    /// What arrives of a stream.
    fn heard(&self, _stream: &str, _news: StreamNews) {}
}

/// Why there is no session.
#[derive(Debug)]
pub enum Refused {
    /// The rules are against it.
    Rule(ServiceError),
    /// The relay cannot take the offer.
    Offer(OfferError),
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        Self::Rule(error)
    }
}

impl From<OfferError> for Refused {
    fn from(error: OfferError) -> Self {
        Self::Offer(error)
    }
}

/// Who asks for the HLS of a program, and how its thread is woken.
struct Hls {
    demand: Arc<Demand>,
    tell: Tell,
}

/// All live media of this process.
pub struct Media {
    relay: Option<Relay>,
    grants: Grants,
    links: Links,
    hls: RwLock<HashMap<String, Hls>>,
    listeners: RwLock<Vec<Weak<dyn Listener>>>,
    epoch: Instant,
    folder: PathBuf,
    space: Space,
    settings: config::Live,
    cameras: Arc<Reach>,
}

impl Media {
    /// Opens the relay, unless another engine takes its place. Segments take what `space` there is;
    /// `own_ports` are the server's, where no camera is.
    ///
    /// # Errors
    /// The UDP port cannot be used.
    pub fn open(config: &Config, space: Space, own_ports: Vec<u16>) -> Result<Self, StartError> {
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
            hls: RwLock::default(),
            listeners: RwLock::default(),
            epoch,
            folder: config.live_dir(),
            space,
            settings: settings.clone(),
            cameras: Arc::new(Reach::new(config.cameras.as_deref(), own_ports)),
        })
    }

    /// Where cameras may be.
    #[must_use]
    pub fn cameras(&self) -> &Arc<Reach> {
        &self.cameras
    }

    /// From now on this service is asked and told.
    pub fn add_listener(&self, listener: Weak<dyn Listener>) {
        self.listeners.write().push(listener);
    }

    fn listeners(&self) -> Vec<Arc<dyn Listener>> {
        let all = self.listeners.read();
        all.iter().filter_map(Weak::upgrade).collect()
    }

    /// Where all media times count from.
    #[must_use]
    pub fn epoch(&self) -> Instant {
        self.epoch
    }

    /// The embedded relay, for whoever measures or tests it.
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

    /// The link to a stream, with the token that is good for it; the same one every time it is asked for.
    ///
    /// # Errors
    /// There is no randomness.
    pub fn link(&self, protocol: MediaProtocol, grant: Grant) -> Result<MediaLink> {
        let stream = grant.stream.clone();
        let token = self.grants.issue(grant)?;
        Ok(self.links.link(protocol, &stream, token))
    }

    /// Whose token this is, if it is good for this stream and direction.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`] for a token nobody has, [`ServiceError::Forbidden`] for
    /// one that is good for something else.
    pub fn check(&self, token: &str, stream: &str, sending: bool) -> Result<Grant> {
        self.grants.check(token, stream, sending)
    }

    /// Begins a session that sends what the grant is good for.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn publish(
        &self,
        grant: &Grant,
        offer: &str,
        takeover: Takeover,
    ) -> Result<Answer, Refused> {
        for listener in self.listeners() {
            listener.may_send(&grant.stream)?;
        }
        let relay = self.relay()?;
        let answer = relay.publish_as(&grant.stream, offer, takeover).await?;
        self.begun(grant, answer)
    }

    /// Begins a session that fetches what the grant is good for.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn subscribe(&self, grant: &Grant, offer: &str) -> Result<Answer, Refused> {
        let answer = self.relay()?.subscribe(&grant.stream, offer).await?;
        self.begun(grant, answer)
    }

    fn begun(&self, grant: &Grant, answer: Answer) -> Result<Answer, Refused> {
        // It may have ended while the offer was looked at.
        let mut stays = if self.grants.hold(answer.session, grant) {
            Ok(())
        } else {
            Err(ServiceError::Forbidden("这路画面已经结束"))
        };
        for listener in self.listeners() {
            stays = stays.and_then(|()| listener.came(grant, answer.session));
        }
        if let Err(why) = stays {
            self.close([answer.session], EndReason::Over);
            return Err(why.into());
        }
        Ok(answer)
    }

    /// Whoever has a session ends it. If it had ended before, the answer is why.
    ///
    /// # Errors
    /// There is no such session, or it was ended here before; another engine takes the relay's place.
    pub fn end(&self, session: &SessionId) -> Result<Option<EndReason>> {
        let relay = self.relay()?;
        if relay.close(session) {
            return Ok(None);
        }
        match relay.ending(session) {
            None | Some(EndReason::Closed) => Err(ServiceError::NotFound("这次连接")),
            ended => Ok(ended),
        }
    }

    /// Closes sessions, and whoever asks is told why.
    pub fn close(&self, sessions: impl IntoIterator<Item = SessionId>, why: EndReason) {
        let Some(relay) = &self.relay else { return };
        for session in sessions {
            // Whoever has gone by themselves is not there any more.
            let _ = relay.close_as(&session, why);
        }
    }

    /// A subject is over: its tokens are void and the sessions begun with them closed.
    pub fn void(&self, subject: &str, why: EndReason) {
        self.close(self.grants.end(subject), why);
    }

    /// Somebody may send and fetch nothing of a subject any more.
    pub fn revoke_in(&self, subject: &str, holder: &Holder, why: EndReason) {
        self.close(self.grants.revoke(subject, holder), why);
    }

    /// Somebody may send and fetch nothing any more.
    pub fn revoke(&self, holder: &Holder) {
        let mut given = self.grants.given();
        given.retain(|grant| grant.holder == *holder);
        self.close(self.grants.revoke_all(holder), EndReason::Revoked);
        self.tell_revoked(&given);
    }

    fn tell_revoked(&self, taken: &[Grant]) {
        for listener in self.listeners() {
            for grant in taken {
                listener.revoked(grant);
            }
        }
    }

    /// Asks the services whose streams they are whether these holders may keep what they were given, and
    /// takes away what they may not. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn look_again(&self, store: &Store, whose: impl Fn(&Holder) -> bool) -> Result<()> {
        let mut given = self.grants.given();
        given.retain(|grant| whose(&grant.holder));
        if given.is_empty() {
            return Ok(());
        }
        let listeners = self.listeners();
        let lost = store.read(|tx| {
            let mut lost = Vec::new();
            for listener in &listeners {
                lost.extend(listener.lost(tx, &given)?);
            }
            Ok::<_, store::Error>(lost)
        })?;
        for grant in &lost {
            // With one token of a subject the others go: whoever may go on asks anew.
            self.revoke_in(&grant.subject, &grant.holder, EndReason::Revoked);
        }
        self.tell_revoked(&lost);
        Ok(())
    }

    /// Sends `source` into a stream: an encoder, a camera, a test picture. One that cannot be reached
    /// is no error.
    ///
    /// # Errors
    /// The address is of another kind, there is no thread, or another engine takes the relay's place.
    /// The error does not quote the address, which may contain a password.
    pub fn take_in(
        &self,
        stream: &str,
        source: &str,
        heard: impl Fn(SourceNews) + Send + Sync + 'static,
    ) -> Result<Intake> {
        let reach = Arc::clone(&self.cameras);
        Intake::start(self.relay()?, self.epoch, reach, stream, source, heard)
    }

    /// The media of a program, which `tell` is told of until [`Media::end_program`].
    #[must_use]
    pub fn begin_program(&self, settings: ProgramSettings, tell: Tell) -> MediaController {
        // Where another engine packages there is nothing to wake.
        let always = settings.record || self.external();
        let rest = Duration::from_secs(self.settings.hls_rest_seconds);
        let demand = Arc::new(Demand::new(always, rest));
        let hls = Hls {
            demand: Arc::clone(&demand),
            tell: Arc::clone(&tell),
        };
        self.hls.write().insert(settings.id.clone(), hls);
        let means = Means {
            relay: self.relay.clone(),
            epoch: self.epoch,
            folder: self.recording_folder(&settings.id),
            space: self.space.clone(),
            restream: self.settings.restream.clone(),
        };
        MediaController::new(settings, means, demand, tell)
    }

    /// Nobody waits for HLS of this program any more; what was written can still be had.
    pub fn end_program(&self, id: &str) {
        self.hls.write().remove(id);
    }

    /// Where a program's segments are kept.
    #[must_use]
    pub fn recording_folder(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }

    /// The programs of which anything is kept, by id. Reads a folder.
    #[must_use]
    pub fn recording_folders(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect()
    }

    /// Somebody is about to ask for the HLS of a program: begins it if it rests.
    pub fn ask_for_hls(&self, id: &str) {
        drop(self.asked_for_hls(id));
    }

    /// Somebody asks for the HLS of a program: begins it if it rests, and waits for its playlist,
    /// though not long. False if there is none, or only one from before it rested.
    pub async fn hls_is_there(&self, id: &str) -> bool {
        // What is over has whatever is left in its folder.
        let Some(mut ready) = self.asked_for_hls(id) else {
            return true;
        };
        let first = tokio::time::timeout(FIRST_PLAYLIST, ready.wait_for(|ready| *ready));
        matches!(first.await, Ok(Ok(_)))
    }

    /// What turns true when the playlist is there; nothing for a program that is over.
    fn asked_for_hls(&self, id: &str) -> Option<tokio::sync::watch::Receiver<bool>> {
        let hls = self.hls.read();
        let Hls { demand, tell } = hls.get(id)?;
        let (ready, woken) = demand.ask(Instant::now());
        if woken {
            tell(News::HlsWanted);
        }
        Some(ready)
    }

    /// Tells who listens what the relay says of streams and sessions, until it is gone or the server
    /// stops.
    pub async fn listen(self: Arc<Self>, stopping: CancellationToken) {
        let Ok(relay) = self.relay() else {
            return;
        };
        let mut events = relay.events();
        loop {
            let event = tokio::select! {
                () = stopping.cancelled() => return,
                event = events.recv() => event,
            };
            match event {
                Ok(RelayEvent::StreamLive { stream }) => self.heard(&stream, StreamNews::Live),
                Ok(RelayEvent::StreamSilent { stream } | RelayEvent::StreamEnded { stream }) => {
                    self.heard(&stream, StreamNews::Silent);
                }
                Ok(RelayEvent::SessionEnded { session, .. }) => self.gone(session),
                Ok(_) => {}
                Err(RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "the relay said more than could be heard");
                    // Asked first: what comes meanwhile is not missing.
                    let held = self.grants.sessions().into_iter();
                    let mut known: Vec<_> = held.map(|(session, _)| session).collect();
                    for listener in self.listeners() {
                        known.extend(listener.sessions());
                    }
                    let there = relay.statistics().await.sessions;
                    for session in known {
                        if !there.iter().any(|one| one.session == session) {
                            self.gone(session);
                        }
                    }
                }
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn heard(&self, stream: &str, news: StreamNews) {
        for listener in self.listeners() {
            listener.heard(stream, news);
        }
    }

    fn gone(&self, session: SessionId) {
        self.grants.gone(&session);
        for listener in self.listeners() {
            listener.gone(session);
        }
    }
}
