//! What one receiver gets of one medium: which source, from where on, renumbered how.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::rewriter::Rewriter;
use super::track::Stored;
use crate::types::Media;

/// After a switch the old picture goes on until the new one's keyframe, but not longer than this:
/// who was taken off the air must be off.
pub const HOLD: Duration = Duration::from_secs(1);

/// See the module.
#[derive(Debug)]
pub struct Output {
    rewriter: Rewriter,
    wanted: Option<Arc<str>>,
    carried: Option<(Arc<str>, u64)>,
    hold_until: Option<Instant>,
    holds: bool,
}

impl Output {
    /// Carries nothing yet. Numbers begin where `seed` says.
    pub fn new(media: Media, seed: u64) -> Self {
        let [a, b, c, d, e, f, ..] = seed.to_le_bytes();
        Self {
            rewriter: Rewriter::new(
                media,
                u16::from_le_bytes([a, b]),
                u32::from_le_bytes([c, d, e, f]),
            ),
            wanted: None,
            carried: None,
            hold_until: None,
            holds: media == Media::Video,
        }
    }

    /// Points it at a source. True if that is a change.
    pub fn select(&mut self, now: Instant, source: Option<&Arc<str>>) -> bool {
        if self.wanted.as_ref() == source {
            return false;
        }
        self.wanted = source.cloned();
        if self.wanted.is_none() || !self.holds {
            self.carried = None;
        }
        self.hold_until = Some(now + HOLD);
        true
    }

    /// The sources whose packets matter here.
    pub fn sources(&self) -> impl Iterator<Item = &Arc<str>> {
        let carried = self.carried.as_ref().map(|(name, _)| name);
        let carried = carried.filter(|name| Some(*name) != self.wanted.as_ref());
        self.wanted.iter().chain(carried)
    }

    /// The source it wants.
    pub fn wanted(&self) -> Option<&Arc<str>> {
        self.wanted.as_ref()
    }

    /// Whether packets of this source go straight on.
    pub fn carries(&self, now: Instant, source: &Arc<str>, generation: u64) -> bool {
        self.carried
            .as_ref()
            .is_some_and(|(name, carried)| name == source && *carried == generation)
            && (self.wanted.as_ref() == Some(source) || self.hold_until.is_some_and(|t| now < t))
    }

    /// Whether it needs a beginning of this source.
    pub fn waits_for(&self, source: &Arc<str>, generation: u64) -> bool {
        self.wanted.as_ref() == Some(source)
            && self
                .carried
                .as_ref()
                .is_none_or(|(name, carried)| name != source || *carried != generation)
    }

    /// Begins with this packet. True if another source was carried until now.
    pub fn start(&mut self, source: &Arc<str>, generation: u64, packet: &Stored) -> bool {
        self.rewriter
            .start(packet.sequence, packet.timestamp, packet.at);
        let before = self.carried.replace((source.clone(), generation));
        before.is_some_and(|(name, _)| name != *source)
    }

    /// Sequence number and timestamp towards the receiver.
    pub fn rewrite(&mut self, packet: &Stored) -> Option<(u64, u32)> {
        self.rewriter
            .rewrite(packet.sequence, packet.timestamp, packet.at)
    }
}

/// Picture and sound of one receiver.
#[derive(Debug)]
pub struct Outputs {
    /// The route it follows.
    pub route: Arc<str>,
    video: Output,
    audio: Output,
}

impl Outputs {
    /// Carries nothing yet.
    pub fn new(route: Arc<str>, seed: u128) -> Self {
        let low = u64::try_from(seed & u128::from(u64::MAX)).unwrap_or_default();
        let high = u64::try_from(seed >> 64).unwrap_or_default();
        Self {
            route,
            video: Output::new(Media::Video, low),
            audio: Output::new(Media::Audio, high),
        }
    }

    /// One of the two.
    pub fn of(&mut self, media: Media) -> &mut Output {
        match media {
            Media::Video => &mut self.video,
            Media::Audio => &mut self.audio,
        }
    }

    /// One of the two, to look at.
    pub fn get(&self, media: Media) -> &Output {
        match media {
            Media::Video => &self.video,
            Media::Audio => &self.audio,
        }
    }
}

/// Hands a route's packets to a closure, complete and in order.
pub struct TapSink {
    /// What it gets.
    pub outputs: Outputs,
    sink: Box<dyn FnMut(crate::types::Packet) + Send>,
    ssrc: u32,
}

impl TapSink {
    /// A tap.
    pub fn new(
        outputs: Outputs,
        ssrc: u32,
        sink: Box<dyn FnMut(crate::types::Packet) + Send>,
    ) -> Self {
        Self {
            outputs,
            sink,
            ssrc,
        }
    }

    /// Hands over one packet.
    pub fn deliver(&mut self, media: Media, packet: &Stored) {
        let Some((sequence, timestamp)) = self.outputs.of(media).rewrite(packet) else {
            return;
        };
        let mut rtp = bytes::BytesMut::with_capacity(12 + packet.payload.len());
        let marker = if packet.marker { 0x80 } else { 0 };
        rtp.extend_from_slice(&[0x80, media.payload_type() | marker]);
        #[expect(clippy::cast_possible_truncation, reason = "sequence numbers wrap")]
        rtp.extend_from_slice(&(sequence as u16).to_be_bytes());
        rtp.extend_from_slice(&timestamp.to_be_bytes());
        let ssrc = self.ssrc.wrapping_add(u32::from(media == Media::Audio));
        rtp.extend_from_slice(&ssrc.to_be_bytes());
        rtp.extend_from_slice(&packet.payload);
        (self.sink)(crate::types::Packet {
            media,
            rtp: rtp.freeze(),
            at: packet.at,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_picture_is_held_until_the_new_one_begins_or_too_long() {
        let now = Instant::now();
        let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
        let packet = Stored {
            sequence: 1,
            timestamp: 0,
            at: Duration::ZERO,
            marker: true,
            starts: true,
            payload: Arc::from([0x67_u8].as_slice()),
        };
        let mut output = Output::new(Media::Video, 0);
        assert!(output.select(now, Some(&a)));
        assert!(!output.select(now, Some(&a)));
        assert!(output.waits_for(&a, 1));
        assert!(!output.start(&a, 1, &packet));
        assert!(output.carries(now, &a, 1));
        assert!(output.waits_for(&a, 2), "another stream of the same source");

        output.select(now, Some(&b));
        assert!(output.carries(now, &a, 1) && output.waits_for(&b, 7));
        assert_eq!(output.sources().count(), 2);
        assert!(!output.carries(now + HOLD, &a, 1));
        assert!(output.start(&b, 7, &packet));
        assert!(!output.carries(now, &a, 1));

        output.select(now, None);
        assert_eq!(output.sources().count(), 0);

        let mut sound = Output::new(Media::Audio, 0);
        sound.select(now, Some(&a));
        sound.start(&a, 1, &packet);
        sound.select(now, Some(&b));
        assert!(!sound.carries(now, &a, 1), "sound switches at once");
    }
}
