//! One pipeline for one location:
//!
//! ```text
//! uridecodebin3 ┬ videoflip ▸ videoconvertscale ▸ capsfilter ▸ appsink
//!               └ audioconvert ▸ audioresample ▸ volume ▸ autoaudiosink
//! ```
//!
//! The branches are added when `uridecodebin3` shows what is in the file, so a programme without
//! sound or without picture waits for nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use gst::MessageView;
use gst::prelude::*;

use super::picture::{self, Flow, NOTHING_YET, Pictures};
use super::{Note, Settings, Sound, faults};
use crate::machine::Fact;
use crate::{PlayError, Source};

/// Largest picture handed out, in pixels: a television's. Larger ones are scaled down.
const LARGEST: (i32, i32) = (1920, 1080);
/// How far the clock may run ahead of the last picture shown, in milliseconds, before the
/// position stops: without data the clock goes on, but the programme does not.
const AHEAD_MS: i64 = 500;
/// A file that ends so much before its announced end is damaged: milliseconds, and percent.
const SHORT_MS: i64 = 2_000;
const SHORT_PERCENT: i64 = 3;
/// How long stopping may take before the pipeline is left to finish by itself.
const STOPPING: Duration = Duration::from_secs(2);
/// Seconds without a byte after which souphttpsrc gives up.
const SILENCE_S: u32 = 8;
/// How long a stream that was announced may take to appear once others are there.
const LATE_STREAM: Duration = Duration::from_secs(2);
/// How much of a remote programme is fetched ahead.
const AHEAD_NS: i64 = 5_000_000_000;

pub(super) struct Pipeline {
    bin: gst::Pipeline,
    remote: bool,
    branches: Arc<Branches>,
    flow: Arc<Flow>,
    pictures: Arc<Pictures>,
    activity_seen: u64,
    duration_ms: Option<i64>,
    /// What is in it and can be decoded, as far as it is known.
    streams: gst::StreamType,
    /// When the first data had reached a sink, while others may still be on their way.
    prerolled: Option<Instant>,
    /// Being ready has not been told since opening or since the last seek. Told once for each:
    /// several messages may say that data has reached the sinks.
    awaiting: bool,
    /// Data had reached the sinks, but something has changed meanwhile.
    unsettled: bool,
    missing: Option<String>,
    late_seen: u64,
    moving: AtomicBool,
}

/// What `pad-added`, on a streaming thread, has built so far.
struct Branches {
    number: u64,
    settings: Settings,
    loudness: parking_lot::Mutex<(u8, bool)>,
    pictures: Arc<Pictures>,
    flow: Arc<Flow>,
    /// Kinds of stream that have come as far as their sink.
    linked: parking_lot::Mutex<gst::StreamType>,
    video: parking_lot::Mutex<Option<gst::Pad>>,
    audio: parking_lot::Mutex<Option<(gst::Pad, gst::Bin, gst::Element)>>,
}

impl Pipeline {
    pub(super) fn open(
        source: &Source,
        settings: Settings,
        loudness: (u8, bool),
        number: u64,
        notes: &Sender<Note>,
        pictures: &Arc<Pictures>,
    ) -> Result<Self, gst::glib::BoolError> {
        let remote = !source.uri.starts_with("file:");
        let bin = gst::Pipeline::new();
        let classic = needs_classic_decoder(source);
        let decoder = gst::ElementFactory::make(if classic {
            "uridecodebin"
        } else {
            "uridecodebin3"
        })
        .property("uri", &source.uri)
        .property("use-buffering", remote)
        .property("buffer-duration", AHEAD_NS)
        .build()?;
        let flow = Arc::new(Flow::default());
        let branches = Arc::new(Branches {
            number,
            settings,
            loudness: parking_lot::Mutex::new(loudness),
            pictures: Arc::clone(pictures),
            flow: Arc::clone(&flow),
            linked: parking_lot::Mutex::new(gst::StreamType::empty()),
            video: parking_lot::Mutex::default(),
            audio: parking_lot::Mutex::default(),
        });
        set_up_source(&decoder, source.bearer.clone(), &flow);
        if classic {
            set_up_segments(&bin, source.bearer.clone(), &flow);
        } else {
            leave_out_text(&decoder);
        }
        let (weak, building) = (bin.downgrade(), Arc::clone(&branches));
        decoder.connect_pad_added(move |_, pad| {
            let Some(bin) = weak.upgrade() else { return };
            if let Err(error) = building.add(&bin, pad) {
                tracing::error!(%error, pad = %pad.name(), "cannot show this stream");
            }
        });
        bin.add(&decoder)?;
        if let Some(bus) = bin.bus() {
            let notes = notes.clone();
            bus.set_sync_handler(move |_, message| {
                // The player's thread may be gone already while the last messages come.
                let _ = notes.send(Note::Bus(number, message.to_owned()));
                gst::BusSyncReply::Drop
            });
        }
        let pipeline = Self {
            bin,
            remote,
            branches,
            flow,
            pictures: Arc::clone(pictures),
            activity_seen: 0,
            duration_ms: None,
            streams: gst::StreamType::empty(),
            prerolled: None,
            awaiting: true,
            unsettled: false,
            missing: None,
            late_seen: 0,
            moving: AtomicBool::new(false),
        };
        if pipeline.bin.set_state(gst::State::Paused).is_err() {
            // The bus has said why, before this; should it not have, this does.
            let fault = PlayError::Internal("the pipeline does not start".into());
            let _ = notes.send(Note::Fact(number, Fact::Fault(fault)));
        }
        Ok(pipeline)
    }

    pub(super) fn set_moving(&self, moving: bool) {
        self.moving.store(moving, Ordering::Relaxed);
        let state = if moving {
            gst::State::Playing
        } else {
            gst::State::Paused
        };
        if self.bin.set_state(state).is_err() {
            tracing::warn!(?state, "the pipeline does not change its state");
        }
    }

    /// Flushes and goes there; false if the stream cannot.
    pub(super) fn seek(&mut self, position_ms: i64, exact: bool) -> bool {
        let flags = if exact {
            gst::SeekFlags::FLUSH | gst::SeekFlags::ACCURATE
        } else {
            gst::SeekFlags::FLUSH | gst::SeekFlags::KEY_UNIT | gst::SeekFlags::SNAP_BEFORE
        };
        let place = gst::ClockTime::from_mseconds(u64::try_from(position_ms).unwrap_or(0));
        let seek = gst::event::Seek::new(
            1.0,
            flags,
            gst::SeekType::Set,
            Some(place),
            gst::SeekType::None,
            gst::ClockTime::NONE,
        );
        // Through one branch: the demuxer moves both, and asking the whole pipeline fails when
        // one of them refuses although the other has already moved.
        let video = self.branches.video.lock().clone();
        let sound = self.branches.audio.lock().as_ref().map(|a| a.0.clone());
        let accepted = video.or(sound).is_some_and(|pad| pad.push_event(seek));
        self.awaiting = accepted;
        self.unsettled = false;
        accepted
    }

    pub(super) fn set_loudness(&self, volume: u8, muted: bool) {
        *self.branches.loudness.lock() = (volume, muted);
        if let Some((_, _, element)) = &*self.branches.audio.lock() {
            apply_loudness(element, volume, muted);
        }
    }

    /// What has changed since the last look.
    pub(super) fn look(&mut self) -> Vec<Fact> {
        let mut facts = Vec::new();
        let activity = self.flow.activity.load(Ordering::Relaxed);
        if activity != self.activity_seen {
            self.activity_seen = activity;
            facts.push(Fact::Progress);
        }
        if self.unsettled {
            facts.extend(self.prerolled());
        }
        facts.extend(self.look_at_duration());
        facts.extend(self.position().map(Fact::Position));
        facts
    }

    /// Data has reached every sink there was when this was posted. Ready only when that still
    /// holds and every stream has its sink: until then a seek is refused by one of them.
    fn prerolled(&mut self) -> Vec<Fact> {
        if !self.awaiting {
            return Vec::new();
        }
        let since = *self.prerolled.get_or_insert_with(Instant::now);
        let complete = self.branches.cover(self.streams) || since.elapsed() >= LATE_STREAM;
        let settled = self.bin.state(gst::ClockTime::ZERO).0 != Ok(gst::StateChangeSuccess::Async);
        self.unsettled = !(complete && settled);
        if self.unsettled {
            return Vec::new();
        }
        self.awaiting = false;
        let mut facts: Vec<Fact> = self.look_at_duration().into_iter().collect();
        if self.streams.is_empty() {
            // The classic decoder announces nothing; it shows all streams at once.
            facts.push(Fact::HasAudio(self.branches.audio.lock().is_some()));
        }
        facts.push(Fact::Ready);
        facts
    }

    fn look_at_duration(&mut self) -> Option<Fact> {
        let duration = self.bin.query_duration::<gst::ClockTime>()?;
        let duration = i64::try_from(duration.mseconds()).ok();
        if duration == self.duration_ms {
            return None;
        }
        self.duration_ms = duration;
        Some(Fact::Duration(duration))
    }

    fn position(&self) -> Option<i64> {
        let clock = self.bin.query_position::<gst::ClockTime>()?;
        let clock = i64::try_from(clock.mseconds()).ok()?;
        let shown = self.flow.shown_ms.load(Ordering::Relaxed);
        let end = self.flow.end_ms.load(Ordering::Relaxed);
        if shown == NOTHING_YET {
            return Some(clock);
        }
        Some(clock.clamp(shown, end.max(shown + AHEAD_MS)))
    }

    /// What a bus message means.
    pub(super) fn understand(&mut self, message: &gst::Message) -> Vec<Fact> {
        match message.view() {
            MessageView::AsyncDone(_) if self.branches.any() => self
                .look_at_duration()
                .into_iter()
                .chain([Fact::Ready])
                .collect(),
            MessageView::StateChanged(change) if message.src() == Some(self.bin.upcast_ref()) => {
                let mut facts = match change.current() {
                    gst::State::Playing => vec![Fact::Moving(true)],
                    gst::State::Paused => vec![Fact::Moving(false)],
                    _ => Vec::new(),
                };
                if self.unsettled {
                    facts.extend(self.prerolled());
                }
                facts
            }
            MessageView::StreamCollection(collection) => {
                let streams = collection.stream_collection();
                self.streams = streams
                    .iter()
                    .fold(gst::StreamType::empty(), |all, s| all | s.stream_type());
                vec![Fact::HasAudio(
                    self.streams.contains(gst::StreamType::AUDIO),
                )]
            }
            MessageView::Buffering(buffering) if self.remote => {
                let percent = buffering.percent().clamp(0, 100);
                vec![Fact::Buffering(u8::try_from(percent).unwrap_or(100))]
            }
            MessageView::DurationChanged(_) => self.look_at_duration().into_iter().collect(),
            MessageView::Eos(_) => vec![self.end()],
            MessageView::Error(error) => vec![self.fault(error, message.src())],
            MessageView::Warning(warning) => {
                tracing::debug!(error = %warning.error(), "the pipeline warns");
                Vec::new()
            }
            MessageView::Element(element) => self.missing_plugin(element.structure()),
            MessageView::Qos(qos) => {
                self.count_late(qos, message.src());
                Vec::new()
            }
            MessageView::Latency(_) => {
                let _ = self.bin.recalculate_latency();
                Vec::new()
            }
            MessageView::ClockLost(_) if self.moving.load(Ordering::Relaxed) => {
                // A new clock is chosen on the way from paused to playing.
                let _ = self.bin.set_state(gst::State::Paused);
                let _ = self.bin.set_state(gst::State::Playing);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// The end, or what only looks like it: demuxers say end of stream as well when a file has
    /// been cut off.
    fn end(&self) -> Fact {
        let last = self.flow.end_ms.load(Ordering::Relaxed);
        if let Some(duration) = self.duration_ms
            && last != NOTHING_YET
            && last + SHORT_MS.max(duration * SHORT_PERCENT / 100) < duration
        {
            return Fact::Fault(PlayError::Damaged(format!(
                "it ends at {last} ms of {duration} ms"
            )));
        }
        Fact::EndOfStream
    }

    fn fault(&self, error: &gst::message::Error, from: Option<&gst::Object>) -> Fact {
        let sound = self.branches.audio.lock();
        let in_sound = from.zip(sound.as_ref()).is_some_and(|(from, (_, bin, _))| {
            from == bin.upcast_ref::<gst::Object>() || from.has_as_ancestor(bin)
        });
        if in_sound {
            tracing::warn!(error = %error.error(), "the sound device is gone; going on silently");
            return Fact::SoundLost;
        }
        let from_source = from.is_some_and(|from| {
            from.downcast_ref::<gst::Element>()
                .is_some_and(|e| e.has_property("extra-headers"))
        });
        match (
            faults::sort(error, self.remote, self.remote && from_source),
            &self.missing,
        ) {
            (PlayError::Damaged(_) | PlayError::Internal(_), Some(missing)) => {
                Fact::Fault(PlayError::Unsupported(missing.clone()))
            }
            (fault, _) => Fact::Fault(fault),
        }
    }

    /// A stream without decoder. Without picture, or with nothing left, it is no programme;
    /// without sound it is.
    fn missing_plugin(&mut self, message: Option<&gst::StructureRef>) -> Vec<Fact> {
        let Some(message) = message.filter(|m| m.name() == "missing-plugin") else {
            return Vec::new();
        };
        let name = message.get::<String>("name").unwrap_or_default();
        tracing::warn!(name, "a GStreamer plugin is missing");
        let caps = message.get::<gst::Caps>("detail").ok();
        let is_sound = caps
            .as_ref()
            .and_then(|caps| caps.structure(0))
            .is_some_and(|s| s.name().starts_with("audio/"));
        self.missing = Some(name.clone());
        if is_sound && self.streams.contains(gst::StreamType::VIDEO) {
            self.streams.remove(gst::StreamType::AUDIO);
            vec![Fact::HasAudio(false)]
        } else {
            vec![Fact::Fault(PlayError::Unsupported(name))]
        }
    }

    /// Pictures that the decoder left out because they would have come too late.
    fn count_late(&mut self, qos: &gst::message::Qos, from: Option<&gst::Object>) {
        let is_decoder = from.is_some_and(|from| from.is::<gst_video::VideoDecoder>());
        let (_, dropped) = qos.stats();
        if let Some(total) = u64::try_from(dropped.value()).ok().filter(|_| is_decoder) {
            self.pictures
                .count_dropped(total.saturating_sub(self.late_seen));
            self.late_seen = total;
        }
    }

    /// Stops and releases everything. Waits only so long: a driver that hangs must not take the
    /// remote control with it.
    pub(super) fn close(self) {
        let (done, stopped) = channel();
        let bin = self.bin;
        let stopping = thread::Builder::new()
            .name("player-stop".into())
            .spawn(move || {
                if bin.set_state(gst::State::Null).is_err() {
                    tracing::warn!("the pipeline does not stop cleanly");
                }
                if let Some(bus) = bin.bus() {
                    bus.unset_sync_handler();
                }
                let _ = done.send(());
            });
        match stopping {
            Ok(_) if stopped.recv_timeout(STOPPING).is_err() => {
                tracing::error!("a pipeline does not stop; leaving it behind");
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "no thread to stop the pipeline"),
        }
    }
}

impl Branches {
    /// Whether each of these kinds of stream has its sink.
    fn cover(&self, streams: gst::StreamType) -> bool {
        let shown = streams & (gst::StreamType::VIDEO | gst::StreamType::AUDIO);
        self.linked.lock().contains(shown)
    }

    fn any(&self) -> bool {
        !self.linked.lock().is_empty()
    }

    fn add(&self, bin: &gst::Pipeline, pad: &gst::Pad) -> Result<(), gst::glib::BoolError> {
        let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
        let name = caps
            .structure(0)
            .map_or_else(|| pad.name().to_string(), |s| s.name().to_string());
        let (kind, target) = if name.starts_with("video") {
            let mut video = self.video.lock();
            let target = match &*video {
                Some(target) => target.clone(),
                None => video.insert(self.build_video(bin)?).clone(),
            };
            (gst::StreamType::VIDEO, target)
        } else if name.starts_with("audio") {
            let mut audio = self.audio.lock();
            let target = match &*audio {
                Some((target, _, _)) => target.clone(),
                None => audio.insert(self.build_audio(bin)?).0.clone(),
            };
            (gst::StreamType::AUDIO, target)
        } else {
            return Ok(());
        };
        if target.is_linked() {
            tracing::debug!(%name, "a second stream of the kind is not shown");
            return Ok(());
        }
        pad.link(&target)
            .map_err(|error| gst::glib::bool_error!("cannot link {name}: {error:?}"))?;
        self.linked.lock().insert(kind);
        Ok(())
    }

    fn build_video(&self, bin: &gst::Pipeline) -> Result<gst::Pad, gst::glib::BoolError> {
        // Telephones film sideways and say so in a tag.
        let flip = gst::ElementFactory::make("videoflip")
            .property_from_str("video-direction", "auto")
            .build()?;
        let convert = gst::ElementFactory::make("videoconvertscale")
            .property("qos", self.settings.skip_late_pictures)
            .build()?;
        let filter = gst::ElementFactory::make("capsfilter")
            .property("caps", plain_caps().build())
            .build()?;
        let sink = picture::sink(
            self.number,
            &self.pictures,
            &self.flow,
            self.settings.skip_late_pictures,
        );
        let sink = sink.upcast::<gst::Element>();
        let elements = [&flip, &convert, &filter, &sink];
        bin.add_many(elements)?;
        gst::Element::link_many(elements)?;
        fit_to_television(&convert, &filter)?;
        // From the sink up, so that nothing arrives where it is not awaited.
        for element in elements.iter().rev() {
            element.sync_state_with_parent()?;
        }
        sink_pad(&flip)
    }

    fn build_audio(
        &self,
        bin: &gst::Pipeline,
    ) -> Result<(gst::Pad, gst::Bin, gst::Element), gst::glib::BoolError> {
        let convert = gst::ElementFactory::make("audioconvert").build()?;
        let resample = gst::ElementFactory::make("audioresample").build()?;
        let volume = gst::ElementFactory::make("volume").build()?;
        // autoaudiosink becomes a silent sink in step with the clock when there is no device.
        let sink = match self.settings.sound {
            Sound::Device => gst::ElementFactory::make("autoaudiosink").build()?,
            Sound::Silent => gst::ElementFactory::make("fakesink")
                .property("sync", true)
                .build()?,
        };
        let (loudness, muted) = *self.loudness.lock();
        apply_loudness(&volume, loudness, muted);
        let sound = gst::Bin::builder().name("sound").build();
        let elements = [&convert, &resample, &volume, &sink];
        sound.add_many(elements)?;
        gst::Element::link_many(elements)?;
        self.flow.watch_sound(&sink_pad(&volume)?);
        let entrance = gst::GhostPad::with_target(&sink_pad(&convert)?)?;
        sound.add_pad(&entrance)?;
        bin.add(&sound)?;
        sound.sync_state_with_parent()?;
        Ok((entrance.upcast(), sound, volume))
    }
}

fn sink_pad(element: &gst::Element) -> Result<gst::Pad, gst::glib::BoolError> {
    element
        .static_pad("sink")
        .ok_or_else(|| gst::glib::bool_error!("{} has no sink pad", element.name()))
}

fn plain_caps() -> gst::caps::Builder<gst::caps::NoFeature> {
    gst::Caps::builder("video/x-raw").field("format", "RGBx")
}

/// Fixes the output size when the picture is larger than a television or its pixels are not
/// square; otherwise nothing is scaled.
fn fit_to_television(
    convert: &gst::Element,
    filter: &gst::Element,
) -> Result<(), gst::glib::BoolError> {
    let filter = filter.downgrade();
    sink_pad(convert)?.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, move |_, info| {
        if let Some(gst::EventView::Caps(caps)) = info.event().map(|e| e.view())
            && let Some(filter) = filter.upgrade()
            && let Ok(video) = gst_video::VideoInfo::from_caps(caps.caps())
        {
            let caps = match fitting_size(video.width(), video.height(), video.par()) {
                Some((width, height)) => plain_caps()
                    .field("width", width)
                    .field("height", height)
                    .field("pixel-aspect-ratio", gst::Fraction::new(1, 1))
                    .build(),
                None => plain_caps().build(),
            };
            filter.set_property("caps", caps);
        }
        gst::PadProbeReturn::Ok
    });
    Ok(())
}

/// The size to scale to, or `None` if it may stay.
fn fitting_size(width: u32, height: u32, par: gst::Fraction) -> Option<(i32, i32)> {
    let (w, h) = (f64::from(width), f64::from(height));
    let square = par.numer() <= 0 || par.denom() <= 0 || par.numer() == par.denom();
    let stretch = if square {
        1.0
    } else {
        f64::from(par.numer()) / f64::from(par.denom())
    };
    let (largest_w, largest_h) = (f64::from(LARGEST.0), f64::from(LARGEST.1));
    if square && w <= largest_w && h <= largest_h {
        return None;
    }
    let scale = (largest_w / (w * stretch)).min(largest_h / h).min(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most 1920 after scaling"
    )]
    let whole = |side: f64| (side.round() as i32).max(1);
    Some((whole(w * stretch * scale), whole(h * scale)))
}

/// Perceived loudness goes with the cube root of the amplitude.
fn apply_loudness(element: &gst::Element, volume: u8, muted: bool) {
    element.set_property("volume", (f64::from(volume) / 100.0).powi(3));
    element.set_property("mute", muted);
}

/// `hlsdemux2`, the only one `uridecodebin3` takes, fetches segments by itself: over HTTP only,
/// and without a way to add a token (1.22). The older pair does both.
fn needs_classic_decoder(source: &Source) -> bool {
    let path = source.uri.split(['?', '#']).next().unwrap_or_default();
    let is_playlist = path.len() >= 5 && path.to_ascii_lowercase().ends_with(".m3u8");
    is_playlist && (source.bearer.is_some() || source.uri.starts_with("file:"))
}

/// Captions come as files of their own; a text track would only wait for a sink.
fn leave_out_text(decoder: &gst::Element) {
    decoder.connect("select-stream", false, |values| {
        let stream = values.get(2).and_then(|v| v.get::<gst::Stream>().ok());
        let unwanted = stream.is_some_and(|s| {
            !s.stream_type()
                .intersects(gst::StreamType::VIDEO | gst::StreamType::AUDIO)
        });
        Some((if unwanted { 0_i32 } else { -1_i32 }).to_value())
    });
}

/// The same for the sources that the older HLS demuxer makes for its segments.
fn set_up_segments(bin: &gst::Pipeline, bearer: Option<String>, flow: &Arc<Flow>) {
    let flow = Arc::clone(flow);
    bin.connect_deep_element_added(move |_, _, element| {
        if element.has_property("extra-headers") {
            set_up_http(element, bearer.as_deref(), &flow);
        }
    });
}

/// Gives the source its token and counts what comes in.
fn set_up_source(decoder: &gst::Element, bearer: Option<String>, flow: &Arc<Flow>) {
    let flow = Arc::clone(flow);
    decoder.connect("source-setup", false, move |values| {
        let source = values.get(1)?.get::<gst::Element>().ok()?;
        set_up_http(&source, bearer.as_deref(), &flow);
        None
    });
}

fn set_up_http(source: &gst::Element, bearer: Option<&str>, flow: &Arc<Flow>) {
    if source.has_property("extra-headers") {
        if let Some(token) = bearer {
            let headers = gst::Structure::builder("headers")
                .field("Authorization", format!("Bearer {token}"))
                .build();
            source.set_property("extra-headers", headers);
        }
        source.set_property("timeout", SILENCE_S);
        // Trying again is the state machine's, which also tells the viewer.
        source.set_property("retries", 0);
    }
    if let Some(pad) = source.static_pad("src") {
        let flow = Arc::clone(flow);
        pad.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
            flow.stir();
            gst::PadProbeReturn::Ok
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_too_large_or_not_square_is_scaled() {
        let square = gst::Fraction::new(1, 1);
        assert_eq!(fitting_size(1920, 1080, square), None);
        assert_eq!(fitting_size(320, 180, square), None);
        assert_eq!(fitting_size(3840, 2160, square), Some((1920, 1080)));
        assert_eq!(fitting_size(1080, 1920, square), Some((608, 1080)));
        assert_eq!(
            fitting_size(720, 576, gst::Fraction::new(16, 15)),
            Some((768, 576))
        );
        assert_eq!(fitting_size(1, 100_000, square), Some((1, 1080)));
    }
}
