//! RTP payloads that say what they are.

use crate::types::Media;

const STAP_A: u8 = 0x78;
const FU_A: u8 = 0x7c;
const SPS: [u8; 4] = [0x67, 0x42, 0xc0, 0x1f];
const PPS: [u8; 2] = [0x68, 0xce];

/// What a payload says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark {
    /// Names the source.
    pub tag: u8,
    /// Number of the picture or the piece of sound.
    pub frame: u32,
    /// Which packet of the picture.
    pub index: u16,
    /// A keyframe begins here.
    pub start: bool,
}

impl Mark {
    fn bytes(self) -> [u8; 7] {
        let [a, b, c, d] = self.frame.to_be_bytes();
        let [e, f] = self.index.to_be_bytes();
        [self.tag, a, b, c, d, e, f]
    }

    /// Reads it from a payload made here.
    #[must_use]
    pub fn read(media: Media, payload: &[u8]) -> Option<Self> {
        let start = media == Media::Video && payload.first() == Some(&STAP_A);
        let at = match media {
            Media::Audio => 0,
            Media::Video if start => 7,
            Media::Video => 2,
        };
        let [tag, a, b, c, d, e, f] = *payload.get(at..)?.first_chunk()?;
        Some(Self {
            tag,
            frame: u32::from_be_bytes([a, b, c, d]),
            index: u16::from_be_bytes([e, f]),
            start,
        })
    }
}

/// The payloads of a picture: fragments of a slice (RFC 6184, 5.8), before those of a keyframe the
/// parameter sets (5.7.1). `packets` is at least two, `size` the length of each fragment in bytes.
#[must_use]
pub fn picture(tag: u8, frame: u32, keyframe: bool, packets: u16, size: usize) -> Vec<Vec<u8>> {
    let mut payloads = Vec::new();
    let mut index = 0;
    let mut mark = |start| {
        let mark = Mark {
            tag,
            frame,
            index,
            start,
        };
        index += 1;
        mark.bytes()
    };
    if keyframe {
        let mut payload = vec![STAP_A, 0, 11];
        payload.extend(SPS);
        payload.extend(mark(true));
        payload.extend([0, 2]);
        payload.extend(PPS);
        payloads.push(payload);
    }
    let kind = if keyframe { 5 } else { 1 };
    let fragments = packets.max(2);
    for n in 0..fragments {
        let first = if n == 0 { 0x80 } else { 0 };
        let last = if n + 1 == fragments { 0x40 } else { 0 };
        let mut payload = vec![FU_A, first | last | kind];
        payload.extend(mark(false));
        payload.resize(size.max(payload.len()), 0xaa);
        payloads.push(payload);
    }
    payloads
}

/// The payload of 20 ms of sound.
#[must_use]
pub fn sound(tag: u8, frame: u32) -> Vec<u8> {
    let mark = Mark {
        tag,
        frame,
        index: 0,
        start: false,
    };
    let mut payload = mark.bytes().to_vec();
    payload.resize(120, 0x55);
    payload
}
