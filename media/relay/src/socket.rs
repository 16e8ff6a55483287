//! One UDP socket for all peers.
//!
//! A picture is a burst of equal datagrams to each viewer. Generic segmentation offload hands such a
//! burst to the kernel in one call; a full socket buffer makes the rest wait instead of being lost.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSliceMut};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd};

use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSocketState};
use rustix::net::sockopt;

use crate::core::Datagram;

/// Both ways; the kernel may give less.
const BUFFER: usize = 8 << 20;
/// What one call can bring: the largest IP packet, as offloads may join datagrams.
const LARGEST: usize = 1 << 16;
/// A batch of segments has to fit into an IP packet.
const LARGEST_BATCH: usize = 60_000;
/// What waits for the network is not more than this many datagrams; the oldest are lost first.
const LONGEST_QUEUE: usize = 1 << 16;
/// Host candidates told to peers.
const MOST_CANDIDATES: usize = 16;

/// See the module.
pub struct Socket {
    io: UdpSocket,
    state: UdpSocketState,
    address: SocketAddr,
    /// Addresses that datagrams were sent to: these are ours, so we may send from them.
    own: Vec<IpAddr>,
    queue: VecDeque<Datagram>,
    batch: Vec<u8>,
    buffers: Vec<u8>,
    /// Datagrams the network did not take, since they were last asked for.
    unsent: u64,
}

impl Socket {
    /// Opens the port.
    ///
    /// # Errors
    /// What the system says.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let io = UdpSocket::bind(address)?;
        let state = UdpSocketState::new((&io).into())?;
        // Without the right to exceed the system's limit, the limit is what there is.
        if sockopt::set_socket_recv_buffer_size_force(&io, BUFFER).is_err() {
            sockopt::set_socket_recv_buffer_size(&io, BUFFER)?;
        }
        sockopt::set_socket_send_buffer_size(&io, BUFFER)?;
        let address = io.local_addr()?;
        Ok(Self {
            io,
            state,
            address,
            own: Vec::new(),
            queue: VecDeque::new(),
            batch: Vec::with_capacity(LARGEST_BATCH),
            buffers: vec![0; BATCH_SIZE * LARGEST],
            unsent: 0,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// To wait for.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.io.as_fd()
    }

    /// What peers are told.
    ///
    /// # Errors
    /// If the machine's addresses cannot be listed, or none fits the socket.
    pub fn candidates(&self, advertise: &[IpAddr]) -> io::Result<Vec<SocketAddr>> {
        let listen = self.address.ip();
        let addresses: Vec<IpAddr> = if !advertise.is_empty() {
            advertise.to_vec()
        } else if listen.is_unspecified() {
            if_addrs::get_if_addrs()?
                .iter()
                .map(if_addrs::Interface::ip)
                .filter(|ip| listen.is_ipv6() || ip.is_ipv4())
                .filter(|ip| !matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local()))
                .collect()
        } else {
            vec![listen]
        };
        let mut candidates: Vec<SocketAddr> = Vec::new();
        for ip in addresses {
            let candidate = SocketAddr::new(ip, self.address.port());
            if !candidates.contains(&candidate) && candidates.len() < MOST_CANDIDATES {
                candidates.push(candidate);
            }
        }
        if candidates.is_empty() {
            return Err(io::Error::from(ErrorKind::AddrNotAvailable));
        }
        Ok(candidates)
    }

    /// Takes what has come: source, our address, datagram. False if there is nothing more.
    pub fn receive(&mut self, mut each: impl FnMut(SocketAddr, IpAddr, &[u8])) -> bool {
        let mut metas = [RecvMeta::default(); BATCH_SIZE];
        let mut slices: Vec<IoSliceMut<'_>> = self
            .buffers
            .chunks_exact_mut(LARGEST)
            .map(IoSliceMut::new)
            .collect();
        let count = match self.state.recv((&self.io).into(), &mut slices, &mut metas) {
            Ok(count) => count,
            Err(error) => {
                if error.kind() != ErrorKind::WouldBlock {
                    tracing::debug!(%error, "receiving failed");
                }
                return false;
            }
        };
        for (meta, buffer) in metas.iter().zip(&slices).take(count) {
            let source = SocketAddr::new(meta.addr.ip().to_canonical(), meta.addr.port());
            let own = meta.dst_ip.unwrap_or(self.address.ip()).to_canonical();
            if !self.own.contains(&own) && self.own.len() < MOST_CANDIDATES {
                self.own.push(own);
            }
            let joined = buffer.get(..meta.len).unwrap_or_default();
            for datagram in joined.chunks(meta.stride.max(1)) {
                each(source, own, datagram);
            }
        }
        true
    }

    /// Puts a datagram at the end of the queue.
    pub fn queue(&mut self, datagram: Datagram) {
        if self.queue.len() == LONGEST_QUEUE {
            self.queue.pop_front();
            self.unsent += 1;
        }
        self.queue.push_back(datagram);
    }

    /// Sends the queue. True if some of it has to wait for the network.
    pub fn flush(&mut self) -> bool {
        while let Some(first) = self.queue.front() {
            let segment = first.contents.len();
            let (source, destination) = (first.source, first.destination);
            let most = self.state.max_gso_segments().max(1);
            self.batch.clear();
            let mut count = 0;
            for datagram in self.queue.iter().take(most) {
                let size = datagram.contents.len();
                let fits = datagram.destination == destination
                    && datagram.source == source
                    && size <= segment
                    && self.batch.len() + size <= LARGEST_BATCH;
                if count > 0 && !fits {
                    break;
                }
                self.batch.extend_from_slice(&datagram.contents);
                count += 1;
                // All segments but the last are of one size.
                if size < segment {
                    break;
                }
            }
            match self.send(source, destination, (count > 1).then_some(segment)) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                // The way there may not know segmentation: one by one then.
                Err(_) if count > 1 => {
                    count = 1;
                    self.batch.truncate(segment);
                    match self.send(source, destination, None) {
                        Ok(()) => {}
                        Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                        Err(error) => self.note_unsent(destination, &error),
                    }
                }
                Err(error) => self.note_unsent(destination, &error),
            }
            self.queue.drain(..count);
        }
        false
    }

    /// Datagrams the network did not take since the last call.
    pub fn take_unsent(&mut self) -> u64 {
        std::mem::take(&mut self.unsent)
    }

    fn note_unsent(&mut self, destination: SocketAddr, error: &io::Error) {
        self.unsent += 1;
        tracing::debug!(%destination, %error, "a datagram could not be sent");
    }

    fn send(
        &self,
        source: SocketAddr,
        destination: SocketAddr,
        segment_size: Option<usize>,
    ) -> io::Result<()> {
        let six = self.address.is_ipv6();
        let transmit = Transmit {
            destination: SocketAddr::new(to_family(destination.ip(), six), destination.port()),
            ecn: None,
            contents: &self.batch,
            segment_size,
            // An advertised address may be that of a NAT before us.
            src_ip: Some(source.ip())
                .filter(|ip| self.own.contains(ip))
                .map(|ip| to_family(ip, six)),
        };
        self.state.try_send((&self.io).into(), &transmit)
    }
}

/// On a socket of IPv6, addresses of IPv4 are written as such of IPv6 (RFC 4291, 2.5.5.2).
fn to_family(ip: IpAddr, six: bool) -> IpAddr {
    match ip {
        IpAddr::V4(v4) if six => IpAddr::V6(v4.to_ipv6_mapped()),
        other => other,
    }
}
