//! Pictures of a document as this television shows it, for whoever writes it: the real application with its
//! screens, its cache and its renderer, on a screen in memory, with a clock of its own and nothing to play. It
//! asks no server, and what it keeps is gone in the end.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use contract::feed::{Change, Document, FeedPage};
use contract::preview::{MAX_PAGES, PreviewJob, PreviewMade, TEXT_SIZES};
use contract::terminal::TerminalKind;
use media_player::{Command, Event, EventSink, Frame, PictureMemory, Player, Statistics};

use crate::app::{App, Parts};
use crate::cache::{Cache, Enrolment};
use crate::clock::ManualClock;
use crate::platform::{Headless, LOGICAL_HEIGHT, LOGICAL_WIDTH, TimeSource};
use crate::remote::{Press, RemoteKey};
use crate::screens::settings::name;
use crate::screens::{Input, Route, Screen};

/// The longest job that is read, in bytes: many times the longest bulletin.
const MAX_JOB_BYTES: u64 = 16 * 1024 * 1024;

/// Pictures are decoded within this time, or there is something wrong with them.
const PATIENCE: Duration = Duration::from_secs(20);

/// Animations are over after so many milliseconds, and a key counts as another press.
const REST_MS: u64 = 1_000;

/// Nobody is asked there.
const NO_SERVER: &str = "http://127.0.0.1:9";

/// Command line options of a preview.
#[derive(Args, Clone, Debug, Default)]
pub struct PreviewOptions {
    /// Make pictures of a document as the television shows it, and end: FILE says in JSON which, - is standard input
    #[arg(long, value_name = "FILE", requires = "preview_out")]
    pub preview: Option<PathBuf>,

    /// Folder with the pictures of that document, by the names it gives them
    #[arg(long, value_name = "FOLDER", requires = "preview")]
    pub preview_files: Option<PathBuf>,

    /// Folder for 1.png, 2.png…: the screen as it is first seen, then each page further down
    #[arg(long, value_name = "FOLDER", requires = "preview")]
    pub preview_out: Option<PathBuf>,
}

/// Reads what `job` says, `-` being standard input, writes the pictures, and says on standard output how many.
///
/// # Errors
/// When the job cannot be read or is none, a picture cannot be decoded, or nothing can be written.
pub fn run(job: &Path, options: &PreviewOptions) -> anyhow::Result<()> {
    let out = options
        .preview_out
        .as_deref()
        .context("没有写图片放在哪里（--preview-out）")?;
    let job = read(job)?;
    fs::create_dir_all(out).with_context(|| format!("打不开 {}", out.display()))?;
    let kept = out.join("television");
    let made = make(&job, options.preview_files.as_deref(), &kept, out);
    // What is left over is nothing that anybody needs.
    let _ = fs::remove_dir_all(&kept);
    writeln!(io::stdout(), "{}", serde_json::to_string(&made?)?)?;
    Ok(())
}

fn read(from: &Path) -> anyhow::Result<PreviewJob> {
    let mut text = Vec::new();
    let length = if from == Path::new("-") {
        io::stdin().take(MAX_JOB_BYTES + 1).read_to_end(&mut text)
    } else {
        let file = fs::File::open(from).with_context(|| format!("打不开 {}", from.display()))?;
        file.take(MAX_JOB_BYTES + 1).read_to_end(&mut text)
    }
    .context("读不出要显示的内容")?;
    ensure!(length as u64 <= MAX_JOB_BYTES, "要显示的内容太长");
    let job: PreviewJob = serde_json::from_slice(&text).context("要显示的内容不是正确的 JSON")?;
    ensure!(
        TEXT_SIZES.contains(&job.text_size),
        "字号 {} 不对，请写 {TEXT_SIZES:?} 中的一个",
        job.text_size
    );
    Ok(job)
}

fn make(
    job: &PreviewJob,
    files: Option<&Path>,
    kept: &Path,
    out: &Path,
) -> anyhow::Result<PreviewMade> {
    let (route, organization) = match &job.document {
        Document::Bulletin(bulletin) => (
            Route::Bulletin {
                id: bulletin.id.clone(),
            },
            &bulletin.organization,
        ),
        Document::Programme(programme) => (
            Route::Programme {
                id: programme.id.clone(),
            },
            &programme.organization,
        ),
        other => bail!("只能预览公示和节目，不能预览 {}", other.kind().name()),
    };
    let at_ms = job
        .at_ms
        .or_else(|| Some(job.document.published_at_ms()?.saturating_add(60_000)))
        .unwrap_or_default();
    let clock = Arc::new(ManualClock::new(at_ms));
    // How full this disk is changes nothing of what is shown.
    let cache = Cache::open_with(
        kept,
        Arc::clone(&clock) as _,
        Arc::new(|_| Some(u64::MAX >> 8)),
    )
    .with_context(|| format!("打不开 {}", kept.display()))?;
    cache.set_enrolment(&Enrolment {
        server_url: NO_SERVER.to_owned(),
        token: String::new(),
        terminal_id: "preview".to_owned(),
        kind: TerminalKind::Household,
        name: String::new(),
        organization: job
            .organization
            .clone()
            .unwrap_or_else(|| organization.clone()),
    })?;
    cache.set_setting(name::TEXT_SIZE, &job.text_size.to_string())?;
    fill(&cache, job, at_ms, files)?;
    let screen = Headless::install(
        LOGICAL_WIDTH,
        LOGICAL_HEIGHT,
        TimeSource::Manual(Arc::clone(&clock)),
    )?;
    let app = App::start(Parts {
        cache,
        clock,
        player: Box::new(|events| Box::new(Silent(events)) as Box<dyn Player>),
        publisher: None,
        networks: None,
        client: None,
        resume: false,
        learn: Box::new(|_, _| {}),
        speaks: false,
        wait_for_font: true,
        kiosk: false,
    })?;
    let mut camera = Camera {
        screen,
        app,
        out,
        taken: 0,
    };
    camera.settle()?;
    let made = camera.walk(&route)?;
    camera.app.flush();
    Ok(made)
}

/// Brings the document and its pictures as a server would. A picture that is not in the folder is one that the
/// television has not fetched yet.
fn fill(cache: &Cache, job: &PreviewJob, at_ms: i64, files: Option<&Path>) -> anyhow::Result<()> {
    let put = |document: Document| Change::Put { document };
    cache.apply(&FeedPage {
        cursor: "preview".to_owned(),
        server_time_ms: at_ms,
        changes: vec![put(job.township.clone().into()), put(job.document.clone())],
        ..FeedPage::default()
    })?;
    for wanted in cache.wanted_files() {
        // A path is no name.
        let named = Path::new(&wanted.file.name).file_name();
        let found = named
            .zip(files)
            .map(|(name, folder)| folder.join(name))
            .filter(|path| path.is_file());
        let Some(path) = found else {
            tracing::warn!(file = wanted.file.name, "a picture is not in the folder");
            continue;
        };
        let bytes = fs::read(&path).with_context(|| format!("读不出 {}", path.display()))?;
        cache.store_bytes(&wanted.file.name, &bytes, wanted.class)?;
    }
    cache.synced(at_ms)?;
    cache.set_online(true);
    Ok(())
}

/// Presses keys, waits until everything is on the screen, and takes its picture.
struct Camera<'a> {
    screen: Headless,
    app: Rc<App>,
    out: &'a Path,
    taken: usize,
}

impl Camera<'_> {
    /// What comes over the screens first, the document, and each page of it further down.
    fn walk(&mut self, route: &Route) -> anyhow::Result<PreviewMade> {
        if self.app.with_router(|router| router.dialog().is_some()) {
            self.take()?;
            self.press(RemoteKey::Ok)?;
        }
        let is_there = |app: &App| {
            app.with_router(|router| {
                router.dialog().is_none() && router.top().controller().is_at(route)
            })
        };
        if !is_there(&self.app) {
            self.app.open(route);
            self.settle()?;
        }
        ensure!(is_there(&self.app), "电视没有打开要显示的内容");
        loop {
            self.take()?;
            let before = self.scroll();
            self.press(RemoteKey::PageDown)?;
            let goes_on = self.scroll() != before;
            if !goes_on || self.taken == MAX_PAGES {
                return Ok(PreviewMade {
                    pages: self.taken,
                    more: goes_on,
                });
            }
        }
    }

    /// How far the text is scrolled, in logical pixels; a screen without one never is.
    fn scroll(&self) -> Option<f32> {
        self.app.with_router(|router| match router.top() {
            Screen::Bulletin(bulletin) => Some(bulletin.reading().scroll()),
            _ => None,
        })
    }

    fn press(&self, key: RemoteKey) -> anyhow::Result<()> {
        self.app.input(&Input::Key(key, Press::Down));
        self.app.input(&Input::Key(key, Press::Up));
        self.settle()
    }

    fn take(&mut self) -> anyhow::Result<()> {
        self.taken += 1;
        let path = self.out.join(format!("{}.png", self.taken));
        self.screen
            .save_png(&path)
            .with_context(|| format!("写不了 {}", path.display()))
    }

    /// Waits until what was done is done, every picture is on the screen, and nothing moves there.
    fn settle(&self) -> anyhow::Result<()> {
        self.app.flush();
        self.wait()?;
        // The last picture may have been decoded before its message came.
        self.app.show();
        self.wait()?;
        self.screen.advance(REST_MS);
        self.wait()?;
        self.screen.pump();
        Ok(())
    }

    fn wait(&self) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            self.screen.pump();
            if self.app.is_settled() {
                return Ok(());
            }
            let left = PATIENCE.saturating_sub(began.elapsed());
            ensure!(!left.is_zero(), "图片一直没有画出来");
            let _ = self.screen.wait(left.min(Duration::from_millis(100)));
        }
    }
}

/// A player that has nothing to play: no screen of a preview plays anything.
struct Silent(EventSink);

impl Player for Silent {
    fn send(&self, command: Command) {
        if matches!(command, Command::Load(_) | Command::Stop) {
            (self.0)(Event::SourceLeft);
        }
    }

    fn paint_into(&self, _memory: PictureMemory) {}

    fn take_frame(&self) -> Option<Frame> {
        None
    }

    fn statistics(&self) -> Statistics {
        Statistics::default()
    }
}

#[cfg(test)]
mod tests;
