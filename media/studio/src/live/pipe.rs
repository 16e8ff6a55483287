//! What every live pipeline has in common: one clock, an input, an output, a bounded end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use gst::prelude::*;
use parking_lot::{Condvar, Mutex};

use super::Timeline;
use crate::pipeline::{categorize, init};
use crate::{Error, Result};

/// A pipeline that has not stopped by then is left behind.
const STOP: Duration = Duration::from_secs(3);

/// A running pipeline. Dropping it stops it, in bounded time.
pub struct LivePipeline {
    pub pipeline: gst::Pipeline,
    fault: Arc<Fault>,
}

#[derive(Default)]
struct Fault {
    raised: AtomicBool,
    error: Mutex<Option<Error>>,
    over: Mutex<bool>,
    told: Condvar,
}

impl Fault {
    fn end(&self) {
        *self.over.lock() = true;
        self.told.notify_all();
    }
}

impl LivePipeline {
    /// Starts a pipeline whose running time is the time since the epoch.
    pub fn start(pipeline: gst::Pipeline, timeline: Timeline) -> Result<Self> {
        let fault = Arc::new(Fault::default());
        let bus = pipeline
            .bus()
            .ok_or_else(|| Error::Setup("a pipeline without a bus".into()))?;
        let seen = Arc::clone(&fault);
        bus.set_sync_handler(move |_, message| {
            match message.view() {
                gst::MessageView::Error(error) => {
                    let error = categorize(&error.error(), error.debug().as_deref());
                    seen.error.lock().get_or_insert(error);
                    seen.raised.store(true, Ordering::Release);
                    seen.end();
                }
                gst::MessageView::Eos(_) => seen.end(),
                _ => {}
            }
            gst::BusSyncReply::Drop
        });
        let clock = gst::SystemClock::obtain();
        pipeline.use_clock(Some(&clock));
        pipeline.set_start_time(gst::ClockTime::NONE);
        let since = gst::ClockTime::try_from(timeline.now()).unwrap_or(gst::ClockTime::ZERO);
        pipeline.set_base_time(clock.time().saturating_sub(since));
        let live = Self { pipeline, fault };
        if live.pipeline.set_state(gst::State::Playing).is_err() {
            return Err(live
                .take_error()
                .unwrap_or_else(|| Error::Setup("a live pipeline does not start".into())));
        }
        Ok(live)
    }

    /// Whether an element has reported an error; the pipeline is of no more use then.
    pub fn failed(&self) -> bool {
        self.fault.raised.load(Ordering::Acquire)
    }

    /// Ends the stream and waits until everything has come out, at most so long.
    pub fn finish(&self, input: &gst_app::AppSrc, patience: Duration) {
        if input.end_of_stream().is_ok() {
            self.wait(patience);
        }
    }

    /// Waits for the end of the stream or an error; says whether either has come.
    pub fn wait(&self, patience: Duration) -> bool {
        let mut over = self.fault.over.lock();
        if !*over {
            self.fault.told.wait_for(&mut over, patience);
        }
        *over
    }

    /// The first error, once.
    pub fn take_error(&self) -> Option<Error> {
        self.fault.error.lock().take()
    }
}

impl Drop for LivePipeline {
    fn drop(&mut self) {
        // A network element may hang in its system call: whoever drops must not hang with it.
        let (done, stopped) = mpsc::channel();
        let pipeline = self.pipeline.clone();
        let spawned = std::thread::Builder::new()
            .name("media-stop".into())
            .spawn(move || {
                let stopped = pipeline.set_state(gst::State::Null).is_ok();
                // What its closures own is to go on the caller's thread, before drop returns.
                drop(pipeline);
                // Nobody listens any more after the time is over.
                let _ = done.send(stopped);
            });
        if spawned.is_err() || stopped.recv_timeout(STOP) != Ok(true) {
            tracing::warn!("a live pipeline did not stop cleanly");
        }
    }
}

/// Builds a pipeline in gst-launch's words.
pub fn launch(description: &str) -> Result<gst::Pipeline> {
    init()?;
    let made = gst::parse::launch(description).map_err(|error| Error::Setup(error.to_string()))?;
    made.downcast().or_else(|element| {
        // A description of one element makes that element and no pipeline.
        let pipeline = gst::Pipeline::new();
        pipeline
            .add(&element)
            .map_err(|error| Error::Setup(error.to_string()))?;
        Ok(pipeline)
    })
}

/// The element of that name.
pub fn named<T: IsA<gst::Element>>(pipeline: &gst::Pipeline, name: &str) -> Result<T> {
    pipeline
        .by_name(name)
        .and_then(|element| element.downcast().ok())
        .ok_or_else(|| Error::Setup(format!("no element {name}")))
}

/// Gives a buffer of bytes to a pipeline. Flow errors mean that it ends; the bus says why.
pub fn push<T: AsRef<[u8]> + Send + 'static>(input: &gst_app::AppSrc, at: Duration, data: T) {
    let mut buffer = gst::Buffer::from_slice(data);
    if let Some(buffer) = buffer.get_mut() {
        buffer.set_pts(gst::ClockTime::try_from(at).ok());
    }
    if let Err(error) = input.push_buffer(buffer) {
        tracing::debug!(%error, "a pipeline takes no more");
    }
}

/// Calls `each` with every buffer that comes out, and the running time of its content.
pub fn drain(
    output: &gst_app::AppSink,
    mut each: impl FnMut(gst::Sample, Duration) + Send + 'static,
) {
    output.set_callbacks(
        gst_app::AppSinkCallbacks::builder()
            .new_sample(move |sink| {
                let sample = sink.pull_sample().map_err(|_| gst::FlowError::Eos)?;
                let at = sample.buffer().and_then(|buffer| {
                    let segment = sample.segment()?.downcast_ref::<gst::ClockTime>()?;
                    // x264enc moves its times away from zero and says so in the segment.
                    segment.to_running_time(buffer.pts()?)
                });
                if let Some(at) = at {
                    each(sample, at.into());
                }
                Ok(gst::FlowSuccess::Ok)
            })
            .build(),
    );
}

/// The bytes of a sample's buffer.
pub fn bytes_of(sample: &gst::Sample) -> bytes::Bytes {
    sample
        .buffer()
        .and_then(|buffer| buffer.map_readable().ok())
        .map(|map| bytes::Bytes::copy_from_slice(&map))
        .unwrap_or_default()
}

/// What a live input and a live output look like in gst-launch's words.
pub const INPUT: &str =
    "appsrc name=in is-live=true format=time block=false leaky-type=downstream max-bytes=16777216";
pub const OUTPUT: &str = "appsink name=out sync=false async=false enable-last-sample=false";

/// Asks the encoder before an output for a keyframe.
pub fn request_keyframe(output: &gst_app::AppSink) {
    let event = gst_video::UpstreamForceKeyUnitEvent::builder()
        .all_headers(true)
        .build();
    if !output.send_event(event) {
        tracing::debug!("nobody makes a keyframe");
    }
}
