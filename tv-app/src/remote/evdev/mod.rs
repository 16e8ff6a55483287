//! Remotes and keyboards straight from the kernel: infrared through rc-core, HDMI-CEC, Bluetooth,
//! USB. Needed beside the window because winit and linuxkms drop the keys only remotes have.
//!
//! [`decode`] and [`classify`] are pure and tested on event streams; this file opens devices, waits
//! for them in one thread that sleeps in the kernel, and follows hotplug by inotify. A device that
//! may not be opened yet is tried again when its attributes change, because udev sets permissions
//! only after the node appears.

pub mod classify;
pub mod decode;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use evdev::Device;
use futures_util::StreamExt as _;
use inotify::{Inotify, WatchMask, Watches};
use parking_lot::{Mutex, RwLock};
use tokio::sync::watch;

use self::classify::Traits;
use self::decode::{Decoded, Decoder, RawInput, Seen};
use super::hub::KeySender;
use super::keymap::Keymap;
use super::{Change, Source, SourceEvent};
use crate::clock::Clock;

/// The keymap, shared with the settings screen that learns new keys.
pub type SharedKeymap = Arc<RwLock<Keymap>>;

/// Told of every button that goes down, known or not: for the key test and for learning.
pub type Observer = Arc<dyn Fn(Seen) + Send + Sync>;

/// Which keys are taken from the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All of them, and nobody else gets any (grabbed): for bare screens, where the text console
    /// underneath would see them, too.
    Exclusive,
    /// Only those that windows do not pass on, so that no key counts twice.
    BesideWindow,
}

/// What the evdev thread needs.
pub struct Options {
    /// Which keys to take.
    pub mode: Mode,
    /// What they mean.
    pub keymap: SharedKeymap,
    /// For the times of scancode-only remotes, in milliseconds.
    pub clock: Arc<dyn Clock>,
    /// Told of every button that goes down.
    pub observer: Option<Observer>,
    /// Usually `/dev/input`.
    pub folder: PathBuf,
}

/// The running evdev thread; dropping it ends the thread and lets the devices go.
#[derive(Debug)]
pub struct EvdevInput {
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for EvdevInput {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the evdev thread panicked");
        }
    }
}

/// Starts listening to all devices in [`Options::folder`].
///
/// # Errors
/// When no thread or no inotify watch can be had; a missing folder or device is no error.
pub fn start(options: Options, keys: KeySender) -> io::Result<EvdevInput> {
    let (stop, stopped) = watch::channel(false);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()?;
    let inotify = Inotify::init()?;
    let thread = std::thread::Builder::new()
        .name("evdev".into())
        .spawn(move || {
            if let Err(error) = runtime.block_on(run(options, keys, inotify, stopped)) {
                tracing::error!(%error, "remote controls are no longer heard");
            }
        })?;
    Ok(EvdevInput {
        stop,
        thread: Some(thread),
    })
}

struct Shared {
    options: Options,
    keys: KeySender,
    open: Mutex<HashSet<u32>>,
}

async fn run(
    options: Options,
    keys: KeySender,
    inotify: Inotify,
    mut stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    let shared = Arc::new(Shared {
        options,
        keys,
        open: Mutex::default(),
    });
    let mut watches = inotify.watches();
    let mut events = inotify.into_event_stream([0; 4096])?;
    let mut watched = false;
    loop {
        // Watch before looking, so that nothing falls between.
        watched = watched && shared.options.folder.is_dir();
        if !watched {
            watched = watch_folder(&mut watches, &shared.options.folder)?;
        }
        open_new_devices(&shared);
        tokio::select! {
            _ = stopped.changed() => return Ok(()),
            // What exactly happened does not matter: the folder is looked through again anyway.
            event = events.next() => match event {
                Some(event) => drop(event?),
                None => return Ok(()),
            },
        }
    }
}

/// Watches the folder, or while it is missing its parent; says whether it was the folder.
fn watch_folder(watches: &mut Watches, folder: &Path) -> io::Result<bool> {
    let appears = WatchMask::CREATE | WatchMask::MOVED_TO | WatchMask::ATTRIB;
    match watches.add(folder, appears | WatchMask::DELETE_SELF) {
        Ok(_) => return Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let parent = folder.parent().unwrap_or(Path::new("/"));
    watches.add(parent, WatchMask::CREATE | WatchMask::MOVED_TO)?;
    Ok(folder.is_dir() && watch_folder(watches, folder)?)
}

fn open_new_devices(shared: &Arc<Shared>) {
    let Ok(folder) = std::fs::read_dir(&shared.options.folder) else {
        return;
    };
    for entry in folder.flatten() {
        let Some(number) = event_number(&entry.path()) else {
            continue;
        };
        if shared.open.lock().contains(&number) {
            continue;
        }
        match open(&entry.path(), shared.options.mode) {
            Ok(Some(device)) => {
                tracing::info!(number, name = device.name().unwrap_or(""), "remote control");
                shared.open.lock().insert(number);
                tokio::spawn(listen(Arc::clone(shared), number, device));
            }
            Ok(None) => {}
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                tracing::debug!(number, "not allowed yet");
            }
            Err(error) => tracing::warn!(number, %error, "could not open an input device"),
        }
    }
}

/// The N of `/dev/input/eventN`.
fn event_number(path: &Path) -> Option<u32> {
    let name = path.file_name()?.to_str()?;
    name.strip_prefix("event")?.parse().ok()
}

/// `None` for devices that are no remotes.
fn open(path: &Path, mode: Mode) -> io::Result<Option<Device>> {
    let mut device = Device::open(path)?;
    let traits = traits(&device, path);
    if !classify::is_remote(&traits) {
        return Ok(None);
    }
    if mode == Mode::Exclusive
        && let Err(error) = device.grab()
    {
        // Somebody else holds it. Keys still arrive unless they do; better than nothing.
        tracing::warn!(name = traits.name, %error, "could not have a remote to ourselves");
    }
    Ok(Some(device))
}

fn traits(device: &Device, path: &Path) -> Traits {
    let keys = device.supported_keys();
    Traits {
        name: device.name().unwrap_or_default().to_owned(),
        bus: device.input_id().bus_type().0,
        rc_core: is_rc_core(path),
        keys: keys
            .map(|keys| keys.iter().map(|key| key.0).collect())
            .unwrap_or_default(),
    }
}

/// Input devices of the remote control subsystem hang below an `rcN` device in sysfs.
fn is_rc_core(path: &Path) -> bool {
    let Some(name) = path.file_name() else {
        return false;
    };
    std::fs::canonicalize(Path::new("/sys/class/input").join(name))
        .is_ok_and(|real| real.to_string_lossy().contains("/rc/rc"))
}

async fn listen(shared: Arc<Shared>, number: u32, device: Device) {
    let result = read(&shared, number, device).await;
    if let Err(error) = result {
        tracing::info!(number, %error, "a remote control went away");
    }
    shared.open.lock().remove(&number);
    // A hub that is gone does not need to know.
    let _ = shared.keys.send(SourceEvent {
        source: Source::Device(number),
        change: Change::Gone,
    });
}

async fn read(shared: &Shared, number: u32, device: Device) -> io::Result<()> {
    let name = device.name().unwrap_or_default().to_owned();
    let mut stream = device.into_event_stream()?;
    let beside_window = shared.options.mode == Mode::BesideWindow;
    let mut decoder = Decoder::new(name, beside_window);
    loop {
        let now = shared.options.clock.monotonic_ms();
        let wait = decoder.deadline().map(|at| at.saturating_sub(now).max(1));
        let decoded = tokio::select! {
            event = stream.next_event() => {
                let event = event?;
                let raw = RawInput {
                    kind: event.event_type().0,
                    code: event.code(),
                    value: event.value(),
                };
                let now = shared.options.clock.monotonic_ms();
                decoder.feed(raw, &shared.options.keymap.read(), now)
            }
            () = sleep(wait) => decoder.expire(shared.options.clock.monotonic_ms()),
        };
        for item in decoded {
            match item {
                Decoded::Change(change) => {
                    let source = Source::Device(number);
                    if shared.keys.send(SourceEvent { source, change }).is_err() {
                        return Ok(());
                    }
                }
                Decoded::Seen(seen) => {
                    if let Some(observer) = &shared.options.observer {
                        observer(seen);
                    }
                }
            }
        }
    }
}

/// For ever when there is nothing to wait for.
async fn sleep(ms: Option<u64>) {
    match ms {
        Some(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
