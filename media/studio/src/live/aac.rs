//! Sound for files and head-ends: Opus packets to AAC frames without holes.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::codec::{AacEncoder, AudioDecoder};
use super::sound::Track;
use super::{Packet, Timeline};
use crate::Result;

/// Silence is put in after so long without sound…
const QUIET: Duration = Duration::from_millis(1_000);
/// …up to so long ago, since sound may still be on its way.
const ON_ITS_WAY: Duration = Duration::from_millis(400);

/// Packets go through in batches: waking decoder and encoder for each of 20 ms was a third of what
/// the sound of an idle meeting cost.
const BATCH: usize = 3;

type Out = Arc<dyn Fn(Duration, bytes::Bytes) + Send + Sync>;

/// Decodes, fills holes with silence, encodes.
pub struct Aac {
    timeline: Timeline,
    decoder: Mutex<AudioDecoder>,
    held: Mutex<Vec<Packet>>,
    tail: Arc<Tail>,
}

struct Tail {
    timeline: Timeline,
    work: Mutex<(Track, AacEncoder)>,
    out: Out,
}

impl Aac {
    /// Starts; `out` gets frames with ADTS headers and the moment of their first sample.
    pub fn start(
        timeline: Timeline,
        out: impl Fn(Duration, bytes::Bytes) + Send + Sync + 'static,
    ) -> Result<Self> {
        let out: Out = Arc::new(out);
        let tail = Arc::new(Tail {
            timeline,
            work: Mutex::new((Track::default(), encoder(timeline, &out)?)),
            out,
        });
        Ok(Self {
            timeline,
            decoder: Mutex::new(decoder(timeline, &tail)?),
            held: Mutex::default(),
            tail,
        })
    }

    /// Takes a packet of sound.
    pub fn push(&self, packet: &Packet) {
        let mut held = self.held.lock();
        held.push(packet.clone());
        if held.len() >= BATCH {
            self.decode(&mut held);
        }
    }

    /// Gives the decoder what was held back.
    fn decode(&self, held: &mut Vec<Packet>) {
        let mut current = self.decoder.lock();
        if current.failed() {
            match decoder(self.timeline, &self.tail) {
                Ok(new) => *current = new,
                Err(error) => tracing::error!(%error, "no decoder for sound"),
            }
        }
        for packet in held.drain(..) {
            current.push(&packet);
        }
    }

    /// Puts silence in where nothing has come for a while.
    pub fn fill(&self, now: Duration) {
        self.decode(&mut self.held.lock());
        let mut work = self.tail.work.lock();
        let (track, encoder) = &mut *work;
        if track.end().is_some_and(|end| end + QUIET < now)
            && let Some((at, samples)) = track.fill(now.saturating_sub(ON_ITS_WAY))
        {
            encoder.push(at, &samples);
        }
    }

    /// Where the sound ends so far, once it has begun.
    pub fn end(&self) -> Option<Duration> {
        self.tail.work.lock().0.end()
    }

    /// Begins with silence, if nothing has been heard yet.
    pub fn begin(&self, at: Duration) {
        self.tail.work.lock().0.begin(at);
    }

    /// Lets everything come out, waiting at most so long.
    pub fn finish(&self, patience: Duration) {
        self.decode(&mut self.held.lock());
        self.decoder.lock().finish(patience);
        self.tail.work.lock().1.finish(patience);
    }
}

fn encoder(timeline: Timeline, out: &Out) -> Result<AacEncoder> {
    let out = Arc::clone(out);
    AacEncoder::start(timeline, move |frame, at| out(at, frame))
}

fn decoder(timeline: Timeline, tail: &Arc<Tail>) -> Result<AudioDecoder> {
    let tail = Arc::clone(tail);
    AudioDecoder::start(timeline, move |samples, at| tail.push(at, &samples))
}

impl Tail {
    fn push(&self, at: Duration, samples: &[i16]) {
        let mut work = self.work.lock();
        let (track, current) = &mut *work;
        if current.failed() {
            match encoder(self.timeline, &self.out) {
                Ok(new) => *current = new,
                Err(error) => tracing::error!(%error, "no encoder for sound"),
            }
        }
        let (at, samples) = track.push(at, samples);
        if !samples.is_empty() {
            current.push(at, &samples);
        }
    }
}
