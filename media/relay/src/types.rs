//! What goes in and out of the relay.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::time::{Duration, Instant};

use bytes::Bytes;

/// What a packet carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Media {
    /// H.264, 90 kHz, packetization mode 1 (RFC 6184).
    Video,
    /// Opus, 48 kHz (RFC 7587).
    Audio,
}

impl Media {
    /// Ticks of the RTP clock in a second.
    #[must_use]
    pub const fn clock_rate(self) -> u32 {
        match self {
            Self::Video => 90_000,
            Self::Audio => 48_000,
        }
    }

    /// The payload type inside the process: taps give it, injectors take it.
    #[must_use]
    pub const fn payload_type(self) -> u8 {
        match self {
            Self::Video => 96,
            Self::Audio => 111,
        }
    }
}

/// One RTP packet outside the relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// What it carries.
    pub media: Media,
    /// The complete packet (RFC 3550), payload type 96 for H.264 and 111 for Opus.
    pub rtp: Bytes,
    /// When it was captured, since [`Settings::epoch`]. Picture and sound of one publisher share
    /// this line.
    pub at: Duration,
}

/// How a relay is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The one UDP socket; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Addresses told to peers as host candidates. Empty: the listening address, or all addresses
    /// of the machine, loopback included, if that is unspecified.
    pub advertise: Vec<IpAddr>,
    /// Zero of [`Packet::at`].
    pub epoch: Instant,
    /// A session from which nothing came for this long is over.
    pub inactivity: Duration,
    /// Offers beyond this number of sessions are refused.
    pub max_sessions: usize,
}

impl Settings {
    /// A free port on the loopback interface, for tests and demonstrations.
    #[must_use]
    pub fn local() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            advertise: Vec::new(),
            epoch: Instant::now(),
            inactivity: Duration::from_secs(10),
            max_sessions: 1_000,
        }
    }
}

/// Whether a new publisher of a stream takes the place of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Takeover {
    /// Whoever published it before is replaced.
    Always,
    /// Only if nobody publishes it.
    IfFree,
}

/// Names one WHIP or WHEP session: 128 random bits, so that it may stand in a `Location`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(pub(crate) u128);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for SessionId {
    /// Only the beginning: who knows all of it may end the session.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({:06x}…)", self.0 >> 104)
    }
}

impl FromStr for SessionId {
    type Err = NotASessionId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(NotASessionId);
        }
        u128::from_str_radix(text, 16)
            .map(Self)
            .map_err(|_| NotASessionId)
    }
}

/// The text is not a session's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a session")]
pub struct NotASessionId;

/// What a peer gets for its offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// For the `Location` of the answer, and for [`close`](crate::Relay::close).
    pub session: SessionId,
    /// The SDP answer, candidates included: there is no trickle.
    pub sdp: String,
}

/// Where picture and sound of a route come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Route {
    /// Stream id of the picture.
    pub video: Option<String>,
    /// Stream id of the sound.
    pub audio: Option<String>,
}

impl Route {
    /// Picture and sound of one stream.
    #[must_use]
    pub fn of(stream: &str) -> Self {
        Self {
            video: Some(stream.to_owned()),
            audio: Some(stream.to_owned()),
        }
    }

    pub(crate) fn source(&self, media: Media) -> Option<&str> {
        match media {
            Media::Video => self.video.as_deref(),
            Media::Audio => self.audio.as_deref(),
        }
    }
}

/// What happened in the relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayEvent {
    /// Packets come, for the first time or again.
    StreamLive {
        /// The stream.
        stream: String,
    },
    /// Nothing came for two seconds.
    StreamSilent {
        /// The stream.
        stream: String,
    },
    /// Its publisher or injector is gone.
    StreamEnded {
        /// The stream.
        stream: String,
    },
    /// ICE and DTLS are through.
    SessionConnected {
        /// The session.
        session: SessionId,
    },
    /// The session is gone.
    SessionEnded {
        /// The session.
        session: SessionId,
        /// Why.
        reason: EndReason,
    },
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// [`close`](crate::Relay::close) was called: the peer's DELETE, or ours.
    Closed,
    /// The peer said goodbye by DTLS.
    PeerClosed,
    /// Another publisher took the stream.
    Replaced,
    /// What it belonged to is over: [`close_as`](crate::Relay::close_as).
    Over,
    /// Whoever it belonged to may no longer: [`close_as`](crate::Relay::close_as).
    Revoked,
    /// Nothing came from the peer for [`Settings::inactivity`].
    Inactive,
    /// ICE, DTLS or SRTP failed beyond repair.
    Failed,
}

/// Why an offer was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// Not SDP (RFC 8866), or too much of it.
    #[error("the offer is not valid SDP: {0}")]
    Malformed(String),
    /// Neither H.264 nor Opus where they are needed.
    #[error("no common codec: {0}")]
    NoCommonCodec(String),
    /// SDP, but not for this: wrong direction, no BUNDLE, no DTLS…
    #[error("the offer does not fit: {0}")]
    Unsuitable(String),
    /// Somebody publishes this stream, and is not to be replaced.
    #[error("the stream has a publisher")]
    Taken,
    /// [`Settings::max_sessions`] are there already.
    #[error("too many sessions")]
    TooMany,
    /// The relay's thread has ended.
    #[error("the relay has stopped")]
    Stopped,
}

/// Why a relay could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The UDP port cannot be had.
    #[error("cannot open UDP {address}")]
    Socket {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The machine's addresses cannot be listed, or there is none that fits the socket.
    #[error("no address to tell peers")]
    Addresses(#[source] std::io::Error),
    /// No thread or no wake-up.
    #[error("cannot start the relay's thread")]
    Thread(#[source] std::io::Error),
}

/// Which way a session's media goes, seen from the peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// WHIP: the peer sends.
    Publish,
    /// WHEP: the peer receives.
    Subscribe,
}

/// Counts of one session. They are those of the last report, at most two seconds old.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionStatistics {
    /// The session.
    pub session: SessionId,
    /// Stream of a publisher, route of a viewer.
    pub name: String,
    /// Which way.
    pub direction: Direction,
    /// ICE and DTLS are through.
    pub connected: bool,
    /// Since the offer.
    pub age: Duration,
    /// RTP packets, retransmissions included.
    pub packets: u64,
    /// Bytes of RTP payload, retransmissions included.
    pub bytes: u64,
    /// Publisher: packets that never came. Viewer: packets its reports call lost, before they
    /// were sent again.
    pub lost: u64,
    /// NACKs sent to a publisher or received from a viewer.
    pub nacks: u64,
    /// Requests for a keyframe sent to a publisher or received from a viewer.
    pub keyframe_requests: u64,
    /// Round trip, if known.
    pub rtt: Option<Duration>,
}

/// Counts of the whole relay since its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// RTP packets from publishers and injectors.
    pub packets_in: u64,
    /// Their payload, in bytes.
    pub bytes_in: u64,
    /// RTP packets handed to viewers' sessions, without retransmissions.
    pub packets_out: u64,
    /// Their payload, in bytes.
    pub bytes_out: u64,
    /// Datagrams from addresses that belong to no session.
    pub ignored: u64,
    /// Datagrams the socket did not take.
    pub unsent: u64,
    /// Keyframes asked of sources.
    pub keyframe_requests: u64,
    /// Offers accepted.
    pub sessions_opened: u64,
    /// Sessions that ended.
    pub sessions_ended: u64,
}

/// What [`Relay::statistics`](crate::Relay::statistics) tells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Statistics {
    /// Sessions that send.
    pub publishers: usize,
    /// Sessions that receive.
    pub viewers: usize,
    /// Streams that have a source.
    pub streams: usize,
    /// One row for each session.
    pub sessions: Vec<SessionStatistics>,
    /// Since the start.
    pub totals: Totals,
}
