//! What the publisher's thread is told, by whoever works for it.

use gst_webrtc::WebRTCPeerConnectionState;

use super::PublishCommand;
use super::adapt::Report;
use crate::peer;
use crate::signalling::{Ending, SignalError};

/// What the publisher's thread waits for. Numbers are those of capture or session; what older ones
/// still say is not listened to.
pub(super) enum Note {
    Command(PublishCommand),
    /// From the bus of the capture.
    Capture(u64, gst::Message),
    /// From the bus of the session.
    Session(u64, gst::Message),
    /// What is sent is known well enough for an offer.
    Known(u64),
    /// The offer is complete, or cannot be made.
    Offer(u64, Result<(), peer::Refusal>),
    /// The server's answer to it.
    Answer(u64, Result<String, SignalError>),
    /// The server's answer cannot be used.
    Refused(u64, peer::Refusal),
    /// The connection changed.
    Connection(u64, WebRTCPeerConnectionState),
    /// What the receiver reports.
    Report(u64, Report),
    /// Why the session is over.
    Ended(u64, Ending),
    Quit,
}
