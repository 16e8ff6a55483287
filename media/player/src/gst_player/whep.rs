//! A WHEP session:
//!
//! ```text
//! webrtcbin ┬ queue ▸ rtph264depay ▸ h264parse ▸ avdec_h264 ▸ picture branch
//!           └ queue ▸ rtpopusdepay ▸ opusdec ▸ sound branch
//! ```
//!
//! `webrtcbin` and not `whepclientsrc`: that one decoded nothing with picture and sound together in
//! GStreamer 1.22. `avc` with whole access units between depayloader and decoder is the chain that
//! never froze. A session serves until it fails; the next one is a new pipeline.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use gst::MessageView;
use gst::glib;
use gst::prelude::*;
use gst_webrtc::{WebRTCPeerConnectionState, WebRTCRTPTransceiver, WebRTCRTPTransceiverDirection};

use super::branches::Branches;
use super::faults;
use super::note::Note;
use super::picture::{Flow, NOTHING_YET, Pictures};
use super::pipeline::{late, stop};
use super::settings::Settings;
use crate::machine::Fact;
use crate::signalling::Signalling;
use crate::{PlayError, SoundTap, Source, peer};

/// Jitter buffer in milliseconds: enough for one retransmission in a county's network. A spike
/// measured 121 ms from camera to screen with 60, and every millisecond here is one there.
const JITTER_MS: u32 = 100;
/// How long sound waits for its picture before it counts as the first sign of life alone.
const SOUND_ALONE: Duration = Duration::from_secs(1);
/// How long after that a stream is called silent when no sound has come.
const NO_SOUND: Duration = Duration::from_secs(2);
/// How long the end of the program waits for the server to know.
const LAST_WORDS: Duration = Duration::from_millis(500);

const PICTURE: &str = "queue max-size-buffers=0 max-size-bytes=0 max-size-time=2000000000 \
    ! rtph264depay name=depay wait-for-keyframe=true request-keyframe=true \
    ! h264parse ! avdec_h264 max-threads=1";
const SOUND: &str = "queue max-size-buffers=0 max-size-bytes=0 max-size-time=2000000000 \
    ! rtpopusdepay ! opusdec";

pub(super) struct Whep {
    bin: gst::Pipeline,
    webrtc: gst::Element,
    url: String,
    bearer: Option<String>,
    signalling: Option<Signalling>,
    branches: Arc<Branches>,
    flow: Arc<Flow>,
    pictures: Arc<Pictures>,
    activity_seen: u64,
    first_data: Option<Instant>,
    ready: bool,
    told_sound: Option<bool>,
    late_seen: u64,
}

/// Loads what a session needs beyond `webrtcbin`.
pub(super) fn warm_up() {
    for description in [PICTURE, SOUND] {
        if let Err(error) = gst::parse::bin_from_description(description, true) {
            tracing::warn!(%error, "live streams will not play");
        }
    }
}

impl Whep {
    pub(super) fn open(
        source: &Source,
        settings: Settings,
        loudness: (u8, bool),
        tap: Option<SoundTap>,
        number: u64,
        notes: &Sender<Note>,
        pictures: &Arc<Pictures>,
    ) -> Result<Self, glib::BoolError> {
        let bin = gst::Pipeline::new();
        // The device's clock would be the choice otherwise; with the system's, the echo canceller
        // knows when something was played.
        bin.use_clock(Some(&gst::SystemClock::obtain()));
        let webrtc = peer::make(&source.uri, JITTER_MS)?;
        bin.add(&webrtc)?;
        for caps in [peer::h264_caps(), peer::opus_caps()] {
            let direction = WebRTCRTPTransceiverDirection::Recvonly;
            let transceiver = webrtc
                .emit_by_name::<Option<WebRTCRTPTransceiver>>(
                    "add-transceiver",
                    &[&direction, &caps],
                )
                .ok_or_else(|| glib::bool_error!("no transceiver"))?;
            transceiver.set_property("do-nack", true);
        }
        let flow = Arc::new(Flow::default());
        let branches = Arc::new(
            Branches::new(
                number,
                settings,
                loudness,
                Arc::clone(pictures),
                Arc::clone(&flow),
            )
            .conversing(tap),
        );
        let (weak, building, stirred) = (bin.downgrade(), Arc::clone(&branches), Arc::clone(&flow));
        webrtc.connect_pad_added(move |_, pad| {
            let Some(bin) = weak.upgrade() else { return };
            if pad.direction() == gst::PadDirection::Src
                && let Err(error) = add(&bin, pad, &building, &stirred)
            {
                tracing::error!(%error, pad = %pad.name(), "cannot show this stream");
            }
        });
        let connection = notes.clone();
        peer::watch_connection(&webrtc, move |state| {
            tracing::debug!(?state, "WHEP");
            let fact = match state {
                WebRTCPeerConnectionState::Connected => Fact::Progress,
                WebRTCPeerConnectionState::Failed => {
                    Fact::Fault(PlayError::Network("the connection failed".into()))
                }
                _ => return,
            };
            // The player's thread may be gone already.
            let _ = connection.send(Note::Fact(number, fact));
        });
        if let Some(bus) = bin.bus() {
            let notes = notes.clone();
            bus.set_sync_handler(move |_, message| {
                let _ = notes.send(Note::Bus(number, message.to_owned()));
                gst::BusSyncReply::Drop
            });
        }
        if let Err(error) = bin.set_state(gst::State::Playing) {
            stop(bin);
            return Err(glib::bool_error!("{error}"));
        }
        let offered = notes.clone();
        peer::begin_offer(&webrtc, move |offer| {
            let _ = offered.send(Note::Offer(number, offer));
        });
        Ok(Self {
            bin,
            webrtc,
            url: source.uri.clone(),
            bearer: source.bearer.clone(),
            signalling: None,
            branches,
            flow,
            pictures: Arc::clone(pictures),
            activity_seen: 0,
            first_data: None,
            ready: false,
            told_sound: None,
            late_seen: 0,
        })
    }

    /// The offer is complete: sends it. [`Note::Answer`] tells what comes of it.
    pub(super) fn send_offer(
        &mut self,
        number: u64,
        notes: Sender<Note>,
    ) -> Result<(), peer::Refusal> {
        Signalling::begin(
            &mut self.signalling,
            &self.webrtc,
            &self.url,
            self.bearer.clone(),
            move |answer| {
                let _ = notes.send(Note::Answer(number, answer));
            },
        )
    }

    /// Takes the server's answer.
    pub(super) fn accept(&self, answer: &str, number: u64, notes: Sender<Note>) {
        peer::accept(&self.webrtc, answer, move |why| {
            let fault = Fact::Fault(PlayError::Unsupported(why));
            let _ = notes.send(Note::Fact(number, fault));
        });
    }

    pub(super) fn set_loudness(&self, volume: u8, muted: bool) {
        self.branches.set_loudness(volume, muted);
    }

    pub(super) fn poll(&mut self) -> Vec<Fact> {
        let mut facts = Vec::new();
        let activity = self.flow.activity.load(Ordering::Relaxed);
        if activity != self.activity_seen {
            self.activity_seen = activity;
            facts.push(Fact::Progress);
        }
        let end = self.flow.end_ms.load(Ordering::Relaxed);
        if end == NOTHING_YET {
            return facts;
        }
        let since = self.first_data.get_or_insert_with(Instant::now).elapsed();
        let shown = self.flow.shown_ms.load(Ordering::Relaxed);
        if !self.ready && (shown != NOTHING_YET || since >= SOUND_ALONE) {
            self.ready = true;
            facts.extend([Fact::Ready, Fact::Moving(true)]);
        }
        let sound = self.branches.has_sound();
        if self.told_sound != Some(sound) && (sound || since >= NO_SOUND) {
            self.told_sound = Some(sound);
            facts.push(Fact::HasAudio(sound));
        }
        if self.ready {
            let position = if shown == NOTHING_YET { end } else { shown };
            facts.push(Fact::Position(position));
        }
        facts
    }

    pub(super) fn understand(&mut self, message: &gst::Message) -> Vec<Fact> {
        match message.view() {
            // Without this, what is added while playing never enters the pipeline's latency.
            MessageView::Latency(_) => {
                let _ = self.bin.recalculate_latency();
                Vec::new()
            }
            MessageView::Error(error) => {
                let in_sound = message
                    .src()
                    .is_some_and(|from| self.branches.has_in_sound(from));
                if in_sound {
                    tracing::warn!(error = %error.error(), "the sound device is gone");
                    return vec![Fact::SoundLost];
                }
                vec![Fact::Fault(match faults::sort(error, true, false) {
                    // What came over the network was broken; the next session brings new pictures.
                    PlayError::Damaged(why) | PlayError::Internal(why) => PlayError::Network(why),
                    other => other,
                })]
            }
            MessageView::Warning(warning) => {
                tracing::debug!(error = %warning.error(), "the session warns");
                Vec::new()
            }
            MessageView::Qos(qos) => {
                if let Some(total) = late(qos, message.src()) {
                    self.pictures
                        .count_dropped(total.saturating_sub(self.late_seen));
                    self.late_seen = total;
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn close(self) {
        // The server is told while the pipeline stops.
        drop(self.signalling);
        drop(self.webrtc);
        stop(self.bin);
    }

    pub(super) fn close_for_good(mut self) {
        let told = self.signalling.take().map(|session| session.end());
        self.close();
        if let Some(told) = told {
            // An end that comes too late is one the server finds out by itself.
            let _ = told.recv_timeout(LAST_WORDS);
        }
    }
}

/// Builds the decoder for a stream of the session.
fn add(
    bin: &gst::Pipeline,
    pad: &gst::Pad,
    branches: &Branches,
    flow: &Arc<Flow>,
) -> Result<(), glib::BoolError> {
    // In a bundle the pad may not have caps yet; what it can have is known.
    let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
    let media = caps
        .structure(0)
        .and_then(|s| s.get::<String>("media").ok())
        .unwrap_or_default();
    let description = match media.as_str() {
        "video" => PICTURE,
        "audio" => SOUND,
        other => return Err(glib::bool_error!("a stream of {other:?}")),
    };
    // Packets count as life even while a picture cannot be decoded: its keyframe is on the way.
    let flow = Arc::clone(flow);
    pad.add_probe(
        gst::PadProbeType::BUFFER | gst::PadProbeType::BUFFER_LIST,
        move |_, _| {
            flow.stir();
            gst::PadProbeReturn::Ok
        },
    );
    let decoder = gst::parse::bin_from_description(description, true)
        .map_err(|error| glib::bool_error!("{error}"))?;
    bin.add(&decoder)?;
    let ends = (decoder.static_pad("sink"), decoder.static_pad("src"));
    let (Some(entrance), Some(exit)) = ends else {
        return Err(glib::bool_error!("a decoder without pads"));
    };
    branches.add(bin, &exit)?;
    decoder.sync_state_with_parent()?;
    pad.link(&entrance)
        .map_err(|error| glib::bool_error!("cannot link {media}: {error:?}"))?;
    Ok(())
}
