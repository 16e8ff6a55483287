//! Which videos the boxes play cheaply as they are.
//!
//! The boxes decode H.264 in software: 44 % of a core at 1080p30. Anything heavier, or anything
//! their decoders may not know, is turned into that once, on the server.

use crate::container::Container;
use crate::probe::{AudioCodec, MediaInfo, Rotation, VideoCodec};
use crate::tone::Colours;

/// More than this a second, picture and sound together, stutters on village lines.
const MAX_BITRATE: u64 = 10_000_000;

/// Why a video is not handed out as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Not H.264.
    VideoCodec(String),
    /// Not AAC.
    AudioCodec(String),
    /// More than 8 bits a sample, or not 4:2:0.
    PixelFormat,
    /// Larger than 1920×1080.
    Size {
        /// Width in pixels, upright.
        width: u32,
        /// Height in pixels, upright.
        height: u32,
    },
    /// More than 30 frames a second.
    FrameRate,
    /// Frames come at irregular times.
    VariableFrameRate,
    /// Interlaced picture.
    Interlaced,
    /// The picture lies on its side and is only marked as to be turned.
    Rotated,
    /// Pixels are not square.
    PixelAspect,
    /// More than 2 sound channels.
    Channels(u32),
    /// More than 10 Mbit/s.
    Bitrate(u64),
    /// A high dynamic range or a wide gamut.
    Colours,
    /// Something is left out by an edit list, which players treat differently.
    Trimmed,
    /// More than one picture or sound: players choose differently.
    Several,
    /// Right codecs, but not an MP4 that starts playing from its beginning.
    Container,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::VideoCodec(name) => write!(f, "画面编码是 {name}"),
            Self::AudioCodec(name) => write!(f, "声音编码是 {name}"),
            Self::PixelFormat => f.write_str("画面是 10 位或非 4:2:0 格式"),
            Self::Size { width, height } => write!(f, "画面 {width}×{height} 太大"),
            Self::FrameRate => f.write_str("帧率高于 30"),
            Self::VariableFrameRate => f.write_str("帧率不固定"),
            Self::Interlaced => f.write_str("隔行扫描"),
            Self::Rotated => f.write_str("画面是横躺着的"),
            Self::PixelAspect => f.write_str("像素不是正方形"),
            Self::Channels(count) => write!(f, "声音有 {count} 个声道"),
            Self::Bitrate(rate) => write!(f, "码率 {} Mbit/s 太高", rate / 1_000_000),
            Self::Colours => f.write_str("画面是 HDR 或广色域"),
            Self::Trimmed => f.write_str("剪辑过，剪掉的部分还在文件里"),
            Self::Several => f.write_str("有几路画面或声音，只留一路"),
            Self::Container => f.write_str("封装格式不便点播"),
        }
    }
}

/// What to do with a video before handing it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// Hand it out unchanged.
    AsIs,
    /// Copy the streams into another container: no loss, seconds of work.
    Remux(Reason),
    /// Decode and encode again.
    Transcode(Reason),
}

/// Why the picture or sound must be encoded again; `None` when the streams play as they are
/// (the container may still be odd, see [`treatment`]).
#[must_use]
pub fn needs_transcode(info: &MediaInfo) -> Option<Reason> {
    let video = &info.video;
    if info.trimmed {
        return Some(Reason::Trimmed);
    }
    if video.codec != VideoCodec::H264 {
        return Some(Reason::VideoCodec(video.codec.name().to_owned()));
    }
    if video.colours != Colours::Standard {
        return Some(Reason::Colours);
    }
    if video.bit_depth > 8
        || !video.is_420
        || video.profile.contains("4:2:2")
        || video.profile.contains("4:4:4")
    {
        return Some(Reason::PixelFormat);
    }
    if video.rotation != Rotation::Upright {
        return Some(Reason::Rotated);
    }
    if video.width > 1920 || video.height > 1080 {
        return Some(Reason::Size {
            width: video.width,
            height: video.height,
        });
    }
    if video.pixel_aspect.0 != video.pixel_aspect.1 {
        return Some(Reason::PixelAspect);
    }
    if video.interlaced {
        return Some(Reason::Interlaced);
    }
    if video.variable_rate {
        return Some(Reason::VariableFrameRate);
    }
    // 30.3 leaves room for cameras whose 30 is measured as 30.02.
    if video.frames_per_second() > 30.3 {
        return Some(Reason::FrameRate);
    }
    if let Some(audio) = &info.audio {
        if audio.codec != AudioCodec::Aac {
            return Some(Reason::AudioCodec(audio.codec.name().to_owned()));
        }
        if audio.channels > 2 {
            return Some(Reason::Channels(audio.channels));
        }
    }
    (info.bitrate() > MAX_BITRATE).then(|| Reason::Bitrate(info.bitrate()))
}

/// What to do with a video before handing it out.
#[must_use]
pub fn treatment(info: &MediaInfo) -> Treatment {
    match needs_transcode(info) {
        Some(reason) => Treatment::Transcode(reason),
        None if info.several => Treatment::Remux(Reason::Several),
        None if info.container == Container::Mp4 && info.faststart => Treatment::AsIs,
        None => Treatment::Remux(Reason::Container),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::probe::{AudioInfo, VideoInfo};

    fn plain() -> MediaInfo {
        MediaInfo {
            container: Container::Mp4,
            faststart: true,
            bytes: 5_000_000,
            duration: Duration::from_secs(10),
            video: VideoInfo {
                codec: VideoCodec::H264,
                profile: "high".into(),
                bit_depth: 8,
                is_420: true,
                width: 1920,
                height: 1080,
                pixel_aspect: (1, 1),
                frame_rate: (30, 1),
                variable_rate: false,
                interlaced: false,
                rotation: Rotation::Upright,
                colours: Colours::Standard,
            },
            audio: Some(AudioInfo {
                codec: AudioCodec::Aac,
                channels: 2,
                rate: 48_000,
            }),
            trimmed: false,
            several: false,
            remarks: Vec::new(),
        }
    }

    fn changed(change: impl FnOnce(&mut MediaInfo)) -> Treatment {
        let mut info = plain();
        change(&mut info);
        treatment(&info)
    }

    #[test]
    fn plain_video_is_left_alone() {
        assert_eq!(treatment(&plain()), Treatment::AsIs);
        assert_eq!(changed(|i| i.audio = None), Treatment::AsIs);
        assert_eq!(
            changed(|i| i.video.frame_rate = (30_000, 1001)),
            Treatment::AsIs
        );
    }

    #[test]
    fn odd_container_is_only_remuxed() {
        assert_eq!(
            changed(|i| i.container = Container::Matroska),
            Treatment::Remux(Reason::Container)
        );
        assert_eq!(
            changed(|i| i.faststart = false),
            Treatment::Remux(Reason::Container)
        );
        assert_eq!(
            changed(|i| i.several = true),
            Treatment::Remux(Reason::Several)
        );
    }

    #[test]
    fn everything_heavier_is_transcoded() {
        let cases: Vec<(Treatment, Reason)> = vec![
            (
                changed(|i| i.video.codec = VideoCodec::H265),
                Reason::VideoCodec("H.265".into()),
            ),
            (changed(|i| i.video.bit_depth = 10), Reason::PixelFormat),
            (changed(|i| i.video.colours = Colours::Hlg), Reason::Colours),
            (changed(|i| i.trimmed = true), Reason::Trimmed),
            (changed(|i| i.video.is_420 = false), Reason::PixelFormat),
            (
                changed(|i| i.video.width = 3840),
                Reason::Size {
                    width: 3840,
                    height: 1080,
                },
            ),
            (changed(|i| i.video.frame_rate = (60, 1)), Reason::FrameRate),
            (
                changed(|i| i.video.variable_rate = true),
                Reason::VariableFrameRate,
            ),
            (changed(|i| i.video.interlaced = true), Reason::Interlaced),
            (
                changed(|i| i.video.rotation = Rotation::Right),
                Reason::Rotated,
            ),
            (
                changed(|i| i.video.pixel_aspect = (16, 15)),
                Reason::PixelAspect,
            ),
            (
                changed(|i| i.bytes = 50_000_000),
                Reason::Bitrate(40_000_000),
            ),
            (
                changed(|i| i.audio.as_mut().unwrap().channels = 6),
                Reason::Channels(6),
            ),
            (
                changed(|i| i.audio.as_mut().unwrap().codec = AudioCodec::Mp3),
                Reason::AudioCodec("MP3".into()),
            ),
        ];
        for (treatment, reason) in cases {
            assert_eq!(treatment, Treatment::Transcode(reason));
        }
    }
}
