//! Content for terminals: the demonstration township as a real server sends it, or none.
//!
//! Importing the township takes a minute of one core, so it is done once and kept in the target
//! folder, named after what it was made from. Tests in other processes wait for it.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use contract::bulletin::Block;
use contract::enrolment::{CLIENT_ID, DEVICE_GRANT, DeviceResponse, TokenResponse};
use contract::feed::{Change, Document, FeedPage};
use contract::file::{FileRef, Picture};

use super::content::walk;
use super::program::build_folder;
use super::{Backend, Content, NOW_MS, disk};

/// Raise it when this module makes something else of the same folder.
const RECIPE: u32 = 2;

impl Content {
    /// The demonstration township, all of it.
    ///
    /// # Errors
    /// When its media cannot be drawn or the import has complaints.
    pub fn demonstration() -> anyhow::Result<Self> {
        let township = demo_township::township_folder();
        let shared = build_folder()?.join("e2e");
        fs::create_dir_all(&shared)?;
        demo_township::make_media(&township, &|_| {})?;
        let folder = shared.join(format!("township-{:016x}", fingerprint(&township)?));
        // The disk depends on how the cache keeps things.
        let cache = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tv-app/src/cache");
        let kept = folder.join(format!("disk-{:016x}", fingerprint(&cache)?));
        let feed = folder.join("feed.json");
        let lock = File::create(shared.join("lock"))?;
        lock.lock_shared()?;
        if !feed.is_file() || !kept.is_dir() {
            lock.unlock()?;
            lock.lock()?;
            if !feed.is_file() {
                make(&township, &folder).context("cannot import the demonstration township")?;
            }
            if !kept.is_dir() {
                let content = Self::read(&folder, None)?;
                let unfinished = folder.join("disk-unfinished");
                // What an interrupted run has left is in the way.
                let _ = fs::remove_dir_all(&unfinished);
                disk::prepare(&unfinished, &content).context("cannot fill a disk")?;
                fs::rename(unfinished, &kept)?;
            }
            lock.unlock()?;
            lock.lock_shared()?;
        }
        let mut content = Self::read(&folder, Some(kept))?;
        content.in_use = Some(Arc::new(lock));
        Ok(content)
    }

    /// A township with its sections and nothing in them.
    ///
    /// # Errors
    /// As [`Content::demonstration`].
    pub fn empty() -> anyhow::Result<Self> {
        let mut content = Self::demonstration()?;
        content.disk = None;
        for page in &mut content.pages {
            page.changes.retain(|change| {
                matches!(
                    change,
                    Change::Put {
                        document: Document::Township(_)
                    }
                )
            });
        }
        Ok(content)
    }
}

/// The pictures and captions that documents name.
fn files_of(documents: &[&Document]) -> Vec<FileRef> {
    let mut files = Vec::new();
    let mut add = |picture: &Picture| {
        files.push(picture.thumb.clone());
        files.push(picture.screen.clone());
        files.extend(picture.original.clone());
    };
    for document in documents {
        match document {
            Document::Township(_)
            | Document::Meeting(_)
            | Document::Category(_)
            | Document::Evaluation(_) => {}
            Document::Bulletin(bulletin) => {
                bulletin.cover.iter().for_each(&mut add);
                for block in &bulletin.body {
                    if let Block::Picture(picture) = block {
                        add(picture);
                    }
                }
            }
            Document::Programme(programme) => add(&programme.poster),
            Document::Branch(branch) => branch.photo.iter().for_each(&mut add),
        }
    }
    for document in documents {
        if let Document::Programme(programme) = document {
            files.extend(
                programme
                    .captions
                    .iter()
                    .map(|caption| caption.file.clone()),
            );
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files.dedup();
    files
}

/// Imports the township into a server in the process, enrols a terminal and takes its feed.
fn make(township: &Path, folder: &Path) -> anyhow::Result<()> {
    // What an interrupted run or an earlier township has left is in the way.
    for old in fs::read_dir(folder.parent().context("a folder of its own")?)?.flatten() {
        if old.file_name().to_string_lossy().starts_with("township-") {
            fs::remove_dir_all(old.path())?;
        }
    }
    let (server, files) = (folder.join("server"), folder.join("files"));
    fs::create_dir_all(&server)?;
    fs::create_dir_all(&files)?;
    let mut backend = Backend::start(&server, |_| {})?;
    let report = backend.import(township)?;
    ensure!(!report.has_complaints(), "{report}");
    let (pages, token) = backend.block_on(take_feed(&backend))?;
    let documents: Vec<&Document> = pages
        .iter()
        .flat_map(|page| &page.changes)
        .filter_map(|change| match change {
            Change::Put { document } => Some(document),
            Change::Delete { .. } => None,
        })
        .collect();
    ensure!(
        documents.len() > 100,
        "the township has only {} documents",
        documents.len()
    );
    let client = reqwest::Client::new();
    for file in files_of(&documents) {
        let url = format!("{}{}", backend.url(), file.path());
        let bytes = backend.block_on(async {
            client
                .get(&url)
                .bearer_auth(&token)
                .send()
                .await?
                .error_for_status()?
                .bytes()
                .await
        })?;
        fs::write(files.join(&file.name), &bytes)?;
    }
    backend.stop();
    // Last, because it says that everything is there.
    let ready = folder.join("feed.json.new");
    fs::write(&ready, serde_json::to_vec(&pages)?)?;
    fs::rename(ready, folder.join("feed.json"))?;
    Ok(())
}

/// The feed of a village household, and the token it was taken with.
async fn take_feed(backend: &Backend) -> anyhow::Result<(Vec<FeedPage>, String)> {
    let client = reqwest::Client::new();
    let url = backend.url();
    let form = |path: &str, body: String| {
        client
            .post(format!("{url}{path}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
    };
    let answer = form("/api/v1/enrol/device", format!("client_id={CLIENT_ID}"))
        .await?
        .error_for_status()?;
    let device: DeviceResponse = answer.json().await?;
    let store = backend.store()?;
    let village =
        tokio::task::spawn_blocking(move || store.read(store::organizations::all)).await??;
    let village = village
        .into_iter()
        .filter(|organization| {
            organization.kind == contract::organization::OrganizationKind::Village
        })
        .map(|organization| organization.code)
        .min()
        .context("the township has no village")?;
    tokio::task::block_in_place(|| backend.approve(&device.user_code, &village))?;
    let answer = form(
        "/api/v1/enrol/token",
        format!(
            "grant_type={DEVICE_GRANT}&device_code={}&client_id={CLIENT_ID}",
            device.device_code
        ),
    )
    .await?;
    let token: TokenResponse = answer.error_for_status()?.json().await?;
    let mut pages: Vec<FeedPage> = Vec::new();
    loop {
        let cursor = pages.last().map_or("", |page| page.cursor.as_str());
        let answer = client
            .get(format!("{url}/api/v1/feed?cursor={cursor}"))
            .bearer_auth(&token.access_token)
            .send()
            .await?;
        let mut page: FeedPage = answer.error_for_status()?.json().await?;
        page.server_time_ms = NOW_MS;
        let more = page.more;
        pages.push(page);
        if !more {
            return Ok((pages, token.access_token));
        }
    }
}

/// A number that is another one as soon as any file of a folder is.
fn fingerprint(folder: &Path) -> anyhow::Result<u64> {
    let mut files = Vec::new();
    walk(folder, &mut files)?;
    files.sort();
    let mut hasher = DefaultHasher::new();
    RECIPE.hash(&mut hasher);
    // The lock of whoever draws the media is new each time.
    for path in files
        .into_iter()
        .filter(|path| !path.ends_with("media/.lock"))
    {
        let data = fs::metadata(&path)?;
        path.hash(&mut hasher);
        data.len().hash(&mut hasher);
        data.modified()?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}
