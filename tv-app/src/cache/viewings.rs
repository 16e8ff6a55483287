//! Who watched a meeting and for how long, on its way to the server.

use contract::meeting::ViewingReport;
use rusqlite::params;

use super::Cache;
use super::error::CacheError;
use super::outbox;

impl Cache {
    /// Writes down how far a viewing is; on the disk when this returns, so that a power cut costs
    /// only what was watched since. Each report holds the whole viewing and takes the place of the
    /// one before, also of one that was sent without an answer: the server keeps what the latest
    /// one said. There is never more than one row for a viewing.
    ///
    /// # Errors
    /// When it cannot be written; then the one before still waits.
    pub fn record_viewing(&self, id: &str, report: &ViewingReport) -> Result<(), CacheError> {
        let now = self.now_ms();
        let lane = format!("viewing:{id}");
        let path = format!("{}/terminal/viewings/{id}", contract::API_PREFIX);
        self.write("record a viewing", |tx| {
            tx.prepare_cached("DELETE FROM outbox WHERE lane = ?1 AND state < 2")?
                .execute(params![lane])?;
            outbox::insert(tx, &lane, "PUT", &path, &outbox::encode(report)?, now)
        })?;
        self.changed();
        self.inner.outbox_wake.notify_one();
        Ok(())
    }
}
