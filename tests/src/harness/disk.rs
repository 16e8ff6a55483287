//! What a terminal has on its disk, made without a network.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use contract::feed::{Change, Document};
use contract::file::FileRef;
use contract::organization::OrganizationRef;
use contract::programme::Rendition;
use contract::terminal::TerminalKind;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tv_app::cache::{Cache, Enrolment, FileClass};
use tv_app::clock::ManualClock;
use tv_app::focus::Remembered;
use tv_app::router::OpenScreen;
use tv_app::screens::Route;

use super::content::copy_folder;
use super::{Content, NOW_MS};

/// The content came so long before the television was switched on, in ms.
const HEARD_MS: i64 = 86_400_000;

/// Bytes of a page of the database.
const PAGE: usize = 4096;

/// A terminal's data folder with an open cache.
pub struct Disk {
    /// The cache.
    pub cache: Cache,
    folder: TempDir,
}

impl Disk {
    /// An empty one: the terminal was just unpacked.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(clock: &Arc<ManualClock>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let cache = open(folder.path(), clock)?;
        Ok(Self { cache, folder })
    }

    /// Enrolled, and with this content as of [`NOW_MS`]; the server answers.
    ///
    /// Videos are replaced by a few bytes each: the fake player does not read them.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn with(clock: &Arc<ManualClock>, content: &Content) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let copied = content.copy_disk(folder.path())?;
        let disk = Self {
            cache: open(folder.path(), clock)?,
            folder,
        };
        disk.enrol("http://127.0.0.1:9")?;
        if !copied {
            fill(&disk.cache, content)?;
        }
        disk.cache.synced(NOW_MS)?;
        disk.cache.set_online(true);
        Ok(disk)
    }

    /// One whose folder cannot be had: everything is in memory. The server answers.
    ///
    /// # Errors
    /// When it cannot be filled.
    pub fn unstored(clock: &Arc<ManualClock>, content: &Content) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("file");
        std::fs::write(&file, "")?;
        let disk = Self {
            cache: open(&file.join("data"), clock)?,
            folder,
        };
        disk.enrol("http://127.0.0.1:9")?;
        fill(&disk.cache, content)?;
        disk.cache.synced(NOW_MS)?;
        disk.cache.set_online(true);
        Ok(disk)
    }

    /// The same after the program was started again.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn reopened(self, clock: &Arc<ManualClock>) -> anyhow::Result<Self> {
        let Self { cache, folder } = self;
        drop(cache);
        Ok(Self {
            cache: open(folder.path(), clock)?,
            folder,
        })
    }

    /// Breaks every page of its database and of the log beside it in which one of these texts stands,
    /// and switches it on again. It must be switched off.
    ///
    /// # Errors
    /// When fewer than three are broken, or it cannot be opened.
    pub fn broken(self, clock: &Arc<ManualClock>, texts: &[&str]) -> anyhow::Result<Self> {
        // A copy: whatever was just switched off may still have the files open.
        let folder = tempfile::tempdir()?;
        copy_folder(self.path(), folder.path())?;
        let mut broken = 0;
        for name in ["cache.db", "cache.db-wal"] {
            let path = folder.path().join(name);
            let Ok(mut bytes) = std::fs::read(&path) else {
                continue;
            };
            for page in bytes.chunks_mut(PAGE) {
                let holds = |text: &&str| page.windows(text.len()).any(|at| at == text.as_bytes());
                if texts.iter().any(holds) {
                    page.fill(0xa5);
                    broken += 1;
                }
            }
            std::fs::write(&path, bytes)?;
        }
        anyhow::ensure!(broken >= 3, "only {broken} pages hold {texts:?}");
        Ok(Self {
            cache: open(folder.path(), clock)?,
            folder,
        })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// As if staff had approved it at this server.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn enrol(&self, server_url: &str) -> anyhow::Result<()> {
        self.enrol_as(server_url, TerminalKind::Household)
    }

    /// The same as a terminal of this kind.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn enrol_as(&self, server_url: &str, kind: TerminalKind) -> anyhow::Result<()> {
        self.cache.set_enrolment(&Enrolment {
            server_url: server_url.to_owned(),
            token: "token".to_owned(),
            terminal_id: "0198c0de-0000-7000-8000-000000000012".to_owned(),
            kind,
            name: "张家村 12 号".to_owned(),
            organization: OrganizationRef {
                id: "village".to_owned(),
                name: "张家村".to_owned(),
            },
        })?;
        Ok(())
    }

    /// Keeps a programme of [`Disk::with`] for watching without a network.
    ///
    /// # Errors
    /// When there is no such programme.
    pub fn keep(&self, programme_id: &str) -> anyhow::Result<()> {
        self.cache.store_bytes(
            &film(programme_id).name,
            film_bytes(programme_id).as_bytes(),
            FileClass::Kept,
        )?;
        self.cache.set_kept(programme_id, true)?;
        Ok(())
    }

    /// Remembers a setting, e.g. `text_size`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set(&self, name: &str, value: &str) -> anyhow::Result<()> {
        Ok(self.cache.set_setting(name, value)?)
    }

    /// The next start resumes on the last of these screens, above the others.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn resume_at(&self, routes: &[Route]) -> anyhow::Result<()> {
        let open: Vec<OpenScreen> = routes
            .iter()
            .map(|route| OpenScreen {
                route: route.clone(),
                focus: Remembered::default(),
            })
            .collect();
        Ok(self
            .cache
            .set_resume_point(&serde_json::to_string(&open)?)?)
    }
}

/// Puts content in, with its pictures and captions.
///
/// # Errors
/// When it cannot be written.
fn fill(cache: &Cache, content: &Content) -> anyhow::Result<()> {
    for page in &content.pages {
        let mut page = page.clone();
        // A box that was switched on after it has heard the server believes its own clock.
        page.server_time_ms = NOW_MS - HEARD_MS;
        for change in &mut page.changes {
            if let Change::Put {
                document: Document::Programme(programme),
            } = change
            {
                programme.renditions = vec![rendition(&programme.id)];
            }
        }
        cache.apply(&page)?;
    }
    for wanted in cache.wanted_files() {
        let path = content.files.join(&wanted.file.name);
        let bytes =
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        cache.store_bytes(&wanted.file.name, &bytes, wanted.class)?;
    }
    Ok(())
}

/// Fills a terminal's folder, to be copied: storing two hundred files one by one, each safe from
/// a power cut, takes a slow disk half a minute.
///
/// # Errors
/// When it cannot be written.
pub(super) fn prepare(folder: &Path, content: &Content) -> anyhow::Result<()> {
    fill(&open(folder, &Arc::new(ManualClock::new(NOW_MS)))?, content)
}

fn open(folder: &Path, clock: &Arc<ManualClock>) -> anyhow::Result<Cache> {
    // Tests must not depend on how full this disk is.
    Ok(Cache::open_with(
        folder,
        Arc::clone(clock) as _,
        Arc::new(|_| Some(1 << 40)),
    )?)
}

/// What stands for a programme's video.
pub(super) fn rendition(programme_id: &str) -> Rendition {
    Rendition {
        file: film(programme_id),
        width: 1280,
        height: 720,
        bitrate: 2_000_000,
        has_audio: true,
    }
}

/// The few bytes that stand for a programme's video.
fn film_bytes(programme_id: &str) -> String {
    format!("video of {programme_id}")
}

fn film(programme_id: &str) -> FileRef {
    let bytes = film_bytes(programme_id);
    let hash = tv_app::cache::files::hex(&Sha256::digest(bytes.as_bytes()));
    FileRef {
        name: format!("{hash}.mp4"),
        bytes: bytes.len() as u64,
        media_type: "video/mp4".to_owned(),
    }
}
