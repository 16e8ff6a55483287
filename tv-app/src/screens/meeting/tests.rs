//! The screen of a meeting without a window: keys, the player's and the publisher's events, places
//! and time in, effects out. The player and the publisher are the fakes, so that what they say to
//! the screen's commands is what the real ones say.

use std::sync::Arc;

use contract::feed::{Change, Document, FeedPage};
use contract::meeting::{
    JoinAccess, MediaLink, MediaProtocol, Meeting, MeetingKind, MeetingState, Place,
};
use contract::organization::OrganizationRef;
use contract::terminal::TerminalKind;
use media_player::fake::{FakePlayer, Mishap, Programme};
use media_player::publish::fake::{FakePublisher, Network};
use media_player::publish::{PublishCommand, PublishError, PublishState, Publisher as _};
use media_player::{Command, PlayError, Player as _, SourceKind, State};
use parking_lot::Mutex;

use super::{Button, Choice, MeetingScreen, Participation, Step, Trouble};
use crate::client::JoinFailure;
use crate::clock::Clock as _;
use crate::remote::{Press, RemoteKey};
use crate::screens::settings::name;
use crate::screens::tests::{MINUTE, NOW, World};
use crate::screens::{Attended as _, Controller, Effect, Effects, Input, Route};

const ID: &str = "m";
const WHEP: &str = "http://s/whep";
const HLS: &str = "http://s/live.m3u8";
const WHIP: &str = "http://s/whip";

/// A screen with a pretended player and publisher.
struct Bench {
    world: World,
    screen: MeetingScreen,
    player: FakePlayer,
    publisher: FakePublisher,
    said: Arc<Mutex<Vec<Input>>>,
    /// Everything the screen wanted, in order.
    wanted: Effects,
}

fn meeting(kind: MeetingKind, state: MeetingState) -> Meeting {
    Meeting {
        id: ID.to_owned(),
        kind,
        state,
        title: "冬季消防工作会".to_owned(),
        organization: OrganizationRef {
            name: "清河镇".to_owned(),
            ..OrganizationRef::default()
        },
        starts_at_ms: NOW - 12 * MINUTE,
        started_at_ms: (state != MeetingState::Scheduled).then_some(NOW - 12 * MINUTE),
        ..Meeting::default()
    }
}

fn link(protocol: MediaProtocol, url: &str, token: &str) -> MediaLink {
    MediaLink {
        protocol,
        url: url.to_owned(),
        token: token.to_owned(),
    }
}

fn access(token: &str) -> JoinAccess {
    JoinAccess {
        program: vec![
            link(MediaProtocol::Whep, WHEP, token),
            link(MediaProtocol::Hls, HLS, ""),
        ],
        publish: Some(link(MediaProtocol::Whip, WHIP, token)),
        place: Place::default(),
        ask_every_ms: 10_000,
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

impl Bench {
    fn new(kind: TerminalKind, meeting: Meeting) -> Self {
        let world = World::new(kind);
        let said = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&said);
        let player = FakePlayer::new(Arc::new(move |event| {
            sink.lock().push(Input::Player(event));
        }));
        player.script(
            WHEP,
            Programme {
                duration_ms: None,
                ..Programme::default()
            },
        );
        player.script(HLS, Programme::live(30_000));
        let sink = Arc::clone(&said);
        let publisher = FakePublisher::new(Arc::new(move |event| {
            sink.lock().push(Input::Publisher(event));
        }));
        let bench = Self {
            world,
            screen: MeetingScreen::new(ID),
            player,
            publisher,
            said,
            wanted: Effects::new(),
        };
        bench.feed(meeting);
        bench.world.cache.set_online(true);
        bench
    }

    /// A home in a broadcast, with its picture.
    fn home() -> Self {
        let mut bench = Self::new(
            TerminalKind::Household,
            meeting(MeetingKind::Broadcast, MeetingState::Live),
        );
        bench.join(&JoinAccess {
            publish: None,
            ..access("a")
        });
        bench
    }

    /// A station in a conference, with camera, microphone and picture.
    fn station() -> Self {
        let mut bench = Self::new(
            TerminalKind::Station,
            meeting(MeetingKind::Conference, MeetingState::Live),
        );
        bench
            .world
            .cache
            .set_setting(name::CAMERA, "test:ball")
            .unwrap();
        bench
            .world
            .cache
            .set_setting(name::MICROPHONE, "test:440")
            .unwrap();
        bench.join(&access("a"));
        bench
    }

    fn join(&mut self, access: &JoinAccess) {
        let effects = self.tell(&Input::Shown);
        assert!(effects.contains(&Effect::Join(ID.to_owned())));
        self.joined(access);
        self.wait(1_000);
        assert_eq!(self.screen.trouble(), None);
    }

    fn joined(&mut self, access: &JoinAccess) -> Effects {
        self.tell(&Input::Joined(ID.to_owned(), Box::new(access.clone())))
    }

    fn feed(&self, meeting: Meeting) {
        let page = FeedPage {
            cursor: "1".into(),
            changes: vec![Change::Put {
                document: Document::Meeting(meeting),
            }],
            ..FeedPage::default()
        };
        self.world.cache.apply(&page).unwrap();
    }

    /// Tells the screen something and carries out what it wants, until nothing is left to say.
    fn tell(&mut self, input: &Input) -> Effects {
        let effects = self.world.tell(&mut self.screen, input);
        self.carry_out(&effects);
        let mut all = effects;
        all.extend(self.hear());
        all
    }

    fn carry_out(&mut self, effects: &Effects) {
        for effect in effects {
            match effect {
                Effect::Play(command) => self.player.send(command.clone()),
                Effect::Publish(command) => self.publisher.send(command.clone()),
                // As the router does.
                Effect::LeaveMeeting => {
                    self.player.send(Command::Stop);
                    self.publisher.send(PublishCommand::Close);
                }
                _ => {}
            }
        }
        self.wanted.extend(effects.iter().cloned());
    }

    fn hear(&mut self) -> Effects {
        let mut all = Effects::new();
        loop {
            let said = std::mem::take(&mut *self.said.lock());
            if said.is_empty() {
                return all;
            }
            for input in said {
                let effects = self.world.tell(&mut self.screen, &input);
                self.carry_out(&effects);
                all.extend(effects);
            }
        }
    }

    fn place(&mut self, place: Place) -> Effects {
        self.tell(&Input::Place(ID.to_owned(), place))
    }

    fn key(&mut self, key: RemoteKey) -> Effects {
        let mut effects = self.tell(&Input::Key(key, Press::Down));
        effects.extend(self.tell(&Input::Key(key, Press::Up)));
        effects
    }

    /// Lets time pass for the screen, the player and the publisher.
    fn wait(&mut self, ms: u64) -> Effects {
        let mut all = Effects::new();
        for _ in 0..ms / 100 {
            self.world.clock.advance(100);
            self.player.advance(100);
            self.publisher.advance(100);
            all.extend(self.hear());
            let now = self.world.clock.monotonic_ms();
            if self.screen.wake_at().is_some_and(|at| at <= now) {
                all.extend(self.tell(&Input::Tick));
            }
        }
        all
    }

    /// The location the player was last told to load, and as what.
    fn loaded(&self) -> (String, SourceKind) {
        let commands = self.player.commands();
        let source = commands.iter().rev().find_map(|command| match command {
            Command::Load(source) => Some((source.uri.clone(), source.kind)),
            _ => None,
        });
        source.unwrap_or_default()
    }

    fn published(&self, wanted: &PublishCommand) -> bool {
        self.publisher.commands().contains(wanted)
    }

    /// Arrows and OK, until this button is pressed.
    fn press(&mut self, button: Button) -> Effects {
        if !self.screen.shows_controls() {
            self.key(RemoteKey::Down);
        }
        if self.screen.focus().zone() == "bar" {
            self.key(RemoteKey::Down);
        }
        let at = self.screen.buttons().iter().position(|b| *b == button);
        let at = at.unwrap_or_else(|| panic!("{button:?} of {:?}", self.screen.buttons()));
        let (less, more) = if self.screen.stacks() {
            (RemoteKey::Up, RemoteKey::Down)
        } else {
            (RemoteKey::Left, RemoteKey::Right)
        };
        while self.screen.focus().index() > at {
            self.key(less);
        }
        while self.screen.focus().index() < at {
            self.key(more);
        }
        self.key(RemoteKey::Ok)
    }
}

fn start(token: &str) -> PublishCommand {
    PublishCommand::Start {
        url: WHIP.to_owned(),
        bearer: Some(token.to_owned()),
    }
}

#[test]
fn joining_plays_the_best_link_and_counts_nothing_as_lost() {
    let bench = Bench::home();
    assert_eq!(bench.screen.step(), Step::Joined);
    assert_eq!(bench.loaded(), (WHEP.to_owned(), SourceKind::Whep));
    assert!(
        bench.screen.shows_controls(),
        "who, what and since when is said once"
    );
    assert_eq!(bench.screen.status()["reconnections"], 0);
    assert_eq!(bench.screen.status()["player"], "playing");
    // The join of a home never touches camera and microphone.
    assert_eq!(bench.publisher.commands(), []);
}

#[test]
fn controls_hide_after_five_seconds_and_come_with_any_key() {
    let mut bench = Bench::home();
    bench.wait(5_000);
    assert!(!bench.screen.shows_controls());
    assert_eq!(
        bench.key(RemoteKey::Ok),
        [],
        "the first OK only shows what OK will do"
    );
    assert!(bench.screen.shows_controls());
    let effects = bench.press(Button::Sound);
    assert!(effects.contains(&Effect::Play(Command::SetMuted(true))));
    let effects = bench.key(RemoteKey::Back);
    assert_eq!(
        effects,
        [Effect::LeaveMeeting, Effect::Back],
        "who watches leaves at once"
    );
}

#[test]
fn a_link_that_fails_gives_way_to_the_next_and_then_it_begins_from_the_front() {
    let mut bench = Bench::new(
        TerminalKind::Household,
        meeting(MeetingKind::Broadcast, MeetingState::Live),
    );
    bench
        .player
        .script(WHEP, Programme::failing(PlayError::Forbidden));
    bench.tell(&Input::Shown);
    bench.joined(&access("a"));
    bench.wait(500);
    assert_eq!(bench.loaded(), (HLS.to_owned(), SourceKind::LiveHls));
    bench.wait(1_000);
    assert_eq!(bench.screen.trouble(), None);

    bench
        .player
        .script(HLS, Programme::failing(PlayError::Forbidden));
    bench.tell(&Input::Player(media_player::Event::Failed(
        PlayError::Forbidden,
    )));
    let effects = bench.wait(3_500);
    assert!(
        effects.contains(&Effect::Join(ID.to_owned())),
        "with new links: {effects:?}"
    );
    bench.player.script(
        WHEP,
        Programme {
            duration_ms: None,
            ..Programme::default()
        },
    );
    bench.joined(&access("b"));
    bench.wait(500);
    assert_eq!(bench.loaded().0, WHEP);
    assert_eq!(bench.screen.trouble(), None);
}

#[test]
fn a_link_without_a_picture_gives_way_after_ten_seconds() {
    let mut bench = Bench::new(
        TerminalKind::Household,
        meeting(MeetingKind::Broadcast, MeetingState::Live),
    );
    let mute = Programme {
        load_ms: 60_000,
        duration_ms: None,
        ..Programme::default()
    };
    bench.player.script(WHEP, mute);
    bench.tell(&Input::Shown);
    bench.joined(&access("a"));
    bench.wait(9_500);
    assert_eq!(bench.loaded().0, WHEP);
    assert_eq!(bench.screen.trouble(), Some(Trouble::Opening));
    bench.wait(1_000);
    assert_eq!(bench.loaded().0, HLS);
    bench.wait(1_000);
    assert_eq!(bench.screen.trouble(), None);
}

#[test]
fn a_lost_network_is_said_with_its_seconds_and_comes_back_by_itself() {
    let mut bench = Bench::home();
    bench.player.script(
        WHEP,
        Programme {
            duration_ms: None,
            ..Programme::default()
        }
        .with(2_000, Mishap::Offline { for_ms: 12_000 }),
    );
    bench.joined(&access("b"));
    bench.wait(2_500);
    assert!(matches!(bench.screen.trouble(), Some(Trouble::Lost(_))));
    let loads = |bench: &Bench| {
        let loads = |command: &&Command| matches!(command, Command::Load(_));
        bench.player.commands().iter().filter(loads).count()
    };
    let before = loads(&bench);
    bench.world.cache.set_online(false);
    bench.wait(8_000);
    assert_eq!(bench.screen.trouble(), Some(Trouble::Lost(8)));
    bench.wait(3_000);
    assert!(
        bench.screen.shows_controls(),
        "something can be done about it"
    );
    assert_eq!(bench.screen.buttons()[0], Button::Retry);
    assert_eq!(bench.screen.focus().key(), Some("Retry"));
    bench.wait(5_000);
    assert_eq!(bench.screen.trouble(), None);
    assert_eq!(bench.screen.status()["reconnections"], 1);
    assert_eq!(loads(&bench), before, "the player did that itself");
}

#[test]
fn new_links_after_the_server_was_started_again_are_taken_and_the_same_ones_left_alone() {
    let mut bench = Bench::home();
    let commands = bench.player.commands().len();
    bench.joined(&access("a"));
    assert_eq!(bench.player.commands().len(), commands);
    bench.joined(&access("b"));
    assert!(bench.player.commands().len() > commands);
}

/// A home whose network lets only HLS through.
fn rewinding() -> Bench {
    let mut bench = Bench::home();
    let hls = JoinAccess {
        program: vec![link(MediaProtocol::Hls, HLS, "")],
        ..access("a")
    };
    bench.joined(&hls);
    // Until there is something to go back to.
    bench.wait(40_000);
    bench
}

#[test]
fn hls_goes_back_ten_seconds_at_a_time_within_its_window_and_back_to_now() {
    let mut bench = rewinding();
    assert!(!bench.screen.buttons().contains(&Button::Live));
    bench.key(RemoteKey::Left);
    bench.wait(1_000);
    let (behind, window) = bench.screen.behind().unwrap();
    assert!((9_000..=12_000).contains(&behind), "{behind}");
    assert_eq!(window, 30_000);
    for _ in 0..5 {
        bench.key(RemoteKey::Left);
    }
    bench.wait(1_000);
    let (behind, _) = bench.screen.behind().unwrap();
    assert!(
        (28_000..=31_000).contains(&behind),
        "the window ends there: {behind}"
    );
    let effects = bench.press(Button::Live);
    assert!(effects.contains(&Effect::Play(Command::GoLive)));
    bench.wait(1_000);
    assert!(bench.screen.behind().unwrap().0 < 2_000);
    assert!(!bench.screen.buttons().contains(&Button::Live));
}

#[test]
fn hls_is_held_with_ok_and_the_seconds_behind_go_on_counting() {
    let mut bench = rewinding();
    bench.key(RemoteKey::Ok);
    bench.wait(8_000);
    assert!(bench.screen.is_paused() && bench.screen.shows_controls());
    let (behind, _) = bench.screen.behind().unwrap();
    assert!((7_000..=10_000).contains(&behind), "{behind}");
    assert_eq!(bench.screen.trouble(), None, "held on purpose is not lost");
    bench.key(RemoteKey::Ok);
    bench.wait(500);
    assert!(!bench.screen.is_paused());
}

#[test]
fn a_picture_that_is_always_now_cannot_be_held() {
    let mut bench = Bench::home();
    for key in [
        RemoteKey::PlayPause,
        RemoteKey::Pause,
        RemoteKey::Rewind,
        RemoteKey::Left,
    ] {
        assert_eq!(bench.key(key), [], "{key:?}");
    }
}

#[test]
fn a_station_opens_its_camera_before_anybody_sees_it() {
    let bench = Bench::station();
    let commands = bench.publisher.commands();
    assert!(
        matches!(commands[0], PublishCommand::Open(_)),
        "{commands:?}"
    );
    assert!(
        !commands
            .iter()
            .any(|command| matches!(command, PublishCommand::Start { .. }))
    );
    assert_eq!(bench.screen.publisher().0, PublishState::Ready);
    assert!(bench.screen.can_speak() && !bench.screen.sends());
    assert_eq!(
        bench.screen.buttons()[..2],
        [Button::Hand, Button::Microphone]
    );
}

#[test]
fn one_key_raises_the_hand_and_the_director_says_when_it_is_up() {
    let mut bench = Bench::station();
    assert_eq!(bench.key(RemoteKey::Digit(1)), [Effect::RaiseHand(true)]);
    assert_eq!(bench.screen.participation(), Participation::Moving);
    assert_eq!(bench.key(RemoteKey::Digit(1)), [], "it is on its way");
    let effects = bench.place(hand_up());
    assert!(effects.contains(&Effect::Publish(start("a"))));
    assert_eq!(bench.screen.participation(), Participation::Raised(0));
    bench.wait(3 * 60_000);
    assert_eq!(bench.screen.participation(), Participation::Raised(3));
    assert_eq!(bench.screen.publisher().0, PublishState::Sending);
    let effects = bench.press(Button::Hand);
    assert_eq!(effects.first(), Some(&Effect::RaiseHand(false)));
    bench.place(Place::default());
    assert!(bench.published(&PublishCommand::StopSending));
    assert_eq!(
        bench.screen.publisher().0,
        PublishState::Ready,
        "one still sees oneself"
    );
    assert_eq!(bench.screen.participation(), Participation::Watching);
}

#[test]
fn a_hand_that_does_not_reach_the_director_is_not_shown_as_up() {
    let mut bench = Bench::station();
    bench.key(RemoteKey::Digit(1));
    // As the client says when the network is gone: it stands as it stood.
    bench.place(Place::default());
    assert_eq!(bench.screen.participation(), Participation::Unheard);
    bench.key(RemoteKey::Digit(1));
    bench.wait(11_000);
    assert_eq!(bench.screen.participation(), Participation::Unheard);
    bench.wait(9_000);
    assert_eq!(bench.screen.participation(), Participation::Watching);
}

#[test]
fn who_is_called_on_is_told_unmistakably_and_then_on_air() {
    let mut bench = Bench::station();
    let effects = bench.place(called());
    assert!(bench.screen.is_told(), "before anything goes out");
    assert!(effects.contains(&Effect::Publish(start("a"))));
    assert_eq!(bench.screen.participation(), Participation::Called);
    bench.wait(1_000);
    bench.place(on_air());
    assert_eq!(bench.screen.participation(), Participation::OnAir);
    assert!(bench.screen.is_told());
    assert_eq!(
        bench.screen.buttons()[0],
        Button::Microphone,
        "no hand to raise"
    );
    bench.wait(8_000);
    assert!(!bench.screen.is_told());
    bench.place(Place {
        muted: true,
        ..on_air()
    });
    assert!(bench.screen.place().muted && !bench.screen.is_told());
    bench.place(Place::default());
    assert_eq!(
        bench.screen.participation(),
        Participation::Done,
        "nobody sees them any more"
    );
    assert!(bench.published(&PublishCommand::StopSending));
    bench.wait(9_000);
    assert_eq!(bench.screen.participation(), Participation::Watching);
}

#[test]
fn any_key_closes_what_was_told_and_does_nothing_else() {
    let mut bench = Bench::station();
    bench.place(called());
    assert_eq!(bench.key(RemoteKey::Back), []);
    assert!(!bench.screen.is_told() && !bench.screen.is_leaving());
    // But the microphone's key works at once.
    let mut bench = Bench::station();
    bench.place(called());
    let effects = bench.key(RemoteKey::Digit(2));
    assert_eq!(effects, [Effect::Publish(PublishCommand::SetMuted(true))]);
    assert!(!bench.screen.is_told());
}

#[test]
fn the_own_microphone_is_switched_by_one_key() {
    let mut bench = Bench::station();
    bench.key(RemoteKey::Digit(2));
    assert!(bench.screen.is_mic_off() && bench.publisher.is_muted());
    bench.place(on_air());
    assert!(
        bench.screen.is_mic_off(),
        "being called on does not open it"
    );
    bench.key(RemoteKey::Digit(2));
    assert!(!bench.screen.is_mic_off() && !bench.publisher.is_muted());
}

#[test]
fn who_speaks_or_has_the_hand_up_is_asked_before_leaving() {
    for place in [hand_up(), on_air()] {
        let mut bench = Bench::station();
        bench.place(place);
        bench.wait(9_000);
        assert_eq!(bench.key(RemoteKey::Back), []);
        assert_eq!(bench.screen.choices(), [Choice::Stay, Choice::Leave]);
        assert_eq!(bench.screen.focus().key(), Some("Stay"));
        assert_eq!(bench.key(RemoteKey::Back), [], "Back does no harm");
        assert!(!bench.screen.is_leaving());
        bench.key(RemoteKey::Back);
        // The answers stand side by side.
        bench.key(RemoteKey::Down);
        assert_eq!(bench.screen.focus().key(), Some("Stay"));
        bench.key(RemoteKey::Right);
        assert_eq!(bench.screen.focus().key(), Some("Leave"));
        bench.key(RemoteKey::Left);
        assert_eq!(bench.screen.focus().key(), Some("Stay"));
        bench.key(RemoteKey::Right);
        let effects = bench.key(RemoteKey::Ok);
        assert_eq!(effects[..2], [Effect::LeaveMeeting, Effect::Back]);
    }
    let mut bench = Bench::station();
    assert_eq!(
        bench.key(RemoteKey::Back)[..2],
        [Effect::LeaveMeeting, Effect::Back]
    );
}

#[test]
fn a_station_without_camera_and_microphone_is_told_so_and_can_set_them_up() {
    let mut bench = Bench::new(
        TerminalKind::Station,
        meeting(MeetingKind::Conference, MeetingState::Live),
    );
    bench.join(&access("a"));
    assert!(bench.screen.lacks_camera() && !bench.screen.can_speak());
    assert_eq!(bench.publisher.commands(), []);
    assert_eq!(bench.key(RemoteKey::Digit(1)), []);
    assert_eq!(bench.press(Button::SetUp), [Effect::Open(Route::Capture)]);
    // It was chosen there.
    bench.world.cache.set_setting(name::CAMERA, "test").unwrap();
    let effects = bench.tell(&Input::Shown);
    assert!(
        effects.contains(&Effect::Join(ID.to_owned())),
        "the director has to know"
    );
    bench.joined(&access("a"));
    assert!(bench.screen.can_speak() && !bench.screen.lacks_camera());
}

#[test]
fn a_station_in_a_broadcast_only_watches() {
    let mut bench = Bench::new(
        TerminalKind::Station,
        meeting(MeetingKind::Broadcast, MeetingState::Live),
    );
    bench.world.cache.set_setting(name::CAMERA, "test").unwrap();
    bench.join(&access("a"));
    assert_eq!(bench.screen.buttons(), [Button::Sound, Button::Back]);
    assert_eq!(bench.publisher.commands(), []);
}

#[test]
fn what_is_sent_comes_back_after_the_network_and_after_a_restart_of_the_server() {
    let mut bench = Bench::station();
    bench.place(on_air());
    bench.wait(2_000);
    assert_eq!(bench.screen.publisher().0, PublishState::Sending);
    bench
        .publisher
        .change(|world| world.network = Network::Offline);
    bench.wait(2_000);
    assert_eq!(bench.screen.publisher().0, PublishState::Reconnecting);
    assert!(
        bench.screen.publisher().1.is_some(),
        "and the screen says so"
    );
    bench
        .publisher
        .change(|world| world.network = Network::Good);
    bench.wait(5_000);
    assert_eq!(bench.screen.publisher(), (PublishState::Sending, None));
    // Its token is void.
    bench
        .publisher
        .change(|world| world.network = Network::Offline);
    bench.wait(1_000);
    bench
        .publisher
        .change(|world| world.network = Network::Refuses);
    let effects = bench.wait(8_000);
    assert!(
        effects.contains(&Effect::Join(ID.to_owned())),
        "{effects:?}"
    );
    bench
        .publisher
        .change(|world| world.network = Network::Good);
    bench.joined(&JoinAccess {
        place: on_air(),
        ..access("b")
    });
    bench.wait(2_000);
    assert!(bench.published(&start("b")));
    assert_eq!(bench.screen.publisher(), (PublishState::Sending, None));
}

#[test]
fn a_station_that_another_television_speaks_for_says_so_and_can_take_it_back() {
    let mut bench = Bench::station();
    bench.place(on_air());
    bench.wait(1_000);
    assert_eq!(bench.screen.publisher(), (PublishState::Sending, None));
    let starts = |bench: &Bench| {
        let start = |command: &&PublishCommand| matches!(command, PublishCommand::Start { .. });
        bench.publisher.commands().iter().filter(start).count()
    };
    bench
        .publisher
        .change(|world| world.network = Network::Replaces);
    let effects = bench.wait(120_000);
    assert!(
        !effects.contains(&Effect::Join(ID.to_owned())),
        "nobody is asked for a way back in"
    );
    assert_eq!(starts(&bench), 1, "nor is it taken back");
    let (state, failure) = bench.screen.publisher();
    assert_eq!(state, PublishState::Failed);
    assert_eq!(failure, Some(&PublishError::Replaced));
    assert!(bench.screen.shows_controls() && bench.screen.is_given_up());
    // The screen itself may be told of its place again, or be seen again.
    bench.place(Place {
        revision: 9,
        ..on_air()
    });
    bench.tell(&Input::Shown);
    bench.wait(10_000);
    assert_eq!(starts(&bench), 1);
    bench
        .publisher
        .change(|world| world.network = Network::Good);
    bench.press(Button::TakeBack);
    bench.wait(1_000);
    assert_eq!(bench.screen.publisher(), (PublishState::Sending, None));
    assert_eq!(starts(&bench), 2);
    assert!(!bench.screen.buttons().contains(&Button::TakeBack));
}

#[test]
fn a_picture_that_is_refused_again_and_again_is_given_up() {
    let mut bench = Bench::station();
    bench.place(on_air());
    bench
        .publisher
        .change(|world| world.network = Network::Refuses);
    let mut joins = 0;
    for _ in 0..100 {
        if bench.wait(3_000).contains(&Effect::Join(ID.to_owned())) {
            joins += 1;
            bench.joined(&JoinAccess {
                place: on_air(),
                ..access("a")
            });
        }
    }
    assert_eq!(joins, 4, "with the first, five tries");
    assert!(bench.screen.is_given_up());
    bench
        .publisher
        .change(|world| world.network = Network::Good);
    bench.press(Button::TakeBack);
    bench.wait(1_000);
    assert_eq!(bench.screen.publisher(), (PublishState::Sending, None));
}

#[test]
fn the_camera_goes_on_after_something_else_had_it() {
    let mut bench = Bench::station();
    bench.place(hand_up());
    bench.wait(1_000);
    // The page of camera and microphone switched it off when it was left.
    bench.publisher.send(PublishCommand::Close);
    bench.tell(&Input::Shown);
    bench.wait(1_000);
    assert_eq!(bench.screen.publisher().0, PublishState::Sending);
}

#[test]
fn who_is_called_on_while_watching_with_delay_gets_the_quick_link_again() {
    let mut bench = Bench::station();
    bench.tell(&Input::Player(media_player::Event::Failed(
        PlayError::Forbidden,
    )));
    bench.wait(1_000);
    assert_eq!(bench.loaded().0, HLS);
    bench.place(called());
    assert_eq!(bench.loaded().0, WHEP);
}

#[test]
fn a_meeting_that_ends_says_so_and_offers_the_recording_when_it_is_there() {
    let mut bench = Bench::station();
    bench.place(on_air());
    let ended = meeting(MeetingKind::Conference, MeetingState::Ended);
    bench.feed(ended.clone());
    let effects = bench.tell(&Input::Changed);
    assert_eq!(effects.first(), Some(&Effect::LeaveMeeting));
    assert_eq!(bench.screen.step(), Step::Over);
    assert!(!bench.screen.sends() && bench.screen.participation() == Participation::Watching);
    assert_eq!(bench.screen.choices(), [Choice::Back]);
    bench.feed(Meeting {
        programme_id: Some("p".to_owned()),
        ..ended
    });
    bench.tell(&Input::Changed);
    assert_eq!(bench.screen.choices(), [Choice::Watch, Choice::Back]);
    bench.key(RemoteKey::Up);
    let watch = Route::Programme { id: "p".to_owned() };
    assert_eq!(bench.key(RemoteKey::Ok), [Effect::Replace(watch)]);
}

#[test]
fn a_server_that_says_it_is_over_is_believed_before_the_feed() {
    let mut bench = Bench::home();
    let effects = bench.tell(&Input::JoinFailed(JoinFailure::NotLive));
    assert_eq!(effects.first(), Some(&Effect::LeaveMeeting));
    assert_eq!(bench.screen.step(), Step::Over);
    assert_eq!(bench.key(RemoteKey::Ok), [Effect::Back]);
}

#[test]
fn without_a_network_it_says_so_and_goes_in_by_itself_later() {
    let mut bench = Bench::new(
        TerminalKind::Household,
        meeting(MeetingKind::Broadcast, MeetingState::Live),
    );
    bench.tell(&Input::Shown);
    bench.tell(&Input::JoinFailed(JoinFailure::NoNetwork));
    assert_eq!(bench.screen.choices(), [Choice::Retry, Choice::Back]);
    let effects = bench.key(RemoteKey::Ok);
    assert_eq!(effects, [Effect::Retry, Effect::Join(ID.to_owned())]);
    bench.wait(10_500);
    assert!(
        bench.screen.is_slow(),
        "after ten seconds it offers to try again"
    );
    assert_eq!(bench.screen.choices(), [Choice::Retry, Choice::Back]);
    bench.joined(&access("a"));
    assert_eq!(bench.screen.step(), Step::Joined);
}

#[test]
fn a_meeting_that_has_not_begun_is_joined_when_it_begins() {
    let mut bench = Bench::new(
        TerminalKind::Household,
        meeting(MeetingKind::Broadcast, MeetingState::Scheduled),
    );
    assert_eq!(bench.tell(&Input::Shown), []);
    assert_eq!(bench.screen.step(), Step::Before);
    bench.feed(meeting(MeetingKind::Broadcast, MeetingState::Live));
    assert_eq!(bench.tell(&Input::Changed), [Effect::Join(ID.to_owned())]);
    assert_eq!(bench.tell(&Input::Changed), [], "once");
}

#[test]
fn something_has_the_focus_whatever_happens() {
    let mut bench = Bench::station();
    let inputs = [
        Input::Place(ID.to_owned(), on_air()),
        Input::Key(RemoteKey::Back, Press::Down),
        Input::Key(RemoteKey::Back, Press::Down),
        Input::Player(media_player::Event::State(State::Reconnecting)),
        Input::Player(media_player::Event::Failed(PlayError::Forbidden)),
        Input::Key(RemoteKey::Up, Press::Down),
        Input::Key(RemoteKey::Down, Press::Down),
        Input::JoinFailed(JoinFailure::NotLive),
        Input::Joined(ID.to_owned(), Box::new(access("c"))),
        Input::JoinFailed(JoinFailure::NotAllowed),
    ];
    for input in inputs {
        bench.tell(&input);
        bench.wait(500);
        let focus = bench.screen.focus();
        assert!(focus.key().is_some(), "after {input:?}");
        let in_choices = focus.zone() == "choices";
        assert_eq!(
            in_choices,
            !bench.screen.choices().is_empty(),
            "after {input:?}"
        );
    }
}
