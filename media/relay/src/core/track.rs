//! The packets of one medium of one source: the last of them, and their order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::h264;
use crate::types::Media;

/// How long a missing packet is waited for, before order goes on without it.
pub const PATIENCE: Duration = Duration::from_millis(100);
/// A sequence number this far from the last one belongs to a new stream.
const JUMP: u64 = 2_000;

/// One packet of a source.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Extended sequence number of the source.
    pub sequence: u64,
    /// RTP timestamp of the source.
    pub timestamp: u32,
    /// Moment of capture since the epoch.
    pub at: Duration,
    /// The RTP marker.
    pub marker: bool,
    /// Decoding can begin here.
    pub starts: bool,
    /// RTP payload.
    pub payload: Arc<[u8]>,
}

/// See the module.
#[derive(Debug)]
pub struct Track {
    media: Media,
    capacity: usize,
    /// Changes when the source begins a new RTP stream: then everybody has to be spliced again.
    pub generation: u64,
    ssrc: Option<u32>,
    ring: BTreeMap<u64, Stored>,
    /// The next sequence number in order.
    next: Option<u64>,
    waiting_since: Option<Instant>,
    /// This source puts parameter sets before its keyframes.
    sends_sps: bool,
    /// Packets that never came, or came after [`PATIENCE`].
    pub lost: u64,
}

impl Track {
    /// An empty track.
    pub fn new(media: Media, generation: u64) -> Self {
        Self {
            media,
            capacity: match media {
                Media::Video => 512,
                Media::Audio => 64,
            },
            generation,
            ssrc: None,
            ring: BTreeMap::new(),
            next: None,
            waiting_since: None,
            sends_sps: false,
            lost: 0,
        }
    }

    /// Whether a packet with these belongs to another RTP stream than the ones before.
    pub fn is_new_stream(&self, ssrc: u32, sequence: u64) -> bool {
        self.ssrc.is_some_and(|known| known != ssrc)
            || self.next.is_some_and(|next| next.abs_diff(sequence) > JUMP)
    }

    /// Begins again for another RTP stream.
    pub fn restart(&mut self, generation: u64) {
        let lost = self.lost;
        *self = Self::new(self.media, generation);
        self.lost = lost;
    }

    /// Extends a sequence number of 16 bits so that it is nearest to the last one.
    pub fn extend(&self, sequence: u16) -> u64 {
        let Some((&last, _)) = self.ring.last_key_value() else {
            return u64::from(sequence) + (1 << 16);
        };
        #[expect(clippy::cast_possible_truncation, reason = "the low 16 bits are meant")]
        let distance = sequence.wrapping_sub(last as u16).cast_signed();
        last.saturating_add_signed(i64::from(distance))
    }

    /// Takes a packet in and says whether decoding can begin with it.
    pub fn push(&mut self, ssrc: u32, mut packet: Stored) -> bool {
        self.ssrc = Some(ssrc);
        packet.starts = match self.media {
            Media::Audio => true,
            Media::Video => {
                let nals = h264::inspect(&packet.payload);
                self.sends_sps |= nals.sps;
                nals.sps || (nals.idr && !self.sends_sps)
            }
        };
        let starts = packet.starts;
        self.next.get_or_insert(packet.sequence);
        self.ring.insert(packet.sequence, packet);
        while self.ring.len() > self.capacity {
            self.ring.pop_first();
        }
        starts
    }

    /// The next packet in order. A gap is waited for, see [`deadline`](Self::deadline).
    pub fn pop_ordered(&mut self, now: Instant) -> Option<Stored> {
        let next = self.next?;
        let Some((&sequence, packet)) = self.ring.range(next..).next() else {
            self.waiting_since = None;
            return None;
        };
        if sequence != next {
            let since = *self.waiting_since.get_or_insert(now);
            if now.saturating_duration_since(since) < PATIENCE {
                return None;
            }
            self.lost += sequence - next;
        }
        let packet = packet.clone();
        self.waiting_since = None;
        self.next = Some(sequence + 1);
        Some(packet)
    }

    /// When to call [`pop_ordered`](Self::pop_ordered) again although nothing came.
    pub fn deadline(&self) -> Option<Instant> {
        self.waiting_since.map(|since| since + PATIENCE)
    }

    /// What has come already from `sequence` on.
    pub fn since(&self, sequence: u64) -> impl Iterator<Item = &Stored> {
        self.ring.range(sequence..).map(|(_, packet)| packet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(sequence: u64, payload: &[u8]) -> Stored {
        Stored {
            sequence,
            timestamp: 0,
            at: Duration::ZERO,
            marker: false,
            starts: false,
            payload: payload.into(),
        }
    }

    fn drain(track: &mut Track, now: Instant) -> Vec<u64> {
        std::iter::from_fn(|| track.pop_ordered(now).map(|p| p.sequence)).collect()
    }

    #[test]
    fn order_waits_for_a_missing_packet_but_not_for_ever() {
        let now = Instant::now();
        let mut track = Track::new(Media::Audio, 1);
        for sequence in [5, 6, 8, 9] {
            track.push(1, packet(sequence, &[0]));
        }
        assert_eq!(drain(&mut track, now), [5, 6]);
        assert_eq!(track.deadline(), Some(now + PATIENCE));
        track.push(1, packet(7, &[0]));
        assert_eq!(drain(&mut track, now), [7, 8, 9]);
        assert_eq!(track.deadline(), None);
        track.push(1, packet(12, &[0]));
        assert_eq!(drain(&mut track, now), []);
        assert_eq!(drain(&mut track, now + PATIENCE), [12]);
        assert_eq!(track.lost, 2);
        track.push(1, packet(10, &[0]));
        assert_eq!(drain(&mut track, now + PATIENCE), [], "too late for order");
    }

    #[test]
    fn an_idr_without_parameter_sets_starts_only_where_there_never_were_any() {
        let mut track = Track::new(Media::Video, 1);
        assert!(track.push(1, packet(1, &[0x65])));
        assert!(track.push(1, packet(2, &[0x67])));
        assert!(!track.push(1, packet(3, &[0x65])));
        assert!(!track.push(1, packet(4, &[0x41])));
        assert_eq!(track.since(3).count(), 2);
    }

    #[test]
    fn another_ssrc_or_a_jump_is_another_stream() {
        let mut track = Track::new(Media::Video, 1);
        track.push(7, packet(100_000, &[0x67]));
        assert!(!track.is_new_stream(7, 100_003));
        assert!(track.is_new_stream(8, 100_003));
        assert!(track.is_new_stream(7, 3));
    }
}
