//! What was written of a program becomes a film: its segments are joined, get a poster, and both are
//! stored.

use std::path::Path;
use std::time::Duration;

use contract::file::Picture;
use contract::meeting::RecordingCut;
use contract::programme::Rendition;
use media_studio::live::{self, Part};
use tokio::runtime::Handle;

use crate::services::files::Files;
use crate::services::kit::error::ServiceError;
use crate::services::pictures;

/// A recording whose files are stored already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Length.
    pub duration_ms: i64,
    /// Still picture.
    pub poster: Picture,
    /// The film.
    pub rendition: Rendition,
    /// Where in all that was recorded it begins.
    pub from_ms: i64,
    /// How long all that was recorded is.
    pub whole_ms: i64,
    /// Which part was asked for; none: all of it.
    pub asked: Option<RecordingCut>,
}

/// Why a recording could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Unmade {
    /// The film could not be made.
    #[error("the film cannot be made")]
    Film(#[source] media_studio::Error),
    /// Its poster could not be made.
    #[error("the poster cannot be made")]
    Poster(#[source] image::ImageError),
    /// It could not be stored or published.
    #[error("it cannot be stored")]
    Stored(#[from] ServiceError),
}

impl Unmade {
    /// Why in plain words, for staff.
    #[must_use]
    pub fn words(&self) -> String {
        use media_studio::Error as E;
        let words = match self {
            Self::Stored(ServiceError::StorageFull) | Self::Film(E::Write(_)) => {
                "服务器的磁盘已满，录像存不下，请联系管理员清理磁盘"
            }
            Self::Stored(ServiceError::Conflict(why)) => return why.clone(),
            Self::Stored(ServiceError::Store(_)) => "数据库暂时不能写入",
            Self::Film(E::NoPicture) => "会议里只有声音，没有画面",
            Self::Film(E::MissingDecoder { .. } | E::Setup(_)) => {
                "服务器缺少视频处理组件，请联系管理员安装"
            }
            Self::Film(E::Stalled(_)) => "处理停住了，服务器可能太忙",
            Self::Film(E::NotMedia { .. } | E::Damaged { .. } | E::CutShort { .. }) => {
                "录下来的片段有损坏，请联系管理员检查磁盘"
            }
            Self::Film(_) | Self::Poster(_) | Self::Stored(_) => {
                "服务器处理出错，请联系管理员查看日志"
            }
        };
        words.to_owned()
    }
}

/// Joins and stores what is in a [folder](super::Media::recording_folder), or a part of it; nothing if nobody sent
/// anything. Blocks, on a thread where the runtime can be waited for.
///
/// # Errors
/// [`Unmade`]; the segments are kept.
pub fn make(
    files: &Files,
    folder: &Path,
    cut: Option<RecordingCut>,
    runtime: &Handle,
) -> Result<Option<Recording>, Unmade> {
    let Some(bytes) = segments(folder) else {
        return Ok(None);
    };
    // The film is here before it is stored.
    let room = files.admit(bytes.saturating_mul(2));
    room.map_err(ServiceError::from)?;
    let film = folder.join("recording.mp4");
    let made = film_of(files, (folder, cut), &film, runtime);
    if made.is_err() {
        // The error says more than that of the clean-up.
        let _ = std::fs::remove_file(&film);
    }
    made.map(Some)
}

fn film_of(
    files: &Files,
    (folder, cut): (&Path, Option<RecordingCut>),
    film: &Path,
    runtime: &Handle,
) -> Result<Recording, Unmade> {
    let time = |ms: i64| Duration::from_millis(ms.max(0).unsigned_abs());
    let part = cut.map(|cut| Part {
        from: time(cut.from_ms),
        to: time(cut.to_ms),
    });
    let recorded = live::recording_of(folder, film, part).map_err(Unmade::Film)?;
    let poster = media_studio::poster(film, None).map_err(Unmade::Film)?;
    let mut png = std::io::Cursor::new(Vec::new());
    poster
        .write_to(&mut png, image::ImageFormat::Png)
        .map_err(Unmade::Poster)?;
    let poster = pictures::prepare(png.get_ref()).map_err(ServiceError::from)?;
    let poster = runtime
        .block_on(pictures::store(files, poster, ""))
        .map_err(ServiceError::from)?;
    let file = runtime
        .block_on(files.put_file(film, "mp4", "video/mp4"))
        .map_err(ServiceError::from)?;
    let seconds = (recorded.duration_ms / 1_000).max(1);
    let ms = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
    Ok(Recording {
        duration_ms: ms(recorded.duration_ms),
        from_ms: ms(recorded.from_ms),
        whole_ms: ms(recorded.whole_ms),
        asked: cut,
        poster,
        rendition: Rendition {
            width: recorded.width,
            height: recorded.height,
            bitrate: file.bytes * 8 / seconds,
            has_audio: recorded.has_audio,
            file,
        },
    })
}

/// Bytes of what was sent while the program was on; nothing if nothing was.
fn segments(folder: &Path) -> Option<u64> {
    let entries = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let segments = entries.filter(|entry| entry.path().extension().is_some_and(|end| end == "ts"));
    segments
        .map(|entry| entry.metadata().map_or(0, |it| it.len()))
        .reduce(u64::saturating_add)
}
