//! The recording of a meeting: its segments joined into one MP4.
//!
//! Nothing is decoded unless the size of the picture changed on the way, so an hour takes
//! seconds. Works on the folder of a killed process too: what is whole in the last segment counts.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use gst::prelude::*;
use parking_lot::Mutex;

use super::codec::AacEncoder;
use super::playlist::file_name;
use super::rtp::{nal_units, parameter_sets, unit_type};
use super::runs::{Medium, Runs, Survey};
use super::segments::numbers;
use super::ts::{Piece, Reader};
use super::{Timeline, blank, pipe, sps};
use crate::pipeline::Running;
use crate::transcode::target_size;
use crate::{Error, Result, probe};

/// Samples of one AAC frame.
const FRAME: u64 = 1_024;
const RATE: u64 = 48_000;
/// Pictures that would go back in time follow at this distance.
const STEP: Duration = Duration::from_micros(100);
/// Sound this much before the first picture is left out.
const EARLY: Duration = Duration::from_secs(2);
/// So much may wait in a pipeline.
const WAITING: u64 = 8 << 20;
/// Without progress for so long it is given up.
const STALL: Duration = Duration::from_secs(60);

/// What a recording is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Length in ms.
    pub duration_ms: u64,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Whether there is sound.
    pub has_audio: bool,
}

/// Joins the segments in `folder` into the MP4 `out`, index in front. Blocking: about the time of
/// copying; transcodes, at several times the speed of playing, only when the size of the picture changed on the
/// way.
///
/// # Errors
/// [`Error::NotMedia`] when there is nothing in the segments, [`Error::NoPicture`], [`Error::Open`], [`Error::Write`],
/// [`Error::Stalled`]. `out` is removed again on any of them.
pub fn recording(folder: &Path, out: &Path) -> Result<Recorded> {
    crate::pipeline::init()?;
    let scratch = out.with_extension("faststart");
    let made = make(folder, out, &scratch);
    // GStreamer leaves its scratch file behind when it is stopped half-way.
    let _ = std::fs::remove_file(&scratch);
    if made.is_err() {
        let _ = std::fs::remove_file(out);
    }
    made
}

fn make(folder: &Path, out: &Path, scratch: &Path) -> Result<Recorded> {
    let summary = Summary::of(folder)?;
    write(folder, out, scratch, &summary)?;
    let info = probe(out)?;
    let (width, height) = info.video.display_size();
    Ok(Recorded {
        duration_ms: u64::try_from(info.duration.as_millis()).unwrap_or(u64::MAX),
        width,
        height,
        has_audio: info.audio.is_some(),
    })
}

/// Reads all pieces as they were written, file by file.
fn read(folder: &Path, mut each: impl FnMut(Read) -> Result<()>) -> Result<()> {
    let open = |source| Error::Open {
        path: folder.to_owned(),
        source,
    };
    for number in numbers(folder).map_err(open)? {
        each(Read::File)?;
        let file = File::open(folder.join(file_name(number))).map_err(open)?;
        let (mut reader, mut result) = (Reader::default(), Ok(()));
        let input = &mut BufReader::with_capacity(1 << 18, file);
        let read = reader.read(input, |piece| {
            if result.is_ok() {
                result = each(Read::Piece(piece));
            }
        });
        read.map_err(open)?;
        result?;
        each(Read::Id(reader.id()))?;
    }
    Ok(())
}

/// What is read.
enum Read {
    /// The next file begins.
    File,
    /// A picture or sound, with the time that was written.
    Piece(Piece),
    /// The id of the file that was read.
    Id(Option<u16>),
}

/// Reads all pieces in the order they were written, on one time line without jumps.
fn walk(folder: &Path, runs: &Runs, mut each: impl FnMut(Piece) -> Result<()>) -> Result<()> {
    let mut placing = runs.placing();
    read(folder, |read| match read {
        Read::File | Read::Id(_) => Ok(()),
        Read::Piece(Piece::Video { at, data }) => each(Piece::Video {
            at: placing.place(at),
            data,
        }),
        Read::Piece(Piece::Audio { at, data }) => each(Piece::Audio {
            at: placing.place(at),
            data,
        }),
    })
}

/// What has to be known before writing.
#[derive(Default)]
struct Summary {
    parameters: Vec<Vec<u8>>,
    sizes: Vec<(u32, u32)>,
    runs: Runs,
    odd: bool,
    /// There never was a picture but the one that stands for none.
    only_blank: bool,
    /// A frame of silence as the encoder makes it.
    silence: Vec<u8>,
}

impl Summary {
    fn of(folder: &Path) -> Result<Self> {
        let mut summary = Self {
            silence: silence()?,
            ..Self::default()
        };
        let mut blank = None;
        let mut loud = 0;
        let mut survey = Survey::default();
        read(folder, |read| {
            match read {
                Read::File => survey.file(),
                Read::Id(id) => survey.says(id),
                Read::Piece(Piece::Video { at, data }) => {
                    if blank::is(&data) {
                        blank.get_or_insert_with(|| data.clone());
                    } else {
                        summary.keyframe(&data);
                    }
                    let counts = !summary.parameters.is_empty() || blank.is_some();
                    survey.piece(Medium::Video, at, counts);
                }
                Read::Piece(Piece::Audio { at, data }) => {
                    loud += adts_frames(&data)
                        .filter(|frame| *frame != summary.silence)
                        .count();
                    survey.piece(Medium::Audio, at, true);
                }
            }
            Ok(())
        })?;
        summary.runs = survey.runs();
        // The encoder's first frames differ also when nobody speaks.
        if loud <= 10 {
            summary.runs.audio = None;
        }
        if let (true, Some(blank)) = (summary.parameters.is_empty(), blank) {
            summary.only_blank = true;
            summary.keyframe(&blank);
        }
        if summary.runs.video.is_none() && summary.runs.audio.is_some() {
            return Err(Error::NoPicture);
        }
        if summary.runs.video.is_none() {
            return Err(Error::NotMedia {
                detail: "nothing was recorded".into(),
            });
        }
        Ok(summary)
    }

    fn keyframe(&mut self, data: &[u8]) {
        let sets = parameter_sets(data);
        let Some(seen) = sets
            .iter()
            .find(|unit| unit_type(unit) == 7)
            .and_then(|unit| sps::parse(unit))
        else {
            return;
        };
        let parameters = sets.join(&0);
        if !self.parameters.contains(&parameters) {
            self.parameters.push(parameters);
        }
        if !self.sizes.contains(&(seen.width, seen.height)) {
            self.sizes.push((seen.width, seen.height));
        }
        self.odd |= !seen.plain;
    }

    /// Zero of the recording.
    fn start(&self) -> Duration {
        match (self.runs.video, self.runs.audio) {
            (Some((video, _)), Some((audio, _))) if video <= audio + EARLY => video,
            (Some((video, _)), Some((audio, _))) => video.min(audio),
            (video, audio) => video.or(audio).map_or(Duration::ZERO, |(first, _)| first),
        }
    }

    fn end(&self) -> Duration {
        let last = |span: Option<(Duration, Duration)>| span.map_or(Duration::ZERO, |span| span.1);
        last(self.runs.video).max(last(self.runs.audio))
    }

    /// The part of the pipeline that brings the picture.
    fn picture(&self) -> String {
        let input = "appsrc name=video format=time caps=video/x-h264,stream-format=byte-stream,alignment=au ! h264parse";
        let encode = "x264enc speed-preset=superfast pass=qual quantizer=23 bitrate=2500 \
             vbv-buf-capacity=2000 key-int-max=50 bframes=0 ! video/x-h264,profile=main ! h264parse";
        if self.sizes.len() > 1 || self.odd {
            let area = |&(width, height): &(u32, u32)| u64::from(width) * u64::from(height);
            let largest = self
                .sizes
                .iter()
                .copied()
                .max_by_key(area)
                .unwrap_or((1280, 720));
            let (width, height) = target_size(largest);
            return format!(
                "{input} ! avdec_h264 std-compliance=normal ! videoconvert ! videoscale add-borders=true ! \
                 video/x-raw,format=I420,width={width},height={height},pixel-aspect-ratio=1/1 ! {encode}"
            );
        }
        // Parameters that change at the same size stay in the stream (ISO 14496-15, avc3).
        let format = if self.parameters.len() > 1 {
            "avc3"
        } else {
            "avc"
        };
        format!("{input} ! video/x-h264,stream-format={format},alignment=au")
    }
}

fn write(folder: &Path, out: &Path, scratch: &Path, summary: &Summary) -> Result<()> {
    let queue = "queue max-size-buffers=0 max-size-bytes=0 max-size-time=0";
    let sound = if summary.runs.audio.is_some() {
        format!(
            "appsrc name=audio format=time caps=audio/mpeg,mpegversion=4,stream-format=adts ! aacparse ! {queue} ! mux."
        )
    } else {
        String::new()
    };
    let pipeline = pipe::launch(&format!(
        "mp4mux name=mux faststart=true ! filesink name=file {} ! {queue} ! mux. {sound}",
        summary.picture()
    ))?;
    pipe::named::<gst::Element>(&pipeline, "mux")?.set_property("faststart-file", scratch);
    pipe::named::<gst::Element>(&pipeline, "file")?.set_property("location", out);
    let video: Option<gst_app::AppSrc> = match summary.runs.video {
        Some(_) => Some(pipe::named(&pipeline, "video")?),
        None => None,
    };
    let audio = match summary.runs.audio {
        Some(_) => Some(Frames {
            input: pipe::named(&pipeline, "audio")?,
            silence: summary.silence.clone(),
            count: 0,
        }),
        None => None,
    };
    let running = Running(pipeline);
    if running.0.set_state(gst::State::Playing).is_err() {
        return Err(running
            .error()
            .unwrap_or_else(|| Error::Setup("does not start".into())));
    }
    let mut feed = Feed {
        running,
        video,
        audio,
        begun: false,
        keep_blank: summary.only_blank,
        start: summary.start(),
        shown: None,
    };
    walk(folder, &summary.runs, |piece| feed.push(piece))?;
    feed.finish(summary.end())
}

/// Gives pieces to the pipeline at the speed it takes them.
struct Feed {
    running: Running,
    video: Option<gst_app::AppSrc>,
    audio: Option<Frames>,
    begun: bool,
    keep_blank: bool,
    start: Duration,
    /// When the last picture is shown.
    shown: Option<Duration>,
}

/// Sound on its grid: one frame after the other, whatever the timestamps say.
struct Frames {
    input: gst_app::AppSrc,
    silence: Vec<u8>,
    count: u64,
}

impl Feed {
    fn push(&mut self, piece: Piece) -> Result<()> {
        match piece {
            Piece::Video { at, data } => {
                let Some(input) = self.video.clone() else {
                    return Ok(());
                };
                if !self.keep_blank && blank::is(&data) {
                    return Ok(());
                }
                // Nothing before the first keyframe can be decoded.
                if !self.begun && nal_units(&data).any(|unit| unit_type(unit) == 7) {
                    self.begun = true;
                    // Where there was sound only, the first picture stands from the beginning.
                    if at > self.start + EARLY / 10 {
                        give(&input, Duration::ZERO, data.clone());
                    }
                }
                if self.begun && at >= self.start {
                    let at = at - self.start;
                    // Files of two runs that say nothing of it may overlap by a little.
                    let at = self.shown.map_or(at, |shown| at.max(shown + STEP));
                    self.shown = Some(at);
                    give(&input, at, data);
                    self.wait(&input)?;
                }
            }
            Piece::Audio { at, data } => {
                let Some(frames) = &mut self.audio else {
                    return Ok(());
                };
                frames.add(at, self.start, &data);
                let input = frames.input.clone();
                self.wait(&input)?;
            }
        }
        Ok(())
    }

    fn wait(&self, input: &gst_app::AppSrc) -> Result<()> {
        let mut waited = Duration::ZERO;
        while input.current_level_bytes() > WAITING {
            self.check(Duration::from_millis(5))?;
            waited += Duration::from_millis(5);
            if waited > STALL {
                return Err(Error::Stalled(STALL));
            }
        }
        Ok(())
    }

    /// Waits a little for an error or the end; says whether it is over.
    fn check(&self, wait: Duration) -> Result<bool> {
        let Some(bus) = self.running.0.bus() else {
            return Ok(true);
        };
        let wait = gst::ClockTime::try_from(wait).ok();
        let wanted = [gst::MessageType::Eos, gst::MessageType::Error];
        match bus.timed_pop_filtered(wait, &wanted) {
            None => Ok(false),
            Some(message) => match message.view() {
                gst::MessageView::Error(error) => Err(crate::pipeline::categorize(
                    &error.error(),
                    error.debug().as_deref(),
                )),
                _ => Ok(true),
            },
        }
    }

    fn finish(mut self, end: Duration) -> Result<()> {
        if let Some(frames) = &mut self.audio {
            frames.fill(end.saturating_sub(self.start));
        }
        let inputs = [
            self.video.clone(),
            self.audio.as_ref().map(|frames| frames.input.clone()),
        ];
        for input in inputs.iter().flatten() {
            input
                .end_of_stream()
                .map_err(|error| Error::Write(error.to_string()))?;
        }
        // What is in the queues, and for the index in front the file is copied once.
        let mut quiet = Duration::ZERO;
        let mut level = u64::MAX;
        while !self.check(Duration::from_millis(200))? {
            let now = inputs
                .iter()
                .flatten()
                .map(gst_app::AppSrc::current_level_bytes)
                .sum();
            quiet = if now == level {
                quiet + Duration::from_millis(200)
            } else {
                Duration::ZERO
            };
            level = now;
            if quiet > STALL * 5 {
                return Err(Error::Stalled(quiet));
            }
        }
        Ok(())
    }
}

fn give(input: &gst_app::AppSrc, at: Duration, data: Vec<u8>) {
    let mut buffer = gst::Buffer::from_slice(data);
    if let Some(buffer) = buffer.get_mut() {
        let at = gst::ClockTime::try_from(at).ok();
        buffer.set_pts(at);
        // Our pictures come in the order they are shown in.
        buffer.set_dts(at);
    }
    if let Err(error) = input.push_buffer(buffer) {
        tracing::debug!(%error, "the recording's pipeline takes no more");
    }
}

impl Frames {
    fn position(&self) -> Duration {
        Duration::from_nanos(self.count * FRAME * 1_000_000_000 / RATE)
    }

    fn add(&mut self, at: Duration, start: Duration, data: &[u8]) {
        let half = Duration::from_nanos(FRAME * 500_000_000 / RATE);
        for (index, frame) in adts_frames(data).enumerate() {
            let offset = Duration::from_nanos(index as u64 * FRAME * 1_000_000_000 / RATE);
            let (at, position) = (at + offset, start + self.position());
            // Twice, or before the beginning.
            if at + half < position {
                continue;
            }
            self.fill(at.saturating_sub(start + half));
            self.next(frame.to_vec());
        }
    }

    /// Silence up to a moment.
    fn fill(&mut self, until: Duration) {
        while self.position() < until {
            self.next(self.silence.clone());
        }
    }

    fn next(&mut self, frame: Vec<u8>) {
        give(&self.input, self.position(), frame);
        self.count += 1;
    }
}

/// The frames in a piece of sound (ISO 13818-7, 6.2).
fn adts_frames(mut data: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let [0xff, second, _, fourth, fifth, sixth, ..] = data else {
            return None;
        };
        if second & 0xf0 != 0xf0 {
            return None;
        }
        let size =
            usize::from(fourth & 3) << 11 | usize::from(*fifth) << 3 | usize::from(sixth >> 5);
        let (frame, rest) = data.split_at_checked(size).filter(|_| size >= 7)?;
        data = rest;
        Some(frame)
    })
}

/// One frame of silence from the encoder that made the others.
fn silence() -> Result<Vec<u8>> {
    let frames = std::sync::Arc::new(Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&frames);
    let encoder = AacEncoder::start(Timeline::new(std::time::Instant::now()), move |frame, _| {
        seen.lock().push(frame.to_vec());
    })?;
    encoder.push(Duration::ZERO, &vec![0; 48_000]);
    encoder.finish(Duration::from_secs(10));
    // The first frames still have the encoder's beginning in them.
    let frame = frames.lock().get(5).cloned();
    frame.ok_or_else(|| Error::Setup("the AAC encoder gives nothing".into()))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use crate::live::segments::Segments;
    use crate::live::units::Unit;
    use crate::live::{Packager, PackagerEvent, PackagerSettings};
    use crate::testing::{TestSource, TestSourceSettings, play};

    /// One start of the packager.
    #[derive(Clone, Debug)]
    struct Run {
        /// Where its times begin, in ms.
        from: u64,
        /// In ms.
        length: u64,
        /// How much later than its picture sound is written, in ms; a new one every second.
        lags: Vec<u64>,
        /// How much of the last file is there, in hundredths; the rest was torn off.
        left: usize,
    }

    fn run() -> impl Strategy<Value = Run> {
        let lags = prop::collection::vec(0..10_000_u64, 1..12);
        (0..40_000_u64, 2_000..9_000_u64, lags, 20..=100_usize).prop_map(
            |(from, length, lags, left)| Run {
                from,
                length,
                lags,
                left,
            },
        )
    }

    /// A picture or sound that says of which run and moment (in µs) it is.
    fn named(kind: u8, run: usize, at: Duration) -> Vec<u8> {
        let mut data = vec![0, 0, 0, 1, kind, 16 + u8::try_from(run).unwrap()];
        data.extend(format!("{:012}", at.as_micros()).bytes());
        data
    }

    fn name(data: &[u8]) -> (usize, Duration) {
        let name = data
            .windows(5)
            .position(|at| at[..4] == [0, 0, 0, 1] && at[4] & 0x1f != 9);
        let name = &data[name.unwrap() + 5..];
        let micros: u64 = std::str::from_utf8(&name[1..13]).unwrap().parse().unwrap();
        (usize::from(name[0] - 16), Duration::from_micros(micros))
    }

    /// Pictures and sound of a run in the order they are written.
    fn units(number: usize, run: &Run) -> Vec<Unit> {
        let ms = Duration::from_millis;
        let pictures = (0..run.length / 40).map(|n| (n, ms(run.from + n * 40)));
        let mut sounds = (0..run.length * 3 / 64)
            .map(|n| ms(run.from) + Duration::from_micros(n * 64_000 / 3))
            .peekable();
        let mut units = Vec::new();
        for (n, at) in pictures {
            units.push(Unit::Video {
                at,
                keyframe: n % 25 == 0,
                new_parameters: false,
                data: named(if n % 25 == 0 { 0x65 } else { 0x61 }, number, at).into(),
            });
            let second = usize::try_from(n / 25).unwrap() % run.lags.len();
            let lag = ms(run.lags[second]);
            while let Some(at) = sounds.next_if(|sound| *sound + lag <= at) {
                let data = named(0x7f, number, at).into();
                units.push(Unit::Audio { at, data });
            }
        }
        units
    }

    fn written(runs: &[Run]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (number, run) in runs.iter().enumerate() {
            let second = Duration::from_secs(1);
            let mut segments = Segments::new(folder.path(), second, 40).unwrap();
            for unit in units(number, run) {
                segments.push(&unit).unwrap();
            }
            // Killed.
            drop(segments);
            let last = *numbers(folder.path()).unwrap().last().unwrap();
            let last = folder.path().join(file_name(last));
            let bytes = std::fs::read(&last).unwrap();
            std::fs::write(&last, &bytes[..bytes.len() * run.left / 100]).unwrap();
        }
        folder
    }

    fn survey(folder: &Path) -> Runs {
        let mut survey = Survey::default();
        read(folder, |read| {
            match read {
                Read::File => survey.file(),
                Read::Id(id) => survey.says(id),
                Read::Piece(Piece::Video { at, .. }) => survey.piece(Medium::Video, at, true),
                Read::Piece(Piece::Audio { at, .. }) => survey.piece(Medium::Audio, at, true),
            }
            Ok(())
        })
        .unwrap();
        survey.runs()
    }

    proptest! {
        /// However far sound is written behind its picture, wherever a run begins and whatever was torn
        /// off: a run is moved as a whole, and a recording is as long as what was recorded.
        #[test]
        fn a_recording_is_as_long_as_what_was_recorded(all in prop::collection::vec(run(), 1..5)) {
            let folder = written(&all);
            let runs = survey(folder.path());
            let mut spans: Vec<Option<(i128, i128, i128)>> = vec![None; all.len()];
            let mut order = Vec::new();
            walk(folder.path(), &runs, |piece| {
                let (Piece::Video { at, data } | Piece::Audio { at, data }) = &piece;
                let (run, said) = name(data);
                let (at, said) = (at.as_nanos() as i128, said.as_nanos() as i128);
                let (first, last, shift) = spans[run].get_or_insert((at, at, at - said));
                (*first, *last) = ((*first).min(at), (*last).max(at));
                order.push((run, (at - said - *shift).abs()));
                Ok(())
            }).unwrap();
            // 90 kHz are 11 µs.
            prop_assert!(order.iter().all(|(_, off)| *off < 50_000), "picture and sound stay in step");
            prop_assert!(order.windows(2).all(|pair| pair[0].0 <= pair[1].0));
            let spans: Vec<_> = spans.into_iter().flatten().collect();
            for pair in spans.windows(2) {
                let pause = pair[1].0 - pair[0].1;
                prop_assert!((pause - 40_000_000).abs() < 50_000, "{pause} ns between two runs");
            }
            let recorded: i128 = spans.iter().map(|(first, last, _)| last - first).sum();
            let pauses = 40_000_000 * (spans.len() as i128 - 1);
            let end = |span: Option<(Duration, Duration)>| span.map_or(Duration::ZERO, |span| span.1);
            let start = |span: Option<(Duration, Duration)>| span.map_or(Duration::MAX, |span| span.0);
            let length = end(runs.video).max(end(runs.audio)) - start(runs.video).min(start(runs.audio));
            let off = length.as_nanos() as i128 - recorded - pauses;
            prop_assert!(off.abs() < 1_000_000, "{off} ns too long");
        }

        /// The same where the files do not say of which run they are: those of an earlier version.
        #[test]
        fn runs_are_found_by_their_times(
            lags in prop::collection::vec(0..10_000_u64, 2..4),
            length in 3_000..20_000_u64,
        ) {
            let ms = Duration::from_millis;
            let mut survey = Survey::default();
            let mut pieces = Vec::new();
            for lag in &lags {
                // A file a second; sound is so many files behind.
                for second in 0..(length + lag).div_ceil(1_000) {
                    survey.file();
                    for (medium, behind) in [(Medium::Video, 0), (Medium::Audio, *lag)] {
                        for at in (second * 1_000..second * 1_000 + 1_000).step_by(40) {
                            if let Some(at) = at.checked_sub(behind)
                                && at < length
                            {
                                survey.piece(medium, ms(at), true);
                                pieces.push(ms(at));
                            }
                        }
                    }
                }
            }
            let runs = survey.runs();
            let (mut placing, mut shifts) = (runs.placing(), Vec::new());
            for at in pieces {
                let shift = placing.place(at) - at;
                if shifts.last() != Some(&shift) {
                    shifts.push(shift);
                }
            }
            prop_assert_eq!(shifts.len(), lags.len());
            let (first, last) = runs.video.unwrap();
            prop_assert!(last - first <= ms((length + 40) * lags.len() as u64));
        }
    }

    /// Flashes and beeps, as the packager writes them, for so many segments.
    fn flashes(folder: &Path, segments: usize) {
        let (epoch, (send, receive)) = (Instant::now(), std::sync::mpsc::channel());
        let settings = PackagerSettings {
            epoch,
            folder: folder.to_owned(),
            segment: Duration::from_secs(1),
            window: 40,
        };
        let packager = Packager::start(settings, move |event| {
            let _ = send.send(event);
        });
        let packager = std::sync::Arc::new(Mutex::new(Some(packager.unwrap())));
        let into = std::sync::Arc::clone(&packager);
        let settings = TestSourceSettings {
            flash: true,
            size: (320, 180),
            keyframe_every: 25,
            ..TestSourceSettings::new(epoch, [255; 3], 1_000.0)
        };
        let source = TestSource::start(&settings, move |packet| {
            if let Some(packager) = &*into.lock() {
                packager.push(packet);
            }
        })
        .unwrap();
        let mut done = 0;
        while done < segments {
            let event = receive.recv_timeout(Duration::from_secs(60)).unwrap();
            done += usize::from(matches!(event, PackagerEvent::Segment { .. }));
        }
        drop(source);
        let packager = packager.lock().take();
        packager.unwrap().finish().unwrap();
    }

    /// Writes what is in a folder into another one, sound so much later than its picture.
    fn lagging(from: &Path, to: &Path, lag: Duration) {
        let (mut pictures, mut sounds) = (Vec::new(), Vec::new());
        read(from, |read| {
            match read {
                Read::Piece(Piece::Video { at, data }) => pictures.push((at, data)),
                Read::Piece(Piece::Audio { at, data }) => sounds.push((at, data)),
                Read::File | Read::Id(_) => {}
            }
            Ok(())
        })
        .unwrap();
        let mut segments = Segments::new(to, Duration::from_secs(1), 40).unwrap();
        let mut sounds = sounds.into_iter().peekable();
        let sound = |(at, data): (Duration, Vec<u8>)| Unit::Audio {
            at,
            data: Bytes::from(data),
        };
        for (at, data) in pictures {
            let keyframe = nal_units(&data).any(|unit| unit_type(unit) == 7);
            let unit = Unit::Video {
                at,
                keyframe,
                new_parameters: false,
                data: Bytes::from(data),
            };
            segments.push(&unit).unwrap();
            while let Some(piece) = sounds.next_if(|(sound, _)| *sound + lag <= at) {
                segments.push(&sound(piece)).unwrap();
            }
        }
        for piece in sounds {
            segments.push(&sound(piece)).unwrap();
        }
        segments.finish().unwrap();
    }

    #[test]
    fn sound_that_was_written_late_stretches_nothing_and_stays_in_step() {
        let folder = tempfile::tempdir().unwrap();
        let [plain, late] = ["plain", "late"].map(|name| folder.path().join(name));
        flashes(&plain, 9);
        let wanted = recording(&plain, &folder.path().join("plain.mp4")).unwrap();
        // Twice, as after a restart.
        for lag in [3, 6] {
            lagging(&plain, &late, Duration::from_secs(lag));
        }
        let out = folder.path().join("late.mp4");
        let recorded = recording(&late, &out).unwrap();
        let off = recorded.duration_ms.abs_diff(2 * wanted.duration_ms);
        assert!(off < 300, "{recorded:?} of twice {wanted:?}");
        let uri = format!("file://{}", out.display());
        let played = play(&uri, Duration::from_secs(60), |_| false).unwrap();
        let beeps = played.beeps();
        // A beep is told by the silence before it: not at the beginning, nor where the two meet.
        let join = Duration::from_millis(wanted.duration_ms);
        let end = Duration::from_millis(recorded.duration_ms);
        let mut flashes = played.flashes();
        flashes.retain(|flash| {
            let away = |from: Duration| flash.abs_diff(from) > Duration::from_millis(700);
            away(Duration::ZERO) && away(join) && away(end)
        });
        assert!(flashes.len() >= 12, "{flashes:?}");
        for flash in flashes {
            let nearest = beeps.iter().map(|beep| beep.abs_diff(flash)).min();
            assert!(
                nearest.is_some_and(|off| off <= Duration::from_millis(40)),
                "{flash:?} {beeps:?}"
            );
        }
    }

    #[test]
    fn frames_are_told_apart() {
        let frame = |size: usize| {
            let mut bytes = vec![7; size];
            bytes[..7].copy_from_slice(&[0xff, 0xf1, 0x4c, 0x80, 0, 0x1f, 0xfc]);
            bytes[3] |= u8::try_from(size >> 11).unwrap();
            bytes[4] = u8::try_from(size >> 3 & 0xff).unwrap();
            bytes[5] |= u8::try_from((size & 7) << 5).unwrap();
            bytes
        };
        let all = [frame(9), frame(300), frame(2_100)].concat();
        let sizes: Vec<_> = adts_frames(&all).map(<[u8]>::len).collect();
        assert_eq!(sizes, [9, 300, 2_100]);
        assert_eq!(adts_frames(&all[..200]).count(), 1);
        assert_eq!(adts_frames(&[0xff, 0xf1, 0, 0, 0, 0, 0, 0]).count(), 0);
    }

    #[test]
    fn an_empty_folder_is_no_recording() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out.mp4");
        assert!(matches!(
            recording(folder.path(), &out),
            Err(Error::NotMedia { .. })
        ));
        std::fs::write(folder.path().join("000000.ts"), [0x47; 1_000]).unwrap();
        assert!(matches!(
            recording(folder.path(), &out),
            Err(Error::NotMedia { .. })
        ));
        assert!(!out.exists());
    }
}
