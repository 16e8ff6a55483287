//! Plays a file or an address through the player every GStreamer program uses, as fast as it comes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use gst::prelude::*;
use parking_lot::Mutex;

use crate::pipeline::Running;
use crate::{Error, Result};

/// What was seen and heard.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// Time and mean brightness of each picture.
    pub pictures: Vec<(Duration, f64)>,
    /// Sizes of pictures, in the order they were first seen.
    pub sizes: Vec<(u32, u32)>,
    /// Time of the first sample of sound.
    pub sound_at: Option<Duration>,
    /// One channel at 48 kHz, without what is missing in between.
    pub sound: Vec<i16>,
}

impl Played {
    /// When flashes begin: dark becomes bright.
    #[must_use]
    pub fn flashes(&self) -> Vec<Duration> {
        let bright = |value: f64| value > 60.0;
        self.pictures
            .windows(2)
            .filter(|pair| !bright(pair[0].1) && bright(pair[1].1))
            .map(|pair| pair[1].0)
            .collect()
    }

    /// When beeps begin: half a second of silence becomes loud.
    #[must_use]
    pub fn beeps(&self) -> Vec<Duration> {
        let mut beeps = Vec::new();
        let mut quiet = 0;
        for (index, &sample) in self.sound.iter().enumerate() {
            if sample.unsigned_abs() > 1_500 {
                if quiet > 24_000 {
                    let samples = Duration::from_nanos(index as u64 * 1_000_000_000 / 48_000);
                    beeps.push(self.sound_at.unwrap_or_default() + samples);
                }
                quiet = 0;
            } else {
                quiet += 1;
            }
        }
        beeps
    }
}

/// Plays until the end, until `enough` says so, or until patience ends.
///
/// # Errors
/// What the pipeline says, and [`Error::Stalled`] when patience ends first.
pub fn play(uri: &str, patience: Duration, enough: impl Fn(&Played) -> bool) -> Result<Played> {
    crate::pipeline::init()?;
    let pipeline = gst::Pipeline::new();
    let from = crate::pipeline::make("uridecodebin")?;
    pipeline
        .add(&from)
        .map_err(|error| Error::Setup(error.to_string()))?;
    from.set_property("uri", uri);
    let played: Arc<Mutex<Played>> = Arc::default();
    let (weak, seen) = (pipeline.downgrade(), Arc::clone(&played));
    from.connect_pad_added(move |_, pad| {
        if let Some(pipeline) = weak.upgrade()
            && let Err(error) = plug(&pipeline, pad, &seen)
        {
            tracing::warn!(%error, "a stream cannot be played");
        }
    });
    let running = Running(pipeline);
    if running.0.set_state(gst::State::Playing).is_err() {
        return Err(running.error().unwrap_or(Error::NotMedia {
            detail: "does not start".into(),
        }));
    }
    let bus = running
        .0
        .bus()
        .ok_or_else(|| Error::Setup("no bus".into()))?;
    let until = Instant::now() + patience;
    while Instant::now() < until {
        let wanted = [gst::MessageType::Eos, gst::MessageType::Error];
        let message = bus.timed_pop_filtered(gst::ClockTime::from_mseconds(50), &wanted);
        match message.as_ref().map(|message| message.view()) {
            Some(gst::MessageView::Error(error)) => {
                return Err(crate::pipeline::categorize(
                    &error.error(),
                    error.debug().as_deref(),
                ));
            }
            Some(_) => return Ok(played.lock().clone()),
            None if enough(&played.lock()) => return Ok(played.lock().clone()),
            None => {}
        }
    }
    let seen = played.lock();
    Err(Error::Damaged {
        detail: format!(
            "in {patience:?} only {} pictures and {} samples",
            seen.pictures.len(),
            seen.sound.len()
        ),
    })
}

fn plug(pipeline: &gst::Pipeline, pad: &gst::Pad, played: &Arc<Mutex<Played>>) -> Result<()> {
    let setup = |error: gst::glib::BoolError| Error::Setup(error.to_string());
    let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
    let video = caps
        .structure(0)
        .is_some_and(|structure| structure.name().starts_with("video/"));
    let description = if video {
        "queue ! videoconvert ! video/x-raw,format=I420 ! appsink name=out sync=false"
    } else {
        "queue ! audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate=48000,channels=2 ! appsink name=out sync=false"
    };
    let bin = gst::parse::bin_from_description(description, true)
        .map_err(|error| Error::Setup(error.to_string()))?;
    let output = bin
        .by_name("out")
        .and_then(|element| element.downcast::<gst_app::AppSink>().ok())
        .ok_or_else(|| Error::Setup("no output".into()))?;
    let seen = Arc::clone(played);
    crate::live::pipe::drain(&output, move |sample, at| {
        if video {
            look(&sample, at, &mut seen.lock());
        } else {
            listen(&sample, at, &mut seen.lock());
        }
    });
    pipeline.add(&bin).map_err(setup)?;
    bin.sync_state_with_parent().map_err(setup)?;
    let sink = bin
        .static_pad("sink")
        .ok_or_else(|| Error::Setup("no pad".into()))?;
    pad.link(&sink)
        .map_err(|error| Error::Setup(error.to_string()))?;
    Ok(())
}

fn look(sample: &gst::Sample, at: Duration, played: &mut Played) {
    let (Some(buffer), Some(caps)) = (sample.buffer(), sample.caps()) else {
        return;
    };
    let Ok(info) = gst_video::VideoInfo::from_caps(caps) else {
        return;
    };
    let Ok(map) = buffer.map_readable() else {
        return;
    };
    let luma = &map[..(info.stride()[0].unsigned_abs() * info.height()) as usize];
    let sum: u64 = luma.iter().map(|&pixel| u64::from(pixel)).sum();
    #[expect(clippy::cast_precision_loss, reason = "some million pixels")]
    let mean = sum as f64 / luma.len().max(1) as f64;
    played.pictures.push((at, mean));
    let size = (info.width(), info.height());
    if !played.sizes.contains(&size) {
        played.sizes.push(size);
    }
}

fn listen(sample: &gst::Sample, at: Duration, played: &mut Played) {
    played.sound_at.get_or_insert(at);
    let samples = crate::live::samples_of(sample);
    played.sound.extend(samples.iter().step_by(2));
}
