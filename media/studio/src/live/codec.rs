//! Decoders and encoders: each a pipeline of its own with an input and an output.

use std::time::Duration;

use bytes::Bytes;
use gst::prelude::*;

use super::pipe::{
    INPUT, LivePipeline, OUTPUT, bytes_of, drain, launch, named, push, request_keyframe,
};
use super::rtp::AccessUnit;
use super::{Packet, Timeline, rtp};
use crate::pipeline::make_first;
use crate::{Error, Result};

const H264_IN: &str = "video/x-h264,stream-format=byte-stream,alignment=au";
const OPUS_IN: &str = "audio/x-opus,rate=48000,channels=2,channel-mapping-family=0";
const PCM: &str = "audio/x-raw,format=S16LE,rate=48000,channels=2,layout=interleaved";

/// One AAC frame of 1024 samples.
const PRIMING: Duration = Duration::from_nanos(21_333_333);

/// A decoded picture with its size.
pub struct Picture(gst_video::VideoFrame<gst_video::video_frame::Readable>);

impl Picture {
    /// The picture in a sample.
    pub fn of(sample: &gst::Sample) -> Option<Self> {
        let info = gst_video::VideoInfo::from_caps(sample.caps()?).ok()?;
        gst_video::VideoFrame::from_buffer_readable(sample.buffer_owned()?, &info)
            .ok()
            .map(Self)
    }

    /// The pixels.
    pub fn planes(&self) -> Option<super::canvas::Planes<'_>> {
        use gst_video::VideoFrameExt;
        let plane = |index: u32| {
            let stride = usize::try_from(*self.0.plane_stride().get(index as usize)?).ok()?;
            Some((self.0.plane_data(index).ok()?, stride))
        };
        Some(super::canvas::Planes {
            width: self.0.width() as usize,
            height: self.0.height() as usize,
            data: [plane(0)?, plane(1)?, plane(2)?],
        })
    }
}

/// H.264 to pictures of a wanted size, borders where the shape differs.
pub struct VideoDecoder {
    live: LivePipeline,
    input: gst_app::AppSrc,
    size: gst::Element,
}

impl VideoDecoder {
    /// Starts decoding; `size` in pixels, or the stream's own.
    pub fn start(
        timeline: Timeline,
        size: Option<(usize, usize)>,
        mut each: impl FnMut(Picture, Duration) + Send + 'static,
    ) -> Result<Self> {
        // A strict decoder holds pictures back that might be reordered; there are none.
        let pipeline = launch(&format!(
            "{INPUT} caps={H264_IN} ! h264parse ! \
             avdec_h264 max-threads=1 std-compliance=normal output-corrupt=false ! \
             videoconvert ! videoscale add-borders=true ! capsfilter name=size ! {OUTPUT}"
        ))?;
        let decoder = Self {
            input: named(&pipeline, "in")?,
            size: named(&pipeline, "size")?,
            live: {
                let output: gst_app::AppSink = named(&pipeline, "out")?;
                let filter: gst::Element = named(&pipeline, "size")?;
                filter.set_property("caps", size_caps(size));
                drain(&output, move |sample, at| {
                    if let Some(picture) = Picture::of(&sample) {
                        each(picture, at);
                    }
                });
                LivePipeline::start(pipeline, timeline)?
            },
        };
        Ok(decoder)
    }

    /// Another size from the next picture on.
    pub fn set_size(&self, width: usize, height: usize) {
        self.size
            .set_property("caps", size_caps(Some((width, height))));
    }

    /// Decodes a picture.
    pub fn push(&self, unit: &AccessUnit) {
        push(&self.input, unit.at, unit.data.clone());
    }

    /// Whether it has to be started anew.
    pub fn failed(&self) -> bool {
        self.live.failed()
    }
}

fn size_caps(size: Option<(usize, usize)>) -> gst::Caps {
    let caps = gst::Caps::builder("video/x-raw").field("format", "I420");
    let Some((width, height)) = size else {
        return caps.build();
    };
    let pixels = |size: usize| i32::try_from(size).unwrap_or(i32::MAX);
    caps.field("width", pixels(width))
        .field("height", pixels(height))
        .field("pixel-aspect-ratio", gst::Fraction::new(1, 1))
        .build()
}

/// Opus to interleaved stereo at 48 kHz.
pub struct AudioDecoder {
    live: LivePipeline,
    input: gst_app::AppSrc,
}

impl AudioDecoder {
    /// Starts decoding.
    pub fn start(
        timeline: Timeline,
        mut each: impl FnMut(Vec<i16>, Duration) + Send + 'static,
    ) -> Result<Self> {
        let pipeline = launch(&format!(
            "{INPUT} caps={OPUS_IN} ! opusdec plc=false ! audioconvert ! audioresample ! {PCM} ! {OUTPUT}"
        ))?;
        let output: gst_app::AppSink = named(&pipeline, "out")?;
        drain(&output, move |sample, at| each(samples_of(&sample), at));
        Ok(Self {
            input: named(&pipeline, "in")?,
            live: LivePipeline::start(pipeline, timeline)?,
        })
    }

    /// Decodes the frame in a packet of sound.
    pub fn push(&self, packet: &Packet) {
        let Some(header) = rtp::parse(&packet.rtp) else {
            return;
        };
        // Frames of one byte say that nobody speaks (discontinuous transmission).
        if header.payload_type == rtp::AUDIO && header.payload.len() > 1 {
            push(&self.input, packet.at, packet.rtp.slice_ref(header.payload));
        }
    }

    /// Lets everything given come out, waiting at most so long.
    pub fn finish(&self, patience: Duration) {
        self.live.finish(&self.input, patience);
    }

    /// Whether it has to be started anew.
    pub fn failed(&self) -> bool {
        self.live.failed()
    }
}

/// The samples in a buffer of sound.
pub fn samples_of(sample: &gst::Sample) -> Vec<i16> {
    bytes_of(sample)
        .chunks_exact(2)
        .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
        .collect()
}

fn push_samples(input: &gst_app::AppSrc, at: Duration, samples: &[i16]) {
    let bytes: Vec<u8> = samples
        .iter()
        .flat_map(|sample| sample.to_le_bytes())
        .collect();
    push(input, at, bytes);
}

/// How a picture is encoded.
#[derive(Clone, Copy, Debug)]
pub struct H264Settings {
    pub width: usize,
    pub height: usize,
    pub frame_rate: u32,
    pub bitrate_kbps: u32,
    /// Frames from one keyframe to the next.
    pub keyframe_every: u32,
}

impl H264Settings {
    /// The encoder in gst-launch's words: fast, without delay, constrained baseline.
    pub fn encoder(&self) -> String {
        format!(
            "x264enc name=encoder tune=zerolatency speed-preset=ultrafast threads=1 bitrate={} \
             vbv-buf-capacity=600 key-int-max={} ! \
             video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au ! \
             h264parse config-interval=-1 ! {H264_IN}",
            self.bitrate_kbps, self.keyframe_every
        )
    }
}

/// Pictures to H.264.
pub struct H264Encoder {
    live: LivePipeline,
    input: gst_app::AppSrc,
    output: gst_app::AppSink,
}

impl H264Encoder {
    /// Starts encoding.
    pub fn start(
        timeline: Timeline,
        settings: &H264Settings,
        mut each: impl FnMut(Bytes, Duration) + Send + 'static,
    ) -> Result<Self> {
        let H264Settings {
            width,
            height,
            frame_rate,
            ..
        } = settings;
        // Raw pictures are large: two waiting ones are already late.
        let pipeline = launch(&format!(
            "{INPUT} max-buffers=3 caps=video/x-raw,format=I420,width={width},height={height},framerate={frame_rate}/1,pixel-aspect-ratio=1/1,interlace-mode=progressive,colorimetry=bt709 ! {} ! {OUTPUT}",
            settings.encoder()
        ))?;
        let output: gst_app::AppSink = named(&pipeline, "out")?;
        drain(&output, move |sample, at| each(bytes_of(&sample), at));
        Ok(Self {
            input: named(&pipeline, "in")?,
            live: LivePipeline::start(pipeline, timeline)?,
            output,
        })
    }

    /// Encodes a picture in I420 without padding.
    pub fn push(&self, at: Duration, data: Vec<u8>) {
        push(&self.input, at, data);
    }

    /// Makes the next picture a keyframe.
    pub fn request_keyframe(&self) {
        request_keyframe(&self.output);
    }

    /// The error that ended it, once.
    pub fn take_error(&self) -> Option<Error> {
        self.live.take_error()
    }
}

/// Sound to Opus, frames of 20 ms.
pub struct OpusEncoder {
    live: LivePipeline,
    input: gst_app::AppSrc,
}

impl OpusEncoder {
    /// The encoder in gst-launch's words.
    pub const ENCODER: &'static str = "opusenc bitrate=96000 frame-size=20";

    /// Starts encoding.
    pub fn start(
        timeline: Timeline,
        mut each: impl FnMut(Bytes, Duration) + Send + 'static,
    ) -> Result<Self> {
        let pipeline = launch(&format!(
            "{INPUT} caps={PCM} ! {} ! {OUTPUT}",
            Self::ENCODER
        ))?;
        let output: gst_app::AppSink = named(&pipeline, "out")?;
        drain(&output, move |sample, at| each(bytes_of(&sample), at));
        Ok(Self {
            input: named(&pipeline, "in")?,
            live: LivePipeline::start(pipeline, timeline)?,
        })
    }

    /// Encodes interleaved stereo.
    pub fn push(&self, at: Duration, samples: &[i16]) {
        push_samples(&self.input, at, samples);
    }

    /// The error that ended it, once.
    pub fn take_error(&self) -> Option<Error> {
        self.live.take_error()
    }
}

/// Sound to AAC frames with ADTS headers.
pub struct AacEncoder {
    live: LivePipeline,
    input: gst_app::AppSrc,
}

impl AacEncoder {
    /// Starts encoding.
    pub fn start(
        timeline: Timeline,
        mut each: impl FnMut(Bytes, Duration) + Send + 'static,
    ) -> Result<Self> {
        crate::pipeline::init()?;
        let name = make_first(&["fdkaacenc", "avenc_aac", "voaacenc"])?
            .factory()
            .map(|factory| factory.name().to_string())
            .unwrap_or_default();
        // It runs as long as a meeting does: measured on speech, half the processor time and less noise
        // (44 dB below it instead of 29), for a tenth more bits.
        let coder = if name == "avenc_aac" {
            "aac-coder=fast"
        } else {
            ""
        };
        let pipeline = launch(&format!(
            "{INPUT} caps={PCM} ! audioconvert ! {name} bitrate=128000 {coder} ! aacparse ! \
             audio/mpeg,mpegversion=4,stream-format=adts ! {OUTPUT}"
        ))?;
        let output: gst_app::AppSink = named(&pipeline, "out")?;
        // ffmpeg's encoder begins with a frame of its own and does not count it: measured with
        // flash and beep, the sound was 21 ms late.
        let early = if name == "avenc_aac" {
            PRIMING
        } else {
            Duration::ZERO
        };
        drain(&output, move |sample, at| {
            each(bytes_of(&sample), at.saturating_sub(early));
        });
        Ok(Self {
            input: named(&pipeline, "in")?,
            live: LivePipeline::start(pipeline, timeline)?,
        })
    }

    /// Encodes interleaved stereo.
    pub fn push(&self, at: Duration, samples: &[i16]) {
        push_samples(&self.input, at, samples);
    }

    /// Whether it has to be started anew.
    pub fn failed(&self) -> bool {
        self.live.failed()
    }

    /// Lets everything given come out, waiting at most so long.
    pub fn finish(&self, patience: Duration) {
        self.live.finish(&self.input, patience);
    }
}
