//! What can go wrong with a video, in categories a person can act on.

use std::path::PathBuf;
use std::time::Duration;

/// A failure of probing, transcoding or taking a poster.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be opened at all.
    #[error("cannot open {path}")]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Not a video or sound file that anything here recognises.
    #[error("not a media file: {detail}")]
    NotMedia {
        /// What GStreamer said.
        detail: String,
    },
    /// The file begins well and breaks off, or its data is damaged.
    #[error("damaged media file: {detail}")]
    Damaged {
        /// What GStreamer said.
        detail: String,
    },
    /// It ends before what the file itself says: a copy that was broken off.
    #[error("{what} ends at {ends:?} of {says:?}")]
    CutShort {
        /// What ends, in Chinese: picture, sound or the file.
        what: String,
        /// Length by the file's own word, where it tells.
        says: Option<Duration>,
        /// How much could be read, where that was tried.
        ends: Option<Duration>,
    },
    /// An edit list that shows something twice, or at another speed.
    #[error("an edit list that goes back or changes the speed")]
    Edited,
    /// There is sound but no picture.
    #[error("sound without picture")]
    NoPicture,
    /// No decoder for a codec is installed.
    #[error("no decoder for {what}")]
    MissingDecoder {
        /// The codec as GStreamer describes it.
        what: String,
    },
    /// Nothing moved for too long.
    #[error("no progress for {0:?}")]
    Stalled(Duration),
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// GStreamer lacks an element this crate needs, or cannot start.
    #[error("GStreamer setup: {0}")]
    Setup(String),
    /// The result cannot be written.
    #[error("cannot write the result: {0}")]
    Write(String),
}

impl Error {
    /// The category in Chinese, with what to do about it, for people who look after content.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::Open { .. } => "视频文件打不开，请检查文件是否存在、是否有读取权限".into(),
            Self::NotMedia { .. } => "不是能识别的视频文件，请换成 MP4、MKV、MOV 等常见格式".into(),
            Self::Damaged { .. } => "视频文件已损坏或没有拷贝完整，请从原设备重新拷贝".into(),
            Self::CutShort {
                what,
                says: Some(says),
                ends: Some(ends),
            } => format!(
                "{what}只能读到第 {} 秒，应有 {} 秒，视频没有拷贝完整或已损坏，请从原设备重新拷贝",
                ends.as_secs(),
                says.as_secs_f64().round()
            ),
            Self::CutShort { what, .. } => {
                format!("{what}没有拷贝完整（比自己写明的短），请从原设备重新拷贝")
            }
            Self::Edited => "视频剪辑过（有重复或变速的片段），请用剪辑软件另存为新的 MP4".into(),
            Self::NoPicture => "文件里只有声音没有画面，节目必须有画面".into(),
            Self::MissingDecoder { what } => {
                format!("服务器上没有“{what}”的解码器，请把视频另存为 H.264 编码的 MP4")
            }
            Self::Stalled(_) => "视频处理停滞，可能已损坏，请用播放器试播或换一个文件".into(),
            Self::Cancelled => "已取消".into(),
            Self::Setup(_) => "服务器缺少视频处理组件，请运行安装脚本".into(),
            Self::Write(_) => "处理后的视频写不进磁盘，请检查磁盘空间".into(),
        }
    }
}
