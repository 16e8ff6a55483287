//! Backup: one folder with a consistent copy of the database, every stored file, and a manifest
//! of hashes. It is made while the server runs.
//!
//! The database is copied first and the files after it: files are stored before anything refers
//! to them and never deleted, so the copy has every file its database names.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::{Engine, Store};

use super::files::{FileName, hex};

const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "data.sqlite";
const FILES: &str = "files";

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this layout.
    pub format: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// When it was made, Unix milliseconds.
    pub created_at_ms: i64,
    /// The database file.
    pub database: Entry,
    /// Every stored file.
    pub files: Vec<Entry>,
}

/// One file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Name.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of its content in hexadecimal.
    pub sha256: String,
}

/// Why a backup cannot be made or restored. The texts are for the administrator.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has tools of its own.
    #[error("PostgreSQL 数据库请用 pg_dump 备份、pg_restore 恢复；文件夹 files 请另行复制")]
    Postgres,
    /// The target holds something.
    #[error("{0} 已存在且不是空的，请另选一个位置")]
    Occupied(PathBuf),
    /// There is data that would be lost.
    #[error("{0} 中已有数据；确要覆盖请加 --overwrite（原数据库会改名保留）")]
    WouldOverwrite(PathBuf),
    /// A server works on the data.
    #[error("{0} 正在被运行中的服务使用，请先停止服务")]
    InUse(PathBuf),
    /// No readable manifest.
    #[error("{path} 不是可用的备份清单")]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The manifest is of a later program.
    #[error("备份格式 {0} 比本程序新，请用更新的程序恢复")]
    Newer(u32),
    /// Content and hash differ.
    #[error("备份中的 {0} 已损坏：内容与清单不符")]
    Damaged(String),
    /// A file operation failed.
    #[error("{path} 读写失败")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The database failed.
    #[error("数据库出错")]
    Store(#[from] store::Error),
}

type Result<T> = std::result::Result<T, BackupError>;

/// Copies database and files into the folder `to`, which must not exist or be empty. Blocks.
///
/// # Errors
/// [`BackupError`]; then `to` does not exist.
pub fn backup(store: &Store, files_dir: &Path, to: &Path, now_ms: i64) -> Result<Manifest> {
    if store.engine() == Engine::Postgres {
        return Err(BackupError::Postgres);
    }
    if fs::read_dir(to).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(BackupError::Occupied(to.to_owned()));
    }
    // A backup that was interrupted must never look like a whole one.
    let mut partial = to.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(at(&partial))?;
    }
    let made = fill(store, files_dir, &partial, now_ms);
    if made.is_err() {
        // The error of the backup says more than that of the clean-up.
        let _ = fs::remove_dir_all(&partial);
    }
    let manifest = made?;
    if to.exists() {
        fs::remove_dir(to).map_err(at(to))?;
    }
    fs::rename(&partial, to).map_err(at(to))?;
    Ok(manifest)
}

fn fill(store: &Store, files_dir: &Path, folder: &Path, now_ms: i64) -> Result<Manifest> {
    fs::create_dir_all(folder.join(FILES)).map_err(at(folder))?;
    let database = folder.join(DATABASE);
    store.backup_to(&database)?;
    let (bytes, sha256) = hash(&database)?;
    let mut files = Vec::new();
    for name in stored(files_dir)? {
        let from = place(files_dir, &name);
        let entry = copy(&from, &folder.join(FILES).join(name.as_str()))?;
        if entry.sha256 != name.hash() {
            return Err(BackupError::Damaged(from.display().to_string()));
        }
        files.push(entry);
    }
    let manifest = Manifest {
        format: 1,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        created_at_ms: now_ms,
        database: Entry {
            name: DATABASE.to_owned(),
            bytes,
            sha256,
        },
        files,
    };
    let path = folder.join(MANIFEST);
    let text = serde_json::to_vec_pretty(&manifest).map_err(|e| at(&path)(e.into()))?;
    write(&path, &text)?;
    Ok(manifest)
}

/// Checks every file of a backup against its manifest. Blocks.
///
/// # Errors
/// [`BackupError`].
pub fn verify(from: &Path) -> Result<Manifest> {
    let path = from.join(MANIFEST);
    let unusable = |source| BackupError::Manifest {
        path: path.clone(),
        source,
    };
    let text = fs::read(&path).map_err(unusable)?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|error| unusable(error.into()))?;
    if manifest.format != 1 {
        return Err(BackupError::Newer(manifest.format));
    }
    check(&from.join(DATABASE), &manifest.database)?;
    for entry in &manifest.files {
        // A manifest is input like any other: no paths in it.
        let name =
            FileName::parse(&entry.name).map_err(|_| BackupError::Damaged(entry.name.clone()))?;
        if name.hash() != entry.sha256 {
            return Err(BackupError::Damaged(entry.name.clone()));
        }
        check(&from.join(FILES).join(name.as_str()), entry)?;
    }
    Ok(manifest)
}

fn check(path: &Path, entry: &Entry) -> Result<()> {
    let (bytes, sha256) = hash(path)?;
    if bytes == entry.bytes && sha256 == entry.sha256 {
        Ok(())
    } else {
        Err(BackupError::Damaged(entry.name.clone()))
    }
}

/// Puts a backup in the place of `database` and `files_dir`, after checking all of it. The feed
/// gets a new epoch, so terminals that had seen more than the backup knows start anew. Blocks.
///
/// # Errors
/// [`BackupError`]; unless `overwrite` is set, existing data is left alone.
pub fn restore(
    from: &Path,
    data_dir: &Path,
    database: &Path,
    files_dir: &Path,
    overwrite: bool,
    now_ms: i64,
) -> Result<Manifest> {
    let manifest = verify(from)?;
    fs::create_dir_all(data_dir).map_err(at(data_dir))?;
    let _alone = DataLock::exclusive(data_dir)?;
    if database.exists() {
        if !overwrite {
            return Err(BackupError::WouldOverwrite(database.to_owned()));
        }
        set_aside(database, now_ms)?;
    }
    for entry in &manifest.files {
        let name =
            FileName::parse(&entry.name).map_err(|_| BackupError::Damaged(entry.name.clone()))?;
        let to = place(files_dir, &name);
        if fs::metadata(&to).is_ok_and(|meta| meta.len() == entry.bytes) {
            continue;
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(at(folder))?;
        }
        copy(&from.join(FILES).join(name.as_str()), &to)?;
    }
    store::backup::restore(&from.join(DATABASE), database)?;
    Ok(manifest)
}

/// Renames a database and what SQLite keeps beside it, so that nothing is lost for good.
fn set_aside(database: &Path, now_ms: i64) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut from = database.as_os_str().to_owned();
        from.push(suffix);
        let mut to = database.as_os_str().to_owned();
        to.push(format!(".before-{now_ms}{suffix}"));
        match fs::rename(&from, &to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(at(database)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Keeps a restore away from a running server. Freed by the system when the process ends,
/// however it ends.
#[derive(Debug)]
pub struct DataLock {
    _file: File,
}

impl DataLock {
    /// For a server or an import: several at the same time.
    ///
    /// # Errors
    /// [`BackupError::InUse`] while a restore runs.
    pub fn shared(data_dir: &Path) -> Result<Self> {
        Self::take(data_dir, File::try_lock_shared)
    }

    /// For a restore: alone.
    ///
    /// # Errors
    /// [`BackupError::InUse`] while anybody else works on the data.
    pub fn exclusive(data_dir: &Path) -> Result<Self> {
        Self::take(data_dir, File::try_lock)
    }

    fn take(
        data_dir: &Path,
        lock: impl Fn(&File) -> std::result::Result<(), fs::TryLockError>,
    ) -> Result<Self> {
        let path = data_dir.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(at(&path))?;
        match lock(&file) {
            Ok(()) => Ok(Self { _file: file }),
            Err(fs::TryLockError::WouldBlock) => Err(BackupError::InUse(data_dir.to_owned())),
            Err(fs::TryLockError::Error(error)) => Err(at(&path)(error)),
        }
    }
}

fn at(path: &Path) -> impl Fn(io::Error) -> BackupError {
    move |source| BackupError::Io {
        path: path.to_owned(),
        source,
    }
}

fn place(files_dir: &Path, name: &FileName) -> PathBuf {
    files_dir.join(&name.as_str()[..2]).join(name.as_str())
}

/// Names of the stored files.
fn stored(files_dir: &Path) -> Result<Vec<FileName>> {
    let mut names = Vec::new();
    for folder in entries(files_dir)? {
        if folder.is_dir() {
            for file in entries(&folder)? {
                let name = file.file_name().and_then(|name| name.to_str());
                // Half-written files have other names.
                names.extend(name.and_then(|name| FileName::parse(name).ok()));
            }
        }
    }
    names.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    Ok(names)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|e| e.path())).collect())
        .map_err(at(folder))
}

fn hash(path: &Path) -> Result<(u64, String)> {
    let entry = pass(path, &mut io::sink())?;
    Ok((entry.bytes, entry.sha256))
}

fn copy(from: &Path, to: &Path) -> Result<Entry> {
    let mut out = File::create(to).map_err(at(to))?;
    let entry = pass(from, &mut out)?;
    out.sync_all().map_err(at(to))?;
    Ok(entry)
}

/// Reads a file to its end into `out` and hashes it.
fn pass(from: &Path, out: &mut dyn io::Write) -> Result<Entry> {
    let mut file = File::open(from).map_err(at(from))?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1024 * 1024];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer).map_err(at(from))?;
        if read == 0 {
            break;
        }
        digest.update(&buffer[..read]);
        out.write_all(&buffer[..read]).map_err(at(from))?;
        bytes += read as u64;
    }
    Ok(Entry {
        name: from
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        bytes,
        sha256: hex(&digest.finalize()),
    })
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    let mut file = File::create(path).map_err(at(path))?;
    file.write_all(content)
        .and_then(|()| file.sync_all())
        .map_err(at(path))
}
