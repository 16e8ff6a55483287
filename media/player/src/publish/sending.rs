//! A WHIP session:
//!
//! ```text
//! appsrc ▸ x264enc ▸ rtph264pay ┬ webrtcbin
//! appsrc ▸ opusenc ▸ rtpopuspay ┘
//! ```
//!
//! Fed by the capture, on its clock and from its base time, so that picture and sound stay in step.
//! A session serves until it fails; the next one is a new pipeline.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use gst::glib;
use gst::prelude::*;
use gst_app::AppSrc;
use gst_webrtc::{WebRTCRTPTransceiver, WebRTCRTPTransceiverDirection};

use super::adapt::{Adapter, Report};
use super::capture::{Capturing, FPS, HEIGHT, Inlets, WIDTH};
use super::note::Note;
use crate::gst_player::pipeline::stop;
use crate::peer;
use crate::signalling::Signalling;

/// Pictures from one keyframe to the next at most; who joins asks for one at once (PLI).
const KEYFRAME_EVERY: i32 = 2 * FPS;
/// Time between two looks at what the receiver reports.
const REPORT_EVERY: Duration = Duration::from_secs(2);
/// Silence of a receiver that has not shown its rhythm yet, and the bounds afterwards. Servers
/// report once in 1 to 5 s (RFC 3550 §6.2).
const SILENCE_AT_FIRST: Duration = Duration::from_secs(10);
const SILENCE_AT_LEAST: Duration = Duration::from_secs(3);
const SILENCE_AT_MOST: Duration = Duration::from_secs(15);
/// So many reports show the rhythm.
const RHYTHM: u64 = 4;

/// See the module.
pub(super) struct Sending {
    bin: gst::Pipeline,
    webrtc: gst::Element,
    encoder: Option<gst::Element>,
    url: String,
    bearer: Option<String>,
    signalling: Option<Signalling>,
    inlets: Inlets,
    liveness: Liveness,
    adapter: Adapter,
    reported: Instant,
    reported_up_to: Option<u32>,
}

impl Sending {
    /// Builds a session for what is captured. Notes with `number` tell how it goes on.
    pub(super) fn open(
        url: &str,
        bearer: Option<String>,
        capturing: &Capturing,
        number: u64,
        notes: &Sender<Note>,
    ) -> Result<Self, glib::BoolError> {
        let adapter = Adapter::new();
        let parts = [
            capturing.has_camera().then(|| picture(adapter.kbit())),
            capturing.has_microphone().then(sound),
        ];
        let bin = gst::parse::launch(&parts.into_iter().flatten().collect::<Vec<_>>().join("  "))
            .map_err(|error| glib::bool_error!("{error}"))?
            .downcast::<gst::Pipeline>()
            .map_err(|_| glib::bool_error!("not a pipeline"))?;
        bin.use_clock(Some(&gst::SystemClock::obtain()));
        if let Some(base_time) = capturing.base_time() {
            bin.set_start_time(gst::ClockTime::NONE);
            bin.set_base_time(base_time);
        }
        let webrtc = peer::make(url, 0)?;
        let received = Arc::new(AtomicU64::new(0));
        count_received(&webrtc, &received);
        bin.add(&webrtc)?;
        let payloaders: Vec<gst::Element> = ["picture-pay", "sound-pay"]
            .into_iter()
            .filter_map(|name| bin.by_name(name))
            .collect();
        let missing = Arc::new(AtomicUsize::new(payloaders.len()));
        for payloader in &payloaders {
            link(payloader, &webrtc)?;
            tell_when_known(payloader, &missing, number, notes)?;
        }
        let connection = notes.clone();
        peer::watch_connection(&webrtc, move |state| {
            // The publisher's thread may be gone already.
            let _ = connection.send(Note::Connection(number, state));
        });
        if let Some(bus) = bin.bus() {
            let notes = notes.clone();
            bus.set_sync_handler(move |_, message| {
                let _ = notes.send(Note::Session(number, message.to_owned()));
                gst::BusSyncReply::Drop
            });
        }
        let inlet = |name: &str| bin.by_name(name)?.downcast::<AppSrc>().ok();
        let inlets = Inlets {
            picture: inlet("picture"),
            sound: inlet("sound"),
        };
        let encoder = bin.by_name("encoder");
        if let Err(error) = bin.set_state(gst::State::Playing) {
            drop(webrtc);
            stop(bin);
            return Err(glib::bool_error!("{error}"));
        }
        Ok(Self {
            bin,
            webrtc,
            encoder,
            url: url.to_owned(),
            bearer,
            signalling: None,
            inlets,
            liveness: Liveness::new(received),
            adapter,
            reported: Instant::now(),
            reported_up_to: None,
        })
    }

    /// Where captured data is to go.
    pub(super) fn inlets(&self) -> Inlets {
        self.inlets.clone()
    }

    /// Everything that is sent is known: makes the offer. [`Note::Offer`] tells when it is complete.
    pub(super) fn begin_offer(&self, number: u64, notes: Sender<Note>) {
        peer::begin_offer(&self.webrtc, move |offer| {
            let _ = notes.send(Note::Offer(number, offer));
        });
    }

    /// Sends the offer. [`Note::Answer`] tells what comes of it.
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
            let _ = notes.send(Note::Refused(number, why));
        });
    }

    /// The server is there: it gets a keyframe now.
    pub(super) fn connected(&mut self) {
        self.liveness.begin();
        if let Some(pad) = self.encoder.as_ref().and_then(|e| e.static_pad("src")) {
            let event = gst_video::UpstreamForceKeyUnitEvent::builder()
                .all_headers(true)
                .build();
            pad.send_event(event);
        }
    }

    /// Whether the server has been silent for too long.
    pub(super) fn is_lost(&mut self) -> bool {
        self.liveness.is_lost()
    }

    /// Asks for the receiver's report when it is time; [`Note::Report`] brings it.
    pub(super) fn request_report(&mut self, number: u64, notes: &Sender<Note>) {
        if self.encoder.is_none() || self.reported.elapsed() < REPORT_EVERY {
            return;
        }
        self.reported = Instant::now();
        let notes = notes.clone();
        let promise = gst::Promise::with_change_func(move |reply| {
            if let Ok(Some(statistics)) = reply
                && let Some(report) = report(statistics)
            {
                let _ = notes.send(Note::Report(number, report));
            }
        });
        self.webrtc
            .emit_by_name::<()>("get-stats", &[&None::<gst::Pad>, &promise]);
    }

    /// Sends more or less picture, as the receiver's report asks for.
    pub(super) fn adapt(&mut self, report: Report, now: u64) {
        if self.reported_up_to.replace(report.highest) == Some(report.highest) {
            // Seen before.
            return;
        }
        tracing::debug!(?report, "WHIP");
        if let (Some(kbit), Some(encoder)) = (self.adapter.report(report, now), &self.encoder) {
            tracing::info!(kbit, ?report, "the bit rate changes");
            encoder.set_property("bitrate", kbit);
        }
    }

    /// Handles what concerns the pipeline alone.
    pub(super) fn recalculate_latency(&self) {
        let _ = self.bin.recalculate_latency();
    }

    /// Nothing goes on here any more: asks the server why, once. [`Note::Ended`] tells. False if there is
    /// nobody to ask.
    pub(super) fn ask(&self, number: u64, notes: Sender<Note>) -> bool {
        self.signalling.as_ref().is_some_and(|session| {
            session.end_and_ask(move |ending| {
                let _ = notes.send(Note::Ended(number, ending));
            })
        })
    }

    /// Ends the session; the receiver tells when the server knows.
    pub(super) fn close(mut self) -> Option<Receiver<()>> {
        let told = self.signalling.take().map(|session| session.end());
        drop(self.webrtc);
        stop(self.bin);
        told
    }
}

/// Notices a server that is gone: `webrtcbin` stays connected to one, but its reports cease.
struct Liveness {
    received: Arc<AtomicU64>,
    seen: u64,
    beats: u64,
    last: Option<Instant>,
    longest: Duration,
}

impl Liveness {
    fn new(received: Arc<AtomicU64>) -> Self {
        Self {
            received,
            seen: 0,
            beats: 0,
            last: None,
            longest: Duration::ZERO,
        }
    }

    /// From now on there must be something.
    fn begin(&mut self) {
        self.seen = self.received.load(Ordering::Relaxed);
        self.last = Some(Instant::now());
    }

    fn is_lost(&mut self) -> bool {
        let Some(last) = self.last else { return false };
        let silent = last.elapsed();
        let received = self.received.load(Ordering::Relaxed);
        if received != self.seen {
            self.seen = received;
            self.beats += 1;
            self.longest = self.longest.max(silent);
            self.last = Some(Instant::now());
            return false;
        }
        silent
            >= if self.beats < RHYTHM {
                SILENCE_AT_FIRST
            } else {
                (self.longest * 2 + Duration::from_secs(1)).clamp(SILENCE_AT_LEAST, SILENCE_AT_MOST)
            }
    }
}

fn picture(kbit: u32) -> String {
    // A second of `vbv` would let a keyframe be ten times as large as the line carries at once.
    format!(
        "appsrc name=picture format=time is-live=true leaky-type=downstream max-buffers=3 \
         caps=video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate={FPS}/1 \
         ! x264enc name=encoder tune=zerolatency speed-preset=ultrafast bitrate={kbit} \
         vbv-buf-capacity=500 key-int-max={KEYFRAME_EVERY} bframes=0 \
         ! video/x-h264,profile=constrained-baseline \
         ! rtph264pay name=picture-pay pt=96 config-interval=-1 aggregate-mode=zero-latency mtu=1200"
    )
}

fn sound() -> String {
    "appsrc name=sound format=time is-live=true leaky-type=downstream max-time=500000000 \
     caps=audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=2 \
     ! audioconvert ! opusenc frame-size=20 bitrate=64000 inband-fec=true \
     ! rtpopuspay name=sound-pay pt=111"
        .to_owned()
}

fn link(payloader: &gst::Element, webrtc: &gst::Element) -> Result<(), glib::BoolError> {
    let sink = webrtc
        .request_pad_simple("sink_%u")
        .ok_or_else(|| glib::bool_error!("webrtcbin gives no pad"))?;
    let transceiver: WebRTCRTPTransceiver = sink.property("transceiver");
    transceiver.set_property("direction", WebRTCRTPTransceiverDirection::Sendonly);
    transceiver.set_property("do-nack", true);
    payloader
        .static_pad("src")
        .ok_or_else(|| glib::bool_error!("a payloader without pad"))?
        .link(&sink)
        .map_err(|error| glib::bool_error!("cannot link: {error:?}"))?;
    Ok(())
}

/// The offer is made from the payloaders' caps, so all of them have to be known.
fn tell_when_known(
    payloader: &gst::Element,
    missing: &Arc<AtomicUsize>,
    number: u64,
    notes: &Sender<Note>,
) -> Result<(), glib::BoolError> {
    let pad = payloader
        .static_pad("src")
        .ok_or_else(|| glib::bool_error!("a payloader without pad"))?;
    let (missing, notes) = (Arc::clone(missing), notes.clone());
    // At the first buffer: its caps are on the pad then. It is held by webrtcbin until it is
    // connected.
    pad.add_probe(
        gst::PadProbeType::BUFFER | gst::PadProbeType::BUFFER_LIST,
        move |_, _| {
            if missing.fetch_sub(1, Ordering::Relaxed) == 1 {
                let _ = notes.send(Note::Known(number));
            }
            gst::PadProbeReturn::Remove
        },
    );
    Ok(())
}

/// Counts what comes from the server: its reports and requests.
fn count_received(webrtc: &gst::Element, received: &Arc<AtomicU64>) {
    let received = Arc::clone(received);
    let Some(bin) = webrtc.downcast_ref::<gst::Bin>() else {
        return;
    };
    bin.connect_deep_element_added(move |_, _, element| {
        let is_socket = element
            .factory()
            .is_some_and(|factory| factory.name() == "nicesrc");
        if is_socket && let Some(pad) = element.static_pad("src") {
            let received = Arc::clone(&received);
            pad.add_probe(
                gst::PadProbeType::BUFFER | gst::PadProbeType::BUFFER_LIST,
                move |_, _| {
                    received.fetch_add(1, Ordering::Relaxed);
                    gst::PadProbeReturn::Ok
                },
            );
        }
    });
}

/// The receiver's report out of `webrtcbin`'s statistics. GStreamer 1.22 keeps only the last block
/// of a receiver's reports, which with picture and sound is mostly the sound's; both take the same
/// way and lose alike.
fn report(statistics: &gst::StructureRef) -> Option<Report> {
    let mut worst: Option<Report> = None;
    for (_, value) in statistics {
        let Ok(entry) = value.get::<gst::Structure>() else {
            continue;
        };
        let is_report = entry
            .get::<gst_webrtc::WebRTCStatsType>("type")
            .is_ok_and(|kind| kind == gst_webrtc::WebRTCStatsType::RemoteInboundRtp);
        if !is_report {
            continue;
        }
        let loss = entry.get::<f64>("fraction-lost").unwrap_or(0.0);
        let round_trip_ms = entry
            .get::<f64>("round-trip-time")
            .ok()
            .map(|seconds| seconds * 1_000.0);
        let highest = entry
            .get::<gst::Structure>("gst-rtpsource-stats")
            .ok()
            .and_then(|source| source.get::<u32>("rb-exthighestseq").ok())
            .unwrap_or_default();
        if worst.is_none_or(|known| loss > known.loss) {
            worst = Some(Report {
                loss,
                round_trip_ms,
                highest,
            });
        }
    }
    worst
}
