//! What every kind of document says of itself.

use contract::file::{FileRef, Picture};
use rusqlite::Transaction;
use serde::Serialize;

use crate::cache::file_class::FileClass;

/// What a document has as a line of a list; everything else is in its JSON.
#[derive(Clone, Debug, Default)]
pub(in crate::cache) struct Row<'a> {
    /// Its id.
    pub id: &'a str,
    /// The list it stands in; empty if it stands in none.
    pub list: &'a str,
    /// What it is called, and searched by.
    pub title: &'a str,
    /// A line below its title.
    pub summary: &'a str,
    /// Name of the organization it is of.
    pub organization: &'a str,
    /// What lists are sorted by, Unix ms: when it was published, or is planned to begin.
    pub at_ms: i64,
    /// From when on it is not shown, Unix ms.
    pub expires_at_ms: Option<i64>,
    /// It is shown over the screens.
    pub urgent: bool,
    /// How long it takes, in ms.
    pub duration_ms: i64,
    /// Its picture in lists.
    pub picture: Option<&'a Picture>,
    /// The files that it needs, and how much each matters.
    pub files: Vec<(&'a FileRef, FileClass)>,
}

impl<'a> Row<'a> {
    /// It needs every size of a picture.
    pub(super) fn need(&mut self, picture: &'a Picture) {
        self.files.push((&picture.thumb, FileClass::Thumb));
        self.files.push((&picture.screen, FileClass::Screen));
        let original = picture.original.iter();
        self.files
            .extend(original.map(|original| (original, FileClass::Original)));
    }
}

/// A kind of document that is kept.
pub(in crate::cache) trait Stored: Serialize {
    /// It is shown among what is new, by the time at which it was published. The time of any other
    /// may lie in the future.
    const IS_NEWS: bool;

    /// It as a line of a list.
    fn row(&self) -> Row<'_>;

    /// Whether its time was over, when the feed takes it away: it was not taken back.
    fn is_over(_json: &str, expires_at_ms: i64, now_ms: i64) -> bool {
        expires_at_ms <= now_ms
    }

    /// It was written: writes what else follows, in the same transaction.
    fn written(_tx: &Transaction<'_>, _row: &Row<'_>) -> rusqlite::Result<()> {
        Ok(())
    }
}
