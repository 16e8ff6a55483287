//! Pictures and videos of the folder become stored files. What was derived is remembered by the
//! hash of its source, so that an unchanged video is never transcoded twice.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use contract::file::{FileRef, Picture};
use contract::programme::Rendition;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::progress::Progress;
use super::{ImportContext, ImportError};
use crate::services::files::{FileName, hex};
use crate::services::media::film::{self, Unmade};
use crate::services::pictures::{self, PictureError};

/// Larger pictures are refused before they are read.
const MAX_PICTURE_BYTES: u64 = 80 * 1024 * 1024;
/// Changes when derived files are made differently, so that they are made again.
const RECIPE: u32 = 2;

/// Extensions of pictures.
pub const PICTURES: [&str; 4] = ["jpg", "jpeg", "png", "webp"];

/// Extensions of videos.
pub const VIDEOS: [&str; 19] = [
    "mp4", "mkv", "mov", "m4v", "webm", "avi", "ts", "mts", "m2ts", "mpg", "mpeg", "wmv", "flv",
    "3gp", "rmvb", "rm", "asf", "vob", "f4v",
];

/// A video ready for terminals.
pub type Video = film::Made;

/// Result of something that can be wrong in the folder (the inner one, in Chinese) or on the
/// server (the outer one).
pub type Checked<T> = Result<Result<T, String>, ImportError>;

/// Turns files of the folder into stored files.
pub struct Media<'a> {
    context: &'a ImportContext,
    dry_run: bool,
}

impl<'a> Media<'a> {
    /// With `dry_run` files are looked at, and nothing is stored or converted.
    #[must_use]
    pub const fn new(context: &'a ImportContext, dry_run: bool) -> Self {
        Self { context, dry_run }
    }

    /// A picture in the sizes a terminal needs.
    pub fn picture(&self, path: &Path, caption: &str) -> Checked<Picture> {
        if fs::metadata(path).is_ok_and(|meta| meta.len() > MAX_PICTURE_BYTES) {
            return Ok(Err("图片超过 80 MB，请缩小后再放进来".into()));
        }
        let Ok(bytes) = fs::read(path) else {
            return Ok(Err("图片打不开，请检查读取权限".into()));
        };
        self.picture_bytes(&bytes, caption)
    }

    fn picture_bytes(&self, bytes: &[u8], caption: &str) -> Checked<Picture> {
        let key = format!("{}-picture", hex(&Sha256::digest(bytes)));
        if let Some(picture) = self.recall::<Picture>(&key, picture_files)? {
            return Ok(Ok(Picture {
                caption: caption.to_owned(),
                ..picture
            }));
        }
        let prepared = match pictures::prepare(bytes) {
            Ok(prepared) => prepared,
            Err(PictureError::Format) => {
                return Ok(Err("不是能用的图片，请另存为 JPEG、PNG 或 WebP 格式".into()));
            }
            Err(PictureError::TooLarge) => {
                return Ok(Err("图片太大，请缩小到 1 亿像素以内".into()));
            }
            Err(PictureError::Damaged(_) | PictureError::CutOff) => {
                return Ok(Err("图片已损坏或没有拷贝完整，请重新拷贝".into()));
            }
            Err(error) => return Err(error.into()),
        };
        if self.dry_run {
            return Ok(Ok(Picture {
                width: prepared.width,
                height: prepared.height,
                caption: caption.to_owned(),
                ..Picture::default()
            }));
        }
        let picture = self.context.runtime.block_on(pictures::store(
            &self.context.files,
            prepared,
            caption,
        ))?;
        self.remember(
            &key,
            &Picture {
                caption: String::new(),
                ..picture.clone()
            },
        )?;
        Ok(Ok(picture))
    }

    /// A video every box can play.
    pub fn video(
        &self,
        path: &Path,
        sha256: &str,
        name: &str,
        progress: &mut dyn Progress,
    ) -> Checked<Video> {
        let key = format!("{sha256}-video");
        if let Some(video) =
            self.recall::<Video>(&key, |video| vec![video.rendition.file.clone()])?
        {
            return Ok(Ok(Video {
                converted: None,
                ..video
            }));
        }
        if self.dry_run {
            return self.tried(path);
        }
        let scratch = self.context.cache_dir.join(format!("{sha256}.mp4"));
        let mut tell = |why: Option<&str>, share: f64| {
            progress.video(name, why.unwrap_or("检查是否完整"), share);
        };
        let made = film::make(
            &self.context.files,
            &self.context.runtime,
            path,
            &scratch,
            &mut tell,
            &self.context.cancel,
        );
        let video = match made {
            Ok(made) => made,
            Err(Unmade::Film(error)) => return media_error(error),
            Err(Unmade::Files(error)) => return Err(error.into()),
            Err(Unmade::Scratch { path, source }) => {
                return Err(ImportError::Cache { path, source });
            }
        };
        self.remember(&key, &video)?;
        Ok(Ok(video))
    }

    /// What would be made of a video, read to its end.
    fn tried(&self, path: &Path) -> Checked<Video> {
        let info = match film::probe(path) {
            Ok(info) => info,
            Err(error) => return media_error(error),
        };
        match film::check(path, &mut |_| {}, &self.context.cancel) {
            Ok(read) => Ok(Ok(Video {
                rendition: Rendition::default(),
                duration_ms: film::millis(read.duration),
                converted: film::reason(&film::treatment(&info)),
                remarks: info.remarks,
            })),
            Err(error) => media_error(error),
        }
    }

    /// A still picture from a video.
    pub fn poster(&self, video: &Path, sha256: &str, at_ms: Option<u64>) -> Checked<Picture> {
        let key = format!(
            "{sha256}-poster-{}",
            at_ms.map_or_else(|| "auto".to_owned(), |at| at.to_string())
        );
        if let Some(picture) = self.recall::<Picture>(&key, picture_files)? {
            return Ok(Ok(picture));
        }
        if self.dry_run {
            return Ok(Ok(Picture::default()));
        }
        let bytes = match film::still(video, at_ms.map(Duration::from_millis)) {
            Ok(bytes) => bytes,
            Err(error) => return media_error(error),
        };
        let picture = match self.picture_bytes(&bytes, "")? {
            Ok(picture) => picture,
            Err(complaint) => return Ok(Err(complaint)),
        };
        self.remember(&key, &picture)?;
        Ok(Ok(picture))
    }

    /// Captions, as UTF-8.
    pub fn captions(&self, text: String) -> Result<FileRef, ImportError> {
        if self.dry_run {
            return Ok(FileRef::default());
        }
        let put = self
            .context
            .files
            .put_bytes("vtt", "text/vtt; charset=utf-8", Bytes::from(text));
        Ok(self.context.runtime.block_on(put)?)
    }

    fn note(&self, key: &str) -> PathBuf {
        self.context.cache_dir.join(format!("{key}-{RECIPE}.json"))
    }

    /// What was derived before, provided that all its files are still there.
    fn recall<T: DeserializeOwned>(
        &self,
        key: &str,
        files: impl Fn(&T) -> Vec<FileRef>,
    ) -> Result<Option<T>, ImportError> {
        let Ok(bytes) = fs::read(self.note(key)) else {
            return Ok(None);
        };
        let Ok(value) = serde_json::from_slice::<T>(&bytes) else {
            return Ok(None);
        };
        for file in files(&value) {
            let Ok(name) = FileName::parse(&file.name) else {
                return Ok(None);
            };
            if self
                .context
                .runtime
                .block_on(self.context.files.size(&name))?
                != Some(file.bytes)
            {
                return Ok(None);
            }
        }
        Ok(Some(value))
    }

    fn remember<T: Serialize>(&self, key: &str, value: &T) -> Result<(), ImportError> {
        let path = self.note(key);
        let fail = |source| ImportError::Cache {
            path: path.clone(),
            source,
        };
        let bytes = serde_json::to_vec(value).map_err(|error| fail(error.into()))?;
        fs::write(&path, bytes).map_err(fail)
    }
}

fn picture_files(picture: &Picture) -> Vec<FileRef> {
    pictures::files_of(picture).cloned().collect()
}

fn media_error<T>(error: film::Error) -> Checked<T> {
    match error {
        film::Error::Cancelled => Err(ImportError::Cancelled),
        film::Error::Setup(_) | film::Error::Write(_) => Err(ImportError::Media(error)),
        error => {
            tracing::info!(%error, "a video was refused");
            Ok(Err(error.advice()))
        }
    }
}
