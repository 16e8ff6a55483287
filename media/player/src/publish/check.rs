//! Whether camera, microphone and loudspeaker would work, found out without anybody seeing or hearing it: each is
//! opened for a moment by itself, and nothing goes anywhere.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use super::devices::{devices, has_loudspeaker};
use super::{
    Camera, Capture, Device, Devices, GstPublisher, Microphone, PublishCommand, PublishError,
    PublishEvent, PublishSink, Publisher,
};

/// A device that gives nothing for so long does not work.
const PATIENCE: Duration = Duration::from_secs(6);

/// So many levels are listened to, five a second: a quiet room is never without any sound for so long, a microphone
/// that is off is.
const LEVELS: u32 = 6;

/// What was found of a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Finding {
    /// Something came of it.
    Works,
    /// Nothing came of it but silence.
    Silent,
    /// It is not there.
    Missing,
    /// There is one, and none is chosen.
    NotChosen,
    /// Another program has it.
    Busy,
    /// It is there, and nothing comes of it.
    #[default]
    Failed,
}

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Of the camera.
    pub camera: Finding,
    /// Of the microphone.
    pub microphone: Finding,
    /// Whether sound can come out at all.
    pub loudspeaker: Finding,
}

/// Looks what is plugged in and opens what is chosen, one after the other. Takes up to a quarter of a minute: not for
/// the window's thread. What is open already must not be chosen here: it would be found busy.
#[must_use]
pub fn check(chosen: &Capture) -> Checked {
    let there = devices();
    Checked {
        camera: camera(&chosen.camera, &there, GstPublisher::new),
        microphone: microphone(&chosen.microphone, &there, GstPublisher::new),
        loudspeaker: if has_loudspeaker() {
            Finding::Works
        } else {
            Finding::Missing
        },
    }
}

fn camera<P: Publisher>(
    chosen: &Camera,
    there: &Devices,
    make: impl FnOnce(PublishSink) -> P,
) -> Finding {
    match chosen {
        Camera::None => unchosen(&there.cameras),
        Camera::Device(id) if !is_there(&there.cameras, id) => Finding::Missing,
        chosen => {
            let capture = Capture {
                camera: chosen.clone(),
                ..Capture::default()
            };
            open(make, capture, seen)
        }
    }
}

fn microphone<P: Publisher>(
    chosen: &Microphone,
    there: &Devices,
    make: impl FnOnce(PublishSink) -> P,
) -> Finding {
    match chosen {
        Microphone::None => unchosen(&there.microphones),
        Microphone::Device(id) if !is_there(&there.microphones, id) => Finding::Missing,
        chosen => {
            let capture = Capture {
                microphone: chosen.clone(),
                ..Capture::default()
            };
            open(make, capture, heard)
        }
    }
}

fn unchosen(there: &[Device]) -> Finding {
    if there.is_empty() {
        Finding::Missing
    } else {
        Finding::NotChosen
    }
}

fn is_there(there: &[Device], id: &str) -> bool {
    there.iter().any(|device| device.id == id)
}

/// Opens it, until `listen` says what came of it.
fn open<P: Publisher>(
    make: impl FnOnce(PublishSink) -> P,
    capture: Capture,
    listen: impl FnOnce(&Receiver<PublishEvent>) -> Finding,
) -> Finding {
    let (sender, events) = channel();
    let publisher = make(Arc::new(move |event| {
        // Nobody listens any more when enough was heard.
        let _ = sender.send(event);
    }));
    publisher.send(PublishCommand::Open(capture));
    let found = listen(&events);
    publisher.send(PublishCommand::Close);
    found
}

/// Whether a picture comes.
fn seen(events: &Receiver<PublishEvent>) -> Finding {
    let until = Instant::now() + PATIENCE;
    while let Ok(event) = events.recv_timeout(until.saturating_duration_since(Instant::now())) {
        match event {
            PublishEvent::FrameReady => return Finding::Works,
            PublishEvent::Failed(error) => return fault(&error),
            PublishEvent::State(_) | PublishEvent::Level(_) => {}
        }
    }
    Finding::Failed
}

/// Whether anything but silence comes.
fn heard(events: &Receiver<PublishEvent>) -> Finding {
    let until = Instant::now() + PATIENCE;
    let mut silent = 0;
    while let Ok(event) = events.recv_timeout(until.saturating_duration_since(Instant::now())) {
        match event {
            PublishEvent::Level(level) if level > 0.0 => return Finding::Works,
            PublishEvent::Level(_) => silent += 1,
            PublishEvent::Failed(error) => return fault(&error),
            PublishEvent::State(_) | PublishEvent::FrameReady => {}
        }
        if silent >= LEVELS {
            return Finding::Silent;
        }
    }
    Finding::Failed
}

fn fault(error: &PublishError) -> Finding {
    match error {
        PublishError::NoCamera(_) | PublishError::NoMicrophone(_) => Finding::Missing,
        PublishError::CameraBusy(_) => Finding::Busy,
        _ => Finding::Failed,
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::super::FakePublisher;
    use super::super::fake::World;
    use super::*;

    /// A publisher whose time goes on by itself, in a world that was changed so.
    fn going_on(change: impl FnOnce(&mut World)) -> impl FnOnce(PublishSink) -> FakePublisher {
        |events| {
            let publisher = FakePublisher::new(events);
            publisher.change(change);
            let time = publisher.clone();
            thread::spawn(move || {
                for _ in 0..2_000 {
                    time.advance(20);
                    thread::sleep(Duration::from_millis(1));
                }
            });
            publisher
        }
    }

    fn there() -> Devices {
        let device = |id: &str| Device {
            id: id.to_owned(),
            name: "one".to_owned(),
        };
        Devices {
            cameras: vec![device("v4l2src:/dev/video0")],
            microphones: vec![device("alsasrc:hw:1")],
        }
    }

    #[test]
    fn what_is_not_chosen_or_not_there_is_not_opened() {
        let never = |_: PublishSink| -> FakePublisher { panic!("nothing is opened") };
        let (none, some) = (Devices::default(), there());
        assert_eq!(camera(&Camera::None, &none, never), Finding::Missing);
        assert_eq!(camera(&Camera::None, &some, never), Finding::NotChosen);
        let gone = Camera::Device("v4l2src:/dev/video7".to_owned());
        assert_eq!(camera(&gone, &some, never), Finding::Missing);
        assert_eq!(
            microphone(&Microphone::None, &none, never),
            Finding::Missing
        );
        assert_eq!(
            microphone(&Microphone::None, &some, never),
            Finding::NotChosen
        );
        let gone = Microphone::Device("alsasrc:hw:7".to_owned());
        assert_eq!(microphone(&gone, &some, never), Finding::Missing);
    }

    #[test]
    fn what_is_there_is_opened_and_looked_at() {
        let some = there();
        let chosen = Camera::Device(some.cameras[0].id.clone());
        let seen = |change: fn(&mut World)| camera(&chosen, &some, going_on(change));
        assert_eq!(seen(|_| {}), Finding::Works);
        let fails = |error: PublishError| {
            camera(
                &chosen,
                &some,
                going_on(|world| {
                    world.devices_fail = Some(error);
                }),
            )
        };
        assert_eq!(
            fails(PublishError::CameraBusy(String::new())),
            Finding::Busy
        );
        assert_eq!(
            fails(PublishError::NoCamera(String::new())),
            Finding::Missing
        );
        assert_eq!(
            fails(PublishError::Internal(String::new())),
            Finding::Failed
        );
    }

    #[test]
    fn a_microphone_is_listened_to() {
        let some = there();
        let chosen = Microphone::Device(some.microphones[0].id.clone());
        let heard = |level: f32| {
            let world = going_on(move |world| world.level = level);
            microphone(&chosen, &some, world)
        };
        assert_eq!(heard(0.02), Finding::Works);
        assert_eq!(heard(0.0), Finding::Silent);
    }
}
