//! The virtual TV over real HTTP, with a real painted screen.

use std::sync::mpsc;
use std::time::Duration;

use parking_lot::Mutex;
use reqwest::{Client, StatusCode};
use slint::ComponentHandle as _;

use super::*;
use crate::clock::ManualClock;
use crate::platform::Rect;
use crate::platform::headless::TimeSource;
use crate::remote::{Change, RemoteKey, Source};

slint::slint! {
    export component Channel inherits Window {
        width: 1920px;
        height: 1080px;
        background: #14110f;
        in property <bool> on;
        Rectangle {
            x: 960px; y: 540px; width: 96px; height: 54px;
            background: root.on ? #ffd479 : #303030;
        }
    }
}

struct Tv {
    screen: Headless,
    channel: Channel,
    server: VirtualTv,
    keys: Mutex<mpsc::Receiver<SourceEvent>>,
    runtime: tokio::runtime::Runtime,
    client: Client,
}

impl Tv {
    fn start() -> Self {
        let clock = Arc::new(ManualClock::new(0));
        let screen = Headless::install(960, 540, TimeSource::Manual(clock)).unwrap();
        let channel = Channel::new().unwrap();
        channel.show().unwrap();
        screen.pump();
        let (pressed, keys) = mpsc::channel();
        let pressed = Mutex::new(pressed);
        let options = VirtualOptions {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            allow_remote: false,
            keys: Arc::new(move |event| pressed.lock().send(event).unwrap()),
            state: Arc::new(|| serde_json::json!({"screen": "home"})),
        };
        let server = VirtualTv::start(&screen, options).unwrap();
        Self {
            screen,
            channel,
            server,
            keys: Mutex::new(keys),
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap(),
            client: Client::builder().no_proxy().build().unwrap(),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    fn get(&self, path: &str) -> Answer {
        self.runtime
            .block_on(Answer::of(self.client.get(self.url(path))))
    }

    fn post(&self, body: &str, headers: &[(&str, &str)]) -> StatusCode {
        let mut request = self
            .client
            .post(self.url("/key"))
            .header("content-type", "application/json")
            .body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.runtime.block_on(Answer::of(request)).status
    }

    fn pressed(&self) -> Change {
        let event = self
            .keys
            .lock()
            .recv_timeout(Duration::from_secs(10))
            .unwrap();
        assert_eq!(event.source, Source::Virtual);
        event.change
    }
}

struct Answer {
    status: StatusCode,
    frame: u64,
    rect: Option<Rect>,
    body: Vec<u8>,
}

impl Answer {
    async fn of(request: reqwest::RequestBuilder) -> Self {
        let answer = request.send().await.unwrap();
        let header = |name: &str| {
            let value = answer.headers().get(name)?.to_str().unwrap();
            Some(value.to_owned())
        };
        let rect = header("x-rect").map(|text| {
            let numbers: Vec<u32> = text.split(',').map(|n| n.parse().unwrap()).collect();
            Rect {
                x: numbers[0],
                y: numbers[1],
                width: numbers[2],
                height: numbers[3],
            }
        });
        Self {
            status: answer.status(),
            frame: header("x-frame").map_or(0, |n| n.parse().unwrap()),
            rect,
            body: answer.bytes().await.unwrap().to_vec(),
        }
    }
}

#[test]
fn beyond_this_machine_it_is_refused_with_a_plain_sentence() {
    let clock = Arc::new(ManualClock::new(0));
    let screen = Headless::install(320, 320, TimeSource::Manual(clock)).unwrap();
    let options = VirtualOptions {
        address: SocketAddr::from(([0, 0, 0, 0], 0)),
        allow_remote: false,
        keys: Arc::new(|_| {}),
        state: Arc::new(|| serde_json::Value::Null),
    };
    let refusal = VirtualTv::start(&screen, options.clone()).unwrap_err();
    assert!(refusal.to_string().contains("--virtual-allow-remote"));
    let allowed = VirtualOptions {
        allow_remote: true,
        ..options
    };
    assert!(VirtualTv::start(&screen, allowed).is_ok());
}

#[test]
fn a_taken_port_is_said_plainly() {
    let tv = Tv::start();
    let options = VirtualOptions {
        address: tv.server.address(),
        allow_remote: false,
        keys: Arc::new(|_| {}),
        state: Arc::new(|| serde_json::Value::Null),
    };
    let refusal = VirtualTv::start(&tv.screen, options)
        .unwrap_err()
        .to_string();
    assert!(
        refusal.contains(&tv.server.address().to_string()),
        "{refusal}"
    );
}

#[test]
fn the_page_and_its_parts_are_there_with_every_key() {
    let tv = Tv::start();
    let page = String::from_utf8(tv.get("/").body).unwrap();
    for key in RemoteKey::all() {
        assert!(
            page.contains(&format!("data-key=\"{}\"", key.name())),
            "{key:?}"
        );
    }
    for part in ["/page.js", "/page.css"] {
        assert_eq!(tv.get(part).status, StatusCode::OK);
    }
    assert_eq!(tv.get("/state").body, br#"{"screen":"home"}"#);
}

#[test]
fn changes_are_pushed_and_silence_is_silent() {
    let tv = Tv::start();
    let first = tv.get("/frame?after=0");
    assert_eq!(
        first.rect,
        Some(Rect {
            x: 0,
            y: 0,
            width: 960,
            height: 540
        })
    );
    let shown = image::load_from_memory(&first.body).unwrap().into_rgb8();
    assert_eq!(shown.into_raw(), tv.screen.frame().bytes);

    // Two viewers wait; nothing comes while the screen stays the same.
    let url = tv.url(&format!("/frame?after={}", first.frame));
    let waiting: Vec<_> = (0..2)
        .map(|_| tv.runtime.spawn(Answer::of(tv.client.get(&url))))
        .collect();
    tv.screen.advance(5_000);
    let quiet = Duration::from_millis(250);
    let silent = async { tv.client.get(&url).timeout(quiet).send().await };
    let timeout = tv.runtime.block_on(silent).unwrap_err();
    assert!(timeout.is_timeout());
    assert!(waiting.iter().all(|viewer| !viewer.is_finished()));

    tv.channel.set_on(true);
    tv.screen.pump();
    for viewer in waiting {
        let answer = tv.runtime.block_on(viewer).unwrap();
        assert_eq!(
            answer.rect,
            Some(Rect {
                x: 480,
                y: 270,
                width: 48,
                height: 27
            })
        );
        let piece = image::load_from_memory(&answer.body).unwrap().into_rgb8();
        assert_eq!(piece.get_pixel(20, 10).0, [0xff, 0xd4, 0x79]);
    }
}

#[test]
fn a_slow_viewer_skips_to_the_newest_frame() {
    let tv = Tv::start();
    let first = tv.get("/frame");
    for on in [true, false, true] {
        tv.channel.set_on(on);
        tv.screen.pump();
    }
    let next = tv.get(&format!("/frame?after={}", first.frame));
    assert_eq!(next.frame, first.frame + 3);
    let piece = image::load_from_memory(&next.body).unwrap().into_rgb8();
    assert_eq!(piece.get_pixel(20, 10).0, [0xff, 0xd4, 0x79]);
}

#[test]
fn keys_arrive_in_order_and_unknown_ones_are_refused() {
    let tv = Tv::start();
    assert_eq!(
        tv.post(r#"{"key":"down","press":"down"}"#, &[]),
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        tv.post(r#"{"key":"down","press":"up"}"#, &[]),
        StatusCode::NO_CONTENT
    );
    assert_eq!(tv.post(r#"{"key":"7"}"#, &[]), StatusCode::NO_CONTENT);
    for change in [
        Change::Down(RemoteKey::Down),
        Change::Up(RemoteKey::Down),
        Change::Down(RemoteKey::Digit(7)),
        Change::Up(RemoteKey::Digit(7)),
    ] {
        assert_eq!(tv.pressed(), change);
    }
    assert_eq!(
        tv.post(r#"{"key":"power"}"#, &[]),
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[test]
fn other_sites_can_neither_press_keys_nor_look() {
    let tv = Tv::start();
    let ok = r#"{"key":"ok"}"#;
    let other = tv.post(ok, &[("origin", "http://evil.example")]);
    assert_eq!(other, StatusCode::FORBIDDEN);
    let rebound = tv.post(ok, &[("host", "evil.example")]);
    assert_eq!(rebound, StatusCode::FORBIDDEN);
    // What a form of another site can send without asking.
    let form = tv
        .client
        .post(tv.url("/key"))
        .header("content-type", "text/plain")
        .body(ok);
    let form = tv.runtime.block_on(Answer::of(form));
    assert_eq!(form.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let look = tv
        .client
        .get(tv.url("/screen.png"))
        .header("host", "evil.example");
    assert_eq!(
        tv.runtime.block_on(Answer::of(look)).status,
        StatusCode::FORBIDDEN
    );
    assert!(tv.keys.lock().try_recv().is_err());
}

#[test]
fn the_screen_is_there_as_one_picture() {
    let tv = Tv::start();
    let png = image::load_from_memory(&tv.get("/screen.png").body).unwrap();
    assert_eq!(png.into_rgb8().into_raw(), tv.screen.frame().bytes);
}

/// Full-screen video is the worst case: every frame is all new and none is flat.
#[test]
fn a_full_screen_of_noise_is_a_picture_of_moderate_size() {
    let mut noise = crate::platform::Rgb::black(1920, 1080);
    let mut seed = 1_u32;
    for (i, byte) in noise.bytes.iter_mut().enumerate() {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Detail on a slope, about as hard to code as a busy picture.
        *byte = ((i / 45_000) as u8)
            .wrapping_mul(5)
            .wrapping_add((seed >> 28) as u8);
    }
    let mirror = Mirror::new(noise);
    let piece = mirror.since(0).unwrap();
    assert_eq!(piece.mime, "image/jpeg");
    assert!(piece.bytes.len() < 2_000_000, "{}", piece.bytes.len());
}
