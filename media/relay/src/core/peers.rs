//! Sessions and their datagrams.

use std::net::SocketAddr;
use std::time::Instant;

use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpPacket;
use str0m::{Event, IceCreds, Input, Output};

use super::session::{Counts, Opening, Session};
use super::stream::{Key, Origin};
use super::{Core, Datagram, random};
use crate::offer::Plan;
use crate::types::{Answer, Direction, EndReason, Media, OfferError, RelayEvent, SessionId};

/// A session that is closed gets this many polls to say goodbye.
const LAST_WORDS: usize = 64;

impl Core {
    pub(super) fn open(
        &mut self,
        now: Instant,
        direction: Direction,
        name: &str,
        offer: &str,
    ) -> Result<(Key, Answer), OfferError> {
        if self.sessions.len() >= self.settings.max_sessions {
            return Err(OfferError::TooMany);
        }
        let plan = Plan::new(offer, direction)?;
        let certificate = self.certificate(now)?;
        let id = SessionId(u128::from_le_bytes(random()));
        let credentials = IceCreds {
            ufrag: format!("{:016x}", u64::from_le_bytes(random())),
            pass: format!("{:032x}", u128::from_le_bytes(random())),
        };
        let opening = Opening {
            id,
            direction,
            name: name.into(),
            credentials,
            certificate: &certificate,
            candidates: &self.settings.candidates,
        };
        let (session, sdp) = Session::open(now, &plan, opening)?;
        let key = self.new_key();
        self.by_id.insert(id, key);
        self.by_ufrag.insert(session.ufrag.clone(), key);
        self.sessions.insert(key, session);
        self.totals.sessions_opened += 1;
        self.mark_dirty(key);
        Ok((key, Answer { session: id, sdp }))
    }

    /// Takes a datagram. `destination` is the candidate it was sent to.
    ///
    /// What belongs to no session costs a look into a table: STUN is found by user name, all else
    /// by the address it comes from.
    pub fn receive(
        &mut self,
        now: Instant,
        source: SocketAddr,
        destination: SocketAddr,
        datagram: &[u8],
    ) {
        let known = self.by_address.get(&source).copied();
        let named = stun_user(datagram).and_then(|user| self.by_ufrag.get(user).copied());
        let Some(key) = named.or(known) else {
            self.totals.ignored += 1;
            return;
        };
        let Some(session) = self.sessions.get_mut(&key) else {
            return;
        };
        let Ok(received) = Receive::new(Protocol::Udp, source, destination, datagram) else {
            return;
        };
        let input = Input::Receive(now, received);
        if datagram.first().is_some_and(|first| *first < 2) {
            if !session.rtc.accepts(&input) {
                // An indication keeps a peer alive that is known; anything else must prove itself.
                if known == Some(key) && is_indication(datagram) {
                    session.heard = now;
                }
                return;
            }
            if known != Some(key) {
                let forgotten = session.add_address(source);
                if let Some(before) = self.by_address.insert(source, key)
                    && let Some(other) = self.sessions.get_mut(&before)
                {
                    other.remove_address(source);
                }
                if let Some(forgotten) = forgotten {
                    self.by_address.remove(&forgotten);
                }
            }
        } else {
            session.heard_media(now, source);
        }
        let Some(session) = self.sessions.get_mut(&key) else {
            return;
        };
        session.heard = now;
        if let Err(error) = session.rtc.handle_input(input) {
            tracing::debug!(session = ?session.id, %error, "a session failed");
            self.end_session(now, key, EndReason::Failed);
            return;
        }
        self.drain(now, key);
    }

    /// Runs the sessions that have something to do.
    pub(super) fn run_sessions(&mut self, now: Instant) {
        while let Some(key) = self.dirty.pop() {
            let Some(session) = self.sessions.get_mut(&key) else {
                continue;
            };
            session.dirty = false;
            match session.rtc.handle_input(Input::Timeout(now)) {
                Ok(()) => self.drain(now, key),
                Err(error) => {
                    tracing::debug!(session = ?session.id, %error, "a session failed");
                    self.end_session(now, key, EndReason::Failed);
                }
            }
        }
    }

    /// Takes out of a session what there is.
    fn drain(&mut self, now: Instant, key: Key) {
        let mut packets: Vec<RtpPacket> = Vec::new();
        let mut ended = None;
        let Some(session) = self.sessions.get_mut(&key) else {
            return;
        };
        let mut keyframe = false;
        let mut connected = false;
        loop {
            match session.rtc.poll_output() {
                Ok(Output::Timeout(at)) => {
                    if let Some(before) = session.deadline.replace(at) {
                        self.timers.remove(&(before, key));
                    }
                    self.timers.insert((at, key));
                    break;
                }
                Ok(Output::Transmit(transmit)) => {
                    let contents: Vec<u8> = transmit.contents.into();
                    let is_stun = contents.first().is_some_and(|first| *first < 2);
                    let destination = if is_stun {
                        transmit.destination
                    } else {
                        session.destination(now, transmit.destination)
                    };
                    self.datagrams.push_back(Datagram {
                        source: transmit.source,
                        destination,
                        contents,
                    });
                }
                Ok(Output::Event(event)) => match event {
                    Event::RtpPacket(packet) => packets.push(packet),
                    Event::KeyframeRequest(_) => keyframe = true,
                    Event::Connected => connected = true,
                    Event::Closed => ended = Some(EndReason::PeerClosed),
                    other => count(session, other),
                },
                Err(error) => {
                    tracing::debug!(session = ?session.id, %error, "a session failed");
                    ended = Some(EndReason::Failed);
                    break;
                }
            }
        }
        if ended.is_none() && !session.rtc.is_alive() {
            ended = Some(EndReason::Failed);
        }
        let name = session.name.clone();
        let shown = session.outputs.as_ref();
        let shown = shown.and_then(|o| o.get(Media::Video).wanted().cloned());
        if connected && !session.connected {
            session.connected = true;
            let id = session.id;
            self.events
                .push_back(RelayEvent::SessionConnected { session: id });
            self.ask_soon(now);
        }
        if keyframe {
            self.want_keyframe(now, shown.as_deref());
        }
        if !packets.is_empty() {
            let ours = matches!(
                self.streams.get(&name).map(|s| &s.origin),
                Some(Origin::Publisher(publisher)) if *publisher == key
            );
            for packet in packets.into_iter().filter(|_| ours) {
                self.take_published(now, key, &name, &packet);
            }
        }
        if let Some(reason) = ended {
            self.end_session(now, key, reason);
        }
    }

    pub(super) fn end_session(&mut self, now: Instant, key: Key, reason: EndReason) {
        let Some(mut session) = self.sessions.remove(&key) else {
            return;
        };
        if let Some(at) = session.deadline {
            self.timers.remove(&(at, key));
        }
        self.by_id.remove(&session.id);
        self.by_ufrag.remove(&session.ufrag);
        for address in session.addresses() {
            self.by_address.remove(&address);
        }
        self.say_goodbye(now, &mut session);
        self.totals.sessions_ended += 1;
        self.events.push_back(RelayEvent::SessionEnded {
            session: session.id,
            reason,
        });
        match session.direction {
            Direction::Publish => {
                let ours = matches!(
                    self.streams.get(&session.name).map(|s| &s.origin),
                    Some(Origin::Publisher(publisher)) if *publisher == key
                );
                if ours {
                    self.remove_stream(&session.name);
                }
            }
            Direction::Subscribe => self.fans_stale = true,
        }
    }

    /// RTCP BYE and the end of DTLS.
    fn say_goodbye(&mut self, now: Instant, session: &mut Session) {
        if session.rtc.close().is_err() {
            return;
        }
        for _ in 0..LAST_WORDS {
            match session.rtc.poll_output() {
                Ok(Output::Transmit(transmit)) => {
                    let destination = session.destination(now, transmit.destination);
                    self.datagrams.push_back(Datagram {
                        source: transmit.source,
                        destination,
                        contents: transmit.contents.into(),
                    });
                }
                Ok(Output::Event(_)) => {}
                Ok(Output::Timeout(_)) | Err(_) => break,
            }
        }
    }
}

fn count(session: &mut Session, event: Event) {
    match event {
        Event::MediaEgressStats(s) => session.count(
            s.mid,
            Counts {
                packets: s.packets,
                bytes: s.bytes,
                lost: s.remote.map_or(0, |r| r.packets_lost),
                nacks: s.nacks,
                keyframe_requests: s.plis + s.firs,
                rtt: s.rtt,
            },
        ),
        Event::MediaIngressStats(s) => session.count(
            s.mid,
            Counts {
                packets: s.packets,
                bytes: s.bytes,
                lost: 0,
                nacks: s.nacks,
                keyframe_requests: s.plis + s.firs,
                rtt: s.rtt,
            },
        ),
        _ => {}
    }
}

/// Our half of the user name of a STUN request (RFC 8445, 7.2.2), without parsing all of it.
fn stun_user(datagram: &[u8]) -> Option<&str> {
    const REQUEST: [u8; 2] = [0, 1];
    const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
    const USERNAME: u16 = 6;
    let (header, mut attributes) = datagram.split_at_checked(20)?;
    if header[..2] != REQUEST || header[4..8] != COOKIE {
        return None;
    }
    while let [kind_high, kind_low, high, low, rest @ ..] = attributes {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let value = rest.get(..length)?;
        if u16::from_be_bytes([*kind_high, *kind_low]) == USERNAME {
            let (ours, _) = std::str::from_utf8(value).ok()?.split_once(':')?;
            return Some(ours);
        }
        attributes = rest.get(length.next_multiple_of(4)..)?;
    }
    None
}

/// A STUN binding indication: how libnice keeps a path open.
fn is_indication(datagram: &[u8]) -> bool {
    datagram.len() >= 20 && datagram[..2] == [0x00, 0x11]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_name_is_found_and_rubbish_is_not() {
        let mut stun = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        stun.extend([0; 12]);
        assert_eq!(stun_user(&stun), None);
        stun.extend([0x80, 0x22, 0, 3, b'x', b'y', b'z', 0]);
        stun.extend([0, 6, 0, 5, b'a', b'b', b':', b'c', b'd', 0, 0, 0]);
        assert_eq!(stun_user(&stun), Some("ab"));
        for length in 0..stun.len() {
            let _ = stun_user(&stun[..length]);
        }
        stun[22] = 0xff;
        assert_eq!(stun_user(&stun), None, "a length beyond the end");
    }
}
