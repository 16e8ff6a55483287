//! The boxes of an MP4 file (ISO 14496-12, also QuickTime): is the index in front of the data, is
//! all the data there, which tracks are there, and what do their edit lists leave out?

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

/// An edit list that begins or ends so near the ends of its track only allows for the delay of the
/// coders.
const NEAR: Duration = Duration::from_millis(200);
/// An index of more than this is not read: a film of a day has some 100 MB.
const LARGEST_INDEX: u64 = 256 << 20;

/// A box: what it is, where its contents begin and end.
#[derive(Clone, Copy)]
struct Atom {
    kind: [u8; 4],
    /// Where the box itself begins.
    at: u64,
    body: u64,
    end: u64,
}

/// Reads the head of the box at `at`; its end may lie behind `end`, where the file or the box
/// around it ends. `None` where no box can be.
fn atom(file: &mut (impl Read + Seek), at: u64, end: u64) -> io::Result<Option<Atom>> {
    if at.checked_add(8).is_none_or(|body| body > end) {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(at))?;
    let mut head = [0_u8; 8];
    file.read_exact(&mut head)?;
    let (size, kind) = (
        be32(&head, 0).unwrap_or(0),
        [head[4], head[5], head[6], head[7]],
    );
    let (body, size) = match size {
        0 => (8, end - at),
        1 => {
            let mut long = [0_u8; 8];
            if file.read_exact(&mut long).is_err() {
                return Ok(None);
            }
            (16, u64::from_be_bytes(long))
        }
        size => (8, u64::from(size)),
    };
    // A box shorter than its own head would keep us here for ever.
    let whole = at.checked_add(size).filter(|_| size >= body);
    Ok(whole.map(|end| Atom {
        kind,
        at,
        body: at + body,
        end,
    }))
}

/// The boxes side by side from `at` to `end`.
fn atoms(file: &mut (impl Read + Seek), mut at: u64, end: u64) -> io::Result<Vec<Atom>> {
    let mut found = Vec::new();
    while let Some(next) = atom(file, at, end)? {
        at = next.end;
        found.push(next);
    }
    Ok(found)
}

/// Whether a player can start after reading the beginning only: one `moov` before the first
/// `mdat`, and no fragments.
///
/// # Errors
/// When the file cannot be read.
pub fn is_faststart(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let end = file.metadata()?.len();
    let mut moov = false;
    for found in atoms(&mut file, 0, end)? {
        match &found.kind {
            b"moov" => moov = true,
            b"moof" => return Ok(false),
            b"mdat" => return Ok(moov),
            _ => {}
        }
    }
    Ok(false)
}

/// Whether the file ends within its data or its index, as a copy that was broken off does.
///
/// # Errors
/// When the file cannot be read.
pub fn is_cut(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let end = file.metadata()?.len();
    let cut = |found: &Atom| found.end > end && matches!(&found.kind, b"mdat" | b"moov" | b"moof");
    Ok(atoms(&mut file, 0, end)?.iter().any(cut))
}

/// One entry of an edit list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// From where in the track it takes; nothing is shown where this is `None`.
    pub from: Option<Duration>,
    /// How long it lasts; up to the end of the track where this is `None`.
    pub lasts: Option<Duration>,
    /// Whether it plays at the usual speed.
    pub plain: bool,
}

/// What a track says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Track {
    /// Number, by which others refer to it.
    pub id: u32,
    /// Whether a player shows it unless told otherwise.
    pub enabled: bool,
    /// Length of all its samples, whatever the edit list says; `None` for fragments.
    pub length: Option<Duration>,
    /// How many samples it has: pictures, or blocks of sound.
    pub samples: u64,
    /// When its first sample is shown; later ones may come first where pictures are reordered.
    pub begins: Duration,
    /// Its edit list, empty where there is none.
    pub edits: Vec<Edit>,
    /// Where in the file the name of the box around its edit list stands.
    pub list_at: Option<u64>,
}

impl Track {
    /// Whether its edit list does more than allow for the delay of the coders: leaves something
    /// out, shifts, or repeats.
    #[must_use]
    pub fn is_trimmed(&self) -> bool {
        let shown = self.edits.iter().skip_while(|edit| edit.from.is_none());
        let waits: Duration = (self.edits.iter())
            .take_while(|edit| edit.from.is_none())
            .filter_map(|edit| edit.lasts)
            .sum();
        let mut shown = shown.copied();
        let Some(Edit {
            from: Some(from),
            lasts,
            plain,
        }) = shown.next()
        else {
            return !self.edits.is_empty();
        };
        let begins = from <= NEAR.max(self.begins + Duration::from_millis(1));
        let ends = match (lasts, self.length) {
            (Some(lasts), Some(length)) => from + lasts + NEAR >= length,
            _ => true,
        };
        !(plain && begins && ends && waits <= NEAR && shown.next().is_none())
    }
}

/// What an index says of its tracks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Movie {
    /// The tracks in their order.
    pub tracks: Vec<Track>,
    /// Where the length of the film stands, how many bytes it has, and in which units it is.
    length_at: Option<(u64, usize, u32)>,
}

/// Bytes to read instead of those in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// Where in the file.
    pub at: u64,
    /// What is read there.
    pub bytes: Vec<u8>,
}

impl Movie {
    /// What has to be read instead, so that a demuxer shows all of each track: no edit lists, and
    /// a film as long as its longest track.
    #[must_use]
    pub fn without_edits(&self) -> Vec<Patch> {
        let mut patches: Vec<Patch> = (self.tracks.iter())
            .filter_map(|track| track.list_at)
            .map(|at| Patch {
                at,
                bytes: b"skip".to_vec(),
            })
            .collect();
        let longest = self.tracks.iter().filter_map(|track| track.length).max();
        if let Some(((at, size, scale), longest)) = self.length_at.zip(longest) {
            let units = longest.as_nanos() * u128::from(scale) / 1_000_000_000 + u128::from(scale);
            let units = u64::try_from(units).unwrap_or(u64::MAX).to_be_bytes();
            patches.push(Patch {
                at,
                bytes: units[8 - size..].to_vec(),
            });
        }
        patches
    }
}

/// Reads the index; `None` if there is none that can be understood.
///
/// # Errors
/// When the file cannot be read.
pub fn movie(path: &Path) -> io::Result<Option<Movie>> {
    let mut file = File::open(path)?;
    let end = file.metadata()?.len();
    let Some(moov) = (atoms(&mut file, 0, end)?.into_iter())
        .find(|found| &found.kind == b"moov" && found.end <= end)
        .filter(|found| found.end - found.body <= LARGEST_INDEX)
    else {
        return Ok(None);
    };
    file.seek(SeekFrom::Start(moov.body))?;
    let mut bytes = vec![0; usize::try_from(moov.end - moov.body).unwrap_or(0)];
    file.read_exact(&mut bytes)?;
    Ok(Index {
        bytes: &bytes,
        offset: moov.body,
    }
    .movie())
}

/// The contents of `moov`, and where in the file they begin.
struct Index<'a> {
    bytes: &'a [u8],
    offset: u64,
}

impl<'a> Index<'a> {
    fn children(&self, at: u64, end: u64) -> Vec<Atom> {
        let mut cursor = io::Cursor::new(self.bytes);
        let mut found = atoms(&mut cursor, at, end).unwrap_or_default();
        found.retain(|child| child.end <= end);
        found
    }

    fn child(&self, of: Atom, path: &[&[u8; 4]]) -> Option<Atom> {
        path.iter().try_fold(of, |of, kind| {
            let mut children = self.children(of.body, of.end).into_iter();
            children.find(|child| &&child.kind == kind)
        })
    }

    /// The contents of a box: version, flags and what follows.
    fn body(&self, of: Atom) -> &'a [u8] {
        let range = usize::try_from(of.body)
            .ok()
            .zip(usize::try_from(of.end).ok());
        range
            .and_then(|(body, end)| self.bytes.get(body..end))
            .unwrap_or_default()
    }

    fn movie(&self) -> Option<Movie> {
        let all = Atom {
            kind: *b"moov",
            at: 0,
            body: 0,
            end: self.bytes.len() as u64,
        };
        let head = self.child(all, &[b"mvhd"])?;
        let body = self.body(head);
        let (scale_at, size) = if body.first() == Some(&1) {
            (20, 8)
        } else {
            (12, 4)
        };
        let scale = be32(body, scale_at)?;
        let length_at = self.offset + head.body + scale_at as u64 + 4;
        let tracks = (self.children(0, all.end).into_iter())
            .filter(|child| &child.kind == b"trak")
            .filter_map(|child| self.track(child, scale))
            .collect();
        Some(Movie {
            tracks,
            length_at: Some((length_at, size, scale)),
        })
    }

    fn track(&self, of: Atom, movie_scale: u32) -> Option<Track> {
        let head = self.body(self.child(of, &[b"tkhd"])?);
        let id = be32(head, if head.first() == Some(&1) { 20 } else { 12 })?;
        let enabled = head.get(3).is_some_and(|flags| flags & 1 == 1);
        let media = self.body(self.child(of, &[b"mdia", b"mdhd"])?);
        let scale = be32(media, if media.first() == Some(&1) { 20 } else { 12 })?;
        let table = |kind| {
            let path: [&[u8; 4]; 4] = [b"mdia", b"minf", b"stbl", kind];
            self.child(of, &path).map(|found| self.body(found))
        };
        let times = table(b"stts").unwrap_or_default();
        let (mut samples, mut units) = (0_u64, 0_u128);
        // Behind version and number come pairs: how many samples last how long.
        for pair in times.get(8..).unwrap_or_default().chunks_exact(8) {
            let (count, each) = (be32(pair, 0)?, be32(pair, 4)?);
            samples += u64::from(count);
            units += u128::from(count) * u128::from(each);
        }
        let begins = table(b"ctts")
            .and_then(|shifts| be32(shifts, 12))
            .unwrap_or(0);
        let list = self.child(of, &[b"edts"]);
        let edits = list.and_then(|list| self.child(list, &[b"elst"]));
        Some(Track {
            id,
            enabled,
            length: (units > 0).then(|| time(units, scale)),
            samples,
            begins: time(u128::try_from(begins.cast_signed()).unwrap_or(0), scale),
            edits: edits
                .map(|edits| edit_list(self.body(edits), movie_scale, scale))
                .unwrap_or_default(),
            list_at: list.map(|list| self.offset + list.at + 4),
        })
    }
}

fn edit_list(body: &[u8], movie_scale: u32, scale: u32) -> Vec<Edit> {
    let long = body.first() == Some(&1);
    let entries = body.get(8..).unwrap_or_default();
    let edit = |entry: &[u8]| {
        let (lasts, from, rate) = if long {
            (
                be64(entry, 0)?,
                be64(entry, 8)?.cast_signed(),
                be32(entry, 16)?,
            )
        } else {
            let from = be32(entry, 4)?.cast_signed();
            (u64::from(be32(entry, 0)?), i64::from(from), be32(entry, 8)?)
        };
        Some(Edit {
            from: u128::try_from(from).ok().map(|from| time(from, scale)),
            lasts: (lasts > 0).then(|| time(u128::from(lasts), movie_scale)),
            plain: rate == 0x1_0000,
        })
    };
    (entries.chunks_exact(if long { 20 } else { 12 }))
        .filter_map(edit)
        .collect()
}

fn time(units: u128, scale: u32) -> Duration {
    let ns = units * 1_000_000_000 / u128::from(scale.max(1));
    Duration::from_nanos(u64::try_from(ns).unwrap_or(u64::MAX))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..at + 8)?;
    Some(u64::from_be_bytes(eight.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxes(kinds: &[&[u8; 4]]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let bytes: Vec<u8> = kinds
            .iter()
            .flat_map(|kind| [&12_u32.to_be_bytes()[..], &kind[..], &[0_u8; 4][..]].concat())
            .collect();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    #[test]
    fn index_in_front() {
        assert!(is_faststart(boxes(&[b"ftyp", b"moov", b"mdat"]).path()).unwrap());
        assert!(!is_faststart(boxes(&[b"ftyp", b"mdat", b"moov"]).path()).unwrap());
        assert!(!is_faststart(boxes(&[b"ftyp", b"moov", b"moof", b"mdat"]).path()).unwrap());
    }

    #[test]
    fn zero_size_and_garbage_end() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), [0_u8, 0, 0, 2, 1, 2, 3, 4, 5]).unwrap();
        assert!(!is_faststart(file.path()).unwrap());
        std::fs::write(file.path(), []).unwrap();
        assert!(!is_faststart(file.path()).unwrap());
    }

    #[test]
    fn data_that_goes_beyond_the_end_was_cut() {
        let whole = boxes(&[b"ftyp", b"moov", b"mdat"]);
        assert!(!is_cut(whole.path()).unwrap());
        let bytes = std::fs::read(whole.path()).unwrap();
        std::fs::write(whole.path(), &bytes[..bytes.len() - 1]).unwrap();
        assert!(is_cut(whole.path()).unwrap());
        // The rest of a box that no film needs is missed by nobody.
        let rest = boxes(&[b"ftyp", b"moov", b"mdat", b"free"]);
        let bytes = std::fs::read(rest.path()).unwrap();
        std::fs::write(rest.path(), &bytes[..bytes.len() - 1]).unwrap();
        assert!(!is_cut(rest.path()).unwrap());
    }

    fn track(edits: Vec<Edit>) -> Track {
        Track {
            id: 1,
            enabled: true,
            length: Some(Duration::from_secs(30)),
            samples: 750,
            begins: Duration::from_millis(80),
            edits,
            list_at: None,
        }
    }

    fn edit(from: Option<u64>, lasts: u64) -> Edit {
        Edit {
            from: from.map(Duration::from_millis),
            lasts: Some(Duration::from_millis(lasts)),
            plain: true,
        }
    }

    #[test]
    fn an_edit_list_for_the_delay_of_a_coder_trims_nothing() {
        assert!(!track(vec![]).is_trimmed());
        assert!(!track(vec![edit(Some(80), 29_920)]).is_trimmed());
        assert!(!track(vec![edit(None, 40), edit(Some(0), 30_000)]).is_trimmed());
        let slow = Track {
            begins: Duration::from_millis(400),
            ..track(vec![edit(Some(400), 29_600)])
        };
        assert!(!slow.is_trimmed());
    }

    #[test]
    fn what_leaves_out_or_shifts_trims() {
        for edits in [
            vec![edit(Some(8_500), 21_500)],
            vec![edit(Some(0), 20_000)],
            vec![edit(Some(0), 10_000), edit(Some(20_000), 10_000)],
            vec![edit(None, 1_000), edit(Some(0), 30_000)],
            vec![edit(None, 1_000)],
            vec![Edit {
                plain: false,
                ..edit(Some(0), 30_000)
            }],
        ] {
            assert!(track(edits.clone()).is_trimmed(), "{edits:?}");
        }
    }
}
