//! The meeting that is joined, and camera and microphone.

use std::sync::Arc;
use std::time::Duration;

use contract::meeting::MediaLink;
use contract::terminal::TerminalKind;
use media_player::publish::{
    Camera, Devices, PublishCommand, PublishEvent, PublishSink, Publisher,
};
use slint::{ComponentHandle, Timer, TimerMode};
use tv_ui::{CaptureAdapter, MeetingAdapter};

use super::film::Film;
use super::sharing::{Look, Sharing};
use super::voice::Publishing;
use super::{App, MakePublisher, current, later};
use crate::client::JoinFailure;
use crate::screens::settings::choice;
use crate::screens::{Attended, Input, Plays, attendance, live};

/// The director's list shows a new small picture this often.
const PICTURE: Duration = Duration::from_secs(10);

/// Camera and microphone, made when they are needed for the first time.
#[derive(Default)]
pub(super) struct Capture {
    make: Option<MakePublisher>,
    publisher: Option<Box<dyn Publisher>>,
    devices: Option<fn() -> Devices>,
    /// The pictures of the self view.
    mirror: Film,
    timer: Timer,
    /// Who has them: the screens, or a look into this station.
    sharing: Sharing,
    /// Where the server wants the picture for the looks into this station.
    wanted: Option<MediaLink>,
    look_timer: Timer,
    /// The meeting that is joined.
    joined: Option<String>,
    /// The director has a small picture of this meeting.
    pictured: bool,
    /// Pictures of the program, and of oneself, that were shown since the meeting was joined.
    frames: u64,
    self_frames: u64,
}

impl Capture {
    pub(super) fn new(capturing: Option<Publishing>) -> Self {
        let (make, devices) = capturing.unzip();
        Self {
            make,
            devices,
            ..Self::default()
        }
    }

    fn is_possible(&self) -> bool {
        self.make.is_some() || self.publisher.is_some()
    }
}

impl App {
    /// Takes part in a meeting.
    pub(super) fn join(&self, meeting_id: &str, viewing_id: &str) {
        if self.capture.borrow().joined.as_deref() != Some(meeting_id) {
            // No picture of what was on before.
            self.forget_film();
            let mut capture = self.capture.borrow_mut();
            capture.joined = Some(meeting_id.to_owned());
            capture.pictured = false;
            (capture.frames, capture.self_frames) = (0, 0);
        }
        let Some(client) = &*self.client.borrow() else {
            self.tell_later(Input::JoinFailed(JoinFailure::NoNetwork));
            return;
        };
        let can_speak = live::can_speak(&self.cache) && self.capture.borrow().is_possible();
        client.join(meeting_id, viewing_id, can_speak);
        if can_speak {
            self.capture
                .borrow()
                .timer
                .start(TimerMode::Repeated, PICTURE, || {
                    if let Some(app) = current() {
                        app.send_picture();
                    }
                });
        }
    }

    pub(super) fn leave_meeting(&self) {
        let mut capture = self.capture.borrow_mut();
        capture.timer.stop();
        capture.joined = None;
        drop(capture);
        if let Some(client) = &*self.client.borrow() {
            client.leave();
        }
    }

    pub(super) fn raise_hand(&self, raised: bool) {
        if let Some(client) = &*self.client.borrow() {
            client.raise_hand(raised);
        }
    }

    /// A picture of the program was shown.
    pub(super) fn count_frame(&self) {
        let mut capture = self.capture.borrow_mut();
        capture.frames += 1;
        self.status.lock()["meeting"]["frames"] = capture.frames.into();
    }

    /// What tests and automation want to know of a meeting.
    pub(super) fn meeting_status(&self, meeting: &dyn Attended) -> serde_json::Value {
        let capture = self.capture.borrow();
        let mut status = meeting.status();
        status["frames"] = capture.frames.into();
        status["self_frames"] = capture.self_frames.into();
        status
    }

    /// Looks in a thread of its own what is plugged in.
    pub(super) fn ask_devices(&self) {
        let Some(look) = self.capture.borrow().devices else {
            self.tell_later(Input::Devices(Devices::default()));
            return;
        };
        let spawned = std::thread::Builder::new()
            .name("devices".into())
            .spawn(move || {
                let devices = look();
                later(move |app| app.input(&Input::Devices(devices)));
            });
        if let Err(error) = spawned {
            tracing::error!(%error, "no thread to look for cameras in");
            self.tell_later(Input::Devices(Devices::default()));
        }
    }

    /// Shows the director how it looks here, while the camera is on.
    fn send_picture(&self) {
        let capture = self.capture.borrow();
        let picture = capture
            .publisher
            .as_ref()
            .and_then(|publisher| publisher.picture());
        if let (Some(picture), Some(client)) = (picture, &*self.client.borrow()) {
            client.send_picture(picture);
        }
    }

    /// Tells camera and microphone what a screen wants of them.
    pub(super) fn publish(&self, command: PublishCommand) {
        let (opens, closes) = (
            matches!(command, PublishCommand::Open(_)),
            command == PublishCommand::Close,
        );
        let now = self.clock.monotonic_ms();
        let commands = self.capture.borrow_mut().sharing.screen(command, now);
        if closes {
            self.capture.borrow_mut().mirror.clear();
        }
        self.send(commands);
        if closes {
            self.window
                .global::<MeetingAdapter<'_>>()
                .set_has_self_view(false);
            self.window
                .global::<CaptureAdapter<'_>>()
                .set_has_self_view(false);
        }
        let capture = self.capture.borrow();
        if opens && capture.sharing.has_look() {
            // They are on already, and will not say so again.
            let state = capture.sharing.screens_state();
            self.tell_later(Input::Publisher(PublishEvent::State(state)));
        }
    }

    fn send(&self, commands: Vec<PublishCommand>) {
        let mut capture = self.capture.borrow_mut();
        for command in commands {
            if capture.publisher.is_none() {
                if command == PublishCommand::Close {
                    continue;
                }
                let Some(make) = capture.make.take() else {
                    continue;
                };
                let sink: PublishSink = Arc::new(|event| later(move |app| app.on_publisher(event)));
                capture.publisher = Some(make(sink));
            }
            if let Some(publisher) = &capture.publisher {
                publisher.send(command);
            }
        }
        drop(capture);
        self.watch_look();
    }

    /// Takes what the server says of looks into this station: where they want its picture.
    pub(super) fn want_look(&self, publish: Option<MediaLink>) {
        self.capture.borrow_mut().wanted = publish;
        self.arrange_look(true);
    }

    /// What a look depends on may have changed here.
    pub(super) fn follow_look(&self) {
        self.arrange_look(false);
    }

    /// Sends the picture of this station to whoever looks, or no longer. Only a station has one to
    /// send, with a camera that somebody chose there, and only while the sign can be seen that
    /// somebody looks.
    fn arrange_look(&self, told: bool) {
        let mut capture = self.capture.borrow_mut();
        if capture.wanted.is_none() && !capture.sharing.has_look() {
            return;
        }
        let chosen = choice::capture(&self.cache);
        let may = chosen.camera != Camera::None
            && capture.is_possible()
            && attendance::kind(&self.cache) == TerminalKind::Station
            && self.router.borrow().shows_sign();
        let wanted = capture.wanted.clone().filter(|_| may).map(|link| Look {
            capture: chosen,
            link,
        });
        let now = self.clock.monotonic_ms();
        let commands = capture.sharing.look(wanted, told, now);
        drop(capture);
        self.send(commands);
    }

    /// Sets the alarm of a look that does not get through, and lets the sign say when it waits.
    fn watch_look(&self) {
        let capture = self.capture.borrow();
        let waits = capture.sharing.waits();
        drop(capture);
        self.say_whether_viewing_waits(waits);
        let capture = self.capture.borrow();
        match capture.sharing.wake_at() {
            Some(at) => {
                let wait = at.saturating_sub(self.clock.monotonic_ms()).max(1);
                capture.look_timer.start(
                    TimerMode::SingleShot,
                    Duration::from_millis(wait),
                    || {
                        if let Some(app) = current() {
                            app.look_due();
                        }
                    },
                );
            }
            None => capture.look_timer.stop(),
        }
    }

    /// Lets the sign say whether somebody would look through the camera that a meeting has.
    fn say_whether_viewing_waits(&self, waits: bool) {
        if self.viewing_waits.replace(waits) == waits {
            return;
        }
        let input = Input::ViewingWaits(waits);
        let outward = self.with_context(|router, context| router.handle(&input, context));
        self.carry_out(outward);
    }

    fn look_due(&self) {
        let now = self.clock.monotonic_ms();
        let due = self.capture.borrow_mut().sharing.tick(now);
        if due.lost {
            tracing::warn!("the picture of the duty room does not get through; the camera is off");
            self.want_look(None);
        }
        if due.ask
            && let Some(client) = &*self.client.borrow()
        {
            client.ask_duty();
        }
        self.watch_look();
        self.show();
    }

    /// Whether camera and microphone are on, for a screen or for a look into this station.
    pub(super) fn uses_devices(&self) -> bool {
        self.capture.borrow().sharing.is_on()
    }

    /// Whether the picture of this station reaches whoever looks into it.
    pub(super) fn is_seen(&self) -> bool {
        self.capture.borrow().sharing.is_seen()
    }

    fn on_publisher(&self, event: PublishEvent) {
        if event == PublishEvent::FrameReady {
            self.show_self();
            return;
        }
        let now = self.clock.monotonic_ms();
        let seen = self.is_seen();
        let heard = self.capture.borrow_mut().sharing.heard(event, now);
        self.watch_look();
        if let Some(event) = heard {
            self.input(&Input::Publisher(event));
        } else if self.is_seen() != seen {
            self.show();
        }
    }

    /// Shows the newest picture of the own camera, where one sees it.
    fn show_self(&self) {
        let mut capture = self.capture.borrow_mut();
        let frame = capture
            .publisher
            .as_ref()
            .and_then(|publisher| publisher.take_frame());
        let Some(frame) = frame else { return };
        let first = capture.joined.is_some() && !std::mem::replace(&mut capture.pictured, true);
        let router = self.router.borrow();
        let nature = router.nature();
        if nature.plays != Plays::Meeting && !nature.previews {
            return;
        }
        let image = capture.mirror.show(frame);
        if capture.joined.is_some() {
            capture.self_frames += 1;
            self.status.lock()["meeting"]["self_frames"] = capture.self_frames.into();
        }
        drop(capture);
        if first {
            // The director need not wait for the first one.
            self.send_picture();
        }
        if nature.plays == Plays::Meeting {
            let adapter = self.window.global::<MeetingAdapter<'_>>();
            adapter.set_self_view(image);
            adapter.set_has_self_view(true);
        } else {
            let adapter = self.window.global::<CaptureAdapter<'_>>();
            adapter.set_self_view(image);
            adapter.set_has_self_view(true);
        }
    }
}
