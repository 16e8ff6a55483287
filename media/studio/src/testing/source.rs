//! A source of packets as a publisher's, with a colour and a tone to know it by.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Instant;

use gst::prelude::*;

use crate::Result;
use crate::live::pipe::{LivePipeline, OUTPUT, bytes_of, drain, launch, named, request_keyframe};
use crate::live::rtp::Packetizer;
use crate::live::{H264Settings, OpusEncoder, Packet, Timeline};

/// Every second a flash and a beep of so many ms begin together.
const FLASH_MS: u64 = 100;

/// Each publisher has identifiers of its own, as RFC 3550 asks.
static SSRC: AtomicU32 = AtomicU32::new(100);

/// What a test source is like.
#[derive(Clone, Debug)]
pub struct TestSourceSettings {
    /// Zero of all times of packets.
    pub epoch: Instant,
    /// Size of the picture in pixels.
    pub size: (usize, usize),
    /// Pictures a second.
    pub frame_rate: u32,
    /// Red, green and blue of the whole picture.
    pub colour: [u8; 3],
    /// The tone in Hz, a fifth of full scale; 0 is silence.
    pub tone: f64,
    /// Frames from one keyframe to the next.
    pub keyframe_every: u32,
    /// Picture and tone are black and silent but for the first 100 ms of each second of the time line.
    pub flash: bool,
    /// A moving ball instead of one colour, for measuring.
    pub busy: bool,
}

impl TestSourceSettings {
    /// 1280×720 at 25 frames a second, a keyframe every 10 s unless asked for.
    #[must_use]
    pub fn new(epoch: Instant, colour: [u8; 3], tone: f64) -> Self {
        Self {
            epoch,
            size: (1280, 720),
            frame_rate: 25,
            colour,
            tone,
            keyframe_every: 250,
            flash: false,
            busy: false,
        }
    }
}

/// A running source. Dropping it ends it as if the publisher had been killed.
pub struct TestSource {
    video: gst_app::AppSink,
    silent: Arc<AtomicBool>,
    _live: LivePipeline,
}

impl TestSource {
    /// Starts; `sink` gets the packets from two threads, each medium in order.
    ///
    /// # Errors
    /// [`crate::Error::Setup`] when an element is missing.
    pub fn start(
        settings: &TestSourceSettings,
        sink: impl Fn(Packet) + Send + Sync + 'static,
    ) -> Result<Self> {
        let (width, height) = settings.size;
        let frame_rate = settings.frame_rate;
        let encoder = H264Settings {
            width,
            height,
            frame_rate,
            bitrate_kbps: 1_500,
            keyframe_every: settings.keyframe_every,
        };
        let [red, green, blue] = settings.colour.map(u32::from);
        let colour = 0xff00_0000 | red << 16 | green << 8 | blue;
        let pattern = if settings.busy { "ball" } else { "solid-color" };
        let pipeline = launch(&format!(
            "videotestsrc name=picture is-live=true pattern={pattern} foreground-color={colour} ! \
             video/x-raw,format=I420,width={width},height={height},framerate={frame_rate}/1 ! \
             identity name=paint ! {} ! {} \
             audiotestsrc name=sound is-live=true freq={} volume={} samplesperbuffer=960 ! \
             audio/x-raw,format=S16LE,rate=48000,channels=2,layout=interleaved ! identity name=beep ! {} ! {}",
            encoder.encoder(),
            OUTPUT.replace("name=out", "name=video"),
            settings.tone.max(20.0),
            if settings.tone > 0.0 { 0.2 } else { 0.0 },
            OpusEncoder::ENCODER,
            OUTPUT.replace("name=out", "name=audio"),
        ))?;
        let timeline = Timeline::new(settings.epoch);
        // Test sources count from zero and would hurry through all the time since the epoch.
        let now = i64::try_from(timeline.now().as_nanos()).unwrap_or(0);
        for name in ["picture", "sound"] {
            named::<gst::Element>(&pipeline, name)?.set_property("timestamp-offset", now);
        }
        if settings.flash {
            blink(&named(&pipeline, "paint")?, |bytes, _| {
                let luma = bytes.len() * 2 / 3;
                bytes[..luma].fill(16);
                bytes[luma..].fill(128);
            });
            blink(&named(&pipeline, "beep")?, |bytes, kept| {
                let kept = (kept * 192).min(bytes.len());
                bytes[kept..].fill(0);
            });
        }
        let silent = Arc::new(AtomicBool::new(false));
        let sink = Arc::new(sink);
        let video: gst_app::AppSink = named(&pipeline, "video")?;
        let audio: gst_app::AppSink = named(&pipeline, "audio")?;
        let ssrc = SSRC.fetch_add(2, Ordering::Relaxed);
        let (send, quiet) = (Arc::clone(&sink), Arc::clone(&silent));
        let mut cut = Packetizer::new(ssrc);
        drain(&video, move |sample, at| {
            for packet in cut.video(&bytes_of(&sample), at) {
                if !quiet.load(Ordering::Relaxed) {
                    send(packet);
                }
            }
        });
        let (quiet, mut cut) = (Arc::clone(&silent), Packetizer::new(ssrc + 1));
        drain(&audio, move |sample, at| {
            let packet = cut.audio(&bytes_of(&sample), at);
            if !quiet.load(Ordering::Relaxed) {
                sink(packet);
            }
        });
        Ok(Self {
            video,
            silent,
            _live: LivePipeline::start(pipeline, timeline)?,
        })
    }

    /// Makes the next picture a keyframe.
    pub fn request_keyframe(&self) {
        request_keyframe(&self.video);
    }

    /// Loses everything on the way, as a network that is gone does; sequence numbers count on.
    pub fn set_silent(&self, silent: bool) {
        self.silent.store(silent, Ordering::Relaxed);
    }
}

/// Calls `dark` with what lies outside the flash, and how many ms at the front belong to the flash.
fn blink(element: &gst::Element, dark: fn(&mut [u8], usize)) {
    let Some(pad) = element.static_pad("src") else {
        return;
    };
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        if let Some(gst::PadProbeData::Buffer(buffer)) = &mut info.data {
            let into = buffer.pts().map_or(0, |pts| pts.mseconds() % 1_000);
            let lasts = buffer.duration().map_or(20, gst::ClockTime::mseconds);
            // A picture is lit or not; sound is cut to the ms.
            if into >= FLASH_MS || (into + lasts > FLASH_MS && lasts <= 20) {
                let kept = usize::try_from(FLASH_MS.saturating_sub(into)).unwrap_or(0);
                if let Ok(mut map) = buffer.make_mut().map_writable() {
                    dark(&mut map, kept);
                }
            } else if into + lasts > 1_000 && lasts <= 20 {
                // The beep begins within this block.
                if let Ok(mut map) = buffer.make_mut().map_writable() {
                    let quiet = usize::try_from(1_000 - into).unwrap_or(0) * 192;
                    let quiet = quiet.min(map.len());
                    map[..quiet].fill(0);
                }
            }
        }
        gst::PadProbeReturn::Ok
    });
}
