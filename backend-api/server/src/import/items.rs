//! Importing files that are things of their own: file by file, then those that have disappeared. What is
//! in them goes to the service of their kind, which checks it, in a trial too.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::sync::atomic::Ordering;

use contract::error::FieldError;
use contract::kinds::DocumentKind;
use contract::township::ListingKind;
use store::Outcome;

use super::ImportError;
use super::adapter::{Adapter, Order};
use super::check::Destination;
use super::complaint::{self, Complaint, Complaints};
use super::folder::{Folder, extension};
use super::item::{Lines, Word};
use super::known::{FORMAT, Known, hash_of};
use super::progress::Progress;
use super::report::Withdrawal;
use super::state::Import;
use super::withdrawals;
use crate::services::files::sha256_of;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::publishing::{Kind, Missing, Source};

/// A kind of thing that a file is. [`Files`] is its adapter.
pub(super) trait Items {
    /// What the service takes.
    type Draft;

    /// What they are called in [`ImportReport::changed`](super::ImportReport::changed).
    const NAME: &'static str;
    /// What they are called in words.
    const NOUN: &'static str;
    /// Of each folder, words that stand in what people call it instead.
    const CALLED: &'static [(&'static str, &'static [&'static str])];
    /// What the files become.
    const DOCUMENT: DocumentKind;
    /// How the service keeps what came from them.
    const KIND: &'static Kind;

    /// Whether a file is one of these, judged by its extension.
    fn is_one(extension: &str) -> bool;

    /// Before the first of them: leaves out files that cannot be told apart one by one.
    fn begin(import: &mut Import<'_>) {
        let _ = import;
    }

    /// Reads a file that belongs to a list of the kind `listing`.
    ///
    /// # Errors
    /// [`ImportError`] when the import cannot go on.
    fn read(
        import: &mut Import<'_>,
        file: &str,
        listing: ListingKind,
        known: &Known,
        progress: &mut dyn Progress,
    ) -> Result<Reading<Self::Draft>, ImportError>;

    /// What the service can see to be wrong with a draft by itself, in a trial.
    fn check(draft: &Self::Draft) -> Vec<FieldError>;

    /// Hands a draft to the service.
    ///
    /// # Errors
    /// The service's.
    fn write(import: &Import<'_>, source: &Source, draft: &Self::Draft) -> Result<Outcome>;
}

/// How files that are things of their own come out of a content folder.
pub(super) struct Files<I>(PhantomData<fn() -> I>);

impl<I> Files<I> {
    /// There is nothing to it but which kind it is.
    pub(super) const NEW: Self = Self(PhantomData);
}

impl<I: Items> Adapter for Files<I> {
    fn name(&self) -> &'static str {
        I::NAME
    }

    fn reads(&self) -> Vec<&'static str> {
        folders(I::DOCUMENT)
    }

    fn called(&self) -> &'static [(&'static str, &'static [&'static str])] {
        I::CALLED
    }

    fn order(&self) -> Order {
        Order::Files
    }

    fn tells_a_content_folder(&self) -> bool {
        true
    }

    fn takes(&self, file: &str) -> bool {
        listing_of::<I>(file).is_some()
    }

    fn withdraws(&self, import: &Import<'_>) -> Result<Option<Withdrawal>, ImportError> {
        let known = Known::of(import.context, I::KIND, "")?;
        let present = present::<I>(import);
        let shown = |it: Missing| match it.title {
            Some(title) => format!("{}（{title}）", it.key),
            None => it.key,
        };
        withdrawals::planned(import, (I::NOUN, I::KIND), known, &present, shown)
    }

    fn run(&self, import: &mut Import<'_>, progress: &mut dyn Progress) -> Result<(), ImportError> {
        run::<I>(import, progress)
    }
}

/// What became of reading a file.
pub(super) enum Reading<D> {
    /// It is this.
    New(New<D>),
    /// It is as it was.
    Unchanged,
    /// It cannot be used, and was complained of.
    Refused,
}

/// A thing that is new or changed.
pub(super) struct New<D> {
    /// What the service gets.
    pub(super) draft: D,
    /// Hash over everything it is made of.
    pub(super) hash: String,
    /// Where its fields stand.
    pub(super) lines: Lines,
}

/// A file that cannot be used.
pub(super) fn refused<D>(
    import: &mut Import<'_>,
    complaints: impl IntoIterator<Item = Complaint>,
) -> Reading<D> {
    import.complain(complaints);
    Reading::Refused
}

/// Where a field stands, and what to say of it.
fn words(lines: &Lines, error: FieldError) -> (Option<u32>, String) {
    let FieldError { field, message } = error;
    let block = field
        .strip_prefix("body[")
        .and_then(|it| it.split(']').next());
    match (
        lines.of(&field),
        block.and_then(|index| index.parse::<usize>().ok()),
    ) {
        (None, Some(index)) => (None, format!("正文第 {} 段：{message}", index + 1)),
        (line, _) => (line, message),
    }
}

/// The folders whose files become documents of this kind.
fn folders(document: DocumentKind) -> Vec<&'static str> {
    let kinds = ListingKind::ALL.iter();
    kinds
        .filter(|kind| kind.holds() == Some(document))
        .filter_map(|kind| kind.folder())
        .collect()
}

/// Which lists a file may go into, if it is one of these things.
pub(super) fn listing_of<I: Items>(file: &str) -> Option<ListingKind> {
    let kind = ListingKind::of_folder(file.split('/').next()?)?;
    let is_one = kind.holds() == Some(I::DOCUMENT) && I::is_one(&extension(file));
    is_one.then_some(kind)
}

/// Every file that is one of these things.
fn present<I: Items>(import: &Import<'_>) -> BTreeSet<String> {
    let files = import.files.iter();
    let ours = files.filter(|file| listing_of::<I>(file).is_some());
    ours.cloned().collect()
}

/// Imports every file, then withdraws what came from files that are gone.
fn run<I: Items>(import: &mut Import<'_>, progress: &mut dyn Progress) -> Result<(), ImportError> {
    // Also those that are left out at the beginning: what came from them has not gone.
    let present = present::<I>(import);
    I::begin(import);
    let known = Known::of(import.context, I::KIND, "")?;
    let files = import.files.clone();
    for (file, listing) in files
        .into_iter()
        .filter_map(|file| listing_of::<I>(&file).map(|listing| (file, listing)))
    {
        if import.context.cancel.load(Ordering::Relaxed) {
            return Err(ImportError::Cancelled);
        }
        progress.item(import.done, import.total, &file);
        import.done += 1;
        let outcome = take::<I>(import, &file, listing, &known, progress)?;
        import.report.note(outcome, file);
    }
    let gone = known.gone(&present);
    withdrawals::take_back(import, I::KIND, gone, false, |it: Missing| it.key)
}

fn take<I: Items>(
    import: &mut Import<'_>,
    file: &str,
    listing: ListingKind,
    known: &Known,
    progress: &mut dyn Progress,
) -> Result<Option<Outcome>, ImportError> {
    let New { draft, hash, lines } = match I::read(import, file, listing, known, progress)? {
        Reading::New(new) => new,
        Reading::Unchanged => return Ok(Some(Outcome::Unchanged)),
        Reading::Refused => return Ok(None),
    };
    let written = if import.dry_run {
        match I::check(&draft) {
            wrong if wrong.is_empty() => Ok(known.expected(file)),
            wrong => Err(ServiceError::Invalid(wrong)),
        }
    } else {
        I::write(import, &Source::item(file, hash), &draft)
    };
    match written {
        Ok(outcome) => Ok(Some(outcome)),
        Err(error) => {
            let mut complaints = Complaints::about(file);
            complaint::refused(error, &mut complaints, |field| words(&lines, field))?;
            import.complain(complaints.into_vec());
            Ok(None)
        }
    }
}

/// The files an item refers to: as written, their place, and the hash of their content.
pub(super) struct Used<'a> {
    folder: &'a Folder,
    from: &'a str,
    /// By what is written: path in the folder and SHA-256.
    pub(super) files: BTreeMap<String, (String, String)>,
}

impl<'a> Used<'a> {
    /// For the file `from`.
    pub(super) const fn new(folder: &'a Folder, from: &'a str) -> Self {
        Self {
            folder,
            from,
            files: BTreeMap::new(),
        }
    }

    /// Finds a file and hashes it; complains when it cannot be used.
    pub(super) fn take(&mut self, (written, line): &Word, complaints: &mut Complaints<'_>) {
        if self.files.contains_key(written) {
            return;
        }
        match self.folder.resolve(self.from, written) {
            Ok(relative) => match sha256_of(&self.folder.path(&relative)) {
                Ok(hash) => {
                    self.files.insert(written.clone(), (relative, hash));
                }
                Err(_) => complaints.line(*line, format!("“{written}”打不开，请检查读取权限")),
            },
            Err(message) => complaints.line(*line, message),
        }
    }

    /// Its path in the folder.
    pub(super) fn relative(&self, written: &str) -> &str {
        self.files.get(written).map_or("", |(relative, _)| relative)
    }

    /// Its SHA-256 in hexadecimal.
    pub(super) fn hash(&self, written: &str) -> &str {
        self.files.get(written).map_or("", |(_, hash)| hash)
    }

    /// Where it lies on the disk.
    pub(super) fn path(&self, written: &str) -> std::path::PathBuf {
        self.folder.path(self.relative(written))
    }
}

/// Hash over everything an item is made of.
pub(super) fn item_hash(source: &[u8], destination: &Destination, used: &Used<'_>) -> String {
    let mut parts: Vec<&[u8]> = vec![
        FORMAT.as_bytes(),
        destination.list.as_bytes(),
        destination.organization.id.as_bytes(),
        destination.audience.id.as_bytes(),
        source,
    ];
    for (written, (_, hash)) in &used.files {
        parts.push(written.as_bytes());
        parts.push(hash.as_bytes());
    }
    hash_of(&parts)
}
