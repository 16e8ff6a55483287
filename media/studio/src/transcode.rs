//! Making a video that every box plays: H.264 and AAC in an MP4 whose index comes first.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gst::prelude::*;

use parking_lot::Mutex;

use crate::check::{self, Extent};
use crate::pipeline::{Running, categorize, init, make, make_first};
use crate::probe::{MediaInfo, Plan, examine};
use crate::streams::{self, Tally};
use crate::tone::{self, Colours};
use crate::treatment::needs_transcode;
use crate::{Error, Result};

/// Without a new frame for so long a pipeline is given up.
const STALL: Duration = Duration::from_secs(45);
/// How often progress is told and cancelling noticed.
const TICK: gst::ClockTime = gst::ClockTime::from_mseconds(200);

/// Shares of the work: reading the source, making the film, reading what was made.
const READ: f64 = 0.05;
const MADE: f64 = 0.95;

/// Decodes and encodes a video again, at most 1920×1080 at 30 frames a second, H.264 main
/// profile with a keyframe every 2 s and stereo AAC, the index in front, in the colours of BT.709
/// where they were more. `progress` is called with the share done, 0 to 1. Source and result are
/// read to their ends: nothing may be missing. Returns what was made.
///
/// # Errors
/// See [`Error`]. The output is removed again on any of them.
pub fn transcode(
    input: &Path,
    output: &Path,
    progress: &mut dyn FnMut(f64),
    cancel: &AtomicBool,
) -> Result<MediaInfo> {
    let (info, plan) = examine(input)?;
    let read = read(input, &info, &plan, progress, cancel)?;
    let job = Job {
        input,
        output,
        info: &info,
        plan: &plan,
        read: &read,
    };
    job.run(Work::Encode, progress, cancel)
}

/// Copies the streams of a video into an MP4 whose index comes first, without loss. They are encoded
/// again where they cannot be copied: codecs that televisions do not play, a film that was trimmed,
/// picture and sound that do not begin together, times that the copy does not keep. Source and
/// result are played to their ends: nothing may be missing.
///
/// # Errors
/// See [`Error`]. The output is removed again on any of them.
pub fn remux(
    input: &Path,
    output: &Path,
    progress: &mut dyn FnMut(f64),
    cancel: &AtomicBool,
) -> Result<MediaInfo> {
    let (info, plan) = examine(input)?;
    let read = read(input, &info, &plan, progress, cancel)?;
    let job = Job {
        input,
        output,
        info: &info,
        plan: &plan,
        read: &read,
    };
    let mut reached = 0.0;
    if needs_transcode(&info).is_none() {
        let mut tell = |share| {
            reached = share;
            // The end is told when it is known that nothing has to be encoded.
            progress(f64::min(share, 0.99));
        };
        match job.run(Work::Copy, &mut tell, cancel) {
            Ok(made) if needs_transcode(&made).is_none() => {
                progress(1.0);
                return Ok(made);
            }
            Ok(_) => {}
            Err(error @ (Error::CutShort { .. } | Error::Damaged { .. })) => {
                tracing::info!(%error, "a film is encoded, as its copy is not the same");
            }
            Err(error) => return Err(error),
        }
    }
    // What has been told already is not taken back.
    let mut tell = |share: f64| progress(f64::max(share, f64::min(reached, 0.99)));
    job.run(Work::Encode, &mut tell, cancel)
}

fn read(
    input: &Path,
    info: &MediaInfo,
    plan: &Plan,
    progress: &mut dyn FnMut(f64),
    cancel: &AtomicBool,
) -> Result<Extent> {
    check::source(
        input,
        info,
        plan,
        &mut |share| progress(share * READ),
        cancel,
    )
}

#[derive(Clone, Copy, PartialEq)]
enum Work {
    Encode,
    Copy,
}

/// A film to be made of another.
struct Job<'a> {
    input: &'a Path,
    output: &'a Path,
    info: &'a MediaInfo,
    plan: &'a Plan,
    /// What is in the source.
    read: &'a Extent,
}

impl Job<'_> {
    fn run(
        &self,
        work: Work,
        progress: &mut dyn FnMut(f64),
        cancel: &AtomicBool,
    ) -> Result<MediaInfo> {
        let scratch = self.output.with_extension("faststart");
        let made = self.make(&scratch, work, progress, cancel);
        // GStreamer leaves its scratch file behind when it is stopped half-way.
        let _ = std::fs::remove_file(&scratch);
        if made.is_err() {
            let _ = std::fs::remove_file(self.output);
        }
        made
    }

    fn make(
        &self,
        scratch: &Path,
        work: Work,
        progress: &mut dyn FnMut(f64),
        cancel: &AtomicBool,
    ) -> Result<MediaInfo> {
        let built = build(self, scratch, work)?;
        let mut tell = |share: f64| progress(READ + share * (MADE - READ));
        watch(
            &built.running,
            &built.position,
            self.info.duration,
            &mut tell,
            cancel,
        )?;
        let came = built.came();
        drop(built);
        check::decoded(&came, self.read)?;
        let mut tell = |share: f64| progress(MADE + share * (1.0 - MADE));
        let copied = work == Work::Copy;
        let made = check::made(self.output, self.plan, self.read, copied, &mut tell, cancel)?;
        progress(1.0);
        Ok(made)
    }
}

fn setup(error: &impl std::fmt::Display) -> Error {
    Error::Setup(error.to_string())
}

/// A pipeline that makes a film.
struct Built {
    running: Running,
    /// Time of the newest picture that was written, in nanoseconds.
    position: Arc<AtomicU64>,
    video: Arc<Mutex<Tally>>,
    audio: Option<Arc<Mutex<Tally>>>,
}

impl Built {
    /// What came out of the source: decoded, or as it is where it is copied.
    fn came(&self) -> Extent {
        Extent {
            video: self.video.lock().clone(),
            audio: self.audio.as_ref().map(|audio| audio.lock().clone()),
        }
    }
}

fn build(job: &Job<'_>, scratch: &Path, work: Work) -> Result<Built> {
    init()?;
    let (info, plan) = (job.info, job.plan);
    let pipeline = gst::Pipeline::new();
    let source = streams::open(&pipeline, job.input, &plan.patches)?;
    let mux = make("mp4mux")?;
    mux.set_property("faststart", true);
    mux.set_property("faststart-file", scratch);
    let sink = make("filesink")?;
    sink.set_property("location", job.output);
    pipeline.add_many([&mux, &sink]).map_err(|e| setup(&e))?;
    mux.link(&sink).map_err(|e| setup(&e))?;

    let video = match work {
        Work::Encode => video_chain(info)?,
        // Matroska has no decoding times, without which reordered pictures end up anywhere.
        Work::Copy => vec![
            make("queue")?,
            make("h264parse")?,
            make("h264timestamper")?,
            unbounded_queue()?,
        ],
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

    if let Some((picture, sound)) = plan.cuts.clone() {
        picture.apply(&video_pad);
        if let Some(pad) = &audio_pad {
            sound.apply(pad);
        }
    }
    let video: Arc<Mutex<Tally>> = Arc::default();
    let audio: Option<Arc<Mutex<Tally>>> = audio_pad.is_some().then(Arc::default);
    let mut targets = vec![(plan.video.clone(), video_pad, Arc::clone(&video))];
    if let Some(((id, pad), tally)) = plan.audio.clone().zip(audio_pad).zip(audio.clone()) {
        targets.push((id, pad, tally));
    }
    let weak = pipeline.downgrade();
    source.connect_pad_added(move |_, pad| {
        let Some(pipeline) = weak.upgrade() else {
            return;
        };
        let id = pad.stream_id().unwrap_or_default();
        let mut free = targets.iter().filter(|(_, target, _)| !target.is_linked());
        let Some((_, target, tally)) = free.find(|(wanted, ..)| id == *wanted) else {
            streams::drain(&pipeline, pad);
            return;
        };
        let linked = match work {
            Work::Encode => streams::decode_into(&pipeline, pad, target, tally),
            Work::Copy => {
                streams::count(pad, tally);
                pad.link(target).map(|_| ()).map_err(|e| setup(&e))
            }
        };
        if let Err(error) = linked {
            tracing::warn!(stream = %id, %error, "a stream could not be linked");
        }
    });
    Ok(Built {
        running: Running(pipeline),
        position,
        video,
        audio,
    })
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
    let mut chain = vec![make("deinterlace")?, make("videorate")?];
    if info.video.colours == Colours::Standard {
        chain.push(make("videoconvert")?);
    } else {
        chain.extend(tone::elements(target_size((
            info.video.width,
            info.video.height,
        )))?);
    }
    let main = gst::Caps::builder("video/x-h264")
        .field("profile", "main")
        .build();
    chain.extend([
        flip,
        make("videoscale")?,
        filter(&raw)?,
        encoder,
        filter(&main)?,
        make("h264parse")?,
        unbounded_queue()?,
    ]);
    Ok(chain)
}

fn audio_chain() -> Result<Vec<gst::Element>> {
    let encoder = make_first(&["fdkaacenc", "avenc_aac", "voaacenc"])?;
    encoder.set_property_from_str("bitrate", "128000");
    let raw = gst::Caps::builder("audio/x-raw")
        .field("rate", 48_000_i32)
        .field("channels", 2_i32)
        .build();
    Ok(vec![
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
                _ => return Ok(()),
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
