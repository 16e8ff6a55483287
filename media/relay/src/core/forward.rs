//! Packets from sources to viewers and taps.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use str0m::rtp::RtpPacket;

use super::session::{Session, report};
use super::stream::{Activity, Key, Origin};
use super::track::Stored;
use super::{Core, Sink};
use crate::types::{Media, Packet, RelayEvent};

/// An RTP packet taken apart (RFC 3550, 5.1).
struct Parts<'a> {
    marker: bool,
    sequence: u16,
    timestamp: u32,
    ssrc: u32,
    payload: &'a [u8],
}

impl Core {
    /// A packet of a publisher.
    pub(super) fn take_published(
        &mut self,
        now: Instant,
        key: Key,
        name: &Arc<str>,
        packet: &RtpPacket,
    ) {
        let media = self.sessions.get(&key).and_then(|s| s.media_of(packet));
        let (Some(media), Some(stream)) = (media, self.streams.get_mut(name)) else {
            return;
        };
        let (ssrc, sequence) = (*packet.header.ssrc, *packet.seq_no);
        if stream.track(media).is_new_stream(ssrc, sequence) {
            self.generation += 1;
            stream.track(media).restart(self.generation);
            stream.clock.restart(media);
            self.ask_at = Some(now);
        }
        let arrival = now.saturating_duration_since(self.settings.epoch);
        let timestamp = packet.header.timestamp;
        let at = stream
            .clock
            .captured_at(media, timestamp, report(packet, media), arrival);
        let stored = Stored {
            sequence,
            timestamp,
            at,
            marker: packet.header.marker,
            starts: false,
            payload: packet.payload.clone(),
        };
        self.forward(now, name, media, ssrc, &stored);
    }

    /// A packet of an injector.
    pub(super) fn take_injected(&mut self, now: Instant, name: &Arc<str>, packet: &Packet) {
        let media = packet.media;
        let (Some(parts), Some(stream)) = (take_apart(&packet.rtp), self.streams.get_mut(name))
        else {
            return;
        };
        let mut sequence = stream.track(media).extend(parts.sequence);
        if stream.track(media).is_new_stream(parts.ssrc, sequence) {
            self.generation += 1;
            stream.track(media).restart(self.generation);
            sequence = stream.track(media).extend(parts.sequence);
            self.ask_at = Some(now);
        }
        let stored = Stored {
            sequence,
            timestamp: parts.timestamp,
            at: packet.at,
            marker: parts.marker,
            starts: false,
            payload: parts.payload.into(),
        };
        self.forward(now, name, media, parts.ssrc, &stored);
    }

    fn forward(&mut self, now: Instant, name: &Arc<str>, media: Media, ssrc: u32, packet: &Stored) {
        self.refresh_fans();
        let Some(stream) = self.streams.get_mut(name) else {
            return;
        };
        self.totals.packets_in += 1;
        self.totals.bytes_in += packet.payload.len() as u64;
        stream.last_packet = now;
        if stream.activity != Activity::Live {
            stream.activity = Activity::Live;
            self.events.push_back(RelayEvent::StreamLive {
                stream: name.to_string(),
            });
        }
        let track = stream.track(media);
        let generation = track.generation;
        let starts = track.push(ssrc, packet.clone());
        if starts && media == Media::Video {
            stream.keyframes.came();
        }
        // Viewers get it as it came: their own buffers put it in order.
        let fan = self.fans.get(name).map_or(&[][..], |f| &f[media as usize]);
        for sink in fan {
            let Sink::Session(key) = sink else { continue };
            let Some(session) = self.sessions.get_mut(key) else {
                continue;
            };
            let carries = session
                .outputs
                .as_ref()
                .is_some_and(|o| o.get(media).carries(now, name, generation));
            if carries {
                send(
                    session,
                    media,
                    self.settings.epoch,
                    now,
                    packet,
                    &mut self.totals,
                );
                if !std::mem::replace(&mut session.dirty, true) {
                    self.dirty.push(*key);
                }
            }
        }
        self.run_order(now, name, media);
    }

    /// What is next in order goes to the taps; beginnings go to whoever waits for one.
    fn run_order(&mut self, now: Instant, name: &Arc<str>, media: Media) {
        let Some(stream) = self.streams.get_mut(name) else {
            return;
        };
        let generation = stream.track(media).generation;
        let fan = self.fans.get(name).map_or(&[][..], |f| &f[media as usize]);
        while let Some(packet) = stream.track(media).pop_ordered(now) {
            for sink in fan {
                match sink {
                    Sink::Tap(key) => {
                        let Some(tap) = self.taps.get_mut(key) else {
                            continue;
                        };
                        let output = tap.outputs.of(media);
                        if packet.starts && output.waits_for(name, generation) {
                            self.fans_stale |= output.start(name, generation, &packet);
                        }
                        if output.carries(now, name, generation) {
                            tap.deliver(media, &packet);
                        }
                    }
                    Sink::Session(key) if packet.starts => {
                        let Some(session) = self.sessions.get_mut(key) else {
                            continue;
                        };
                        if !waits(session, media, name, generation) {
                            continue;
                        }
                        if let Some(outputs) = &mut session.outputs {
                            let output = outputs.of(media);
                            self.fans_stale |= output.start(name, generation, &packet);
                        }
                        // Later packets may be here already.
                        for packet in stream.track_ref(media).since(packet.sequence) {
                            send(
                                session,
                                media,
                                self.settings.epoch,
                                now,
                                packet,
                                &mut self.totals,
                            );
                        }
                        if !std::mem::replace(&mut session.dirty, true) {
                            self.dirty.push(*key);
                        }
                    }
                    Sink::Session(_) => {}
                }
            }
        }
    }

    /// Gaps that have been waited for long enough.
    pub(super) fn go_on_without_the_missing(&mut self, now: Instant) {
        let due: Vec<(Arc<str>, Media)> = self
            .streams
            .values()
            .flat_map(|stream| {
                [Media::Video, Media::Audio]
                    .into_iter()
                    .filter(|media| {
                        stream
                            .track_ref(*media)
                            .deadline()
                            .is_some_and(|t| t <= now)
                    })
                    .map(|media| (stream.name.clone(), media))
            })
            .collect();
        if !due.is_empty() {
            self.refresh_fans();
        }
        for (name, media) in due {
            self.run_order(now, &name, media);
        }
    }

    /// Somebody cannot decode what this source sends.
    pub(super) fn want_keyframe(&mut self, now: Instant, source: Option<&str>) {
        let stream = source.and_then(|name| self.streams.get_mut(name));
        if let Some(stream) = stream {
            stream.keyframes.want();
            self.ask_soon(now);
        }
    }

    pub(super) fn ask_soon(&mut self, now: Instant) {
        self.ask_at = Some(now);
    }

    /// Asks the sources for keyframes that are due.
    pub(super) fn ask_for_keyframes(&mut self, now: Instant) {
        self.refresh_fans();
        let mut next: Option<Instant> = None;
        let mut asked: Vec<Key> = Vec::new();
        for (name, stream) in &mut self.streams {
            let generation = stream.track(Media::Video).generation;
            let fan = self.fans.get(name).map_or(&[][..], |f| &f[0]);
            let waiting = fan.iter().any(|sink| match sink {
                Sink::Session(key) => self
                    .sessions
                    .get(key)
                    .is_some_and(|s| waits(s, Media::Video, name, generation)),
                Sink::Tap(key) => self
                    .taps
                    .get(key)
                    .is_some_and(|t| t.outputs.get(Media::Video).waits_for(name, generation)),
            });
            let Some(due) = stream.keyframes.deadline(now, waiting) else {
                continue;
            };
            if due <= now {
                let heard = match &stream.origin {
                    Origin::Publisher(key) => {
                        asked.push(*key);
                        self.sessions
                            .get_mut(key)
                            .is_some_and(Session::request_keyframe)
                    }
                    Origin::Injector(_, keyframe_wanted) => {
                        keyframe_wanted();
                        true
                    }
                };
                self.totals.keyframe_requests += u64::from(heard);
                stream.keyframes.asked(now);
            }
            let again = stream.keyframes.deadline(now, waiting);
            next = [next, again].into_iter().flatten().min();
        }
        self.ask_at = next;
        for key in asked {
            self.mark_dirty(key);
        }
    }

    /// Who gets the packets of which source.
    fn refresh_fans(&mut self) {
        if !std::mem::take(&mut self.fans_stale) {
            return;
        }
        let mut fans: HashMap<Arc<str>, [Vec<Sink>; 2]> = HashMap::new();
        let sessions = self
            .sessions
            .iter()
            .filter_map(|(key, s)| Some((Sink::Session(*key), s.outputs.as_ref()?)));
        let taps = self
            .taps
            .iter()
            .map(|(key, tap)| (Sink::Tap(*key), &tap.outputs));
        for (sink, outputs) in sessions.chain(taps) {
            for media in [Media::Video, Media::Audio] {
                for source in outputs.get(media).sources() {
                    fans.entry(source.clone()).or_default()[media as usize].push(sink);
                }
            }
        }
        self.fans = fans;
    }
}

/// Whether a viewer needs a beginning of this source, and could show it.
fn waits(session: &Session, media: Media, source: &Arc<str>, generation: u64) -> bool {
    session.connected
        && session.has(media)
        && session
            .outputs
            .as_ref()
            .is_some_and(|o| o.get(media).waits_for(source, generation))
}

fn send(
    session: &mut Session,
    media: Media,
    epoch: Instant,
    now: Instant,
    packet: &Stored,
    totals: &mut crate::types::Totals,
) {
    let placed = session
        .outputs
        .as_mut()
        .and_then(|o| o.of(media).rewrite(packet));
    if let Some(placed) = placed {
        // The moment of capture makes the sender reports keep picture and sound in step.
        let wallclock = (epoch + packet.at).min(now);
        session.send(media, placed, wallclock, packet);
        totals.packets_out += 1;
        totals.bytes_out += packet.payload.len() as u64;
    }
}

fn take_apart(rtp: &[u8]) -> Option<Parts<'_>> {
    let (header, rest) = rtp.split_at_checked(12)?;
    if header[0] >> 6 != 2 {
        return None;
    }
    let mut payload = rest.get(4 * usize::from(header[0] & 0x0f)..)?;
    if header[0] & 0x10 != 0 {
        let (extension, after) = payload.split_at_checked(4)?;
        let words = u16::from_be_bytes([extension[2], extension[3]]);
        payload = after.get(4 * usize::from(words)..)?;
    }
    if header[0] & 0x20 != 0 {
        let padding = usize::from(*payload.last()?);
        payload = payload.get(..payload.len().checked_sub(padding)?)?;
    }
    let word = |at: usize| u32::from_be_bytes([rtp[at], rtp[at + 1], rtp[at + 2], rtp[at + 3]]);
    Some(Parts {
        marker: header[1] & 0x80 != 0,
        sequence: u16::from_be_bytes([header[2], header[3]]),
        timestamp: word(4),
        ssrc: word(8),
        payload,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_taken_apart_and_broken_ones_refused() {
        let plain = [0x80, 0xe0, 1, 2, 0, 0, 0, 9, 0, 0, 0, 7, 0x65, 0x88];
        let parts = take_apart(&plain).expect("a packet");
        assert!(parts.marker);
        assert_eq!((parts.sequence, parts.timestamp, parts.ssrc), (258, 9, 7));
        assert_eq!(parts.payload, [0x65, 0x88]);

        let mut full = plain[..12].to_vec();
        full[0] = 0x80 | 0x20 | 0x10 | 1;
        full.extend([1, 1, 1, 1]);
        full.extend([0xbe, 0xde, 0, 1, 0x10, 0, 0, 0]);
        full.extend([0x41, 0x9a, 0, 2]);
        assert_eq!(take_apart(&full).expect("a packet").payload, [0x41, 0x9a]);
        for length in 0..full.len() {
            let _ = take_apart(&full[..length]);
        }
        assert!(take_apart(&[0x40; 20]).is_none());
    }
}
