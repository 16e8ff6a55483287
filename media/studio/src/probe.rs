//! Looking into a file: container, codecs, size, frame rate, length, sound.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use gst_pbutils::prelude::*;

use crate::choice::{self, Choice};
use crate::container::{self, Container, End};
use crate::mp4::{self, Movie, Patch};
use crate::pipeline::{init, uri_of};
use crate::streams::{self, Depth, Stream};
use crate::tone::Colours;
use crate::trim::Cuts;
use crate::{Error, Result};

/// A file that cannot be read in this time is called damaged.
const DISCOVER_TIMEOUT: gst::ClockTime = gst::ClockTime::from_seconds(20);

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
    /// What its colours mean.
    pub colours: Colours,
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
    /// Whether an edit list leaves something out or shifts it: players treat those differently.
    pub trimmed: bool,
    /// Whether there are more pictures or sounds than those described here.
    pub several: bool,
    /// What people who look after content should know, in Chinese sentences: what was chosen of
    /// several, what was left out.
    pub remarks: Vec<String>,
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
/// [`Error::Open`], [`Error::NotMedia`], [`Error::Damaged`], [`Error::CutShort`] for a copy that
/// ends before what its own container announces, [`Error::NoPicture`] for sound alone,
/// [`Error::MissingDecoder`], [`Error::Edited`].
pub fn probe(path: &Path) -> Result<MediaInfo> {
    Ok(examine(path)?.0)
}

/// How a film is read: which of its streams, and what of them.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The id of the picture.
    pub(crate) video: String,
    /// The id of the sound.
    pub(crate) audio: Option<String>,
    /// What is read instead of what is in the file.
    pub(crate) patches: Vec<Patch>,
    /// What is shown of picture and sound, where an edit list leaves something out.
    pub(crate) cuts: Option<(Cuts, Cuts)>,
    /// What the file says of its own length.
    pub(crate) says: Says,
}

/// What a file says of its own length. Nothing where it does not say, or where the number is
/// GStreamer's own estimate.
#[derive(Clone, Debug, Default)]
pub(crate) struct Says {
    /// Length of the picture.
    pub(crate) video: Option<Duration>,
    /// Length of the sound.
    pub(crate) audio: Option<Duration>,
    /// How many pictures.
    pub(crate) pictures: Option<u64>,
    /// Length of the longest stream.
    pub(crate) longest: Option<Duration>,
}

/// Looks into a file, and says how to read it.
///
/// # Errors
/// Those of [`probe`].
pub(crate) fn examine(path: &Path) -> Result<(MediaInfo, Plan)> {
    init()?;
    let uri = uri_of(path)?;
    let unread = |source| Error::Open {
        path: path.to_owned(),
        source,
    };
    let bytes = std::fs::metadata(path).map_err(unread)?.len();
    let discoverer =
        gst_pbutils::Discoverer::new(DISCOVER_TIMEOUT).map_err(|e| Error::Setup(e.to_string()))?;
    let info = discoverer
        .discover_uri(&uri)
        .map_err(|error| crate::pipeline::categorize(&error, None))?;
    let container = container_of(&info);
    let end = container::end(path, container).map_err(unread)?;
    if end == End::Cut {
        return Err(Error::CutShort {
            what: "文件".into(),
            says: None,
            ends: None,
        });
    }
    check_result(&info)?;

    let movie = match container {
        Container::Mp4 | Container::QuickTime => mp4::movie(path).map_err(unread)?,
        _ => None,
    };
    let never = AtomicBool::new(false);
    let streams = streams::read(path, &[], Depth::Beginning, &mut |_| {}, &never)?;
    let chosen = choice::choose(&streams, movie.as_ref());
    let video = (info.video_streams().into_iter())
        .find(|video| chosen.video.is_some_and(|chosen| is_same(video, chosen)))
        .zip(chosen.video);
    let lacks = |medium, stream: Option<&Stream>| {
        let decodable = stream.is_some_and(|stream| choice::is_decodable(&stream.caps));
        missing(&info, medium).filter(|_| !decodable)
    };
    // A picture or sound that cannot be decoded is no missing one.
    let undecoded = lacks("video", chosen.video).or_else(|| lacks("audio", chosen.audio));
    if let Some(what) = undecoded {
        return Err(Error::MissingDecoder { what });
    }
    let Some((video, video_stream)) = video else {
        return Err(if info.audio_streams().is_empty() {
            Error::NotMedia {
                detail: "neither picture nor sound".into(),
            }
        } else {
            Error::NoPicture
        });
    };
    let mut video = video_info(&info, &video);
    video.variable_rate = is_irregular(video_stream.tally.times.clone());
    let mut duration = info.duration().map_or(Duration::ZERO, Duration::from);
    let mut plan = plan(&chosen, video_stream, movie.as_ref())?;
    if let Some((video, audio)) = &plan.cuts {
        duration = Duration::from_nanos(video.length().max(audio.length()));
    }
    if duration.is_zero() {
        return Err(Error::Damaged {
            detail: "length unknown".into(),
        });
    }
    if movie.is_none() && says_its_length(&info) {
        plan.says.longest = Some(duration);
    }
    let mut remarks = chosen.remarks.clone();
    if end == End::Doubtful {
        remarks.push("文件结尾不完整，可能没有拷贝完整，请播放到结尾看一看".into());
    }
    let sound = (info.audio_streams().into_iter())
        .find(|audio| chosen.audio.is_some_and(|chosen| is_same(audio, chosen)));
    let media = MediaInfo {
        container,
        faststart: matches!(container, Container::Mp4)
            && mp4::is_faststart(path).map_err(unread)?,
        bytes,
        duration,
        video,
        audio: sound.as_ref().map(audio_info),
        trimmed: plan.cuts.is_some(),
        several: chosen.leaves_out,
        remarks,
    };
    Ok((media, plan))
}

fn is_same(found: &impl IsA<gst_pbutils::DiscovererStreamInfo>, stream: &Stream) -> bool {
    found.stream_id().is_some_and(|id| id == stream.id)
}

/// What has to be read of the streams that were chosen.
fn plan(chosen: &Choice<'_>, video: &Stream, movie: Option<&Movie>) -> Result<Plan> {
    let track = |stream: &Stream| movie.and_then(|movie| choice::track_of(movie, stream));
    let picture = track(video);
    let sound = chosen.audio.and_then(track);
    let mut plan = Plan {
        video: video.id.clone(),
        audio: chosen.audio.map(|audio| audio.id.clone()),
        patches: Vec::new(),
        cuts: None,
        says: Says {
            video: picture.and_then(|track| track.length),
            audio: sound.and_then(|track| track.length),
            pictures: picture
                .map(|track| track.samples)
                .filter(|&samples| samples > 0),
            longest: None,
        },
    };
    let trimmed = [picture, sound]
        .into_iter()
        .flatten()
        .any(mp4::Track::is_trimmed);
    if let Some((movie, picture)) = movie.zip(picture).filter(|_| trimmed) {
        let shown = |track| Cuts::of(track).ok_or(Error::Edited);
        let heard = sound.map(shown).transpose()?.unwrap_or_default();
        plan.cuts = Some((shown(picture)?, heard));
        plan.patches = movie.without_edits();
    }
    Ok(plan)
}

/// Containers with a length of their own; of others GStreamer estimates it by what is there.
fn says_its_length(info: &gst_pbutils::DiscovererInfo) -> bool {
    let name = top(info).and_then(|caps| Some(caps.structure(0)?.name().to_string()));
    matches!(
        name.as_deref(),
        Some(
            "video/x-matroska"
                | "video/webm"
                | "video/x-flv"
                | "video/x-ms-asf"
                | "application/vnd.rn-realmedia"
                | "application/x-pn-realmedia"
        )
    )
}

fn top(info: &gst_pbutils::DiscovererInfo) -> Option<gst::Caps> {
    info.stream_info().and_then(|stream| stream.caps())
}

fn check_result(info: &gst_pbutils::DiscovererInfo) -> Result<()> {
    use gst_pbutils::DiscovererResult as R;
    match info.result() {
        // Which of the streams lack a decoder is looked at when they are chosen.
        R::Ok | R::MissingPlugins => Ok(()),
        R::Timeout => Err(Error::Stalled(Duration::from(DISCOVER_TIMEOUT))),
        other => Err(Error::Damaged {
            detail: format!("{other:?}"),
        }),
    }
}

/// The codec of a picture (`video`) or sound (`audio`) that nothing here decodes.
fn missing(info: &gst_pbutils::DiscovererInfo, medium: &str) -> Option<String> {
    let details = info.missing_elements_installer_details();
    let wanted = format!("decoder-{medium}/");
    let detail = details.iter().find(|detail| detail.contains(&wanted))?;
    Some(detail.split('|').nth(3).unwrap_or("未知编码").to_owned())
}

fn container_of(info: &gst_pbutils::DiscovererInfo) -> Container {
    let Some(top) = top(info) else {
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
        colours: text("colorimetry")
            .and_then(|text| text.parse().ok())
            .map_or(Colours::Standard, |stated| Colours::of(&stated)),
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

/// More than one gap in twenty differs by a quarter from the usual one.
///
/// The container's own word is no use: phones write an average.
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
