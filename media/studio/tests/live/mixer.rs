use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use media_studio::live::{
    Layout, Media, Mixer, MixerEvent, MixerSettings, Packet, Scene, SourceState,
};
use media_studio::testing::{Picture, TestSource, TestSourceSettings, Viewer, read_code};
use parking_lot::Mutex;

use crate::tools::{BLUE, GREEN, Log, PATIENCE, RED, small};

/// A place in the picture and its colour.
type Spot = (usize, usize, [u8; 3]);

/// A mixer, its sources, and somebody who watches the program and what each source hears.
struct Studio {
    epoch: Instant,
    mixer: Arc<Mixer>,
    program: Arc<Viewer>,
    minus: Arc<Mutex<BTreeMap<String, Arc<Viewer>>>>,
    states: Arc<Log<(String, SourceState)>>,
    asked: Arc<Log<String>>,
    sources: Arc<Mutex<BTreeMap<String, TestSource>>>,
}

impl Studio {
    fn start() -> Self {
        let epoch = Instant::now();
        let program = Arc::new(Viewer::start(epoch).unwrap());
        let minus: Arc<Mutex<BTreeMap<String, Arc<Viewer>>>> = Arc::default();
        let states: Arc<Log<(String, SourceState)>> = Arc::default();
        let asked: Arc<Log<String>> = Arc::default();
        let sources: Arc<Mutex<BTreeMap<String, TestSource>>> = Arc::default();
        let (see, hear, log) = (
            Arc::clone(&program),
            Arc::clone(&minus),
            Arc::clone(&states),
        );
        let (ask, all) = (Arc::clone(&asked), Arc::clone(&sources));
        let settings = MixerSettings {
            epoch,
            width: 640,
            height: 360,
            frame_rate: 25,
            bitrate_kbps: 1_500,
            title: "全镇防汛工作会议".into(),
        };
        let mixer = Mixer::start(settings, move |event| match event {
            MixerEvent::Program(packet) => see.push(&packet),
            MixerEvent::MixMinus { source, packet } => {
                let viewer = hear.lock().get(&source).cloned();
                if let Some(viewer) = viewer {
                    viewer.push(&packet);
                }
            }
            MixerEvent::KeyframeWanted { source } => {
                if let Some(source) = all.lock().get(&source) {
                    source.request_keyframe();
                }
                ask.add(source);
            }
            MixerEvent::Source { source, state } => log.add((source, state)),
            MixerEvent::Failed(error) => panic!("{error}"),
        })
        .unwrap();
        Self {
            epoch,
            mixer: Arc::new(mixer),
            program,
            minus,
            states,
            asked,
            sources,
        }
    }

    fn add(&self, id: &str, caption: &str, settings: &TestSourceSettings) {
        self.mixer.add(id, caption);
        let viewer = Arc::new(Viewer::start(self.epoch).unwrap());
        self.minus.lock().insert(id.to_owned(), viewer);
        self.publish(id, settings, None);
    }

    fn publish(&self, id: &str, settings: &TestSourceSettings, only: Option<Media>) {
        let (mixer, name) = (Arc::clone(&self.mixer), id.to_owned());
        let source = TestSource::start(settings, move |packet: Packet| {
            if only.is_none_or(|media| media == packet.media) {
                mixer.push(&name, packet);
            }
        })
        .unwrap();
        self.sources.lock().insert(id.to_owned(), source);
    }

    fn kill(&self, id: &str) {
        let source = self.sources.lock().remove(id);
        drop(source);
    }

    fn scene(&self, layout: Layout, host: Option<&str>, speakers: &[&str]) {
        self.mixer.set_scene(Scene {
            layout,
            host: host.map(str::to_owned),
            speakers: speakers.iter().map(|&id| id.to_owned()).collect(),
        });
    }

    fn sees(&self, what: &str, mut holds: impl FnMut(&Picture) -> bool) {
        let seen = self.program.wait(PATIENCE, |viewer| {
            viewer.picture().is_some_and(|picture| holds(&picture))
        });
        assert!(seen, "never seen: {what}");
    }

    fn sees_colours(&self, what: &str, places: &[Spot]) {
        self.sees(what, |picture| {
            places
                .iter()
                .all(|&(x, y, colour)| picture.is(x, y, colour))
        });
    }

    /// Waits until somebody hears the wanted tones and none of the others.
    fn hears(&self, viewer: &Viewer, wanted: &[f64], unwanted: &[f64]) {
        let heard = viewer.wait(PATIENCE, |viewer| {
            wanted.iter().all(|&hz| viewer.tone(hz) > 0.1)
                && unwanted.iter().all(|&hz| viewer.tone(hz) < 0.01)
        });
        let tones: Vec<_> = [440.0, 660.0, 880.0]
            .iter()
            .map(|&hz| viewer.tone(hz))
            .collect();
        assert!(heard, "{tones:?} instead of {wanted:?}");
    }

    fn state(&self, from: usize, id: &str, state: SourceState) {
        self.states
            .wait(from, &format!("{id} {state:?}"), |states| {
                states
                    .iter()
                    .any(|(source, seen)| source == id && *seen == state)
            });
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        // Their threads push into the mixer.
        let sources = std::mem::take(&mut *self.sources.lock());
        drop(sources);
    }
}

#[test]
fn layouts_and_what_each_hears() {
    let studio = Studio::start();
    studio.sees("the empty stage", |picture| picture.rgb(320, 180)[2] > 30);
    studio.add("host", "柳河镇", &small(studio.epoch, RED, 440.0));
    studio.add("a", "柳树沟村", &small(studio.epoch, GREEN, 660.0));
    studio.add("b", "东山村", &small(studio.epoch, BLUE, 880.0));

    studio.scene(Layout::HostFull, Some("host"), &["a", "b"]);
    studio.sees_colours(
        "host full",
        &[(320, 180, RED), (600, 200, RED), (40, 200, RED)],
    );
    let viewers: BTreeMap<String, Arc<Viewer>> = studio.minus.lock().clone();
    studio.hears(&studio.program, &[440.0, 660.0, 880.0], &[]);
    studio.hears(&viewers["host"], &[660.0, 880.0], &[440.0]);
    studio.hears(&viewers["a"], &[440.0, 880.0], &[660.0]);
    studio.hears(&viewers["b"], &[440.0, 660.0], &[880.0]);

    let changes: [(Layout, &[Spot]); 5] = [
        (Layout::SpeakerFull, &[(320, 180, BLUE), (40, 200, BLUE)]),
        (Layout::SideBySide, &[(160, 150, RED), (480, 150, BLUE)]),
        (
            Layout::PictureInPicture,
            &[(200, 150, BLUE), (548, 290, RED), (460, 250, BLUE)],
        ),
        (
            Layout::Grid,
            &[(160, 100, RED), (480, 100, GREEN), (160, 260, BLUE)],
        ),
        (Layout::HostFull, &[(320, 180, RED), (500, 300, RED)]),
    ];
    for (layout, places) in changes {
        studio.scene(layout, Some("host"), &["a", "b"]);
        studio.sees_colours(&format!("{layout:?}"), places);
    }

    // Handed back: nobody is heard but the host.
    studio.scene(Layout::HostFull, Some("host"), &[]);
    studio.hears(&studio.program, &[440.0], &[660.0, 880.0]);
    viewers["a"].forget_sound();
    let samples = viewers["a"].samples();
    assert!(studio.program.wait_frames(30, PATIENCE));
    // What was in the encoder may still come, not more.
    assert!(viewers["a"].samples() < samples + 24_000);
}

#[test]
fn a_resting_mixer_makes_nothing_and_goes_on() {
    let studio = Studio::start();
    // It says that it is ready, also when it is to rest at once.
    studio.mixer.set_resting(true);
    assert!(studio.program.wait_frames(1, PATIENCE));
    studio.mixer.set_resting(false);
    studio.add("host", "柳河镇", &small(studio.epoch, RED, 440.0));
    studio.scene(Layout::HostFull, Some("host"), &[]);
    studio.sees_colours("the host", &[(320, 180, RED)]);
    studio.hears(&studio.program, &[440.0], &[]);

    let told = studio.states.len();
    studio.mixer.set_resting(true);
    studio.state(told, "host", SourceState::Waiting);
    let made = studio.program.frames();
    // Two seconds of something else that goes on.
    let other = Arc::new(Viewer::start(studio.epoch).unwrap());
    let sees = Arc::clone(&other);
    let settings = small(studio.epoch, BLUE, 660.0);
    let source = TestSource::start(&settings, move |packet| sees.push(&packet)).unwrap();
    assert!(other.wait_frames(50, PATIENCE));
    drop(source);
    let since = studio.program.frames() - made;
    assert!(since < 5, "{since} pictures, and nobody watched");

    let told = studio.states.len();
    studio.mixer.set_resting(false);
    studio.state(told, "host", SourceState::Live);
    assert!(studio.program.wait_frames(25, PATIENCE));
    studio.sees_colours("the host again", &[(320, 180, RED)]);
    studio.hears(&studio.program, &[440.0], &[]);
}

#[test]
fn a_killed_source_stalls_nobody_and_comes_back() {
    let studio = Studio::start();
    studio.add("host", "柳河镇", &small(studio.epoch, RED, 440.0));
    studio.add("a", "柳树沟村", &small(studio.epoch, GREEN, 660.0));
    studio.scene(Layout::SideBySide, Some("host"), &["a"]);
    studio.sees_colours("both", &[(160, 150, RED), (480, 150, GREEN)]);
    studio.state(0, "a", SourceState::Live);

    let from = studio.states.len();
    studio.kill("a");
    studio.state(from, "a", SourceState::Interrupted);
    studio.sees("信号中断", |picture| {
        picture.is(160, 150, RED)
            && !picture.is(480, 150, GREEN)
            && picture.bright(400, 165, 160, 30) > 200
    });
    studio.hears(&studio.program, &[440.0], &[660.0]);
    assert!(studio.program.wait_frames(25, PATIENCE));

    let from = studio.states.len();
    studio.publish("a", &small(studio.epoch, BLUE, 880.0), None);
    studio.state(from, "a", SourceState::Live);
    studio.sees_colours("back", &[(160, 150, RED), (480, 150, BLUE)]);
    studio.hears(&studio.program, &[440.0, 880.0], &[660.0]);
}

#[test]
fn a_network_that_was_gone_asks_for_a_keyframe() {
    let studio = Studio::start();
    studio.add("host", "柳河镇", &small(studio.epoch, RED, 440.0));
    studio.scene(Layout::HostFull, Some("host"), &[]);
    studio.sees_colours("host", &[(320, 180, RED)]);
    let from = studio.states.len();
    studio.sources.lock()["host"].set_silent(true);
    studio.state(from, "host", SourceState::Interrupted);
    let (from, asked) = (studio.states.len(), studio.asked.len());
    studio.sources.lock()["host"].set_silent(false);
    studio
        .asked
        .wait(asked, "a keyframe for the host", |asked| {
            asked.iter().any(|id| id == "host")
        });
    studio.state(from, "host", SourceState::Live);
    studio.sees_colours("host again", &[(320, 180, RED)]);
}

#[test]
fn names_title_and_presence_code_can_be_read() {
    let studio = Studio::start();
    studio.add("host", "柳河镇人民政府", &small(studio.epoch, RED, 440.0));
    studio.scene(Layout::HostFull, Some("host"), &[]);
    studio.sees("caption and title", |picture| {
        // White on a dark strip at the lower left and at the upper left.
        picture.is(320, 180, RED)
            && picture.bright(8, 330, 110, 22) > 60
            && picture.rgb(9, 340)[0] < 100
            && picture.bright(8, 8, 130, 22) > 60
    });
    let reads = |code: Option<&str>| {
        studio.mixer.set_code(code);
        studio.sees(&format!("{code:?}"), |picture| {
            read_code(picture.luma(), picture.width, picture.width, picture.height).as_deref()
                == code
        });
    };
    for code in [Some("384615"), Some("902174"), None, Some("1117")] {
        reads(code);
    }
    // It stays over whatever is shown.
    studio.scene(Layout::Grid, Some("host"), &["nobody"]);
    reads(Some("2468"));
}

#[test]
fn muting_and_sound_without_a_picture() {
    let studio = Studio::start();
    studio.add("host", "柳河镇", &small(studio.epoch, RED, 440.0));
    studio.mixer.add("a", "柳树沟村");
    studio.publish("a", &small(studio.epoch, GREEN, 660.0), Some(Media::Audio));
    studio.scene(Layout::SideBySide, Some("host"), &["a"]);
    studio.state(0, "a", SourceState::Live);
    studio.hears(&studio.program, &[440.0, 660.0], &[]);
    studio.sees("只有声音", |picture| {
        !picture.is(480, 150, GREEN) && picture.bright(400, 165, 160, 30) > 200
    });
    studio.mixer.set_muted("a", true);
    studio.hears(&studio.program, &[440.0], &[660.0]);
    studio.mixer.set_muted("a", false);
    studio.hears(&studio.program, &[440.0, 660.0], &[]);
    studio.mixer.remove("a");
    studio.hears(&studio.program, &[440.0], &[660.0]);
    studio.sees_colours("the host alone", &[(320, 180, RED), (600, 180, RED)]);
    studio.mixer.push(
        "nobody",
        Packet {
            media: Media::Video,
            rtp: vec![0; 40].into(),
            at: Duration::ZERO,
        },
    );
}

#[test]
fn keyframes_on_request_and_other_sizes() {
    let studio = Studio::start();
    let settings = TestSourceSettings {
        // 4:3: borders left and right.
        size: (320, 240),
        ..small(studio.epoch, RED, 440.0)
    };
    studio.add("host", "", &settings);
    studio.scene(Layout::HostFull, Some("host"), &[]);
    studio.sees("borders", |picture| {
        picture.is(320, 180, RED) && picture.is(20, 180, [0; 3]) && picture.is(620, 180, [0; 3])
    });
    for _ in 0..4 {
        let (keyframes, frames) = (studio.program.keyframes(), studio.program.frames());
        studio.mixer.request_keyframe();
        assert!(
            studio
                .program
                .wait(PATIENCE, |viewer| viewer.keyframes() > keyframes)
        );
        // Without the request it would be the fiftieth picture after the last one.
        let passed = studio.program.frames() - frames;
        assert!(passed < 40, "{passed} pictures");
    }
}

#[test]
fn impossible_settings_are_refused() {
    let settings = |width, height, frame_rate| MixerSettings {
        epoch: Instant::now(),
        width,
        height,
        frame_rate,
        bitrate_kbps: 1_000,
        title: String::new(),
    };
    for (width, height, rate) in [(0, 0, 25), (1279, 720, 25), (1280, 721, 25), (1280, 720, 0)] {
        assert!(Mixer::start(settings(width, height, rate), |_| {}).is_err());
    }
}
