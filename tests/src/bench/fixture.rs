//! What is measured with: the demonstration township and a 1080p30 programme on a server, and a
//! terminal that has everything in its cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use gst::prelude::*;
use tempfile::TempDir;
use tv_app::cache::Cache;
use tv_app::clock::SystemClock;

use super::figures::progress;
use crate::harness::{Backend, Content, sync};

/// Title of the programme that is kept and played.
pub const FILM: &str = "高清测试片";
/// Its length in seconds.
pub const FILM_SECONDS: u32 = 40;
/// Pictures a second of it.
pub const FILM_FPS: u32 = 30;

/// A server with content and a terminal that knows all of it.
pub struct Fixture {
    folder: TempDir,
    /// The running server; it admits every terminal.
    pub backend: Backend,
    /// Id of [`FILM`].
    pub film: String,
}

impl Fixture {
    /// Makes it from the demonstration township.
    ///
    /// # Errors
    /// When anything of it cannot be made.
    pub fn make() -> anyhow::Result<Self> {
        progress("importing the demonstration township, unless that was done before");
        let township = Content::demonstration()?;
        let folder = tempfile::tempdir()?;
        let content = folder.path().join("content");
        copy(&demo_township::township_folder(), &content).context("copying the content")?;
        progress("making a 1080p30 programme");
        add_film(&content)?;
        let server_data = folder.path().join("server");
        township.copy_server(&server_data)?;
        let backend = Backend::start(&server_data, |config| {
            config.admit_any_tv_to = Some("QH".to_owned());
        })?;
        let report = backend.import(&content)?;
        ensure!(
            !report.has_complaints(),
            "the content has mistakes:\n{report}"
        );
        let mut fixture = Self {
            folder,
            backend,
            film: String::new(),
        };
        progress("filling a terminal's cache");
        fixture.film = sync::fill(&fixture.cache()?, &fixture.backend.url(), FILM)?;
        Ok(fixture)
    }

    /// The server's folder.
    #[must_use]
    pub fn server_data(&self) -> PathBuf {
        self.folder.path().join("server")
    }

    /// The terminal's folder.
    #[must_use]
    pub fn terminal_data(&self) -> PathBuf {
        self.folder.path().join("terminal")
    }

    /// The 1080p30 file.
    #[must_use]
    pub fn film_file(&self) -> PathBuf {
        film_file(&self.folder.path().join("content"))
    }

    /// Opens the terminal's cache.
    ///
    /// # Errors
    /// When it is damaged or in the way.
    pub fn cache(&self) -> anyhow::Result<Cache> {
        Ok(Cache::open(
            &self.terminal_data(),
            Arc::new(SystemClock::new()),
        )?)
    }
}

fn film_file(content: &Path) -> PathBuf {
    content.join("media/full-hd.mp4")
}

/// A film as they come: high profile at 6 Mbit/s, with fine detail that moves everywhere. Flat
/// test pictures decode in a third of the time and would flatter nobody but the decoder.
fn encode_film(path: &Path) -> anyhow::Result<()> {
    gst::init()?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let pictures = FILM_SECONDS * FILM_FPS;
    // 1024 samples of 48 kHz a buffer.
    let sounds = FILM_SECONDS * 48_000 / 1_024;
    let pipeline = gst::parse::launch(&format!(
        "videotestsrc num-buffers={pictures} pattern=zone-plate kx2=12 ky2=8 kt=6 \
         ! video/x-raw,format=I420,width=1920,height=1080,framerate={FILM_FPS}/1 \
         ! x264enc bitrate=6000 speed-preset=veryfast key-int-max={keyframe} \
         ! video/x-h264,profile=high ! h264parse ! queue ! mux. \
         audiotestsrc num-buffers={sounds} samplesperbuffer=1024 volume=0.1 \
         ! audio/x-raw,rate=48000,channels=2 ! audioconvert ! avenc_aac ! aacparse ! queue ! mux. \
         mp4mux faststart=true name=mux ! filesink location=\"{path}\"",
        keyframe = 2 * FILM_FPS,
        path = path.display(),
    ))?;
    pipeline.set_state(gst::State::Playing)?;
    let bus = pipeline.bus().context("no bus")?;
    let last = bus.timed_pop_filtered(
        gst::ClockTime::from_seconds(300),
        &[gst::MessageType::Eos, gst::MessageType::Error],
    );
    pipeline.set_state(gst::State::Null)?;
    match last.as_ref().map(|message| message.view()) {
        Some(gst::MessageView::Eos(_)) => Ok(()),
        Some(gst::MessageView::Error(error)) => {
            anyhow::bail!("encoding the film failed: {}", error.error())
        }
        _ => anyhow::bail!("encoding the film takes more than five minutes"),
    }
}

fn add_film(content: &Path) -> anyhow::Result<()> {
    encode_film(&film_file(content))?;
    let words = format!(
        "title = \"{FILM}\"\nlist = \"films\"\norganization = \"QH\"\npublished = 2026-11-20\nvideo = \"/media/full-hd.mp4\"\n"
    );
    fs::write(content.join("programmes/full-hd.toml"), words)?;
    Ok(())
}

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
