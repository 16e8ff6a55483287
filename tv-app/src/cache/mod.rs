//! Everything the terminal knows, on disk: the only source of screens.
//!
//! The network fills the cache ([`crate::client`]); screens read it. Reads are plain values and
//! quick enough for the thread that draws: a list of 500 bulletins is one indexed query without
//! any JSON. They never wait for a writer, because SQLite runs in WAL mode and reads have their
//! own connections. A read that fails is logged and answers as if nothing were there.
//!
//! Writes that a user would miss are on the disk (`synchronous = FULL`) when the call returns.
//!
//! - [`feed`]: applies what the server sent
//! - `kinds`: the table of the kinds of documents, and what is kept of each
//! - [`command`]: what users do and the server does not know yet
//! - [`branches`]: pages of organizations
//! - [`files`]: pictures, captions and kept programmes within a disk budget
//! - [`people`]: who signs in here, and the roll calls
//! - [`duty`]: the duty rooms of this place, and who looked into them
//! - [`meetings`]: what is live, planned and over, and what was decided about it here
//! - [`time`]: what time it is
//! - [`search`]: titles by digits
//! - [`pictures`]: decoded pictures in memory

pub mod branches;
pub mod command;
mod documents;
pub mod duty;
pub mod enrolment;
pub mod error;
pub mod feed;
mod file_class;
pub mod files;
mod gone;
mod handle;
pub mod keep;
mod kinds;
pub mod meetings;
pub mod people;
pub mod pictures;
mod read;
mod schema;
pub mod search;
mod slots;
pub mod time;
pub mod types;

use std::path::Path;
use std::sync::Arc;

use self::error::Context;

pub use self::command::{NewSignIn, Refusal, ToldLater, WaitingSignIn};
pub use self::duty::Duty;
pub use self::error::CacheError;
pub use self::files::{FileClass, WantedFile};
pub use self::gone::Gone;
pub use self::handle::{Cache, FreeSpace};
pub use self::kinds::DocumentKind;
pub use self::pictures::{Bitmap, Fit, PictureKey, Pictures};
pub use self::time::ServerTime;
pub use self::types::{
    BulletinRow, Enrolment, KeepState, KnownTime, MeetingChoice, NewestRow, Order,
    PendingEnrolment, ProgrammeRow, Reminded, RowPicture, SearchHit, SyncState, WantedMeeting,
    WatchState,
};
pub use crate::clock::{Clock, ManualClock, SystemClock};

impl Cache {
    /// Opens the cache in a folder, which is made when missing. A damaged database is set aside
    /// under a number and a new one takes over what users did ([`command`]), the enrolment,
    /// settings and watch positions as far as they can still be read.
    ///
    /// # Errors
    /// When the folder cannot be written or SQLite refuses for another reason than damage.
    pub fn open(dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, CacheError> {
        Self::open_with(dir, clock, Arc::new(files::free_space))
    }

    /// Like [`Cache::open`], with another way to learn how much room the disk has.
    ///
    /// # Errors
    /// As [`Cache::open`].
    pub fn open_with(
        dir: &Path,
        clock: Arc<dyn Clock>,
        free_space: FreeSpace,
    ) -> Result<Self, CacheError> {
        for folder in [
            dir.to_owned(),
            dir.join(files::FOLDER),
            dir.join(files::PARTIAL_FOLDER),
        ] {
            std::fs::create_dir_all(&folder).map_err(|source| CacheError::Io {
                operation: "make the folder",
                path: folder,
                source,
            })?;
        }
        let writer = schema::open_writer(dir)?;
        let reader = schema::open_reader(dir)?;
        let slots = slots::Slots::default();
        slots.put(files::Memory::load(&writer, dir)?);
        slots.put(time::Memory::load(&writer, clock.as_ref()).during("read the clock's offset")?);
        Ok(Self::over(dir, clock, free_space, writer, reader, slots))
    }
}

#[cfg(test)]
pub(crate) mod tests;
