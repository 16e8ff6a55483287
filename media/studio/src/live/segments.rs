//! Segments on the disk: cut at keyframes, never changed again, each playable by itself.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::opening::{Opening, Ready};
use super::playlist::{Entry, Playlist, file_name};
use super::ts::{Streams, Writer};
use super::units::Unit;

/// A keyframe this much before the time ends a segment too.
const EARLY: u32 = 6;
/// Without any keyframe a segment ends after so many times its length.
const PATIENCE: u32 = 6;

/// After a failure to write it is tried again after so long; it doubles with each, up to the other.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Writes units into numbered files and keeps the playlist.
pub struct Segments {
    folder: PathBuf,
    segment: Duration,
    writer: Writer,
    streams: Streams,
    list: Playlist,
    number: u64,
    open: Option<Open>,
    opening: Opening,
    last: Duration,
    discontinuity: bool,
    rests: bool,
    failing: Option<Failing>,
}

/// Nothing could be written lately.
struct Failing {
    /// Time of the unit from which on it is tried again.
    until: Duration,
    pause: Duration,
}

struct Open {
    file: File,
    start: Duration,
    discontinuity: bool,
}

/// Numbers of the segments in a folder, in order.
pub fn numbers(folder: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_segment = path.extension().is_some_and(|extension| extension == "ts");
        let number: Option<u64> = (path.file_stem()).and_then(|stem| stem.to_str()?.parse().ok());
        numbers.extend(number.filter(|_| is_segment));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl Segments {
    /// Begins in a folder, which is made; goes on after the segments that are there.
    pub fn new(folder: &Path, segment: Duration, window: usize) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let last = numbers(folder)?.last().copied();
        let number = last.map_or(0, |last| last + 1);
        // A recording tells by this where another run begins.
        let id = u16::try_from((number + 1) & 0xffff).unwrap_or_default();
        Ok(Self {
            folder: folder.to_owned(),
            segment,
            writer: Writer::new(id),
            streams: Streams::default(),
            list: Playlist::new(window, segment),
            number,
            open: None,
            opening: Opening::default(),
            last: Duration::ZERO,
            discontinuity: last.is_some(),
            rests: false,
            failing: None,
        })
    }

    /// Adds a picture or sound; tells of the segments that are finished by it.
    pub fn push(&mut self, unit: &Unit) -> io::Result<Vec<Entry>> {
        if self.rests {
            return Ok(Vec::new());
        }
        match self.opening.take(unit) {
            Ready::Wait => Ok(Vec::new()),
            Ready::Begin(streams, units) => self.begin(streams, &units),
            Ready::Go if self.waits(unit) => Ok(Vec::new()),
            Ready::Go => Ok(self.add(unit)?.into_iter().collect()),
        }
    }

    /// After a failure nothing is tried for a while, and then from a picture on that can be the first.
    fn waits(&self, unit: &Unit) -> bool {
        let Some(failing) = self.failing.as_ref().filter(|_| self.open.is_none()) else {
            return false;
        };
        let first = match unit {
            Unit::Video { keyframe, .. } => *keyframe,
            Unit::Audio { .. } => !self.streams.video,
        };
        unit.at() < failing.until || !first
    }

    fn begin(&mut self, streams: Streams, units: &[Unit]) -> io::Result<Vec<Entry>> {
        self.streams = streams;
        let mut done = Vec::new();
        for unit in units {
            done.extend(self.add(unit)?);
        }
        Ok(done)
    }

    fn add(&mut self, unit: &Unit) -> io::Result<Option<Entry>> {
        let mut done = None;
        match unit {
            Unit::Video {
                at,
                keyframe,
                new_parameters,
                ..
            } => {
                let first = !self.streams.video;
                let age = self.open.as_ref().map(|open| at.saturating_sub(open.start));
                let due = age.is_none_or(|age| age * 10 >= self.segment * EARLY);
                let late = age.is_some_and(|age| age >= self.segment * PATIENCE);
                if (*keyframe && (due || first || *new_parameters)) || late {
                    done = self.cut(*at)?;
                }
                self.discontinuity |= (first && self.open_has_data()) || *new_parameters;
                self.streams.video = true;
            }
            Unit::Audio { at, .. } => {
                let first = !self.streams.audio;
                let age = self.open.as_ref().map(|open| at.saturating_sub(open.start));
                // Where there is a picture it decides; it stands still rather than end.
                let due = !self.streams.video && age.is_some_and(|age| age >= self.segment);
                let late = age.is_some_and(|age| age >= self.segment * PATIENCE);
                if due || late {
                    done = self.cut(*at)?;
                }
                self.streams.audio = true;
                // Who has begun with the picture alone is told of the sound in the next segment.
                if first && self.open.is_some() {
                    self.discontinuity = true;
                    return Ok(done);
                }
            }
        }
        self.write(unit)?;
        Ok(done)
    }

    fn open_has_data(&self) -> bool {
        self.open.is_some() || self.number > 0
    }

    fn write(&mut self, unit: &Unit) -> io::Result<()> {
        let at = unit.at();
        let mut bytes = Vec::new();
        let open = match &mut self.open {
            Some(open) => open,
            none => {
                let path = self.folder.join(file_name(self.number));
                self.writer.tables(self.streams, &mut bytes);
                none.insert(Open {
                    file: File::create(path)?,
                    start: at,
                    discontinuity: std::mem::take(&mut self.discontinuity) && self.number > 0,
                })
            }
        };
        match unit {
            Unit::Video {
                at, keyframe, data, ..
            } => self.writer.video(*at, *keyframe, data, &mut bytes),
            Unit::Audio { at, data } => self.writer.audio(*at, data, &mut bytes),
        }
        self.last = self.last.max(at);
        // Written at once: what a killed process had is then in the file.
        open.file.write_all(&bytes)
    }

    /// Ends the open segment at a moment.
    fn cut(&mut self, at: Duration) -> io::Result<Option<Entry>> {
        let Some(open) = self.open.take() else {
            return Ok(None);
        };
        let entry = Entry {
            number: self.number,
            duration: at.saturating_sub(open.start),
            discontinuity: open.discontinuity,
        };
        self.number += 1;
        self.list.push(entry.clone());
        self.publish(false)?;
        self.failing = None;
        Ok(Some(entry))
    }

    /// Replaces the playlist as a whole, so that nobody reads half of one.
    fn publish(&self, ended: bool) -> io::Result<()> {
        let (new, list) = (
            self.folder.join("live.m3u8.new"),
            self.folder.join("live.m3u8"),
        );
        let written = fs::write(&new, self.list.text(ended)).and_then(|()| fs::rename(&new, list));
        if written.is_err() {
            // The error says more than that of the clean-up.
            let _ = remove(&new);
        }
        written
    }

    /// After a failure to write the unit of this time: what is open is given up and taken away, and a
    /// keyframe begins anew, the later the more often it has failed.
    pub fn give_up(&mut self, at: Duration) {
        if self.open.take().is_some() {
            // The error says more than that of the clean-up.
            let _ = remove(&self.folder.join(file_name(self.number)));
            self.number += 1;
            self.discontinuity = true;
        }
        let pause = (self.failing.as_ref()).map_or(PAUSE, |it| (it.pause * 2).min(LONGEST_PAUSE));
        self.failing = Some(Failing {
            until: at + pause,
            pause,
        });
    }

    /// Takes away what there was to watch. The last segment stays: by it the next run knows its number.
    /// What is still in work goes nowhere.
    pub fn rest(&mut self) -> io::Result<()> {
        self.rests = true;
        self.open = None;
        // The playlist first: it names the others.
        let list = remove(&self.folder.join("live.m3u8"));
        let mut old = numbers(&self.folder)?;
        old.pop();
        let old = old
            .into_iter()
            .map(|number| self.folder.join(file_name(number)));
        old.fold(list, |result, path| result.and(remove(&path)))
    }

    /// Ends the last segment and the playlist.
    pub fn finish(&mut self) -> io::Result<Vec<Entry>> {
        let mut done = match self.opening.begin() {
            Ready::Begin(streams, units) => self.begin(streams, &units)?,
            _ => Vec::new(),
        };
        let frame = Duration::from_millis(40);
        done.extend(self.cut(self.last + frame)?);
        self.publish(true)?;
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn video(ms: u64, keyframe: bool, new_parameters: bool) -> Unit {
        Unit::Video {
            at: Duration::from_millis(ms),
            keyframe,
            new_parameters,
            data: Bytes::from_static(&[0, 0, 0, 1, 0x65, 1, 2, 3]),
        }
    }

    fn audio(ms: u64) -> Unit {
        Unit::Audio {
            at: Duration::from_millis(ms),
            data: Bytes::from_static(&[0xff, 0xf1, 0x4c, 0x80, 1, 0x1f, 0xfc, 7]),
        }
    }

    fn durations(units: impl IntoIterator<Item = Unit>) -> (Vec<u128>, String) {
        let folder = tempfile::tempdir().unwrap();
        let mut segments = Segments::new(folder.path(), Duration::from_secs(1), 40).unwrap();
        let mut all = Vec::new();
        for unit in units {
            all.extend(segments.push(&unit).unwrap());
        }
        all.extend(segments.finish().unwrap());
        let list = fs::read_to_string(folder.path().join("live.m3u8")).unwrap();
        assert_eq!(numbers(folder.path()).unwrap().len(), all.len());
        (
            all.iter().map(|entry| entry.duration.as_millis()).collect(),
            list,
        )
    }

    #[test]
    fn cut_at_keyframes_near_the_second() {
        let units = (0..100_u64).map(|n| video(n * 40, [0, 5, 25, 60, 85].contains(&n), n == 5));
        let (durations, list) = durations(units);
        // New parameters cut at once; at 25 it is 0.8 s, at 60 late, at 85 a second.
        assert_eq!(durations, [200, 800, 1_400, 1_000, 600]);
        assert_eq!(list.matches("#EXT-X-DISCONTINUITY\n").count(), 1);
    }

    #[test]
    fn without_keyframes_and_without_picture_it_goes_on() {
        let (cut, _) = durations((0..400_u64).map(|n| video(n * 40, n == 0, false)));
        assert_eq!(cut, [6_000, 6_000, 4_000]);
        let (cut, list) = durations((0..200_u64).map(|n| audio(n * 20)));
        assert!(
            cut.len() >= 4 && cut.iter().all(|&ms| ms <= 1_020),
            "{cut:?}"
        );
        assert!(list.contains("#EXT-X-ENDLIST"));
    }

    #[test]
    fn a_stream_that_comes_later_is_told() {
        let units = (0..150_u64).flat_map(|n| {
            let sound = (n >= 60).then(|| audio(n * 40));
            [Some(video(n * 40, n % 25 == 0, false)), sound]
        });
        let (cut, list) = durations(units.flatten());
        assert_eq!(cut.len(), 6);
        assert_eq!(list.matches("#EXT-X-DISCONTINUITY\n").count(), 1);
    }

    #[test]
    fn a_second_run_goes_on_with_the_numbers() {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            let mut segments = Segments::new(folder.path(), Duration::from_secs(1), 40).unwrap();
            for n in 0..50_u64 {
                segments.push(&video(n * 40, n % 25 == 0, false)).unwrap();
            }
            segments.finish().unwrap();
        }
        assert_eq!(numbers(folder.path()).unwrap(), [0, 1, 2, 3]);
        let list = fs::read_to_string(folder.path().join("live.m3u8")).unwrap();
        assert!(
            list.contains("MEDIA-SEQUENCE:2\n#EXT-X-DISCONTINUITY\n"),
            "{list}"
        );
    }

    #[test]
    fn after_a_rest_the_numbers_go_on_and_nothing_of_before_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live.m3u8");
        let begin = || Segments::new(folder.path(), Duration::from_secs(1), 40).unwrap();
        let second = |segments: &mut Segments, of: u64| {
            for n in 0..60_u64 {
                let unit = video(of * 1_000 + n * 40, n % 25 == 0, false);
                segments.push(&unit).unwrap();
            }
        };
        let mut segments = begin();
        second(&mut segments, 0);
        assert_eq!(numbers(folder.path()).unwrap(), [0, 1, 2]);
        segments.rest().unwrap();
        // What the encoder had in work comes too late.
        second(&mut segments, 10);
        assert_eq!(numbers(folder.path()).unwrap(), [2]);
        assert!(!path.exists());
        let mut segments = begin();
        second(&mut segments, 20);
        let list = fs::read_to_string(&path).unwrap();
        assert!(
            list.contains("MEDIA-SEQUENCE:3\n#EXT-X-DISCONTINUITY\n"),
            "{list}"
        );
        assert!(!list.contains("ENDLIST"), "{list}");
    }

    #[test]
    fn on_a_full_disk_it_is_tried_ever_less_often_and_leaves_nothing_half_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut segments = Segments::new(folder.path(), Duration::from_secs(1), 40).unwrap();
        let mut push = |ms: std::ops::Range<u64>| {
            let mut failed = 0;
            for n in ms.start / 40..ms.end / 40 {
                let unit = video(n * 40, n % 25 == 0, false);
                if segments.push(&unit).is_err() {
                    segments.give_up(unit.at());
                    failed += 1;
                }
            }
            failed
        };
        assert_eq!(push(0..2_000), 0);
        // A file that cannot take a byte.
        let full: Vec<PathBuf> = (2..40).map(|n| folder.path().join(file_name(n))).collect();
        for path in &full {
            std::os::unix::fs::symlink("/dev/full", path).unwrap();
        }
        let failed = push(2_000..122_000);
        assert!((2..=9).contains(&failed), "{failed} times in two minutes");
        let tried = full.iter().filter(|path| path.symlink_metadata().is_err());
        assert_eq!(tried.count(), failed, "each was taken away");
        for path in &full {
            let _ = fs::remove_file(path);
        }
        assert_eq!(push(122_000..150_000), 0);
        let written = numbers(folder.path()).unwrap();
        assert!(written.len() > 20, "{written:?}");
        let sizes = written
            .iter()
            .map(|n| fs::metadata(folder.path().join(file_name(*n))));
        assert!(sizes.map(|it| it.unwrap().len()).all(|len| len > 0));
        let list = fs::read_to_string(folder.path().join("live.m3u8")).unwrap();
        assert!(list.contains("#EXT-X-DISCONTINUITY\n"), "{list}");
    }
}
