//! Everything the terminal knows, on disk: the only source of screens.
//!
//! The network fills the cache ([`crate::client`]); screens read it. Reads are plain values and
//! quick enough for the thread that draws: a list of 500 bulletins is one indexed query without
//! any JSON. They never wait for a writer, because SQLite runs in WAL mode and reads have their
//! own connections. A read that fails is logged and answers as if nothing were there.
//!
//! Writes that a user would miss are on the disk (`synchronous = FULL`) when the call returns.
//!
//! The disk may fail. A database that is damaged is replaced by what can still be read of it
//! (`rescue`), what users did and what this terminal is are kept in a second file (`spare`), and when
//! nothing can be written all goes on in memory until it can (`mend`, [`Cache::storage`]).
//!
//! - [`feed`]: applies what the server sent
//! - `kinds`: the table of the kinds of documents, and what is kept of each
//! - [`command`]: what users do and the server does not know yet
//! - [`ballot_draft`]: answers that somebody has begun to give
//! - [`branches`]: pages of organizations
//! - [`files`]: pictures, captions and kept programmes within a disk budget
//! - [`people`]: who signs in here, and the roll calls
//! - [`drafts`]: what was said of a request and not sent
//! - [`duty`]: the duty rooms of this place, and who looked into them
//! - [`requests`]: what can be asked for with one key, and what was
//! - [`evaluations`]: what people are asked, and who of this TV may answer
//! - [`meetings`]: what is live, planned and over, and what was decided about it here
//! - [`time`]: what time it is
//! - [`search`]: titles by digits
//! - [`pictures`]: decoded pictures in memory

pub mod ballot_draft;
pub mod branches;
mod check;
pub mod command;
mod documents;
pub mod drafts;
pub mod duty;
pub mod enrolment;
pub mod error;
pub mod evaluations;
pub mod feed;
mod file_class;
pub mod files;
mod gone;
mod handle;
pub mod keep;
mod kinds;
mod lent;
pub mod meetings;
mod mend;
mod opening;
pub mod people;
pub mod pictures;
mod place;
mod read;
pub mod requests;
mod rescue;
mod salvage;
mod schema;
pub mod search;
mod slots;
mod spare;
mod sums;
pub mod time;
pub mod titles;
pub mod types;
mod unasked;

use std::path::Path;
use std::sync::Arc;

use self::error::Context;

pub use self::ballot_draft::{BallotDraft, DraftKey, DraftOf, OpenedDraft, SealedDraft};
pub use self::command::{
    NewSignIn, Refusal, ToldLater, WaitingKind, WaitingRequest, WaitingSignIn,
};
pub use self::drafts::Draft;
pub use self::duty::Duty;
pub use self::error::CacheError;
pub use self::files::{FileClass, WantedFile};
pub use self::gone::Gone;
pub use self::handle::{Cache, FreeSpace, StorageChanged};
pub use self::kinds::DocumentKind;
pub use self::pictures::{Bitmap, Fit, PictureKey, Pictures};
pub use self::time::ServerTime;
pub use self::types::{
    BulletinRow, Enrolment, Held, KeepState, KnownTime, MeetingChoice, NewestRow, Order,
    PendingEnrolment, ProgrammeRow, Reminded, RowPicture, SearchHit, Storage, SyncState,
    WantedMeeting, WatchState,
};
pub use crate::clock::{Clock, ManualClock, SystemClock};

impl Cache {
    /// Opens the cache in a folder, which is made when missing. A damaged database is set aside and a
    /// new one made of what can still be read. When the folder cannot be written the cache is in
    /// memory ([`Cache::storage`]), with what the folder has as far as that can be read.
    ///
    /// # Errors
    /// When another program has it open for itself alone, or there is no memory.
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
        let opened = opening::open(dir)?;
        let writer = opened.writer;
        let slots = slots::Slots::default();
        slots.put(files::Memory::load(&writer, dir, opened.is_new)?);
        slots.put(time::Memory::load(&writer, clock.as_ref()).during("read the clock's offset")?);
        let place = (opened.place, opened.storage);
        let cache = Self::over(dir, clock, free_space, writer, place, slots);
        if opened.is_new {
            cache.refresh_keeps()?;
            cache.reclass_files()?;
        }
        Ok(cache)
    }
}

#[cfg(test)]
pub(crate) mod tests;
