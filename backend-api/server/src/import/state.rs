//! An import that is being done: what it works with, and what it has found so far.

use std::collections::BTreeSet;

use super::ImportContext;
use super::check::Directory;
use super::complaint::Complaint;
use super::folder::Folder;
use super::media::Media;
use super::report::ImportReport;

/// An import that is being done.
pub(super) struct Import<'a> {
    /// What it works with.
    pub(super) context: &'a ImportContext,
    /// What is imported.
    pub(super) folder: Folder,
    /// Nothing is written.
    pub(super) dry_run: bool,
    /// Makes stored files of those in the folder.
    pub(super) media: Media<'a>,
    /// What things of the folder may refer to.
    pub(super) directory: Directory,
    /// What was done so far.
    pub(super) report: ImportReport,
    /// Every file of the folder.
    pub(super) all: Vec<String>,
    /// Every file of the folders whose files are things of their own.
    pub(super) files: Vec<String>,
    /// Files and folders of which something is not known, e.g. because they have another name than they
    /// should: what came from there is not gone.
    pub(super) unsure: BTreeSet<String>,
    /// How many of the files are things of their own, and how many of them were seen to.
    pub(super) total: usize,
    pub(super) done: usize,
}

impl<'a> Import<'a> {
    /// One that has found nothing yet.
    pub(super) fn new(context: &'a ImportContext, folder: Folder, dry_run: bool) -> Self {
        Self {
            context,
            folder,
            dry_run,
            media: Media::new(context, dry_run),
            directory: Directory::default(),
            report: ImportReport {
                dry_run,
                ..ImportReport::default()
            },
            all: Vec::new(),
            files: Vec::new(),
            unsure: BTreeSet::new(),
            total: 0,
            done: 0,
        }
    }

    /// The time, Unix milliseconds.
    pub(super) fn now_ms(&self) -> i64 {
        self.context.clock.now_ms()
    }

    /// Whether what came from something with this key may still be there, although it was not found.
    pub(super) fn is_unsure(&self, key: &str) -> bool {
        self.unsure.iter().any(|part| {
            let rest = key.strip_prefix(part.as_str());
            part.is_empty() || rest.is_some_and(|it| it.is_empty() || it.starts_with(['/', '#']))
        })
    }

    /// Adds to what is wrong in the folder.
    pub(super) fn complain(&mut self, complaints: impl IntoIterator<Item = Complaint>) {
        self.report.complaints.extend(complaints);
    }
}
