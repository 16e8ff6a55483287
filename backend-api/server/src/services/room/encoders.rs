//! Where encoders reach this server: by SRT, one port for each meeting that has one.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::ops::RangeInclusive;

use contract::meeting::EncoderLink;
use url::Url;

use crate::config;
use crate::services::vault::Vault;

/// What receiver and encoder may wait for packets that were lost, in ms. A quarter of a second is
/// good for several repetitions within a county.
const SRT_LATENCY_MS: u32 = 250;

/// Meetings that can have an encoder at the same time: so many ports are used.
pub const ENCODERS: u16 = 10;

/// Characters of a passphrase; SRT wants 10 to 79.
const PASSPHRASE: usize = 20;

/// Where encoders reach this server.
#[derive(Clone, Debug)]
pub(super) struct Encoders {
    /// The address that is listened on.
    listen: IpAddr,
    /// What encoders are told to call.
    host: String,
    /// Ports, one for each meeting with an encoder.
    ports: RangeInclusive<u16>,
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

    /// What an encoder is told.
    pub(super) fn link(&self, vault: &Vault, meeting_id: &str, port: u16) -> EncoderLink {
        EncoderLink {
            url: format!("srt://{}:{port}", self.host),
            passphrase: passphrase(vault, meeting_id),
            latency_ms: SRT_LATENCY_MS,
        }
    }

    /// Where it is waited for.
    pub(super) fn listener(&self, vault: &Vault, meeting_id: &str, port: u16) -> String {
        format!(
            "srt://{}?mode=listener&latency={SRT_LATENCY_MS}&pbkeylen=16&passphrase={}",
            SocketAddr::new(self.listen, port),
            passphrase(vault, meeting_id)
        )
    }

    /// A port that nothing listens on.
    pub(super) fn free(&self, taken: &[u16]) -> Option<u16> {
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
