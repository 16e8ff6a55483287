//! Making a video that every box plays: H.264 and AAC in an MP4 whose index comes first.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gst::prelude::*;

use crate::pipeline::{Running, categorize, init, make, make_first, uri_of};
use crate::probe::{MediaInfo, probe};
use crate::{Error, Result};

/// Without a new frame for so long a pipeline is given up.
const STALL: Duration = Duration::from_secs(45);
/// How often progress is told and cancelling noticed.
const TICK: gst::ClockTime = gst::ClockTime::from_mseconds(200);

/// Decodes and encodes a video again, at most 1920×1080 at 30 frames a second, H.264 main
/// profile with a keyframe every 2 s and stereo AAC, the index in front. `progress` is called
/// with the share done, 0 to 1. Returns what was made.
///
/// # Errors
/// See [`Error`]. The output is removed again on any of them.
pub fn transcode(
    input: &Path,
    output: &Path,
    progress: &mut dyn FnMut(f64),
    cancel: &AtomicBool,
) -> Result<MediaInfo> {
    let info = probe(input)?;
    run(input, output, &info, Work::Encode, progress, cancel)
}

/// Copies the streams of a video into an MP4 whose index comes first, without loss.
///
/// # Errors
/// See [`Error`]. The output is removed again on any of them.
pub fn remux(
    input: &Path,
    output: &Path,
    progress: &mut dyn FnMut(f64),
    cancel: &AtomicBool,
) -> Result<MediaInfo> {
    let info = probe(input)?;
    run(input, output, &info, Work::Copy, progress, cancel)
}

#[derive(Clone, Copy, PartialEq)]
enum Work {
    Encode,
    Copy,
}

fn run(
    input: &Path,
    output: &Path,
    info: &MediaInfo,
    work: Work,
    progress: &mut dyn FnMut(f64),
    cancel: &AtomicBool,
) -> Result<MediaInfo> {
    let scratch = output.with_extension("faststart");
    let made = build(input, output, &scratch, info, work)
        .and_then(|(running, position)| watch(&running, &position, info.duration, progress, cancel))
        .and_then(|()| probe(output))
        .and_then(|made| check_length(info, made));
    // GStreamer leaves its scratch file behind when it is stopped half-way.
    let _ = std::fs::remove_file(&scratch);
    if made.is_err() {
        let _ = std::fs::remove_file(output);
    }
    made
}

/// A file that breaks off decodes without complaint up to its hole; its length betrays it.
fn check_length(source: &MediaInfo, made: MediaInfo) -> Result<MediaInfo> {
    let slack = Duration::from_millis(1_500).max(source.duration / 20);
    if made.duration + slack < source.duration {
        return Err(Error::Damaged {
            detail: format!("{:?} of {:?} could be read", made.duration, source.duration),
        });
    }
    Ok(made)
}

fn setup(error: &impl std::fmt::Display) -> Error {
    Error::Setup(error.to_string())
}

fn build(
    input: &Path,
    output: &Path,
    scratch: &Path,
    info: &MediaInfo,
    work: Work,
) -> Result<(Running, Arc<AtomicU64>)> {
    init()?;
    let pipeline = gst::Pipeline::new();
    let source = match work {
        Work::Encode => {
            let source = make("uridecodebin")?;
            source.set_property("uri", uri_of(input)?);
            pipeline.add(&source).map_err(|e| setup(&e))?;
            source
        }
        Work::Copy => {
            let file = make("filesrc")?;
            file.set_property("location", input);
            let parser = make("parsebin")?;
            pipeline.add_many([&file, &parser]).map_err(|e| setup(&e))?;
            file.link(&parser).map_err(|e| setup(&e))?;
            parser
        }
    };
    let mux = make("mp4mux")?;
    mux.set_property("faststart", true);
    mux.set_property("faststart-file", scratch);
    let sink = make("filesink")?;
    sink.set_property("location", output);
    pipeline.add_many([&mux, &sink]).map_err(|e| setup(&e))?;
    mux.link(&sink).map_err(|e| setup(&e))?;

    let video = match work {
        Work::Encode => video_chain(info)?,
        Work::Copy => vec![make("queue")?, make("h264parse")?, unbounded_queue()?],
    };
    let audio = match (&info.audio, work) {
        (None, _) => Vec::new(),
        (Some(_), Work::Encode) => audio_chain()?,
        (Some(_), Work::Copy) => vec![make("queue")?, make("aacparse")?, unbounded_queue()?],
    };
    let video_pad = chain_into(&pipeline, &video, &mux)?;
    let audio_pad = if audio.is_empty() {
        None
    } else {
        Some(chain_into(&pipeline, &audio, &mux)?)
    };

    let position = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&position);
    video_pad.add_probe(gst::PadProbeType::BUFFER, move |_, probe| {
        if let Some(gst::PadProbeData::Buffer(buffer)) = &probe.data
            && let Some(pts) = buffer.pts()
        {
            seen.fetch_max(pts.nseconds(), Ordering::Relaxed);
        }
        gst::PadProbeReturn::Ok
    });

    let weak = pipeline.downgrade();
    source.connect_pad_added(move |_, pad| {
        let Some(pipeline) = weak.upgrade() else {
            return;
        };
        let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
        let name = caps
            .structure(0)
            .map(|s| s.name().to_string())
            .unwrap_or_default();
        let free = |target: &gst::Pad| !target.is_linked();
        let target = if name.starts_with("video/") && free(&video_pad) {
            Some(video_pad.clone())
        } else if name.starts_with("audio/") {
            audio_pad.clone().filter(free)
        } else {
            None
        };
        // A second sound track or subtitles must still be drained, or the demuxer stops.
        let target = target.or_else(|| {
            let drain = gst::ElementFactory::make("fakesink")
                .property("sync", false)
                .property("async", false)
                .build()
                .ok()?;
            pipeline.add(&drain).ok()?;
            drain.sync_state_with_parent().ok()?;
            drain.static_pad("sink")
        });
        if target.is_none_or(|target| pad.link(&target).is_err()) {
            tracing::warn!(stream = %name, "a stream could not be linked");
        }
    });
    Ok((Running(pipeline), position))
}

fn chain_into(
    pipeline: &gst::Pipeline,
    chain: &[gst::Element],
    mux: &gst::Element,
) -> Result<gst::Pad> {
    pipeline.add_many(chain).map_err(|e| setup(&e))?;
    gst::Element::link_many(chain).map_err(|e| setup(&e))?;
    let (Some(first), Some(last)) = (chain.first(), chain.last()) else {
        return Err(Error::Setup("empty chain".into()));
    };
    last.link(mux).map_err(|e| setup(&e))?;
    first
        .static_pad("sink")
        .ok_or_else(|| Error::Setup("no sink pad".into()))
}

/// The muxer waits for both streams while x264 looks ahead: coded data may pile up here.
fn unbounded_queue() -> Result<gst::Element> {
    let queue = make("queue")?;
    queue.set_property("max-size-buffers", 0_u32);
    queue.set_property("max-size-bytes", 0_u32);
    queue.set_property("max-size-time", 0_u64);
    Ok(queue)
}

fn filter(caps: &gst::Caps) -> Result<gst::Element> {
    let element = make("capsfilter")?;
    element.set_property("caps", caps);
    Ok(element)
}

fn video_chain(info: &MediaInfo) -> Result<Vec<gst::Element>> {
    let (width, height) = target_size(info.video.display_size());
    let (numerator, denominator) = target_rate(info);
    let flip = make("videoflip")?;
    flip.set_property_from_str("video-direction", "auto");
    let raw = gst::Caps::builder("video/x-raw")
        .field("format", "I420")
        .field("width", width)
        .field("height", height)
        .field("pixel-aspect-ratio", gst::Fraction::new(1, 1))
        .field("framerate", gst::Fraction::new(numerator, denominator))
        .build();
    let encoder = make("x264enc")?;
    encoder.set_property_from_str("speed-preset", "veryfast");
    // Constant quality under a ceiling, so that quiet pictures stay small.
    encoder.set_property_from_str("pass", "qual");
    encoder.set_property("quantizer", 23_u32);
    encoder.set_property("bitrate", if height > 720 { 4_500_u32 } else { 2_200 });
    encoder.set_property("vbv-buf-capacity", 2_000_u32);
    encoder.set_property("bframes", 2_u32);
    encoder.set_property("ref", 2_u32);
    let frames = u32::try_from(2 * numerator / denominator.max(1))
        .unwrap_or(50)
        .max(1);
    encoder.set_property("key-int-max", frames);
    Ok(vec![
        make("queue")?,
        make("deinterlace")?,
        make("videorate")?,
        make("videoconvert")?,
        flip,
        make("videoscale")?,
        filter(&raw)?,
        encoder,
        filter(
            &gst::Caps::builder("video/x-h264")
                .field("profile", "main")
                .build(),
        )?,
        make("h264parse")?,
        unbounded_queue()?,
    ])
}

fn audio_chain() -> Result<Vec<gst::Element>> {
    let encoder = make_first(&["fdkaacenc", "avenc_aac", "voaacenc"])?;
    encoder.set_property_from_str("bitrate", "128000");
    let raw = gst::Caps::builder("audio/x-raw")
        .field("rate", 48_000_i32)
        .field("channels", 2_i32)
        .build();
    Ok(vec![
        make("queue")?,
        make("audioconvert")?,
        make("audioresample")?,
        make("audiorate")?,
        filter(&raw)?,
        encoder,
        make("aacparse")?,
        unbounded_queue()?,
    ])
}

/// The size a picture is encoded in: never larger than it is, within 1280×720, or within
/// 1920×1080 when it has more than that; even numbers, as 4:2:0 wants.
#[must_use]
pub fn target_size((width, height): (u32, u32)) -> (i32, i32) {
    let (width, height) = (f64::from(width.max(2)), f64::from(height.max(2)));
    let fits_hd_ready = width <= 1_280.0 && height <= 720.0;
    let (max_width, max_height) = if fits_hd_ready {
        (1_280.0, 720.0)
    } else {
        (1_920.0, 1_080.0)
    };
    let scale = f64::min(1.0, f64::min(max_width / width, max_height / height));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most 1920 after scaling"
    )]
    let even = |value: f64| ((value * scale / 2.0 + 0.01).floor() as i32 * 2).max(2);
    (even(width), even(height))
}

/// The source's rate where it is regular and not above 30, its half above, 25 where unknown.
fn target_rate(info: &MediaInfo) -> (i32, i32) {
    let rate = info.video.frames_per_second();
    let (numerator, denominator) = info.video.frame_rate;
    let exact = (i32::try_from(numerator), i32::try_from(denominator));
    if info.video.variable_rate || !(5.0..=121.0).contains(&rate) {
        return if (20.0..=27.0).contains(&rate) || rate < 5.0 {
            (25, 1)
        } else {
            (30, 1)
        };
    }
    match exact {
        (Ok(n), Ok(d)) if rate <= 30.3 => (n, d),
        (Ok(n), Ok(d)) if rate <= 60.6 => (n, d.saturating_mul(2)),
        _ => (30, 1),
    }
}

fn watch(
    running: &Running,
    position: &AtomicU64,
    duration: Duration,
    progress: &mut dyn FnMut(f64),
    cancel: &AtomicBool,
) -> Result<()> {
    let pipeline = &running.0;
    let bus = pipeline
        .bus()
        .ok_or_else(|| Error::Setup("a pipeline without a bus".into()))?;
    if pipeline.set_state(gst::State::Playing).is_err() {
        return Err(running.error().unwrap_or(Error::Damaged {
            detail: "does not start".into(),
        }));
    }
    let started = Instant::now();
    // Even a box that only crawls ends some time; a file that feeds one frame a minute must too.
    let limit = Duration::from_secs(300) + duration * 40;
    let mut last = (0, Instant::now());
    loop {
        if cancel.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        if let Some(message) =
            bus.timed_pop_filtered(TICK, &[gst::MessageType::Eos, gst::MessageType::Error])
        {
            match message.view() {
                gst::MessageView::Error(error) => {
                    return Err(categorize(&error.error(), error.debug().as_deref()));
                }
                _ => {
                    progress(1.0);
                    return Ok(());
                }
            }
        }
        let at = position.load(Ordering::Relaxed);
        if at == last.0 {
            // After the last frame the index is written in front: the file is copied once.
            if last.1.elapsed() > STALL {
                return Err(Error::Stalled(STALL));
            }
        } else {
            last = (at, Instant::now());
        }
        if started.elapsed() > limit {
            return Err(Error::Stalled(started.elapsed()));
        }
        let share = Duration::from_nanos(at).as_secs_f64() / duration.as_secs_f64().max(0.001);
        progress(share.clamp(0.0, 0.99));
    }
}

#[cfg(test)]
mod tests {
    use super::target_size;

    #[test]
    fn sizes_fit_the_screen_and_are_even() {
        assert_eq!(target_size((3840, 2160)), (1920, 1080));
        assert_eq!(target_size((1280, 720)), (1280, 720));
        assert_eq!(target_size((1080, 1920)), (606, 1080));
        assert_eq!(target_size((641, 361)), (640, 360));
        assert_eq!(target_size((0, 0)), (2, 2));
        assert_eq!(target_size((1440, 1080)), (1440, 1080));
    }
}
