//! The program as MPEG transport stream over SRT or UDP to a cable head-end.

use std::net::ToSocketAddrs;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use gst::prelude::*;
use parking_lot::{Condvar, Mutex};

use super::opening::{Opening, Ready};
use super::pipe::{INPUT, LivePipeline, named, push};
use super::ts::{PACKET, Streams, Writer};
use super::units::{Unit, Units};
use super::{Packet, SourceState, Timeline};
use crate::pipeline::init;
use crate::{Error, Result};

/// Packets of the transport stream in one datagram, as head-ends expect.
const DATAGRAM: usize = 7 * PACKET;
/// Head-ends join at keyframes.
const KEYFRAMES: Duration = Duration::from_secs(2);
const TICK: Duration = Duration::from_millis(200);
/// A target that fails is tried again after so long.
const RETRY: Duration = Duration::from_secs(2);

/// Where to send.
#[derive(Clone, Debug)]
pub struct RestreamSettings {
    /// Zero of all times of packets.
    pub epoch: Instant,
    /// `srt://host:port?passphrase=…&latency=…` (caller, or `?mode=listener`) or `udp://host:port?ttl=…`, where
    /// the host may be a multicast group.
    pub target: String,
}

/// What a restream has to say.
#[derive(Debug)]
pub enum RestreamEvent {
    /// A keyframe is due: the source of the picture is to make one.
    KeyframeWanted,
    /// `Live` once the output runs, `Interrupted` when it failed; it is tried again by itself.
    State(SourceState),
    /// Why it was interrupted.
    Failed(Error),
}

type Sink = Arc<dyn Fn(RestreamEvent) + Send + Sync>;

/// A running restream. Dropping it ends it in bounded time.
pub struct Restream {
    sink: Sink,
    units: Arc<Units>,
    stop: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Output {
    live: Option<(LivePipeline, gst_app::AppSrc)>,
    writer: Writer,
    streams: Streams,
    opening: Opening,
}

impl Restream {
    /// Starts sending what is pushed.
    ///
    /// # Errors
    /// [`Error::Setup`] for a target that is no `srt` or `udp` address. A target that cannot be
    /// reached is no error here.
    pub fn start(
        settings: RestreamSettings,
        sink: impl Fn(RestreamEvent) + Send + Sync + 'static,
    ) -> Result<Self> {
        init()?;
        let RestreamSettings { epoch, target } = settings;
        let timeline = Timeline::new(epoch);
        // A target that cannot be is told at once.
        drop(sink_for(&target)?);
        let sink: Sink = Arc::new(sink);
        let output = Arc::new(Mutex::new(Output::default()));
        let send = Arc::clone(&output);
        let units = Units::start(timeline, KEYFRAMES, move |unit| send.lock().send(&unit))?;
        let units = Arc::new(units);
        let stop = Arc::new((Mutex::new(false), Condvar::new()));
        let keeper = Keeper {
            target,
            timeline,
            sink: Arc::clone(&sink),
            output,
            units: Arc::clone(&units),
        };
        let until = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("restream".into())
            .spawn(move || keeper.run(&until))
            .map_err(|error| Error::Setup(error.to_string()))?;
        Ok(Self {
            sink,
            units,
            stop,
            thread: Some(thread),
        })
    }

    /// Takes a packet, in order of the sequence numbers of its medium.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a packet is given away: it may be kept"
    )]
    pub fn push(&self, packet: Packet) {
        if self.units.push(&packet) {
            (self.sink)(RestreamEvent::KeyframeWanted);
        }
    }
}

impl Drop for Restream {
    fn drop(&mut self) {
        *self.stop.0.lock() = true;
        self.stop.1.notify_all();
        if self
            .thread
            .take()
            .is_some_and(|thread| thread.join().is_err())
        {
            tracing::error!("a restream's thread had panicked");
        }
    }
}

struct Keeper {
    target: String,
    timeline: Timeline,
    sink: Sink,
    output: Arc<Mutex<Output>>,
    units: Arc<Units>,
}

impl Keeper {
    fn run(&self, until: &(Mutex<bool>, Condvar)) {
        let mut again_at = Instant::now();
        loop {
            self.units.tick();
            let failed = self.output.lock().failed();
            if let Some((error, old)) = failed {
                tracing::warn!(%error, "an output failed");
                (self.sink)(RestreamEvent::Failed(error));
                (self.sink)(RestreamEvent::State(SourceState::Interrupted));
                drop(old);
                again_at = Instant::now() + RETRY;
            }
            let missing = self.output.lock().live.is_none();
            if missing && Instant::now() >= again_at {
                match self.connect() {
                    Ok(live) => {
                        self.output.lock().live = Some(live);
                        (self.sink)(RestreamEvent::State(SourceState::Live));
                    }
                    Err(error) => {
                        (self.sink)(RestreamEvent::Failed(error));
                        again_at = Instant::now() + RETRY;
                    }
                }
            }
            let mut stop = until.0.lock();
            if !*stop {
                until.1.wait_for(&mut stop, TICK);
            }
            if *stop {
                break;
            }
        }
        let live = self.output.lock().live.take();
        drop(live);
    }

    fn connect(&self) -> Result<(LivePipeline, gst_app::AppSrc)> {
        let pipeline = super::pipe::launch(&format!(
            "{INPUT} caps=video/mpegts,systemstream=true,packetsize=188 ! queue name=last leaky=downstream max-size-time=2000000000"
        ))?;
        let setup = |error: gst::glib::BoolError| Error::Setup(error.to_string());
        let last: gst::Element = named(&pipeline, "last")?;
        resolves(&self.target)?;
        let sink = sink_for(&self.target)?;
        pipeline.add(&sink).map_err(setup)?;
        last.link(&sink).map_err(setup)?;
        let input = named(&pipeline, "in")?;
        Ok((LivePipeline::start(pipeline, self.timeline)?, input))
    }
}

/// Fails for a name that has no address: udpsink would drop everything without a word.
fn resolves(target: &str) -> Result<()> {
    let Some(rest) = target.strip_prefix("udp://") else {
        return Ok(());
    };
    let place = rest.split('?').next().unwrap_or_default();
    let failed = |detail: String| Error::Setup(format!("{detail}: {target}"));
    let mut found = place
        .to_socket_addrs()
        .map_err(|error| failed(error.to_string()))?;
    found
        .next()
        .map(drop)
        .ok_or_else(|| failed("no address".into()))
}

/// The element that sends to a target.
fn sink_for(target: &str) -> Result<gst::Element> {
    let setup = |detail: &str| Error::Setup(format!("{detail}: {target}"));
    let sink = if let Some(rest) = target.strip_prefix("udp://") {
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, port) = place
            .rsplit_once(':')
            .ok_or_else(|| setup("no port in the target"))?;
        let port: u16 = port.parse().map_err(|_| setup("no port in the target"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() || port == 0 {
            return Err(setup("no host in the target"));
        }
        let sink = crate::pipeline::make("udpsink")?;
        sink.set_property("host", host);
        sink.set_property("port", i32::from(port));
        let ttl = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("ttl=")?.parse::<u8>().ok());
        sink.set_property("ttl-mc", i32::from(ttl.unwrap_or(4)));
        sink
    } else if target.starts_with("srt://") {
        let sink = crate::pipeline::make("srtsink")?;
        sink.set_property("uri", target);
        // With nobody there the stream goes on.
        sink.set_property("wait-for-connection", false);
        sink
    } else {
        return Err(setup("a target is srt:// or udp://"));
    };
    sink.set_property("sync", false);
    sink.set_property("async", false);
    Ok(sink)
}

impl Output {
    fn send(&mut self, unit: &Unit) {
        match self.opening.take(unit) {
            Ready::Wait => {}
            Ready::Begin(streams, units) => {
                self.streams = streams;
                for unit in &units {
                    self.write(unit);
                }
            }
            Ready::Go => self.write(unit),
        }
    }

    fn write(&mut self, unit: &Unit) {
        let mut bytes = Vec::new();
        let streams = self.streams;
        match unit {
            Unit::Video {
                at, keyframe, data, ..
            } => {
                self.streams.video = true;
                if *keyframe || streams != self.streams {
                    self.writer.tables(self.streams, &mut bytes);
                }
                self.writer.video(*at, *keyframe, data, &mut bytes);
            }
            Unit::Audio { at, data } => {
                self.streams.audio = true;
                if streams != self.streams || !streams.video {
                    self.writer.tables(self.streams, &mut bytes);
                }
                self.writer.audio(*at, data, &mut bytes);
            }
        }
        let Some((_, input)) = &self.live else { return };
        let total = bytes.len();
        let bytes = bytes::Bytes::from(bytes);
        for start in (0..total).step_by(DATAGRAM) {
            let end = (start + DATAGRAM).min(total);
            push(input, unit.at(), bytes.slice(start..end));
        }
    }

    fn failed(&mut self) -> Option<(Error, Option<(LivePipeline, gst_app::AppSrc)>)> {
        let error = self.live.as_ref()?.0.take_error()?;
        Some((error, self.live.take()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        init().unwrap();
        for good in [
            "udp://239.1.2.3:5000",
            "udp://127.0.0.1:5000?ttl=16",
            "srt://10.0.0.1:9000?mode=caller",
        ] {
            assert!(sink_for(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "udp://239.1.2.3",
            "udp://:5000",
            "udp://a:0",
            "file:///etc/passwd",
            "http://a:1",
        ] {
            assert!(sink_for(bad).is_err(), "{bad}");
        }
    }
}
