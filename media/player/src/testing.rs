//! Clips for tests, made at test time with GStreamer's own encoders, so that no binary lies in
//! the tree. Every picture carries its number ([`frame_number`]), so a test sees which picture it
//! got and whether one is missing.

use std::path::Path;

use gst::prelude::*;

use crate::Frame;

/// How a clip is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// MP4 with its index in front, as for the web.
    Mp4,
    /// MP4 with its index at the end, as cameras write it.
    Mp4IndexLast,
    /// Matroska.
    Matroska,
    /// MPEG transport stream.
    MpegTs,
    /// WebM; only with VP8 and Opus.
    WebM,
    /// HLS: the path is the playlist, segments of a second lie beside it.
    Hls,
}

/// How the picture of a clip is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VideoCodec {
    /// H.264.
    H264,
    /// VP8.
    Vp8,
}

/// How the sound of a clip is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AudioCodec {
    /// AAC-LC.
    Aac,
    /// Opus.
    Opus,
}

/// What clip to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClipSpec {
    /// Length in seconds.
    pub seconds: u32,
    /// Width in pixels; at least 64, for the number to be readable.
    pub width: u32,
    /// Height in pixels; at least 36.
    pub height: u32,
    /// Pictures a second.
    pub fps: u32,
    /// Picture; `None` for sound only.
    pub video: Option<VideoCodec>,
    /// Sound, a soft tone; `None` for a silent clip.
    pub audio: Option<AudioCodec>,
    /// Packing.
    pub container: Container,
    /// Pictures from one keyframe to the next.
    pub keyframe_every: u32,
}

impl Default for ClipSpec {
    /// Three seconds of 320×180 at 25 pictures a second with sound, in MP4.
    fn default() -> Self {
        Self {
            seconds: 3,
            width: 320,
            height: 180,
            fps: 25,
            video: Some(VideoCodec::H264),
            audio: Some(AudioCodec::Aac),
            container: Container::Mp4,
            keyframe_every: 25,
        }
    }
}

impl ClipSpec {
    /// How many pictures the clip has.
    #[must_use]
    pub fn frames(&self) -> u32 {
        self.video.map_or(0, |_| self.seconds * self.fps)
    }
}

/// Why a clip could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot make the clip: {0}")]
pub struct ClipError(String);

impl From<gst::glib::Error> for ClipError {
    fn from(error: gst::glib::Error) -> Self {
        Self(error.to_string())
    }
}

const BITS: u32 = 16;
/// Sound is made in pieces of so many samples.
const PIECE: u32 = 480;
const RATE: u32 = 48_000;
/// Making a clip takes well under a second; this is for muxers that never finish.
const LONGEST: gst::ClockTime = gst::ClockTime::from_seconds(180);

/// Makes a clip at `path`.
///
/// # Errors
/// If an encoder is missing or the file cannot be written.
pub fn make_clip(path: &Path, spec: &ClipSpec) -> Result<(), ClipError> {
    gst::init()?;
    let description = describe(path, spec);
    let pipeline = gst::parse::launch(&description)?
        .downcast::<gst::Pipeline>()
        .map_err(|_| ClipError("not a pipeline".into()))?;
    if let Some(source) = pipeline.by_name("pictures") {
        let source = source
            .downcast::<gst_app::AppSrc>()
            .map_err(|_| ClipError("not an appsrc".into()))?;
        draw(&source, *spec);
    }
    let result = run(&pipeline);
    if pipeline.set_state(gst::State::Null).is_err() {
        return Err(ClipError("the pipeline does not stop".into()));
    }
    result
}

/// The number of a clip's picture, read out of the picture; `None` if it is not from such a clip.
#[must_use]
pub fn frame_number(frame: &Frame) -> Option<u32> {
    let data = (*frame.data).as_ref();
    let row = frame.height as usize / 8;
    let mut number = 0;
    for bit in 0..BITS {
        let column = ((2 * bit + 1) * frame.width / (2 * BITS)) as usize;
        let green = *data.get((row * frame.width as usize + column) * 3 + 1)?;
        number |= u32::from(green > 127) << bit;
    }
    Some(number)
}

fn describe(path: &Path, spec: &ClipSpec) -> String {
    let location = path.display();
    let mux = match spec.container {
        Container::Mp4 => {
            format!("mp4mux name=mux faststart=true ! filesink location=\"{location}\"")
        }
        Container::Mp4IndexLast => format!("mp4mux name=mux ! filesink location=\"{location}\""),
        Container::Matroska => format!("matroskamux name=mux ! filesink location=\"{location}\""),
        Container::MpegTs => format!("mpegtsmux name=mux ! filesink location=\"{location}\""),
        Container::WebM => format!("webmmux name=mux ! filesink location=\"{location}\""),
        Container::Hls => {
            let folder = path.parent().unwrap_or(Path::new(".")).display();
            format!(
                "hlssink2 name=mux target-duration=1 playlist-length=0 max-files=0 \
                 location=\"{folder}/segment%05d.ts\" playlist-location=\"{location}\""
            )
        }
    };
    let (video_pad, audio_pad) = match spec.container {
        Container::Hls => ("mux.video", "mux.audio"),
        _ => ("mux.", "mux."),
    };
    let keyframe = spec.keyframe_every;
    let video = spec.video.map(|codec| {
        let encoder = match codec {
            VideoCodec::H264 => format!(
                "x264enc speed-preset=ultrafast tune=zerolatency key-int-max={keyframe} \
                 option-string=scenecut=0 ! video/x-h264,profile=baseline ! h264parse"
            ),
            VideoCodec::Vp8 => format!("vp8enc deadline=1 keyframe-max-dist={keyframe}"),
        };
        format!("appsrc name=pictures format=time ! videoconvert ! {encoder} ! queue ! {video_pad}")
    });
    let audio = spec.audio.map(|codec| {
        let encoder = match codec {
            AudioCodec::Aac => "avenc_aac ! aacparse",
            AudioCodec::Opus => "opusenc",
        };
        let pieces = spec.seconds * RATE / PIECE;
        format!(
            "audiotestsrc volume=0.1 samplesperbuffer={PIECE} num-buffers={pieces} \
             ! audio/x-raw,rate={RATE},channels=2 ! audioconvert ! {encoder} ! queue ! {audio_pad}"
        )
    });
    [Some(mux), video, audio]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("  ")
}

/// Feeds pictures: the upper quarter is the number in black and white fields, the rest a gradient
/// that moves.
fn draw(source: &gst_app::AppSrc, spec: ClipSpec) {
    let caps = gst::Caps::builder("video/x-raw")
        .field("format", "GRAY8")
        .field("width", i32::try_from(spec.width).unwrap_or(i32::MAX))
        .field("height", i32::try_from(spec.height).unwrap_or(i32::MAX))
        .field(
            "framerate",
            gst::Fraction::new(i32::try_from(spec.fps).unwrap_or(25), 1),
        )
        .build();
    source.set_caps(Some(&caps));
    let mut next = 0;
    let callbacks = gst_app::AppSrcCallbacks::builder().need_data(move |source, _| {
        // Ending and pushing fail only when the pipeline is already stopping.
        if next == spec.frames() {
            let _ = source.end_of_stream();
            return;
        }
        let moment = |n: u32| gst::ClockTime::SECOND * u64::from(n) / u64::from(spec.fps.max(1));
        let mut buffer = gst::Buffer::from_mut_slice(paint(next, &spec));
        if let Some(buffer) = buffer.get_mut() {
            buffer.set_pts(moment(next));
            buffer.set_duration(moment(next + 1) - moment(next));
        }
        next += 1;
        let _ = source.push_buffer(buffer);
    });
    source.set_callbacks(callbacks.build());
}

fn paint(number: u32, spec: &ClipSpec) -> Vec<u8> {
    // Rows of raw GRAY8 begin at multiples of four bytes.
    let stride = spec.width.next_multiple_of(4);
    let pixel = |x: u32, y: u32| {
        if y < spec.height / 4 {
            let bit = (x * BITS / spec.width.max(1)).min(BITS - 1);
            if number >> bit & 1 == 1 { 235 } else { 16 }
        } else {
            u8::try_from((x + y + number * 3) % 200 + 20).unwrap_or(u8::MAX)
        }
    };
    (0..spec.height)
        .flat_map(|y| (0..stride).map(move |x| pixel(x, y)))
        .collect()
}

fn run(pipeline: &gst::Pipeline) -> Result<(), ClipError> {
    let bus = pipeline.bus().ok_or_else(|| ClipError("no bus".into()))?;
    pipeline
        .set_state(gst::State::Playing)
        .map_err(|error| ClipError(error.to_string()))?;
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let message = bus
        .timed_pop_filtered(LONGEST, &kinds)
        .ok_or_else(|| ClipError("the muxer does not finish".into()))?;
    match message.view() {
        gst::MessageView::Error(error) => Err(ClipError(format!(
            "{} ({:?})",
            error.error(),
            error.debug()
        ))),
        _ => Ok(()),
    }
}
