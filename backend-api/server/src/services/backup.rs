//! Backup: one folder with a consistent copy of the database, every stored file, every sealed attachment, and a
//! manifest of hashes. It is made while the server runs.
//!
//! The database is copied first and the files after it: files are stored before anything refers
//! to them and never deleted, so the copy has every file its database names. An attachment is deleted only
//! after whatever referred to it; what goes between the two copies is of use to nobody.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::access::{self, CarriedOver, Standing, Unknown};
use store::{DatabaseUrl, Engine, Store, WriteTx};

use super::files::{FileName, hex};
use super::kit::error::chain;
use super::space::{self, Disk};
use crate::config::Config;

const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "data.sqlite";
const FILES: &str = "files";
const ATTACHMENTS: &str = "attachments";

/// Where the files are of which a backup has a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// Stored files.
    pub files: PathBuf,
    /// Sealed attachments of requests.
    pub attachments: PathBuf,
}

impl Folders {
    /// Those of the data folder.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self {
            files: config.files_dir(),
            attachments: config.attachments_dir(),
        }
    }

    /// Each, and what it is called in a backup.
    fn each(&self) -> [(&'static str, &Path); 2] {
        [(FILES, &self.files), (ATTACHMENTS, &self.attachments)]
    }
}

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
    /// Every sealed attachment.
    #[serde(default)]
    pub attachments: Vec<Entry>,
    /// Names of stored files that had gone bad on the disk; they are not in it.
    #[serde(default)]
    pub damaged: Vec<String>,
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

/// In the data folder: when the last backup was made, Unix milliseconds, and where it was put.
const LAST: &str = "last-backup";

/// When the last backup of this data was made, Unix milliseconds; nothing if none ever was.
#[must_use]
pub fn last(data_dir: &Path) -> Option<i64> {
    let kept = fs::read_to_string(data_dir.join(LAST)).ok()?;
    kept.lines().next()?.trim().parse().ok()
}

/// Where the last backup was put, if that is still there.
#[must_use]
pub fn last_place(data_dir: &Path) -> Option<PathBuf> {
    let kept = fs::read_to_string(data_dir.join(LAST)).ok()?;
    let place = PathBuf::from(kept.lines().nth(1)?.trim());
    place.is_dir().then_some(place)
}

/// Notes that a backup was made at `place` in which every file is what it was. Blocks.
///
/// # Errors
/// The note cannot be written.
pub fn note_made(data_dir: &Path, place: &Path, manifest: &Manifest) -> Result<()> {
    if !manifest.damaged.is_empty() {
        return Ok(());
    }
    let place = std::path::absolute(place).unwrap_or_else(|_| place.to_owned());
    let text = format!("{}\n{}\n", manifest.created_at_ms, place.display());
    write(&data_dir.join(LAST), text.as_bytes())
}

/// Why a backup cannot be made or restored. The texts are for the administrator.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has tools of its own.
    #[error(
        "PostgreSQL 数据库请用 pg_dump 备份、pg_restore 恢复；文件夹 files 和 attachments 请另行复制"
    )]
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
    /// Content and hash of stored files differ; nothing was touched.
    #[error("备份中有 {} 个文件已损坏或缺少：{}。请先用别的备份；确要恢复其余的，请加 --skip-damaged", .0.len(), .0.join("、"))]
    DamagedFiles(Vec<String>),
    /// What ended since the backup cannot be known; nothing was touched.
    #[error(
        "备份之后停用过哪些电视、账号无从得知（现有数据库不在、读不出，或者不是同一个），备份里有在用的电视 {terminals} 台、账号 {accounts} 个。\
         请选一样：--keep-access 照备份时的情况恢复，随后请核对；--end-access 电视全部重新登记、账号全部停用"
    )]
    Unknown {
        /// Televisions in use of which nothing newer is known.
        terminals: usize,
        /// Open accounts of which nothing newer is known.
        accounts: usize,
    },
    /// A file operation failed.
    #[error("{path} 读写失败")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is no room for the backup.
    #[error("磁盘已满，{0} 写不下，请先腾出空间或换一个位置")]
    Full(PathBuf),
    /// The database failed.
    #[error("数据库出错")]
    Store(#[from] store::Error),
}

impl Manifest {
    /// The entries of each folder.
    fn each(&self) -> [(&'static str, &[Entry]); 2] {
        [(FILES, &self.files), (ATTACHMENTS, &self.attachments)]
    }
}

type Result<T> = std::result::Result<T, BackupError>;

/// Copies database, files and attachments into the folder `to`, which must not exist or be empty. A stored file that
/// has gone bad is left out and named in the manifest: it must not keep the others from being saved.
/// Blocks.
///
/// # Errors
/// [`BackupError`]; then `to` does not exist.
pub fn backup(store: &Store, folders: &Folders, to: &Path, now_ms: i64) -> Result<Manifest> {
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
    let made = fill(store, folders, &partial, now_ms);
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

/// Whether a backup into the folder `to` fits, without taking the reserve of the database where it is on the
/// same disk. `database` is its file.
///
/// # Errors
/// [`BackupError::Full`], or a folder cannot be read.
pub fn admit(
    disk: &dyn Disk,
    database: &Path,
    folders: &Folders,
    to: &Path,
    reserve: u64,
) -> Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let size = |path: &Path| fs::metadata(path).map_or(0, |it| it.len());
    let mut needed = size(database);
    for (_, folder) in folders.each() {
        let files = stored(folder)?;
        let files = files.iter().map(|name| size(&place(folder, name)));
        needed = files.fold(needed, u64::saturating_add);
    }
    // What is to be made is not there yet.
    let to = std::path::absolute(to).map_err(at(to))?;
    let Some(there) = to.ancestors().find(|folder| folder.is_dir()) else {
        return Ok(());
    };
    let device = |path: &Path| fs::metadata(path).map(|it| it.dev()).ok();
    let reserve = if device(there) == device(database) {
        reserve
    } else {
        0
    };
    match disk.free(there) {
        Ok(free) if free < needed.saturating_add(reserve) => Err(BackupError::Full(to)),
        // Whoever cannot be told writes, and hears of it if there is no room.
        _ => Ok(()),
    }
}

fn fill(store: &Store, folders: &Folders, folder: &Path, now_ms: i64) -> Result<Manifest> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    let database = folder.join(DATABASE);
    store.backup_to(&database)?;
    let (bytes, sha256) = hash(&database)?;
    let mut damaged = Vec::new();
    let mut copied = |name: &str, from: &Path| -> Result<Vec<Entry>> {
        let copied = copy_all(from, &folder.join(name))?;
        damaged.extend(copied.damaged);
        Ok(copied.whole)
    };
    let files = copied(FILES, &folders.files)?;
    let attachments = copied(ATTACHMENTS, &folders.attachments)?;
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
        attachments,
        damaged,
    };
    let path = folder.join(MANIFEST);
    let text = serde_json::to_vec_pretty(&manifest).map_err(|e| at(&path)(e.into()))?;
    write(&path, &text)?;
    Ok(manifest)
}

/// What was copied of a folder.
struct Copied {
    whole: Vec<Entry>,
    /// Names of those that had gone bad.
    damaged: Vec<String>,
}

/// Copies every stored file below a folder into another, but for those that have gone bad.
fn copy_all(from: &Path, into: &Path) -> Result<Copied> {
    fs::create_dir_all(into).map_err(at(into))?;
    let (mut whole, mut damaged) = (Vec::new(), Vec::new());
    for name in stored(from)? {
        let from = place(from, &name);
        let to = into.join(name.as_str());
        match copy(&from, &to) {
            Ok(entry) if entry.sha256 == name.hash() => {
                whole.push(entry);
                continue;
            }
            Ok(_) => {}
            Err(BackupError::Io { path, source }) if path == from => {
                tracing::warn!(error = %source, file = %from.display(), "a stored file cannot be read");
            }
            Err(error) => return Err(error),
        }
        damaged.push(name.as_str().to_owned());
        match fs::remove_file(&to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&to)(error)),
            _ => {}
        }
    }
    Ok(Copied { whole, damaged })
}

/// Checks every file of a backup against its manifest. Answers with the manifest and the names of
/// stored files that are damaged or missing. Blocks.
///
/// # Errors
/// [`BackupError`]: the manifest or the database cannot be used.
pub fn verify(from: &Path) -> Result<(Manifest, Vec<String>)> {
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
    if !is_intact(&from.join(DATABASE), &manifest.database) {
        return Err(BackupError::Damaged(manifest.database.name));
    }
    let mut damaged = Vec::new();
    for (folder, entries) in manifest.each() {
        for entry in entries {
            let name = named(entry)?;
            if !is_intact(&from.join(folder).join(name.as_str()), entry) {
                damaged.push(entry.name.clone());
            }
        }
    }
    Ok((manifest, damaged))
}

/// Names of the stored files below `files_dir` whose content is not what it was. Blocks.
///
/// # Errors
/// A folder cannot be read.
pub fn rotten(files_dir: &Path) -> Result<Vec<String>> {
    let names = stored(files_dir)?.into_iter();
    let rotten = names.filter(|name| {
        let read = hash(&place(files_dir, name));
        !read.is_ok_and(|(_, sha256)| sha256 == name.hash())
    });
    Ok(rotten.map(|name| name.as_str().to_owned()).collect())
}

/// The name of a file in a manifest, which is input like any other: no paths in it.
fn named(entry: &Entry) -> Result<FileName> {
    match FileName::parse(&entry.name) {
        Ok(name) if name.hash() == entry.sha256 => Ok(name),
        _ => Err(BackupError::Damaged(entry.name.clone())),
    }
}

fn is_intact(path: &Path, entry: &Entry) -> bool {
    hash(path).is_ok_and(|(bytes, sha256)| bytes == entry.bytes && sha256 == entry.sha256)
}

/// How a backup is restored.
#[derive(Clone, Copy, Debug, Default)]
pub struct Restoring {
    /// Existing data gives way; the database is kept under another name.
    pub overwrite: bool,
    /// What of the backup is damaged is left out.
    pub skip_damaged: bool,
    /// What becomes of televisions and accounts of which nothing newer is known than the backup.
    pub unknown: Unknown,
    /// When, Unix milliseconds.
    pub now_ms: i64,
}

/// What came of restoring.
#[derive(Debug)]
pub struct Restored {
    /// What the backup held.
    pub manifest: Manifest,
    /// Names of the files that could not be restored.
    pub lost: Vec<String>,
    /// What did not come back to life with it.
    pub ended: CarriedOver,
}

/// Puts a backup in the place of `database` and the folders of files, after checking all of it. The feed
/// gets a new epoch, so terminals that had seen more than the backup knows start anew. No session goes on,
/// and whatever the replaced database says was revoked, closed or changed since stays so. Blocks.
///
/// # Errors
/// [`BackupError`]; then nothing was touched, but for a failing disk.
pub fn restore(
    from: &Path,
    data_dir: &Path,
    database: &Path,
    folders: &Folders,
    how: Restoring,
) -> Result<Restored> {
    let (manifest, damaged) = verify(from)?;
    if !damaged.is_empty() && !how.skip_damaged {
        return Err(BackupError::DamagedFiles(damaged));
    }
    fs::create_dir_all(data_dir).map_err(at(data_dir))?;
    let _alone = DataLock::exclusive(data_dir)?;
    if database.exists() && !how.overwrite {
        return Err(BackupError::WouldOverwrite(database.to_owned()));
    }
    let replaced = read_standing(&DatabaseUrl::sqlite(database));
    let (ended, prepared) = store::backup::prepare(&from.join(DATABASE), database, |tx| {
        ended_since(tx, replaced.as_ref(), how.unknown, how.now_ms)
    })?;
    for ((folder, entries), (_, into)) in manifest.each().into_iter().zip(folders.each()) {
        for entry in entries {
            let name = named(entry)?;
            let to = place(into, &name);
            // Compared, not measured: what went bad on the disk has its length still.
            if damaged.contains(&entry.name) || is_intact(&to, entry) {
                continue;
            }
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder).map_err(at(folder))?;
            }
            copy(&from.join(folder).join(name.as_str()), &to)?;
        }
    }
    if database.exists() {
        set_aside(database, how.now_ms)?;
    }
    prepared.put()?;
    let lost = manifest.damaged.iter().cloned().chain(damaged).collect();
    Ok(Restored {
        manifest,
        lost,
        ended,
    })
}

/// What gives access in a database that is replaced; nothing if it is not there or cannot be read. Blocks.
#[must_use]
pub fn read_standing(url: &DatabaseUrl) -> Option<Standing> {
    if url.sqlite_path().is_some_and(|path| !path.exists()) {
        return None;
    }
    let read = Store::open_as_it_is(url).and_then(|store| store.read(access::standing));
    match read {
        Ok(standing) => Some(standing),
        Err(error) => {
            tracing::warn!(
                error = chain(&error),
                "the replaced database cannot be read"
            );
            None
        }
    }
}

/// Ends in a restored database what the replaced one says ended since.
///
/// # Errors
/// [`BackupError::Unknown`] if somebody has to decide; the transaction must not be kept then.
pub fn ended_since(
    tx: &mut WriteTx<'_>,
    replaced: Option<&Standing>,
    unknown: Unknown,
    now_ms: i64,
) -> Result<CarriedOver> {
    let ended = access::carry_over(tx, replaced, unknown, now_ms)?;
    let (terminals, accounts) = (ended.unknown_terminals.len(), ended.unknown_accounts.len());
    if unknown == Unknown::Refuse && terminals + accounts > 0 {
        return Err(BackupError::Unknown {
            terminals,
            accounts,
        });
    }
    Ok(ended)
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
    move |source| {
        let path = path.to_owned();
        if space::is_full(&source) {
            BackupError::Full(path)
        } else {
            BackupError::Io { path, source }
        }
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
    let entry = pass(path, path, &mut io::sink())?;
    Ok((entry.bytes, entry.sha256))
}

fn copy(from: &Path, to: &Path) -> Result<Entry> {
    let mut out = File::create(to).map_err(at(to))?;
    let entry = pass(from, to, &mut out)?;
    out.sync_all().map_err(at(to))?;
    Ok(entry)
}

/// Reads a file to its end into `out`, which is the file `to`, and hashes it.
fn pass(from: &Path, to: &Path, out: &mut dyn io::Write) -> Result<Entry> {
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
        out.write_all(&buffer[..read]).map_err(at(to))?;
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
