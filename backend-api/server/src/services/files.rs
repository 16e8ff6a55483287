//! Stored files: immutable and named by their content, so that they can be cached for ever,
//! stored twice without harm, and checked.
//!
//! A file lies at `ab/abcd….jpg` below the files folder (two letters of its name first, so that no
//! folder grows without bounds). It is written beside its place, synced, and only then renamed. In a
//! [bucket](super::bucket) it has the same name below `files/`.

use std::ops::Range;
use std::path::{Path as FsPath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use contract::file::FileRef;
use futures_util::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::signer::Signer as _;
use object_store::{
    Attribute, Attributes, GetOptions, GetRange, GetResultPayload, MultipartUpload as _,
    ObjectStore, ObjectStoreExt as _, PutMultipartOptions, PutOptions, PutPayload,
};
use sha2::{Digest as _, Sha256};
use tempfile::{NamedTempFile, TempPath};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};
use tokio_util::io::ReaderStream;
use url::Url;

use super::bucket;
use super::kit::error::ServiceError;
use super::space::{self, NoRoom, Space};
use crate::config::{Config, S3};

/// How much is read from a disk at once. Larger than a TCP window of a slow line, small enough
/// for a thousand viewers.
const CHUNK: usize = 128 * 1024;

/// Size of one part while a large file is copied in.
const PART: usize = 8 * 1024 * 1024;

/// What files are called in a bucket: below this.
const PREFIX: &str = "files";

/// How long a signed address is good.
const SIGNED_FOR: Duration = Duration::from_secs(5 * 60);

/// What a file of a kind that nothing here shows is served as.
pub const UNKNOWN: &str = "application/octet-stream";

/// Media types by extension: what a file is served as.
const MEDIA_TYPES: &[(&str, &str)] = &[
    ("jpg", "image/jpeg"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("mp4", "video/mp4"),
    ("mkv", "video/x-matroska"),
    ("webm", "video/webm"),
    ("ts", "video/mp2t"),
    ("vtt", "text/vtt; charset=utf-8"),
    ("m3u8", "application/vnd.apple.mpegurl"),
    ("json", "application/json"),
];

/// Why a file could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The folder cannot be used.
    #[error("cannot use the files folder {folder}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file to store cannot be read.
    #[error("cannot read {path}")]
    Source {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file to store changed while it was copied.
    #[error("{0} changed while it was copied")]
    Changed(PathBuf),
    /// Not a name of a stored file.
    #[error("not the name of a stored file")]
    Name,
    /// There is no such file.
    #[error("no such file")]
    NotFound,
    /// The object store failed.
    #[error("object store: {operation}")]
    Store {
        /// What was tried.
        operation: &'static str,
        /// Why it failed.
        #[source]
        source: object_store::Error,
    },
    /// The bucket cannot be reached or does not answer.
    #[error("文件存储（S3）暂时连不上，请稍后再试")]
    Away(#[source] object_store::Error),
    /// A stored file cannot be read.
    #[error("cannot read a stored file")]
    Read(#[source] std::io::Error),
    /// There is no room for another file.
    #[error("服务器的磁盘已满，存不下这个文件")]
    NoRoom(#[source] Option<NoRoom>),
}

impl From<FilesError> for ServiceError {
    fn from(error: FilesError) -> Self {
        match error {
            FilesError::NotFound | FilesError::Name => Self::NotFound("文件"),
            FilesError::NoRoom(_) => Self::StorageFull,
            FilesError::Away(source) => {
                tracing::warn!(error = %source, "the store of files is away");
                Self::Unavailable("文件存储暂时连不上，请稍后再试")
            }
            other => Self::Files(Box::new(other)),
        }
    }
}

/// A well-formed name: 64 lower-case hexadecimal digits, a dot, 1 to 8 letters or digits.
/// Nothing else ever reaches the disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileName(String);

impl FileName {
    /// Checks a name that came from outside.
    ///
    /// # Errors
    /// [`FilesError::Name`] when it is not well-formed.
    pub fn parse(name: &str) -> Result<Self, FilesError> {
        let (hash, extension) = name.split_once('.').ok_or(FilesError::Name)?;
        let hex = hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if hex && well_formed_extension(extension) {
            Ok(Self(name.to_owned()))
        } else {
            Err(FilesError::Name)
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SHA-256 of the content in hexadecimal.
    #[must_use]
    pub fn hash(&self) -> &str {
        self.0.split_once('.').map_or("", |(hash, _)| hash)
    }

    /// What it is served as, by its extension.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        let extension = self
            .0
            .split_once('.')
            .map_or("", |(_, extension)| extension);
        MEDIA_TYPES
            .iter()
            .find(|(known, _)| *known == extension)
            .map_or(UNKNOWN, |(_, media_type)| media_type)
    }

    fn new(digest: &[u8], extension: &str) -> Result<Self, FilesError> {
        if !well_formed_extension(extension) {
            return Err(FilesError::Name);
        }
        Ok(Self(format!("{}.{extension}", hex(digest))))
    }

    fn location(&self) -> Path {
        Path::from_iter([&self.0[..2], self.0.as_str()])
    }
}

fn well_formed_extension(extension: &str) -> bool {
    (1..=8).contains(&extension.len())
        && extension
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// SHA-256 of a file in hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub fn sha256_of(path: &FsPath) -> std::io::Result<String> {
    use std::io::Read as _;
    let mut file = std::fs::File::open(path)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex(&digest.finalize()));
        }
        digest.update(&buffer[..read]);
    }
}

/// Part of a stored file, on its way out.
pub struct FileSlice {
    /// Which bytes of the file follow.
    pub range: Range<u64>,
    /// The bytes.
    pub stream: BoxStream<'static, Result<Bytes, FilesError>>,
}

/// A stored file on this disk, as long as this is kept.
#[derive(Debug)]
pub struct Local {
    path: PathBuf,
    /// A copy, which goes with it.
    _copy: Option<TempPath>,
}

impl Local {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &FsPath {
        &self.path
    }
}

/// A bucket they are in.
#[derive(Clone, Debug)]
struct Remote {
    bucket: Arc<AmazonS3>,
    signs: bool,
    /// Folder for copies.
    scratch: PathBuf,
}

/// The stored files. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Files {
    objects: Arc<dyn ObjectStore>,
    /// Nothing: they are in a folder.
    remote: Option<Remote>,
    /// Where they are; without it whatever fits is written.
    space: Option<Space>,
}

impl Files {
    /// Files in a local folder, which is created if necessary.
    ///
    /// # Errors
    /// [`FilesError::Folder`] when it cannot be created, [`FilesError::Store`] when it cannot be
    /// used.
    pub fn open(folder: &FsPath) -> Result<Self, FilesError> {
        std::fs::create_dir_all(folder).map_err(|source| FilesError::Folder {
            folder: folder.to_owned(),
            source,
        })?;
        let objects = LocalFileSystem::new_with_prefix(folder)
            .map_err(store("open"))?
            .with_fsync(true);
        Ok(Self {
            objects: Arc::new(objects),
            remote: None,
            space: None,
        })
    }

    /// Files in a bucket; `scratch` is a folder for copies of single ones.
    ///
    /// # Errors
    /// [`FilesError::Store`] when the settings cannot be used. The bucket is not asked.
    pub fn in_bucket(settings: &S3, scratch: &FsPath) -> Result<Self, FilesError> {
        let bucket = Arc::new(bucket::open(settings).map_err(store("open"))?);
        Ok(Self {
            objects: Arc::new(PrefixStore::new(Arc::clone(&bucket), PREFIX)),
            remote: Some(Remote {
                bucket,
                signs: settings.signed_addresses,
                scratch: scratch.to_owned(),
            }),
            space: None,
        })
    }

    /// Those of a configuration, wherever they are.
    ///
    /// # Errors
    /// As [`Files::open`] and [`Files::in_bucket`].
    pub fn of(config: &Config) -> Result<Self, FilesError> {
        match &config.s3 {
            Some(s3) => Self::in_bucket(s3, &config.data_dir),
            None => Self::open(&config.files_dir()),
        }
    }

    /// The same, which take no more than there is room for on the disk, if they are on it.
    #[must_use]
    pub fn within(self, space: Space) -> Self {
        Self {
            space: self.remote.is_none().then_some(space),
            ..self
        }
    }

    /// Something else in the bucket they are in, below this name; nothing if they are in a folder.
    #[must_use]
    pub fn bucket_beside(&self, name: &str) -> Option<Arc<dyn ObjectStore>> {
        let bucket = Arc::clone(&self.remote.as_ref()?.bucket);
        Some(Arc::new(PrefixStore::new(bucket, name)))
    }

    /// What a bucket is told of a file, to serve it by itself.
    fn attributes(&self, name: &FileName) -> Attributes {
        let mut attributes = Attributes::new();
        if self.remote.is_some() {
            attributes.insert(Attribute::ContentType, name.media_type().into());
            if name.media_type() == UNKNOWN {
                attributes.insert(Attribute::ContentDisposition, "attachment".into());
            }
        }
        attributes
    }

    /// Where whoever may have this file gets it from the bucket itself, for five minutes, by this method (`GET`
    /// or `HEAD`); nothing: it comes through the server.
    ///
    /// # Errors
    /// [`FilesError::Store`] when it cannot be signed.
    pub async fn signed(
        &self,
        name: &FileName,
        method: http::Method,
    ) -> Result<Option<Url>, FilesError> {
        let Some(remote) = self.remote.as_ref().filter(|remote| remote.signs) else {
            return Ok(None);
        };
        let place = Path::from_iter([PREFIX, &name.0[..2], name.0.as_str()]);
        let signed = remote.bucket.signed_url(method, &place, SIGNED_FOR).await;
        signed.map(Some).map_err(store("sign"))
    }

    /// Whether there is room for a file of so many bytes.
    ///
    /// # Errors
    /// [`FilesError::NoRoom`].
    pub fn admit(&self, bytes: u64) -> Result<(), FilesError> {
        let Some(space) = &self.space else {
            return Ok(());
        };
        space
            .admit(bytes, "files")
            .map_err(|why| FilesError::NoRoom(Some(why)))
    }

    /// That the disk is full is counted, whoever found it.
    fn noted<T>(&self, done: Result<T, FilesError>) -> Result<T, FilesError> {
        if let (Err(FilesError::NoRoom(None)), Some(space)) = (&done, &self.space) {
            space.refused("files");
        }
        done
    }

    /// Stores bytes under the hash of their content. Storing the same again changes nothing.
    /// `extension` comes without its dot, e.g. `jpg`.
    ///
    /// # Errors
    /// [`FilesError::Name`] for an extension that is not 1 to 8 lower-case letters or digits,
    /// [`FilesError::NoRoom`], [`FilesError::Store`] when writing fails.
    pub async fn put_bytes(
        &self,
        extension: &str,
        media_type: &str,
        bytes: Bytes,
    ) -> Result<FileRef, FilesError> {
        let size = bytes.len() as u64;
        let name = FileName::new(&Sha256::digest(&bytes), extension)?;
        if self.size(&name).await? != Some(size) {
            self.admit(size)?;
            let place = name.location();
            let options = PutOptions::from(self.attributes(&name));
            let put = PutPayload::from_bytes(bytes);
            let put = self.objects.put_opts(&place, put, options);
            self.noted(put.await.map_err(store("put")))?;
        }
        Ok(reference(&name, size, media_type))
    }

    /// Stores a file of any size under the hash of its content, without ever holding more than a
    /// few megabytes of it. Storing the same again changes nothing.
    ///
    /// # Errors
    /// As [`Files::put_bytes`]; [`FilesError::Source`] when `path` cannot be read,
    /// [`FilesError::Changed`] when somebody wrote to it meanwhile.
    pub async fn put_file(
        &self,
        path: &FsPath,
        extension: &str,
        media_type: &str,
    ) -> Result<FileRef, FilesError> {
        let (digest, size) = hash_file(path).await?;
        let name = FileName::new(&digest, extension)?;
        if self.size(&name).await? == Some(size) {
            return Ok(reference(&name, size, media_type));
        }
        self.admit(size)?;
        let options = PutMultipartOptions::from(self.attributes(&name));
        let place = name.location();
        let begun = self.objects.put_multipart_opts(&place, options);
        let begun = begun.await;
        let mut upload = self.noted(begun.map_err(store("begin")))?;
        match copy(path, upload.as_mut()).await {
            Ok(copied) if copied == digest => {
                self.noted(upload.complete().await.map_err(store("complete")))?;
                Ok(reference(&name, size, media_type))
            }
            other => {
                // The error below says more than a failed clean-up would.
                let _ = upload.abort().await;
                self.noted(other.and(Err(FilesError::Changed(path.to_owned()))))
            }
        }
    }

    /// Removes a stored file, if there is one of that name.
    ///
    /// # Errors
    /// [`FilesError::Store`] when the object store fails.
    pub async fn remove(&self, name: &FileName) -> Result<(), FilesError> {
        match self.objects.delete(&name.location()).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(store("delete")(source)),
        }
    }

    /// Everything of a stored file, which may be as large as `most` bytes.
    ///
    /// # Errors
    /// [`FilesError::NotFound`], also for a larger one; [`FilesError::Store`] when the object store fails.
    pub async fn whole(&self, name: &FileName, most: u64) -> Result<Bytes, FilesError> {
        let slice = self.read(name, None).await?;
        if slice.range.end > most {
            return Err(FilesError::NotFound);
        }
        let parts: Vec<Bytes> = slice.stream.try_collect().await?;
        Ok(parts.concat().into())
    }

    /// Size in bytes of a stored file, or `None` when there is none of that name.
    ///
    /// # Errors
    /// [`FilesError::Store`] when the object store fails.
    pub async fn size(&self, name: &FileName) -> Result<Option<u64>, FilesError> {
        match self.objects.head(&name.location()).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(source) => Err(store("head")(source)),
        }
    }

    /// Reads a stored file, or the part of it given by `range`, which must lie inside the file.
    ///
    /// # Errors
    /// [`FilesError::NotFound`]; [`FilesError::Store`] when the object store fails.
    pub async fn read(
        &self,
        name: &FileName,
        range: Option<Range<u64>>,
    ) -> Result<FileSlice, FilesError> {
        let options = GetOptions {
            range: range.map(GetRange::Bounded),
            ..GetOptions::default()
        };
        let found = match self.objects.get_opts(&name.location(), options).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Err(FilesError::NotFound),
            Err(source) => return Err(store("get")(source)),
        };
        let range = found.range.clone();
        let stream = match found.payload {
            // The crate's own stream reads 8 KiB a time, which costs a thread hop each.
            GetResultPayload::File(file, _) => {
                let mut file = tokio::fs::File::from_std(file);
                file.seek(std::io::SeekFrom::Start(range.start))
                    .await
                    .map_err(FilesError::Read)?;
                let wanted = file.take(range.end - range.start);
                ReaderStream::with_capacity(wanted, CHUNK)
                    .map_err(FilesError::Read)
                    .boxed()
            }
            GetResultPayload::Stream(stream) => stream.map_err(store("read")).boxed(),
        };
        Ok(FileSlice { range, stream })
    }

    /// A stored file on this disk, for what reads files by their place.
    ///
    /// # Errors
    /// [`FilesError::NotFound`]; [`FilesError::Store`] when the object store fails.
    pub async fn local(&self, name: &FileName) -> Result<Local, FilesError> {
        let found = match self.objects.get(&name.location()).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Err(FilesError::NotFound),
            Err(source) => return Err(store("place")(source)),
        };
        let mut stream = match found.payload {
            GetResultPayload::File(_, path) => return Ok(Local { path, _copy: None }),
            GetResultPayload::Stream(stream) => stream,
        };
        let scratch = self.remote.as_ref().map(|remote| remote.scratch.clone());
        let made = NamedTempFile::new_in(scratch.unwrap_or_else(std::env::temp_dir));
        let (file, copy) = made.map_err(FilesError::Read)?.into_parts();
        let mut file = tokio::fs::File::from_std(file);
        while let Some(part) = stream.try_next().await.map_err(store("read"))? {
            file.write_all(&part).await.map_err(FilesError::Read)?;
        }
        file.flush().await.map_err(FilesError::Read)?;
        Ok(Local {
            path: copy.to_path_buf(),
            _copy: Some(copy),
        })
    }

    /// Names and sizes of every stored file, in no particular order.
    ///
    /// # Errors
    /// [`FilesError::Store`] when the object store fails.
    pub async fn list(&self) -> Result<Vec<(FileName, u64)>, FilesError> {
        self.objects
            .list(None)
            .map_err(store("list"))
            .try_filter_map(|meta| async move {
                let name = meta.location.filename().unwrap_or_default();
                // Half-written files of a crashed process carry other names.
                Ok(FileName::parse(name).ok().map(|name| (name, meta.size)))
            })
            .try_collect()
            .await
    }

    /// Reads one to its end and tells whether it still is what its name says.
    ///
    /// # Errors
    /// [`FilesError::NotFound`]; [`FilesError::Store`] when the object store fails.
    pub async fn is_whole(&self, name: &FileName) -> Result<bool, FilesError> {
        let mut stream = self.read(name, None).await?.stream;
        let mut digest = Sha256::new();
        while let Some(part) = stream.try_next().await? {
            digest.update(&part);
        }
        Ok(hex(&digest.finalize()) == name.hash())
    }

    /// Whether they can be written.
    ///
    /// # Errors
    /// [`FilesError::NoRoom`], [`FilesError::Away`], [`FilesError::Store`] when they cannot.
    pub async fn check_writable(&self) -> Result<(), FilesError> {
        let probe = Path::from("write-probe");
        self.objects
            .put(&probe, PutPayload::from_static(b"ok"))
            .await
            .map_err(store("probe"))?;
        Ok(())
    }
}

/// An error of the object store, when this was tried.
pub(super) fn store(operation: &'static str) -> impl Fn(object_store::Error) -> FilesError {
    move |source| {
        // What is left of a bucket's errors, after trying again, are those of the way to it and of its own.
        let is_away = matches!(source, object_store::Error::Generic { store: "S3", .. });
        if space::is_full(&source) {
            FilesError::NoRoom(None)
        } else if is_away {
            FilesError::Away(source)
        } else {
            FilesError::Store { operation, source }
        }
    }
}

fn reference(name: &FileName, bytes: u64, media_type: &str) -> FileRef {
    FileRef {
        name: name.0.clone(),
        bytes,
        media_type: media_type.to_owned(),
    }
}

async fn hash_file(path: &FsPath) -> Result<(Vec<u8>, u64), FilesError> {
    let mut digest = Sha256::new();
    let mut size = 0;
    each_part(path, async |part| {
        digest.update(&part);
        size += part.len() as u64;
        Ok(())
    })
    .await?;
    Ok((digest.finalize().to_vec(), size))
}

async fn copy(
    path: &FsPath,
    upload: &mut dyn object_store::MultipartUpload,
) -> Result<Vec<u8>, FilesError> {
    let mut digest = Sha256::new();
    each_part(path, async |part| {
        digest.update(&part);
        upload
            .put_part(PutPayload::from_bytes(part))
            .await
            .map_err(store("part"))
    })
    .await?;
    Ok(digest.finalize().to_vec())
}

/// Calls `each` with the file's content, part by part.
async fn each_part(
    path: &FsPath,
    mut each: impl AsyncFnMut(Bytes) -> Result<(), FilesError>,
) -> Result<(), FilesError> {
    let unreadable = |source| FilesError::Source {
        path: path.to_owned(),
        source,
    };
    let mut file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    loop {
        let mut part = Vec::with_capacity(PART);
        let read = (&mut file)
            .take(PART as u64)
            .read_to_end(&mut part)
            .await
            .map_err(unreadable)?;
        if read == 0 {
            return Ok(());
        }
        each(Bytes::from(part)).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read_all(files: &Files, name: &str, range: Option<Range<u64>>) -> Vec<u8> {
        let slice = files
            .read(&FileName::parse(name).unwrap(), range)
            .await
            .unwrap();
        let parts: Vec<Bytes> = slice.stream.try_collect().await.unwrap();
        parts.concat()
    }

    #[tokio::test]
    async fn the_same_content_is_one_file_however_it_comes() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(&folder.path().join("files")).unwrap();
        let content: Vec<u8> = (0..PART as u32 + 1234).map(|n| (n % 251) as u8).collect();
        let source = folder.path().join("source.bin");
        std::fs::write(&source, &content).unwrap();

        let by_file = files.put_file(&source, "mp4", "video/mp4").await.unwrap();
        let by_bytes = files
            .put_bytes("mp4", "video/mp4", content.clone().into())
            .await
            .unwrap();

        assert_eq!(by_file, by_bytes);
        assert_eq!(by_file.bytes, content.len() as u64);
        assert_eq!(files.list().await.unwrap().len(), 1);
        assert_eq!(read_all(&files, &by_file.name, None).await, content);
        assert_eq!(
            read_all(&files, &by_file.name, Some(10..20)).await,
            &content[10..20]
        );
    }

    #[tokio::test]
    async fn a_truncated_file_is_repaired_by_storing_it_again() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let stored = files
            .put_bytes("vtt", "text/vtt", "WEBVTT\n\nabc".into())
            .await
            .unwrap();
        let on_disk = folder.path().join(&stored.name[..2]).join(&stored.name);
        std::fs::write(&on_disk, "WEB").unwrap();

        files
            .put_bytes("vtt", "text/vtt", "WEBVTT\n\nabc".into())
            .await
            .unwrap();

        assert_eq!(std::fs::read(&on_disk).unwrap(), b"WEBVTT\n\nabc");
    }

    #[tokio::test]
    async fn without_room_nothing_is_stored_and_nothing_half() {
        let folder = tempfile::tempdir().unwrap();
        let disk = space::ManualDisk::new(1 << 40);
        let space = Space::new(Arc::new(disk.clone()), folder.path(), 1 << 30);
        let files = Files::open(&folder.path().join("files"))
            .unwrap()
            .within(space);
        let put = async |text: &'static str| files.put_bytes("vtt", "text/vtt", text.into()).await;
        put("WEBVTT\n一\n").await.unwrap();
        disk.set(1 << 30);
        let source = folder.path().join("source.vtt");
        std::fs::write(&source, "WEBVTT\n二\n").unwrap();
        let refused = [
            put("WEBVTT\n二\n").await,
            files.put_file(&source, "vtt", "text/vtt").await,
        ];
        for refused in refused {
            let refused = ServiceError::from(refused.unwrap_err());
            assert!(matches!(refused, ServiceError::StorageFull), "{refused}");
        }
        // What is there is there, also for whoever stores it again.
        put("WEBVTT\n一\n").await.unwrap();
        assert_eq!(files.list().await.unwrap().len(), 1);
        disk.set(1 << 40);
        put("WEBVTT\n二\n").await.unwrap();
    }

    #[test]
    fn hostile_names_are_rejected() {
        let good = format!("{}.jpg", "a".repeat(64));
        assert!(FileName::parse(&good).is_ok());
        for bad in [
            "",
            ".",
            "..",
            "../../etc/passwd",
            "a.jpg",
            &format!("{}.jpg", "A".repeat(64)),
            &format!("{}.", "a".repeat(64)),
            &format!("{}.tar.gz", "a".repeat(64)),
            &format!("{}.jp/g", "a".repeat(64)),
            &format!("{}.jpg\0", "a".repeat(64)),
            &format!("{}.视频", "a".repeat(64)),
            &format!("{}/.jpg", "a".repeat(63)),
        ] {
            assert!(FileName::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[tokio::test]
    async fn an_extension_that_is_a_path_is_rejected() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let stored = files
            .put_bytes("../x", "text/plain", Bytes::from_static(b"x"))
            .await;
        assert!(matches!(stored, Err(FilesError::Name)));
    }
}
