//! What somebody has said of a request and not sent: kept so that a power cut costs nothing, and gone
//! as soon as it is sent or left.
//!
//! The step that takes it down keeps it after every key; the screen that sends it reads it here, and its
//! command lets it go in the transaction that writes the command down ([`forget`]). A confidential report
//! is never kept here.

use contract::request::Voice;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::documents::encode;
use super::error::CacheError;
use super::handle::Cache;

/// What somebody says of a request beside its category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Sentences that were picked, in this order.
    pub sentences: Vec<String>,
    /// What was said.
    pub voice: Option<Voice>,
}

impl Draft {
    /// Nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sentences.is_empty() && self.voice.is_none()
    }
}

/// What a draft is kept under: of a new request its category, of an addition the request that is added
/// to.
#[must_use]
pub fn subject(category_id: &str, request_id: Option<&str>) -> String {
    match request_id {
        Some(request) => format!("request:{request}"),
        None => format!("category:{category_id}"),
    }
}

/// Lets one go inside the transaction that writes down what becomes of it.
///
/// # Errors
/// When it cannot be written.
pub fn forget(tx: &Transaction<'_>, subject: &str) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM draft WHERE subject = ?1")?
        .execute([subject])?;
    Ok(())
}

impl Cache {
    /// What was said of this subject; nothing when nothing was.
    #[must_use]
    pub fn draft(&self, subject: &str) -> Draft {
        let json: Option<String> = self.read("read a draft", |db| {
            db.prepare_cached("SELECT json FROM draft WHERE subject = ?1")?
                .query_row([subject], |row| row.get(0))
                .optional()
        });
        json.and_then(|json| {
            serde_json::from_str(&json)
                .inspect_err(|_| tracing::error!("a draft cannot be read"))
                .ok()
        })
        .unwrap_or_default()
    }

    /// Keeps what was said; one in which nothing is goes.
    ///
    /// # Errors
    /// When it cannot be written; the one before stays.
    pub fn keep_draft(&self, subject: &str, draft: &Draft) -> Result<(), CacheError> {
        let had_voice = self.draft(subject).voice.is_some();
        self.write("keep a draft", |tx| {
            if draft.is_empty() {
                return forget(tx, subject);
            }
            tx.prepare_cached("INSERT OR REPLACE INTO draft(subject, json) VALUES (?1, ?2)")?
                .execute(params![subject, encode(draft)?])?;
            Ok(())
        })?;
        self.changed();
        if had_voice && draft.voice.is_none() {
            self.scrub();
        }
        Ok(())
    }

    /// Lets all go but those of these subjects: nobody has the others in hand any more.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn keep_only_drafts(&self, subjects: &[String]) -> Result<(), CacheError> {
        let left: Vec<String> = self.read("list drafts", |db| {
            db.prepare_cached("SELECT subject FROM draft")?
                .query_map([], |row| row.get(0))?
                .collect()
        });
        let gone: Vec<String> = left
            .into_iter()
            .filter(|subject| !subjects.contains(subject))
            .collect();
        if gone.is_empty() {
            return Ok(());
        }
        self.write("let drafts go", |tx| {
            gone.iter().try_for_each(|subject| forget(tx, subject))
        })?;
        self.changed();
        self.scrub();
        Ok(())
    }
}
