//! Reading a recording before it is kept: Opus in Ogg (RFC 3533, RFC 7845, RFC 6716), one stream, whole. Nothing
//! is decoded; what a player would stumble over is found by the pages and the heads of the packets.

/// Samples of Opus a second, whatever the microphone has.
const RATE: u64 = 48_000;

/// Bytes of a page before its table of segments.
const HEAD: usize = 27;

/// Why something is no recording that can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OggError {
    /// Not Ogg, or nothing in it is Opus.
    #[error("这不是录音文件，请用电视上的录音功能")]
    NotOpus,
    /// It ends before its last page does, or a page is changed.
    #[error("录音不完整或已损坏，请重新录一次")]
    Damaged,
    /// More than two channels, or several streams.
    #[error("录音里有几路声音，请用电视上的录音功能重新录一次")]
    Several,
    /// There is nothing to hear.
    #[error("录音是空的，请重新录一次")]
    Empty,
}

/// A page.
struct Page<'a> {
    flags: u8,
    granule: u64,
    serial: u32,
    sequence: u32,
    table: &'a [u8],
    body: &'a [u8],
}

/// It continues the packet of the page before.
const CONTINUED: u8 = 1;
/// It is the first of its stream.
const FIRST: u8 = 2;

/// Length of a recording in milliseconds: by the position of its last page or by what its packets hold,
/// whichever is longer, so that none can say that it is shorter than it is.
///
/// # Errors
/// [`OggError`].
pub fn length_ms(bytes: &[u8]) -> Result<u64, OggError> {
    if !bytes.starts_with(b"OggS") {
        return Err(OggError::NotOpus);
    }
    let mut packets = Packets::default();
    let mut rest = bytes;
    let (mut stream, mut expected, mut last) = (None, 0_u32, 0_u64);
    let mut began = None;
    while !rest.is_empty() {
        let (page, after) = page(rest)?;
        rest = after;
        let is_first = stream.is_none();
        if is_first != (page.flags & FIRST != 0)
            || *stream.get_or_insert(page.serial) != page.serial
        {
            return Err(OggError::Several);
        }
        if page.sequence != expected || (page.flags & CONTINUED != 0) != packets.is_open() {
            return Err(OggError::Damaged);
        }
        expected = expected.wrapping_add(1);
        let before = packets.samples;
        packets.take(&page)?;
        // All ones: no packet ends on it.
        if page.granule != u64::MAX && packets.heads == 2 && packets.samples > 0 {
            // A recording may begin in the middle of something longer.
            let first = page.granule.saturating_sub(packets.samples);
            let began = *began.get_or_insert(if before == 0 { first } else { 0 });
            last = last.max(page.granule.saturating_sub(began));
        }
    }
    if packets.is_open() || packets.heads < 2 {
        return Err(OggError::Damaged);
    }
    let heard = |samples: u64| samples.saturating_sub(packets.pre_skip);
    if packets.samples == 0 || heard(last.max(packets.samples)) == 0 {
        return Err(OggError::Empty);
    }
    Ok(heard(last.max(packets.samples)).saturating_mul(1_000) / RATE)
}

/// The packets of a stream, one after the other.
#[derive(Default)]
struct Packets {
    /// What came of one that goes on.
    open: Vec<u8>,
    goes_on: bool,
    /// How many of the two heads came.
    heads: u8,
    pre_skip: u64,
    samples: u64,
}

impl Packets {
    const fn is_open(&self) -> bool {
        self.goes_on
    }

    fn take(&mut self, page: &Page<'_>) -> Result<(), OggError> {
        let mut body = page.body;
        for lacing in page.table {
            let (segment, rest) = body.split_at(usize::from(*lacing));
            body = rest;
            self.open.extend_from_slice(segment);
            self.goes_on = *lacing == u8::MAX;
            if !self.goes_on {
                let packet = std::mem::take(&mut self.open);
                self.packet(&packet)?;
            }
        }
        Ok(())
    }

    fn packet(&mut self, packet: &[u8]) -> Result<(), OggError> {
        match self.heads {
            0 => self.head(packet)?,
            1 if packet.starts_with(b"OpusTags") => {}
            1 => return Err(OggError::Damaged),
            _ => {
                self.samples += samples(packet)?;
                return Ok(());
            }
        }
        self.heads += 1;
        Ok(())
    }

    /// RFC 7845 section 5.1.
    fn head(&mut self, packet: &[u8]) -> Result<(), OggError> {
        let [
            b'O',
            b'p',
            b'u',
            b's',
            b'H',
            b'e',
            b'a',
            b'd',
            version,
            channels,
            skip_low,
            skip_high,
            ..,
        ] = packet
        else {
            return Err(OggError::NotOpus);
        };
        // Below 16 all versions are read alike; the family of channels follows rate and gain.
        if version & 0xf0 != 0 || packet.len() < 19 {
            return Err(OggError::NotOpus);
        }
        if !(1..=2).contains(channels) || packet[18] != 0 {
            return Err(OggError::Several);
        }
        self.pre_skip = u64::from(u16::from_le_bytes([*skip_low, *skip_high]));
        Ok(())
    }
}

/// How many samples a packet holds, by its first byte (RFC 6716 section 3.1).
fn samples(packet: &[u8]) -> Result<u64, OggError> {
    let (Some(toc), second) = (packet.first(), packet.get(1)) else {
        return Err(OggError::Damaged);
    };
    let frame = match toc >> 3 {
        config @ 0..12 => [480, 960, 1_920, 2_880][usize::from(config % 4)],
        config @ 12..16 => [480, 960][usize::from(config % 2)],
        config => [120, 240, 480, 960][usize::from(config % 4)],
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u64::from(second.ok_or(OggError::Damaged)? & 0x3f),
    };
    match frame * frames {
        // A packet holds 120 ms at most.
        held @ 1..=5_760 => Ok(held),
        _ => Err(OggError::Damaged),
    }
}

/// The first page of some bytes, and what follows it.
fn page(bytes: &[u8]) -> Result<(Page<'_>, &[u8]), OggError> {
    let damaged = OggError::Damaged;
    let head = bytes.get(..HEAD).ok_or(damaged)?;
    if !head.starts_with(b"OggS") || head[4] != 0 {
        return Err(damaged);
    }
    let four = |at: usize| head[at..at + 4].try_into().map_or(0, u32::from_le_bytes);
    let granule = head[6..14].try_into().map_or(0, u64::from_le_bytes);
    let segments = HEAD + usize::from(head[26]);
    let table = bytes.get(HEAD..segments).ok_or(damaged)?;
    let end = segments + table.iter().map(|it| usize::from(*it)).sum::<usize>();
    let body = bytes.get(segments..end).ok_or(damaged)?;
    if checksum(&bytes[..end]) != four(22) {
        return Err(damaged);
    }
    let page = Page {
        flags: head[5],
        granule,
        serial: four(14),
        sequence: four(18),
        table,
        body,
    };
    Ok((page, &bytes[end..]))
}

/// CRC-32 of a page as Ogg has it: polynomial 0x04C11DB7, not reflected, its own field counted as zero.
fn checksum(page: &[u8]) -> u32 {
    let mut crc = 0_u32;
    for (at, byte) in page.iter().enumerate() {
        let byte = if (22..26).contains(&at) { 0 } else { *byte };
        crc ^= u32::from(byte) << 24;
        for _ in 0..8 {
            let carry = crc & 0x8000_0000 != 0;
            crc = (crc << 1) ^ if carry { 0x04c1_1db7 } else { 0 };
        }
    }
    crc
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A page with whole packets.
    fn written(flags: u8, granule: u64, serial: u32, sequence: u32, packets: &[&[u8]]) -> Vec<u8> {
        let mut table = Vec::new();
        for packet in packets {
            table.extend(std::iter::repeat_n(u8::MAX, packet.len() / 255));
            table.push(u8::try_from(packet.len() % 255).unwrap());
        }
        let mut page = b"OggS\0".to_vec();
        page.push(flags);
        page.extend(granule.to_le_bytes());
        page.extend(serial.to_le_bytes());
        page.extend(sequence.to_le_bytes());
        page.extend([0; 4]);
        page.push(u8::try_from(table.len()).unwrap());
        page.extend(&table);
        packets.iter().for_each(|packet| page.extend(*packet));
        let crc = checksum(&page);
        page[22..26].copy_from_slice(&crc.to_le_bytes());
        page
    }

    fn head(channels: u8) -> Vec<u8> {
        let mut head = b"OpusHead\x01".to_vec();
        head.push(channels);
        head.extend(960_u16.to_le_bytes());
        head.extend(48_000_u32.to_le_bytes());
        head.extend([0, 0, 0]);
        head
    }

    const TAGS: &[u8] = b"OpusTags\x04\0\0\0test\0\0\0\0";

    /// One frame of 20 ms.
    const FRAME: &[u8] = &[0b0100_1000, 1, 2, 3];

    /// A recording of so many milliseconds, a multiple of 20.
    pub(crate) fn recording(ms: u64) -> Vec<u8> {
        let mut out = written(FIRST, 0, 7, 0, &[&head(1)]);
        out.extend(written(0, 0, 7, 1, &[TAGS]));
        // The first frame is what a decoder leaves out.
        let (mut at, frames) = (0_u64, ms / 20 + 1);
        let mut sequence = 2;
        while at < frames {
            let now = (frames - at).min(50);
            at += now;
            let packets = vec![FRAME; usize::try_from(now).unwrap()];
            let flags = if at == frames { 4 } else { 0 };
            out.extend(written(flags, at * 960, 7, sequence, &packets));
            sequence += 1;
        }
        out
    }

    #[test]
    fn a_recording_is_as_long_as_its_last_page_says() {
        assert_eq!(length_ms(&recording(18_000)), Ok(18_000));
        assert_eq!(length_ms(&recording(20)), Ok(20));
        assert_eq!(length_ms(&recording(61_000)), Ok(61_000));
    }

    #[test]
    fn nobody_says_that_it_is_shorter_than_it_is() {
        let mut out = written(FIRST, 0, 7, 0, &[&head(2)]);
        out.extend(written(0, 0, 7, 1, &[TAGS]));
        out.extend(written(4, 960, 7, 2, &vec![FRAME; 250]));
        assert_eq!(length_ms(&out), Ok(249 * 20));
    }

    #[test]
    fn what_is_no_recording_is_told_apart() {
        use OggError as E;
        let good = recording(2_000);
        assert_eq!(length_ms(b""), Err(E::NotOpus));
        assert_eq!(length_ms(b"RIFF....WAVE"), Err(E::NotOpus));
        assert_eq!(length_ms(&good[..good.len() - 1]), Err(E::Damaged));
        assert_eq!(length_ms(&good[..30]), Err(E::Damaged));
        let mut changed = good.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        assert_eq!(length_ms(&changed), Err(E::Damaged));
        let heads = |channels: u8, second: &[u8]| {
            let mut out = written(FIRST, 0, 7, 0, &[&head(channels)]);
            out.extend(written(0, 0, 7, 1, &[second]));
            out
        };
        assert_eq!(length_ms(&heads(1, TAGS)), Err(E::Empty));
        assert_eq!(length_ms(&heads(6, TAGS)), Err(E::Several));
        assert_eq!(length_ms(&heads(1, b"other")), Err(E::Damaged));
        assert_eq!(
            length_ms(&written(FIRST, 0, 7, 0, &[&head(1)])),
            Err(E::Damaged)
        );
        assert_eq!(
            length_ms(&written(FIRST, 0, 7, 0, &[b"\x01vorbis"])),
            Err(E::NotOpus)
        );
        // Two recordings one after the other, or side by side.
        assert_eq!(length_ms(&[good.clone(), good].concat()), Err(E::Several));
        let mut other = heads(1, TAGS);
        other.extend(written(0, 960, 8, 2, &[FRAME]));
        assert_eq!(length_ms(&other), Err(E::Several));
        // A page is missing.
        let mut gap = heads(1, TAGS);
        gap.extend(written(4, 960, 7, 3, &[FRAME]));
        assert_eq!(length_ms(&gap), Err(E::Damaged));
        // Packets of nothing, and of more than there can be.
        for packet in [&b""[..], &[3], &[3, 0], &[0b0001_1011, 3]] {
            let mut odd = heads(1, TAGS);
            odd.extend(written(4, 960, 7, 2, &[packet]));
            assert_eq!(length_ms(&odd), Err(E::Damaged), "{packet:?}");
        }
    }

    #[test]
    fn a_packet_may_go_over_several_pages() {
        // One frame of 40 ms.
        let long: Vec<u8> = std::iter::once(0b0001_0000).chain([5; 300]).collect();
        let mut out = written(FIRST, 0, 7, 0, &[&head(1)]);
        out.extend(written(0, 0, 7, 1, &[TAGS]));
        // The table of the first ends with 255: the packet goes on.
        let whole = written(0, 0, 7, 2, &[&long[..255]]);
        let mut first = whole[..HEAD + 1].to_vec();
        first[26] = 1;
        first.extend(&long[..255]);
        first[6..14].copy_from_slice(&u64::MAX.to_le_bytes());
        let crc = checksum(&first);
        first[22..26].copy_from_slice(&crc.to_le_bytes());
        out.extend(first);
        let mut without = out.clone();
        out.extend(written(CONTINUED | 4, 1_920, 7, 3, &[&long[255..]]));
        assert_eq!(length_ms(&out), Ok(20));
        assert_eq!(length_ms(&without), Err(OggError::Damaged));
        without.extend(written(4, 1_920, 7, 3, &[&long[255..]]));
        assert_eq!(length_ms(&without), Err(OggError::Damaged));
    }

    proptest! {
        #[test]
        fn rubbish_is_refused_and_nothing_panics(at in 0_usize..4_000, by in 1_u8.., cut in 0_usize..4_000) {
            let mut bytes = recording(4_000);
            let at = at % bytes.len();
            bytes[at] ^= by;
            prop_assert!(length_ms(&bytes).is_err());
            bytes.truncate(cut);
            let _ = length_ms(&bytes);
        }
    }
}
