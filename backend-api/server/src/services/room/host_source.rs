//! Where the host's picture comes from, when it is not the host's page: an encoder that calls by
//! SRT (a hall's camera mixer, OBS), or a camera that is fetched by RTSP.
//!
//! What was chosen is kept in the database until the meeting is over, so that a server that was
//! killed takes the same encoder in again: it calls the same port with the same passphrase.

use std::sync::Arc;

use contract::meeting::{HostSource, HostSourceAccess, HostSourceRequest};
use serde::{Deserialize, Serialize};
use store::{meetings, settings};

use super::outside::Outside;
use super::parts::Parts;
use super::rooms::Rooms;
use super::session::Session;
use crate::services::kit::audit::{self, About, Actor, Thing, Words};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::Staff;
use crate::services::media::camera::{WRONG_URL, camera_url};
use crate::services::vault::Place;

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

fn key(meeting_id: &str) -> String {
    format!("live.host.{meeting_id}")
}

impl Rooms {
    /// Takes the host's picture from somewhere else from now on, and writes down who wanted it. Blocks.
    ///
    /// # Errors
    /// The meeting is not live, the camera's address is none, all ports for encoders are in use,
    /// or another engine takes the relay's place.
    pub fn choose_host_source(
        &self,
        staff: &Staff,
        meeting_id: &str,
        request: &HostSourceRequest,
    ) -> Result<HostSourceAccess> {
        let parts = self.parts();
        parts.media.relay()?;
        let session = self.session(meeting_id)?;
        let choice = match request.source {
            HostSource::Page => None,
            HostSource::Encoder => Some(Choice::Encoder {
                port: self.encoder_port(&session)?,
            }),
            HostSource::Camera => {
                let address = request.camera_url.as_deref().and_then(camera_url);
                let address =
                    address.ok_or_else(|| ServiceError::BadRequest(WRONG_URL.to_owned()))?;
                if let Some(complaint) = parts.media.cameras().complaint(address) {
                    return Err(ServiceError::BadRequest(complaint.to_owned()));
                }
                let place = Place::HostCamera(meeting_id);
                let sealed_url = parts
                    .store
                    .read(|tx| parts.vault.seal(tx, place, address))?;
                Some(Choice::Camera { sealed_url })
            }
        };
        keep(parts, staff, meeting_id, choice.as_ref())?;
        if let Err(error) = self.take_in(&session, choice.as_ref()) {
            // Nothing is taken in now; a server that starts again should not try either.
            self.forget_host_source(meeting_id)?;
            return Err(error);
        }
        Ok(self.host_source(&session))
    }

    /// Takes in what was chosen before the server stopped. Blocks.
    pub(super) fn recall_host_source(&self, meeting_id: &str) -> Result<()> {
        let kept = self
            .parts()
            .store
            .read(|tx| settings::get(tx, &key(meeting_id)))?;
        let Some(kept) = kept else { return Ok(()) };
        let choice = serde_json::from_str(&kept)
            .map_err(|error| ServiceError::Internal(format!("host source: {error}")))?;
        let session = self.session(meeting_id)?;
        if session.outside().is_some() {
            return Ok(());
        }
        self.take_in(&session, Some(&choice))
    }

    /// Nothing of it is needed any more.
    pub(super) fn forget_host_source(&self, meeting_id: &str) -> Result<()> {
        let key = key(meeting_id);
        Ok(self
            .parts()
            .store
            .write(move |tx| settings::remove(tx, &key))?)
    }

    /// What the host's picture comes from, for those who direct.
    pub(super) fn host_source(&self, session: &Session) -> HostSourceAccess {
        let outside = session.outside();
        HostSourceAccess {
            source: outside.as_ref().map_or(HostSource::Page, Outside::source),
            encoder: outside.as_ref().and_then(Outside::port).map(|port| {
                self.encoders()
                    .link(&self.parts().vault, session.id(), port)
            }),
        }
    }

    fn encoder_port(&self, session: &Session) -> Result<u16> {
        if let Some(port) = session.outside().as_ref().and_then(Outside::port) {
            return Ok(port);
        }
        let taken: Vec<u16> = self
            .sessions()
            .iter()
            .filter_map(|other| other.outside().as_ref()?.port())
            .collect();
        self.encoders().free(&taken).ok_or_else(|| {
            ServiceError::Conflict("给编码器用的端口都被占用了，请先结束别的会议".to_owned())
        })
    }

    fn take_in(&self, session: &Arc<Session>, choice: Option<&Choice>) -> Result<()> {
        let parts = self.parts();
        let (source, address, port) = match choice {
            None => {
                session.set_outside(None, parts.clock.now_ms());
                return Ok(());
            }
            Some(Choice::Encoder { port }) => {
                // Nothing changes for an encoder that is connected.
                if session
                    .outside()
                    .as_ref()
                    .is_some_and(|outside| outside.port() == Some(*port))
                {
                    return Ok(());
                }
                let listener = self.encoders().listener(&parts.vault, session.id(), *port);
                (HostSource::Encoder, listener, Some(*port))
            }
            Some(Choice::Camera { sealed_url }) => {
                let place = Place::HostCamera(session.id());
                (
                    HostSource::Camera,
                    parts.vault.unseal(place, sealed_url)?,
                    None,
                )
            }
        };
        // The old one first: it may hold what the new one needs.
        session.set_outside(None, parts.clock.now_ms());
        let (origin, tell) = ((source, port), session.host_source_wake());
        let outside = Outside::start(&parts.media, session.id(), &address, origin, tell)?;
        session.set_outside(Some(outside), parts.clock.now_ms());
        Ok(())
    }
}

/// Keeps the choice for a server that starts again; none is the host's page.
fn keep(parts: &Parts, staff: &Staff, meeting_id: &str, choice: Option<&Choice>) -> Result<()> {
    let written = choice
        .map(serde_json::to_string)
        .transpose()
        .map_err(|error| ServiceError::Internal(format!("host source: {error}")))?;
    let source = match choice {
        None => HostSource::Page,
        Some(Choice::Encoder { .. }) => HostSource::Encoder,
        Some(Choice::Camera { .. }) => HostSource::Camera,
    };
    let (id, actor, now_ms) = (
        meeting_id.to_owned(),
        Actor::of(Some(staff)),
        parts.clock.now_ms(),
    );
    parts.store.write(move |tx| {
        match &written {
            Some(written) => settings::set(tx, &key(&id), written)?,
            None => settings::remove(tx, &key(&id))?,
        }
        let holder = meetings::get(tx, &id)?.map(|meeting| meeting.organization.id);
        let about = About::one(Thing::Meeting, &id);
        audit::note(
            tx,
            &actor,
            "meeting.host_source",
            &about,
            holder.as_deref(),
            Words::Source(source),
            now_ms,
        )
    })?;
    Ok(())
}
