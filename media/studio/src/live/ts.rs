//! MPEG transport stream (ISO/IEC 13818-1) of one H.264 and one AAC stream, written and read back.
//!
//! Written here because mpegtsmux and hlssink2 wait for the other stream when picture or sound
//! pauses, and now and then do not start or end at all. Our streams need a small part of the norm.

use std::io::{self, Read};
use std::time::Duration;

use super::rtp::{nal_units, unit_type};

/// Size of a packet.
pub const PACKET: usize = 188;
/// Clock ticks a second.
const CLOCK: u128 = 90_000;
/// So that times before the first picture are not negative.
const OFFSET: u64 = 10 * 90_000;
/// How long before it is shown a picture comes; the receiver's buffer.
const AHEAD: u64 = 27_000;
/// The clock has to be told at least this often (2.7.2 allows 100 ms).
const CLOCK_EVERY: u64 = 7_200;

const PMT: u16 = 0x1000;
const VIDEO: u16 = 0x100;
const AUDIO: u16 = 0x101;
const SYNC: u8 = 0x47;

/// Which streams a program has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Streams {
    pub video: bool,
    pub audio: bool,
}

/// Writes a transport stream.
#[derive(Default)]
pub struct Writer {
    /// The stream's id, less one.
    id: u16,
    streams: Streams,
    version: u8,
    /// Of tables, program map, picture and sound.
    counters: [u8; 4],
    clock_at: Option<u64>,
}

fn stamp(at: Duration) -> u64 {
    let ticks = at.as_nanos() * CLOCK / 1_000_000_000;
    (u64::try_from(ticks).unwrap_or(0) + OFFSET) & 0x1_ffff_ffff
}

impl Writer {
    /// A stream with this id (2.4.4.5), by which those that are put together are told apart.
    pub fn new(id: u16) -> Self {
        Self {
            id: id.wrapping_sub(1),
            ..Self::default()
        }
    }

    /// Says which streams there are (2.4.4); a receiver can begin here.
    pub fn tables(&mut self, streams: Streams, out: &mut Vec<u8>) {
        if streams != self.streams {
            self.streams = streams;
            self.version = (self.version + 1) & 0x1f;
        }
        let version = 0xc1 | self.version << 1;
        let [high, low] = PMT.to_be_bytes();
        let id = self.id.wrapping_add(1).to_be_bytes();
        let programs = [id[0], id[1], version, 0, 0, 0, 1, 0xe0 | high, low];
        self.section(0, 0, 0x00, &programs, out);
        let clock = if streams.video { VIDEO } else { AUDIO }.to_be_bytes();
        let mut map = vec![0, 1, version, 0, 0, 0xe0 | clock[0], clock[1], 0xf0, 0];
        for (there, kind, id) in [(streams.video, 0x1b, VIDEO), (streams.audio, 0x0f, AUDIO)] {
            if there {
                let [high, low] = id.to_be_bytes();
                map.extend([kind, 0xe0 | high, low, 0xf0, 0]);
            }
        }
        self.section(1, PMT, 0x02, &map, out);
    }

    fn section(&mut self, counter: usize, id: u16, table: u8, body: &[u8], out: &mut Vec<u8>) {
        let mut section = vec![table, 0xb0, u8::try_from(body.len() + 4).unwrap_or(0)];
        section.extend_from_slice(body);
        let check = crc(&section);
        section.extend(check.to_be_bytes());
        let start = out.len();
        self.head(counter, id, true, 0x10, out);
        out.push(0);
        out.extend(section);
        out.resize(start + PACKET, 0xff);
    }

    fn head(&mut self, counter: usize, id: u16, start: bool, control: u8, out: &mut Vec<u8>) {
        let [high, low] = id.to_be_bytes();
        let count = self.counters[counter];
        out.extend([
            SYNC,
            high | if start { 0x40 } else { 0 },
            low,
            control | count,
        ]);
        // Packets without payload do not count (2.4.3.3).
        if control & 0x10 != 0 {
            self.counters[counter] = (count + 1) & 0x0f;
        }
    }

    /// One picture as a byte stream.
    pub fn video(&mut self, at: Duration, keyframe: bool, data: &[u8], out: &mut Vec<u8>) {
        let time = stamp(at);
        // The length of a picture may stay open (2.4.3.7).
        let mut pes = vec![0, 0, 1, 0xe0, 0, 0, 0x84, 0x80, 5];
        pes.extend(time_field(time));
        // Every picture begins with a delimiter (2.14.1).
        if nal_units(data)
            .next()
            .is_none_or(|unit| unit_type(unit) != 9)
        {
            pes.extend([0, 0, 0, 1, 9, 0xf0]);
        }
        pes.extend_from_slice(data);
        self.clock_at = Some(time);
        self.pes((2, VIDEO), Some(time), keyframe, &pes, out);
    }

    /// Frames of sound with their ADTS headers.
    pub fn audio(&mut self, at: Duration, data: &[u8], out: &mut Vec<u8>) {
        let time = stamp(at);
        let length = u16::try_from(data.len() + 8).unwrap_or(0).to_be_bytes();
        let mut pes = vec![0, 0, 1, 0xc0, length[0], length[1], 0x84, 0x80, 5];
        pes.extend(time_field(time));
        pes.extend_from_slice(data);
        let due = self
            .clock_at
            .is_none_or(|last| time.wrapping_sub(last) & 0x1_ffff_ffff >= CLOCK_EVERY);
        // A picture that stands still must not stop the clock.
        if due && self.streams.video && self.clock_at.is_some_and(|last| time > last) {
            let start = out.len();
            self.head(2, VIDEO, false, 0x20, out);
            out.extend([183, 0x10]);
            out.extend(clock_field(time));
            out.resize(start + PACKET, 0xff);
            self.clock_at = Some(time);
        }
        let clock = (due && !self.streams.video).then_some(time);
        if clock.is_some() {
            self.clock_at = clock;
        }
        self.pes((3, AUDIO), clock, true, &pes, out);
    }

    fn pes(
        &mut self,
        (counter, id): (usize, u16),
        clock: Option<u64>,
        random_access: bool,
        mut data: &[u8],
        out: &mut Vec<u8>,
    ) {
        let mut first = true;
        while first || !data.is_empty() {
            let start = out.len();
            let mut field = Vec::new();
            if first && (clock.is_some() || random_access) {
                let flags = if random_access { 0x40 } else { 0 };
                match clock {
                    Some(time) => {
                        field.push(flags | 0x10);
                        field.extend(clock_field(time));
                    }
                    None => field.push(flags),
                }
            }
            let length = if field.is_empty() { 0 } else { field.len() + 1 };
            let room = PACKET - 4 - length;
            let take = room.min(data.len());
            let fill = room - take;
            let control = if length + fill > 0 { 0x30 } else { 0x10 };
            self.head(counter, id, first, control, out);
            if control == 0x30 {
                let size = (length + fill).saturating_sub(1);
                out.push(u8::try_from(size).unwrap_or(0));
                if size > 0 {
                    if field.is_empty() {
                        field.push(0);
                    }
                    out.extend(field);
                }
                let end = start + PACKET - take;
                out.resize(end, 0xff);
            }
            out.extend_from_slice(&data[..take]);
            data = &data[take..];
            first = false;
        }
    }
}

/// A time stamp with its marker bits (2.4.3.6).
fn time_field(time: u64) -> [u8; 5] {
    let part = |shift: u32| ((time >> shift) & 0xff) as u8;
    [
        0x21 | (part(29) & 0x0e),
        part(22),
        part(14) | 1,
        part(7),
        (part(0) << 1) | 1,
    ]
}

/// The clock of a receiver that shows at `time` what comes now.
fn clock_field(time: u64) -> [u8; 6] {
    let base = time.wrapping_sub(AHEAD) & 0x1_ffff_ffff;
    let part = |shift: u32| ((base >> shift) & 0xff) as u8;
    [
        part(25),
        part(17),
        part(9),
        part(1),
        (part(0) << 7) | 0x7e,
        0,
    ]
}

fn crc(data: &[u8]) -> u32 {
    data.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte) << 24, |crc, _| {
            crc << 1 ^ if crc >> 31 == 1 { 0x04c1_1db7 } else { 0 }
        })
    })
}

/// What a transport stream of ours contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A picture as a byte stream.
    Video {
        /// When it is shown; wraps after 26 hours.
        at: Duration,
        data: Vec<u8>,
    },
    /// Frames of sound with ADTS headers.
    Audio {
        /// When the first is heard.
        at: Duration,
        data: Vec<u8>,
    },
}

/// Reads what [`Writer`] wrote, also when it breaks off or is damaged: what is not whole is left out.
#[derive(Default)]
pub struct Reader {
    pending: [Option<Vec<u8>>; 2],
    counters: [Option<u8>; 2],
    id: Option<u16>,
}

impl Reader {
    /// The id of the stream, once it has been read.
    pub fn id(&self) -> Option<u16> {
        self.id
    }

    /// Reads to the end; calls `each` with everything that is whole.
    ///
    /// # Errors
    /// Those of reading.
    pub fn read(&mut self, input: &mut impl Read, mut each: impl FnMut(Piece)) -> io::Result<()> {
        let mut packet = [0; PACKET];
        loop {
            let mut filled = 0;
            while filled < PACKET {
                match input.read(&mut packet[filled..]) {
                    Ok(0) => {
                        // A file cut within a packet is cut within a picture.
                        if filled > 0 {
                            self.pending[0] = None;
                        }
                        self.flush(&mut each);
                        return Ok(());
                    }
                    Ok(read) => filled += read,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
                // After a damaged place, go on where packets begin again.
                if packet[0] != SYNC {
                    let skip = packet[..filled].iter().position(|&byte| byte == SYNC);
                    let skip = skip.unwrap_or(filled);
                    packet.copy_within(skip..filled, 0);
                    filled -= skip;
                }
            }
            self.packet(&packet, &mut each);
        }
    }

    fn packet(&mut self, packet: &[u8; PACKET], each: &mut impl FnMut(Piece)) {
        let id = u16::from_be_bytes([packet[1] & 0x1f, packet[2]]);
        let index = match id {
            // The table's head has three bytes, after one that says where it begins.
            0 if packet[4..6] == [0, 0] => {
                self.id = Some(u16::from_be_bytes([packet[8], packet[9]]));
                return;
            }
            VIDEO => 0,
            AUDIO => 1,
            _ => return,
        };
        if packet[3] & 0x10 == 0 {
            return;
        }
        let start = if packet[3] & 0x20 == 0 {
            4
        } else {
            5 + usize::from(packet[4])
        };
        let Some(payload) = packet.get(start..) else {
            return;
        };
        let count = packet[3] & 0x0f;
        if self.counters[index].is_some_and(|last| (last + 1) & 0x0f != count) {
            self.pending[index] = None;
        }
        self.counters[index] = Some(count);
        if packet[1] & 0x40 != 0 {
            self.emit(index, each);
            self.pending[index] = Some(payload.to_vec());
        } else if let Some(pending) = &mut self.pending[index] {
            pending.extend_from_slice(payload);
        }
    }

    fn emit(&mut self, index: usize, each: &mut impl FnMut(Piece)) {
        let Some(pes) = self.pending[index].take() else {
            return;
        };
        let Some((head, data)) = pes.split_at_checked(14) else {
            return;
        };
        if head[..3] != [0, 0, 1] || head[7] & 0x80 == 0 || head[8] != 5 {
            return;
        }
        let part = |index: usize| u64::from(head[index]);
        let time = (part(9) & 0x0e) << 29
            | part(10) << 22
            | (part(11) & 0xfe) << 14
            | part(12) << 7
            | part(13) >> 1;
        let ticks = time.wrapping_sub(OFFSET) & 0x1_ffff_ffff;
        let at = Duration::from_nanos(ticks * 100_000 / 9);
        let declared = usize::from(u16::from_be_bytes([head[4], head[5]]));
        let data = match declared.checked_sub(8) {
            Some(size) => match data.get(..size) {
                Some(data) => data.to_vec(),
                None => return,
            },
            None => data.to_vec(),
        };
        each(if index == 0 {
            Piece::Video { at, data }
        } else {
            Piece::Audio { at, data }
        });
    }

    /// The end of a file ends what is in work.
    fn flush(&mut self, each: &mut impl FnMut(Piece)) {
        self.emit(1, each);
        self.emit(0, each);
        self.counters = [None; 2];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(size: usize) -> Vec<u8> {
        let mut data = vec![0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 0x65];
        data.extend((0..size).map(|n| u8::try_from(n % 200).unwrap() + 7));
        data
    }

    fn written(sizes: &[usize]) -> (Vec<u8>, Vec<Piece>) {
        let (mut writer, mut out, mut pieces) = (Writer::default(), Vec::new(), Vec::new());
        let streams = Streams {
            video: true,
            audio: true,
        };
        writer.tables(streams, &mut out);
        for (n, &size) in sizes.iter().enumerate() {
            let at = Duration::from_millis(40 * n as u64);
            let data = picture(size);
            writer.video(at, n == 0, &data, &mut out);
            pieces.push(Piece::Video { at, data });
            let data = vec![u8::try_from(n).unwrap(); size % 600 + 1];
            writer.audio(at, &data, &mut out);
            pieces.push(Piece::Audio { at, data });
        }
        (out, pieces)
    }

    fn read(bytes: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        Reader::default()
            .read(&mut &*bytes, |piece| pieces.push(piece))
            .unwrap();
        pieces
    }

    fn sorted(mut pieces: Vec<Piece>) -> Vec<Piece> {
        pieces.sort_by_key(|piece| match piece {
            Piece::Video { at, .. } => (*at, 0),
            Piece::Audio { at, .. } => (*at, 1),
        });
        pieces
    }

    #[test]
    fn what_is_written_is_read() {
        // Around the size of one packet every amount of stuffing occurs.
        let sizes: Vec<usize> = (130..400).chain([10_000, 70_000]).collect();
        let sizes: Vec<usize> = sizes.into_iter().take(250).chain([9_000, 70_000]).collect();
        let (bytes, pieces) = written(&sizes);
        assert_eq!(bytes.len() % PACKET, 0);
        assert!(bytes.chunks(PACKET).all(|packet| packet[0] == SYNC));
        assert_eq!(sorted(read(&bytes)), pieces);
    }

    #[test]
    fn a_hole_or_a_cut_loses_only_what_it_touches() {
        let (bytes, pieces) = written(&[2_000; 20]);
        let cut = sorted(read(&bytes[..bytes.len() - 700]));
        assert!(cut.len() >= pieces.len() - 2);
        assert_eq!(cut[..36], pieces[..36]);
        let mut holed = bytes;
        holed.drain(PACKET * 30 + 17..PACKET * 40 + 90);
        let left = read(&holed);
        assert!(left.len() >= pieces.len() - 6 && left.len() < pieces.len());
        assert!(left.iter().filter(|piece| !pieces.contains(piece)).count() <= 1);
    }

    #[test]
    fn checksum_of_the_norm() {
        // The check value of CRC-32/MPEG-2.
        assert_eq!(crc(b"123456789"), 0x0376_e6e7);
    }

    #[test]
    fn times_survive_a_day() {
        let at = Duration::from_secs(26 * 3_600);
        let (mut writer, mut out) = (Writer::default(), Vec::new());
        writer.video(at, true, &picture(10), &mut out);
        let [Piece::Video { at: back, .. }] = &read(&out)[..] else {
            panic!("one picture")
        };
        assert!(back.abs_diff(at) < Duration::from_millis(1));
    }
}
