//! RTP (RFC 3550) with H.264 (RFC 6184, packetization mode 1) and Opus (RFC 7587) in it.

use std::time::Duration;

use bytes::Bytes;

use super::{Media, Packet};

/// Payload type of the picture.
pub const VIDEO: u8 = 96;
/// Payload type of the sound.
pub const AUDIO: u8 = 111;
/// Room for the payload of one packet; with all headers of a tunnel it still fits an Ethernet frame.
const ROOM: usize = 1_180;
/// An access unit larger than this is not from any camera.
const MAX_UNIT: usize = 4 << 20;

const IDR: u8 = 5;
const SPS: u8 = 7;
const PPS: u8 = 8;
const AUD: u8 = 9;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;

/// The parts of a packet that matter here.
pub struct Header<'a> {
    pub marker: bool,
    pub payload_type: u8,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
    pub payload: &'a [u8],
}

/// Reads a packet; nothing when it is not one.
pub fn parse(rtp: &[u8]) -> Option<Header<'_>> {
    let fixed = rtp.get(..12)?;
    if fixed[0] >> 6 != 2 {
        return None;
    }
    let mut start = 12 + usize::from(fixed[0] & 0x0f) * 4;
    if fixed[0] & 0x10 != 0 {
        let extension = rtp.get(start..start + 4)?;
        start += 4 + usize::from(u16::from_be_bytes([extension[2], extension[3]])) * 4;
    }
    let mut end = rtp.len();
    if fixed[0] & 0x20 != 0 {
        end = end.checked_sub(usize::from(*rtp.last()?))?;
    }
    Some(Header {
        marker: fixed[1] & 0x80 != 0,
        payload_type: fixed[1] & 0x7f,
        sequence: u16::from_be_bytes([fixed[2], fixed[3]]),
        timestamp: u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]),
        ssrc: u32::from_be_bytes([fixed[8], fixed[9], fixed[10], fixed[11]]),
        payload: rtp.get(start..end)?,
    })
}

fn build(head: (u8, bool, u16, u32, u32), parts: &[&[u8]]) -> Bytes {
    let (payload_type, marker, sequence, timestamp, ssrc) = head;
    let size: usize = parts.iter().map(|part| part.len()).sum();
    let mut rtp = Vec::with_capacity(12 + size);
    rtp.extend([0x80, payload_type | if marker { 0x80 } else { 0 }]);
    rtp.extend(sequence.to_be_bytes());
    rtp.extend(timestamp.to_be_bytes());
    rtp.extend(ssrc.to_be_bytes());
    for part in parts {
        rtp.extend_from_slice(part);
    }
    rtp.into()
}

/// Ticks of an RTP clock at a moment; wraps as RTP timestamps do.
fn ticks(at: Duration, rate: u32) -> u32 {
    let nanoseconds = at.as_nanos() * u128::from(rate) + 500_000_000;
    #[expect(clippy::cast_possible_truncation, reason = "RTP timestamps wrap")]
    let ticks = (nanoseconds / 1_000_000_000) as u32;
    ticks
}

/// One coded picture.
#[derive(Clone, Debug)]
pub struct AccessUnit {
    /// The moment of capture.
    pub at: Duration,
    /// Byte stream with start codes (H.264 annex B); a keyframe has its parameter sets in front.
    pub data: Bytes,
    /// Decoding can begin here.
    pub keyframe: bool,
    /// Something before it was lost.
    pub after_loss: bool,
}

/// The units of a byte stream, without their start codes.
pub fn nal_units(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = after_start_code(data);
    std::iter::from_fn(move || {
        let unit = rest?;
        let end = start_code(unit).unwrap_or(unit.len());
        rest = after_start_code(&unit[end..]);
        // A fourth zero belongs to the next start code.
        let mut unit = &unit[..end];
        while let [head @ .., 0] = unit {
            unit = head;
        }
        Some(unit)
    })
    .filter(|unit| !unit.is_empty())
}

fn start_code(data: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(three) = data.get(at..at + 3) {
        match three {
            [0, 0, 1] => return Some(at),
            // Most bytes are above 1: no start code can begin at any of the three.
            [_, _, last] if *last > 1 => at += 3,
            _ => at += 1,
        }
    }
    None
}

fn after_start_code(data: &[u8]) -> Option<&[u8]> {
    start_code(data).map(|at| &data[at + 3..])
}

/// The type of a unit (table 7-1 of H.264).
pub fn unit_type(unit: &[u8]) -> u8 {
    unit.first().map_or(0, |head| head & 0x1f)
}

/// Sequence and picture parameter set at the front of a keyframe.
pub fn parameter_sets(data: &[u8]) -> Vec<&[u8]> {
    nal_units(data)
        .take_while(|unit| !matches!(unit_type(unit), 1..=IDR))
        .filter(|unit| matches!(unit_type(unit), SPS | PPS))
        .collect()
}

/// Puts packets together to pictures. Expects them in order, drops what is late or doubled, and says
/// after which picture something is missing.
#[derive(Default)]
pub struct Depacketizer {
    expected: Option<u16>,
    ssrc: Option<u32>,
    /// Packets in a row that seemed late.
    late: u8,
    timestamp: Option<u32>,
    at: Duration,
    data: Vec<u8>,
    /// A fragmented unit has begun in `data`.
    fragment: bool,
    /// The picture is not whole.
    broken: bool,
    lost: bool,
    has_idr: bool,
    has_sets: bool,
    sps: Option<Vec<u8>>,
    pps: Option<Vec<u8>>,
}

impl Depacketizer {
    /// Takes a packet of the picture; gives the pictures that are whole now, two at most.
    pub fn push(&mut self, packet: &Packet) -> Vec<AccessUnit> {
        let mut units = Vec::new();
        let Some(header) = parse(&packet.rtp) else {
            return units;
        };
        if packet.media != Media::Video || header.payload_type != VIDEO {
            return units;
        }
        if self
            .ssrc
            .replace(header.ssrc)
            .is_some_and(|ssrc| ssrc != header.ssrc)
        {
            // Another publisher counts from elsewhere and has parameters of its own.
            *self = Self {
                ssrc: self.ssrc,
                lost: true,
                ..Self::default()
            };
        }
        if let Some(expected) = self.expected {
            match header.sequence.wrapping_sub(expected) {
                0 => self.late = 0,
                // Late or doubled; many in a row are somebody who counts anew.
                back if back > 0xff00 && self.late < 32 => {
                    self.late += 1;
                    return units;
                }
                _ => {
                    self.late = 0;
                    self.lost = true;
                    self.broken = !self.data.is_empty();
                    self.fragment = false;
                }
            }
        }
        self.expected = Some(header.sequence.wrapping_add(1));
        if self.timestamp != Some(header.timestamp) {
            // The packet with the marker is lost or was never set.
            units.extend(self.complete());
            self.timestamp = Some(header.timestamp);
            self.at = packet.at;
        }
        self.payload(header.payload);
        if header.marker {
            units.extend(self.complete());
        }
        units
    }

    fn payload(&mut self, payload: &[u8]) {
        if self.data.len() + payload.len() > MAX_UNIT {
            self.broken = true;
            self.lost = true;
            return;
        }
        match unit_type(payload) {
            1..=23 => self.unit(payload),
            STAP_A => {
                let mut rest = &payload[1..];
                while let [high, low, tail @ ..] = rest {
                    let size = usize::from(u16::from_be_bytes([*high, *low]));
                    let Some(unit) = tail.get(..size) else { break };
                    if (1..=23).contains(&unit_type(unit)) {
                        self.unit(unit);
                    }
                    rest = &tail[size..];
                }
            }
            FU_A => {
                let [indicator, header, fragment @ ..] = payload else {
                    return;
                };
                if header & 0x80 != 0 {
                    self.fragment = true;
                    self.unit(&[(indicator & 0xe0) | (header & 0x1f)]);
                } else if !self.fragment {
                    self.broken = true;
                }
                if self.fragment {
                    self.data.extend_from_slice(fragment);
                }
                if header & 0x40 != 0 {
                    self.fragment = false;
                }
            }
            // Interleaved modes and the reserved types are not negotiated.
            _ => {}
        }
    }

    fn unit(&mut self, unit: &[u8]) {
        match unit_type(unit) {
            AUD => return,
            SPS => {
                self.sps = Some(unit.to_vec());
                self.has_sets = true;
            }
            PPS => self.pps = Some(unit.to_vec()),
            IDR if !self.has_idr => {
                self.has_idr = true;
                // Some cameras say the parameters once only; who joins needs them each time.
                if !self.has_sets {
                    for set in [&self.sps, &self.pps].into_iter().flatten() {
                        self.data.extend([0, 0, 0, 1]);
                        self.data.extend_from_slice(set);
                    }
                }
            }
            _ => {}
        }
        self.data.extend([0, 0, 0, 1]);
        self.data.extend_from_slice(unit);
    }

    fn complete(&mut self) -> Option<AccessUnit> {
        let data = std::mem::take(&mut self.data);
        let keyframe = self.has_idr && self.sps.is_some() && self.pps.is_some();
        let whole = !self.broken && !self.fragment && !data.is_empty();
        if (self.broken || self.fragment) && !data.is_empty() {
            self.lost = true;
        }
        self.broken = false;
        self.fragment = false;
        self.has_idr = false;
        self.has_sets = false;
        whole.then(|| AccessUnit {
            at: self.at,
            data: data.into(),
            keyframe,
            after_loss: std::mem::take(&mut self.lost),
        })
    }
}

/// Cuts pictures and sound frames into packets with sequence numbers of their own.
pub struct Packetizer {
    sequence: u16,
    ssrc: u32,
}

impl Packetizer {
    pub fn new(ssrc: u32) -> Self {
        Self { sequence: 0, ssrc }
    }

    fn next(&mut self) -> u16 {
        let sequence = self.sequence;
        self.sequence = sequence.wrapping_add(1);
        sequence
    }

    /// Packets of one picture given as a byte stream.
    pub fn video(&mut self, data: &[u8], at: Duration) -> Vec<Packet> {
        let timestamp = ticks(at, 90_000);
        let units: Vec<&[u8]> = nal_units(data)
            .filter(|unit| unit_type(unit) != AUD)
            .collect();
        let mut packets = Vec::with_capacity(data.len() / ROOM + units.len());
        let count = units.len();
        for (index, unit) in units.into_iter().enumerate() {
            let last = index + 1 == count;
            if unit.len() <= ROOM {
                packets.push(self.packet(last, timestamp, at, &[unit]));
                continue;
            }
            let body = &unit[1..];
            let pieces = body.len().div_ceil(ROOM - 2);
            for (number, piece) in body.chunks(ROOM - 2).enumerate() {
                let end = number + 1 == pieces;
                let header = unit_type(unit)
                    | if number == 0 { 0x80 } else { 0 }
                    | if end { 0x40 } else { 0 };
                let head = [(unit[0] & 0xe0) | FU_A, header];
                packets.push(self.packet(last && end, timestamp, at, &[&head, piece]));
            }
        }
        packets
    }

    fn packet(&mut self, marker: bool, timestamp: u32, at: Duration, parts: &[&[u8]]) -> Packet {
        let head = (VIDEO, marker, self.next(), timestamp, self.ssrc);
        Packet {
            media: Media::Video,
            rtp: build(head, parts),
            at,
        }
    }

    /// The packet of one Opus frame.
    pub fn audio(&mut self, frame: &[u8], at: Duration) -> Packet {
        let head = (AUDIO, false, self.next(), ticks(at, 48_000), self.ssrc);
        Packet {
            media: Media::Audio,
            rtp: build(head, &[frame]),
            at,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn picture(kinds: &[(u8, usize)]) -> Vec<u8> {
        kinds
            .iter()
            .flat_map(|&(kind, size)| {
                let mut unit = vec![0, 0, 0, 1, 0x60 | kind];
                unit.extend((0..size).map(|n| u8::try_from(n % 250).unwrap() + 3));
                unit
            })
            .collect()
    }

    fn key() -> Vec<u8> {
        picture(&[(SPS, 12), (PPS, 4), (IDR, 5_000)])
    }

    #[test]
    fn pictures_survive_the_way() {
        let (mut cut, mut join) = (Packetizer::new(7), Depacketizer::default());
        for (n, data) in [
            key(),
            picture(&[(1, 10)]),
            picture(&[(1, 1_180), (1, 4_000)]),
        ]
        .into_iter()
        .enumerate()
        {
            let at = Duration::from_millis(40 * n as u64);
            let packets = cut.video(&data, at);
            assert!(packets.iter().all(|packet| packet.rtp.len() <= 1_192));
            let units: Vec<_> = packets.iter().flat_map(|p| join.push(p)).collect();
            assert_eq!(units.len(), 1);
            assert_eq!(units[0].data[..], data[..]);
            assert_eq!(units[0].keyframe, n == 0);
            assert_eq!(units[0].at, at);
            assert!(!units[0].after_loss);
        }
    }

    #[test]
    fn loss_drops_the_picture_and_is_told_once() {
        let (mut cut, mut join) = (Packetizer::new(7), Depacketizer::default());
        let mut packets = cut.video(&key(), Duration::ZERO);
        packets.remove(3);
        packets.extend(cut.video(&picture(&[(1, 10)]), Duration::from_millis(40)));
        packets.extend(cut.video(&picture(&[(1, 10)]), Duration::from_millis(80)));
        let units: Vec<_> = packets.iter().flat_map(|p| join.push(p)).collect();
        let told: Vec<_> = units
            .iter()
            .map(|unit| (unit.at.as_millis(), unit.after_loss))
            .collect();
        assert_eq!(told, [(40, true), (80, false)]);
    }

    #[test]
    fn a_lost_end_does_not_leak_into_the_next_picture() {
        let (mut cut, mut join) = (Packetizer::new(7), Depacketizer::default());
        let mut packets = cut.video(&key(), Duration::ZERO);
        packets.pop();
        packets.extend(cut.video(&key(), Duration::from_millis(40)));
        let units: Vec<_> = packets.iter().flat_map(|p| join.push(p)).collect();
        assert_eq!(units.len(), 1);
        assert_eq!(units[0].data[..], key()[..]);
        assert!(units[0].after_loss);
    }

    #[test]
    fn keyframes_get_the_parameters_that_were_said_before() {
        let (mut cut, mut join) = (Packetizer::new(7), Depacketizer::default());
        let units: Vec<_> = [key(), picture(&[(IDR, 20)])]
            .iter()
            .flat_map(|data| cut.video(data, Duration::ZERO))
            .collect::<Vec<_>>()
            .iter()
            .enumerate()
            .flat_map(|(n, packet)| {
                let mut packet = packet.clone();
                // Another time for the second picture, which is the last packet.
                if n == 7 {
                    packet.at = Duration::from_secs(1);
                }
                join.push(&packet)
            })
            .collect();
        let last = units.last().unwrap();
        assert!(last.keyframe);
        assert_eq!(parameter_sets(&last.data).len(), 2);
    }

    #[test]
    fn who_counts_anew_is_heard_again() {
        for (ssrc, lost) in [(7, 32), (8, 0)] {
            let (mut cut, mut join) = (Packetizer::new(7), Depacketizer::default());
            for n in 0..60 {
                let at = Duration::from_millis(40 * n);
                cut.video(&picture(&[(1, 10)]), at)
                    .iter()
                    .for_each(|p| drop(join.push(p)));
            }
            let mut cut = Packetizer::new(ssrc);
            let units: Vec<_> = (60..110)
                .flat_map(|n| cut.video(&picture(&[(1, 10)]), Duration::from_millis(40 * n)))
                .flat_map(|packet| join.push(&packet))
                .collect();
            assert_eq!(units.len(), 50 - lost);
            assert!(units[0].after_loss);
        }
    }

    #[test]
    fn several_units_in_one_packet() {
        let mut payload = vec![STAP_A];
        for unit in [&[0x67, 1, 2][..], &[0x68, 3], &[0x65, 9, 9, 9]] {
            payload.extend(u16::try_from(unit.len()).unwrap().to_be_bytes());
            payload.extend_from_slice(unit);
        }
        let packet = Packet {
            media: Media::Video,
            rtp: build((VIDEO, true, 1, 2, 3), &[&payload]),
            at: Duration::ZERO,
        };
        let units = Depacketizer::default().push(&packet);
        assert!(units[0].keyframe);
        assert_eq!(nal_units(&units[0].data).count(), 3);
    }

    #[test]
    fn extension_sources_and_padding_are_skipped() {
        let mut rtp = vec![0x80 | 0x20 | 0x10 | 1, 111, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
        rtp.extend([1, 1, 1, 1]);
        rtp.extend([0xbe, 0xde, 0, 1, 9, 9, 9, 9]);
        rtp.extend([42, 43, 0, 2]);
        assert_eq!(parse(&rtp).unwrap().payload, [42, 43]);
        assert_eq!(ticks(Duration::from_millis(20), 48_000), 960);
    }

    proptest! {
        #[test]
        fn anything_may_come(packets in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..40)) {
            let mut join = Depacketizer::default();
            for (n, mut bytes) in packets.into_iter().enumerate() {
                if bytes.len() > 12 && n % 4 != 0 {
                    bytes[0] = 0x80;
                    bytes[1] = VIDEO | (bytes[1] & 0x80);
                }
                for unit in join.push(&Packet { media: Media::Video, rtp: bytes.into(), at: Duration::ZERO }) {
                    prop_assert!(!unit.data.is_empty());
                }
            }
        }
    }
}
