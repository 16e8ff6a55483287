//! The one picture that waits to be fetched, and the counters beside it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use gst::prelude::*;
use gst_app::AppSink;
use gst_video::prelude::*;
use parking_lot::Mutex;

use crate::{Event, EventSink, Frame, PictureMemory, Statistics, colours, new_memory};

/// No data since the last flush.
pub(super) const NOTHING_YET: i64 = i64::MIN;

/// The newest picture of the newest pipeline.
pub(super) struct Pictures {
    events: EventSink,
    slot: Mutex<Slot>,
    memory: Mutex<PictureMemory>,
    frames: AtomicU64,
    dropped: AtomicU64,
}

#[derive(Default)]
struct Slot {
    picture: Option<Frame>,
    /// Number of the pipeline that may put pictures here.
    number: u64,
    /// Pictures are not wanted before the first flush: the programme begins in the middle.
    held: bool,
}

impl Slot {
    fn takes(&self, number: u64) -> bool {
        self.number == number && !self.held
    }
}

impl Pictures {
    pub(super) fn new(events: EventSink) -> Self {
        Self {
            events,
            slot: Mutex::default(),
            memory: Mutex::new(new_memory()),
            frames: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    }

    pub(super) fn paint_into(&self, memory: PictureMemory) {
        *self.memory.lock() = memory;
    }

    pub(super) fn take(&self) -> Option<Frame> {
        let picture = self.slot.lock().picture.take();
        if picture.is_some() {
            self.frames.fetch_add(1, Ordering::Relaxed);
        }
        picture
    }

    pub(super) fn statistics(&self) -> Statistics {
        Statistics {
            frames: self.frames.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed),
        }
    }

    /// What was loaded is left: its picture is gone, and pipelines before the one with this number
    /// put no more here.
    pub(super) fn leave(&self, number: u64) {
        let old = {
            let mut slot = self.slot.lock();
            std::mem::replace(
                &mut *slot,
                Slot {
                    picture: None,
                    number,
                    held: true,
                },
            )
        };
        // Giving back the picture happens outside the lock.
        drop(old);
    }

    /// Counts from the beginning.
    pub(super) fn count_anew(&self) {
        self.frames.store(0, Ordering::Relaxed);
        self.dropped.store(0, Ordering::Relaxed);
    }

    /// Takes pictures from the pipeline with this number only.
    pub(super) fn listen_to(&self, number: u64, held: bool) {
        let mut slot = self.slot.lock();
        slot.number = number;
        slot.held = held;
    }

    /// Shows pictures although no flush has come.
    pub(super) fn release(&self) {
        self.slot.lock().held = false;
    }

    pub(super) fn count_dropped(&self, pictures: u64) {
        self.dropped.fetch_add(pictures, Ordering::Relaxed);
    }

    fn flushed(&self, number: u64) {
        let mut slot = self.slot.lock();
        if slot.number == number {
            slot.picture = None;
            slot.held = false;
        }
    }

    /// Paints a picture and puts it where it waits to be fetched; one that is not wanted is not
    /// even painted.
    fn put(&self, number: u64, position_ms: i64, sample: &gst::Sample) {
        if !self.slot.lock().takes(number) {
            return;
        }
        let memory = Arc::clone(&self.memory.lock());
        let Some(frame) = paint(sample, position_ms, &memory) else {
            return;
        };
        let old = {
            let mut slot = self.slot.lock();
            // Something else may be wanted by now.
            if !slot.takes(number) {
                return;
            }
            slot.picture.replace(frame)
        };
        // Giving back the old one and telling of the new one happen outside the lock.
        match old {
            Some(_) => self.count_dropped(1),
            None => (self.events)(Event::FrameReady),
        }
    }
}

/// What has reached the sinks of one pipeline; looked at by the player's thread.
#[derive(Debug)]
pub(super) struct Flow {
    /// Buffers at the source and at the sinks: changes as long as anything moves.
    pub(super) activity: AtomicU64,
    /// Begin of the last picture shown, in milliseconds.
    pub(super) shown_ms: AtomicI64,
    /// End of the last picture or sound that reached a sink, in milliseconds.
    pub(super) end_ms: AtomicI64,
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            activity: AtomicU64::new(0),
            shown_ms: AtomicI64::new(NOTHING_YET),
            end_ms: AtomicI64::new(NOTHING_YET),
        }
    }
}

impl Flow {
    pub(super) fn stir(&self) {
        self.activity.fetch_add(1, Ordering::Relaxed);
    }

    fn flushed(&self) {
        self.shown_ms.store(NOTHING_YET, Ordering::Relaxed);
        self.end_ms.store(NOTHING_YET, Ordering::Relaxed);
    }

    /// Notes sound on its way into the sink behind `pad`.
    pub(super) fn watch_sound(self: &Arc<Self>, pad: &gst::Pad) {
        let flow = Arc::clone(self);
        pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
            flow.stir();
            if let Some(buffer) = info.buffer()
                && let Some(segment) = pad.sticky_event::<gst::event::Segment>(0)
                && let Some((_, end)) = span(buffer, segment.segment())
            {
                flow.end_ms.fetch_max(end, Ordering::Relaxed);
            }
            gst::PadProbeReturn::Ok
        });
    }
}

/// Begin and end of a buffer in the programme, in milliseconds.
fn span(buffer: &gst::BufferRef, segment: &gst::Segment) -> Option<(i64, i64)> {
    let segment = segment.downcast_ref::<gst::ClockTime>()?;
    let pts = buffer.pts()?;
    let start = segment.to_stream_time(pts)?;
    let end = start + buffer.duration().unwrap_or(gst::ClockTime::ZERO);
    let ms = |time: gst::ClockTime| i64::try_from(time.mseconds()).unwrap_or(i64::MAX);
    Some((ms(start), ms(end)))
}

/// A sink that puts pictures into `pictures` when they are due.
pub(super) fn sink(number: u64, pictures: &Arc<Pictures>, flow: &Arc<Flow>, qos: bool) -> AppSink {
    // The picture shown on hold comes again as the first one when it moves on.
    let prerolled = Arc::new(Mutex::new(None::<usize>));
    let identity = |sample: &gst::Sample| sample.buffer().map(|b| b.as_ptr() as usize);
    let show = {
        let (pictures, flow) = (Arc::clone(pictures), Arc::clone(flow));
        move |sample: &gst::Sample| {
            flow.stir();
            let (buffer, segment) = (sample.buffer(), sample.segment());
            if let Some((start, end)) = buffer.zip(segment).and_then(|(b, s)| span(b, s)) {
                flow.shown_ms.store(start, Ordering::Relaxed);
                flow.end_ms.fetch_max(end, Ordering::Relaxed);
                pictures.put(number, start, sample);
            }
        }
    };
    let on_hold = {
        let (show, prerolled) = (show.clone(), Arc::clone(&prerolled));
        move |sink: &AppSink| {
            let sample = sink.pull_preroll().map_err(|_| gst::FlowError::Flushing)?;
            *prerolled.lock() = identity(&sample);
            show(&sample);
            Ok(gst::FlowSuccess::Ok)
        }
    };
    let moving = move |sink: &AppSink| {
        let sample = sink.pull_sample().map_err(|_| gst::FlowError::Flushing)?;
        let again = prerolled.lock().take();
        if again.is_none() || again != identity(&sample) {
            show(&sample);
        }
        Ok(gst::FlowSuccess::Ok)
    };
    let callbacks = gst_app::AppSinkCallbacks::builder()
        .new_preroll(on_hold)
        .new_sample(moving)
        .build();
    let sink = AppSink::builder()
        .name("picture")
        .sync(true)
        .max_buffers(1)
        .drop(true)
        .qos(qos)
        .enable_last_sample(false)
        .callbacks(callbacks)
        .build();
    if let Some(pad) = sink.static_pad("sink") {
        let (pictures, flow) = (Arc::clone(pictures), Arc::clone(flow));
        pad.add_probe(gst::PadProbeType::EVENT_FLUSH, move |_, info| {
            if info
                .event()
                .is_some_and(|e| e.type_() == gst::EventType::FlushStop)
            {
                flow.flushed();
                pictures.flushed(number);
            }
            gst::PadProbeReturn::Ok
        });
        accept_strides(&pad);
    }
    sink
}

/// Lets decoders leave their rows as far apart as they like. Without this word they copy every
/// picture to bring them closer together.
fn accept_strides(pad: &gst::Pad) {
    pad.add_probe(gst::PadProbeType::QUERY_DOWNSTREAM, |_, info| {
        match info.query_mut().map(gst::QueryRef::view_mut) {
            Some(gst::QueryViewMut::Allocation(query)) => {
                query.add_allocation_meta::<gst_video::VideoMeta>(None);
                gst::PadProbeReturn::Handled
            }
            _ => gst::PadProbeReturn::Ok,
        }
    });
}

/// The picture in a sample, in the screen's colours. Converted here, on the streaming thread and
/// straight into the screen's memory: the window's thread has only to show it.
fn paint(sample: &gst::Sample, position_ms: i64, memory: &PictureMemory) -> Option<Frame> {
    let info = gst_video::VideoInfo::from_caps(sample.caps()?).ok()?;
    let picture =
        gst_video::VideoFrameRef::from_buffer_ref_readable(sample.buffer()?, &info).ok()?;
    let (width, height) = (picture.width(), picture.height());
    let mut pixels = memory(width, height);
    colours::Picture::of(&picture)?
        .to_rgb((*pixels).as_mut())
        .map_err(|error| tracing::warn!(%error, "a picture that cannot be shown"))
        .ok()?;
    Some(Frame {
        width,
        height,
        data: pixels.into(),
        position_ms,
    })
}

#[cfg(test)]
mod tests;
