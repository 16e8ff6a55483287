//! WHIP in, WHEP out: a relay for live pictures and sound.
//!
//! A [`Relay`] is a thread with one UDP socket. Publishers send to *streams*, viewers follow
//! *routes*. A route takes its picture from one stream and its sound from one, and can be pointed
//! elsewhere while it is watched: the relay splices, so that viewers see one stream. The HTTP part
//! of WHIP (RFC 9725) and WHEP is not here: it hands offers to [`Relay::publish`] and
//! [`Relay::subscribe`] and gives the answers back.
//!
//! Code of the same process takes packets out with [`Relay::tap`] and puts packets in with
//! [`Relay::inject`].
//!
//! The work is done by [`core`], which knows neither sockets nor clocks.
//!
//! What flows is H.264 (constrained baseline, packetization mode 1) and Opus; nothing is decoded.
//! Losses are repaired by NACK and RTX (RFC 4585, RFC 4588) both ways. ICE is full, not lite, because
//! an ICE-lite peer drops `webrtcbin` after 15 s; sessions end when nothing was heard of the peer for a while, whatever
//! ICE says.

pub mod core;
mod driver;
mod offer;
mod relay;
mod socket;
#[cfg(feature = "testing")]
pub mod testing;
mod types;

pub use relay::{Injector, Relay, Tap};
pub use types::{
    Answer, Direction, EndReason, Media, NotASessionId, OfferError, Packet, RelayEvent, Route,
    SessionId, SessionStatistics, Settings, StartError, Statistics, Takeover, Totals,
};
