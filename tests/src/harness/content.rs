//! What a terminal's feed brings.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use contract::bulletin::{Block, Bulletin};
use contract::feed::{Change, Document, FeedPage};
use contract::kinds::DocumentKind;
use contract::programme::Programme;
use contract::township::{ListingKind, Township};

/// What a terminal's feed brings, and where the pictures and captions are.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// The feed from its beginning.
    pub pages: Vec<FeedPage>,
    /// Folder with pictures and captions by the names of the feed. Videos are not in it.
    pub files: PathBuf,
    /// Folder of the server it came from, to be copied with [`Content::copy_server`].
    pub(super) server: PathBuf,
    /// Folder of a terminal that has taken all of it, to be copied.
    pub(super) disk: Option<PathBuf>,
    /// Keeps others from removing the folders.
    pub(super) in_use: Option<Arc<File>>,
}

impl Content {
    pub(super) fn read(folder: &Path, disk: Option<PathBuf>) -> anyhow::Result<Self> {
        let pages = serde_json::from_slice(&fs::read(folder.join("feed.json"))?)?;
        Ok(Self {
            pages,
            files: folder.join("files"),
            server: folder.join("server"),
            disk,
            in_use: None,
        })
    }

    /// A copy of the data folder of the server this came from, for [`super::Backend::start`].
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn copy_server(&self, to: &Path) -> anyhow::Result<()> {
        copy_folder(&self.server, to)
    }

    /// Copies a terminal's folder with all of it, if there is one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn copy_disk(&self, to: &Path) -> anyhow::Result<bool> {
        let Some(disk) = &self.disk else {
            return Ok(false);
        };
        copy_folder(disk, to)?;
        Ok(true)
    }

    /// Every document, oldest first.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.pages
            .iter()
            .flat_map(|page| &page.changes)
            .filter_map(|change| match change {
                Change::Put { document } => Some(document),
                Change::Delete { .. } => None,
            })
    }

    /// The township's sections.
    #[must_use]
    pub fn township(&self) -> Township {
        let found = self.documents().find_map(|document| match document {
            Document::Township(township) => Some(township.clone()),
            _ => None,
        });
        found.unwrap_or_default()
    }

    /// All bulletins, honours and guides.
    pub fn bulletins(&self) -> impl Iterator<Item = &Bulletin> {
        self.documents().filter_map(|document| match document {
            Document::Bulletin(bulletin) => Some(bulletin),
            _ => None,
        })
    }

    /// All programmes.
    pub fn programmes(&self) -> impl Iterator<Item = &Programme> {
        self.documents().filter_map(|document| match document {
            Document::Programme(programme) => Some(programme),
            _ => None,
        })
    }

    /// The id of the list of this kind with the most bulletins or programmes in it; where it holds others, the
    /// first. `None` when there is none, or when bulletins or programmes are missing in all.
    #[must_use]
    pub fn list_of(&self, kind: ListingKind) -> Option<String> {
        let count = |list: &str| {
            let bulletins = self.bulletins().filter(|bulletin| bulletin.list == list);
            let programmes = self
                .programmes()
                .filter(|programme| programme.category == list);
            bulletins.count() + programmes.count()
        };
        let counted = matches!(
            kind.holds(),
            Some(DocumentKind::Bulletin | DocumentKind::Programme)
        );
        let sections = self.township().sections.into_iter();
        sections
            .flat_map(|section| section.listings)
            .filter(|list| list.kind == kind)
            .map(|list| (count(&list.id), list.id))
            .filter(|(count, _)| *count > 0 || !counted)
            .rev()
            .max_by_key(|(count, _)| *count)
            .map(|(_, id)| id)
    }

    /// The bulletin with the most of something, e.g. the widest table.
    #[must_use]
    pub fn bulletin_with_most(&self, count: impl Fn(&Bulletin) -> usize) -> Option<&Bulletin> {
        self.bulletins()
            .max_by_key(|bulletin| count(bulletin))
            .filter(|bulletin| count(bulletin) > 0)
    }
}

/// Index of the first block of a bulletin that fits.
#[must_use]
pub fn block_index(bulletin: &Bulletin, fits: impl Fn(&Block) -> bool) -> Option<usize> {
    bulletin.body.iter().position(fits)
}

pub(super) fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

pub(super) fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut files = Vec::new();
    walk(from, &mut files)?;
    for path in files {
        let place = to.join(path.strip_prefix(from)?);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(&path, &place).with_context(|| format!("cannot copy {}", path.display()))?;
    }
    Ok(())
}
