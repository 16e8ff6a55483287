//! A conference in which a village station is on air and a home watches, behind a network that can
//! be cut. The host is a test source inside the server; station and home are the TV program.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use anyhow::Context as _;
use contract::terminal::TerminalKind;
use media_relay::Statistics;
use media_studio::live::{Ingest, IngestEvent, IngestSettings};
use parking_lot::Mutex;
use reqwest::Method;
use serde_json::{Value, json};
use tv_app::remote::RemoteKey;

use crate::harness::Backend;
use crate::harness::datagrams::{self, Datagrams};
use crate::harness::live::{self, Conference};
use crate::harness::program::Program;
use crate::harness::proxy::Proxy;

/// Anything a key or a command does, on a machine with more work than cores.
const SOON: Duration = Duration::from_secs(30);

/// See the module.
pub struct OnAir {
    /// The station's program.
    pub station: Program,
    /// The home's program, which watches by HLS.
    pub home: Program,
    conference: Conference,
    station_id: String,
    requests: Proxy,
    datagrams: Datagrams,
    _host: Ingest,
}

impl OnAir {
    /// Begins, and waits until everybody sees what they should.
    ///
    /// # Errors
    /// When anything of that does not happen.
    pub fn start() -> anyhow::Result<Self> {
        let relay = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
        let conference = Conference::start(|config| {
            config.live.udp = relay;
            config.live.advertise = vec![datagrams::ADDRESS];
        })?;
        let backend = &conference.backend;
        let datagrams = Datagrams::start(relay)?;
        let server = backend.url().trim_start_matches("http://").parse()?;
        let requests = Proxy::start(server)?;
        let host = host(backend, &conference.meeting)?;
        let tv = |name: &str, kind, label: &str, options: &[&str]| {
            let folder = conference.folder(name);
            let id = live::enrol(backend, &folder, kind, "QH0", label)?;
            let program = Program::start_with(&folder, Some(&requests.url()), options)?;
            take_part(&program)?;
            anyhow::Ok((id, program))
        };
        let options = ["--test-capture", "ball:440"];
        let (station_id, station) = tv("station", TerminalKind::Station, "河西村会议室", &options)?;
        let (_, home) = tv("home", TerminalKind::Household, "河西村 12 号", &[])?;
        let one = Self {
            station,
            home,
            conference,
            station_id,
            requests,
            datagrams,
            _host: host,
        };
        let call_on = json!({ "command": "call_on", "terminal_id": one.station_id });
        one.conference.ask(&Method::POST, "direction", &call_on)?;
        one.station.wait_for("正在发言", SOON, |state| {
            state["meeting"]["place"]["on_air"] == true
        })?;
        Ok(one)
    }

    /// Nothing gets through any more, neither requests nor media.
    pub fn cut(&self) {
        self.requests.cut();
        self.datagrams.cut();
    }

    /// Everything gets through again.
    pub fn join(&self) {
        self.datagrams.join();
        self.requests.join();
    }

    /// Whether the station's picture arrives, as the director sees it.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn station_is_live(&self) -> anyhow::Result<bool> {
        let stage = self.conference.ask(&Method::GET, "stage", &json!(null))?;
        let stations = stage["stations"].as_array().context("no stations")?;
        Ok(stations.iter().any(|station| {
            station["terminal_id"] == self.station_id.as_str()
                && station["on_air"] == true
                && station["source"] == "live"
        }))
    }

    /// What the relay has.
    ///
    /// # Errors
    /// When there is no relay.
    pub fn relay(&self) -> anyhow::Result<Statistics> {
        let backend = &self.conference.backend;
        let media = backend.server()?.media();
        let relay = media
            .relay()
            .map_err(|error| anyhow::anyhow!("{error:?}"))?;
        Ok(backend.block_on(relay.statistics()))
    }
}

/// Pictures that a TV has shown of the meeting so far.
#[must_use]
pub fn pictures(state: &Value) -> u64 {
    state["meeting"]["frames"].as_u64().unwrap_or(0)
}

fn take_part(tv: &Program) -> anyhow::Result<()> {
    let inside = |state: &Value| state["meeting"]["step"] == "joined";
    tv.wait_for("the offer to take part", SOON, |state| {
        state["dialog"] == true || inside(state)
    })?;
    if !inside(&tv.state()?) {
        tv.press(RemoteKey::Ok)?;
    }
    tv.wait_for("the first pictures", SOON, |state| pictures(state) > 10)?;
    Ok(())
}

fn host(backend: &Backend, meeting: &str) -> anyhow::Result<Ingest> {
    let media = backend.server()?.media();
    let relay = media
        .relay()
        .map_err(|error| anyhow::anyhow!("{error:?}"))?;
    // The test source sends a keyframe every other second by itself.
    let injector = Mutex::new(relay.inject(&format!("{meeting}/host"), || {}));
    let settings = IngestSettings {
        epoch: media.epoch(),
        source: "test:880".to_owned(),
        resolve: None,
    };
    Ok(Ingest::start(settings, move |event| {
        if let IngestEvent::Packet(packet) = event {
            injector.lock().push(live::to_relay(packet));
        }
    })?)
}

/// A port that is free on the loopback interface, as far as one can tell.
fn free_port() -> anyhow::Result<u16> {
    Ok(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}
