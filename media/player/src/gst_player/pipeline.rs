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

use super::branches::Branches;
use super::faults;
use super::note::Note;
use super::picture::{Flow, NOTHING_YET, Pictures};
use super::settings::Settings;
use super::source::{
    FETCHED_AHEAD_NS, Prefetch, drop_buffers_without_segment, leave_out_text,
    needs_classic_decoder, set_up_segments, set_up_source,
};
use crate::machine::Fact;
use crate::{PlayError, Source, SourceKind};

/// How far the clock may run ahead of the last picture shown, in milliseconds, before the
/// position stops: without data the clock goes on, but the programme does not.
const AHEAD_MS: i64 = 500;
/// A file that ends so much before its announced end is damaged: milliseconds, and percent.
const SHORT_MS: i64 = 2_000;
const SHORT_PERCENT: i64 = 3;
/// How long stopping may take before the pipeline is left to finish by itself.
const STOPPING: Duration = Duration::from_secs(2);
/// How long a stream that was announced may take to appear once others are there.
const LATE_STREAM: Duration = Duration::from_secs(2);
/// How much of a live stream is fetched ahead, in nanoseconds: it begins three segments behind the
/// newest, and more there is not.
const LIVE_AHEAD_NS: i64 = 1_500_000_000;

pub(super) struct Pipeline {
    bin: gst::Pipeline,
    remote: bool,
    live: bool,
    branches: Arc<Branches>,
    flow: Arc<Flow>,
    prefetch: Prefetch,
    pictures: Arc<Pictures>,
    activity_seen: u64,
    duration_ms: Option<i64>,
    /// What is in it and can be decoded, as far as it is known.
    streams: gst::StreamType,
    /// When the first stream was there, while others may still have been on their way.
    first_stream: Option<Instant>,
    /// Being ready has not been told since opening or since the last seek.
    awaiting: bool,
    missing: Option<String>,
    late_seen: u64,
    moving: AtomicBool,
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
        let live = source.kind == SourceKind::LiveHls;
        let remote = !(source.uri.starts_with("file:") || source.uri.starts_with("data:"));
        let bin = gst::Pipeline::new();
        let classic = needs_classic_decoder(source);
        let decoder = gst::ElementFactory::make(if classic {
            "uridecodebin"
        } else {
            "uridecodebin3"
        })
        .property("uri", &source.uri)
        .property("use-buffering", remote)
        .property(
            "buffer-duration",
            if live {
                LIVE_AHEAD_NS
            } else {
                FETCHED_AHEAD_NS
            },
        )
        .build()?;
        let flow = Arc::new(Flow::default());
        let prefetch = Prefetch::default();
        let branches = Arc::new(Branches::new(
            number,
            settings,
            loudness,
            Arc::clone(pictures),
            Arc::clone(&flow),
        ));
        set_up_source(&decoder, source.bearer.clone(), &flow);
        if classic {
            set_up_segments(&bin, source.bearer.clone(), &flow);
            prefetch.find_in(&bin);
            drop_buffers_without_segment(&bin);
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
        let building = Arc::clone(&branches);
        decoder.connect_no_more_pads(move |_| building.set_all_shown());
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
            live,
            branches,
            flow,
            prefetch,
            pictures: Arc::clone(pictures),
            activity_seen: 0,
            duration_ms: None,
            streams: gst::StreamType::empty(),
            first_stream: None,
            awaiting: true,
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
        let accepted = self
            .branches
            .entrance()
            .is_some_and(|pad| pad.push_event(seek));
        self.awaiting = accepted;
        accepted
    }

    pub(super) fn set_loudness(&self, volume: u8, muted: bool) {
        self.branches.set_loudness(volume, muted);
    }

    /// What has changed since the last poll.
    pub(super) fn poll(&mut self) -> Vec<Fact> {
        let mut facts = Vec::new();
        let activity = self.flow.activity.load(Ordering::Relaxed);
        if activity != self.activity_seen {
            self.activity_seen = activity;
            facts.push(Fact::Progress);
        }
        facts.extend(self.ready());
        facts.extend(self.look_at_duration());
        facts.extend(self.look_at_window());
        facts.extend(self.position().map(Fact::Position));
        facts
    }

    /// Tells once after opening and after each seek that data has reached every sink. Asks the
    /// pipeline instead of trusting `AsyncDone` messages: one may be older than the newest sink,
    /// and none comes when sinks are added while the pipeline itself changes its state.
    fn ready(&mut self) -> Vec<Fact> {
        if !self.awaiting || !self.branches.any() {
            return Vec::new();
        }
        let since = *self.first_stream.get_or_insert_with(Instant::now);
        let complete = self.branches.cover(self.streams) || since.elapsed() >= LATE_STREAM;
        // An error is an answer that was interrupted by the next change.
        let settled = matches!(
            self.bin.state(gst::ClockTime::ZERO).0,
            Ok(gst::StateChangeSuccess::Success | gst::StateChangeSuccess::NoPreroll)
        );
        if !complete || !settled {
            return Vec::new();
        }
        self.awaiting = false;
        let mut facts: Vec<Fact> = self.look_at_duration().into_iter().collect();
        facts.extend(self.look_at_window());
        if self.streams.is_empty() {
            // The classic decoder announces nothing; it shows all streams at once.
            facts.push(Fact::HasAudio(self.branches.has_sound()));
        }
        facts.push(Fact::Ready);
        facts
    }

    /// What part of a live stream can be reached, as the playlist stands now.
    fn look_at_window(&self) -> Option<Fact> {
        if !self.live {
            return None;
        }
        let mut query = gst::query::Seeking::new(gst::Format::Time);
        if !self.branches.entrance()?.peer_query(&mut query) {
            return None;
        }
        let (seekable, start, end) = query.result();
        let ms = |place: gst::GenericFormattedValue| match place {
            gst::GenericFormattedValue::Time(Some(time)) => i64::try_from(time.mseconds()).ok(),
            _ => None,
        };
        let (start_ms, end_ms) = (ms(start)?, ms(end)?);
        (seekable && end_ms > start_ms).then_some(Fact::Window { start_ms, end_ms })
    }

    fn look_at_duration(&mut self) -> Option<Fact> {
        if self.live {
            return None;
        }
        let duration = self.bin.query_duration::<gst::ClockTime>()?;
        let duration = i64::try_from(duration.mseconds()).ok();
        if duration == self.duration_ms {
            return None;
        }
        self.duration_ms = duration;
        self.prefetch.fit(duration.unwrap_or_default());
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
            MessageView::AsyncDone(_) => self.ready(),
            MessageView::StateChanged(change) if message.src() == Some(self.bin.upcast_ref()) => {
                let mut facts = match change.current() {
                    gst::State::Playing => vec![Fact::Moving(true)],
                    gst::State::Paused => vec![Fact::Moving(false)],
                    _ => Vec::new(),
                };
                facts.extend(self.ready());
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
        let in_sound = from.is_some_and(|from| self.branches.has_in_sound(from));
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
        let kind = caps
            .as_ref()
            .and_then(|caps| caps.structure(0))
            .map(|structure| structure.name().to_string())
            .unwrap_or_default();
        self.missing = Some(name.clone());
        if !kind.starts_with("audio/") {
            // Teletext and subtitles inside a recording are not shown anyway.
            let is_picture = kind.starts_with("video/") || kind.starts_with("image/");
            let fault = is_picture.then_some(Fact::Fault(PlayError::Unsupported(name)));
            return fault.into_iter().collect();
        }
        let announced = !self.streams.is_empty();
        self.streams.remove(gst::StreamType::AUDIO);
        match (announced, self.streams.contains(gst::StreamType::VIDEO)) {
            (true, true) => vec![Fact::HasAudio(false)],
            (true, false) => vec![Fact::Fault(PlayError::Unsupported(name))],
            // What is left will show itself; when nothing is, the classic decoder says so.
            (false, _) => Vec::new(),
        }
    }

    fn count_late(&mut self, qos: &gst::message::Qos, from: Option<&gst::Object>) {
        if let Some(total) = late(qos, from) {
            self.pictures
                .count_dropped(total.saturating_sub(self.late_seen));
            self.late_seen = total;
        }
    }

    pub(super) fn close(self) {
        stop(self.bin);
    }
}

/// Pictures that the decoder has left out so far because they would have come too late.
pub(super) fn late(qos: &gst::message::Qos, from: Option<&gst::Object>) -> Option<u64> {
    let is_decoder = from.is_some_and(|from| from.is::<gst_video::VideoDecoder>());
    let (_, dropped) = qos.stats();
    u64::try_from(dropped.value()).ok().filter(|_| is_decoder)
}

/// Stops a pipeline and releases everything. Waits only so long: a driver that hangs must not take
/// the remote control with it.
pub(crate) fn stop(bin: gst::Pipeline) {
    let (done, stopped) = channel();
    let stopping = thread::Builder::new()
        .name("player-stop".into())
        .spawn(move || {
            if bin.set_state(gst::State::Null).is_err() {
                tracing::warn!("the pipeline does not stop cleanly");
            }
            if let Some(bus) = bin.bus() {
                bus.unset_sync_handler();
            }
            // What is told to be stopped has also given back its files.
            drop(bin);
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
