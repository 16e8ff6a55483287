//! The beginning of a pipeline: which decoder, its HTTP sources, and how much is fetched ahead.

use std::sync::Arc;

use gst::prelude::*;
use parking_lot::Mutex;

use super::picture::Flow;
use crate::{Source, SourceKind};

/// Seconds without a byte after which souphttpsrc gives up.
const SILENCE_S: u32 = 8;
/// How much of a remote programme is fetched ahead, in nanoseconds, and the least and the most this
/// may be, in bytes.
pub(super) const FETCHED_AHEAD_NS: i64 = 5_000_000_000;
const LEAST_AHEAD: u32 = 64 * 1024;
const MOST_AHEAD: u32 = 8 * 1024 * 1024;
/// The part of it with which a programme begins or goes on.
const ENOUGH: f64 = 0.3;

/// Which of the two decoders opens this. Nearly always the classic one: `uridecodebin3` 1.22 now and
/// then never shows a stream of a plain file (2 of 150 openings of a picture without sound on a
/// busy machine), or frees one twice when it is stopped, which ends the whole process; so do a stop
/// or a seek while its `hlsdemux2` fetches a segment, and that one cannot carry a token. Only where
/// HLS on demand comes from a server open to everybody is it the better one: it seeks to the picture
/// asked for and tells a lost network from a damaged file.
pub(super) fn needs_classic_decoder(source: &Source) -> bool {
    let path = source.uri.split(['?', '#']).next().unwrap_or_default();
    let is_playlist = path.len() >= 5 && path.to_ascii_lowercase().ends_with(".m3u8");
    !is_playlist
        || source.kind == SourceKind::LiveHls
        || source.bearer.is_some()
        || source.uri.starts_with("file:")
}

/// Captions come as files of their own; a text track would only wait for a sink.
pub(super) fn leave_out_text(decoder: &gst::Element) {
    decoder.connect("select-stream", false, |values| {
        let stream = values.get(2).and_then(|v| v.get::<gst::Stream>().ok());
        let unwanted = stream.is_some_and(|s| {
            !s.stream_type()
                .intersects(gst::StreamType::VIDEO | gst::StreamType::AUDIO)
        });
        Some((if unwanted { 0_i32 } else { -1_i32 }).to_value())
    });
}

/// The same for the sources that the classic HLS demuxer makes for its segments.
pub(super) fn set_up_segments(bin: &gst::Pipeline, bearer: Option<String>, flow: &Arc<Flow>) {
    let flow = Arc::clone(flow);
    bin.connect_deep_element_added(move |_, _, element| {
        if element.has_property("extra-headers") {
            set_up_http(element, bearer.as_deref(), &flow);
        }
    });
}

/// Gives the source its token and counts what comes in.
pub(super) fn set_up_source(decoder: &gst::Element, bearer: Option<String>, flow: &Arc<Flow>) {
    let flow = Arc::clone(flow);
    decoder.connect("source-setup", false, move |values| {
        let source = values.get(1)?.get::<gst::Element>().ok()?;
        set_up_http(&source, bearer.as_deref(), &flow);
        None
    });
}

/// Where a file that comes by HTTP waits for the demuxer, for as long as there is such a place.
#[derive(Default)]
pub(super) struct Prefetch(Arc<Mutex<gst::glib::WeakRef<gst::Element>>>);

impl Prefetch {
    /// Finds the place when the decoder makes it.
    pub(super) fn find_in(&self, bin: &gst::Pipeline) {
        let found = Arc::clone(&self.0);
        bin.connect_deep_element_added(move |_, _, element| {
            if element.factory().is_some_and(|f| f.name() == "queue2") {
                element.set_property("high-watermark", ENOUGH);
                found.lock().set(Some(element));
            }
        });
    }

    /// Makes it as large as [`FETCHED_AHEAD_NS`] of this programme. By itself it is two megabytes: on a
    /// slow line half a minute before anything begins.
    pub(super) fn fit(&self, duration_ms: i64) {
        let Some(queue) = self.0.lock().upgrade() else {
            return;
        };
        let size = queue
            .static_pad("sink")
            .and_then(|pad| pad.peer_query_duration::<gst::format::Bytes>());
        let Some(size) = size.filter(|_| duration_ms > 0) else {
            return;
        };
        let part = i128::from(FETCHED_AHEAD_NS) * i128::from(u64::from(size))
            / (i128::from(duration_ms) * 1_000_000);
        let bytes = u32::try_from(part).unwrap_or(u32::MAX);
        queue.set_property("max-size-bytes", bytes.clamp(LEAST_AHEAD, MOST_AHEAD));
    }
}

/// A seek to where one of its tracks has ended already leaves `qtdemux` 1.22, over HTTP, pushing the
/// rest of that track without saying where it belongs, and the decoders behind it then begin at
/// zero: everything waits for as long as the programme is. Without that rest the track just ends.
pub(super) fn drop_buffers_without_segment(bin: &gst::Pipeline) {
    bin.connect_deep_element_added(|_, _, element| {
        if element.factory().is_none_or(|f| f.name() != "qtdemux") {
            return;
        }
        element.connect_pad_added(|_, pad| {
            pad.add_probe(gst::PadProbeType::BUFFER, |pad, _| {
                if pad.sticky_event::<gst::event::Segment>(0).is_some() {
                    gst::PadProbeReturn::Ok
                } else {
                    gst::PadProbeReturn::Drop
                }
            });
        });
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
