//! Whether a copy was broken off, by what the container says of its own size. Costs a look at its
//! beginning and its end; what is missing without a trace there is found by playing through.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use crate::mp4;

/// So much of the end of a stream without an index is looked at: some seconds of it.
const TAIL: u64 = 1 << 20;
/// Writers of RealMedia and AVI count some bytes of heads twice.
const SLOPPY: u64 = 1_024;

/// How a file packs its streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// ISO MP4 (also what phones call it).
    Mp4,
    /// Apple QuickTime.
    QuickTime,
    /// Matroska.
    Matroska,
    /// WebM.
    WebM,
    /// MPEG transport stream.
    MpegTs,
    /// AVI.
    Avi,
    /// Anything else GStreamer reads.
    Other,
}

/// How a file ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// As its container announces, or nothing is announced.
    Whole,
    /// Within a packet of sound: cut, or a recording that was stopped there.
    Doubtful,
    /// Before what its container announces.
    Cut,
}

impl From<bool> for End {
    fn from(cut: bool) -> Self {
        if cut { Self::Cut } else { Self::Whole }
    }
}

/// How a file ends.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn end(path: &Path, container: Container) -> io::Result<End> {
    match container {
        Container::Mp4 | Container::QuickTime => mp4::is_cut(path).map(End::from),
        Container::Matroska | Container::WebM => {
            Ok(matroska_is_cut(&head(path)?, length(path)?).into())
        }
        Container::Avi => avi_is_cut(path).map(End::from),
        Container::MpegTs => Ok(transport_end(&tail(path)?, length(path)?)),
        Container::Other => {
            let head = head(path)?;
            if head.starts_with(&[0, 0, 1, 0xBA]) {
                return Ok(program_is_cut(&tail(path)?).into());
            }
            if head.starts_with(b"FLV") {
                return flash_is_cut(path).map(End::from);
            }
            let length = length(path)?;
            Ok((real_is_cut(&head, length) || windows_is_cut(path, length)?).into())
        }
    }
}

fn length(path: &Path) -> io::Result<u64> {
    Ok(std::fs::metadata(path)?.len())
}

fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(1 << 16).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn tail(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let from = file.metadata()?.len().saturating_sub(TAIL);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// An EBML number: how many bytes it takes, and its value with or without the mark of its length
/// (RFC 8794, 4).
fn ebml(bytes: &[u8], marked: bool) -> Option<(usize, u64)> {
    let first = *bytes.first()?;
    let size = first.leading_zeros() as usize + 1;
    let rest = bytes.get(1..size).filter(|_| size <= 8)?;
    let own = if marked {
        u64::from(first)
    } else {
        u64::from(first) & ((0x80 >> (size - 1)) - 1)
    };
    let value = rest
        .iter()
        .fold(own, |value, &byte| value << 8 | u64::from(byte));
    Some((size, value))
}

/// The segment, which is all of the file behind its head, says how long it is, unless it was
/// written as it came.
fn matroska_is_cut(head: &[u8], length: u64) -> bool {
    let mut at = 0;
    loop {
        let rest = head.get(at..).unwrap_or_default();
        let Some((id_size, id)) = ebml(rest, true) else {
            return false;
        };
        let Some((size_size, size)) = ebml(&rest[id_size..], false) else {
            return false;
        };
        let body = at + id_size + size_size;
        if id == 0x1853_8067 {
            let unknown = size == (1 << (7 * size_size)) - 1;
            return !unknown && (body as u64).saturating_add(size) > length;
        }
        let Some(next) = usize::try_from(size)
            .ok()
            .and_then(|size| body.checked_add(size))
        else {
            return false;
        };
        at = next;
    }
}

/// A file of RIFF chunks; those of more than 1 GB have several. Sizes of 0 were never filled in.
fn avi_is_cut(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let (mut at, end) = (0, file.metadata()?.len());
    while at + 8 <= end {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 8];
        file.read_exact(&mut head)?;
        let size = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        if &head[..4] != b"RIFF" || size == 0 {
            return Ok(false);
        }
        if at + 8 + size > end + SLOPPY {
            return Ok(true);
        }
        at += 8 + size + size % 2;
    }
    Ok(false)
}

/// Packets of 188 bytes, with 4 more in front in films of camcorders, or 16 behind.
fn transport_end(tail: &[u8], length: u64) -> End {
    let sync = |size: usize| {
        (0..size).find(|&first| {
            let mut at = tail.iter().skip(first).step_by(size).take(20);
            tail.len() > first + 8 * size && at.all(|&byte| byte == 0x47)
        })
    };
    let Some((size, first)) = [188, 192, 204]
        .into_iter()
        .find_map(|size| Some((size, sync(size)?)))
    else {
        return End::Whole;
    };
    let front = if size == 192 { 4 } else { 0 };
    let whole = length.is_multiple_of(size as u64);
    // A file may begin within a packet; where it ends counts.
    let rest = (tail.len() + front).saturating_sub(first) % size;
    if rest != 0 && !whole {
        End::Cut
    } else if has_open_packet(tail[first..].chunks_exact(size)) {
        End::Doubtful
    } else {
        End::Whole
    }
}

/// Whether a PES packet that says its length (those of sound do) has less than that.
fn has_open_packet<'a>(packets: impl Iterator<Item = &'a [u8]>) -> bool {
    let mut open = std::collections::BTreeMap::<u16, usize>::new();
    for packet in packets {
        if packet.first() != Some(&0x47) {
            return false;
        }
        let stream = u16::from_be_bytes([packet[1], packet[2]]) & 0x1FFF;
        let skip = match packet[3] >> 4 & 3 {
            1 => 4,
            3 => 5 + usize::from(packet[4]),
            _ => continue,
        };
        let Some(load) = packet.get(skip..188) else {
            continue;
        };
        if packet[1] & 0x40 == 0 {
            if let Some(missing) = open.get_mut(&stream) {
                *missing = missing.saturating_sub(load.len());
            }
        } else if let [0, 0, 1, 0xC0..=0xDF, high, low, ..] = *load {
            let says = usize::from(u16::from_be_bytes([high, low]));
            let missing = if says == 0 {
                0
            } else {
                (says + 6).saturating_sub(load.len())
            };
            open.insert(stream, missing);
        }
    }
    open.values().any(|&missing| missing > 0)
}

/// A program stream is packets that say their lengths, to the very end.
fn program_is_cut(tail: &[u8]) -> bool {
    let pack = |four: &[u8]| four == [0, 0, 1, 0xBA];
    let Some(mut at) = tail.windows(4).position(pack) else {
        return false;
    };
    while let Some(&[0, 0, 1, kind]) = tail.get(at..).and_then(|rest| rest.first_chunk()) {
        let rest = &tail[at..];
        let size = match (kind, rest.get(4..)) {
            (0xB9, _) => 4,
            (_, None) => return true,
            // MPEG-2 with stuffing, or MPEG-1.
            (0xBA, Some([first, ..])) if first >> 6 == 1 => match rest.get(13) {
                Some(stuffing) => 14 + usize::from(stuffing & 7),
                None => return true,
            },
            (0xBA, _) => 12,
            (_, Some([high, low, ..])) => 6 + usize::from(u16::from_be_bytes([*high, *low])),
            _ => return true,
        };
        if size > rest.len() {
            return true;
        }
        at += size;
    }
    false
}

/// Tags that say their sizes, each followed by the size of all of it (Adobe's FLV, annex E).
fn flash_is_cut(path: &Path) -> io::Result<bool> {
    let mut file = BufReader::new(File::open(path)?);
    let end = file.get_ref().metadata()?.len();
    let mut head = [0; 9];
    file.read_exact(&mut head)?;
    let first = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
    let mut at = u64::from(first) + 4;
    file.seek(SeekFrom::Start(at))?;
    while at + 11 <= end {
        let mut tag = [0; 11];
        file.read_exact(&mut tag)?;
        let size = i64::from(u32::from_be_bytes([0, tag[1], tag[2], tag[3]]));
        file.seek_relative(size + 4)?;
        at += 15 + size.unsigned_abs();
    }
    // Some writers leave out the size behind the last tag.
    Ok(at > end + 4 || at < end)
}

/// The first two objects of an ASF file are its head and its data; both say their sizes, that of the
/// data is 0 where it was not known.
fn windows_is_cut(path: &Path, length: u64) -> io::Result<bool> {
    const HEAD: [u8; 8] = [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11];
    const DATA: [u8; 8] = [0x36, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11];
    let mut file = File::open(path)?;
    let mut at = 0;
    for name in [HEAD, DATA] {
        let mut object = [0; 24];
        file.seek(SeekFrom::Start(at))?;
        if length < at.saturating_add(24) {
            return Ok(name == DATA);
        }
        file.read_exact(&mut object)?;
        if object[..8] != name {
            return Ok(false);
        }
        let size = object[16..]
            .iter()
            .rev()
            .fold(0, |size, &byte| size << 8 | u64::from(byte));
        at = at.saturating_add(size);
    }
    Ok(at > length + SLOPPY)
}

/// The chunks of a RealMedia file say their sizes; that of the data is 0 where it was not known.
fn real_is_cut(head: &[u8], length: u64) -> bool {
    let mut at = 0;
    if !head.starts_with(b".RMF") {
        return false;
    }
    while let Some(chunk) = head.get(at..at + 8) {
        let size = u32::from_be_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
        if at as u64 + u64::from(size) > length + SLOPPY {
            return true;
        }
        if &chunk[..4] == b"DATA" || size < 8 {
            return false;
        }
        at += size as usize;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matroska_of_known_and_unknown_size() {
        let known = [
            &[
                0x1A, 0x45, 0xDF, 0xA3, 0x82, 0, 0, 0x18, 0x53, 0x80, 0x67, 0x84,
            ][..],
            &[0; 4],
        ]
        .concat();
        assert!(!matroska_is_cut(&known, known.len() as u64));
        assert!(matroska_is_cut(&known, known.len() as u64 - 1));
        let live = [
            0x18, 0x53, 0x80, 0x67, 0x01, 255, 255, 255, 255, 255, 255, 255,
        ];
        assert!(!matroska_is_cut(&live, 12));
        assert!(!matroska_is_cut(&[], 0) && !matroska_is_cut(&[0; 20], 20));
    }

    /// Ten packets, the last five of them a packet of sound that says it has `says` bytes.
    fn transport(says: u16) -> Vec<u8> {
        let mut bytes = Vec::new();
        for number in 0..10 {
            let mut packet = [0xFF; 188];
            let start = if number == 5 { 0x40 } else { 0 };
            packet[..4].copy_from_slice(&[0x47, start | 1, 1, 0x10]);
            if number == 5 {
                packet[4..8].copy_from_slice(&[0, 0, 1, 0xC0]);
                packet[8..10].copy_from_slice(&says.to_be_bytes());
            }
            bytes.extend(packet);
        }
        bytes
    }

    #[test]
    fn transport_streams_end_with_whole_packets() {
        let whole = transport(5 * 184 - 6);
        assert_eq!(transport_end(&whole, whole.len() as u64), End::Whole);
        let cut = &whole[..whole.len() - 30];
        assert_eq!(transport_end(cut, cut.len() as u64), End::Cut);
        let open = transport(5 * 184);
        assert_eq!(transport_end(&open, open.len() as u64), End::Doubtful);
    }

    #[test]
    fn program_streams_end_with_whole_packets() {
        let pack = [&[0, 0, 1, 0xBA, 0x44][..], &[0; 8], &[0xF8]].concat();
        let whole = [&pack[..], &[0, 0, 1, 0xE0, 0, 4, 1, 2, 3, 4]].concat();
        assert!(!program_is_cut(&whole));
        assert!(program_is_cut(&whole[..whole.len() - 1]));
        assert!(program_is_cut(&[&whole[..], &[0, 0, 1, 0xC0]].concat()));
        assert!(!program_is_cut(&[&whole[..], &[0, 0, 1, 0xB9]].concat()));
    }

    #[test]
    fn real_media_says_its_size() {
        let whole = [
            b".RMF",
            &[0, 0, 0, 18][..],
            &[0; 10],
            b"DATA",
            &[0, 1, 0, 10],
            &[0; 2],
        ]
        .concat();
        let length = 18 + 0x1_000A;
        assert!(!real_is_cut(&whole, length) && !real_is_cut(&whole, length - 10));
        assert!(real_is_cut(&whole, length / 2));
        assert!(!real_is_cut(b"FLV", 3));
    }

    #[test]
    fn windows_films_say_their_size() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let object = |first: u8, size: u64, filled: usize| {
            let name = [first, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11];
            [&name[..], &[0; 8], &size.to_le_bytes(), &vec![0; filled]].concat()
        };
        let cut = |size, filled| {
            let whole = [object(0x30, 30, 6), object(0x36, size, filled)].concat();
            std::fs::write(file.path(), &whole).unwrap();
            windows_is_cut(file.path(), whole.len() as u64).unwrap()
        };
        assert!(!cut(5_024, 5_000) && !cut(0, 5_000));
        assert!(cut(50_024, 5_000));
    }

    #[test]
    fn flash_films_end_with_whole_tags() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let tag = [&[9, 0, 0, 6][..], &[0; 7], &[1; 6], &[0, 0, 0, 17]].concat();
        let whole = [b"FLV", &[1, 5, 0, 0, 0, 9, 0, 0, 0, 0][..], &tag, &tag].concat();
        let cut_at = |length: usize| {
            std::fs::write(file.path(), &whole[..length]).unwrap();
            flash_is_cut(file.path()).unwrap()
        };
        assert!(!cut_at(whole.len()) && !cut_at(whole.len() - 4));
        assert!(cut_at(whole.len() - 5) && cut_at(whole.len() - 18));
    }

    #[test]
    fn films_of_several_riff_chunks() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let chunk = [b"RIFF", &4_096_u32.to_le_bytes()[..], b"AVI ", &[0; 4_092]].concat();
        let whole = [&chunk[..], &chunk[..]].concat();
        std::fs::write(file.path(), &whole).unwrap();
        assert_eq!(end(file.path(), Container::Avi).unwrap(), End::Whole);
        std::fs::write(file.path(), &whole[..whole.len() - 2_000]).unwrap();
        assert_eq!(end(file.path(), Container::Avi).unwrap(), End::Cut);
    }
}
