//! Inside of a meeting, and the page of camera and microphone, for the pixel tests and the
//! screenshots.

use contract::meeting::{
    JoinAccess, MediaLink, MediaProtocol, Meeting, MeetingKind, MeetingState, Place,
};
use contract::organization::OrganizationRef;
use contract::terminal::TerminalKind;
use media_player::fake::{Mishap, Programme};
use media_player::publish::PublishError;
use tv_app::client::Notice;
use tv_app::remote::RemoteKey;
use tv_app::screens::Route;
use tv_app::screens::settings::name;

use super::scene::{Scene, bare, full, scene};
use super::{NOW_MS, Stage, people};

const MINUTE: i64 = 60_000;
/// The meeting of these scenes.
pub(super) const ID: &str = "0198c0de-0000-7000-8000-0000000011fe";
/// The controls are gone after so long without a key, in large text too.
const CONTROLS_GONE_MS: u64 = 11_000;

/// All of them.
pub const SCENES: &[Scene] = &[
    scene("meeting-offline", |stage| {
        home(stage, MeetingKind::Broadcast)?;
        open(stage, live_film())
    }),
    scene("meeting-before", |stage| {
        let mut meeting = meeting(MeetingKind::Broadcast, MeetingState::Scheduled);
        meeting.starts_at_ms = NOW_MS + 40 * MINUTE;
        stage.meetings(vec![meeting])?;
        open(stage, live_film())
    }),
    scene("meeting-over", |stage| over(stage, None)),
    scene("meeting-over-recorded", |stage| over(stage, Some("p"))),
    bare("meeting-watching", |stage| {
        home(stage, MeetingKind::Broadcast)?;
        join(stage, live_film(), MediaProtocol::Whep, Place::default())?;
        stage.tv.advance(CONTROLS_GONE_MS);
        Ok(())
    }),
    full("meeting-controls", |stage| {
        home(stage, MeetingKind::Broadcast)?;
        join(stage, live_film(), MediaProtocol::Whep, Place::default())
    }),
    full("meeting-rewound", |stage| {
        home(stage, MeetingKind::Broadcast)?;
        let film = Programme {
            frame_ms: 1_000,
            ..Programme::live(30_000)
        };
        join(stage, film, MediaProtocol::Hls, Place::default())?;
        stage.tv.advance(40_000);
        stage.tv.press_all(&[RemoteKey::Left; 2]);
        stage.tv.advance(1_000);
        Ok(())
    }),
    full("meeting-held", |stage| {
        home(stage, MeetingKind::Broadcast)?;
        let film = Programme {
            frame_ms: 1_000,
            ..Programme::live(30_000)
        };
        join(stage, film, MediaProtocol::Hls, Place::default())?;
        stage.tv.advance(40_000);
        stage.tv.press(RemoteKey::Ok);
        stage.tv.press(RemoteKey::Down);
        stage.tv.advance(7_000);
        Ok(())
    }),
    bare("meeting-reconnecting", |stage| {
        home(stage, MeetingKind::Broadcast)?;
        let film = live_film().with(12_000, Mishap::Offline { for_ms: 60_000 });
        join(stage, film, MediaProtocol::Whep, Place::default())?;
        stage.tv.advance(16_000);
        Ok(())
    }),
    full("meeting-stuck", |stage| {
        home(stage, MeetingKind::Broadcast)?;
        let film = live_film().with(5_000, Mishap::Offline { for_ms: 60_000 });
        join(stage, film, MediaProtocol::Whep, Place::default())?;
        stage.tv.advance(17_000);
        Ok(())
    }),
    full("meeting-no-camera", |stage| {
        stage.people(TerminalKind::Station, people::station(12), Vec::new())?;
        choose(stage, "none", "none")?;
        stage.meetings(vec![meeting(MeetingKind::Conference, MeetingState::Live)])?;
        join(stage, live_film(), MediaProtocol::Whep, Place::default())
    }),
    full("station-controls", |stage| {
        station(stage, Place::default())?;
        stage.tv.press(RemoteKey::Down);
        Ok(())
    }),
    bare("station-watching", |stage| {
        station(stage, Place::default())?;
        stage.tv.advance(CONTROLS_GONE_MS);
        Ok(())
    }),
    bare("station-microphone-off", |stage| {
        station(stage, Place::default())?;
        stage.tv.press(RemoteKey::Digit(2));
        stage.tv.advance(CONTROLS_GONE_MS);
        Ok(())
    }),
    bare("station-hand-up", |stage| {
        station(stage, hand_up())?;
        stage.tv.advance(190_000);
        Ok(())
    }),
    full("station-hand-up-controls", |stage| {
        station(stage, hand_up())?;
        stage.tv.press(RemoteKey::Down);
        Ok(())
    }),
    bare("station-called", |stage| {
        station(stage, Place::default())?;
        place(stage, called());
        stage.tv.advance(500);
        Ok(())
    }),
    bare("station-connecting", |stage| {
        station(stage, Place::default())?;
        place(stage, called());
        stage.tv.advance(CONTROLS_GONE_MS);
        Ok(())
    }),
    bare("station-on-air", |stage| {
        station(stage, Place::default())?;
        place(stage, on_air());
        stage.tv.advance(CONTROLS_GONE_MS);
        Ok(())
    }),
    full("station-on-air-controls", |stage| {
        station(stage, on_air())?;
        stage.tv.press_all(&[RemoteKey::Down; 2]);
        Ok(())
    }),
    bare("station-muted", |stage| {
        station(stage, on_air())?;
        place(
            stage,
            Place {
                muted: true,
                ..on_air()
            },
        );
        stage.tv.advance(CONTROLS_GONE_MS);
        Ok(())
    }),
    bare("station-on-air-microphone-off", |stage| {
        station(stage, on_air())?;
        stage.tv.press_all(&[RemoteKey::Down, RemoteKey::Digit(2)]);
        stage.tv.advance(CONTROLS_GONE_MS);
        Ok(())
    }),
    bare("station-camera-gone", |stage| {
        station(stage, on_air())?;
        stage.tv.advance(CONTROLS_GONE_MS);
        if let Some(publisher) = stage.tv.publisher() {
            publisher.change(|world| {
                world.devices_fail = Some(PublishError::NoCamera("unplugged".to_owned()));
            });
        }
        stage.tv.advance(3_000);
        Ok(())
    }),
    bare("station-done", |stage| {
        station(stage, on_air())?;
        stage.tv.advance(CONTROLS_GONE_MS);
        place(stage, Place::default());
        stage.tv.advance(500);
        Ok(())
    }),
    full("station-leaving", |stage| {
        station(stage, on_air())?;
        stage.tv.press_all(&[RemoteKey::Down, RemoteKey::Back]);
        Ok(())
    }),
    full("station-elsewhere", |stage| {
        station(stage, on_air())?;
        stage.tv.press(RemoteKey::Menu);
        Ok(())
    }),
    scene("capture", |stage| {
        choose(stage, "v4l2src:/dev/video0", "pulsesrc:room")?;
        capture(stage)
    }),
    scene("capture-nothing-chosen", |stage| {
        choose(stage, "none", "none")?;
        capture(stage)
    }),
    scene("capture-unplugged", |stage| {
        choose(stage, "v4l2src:/dev/video3", "alsasrc:hw:7")?;
        capture(stage)?;
        if let Some(publisher) = stage.tv.publisher() {
            publisher.change(|world| {
                world.devices_fail = Some(PublishError::NoCamera("unplugged".to_owned()));
            });
        }
        stage.tv.press(RemoteKey::Right);
        stage.tv.advance(1_000);
        Ok(())
    }),
    scene("capture-tried", |stage| {
        choose(stage, "v4l2src:/dev/video0", "pulsesrc:room")?;
        capture(stage)?;
        if let Some(publisher) = stage.tv.publisher() {
            publisher.change(|world| world.level = 0.2);
        }
        stage
            .tv
            .press_all(&[RemoteKey::Right, RemoteKey::Right, RemoteKey::Ok]);
        stage.tv.advance(7_000);
        Ok(())
    }),
];

fn meeting(kind: MeetingKind, state: MeetingState) -> Meeting {
    Meeting {
        id: ID.to_owned(),
        kind,
        state,
        title: "十一月主题党日：全镇党员大会".to_owned(),
        organization: OrganizationRef {
            id: "o".to_owned(),
            name: "清河镇党委".to_owned(),
        },
        starts_at_ms: NOW_MS - 80 * MINUTE,
        started_at_ms: (state != MeetingState::Scheduled).then_some(NOW_MS - 78 * MINUTE),
        planned_ms: 90 * MINUTE,
        ..Meeting::default()
    }
}

/// A live picture that plays well, with a new picture each second: no more would be seen.
fn live_film() -> Programme {
    Programme {
        duration_ms: None,
        frame_ms: 1_000,
        ..Programme::default()
    }
}

fn link(protocol: MediaProtocol) -> MediaLink {
    MediaLink {
        protocol,
        url: "http://127.0.0.1:9/program".to_owned(),
        token: "token".to_owned(),
    }
}

fn hand_up() -> Place {
    Place {
        send: true,
        hand_raised: true,
        ..Place::default()
    }
}

fn called() -> Place {
    Place {
        send: true,
        called: true,
        ..Place::default()
    }
}

fn on_air() -> Place {
    Place {
        on_air: true,
        ..called()
    }
}

fn home(stage: &Stage, kind: MeetingKind) -> anyhow::Result<()> {
    stage.meetings(vec![meeting(kind, MeetingState::Live)])
}

pub(super) fn choose(stage: &Stage, camera: &str, microphone: &str) -> anyhow::Result<()> {
    stage.demo.set(name::CAMERA, camera)?;
    stage.demo.set(name::MICROPHONE, microphone)
}

/// Opens this meeting without a network.
pub(super) fn at(stage: &mut Stage, meeting: Meeting) -> anyhow::Result<()> {
    stage.meetings(vec![meeting])?;
    open(stage, live_film())
}

/// In this meeting.
pub(super) fn in_meeting(stage: &mut Stage, meeting: Meeting) -> anyhow::Result<()> {
    stage.meetings(vec![meeting])?;
    join(stage, live_film(), MediaProtocol::Whep, Place::default())
}

/// A home that watches.
pub(super) fn at_home(stage: &mut Stage) -> anyhow::Result<()> {
    home(stage, MeetingKind::Broadcast)?;
    join(stage, live_film(), MediaProtocol::Whep, Place::default())
}

/// Opens the meeting without a network.
fn open(stage: &mut Stage, film: Programme) -> anyhow::Result<()> {
    let id = ID.to_owned();
    stage.show_film(&[Route::Home, Route::Meeting { id }], film)
}

/// As if the server had let it in.
fn join(
    stage: &mut Stage,
    film: Programme,
    protocol: MediaProtocol,
    place: Place,
) -> anyhow::Result<()> {
    open(stage, film)?;
    stage.tv.app().on_notice(Notice::Joined {
        meeting_id: ID.to_owned(),
        access: Box::new(JoinAccess {
            program: vec![link(protocol)],
            publish: Some(link(MediaProtocol::Whip)),
            place,
            ask_every_ms: 10_000,
        }),
    });
    stage.tv.advance(1_000);
    Ok(())
}

/// A station with camera and microphone in a conference.
fn station(stage: &mut Stage, place: Place) -> anyhow::Result<()> {
    stage.people(TerminalKind::Station, people::station(12), Vec::new())?;
    choose(stage, "test:ball", "test:440")?;
    stage.meetings(vec![meeting(MeetingKind::Conference, MeetingState::Live)])?;
    join(stage, live_film(), MediaProtocol::Whep, place)
}

/// A station that speaks in a conference.
///
/// # Errors
/// When it cannot be arranged.
pub fn on_the_air(stage: &mut Stage) -> anyhow::Result<()> {
    station(stage, on_air())
}

/// A station that only listens.
///
/// # Errors
/// When it cannot be arranged.
pub fn listening(stage: &mut Stage) -> anyhow::Result<()> {
    station(stage, Place::default())
}

/// The director takes the word from it.
pub fn off_the_air(stage: &Stage) {
    place(stage, Place::default());
}

fn place(stage: &Stage, place: Place) {
    stage.tv.app().on_notice(Notice::Place {
        meeting_id: ID.to_owned(),
        place,
    });
}

fn over(stage: &mut Stage, programme: Option<&str>) -> anyhow::Result<()> {
    let mut meeting = meeting(MeetingKind::Broadcast, MeetingState::Ended);
    meeting.programme_id = programme.map(ToOwned::to_owned);
    stage.meetings(vec![meeting])?;
    open(stage, live_film())
}

fn capture(stage: &mut Stage) -> anyhow::Result<()> {
    stage.people(TerminalKind::Station, people::station(12), Vec::new())?;
    stage.show(&[Route::Home, Route::Settings, Route::Capture])?;
    stage.tv.advance(1_500);
    let looking = |app: &tv_app::app::App| {
        app.with_router(|router| match router.top() {
            tv_app::screens::Screen::Capture(screen) => !screen.is_looking(),
            _ => false,
        })
    };
    stage.tv.wait_for("what is plugged in", looking);
    Ok(())
}
