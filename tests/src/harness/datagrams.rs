//! A network for datagrams that can be cut, between the terminals and the server's relay.
//!
//! The relay says that it is reached at [`ADDRESS`]; there this listens on the same port and passes
//! everything on, for each terminal through a socket of its own.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// What the relay has to advertise.
pub const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// How soon it is noticed that it was dropped.
const LOOK: Duration = Duration::from_millis(200);

/// Larger than any datagram of media.
const DATAGRAM: usize = 2_048;

/// See the module. Dropping it ends it.
pub struct Datagrams {
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    cut: AtomicBool,
    over: AtomicBool,
}

impl Datagrams {
    /// A network to the relay at this address of the loopback interface.
    ///
    /// # Errors
    /// When the port is taken.
    pub fn start(relay: SocketAddr) -> io::Result<Self> {
        let outside = UdpSocket::bind((ADDRESS, relay.port()))?;
        outside.set_read_timeout(Some(LOOK))?;
        let outside = Arc::new(outside);
        let state = Arc::new(State::default());
        let passing = Arc::clone(&state);
        thread::spawn(move || passing.there(&outside, relay));
        Ok(Self { state })
    }

    /// Whatever is sent from now on is lost.
    pub fn cut(&self) {
        self.state.cut.store(true, Ordering::SeqCst);
    }

    /// Passes everything on again.
    pub fn join(&self) {
        self.state.cut.store(false, Ordering::SeqCst);
    }
}

impl Drop for Datagrams {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::SeqCst);
    }
}

impl State {
    fn passes(&self) -> bool {
        !self.cut.load(Ordering::SeqCst)
    }

    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::SeqCst)
    }

    /// From terminals to the relay.
    fn there(self: &Arc<Self>, outside: &Arc<UdpSocket>, relay: SocketAddr) {
        let mut wires: HashMap<SocketAddr, Arc<UdpSocket>> = HashMap::new();
        let mut datagram = [0; DATAGRAM];
        while self.goes_on() {
            let Ok((length, terminal)) = outside.recv_from(&mut datagram) else {
                continue;
            };
            let wire = match wires.entry(terminal) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => match self.wire(outside, terminal, relay) {
                    Ok(wire) => new.insert(wire),
                    Err(_) => continue,
                },
            };
            if self.passes() {
                // What cannot be sent is lost, as in any network.
                let _ = wire.send(&datagram[..length]);
            }
        }
    }

    /// The socket by which the relay knows a terminal, and the way back.
    fn wire(
        self: &Arc<Self>,
        outside: &Arc<UdpSocket>,
        terminal: SocketAddr,
        relay: SocketAddr,
    ) -> io::Result<Arc<UdpSocket>> {
        let wire = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        wire.connect(relay)?;
        wire.set_read_timeout(Some(LOOK))?;
        let wire = Arc::new(wire);
        let (state, back, out) = (Arc::clone(self), Arc::clone(&wire), Arc::clone(outside));
        thread::spawn(move || {
            let mut datagram = [0; DATAGRAM];
            while state.goes_on() {
                let Ok(length) = back.recv(&mut datagram) else {
                    continue;
                };
                if state.passes() {
                    let _ = out.send_to(&datagram[..length], terminal);
                }
            }
        });
        Ok(wire)
    }
}
