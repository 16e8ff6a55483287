//! Importing a list: row by row, and what is not in it any more.

use std::collections::{BTreeSet, HashMap};

use store::{Outcome, SourceEntry};

use super::Import;
use crate::import::ImportError;
use crate::import::complaint::Complaints;

/// A list of the folder.
pub(super) struct List<R> {
    /// The file.
    pub(super) file: &'static str,
    /// What every key begins with.
    pub(super) prefix: &'static str,
    /// Reads its rows.
    pub(super) parse: fn(&str, &mut Complaints<'_>) -> Vec<R>,
    /// Key and title of a row.
    pub(super) name: fn(&R) -> (&str, &str),
}

impl Import<'_> {
    /// Imports every row by `each`, which gets what is known of it. Answers the keys of what came
    /// with an earlier import and is in the list no longer; none if a row could not be read, for that is
    /// not one that was taken out.
    pub(super) fn list<R>(
        &mut self,
        list: &List<R>,
        sources: Vec<SourceEntry>,
        each: impl Fn(
            &mut Self,
            R,
            Option<&SourceEntry>,
            &mut Complaints<'_>,
        ) -> Result<Option<Outcome>, ImportError>,
    ) -> Result<Vec<String>, ImportError> {
        let file = list.file;
        let mut complaints = Complaints::about(file);
        let mut rows = Vec::new();
        if self.folder.has(file) {
            match self.folder.read_text(file) {
                Ok((_, text)) => rows = (list.parse)(&text, &mut complaints),
                Err(complaint) => complaints.extend(vec![complaint]),
            }
        }
        let known: HashMap<String, SourceEntry> = sources
            .into_iter()
            .filter(|entry| entry.key.starts_with(list.prefix))
            .map(|entry| (entry.key.clone(), entry))
            .collect();
        let mut present = BTreeSet::new();
        for row in rows {
            let (key, title) = (list.name)(&row);
            let shown = format!("{file}：{title}");
            let known = known.get(key);
            present.insert(key.to_owned());
            match each(self, row, known, &mut complaints)? {
                Some(Outcome::Created) => self.report.created.push(shown),
                Some(Outcome::Updated) => self.report.updated.push(shown),
                Some(Outcome::Unchanged) => self.report.unchanged += 1,
                None => {}
            }
        }
        let whole = complaints.is_empty();
        self.complain(complaints.into_vec());
        let mut gone: Vec<String> = known
            .into_values()
            .filter(|entry| whole && entry.hash.is_some() && !present.contains(&entry.key))
            .map(|entry| entry.key)
            .collect();
        gone.sort();
        Ok(gone)
    }
}
