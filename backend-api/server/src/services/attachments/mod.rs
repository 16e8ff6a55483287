//! Voices and pictures of requests, and pictures of submissions: what may be kept, and keeping it so that nobody
//! reads it who may not see what it belongs to.
//!
//! | | |
//! |---|---|
//! | a recording | is read before it is kept (`ogg`), and kept as it came |
//! | a picture | is decoded within bounds and drawn anew, without what a camera writes beside it |
//! | the bytes | lie in a folder of their own, outside the public files, or beside them in their bucket, sealed with a key of their own each |
//! | that key | is in the database, sealed by the [vault](super::vault): a copy of the folder says nothing, and a file whose row is deleted is lost |
//!
//! A file is written before its row; what nothing refers to is swept away a day later.

mod ogg;

use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD as BASE64, STANDARD_NO_PAD};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use contract::request::{Attachment, VOICE_BYTES, VOICE_MS, Voice};
use futures_util::TryStreamExt as _;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload};
use sha2::{Digest as _, Sha256};
use store::attachments::{self, New, Owner, Record};
use store::{Store, WriteTx};
use tokio::runtime::Handle;
use uuid::Uuid;

use super::files::{self, FileName, Files, FilesError, hex};
use super::kit::error::{Result, ServiceError};
use super::pictures::{self, PictureError};
use super::secrets;
use super::space::{self, Space};
use super::vault::{Place, Vault};

/// A recording may be so much longer than somebody may speak: buttons and encoders take their time.
const GRACE_MS: u32 = 2_000;

/// The largest side of a kept picture, in pixels.
const SIDE: u32 = 1_600;

/// What stored attachments end with.
const EXTENSION: &str = "sealed";

/// After so long nobody uses any more what they uploaded, and nobody refers any more to what was written.
const UNUSED: Duration = Duration::from_hours(24);

/// Bytes that an account may have uploaded without using them.
const UNUSED_BYTES: u64 = 64 << 20;

const NONCE: usize = 24;

/// Something that may be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Checked {
    media_type: &'static str,
    length_ms: Option<u32>,
    bytes: Vec<u8>,
}

impl Checked {
    /// Of a recording.
    #[must_use]
    pub const fn length_ms(&self) -> Option<u32> {
        self.length_ms
    }
}

// What somebody said or photographed is not written to logs.
impl fmt::Debug for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checked")
            .field("media_type", &self.media_type)
            .field("length_ms", &self.length_ms)
            .finish_non_exhaustive()
    }
}

/// Reads a recording.
///
/// # Errors
/// [`ServiceError::Invalid`] naming `voice`, in words for who spoke.
pub fn check_voice(voice: &Voice) -> Result<Checked> {
    let wrong = |message: String| ServiceError::field("voice", message);
    // Four letters for each three bytes.
    if voice.ogg_base64.len() > VOICE_BYTES.div_ceil(3) * 4 {
        return Err(wrong(too_large()));
    }
    let bytes = BASE64
        .decode(&voice.ogg_base64)
        .map_err(|_| wrong("录音在路上损坏了，请重新录一次".to_owned()))?;
    if bytes.len() > VOICE_BYTES {
        return Err(wrong(too_large()));
    }
    let length = ogg::length_ms(&bytes).map_err(|error| wrong(error.to_string()))?;
    let length_ms = u32::try_from(length)
        .ok()
        .filter(|length| *length <= VOICE_MS + GRACE_MS)
        .ok_or_else(|| {
            wrong(format!(
                "录音太长，最多 {} 秒，请分几次说",
                VOICE_MS / 1_000
            ))
        })?;
    Ok(Checked {
        media_type: "audio/ogg",
        length_ms: Some(length_ms),
        bytes,
    })
}

fn too_large() -> String {
    format!(
        "录音文件太大，最多 {} KB，请用电视上的录音功能重新录一次",
        VOICE_BYTES >> 10
    )
}

/// Draws a photograph anew. Takes up to a second of one core and memory by the megapixel: not for many at
/// a time.
///
/// # Errors
/// [`ServiceError::BadRequest`] in words for who took it.
pub fn check_picture(bytes: &[u8]) -> Result<Checked> {
    if is_heic(bytes) {
        return Err(ServiceError::BadRequest(
            "这是 HEIC 格式的照片，这里打不开。请把手机相机的格式改成“兼容性最佳”（JPEG）再拍一张，或者发这张照片的截图"
                .to_owned(),
        ));
    }
    let drawn = pictures::plain(bytes, (SIDE, SIDE)).map_err(|error| match error {
        PictureError::TooLarge => ServiceError::BadRequest(
            "照片像素过大，请用手机直接拍，或者发这张照片的截图".to_owned(),
        ),
        other => other.into(),
    })?;
    Ok(Checked {
        media_type: "image/jpeg",
        length_ms: None,
        bytes: drawn.into(),
    })
}

/// ISO/IEC 23008-12: a box `ftyp` with one of these brands.
fn is_heic(bytes: &[u8]) -> bool {
    let brands: [&[u8]; 7] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1",
    ];
    bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|it| brands.contains(&it))
}

/// Something whose file is written: what the database is to keep of it.
#[derive(Clone)]
pub struct Kept {
    id: String,
    key: [u8; 32],
    media_type: &'static str,
    size: u64,
    length_ms: Option<u32>,
    sealed_hash: String,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Kept {
    /// Keeps it in the transaction that writes what it belongs to.
    ///
    /// # Errors
    /// The database failed, or there is no key to seal with.
    pub fn put(
        &self,
        tx: &mut WriteTx<'_>,
        vault: &Vault,
        owner: &Owner,
        now_ms: i64,
    ) -> Result<Attachment> {
        let key = STANDARD_NO_PAD.encode(self.key);
        let new = New {
            id: self.id.clone(),
            media_type: self.media_type.to_owned(),
            size: self.size,
            length_ms: self.length_ms,
            sealed_hash: self.sealed_hash.clone(),
            key_sealed: vault.seal(tx, Place::Attachment(&self.id), &key)?,
            sealed_as: None,
        };
        Ok(attachments::put(tx, &new, owner, now_ms)?)
    }
}

/// What they are called in a bucket: below this.
const PREFIX: &str = "attachments";

/// The folder of the sealed files, or the bucket.
#[derive(Clone, Debug)]
pub struct Attachments {
    folder: PathBuf,
    /// Instead of the folder.
    bucket: Option<Arc<dyn ObjectStore>>,
    space: Space,
}

impl Attachments {
    /// In this folder, which need not be there yet.
    #[must_use]
    pub fn new(folder: PathBuf, space: Space) -> Self {
        Self {
            folder,
            bucket: None,
            space,
        }
    }

    /// The same where the stored files are: beside them, if they are in a bucket.
    #[must_use]
    pub fn beside(self, files: &Files) -> Self {
        Self {
            bucket: files.bucket_beside(PREFIX),
            ..self
        }
    }

    /// Seals and writes something; what refers to it is for the caller to write. Blocks.
    ///
    /// # Errors
    /// [`ServiceError::StorageFull`], or the folder cannot be written.
    pub fn keep(&self, checked: &Checked) -> Result<Kept> {
        let id = Uuid::new_v4().to_string();
        let key: [u8; 32] = secrets::random_bytes()?;
        let sealed = seal(&key, &id, &checked.bytes)?;
        let sealed_hash = hex(&Sha256::digest(&sealed));
        if let Some(bucket) = &self.bucket {
            let key = key_of(&sealed_hash);
            wait_for(bucket.put(&key, PutPayload::from(sealed))).map_err(files::store("put"))?;
        } else {
            self.space
                .admit(sealed.len() as u64, "attachments")
                .map_err(|_| ServiceError::StorageFull)?;
            self.write(&sealed_hash, &sealed).map_err(|source| {
                if space::is_full(&source) {
                    self.space.refused("attachments");
                    return ServiceError::StorageFull;
                }
                self.failed(source)
            })?;
        }
        Ok(Kept {
            id,
            key,
            media_type: checked.media_type,
            size: checked.bytes.len() as u64,
            length_ms: checked.length_ms,
            sealed_hash,
        })
    }

    /// What is behind a row. Blocks.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if its file is not there; [`ServiceError::Internal`] if it is damaged, or the
    /// keys are not its own.
    pub fn read(&self, vault: &Vault, record: &Record) -> Result<Vec<u8>> {
        let sealed = self
            .sealed(&record.sealed_hash)?
            .ok_or(ServiceError::NotFound("这个附件"))?;
        let key = vault.unseal(Place::Attachment(&record.id), &record.key_sealed)?;
        let key: Option<[u8; 32]> = STANDARD_NO_PAD
            .decode(key)
            .ok()
            .and_then(|key| key.try_into().ok());
        let opened = key.and_then(|key| open(&key, record.file_id(), &sealed));
        opened.ok_or_else(|| {
            ServiceError::Internal(format!("attachment {} cannot be opened", record.id))
        })
    }

    fn sealed(&self, hash: &str) -> Result<Option<Vec<u8>>> {
        let Some(bucket) = &self.bucket else {
            return match fs::read(self.place(hash)) {
                Ok(sealed) => Ok(Some(sealed)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(self.failed(error)),
            };
        };
        let got = async { bucket.get(&key_of(hash)).await?.bytes().await };
        match wait_for(got) {
            Ok(sealed) => Ok(Some(sealed.into())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(files::store("get")(error).into()),
        }
    }

    /// Takes away what nothing refers to, and rows of what was uploaded and never used; answers how many files
    /// went. Blocks.
    ///
    /// # Errors
    /// The database failed, or the folder cannot be read.
    pub fn sweep(&self, store: &Store, now_ms: i64) -> Result<u64> {
        let before_ms = now_ms.saturating_sub(i64::try_from(UNUSED.as_millis()).unwrap_or(0));
        store.write(move |tx| attachments::forget_unused(tx, before_ms))?;
        let all = match &self.bucket {
            Some(bucket) => wait_for(listed(bucket)).map_err(files::store("list"))?,
            None => self.all().map_err(|error| self.failed(error))?,
        };
        let hashes: Vec<&str> = all.iter().map(|(name, _)| name.hash()).collect();
        let unknown = store.read(|tx| {
            Ok::<_, store::Error>(
                attachments::without_row(tx, &hashes)?
                    .into_iter()
                    .map(str::to_owned)
                    .collect::<Vec<_>>(),
            )
        })?;
        let mut gone = 0;
        for (name, written_ms) in &all {
            let is_unknown = unknown.iter().any(|hash| hash == name.hash());
            if !is_unknown || *written_ms >= before_ms {
                continue;
            }
            if self.remove(name.hash())? {
                gone += 1;
            }
        }
        Ok(gone)
    }

    /// Tells whether it was there.
    fn remove(&self, hash: &str) -> Result<bool> {
        let Some(bucket) = &self.bucket else {
            return match fs::remove_file(self.place(hash)) {
                Ok(()) => Ok(true),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
                Err(error) => Err(self.failed(error)),
            };
        };
        match wait_for(bucket.delete(&key_of(hash))) {
            Ok(()) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(files::store("delete")(error).into()),
        }
    }

    /// Names of files that are not there, though something refers to them. Blocks.
    ///
    /// # Errors
    /// The database or the bucket failed.
    pub fn lost(&self, store: &Store) -> Result<Vec<String>> {
        let mut hashes = store.read(attachments::hashes)?;
        match &self.bucket {
            None => hashes.retain(|hash| !self.place(hash).is_file()),
            Some(bucket) => {
                let listed = wait_for(listed(bucket)).map_err(files::store("list"))?;
                let there: HashSet<&str> = listed.iter().map(|(name, _)| name.hash()).collect();
                hashes.retain(|hash| !there.contains(hash.as_str()));
            }
        }
        let names = hashes.iter().map(|hash| format!("{hash}.{EXTENSION}"));
        Ok(names.collect())
    }

    /// Every file, and when it was written, Unix milliseconds.
    fn all(&self) -> io::Result<Vec<(FileName, i64)>> {
        let mut all = Vec::new();
        let folders = match fs::read_dir(&self.folder) {
            Ok(folders) => folders,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(all),
            Err(error) => return Err(error),
        };
        for folder in folders {
            let folder = folder?.path();
            if !folder.is_dir() {
                continue;
            }
            for file in fs::read_dir(folder)? {
                let file = file?;
                let name = file.file_name();
                let parsed = name.to_str().and_then(|name| FileName::parse(name).ok());
                let Some(name) = parsed else { continue };
                let written = file.metadata()?.modified()?.duration_since(UNIX_EPOCH);
                let written_ms = written.map_or(0, |it| it.as_millis());
                all.push((name, i64::try_from(written_ms).unwrap_or(i64::MAX)));
            }
        }
        Ok(all)
    }

    fn place(&self, hash: &str) -> PathBuf {
        let folder = hash.get(..2).unwrap_or("00");
        self.folder.join(folder).join(format!("{hash}.{EXTENSION}"))
    }

    /// Beside its place, synced, and only then renamed.
    fn write(&self, hash: &str, sealed: &[u8]) -> io::Result<()> {
        let place = self.place(hash);
        let folder = place.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let beside = place.with_extension("part");
        let written = (|| {
            let mut file = File::create(&beside)?;
            file.write_all(sealed)?;
            file.sync_all()?;
            fs::rename(&beside, &place)?;
            File::open(folder)?.sync_all()
        })();
        if written.is_err() {
            // The error of writing says more than that of the clean-up.
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn failed(&self, source: io::Error) -> ServiceError {
        let folder: &Path = &self.folder;
        ServiceError::Files(Box::new(FilesError::Folder {
            folder: folder.to_owned(),
            source,
        }))
    }
}

/// What a sealed file is called in the bucket.
fn key_of(hash: &str) -> ObjectPath {
    let name = format!("{hash}.{EXTENSION}");
    ObjectPath::from_iter([hash.get(..2).unwrap_or("00"), &name])
}

/// Every sealed file of a bucket, and when it was written, Unix milliseconds.
async fn listed(bucket: &Arc<dyn ObjectStore>) -> object_store::Result<Vec<(FileName, i64)>> {
    let all: Vec<_> = bucket.list(None).try_collect().await?;
    let named = all.into_iter().filter_map(|meta| {
        let name = FileName::parse(meta.location.filename()?).ok()?;
        Some((name, meta.last_modified.timestamp_millis()))
    });
    Ok(named.collect())
}

/// On a thread of the runtime for what blocks.
fn wait_for<T>(work: impl Future<Output = T>) -> T {
    Handle::current().block_on(work)
}

/// Notes what an account uploaded, to be used in an answer.
///
/// # Errors
/// [`ServiceError::Conflict`] if it has uploaded much and used nothing; or the database failed.
pub fn uploaded(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    kept: &Kept,
    account_id: &str,
    now_ms: i64,
) -> Result<Attachment> {
    if attachments::unused_bytes(tx, account_id)? + kept.size > UNUSED_BYTES {
        return Err(ServiceError::Conflict(
            "上传了很多图片还没有用，请先用在答复或投稿里，或者明天再上传".to_owned(),
        ));
    }
    kept.put(tx, vault, &Owner::Account(account_id.to_owned()), now_ms)
}

/// Puts what an account uploaded under an entry of a request.
///
/// # Errors
/// [`ServiceError::Invalid`] naming `pictures`; or the database failed.
pub fn use_uploaded(
    tx: &mut WriteTx<'_>,
    ids: &[String],
    account_id: &str,
    request_id: &str,
    entry: u32,
) -> Result<Vec<Attachment>> {
    let used = ids.iter().map(|id| {
        attachments::use_uploaded(tx, id, account_id, request_id, entry).map_err(
            |error| match error {
                store::Error::NotFound(_) => ServiceError::field(
                    "pictures",
                    "有一张图片没有上传成功，或者已经用过，请重新上传",
                ),
                other => other.into(),
            },
        )
    });
    used.collect()
}

/// Puts everything under an entry of a request under one of another request, too: the same files, each with a row and
/// a sealed key of its own, so that either request may be forgotten alone.
///
/// # Errors
/// The database failed, or a key is not there.
pub fn share(
    tx: &mut WriteTx<'_>,
    vault: &Vault,
    (from_id, from_entry): (&str, u32),
    (to_id, to_entry): (&str, u32),
    now_ms: i64,
) -> Result<()> {
    for one in attachments::of_entry(tx, from_id, from_entry)? {
        let id = Uuid::new_v4().to_string();
        let key = vault.unseal(Place::Attachment(&one.id), &one.key_sealed)?;
        let new = New {
            key_sealed: vault.seal(tx, Place::Attachment(&id), &key)?,
            id,
            sealed_as: Some(one.file_id().to_owned()),
            media_type: one.media_type,
            size: one.size,
            length_ms: one.length_ms,
            sealed_hash: one.sealed_hash,
        };
        let owner = Owner::Entry {
            request_id: to_id.to_owned(),
            entry: to_entry,
        };
        attachments::put(tx, &new, &owner, now_ms)?;
    }
    Ok(())
}

fn seal(key: &[u8; 32], id: &str, clear: &[u8]) -> Result<Vec<u8>> {
    let nonce: [u8; NONCE] = secrets::random_bytes()?;
    let payload = Payload {
        msg: clear,
        aad: id.as_bytes(),
    };
    let body = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| ServiceError::Internal("an attachment cannot be sealed".to_owned()))?;
    Ok([nonce.as_slice(), &body].concat())
}

fn open(key: &[u8; 32], id: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, body) = sealed.split_at_checked(NONCE)?;
    let payload = Payload {
        msg: body,
        aad: id.as_bytes(),
    };
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(nonce), payload)
        .ok()
}

#[cfg(test)]
mod tests;
