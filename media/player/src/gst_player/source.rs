//! The beginning of a pipeline: which decoder, and its HTTP sources.

use std::sync::Arc;

use gst::prelude::*;

use super::picture::Flow;
use crate::Source;

/// Seconds without a byte after which souphttpsrc gives up.
const SILENCE_S: u32 = 8;

/// `hlsdemux2`, the only one `uridecodebin3` takes, fetches segments by itself: over HTTP only,
/// and without a way to add a token (1.22). The older pair does both.
pub(super) fn needs_classic_decoder(source: &Source) -> bool {
    let path = source.uri.split(['?', '#']).next().unwrap_or_default();
    let is_playlist = path.len() >= 5 && path.to_ascii_lowercase().ends_with(".m3u8");
    is_playlist && (source.bearer.is_some() || source.uri.starts_with("file:"))
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

/// The same for the sources that the older HLS demuxer makes for its segments.
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
