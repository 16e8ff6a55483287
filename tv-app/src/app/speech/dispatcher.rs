//! `spd-say`, and the settings that the dispatcher is started with.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Left to itself the dispatcher knows PulseAudio alone, and a box draws on the bare device.
const OUTPUT: &str = "AudioOutputMethod \"pulse,alsa\"\n";

/// What the box is configured for.
const SYSTEM: &str = "/etc/speech-dispatcher/speechd.conf";

/// A sentence takes at most so long, and so long a character besides: without a sound device the
/// dispatcher answers nothing, and `spd-say` would wait for ever.
const LONGEST: (Duration, Duration) = (Duration::from_secs(15), Duration::from_secs(1));

/// How often it is looked whether a sentence has been said.
const LOOK: Duration = Duration::from_millis(20);

/// The voice of espeak-ng for Chinese. The one that it takes for `zh` by itself spells the sounds as if they were
/// English (1.51, in Debian 12). A module that has no such voice has others, and is asked for `zh` alone.
pub(super) const CHINESE: &str = "Chinese (Mandarin, latin as Pinyin)";

/// How a sentence ended.
pub(super) enum Ending<T> {
    Said,
    Failed,
    Interrupted(T),
}

/// The speech program.
pub(super) struct Dispatcher {
    /// Where its settings are.
    folder: PathBuf,
    /// What it finds in its environment besides.
    environment: Vec<(String, PathBuf)>,
    /// The voice to ask for; `None` until it was looked for.
    voice: Option<Option<&'static str>>,
    /// From -100 to 100.
    pub(super) rate: i32,
}

impl Dispatcher {
    /// Its settings are kept in a folder of this one.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.join("speech"),
            environment: Vec::new(),
            voice: None,
            rate: 0,
        }
    }

    /// The same with another environment.
    #[cfg(test)]
    pub(super) fn within(folder: &Path, environment: Vec<(String, PathBuf)>) -> Self {
        Self {
            environment,
            ..Self::new(folder)
        }
    }

    /// Says a sentence. It is silent as soon as `interrupted`, which waits for so long, has something.
    pub(super) fn say<T>(
        &mut self,
        sentence: &str,
        interrupted: impl Fn(Duration) -> Option<T>,
    ) -> Ending<T> {
        let characters = u32::try_from(sentence.chars().count()).unwrap_or(u32::MAX);
        let limit = LONGEST
            .0
            .saturating_add(LONGEST.1.saturating_mul(characters));
        let rate = self.rate.to_string();
        let mut arguments = vec!["--wait", "--language", "zh", "--rate", &rate];
        if let Some(voice) = self.voice() {
            arguments.extend(["--synthesis-voice", voice]);
        }
        arguments.extend(["--", sentence]);
        let ended = self
            .command(&arguments)
            .stdout(Stdio::null())
            .spawn()
            .and_then(|child| wait(child, limit, interrupted));
        match ended {
            Ok(Ending::Said) => Ending::Said,
            Ok(Ending::Interrupted(with)) => {
                self.run(&["--cancel"], Stdio::null());
                Ending::Interrupted(with)
            }
            Ok(Ending::Failed) => {
                tracing::warn!("nothing was said: is there a sound device?");
                Ending::Failed
            }
            Err(error) => {
                tracing::warn!(%error, "spd-say does not run");
                Ending::Failed
            }
        }
    }

    /// The voice to ask for, if the module that is configured has it.
    fn voice(&mut self) -> Option<&'static str> {
        if let Some(voice) = self.voice {
            return voice;
        }
        let own = own_settings().filter(|own| own.is_file());
        let settings = std::fs::read_to_string(own.unwrap_or_else(|| SYSTEM.into()));
        if chooses(&settings.unwrap_or_default()) {
            self.voice = Some(None);
            return None;
        }
        let list = self.folder.join("voices");
        let voices = std::fs::create_dir_all(&self.folder)
            .and_then(|()| File::create(&list))
            .inspect_err(|error| tracing::warn!(%error, "voices cannot be listed"))
            .ok()
            .filter(|_| is_installed())
            .is_some_and(|file| self.run(&["--list-synthesis-voices"], file.into()))
            .then(|| std::fs::read_to_string(&list).unwrap_or_default())?;
        let voice = voices
            .lines()
            .any(|line| line.trim_start().starts_with(&format!("{CHINESE}  ")))
            .then_some(CHINESE);
        self.voice = Some(voice);
        voice
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("spd-say");
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        if let Some(settings) = settings(&self.folder, own_settings().as_deref(), Path::new(SYSTEM))
        {
            command.env("XDG_CONFIG_HOME", settings);
        }
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        command
    }

    /// Runs `spd-say`; whether it did what it was told within the time.
    fn run(&self, arguments: &[&str], output: Stdio) -> bool {
        let never = |wait| {
            std::thread::sleep(wait);
            None::<()>
        };
        let ended = self
            .command(arguments)
            .stdout(output)
            .spawn()
            .and_then(|child| wait(child, LONGEST.0, never));
        matches!(ended, Ok(Ending::Said))
    }
}

/// Whether there is a speech program on this box.
#[must_use]
pub fn is_installed() -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join("spd-say").is_file())
    })
}

/// Waits for a program, and ends it when its time is over or something interrupts it.
pub(super) fn wait<T>(
    mut child: Child,
    limit: Duration,
    interrupted: impl Fn(Duration) -> Option<T>,
) -> std::io::Result<Ending<T>> {
    let until = Instant::now() + limit;
    let ended = loop {
        if let Some(status) = child.try_wait()? {
            return Ok(if ExitStatus::success(&status) {
                Ending::Said
            } else {
                Ending::Failed
            });
        }
        if Instant::now() >= until {
            break Ending::Failed;
        }
        if let Some(with) = interrupted(LOOK) {
            break Ending::Interrupted(with);
        }
    };
    child.kill()?;
    child.wait()?;
    Ok(ended)
}

/// The user's own settings of the dispatcher, where they would be.
fn own_settings() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".config")))?;
    Some(folder.join("speech-dispatcher/speechd.conf"))
}

/// The folder of settings that the dispatcher is to be started with; `None` leaves it the user's own. They are those
/// of the box, and where the sound goes if they do not say so.
pub(super) fn settings(folder: &Path, own: Option<&Path>, system: &Path) -> Option<PathBuf> {
    if own.is_some_and(Path::is_file) {
        return None;
    }
    let configured = std::fs::read_to_string(system).unwrap_or_default();
    let mut text = String::new();
    if !said(&configured).any(|line| line.starts_with("AudioOutputMethod")) {
        text.push_str(OUTPUT);
    }
    for line in configured.lines() {
        // Read from another folder, what it includes is where it was.
        match (line.trim().strip_prefix("Include \""), system.parent()) {
            (Some(file), Some(at)) if !file.starts_with('/') => {
                text.push_str("Include \"");
                text.push_str(&at.join(file).display().to_string());
            }
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    let file = folder.join("speech-dispatcher/speechd.conf");
    let written = std::fs::read_to_string(&file).is_ok_and(|written| written == text)
        || std::fs::create_dir_all(file.parent()?)
            .and_then(|()| std::fs::write(&file, text))
            .inspect_err(|error| tracing::warn!(%error, "reading aloud knows PulseAudio alone"))
            .is_ok();
    written.then(|| folder.to_owned())
}

/// Whether settings choose a module for Chinese.
pub(super) fn chooses(settings: &str) -> bool {
    said(settings).any(|line| {
        let rest = line.strip_prefix("LanguageDefaultModule");
        rest.is_some_and(|rest| rest.trim_start().starts_with("\"zh"))
    })
}

/// The lines of settings that say something.
fn said(settings: &str) -> impl Iterator<Item = &str> {
    let lines = settings.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}
