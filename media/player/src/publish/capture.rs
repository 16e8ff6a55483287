//! Camera and microphone, from open to close:
//!
//! ```text
//! camera ▸ 1280×720 25 fps ▸ tee ┬ appsink ▸ whoever sends
//!                                └ 640×360 RGB ▸ appsink ▸ self view
//! microphone ▸ webrtcdsp ▸ 48 kHz stereo ▸ level ▸ mute ▸ appsink ▸ whoever sends
//! played sound ▸ webrtcechoprobe ▸ fakesink
//! ```
//!
//! A pipeline of its own: what goes wrong with sending does not touch the self view.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;

use gst::glib;
use gst::prelude::*;
use gst_app::{AppSink, AppSinkCallbacks, AppSrc};
use parking_lot::Mutex;

use super::devices::{parse_camera, parse_microphone};
use super::note::Note;
use super::self_view::{SIZE, SelfView};
use super::{Camera, Capture, Microphone, PublishError, TestPattern};
use crate::echo;
use crate::gst_player::pipeline::stop;

/// What is sent.
pub(super) const WIDTH: u32 = 1280;
pub(super) const HEIGHT: u32 = 720;
pub(super) const FPS: i32 = 25;
/// The name `webrtcdsp` finds what is played by.
const PROBE: &str = "what-the-terminal-plays";
/// Softer than this is silence, in dBFS.
const FLOOR_DB: f64 = -60.0;

/// Where captured data goes while it is sent.
#[derive(Default)]
pub(super) struct Feed(Mutex<Option<Inlets>>);

/// The beginnings of a sending pipeline.
#[derive(Clone)]
pub(super) struct Inlets {
    pub(super) picture: Option<AppSrc>,
    pub(super) sound: Option<AppSrc>,
}

impl Feed {
    pub(super) fn set(&self, inlets: Option<Inlets>) {
        *self.0.lock() = inlets;
    }

    fn push(&self, sample: &gst::Sample, which: impl Fn(&Inlets) -> Option<&AppSrc>) {
        let Some(inlet) = self
            .0
            .lock()
            .as_ref()
            .and_then(|inlets| which(inlets).cloned())
        else {
            return;
        };
        // In running time: both pipelines count it from the same moment.
        let Some((mut buffer, running)) = sample.buffer_owned().and_then(|buffer| {
            let segment = sample.segment()?.downcast_ref::<gst::ClockTime>()?;
            let running = segment.to_running_time(buffer.pts()?)?;
            Some((buffer, running))
        }) else {
            return;
        };
        let stamped = buffer.make_mut();
        stamped.set_pts(running);
        stamped.set_dts(gst::ClockTime::NONE);
        // Fails only while that pipeline is being stopped.
        let _ = inlet.push_buffer(buffer);
    }
}

/// What has come from the devices.
#[derive(Default)]
struct Counts {
    pictures: AtomicU64,
    sounds: AtomicU64,
}

/// See the module.
pub(super) struct Capturing {
    bin: gst::Pipeline,
    mute: Option<gst::Element>,
    counts: Arc<Counts>,
    has_camera: bool,
    has_microphone: bool,
}

impl Capturing {
    pub(super) fn open(
        capture: &Capture,
        muted: bool,
        number: u64,
        notes: &Sender<Note>,
        feed: &Arc<Feed>,
        view: &Arc<SelfView>,
    ) -> Result<Self, PublishError> {
        let cancel = cancels_echo(&capture.microphone);
        let parts = [
            camera(&capture.camera)?,
            microphone(&capture.microphone, cancel)?,
        ];
        let has_camera = parts[0].is_some();
        let has_microphone = parts[1].is_some();
        let description = parts.into_iter().flatten().collect::<Vec<_>>().join("  ");
        let internal = |error: glib::Error| PublishError::Internal(error.to_string());
        let bin = gst::parse::launch(&description)
            .map_err(internal)?
            .downcast::<gst::Pipeline>()
            .map_err(|_| PublishError::Internal("not a pipeline".into()))?;
        bin.use_clock(Some(&gst::SystemClock::obtain()));
        let counts = Arc::new(Counts::default());
        if let Some(sink) = sink(&bin, "send-picture") {
            let (feed, counts) = (Arc::clone(feed), Arc::clone(&counts));
            hand_out(&sink, move |sample| {
                counts.pictures.fetch_add(1, Ordering::Relaxed);
                feed.push(sample, |inlets| inlets.picture.as_ref());
            });
        }
        if let Some(sink) = sink(&bin, "view") {
            let view = Arc::clone(view);
            hand_out(&sink, move |sample| view.put(sample));
        }
        if let Some(sink) = sink(&bin, "send-sound") {
            let (feed, counts) = (Arc::clone(feed), Arc::clone(&counts));
            hand_out(&sink, move |sample| {
                counts.sounds.fetch_add(1, Ordering::Relaxed);
                feed.push(sample, |inlets| inlets.sound.as_ref());
            });
        }
        if let Some(played) = bin
            .by_name("played")
            .and_then(|element| element.downcast::<AppSrc>().ok())
        {
            echo::listen(&played);
        }
        let mute = bin.by_name("mute");
        if let Some(mute) = &mute {
            mute.set_property("mute", muted);
        }
        if let Some(bus) = bin.bus() {
            let notes = notes.clone();
            bus.set_sync_handler(move |_, message| {
                // The publisher's thread may be gone already while the last messages come.
                let _ = notes.send(Note::Capture(number, message.to_owned()));
                gst::BusSyncReply::Drop
            });
        }
        if bin.set_state(gst::State::Playing).is_err() {
            // The bus has said why.
            tracing::debug!("the devices do not start");
        }
        Ok(Self {
            bin,
            mute,
            counts,
            has_camera,
            has_microphone,
        })
    }

    pub(super) fn set_muted(&self, muted: bool) {
        if let Some(mute) = &self.mute {
            mute.set_property("mute", muted);
        }
    }

    pub(super) fn has_camera(&self) -> bool {
        self.has_camera
    }

    pub(super) fn has_microphone(&self) -> bool {
        self.has_microphone
    }

    /// The moment its running time counts from.
    pub(super) fn base_time(&self) -> Option<gst::ClockTime> {
        self.bin.base_time()
    }

    /// How many pictures and pieces of sound have come.
    pub(super) fn counts(&self) -> (u64, u64) {
        (
            self.counts.pictures.load(Ordering::Relaxed),
            self.counts.sounds.load(Ordering::Relaxed),
        )
    }

    /// What an error on the bus means for who stands before the TV.
    pub(super) fn fault(error: &gst::message::Error) -> PublishError {
        let words = error.error().message().to_owned();
        let from = error.src().map(|src| src.name().to_string());
        tracing::warn!(
            error = words,
            debug = error.debug().as_deref(),
            from,
            "capture"
        );
        let kind = error.error().kind::<gst::ResourceError>();
        match (from.as_deref(), kind) {
            (Some("camera"), Some(gst::ResourceError::Busy)) => PublishError::CameraBusy(words),
            (Some("camera"), _) => PublishError::NoCamera(words),
            (Some("microphone"), _) => PublishError::NoMicrophone(words),
            _ => PublishError::Internal(words),
        }
    }

    pub(super) fn close(self) {
        stop(self.bin);
    }
}

/// How loud the microphone is, 0 to 1, if the message tells it.
pub(crate) fn level(message: &gst::StructureRef) -> Option<f32> {
    if message.name() != "level" {
        return None;
    }
    let channels = message.get::<glib::ValueArray>("rms").ok()?;
    let loudest = channels
        .iter()
        .filter_map(|value| value.get::<f64>().ok())
        .fold(FLOOR_DB, f64::max);
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
    let level = (1.0 - loudest.min(0.0) / FLOOR_DB) as f32;
    Some(level)
}

fn sink(bin: &gst::Pipeline, name: &str) -> Option<AppSink> {
    bin.by_name(name)?.downcast().ok()
}

fn hand_out(sink: &AppSink, mut to: impl FnMut(&gst::Sample) + Send + 'static) {
    let callbacks = AppSinkCallbacks::builder().new_sample(move |sink| {
        let sample = sink.pull_sample().map_err(|_| gst::FlowError::Flushing)?;
        to(&sample);
        Ok(gst::FlowSuccess::Ok)
    });
    sink.set_callbacks(callbacks.build());
}

/// A value in a pipeline description.
pub(crate) fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

fn camera(camera: &Camera) -> Result<Option<String>, PublishError> {
    let plain = format!("video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate={FPS}/1");
    let source = match camera {
        Camera::None => return Ok(None),
        Camera::Test(pattern) => {
            let pattern = match pattern {
                TestPattern::Bars => "smpte".to_owned(),
                TestPattern::Ball => "ball".to_owned(),
                TestPattern::Plain(rgb) => format!(
                    "solid-color foreground-color={}",
                    0xff00_0000_u32 | (rgb & 0x00ff_ffff)
                ),
            };
            format!("videotestsrc name=camera is-live=true pattern={pattern} ! {plain}")
        }
        Camera::Device(id) => {
            let (element, place) =
                parse_camera(id).ok_or_else(|| PublishError::NoCamera("no such camera".into()))?;
            // What needs no scaling first; most cameras give 720p as JPEG only.
            let wanted = format!(
                "image/jpeg,width={WIDTH},height={HEIGHT};video/x-raw,width={WIDTH},height={HEIGHT};\
                 image/jpeg;video/x-raw"
            );
            format!(
                "{element} name=camera device={} ! capsfilter caps={} ! decodebin ! videoconvertscale \
                 add-borders=true ! videorate ! {plain},pixel-aspect-ratio=1/1",
                quoted(place),
                quoted(&wanted)
            )
        }
    };
    let (width, height) = SIZE;
    Ok(Some(format!(
        "{source} ! tee name=pictures \
         pictures. ! queue leaky=downstream max-size-buffers=2 \
         ! appsink name=send-picture sync=false max-buffers=2 drop=true \
         pictures. ! queue leaky=downstream max-size-buffers=2 ! videoconvertscale \
         ! video/x-raw,format=RGB,width={width},height={height} \
         ! appsink name=view sync=false max-buffers=1 drop=true"
    )))
}

fn microphone(microphone: &Microphone, cancel: bool) -> Result<Option<String>, PublishError> {
    let source = match microphone {
        Microphone::None => return Ok(None),
        Microphone::Test(hz) => format!(
            "audiotestsrc name=microphone is-live=true freq={hz} volume=0.2 samplesperbuffer=480"
        ),
        Microphone::Device(id) => {
            let (element, place) = parse_microphone(id)
                .ok_or_else(|| PublishError::NoMicrophone("no such microphone".into()))?;
            let dsp = if cancel { treated() } else { String::new() };
            format!(
                "{element} name=microphone device={} latency-time=10000 \
                 ! audioconvert ! audioresample{dsp}",
                quoted(place)
            )
        }
    };
    let played = if cancel { heard() } else { String::new() };
    Ok(Some(format!(
        "{source} ! audioconvert ! audioresample \
         ! audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=2 \
         ! level interval=200000000 ! volume name=mute \
         ! appsink name=send-sound sync=false max-buffers=50 drop=true {played}"
    )))
}

/// Without echo, noise and with even loudness.
fn treated() -> String {
    format!(
        " ! audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1 \
         ! webrtcdsp probe={PROBE} echo-cancel=true noise-suppression=true gain-control=true"
    )
}

/// What is played enters here for the echo canceller.
fn heard() -> String {
    format!(
        " appsrc name=played format=time is-live=true leaky-type=downstream max-time=1000000000 \
         caps=audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=2 \
         ! webrtcechoprobe name={PROBE} ! fakesink sync=false async=false"
    )
}

/// A test tone has no echo, and would be suppressed as noise. Without the plugin sound goes as it is.
fn cancels_echo(microphone: &Microphone) -> bool {
    let there = |name| gst::ElementFactory::find(name).is_some();
    let device = matches!(microphone, Microphone::Device(_));
    let can = device && there("webrtcdsp") && there("webrtcechoprobe");
    if device && !can {
        tracing::warn!("echo cannot be cancelled: webrtcdsp is missing");
    }
    can
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_devices_name_cannot_add_elements() {
        let id = "v4l2src:/dev/x\" ! filesink location=\"/tmp/y";
        let text = camera(&Camera::Device(id.into()))
            .expect("an element")
            .expect("a camera");
        assert!(text.contains(r#"device="/dev/x\" ! filesink location=\"/tmp/y""#));
        gst::init().expect("GStreamer");
        let bin = gst::parse::bin_from_description(&text, false).expect("a description");
        assert!(bin.iterate_elements().into_iter().flatten().all(|element| {
            element
                .factory()
                .is_none_or(|factory| factory.name() != "filesink")
        }));
    }

    #[test]
    fn every_choice_can_be_built() {
        gst::init().expect("GStreamer");
        for choice in [
            Camera::Test(TestPattern::Bars),
            Camera::Test(TestPattern::Ball),
            Camera::Test(TestPattern::Plain(0x0012_3456)),
            Camera::Device("v4l2src:/dev/video0".into()),
        ] {
            let text = camera(&choice).expect("known").expect("a camera");
            gst::parse::launch(&text).expect("a pipeline");
        }
        for (choice, cancel) in [
            (Microphone::Test(440), false),
            (Microphone::Device("pulsesrc:x".into()), true),
            (Microphone::Device("alsasrc:hw:0".into()), false),
        ] {
            let text = microphone(&choice, cancel).expect("known").expect("sound");
            gst::parse::launch(&text).expect("a pipeline");
        }
        assert!(camera(&Camera::Device("filesrc:/etc/passwd".into())).is_err());
    }

    /// Loudness of what is left when the microphone hears, 40 ms later and half as loud, what is
    /// played; with or without telling the canceller.
    fn left_of_echo(told: bool) -> f64 {
        const PIECE: usize = 480;
        const PIECES: u64 = 600;
        const LATE: u64 = 4;
        let description = format!(
            "appsrc name=mic format=time is-live=true \
             caps=audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1 \
             ! queue{} ! appsink name=out sync=false {}",
            treated(),
            heard()
        );
        let bin = gst::parse::launch(&description)
            .expect("a pipeline")
            .downcast::<gst::Pipeline>()
            .expect("a pipeline");
        let source = |name: &str| -> AppSrc {
            let element = bin.by_name(name).expect("it is there");
            element.downcast().expect("an appsrc")
        };
        let (mic, played) = (source("mic"), source("played"));
        let out = sink(&bin, "out").expect("an appsink");
        bin.set_state(gst::State::Playing).expect("it starts");
        // Noise that comes in syllables, like speech.
        let mut seed = 1_u32;
        let mut voice = |piece: u64| -> Vec<i16> {
            let loud = if piece % 25 < 15 { 6_000 } else { 300 };
            (0..PIECE)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let noise = i32::from((seed >> 16) as u16) - 32_768;
                    i16::try_from(noise * loud / 32_768).expect("softer")
                })
                .collect()
        };
        let buffer = |samples: &[i16], piece: u64, channels: usize| {
            let bytes: Vec<u8> = samples
                .iter()
                .flat_map(|sample| sample.to_le_bytes().repeat(channels))
                .collect();
            let mut buffer = gst::Buffer::from_mut_slice(bytes);
            let at = gst::ClockTime::from_mseconds(1_000 + piece * 10);
            let stamped = buffer.get_mut().expect("the only one");
            stamped.set_pts(at);
            stamped.set_duration(gst::ClockTime::from_mseconds(10));
            buffer
        };
        let said: Vec<Vec<i16>> = (0..PIECES).map(&mut voice).collect();
        let mut left = Vec::new();
        for piece in 0..PIECES {
            if told {
                let samples = &said[usize::try_from(piece).expect("few")];
                played
                    .push_buffer(buffer(samples, piece, 2))
                    .expect("taken");
            }
            let late = piece.checked_sub(LATE).map_or_else(
                || vec![0; PIECE],
                |early| {
                    let samples = &said[usize::try_from(early).expect("few")];
                    samples.iter().map(|sample| sample / 2).collect()
                },
            );
            // What is played has reached the probe before the microphone hears it.
            let probe = bin.by_name(PROBE).expect("the probe");
            let pushed = probe.static_pad("src").expect("a pad");
            while told && pushed.current_caps().is_none() {
                std::thread::yield_now();
            }
            while told && played.current_level_buffers() > 0 {
                std::thread::yield_now();
            }
            mic.push_buffer(buffer(&late, piece, 1)).expect("taken");
            if piece > PIECES / 2 {
                let sample = out.pull_sample().expect("sound");
                let map = sample
                    .buffer()
                    .expect("a buffer")
                    .map_readable()
                    .expect("mapped");
                left.extend(
                    map.chunks_exact(2)
                        .map(|pair| f64::from(i16::from_le_bytes([pair[0], pair[1]])).powi(2)),
                );
            } else if piece > 2 {
                out.pull_sample().expect("sound");
            }
        }
        bin.set_state(gst::State::Null).expect("it stops");
        (left.iter().sum::<f64>() / f64::from(u32::try_from(left.len()).expect("few"))).sqrt()
    }

    #[test]
    fn what_is_played_is_taken_out_of_what_the_microphone_hears() {
        gst::init().expect("GStreamer");
        if !cancels_echo(&Microphone::Device("pulsesrc:x".into())) {
            return;
        }
        let (without, with) = (left_of_echo(false), left_of_echo(true));
        assert!(with * 4.0 < without, "{without} → {with}");
    }
}
