//! Films on their way from a browser, piece by piece (tus 1.0.0): who may send one, how much of it is here,
//! and when it is thrown away.
//!
//! | | |
//! |---|---|
//! | bytes | lie in a folder of their own, `<id>.part`; a [`Writer`] adds to them, one at a time |
//! | what counts | is in the database, and is written after the bytes are on the disk for certain: whatever a crash leaves beyond that is cut off |
//! | a lock | of the file system (`flock`) is held by whoever writes or reads a film: it goes with its process, however that ends |
//! | with the last byte | it is [looked at](checking) what it is; what is no film is refused in words, and its bytes go |
//! | what nothing comes of | is thrown away a day later ([`expire`]); what is left of others by [`Uploads::sweep`] |

mod checking;
mod receiving;
mod writing;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use contract::staff_programme::FilmState;
use contract::upload::{LARGEST_UPLOAD, Upload, UploadState};
use parking_lot::Mutex;
use store::due::{self, Claim, Kind};
use store::{Store, Tx, WriteTx, films, staff as accounts, uploads};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::due::Outcome;
use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::rights::{Action, Staff, allows};
use super::space::{self, Space};
use crate::clock::Clock;

pub use receiving::{Received, receive};
pub use writing::Writer;

/// Uploads that one account may have open.
const OPEN_OF_ONE: u64 = 4;

/// The same of all accounts together.
const OPEN_IN_ALL: u64 = 40;

/// Longest name of a file, in characters.
const MAX_NAME: usize = 200;

/// A file without a row may be one whose row is about to be written.
const YOUNG: Duration = Duration::from_hours(1);

/// What the bytes of an upload end with.
const EXTENSION: &str = "part";

/// What staff are about to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What the file is called where it comes from.
    pub file_name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// What its SHA-256 has to be in the end, in hexadecimal.
    pub sha256: Option<String>,
}

/// Somebody who is sending.
struct Sending {
    session_id: String,
    ended: CancellationToken,
}

/// Films on their way.
pub struct Uploads {
    store: Store,
    space: Space,
    clock: Arc<dyn Clock>,
    folder: PathBuf,
    sending: Mutex<HashMap<String, Sending>>,
    /// Told when one is here as a whole.
    arrived: Notify,
}

impl Uploads {
    /// Films in this folder, which is made when the first one comes.
    #[must_use]
    pub fn new(store: Store, space: Space, clock: Arc<dyn Clock>, folder: PathBuf) -> Self {
        Self {
            store,
            space,
            clock,
            folder,
            sending: Mutex::default(),
            arrived: Notify::new(),
        }
    }

    /// Where the bytes of an upload lie.
    #[must_use]
    pub fn place(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.{EXTENSION}"))
    }

    /// Begins an upload. Blocks.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`], [`ServiceError::Invalid`], [`ServiceError::Conflict`] if too many are open,
    /// [`ServiceError::NoRoom`].
    pub fn create(&self, staff: &Staff, wanted: &Wanted, now_ms: i64) -> Result<Upload> {
        staff.may(Action::Write)?;
        let file_name = checked(wanted)?;
        let new = uploads::New {
            id: uploads::new_id(now_ms),
            account_id: staff.account_id.clone(),
            file_name,
            bytes: wanted.bytes,
            sha256: wanted.sha256.clone(),
        };
        let place = self.place(&new.id);
        fs::create_dir_all(&self.folder)
            .and_then(|()| File::create_new(&place)?.sync_all())
            .and_then(|()| File::open(&self.folder)?.sync_all())
            .map_err(|error| self.failed(error))?;
        let (by, space) = (staff.clone(), self.space.clone());
        let made = self.store.write(move |tx| {
            let open = uploads::open(tx, &by.account_id)?;
            room(open, &new, &space)?;
            let record = uploads::create(tx, &new, now_ms)?;
            noted(tx, &by, "upload.create", &record.id, now_ms)?;
            Ok::<_, ServiceError>(record)
        });
        if made.is_err() {
            remove(&place);
        }
        Ok(made?.to_public())
    }

    /// One of the own uploads. Blocks.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
    pub fn get(&self, staff: &Staff, id: &str) -> Result<Upload> {
        staff.may(Action::Write)?;
        Ok(self.store.read(|tx| own(tx, staff, id))?.to_public())
    }

    /// The own uploads of which no programme is made yet, the latest first. Blocks.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`], or the database failed.
    pub fn list(&self, staff: &Staff) -> Result<Vec<Upload>> {
        staff.may(Action::Write)?;
        let found = self
            .store
            .read(|tx| uploads::of_account(tx, &staff.account_id))?;
        Ok(found.iter().map(uploads::Record::to_public).collect())
    }

    /// Gives one of the own uploads up, also while it is being sent. Blocks.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`], [`ServiceError::NotFound`], [`ServiceError::Conflict`] if a programme is
    /// made of it.
    pub fn remove(&self, staff: &Staff, id: &str, now_ms: i64) -> Result<()> {
        staff.may(Action::Write)?;
        let (by, which) = (staff.clone(), id.to_owned());
        self.store.write(move |tx| {
            let record = own(tx, &by, &which)?;
            if record.state == UploadState::Used {
                return Err(ServiceError::Conflict(
                    "这个影片已经做成节目或投稿，不能取消上传；请撤下节目，或者改投稿".to_owned(),
                ));
            }
            uploads::delete(tx, &which)?;
            Ok(noted(tx, &by, "upload.delete", &which, now_ms)?)
        })?;
        if let Some(sending) = self.sending.lock().remove(id) {
            sending.ended.cancel();
        }
        remove(&self.place(id));
        Ok(())
    }

    /// Ends what is sent by whoever may no longer: their session is over, their account closed, or trusted
    /// with less. Cheap while nobody sends. Blocks.
    ///
    /// # Errors
    /// The database failed; the next look does it.
    pub fn look_again(&self) -> Result<()> {
        let sending: Vec<(String, String)> = self
            .sending
            .lock()
            .iter()
            .map(|(id, it)| (id.clone(), it.session_id.clone()))
            .collect();
        if sending.is_empty() {
            return Ok(());
        }
        let lost = self.store.read(|tx| {
            let mut lost = Vec::new();
            for (id, session_id) in sending {
                if !may_still(tx, &session_id)? {
                    lost.push((id, session_id));
                }
            }
            Ok::<_, ServiceError>(lost)
        })?;
        let sending = self.sending.lock();
        for (id, session_id) in lost {
            let of_it = sending.get(&id).filter(|it| it.session_id == session_id);
            if let Some(it) = of_it {
                it.ended.cancel();
            }
        }
        Ok(())
    }

    /// Takes away bytes that nothing refers to. Blocks.
    ///
    /// # Errors
    /// The folder or the database failed.
    pub fn sweep(&self) -> Result<()> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(self.failed(error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| self.failed(error))?;
            let path = entry.path();
            let written = entry.metadata().and_then(|it| it.modified());
            let now = UNIX_EPOCH + Duration::from_millis(self.clock.now_ms().unsigned_abs());
            let is_young = written
                .is_ok_and(|at| now.duration_since(at).is_ok_and(|age| age < YOUNG) || at > now);
            let Some(id) = path.file_stem().and_then(|stem| stem.to_str()) else {
                continue;
            };
            if !is_young && self.store.read(|tx| uploads::get(tx, id))?.is_none() {
                remove(&path);
            }
        }
        Ok(())
    }

    /// Takes the bytes of an upload away that is known no longer, or of which the film is made. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn clear(&self, id: &str) -> Result<()> {
        if self.store.read(|tx| uploads::get(tx, id))?.is_none() {
            remove(&self.place(id));
        }
        Ok(())
    }

    fn failed(&self, error: io::Error) -> ServiceError {
        if space::is_full(&error) {
            self.space.refused("uploads");
            return ServiceError::StorageFull;
        }
        ServiceError::Files(Box::new(error))
    }
}

/// The time has come to throw one away: done if nothing came of it meanwhile; its bytes are for
/// [`Uploads::clear`].
///
/// # Errors
/// The database failed.
pub fn expire(tx: &mut WriteTx<'_>, claim: &Claim, now_ms: i64) -> Result<Outcome> {
    let id = &claim.subject;
    let Some(record) = uploads::get(tx, id)? else {
        return Ok(Outcome::Nothing);
    };
    if record.state == UploadState::Used {
        let film = films::of_upload(tx, id)?;
        if film.is_some_and(|film| film.state != FilmState::Failed) {
            return Ok(Outcome::Nothing);
        }
    } else if record.expires_at_ms() > now_ms {
        due::schedule(tx, Kind::UploadExpiry, id, record.expires_at_ms())?;
        return Ok(Outcome::Nothing);
    }
    uploads::delete(tx, id)?;
    Ok(Outcome::Done)
}

/// One of the own uploads; those of others are not there.
fn own(tx: &mut Tx<'_>, staff: &Staff, id: &str) -> Result<uploads::Record> {
    uploads::get(tx, id)?
        .filter(|it| it.account_id == staff.account_id)
        .ok_or(ServiceError::NotFound("这个上传的文件"))
}

/// Whether whoever sends may still, by the session they began it in.
fn may_still(tx: &mut Tx<'_>, session_id: &str) -> Result<bool> {
    let account = accounts::account_of_session(tx, session_id)?;
    Ok(account.is_some_and(|it| it.disabled_at_ms.is_none() && allows(it.role, Action::Write)))
}

/// The name of the file as it is shown.
fn checked(wanted: &Wanted) -> Result<String> {
    if wanted.bytes == 0 {
        let message = "文件是空的，请换一个";
        return Err(ServiceError::field("bytes", message));
    }
    if wanted.bytes > LARGEST_UPLOAD {
        let message = format!(
            "文件有 {} MB，最大 {} MB，请先压缩",
            wanted.bytes.div_ceil(1_000_000),
            LARGEST_UPLOAD / 1_000_000
        );
        return Err(ServiceError::field("bytes", message));
    }
    let is_hash = |text: &String| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if !wanted.sha256.as_ref().is_none_or(is_hash) {
        let message = "SHA-256 应当是 64 个十六进制数字";
        return Err(ServiceError::field("sha256", message));
    }
    let name: String = names::cleaned(&wanted.file_name)
        .chars()
        .take(MAX_NAME)
        .collect();
    Ok(if name.is_empty() {
        "影片".to_owned()
    } else {
        name
    })
}

/// Whether one more may begin.
fn room(open: uploads::Open, new: &uploads::New, space: &Space) -> Result<()> {
    if open.own >= OPEN_OF_ONE {
        return Err(ServiceError::Conflict(format!(
            "您有 {} 个影片还没有传完或没有做成节目，请先传完、做成节目或取消",
            open.own
        )));
    }
    if open.all >= OPEN_IN_ALL {
        return Err(ServiceError::Conflict(
            "上传的人太多，请过一会儿再试".to_owned(),
        ));
    }
    space
        .admit(new.bytes.saturating_add(open.to_come), "uploads")
        .map_err(|why| {
            let mb = new.bytes.div_ceil(1 << 20);
            ServiceError::NoRoom(format!("服务器放不下这个 {mb} MB 的影片：{why}"))
        })
}

fn noted(
    tx: &mut WriteTx<'_>,
    staff: &Staff,
    action: &'static str,
    id: &str,
    now_ms: i64,
) -> store::Result<()> {
    let (actor, about) = (Actor::of(Some(staff)), About::one(Thing::Upload, id));
    let organization = Some(staff.organization.id.as_str());
    audit::note(
        tx,
        &actor,
        action,
        &about,
        organization,
        Words::None,
        now_ms,
    )
}

/// Takes a file away; one that is left over is found by the sweep.
fn remove(place: &Path) {
    if let Err(error) = fs::remove_file(place)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, place = %place.display(), "an upload is left over");
    }
}
