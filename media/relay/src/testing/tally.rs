//! What a viewer has seen.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::pattern::Mark;
use super::peer::Received;
use crate::types::Media;

/// Counts of one viewer. Durations are since its start, which is before the offer.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// ICE and DTLS are through.
    pub connected: Option<Duration>,
    /// The first packet of video.
    pub first_video: Option<Duration>,
    /// The first packet of audio.
    pub first_audio: Option<Duration>,
    /// Packets of video, each once.
    pub video_packets: u64,
    /// Packets of audio, each once.
    pub audio_packets: u64,
    /// Ends of pictures.
    pub pictures: u64,
    /// Bytes of RTP payload.
    pub bytes: u64,
    /// Datagrams thrown away on purpose.
    pub dropped: u64,
    /// When the picture of each source was first seen, by its tag.
    pub sources: BTreeMap<u8, Duration>,
    /// The longest time between two packets of video.
    pub longest_gap: Duration,
    /// The session is over.
    pub closed: bool,
    last_video: Option<Instant>,
    first_sequence: [Option<u64>; 2],
    last_sequence: [u64; 2],
    holes: [BTreeSet<u64>; 2],
}

impl Tally {
    /// Packets of video between the first and the last that are not there (yet).
    #[must_use]
    pub fn missing_video(&self) -> usize {
        self.holes[0].len()
    }

    /// Packets of audio between the first and the last that are not there (yet).
    #[must_use]
    pub fn missing_audio(&self) -> usize {
        self.holes[1].len()
    }

    /// Counts a packet.
    pub fn note(&mut self, start: Instant, packet: &Received) {
        let since = packet.at.saturating_duration_since(start);
        self.bytes += packet.payload.len() as u64;
        self.number(packet.media as usize, packet.sequence);
        match packet.media {
            Media::Audio => {
                self.audio_packets += 1;
                self.first_audio.get_or_insert(since);
            }
            Media::Video => {
                self.video_packets += 1;
                self.first_video.get_or_insert(since);
                self.pictures += u64::from(packet.marker);
                if let Some(last) = self.last_video.replace(packet.at) {
                    let gap = packet.at.saturating_duration_since(last);
                    self.longest_gap = self.longest_gap.max(gap);
                }
                if let Some(mark) = Mark::read(Media::Video, &packet.payload) {
                    self.sources.entry(mark.tag).or_insert(since);
                }
            }
        }
    }

    fn number(&mut self, media: usize, sequence: u64) {
        let first = *self.first_sequence[media].get_or_insert(sequence);
        if sequence == first {
            self.last_sequence[media] = sequence;
        } else if sequence > self.last_sequence[media] {
            self.holes[media].extend(self.last_sequence[media] + 1..sequence);
            self.last_sequence[media] = sequence;
        } else {
            self.holes[media].remove(&sequence);
        }
    }
}
