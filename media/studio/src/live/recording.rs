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
    /// Where in all that was recorded it begins, in ms: where a whole picture is, at the latest where it was asked
    /// for.
    pub from_ms: u64,
    /// How long all that was recorded is, in ms.
    pub whole_ms: u64,
}

/// A part of what was recorded, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it begins.
    pub from: Duration,
    /// Where it ends.
    pub to: Duration,
}

/// Joins the segments in `folder` into the MP4 `out`, index in front. Blocking: about the time of
/// copying; transcodes, at several times the speed of playing, only when the size of the picture changed on the
/// way.
///
/// # Errors
/// [`Error::NotMedia`] when there is nothing in the segments, [`Error::NoPicture`], [`Error::Open`], [`Error::Write`],
/// [`Error::Stalled`]. `out` is removed again on any of them.
pub fn recording(folder: &Path, out: &Path) -> Result<Recorded> {
    recording_of(folder, out, None)
}

/// As [`recording`], of a part only: nothing is decoded for it, so it begins with the last whole picture before
/// where it was asked for. Where it really lies is [told](Recorded::from_ms).
///
/// # Errors
/// As [`recording`]; [`Error::NotMedia`] when there is nothing in the part.
pub fn recording_of(folder: &Path, out: &Path, part: Option<Part>) -> Result<Recorded> {
    crate::pipeline::init()?;
    let scratch = out.with_extension("faststart");
    let made = make(folder, out, &scratch, part);
    // GStreamer leaves its scratch file behind when it is stopped half-way.
    let _ = std::fs::remove_file(&scratch);
    if made.is_err() {
        let _ = std::fs::remove_file(out);
    }
    made
}

fn make(folder: &Path, out: &Path, scratch: &Path, part: Option<Part>) -> Result<Recorded> {
    let summary = Summary::of(folder)?;
    let (start, end) = (summary.start(), summary.end());
    let span = part.map(|part| summary.within(folder, part)).transpose()?;
    write(folder, out, scratch, &summary, span)?;
    let info = probe(out)?;
    let (width, height) = info.video.display_size();
    let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let duration_ms = ms(info.duration);
    Ok(Recorded {
        duration_ms,
        from_ms: span.map_or(0, |(from, _)| ms(from.saturating_sub(start))),
        // Its last picture lasts as long as those before.
        whole_ms: span.map_or(duration_ms, |_| ms(end.saturating_sub(start))),
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

    /// From which whole picture to which moment a part lasts.
    fn within(&self, folder: &Path, part: Part) -> Result<(Duration, Duration)> {
        let start = self.start();
        let (from, to) = (start + part.from, self.end().min(start + part.to));
        let mut begins = start;
        walk(folder, &self.runs, |piece| {
            if let Piece::Video { at, data } = piece
                && at > begins
                && at <= from
                && (self.only_blank || !blank::is(&data))
                && nal_units(&data).any(|unit| unit_type(unit) == 7)
            {
                begins = at;
            }
            Ok(())
        })?;
        if to <= begins {
            return Err(Error::NotMedia {
                detail: "nothing was recorded in this part".into(),
            });
        }
        Ok((begins, to))
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

fn write(
    folder: &Path,
    out: &Path,
    scratch: &Path,
    summary: &Summary,
    span: Option<(Duration, Duration)>,
) -> Result<()> {
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
        start: span.map_or_else(|| summary.start(), |(from, _)| from),
        until: span.map(|(_, to)| to),
        shown: None,
    };
    walk(folder, &summary.runs, |piece| feed.push(piece))?;
    feed.finish(span.map_or_else(|| summary.end(), |(_, to)| to))
}

/// Gives pieces to the pipeline at the speed it takes them.
struct Feed {
    running: Running,
    video: Option<gst_app::AppSrc>,
    audio: Option<Frames>,
    begun: bool,
    keep_blank: bool,
    start: Duration,
    /// What comes then or later is left out.
    until: Option<Duration>,
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
        let (Piece::Video { at, .. } | Piece::Audio { at, .. }) = &piece;
        if self.until.is_some_and(|until| *at >= until) {
            return Ok(());
        }
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
mod tests;
