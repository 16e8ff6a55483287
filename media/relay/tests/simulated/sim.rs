//! A relay, its peers and the network between them, in simulated time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use media_relay::core::{Core, CoreSettings};
use media_relay::testing::{Dice, Mark, Outgoing, Peer, PeerOptions, Received, picture, sound};
use media_relay::{Direction, Media, RelayEvent, SessionId};

/// Where the relay is.
pub const RELAY: &str = "10.0.0.1:5000";

/// One way of a datagram.
struct Flight {
    to_relay: bool,
    node: usize,
    /// The peer's address as the relay sees it.
    wire: SocketAddr,
    datagram: Vec<u8>,
}

/// A peer at its place in the network.
pub struct Node {
    pub peer: Peer,
    pub session: SessionId,
    /// What the relay sees; a NAT may change it.
    pub wire: SocketAddr,
    /// Nothing goes in or out.
    pub cut: bool,
    pub received: Vec<Received>,
    camera: Option<Camera>,
    dice: Dice,
}

/// What a publisher sends: 25 pictures and 50 pieces of sound in a second.
pub struct Camera {
    pub tag: u8,
    /// Packets of a picture that is no keyframe.
    pub packets: u16,
    /// Whether requests for keyframes are heard.
    pub answers: bool,
    /// Sound is captured with the picture but sent this much later.
    pub sound_delay: Duration,
    pub start: Option<Instant>,
    pub picture: u32,
    pub sound: u32,
    pub video_sequence: u64,
    pub answered: u64,
    pub first_timestamps: [u32; 2],
}

impl Camera {
    pub fn new(tag: u8) -> Self {
        Self {
            tag,
            packets: 4,
            answers: true,
            sound_delay: Duration::ZERO,
            start: None,
            picture: 0,
            sound: 0,
            // Both wrap soon.
            video_sequence: 65_300,
            answered: 0,
            first_timestamps: [
                u32::MAX - 90_000 * u32::from(tag),
                1_000_000 * u32::from(tag),
            ],
        }
    }

    fn next(&self, start: Instant) -> Instant {
        let picture = start + Duration::from_millis(40) * self.picture;
        let sound = start + self.sound_delay + Duration::from_millis(20) * self.sound;
        picture.min(sound)
    }

    fn send_due(&mut self, now: Instant, peer: &mut Peer) {
        let start = *self.start.get_or_insert(now);
        loop {
            let captured = start + Duration::from_millis(40) * self.picture;
            if captured > now {
                break;
            }
            let requests = peer.keyframe_requests();
            let keyframe = self.picture == 0 || (self.answers && requests > self.answered);
            self.answered = requests;
            let payloads = picture(self.tag, self.picture, keyframe, self.packets, 900);
            let last = payloads.len() - 1;
            for (index, payload) in payloads.into_iter().enumerate() {
                peer.send(Outgoing {
                    media: Media::Video,
                    sequence: self.video_sequence,
                    timestamp: self.first_timestamps[0].wrapping_add(3_600 * self.picture),
                    marker: index == last,
                    captured,
                    payload,
                });
                self.video_sequence += 1;
            }
            self.picture += 1;
        }
        loop {
            let captured = start + Duration::from_millis(20) * self.sound;
            if captured + self.sound_delay > now {
                break;
            }
            peer.send(Outgoing {
                media: Media::Audio,
                sequence: self.sound.into(),
                timestamp: self.first_timestamps[1].wrapping_add(960 * self.sound),
                marker: false,
                captured,
                payload: sound(self.tag, self.sound),
            });
            self.sound += 1;
        }
        peer.advance(now);
    }
}

/// See the module.
pub struct Sim {
    pub start: Instant,
    pub now: Instant,
    pub core: Core,
    pub nodes: Vec<Node>,
    pub events: Vec<RelayEvent>,
    /// Share of RTP and RTCP that is lost, each way.
    pub loss: f64,
    /// Added to the 10 ms of every way, at random: more than a picture's packets are apart, so that
    /// they overtake each other.
    pub jitter: Duration,
    pub dropped: u64,
    flights: BinaryHeap<Reverse<(Instant, u64)>>,
    cargo: BTreeMap<u64, Flight>,
    departures: u64,
}

impl Sim {
    pub fn new() -> Self {
        let start = Instant::now();
        let core = Core::new(CoreSettings {
            epoch: start,
            inactivity: Duration::from_secs(10),
            max_sessions: 50,
            candidates: vec![RELAY.parse().expect("an address")],
        });
        Self {
            start,
            now: start,
            core,
            nodes: Vec::new(),
            events: Vec::new(),
            loss: 0.0,
            jitter: Duration::ZERO,
            dropped: 0,
            flights: BinaryHeap::new(),
            cargo: BTreeMap::new(),
            departures: 0,
        }
    }

    pub fn address(node: usize) -> SocketAddr {
        let low = u8::try_from(node).expect("few nodes");
        SocketAddr::from(([10, 0, 1, low], 6_000))
    }

    pub fn publish(&mut self, stream: &str, camera: Camera) -> usize {
        let options = PeerOptions::new(Direction::Publish);
        self.join(stream, options, Some(camera))
    }

    pub fn watch(&mut self, route: &str) -> usize {
        self.join(route, PeerOptions::new(Direction::Subscribe), None)
    }

    pub fn join(&mut self, name: &str, options: PeerOptions, camera: Option<Camera>) -> usize {
        let node = self.nodes.len();
        let address = Self::address(node);
        let (mut peer, offer) = Peer::new(self.now, address, options);
        let answer = match options.direction {
            Direction::Publish => self.core.publish(self.now, name, &offer),
            Direction::Subscribe => self.core.subscribe(self.now, name, &offer),
        };
        let answer = answer.expect("an answer");
        peer.accept(&answer.sdp).expect("a good answer");
        self.nodes.push(Node {
            peer,
            session: answer.session,
            wire: address,
            cut: false,
            received: Vec::new(),
            camera,
            dice: Dice::new(node as u64 + 1),
        });
        node
    }

    /// An offer of somebody who has not joined.
    pub fn offer(&self, direction: Direction) -> String {
        let options = PeerOptions::new(direction);
        let address = Self::address(self.nodes.len());
        Peer::new(self.now, address, options).1
    }

    pub fn run(&mut self, time: Duration) {
        let until = self.now + time;
        while self.now < until {
            self.step(until);
        }
    }

    pub fn camera(&mut self, node: usize) -> &mut Camera {
        self.nodes[node].camera.as_mut().expect("a publisher")
    }

    /// Packets of one medium that a node got, in the order of their numbers.
    pub fn got(&self, node: usize, media: Media) -> Vec<&Received> {
        let mut all: Vec<&Received> = self.nodes[node]
            .received
            .iter()
            .filter(|r| r.media == media)
            .collect();
        all.sort_by_key(|r| r.sequence);
        all
    }

    pub fn marks(&self, node: usize, media: Media) -> Vec<Mark> {
        let read = |r: &Received| Mark::read(media, &r.payload).expect("a mark");
        self.got(node, media).into_iter().map(read).collect()
    }

    fn step(&mut self, until: Instant) {
        let relay: SocketAddr = RELAY.parse().expect("an address");
        self.core.flush(self.now);
        while let Some(datagram) = self.core.poll_datagram() {
            assert_eq!(datagram.source, relay);
            let to = |n: &Node| n.wire == datagram.destination;
            if let Some(node) = self.nodes.iter().position(to) {
                self.depart(false, node, datagram.contents);
            }
        }
        while let Some(event) = self.core.poll_event() {
            self.events.push(event);
        }
        for node in 0..self.nodes.len() {
            let n = &mut self.nodes[node];
            if n.peer.is_connected()
                && let Some(camera) = &mut n.camera
            {
                camera.send_due(self.now, &mut n.peer);
            }
            if n.peer.deadline() <= self.now {
                n.peer.advance(self.now);
            }
            n.received.extend(n.peer.take_received());
            while let Some((to, datagram)) = self.nodes[node].peer.poll_datagram() {
                if to == relay {
                    self.depart(true, node, datagram);
                }
            }
        }

        let cameras = self.nodes.iter().filter_map(|n| {
            let camera = n.camera.as_ref()?;
            Some(camera.next(camera.start?))
        });
        let peers = self.nodes.iter().map(|n| n.peer.deadline());
        let next = cameras
            .chain(peers)
            .chain(self.core.next_timeout())
            .chain(self.flights.peek().map(|Reverse((at, _))| *at))
            .min()
            .unwrap_or(until);
        // Time always goes on, or a deadline that is over would stop it.
        self.now = next.max(self.now + Duration::from_micros(100)).min(until);

        while self
            .flights
            .peek()
            .is_some_and(|Reverse((at, _))| *at <= self.now)
        {
            let Some(Reverse((_, number))) = self.flights.pop() else {
                break;
            };
            let flight = self.cargo.remove(&number).expect("every flight has cargo");
            let node = &mut self.nodes[flight.node];
            if node.cut {
                continue;
            }
            if flight.to_relay {
                self.core
                    .receive(self.now, flight.wire, relay, &flight.datagram);
            } else if node.wire == flight.wire {
                node.peer.receive(self.now, relay, &flight.datagram);
            }
        }
    }

    fn depart(&mut self, to_relay: bool, node: usize, datagram: Vec<u8>) {
        let n = &mut self.nodes[node];
        let media = datagram.first().is_some_and(|b| *b >= 128);
        // DTLS of OpenSSL repeats on its own clock, not on ours.
        if n.cut || (media && n.dice.roll() < self.loss) {
            self.dropped += 1;
            return;
        }
        let extra = self.jitter.mul_f64(n.dice.roll());
        self.departures += 1;
        let arrival = self.now + Duration::from_millis(10) + extra;
        self.flights.push(Reverse((arrival, self.departures)));
        let flight = Flight {
            to_relay,
            node,
            wire: n.wire,
            datagram,
        };
        self.cargo.insert(self.departures, flight);
    }
}
