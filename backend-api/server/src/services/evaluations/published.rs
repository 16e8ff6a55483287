//! The ballot table for everybody, without being somebody: whoever may read a result on a television may recount it.
//! It says no more than the result does, and is there from the close on, never before. Of what is not published
//! nobody learns whether there is such an evaluation, or how it stands.

use std::sync::Arc;

use parking_lot::Mutex;
use store::Store;

use super::ballots::count;
use super::table::Table;
use crate::services::kit::error::Result;
use crate::services::kit::limits::Limits;

/// Tables that were asked for. The last one is kept, and one is made at a time: of a county it takes a second of a
/// core.
#[derive(Debug, Default)]
pub struct Tables(Mutex<Option<(String, Arc<Table>)>>);

impl Tables {
    /// The table of an evaluation, for somebody at an address. Blocks.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`](crate::services::kit::error::ServiceError::NotFound) without one that is published,
    /// [`ServiceError::TooMany`](crate::services::kit::error::ServiceError::TooMany); or the database failed.
    pub fn of(
        &self,
        store: &Store,
        limits: &Arc<Limits>,
        (id, address): (&str, &str),
        now_ms: i64,
    ) -> Result<Arc<Table>> {
        let (counting, asks) = (Arc::clone(limits), address.to_owned());
        store.write(move |tx| counting.read_public(tx, &asks, now_ms))?;
        let mut last = self.0.lock();
        if let Some((of, table)) = &*last
            && of == id
        {
            return Ok(Arc::clone(table));
        }
        let table = Arc::new(store.read(|tx| count::table(tx, id))?);
        *last = Some((id.to_owned(), Arc::clone(&table)));
        Ok(table)
    }
}
