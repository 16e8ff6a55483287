//! Whatever happens in whatever order: keys, cards, what the feed and the server say, interruptions of
//! every kind, time, the player, the power. There is always one focus and a way home, and nothing is
//! lost: neither what somebody did nor what somebody has to see.

use std::collections::{BTreeSet, HashMap, HashSet};

use contract::branch::Branch;
use contract::bulletin::{Block, Bulletin, Table};
use contract::duty::{DutyLook, DutyRoom, TerminalDuty};
use contract::evaluation::{
    BallotTaken, Entitlement, Evaluation, EvaluationResult, EvaluationState,
};
use contract::feed::{Change, Document};
use contract::meeting::{Meeting, MeetingState};
use contract::organization::OrganizationRef;
use contract::programme::Programme;
use contract::request::{Category, CategoryKind, RequestReceipt, RequestState, TerminalRequests};
use contract::roll_call::{AttendanceState, RollCallState, SignedIn, TerminalRollCall};
use contract::terminal::TerminalKind;
use contract::township::{Listing, ListingKind, Section, Township};
use media_player::record::{RecordCommand, RecordError, RecordEvent, Recording};
use media_player::{Command, Event as Played, PlayError, State};
use proptest::prelude::*;

use super::super::*;
use super::Bench;
use crate::cache::command::{Command as Deed, File, Priority, Reply, Taken, Told};
use crate::cache::tests::page;
use crate::cache::{DraftOf, Enrolment, Refusal};
use crate::client::{EnrolmentState, JoinFailure};
use crate::clock::Clock as _;
use crate::screens::asked::tests::{phone, request};
use crate::screens::request::tests::attached::with_attachments;
use crate::screens::tests::{MINUTE, NOW, World, call, card, person, round};
use crate::screens::{AnswersDeed, Controller as _, Screen, voting};

/// Presses of Back that lead home through the steps of one screen and whatever comes meanwhile.
const BACKS: usize = 8;
/// Every second key of a command ends so.
const EVEN: [char; 5] = ['0', '2', '4', '6', '8'];

/// What happens.
#[derive(Clone, Debug)]
enum Op {
    /// A key goes down and up.
    Press(RemoteKey),
    /// A key is held for three repeats.
    Hold(RemoteKey),
    /// Somebody types a PIN where they are.
    Pin,
    /// A card is read.
    Card,
    /// So many seconds pass.
    Pass(u64),
    /// A meeting is planned for so many minutes after the beginning, and stands like this.
    Meeting(u8, i64, MeetingState),
    /// A bulletin: whether it is urgent, and when it expires in minutes after the beginning.
    Bulletin(u8, bool, Option<i64>),
    /// An event tells of this urgent notice.
    Announce(u8),
    /// The township takes the meeting, bulletin or programme with this number back.
    Withdraw(u8),
    /// A programme.
    Programme(u8),
    /// The page of an organization is written.
    Branch(u8),
    /// An evaluation: where it stands, when it closes in minutes after the beginning, and how many of this
    /// TV may answer.
    Evaluation(EvaluationState, i64, usize),
    /// Somebody hands in three answers, wherever they are.
    Vote,
    /// Somebody wants to be reminded of a meeting, or no longer.
    Remind(u8, bool),
    /// A roll call that opens so many minutes after the beginning, for so many people.
    RollCall(i64, usize),
    /// The server knows of no roll call any more.
    NoRollCall,
    /// So many look into this place.
    Look(usize),
    /// So many things were asked here, and of so many the asker's word is wanted.
    Requests(usize, usize),
    /// The server answers to what waits longest: it is taken, or refused.
    Answer(bool),
    /// What can be asked for with one key is told.
    Categories,
    /// The recorder says something.
    Recorder(u8),
    /// The player says something.
    Player(u8),
    /// The server lets one into the meeting that is joined, or does not.
    Enter(bool),
    /// The network comes or goes.
    Online(bool),
    /// Staff revoke this terminal.
    Revoke,
    /// And approve it again.
    Approve,
    /// The power fails; the clock of the box is right afterwards, or in 1970.
    Cut(bool),
    /// The server says what time it is.
    Ask,
    /// Somebody goes home by Back alone.
    Home,
}

fn op() -> impl Strategy<Value = Op> {
    let keys: Vec<RemoteKey> = RemoteKey::all().collect();
    let often = vec![
        RemoteKey::Ok,
        RemoteKey::Ok,
        RemoteKey::Down,
        RemoteKey::Right,
        RemoteKey::Up,
        RemoteKey::Back,
    ];
    let state = prop_oneof![
        3 => Just(MeetingState::Scheduled),
        1 => Just(MeetingState::Cancelled),
        3 => Just(MeetingState::Live),
        1 => Just(MeetingState::Ended),
    ];
    let evaluation = prop_oneof![
        1 => Just(EvaluationState::Announced),
        4 => Just(EvaluationState::Open),
        1 => Just(EvaluationState::Closed),
        1 => Just(EvaluationState::Cancelled),
    ];
    let say = prop_oneof![
        3 => (0..2_u8, -5_i64..60, state).prop_map(|(id, at, state)| Op::Meeting(id, at, state)),
        3 => (0..3_u8, any::<bool>(), proptest::option::of(0_i64..60))
            .prop_map(|(id, urgent, expires)| Op::Bulletin(id, urgent, expires)),
        1 => (0..3_u8).prop_map(Op::Announce),
        1 => (0..3_u8).prop_map(Op::Withdraw),
        1 => (0..2_u8).prop_map(Op::Programme),
        1 => (0..2_u8).prop_map(Op::Branch),
        3 => (evaluation, 1_i64..60, 0..3_usize)
            .prop_map(|(state, at, people)| Op::Evaluation(state, at, people)),
        1 => (0..2_u8, any::<bool>()).prop_map(|(id, wanted)| Op::Remind(id, wanted)),
        3 => (-5_i64..20, 0..3_usize).prop_map(|(at, people)| Op::RollCall(at, people)),
        1 => Just(Op::NoRollCall),
        1 => (0..3_usize).prop_map(Op::Look),
        2 => (0..4_usize, 0..3_usize).prop_map(|(all, wanted)| Op::Requests(all, wanted)),
        2 => any::<bool>().prop_map(Op::Answer),
        3 => (0..6_u8).prop_map(Op::Player),
        1 => Just(Op::Categories),
        3 => (0..5_u8).prop_map(Op::Recorder),
        1 => any::<bool>().prop_map(Op::Enter),
        1 => any::<bool>().prop_map(Op::Online),
        1 => Just(Op::Ask),
    ];
    prop_oneof![
        6 => proptest::sample::select(keys.clone()).prop_map(Op::Press),
        8 => proptest::sample::select(often).prop_map(Op::Press),
        1 => proptest::sample::select(keys).prop_map(Op::Hold),
        2 => Just(Op::Pin),
        2 => Just(Op::Vote),
        1 => Just(Op::Card),
        4 => (1_u64..900).prop_map(Op::Pass),
        12 => say,
        1 => prop_oneof![1 => Just(Op::Revoke), 3 => Just(Op::Approve)],
        2 => any::<bool>().prop_map(Op::Cut),
        1 => Just(Op::Home),
    ]
}

/// A round of a roll call: its id, its number and when it opens.
type Round = (String, u32, i64);

/// What was on the screen since the power came.
#[derive(Default)]
struct Seen {
    notices: HashSet<String>,
    refusals: HashSet<String>,
    meetings: HashSet<String>,
    reminders: HashSet<String>,
    moved: HashSet<String>,
    /// Rounds, and who was missing then.
    rounds: HashMap<Round, HashSet<String>>,
}

struct Run {
    kind: TerminalKind,
    bench: Bench,
    pages: i64,
    seen: Seen,
    /// Sign-ins that somebody was told are kept, and that the server has not answered.
    sent: BTreeSet<String>,
    /// The same of what was asked with one key, and of what was said about it.
    asked: BTreeSet<String>,
    /// Ballots that somebody was told are kept, and that the server has not answered.
    ballots: BTreeSet<String>,
    /// Whose ballots the server has.
    voted: BTreeSet<String>,
    /// The programme was told to wait for what lies over it.
    waits: bool,
    /// The microphone is on.
    records: bool,
}

fn listing(id: &str, kind: ListingKind) -> Listing {
    Listing {
        id: id.to_owned(),
        title: id.to_owned(),
        kind,
        about: "以后会有".to_owned(),
    }
}

fn township() -> Document {
    let lists = [
        ("bulletins", ListingKind::Bulletins),
        ("honours", ListingKind::Honours),
        ("films", ListingKind::Programmes),
        ("meetings", ListingKind::Meetings),
        ("duty", ListingKind::Duty),
        ("guides", ListingKind::Guides),
    ];
    let sections = lists.iter().zip(1..).map(|((id, kind), digit)| Section {
        digit,
        id: format!("section {id}"),
        title: (*id).to_owned(),
        listings: vec![
            listing(id, *kind),
            listing(&format!("{id} 2"), *kind),
            listing(&format!("{id} 3"), ListingKind::Branches),
            listing(&format!("{id} 4"), ListingKind::Services),
            listing(&format!("{id} 5"), ListingKind::Suggestions),
            listing("voice", ListingKind::Evaluations),
            listing("out", ListingKind::Results),
        ],
        ..Section::default()
    });
    Document::Township(Township {
        sections: sections.collect(),
        ..Township::default()
    })
}

fn enrolment(kind: TerminalKind) -> Enrolment {
    Enrolment {
        server_url: "http://s".to_owned(),
        token: "token".to_owned(),
        terminal_id: "t".to_owned(),
        kind,
        name: "12 号".to_owned(),
        organization: OrganizationRef::default(),
    }
}

impl Run {
    fn new(kind: TerminalKind) -> Self {
        let world = World::new(kind);
        world.people(vec![person("a", "张建国"), person("b", "李秀英")]);
        world.cache.apply(&page("0", vec![township()])).unwrap();
        let mut run = Self {
            kind,
            bench: Bench::new(world),
            pages: 0,
            seen: Seen::default(),
            sent: BTreeSet::new(),
            asked: BTreeSet::new(),
            ballots: BTreeSet::new(),
            voted: BTreeSet::new(),
            waits: false,
            records: false,
        };
        run.tell(&Input::Changed);
        run
    }

    /// What time it really is, Unix ms.
    fn truth(&self) -> i64 {
        NOW + i64::try_from(self.bench.world.clock.monotonic_ms()).unwrap()
    }

    fn is_enrolled(&self) -> bool {
        self.bench.world.cache.enrolment().is_some()
    }

    fn feed(&mut self, change: Change) {
        self.pages += 1;
        let mut page = page(&self.pages.to_string(), Vec::new());
        page.server_time_ms = self.truth();
        page.changes.push(change);
        self.bench.world.cache.apply(&page).unwrap();
        self.tell(&Input::Changed);
    }

    fn put(&mut self, document: Document) {
        self.feed(Change::Put { document });
    }

    /// Tells the router something, and does what comes of it as the application does.
    fn tell(&mut self, input: &Input) {
        let mut inputs = vec![input.clone()];
        for turn in 0.. {
            assert!(turn < 60, "it never comes to rest: {inputs:?}");
            let Some(next) = inputs.pop() else { break };
            let outward = self.bench.tell(&next);
            let heard = match &next {
                Input::Told(key, Told::Refused(_)) => Some(key.as_str()),
                _ => None,
            };
            inputs.extend(self.carry_out(outward, heard));
        }
    }

    /// Carries out what the router wants done; what answers it at once comes back. `heard`: whose
    /// refusal was just told to the screen that waits for it.
    fn carry_out(&mut self, outward: Vec<Outward>, heard: Option<&str>) -> Vec<Input> {
        let cache = self.bench.world.cache.clone();
        let before = cache.generation();
        let mut inputs = Vec::new();
        for one in outward {
            let effect = match one {
                Outward::Effect(effect) => effect,
                Outward::Join { .. } | Outward::Quit => continue,
            };
            match effect {
                Effect::Load(..) => inputs.push(Input::Loaded(Box::default())),
                Effect::Play(Command::SuspendAudioFocus) => {
                    assert!(!self.waits, "it waits already");
                    self.waits = true;
                }
                Effect::Play(Command::ReturnAudioFocus) => {
                    assert!(self.waits, "it does not wait");
                    self.waits = false;
                }
                Effect::Progress {
                    id,
                    position_ms,
                    duration_ms,
                    watched_ms,
                } => cache
                    .record_progress(&id, position_ms, duration_ms, watched_ms, self.truth())
                    .unwrap(),
                Effect::MarkRead(id) => cache.mark_read(&id).unwrap(),
                Effect::Setting(name, value) => {
                    cache.set_setting(name, &value).unwrap();
                    inputs.push(Input::Resized);
                }
                Effect::Learn(_) => inputs.push(Input::CanLearn(false)),
                Effect::AskAddresses => inputs.push(Input::Addresses(Vec::new())),
                Effect::AskDevices => inputs.push(Input::Devices(Default::default())),
                Effect::Draft(subject, draft) => cache.keep_draft(&subject, &draft).unwrap(),
                Effect::Record(RecordCommand::Start(_)) => {
                    self.records = true;
                    inputs.push(Input::Recorder(RecordEvent::Started));
                }
                Effect::Record(RecordCommand::Cancel) => self.records = false,
                Effect::Remember => self.remember(),
                Effect::Command(command) => {
                    let key = command.key().to_owned();
                    cache.write_down(&command).unwrap();
                    let told = if command.is_kept() {
                        match &*command {
                            Deed::SignIn(_) => drop(self.sent.insert(key.clone())),
                            Deed::NewRequest(_)
                            | Deed::Verdict(_)
                            | Deed::Addition(_)
                            | Deed::Withdraw(_) => {
                                self.asked.insert(key.clone());
                            }
                            _ => {}
                        }
                        if let Deed::Ballot(ballot) = &*command {
                            assert!(
                                !self.voted.contains(&ballot.member.id),
                                "somebody votes twice"
                            );
                            self.ballots.insert(key.clone());
                        }
                        Told::Queued
                    } else if matches!(&*command, Deed::ReadAttachment(_)) && key.ends_with(EVEN) {
                        Told::Answered(Reply::ReadAttachment(File::new(b"a file")))
                    } else {
                        Told::NoNetwork
                    };
                    inputs.push(Input::Told(key, told));
                }
                Effect::Answers(AnswersDeed::Keep(draft)) => {
                    cache.keep_ballot_draft(&draft).unwrap();
                }
                Effect::Answers(AnswersDeed::Spoil(of)) => cache.spoil_ballot_draft(&of).unwrap(),
                Effect::Answers(AnswersDeed::Drop(of)) => cache.drop_ballot_draft(&of).unwrap(),
                Effect::Queue(key) => drop(cache.queue_command(&key).unwrap()),
                Effect::Told(key) => {
                    let seen = self.seen.refusals.contains(&key) || heard == Some(&key);
                    assert!(seen, "a refusal was told to nobody");
                    cache.forget_refusal(&key).unwrap();
                }
                Effect::Viewing(id, report) => cache.record_viewing(&id, &report).unwrap(),
                Effect::Remind(id, wanted) => cache.set_reminder(&id, wanted).unwrap(),
                Effect::Reminded(id, stage, at_ms) => {
                    assert!(self.seen.reminders.contains(&id), "nobody was reminded");
                    cache.set_reminded(&id, stage, at_ms).unwrap();
                }
                Effect::Knows(id, known) => {
                    assert!(self.seen.moved.contains(&id), "nobody was told");
                    cache.set_known_time(&id, known).unwrap();
                }
                Effect::Decline(id) => {
                    assert!(self.seen.meetings.contains(&id), "nobody was asked");
                    cache.decline_meeting(&id).unwrap();
                }
                _ => {}
            }
        }
        self.look();
        if cache.generation() != before {
            inputs.push(Input::Changed);
        }
        inputs
    }

    /// As the application does: before the enrolment there is nothing to come back to.
    fn remember(&self) {
        let Bench { world, router } = &self.bench;
        if router.nature().base != Some(Base::Unenrolled) {
            let json = serde_json::to_string(&router.resume_point(&world.cache)).unwrap();
            assert!(!json.contains("report"), "a report is remembered: {json}");
            world.cache.keep_only_drafts(&router.drafts()).unwrap();
            world.cache.set_resume_point(&json).unwrap();
        }
    }

    /// Remembers what somebody in front of the television can see now.
    fn look(&mut self) {
        let Bench { world, router } = &self.bench;
        let seen = &mut self.seen;
        match router.dialog().map(|(dialog, _)| dialog.clone()) {
            Some(Dialog::Urgent(notice)) => seen.notices.insert(notice.id),
            Some(Dialog::Refused(told)) => seen.refusals.insert(told.key),
            Some(Dialog::Meeting(call)) => seen.meetings.insert(call.id),
            Some(Dialog::Reminder(due)) => seen.reminders.insert(due.id),
            Some(Dialog::Moved(moved)) => seen.moved.insert(moved.id),
            Some(_) | None => false,
        };
        if let Some(meeting) = router.meeting() {
            seen.meetings.insert(meeting.id().to_owned());
        }
        let top = router.top().controller();
        if let Route::Bulletin { id } = top.route() {
            seen.notices.insert(id);
        }
        for (round, route, missing) in open_rounds(world) {
            if top.is_at(&route) {
                seen.rounds.entry(round).or_default().extend(missing);
            }
        }
    }

    fn key(&mut self, key: RemoteKey, repeats: usize) {
        self.bench.world.clock.advance(300);
        self.tell(&Input::Key(key, Press::Down));
        for _ in 0..repeats {
            self.bench.world.clock.advance(80);
            self.tell(&Input::Key(key, Press::Repeat));
        }
        self.tell(&Input::Key(key, Press::Up));
    }

    fn pass(&mut self, seconds: u64) {
        let clock = self.bench.world.clock.clone();
        let until = clock.monotonic_ms() + seconds * 1_000;
        for alarms in 0.. {
            let now = clock.monotonic_ms();
            let at = self.bench.router.wake_at(now).filter(|at| *at <= until);
            let Some(at) = at else { break };
            assert!(alarms < 4_000, "it is woken without end");
            clock.advance(at.saturating_sub(now).max(1));
            self.tell(&Input::Tick);
        }
        clock.advance(until.saturating_sub(clock.monotonic_ms()));
        self.tell(&Input::Changed);
    }

    fn cut(self, right: bool) -> Self {
        let truth = self.truth();
        let enrolled = self.is_enrolled();
        let before = self.bench.router.open_screens();
        self.bench.world.clock.reboot();
        self.bench
            .world
            .clock
            .set_now(if right { truth } else { 0 });
        let world = self.bench.world.reopened();
        let kept: Vec<OpenScreen> = world
            .cache
            .resume_point()
            .filter(|_| enrolled)
            .map(|json| serde_json::from_str(&json).unwrap())
            .unwrap_or_default();
        if enrolled && !kept.is_empty() {
            assert_eq!(names(&kept), names(&before), "it begins somewhere else");
        } else if enrolled {
            assert_eq!(before.len(), 1, "it begins somewhere else");
        }
        let mut run = Self {
            bench: Bench {
                world,
                router: Router::new(enrolled),
            },
            seen: Seen::default(),
            waits: false,
            records: false,
            ..self
        };
        let Bench { world, router } = &mut run.bench;
        let outward = world.with(|context| {
            if kept.is_empty() {
                router.start(context)
            } else {
                router.resume(&kept, context)
            }
        });
        for input in run.carry_out(outward, None) {
            run.tell(&input);
        }
        run.tell(&Input::Changed);
        run
    }

    fn answer(&mut self, good: bool) {
        let cache = self.bench.world.cache.clone();
        let Some(taken) = cache.take_command(Priority::Interactive, &[]).unwrap() else {
            return;
        };
        let key = taken.request.key.clone();
        self.sent.remove(&key);
        self.asked.remove(&key);
        self.ballots.remove(&key);
        let told = if good && taken.request.kind == "ballot" {
            let member = contract::member::MemberRef {
                id: taken.about.member_id.clone(),
                name: taken.about.name.clone(),
            };
            let news = self.voted.insert(member.id.clone());
            assert!(news, "two ballots of one person reach the server");
            let reply = Reply::Ballot(BallotTaken {
                member,
                ..BallotTaken::default()
            });
            cache.command_answered(taken.seq, Some(&reply)).unwrap();
            Told::Answered(reply)
        } else if good && taken.request.kind == "objection" {
            let reply = Reply::Objection(Taken);
            cache.command_answered(taken.seq, Some(&reply)).unwrap();
            Told::Answered(reply)
        } else if good {
            let signed_in = Reply::SignIn(SignedIn {
                member: contract::member::MemberRef {
                    id: "a".to_owned(),
                    name: "张建国".to_owned(),
                },
                state: AttendanceState::Present,
                repeated: false,
                signed_at_ms: self.truth(),
                verify: None,
                household_missing: Vec::new(),
            });
            let reply = match taken.request.kind.as_str() {
                "request" => Reply::NewRequest(RequestReceipt {
                    id: key.clone(),
                    ..RequestReceipt::default()
                }),
                "report" => Reply::NewReport(Taken),
                "request_addition" => {
                    Reply::Addition(Box::new(request("r0", RequestState::InProgress)))
                }
                "request_verdict" => Reply::Verdict(Box::new(request("r0", RequestState::Closed))),
                "request_withdrawal" => {
                    Reply::Withdraw(Box::new(request("r0", RequestState::Withdrawn)))
                }
                _ => signed_in,
            };
            cache.command_answered(taken.seq, Some(&reply)).unwrap();
            Told::Answered(reply)
        } else {
            let refusal = Refusal {
                code: contract::error::ErrorCode::TooLate,
                tries: None,
                wait_ms: None,
            };
            cache
                .command_refused(taken.seq, refusal, "too late")
                .unwrap();
            Told::Refused(refusal)
        };
        self.tell(&Input::Told(key, told));
    }

    fn player(&mut self, what: u8) {
        let event = match what {
            0 | 1 => Played::State(State::Playing),
            2 => Played::State(State::Paused),
            3 => Played::Position {
                position_ms: 20_000,
                duration_ms: Some(60_000),
            },
            4 => Played::State(State::Ended),
            _ => Played::Failed(PlayError::Network("gone".to_owned())),
        };
        let outward = self.bench.player(&event);
        for input in self.carry_out(outward, None) {
            self.tell(&input);
        }
    }

    fn say(&mut self, op: &Op) {
        let cache = self.bench.world.cache.clone();
        match op {
            Op::Meeting(id, minutes, state) => self.put(Document::Meeting(Meeting {
                id: format!("m{id}"),
                title: format!("会议 {}", self.pages),
                state: *state,
                starts_at_ms: NOW + minutes * MINUTE,
                ..Meeting::default()
            })),
            Op::Bulletin(id, urgent, expires) => self.put(Document::Bulletin(Bulletin {
                id: format!("b{id}"),
                list: "bulletins".to_owned(),
                title: format!("通知 {}", self.pages),
                urgent: *urgent,
                published_at_ms: NOW - 1,
                expires_at_ms: expires.map(|minutes| NOW + minutes * MINUTE),
                body: vec![
                    Block::Paragraph {
                        text: "一段话".to_owned(),
                    },
                    Block::Table(Table {
                        header: vec!["姓名".to_owned(), "金额".to_owned()],
                        rows: vec![vec!["张".to_owned(), "10".to_owned()]],
                        ..Table::default()
                    }),
                ],
                ..Bulletin::default()
            })),
            Op::Announce(id) => self.tell(&Input::Announced {
                id: format!("b{id}"),
                title: "大风".to_owned(),
            }),
            Op::Withdraw(id) => {
                for kind in ["m", "b", "p", "o", "c", "e"] {
                    self.feed(Change::Delete {
                        id: format!("{kind}{id}"),
                    });
                }
            }
            Op::Programme(id) => self.put(Document::Programme(Programme {
                id: format!("p{id}"),
                category: "films".to_owned(),
                title: "电教片".to_owned(),
                duration_ms: 60_000,
                ..Programme::default()
            })),
            Op::Branch(id) => self.put(Document::Branch(Branch {
                id: format!("o{id}"),
                introduction: vec!["一段话".to_owned(); 20],
                ..Branch::default()
            })),
            Op::Requests(all, wanted) => {
                let one = |at: usize| {
                    let id = format!("r{at}");
                    if at < *wanted {
                        with_attachments(&id)
                    } else {
                        request(&id, RequestState::Received)
                    }
                };
                let phones = ["a", "b"].map(|id| phone(id, id));
                let told = TerminalRequests {
                    server_time_ms: self.truth(),
                    requests: (0..*all).map(one).collect(),
                    phones: phones[..*all % 3].to_vec(),
                };
                cache.set_requests(told, "").unwrap();
                self.tell(&Input::Changed);
            }
            Op::Categories => {
                let kinds = [
                    CategoryKind::Service,
                    CategoryKind::Confidential,
                    CategoryKind::Suggestion,
                ];
                for (kind, digit) in kinds.into_iter().zip([1, 6, 0]) {
                    self.put(Document::Category(Category {
                        id: format!("c{digit}"),
                        digit,
                        title: "有事找人".to_owned(),
                        kind,
                        response_hours: 24,
                        sentences: vec!["一句话".to_owned(), "又一句".to_owned()],
                        ..Category::default()
                    }));
                }
                cache.set_setting(name::MICROPHONE, "test").unwrap();
            }
            Op::Recorder(what) => {
                let done = |loudest| {
                    RecordEvent::Done(Recording {
                        ogg: b"OggS".as_slice().into(),
                        length_ms: 9_000,
                        loudest,
                        cut_off: false,
                    })
                };
                let event = match what {
                    0 => RecordEvent::Level {
                        level: 0.6,
                        length_ms: 5_000,
                    },
                    1 | 2 => done(0.6),
                    3 => done(0.0),
                    _ => RecordEvent::Failed(RecordError::Dead),
                };
                if self.records {
                    self.records = *what == 0;
                    self.tell(&Input::Recorder(event));
                }
            }
            Op::Evaluation(state, minutes, people) => {
                let evaluation = Evaluation {
                    id: "e0".to_owned(),
                    state: *state,
                    closes_at_ms: NOW + minutes * MINUTE,
                    result: (*state == EvaluationState::Closed).then(EvaluationResult::default),
                    ..voting::tests::evaluation()
                };
                let mut told = voting::tests::told(Vec::new());
                told.server_time_ms = self.truth();
                told.evaluations[0].id = "e0".to_owned();
                let all = [("a", "张建国"), ("b", "李秀英")];
                told.evaluations[0].people = all
                    .iter()
                    .enumerate()
                    .map(|(at, (id, name))| Entitlement {
                        entitled: at < *people,
                        took_part: self.voted.contains(*id),
                        ..voting::tests::entitled(id, name)
                    })
                    .collect();
                cache.set_terminal_evaluations(told, "").unwrap();
                self.put(Document::Evaluation(evaluation));
            }
            Op::Remind(id, wanted) => {
                cache.set_reminder(&format!("m{id}"), *wanted).unwrap();
                self.tell(&Input::Changed);
            }
            Op::RollCall(minutes, people) => {
                let mut call = call(&["a", "b"][..*people]);
                call.rounds = vec![round(1, *minutes)];
                let opens_at_ms = call.rounds[0].opens_at_ms;
                if self.truth() < opens_at_ms {
                    call.state = RollCallState::Scheduled;
                }
                self.roll_calls(vec![call]);
            }
            Op::NoRollCall => self.roll_calls(Vec::new()),
            Op::Look(people) => {
                let look = |at: usize| DutyLook {
                    id: format!("{at}"),
                    room_id: "r".to_owned(),
                    room_title: "值班室".to_owned(),
                    by: format!("办公室 {at}"),
                    opened_at_ms: NOW,
                    closed_at_ms: None,
                };
                let room = DutyRoom {
                    id: "r".to_owned(),
                    ..DutyRoom::default()
                };
                let duty = TerminalDuty {
                    rooms: vec![room],
                    looks: (0..*people).map(look).collect(),
                    publish: None,
                };
                cache.set_duty(duty).unwrap();
                self.tell(&Input::Changed);
            }
            Op::Enter(good) => {
                let meeting = self.bench.router.meeting().map(|one| one.id().to_owned());
                match meeting {
                    Some(id) if *good => {
                        self.tell(&Input::Joined(id, Box::default()));
                    }
                    Some(_) => self.tell(&Input::JoinFailed(JoinFailure::Busy)),
                    None => {}
                }
            }
            Op::Online(online) => {
                cache.set_online(*online);
                self.tell(&Input::Changed);
            }
            Op::Ask => {
                let (truth, boot) = (self.truth(), self.bench.world.clock.boot_ms());
                cache.server_time_measured(truth, boot, 0).unwrap();
                self.tell(&Input::Changed);
            }
            _ => {}
        }
    }

    fn roll_calls(&mut self, calls: Vec<TerminalRollCall>) {
        self.bench.world.calls(calls);
        self.tell(&Input::Changed);
    }

    fn act(mut self, op: &Op) -> Self {
        match op {
            Op::Press(key) => self.key(*key, 0),
            Op::Hold(key) => self.key(*key, 3),
            Op::Pin => {
                for digit in [1, 5, 8, 0, 3, 1, 6] {
                    self.key(RemoteKey::Digit(digit), 0);
                }
                self.key(RemoteKey::Ok, 0);
            }
            Op::Vote => {
                for key in [1, 1, 1] {
                    self.key(RemoteKey::Digit(key), 0);
                }
                for key in [RemoteKey::Ok, RemoteKey::Right, RemoteKey::Ok] {
                    self.key(key, 0);
                }
            }
            Op::Card => self.tell(&card("0012345678")),
            Op::Pass(seconds) => self.pass(*seconds),
            Op::Answer(good) => self.answer(*good),
            Op::Player(what) => self.player(*what),
            Op::Revoke => {
                self.bench.world.cache.clear_enrolment().unwrap();
                self.tell(&Input::Revoked);
            }
            Op::Approve => {
                let cache = self.bench.world.cache.clone();
                cache.set_enrolment(&enrolment(self.kind)).unwrap();
                self.tell(&Input::Enrolment(EnrolmentState::Approved));
            }
            Op::Cut(right) => return self.cut(*right),
            Op::Home => self.go_home(),
            // A terminal that belongs to nobody hears nothing of the township.
            _ if self.is_enrolled() => self.say(op),
            _ => {}
        }
        self
    }

    /// Presses Back until one is where everything begins.
    fn go_home(&mut self) {
        let bound = BACKS * (self.bench.router.depth() + 1);
        for presses in 0.. {
            let router = &self.bench.router;
            if router.nature().base.is_some() && router.dialog().is_none() {
                break;
            }
            let route = router.top().controller().route();
            assert!(presses < bound, "no way home from {route:?}");
            // A result has to be read.
            self.bench.world.clock.advance(2_000);
            self.key(RemoteKey::Back, 0);
            self.check();
        }
        assert_eq!(self.bench.router.depth(), 1);
    }

    fn check(&self) {
        let Bench { world, router } = &self.bench;
        self.check_focus();
        let cache = &world.cache;
        let waiting = cache.waiting_sign_ins().into_iter();
        let waiting: BTreeSet<String> = waiting.map(|one| one.key).collect();
        assert_eq!(waiting, self.sent, "what somebody did is lost");
        let waiting = cache.waiting_requests().into_iter();
        let waiting: BTreeSet<String> = waiting.map(|one| one.key).collect();
        assert_eq!(waiting, self.asked, "what somebody asked is lost");
        let waiting = cache.waiting_ballots().into_iter();
        let waiting: BTreeSet<String> = waiting.map(|one| one.key).collect();
        assert_eq!(waiting, self.ballots, "a ballot is lost");
        self.check_answers();
        assert_eq!(router.is_enrolled(), self.is_enrolled());
        let covered = router.dialog().is_some_and(|(dialog, _)| dialog.covers());
        let programme = router.nature().plays == Plays::Programme;
        assert_eq!(self.waits, covered && programme);
        let has_voice = router.top().controller().has_voice();
        assert!(has_voice || !self.records, "somebody is listened to");
        if !router.is_enrolled() {
            let nothing = matches!(
                router.dialog(),
                None | Some((Dialog::Quit(_) | Dialog::Revoked(_), _))
            );
            assert!(nothing && router.sign().is_none(), "{:?}", router.dialog());
            return;
        }
        assert_eq!(
            router.sign().is_some(),
            cache.duty().open().next().is_some()
        );
        if router.nature().base != Some(Base::Home) || router.dialog().is_some() {
            return;
        }
        // At night something may wait for the morning.
        if crate::screens::kit::time::is_night(cache.server_time(), cache.manners().quiet) {
            return;
        }
        // Whoever has nothing in hand has seen everything.
        for notice in cache.urgent_unread() {
            assert!(self.seen.notices.contains(&notice.id), "{}", notice.title);
        }
        assert_eq!(cache.refusals(), [], "nobody was told");
        for (round, _, missing) in open_rounds(world) {
            let seen = self.seen.rounds.get(&round);
            let called = self.kind == TerminalKind::Station;
            let seen = seen.is_some_and(|told| called || missing.is_subset(told));
            assert!(seen, "nobody was called");
        }
        let choices = cache.meeting_choices();
        for meeting in cache.meetings() {
            let declined = choices.get(&meeting.id).is_some_and(|one| one.declined);
            let asked = declined || self.seen.meetings.contains(&meeting.id);
            let live = meeting.state == MeetingState::Live;
            assert!(!live || asked || router.asleep, "nobody was asked");
        }
    }

    /// What is answered on the screen is on the disk, and nothing of it once it is a ballot.
    fn check_answers(&self) {
        let Bench { world, router } = &self.bench;
        let Screen::Answering(screen) = router.top() else {
            return;
        };
        let Route::Answering { id, member } = screen.route() else {
            return;
        };
        let of = DraftOf {
            evaluation_id: id,
            member_id: member,
        };
        let kept = world.cache.has_ballot_draft(&of);
        let answers = screen.sheet().answers();
        assert!(
            kept || answers.is_empty() || screen.handing().is_some(),
            "an answer is lost"
        );
        let waits = world.cache.waiting_ballots().into_iter();
        let mut waits = waits.filter(|one| one.member_id == of.member_id);
        assert!(
            !kept || waits.next().is_none(),
            "the answers stay beside the ballot"
        );
    }

    /// Exactly one thing is focused.
    fn check_focus(&self) {
        let router = &self.bench.router;
        assert!((1..=MAX_DEPTH).contains(&router.depth()));
        if let Some((dialog, focused)) = router.dialog() {
            assert!(focused < dialog.answers().len(), "{dialog:?}");
        }
        let focus = router.top().controller().focus();
        let reachable = focus.reachable();
        match focus.key() {
            Some(key) => assert!(reachable.contains(&(focus.zone(), key.to_owned()))),
            None => assert!(reachable.is_empty(), "nothing is focused"),
        }
    }
}

/// The rounds that are open and show themselves, with their screen and who is missing.
fn open_rounds(world: &World) -> Vec<(Round, Route, HashSet<String>)> {
    let kind = attendance::kind(&world.cache);
    let open = attendance::all(&world.cache)
        .into_iter()
        .filter_map(|call| {
            let round = call.round.filter(|_| attendance::interrupts(&call, kind))?;
            let route = attendance::route(&world.cache, &call.id);
            let missing = call.missing().map(|person| person.id.clone()).collect();
            Some(((call.id, round.number, round.opens_at_ms), route, missing))
        });
    open.collect()
}

/// Which screens these are.
fn names(screens: &[OpenScreen]) -> Vec<String> {
    let name = |one: &OpenScreen| serde_json::to_value(&one.route).unwrap()["screen"].to_string();
    screens.iter().map(name).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn there_is_one_focus_and_a_way_home_and_nothing_is_lost(
        station in any::<bool>(),
        ops in proptest::collection::vec(op(), 1..60)
    ) {
        let kind = if station { TerminalKind::Station } else { TerminalKind::Household };
        let mut run = Run::new(kind);
        for op in &ops {
            run = run.act(op);
            run.check();
        }
        run.go_home();
    }
}
