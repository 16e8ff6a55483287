//! A still picture from a video, avoiding the black frames films begin with.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use gst::prelude::*;
use gst_video::VideoFrameExt;
use image::RgbImage;

use crate::pipeline::{Running, init, make};
use crate::probe::{MediaInfo, Plan, examine};
use crate::tone::{self, Colours};
use crate::transcode::target_size;
use crate::{Error, Result, streams};

/// Longest wait for one frame.
const FRAME_TIMEOUT: gst::ClockTime = gst::ClockTime::from_seconds(15);

/// Takes a still picture, upright, with square pixels and no larger than a television. With `at` it is the frame at that
/// time, otherwise the first of several places that is neither black nor empty.
///
/// # Errors
/// Those of `probe`, and [`Error::Stalled`] when no frame can be decoded.
pub fn poster(path: &Path, at: Option<Duration>) -> Result<RgbImage> {
    init()?;
    let (info, plan) = examine(path)?;
    let (running, sink) = build(path, &info, &plan)?;
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
        // A film that was trimmed is read with what was left out.
        let time = plan.cuts.as_ref().map_or(time, |(picture, _)| {
            gst::ClockTime::from_nseconds(picture.in_track(time.nseconds()))
        });
        if running
            .0
            .seek_simple(gst::SeekFlags::FLUSH | gst::SeekFlags::ACCURATE, time)
            .is_err()
        {
            continue;
        }
        let picture = match frame(&running, &sink) {
            Ok(Some(picture)) => picture,
            Ok(None) => continue,
            // Read from its beginning it may still do, and says why if it does not.
            Err(_) => break,
        };
        let (mean, spread) = brightness(&picture);
        if wanted == Some(place) || (mean > 24.0 && spread > 12.0) {
            return Ok(picture);
        }
        if best.as_ref().is_none_or(|(score, _)| *score < spread) {
            best = Some((spread, picture));
        }
    }
    // Films without an index (RealMedia) cannot be entered in the middle.
    drop(running);
    match best {
        Some((_, picture)) => Ok(picture),
        None => first_pictures(path, &info, &plan, wanted),
    }
}

/// Plays a film from its beginning up to the wanted time, or until a picture is neither black nor
/// empty; within the first minute otherwise.
fn first_pictures(
    path: &Path,
    info: &MediaInfo,
    plan: &Plan,
    wanted: Option<Duration>,
) -> Result<RgbImage> {
    let (running, sink) = build(path, info, plan)?;
    running
        .0
        .set_state(gst::State::Playing)
        .map_err(|_| failed(&running))?;
    let until = wanted.unwrap_or(Duration::from_secs(60));
    let (mut best, mut next) = (None::<(f64, RgbImage)>, Duration::ZERO);
    while let Some(sample) = sink.try_pull_sample(FRAME_TIMEOUT) {
        let time = sample.buffer().and_then(|buffer| buffer.pts());
        let at = time.map_or(Duration::ZERO, Duration::from);
        // One picture a second is enough, and of those before the wanted time none.
        if at < next || wanted.is_some_and(|wanted| at < wanted && best.is_some()) {
            continue;
        }
        next = at + Duration::from_secs(1);
        let Some(picture) = rgb(&sample)? else {
            continue;
        };
        let (mean, spread) = brightness(&picture);
        let good = wanted.is_none() && mean > 24.0 && spread > 12.0;
        if good || at >= until {
            return Ok(picture);
        }
        if best.as_ref().is_none_or(|(score, _)| *score < spread) {
            best = Some((spread, picture));
        }
    }
    match best {
        Some((_, picture)) => Ok(picture),
        None => Err(running
            .error()
            .unwrap_or(Error::Stalled(Duration::from(FRAME_TIMEOUT)))),
    }
}

fn failed(running: &Running) -> Error {
    running.error().unwrap_or(Error::Damaged {
        detail: "no frame".into(),
    })
}

fn build(path: &Path, info: &MediaInfo, plan: &Plan) -> Result<(Running, gst_app::AppSink)> {
    let setup = |error: gst::glib::BoolError| Error::Setup(error.to_string());
    let pipeline = gst::Pipeline::new();
    let source = streams::open(&pipeline, path, &plan.patches)?;
    let flip = make("videoflip")?;
    flip.set_property_from_str("video-direction", "auto");
    let mut chain = match info.video.colours {
        Colours::Standard => vec![make("videoconvert")?],
        _ => tone::elements(target_size((info.video.width, info.video.height)))?,
    };
    chain.extend([flip, make("videoscale")?]);
    let (width, height) = target_size(info.video.display_size());
    let caps = gst::Caps::builder("video/x-raw")
        .field("format", "RGB")
        .field("width", width)
        .field("height", height)
        .field("pixel-aspect-ratio", gst::Fraction::new(1, 1))
        .build();
    let sink = gst_app::AppSink::builder()
        .caps(&caps)
        .sync(false)
        .max_buffers(1)
        .build();
    pipeline.add_many(&chain).map_err(setup)?;
    pipeline.add(&sink).map_err(setup)?;
    gst::Element::link_many(&chain).map_err(setup)?;
    let ends = chain.first().zip(chain.last());
    let (first, last) = ends.ok_or_else(|| Error::Setup("empty chain".into()))?;
    last.link(&sink).map_err(setup)?;
    let target = first
        .static_pad("sink")
        .ok_or_else(|| Error::Setup("no sink pad".into()))?;
    let (weak, wanted) = (pipeline.downgrade(), plan.video.clone());
    source.connect_pad_added(move |_, pad| {
        let Some(pipeline) = weak.upgrade() else {
            return;
        };
        if pad.stream_id().is_none_or(|id| id != wanted) || target.is_linked() {
            streams::drain(&pipeline, pad);
        } else if let Err(error) = streams::decode_into(&pipeline, pad, &target, &Arc::default()) {
            tracing::warn!(%error, "the picture could not be linked");
        }
    });
    Ok((Running(pipeline), sink))
}

fn frame(running: &Running, sink: &gst_app::AppSink) -> Result<Option<RgbImage>> {
    let Some(sample) = sink.try_pull_preroll(FRAME_TIMEOUT) else {
        return running.error().map_or(Ok(None), Err);
    };
    rgb(&sample)
}

fn rgb(sample: &gst::Sample) -> Result<Option<RgbImage>> {
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
