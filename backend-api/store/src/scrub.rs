//! Overwriting what was deleted, after a purge.

use crate::error::Result;
use crate::register;
use crate::store::{Open, Store};

impl Store {
    /// Makes sure that what was deleted is not on disk any more: SQLite's file is rewritten and
    /// its log emptied, PostgreSQL's tables are rewritten. Writers wait meanwhile; about a second
    /// for each hundred megabytes. Backups, and PostgreSQL's archived logs, are the operator's.
    /// Blocks.
    ///
    /// # Errors
    /// [`Error::Scrub`](crate::Error::Scrub) on SQLite while another process reads: try again.
    pub fn scrub(&self) -> Result<()> {
        match self.opened() {
            Open::Sqlite(sqlite) => sqlite.scrub(),
            Open::Postgres(postgres) => {
                // CHECKPOINT needs a privilege of its own, and only shortens the wait for the disk.
                let tables: Vec<&str> = register::PARTS
                    .iter()
                    .flat_map(|part| part.scrubbed)
                    .copied()
                    .collect();
                postgres.outside_transactions(&format!("VACUUM (FULL) {}", tables.join(", ")))
            }
        }
    }
}
