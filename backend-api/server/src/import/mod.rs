//! A folder written by hand becomes what the services publish. The format is described in
//! `docs/CONTENT.md`; which kinds of things there are stands in [`register`] and nowhere else here.
//!
//! ```text
//! folder ─▶ text ─▶ item, rows (fields, markdown, table)  pure: bytes in, item or complaints out
//!                     └─▶ check (list, publisher)         against sections and organizations
//!                          └─▶ media                      pictures scaled, videos converted, cached
//!                               └─▶ service               checks and writes, one transaction each
//! ```
//!
//! Every mistake is a [`Complaint`] with file and line. An item with a mistake stays as it was
//! before; the others go on. An item whose files have not changed is not looked at again. The services
//! check what is imported as they check what staff write: what they refuse becomes a complaint, too.

mod adapter;
mod captions;
mod check;
mod complaint;
mod date;
mod fields;
mod folder;
mod item;
mod items;
mod known;
mod leftovers;
mod lists;
mod markdown;
mod media;
mod progress;
mod quotes;
pub mod readers;
pub mod register;
mod report;
mod rows;
mod run;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod withdrawals;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use store::Store;
use tokio::runtime::Handle;

pub use complaint::Complaint;
pub use progress::{OnTerminal, Progress, Silent};
pub use report::{ImportReport, Withdrawal};

use crate::clock::Clock;
use crate::services::files::{Files, FilesError};
use crate::services::kit::error::ServiceError;
use crate::services::media::{Reach, film};
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
    /// Where cameras may be.
    pub cameras: Arc<Reach>,
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
    #[error("{path} 里没有 {signs} 中的任何一个，是不是选错了文件夹？")]
    NotContent {
        /// The folder.
        path: PathBuf,
        /// The files and folders by which a content folder is known.
        signs: String,
    },
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
    Media(#[source] film::Error),
    /// The cache folder cannot be used.
    #[error("缓存文件 {path} 不能读写")]
    Cache {
        /// File or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A service failed.
    #[error("写入失败")]
    Service(#[source] ServiceError),
    /// [`ImportContext::cancel`] was set.
    #[error("已取消")]
    Cancelled,
    /// The worker ended without an answer, which is a bug.
    #[error("导入中断")]
    Worker(#[source] tokio::task::JoinError),
}

impl From<ServiceError> for ImportError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Store(error) => Self::Store(error),
            other => Self::Service(other),
        }
    }
}

/// How far an import goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything is read and checked, and nothing written.
    Trial,
    /// Everything is written; nothing is, if much would be withdrawn.
    Careful,
    /// Everything is written, however much is withdrawn.
    Confirmed,
}

/// Imports a folder [carefully](Extent::Careful); with `dry_run` everything is read and checked, and nothing
/// written.
///
/// # Errors
/// As [`import_folder_as_far`].
pub async fn import_folder(
    context: &ImportContext,
    folder: &Path,
    dry_run: bool,
    progress: Box<dyn Progress>,
) -> Result<ImportReport, ImportError> {
    let extent = if dry_run {
        Extent::Trial
    } else {
        Extent::Careful
    };
    import_folder_as_far(context, folder, extent, progress).await
}

/// Imports a folder.
///
/// # Errors
/// [`ImportError`] when the import cannot go on; mistakes in the folder are in the report.
pub async fn import_folder_as_far(
    context: &ImportContext,
    folder: &Path,
    extent: Extent,
    mut progress: Box<dyn Progress>,
) -> Result<ImportReport, ImportError> {
    let context = context.clone();
    let folder = folder.to_owned();
    tokio::task::spawn_blocking(move || run::run(&context, &folder, extent, progress.as_mut()))
        .await
        .map_err(ImportError::Worker)?
}

/// Imports only what everything else refers to, such as organizations, so that terminals can be enrolled
/// that the rest of the folder names.
///
/// # Errors
/// As [`import_folder`].
pub async fn import_ground(context: &ImportContext, folder: &Path) -> Result<(), ImportError> {
    let (context, folder) = (context.clone(), folder.to_owned());
    tokio::task::spawn_blocking(move || run::ground(&context, &folder, &mut Silent))
        .await
        .map_err(ImportError::Worker)?
}
