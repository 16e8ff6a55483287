//! The relay without sockets, threads and clocks.
//!
//! Time, datagrams and commands go in; datagrams and events come out. So two relays and a hundred
//! peers can be tested with losses and hours of simulated time.
//!
//! After any input call [`Core::flush`], then take what there is from [`Core::poll_datagram`] and
//! [`Core::poll_event`], and come back at [`Core::next_timeout`] at the latest.

mod clock;
mod forward;
mod h264;
mod keyframes;
mod output;
mod peers;
mod rewriter;
mod session;
mod stream;
mod track;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::config::DtlsCert;
use str0m::crypto::from_feature_flags;

use crate::types::{
    Answer, Direction, EndReason, Media, OfferError, Packet, RelayEvent, Route, SessionId,
    Statistics, Takeover, Totals,
};
use output::{Outputs, TapSink};
use session::Session;
use stream::{Activity, Key, Origin, Stream};

/// How often sessions and streams are looked after.
const HOUSEKEEPING: Duration = Duration::from_millis(200);
/// A stream of which nothing came for this long is silent.
const SILENCE: Duration = Duration::from_secs(2);
/// DTLS certificates are shared by the sessions of this long.
const CERTIFICATE_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// How a core is set up.
#[derive(Debug, Clone)]
pub struct CoreSettings {
    /// Zero of [`Packet::at`].
    pub epoch: Instant,
    /// A session from which nothing came for this long is over.
    pub inactivity: Duration,
    /// Offers beyond this number of sessions are refused.
    pub max_sessions: usize,
    /// Where peers reach us.
    pub candidates: Vec<SocketAddr>,
}

/// A datagram to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datagram {
    /// From one of our candidates.
    pub source: SocketAddr,
    /// To the peer.
    pub destination: SocketAddr,
    /// STUN, DTLS or SRTP.
    pub contents: Vec<u8>,
}

/// Who gets packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sink {
    Session(Key),
    Tap(Key),
}

/// See the module.
pub struct Core {
    settings: CoreSettings,
    certificate: Option<(DtlsCert, Instant)>,
    next_key: Key,
    generation: u64,
    sessions: HashMap<Key, Session>,
    by_id: HashMap<SessionId, Key>,
    by_address: HashMap<SocketAddr, Key>,
    by_ufrag: HashMap<String, Key>,
    streams: HashMap<Arc<str>, Stream>,
    injectors: HashMap<Key, Arc<str>>,
    taps: HashMap<Key, TapSink>,
    routes: HashMap<String, Route>,
    fans: HashMap<Arc<str>, [Vec<Sink>; 2]>,
    fans_stale: bool,
    timers: BTreeSet<(Instant, Key)>,
    dirty: Vec<Key>,
    ask_at: Option<Instant>,
    housekeeping: Option<Instant>,
    datagrams: VecDeque<Datagram>,
    events: VecDeque<RelayEvent>,
    totals: Totals,
}

impl Core {
    /// A relay without sessions.
    #[must_use]
    pub fn new(settings: CoreSettings) -> Self {
        Self {
            settings,
            certificate: None,
            next_key: 0,
            generation: 0,
            sessions: HashMap::new(),
            by_id: HashMap::new(),
            by_address: HashMap::new(),
            by_ufrag: HashMap::new(),
            streams: HashMap::new(),
            injectors: HashMap::new(),
            taps: HashMap::new(),
            routes: HashMap::new(),
            fans: HashMap::new(),
            fans_stale: false,
            timers: BTreeSet::new(),
            dirty: Vec::new(),
            ask_at: None,
            housekeeping: None,
            datagrams: VecDeque::new(),
            events: VecDeque::new(),
            totals: Totals::default(),
        }
    }

    /// Answers a WHIP offer. Whoever published the stream before is replaced.
    ///
    /// # Errors
    /// See [`OfferError`]; then nothing has changed.
    pub fn publish(
        &mut self,
        now: Instant,
        stream: &str,
        offer: &str,
    ) -> Result<Answer, OfferError> {
        self.publish_as(now, stream, offer, Takeover::Always)
    }

    /// The same, replacing somebody or not.
    ///
    /// # Errors
    /// See [`OfferError`]; then nothing has changed.
    pub fn publish_as(
        &mut self,
        now: Instant,
        stream: &str,
        offer: &str,
        takeover: Takeover,
    ) -> Result<Answer, OfferError> {
        if takeover == Takeover::IfFree && self.streams.contains_key(stream) {
            return Err(OfferError::Taken);
        }
        let (key, answer) = self.open(now, Direction::Publish, stream, offer)?;
        self.add_stream(now, stream, Origin::Publisher(key));
        Ok(answer)
    }

    /// Answers a WHEP offer.
    ///
    /// # Errors
    /// See [`OfferError`].
    pub fn subscribe(
        &mut self,
        now: Instant,
        route: &str,
        offer: &str,
    ) -> Result<Answer, OfferError> {
        let (key, answer) = self.open(now, Direction::Subscribe, route, offer)?;
        let outputs = self.outputs(now, route);
        if let Some(session) = self.sessions.get_mut(&key) {
            session.outputs = Some(outputs);
        }
        self.fans_stale = true;
        Ok(answer)
    }

    /// Ends a session. False if there is none of that name.
    pub fn close(&mut self, now: Instant, id: &SessionId) -> bool {
        self.close_as(now, id, EndReason::Closed)
    }

    /// The same for another reason.
    pub fn close_as(&mut self, now: Instant, id: &SessionId, reason: EndReason) -> bool {
        let Some(key) = self.by_id.get(id).copied() else {
            return false;
        };
        self.end_session(now, key, reason);
        true
    }

    /// Points a route somewhere; whoever follows it goes along.
    pub fn set_route(&mut self, now: Instant, name: &str, route: Route) {
        self.routes.insert(name.to_owned(), route);
        self.select_all(now, name);
    }

    /// Makes a route a stream of its own name again.
    pub fn remove_route(&mut self, now: Instant, name: &str) {
        self.routes.remove(name);
        self.select_all(now, name);
    }

    /// Hands the packets of a route to a closure, in order and numbered without gaps at switches.
    pub fn tap(&mut self, now: Instant, route: &str, sink: Box<dyn FnMut(Packet) + Send>) -> Key {
        let key = self.new_key();
        let outputs = self.outputs(now, route);
        let ssrc = u32::from_le_bytes(random());
        self.taps.insert(key, TapSink::new(outputs, ssrc, sink));
        self.fans_stale = true;
        self.ask_soon(now);
        key
    }

    /// Asks the source of a tap's picture for a keyframe.
    pub fn tap_keyframe(&mut self, now: Instant, tap: Key) {
        let wanted = self.taps.get(&tap);
        let wanted = wanted.and_then(|t| t.outputs.get(Media::Video).wanted().cloned());
        self.want_keyframe(now, wanted.as_deref());
    }

    /// Ends a tap.
    pub fn remove_tap(&mut self, tap: Key) {
        self.fans_stale |= self.taps.remove(&tap).is_some();
    }

    /// Makes a stream of packets from this process. Whoever published it before is replaced.
    pub fn add_injector(
        &mut self,
        now: Instant,
        stream: &str,
        keyframe_wanted: Box<dyn Fn() + Send>,
    ) -> Key {
        let key = self.new_key();
        let name = self.add_stream(now, stream, Origin::Injector(key, keyframe_wanted));
        self.injectors.insert(key, name);
        key
    }

    /// A packet of an injector. One that is not RTP, or of a stream that somebody else publishes
    /// by now, is dropped.
    pub fn inject(&mut self, now: Instant, injector: Key, packet: &Packet) {
        let Some(name) = self.injectors.get(&injector).cloned() else {
            return;
        };
        let ours = |s: &Stream| matches!(s.origin, Origin::Injector(key, _) if key == injector);
        if self.streams.get(&name).is_some_and(ours) {
            self.take_injected(now, &name, packet);
        }
    }

    /// Ends an injector's stream.
    pub fn remove_injector(&mut self, injector: Key) {
        let Some(name) = self.injectors.remove(&injector) else {
            return;
        };
        let ours = |s: &Stream| matches!(s.origin, Origin::Injector(key, _) if key == injector);
        if self.streams.get(&name).is_some_and(ours) {
            self.remove_stream(&name);
        }
    }

    /// The next datagram to send.
    pub fn poll_datagram(&mut self) -> Option<Datagram> {
        self.datagrams.pop_front()
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<RelayEvent> {
        self.events.pop_front()
    }

    /// When to call [`flush`](Self::flush) again although nothing came.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Instant> {
        let tracks = self.streams.values().filter_map(Stream::deadline).min();
        [
            self.timers.first().map(|(at, _)| *at),
            tracks,
            self.ask_at,
            self.housekeeping,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Does what is due, and hands waiting packets to the sessions that send them.
    pub fn flush(&mut self, now: Instant) {
        while self.timers.first().is_some_and(|(at, _)| *at <= now) {
            let Some((_, key)) = self.timers.pop_first() else {
                break;
            };
            if let Some(session) = self.sessions.get_mut(&key) {
                session.deadline = None;
            }
            self.mark_dirty(key);
        }
        self.go_on_without_the_missing(now);
        if self.housekeeping.is_some_and(|at| at <= now) {
            self.look_after(now);
        }
        if self.housekeeping.is_none() && !(self.sessions.is_empty() && self.streams.is_empty()) {
            self.housekeeping = Some(now + HOUSEKEEPING);
        }
        self.run_sessions(now);
        if self.ask_at.is_some_and(|at| at <= now) {
            self.ask_for_keyframes(now);
            self.run_sessions(now);
        }
    }

    /// Counts.
    #[must_use]
    pub fn statistics(&self, now: Instant) -> Statistics {
        let count = |d| self.sessions.values().filter(|s| s.direction == d).count();
        let rows = self.sessions.iter().map(|(key, session)| {
            let mut row = session.statistics(now);
            if session.direction == Direction::Publish {
                let ours = |s: &&Stream| matches!(s.origin, Origin::Publisher(k) if k == *key);
                let stream = self.streams.get(&session.name).filter(ours);
                row.lost = stream.map_or(0, Stream::lost);
            }
            row
        });
        Statistics {
            publishers: count(Direction::Publish),
            viewers: count(Direction::Subscribe),
            streams: self.streams.len(),
            sessions: rows.collect(),
            totals: self.totals,
        }
    }

    fn look_after(&mut self, now: Instant) {
        self.housekeeping = None;
        let inactivity = self.settings.inactivity;
        let gone: Vec<Key> = self
            .sessions
            .iter()
            .filter(|(_, s)| now.saturating_duration_since(s.heard) >= inactivity)
            .map(|(key, _)| *key)
            .collect();
        for key in gone {
            self.end_session(now, key, EndReason::Inactive);
        }
        for stream in self.streams.values_mut() {
            if stream.activity == Activity::Live
                && now.saturating_duration_since(stream.last_packet) >= SILENCE
            {
                stream.activity = Activity::Silent;
                self.events.push_back(RelayEvent::StreamSilent {
                    stream: stream.name.to_string(),
                });
            }
        }
    }

    fn new_key(&mut self) -> Key {
        self.next_key += 1;
        self.next_key
    }

    fn mark_dirty(&mut self, key: Key) {
        if let Some(session) = self.sessions.get_mut(&key)
            && !std::mem::replace(&mut session.dirty, true)
        {
            self.dirty.push(key);
        }
    }

    /// Outputs that follow a route as it is now.
    fn outputs(&self, now: Instant, route: &str) -> Outputs {
        let mut outputs = Outputs::new(route.into(), u128::from_le_bytes(random()));
        select_sources(&self.routes, now, &mut outputs);
        outputs
    }

    fn select_all(&mut self, now: Instant, route: &str) {
        let sessions = self
            .sessions
            .values_mut()
            .filter_map(|s| s.outputs.as_mut());
        let taps = self.taps.values_mut().map(|t| &mut t.outputs);
        let mut changed = false;
        for outputs in sessions.chain(taps).filter(|o| &*o.route == route) {
            changed |= select_sources(&self.routes, now, outputs);
        }
        if changed {
            self.fans_stale = true;
            self.ask_soon(now);
        }
    }

    fn add_stream(&mut self, now: Instant, name: &str, origin: Origin) -> Arc<str> {
        let before = self.streams.get(name).map(|stream| {
            let publisher = match &stream.origin {
                Origin::Publisher(key) => Some(*key),
                Origin::Injector(..) => None,
            };
            (stream.activity, stream.last_packet, publisher)
        });
        let name: Arc<str> = name.into();
        self.generation += 2;
        let mut stream = Stream::new(now, name.clone(), origin, self.generation - 1);
        if let Some((activity, last_packet, _)) = before {
            // The stream goes on; only its source is another.
            stream.activity = activity;
            stream.last_packet = last_packet;
        }
        self.streams.insert(name.clone(), stream);
        if let Some((_, _, Some(publisher))) = before {
            self.end_session(now, publisher, EndReason::Replaced);
        }
        self.ask_soon(now);
        name
    }

    fn remove_stream(&mut self, name: &Arc<str>) {
        if self.streams.remove(name).is_some() {
            self.events.push_back(RelayEvent::StreamEnded {
                stream: name.to_string(),
            });
        }
    }

    fn certificate(&mut self, now: Instant) -> Result<DtlsCert, OfferError> {
        if let Some((certificate, made)) = &self.certificate
            && now.saturating_duration_since(*made) < CERTIFICATE_AGE
        {
            return Ok(certificate.clone());
        }
        let made = from_feature_flags().dtls_provider.generate_certificate();
        let certificate =
            made.ok_or_else(|| OfferError::Unsuitable("no DTLS certificate".to_owned()))?;
        self.certificate = Some((certificate.clone(), now));
        Ok(certificate)
    }
}

fn select_sources(routes: &HashMap<String, Route>, now: Instant, outputs: &mut Outputs) -> bool {
    let own = outputs.route.clone();
    let mut changed = false;
    for media in [Media::Video, Media::Audio] {
        let source: Option<Arc<str>> = match routes.get(&*own) {
            Some(route) => route.source(media).map(Into::into),
            None => Some(own.clone()),
        };
        changed |= outputs.of(media).select(now, source.as_ref());
    }
    changed
}

/// Bytes nobody can guess.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}
