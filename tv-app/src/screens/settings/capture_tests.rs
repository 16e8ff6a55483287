//! The page of camera and microphone with a pretended publisher.

use std::sync::Arc;

use contract::terminal::TerminalKind;
use media_player::publish::fake::FakePublisher;
use media_player::publish::{Camera, Publisher as _, TestPattern};
use parking_lot::Mutex;

use super::*;
use crate::clock::Clock as _;
use crate::screens::tests::World;

const WEBCAM: &str = "v4l2src:/dev/video0";

struct Bench {
    world: World,
    screen: CaptureScreen,
    publisher: FakePublisher,
    said: Arc<Mutex<Vec<Input>>>,
}

fn device(id: &str) -> Device {
    Device {
        id: id.to_owned(),
        name: format!("name of {id}"),
    }
}

impl Bench {
    fn new(devices: Devices) -> Self {
        let said = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&said);
        let mut bench = Self {
            world: World::new(TerminalKind::Station),
            screen: CaptureScreen::new(),
            publisher: FakePublisher::new(Arc::new(move |event| {
                sink.lock().push(Input::Publisher(event));
            })),
            said,
        };
        let effects = bench.tell(&Input::Shown);
        assert!(effects.contains(&Effect::AskDevices));
        bench.tell(&Input::Devices(devices));
        bench
    }

    fn tell(&mut self, input: &Input) -> Effects {
        let effects = self.world.tell(&mut self.screen, input);
        for effect in &effects {
            match effect {
                Effect::Publish(command) => self.publisher.send(command.clone()),
                Effect::Setting(name, value) => self.world.cache.set_setting(name, value).unwrap(),
                _ => {}
            }
        }
        let said = std::mem::take(&mut *self.said.lock());
        for input in said {
            self.world.tell(&mut self.screen, &input);
        }
        effects
    }

    fn key(&mut self, key: RemoteKey) -> Effects {
        self.tell(&Input::Key(key, Press::Down))
    }

    fn wait(&mut self, ms: u64) {
        for _ in 0..ms / 100 {
            self.world.clock.advance(100);
            self.publisher.advance(100);
            let said = std::mem::take(&mut *self.said.lock());
            for input in said {
                self.tell(&input);
            }
            let now = self.world.clock.monotonic_ms();
            if self.screen.wake_at().is_some_and(|at| at <= now) {
                self.tell(&Input::Tick);
            }
        }
    }

    /// Tries it out and waits for what it says.
    fn try_out(&mut self) -> (Check, Check) {
        while !self.screen.on_try() {
            self.key(RemoteKey::Right);
        }
        self.key(RemoteKey::Ok);
        self.wait(3_000);
        assert!(self.screen.is_trying());
        self.wait(4_000);
        assert!(!self.screen.is_trying());
        self.screen.checks()
    }
}

fn hardware() -> Devices {
    Devices {
        cameras: vec![device(WEBCAM)],
        microphones: vec![device("pulsesrc:a"), device("pulsesrc:b")],
    }
}

#[test]
fn what_is_plugged_in_is_offered_and_something_made_up_only_without_it() {
    let bench = Bench::new(hardware());
    assert_eq!(
        bench.screen.cameras().0,
        [Row::Device(device(WEBCAM)), Row::Off]
    );
    let bench = Bench::new(Devices::default());
    assert_eq!(bench.screen.cameras().0, [Row::Test, Row::Off]);
    assert_eq!(bench.screen.microphones().0, [Row::Test, Row::Off]);
    assert!(
        !bench
            .screen
            .cameras()
            .0
            .iter()
            .any(|row| bench.screen.is_camera(row))
    );
}

#[test]
fn a_choice_is_kept_and_seen_at_once() {
    let mut bench = Bench::new(hardware());
    assert_eq!(
        bench.publisher.commands(),
        [PublishCommand::Close],
        "nothing was chosen"
    );
    let effects = bench.key(RemoteKey::Ok);
    assert_eq!(effects[0], Effect::Setting(name::CAMERA, WEBCAM.to_owned()));
    let PublishCommand::Open(capture) = bench.publisher.commands().last().cloned().unwrap() else {
        panic!("{:?}", bench.publisher.commands());
    };
    assert_eq!(capture.camera, Camera::Device(WEBCAM.to_owned()));
    assert!(bench.screen.is_camera(&Row::Device(device(WEBCAM))));
    assert_eq!(bench.key(RemoteKey::Ok), [], "it is on already");
    bench.key(RemoteKey::Right);
    bench.key(RemoteKey::Down);
    bench.key(RemoteKey::Ok);
    let kept = choice::capture(&bench.world.cache);
    assert_eq!(kept.microphone, choice::microphone("pulsesrc:b"));
    assert_eq!(kept.camera, capture.camera);
}

#[test]
fn a_device_that_was_unplugged_stays_chosen_and_is_named() {
    let mut bench = Bench::new(hardware());
    bench.key(RemoteKey::Ok);
    bench.tell(&Input::Devices(Devices::default()));
    let missing = Row::Missing(WEBCAM.to_owned());
    assert_eq!(
        bench.screen.cameras().0,
        [missing.clone(), Row::Test, Row::Off]
    );
    assert!(bench.screen.is_camera(&missing));
}

#[test]
fn the_level_moves_with_the_voice_and_is_put_into_words() {
    let mut bench = Bench::new(Devices::default());
    bench.key(RemoteKey::Right);
    bench.key(RemoteKey::Ok);
    assert_eq!(bench.screen.level().1, Loudness::None);
    for (level, loudness) in [
        (0.02, Loudness::Silent),
        (0.2, Loudness::Soft),
        (0.6, Loudness::Good),
        (0.99, Loudness::Loud),
    ] {
        bench.publisher.change(|world| world.level = level);
        bench.wait(3_000);
        assert_eq!(bench.screen.level(), (level, loudness));
    }
    // Somebody who takes a breath is still loud enough.
    bench.publisher.change(|world| world.level = 0.02);
    bench.wait(500);
    assert_eq!(bench.screen.level().1, Loudness::Loud);
}

#[test]
fn trying_says_what_is_wrong() {
    let mut bench = Bench::new(Devices::default());
    assert_eq!(bench.try_out(), (Check::Off, Check::Off));
    for setting in [name::CAMERA, name::MICROPHONE] {
        bench.world.cache.set_setting(setting, "test:ball").unwrap();
    }
    bench.tell(&Input::Changed);
    assert_eq!(
        choice::capture(&bench.world.cache).camera,
        Camera::Test(TestPattern::Ball)
    );
    bench.publisher.change(|world| world.level = 0.6);
    assert_eq!(bench.try_out(), (Check::Good, Check::Good));
    bench.publisher.change(|world| world.level = 0.2);
    assert_eq!(bench.try_out(), (Check::Good, Check::Soft));
    bench.publisher.change(|world| {
        world.devices_fail = Some(PublishError::CameraBusy("x".into()));
    });
    assert_eq!(bench.try_out().0, Check::Busy);
    bench.publisher.change(|world| {
        world.devices_fail = Some(PublishError::NoMicrophone("x".into()));
    });
    assert_eq!(bench.try_out(), (Check::Good, Check::Missing));
    bench.publisher.change(|world| {
        world.devices_fail = None;
        world.open_ms = 60_000;
    });
    assert_eq!(bench.try_out(), (Check::Nothing, Check::Nothing));
}

#[test]
fn back_leaves() {
    let mut bench = Bench::new(hardware());
    assert_eq!(bench.key(RemoteKey::Back), [Effect::Back]);
}
