//! What was written of a program becomes a film: its segments are joined, get a poster, and both are
//! stored.

use std::path::Path;

use contract::file::Picture;
use contract::programme::Rendition;
use media_studio::live;
use tokio::runtime::Handle;

use crate::services::files::Files;
use crate::services::kit::error::{Result, ServiceError};
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
}

/// Joins and stores what is in a [folder](super::Media::recording_folder); nothing if nobody sent
/// anything. Blocks, on a thread where the runtime can be waited for.
///
/// # Errors
/// The recording cannot be made; the segments are kept.
pub fn make(files: &Files, folder: &Path, runtime: &Handle) -> Result<Option<Recording>> {
    if !has_segments(folder) {
        return Ok(None);
    }
    let film = folder.join("recording.mp4");
    let recorded = live::recording(folder, &film).map_err(|error| failed(&error))?;
    let poster = media_studio::poster(&film, None).map_err(|error| failed(&error))?;
    let mut png = std::io::Cursor::new(Vec::new());
    poster
        .write_to(&mut png, image::ImageFormat::Png)
        .map_err(|error| failed(&error))?;
    let poster = pictures::prepare(png.get_ref())?;
    let poster = runtime.block_on(pictures::store(files, poster, ""))?;
    let file = runtime.block_on(files.put_file(&film, "mp4", "video/mp4"))?;
    let seconds = (recorded.duration_ms / 1_000).max(1);
    Ok(Some(Recording {
        duration_ms: i64::try_from(recorded.duration_ms).unwrap_or(i64::MAX),
        poster,
        rendition: Rendition {
            width: recorded.width,
            height: recorded.height,
            bitrate: file.bytes * 8 / seconds,
            has_audio: recorded.has_audio,
            file,
        },
    }))
}

/// Whether anything was sent while the program was on.
fn has_segments(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| {
        entries.any(|entry| {
            entry.is_ok_and(|entry| entry.path().extension().is_some_and(|end| end == "ts"))
        })
    })
}

fn failed(error: &dyn std::error::Error) -> ServiceError {
    ServiceError::Internal(format!("recording: {error}"))
}
