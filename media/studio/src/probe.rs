//! Looking into a file: container, codecs, size, frame rate, length, sound.

use std::path::Path;
use std::time::Duration;

use gst::prelude::*;
use gst_pbutils::prelude::*;

use crate::pipeline::{Running, init, make, uri_of};
use crate::{Error, Result, mp4};

/// A file that cannot be read in this time is called damaged.
const DISCOVER_TIMEOUT: gst::ClockTime = gst::ClockTime::from_seconds(20);
/// So many frames decide whether the frame rate is regular.
const RATE_SAMPLE: usize = 400;

/// How a file packs its streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// ISO MP4 (also what phones call it).
    Mp4,
    /// Apple QuickTime.
    QuickTime,
    /// Matroska.
    Matroska,
    /// WebM.
    WebM,
    /// MPEG transport stream.
    MpegTs,
    /// AVI.
    Avi,
    /// Anything else GStreamer reads.
    Other,
}

/// How the picture is coded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VideoCodec {
    /// AVC.
    H264,
    /// HEVC.
    H265,
    /// Anything else, by its usual name.
    Other(String),
}

impl VideoCodec {
    /// The usual name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::H264 => "H.264",
            Self::H265 => "H.265",
            Self::Other(name) => name,
        }
    }
}

/// How the sound is coded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AudioCodec {
    /// MPEG-4 AAC.
    Aac,
    /// MPEG-1 layer 3.
    Mp3,
    /// Anything else, by its usual name.
    Other(String),
}

impl AudioCodec {
    /// The usual name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Aac => "AAC",
            Self::Mp3 => "MP3",
            Self::Other(name) => name,
        }
    }
}

/// How a player has to turn the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Not at all.
    Upright,
    /// By 90° clockwise.
    Right,
    /// By 180°.
    Half,
    /// By 90° counter-clockwise.
    Left,
}

/// The picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoInfo {
    /// Codec.
    pub codec: VideoCodec,
    /// Codec profile in lower case, e.g. `high` or `main-10`; empty when unknown.
    pub profile: String,
    /// Bits a sample.
    pub bit_depth: u32,
    /// Whether colour is sampled 4:2:0.
    pub is_420: bool,
    /// Stored width in pixels, before any rotation.
    pub width: u32,
    /// Stored height in pixels, before any rotation.
    pub height: u32,
    /// Width to height of one pixel.
    pub pixel_aspect: (u32, u32),
    /// Frames a second as numerator and denominator; `(0, 1)` when unknown.
    pub frame_rate: (u32, u32),
    /// Whether frames come at irregular times.
    pub variable_rate: bool,
    /// Whether it is interlaced.
    pub interlaced: bool,
    /// How a player has to turn it.
    pub rotation: Rotation,
}

impl VideoInfo {
    /// Frames a second; 0 when unknown.
    #[must_use]
    pub fn frames_per_second(&self) -> f64 {
        f64::from(self.frame_rate.0) / f64::from(self.frame_rate.1.max(1))
    }

    /// Width and height as seen: turned upright, pixels made square.
    #[must_use]
    pub fn display_size(&self) -> (u32, u32) {
        let (numerator, denominator) = self.pixel_aspect;
        let width =
            u64::from(self.width) * u64::from(numerator.max(1)) / u64::from(denominator.max(1));
        let width = u32::try_from(width).unwrap_or(self.width);
        match self.rotation {
            Rotation::Upright | Rotation::Half => (width, self.height),
            Rotation::Right | Rotation::Left => (self.height, width),
        }
    }
}

/// The sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudioInfo {
    /// Codec.
    pub codec: AudioCodec,
    /// Channels.
    pub channels: u32,
    /// Samples a second.
    pub rate: u32,
}

/// What is in a video file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaInfo {
    /// Container.
    pub container: Container,
    /// Whether an MP4 has its index in front.
    pub faststart: bool,
    /// Size of the file.
    pub bytes: u64,
    /// Length.
    pub duration: Duration,
    /// The picture.
    pub video: VideoInfo,
    /// The sound, if there is any.
    pub audio: Option<AudioInfo>,
}

impl MediaInfo {
    /// Bits a second, picture and sound together.
    #[must_use]
    pub fn bitrate(&self) -> u64 {
        let ms = u64::try_from(self.duration.as_millis())
            .unwrap_or(u64::MAX)
            .max(1);
        self.bytes.saturating_mul(8_000) / ms
    }
}

/// Looks into a file. Takes some 100 ms; at most 20 s for a file that answers slowly.
///
/// # Errors
/// [`Error::Open`], [`Error::NotMedia`], [`Error::Damaged`], [`Error::NoPicture`] for sound
/// alone, [`Error::MissingDecoder`].
pub fn probe(path: &Path) -> Result<MediaInfo> {
    init()?;
    let uri = uri_of(path)?;
    let bytes = std::fs::metadata(path)
        .map_err(|source| Error::Open {
            path: path.to_owned(),
            source,
        })?
        .len();
    let discoverer =
        gst_pbutils::Discoverer::new(DISCOVER_TIMEOUT).map_err(|e| Error::Setup(e.to_string()))?;
    let info = discoverer
        .discover_uri(&uri)
        .map_err(|error| crate::pipeline::categorize(&error, None))?;
    check_result(&info)?;

    let Some(video) = info
        .video_streams()
        .into_iter()
        .find(|stream| !stream.is_image())
    else {
        return Err(if info.audio_streams().is_empty() {
            Error::NotMedia {
                detail: "neither picture nor sound".into(),
            }
        } else {
            Error::NoPicture
        });
    };
    let container = container_of(&info);
    let mut video = video_info(&info, &video);
    video.variable_rate = is_rate_variable(path)?;
    let duration = info.duration().map_or(Duration::ZERO, Duration::from);
    if duration.is_zero() {
        return Err(Error::Damaged {
            detail: "length unknown".into(),
        });
    }
    Ok(MediaInfo {
        container,
        faststart: matches!(container, Container::Mp4)
            && mp4::is_faststart(path).map_err(|source| Error::Open {
                path: path.to_owned(),
                source,
            })?,
        bytes,
        duration,
        video,
        audio: info.audio_streams().first().map(audio_info),
    })
}

fn check_result(info: &gst_pbutils::DiscovererInfo) -> Result<()> {
    use gst_pbutils::DiscovererResult as R;
    match info.result() {
        R::Ok => Ok(()),
        R::MissingPlugins => {
            let what = info.missing_elements_installer_details();
            let what = what
                .first()
                .and_then(|detail| detail.split('|').nth(3))
                .unwrap_or("未知编码");
            Err(Error::MissingDecoder {
                what: what.to_owned(),
            })
        }
        R::Timeout => Err(Error::Stalled(Duration::from(DISCOVER_TIMEOUT))),
        other => Err(Error::Damaged {
            detail: format!("{other:?}"),
        }),
    }
}

fn container_of(info: &gst_pbutils::DiscovererInfo) -> Container {
    let Some(top) = info.stream_info().and_then(|stream| stream.caps()) else {
        return Container::Other;
    };
    let Some(structure) = top.structure(0) else {
        return Container::Other;
    };
    match structure.name().as_str() {
        "video/quicktime" | "audio/x-m4a" => match structure.get::<&str>("variant") {
            Ok("iso" | "iso-fragmented") => Container::Mp4,
            _ => Container::QuickTime,
        },
        "video/x-matroska" => Container::Matroska,
        "video/webm" => Container::WebM,
        "video/mpegts" => Container::MpegTs,
        "video/x-msvideo" => Container::Avi,
        _ => Container::Other,
    }
}

fn video_info(
    info: &gst_pbutils::DiscovererInfo,
    stream: &gst_pbutils::DiscovererVideoInfo,
) -> VideoInfo {
    let caps = stream.caps();
    let structure = caps.as_ref().and_then(|caps| caps.structure(0));
    let text = |field: &str| structure.and_then(|s| s.get::<String>(field).ok());
    let bits = structure.and_then(|s| s.get::<u32>("bit-depth-luma").ok());
    let codec = match structure.map(|s| s.name().as_str()) {
        Some("video/x-h264") => VideoCodec::H264,
        Some("video/x-h265") => VideoCodec::H265,
        Some(name) => VideoCodec::Other(
            caps.as_ref()
                .map(|caps| gst_pbutils::pb_utils_get_codec_description(caps).to_string())
                .unwrap_or_else(|| name.to_owned()),
        ),
        None => VideoCodec::Other("未知编码".into()),
    };
    let profile = text("profile").unwrap_or_default();
    let rate = stream.framerate();
    let par = stream.par();
    let positive = |value: i32| u32::try_from(value).unwrap_or(0);
    VideoInfo {
        codec,
        bit_depth: bits.unwrap_or(if profile.contains("10") { 10 } else { 8 }),
        is_420: text("chroma-format").is_none_or(|format| format == "4:2:0"),
        profile,
        width: stream.width(),
        height: stream.height(),
        pixel_aspect: (positive(par.numer()).max(1), positive(par.denom()).max(1)),
        frame_rate: (positive(rate.numer()), positive(rate.denom()).max(1)),
        variable_rate: false,
        interlaced: stream.is_interlaced(),
        rotation: orientation(info, stream),
    }
}

/// MP4 says it of the stream, Matroska of the whole file.
fn orientation(
    info: &gst_pbutils::DiscovererInfo,
    stream: &gst_pbutils::DiscovererVideoInfo,
) -> Rotation {
    let container = info.stream_info().and_then(|top| top.tags());
    rotation_of(stream.tags().as_ref())
        .or_else(|| rotation_of(container.as_ref()))
        .unwrap_or(Rotation::Upright)
}

fn rotation_of(tags: Option<&gst::TagList>) -> Option<Rotation> {
    match tags?.get::<gst::tags::ImageOrientation>()?.get() {
        "rotate-90" => Some(Rotation::Right),
        "rotate-180" => Some(Rotation::Half),
        "rotate-270" => Some(Rotation::Left),
        _ => None,
    }
}

fn audio_info(stream: &gst_pbutils::DiscovererAudioInfo) -> AudioInfo {
    let caps = stream.caps();
    let structure = caps.as_ref().and_then(|caps| caps.structure(0));
    let codec = match structure.map(|s| {
        (
            s.name().as_str(),
            s.get::<i32>("mpegversion").ok(),
            s.get::<i32>("layer").ok(),
        )
    }) {
        Some(("audio/mpeg", Some(2 | 4), _)) => AudioCodec::Aac,
        Some(("audio/mpeg", Some(1), Some(3) | None)) => AudioCodec::Mp3,
        _ => AudioCodec::Other(caps.as_ref().map_or_else(
            || "未知编码".to_owned(),
            |caps| gst_pbutils::pb_utils_get_codec_description(caps).to_string(),
        )),
    };
    AudioInfo {
        codec,
        channels: stream.channels(),
        rate: stream.sample_rate(),
    }
}

/// Takes the presentation times of the first frames without decoding them. The container's own
/// word is no use: phones write an average.
fn is_rate_variable(path: &Path) -> Result<bool> {
    let pipeline = gst::Pipeline::new();
    let source = make("filesrc")?;
    source.set_property("location", path);
    let parser = make("parsebin")?;
    pipeline
        .add_many([&source, &parser])
        .map_err(|e| Error::Setup(e.to_string()))?;
    source
        .link(&parser)
        .map_err(|e| Error::Setup(e.to_string()))?;
    let (sender, frames) = std::sync::mpsc::channel::<Option<u64>>();
    let weak = pipeline.downgrade();
    parser.connect_pad_added(move |_, pad| {
        let Some(pipeline) = weak.upgrade() else {
            return;
        };
        let Ok(sink) = gst::ElementFactory::make("fakesink")
            .property("sync", false)
            .property("async", false)
            .build()
        else {
            return;
        };
        let target = sink.static_pad("sink");
        if pipeline.add(&sink).is_err() || sink.sync_state_with_parent().is_err() {
            return;
        }
        let Some(target) = target else { return };
        let is_video = pad
            .current_caps()
            .or_else(|| Some(pad.query_caps(None)))
            .and_then(|caps| caps.structure(0).map(|s| s.name().starts_with("video/")))
            .unwrap_or(false);
        if is_video {
            let sender = sender.clone();
            pad.add_probe(
                gst::PadProbeType::BUFFER | gst::PadProbeType::EVENT_DOWNSTREAM,
                move |_, info| {
                    match &info.data {
                        Some(gst::PadProbeData::Buffer(buffer)) => {
                            if let Some(pts) = buffer.pts() {
                                // The receiver hangs up when it has enough.
                                let _ = sender.send(Some(pts.nseconds()));
                            }
                        }
                        Some(gst::PadProbeData::Event(event))
                            if event.type_() == gst::EventType::Eos =>
                        {
                            let _ = sender.send(None);
                        }
                        _ => {}
                    }
                    gst::PadProbeReturn::Ok
                },
            );
        }
        if pad.link(&target).is_err() {
            tracing::debug!("a stream was left out while measuring the frame rate");
        }
    });
    let running = Running(pipeline);
    if running.0.set_state(gst::State::Playing).is_err() {
        return Err(running.error().unwrap_or(Error::Damaged {
            detail: "does not start".into(),
        }));
    }
    let mut times = Vec::with_capacity(RATE_SAMPLE);
    while times.len() < RATE_SAMPLE {
        match frames.recv_timeout(Duration::from_secs(5)) {
            Ok(Some(time)) => times.push(time),
            Ok(None) | Err(_) => break,
        }
    }
    Ok(is_irregular(times))
}

/// More than one gap in twenty differs by a quarter from the usual one.
fn is_irregular(mut times: Vec<u64>) -> bool {
    times.sort_unstable();
    // Reordered frames at the cut end of the sample would look like gaps.
    if times.len() > 32 {
        times.truncate(times.len() - 8);
    }
    let gaps: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mut sorted = gaps.clone();
    sorted.sort_unstable();
    let Some(&median) = sorted.get(sorted.len() / 2) else {
        return false;
    };
    let odd = gaps
        .iter()
        .filter(|&&gap| gap.abs_diff(median) * 4 > median)
        .count();
    gaps.len() >= 8 && odd * 20 > gaps.len()
}

#[cfg(test)]
mod tests {
    use super::is_irregular;

    #[test]
    fn matroska_rounding_is_regular() {
        let times = (0_u64..300).map(|n| n * 1_000 / 30 * 1_000_000).collect();
        assert!(!is_irregular(times));
    }

    #[test]
    fn reordered_frames_are_regular() {
        let times = (0_u64..300).map(|n| (n ^ 1) * 40_000_000).collect();
        assert!(!is_irregular(times));
    }

    #[test]
    fn changing_gaps_are_irregular() {
        let mut at = 0;
        let times = (0_u64..300)
            .map(|n| {
                at += if n % 4 == 0 { 90_000_000 } else { 33_000_000 };
                at
            })
            .collect();
        assert!(is_irregular(times));
        assert!(!is_irregular(vec![]));
        assert!(!is_irregular(vec![0, 5]));
    }
}
