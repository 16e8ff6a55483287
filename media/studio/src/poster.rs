//! A still picture from a video, avoiding the black frames films begin with.

use std::path::Path;
use std::time::Duration;

use gst::prelude::*;
use gst_video::VideoFrameExt;
use image::RgbImage;

use crate::pipeline::{Running, init, make, uri_of};
use crate::{Error, Result, probe};

/// Longest wait for one frame.
const FRAME_TIMEOUT: gst::ClockTime = gst::ClockTime::from_seconds(15);

/// Takes a still picture, upright and with square pixels. With `at` it is the frame at that
/// time, otherwise the first of several places that is neither black nor empty.
///
/// # Errors
/// Those of `probe`, and [`Error::Stalled`] when no frame can be decoded.
pub fn poster(path: &Path, at: Option<Duration>) -> Result<RgbImage> {
    init()?;
    let info = probe(path)?;
    let (running, sink) = build(path, info.video.display_size())?;
    running
        .0
        .set_state(gst::State::Paused)
        .map_err(|_| failed(&running))?;
    if running.0.state(FRAME_TIMEOUT).0.is_err() {
        return Err(failed(&running));
    }
    // The very end has no frame to show.
    let last = info.duration.saturating_sub(Duration::from_millis(200));
    let wanted = at.map(|at| at.min(last));
    let share = |percent: u32| info.duration * percent / 100;
    let places = wanted.into_iter().chain([10, 25, 50, 75, 4].map(share));
    let mut best: Option<(f64, RgbImage)> = None;
    for place in places {
        let time = gst::ClockTime::try_from(place).unwrap_or(gst::ClockTime::ZERO);
        if running
            .0
            .seek_simple(gst::SeekFlags::FLUSH | gst::SeekFlags::ACCURATE, time)
            .is_err()
        {
            continue;
        }
        let Some(picture) = frame(&running, &sink)? else {
            continue;
        };
        let (mean, spread) = brightness(&picture);
        if wanted == Some(place) || (mean > 24.0 && spread > 12.0) {
            return Ok(picture);
        }
        if best.as_ref().is_none_or(|(score, _)| *score < spread) {
            best = Some((spread, picture));
        }
    }
    best.map(|(_, picture)| picture)
        .ok_or(Error::Stalled(Duration::from(FRAME_TIMEOUT)))
}

fn failed(running: &Running) -> Error {
    running.error().unwrap_or(Error::Damaged {
        detail: "no frame".into(),
    })
}

fn build(path: &Path, (width, height): (u32, u32)) -> Result<(Running, gst_app::AppSink)> {
    let setup = |error: gst::glib::BoolError| Error::Setup(error.to_string());
    let pipeline = gst::Pipeline::new();
    let source = make("uridecodebin")?;
    source.set_property("uri", uri_of(path)?);
    // Sound would only have to be thrown away.
    source.set_property(
        "caps",
        gst::Caps::builder("video/x-raw").any_features().build(),
    );
    source.set_property("expose-all-streams", false);
    let flip = make("videoflip")?;
    flip.set_property_from_str("video-direction", "auto");
    let chain = [make("videoconvert")?, flip, make("videoscale")?];
    let size = |value: u32| i32::try_from(value.max(1)).unwrap_or(i32::MAX);
    let caps = gst::Caps::builder("video/x-raw")
        .field("format", "RGB")
        .field("width", size(width))
        .field("height", size(height))
        .field("pixel-aspect-ratio", gst::Fraction::new(1, 1))
        .build();
    let sink = gst_app::AppSink::builder()
        .caps(&caps)
        .sync(false)
        .max_buffers(1)
        .build();
    pipeline.add(&source).map_err(setup)?;
    pipeline.add_many(&chain).map_err(setup)?;
    pipeline.add(&sink).map_err(setup)?;
    gst::Element::link_many(&chain).map_err(setup)?;
    chain[2].link(&sink).map_err(setup)?;
    let target = chain[0]
        .static_pad("sink")
        .ok_or_else(|| Error::Setup("no sink pad".into()))?;
    source.connect_pad_added(move |_, pad| {
        let video = pad
            .current_caps()
            .and_then(|caps| caps.structure(0).map(|s| s.name().starts_with("video/")))
            .unwrap_or(false);
        if video && !target.is_linked() && pad.link(&target).is_err() {
            tracing::warn!("the picture could not be linked");
        }
    });
    Ok((Running(pipeline), sink))
}

fn frame(running: &Running, sink: &gst_app::AppSink) -> Result<Option<RgbImage>> {
    let Some(sample) = sink.try_pull_preroll(FRAME_TIMEOUT) else {
        return running.error().map_or(Ok(None), Err);
    };
    let (Some(buffer), Some(caps)) = (sample.buffer(), sample.caps()) else {
        return Ok(None);
    };
    let damaged = |error: gst::glib::BoolError| Error::Damaged {
        detail: error.to_string(),
    };
    let info = gst_video::VideoInfo::from_caps(caps).map_err(damaged)?;
    let frame =
        gst_video::VideoFrameRef::from_buffer_ref_readable(buffer, &info).map_err(damaged)?;
    let stride = usize::try_from(frame.plane_stride()[0]).unwrap_or(0);
    let row = frame.width() as usize * 3;
    let data = frame.plane_data(0).map_err(damaged)?;
    let mut pixels = Vec::with_capacity(row * frame.height() as usize);
    for line in data.chunks(stride.max(row)).take(frame.height() as usize) {
        pixels.extend_from_slice(line.get(..row).unwrap_or_default());
    }
    Ok(RgbImage::from_raw(frame.width(), frame.height(), pixels))
}

/// Mean and standard deviation of the green channel, 0 to 255; every 7th pixel is enough.
fn brightness(picture: &RgbImage) -> (f64, f64) {
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for pixel in picture.pixels().step_by(7) {
        let value = f64::from(pixel.0[1]);
        count += 1.0;
        sum += value;
        squares += value * value;
    }
    let mean = sum / f64::max(count, 1.0);
    (
        mean,
        f64::max(squares / f64::max(count, 1.0) - mean * mean, 0.0).sqrt(),
    )
}
