//! A network between a terminal and a server that can be cut and is no faster than it should be.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Bytes that are passed on at a time.
const PIECE: usize = 16 * 1024;

/// See the module. Dropping it cuts everything.
pub struct Proxy {
    address: SocketAddr,
    wires: Arc<Wires>,
}

struct Wires {
    target: Mutex<SocketAddr>,
    cut: AtomicBool,
    /// Bytes that may still come from the server until the network is cut by itself.
    left: AtomicI64,
    /// Bytes a second from the server on one connection; 0: as fast as can be.
    rate: AtomicU64,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// A network to the server at this address, on a free port of its own.
    ///
    /// # Errors
    /// When there is no port.
    pub fn start(target: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let wires = Arc::new(Wires {
            target: Mutex::new(target),
            cut: AtomicBool::new(false),
            left: AtomicI64::new(i64::MAX),
            rate: AtomicU64::new(0),
            open: Mutex::default(),
        });
        let accepting = Arc::clone(&wires);
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                accepting.connect(connection);
            }
        });
        Ok(Self { address, wires })
    }

    /// Where the terminal finds the server through this network.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Limits every connection from now on to so many bytes a second.
    pub fn limit(&self, bytes_per_second: u64) {
        self.wires.rate.store(bytes_per_second, Ordering::Relaxed);
    }

    /// Cuts everything now; connections end and new ones come to nothing.
    pub fn cut(&self) {
        self.wires.cut();
    }

    /// Cuts everything after so many more bytes from the server.
    pub fn cut_after(&self, bytes: i64) {
        self.wires.left.store(bytes, Ordering::SeqCst);
    }

    /// Whether it is cut.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.wires.cut.load(Ordering::SeqCst)
    }

    /// Joins everything again.
    pub fn join(&self) {
        self.wires.left.store(i64::MAX, Ordering::SeqCst);
        self.wires.cut.store(false, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.cut();
    }
}

impl Wires {
    fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
        for wire in self.open.lock().drain(..) {
            // The other side may have closed it already.
            let _ = wire.shutdown(Shutdown::Both);
        }
    }

    fn connect(self: &Arc<Self>, terminal: TcpStream) {
        if self.cut.load(Ordering::SeqCst) {
            return;
        }
        let target = *self.target.lock();
        let Ok(server) = TcpStream::connect(target) else {
            return;
        };
        let Ok(both) = [&terminal, &server]
            .map(TcpStream::try_clone)
            .into_iter()
            .collect::<io::Result<Vec<_>>>()
        else {
            return;
        };
        let [terminal_too, server_too] = [&terminal, &server].map(TcpStream::try_clone);
        let (Ok(terminal_too), Ok(server_too)) = (terminal_too, server_too) else {
            return;
        };
        self.open.lock().extend(both);
        let (there, back) = (Arc::clone(self), Arc::clone(self));
        thread::spawn(move || there.pass(terminal_too, server_too, false));
        thread::spawn(move || back.pass(server, terminal, true));
    }

    /// Passes bytes on until one side ends or the network is cut.
    fn pass(&self, mut from: TcpStream, mut to: TcpStream, from_server: bool) {
        let mut piece = vec![0; PIECE];
        while let Ok(count @ 1..) = from.read(&mut piece) {
            let began = Instant::now();
            let length = i64::try_from(count).unwrap_or(i64::MAX);
            if from_server && self.left.fetch_sub(length, Ordering::SeqCst) < length {
                self.cut();
            }
            if self.cut.load(Ordering::SeqCst) || to.write_all(&piece[..count]).is_err() {
                break;
            }
            let rate = self.rate.load(Ordering::Relaxed);
            if from_server && rate > 0 {
                let due = Duration::from_micros(count as u64 * 1_000_000 / rate);
                thread::sleep(due.saturating_sub(began.elapsed()));
            }
        }
        // The other side may have closed it already.
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }
}
