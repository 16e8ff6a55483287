//! Films as files, for whoever stores some: what is in one, what has to be made of it, making it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use contract::programme::Rendition;
use image::codecs::jpeg::JpegEncoder;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

use crate::services::files::{Files, FilesError};

pub use media_studio::elements::missing as missing_elements;
pub use media_studio::{Error, Treatment, check, probe, treatment};
use media_studio::{poster, remux, transcode};

/// JPEG quality of a still picture, of which smaller ones are made.
const STILL_QUALITY: u8 = 92;

/// A film that every television plays, stored already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The file.
    pub rendition: Rendition,
    /// Its length in milliseconds.
    pub duration_ms: i64,
    /// Why it was converted, if it was.
    pub converted: Option<String>,
    /// What was chosen or left out, in sentences.
    #[serde(default)]
    pub remarks: Vec<String>,
}

/// Why a film could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Unmade {
    /// Something is wrong with it, or with what makes it.
    #[error("the film cannot be made")]
    Film(#[from] Error),
    /// It cannot be stored.
    #[error("the film cannot be stored")]
    Files(#[from] FilesError),
    /// What it was made in beside cannot be taken away.
    #[error("{path} is left over")]
    Scratch {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// How far it is: why it is converted, if it is, and how much is done, 0 to 1.
pub type Tell<'a> = &'a mut dyn FnMut(Option<&str>, f64);

/// Makes a film that every television plays of a video, and stores it. It is made in `scratch`, which is gone
/// in the end. Blocks, on a thread where the runtime can be waited for.
///
/// # Errors
/// [`Unmade`]; then nothing is stored.
pub fn make(
    files: &Files,
    runtime: &Handle,
    video: &Path,
    scratch: &Path,
    tell: Tell<'_>,
    cancel: &AtomicBool,
) -> Result<Made, Unmade> {
    let info = probe(video)?;
    let treatment = treatment(&info);
    let converted = reason(&treatment);
    // What is made of it is as large at most, and is stored besides.
    let bytes = fs::metadata(video).map_or(0, |it| it.len());
    files.admit(bytes.saturating_mul(2))?;
    let mut tell = |share| tell(converted.as_deref(), share);
    let made = match treatment {
        Treatment::AsIs => check(video, &mut tell, cancel),
        Treatment::Remux(_) => remux(video, scratch, &mut tell, cancel),
        Treatment::Transcode(_) => transcode(video, scratch, &mut tell, cancel),
    }?;
    let ready = if converted.is_some() { scratch } else { video };
    let file = runtime.block_on(files.put_file(ready, "mp4", "video/mp4"));
    if converted.is_some() {
        fs::remove_file(scratch).map_err(|source| Unmade::Scratch {
            path: scratch.to_owned(),
            source,
        })?;
    }
    Ok(Made {
        rendition: Rendition {
            file: file?,
            width: made.video.width,
            height: made.video.height,
            bitrate: made.bitrate(),
            has_audio: made.audio.is_some(),
        },
        duration_ms: millis(made.duration),
        converted,
        remarks: info.remarks,
    })
}

/// Why a video has to be converted, if it has.
#[must_use]
pub fn reason(treatment: &Treatment) -> Option<String> {
    match treatment {
        Treatment::AsIs => None,
        Treatment::Remux(reason) | Treatment::Transcode(reason) => Some(reason.to_string()),
    }
}

/// A still picture of a video as JPEG, taken from `at` or where it is worth looking at.
///
/// # Errors
/// [`Error`].
pub fn still(video: &Path, at: Option<Duration>) -> Result<Vec<u8>, Error> {
    let still = poster(video, at)?;
    let mut bytes = Vec::new();
    still
        .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, STILL_QUALITY))
        .map_err(|error| Error::Write(error.to_string()))?;
    Ok(bytes)
}

/// A length in milliseconds.
#[must_use]
pub fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
