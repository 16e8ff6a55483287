//! Documents of this terminal alone: the last answer of the server to each question for one, so that
//! it is there from the first frame and without a network. A part that has one says its name.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{CacheError, Context};
use super::handle::Cache;

/// A document of this terminal.
pub(super) trait TerminalDocument:
    Default + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// What it is kept under. Never changes.
    const NAME: &'static str;
}

/// Those that were read or came, by their names.
#[derive(Default)]
struct Memory(Mutex<HashMap<&'static str, Arc<dyn Any + Send + Sync>>>);

impl Cache {
    /// A document as it came last; the default before it ever came.
    pub(super) fn remembered<T: TerminalDocument>(&self) -> Arc<T> {
        let memory = self.slot::<Memory>();
        let mut known = memory.0.lock();
        if let Some(document) = known.get(T::NAME).cloned() {
            // It is of this type: that is what has this name.
            return document.downcast().unwrap_or_default();
        }
        let json: Option<String> = self.read("read a document of this terminal", |db| {
            db.prepare_cached("SELECT json FROM terminal_document WHERE name = ?1")?
                .query_row([T::NAME], |row| row.get(0))
                .optional()
        });
        let read = json.and_then(|json| {
            serde_json::from_str::<T>(&json)
                .inspect_err(|error| tracing::error!(%error, name = T::NAME, "cannot be read"))
                .ok()
        });
        let document = Arc::new(read.unwrap_or_default());
        known.insert(T::NAME, Arc::clone(&document) as _);
        document
    }

    /// The ETag a document came with; `None` when it never came or had none.
    pub(super) fn etag_of<T: TerminalDocument>(&self) -> Option<String> {
        self.read("read an ETag", |db| {
            db.prepare_cached("SELECT etag FROM terminal_document WHERE name = ?1 AND etag <> ''")?
                .query_row([T::NAME], |row| row.get(0))
                .optional()
        })
    }

    /// Keeps a document that came with this ETag.
    pub(super) fn keep<T: TerminalDocument>(
        &self,
        document: T,
        etag: &str,
    ) -> Result<(), CacheError> {
        let json = serde_json::to_string(&document).during("write a document of this terminal")?;
        self.write("write a document of this terminal", |tx| {
            tx.prepare_cached(
                "INSERT OR REPLACE INTO terminal_document(name, etag, json) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![T::NAME, etag, json])
        })?;
        self.remember(document);
        Ok(())
    }

    /// Holds a document in memory that is on the disk already.
    pub(super) fn remember<T: TerminalDocument>(&self, document: T) {
        let memory = self.slot::<Memory>();
        memory.0.lock().insert(T::NAME, Arc::new(document));
    }

    /// Drops what is in memory, because what is on the disk has gone.
    pub(super) fn forget_documents(&self) {
        self.slot::<Memory>().0.lock().clear();
    }
}

/// Changes a document inside somebody else's transaction; its ETag stays.
pub(super) fn rewrite<T: TerminalDocument>(tx: &Connection, document: &T) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE terminal_document SET json = ?2 WHERE name = ?1")?
        .execute(params![T::NAME, encode(document)?])?;
    Ok(())
}

/// JSON, with an error that fits into a transaction.
pub(super) fn encode<T: Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
