//! A line to a test database on PostgreSQL that can be cut, hung and broken off in the middle of something.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use parking_lot::{Condvar, Mutex};

/// A port of this machine that leads to a database. It closes when dropped.
pub struct Line {
    url: String,
    past: String,
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    mode: Mode,
    /// Connections are broken off when a client sends this.
    break_off: Option<BreakOff>,
    open: Vec<(TcpStream, UnixStream)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Passes,
    /// Whoever connects is let in, and nothing goes through.
    Hangs,
    /// Nobody is let in.
    Cut,
    Closed,
}

struct BreakOff {
    at: Vec<u8>,
    /// Whether it still goes through.
    arrives: bool,
}

impl Line {
    pub(super) fn new(socket: PathBuf, user: &str, database: &str) -> Self {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("cannot listen on loopback");
        let address = listener.local_addr().expect("just bound");
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                mode: Mode::Passes,
                break_off: None,
                open: Vec::new(),
            }),
            changed: Condvar::new(),
        });
        let folder = socket.parent().unwrap_or(&socket).display();
        let past = format!("postgresql:///{database}?user={user}&host={folder}");
        let doorman = Arc::clone(&shared);
        thread::spawn(move || let_in(&listener, &socket, &doorman));
        Self {
            url: format!("postgresql://{user}@{address}/{database}?sslmode=disable"),
            past,
            address,
            shared,
        }
    }

    /// The URL of the database by this line.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The URL of the same database past this line.
    #[must_use]
    pub fn past(&self) -> &str {
        &self.past
    }

    /// Nothing goes through any more, and nothing is refused: as with a machine that hangs.
    pub fn hang(&self) {
        self.set(Mode::Hangs);
    }

    /// Every connection breaks, and there are no new ones: as with a machine that is off.
    pub fn cut(&self) {
        self.set(Mode::Cut);
        self.break_all();
    }

    /// Everything goes through again; what was held back, too.
    pub fn mend(&self) {
        self.set(Mode::Passes);
    }

    /// The connection that sends this breaks off, once: before it arrives, or behind it, when nobody hears
    /// the answer any more.
    pub fn break_off(&self, at: &str, arrives: bool) {
        self.shared.state.lock().break_off = Some(BreakOff {
            at: at.as_bytes().to_vec(),
            arrives,
        });
    }

    /// Whether what [`break_off`](Self::break_off) waits for has been sent.
    #[must_use]
    pub fn has_broken_off(&self) -> bool {
        self.shared.state.lock().break_off.is_none()
    }

    fn set(&self, mode: Mode) {
        self.shared.state.lock().mode = mode;
        self.shared.changed.notify_all();
    }

    fn break_all(&self) {
        for (client, server) in self.shared.state.lock().open.drain(..) {
            part(&client, &server);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.set(Mode::Closed);
        self.break_all();
        // Wakes the one who waits for connections.
        drop(TcpStream::connect(self.address));
    }
}

fn part(client: &TcpStream, server: &UnixStream) {
    // Either may be gone already.
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}

fn let_in(listener: &TcpListener, socket: &Path, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        let mut state = shared.state.lock();
        match state.mode {
            Mode::Closed => return,
            Mode::Cut => continue,
            Mode::Passes | Mode::Hangs => {}
        }
        let Ok(client) = client else { continue };
        let Ok(server) = UnixStream::connect(socket) else {
            continue;
        };
        // As the driver does: answers are waited for.
        client.set_nodelay(true).expect("a socket");
        let copy = || {
            let client = client.try_clone().expect("a socket");
            (client, server.try_clone().expect("a socket"))
        };
        state.open.push(copy());
        for to_server in [true, false] {
            let ((client, server), shared) = (copy(), Arc::clone(shared));
            thread::spawn(move || {
                pump(&client, &server, to_server, &shared);
                part(&client, &server);
            });
        }
    }
}

/// Carries everything one way until it ends or is broken off.
fn pump(mut client: &TcpStream, mut server: &UnixStream, to_server: bool, shared: &Shared) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = if to_server {
            client.read(&mut buffer)
        } else {
            server.read(&mut buffer)
        };
        let bytes = match read {
            Ok(length @ 1..) => &buffer[..length],
            _ => return,
        };
        let mut last = false;
        {
            let mut state = shared.state.lock();
            while state.mode == Mode::Hangs {
                shared.changed.wait(&mut state);
            }
            if state.mode != Mode::Passes {
                return;
            }
            let breaks = to_server
                && state
                    .break_off
                    .as_ref()
                    .is_some_and(|it| bytes.windows(it.at.len()).any(|window| window == it.at));
            if breaks && let Some(it) = state.break_off.take() {
                if !it.arrives {
                    return;
                }
                last = true;
            }
        }
        let written = if to_server {
            server.write_all(bytes)
        } else {
            client.write_all(bytes)
        };
        if written.is_err() || last {
            return;
        }
    }
}
