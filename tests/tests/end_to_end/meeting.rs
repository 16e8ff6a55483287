//! A meeting from end to end: Chromium hosts through the console, two village stations speak, homes
//! watch by HLS and by WHEP, stations and networks fail, and afterwards it can be watched again.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use backend_api::services::files::FileName;
use contract::terminal::TerminalKind;
use e2e::harness::Backend;
use e2e::harness::live::{self, Going, Host, Watcher};
use e2e::harness::program::Program;
use futures_util::TryStreamExt as _;
use media_player::{Command, GstPlayer, Player as _, Source, SourceKind};
use media_studio::testing::{Played, tone};
use reqwest::Method;
use serde_json::{Value, json};
use tv_app::remote::RemoteKey;

/// Anything a key or a command does, on a machine with more work than cores.
const SOON: Duration = Duration::from_secs(90);
/// Until a recording is a programme: what is promised.
const RECORDED: Duration = Duration::from_secs(150);
/// Tones of the host and of the two stations in Hz, none of which is a harmonic of another.
const HOST: f64 = 880.0;
const WEST: f64 = 440.0;
const EAST: f64 = 620.0;

fn in_meeting(state: &Value) -> bool {
    state["route"]["screen"] == "meeting" && state["meeting"]["step"] == "joined"
}

fn frames(state: &Value) -> u64 {
    state["meeting"]["frames"].as_u64().unwrap_or(0)
}

/// Waits until so many more pictures were shown.
fn goes_on(tv: &Program, what: &str, more: u64) {
    let before = frames(&tv.state().unwrap());
    tv.wait_for(what, SOON, |state| frames(state) >= before + more)
        .unwrap();
}

/// Takes part when the TV asks.
fn take_part(tv: &Program) {
    tv.wait_for("the offer to take part", SOON, |state| {
        state["dialog"] == true || in_meeting(state)
    })
    .unwrap();
    if !in_meeting(&tv.state().unwrap()) {
        tv.press(RemoteKey::Ok).unwrap();
    }
    tv.wait_for("the meeting", SOON, in_meeting).unwrap();
    tv.wait_for("the first pictures", SOON, |state| frames(state) > 10)
        .unwrap();
}

#[test]
fn a_township_meets_from_the_first_word_to_the_recording() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let console = live::console().unwrap().join("dist");
    let mut backend = Backend::start(&at("server"), |config| {
        config.console = Some(console);
        config.live.homes_by_whep = false;
    })
    .unwrap();
    let _going = Going::start(&backend.clock);
    live::township(&backend, &at("content"), &["河西村", "河东村"]).unwrap();
    let enrol = |name: &str, kind, code: &str, label: &str| {
        live::enrol(&backend, &at(name), kind, code, label).unwrap()
    };
    let west_id = enrol("west", TerminalKind::Station, "QH0", "河西村会议室");
    let east_id = enrol("east", TerminalKind::Station, "QH1", "河东村会议室");
    enrol("home", TerminalKind::Household, "QH0", "河西村 12 号");
    let url = backend.url();
    let tv =
        |name: &str, options: &[&str]| Program::start_with(&at(name), Some(&url), options).unwrap();
    let west = tv("west", &["--test-capture", "ball:440"]);
    let east = tv("east", &["--test-capture", "bars:620"]);
    let home = tv("home", &[]);

    live::write_tone(&at("host.wav"), HOST, 5).unwrap();
    let mut host = Host::start(&backend, "全镇视频会议", &at("host.wav")).unwrap();
    let meeting = host.meeting.clone();
    for one in [&west, &east, &home] {
        take_part(one);
    }
    let by = |tv: &Program| tv.state().unwrap()["meeting"]["protocol"].clone();
    assert_eq!(by(&home), "hls");
    assert_eq!(by(&west), "whep");

    // A second home, with less delay: the player alone, so that its pictures can be counted here.
    let whep = WhepHome::start(&backend, &meeting, &at("second"));

    // Nobody speaks: what everybody sees is the host, untouched.
    let program = Watcher::start(&backend, &format!("{meeting}/program")).unwrap();
    assert!(program.viewer().wait(SOON, |viewer| viewer.frames() > 25));
    program.hears(&[HOST], &[WEST]).unwrap();

    // One raises its hand by one key and is called on; the other is called on without.
    west.press(RemoteKey::Digit(1)).unwrap();
    west.wait_for("the hand", SOON, |state| {
        state["meeting"]["place"]["hand_raised"] == true
    })
    .unwrap();
    for (station, name) in [(&west, "河西村会议室"), (&east, "河东村会议室")] {
        host.order(&format!("call {name}")).unwrap();
        station
            .wait_for("正在发言", SOON, |state| {
                state["meeting"]["place"]["on_air"] == true
            })
            .unwrap();
    }

    // Each hears the others and not itself.
    let west_ear = Watcher::start(&backend, &format!("{meeting}/seat/{west_id}")).unwrap();
    let east_ear = Watcher::start(&backend, &format!("{meeting}/seat/{east_id}")).unwrap();
    program.hears(&[HOST, WEST, EAST], &[]).unwrap();
    west_ear.hears(&[HOST, EAST], &[WEST]).unwrap();
    east_ear.hears(&[HOST, WEST], &[EAST]).unwrap();
    drop((west_ear, east_ear));

    // The presence code is read from the picture.
    let code = host.order("code").unwrap()["code"].clone();
    let code = code.as_str().unwrap();
    assert_eq!(code.len(), 4);
    let seen = program.viewer().wait(SOON, |viewer| {
        viewer.picture().is_some_and(|picture| {
            let read = media_studio::testing::read_code(
                picture.luma(),
                picture.width,
                picture.width,
                picture.height,
            );
            // A new one comes every 30 s; then the stage knows it, too.
            read.is_some()
                && (read.as_deref() == Some(code) || read == stage_code(&backend, &meeting))
        })
    });
    assert!(seen, "the code {code} is not in the picture");

    // A station dies: nobody else stands still, and its tile says so.
    east.kill().unwrap();
    for one in [&west, &home] {
        goes_on(one, "pictures after a station died", 50);
    }
    whep.goes_on();
    let gone = wait_for_station(&backend, &meeting, &east_id, |station| {
        station["source"] == "interrupted" || station["present"] == false
    });
    assert!(gone, "nobody noticed that a station is gone");

    // The host's network is gone for ten seconds: stations and homes go on, and it comes back.
    host.begin("offline 10").unwrap();
    goes_on(&west, "pictures without the host", 100);
    host.wait("done").unwrap();
    assert!(
        host_is_live(&backend, &meeting),
        "the host does not come back"
    );
    goes_on(&home, "pictures after the host came back", 50);

    // Over: the TVs say so, and within a minute it can be watched again.
    let ended = Instant::now();
    host.order("end").unwrap();
    home.wait_for("the end", SOON, |state| state["meeting"]["step"] == "over")
        .unwrap();
    let (_, token) = backend.administrator().unwrap();
    let programme = loop {
        let answer = backend
            .ask(
                &token,
                &Method::GET,
                &format!("/meetings/{meeting}"),
                &json!(null),
            )
            .unwrap();
        if let Some(id) = answer["meeting"]["programme_id"].as_str() {
            break id.to_owned();
        }
        assert!(ended.elapsed() < RECORDED, "no recording: {answer}");
        std::thread::sleep(Duration::from_millis(500));
    };
    recorded(&backend, &programme);
    backend.stop();
}

/// A second page asks before it takes a meeting over; the first is told and stays out until somebody takes
/// the meeting back. The recording is as long as the meeting.
#[test]
fn a_meeting_taken_over_by_a_second_page_is_not_fought_over() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let console = live::console().unwrap().join("dist");
    let mut backend = Backend::start(&at("server"), |config| {
        config.console = Some(console);
    })
    .unwrap();
    let _going = Going::start(&backend.clock);
    live::township(&backend, &at("content"), &["河西村"]).unwrap();
    live::write_tone(&at("host.wav"), HOST, 5).unwrap();
    let page = || Host::start(&backend, "两处主持的会", &at("host.wav")).unwrap();
    let mut first = page();
    let meeting = first.meeting.clone();
    let mut second = page();
    assert_eq!(second.meeting, meeting);

    let left = |page: &mut Host| page.order("left").unwrap()["text"].clone();
    let words = left(&mut first);
    assert!(
        words.as_str().unwrap().contains("已在另一处主持"),
        "{words}"
    );
    let stands = |page: &mut Host| {
        let stats = page.order("stats").unwrap();
        let sent = stats["sent"]["framesEncoded"].as_u64().unwrap_or(0);
        (stats["sessions"].clone(), sent, stats["line"].clone())
    };
    let (_, _, line) = stands(&mut first);
    assert!(line.as_str().unwrap().contains("已在另一处主持"), "{line}");
    let sends = |second: &mut Host, more: u64| {
        let before = stands(second).1;
        assert!(until(|| stands(second).1 > before + more), "it sends");
    };
    // Whoever does not speak hears the program from now on, by another session.
    sends(&mut second, 150);
    let (sessions, others) = (stands(&mut first).0, stands(&mut second).0);
    sends(&mut second, 150);
    assert_eq!(
        stands(&mut first).0,
        sessions,
        "nobody comes back by itself"
    );
    assert_eq!(stands(&mut second).0, others, "and nobody has to");

    first.order("take").unwrap();
    let words = left(&mut second);
    assert!(
        words.as_str().unwrap().contains("已在另一处主持"),
        "{words}"
    );
    assert!(host_is_live(&backend, &meeting));
    first.order("end").unwrap();
    let (_, token) = backend.administrator().unwrap();
    let path = format!("/meetings/{meeting}");
    let read = || {
        backend
            .ask(&token, &Method::GET, &path, &json!(null))
            .unwrap()
    };
    let published = until(|| read()["meeting"]["programme_id"].is_string());
    let told = read();
    assert!(published, "{told}");
    assert!(told["recording_ms"].as_i64().unwrap() > 5_000, "{told}");
    assert_eq!(told["recording_off_ms"], json!(null), "{told}");
    drop((first, second));
    backend.stop();
}

/// The recording has picture and the sound of those who spoke.
fn recorded(backend: &Backend, programme: &str) {
    let record = backend
        .store()
        .unwrap()
        .read(|tx| store::programmes::get(tx, programme))
        .unwrap()
        .unwrap();
    let rendition = &record.content.renditions[0];
    assert!(rendition.has_audio);
    assert!(record.content.duration_ms > 20_000, "{record:?}");
    let name = FileName::parse(&rendition.file.name).unwrap();
    let bytes = backend.block_on(async {
        let files = backend.server().unwrap().files();
        let slice = files.read(&name, None).await.unwrap();
        slice.stream.try_collect::<Vec<_>>().await.unwrap().concat()
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("recording.mp4");
    std::fs::write(&file, bytes).unwrap();
    let uri = format!("file://{}", file.display());
    let enough = |played: &Played| played.pictures.len() > 200 && played.sound.len() > 400_000;
    let played = media_studio::testing::play(&uri, SOON, enough).unwrap();
    assert!(enough(&played), "{} pictures", played.pictures.len());
    let loud = tone(&played.sound[96_000..], 48_000, HOST);
    assert!(
        loud > live::SILENT,
        "the host is not heard in the recording: {loud}"
    );
}

fn stage(backend: &Backend, meeting: &str) -> Value {
    let (_, token) = backend.administrator().unwrap();
    backend
        .ask(
            &token,
            &Method::GET,
            &format!("/meetings/{meeting}/stage"),
            &json!(null),
        )
        .unwrap()
}

fn stage_code(backend: &Backend, meeting: &str) -> Option<String> {
    stage(backend, meeting)["presence_code"]
        .as_str()
        .map(str::to_owned)
}

fn until(mut holds: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while began.elapsed() < SOON {
        if holds() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(300));
    }
    false
}

fn wait_for_station(
    backend: &Backend,
    meeting: &str,
    id: &str,
    fits: impl Fn(&Value) -> bool,
) -> bool {
    until(|| {
        let stage = stage(backend, meeting);
        let stations = stage["stations"].as_array().cloned().unwrap_or_default();
        stations
            .iter()
            .any(|station| station["terminal_id"] == id && fits(station))
    })
}

fn host_is_live(backend: &Backend, meeting: &str) -> bool {
    until(|| stage(backend, meeting)["host"] == "live")
}

/// A home that watches by WHEP with the terminal's player.
struct WhepHome(GstPlayer);

impl WhepHome {
    fn start(backend: &Backend, meeting: &str, folder: &Path) -> Self {
        let (code, name) = ("QH1", "河东村 3 号");
        live::enrol(backend, folder, TerminalKind::Household, code, name).unwrap();
        let token = live::token(code, name);
        let join = json!({ "viewing_id": uuid::Uuid::now_v7().to_string() });
        let path = format!("/terminal/meetings/{meeting}/join");
        let access = backend.ask(&token, &Method::POST, &path, &join).unwrap();
        let links = access["program"].as_array().unwrap();
        let whep = links
            .iter()
            .find(|link| link["protocol"] == "whep")
            .unwrap();
        let player = GstPlayer::new(Arc::new(|_| {}));
        player.send(Command::Load(Source {
            uri: format!("{}{}", backend.url(), whep["url"].as_str().unwrap()),
            bearer: whep["token"].as_str().map(str::to_owned),
            kind: SourceKind::Whep,
            ..Source::default()
        }));
        let home = Self(player);
        home.goes_on();
        home
    }

    /// Pictures keep coming.
    fn goes_on(&self) {
        let mut more = 0;
        let came = until(|| {
            more += usize::from(self.0.take_frame().is_some());
            more > 10
        });
        assert!(came, "{more} pictures by WHEP");
    }
}
