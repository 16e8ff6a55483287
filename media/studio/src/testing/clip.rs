use std::path::Path;

use gst::prelude::*;

use crate::{Error, Result};

/// Longest wait for the encoder; much more than it takes, even beside other work.
const LONGEST: gst::ClockTime = gst::ClockTime::from_seconds(180);

/// Makes a file by a pipeline in gst-launch's words, which stand for its elements before the file sink.
/// `OUT` in them is that sink, if other branches follow it.
///
/// # Errors
/// When an element is missing, one of them complains, or it takes three minutes.
pub fn make_clip(path: &Path, launch: &str) -> Result<()> {
    let failed = |error: &dyn std::fmt::Display| Error::Setup(format!("{launch}: {error}"));
    gst::init().map_err(|error| failed(&error))?;
    let sink = format!("filesink location=\"{}\"", path.display());
    let words = if launch.contains("OUT") {
        launch.replace("OUT", &sink)
    } else {
        format!("{launch} ! {sink}")
    };
    let pipeline = gst::parse::launch(&words).map_err(|error| failed(&error))?;
    let bus = pipeline.bus().ok_or_else(|| failed(&"no bus"))?;
    let ends = [gst::MessageType::Eos, gst::MessageType::Error];
    let last = pipeline
        .set_state(gst::State::Playing)
        .map(|_| bus.timed_pop_filtered(LONGEST, &ends));
    let stopped = pipeline.set_state(gst::State::Null);
    match last.map_err(|error| failed(&error))? {
        Some(message) => match message.view() {
            gst::MessageView::Error(error) => Err(failed(&error.error())),
            _ => stopped.map(|_| ()).map_err(|error| failed(&error)),
        },
        None => Err(failed(&"it takes too long")),
    }
}
