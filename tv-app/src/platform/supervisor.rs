//! Tells systemd how it goes (`sd_notify(3)`): that it has started, that the screen still answers, and what
//! is on it.
//!
//! It is said from the event loop: the watchdog of the unit counts from its first turn on, however long the
//! start took, and a loop that hangs falls silent, so that the program is started anew. What is on the screen lets a box be updated when nobody is in a meeting.

use std::cell::{Cell, RefCell};
use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use slint::{Timer, TimerMode};

/// How often what is on the screen is looked at where there is no watchdog.
const LOOK: Duration = Duration::from_secs(5);

/// Keeps telling until it is dropped; `None` where nobody listens. `status` is
/// [`App::status`](crate::app::App::status).
#[must_use]
pub fn tell(status: Arc<Mutex<serde_json::Value>>) -> Option<Timer> {
    let address = std::env::var_os("NOTIFY_SOCKET")?;
    let socket = connect(&address)
        .inspect_err(|error| tracing::warn!(%error, "systemd is not told how it goes"))
        .ok()?;
    let patience = std::env::var("WATCHDOG_USEC")
        .ok()
        .and_then(|text| text.parse().ok())
        .map(Duration::from_micros);
    let telling = Rc::new(Telling {
        socket,
        status,
        said: RefCell::default(),
        ready: Cell::default(),
    });
    let first = Rc::clone(&telling);
    Timer::single_shot(Duration::ZERO, move || first.tell());
    let timer = Timer::default();
    timer.start(TimerMode::Repeated, pause(patience), move || telling.tell());
    Some(timer)
}

struct Telling {
    socket: UnixDatagram,
    status: Arc<Mutex<serde_json::Value>>,
    /// What was said last of the screen.
    said: RefCell<String>,
    /// It was heard that it has started.
    ready: Cell<bool>,
}

impl Telling {
    fn tell(&self) {
        let shown = shown(&self.status.lock());
        let mut message = String::from("WATCHDOG=1");
        if !self.ready.get() {
            message.push_str("\nREADY=1");
        }
        if *self.said.borrow() != shown {
            message.push_str("\nSTATUS=");
            message.push_str(&shown);
        }
        match self.socket.send(message.as_bytes()) {
            Ok(_) => {
                self.ready.set(true);
                self.said.replace(shown);
            }
            Err(error) => tracing::debug!(%error, "systemd did not take a message"),
        }
    }
}

/// The time between two messages: a watchdog of this patience hears four before it bites.
fn pause(patience: Option<Duration>) -> Duration {
    patience.map_or(LOOK, |patience| (patience / 4).min(LOOK))
}

/// One word for what is on the screen: the meeting that somebody is in, or the screen's name.
fn shown(status: &serde_json::Value) -> String {
    if !status["meeting"].is_null() {
        return "meeting".to_owned();
    }
    let screen = status["route"]["screen"].as_str();
    screen.unwrap_or("starting").to_owned()
}

/// A socket to this address, which is a path or, after `@`, a name in the abstract namespace.
fn connect(address: &OsStr) -> io::Result<UnixDatagram> {
    let address = match address.as_bytes() {
        [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
        path => SocketAddr::from_pathname(OsStr::from_bytes(path))?,
    };
    let socket = UnixDatagram::unbound()?;
    socket.set_nonblocking(true)?;
    socket.connect_addr(&address)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_meeting_goes_before_the_screen_it_is_shown_on() {
        assert_eq!(
            shown(&json!({"route": {"screen": "home"}, "meeting": null})),
            "home"
        );
        assert_eq!(
            shown(&json!({"route": {"screen": "meeting"}, "meeting": {"state": "joined"}})),
            "meeting"
        );
        assert_eq!(shown(&json!(null)), "starting");
    }

    #[test]
    fn a_watchdog_hears_four_messages_before_it_bites() {
        assert_eq!(
            pause(Some(Duration::from_secs(2))),
            Duration::from_millis(500)
        );
        assert_eq!(pause(Some(Duration::from_secs(60))), LOOK);
        assert_eq!(pause(None), LOOK);
    }

    #[test]
    fn it_says_once_that_it_has_started_and_what_is_new_on_the_screen() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("notify");
        let telling = Telling {
            socket: UnixDatagram::unbound()?,
            status: Arc::new(Mutex::new(json!({"route": {"screen": "home"}}))),
            said: RefCell::default(),
            ready: Cell::default(),
        };
        // Nobody heard it: it is said again.
        telling.tell();
        let listener = UnixDatagram::bind(&path)?;
        telling.socket.connect(&path)?;
        let heard = || {
            telling.tell();
            let mut heard = [0; 64];
            let length = listener.recv(&mut heard)?;
            Ok::<_, io::Error>(String::from_utf8_lossy(&heard[..length]).into_owned())
        };
        assert_eq!(heard()?, "WATCHDOG=1\nREADY=1\nSTATUS=home");
        assert_eq!(heard()?, "WATCHDOG=1");
        *telling.status.lock() = json!({"route": {"screen": "player"}});
        assert_eq!(heard()?, "WATCHDOG=1\nSTATUS=player");
        Ok(())
    }

    #[test]
    fn messages_reach_a_socket_in_a_folder_and_one_that_is_only_a_name() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("notify");
        let listener = UnixDatagram::bind(&path)?;
        connect(path.as_os_str())?.send(b"WATCHDOG=1")?;
        let mut heard = [0; 32];
        let length = listener.recv(&mut heard)?;
        assert_eq!(&heard[..length], b"WATCHDOG=1");

        let name = format!("zhdj-supervisor-{}", std::process::id());
        let listener = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name)?)?;
        connect(OsStr::new(&format!("@{name}")))?.send(b"STATUS=home")?;
        let length = listener.recv(&mut heard)?;
        assert_eq!(&heard[..length], b"STATUS=home");
        Ok(())
    }
}
