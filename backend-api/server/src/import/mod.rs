//! A folder written by hand becomes bulletins and programmes, and its lists become members,
//! households, meetings and duty rooms. The format is described in `docs/CONTENT.md`.
//!
//! ```text
//! folder ─▶ text ─▶ item (fields, markdown, table)   pure: bytes in, item or complaints out
//!                     └─▶ check (list, publisher)    against township.toml and organizations.csv
//!                          └─▶ media                 pictures scaled, videos converted, cached
//!                               └─▶ run              one transaction an item
//! ```
//!
//! Every mistake is a [`Complaint`] with file and line. An item with a mistake stays as it was
//! before; the others go on. An item whose files have not changed is not looked at again.

pub mod captions;
pub mod check;
pub mod complaint;
pub mod date;
pub mod duty_rooms;
pub mod fields;
pub mod folder;
pub mod item;
pub mod markdown;
pub mod media;
pub mod meetings;
pub mod organizations;
pub mod people;
pub mod progress;
pub mod report;
mod rows;
mod run;
pub mod table;
#[cfg(test)]
mod tests;
pub mod text;
pub mod township;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use store::Store;
use tokio::runtime::Handle;

pub use complaint::Complaint;
pub use progress::{OnTerminal, Progress, Silent};
pub use report::ImportReport;

use crate::clock::Clock;
use crate::services::files::{Files, FilesError};
use crate::services::kit::error::ServiceError;
use crate::services::pictures::PictureError;
use crate::services::vault::Vault;

/// What an import works with.
#[derive(Clone)]
pub struct ImportContext {
    /// The database.
    pub store: Store,
    /// Stored files.
    pub files: Files,
    /// Keys of personal data.
    pub vault: Arc<Vault>,
    /// Folder for notes about converted files and for videos being converted; created when it
    /// is missing. May be emptied at any time, at the cost of converting again.
    pub cache_dir: PathBuf,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Set it to stop before the next item, or in the middle of a video.
    pub cancel: Arc<AtomicBool>,
    /// Where file operations run.
    pub runtime: Handle,
}

/// Why an import stopped altogether. What was imported before stays.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The folder cannot be opened.
    #[error("文件夹 {path} 打不开")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The folder holds nothing of the kind; importing it would withdraw everything.
    #[error(
        "{0} 里没有 township.toml，也没有 bulletins、honours、guides、programmes 文件夹，是不是选错了文件夹？"
    )]
    NotContent(PathBuf),
    /// The database failed.
    #[error("写数据库失败")]
    Store(#[from] store::Error),
    /// Stored files cannot be written.
    #[error("写文件失败")]
    Files(#[from] FilesError),
    /// A picture could be read and not be processed.
    #[error("处理图片失败")]
    Picture(#[from] PictureError),
    /// Media processing is not available.
    #[error("处理视频失败")]
    Media(#[source] media_studio::Error),
    /// The cache folder cannot be used.
    #[error("缓存文件 {path} 不能读写")]
    Cache {
        /// File or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The lists of people could not be imported, which is a bug.
    #[error("导入人员失败：{0}")]
    People(String),
    /// A camera's address could not be sealed.
    #[error("加密摄像头地址失败")]
    Sealing(#[source] ServiceError),
    /// [`ImportContext::cancel`] was set.
    #[error("已取消")]
    Cancelled,
    /// The worker ended without an answer, which is a bug.
    #[error("导入中断")]
    Worker(#[source] tokio::task::JoinError),
}

/// Imports a folder. With `dry_run` everything is read and checked, and nothing written.
///
/// # Errors
/// [`ImportError`] when the import cannot go on; mistakes in the folder are in the report.
pub async fn import_folder(
    context: &ImportContext,
    folder: &Path,
    dry_run: bool,
    mut progress: Box<dyn Progress>,
) -> Result<ImportReport, ImportError> {
    let context = context.clone();
    let folder = folder.to_owned();
    tokio::task::spawn_blocking(move || run::run(&context, &folder, dry_run, progress.as_mut()))
        .await
        .map_err(ImportError::Worker)?
}

/// Imports only name, sections and organizations of a folder, so that terminals can be enrolled that
/// the rest of it names.
///
/// # Errors
/// As [`import_folder`].
pub async fn import_organizations(
    context: &ImportContext,
    folder: &Path,
) -> Result<(), ImportError> {
    let (context, folder) = (context.clone(), folder.to_owned());
    tokio::task::spawn_blocking(move || run::organizations(&context, &folder))
        .await
        .map_err(ImportError::Worker)?
}
