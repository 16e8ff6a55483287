//! Opening a film and reading all its streams, as fast as they come: which there are, and how far
//! each of them goes.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use gst::prelude::*;
use parking_lot::Mutex;

use crate::mp4::Patch;
use crate::pipeline::{Running, categorize, init, make};
use crate::{Error, Result};

/// Without anything new for so long, reading is given up.
const STALL: Duration = Duration::from_secs(45);
/// The same where the beginning is enough.
const SHORT_STALL: Duration = Duration::from_secs(5);
/// How often cancelling is noticed.
const TICK: gst::ClockTime = gst::ClockTime::from_mseconds(20);
/// So many pictures decide whether the frame rate is regular.
pub(crate) const BEGINNING: usize = 400;

/// A stream that was read.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    /// What it is known by in this file, however often it is opened.
    pub(crate) id: String,
    /// How it is coded.
    pub(crate) caps: gst::Caps,
    /// What the container says of choosing it.
    pub(crate) flags: gst::StreamFlags,
    /// The language of its sound, as the file writes it.
    pub(crate) language: Option<String>,
    /// What came.
    pub(crate) tally: Tally,
}

/// What came of a stream. Times are on the time line of the film, in nanoseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// How many pictures or blocks of sound.
    pub(crate) buffers: u64,
    /// Times of the first ones.
    pub(crate) times: Vec<u64>,
    /// When the last one ends.
    pub(crate) end: u64,
    /// How long they last together.
    pub(crate) filled: u64,
    /// The longest time without one: from when, how long.
    pub(crate) gap: (u64, u64),
    /// When the latest one begins.
    pub(crate) latest: Option<u64>,
}

impl Tally {
    fn add(&mut self, at: u64, lasts: Option<u64>) {
        self.buffers += 1;
        if self.times.len() < BEGINNING {
            self.times.push(at);
        }
        let step = at.saturating_sub(self.latest.unwrap_or(at));
        // The last picture lasts as long as the one before it, where the file does not say.
        let lasts = lasts.unwrap_or(step.min(1_000_000_000));
        let missing = at.saturating_sub(self.end);
        if missing > self.gap.1 {
            self.gap = (self.end, missing);
        }
        self.latest = Some(self.latest.map_or(at, |latest| latest.max(at)));
        self.end = self.end.max(at.saturating_add(lasts));
        self.filled += lasts;
    }
}

/// Notes what comes through a pad.
pub(crate) fn count(pad: &gst::Pad, tally: &Arc<Mutex<Tally>>) {
    let tally = Arc::clone(tally);
    pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        if let Some(buffer) = info.buffer()
            && let Some(at) = buffer.pts().or(buffer.dts())
            && let Some(segment) = pad.sticky_event::<gst::event::Segment>(0)
            && let Some(segment) = segment.segment().downcast_ref::<gst::ClockTime>()
            // RealMedia has no presentation times before it is decoded.
            && let Some(at) = segment.to_running_time(at)
        {
            let lasts = buffer.duration().map(gst::ClockTime::nseconds);
            tally.lock().add(at.nseconds(), lasts);
        }
        gst::PadProbeReturn::Ok
    });
}

/// Puts what takes a file apart into a pipeline; its streams appear as pads. `patches` are read
/// instead of what is in the file.
pub(crate) fn open(
    pipeline: &gst::Pipeline,
    path: &Path,
    patches: &[Patch],
) -> Result<gst::Element> {
    let file = make("filesrc")?;
    file.set_property("location", path);
    if let Some(pad) = file.static_pad("src").filter(|_| !patches.is_empty()) {
        let patches = patches.to_vec();
        let kinds = gst::PadProbeType::BUFFER | gst::PadProbeType::PULL | gst::PadProbeType::PUSH;
        pad.add_probe(kinds, move |_, info| {
            if let Some(gst::PadProbeData::Buffer(buffer)) = &mut info.data {
                patch(buffer, &patches);
            }
            gst::PadProbeReturn::Ok
        });
    }
    let parser = make("parsebin")?;
    let setup = |error: gst::glib::BoolError| Error::Setup(error.to_string());
    pipeline.add_many([&file, &parser]).map_err(setup)?;
    file.link(&parser).map_err(setup)?;
    Ok(parser)
}

fn patch(buffer: &mut gst::Buffer, patches: &[Patch]) {
    let begin = buffer.offset();
    let end = begin.saturating_add(buffer.size() as u64);
    for patch in patches {
        if patch.at >= end || patch.at + patch.bytes.len() as u64 <= begin {
            continue;
        }
        let Ok(mut map) = buffer.make_mut().map_writable() else {
            continue;
        };
        for (byte, at) in patch.bytes.iter().zip(patch.at..) {
            let place = at
                .checked_sub(begin)
                .and_then(|at| usize::try_from(at).ok());
            if let Some(place) = place.and_then(|place| map.get_mut(place)) {
                *place = *byte;
            }
        }
    }
}

/// Throws away what comes from a pad: a stream that nobody takes stops the others.
pub(crate) fn drain(pipeline: &gst::Pipeline, pad: &gst::Pad) {
    let linked = gst::ElementFactory::make("fakesink")
        .property("sync", false)
        .property("async", false)
        .build()
        .and_then(|sink| {
            pipeline.add(&sink)?;
            sink.sync_state_with_parent()?;
            sink.static_pad("sink")
                .ok_or_else(|| gst::glib::bool_error!("no pad"))
        })
        .is_ok_and(|sink| {
            // Before the pipeline plays, a sink would keep the first buffer and hold up the others.
            pad.add_probe(gst::PadProbeType::BUFFER, |_, _| {
                gst::PadProbeReturn::Handled
            });
            pad.link(&sink).is_ok()
        });
    if !linked {
        tracing::warn!(pad = %pad.name(), "a stream could not be thrown away");
    }
}

/// How much of a film is read.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Depth<'a> {
    /// Some seconds of pictures.
    Beginning,
    /// All of it, as it is coded.
    Whole,
    /// All of it, the streams with these ids decoded. Only those are counted.
    Decoded(&'a [&'a str]),
}

/// Reads a film. `progress` is called with the time that was reached.
///
/// # Errors
/// [`Error::Cancelled`], [`Error::Stalled`], and what the elements complain of.
pub(crate) fn read(
    path: &Path,
    patches: &[Patch],
    depth: Depth<'_>,
    progress: &mut dyn FnMut(Duration),
    cancel: &AtomicBool,
) -> Result<Vec<Stream>> {
    init()?;
    let pipeline = gst::Pipeline::new();
    let parser = open(&pipeline, path, patches)?;
    let found: Arc<Mutex<Vec<Found>>> = Arc::default();
    let (weak, seen) = (pipeline.downgrade(), Arc::clone(&found));
    let decoded = match depth {
        Depth::Decoded(ids) => Some(ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>()),
        _ => None,
    };
    parser.connect_pad_added(move |_, pad| {
        let Some(pipeline) = weak.upgrade() else {
            return;
        };
        let id = pad.stream_id().map(|id| id.to_string());
        if let Some(ids) = &decoded {
            match id.filter(|id| ids.contains(id)) {
                Some(id) => {
                    if let Err(error) = decode(&pipeline, pad, &id, &seen) {
                        tracing::warn!(%error, "a stream could not be decoded");
                    }
                }
                None => drain(&pipeline, pad),
            }
            return;
        }
        let tally = Arc::default();
        count(pad, &tally);
        seen.lock().push(Found {
            pad: pad.clone(),
            id: id.unwrap_or_default(),
            tally,
        });
        drain(&pipeline, pad);
    });
    let running = Running(pipeline);
    wait(&running, &found, depth, progress, cancel)?;
    let mut streams: Vec<Stream> = found.lock().iter().map(Found::stream).collect();
    streams.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(streams)
}

/// A stream that is being read.
struct Found {
    pad: gst::Pad,
    id: String,
    tally: Arc<Mutex<Tally>>,
}

impl Found {
    fn stream(&self) -> Stream {
        let flags = (self.pad.sticky_event::<gst::event::StreamStart>(0))
            .map_or(gst::StreamFlags::empty(), |event| event.stream_flags());
        let language = (0..)
            .map_while(|index| self.pad.sticky_event::<gst::event::Tag>(index))
            .find_map(|event| {
                let code = event.tag().get::<gst::tags::LanguageCode>()?;
                Some(code.get().to_owned())
            });
        Stream {
            id: self.id.clone(),
            caps: self.pad.current_caps().unwrap_or_else(gst::Caps::new_empty),
            flags,
            language,
            tally: self.tally.lock().clone(),
        }
    }
}

/// Decodes a stream and throws away what comes.
fn decode(
    pipeline: &gst::Pipeline,
    pad: &gst::Pad,
    id: &str,
    found: &Arc<Mutex<Vec<Found>>>,
) -> Result<()> {
    let (seen, id) = (Arc::clone(found), id.to_owned());
    decode_with(pipeline, pad, move |pipeline, pad| {
        let tally = Arc::default();
        count(pad, &tally);
        seen.lock().push(Found {
            pad: pad.clone(),
            id: id.clone(),
            tally,
        });
        drain(pipeline, pad);
    })
}

/// Decodes the stream of a pad into `target`, and notes what comes.
///
/// # Errors
/// [`Error::Setup`] when it cannot be linked.
pub(crate) fn decode_into(
    pipeline: &gst::Pipeline,
    pad: &gst::Pad,
    target: &gst::Pad,
    tally: &Arc<Mutex<Tally>>,
) -> Result<()> {
    let (target, tally) = (target.clone(), Arc::clone(tally));
    decode_with(pipeline, pad, move |_, pad| {
        count(pad, &tally);
        if pad.link(&target).is_err() {
            tracing::warn!(pad = %target.name(), "a decoded stream could not be linked");
        }
    })
}

fn decode_with(
    pipeline: &gst::Pipeline,
    pad: &gst::Pad,
    taken: impl Fn(&gst::Pipeline, &gst::Pad) + Send + Sync + 'static,
) -> Result<()> {
    let (queue, decoder) = (make("queue")?, make("decodebin")?);
    let setup = |error: &dyn std::fmt::Display| Error::Setup(error.to_string());
    pipeline
        .add_many([&queue, &decoder])
        .map_err(|e| setup(&e))?;
    queue.link(&decoder).map_err(|e| setup(&e))?;
    let weak = pipeline.downgrade();
    decoder.connect_pad_added(move |_, pad| {
        if let Some(pipeline) = weak.upgrade() {
            taken(&pipeline, pad);
        }
    });
    for element in [&decoder, &queue] {
        element.sync_state_with_parent().map_err(|e| setup(&e))?;
    }
    let target = queue.static_pad("sink").ok_or_else(|| setup(&"no pad"))?;
    pad.link(&target).map_err(|e| setup(&e))?;
    Ok(())
}

fn wait(
    running: &Running,
    found: &Mutex<Vec<Found>>,
    depth: Depth<'_>,
    progress: &mut dyn FnMut(Duration),
    cancel: &AtomicBool,
) -> Result<()> {
    let bus = running
        .0
        .bus()
        .ok_or_else(|| Error::Setup("no bus".into()))?;
    if running.0.set_state(gst::State::Playing).is_err() {
        return Err(running.error().unwrap_or(Error::Damaged {
            detail: "does not start".into(),
        }));
    }
    let beginning = depth == Depth::Beginning;
    let patience = if beginning { SHORT_STALL } else { STALL };
    let mut last = (0, Instant::now());
    loop {
        if cancel.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        let wanted = [gst::MessageType::Eos, gst::MessageType::Error];
        if let Some(message) = bus.timed_pop_filtered(TICK, &wanted) {
            return match message.view() {
                gst::MessageView::Error(error) => {
                    Err(categorize(&error.error(), error.debug().as_deref()))
                }
                _ => Ok(()),
            };
        }
        let (mut buffers, mut at, mut enough) = (0, 0, false);
        for one in found.lock().iter() {
            let tally = one.tally.lock();
            buffers += tally.buffers;
            at = at.max(tally.end);
            enough |= beginning && tally.times.len() >= BEGINNING && is_picture(&one.pad);
        }
        if enough {
            return Ok(());
        }
        if buffers != last.0 {
            last = (buffers, Instant::now());
            progress(Duration::from_nanos(at));
        } else if last.1.elapsed() > patience {
            return if beginning {
                Ok(())
            } else {
                Err(Error::Stalled(patience))
            };
        }
    }
}

fn is_picture(pad: &gst::Pad) -> bool {
    pad.current_caps()
        .is_some_and(|caps| media(&caps) == Some(Media::Picture))
}

/// What a stream is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    /// Pictures: films, but also a cover.
    Picture,
    /// Sound.
    Sound,
}

/// What a stream is for; `None` for subtitles and the like.
pub(crate) fn media(caps: &gst::CapsRef) -> Option<Media> {
    let name = caps.structure(0)?.name();
    if name.starts_with("video/") || name.starts_with("image/") {
        Some(Media::Picture)
    } else if name.starts_with("audio/") {
        Some(Media::Sound)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_and_ends_are_found_in_any_order() {
        let mut tally = Tally::default();
        for at in [0, 2, 1, 3, 9, 10] {
            tally.add(at * 100, Some(100));
        }
        assert_eq!((tally.buffers, tally.end, tally.filled), (6, 1_100, 600));
        assert_eq!(tally.gap, (400, 500));
        let mut unsaid = Tally::default();
        unsaid.add(0, None);
        unsaid.add(40, None);
        assert_eq!(unsaid.end, 80);
    }

    #[test]
    fn patches_reach_over_the_borders_of_blocks() {
        init().unwrap();
        let mut block = gst::Buffer::from_mut_slice(vec![0_u8; 4]);
        block.make_mut().set_offset(10);
        let patch_at = |at, bytes: &[u8]| Patch {
            at,
            bytes: bytes.to_vec(),
        };
        patch(
            &mut block,
            &[
                patch_at(8, &[1, 2, 3]),
                patch_at(13, &[4, 5]),
                patch_at(14, &[6]),
            ],
        );
        assert_eq!(&block.map_readable().unwrap()[..], [3, 0, 0, 4]);
    }
}
