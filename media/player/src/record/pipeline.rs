//! From the microphone to Opus in Ogg:
//!
//! ```text
//! microphone ▸ audioconvert ▸ audioresample ▸ (webrtcdsp) ▸ capsfilter ▸ level ▸ opusenc ▸ oggmux ▸ appsink
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;

use gst::prelude::*;
use gst_app::{AppSink, AppSinkCallbacks};
use parking_lot::Mutex;

use super::{LONGEST_MS, Microphone, Note, RecordError};
use crate::gst_player::pipeline::stop;
use crate::publish::{parse_microphone, quoted};

/// Samples a millisecond.
const PER_MS: u64 = 48;
/// So many samples are the longest recording.
const MOST: u64 = LONGEST_MS as u64 * PER_MS;

/// What streaming threads have seen so far.
#[derive(Default)]
pub(super) struct Heard {
    /// Samples that went into the encoder.
    samples: AtomicU64,
    /// There are as many as there may be.
    full: AtomicBool,
    ogg: Mutex<Vec<u8>>,
}

impl Heard {
    pub(super) fn length_ms(&self) -> u32 {
        let ms = self.samples.load(Ordering::Acquire) / PER_MS;
        u32::try_from(ms).unwrap_or(LONGEST_MS)
    }

    /// Takes what the muxer has written.
    pub(super) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.ogg.lock())
    }
}

pub(super) struct Recording {
    bin: gst::Pipeline,
    pub(super) heard: Arc<Heard>,
}

impl Recording {
    pub(super) fn open(
        microphone: &Microphone,
        number: u64,
        notes: &Sender<Note>,
    ) -> Result<Self, RecordError> {
        Self::launch(&description(microphone)?, number, notes)
    }

    fn launch(description: &str, number: u64, notes: &Sender<Note>) -> Result<Self, RecordError> {
        let internal = |error: gst::glib::Error| RecordError::Internal(error.to_string());
        let bin = gst::parse::launch(description)
            .map_err(internal)?
            .downcast::<gst::Pipeline>()
            .map_err(|_| RecordError::Internal("not a pipeline".into()))?;
        let heard = Arc::new(Heard::default());
        count(&bin, &heard, number, notes);
        collect(&bin, &heard, number, notes);
        if let Some(bus) = bin.bus() {
            let notes = notes.clone();
            bus.set_sync_handler(move |_, message| {
                // The recorder's thread may be gone already while the last messages come.
                let _ = notes.send(Note::Bus(number, message.to_owned()));
                gst::BusSyncReply::Drop
            });
        }
        if bin.set_state(gst::State::Playing).is_err() {
            // The bus has said why.
            tracing::debug!("the microphone does not start");
        }
        Ok(Self { bin, heard })
    }

    /// Lets what is under way come to its end: [`Note::Ended`] follows. A microphone that hangs or has
    /// gone away cannot pass the end on, so it is told to what comes after it.
    pub(super) fn end(&self, microphone_is_gone: bool) {
        let told = if microphone_is_gone {
            let after = self.bin.by_name("after");
            let pad = after.and_then(|element| element.static_pad("sink"));
            pad.is_some_and(|pad| pad.send_event(gst::event::Eos::new()))
        } else {
            self.bin.send_event(gst::event::Eos::new())
        };
        if !told {
            tracing::debug!(microphone_is_gone, "the end is not passed on");
        }
    }

    pub(super) fn close(self) {
        stop(self.bin);
    }
}

fn description(microphone: &Microphone) -> Result<String, RecordError> {
    let source = match microphone {
        Microphone::None => return Err(RecordError::NothingChosen),
        Microphone::Test(hz) => {
            format!(
                "audiotestsrc name=microphone is-live=true freq={hz} volume=0.2 samplesperbuffer=480"
            )
        }
        Microphone::Device(id) => {
            let (element, place) = parse_microphone(id)
                .ok_or_else(|| RecordError::NoMicrophone("no such microphone".into()))?;
            format!("{element} name=microphone device={}", quoted(place))
        }
    };
    // Whoever speaks sits three metres away.
    let can = gst::ElementFactory::find("webrtcdsp").is_some();
    let treated = if matches!(microphone, Microphone::Device(_)) && can {
        " ! audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1 \
         ! webrtcdsp echo-cancel=false noise-suppression=true gain-control=true"
    } else {
        ""
    };
    Ok(format!(
        "{source} ! audioconvert name=after ! audioresample{treated} ! audioconvert ! audioresample \
         ! capsfilter name=plain caps=audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1 \
         ! level interval=100000000 ! queue max-size-time=5000000000 max-size-buffers=0 max-size-bytes=0 \
         ! opusenc bitrate=16000 audio-type=voice ! oggmux ! appsink name=out sync=false"
    ))
}

/// Counts what goes into the encoder, and lets no more of it through than there may be.
fn count(bin: &gst::Pipeline, heard: &Arc<Heard>, number: u64, notes: &Sender<Note>) {
    let Some(pad) = bin
        .by_name("plain")
        .and_then(|element| element.static_pad("src"))
    else {
        return;
    };
    let (heard, notes) = (Arc::clone(heard), notes.clone());
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        if heard.full.load(Ordering::Relaxed) {
            return gst::PadProbeReturn::Drop;
        }
        let Some(buffer) = info.buffer() else {
            return gst::PadProbeReturn::Ok;
        };
        // One channel of 16 bits.
        let samples = buffer.size() as u64 / 2;
        let before = heard.samples.fetch_add(samples, Ordering::AcqRel);
        if before == 0 {
            let _ = notes.send(Note::Started(number));
        }
        if before + samples >= MOST {
            heard.full.store(true, Ordering::Relaxed);
            let _ = notes.send(Note::Full(number));
        }
        gst::PadProbeReturn::Ok
    });
}

fn collect(bin: &gst::Pipeline, heard: &Arc<Heard>, number: u64, notes: &Sender<Note>) {
    let Some(sink) = bin
        .by_name("out")
        .and_then(|element| element.downcast::<AppSink>().ok())
    else {
        return;
    };
    let (heard, notes) = (Arc::clone(heard), notes.clone());
    let callbacks = AppSinkCallbacks::builder()
        .new_sample(move |sink| {
            let sample = sink.pull_sample().map_err(|_| gst::FlowError::Flushing)?;
            if let Some(map) = sample
                .buffer()
                .and_then(|buffer| buffer.map_readable().ok())
            {
                heard.ogg.lock().extend_from_slice(&map);
            }
            Ok(gst::FlowSuccess::Ok)
        })
        .eos(move |_| {
            let _ = notes.send(Note::Ended(number));
        });
    sink.set_callbacks(callbacks.build());
}

/// What an error on the bus means for who stands before the TV, and whether it is of the microphone.
pub(super) fn fault(error: &gst::message::Error) -> (RecordError, bool) {
    let words = error.error().message().to_owned();
    let from = error.src().map(|src| src.name().to_string());
    tracing::warn!(
        error = words,
        debug = error.debug().as_deref(),
        from,
        "recording"
    );
    if from.as_deref() != Some("microphone") {
        return (RecordError::Internal(words), false);
    }
    let busy = error.error().kind::<gst::ResourceError>() == Some(gst::ResourceError::Busy);
    let fault = if busy {
        RecordError::Busy(words)
    } else {
        RecordError::NoMicrophone(words)
    };
    (fault, true)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_microphones_name_cannot_add_elements() {
        gst::init().expect("GStreamer");
        let id = "alsasrc:hw:0\" ! filesink location=\"/tmp/y";
        let text = description(&Microphone::Device(id.into())).expect("a microphone");
        let bin = gst::parse::bin_from_description(&text, false).expect("a description");
        assert!(bin.iterate_elements().into_iter().flatten().all(|element| {
            let factory = element.factory();
            factory.is_none_or(|factory| factory.name() != "filesink")
        }));
        assert_eq!(
            description(&Microphone::Device("filesrc:/etc/passwd".into())),
            Err(RecordError::NoMicrophone("no such microphone".into()))
        );
        assert_eq!(
            description(&Microphone::None),
            Err(RecordError::NothingChosen)
        );
    }

    const PATIENCE: Duration = Duration::from_secs(90);

    /// Waits for what happens next, passing over how loud it is.
    fn wait(inbox: &Receiver<Note>, what: &str, found: impl Fn(&Note) -> bool) {
        loop {
            let Ok(note) = inbox.recv_timeout(PATIENCE) else {
                panic!("no {what}");
            };
            if let Note::Bus(_, message) = &note
                && let gst::MessageView::Error(error) = message.view()
            {
                panic!("{}: {:?}", error.error(), error.debug());
            }
            if found(&note) {
                return;
            }
        }
    }

    /// Samples of one channel that come out of a recording, and how many a second.
    fn decoded(ogg: &[u8]) -> (u64, i32) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("voice.ogg");
        std::fs::write(&path, ogg).expect("written");
        let bin = gst::parse::launch(&format!(
            "filesrc location={} ! oggdemux ! opusdec ! audio/x-raw,format=S16LE,channels=1 \
             ! appsink name=out sync=false max-buffers=0",
            path.display()
        ))
        .expect("a pipeline")
        .downcast::<gst::Pipeline>()
        .expect("a pipeline");
        let out = bin.by_name("out").expect("an appsink");
        let out = out.downcast::<AppSink>().expect("an appsink");
        bin.set_state(gst::State::Playing).expect("it plays");
        let (mut samples, mut rate) = (0, 0);
        while let Some(sample) = out.try_pull_sample(gst::ClockTime::from_seconds(90)) {
            samples += sample.buffer().expect("sound").size() as u64 / 2;
            let caps = sample.caps().and_then(|caps| caps.structure(0));
            rate = caps.and_then(|caps| caps.get("rate").ok()).unwrap_or(0);
        }
        assert!(out.is_eos());
        bin.set_state(gst::State::Null).expect("it stops");
        (samples, rate)
    }

    #[test]
    fn a_minute_is_a_minute_and_small_and_mono() {
        gst::init().expect("GStreamer");
        // As fast as it can be encoded.
        let text = description(&Microphone::Test(440)).expect("a tone");
        let text = text.replace("is-live=true", "is-live=false");
        let (notes, inbox) = channel();
        let running = Recording::launch(&text, 1, &notes).expect("it records");
        wait(&inbox, "end after a minute", |note| {
            matches!(note, Note::Full(1))
        });
        running.end(false);
        wait(&inbox, "last sound", |note| matches!(note, Note::Ended(1)));
        let (ogg, length) = (running.heard.take(), running.heard.length_ms());
        running.close();
        assert_eq!(length, LONGEST_MS);
        assert!(ogg.starts_with(b"OggS"));
        let head = ogg.windows(8).position(|bytes| bytes == b"OpusHead");
        let channels = head.and_then(|at| ogg.get(at + 9)).copied();
        assert_eq!(channels, Some(1));
        assert!(
            (30_000..200_000).contains(&ogg.len()),
            "{} bytes",
            ogg.len()
        );
        let (samples, rate) = decoded(&ogg);
        assert_eq!(rate, 48_000);
        // A frame is 20 ms; none of it is lost at the end.
        assert!(samples.abs_diff(MOST) <= 960, "{samples}");
    }

    #[test]
    fn what_was_said_before_the_microphone_hung_is_not_lost() {
        gst::init().expect("GStreamer");
        // It gives half a second and nothing more, without saying so.
        let text = description(&Microphone::Test(440)).expect("a tone");
        let text = text.replace("is-live=true", "is-live=true num-buffers=50");
        let text = text.replace("audioconvert name=after", "queue name=after ! audioconvert");
        let (notes, inbox) = channel();
        let running = Recording::launch(&text, 2, &notes).expect("it records");
        if let Some(pad) = running
            .bin
            .by_name("microphone")
            .and_then(|element| element.static_pad("src"))
        {
            // Its end is never told.
            pad.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, |_, info| {
                match info.event().map(|event| event.type_()) {
                    Some(gst::EventType::Eos) => gst::PadProbeReturn::Drop,
                    _ => gst::PadProbeReturn::Ok,
                }
            });
        }
        wait(&inbox, "half a second", |_| {
            running.heard.length_ms() >= 500
        });
        running.end(true);
        wait(&inbox, "last sound", |note| matches!(note, Note::Ended(2)));
        let ogg = running.heard.take();
        running.close();
        let (samples, _) = decoded(&ogg);
        assert!(samples.abs_diff(500 * PER_MS) <= 960, "{samples}");
    }
}
