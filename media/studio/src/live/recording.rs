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
use super::segments::numbers;
use super::ts::{Piece, Reader};
use super::{Timeline, blank, pipe, sps};
use crate::pipeline::Running;
use crate::transcode::target_size;
use crate::{Error, Result, probe};

/// Samples of one AAC frame.
const FRAME: u64 = 1_024;
const RATE: u64 = 48_000;
/// A jump of the timestamps beyond this is another run of the packager, not a pause.
const JUMP: Duration = Duration::from_secs(10);
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

/// Reads all pieces in order, on one time line without jumps.
fn walk(folder: &Path, mut each: impl FnMut(Piece) -> Result<()>) -> Result<()> {
    let open = |source| Error::Open {
        path: folder.to_owned(),
        source,
    };
    let mut shift = 0_i128;
    let mut last: Option<Duration> = None;
    let mut result = Ok(());
    for number in numbers(folder).map_err(open)? {
        let file = File::open(folder.join(file_name(number))).map_err(open)?;
        let read = Reader::default().read(&mut BufReader::with_capacity(1 << 18, file), |piece| {
            let (Piece::Video { at, .. } | Piece::Audio { at, .. }) = &piece;
            let raw = i128::try_from(at.as_nanos()).unwrap_or(0);
            if let Some(last) = last {
                let (end, jump) = (last.as_nanos() as i128, JUMP.as_nanos() as i128);
                let now = raw + shift;
                if now > end + jump || now + jump / 4 < end {
                    shift = end + 40_000_000 - raw;
                }
            }
            let at = Duration::from_nanos(u64::try_from(raw + shift).unwrap_or(0));
            last = Some(last.map_or(at, |last| last.max(at)));
            if result.is_ok() {
                result = each(match piece {
                    Piece::Video { data, .. } => Piece::Video { at, data },
                    Piece::Audio { data, .. } => Piece::Audio { at, data },
                });
            }
        });
        read.map_err(open)?;
        std::mem::replace(&mut result, Ok(()))?;
    }
    Ok(())
}

/// What has to be known before writing.
#[derive(Default)]
struct Summary {
    parameters: Vec<Vec<u8>>,
    sizes: Vec<(u32, u32)>,
    video: Option<(Duration, Duration)>,
    audio: Option<(Duration, Duration)>,
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
        walk(folder, |piece| {
            let (span, at) = match &piece {
                Piece::Video { at, data } => {
                    if blank::is(data) {
                        blank.get_or_insert_with(|| data.clone());
                    } else {
                        summary.keyframe(data);
                    }
                    if summary.parameters.is_empty() && blank.is_none() {
                        return Ok(());
                    }
                    (&mut summary.video, *at)
                }
                Piece::Audio { at, data } => {
                    loud += adts_frames(data)
                        .filter(|frame| *frame != summary.silence)
                        .count();
                    (&mut summary.audio, *at)
                }
            };
            let (first, last) = span.get_or_insert((at, at));
            (*first, *last) = ((*first).min(at), (*last).max(at));
            Ok(())
        })?;
        // The encoder's first frames differ also when nobody speaks.
        if loud <= 10 {
            summary.audio = None;
        }
        if let (true, Some(blank)) = (summary.parameters.is_empty(), blank) {
            summary.only_blank = true;
            summary.keyframe(&blank);
        }
        if summary.video.is_none() && summary.audio.is_some() {
            return Err(Error::NoPicture);
        }
        if summary.video.is_none() {
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
        match (self.video, self.audio) {
            (Some((video, _)), Some((audio, _))) if video <= audio + EARLY => video,
            (Some((video, _)), Some((audio, _))) => video.min(audio),
            (video, audio) => video.or(audio).map_or(Duration::ZERO, |(first, _)| first),
        }
    }

    fn end(&self) -> Duration {
        let last = |span: Option<(Duration, Duration)>| span.map_or(Duration::ZERO, |span| span.1);
        last(self.video).max(last(self.audio))
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
    let sound = if summary.audio.is_some() {
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
    let video: Option<gst_app::AppSrc> = match summary.video {
        Some(_) => Some(pipe::named(&pipeline, "video")?),
        None => None,
    };
    let audio = match summary.audio {
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
    };
    walk(folder, |piece| feed.push(piece))?;
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
                    give(&input, at - self.start, data);
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
    use super::*;

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
