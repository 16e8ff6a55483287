//! Who has camera and microphone, with the publisher's own state machine behind it.

use std::sync::Arc;

use media_player::publish::fake::Network;
use media_player::publish::{
    Camera, Capture, FakePublisher, Microphone, PublishCommand, PublishEvent, PublishState,
    Publisher, TestPattern,
};
use parking_lot::Mutex;

use super::*;

const MEETING: &str = "http://s/meeting";
const LOOK: &str = "http://s/look";

/// The two users, a publisher, and the time of both.
struct Bench {
    sharing: Sharing,
    publisher: FakePublisher,
    events: Arc<Mutex<Vec<PublishEvent>>>,
    told: Vec<PublishEvent>,
    now: u64,
}

impl Bench {
    fn new() -> Self {
        let events = Arc::<Mutex<Vec<PublishEvent>>>::default();
        let sink = Arc::clone(&events);
        Self {
            sharing: Sharing::default(),
            publisher: FakePublisher::new(Arc::new(move |event| sink.lock().push(event))),
            events,
            told: Vec::new(),
            now: 1_000,
        }
    }

    fn send(&mut self, commands: Vec<PublishCommand>) {
        commands
            .into_iter()
            .for_each(|command| self.publisher.send(command));
        self.hear();
    }

    fn hear(&mut self) {
        let events = std::mem::take(&mut *self.events.lock());
        for event in events {
            self.told.extend(self.sharing.heard(event, self.now));
        }
    }

    fn screen(&mut self, command: PublishCommand) {
        let commands = self.sharing.screen(command, self.now);
        self.send(commands);
    }

    fn look(&mut self, wanted: Option<Look>) {
        let commands = self.sharing.look(wanted, true, self.now);
        self.send(commands);
    }

    fn pass(&mut self, ms: u64) -> Due {
        let until = self.now + ms;
        let mut due = Due::default();
        while self.now < until {
            self.now += 10;
            self.publisher.advance(10);
            self.hear();
            if self.sharing.wake_at().is_some_and(|at| at <= self.now) {
                let more = self.sharing.tick(self.now);
                due = Due {
                    ask: due.ask || more.ask,
                    lost: due.lost || more.lost,
                };
            }
        }
        due
    }

    /// Where the last `Start` goes that nothing has ended; `None` when nothing is sent.
    fn target(&self) -> Option<String> {
        self.publisher
            .commands()
            .iter()
            .fold(None, |target, command| match command {
                PublishCommand::Start { url, .. } => Some(url.clone()),
                PublishCommand::StopSending | PublishCommand::Close => None,
                _ => target,
            })
    }

    fn is_open(&self) -> bool {
        self.publisher.picture().is_some()
    }

    fn states(&mut self) -> Vec<PublishState> {
        let states = self.told.drain(..).filter_map(|event| match event {
            PublishEvent::State(state) => Some(state),
            _ => None,
        });
        states.collect()
    }
}

fn capture() -> Capture {
    Capture {
        camera: Camera::Test(TestPattern::Ball),
        microphone: Microphone::Test(440),
        mirror: true,
    }
}

fn look() -> Option<Look> {
    Some(Look {
        capture: capture(),
        link: MediaLink {
            url: LOOK.to_owned(),
            token: "secret".to_owned(),
            ..MediaLink::default()
        },
    })
}

fn start() -> PublishCommand {
    PublishCommand::Start {
        url: MEETING.to_owned(),
        bearer: None,
    }
}

#[test]
fn a_look_has_the_camera_while_it_lasts_and_no_screen_hears_of_it() {
    let mut bench = Bench::new();
    bench.look(look());
    bench.pass(1_000);
    assert!(bench.sharing.is_seen() && bench.is_open());
    assert_eq!(bench.told, []);
    let sent = bench.publisher.commands();
    let bearer = Some("secret".to_owned());
    assert!(
        sent.contains(&PublishCommand::Start {
            url: LOOK.to_owned(),
            bearer
        }),
        "{sent:?}"
    );
    // The server says the same again: nothing is begun anew.
    bench.look(look());
    assert_eq!(bench.publisher.commands().len(), sent.len());
    bench.look(None);
    assert!(!bench.is_open() && !bench.sharing.is_seen());
    assert_eq!(
        bench.publisher.commands().last(),
        Some(&PublishCommand::Close)
    );
}

#[test]
fn a_meeting_that_is_spoken_in_keeps_the_camera_and_the_look_waits() {
    let mut bench = Bench::new();
    bench.screen(PublishCommand::Open(capture()));
    bench.screen(start());
    bench.pass(1_000);
    bench.look(look());
    bench.pass(1_000);
    assert_eq!(bench.target().as_deref(), Some(MEETING));
    assert!(bench.sharing.waits() && !bench.sharing.is_seen());
    // It is spoken no longer: the capture goes on, and goes to whoever waited.
    bench.screen(PublishCommand::StopSending);
    bench.pass(1_000);
    assert_eq!(bench.target().as_deref(), Some(LOOK));
    assert!(bench.sharing.is_seen() && !bench.sharing.waits());
    // Called on again: the meeting first.
    bench.screen(start());
    bench.pass(1_000);
    assert_eq!(bench.target().as_deref(), Some(MEETING));
    assert_eq!(bench.states().last(), Some(&PublishState::Sending));
    // The look ends meanwhile: the meeting does not notice.
    let before = bench.publisher.commands().len();
    bench.look(None);
    assert_eq!(bench.publisher.commands().len(), before);
}

#[test]
fn a_meeting_that_is_left_leaves_the_camera_to_the_look_unmuted() {
    let mut bench = Bench::new();
    bench.screen(PublishCommand::Open(capture()));
    bench.screen(PublishCommand::SetMuted(true));
    bench.look(look());
    bench.pass(1_000);
    assert!(
        bench.sharing.is_seen(),
        "who only listens shares the camera"
    );
    assert!(
        bench.publisher.is_muted(),
        "what was switched off in the meeting stays off"
    );
    assert!(!bench.states().contains(&PublishState::Sending));
    bench.screen(PublishCommand::Close);
    bench.pass(1_000);
    assert!(bench.is_open() && bench.sharing.is_seen());
    assert!(!bench.publisher.is_muted());
    assert_eq!(bench.states(), [], "no screen has it any more");
}

#[test]
fn a_screen_that_has_the_camera_keeps_it_when_the_look_ends() {
    let mut bench = Bench::new();
    bench.look(look());
    bench.pass(1_000);
    bench.screen(PublishCommand::Open(capture()));
    assert_eq!(bench.sharing.screens_state(), PublishState::Ready);
    bench.look(None);
    bench.pass(1_000);
    assert!(bench.is_open());
    assert_eq!(bench.target(), None);
}

#[test]
fn what_the_network_does_to_a_look_is_no_fault_of_the_meeting() {
    let mut bench = Bench::new();
    bench.screen(PublishCommand::Open(capture()));
    bench.look(look());
    bench.pass(1_000);
    bench
        .publisher
        .change(|world| world.network = Network::Offline);
    bench.pass(5_000);
    assert!(!bench.sharing.is_seen());
    let failed = |event: &PublishEvent| matches!(event, PublishEvent::Failed(_));
    assert!(!bench.told.iter().any(failed), "{:?}", bench.told);
    bench
        .publisher
        .change(|world| world.network = Network::Good);
    bench.pass(10_000);
    assert!(bench.sharing.is_seen());
}

#[test]
fn a_picture_that_does_not_arrive_for_long_is_given_up_until_the_server_says_more() {
    let mut bench = Bench::new();
    bench.look(look());
    bench.pass(10_000);
    bench
        .publisher
        .change(|world| world.network = Network::Offline);
    assert_eq!(bench.pass(LOST_MS - 1_000), Due::default());
    assert!(bench.pass(5_000).lost);
    // One that never arrives at all, too.
    let mut bench = Bench::new();
    bench
        .publisher
        .change(|world| world.network = Network::Offline);
    bench.look(look());
    assert!(bench.pass(LOST_MS + 2_000).lost);
    // And one that arrives is not.
    let mut bench = Bench::new();
    bench.look(look());
    assert_eq!(bench.pass(3 * LOST_MS), Due::default());
}

#[test]
fn a_look_that_another_television_sends_is_left_to_it() {
    let starts = |bench: &Bench| {
        let start = |command: &&PublishCommand| matches!(command, PublishCommand::Start { .. });
        bench.publisher.commands().iter().filter(start).count()
    };
    let mut bench = Bench::new();
    bench.look(look());
    bench.pass(1_000);
    assert!(bench.sharing.is_seen());
    bench
        .publisher
        .change(|world| world.network = Network::Replaces);
    for _ in 0..20 {
        // The server says again and again that somebody looks.
        assert_eq!(bench.pass(10_000), Due::default());
        bench.look(look());
    }
    assert_eq!(starts(&bench), 1);
    assert!(!bench.sharing.is_seen());
    // The next look is another matter.
    bench
        .publisher
        .change(|world| world.network = Network::Good);
    bench.look(None);
    bench.look(look());
    bench.pass(1_000);
    assert!(bench.sharing.is_seen());
}

#[test]
fn a_look_that_is_refused_again_and_again_is_given_up() {
    let mut bench = Bench::new();
    bench
        .publisher
        .change(|world| world.network = Network::Refuses);
    bench.look(look());
    let mut asked = 0;
    for _ in 0..40 {
        if bench.pass(REFUSED_MS + 1_000).ask {
            asked += 1;
            bench.look(look());
        }
    }
    assert_eq!(asked, REFUSALS - 1);
}

#[test]
fn a_picture_that_is_refused_is_asked_about_and_begun_again_only_if_still_wanted() {
    let mut bench = Bench::new();
    bench
        .publisher
        .change(|world| world.network = Network::Refuses);
    bench.look(look());
    let due = bench.pass(REFUSED_MS + 1_000);
    assert_eq!(
        due,
        Due {
            ask: true,
            lost: false
        }
    );
    let starts = |bench: &Bench| {
        let start = |command: &&PublishCommand| matches!(command, PublishCommand::Start { .. });
        bench.publisher.commands().iter().filter(start).count()
    };
    assert_eq!(starts(&bench), 1);
    // Nothing more by itself, nor because a screen did something.
    assert_eq!(bench.pass(60_000), Due::default());
    assert_eq!(bench.sharing.look(look(), false, bench.now), []);
    bench
        .publisher
        .change(|world| world.network = Network::Good);
    bench.look(look());
    bench.pass(1_000);
    assert_eq!(starts(&bench), 2);
    assert!(bench.sharing.is_seen());
}
