//! Adding bytes to an upload.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::sync::Arc;

use contract::upload::UploadState;
use store::uploads;
use tokio_util::sync::CancellationToken;

use super::{Sending, Uploads, may_still, own};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::{Action, Staff};

/// Whoever adds to an upload: the only one, as long as it is kept.
pub struct Writer {
    uploads: Arc<Uploads>,
    id: String,
    /// Locked.
    file: File,
    /// How much counts.
    received: u64,
    bytes: u64,
    ended: CancellationToken,
}

impl Uploads {
    /// Goes on with an upload at this byte. Blocks.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`], [`ServiceError::NotFound`]; [`ServiceError::Conflict`] if that is not where
    /// it goes on; [`ServiceError::Busy`] if somebody is at it.
    pub fn write(self: &Arc<Self>, staff: &Staff, id: &str, offset: u64) -> Result<Writer> {
        staff.may(Action::Write)?;
        self.store.read(|tx| own(tx, staff, id))?;
        let file = self.open(id, OpenOptions::new().write(true))?;
        // Whoever was at it before has written down how far they came.
        let record = self.store.read(|tx| own(tx, staff, id))?;
        if record.state != UploadState::Receiving {
            let message = "这个影片已经传完，不用再传".to_owned();
            return Err(ServiceError::Conflict(message));
        }
        let there = file.metadata().map_err(|error| self.failed(error))?.len();
        if there < record.received {
            // A disk that lost what it promised: nothing of it can be believed.
            tracing::error!(
                upload = id,
                there,
                counted = record.received,
                "bytes are lost"
            );
            return Err(ServiceError::Conflict(
                "服务器上这个文件有损坏，请取消后重新上传".to_owned(),
            ));
        }
        if record.received != offset {
            return Err(ServiceError::Conflict(format!(
                "应当从第 {} 字节接着传",
                record.received
            )));
        }
        let mut file = file;
        file.set_len(record.received)
            .and_then(|()| file.seek(SeekFrom::Start(record.received)))
            .map_err(|error| self.failed(error))?;
        let ended = CancellationToken::new();
        let sending = Sending {
            session_id: staff.session_id.clone(),
            ended: ended.clone(),
        };
        self.sending.lock().insert(id.to_owned(), sending);
        let writer = Writer {
            uploads: Arc::clone(self),
            id: id.to_owned(),
            file,
            received: record.received,
            bytes: record.bytes,
            ended,
        };
        // Of what ended before nobody is told any more.
        if !self.store.read(|tx| may_still(tx, &staff.session_id))? {
            return Err(ServiceError::Unauthenticated);
        }
        Ok(writer)
    }

    /// The file of an upload, locked for whoever asks.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if it is not on this server, [`ServiceError::Busy`] if somebody has it.
    pub fn open(&self, id: &str, how: &OpenOptions) -> Result<File> {
        let file = match how.open(self.place(id)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(ServiceError::NotFound("这个上传的文件"));
            }
            Err(error) => return Err(self.failed(error)),
        };
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(ServiceError::Busy(
                "这个影片正在另一个页面上传，请等它停下来再试",
            )),
            Err(TryLockError::Error(error)) => Err(self.failed(error)),
        }
    }
}

impl Writer {
    /// How much counts.
    #[must_use]
    pub const fn received(&self) -> u64 {
        self.received
    }

    /// How much is missing, in bytes.
    #[must_use]
    pub const fn missing(&self) -> u64 {
        self.bytes - self.received
    }

    /// Set when whoever sends may no longer.
    #[must_use]
    pub fn ended(&self) -> CancellationToken {
        self.ended.clone()
    }

    /// Adds bytes: they count when this returns, whatever happens then. Blocks.
    ///
    /// # Errors
    /// [`ServiceError::NoRoom`], [`ServiceError::NotFound`] if it was given up meanwhile,
    /// [`ServiceError::Unauthenticated`] if whoever sends may no longer; then they do not count.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let length = bytes.len() as u64;
        if length > self.missing() {
            return Err(ServiceError::BadRequest(
                "传来的内容比说好的长，请取消后重新上传".to_owned(),
            ));
        }
        if self.ended.is_cancelled() {
            return Err(ServiceError::Unauthenticated);
        }
        let uploads = &self.uploads;
        uploads
            .space
            .admit(length, "uploads")
            .map_err(|why| ServiceError::NoRoom(format!("上传停下了：{why}")))?;
        let written = self
            .file
            .write_all(bytes)
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // What is there of it does not count and is written over.
            let _ = self.file.seek(SeekFrom::Start(self.received));
            return Err(uploads.failed(error));
        }
        let (id, from, to) = (self.id.clone(), self.received, self.received + length);
        let now_ms = uploads.clock.now_ms();
        let counted = uploads.store.write::<_, ServiceError, _>(move |tx| {
            Ok(uploads::advance(tx, &id, from, to, now_ms)?)
        });
        match counted {
            Ok(true) => self.received = to,
            Ok(false) => return Err(ServiceError::NotFound("这个上传的文件")),
            Err(error) => {
                let _ = self.file.seek(SeekFrom::Start(self.received));
                return Err(error);
            }
        }
        Ok(())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Before the lock goes, so that it is no later writer's.
        self.uploads.sending.lock().remove(&self.id);
        // Closing it does the same; but whoever is told next wants to have it.
        let _ = self.file.unlock();
        if self.missing() == 0 {
            self.uploads.arrived.notify_one();
        }
    }
}
