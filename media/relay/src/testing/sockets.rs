//! Peers with a thread and a socket of their own.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::Dice;
use super::pattern::{picture, sound};
use super::peer::{Outgoing, Peer, PeerOptions};
use super::tally::Tally;
use crate::types::{Direction, Media, Packet};

/// Time between two pieces of sound.
const SOUND: Duration = Duration::from_millis(20);

/// How often packets from elsewhere are looked for.
const FORWARD_EVERY: Duration = Duration::from_millis(2);

/// How a viewer is.
#[derive(Debug, Clone, Copy)]
pub struct ViewerOptions {
    /// Its address; the port is any free one.
    pub address: IpAddr,
    /// Share of RTP and RTCP datagrams that are thrown away on arrival, `0.0..=1.0`.
    pub loss: f64,
    /// Which of them.
    pub seed: u64,
}

impl Default for ViewerOptions {
    fn default() -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST.into(),
            loss: 0.0,
            seed: 1,
        }
    }
}

/// A WHEP client that counts. Dropping it says goodbye.
pub struct Viewer {
    tally: Arc<Mutex<Tally>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Viewer {
    /// Exchanges offer and answer, and watches.
    ///
    /// # Errors
    /// If there is no socket, or what the exchange or the answer is wrong with.
    pub fn start(
        options: ViewerOptions,
        exchange: impl FnOnce(String) -> Result<String, String>,
    ) -> Result<Self, String> {
        let start = Instant::now();
        let mut peer = Connection::open(options.address, Direction::Subscribe, exchange)?;
        let tally = Arc::new(Mutex::new(Tally::default()));
        let stop = Arc::new(AtomicBool::new(false));
        let (shared, stopped) = (tally.clone(), stop.clone());
        let mut dice = Dice::new(options.seed);
        let watch = move || {
            while !stopped.load(Ordering::Relaxed) && !peer.peer.is_closed() {
                let until = Instant::now() + Duration::from_millis(50);
                let dropped = peer.turn(until, |datagram| {
                    // STUN and DTLS are let through: what is tried is the repair of media.
                    datagram.first().is_some_and(|b| *b >= 128) && dice.roll() < options.loss
                });
                let received = peer.peer.take_received();
                let mut tally = shared.lock();
                tally.dropped += dropped;
                if peer.peer.is_connected() && tally.connected.is_none() {
                    tally.connected = Some(start.elapsed());
                }
                for packet in &received {
                    tally.note(start, packet);
                }
            }
            shared.lock().closed = peer.peer.is_closed();
            peer.close();
        };
        Ok(Self {
            tally,
            stop,
            thread: Some(spawn("test-viewer", watch)?),
        })
    }

    /// What it has seen so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally.lock().clone()
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        finish(&self.stop, &mut self.thread);
    }
}

/// What a publisher sends.
#[derive(Debug, Clone, Copy)]
pub struct PublisherOptions {
    /// Its address; the port is any free one.
    pub address: IpAddr,
    /// Names it in what it sends.
    pub tag: u8,
    /// Pictures in a second.
    pub pictures_per_second: u32,
    /// Of video, in bits.
    pub bits_per_second: u32,
    /// A keyframe has this many times the packets of another picture.
    pub keyframe_factor: u16,
}

impl Default for PublisherOptions {
    fn default() -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST.into(),
            tag: 1,
            pictures_per_second: 25,
            bits_per_second: 2_000_000,
            keyframe_factor: 5,
        }
    }
}

/// A WHIP client that sends a pattern, with keyframes when asked. Dropping it says goodbye.
pub struct Publisher {
    sent: Arc<Mutex<Sent>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sent {
    connected: bool,
    video: u64,
    keyframe_requests: u64,
}

impl Publisher {
    /// Exchanges offer and answer, and sends.
    ///
    /// # Errors
    /// If there is no socket, or what the exchange or the answer is wrong with.
    pub fn start(
        options: PublisherOptions,
        exchange: impl FnOnce(String) -> Result<String, String>,
    ) -> Result<Self, String> {
        let mut peer = Connection::open(options.address, Direction::Publish, exchange)?;
        let sent = Arc::new(Mutex::new(Sent::default()));
        let stop = Arc::new(AtomicBool::new(false));
        let (shared, stopped) = (sent.clone(), stop.clone());
        let publish = move || {
            let mut camera = Camera::new(options);
            while !stopped.load(Ordering::Relaxed) && !peer.peer.is_closed() {
                let now = Instant::now();
                let next = camera.send_due(now, &mut peer.peer);
                peer.peer.advance(now);
                peer.turn(next, |_| false);
                *shared.lock() = Sent {
                    connected: peer.peer.is_connected(),
                    video: camera.video_sequence,
                    keyframe_requests: peer.peer.keyframe_requests(),
                };
            }
            peer.close();
        };
        Ok(Self {
            sent,
            stop,
            thread: Some(spawn("test-publisher", publish)?),
        })
    }

    /// As [`Publisher::start`], with packets from elsewhere in place of the pattern: RTP without
    /// extensions. Times of packets count from `epoch`; what comes before the connection is lost.
    ///
    /// # Errors
    /// As [`Publisher::start`].
    pub fn forward(
        address: IpAddr,
        epoch: Instant,
        packets: Receiver<Packet>,
        keyframe_wanted: impl Fn() + Send + 'static,
        exchange: impl FnOnce(String) -> Result<String, String>,
    ) -> Result<Self, String> {
        let mut peer = Connection::open(address, Direction::Publish, exchange)?;
        let sent = Arc::new(Mutex::new(Sent::default()));
        let stop = Arc::new(AtomicBool::new(false));
        let (shared, stopped) = (sent.clone(), stop.clone());
        let publish = move || {
            let mut numbers = [Unwrapped::default(); 2];
            while !stopped.load(Ordering::Relaxed) && !peer.peer.is_closed() {
                let now = Instant::now();
                for packet in packets.try_iter() {
                    let number = &mut numbers[packet.media as usize];
                    if peer.peer.is_connected()
                        && let Some(packet) = outgoing(&packet, epoch, number)
                    {
                        peer.peer.send(packet);
                        // One at a time, so that each is on its way before the next.
                        peer.peer.advance(now);
                    }
                }
                let before = shared.lock().keyframe_requests;
                let asked = peer.peer.keyframe_requests();
                if asked > before {
                    keyframe_wanted();
                }
                peer.peer.advance(now);
                peer.turn(now + FORWARD_EVERY, |_| false);
                *shared.lock() = Sent {
                    connected: peer.peer.is_connected(),
                    video: numbers[Media::Video as usize].count,
                    keyframe_requests: asked,
                };
            }
            peer.close();
        };
        Ok(Self {
            sent,
            stop,
            thread: Some(spawn("test-publisher", publish)?),
        })
    }

    /// ICE and DTLS are through.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.sent.lock().connected
    }

    /// Packets of video sent so far.
    #[must_use]
    pub fn video_packets(&self) -> u64 {
        self.sent.lock().video
    }

    /// How often it was asked for a keyframe.
    #[must_use]
    pub fn keyframe_requests(&self) -> u64 {
        self.sent.lock().keyframe_requests
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        finish(&self.stop, &mut self.thread);
    }
}

/// Sequence numbers that count on where those of 16 bits begin again.
#[derive(Debug, Clone, Copy, Default)]
struct Unwrapped {
    last: Option<u64>,
    count: u64,
}

impl Unwrapped {
    fn next(&mut self, number: u16) -> u64 {
        let number = match self.last {
            None => u64::from(number),
            Some(last) => {
                #[expect(clippy::cast_possible_truncation, reason = "the low 16 bits")]
                let step = number.wrapping_sub(last as u16);
                last + u64::from(step)
            }
        };
        self.last = Some(number);
        self.count += 1;
        number
    }
}

/// Takes an RTP packet apart; nothing if it is none.
fn outgoing(packet: &Packet, epoch: Instant, number: &mut Unwrapped) -> Option<Outgoing> {
    let (head, payload) = packet.rtp.split_at_checked(12)?;
    Some(Outgoing {
        media: packet.media,
        sequence: number.next(u16::from_be_bytes([head[2], head[3]])),
        timestamp: u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
        marker: head[1] & 0x80 != 0,
        captured: epoch + packet.at,
        payload: payload.to_vec(),
    })
}

/// Sends the pattern in real time.
struct Camera {
    options: PublisherOptions,
    next_picture: Option<Instant>,
    next_sound: Option<Instant>,
    picture: u32,
    sound: u32,
    video_sequence: u64,
    answered: u64,
}

impl Camera {
    fn new(options: PublisherOptions) -> Self {
        Self {
            options,
            next_picture: None,
            next_sound: None,
            picture: 0,
            sound: 0,
            video_sequence: 0,
            answered: 0,
        }
    }

    /// Sends what is due and says when something will be.
    fn send_due(&mut self, now: Instant, peer: &mut Peer) -> Instant {
        if !peer.is_connected() {
            return now + Duration::from_millis(5);
        }
        let rate = self.options.pictures_per_second.max(1);
        let mut next_picture = *self.next_picture.get_or_insert(now);
        while next_picture <= now {
            let requests = peer.keyframe_requests();
            let keyframe = self.picture == 0 || requests > self.answered;
            self.answered = requests;
            const SIZE: usize = 1_100;
            let bytes = self.options.bits_per_second / 8 / rate;
            let packets = u16::try_from(bytes as usize / SIZE)
                .unwrap_or(u16::MAX)
                .max(2);
            let factor = if keyframe {
                self.options.keyframe_factor.max(1)
            } else {
                1
            };
            let payloads = picture(
                self.options.tag,
                self.picture,
                keyframe,
                packets.saturating_mul(factor),
                SIZE,
            );
            let last = payloads.len() - 1;
            for (index, payload) in payloads.into_iter().enumerate() {
                peer.send(Outgoing {
                    media: Media::Video,
                    sequence: self.video_sequence,
                    timestamp: self.picture.wrapping_mul(90_000 / rate),
                    marker: index == last,
                    captured: next_picture,
                    payload,
                });
                self.video_sequence += 1;
            }
            self.picture += 1;
            next_picture += Duration::from_secs(1) / rate;
        }
        self.next_picture = Some(next_picture);
        let mut next_sound = *self.next_sound.get_or_insert(now);
        while next_sound <= now {
            peer.send(Outgoing {
                media: Media::Audio,
                sequence: self.sound.into(),
                timestamp: self.sound.wrapping_mul(960),
                marker: false,
                captured: next_sound,
                payload: sound(self.options.tag, self.sound),
            });
            self.sound += 1;
            next_sound += SOUND;
        }
        self.next_sound = Some(next_sound);
        next_picture.min(next_sound)
    }
}

/// A peer and its socket.
struct Connection {
    peer: Peer,
    socket: UdpSocket,
    buffer: Vec<u8>,
}

impl Connection {
    fn open(
        address: IpAddr,
        direction: Direction,
        exchange: impl FnOnce(String) -> Result<String, String>,
    ) -> Result<Self, String> {
        let opened = || -> io::Result<(UdpSocket, SocketAddr)> {
            let socket = UdpSocket::bind(SocketAddr::new(address, 0))?;
            // A limit of the system is as good as it gets.
            let _ = rustix::net::sockopt::set_socket_recv_buffer_size(&socket, 1 << 20);
            let address = socket.local_addr()?;
            Ok((socket, address))
        };
        let (socket, address) = opened().map_err(|e| e.to_string())?;
        let (mut peer, offer) = Peer::new(Instant::now(), address, PeerOptions::new(direction));
        peer.accept(&exchange(offer)?)?;
        Ok(Self {
            peer,
            socket,
            buffer: vec![0; 2_048],
        })
    }

    /// Sends and receives until then, or until something has come. Returns how many datagrams `lose`
    /// took.
    fn turn(&mut self, until: Instant, mut lose: impl FnMut(&[u8]) -> bool) -> u64 {
        self.flush();
        let now = Instant::now();
        let until = until.min(self.peer.deadline());
        let wait = until.saturating_duration_since(now);
        let mut lost = 0;
        // Zero would mean for ever.
        let wait = wait.max(Duration::from_millis(1));
        let mut ready = self.socket.set_nonblocking(false).is_ok()
            && self.socket.set_read_timeout(Some(wait)).is_ok();
        while ready {
            let Ok((length, from)) = self.socket.recv_from(&mut self.buffer) else {
                break;
            };
            let datagram = &self.buffer[..length];
            if lose(datagram) {
                lost += 1;
            } else {
                self.peer.receive(Instant::now(), from, datagram);
            }
            // The rest of the burst without waiting.
            ready = self.socket.set_nonblocking(true).is_ok();
        }
        self.peer.advance(Instant::now());
        self.flush();
        lost
    }

    fn flush(&mut self) {
        while let Some((to, datagram)) = self.peer.poll_datagram() {
            // What a full buffer does not take is repaired like any loss.
            let _ = self.socket.send_to(&datagram, to);
        }
    }

    fn close(&mut self) {
        self.peer.close(Instant::now());
        self.flush();
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, String> {
    let builder = std::thread::Builder::new().name(name.to_owned());
    builder.spawn(work).map_err(|e| e.to_string())
}

fn finish(stop: &AtomicBool, thread: &mut Option<JoinHandle<()>>) {
    stop.store(true, Ordering::Relaxed);
    if let Some(thread) = thread.take() {
        // A panic there has been printed already; a second one here would only hide it.
        let _ = thread.join();
    }
}
