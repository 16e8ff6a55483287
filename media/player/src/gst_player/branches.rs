//! From what the decoder shows to the sinks: one branch for the picture, one for the sound.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use gst::prelude::*;
use parking_lot::Mutex;

use super::picture::{self, Flow, Pictures};
use super::settings::{Settings, Sound};
use crate::{SoundTap, echo};

/// Largest picture handed out, in pixels: a television's. Larger ones are scaled down.
const LARGEST: (i32, i32) = (1920, 1080);

/// What is different about the sound of a conversation.
pub(super) struct Conversation {
    /// Hears what is played.
    pub(super) tap: Option<SoundTap>,
}

/// What `pad-added`, on a streaming thread, has built so far.
pub(super) struct Branches {
    number: u64,
    settings: Settings,
    loudness: Mutex<(u8, bool)>,
    pictures: Arc<Pictures>,
    flow: Arc<Flow>,
    /// Somebody is speaking: little delay, and the echo canceller hears what is played.
    conversation: Option<Conversation>,
    /// Kinds of stream that have come as far as their sink.
    linked: Mutex<gst::StreamType>,
    /// The decoder has nothing more to show.
    all_shown: AtomicBool,
    video: Mutex<Option<gst::Pad>>,
    audio: Mutex<Option<(gst::Pad, gst::Bin, gst::Element)>>,
}

impl Branches {
    pub(super) fn new(
        number: u64,
        settings: Settings,
        loudness: (u8, bool),
        pictures: Arc<Pictures>,
        flow: Arc<Flow>,
    ) -> Self {
        Self {
            number,
            settings,
            loudness: Mutex::new(loudness),
            pictures,
            flow,
            conversation: None,
            linked: Mutex::new(gst::StreamType::empty()),
            all_shown: AtomicBool::new(false),
            video: Mutex::default(),
            audio: Mutex::default(),
        }
    }

    pub(super) fn conversing(self, tap: Option<SoundTap>) -> Self {
        Self {
            conversation: Some(Conversation { tap }),
            ..self
        }
    }

    /// Where an event enters on its way up to the demuxer.
    pub(super) fn entrance(&self) -> Option<gst::Pad> {
        let video = self.video.lock().clone();
        video.or_else(|| self.audio.lock().as_ref().map(|sound| sound.0.clone()))
    }

    pub(super) fn set_loudness(&self, volume: u8, muted: bool) {
        *self.loudness.lock() = (volume, muted);
        if let Some((_, _, element)) = &*self.audio.lock() {
            apply_loudness(element, volume, muted);
        }
    }

    /// Whether this is a part of the sound branch.
    pub(super) fn has_in_sound(&self, object: &gst::Object) -> bool {
        self.audio.lock().as_ref().is_some_and(|(_, bin, _)| {
            object == bin.upcast_ref::<gst::Object>() || object.has_as_ancestor(bin)
        })
    }

    /// Whether each of these kinds of stream has its sink. Of nothing announced (the classic
    /// decoder), all that there is.
    pub(super) fn cover(&self, announced: gst::StreamType) -> bool {
        let shown = announced & (gst::StreamType::VIDEO | gst::StreamType::AUDIO);
        if shown.is_empty() {
            return self.all_shown.load(Ordering::Relaxed);
        }
        self.linked.lock().contains(shown)
    }

    pub(super) fn has_sound(&self) -> bool {
        self.linked.lock().contains(gst::StreamType::AUDIO)
    }

    pub(super) fn set_all_shown(&self) {
        self.all_shown.store(true, Ordering::Relaxed);
    }

    pub(super) fn any(&self) -> bool {
        !self.linked.lock().is_empty()
    }

    pub(super) fn add(
        &self,
        bin: &gst::Pipeline,
        pad: &gst::Pad,
    ) -> Result<(), gst::glib::BoolError> {
        let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
        let name = caps
            .structure(0)
            .map_or_else(|| pad.name().to_string(), |s| s.name().to_string());
        let (kind, target) = if name.starts_with("video") {
            let mut video = self.video.lock();
            let target = match &*video {
                Some(target) => target.clone(),
                None => video.insert(self.build_video(bin)?).clone(),
            };
            (gst::StreamType::VIDEO, target)
        } else if name.starts_with("audio") {
            let mut audio = self.audio.lock();
            let target = match &*audio {
                Some((target, _, _)) => target.clone(),
                None => audio.insert(self.build_audio(bin)?).0.clone(),
            };
            (gst::StreamType::AUDIO, target)
        } else {
            return Ok(());
        };
        if target.is_linked() {
            tracing::debug!(%name, "a second stream of the kind is not shown");
            return Ok(());
        }
        pad.link(&target)
            .map_err(|error| gst::glib::bool_error!("cannot link {name}: {error:?}"))?;
        self.linked.lock().insert(kind);
        Ok(())
    }

    fn build_video(&self, bin: &gst::Pipeline) -> Result<gst::Pad, gst::glib::BoolError> {
        // Telephones film sideways and say so in a tag.
        let flip = gst::ElementFactory::make("videoflip")
            .property_from_str("video-direction", "auto")
            .build()?;
        let convert = gst::ElementFactory::make("videoconvertscale")
            .property("qos", self.settings.skip_late_pictures)
            .build()?;
        let filter = gst::ElementFactory::make("capsfilter")
            .property("caps", plain_caps().build())
            .build()?;
        let sink = picture::sink(
            self.number,
            &self.pictures,
            &self.flow,
            self.settings.skip_late_pictures,
        );
        let sink = sink.upcast::<gst::Element>();
        let elements = [&flip, &convert, &filter, &sink];
        bin.add_many(elements)?;
        gst::Element::link_many(elements)?;
        fit_to_television(&convert, &filter)?;
        // From the sink up, so that nothing arrives where it is not awaited.
        for element in elements.iter().rev() {
            element.sync_state_with_parent()?;
        }
        sink_pad(&flip)
    }

    fn build_audio(
        &self,
        bin: &gst::Pipeline,
    ) -> Result<(gst::Pad, gst::Bin, gst::Element), gst::glib::BoolError> {
        let convert = gst::ElementFactory::make("audioconvert").build()?;
        let resample = gst::ElementFactory::make("audioresample").build()?;
        let volume = gst::ElementFactory::make("volume").build()?;
        // autoaudiosink becomes a silent sink in step with the clock when there is no device.
        let sink = match self.settings.sound {
            Sound::Device => gst::ElementFactory::make("autoaudiosink").build()?,
            Sound::Silent => gst::ElementFactory::make("fakesink")
                .property("sync", true)
                .build()?,
        };
        let (loudness, muted) = *self.loudness.lock();
        apply_loudness(&volume, loudness, muted);
        let sound = gst::Bin::builder().name("sound").build();
        let mut elements = vec![&convert, &resample, &volume];
        let plain = match &self.conversation {
            Some(conversation) => Some(tapped(bin, conversation.tap.clone())?),
            None => None,
        };
        elements.extend(&plain);
        elements.push(&sink);
        if self.conversation.is_some() {
            hurry(&sink);
        }
        sound.add_many(elements.iter().copied())?;
        gst::Element::link_many(elements.iter().copied())?;
        self.flow.watch_sound(&sink_pad(&volume)?);
        let entrance = gst::GhostPad::with_target(&sink_pad(&convert)?)?;
        sound.add_pad(&entrance)?;
        bin.add(&sound)?;
        sound.sync_state_with_parent()?;
        Ok((entrance.upcast(), sound, volume))
    }
}

/// Passes what goes to the loudspeaker to the tap and to the echo canceller.
fn tapped(
    pipeline: &gst::Pipeline,
    tap: Option<SoundTap>,
) -> Result<gst::Element, gst::glib::BoolError> {
    let caps = gst::Caps::builder("audio/x-raw")
        .field("format", "S16LE")
        .field("layout", "interleaved")
        .field("rate", 48_000_i32)
        .field("channels", 2_i32)
        .build();
    let plain = gst::ElementFactory::make("capsfilter")
        .property("caps", caps)
        .build()?;
    let pipeline = pipeline.downgrade();
    // The sink tells everybody how late it plays.
    let late_ns = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&late_ns);
    let entrance = sink_pad(&plain)?;
    entrance.add_probe(gst::PadProbeType::EVENT_UPSTREAM, move |_, info| {
        if let Some(gst::EventView::Latency(event)) = info.event().map(|e| e.view()) {
            told.store(event.latency().nseconds(), Ordering::Relaxed);
        }
        gst::PadProbeReturn::Ok
    });
    entrance.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        if let Some(buffer) = info.buffer() {
            if let Some(tap) = &tap
                && let Ok(bytes) = buffer.map_readable()
            {
                let samples: Vec<i16> = bytes
                    .chunks_exact(2)
                    .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
                    .collect();
                tap(&samples);
            }
            if let Some(pipeline) = pipeline.upgrade() {
                let late = gst::ClockTime::from_nseconds(late_ns.load(Ordering::Relaxed));
                echo::played(&pipeline, pad, buffer, late);
            }
        }
        gst::PadProbeReturn::Ok
    });
    Ok(plain)
}

/// A sound device buffers 200 ms unless told otherwise, and the picture waits for it.
fn hurry(sink: &gst::Element) {
    const BUFFER_US: i64 = 60_000;
    const PIECE_US: i64 = 10_000;
    if let Some(choice) = sink.downcast_ref::<gst::Bin>() {
        choice.connect_deep_element_added(|_, _, element| {
            if element.has_property("buffer-time") && element.has_property("latency-time") {
                element.set_property("buffer-time", BUFFER_US);
                element.set_property("latency-time", PIECE_US);
            }
        });
    }
}

fn sink_pad(element: &gst::Element) -> Result<gst::Pad, gst::glib::BoolError> {
    element
        .static_pad("sink")
        .ok_or_else(|| gst::glib::bool_error!("{} has no sink pad", element.name()))
}

/// What decoders make of nearly every programme, and [`crate::colours`] reads. Everything else is
/// converted to one of them.
fn plain_caps() -> gst::caps::Builder<gst::caps::NoFeature> {
    gst::Caps::builder("video/x-raw").field("format", gst::List::new(["I420", "NV12"]))
}

/// Fixes the output size when the picture is larger than a television or its pixels are not
/// square; otherwise nothing is scaled.
fn fit_to_television(
    convert: &gst::Element,
    filter: &gst::Element,
) -> Result<(), gst::glib::BoolError> {
    let filter = filter.downgrade();
    sink_pad(convert)?.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, move |_, info| {
        if let Some(gst::EventView::Caps(caps)) = info.event().map(|e| e.view())
            && let Some(filter) = filter.upgrade()
            && let Ok(video) = gst_video::VideoInfo::from_caps(caps.caps())
        {
            let caps = match fitting_size(video.width(), video.height(), video.par()) {
                Some((width, height)) => plain_caps()
                    .field("width", width)
                    .field("height", height)
                    .field("pixel-aspect-ratio", gst::Fraction::new(1, 1))
                    .build(),
                None => plain_caps().build(),
            };
            filter.set_property("caps", caps);
        }
        gst::PadProbeReturn::Ok
    });
    Ok(())
}

/// The size to scale to, or `None` if it may stay.
fn fitting_size(width: u32, height: u32, par: gst::Fraction) -> Option<(i32, i32)> {
    let (w, h) = (f64::from(width), f64::from(height));
    let square = par.numer() <= 0 || par.denom() <= 0 || par.numer() == par.denom();
    let stretch = if square {
        1.0
    } else {
        f64::from(par.numer()) / f64::from(par.denom())
    };
    let (largest_w, largest_h) = (f64::from(LARGEST.0), f64::from(LARGEST.1));
    if square && w <= largest_w && h <= largest_h {
        return None;
    }
    let scale = (largest_w / (w * stretch)).min(largest_h / h).min(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most 1920 after scaling"
    )]
    let whole = |side: f64| (side.round() as i32).max(1);
    Some((whole(w * stretch * scale), whole(h * scale)))
}

/// Perceived loudness goes with the cube root of the amplitude.
fn apply_loudness(element: &gst::Element, volume: u8, muted: bool) {
    element.set_property("volume", (f64::from(volume) / 100.0).powi(3));
    element.set_property("mute", muted);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_too_large_or_not_square_is_scaled() {
        let square = gst::Fraction::new(1, 1);
        assert_eq!(fitting_size(1920, 1080, square), None);
        assert_eq!(fitting_size(320, 180, square), None);
        assert_eq!(fitting_size(3840, 2160, square), Some((1920, 1080)));
        assert_eq!(fitting_size(1080, 1920, square), Some((608, 1080)));
        assert_eq!(
            fitting_size(720, 576, gst::Fraction::new(16, 15)),
            Some((768, 576))
        );
        assert_eq!(fitting_size(1, 100_000, square), Some((1, 1080)));
    }
}
