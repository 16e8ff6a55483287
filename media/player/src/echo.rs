//! What the terminal plays, for the echo canceller of its microphone.
//!
//! `webrtcdsp` looks for its `webrtcechoprobe` by name when it starts and keeps that one for good,
//! but the player's pipelines come and go. So the probe lives beside the microphone, and the player
//! passes on what it plays, stamped with when it is heard.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gst::prelude::*;
use parking_lot::Mutex;

/// Where played sound goes while a microphone wants it.
static LISTENER: Mutex<Option<Listener>> = Mutex::new(None);

struct Listener {
    source: gst::glib::WeakRef<gst_app::AppSrc>,
    /// The probe adds the latency of its own pipeline, in nanoseconds.
    latency: Arc<AtomicU64>,
}

/// From now on what is played goes here (S16LE, 48 kHz, stereo), until the element is gone.
pub(crate) fn listen(source: &gst_app::AppSrc) {
    let latency = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&latency);
    if let Some(pad) = source.static_pad("src") {
        pad.add_probe(gst::PadProbeType::EVENT_UPSTREAM, move |_, info| {
            if let Some(gst::EventView::Latency(event)) = info.event().map(|e| e.view()) {
                told.store(event.latency().nseconds(), Ordering::Relaxed);
            }
            gst::PadProbeReturn::Ok
        });
    }
    *LISTENER.lock() = Some(Listener {
        source: source.downgrade(),
        latency,
    });
}

/// The player's pipeline has this on its way to the loudspeaker, which plays everything `late`.
pub(crate) fn played(
    pipeline: &gst::Pipeline,
    pad: &gst::Pad,
    buffer: &gst::BufferRef,
    late: gst::ClockTime,
) {
    let Some((source, added)) = LISTENER.lock().as_ref().and_then(|listener| {
        let added = gst::ClockTime::from_nseconds(listener.latency.load(Ordering::Relaxed));
        Some((listener.source.upgrade()?, added))
    }) else {
        return;
    };
    let Some(stamp) = due_at(pipeline, pad, buffer)
        .zip(source.base_time())
        .and_then(|(due, base)| (due + late).checked_sub(base + added))
    else {
        return;
    };
    let mut copy = buffer.copy();
    if let Some(copy) = copy.get_mut() {
        copy.set_pts(stamp);
        copy.set_dts(gst::ClockTime::NONE);
    }
    // Fails only while the microphone is being switched off.
    let _ = source.push_buffer(copy);
}

/// When a buffer is due, on the system's clock, which both pipelines use.
fn due_at(
    pipeline: &gst::Pipeline,
    pad: &gst::Pad,
    buffer: &gst::BufferRef,
) -> Option<gst::ClockTime> {
    let segment = pad.sticky_event::<gst::event::Segment>(0)?;
    let segment = segment.segment().downcast_ref::<gst::ClockTime>()?.clone();
    let running = segment.to_running_time(buffer.pts()?)?;
    Some(pipeline.base_time()? + running)
}
