//! A web server of the smallest kind: one folder, ranges, a token, and a cable to pull.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

#[derive(Default)]
struct Shared {
    /// Answers are this status when set.
    status: Mutex<Option<u16>>,
    token: Mutex<Option<String>>,
    connections: Mutex<Vec<TcpStream>>,
    unplugged: AtomicBool,
    /// At most so many bytes of a body, then nothing while the connection stays open.
    stall_after: Mutex<Option<usize>>,
    stalled: (Mutex<bool>, Condvar),
    paths: Mutex<Vec<(String, bool)>>,
}

pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Server {
    pub fn new(folder: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared::default());
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.unplugged.load(Ordering::SeqCst) {
                    let _ = stream.shutdown(Shutdown::Both);
                    continue;
                }
                if let Ok(copy) = stream.try_clone() {
                    serving.connections.lock().expect("lock").push(copy);
                }
                let (shared, folder) = (Arc::clone(&serving), folder.clone());
                thread::spawn(move || {
                    let _ = answer(&stream, &folder, &shared);
                    let _ = stream.shutdown(Shutdown::Both);
                });
            }
        });
        Self { address, shared }
    }

    pub fn uri(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    /// Answers everything with this status.
    pub fn answer_with(&self, status: u16) {
        *self.shared.status.lock().expect("lock") = Some(status);
    }

    pub fn demand(&self, token: &str) {
        *self.shared.token.lock().expect("lock") = Some(token.to_owned());
    }

    /// Cuts every connection and refuses new ones.
    pub fn unplug(&self) {
        self.shared.unplugged.store(true, Ordering::SeqCst);
        for connection in self.shared.connections.lock().expect("lock").drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    pub fn plug_in(&self) {
        self.shared.unplugged.store(false, Ordering::SeqCst);
    }

    /// From now on bodies stop after so many bytes without the connection ending; `None` ends it.
    pub fn stall_after(&self, bytes: Option<usize>) {
        *self.shared.stall_after.lock().expect("lock") = bytes;
        *self.shared.stalled.0.lock().expect("lock") = bytes.is_some();
        self.shared.stalled.1.notify_all();
    }

    /// What was asked for, and whether the token came with it.
    pub fn requests(&self) -> Vec<(String, bool)> {
        self.shared.paths.lock().expect("lock").clone()
    }
}

fn answer(stream: &TcpStream, folder: &std::path::Path, shared: &Shared) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line
        .split(' ')
        .nth(1)
        .unwrap_or("/")
        .trim_start_matches('/')
        .to_owned();
    let mut range = None;
    let mut token = None;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let header = header.trim();
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "range" => range = value.trim().strip_prefix("bytes=").map(str::to_owned),
            "authorization" => token = value.trim().strip_prefix("Bearer ").map(str::to_owned),
            _ => {}
        }
    }
    let wanted = shared.token.lock().expect("lock").clone();
    let allowed = wanted.is_none() || wanted == token;
    shared
        .paths
        .lock()
        .expect("lock")
        .push((path.clone(), token.is_some()));
    let forced = *shared.status.lock().expect("lock");
    let mut out = stream;
    let body = fs::read(folder.join(&path));
    let (status, body) = match (forced, allowed, body) {
        (Some(status), _, _) => (status, Vec::new()),
        (None, false, _) => (401, Vec::new()),
        (None, true, Err(_)) => (404, Vec::new()),
        (None, true, Ok(body)) => (200, body),
    };
    if status != 200 {
        return write!(
            out,
            "HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
    }
    let total = body.len();
    let (mut first, mut last) = (0, total.saturating_sub(1));
    let partial = range.is_some();
    if let Some((from, to)) = range.as_deref().and_then(|r| r.split_once('-')) {
        first = from.parse().unwrap_or(0).min(total);
        last = to.parse().unwrap_or(last).min(last);
    }
    let slice = body.get(first..=last).unwrap_or_default();
    let status = if partial {
        "206 Partial Content"
    } else {
        "200 OK"
    };
    write!(
        out,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nAccept-Ranges: bytes\r\nConnection: close\r\n",
        slice.len()
    )?;
    if partial {
        write!(out, "Content-Range: bytes {first}-{last}/{total}\r\n")?;
    }
    write!(out, "\r\n")?;
    let stall = *shared.stall_after.lock().expect("lock");
    let Some(stall) = stall.filter(|bytes| first + slice.len() > *bytes) else {
        return out.write_all(slice);
    };
    out.write_all(&slice[..stall.saturating_sub(first).min(slice.len())])?;
    let (stalled, changed) = &shared.stalled;
    drop(changed.wait_while(stalled.lock().expect("lock"), |s| *s));
    Ok(())
}
