//! Telling TVs that who may sign in there changed. As with the feed, changes are found by
//! comparing numbers in the database, so it does not matter which process made them.

use contract::event::Event;
use parking_lot::Mutex;
use store::{Store, people};

use crate::services::kit::error::Result;
use crate::services::live::Live;

/// What was told.
#[derive(Debug, Default)]
pub struct PeopleAnnouncer {
    /// Everything up to here was looked at; `None` before the first look.
    seen: Mutex<Option<i64>>,
}

impl PeopleAnnouncer {
    /// Looks for changes and tells the TVs concerned: the household's own, and the stations at and
    /// above the organization. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn look(&self, store: &Store, live: &Live) -> Result<()> {
        let mut seen = self.seen.lock();
        let (newest, concerned) = store.read(|tx| {
            let newest = people::newest(tx)?;
            let concerned = match *seen {
                Some(seen) if seen != newest => people::concerned_since(tx, seen)?,
                // What happened before this process listened nobody missed: terminals ask when
                // they connect.
                _ => Vec::new(),
            };
            Ok::<_, store::Error>((newest, concerned))
        })?;
        *seen = Some(newest);
        for one in concerned {
            let only = Some(one.terminal_id.as_str().into());
            live.tell(&one.organization_id, only, &Event::PeopleChanged);
        }
        Ok(())
    }
}
