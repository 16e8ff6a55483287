//! Pictures of a document as televisions will show it: the television application makes them, as a process of its
//! own that gets the document, its pictures and nothing else, and is bounded in time, memory and what it writes.
//! It need not be installed here; then there are none, and nobody is told otherwise.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contract::bulletin::Block;
use contract::feed::Document;
use contract::file::FileRef;
use contract::preview::{MAX_PAGES, Preview, PreviewJob, PreviewMade, PreviewState, TEXT_SIZES};
use futures_util::StreamExt as _;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use store::{Tx, township};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

use super::files::{FileName, Files, FilesError};
use super::kit::error::{Result, ServiceError, chain};
use super::kit::task::blocking;
use super::pictures;

/// What the television application is called, beside this program or where programs are.
const PROGRAM: &str = "tv-app";

/// Whoever waits for pictures, and the one whose pictures are made: others are asked to come again.
const PLACES: usize = 4;

/// Bytes of all pictures of one document: those of a dozen screens have much less.
const MAX_PICTURE_BYTES: u64 = 128 << 20;

/// Bytes of one picture that the application makes: a screen without any compression has less.
const MAX_PAGE_BYTES: u64 = 8 << 20;

/// Bytes of memory that it may take, files that it looks into included.
const MEMORY: u64 = 1 << 30;

/// Bytes of a file that it may write.
const FILE: u64 = 64 << 20;

/// Files that it may have open.
const OPEN_FILES: u64 = 256;

/// Bytes of what it says that are read.
const SAID: u64 = 4_096;

const FAILED: &str = "电视程序没有画出预览，请稍后再试；还是不行，请联系管理员查看服务器日志";

/// Makes pictures of documents, one after the other.
pub struct Previews {
    program: Option<PathBuf>,
    patience: Duration,
    /// It takes a core, so one at a time.
    turn: Semaphore,
    places: Semaphore,
}

impl Previews {
    /// With this program (`None`: the one beside this program, or where programs are), which takes no longer
    /// than `patience`.
    #[must_use]
    pub fn new(program: Option<PathBuf>, patience: Duration) -> Self {
        Self {
            program,
            patience,
            turn: Semaphore::new(1),
            places: Semaphore::new(PLACES),
        }
    }

    /// The television application, if it is installed; it may be at any time.
    fn program(&self) -> Option<PathBuf> {
        if let Some(program) = &self.program {
            return Some(program.clone()).filter(|program| program.is_file());
        }
        let beside = std::env::current_exe().ok();
        let beside = beside.as_deref().and_then(Path::parent).map(Path::to_owned);
        let path = std::env::var_os("PATH").unwrap_or_default();
        beside
            .into_iter()
            .chain(std::env::split_paths(&path))
            .map(|folder| folder.join(PROGRAM))
            .find(|program| program.is_absolute() && program.is_file())
    }

    /// Pictures of a document, of which this is the version.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] if many are asked for at once, or the application fails or takes too long;
    /// [`ServiceError::BadRequest`] for more pictures than it is given.
    pub async fn make(&self, files: &Files, version: i64, job: &PreviewJob) -> Result<Preview> {
        let none = Preview {
            state: PreviewState::NotInstalled,
            version,
            text_size: job.text_size,
            ..Preview::default()
        };
        let Some(program) = self.program() else {
            return Ok(none);
        };
        let Ok(_place) = self.places.try_acquire() else {
            return Err(ServiceError::Unavailable(
                "很多人同时在看预览，请过几秒再试",
            ));
        };
        let folder = Scratch::new().await?;
        copy_pictures(files, &job.document, &folder.pictures()).await?;
        let made = {
            let Ok(_turn) = self.turn.acquire().await else {
                return Err(ServiceError::Unavailable("服务正在停止，请稍后再试"));
            };
            self.run(&program, &folder, job).await?
        };
        let pages = folder.read(made.pages).await?;
        Ok(Preview {
            state: PreviewState::Ready,
            pages,
            more: made.more,
            ..none
        })
    }

    async fn run(&self, program: &Path, folder: &Scratch, job: &PreviewJob) -> Result<PreviewMade> {
        let job = serde_json::to_vec(job).map_err(|error| broken("a job", &error))?;
        let mut child = folder.start(program)?;
        let talk = tokio::time::timeout(self.patience, talk(&mut child, &job));
        let why = match talk.await {
            Ok(Ok(made)) => return Ok(made),
            Ok(Err(why)) => why,
            Err(_) => "it takes too long".to_owned(),
        };
        if let Err(error) = child.kill().await {
            tracing::debug!(%error, "the television application has ended");
        }
        let said = folder.log().await;
        tracing::warn!(why, said, "no preview");
        Err(ServiceError::Unavailable(FAILED))
    }
}

/// What is to be shown, as a television would get it now.
///
/// # Errors
/// [`ServiceError::Invalid`] for another text size than televisions have, or the database failed.
pub fn job(
    tx: &mut Tx<'_>,
    document: impl Into<Document>,
    text_size: u32,
    now_ms: i64,
) -> Result<PreviewJob> {
    if !TEXT_SIZES.contains(&text_size) {
        return Err(ServiceError::field("text_size", "字号请选 100、125 或 150"));
    }
    Ok(PreviewJob {
        document: document.into(),
        text_size,
        at_ms: Some(now_ms),
        township: township::get(tx)?.unwrap_or_default(),
        organization: None,
    })
}

fn broken(what: &str, error: &(dyn std::error::Error + 'static)) -> ServiceError {
    ServiceError::Internal(format!("{what} of a preview: {}", chain(error)))
}

/// Gives it the job and takes what it says in the end; why not, if it fails.
async fn talk(child: &mut Child, job: &[u8]) -> Result<PreviewMade, String> {
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("it cannot be talked to".to_owned());
    };
    let told = async move {
        // Why it does not listen, it says itself.
        let _ = stdin.write_all(job).await;
        drop(stdin);
    };
    let mut said = Vec::new();
    let mut stdout = stdout.take(SAID);
    let (read, ()) = tokio::join!(stdout.read_to_end(&mut said), told);
    read.map_err(|error| error.to_string())?;
    let ended = child.wait().await.map_err(|error| error.to_string())?;
    if !ended.success() {
        return Err(ended.to_string());
    }
    let made: PreviewMade = serde_json::from_slice(&said).map_err(|error| error.to_string())?;
    if (1..=MAX_PAGES).contains(&made.pages) {
        Ok(made)
    } else {
        Err(format!("it says that it made {} pictures", made.pages))
    }
}

/// The folder that one run of the application has for itself.
struct Scratch(TempDir);

impl Scratch {
    async fn new() -> Result<Self> {
        blocking(|| {
            let folder = tempfile::Builder::new()
                .prefix("preview-")
                .tempdir()
                .map_err(|error| broken("the folder", &error))?;
            let scratch = Self(folder);
            std::fs::create_dir(scratch.pictures())
                .map_err(|error| broken("the folder", &error))?;
            Ok(scratch)
        })
        .await
    }

    fn pictures(&self) -> PathBuf {
        self.0.path().join("pictures")
    }

    /// Starts the application, with nothing of this server's surroundings, and bounds it before it has anything
    /// to do: it waits for its job.
    fn start(&self, program: &Path) -> Result<Child> {
        let folder = self.0.path();
        let log =
            std::fs::File::create(folder.join("log")).map_err(|error| broken("the log", &error))?;
        let child = Command::new(program)
            .args(["--preview", "-", "--preview-files"])
            .arg(self.pictures())
            .arg("--preview-out")
            .arg(folder)
            .current_dir(folder)
            .env_clear()
            .env("HOME", folder)
            .env("XDG_CACHE_HOME", folder)
            .env("LANG", "C.UTF-8")
            .env("RUST_LOG", "warn")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| broken("the start", &error))?;
        let pid = child.id().and_then(|id| i32::try_from(id).ok());
        let Some(pid) = pid.and_then(Pid::from_raw) else {
            return Err(ServiceError::Internal(
                "a preview has no process".to_owned(),
            ));
        };
        for (resource, most) in [
            (Resource::As, MEMORY),
            (Resource::Fsize, FILE),
            (Resource::Nofile, OPEN_FILES),
            (Resource::Core, 0),
        ] {
            let limit = Rlimit {
                current: Some(most),
                maximum: Some(most),
            };
            prlimit(Some(pid), resource, limit).map_err(|error| broken("a bound", &error))?;
        }
        Ok(child)
    }

    /// The end of what it wrote into its log.
    async fn log(&self) -> String {
        let said = tokio::fs::read(self.0.path().join("log")).await;
        let said = said.unwrap_or_default();
        let end = said.len().saturating_sub(2_000);
        String::from_utf8_lossy(&said[end..]).into_owned()
    }

    /// The pictures it made.
    async fn read(self, pages: usize) -> Result<Vec<String>> {
        blocking(move || {
            let read = |page: usize| {
                let path = self.0.path().join(format!("{page}.png"));
                let bytes = std::fs::metadata(&path)
                    .map_err(|error| broken("a picture", &error))?
                    .len();
                if bytes > MAX_PAGE_BYTES {
                    let told = format!("a picture of a preview has {bytes} bytes");
                    return Err(ServiceError::Internal(told));
                }
                let png = std::fs::read(&path).map_err(|error| broken("a picture", &error))?;
                let jpeg = pictures::plain(&png, pictures::SCREEN)
                    .map_err(|error| broken("a picture", &error))?;
                Ok(STANDARD.encode(jpeg))
            };
            (1..=pages).map(read).collect()
        })
        .await
    }
}

/// Puts the pictures of a document into the folder. One that is lost is not shown, as on a television.
async fn copy_pictures(files: &Files, document: &Document, folder: &Path) -> Result<()> {
    let wanted = shown(document);
    if wanted.iter().map(|file| file.bytes).sum::<u64>() > MAX_PICTURE_BYTES {
        let told = "里面的图片一共太大，画不了预览，请分成几份".to_owned();
        return Err(ServiceError::BadRequest(told));
    }
    for file in wanted {
        let Ok(name) = FileName::parse(&file.name) else {
            continue;
        };
        let mut slice = match files.read(&name, None).await {
            Ok(slice) => slice,
            Err(FilesError::NotFound) => continue,
            Err(other) => return Err(other.into()),
        };
        let mut copy = tokio::fs::File::create(folder.join(name.as_str()))
            .await
            .map_err(|error| broken("a picture", &error))?;
        while let Some(chunk) = slice.stream.next().await {
            copy.write_all(&chunk?)
                .await
                .map_err(|error| broken("a picture", &error))?;
        }
        copy.flush()
            .await
            .map_err(|error| broken("a picture", &error))?;
    }
    Ok(())
}

/// The files that its screen shows.
fn shown(document: &Document) -> Vec<&FileRef> {
    match document {
        Document::Bulletin(bulletin) => bulletin
            .body
            .iter()
            .filter_map(|block| match block {
                Block::Picture(picture) => Some(&picture.screen),
                _ => None,
            })
            .collect(),
        Document::Programme(programme) => vec![&programme.poster.screen, &programme.poster.thumb],
        _ => Vec::new(),
    }
}
