//! What an importable kind of thing says of itself. Each stands in a file of its own and is listed in
//! [`register`](super::register); nothing else knows which kinds there are.

use super::ImportError;
use super::progress::Progress;
use super::report::Withdrawal;
use super::state::Import;

/// When a kind is imported: what others refer to comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// What everything else refers to.
    Ground,
    /// One a row of a table.
    Rows,
    /// One a file.
    Files,
}

impl Order {
    /// Every order, the first one first.
    pub(super) const ALL: [Self; 3] = [Self::Ground, Self::Rows, Self::Files];
}

/// How a kind of thing comes out of a content folder.
pub(super) trait Adapter: Sync {
    /// What it is called in [`ImportReport::changed`](super::ImportReport::changed).
    fn name(&self) -> &'static str;

    /// The files and folders it is read from, at the top of the content folder.
    fn reads(&self) -> Vec<&'static str>;

    /// What people call one of these files or folders instead: of each, words that stand in such a name.
    fn called(&self) -> &'static [(&'static str, &'static [&'static str])] {
        &[]
    }

    /// When it is imported.
    fn order(&self) -> Order;

    /// Whether a folder that has one of what it [reads](Self::reads) is a content folder. What is in none
    /// of the files is withdrawn, so the wrong folder must not pass for one.
    fn tells_a_content_folder(&self) -> bool {
        false
    }

    /// Whether a file of a folder that it [reads](Self::reads) is one of its things, and not what one of
    /// them refers to.
    fn takes(&self, file: &str) -> bool {
        let _ = file;
        false
    }

    /// What importing would take back, judged before anything is written; nothing of a kind that is never
    /// taken back.
    ///
    /// # Errors
    /// The database failed.
    fn withdraws(&self, import: &Import<'_>) -> Result<Option<Withdrawal>, ImportError> {
        let _ = import;
        Ok(None)
    }

    /// Reads and checks everything of the kind, and writes it unless it is a trial. What is wrong in the
    /// folder becomes complaints.
    ///
    /// # Errors
    /// [`ImportError`] when the import cannot go on.
    fn run(&self, import: &mut Import<'_>, progress: &mut dyn Progress) -> Result<(), ImportError>;
}
