//! Where the host's picture comes from, when it is not the host's page: an encoder that calls by
//! SRT (a hall's camera mixer, OBS), or a camera that is fetched by RTSP.
//!
//! What was chosen is kept in the database until the meeting is over, so that a server that was
//! killed takes the same encoder in again: it calls the same port with the same passphrase.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Instant;

use contract::meeting::{EncoderLink, HostSource, HostSourceAccess, HostSourceRequest};
use media_relay::Relay;
use media_studio::live::SourceState;
use serde::{Deserialize, Serialize};
use store::{meetings, settings};
use url::Url;

use super::intake::SourceNews;
use super::plant::News;
use super::{Intake, Session, Studio};
use crate::app::App;
use crate::config;
use crate::services::duty::rooms;
use crate::services::kit::audit::{self, Actor};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::Staff;
use crate::services::stage::Who;
use crate::services::vault::{Place, Vault};

/// What receiver and encoder may wait for packets that were lost, in ms. A quarter of a second is
/// good for several repetitions within a county.
const SRT_LATENCY_MS: u32 = 250;

/// Meetings that can have an encoder at the same time: so many ports are used.
pub const ENCODERS: u16 = 10;

/// Characters of a passphrase; SRT wants 10 to 79.
const PASSPHRASE: usize = 20;

/// What was chosen for a meeting, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "snake_case")]
enum Choice {
    Encoder {
        port: u16,
    },
    /// The address is sealed: it may contain a password.
    Camera {
        sealed_url: String,
    },
}

/// What takes the place of the host's page.
pub(super) struct Outside {
    source: HostSource,
    /// The port an encoder calls.
    port: Option<u16>,
    _intake: Intake,
}

impl Outside {
    fn start(
        relay: &Relay,
        epoch: Instant,
        session: &Session,
        address: &str,
        (source, port): (HostSource, Option<u16>),
    ) -> Result<Self> {
        let wake = session.media_wake();
        let stream = Who::Host.stream(session.id());
        let intake = Intake::start(relay, epoch, &stream, address, move |news| {
            wake(News::HostSource(match news {
                SourceNews::State(SourceState::Live) => "",
                SourceNews::State(SourceState::Interrupted) => missing(source),
                SourceNews::State(_) => return,
                SourceNews::Failed(error) => {
                    tracing::warn!(%error, "the host's encoder or camera");
                    missing(source)
                }
            }));
        })?;
        Ok(Self {
            source,
            port,
            _intake: intake,
        })
    }

    /// What it is.
    pub(super) fn source(&self) -> HostSource {
        self.source
    }
}

fn missing(source: HostSource) -> &'static str {
    match source {
        HostSource::Camera => "网络摄像头连不上，正在重试，请检查它的地址、密码和电源",
        _ => "编码器断开了，正在等它重新连接",
    }
}

fn key(meeting_id: &str) -> String {
    format!("live.host.{meeting_id}")
}

/// Where encoders reach this server.
#[derive(Clone, Debug)]
pub(super) struct Encoders {
    /// The address that is listened on.
    pub(super) listen: IpAddr,
    /// What encoders are told to call.
    pub(super) host: String,
    /// Ports, one for each meeting with an encoder.
    pub(super) ports: RangeInclusive<u16>,
}

impl Encoders {
    /// As the settings want it.
    pub(super) fn new(settings: &config::Live, public_url: &Url) -> Self {
        let listen = settings.udp.ip();
        let advertised = settings.advertise.first().map(IpAddr::to_string);
        let public = || public_url.host_str().map(str::to_owned);
        let first = settings.encoder_port;
        Self {
            listen,
            host: advertised
                .or_else(public)
                .unwrap_or_else(|| listen.to_string()),
            ports: first..=first + (ENCODERS - 1),
        }
    }

    fn link(&self, vault: &Vault, meeting_id: &str, port: u16) -> EncoderLink {
        EncoderLink {
            url: format!("srt://{}:{port}", self.host),
            passphrase: passphrase(vault, meeting_id),
            latency_ms: SRT_LATENCY_MS,
        }
    }

    fn listener(&self, vault: &Vault, meeting_id: &str, port: u16) -> String {
        format!(
            "srt://{}?mode=listener&latency={SRT_LATENCY_MS}&pbkeylen=16&passphrase={}",
            SocketAddr::new(self.listen, port),
            passphrase(vault, meeting_id)
        )
    }

    /// A port that nothing listens on.
    fn free(&self, taken: &[u16]) -> Option<u16> {
        self.ports
            .clone()
            .find(|port| !taken.contains(port) && UdpSocket::bind((self.listen, *port)).is_ok())
    }
}

/// The same one whenever it is asked for, and known to nobody who does not have the keys.
fn passphrase(vault: &Vault, meeting_id: &str) -> String {
    let mut passphrase = vault.fingerprint(&format!("srt/{meeting_id}"));
    passphrase.truncate(PASSPHRASE);
    passphrase
}

impl Studio {
    /// Takes the host's picture from somewhere else from now on, and writes down who wanted it. Blocks.
    ///
    /// # Errors
    /// The meeting is not live, the camera's address is none, all ports for encoders are in use,
    /// or another engine takes the relay's place.
    pub fn choose_host_source(
        &self,
        app: &App,
        staff: &Staff,
        meeting_id: &str,
        request: &HostSourceRequest,
    ) -> Result<HostSourceAccess> {
        self.relay()?;
        let session = self.session(meeting_id)?;
        let choice = match request.source {
            HostSource::Page => None,
            HostSource::Encoder => Some(Choice::Encoder {
                port: self.encoder_port(&session)?,
            }),
            HostSource::Camera => {
                let address = request.camera_url.as_deref().and_then(rooms::camera_url);
                let address =
                    address.ok_or_else(|| ServiceError::BadRequest(rooms::WRONG_URL.to_owned()))?;
                let place = Place::HostCamera(meeting_id);
                let sealed_url = app.store.read(|tx| app.vault.seal(tx, place, address))?;
                Some(Choice::Camera { sealed_url })
            }
        };
        keep(app, staff, meeting_id, choice.as_ref())?;
        if let Err(error) = self.take_in(app, &session, choice.as_ref()) {
            // Nothing is taken in now; a server that starts again should not try either.
            Self::forget_host_source(app, meeting_id)?;
            return Err(error);
        }
        Ok(self.host_source(app, &session))
    }

    /// Whether a stream may be sent by WHIP now.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`]: it is the host's, and comes from an encoder or a camera.
    pub fn takes(&self, stream: &str) -> Result<()> {
        if let Some((meeting_id, Who::Host)) = super::sender(stream)
            && self.session(meeting_id)?.outside().is_some()
        {
            return Err(ServiceError::Conflict(
                "主会场的画面现在来自编码器或网络摄像头，请先在主持页换回本机".to_owned(),
            ));
        }
        Ok(())
    }

    /// Takes in what was chosen before the server stopped. Blocks.
    pub(super) fn recall_host_source(&self, app: &App, meeting_id: &str) -> Result<()> {
        let kept = app.store.read(|tx| settings::get(tx, &key(meeting_id)))?;
        let Some(kept) = kept else { return Ok(()) };
        let choice = serde_json::from_str(&kept)
            .map_err(|error| ServiceError::Internal(format!("host source: {error}")))?;
        let session = self.session(meeting_id)?;
        if session.outside().is_some() {
            return Ok(());
        }
        self.take_in(app, &session, Some(&choice))
    }

    /// Nothing of it is needed any more.
    pub(super) fn forget_host_source(app: &App, meeting_id: &str) -> Result<()> {
        let key = key(meeting_id);
        Ok(app.store.write(move |tx| settings::remove(tx, &key))?)
    }

    /// What the host's picture comes from, for those who direct.
    pub(super) fn host_source(&self, app: &App, session: &Session) -> HostSourceAccess {
        let outside = session.outside();
        HostSourceAccess {
            source: outside
                .as_ref()
                .map_or(HostSource::Page, |outside| outside.source),
            encoder: outside
                .as_ref()
                .and_then(|outside| outside.port)
                .map(|port| self.encoders.link(&app.vault, session.id(), port)),
        }
    }

    fn encoder_port(&self, session: &Session) -> Result<u16> {
        if let Some(port) = session.outside().as_ref().and_then(|outside| outside.port) {
            return Ok(port);
        }
        let taken: Vec<u16> = self
            .sessions()
            .iter()
            .filter_map(|other| other.outside().as_ref()?.port)
            .collect();
        self.encoders.free(&taken).ok_or_else(|| {
            ServiceError::Conflict("给编码器用的端口都被占用了，请先结束别的会议".to_owned())
        })
    }

    fn take_in(&self, app: &App, session: &Arc<Session>, choice: Option<&Choice>) -> Result<()> {
        let relay = self.relay()?;
        let (source, address, port) = match choice {
            None => {
                session.set_outside(None, app.now_ms());
                return Ok(());
            }
            Some(Choice::Encoder { port }) => {
                // Nothing changes for an encoder that is connected.
                if session
                    .outside()
                    .as_ref()
                    .is_some_and(|outside| outside.port == Some(*port))
                {
                    return Ok(());
                }
                let listener = self.encoders.listener(&app.vault, session.id(), *port);
                (HostSource::Encoder, listener, Some(*port))
            }
            Some(Choice::Camera { sealed_url }) => {
                let place = Place::HostCamera(session.id());
                (
                    HostSource::Camera,
                    app.vault.unseal(place, sealed_url)?,
                    None,
                )
            }
        };
        // The old one first: it may hold what the new one needs.
        session.set_outside(None, app.now_ms());
        let outside = Outside::start(relay, self.epoch, session, &address, (source, port))?;
        session.set_outside(Some(outside), app.now_ms());
        Ok(())
    }
}

/// Keeps the choice for a server that starts again; none is the host's page.
fn keep(app: &App, staff: &Staff, meeting_id: &str, choice: Option<&Choice>) -> Result<()> {
    let written = choice
        .map(serde_json::to_string)
        .transpose()
        .map_err(|error| ServiceError::Internal(format!("host source: {error}")))?;
    let source = match choice {
        None => "page",
        Some(Choice::Encoder { .. }) => "encoder",
        Some(Choice::Camera { .. }) => "camera",
    };
    let (id, actor, now_ms) = (meeting_id.to_owned(), Actor::of(Some(staff)), app.now_ms());
    app.store.write(move |tx| {
        match &written {
            Some(written) => settings::set(tx, &key(&id), written)?,
            None => settings::remove(tx, &key(&id))?,
        }
        let holder = meetings::get(tx, &id)?.map(|meeting| meeting.organization.id);
        let subject = format!("meeting:{id}");
        audit::note(
            tx,
            &actor,
            "meeting.host_source",
            &subject,
            holder.as_deref(),
            source,
            now_ms,
        )
    })?;
    Ok(())
}
