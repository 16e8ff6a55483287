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
use super::report::Withdrawal;
use super::state::Import;
use super::withdrawals;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::publishing::{Kind, Missing, Source};

/// A list of the folder. [`Rows`] is its adapter.
pub(super) trait List {
    /// One of its rows.
    type Row;
    /// What the service takes.
    type Draft;

    /// What it is called in [`ImportReport::changed`](super::ImportReport::changed).
    const NAME: &'static str;
    /// What they are called in words.
    const NOUN: &'static str;
    /// The file.
    const FILE: &'static str;
    /// The file, and words that stand in what people call it instead.
    const CALLED: &'static [(&'static str, &'static [&'static str])];
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

    fn called(&self) -> &'static [(&'static str, &'static [&'static str])] {
        L::CALLED
    }

    fn order(&self) -> Order {
        Order::Rows
    }

    /// Nothing, if the list has a mistake that can be seen by itself.
    fn withdraws(&self, import: &Import<'_>) -> Result<Option<Withdrawal>, ImportError> {
        let mut complaints = Complaints::about(L::FILE);
        let rows = rows::<L>(import, &mut complaints);
        if !complaints.is_empty() {
            return Ok(None);
        }
        let known = Known::of(import.context, L::KIND, L::PREFIX)?;
        let present = rows.iter().map(|row| L::name(row).1.to_owned()).collect();
        withdrawals::planned(import, (L::NOUN, L::KIND), known, &present, shown::<L>)
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

/// Reads the list; without the file it is empty.
fn rows<L: List>(import: &Import<'_>, complaints: &mut Complaints<'_>) -> Vec<L::Row> {
    if !import.folder.has(L::FILE) {
        return Vec::new();
    }
    match import.folder.read_text(L::FILE) {
        Ok((_, text)) => L::parse(&text, complaints),
        Err(complaint) => {
            complaints.extend(vec![complaint]);
            Vec::new()
        }
    }
}

fn shown<L: List>(missing: Missing) -> String {
    let name = missing.title.unwrap_or(missing.key);
    format!("{}：{name}", L::FILE)
}

/// Imports every row, then takes back what came with an earlier import and is in the list no longer;
/// nothing if a row could not be read, for that is not one that was taken out.
fn run<L: List>(import: &mut Import<'_>) -> Result<(), ImportError> {
    let known = Known::of(import.context, L::KIND, L::PREFIX)?;
    let mut complaints = Complaints::about(L::FILE);
    let rows = rows::<L>(import, &mut complaints);
    let mut present = BTreeSet::new();
    for row in rows {
        let (_, key, title) = L::name(&row);
        let shown = format!("{}：{title}", L::FILE);
        present.insert(key.to_owned());
        let outcome = take::<L>(import, &row, &known, &mut complaints)?;
        import.report.note(outcome, shown);
    }
    let is_wrong = !complaints.is_empty();
    import.complain(complaints.into_vec());
    let gone = known.gone(&present);
    withdrawals::take_back(import, L::KIND, gone, is_wrong, shown::<L>)
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
