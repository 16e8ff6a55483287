//! Importing a list: row by row, then what is not in it any more. Rows are things of a kind that has a
//! service; the service checks them, in a trial too.

use std::collections::BTreeSet;
use std::marker::PhantomData;

use contract::error::FieldError;
use store::Outcome;

use super::ImportError;
use super::adapter::{Adapter, Order};
use super::complaint::{self, Complaints};
use super::known::Known;
use super::progress::Progress;
use super::state::Import;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::publishing::{self, Kind, Source};

/// A list of the folder. [`Rows`] is its adapter.
pub(super) trait List {
    /// One of its rows.
    type Row;
    /// What the service takes.
    type Draft;

    /// What it is called in [`ImportReport::changed`](super::ImportReport::changed).
    const NAME: &'static str;
    /// The file.
    const FILE: &'static str;
    /// What every key begins with: what was made otherwise is none of the folder's business.
    const PREFIX: &'static str;
    /// How the service keeps what came from it.
    const KIND: &'static Kind;

    /// Reads its rows; those with a mistake are left out.
    fn parse(text: &str, complaints: &mut Complaints<'_>) -> Vec<Self::Row>;

    /// Line, key and title of a row.
    fn name(row: &Self::Row) -> (u32, &str, &str);

    /// What the service gets of a row; nothing after complaints, or when the row is not to be imported
    /// now.
    ///
    /// # Errors
    /// The database failed.
    fn read(
        import: &mut Import<'_>,
        row: &Self::Row,
        known: &Known,
        complaints: &mut Complaints<'_>,
    ) -> Result<Reading<Self::Draft>, ImportError>;

    /// What the service can see to be wrong with a draft by itself, in a trial; `known` tells the key if
    /// it was imported before.
    ///
    /// # Errors
    /// The database failed.
    fn check(
        import: &Import<'_>,
        known: Option<&str>,
        draft: &Self::Draft,
    ) -> Result<Vec<FieldError>>;

    /// Hands a draft to the service.
    ///
    /// # Errors
    /// The service's.
    fn write(import: &Import<'_>, source: &Source, draft: &Self::Draft) -> Result<Outcome>;
}

/// How a list comes out of a content folder.
pub(super) struct Rows<L>(PhantomData<fn() -> L>);

impl<L> Rows<L> {
    /// There is nothing to it but which list it is.
    pub(super) const NEW: Self = Self(PhantomData);
}

impl<L: List> Adapter for Rows<L> {
    fn name(&self) -> &'static str {
        L::NAME
    }

    fn reads(&self) -> Vec<&'static str> {
        vec![L::FILE]
    }

    fn order(&self) -> Order {
        Order::Rows
    }

    fn run(
        &self,
        import: &mut Import<'_>,
        _progress: &mut dyn Progress,
    ) -> Result<(), ImportError> {
        run::<L>(import)
    }
}

/// What became of reading a row.
pub(super) enum Reading<D> {
    /// It is this, with a hash over everything it is made of.
    Draft(D, String),
    /// It is of no interest, e.g. because it is over.
    Passed,
    /// It is left out: it was complained of, or waits for something.
    LeftOut,
}

/// Imports every row, then takes back what came with an earlier import and is in the list no longer;
/// nothing if a row could not be read, for that is not one that was taken out.
fn run<L: List>(import: &mut Import<'_>) -> Result<(), ImportError> {
    let known = Known::of(import.context, L::KIND, L::PREFIX)?;
    let mut complaints = Complaints::about(L::FILE);
    let mut rows = Vec::new();
    if import.folder.has(L::FILE) {
        match import.folder.read_text(L::FILE) {
            Ok((_, text)) => rows = L::parse(&text, &mut complaints),
            Err(complaint) => complaints.extend(vec![complaint]),
        }
    }
    let mut present = BTreeSet::new();
    for row in rows {
        let (_, key, title) = L::name(&row);
        let shown = format!("{}：{title}", L::FILE);
        present.insert(key.to_owned());
        let outcome = take::<L>(import, &row, &known, &mut complaints)?;
        import.report.note(outcome, shown);
    }
    let whole = complaints.is_empty();
    import.complain(complaints.into_vec());
    if !whole {
        return Ok(());
    }
    let gone = known.gone(&present);
    let (store, now_ms) = (&import.context.store, import.now_ms());
    let missing = publishing::withdraw(store, L::KIND, gone, import.dry_run, now_ms)?;
    let titles = missing.into_iter().filter_map(|missing| missing.title);
    let mut shown: Vec<String> = titles
        .map(|title| format!("{}：{title}", L::FILE))
        .collect();
    shown.sort();
    import.report.withdrawn.extend(shown);
    Ok(())
}

fn take<L: List>(
    import: &mut Import<'_>,
    row: &L::Row,
    known: &Known,
    complaints: &mut Complaints<'_>,
) -> Result<Option<Outcome>, ImportError> {
    let (line, key, _) = L::name(row);
    let (draft, hash) = match L::read(import, row, known, complaints)? {
        Reading::Draft(draft, hash) => (draft, hash),
        Reading::Passed => return Ok(Some(Outcome::Unchanged)),
        Reading::LeftOut => return Ok(None),
    };
    if known.is_unchanged(key, &hash) {
        return Ok(Some(Outcome::Unchanged));
    }
    let written = if import.dry_run {
        match L::check(import, known.has(key).then_some(key), &draft)? {
            wrong if wrong.is_empty() => Ok(known.expected(key)),
            wrong => Err(ServiceError::Invalid(wrong)),
        }
    } else {
        L::write(import, &Source::item(key, hash), &draft)
    };
    match written {
        Ok(outcome) => Ok(Some(outcome)),
        Err(error) => {
            complaint::refused(error, complaints, |field| (Some(line), field.message))?;
            Ok(None)
        }
    }
}
