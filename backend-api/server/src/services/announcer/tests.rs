//! Two processes on one database against a slow model: after a look every terminal has been told of
//! what concerns it, whichever process wrote, once, and of nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contract::member::MemberStatus;
use contract::organization::{Organization, OrganizationKind};
use contract::roll_call::{AttendanceState, Method, Occasion};
use contract::terminal::TerminalKind;
use parking_lot::Mutex;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::duty::{self, Picture};
use store::members;
use store::organizations::{self, NewOrganization};
use store::roll_calls::sign_ins::{self, Answer, SignIn};
use store::roll_calls::{self, NewRollCall, rounds};
use store::terminals::{self, NewTerminal};
use store::testing::TestDatabase;
use store::{Store, WriteTx, bulletins, households};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;

use super::channels::{Live, Signal};
use super::{Announcer, Parts};
use crate::services::tokens::Tokens;

const NOW: i64 = 1_790_000_000_000;

/// Above each organization; the first is the root.
const PARENTS: [Option<usize>; 5] = [None, Some(0), Some(1), Some(0), Some(3)];

/// A station and a home in each organization.
const TERMINALS: usize = 10;

/// Home organization of each member, and the terminal of their household, which may stand elsewhere.
const MEMBERS: [(usize, usize); 2] = [(2, 9), (1, 3)];

/// Of those who stand elsewhere now: their feed begins anew, and at a beginning nothing is urgent.
const MOVED: &str = "moved";

#[derive(Clone, Debug)]
enum Op {
    Publish {
        audience: usize,
        urgent: bool,
    },
    SetPin {
        member: usize,
    },
    Duty {
        organization: usize,
    },
    RollCall {
        organization: usize,
    },
    SignIn {
        member: usize,
    },
    Rename {
        terminal: usize,
    },
    Revoke {
        terminal: usize,
    },
    MoveTerminal {
        terminal: usize,
        organization: usize,
    },
    RenameOrganization {
        organization: usize,
    },
    MoveOrganization {
        organization: usize,
        parent: usize,
    },
    /// A write of which nothing is kept.
    Undone {
        audience: usize,
    },
    /// A look of a process that was not woken by a write.
    Look,
    /// The process ends and begins anew; its terminals connect again.
    Restart,
}

/// An operation, and which process does it.
fn op() -> impl Strategy<Value = (usize, Op)> {
    let organization = 0..PARENTS.len();
    let op = prop_oneof![
        3 => (organization.clone(), any::<bool>()).prop_map(|(audience, urgent)| Op::Publish { audience, urgent }),
        2 => (0..MEMBERS.len()).prop_map(|member| Op::SetPin { member }),
        2 => organization.clone().prop_map(|organization| Op::Duty { organization }),
        2 => organization.clone().prop_map(|organization| Op::RollCall { organization }),
        3 => (0..MEMBERS.len()).prop_map(|member| Op::SignIn { member }),
        2 => (0..TERMINALS).prop_map(|terminal| Op::Rename { terminal }),
        1 => (0..TERMINALS).prop_map(|terminal| Op::Revoke { terminal }),
        2 => (0..TERMINALS, organization.clone())
            .prop_map(|(terminal, organization)| Op::MoveTerminal { terminal, organization }),
        1 => organization.clone().prop_map(|organization| Op::RenameOrganization { organization }),
        1 => (1..PARENTS.len(), organization.clone())
            .prop_map(|(organization, parent)| Op::MoveOrganization { organization, parent }),
        1 => organization.prop_map(|audience| Op::Undone { audience }),
        4 => Just(Op::Look),
        1 => Just(Op::Restart),
    ];
    (0..2_usize, op)
}

fn write<T: Send + 'static>(
    store: &Store,
    f: impl FnMut(&mut WriteTx<'_>) -> store::Result<T> + Send + 'static,
) -> T {
    store.write(f).unwrap()
}

/// What the database begins with.
struct Fixture {
    organizations: Vec<Organization>,
    terminals: Vec<String>,
    members: Vec<String>,
}

impl Fixture {
    fn new(store: &Store) -> Self {
        let mut organizations: Vec<Organization> = Vec::new();
        for (index, parent) in PARENTS.iter().enumerate() {
            let new = NewOrganization {
                parent_id: parent.map(|parent| organizations[parent].id.clone()),
                kind: OrganizationKind::Village,
                code: index.to_string(),
                name: index.to_string(),
            };
            organizations.push(write(store, move |tx| organizations::create(tx, &new, NOW)));
        }
        let terminals: Vec<String> = (0..TERMINALS)
            .map(|index| {
                let new = NewTerminal {
                    kind: kind(index),
                    name: index.to_string(),
                    organization_id: organizations[index / 2].id.clone(),
                    token_sha256: crate::services::secrets::sha256_hex(&index.to_string()),
                };
                write(store, move |tx| Ok(terminals::create(tx, &new, NOW)?.id))
            })
            .collect();
        let members = MEMBERS
            .iter()
            .enumerate()
            .map(|(index, (home, terminal))| {
                let (belongs, stands) = (
                    organizations[*home].id.clone(),
                    organizations[terminal / 2].id.clone(),
                );
                let (tv, name) = (terminals[*terminal].clone(), index.to_string());
                write(store, move |tx| {
                    let household = households::create(tx, &stands, &name, NOW)?.id;
                    households::bind(tx, &household, Some(&tv))?;
                    let content = members::Content {
                        name: name.clone(),
                        status: MemberStatus::Full,
                        household_id: Some(household),
                        ..members::Content::default()
                    };
                    Ok(
                        members::create(tx, &members::new_id(NOW), &belongs, &content, None, NOW)?
                            .id,
                    )
                })
            })
            .collect();
        Self {
            organizations,
            terminals,
            members,
        }
    }
}

fn kind(terminal: usize) -> TerminalKind {
    if terminal.is_multiple_of(2) {
        TerminalKind::Station
    } else {
        TerminalKind::Household
    }
}

/// A server without its requests.
struct Process {
    store: Store,
    announcer: Arc<Announcer>,
    revoked: Arc<Mutex<Vec<String>>>,
    /// Who listens at each organization.
    ears: Vec<Receiver<Signal>>,
    /// Where each terminal listens; `None` once its stream has ended.
    listens: Vec<Option<usize>>,
}

impl Process {
    /// Every terminal that stands somewhere connects.
    fn start(database: &TestDatabase, fixture: &Fixture, places: Vec<Option<usize>>) -> Self {
        let store = database.open();
        let live = Arc::new(Live::new(100));
        let tokens: Arc<Tokens> = Arc::default();
        let revoked: Arc<Mutex<Vec<String>>> = Arc::default();
        let cut_off = Arc::clone(&revoked);
        let announcer = Arc::new(Announcer::new(Parts {
            store: store.clone(),
            live: Arc::clone(&live),
            tokens: Arc::clone(&tokens),
            ended: Box::new(move |ended| cut_off.lock().extend(ended.revoked.clone())),
            sign_ins_every: Duration::ZERO,
        }));
        announcer.attach().unwrap();
        for index in 0..TERMINALS {
            // One that is revoked by now is refused.
            let _ = tokens.look_up(&store, &index.to_string(), NOW);
        }
        let ears = fixture
            .organizations
            .iter()
            .map(|organization| live.open(&store, &organization.id).unwrap().listen())
            .collect();
        Self {
            store,
            announcer,
            revoked,
            ears,
            listens: places,
        }
    }

    /// What each terminal heard since the last time, and how often.
    fn heard(&mut self, fixture: &Fixture) -> Heard {
        let mut heard = Heard::new();
        for (organization, ears) in self.ears.iter_mut().enumerate() {
            let here = |listens: &Option<usize>| *listens == Some(organization);
            loop {
                let signal = match ears.try_recv() {
                    Ok(signal) => signal,
                    Err(TryRecvError::Empty) => break,
                    Err(error) => panic!("{error}"),
                };
                let text = String::from_utf8(signal.frame.to_vec()).unwrap();
                let events = text.lines().filter_map(|line| line.strip_prefix("event: "));
                let events: Vec<&str> = events.collect();
                let only = signal.only.as_deref();
                for (terminal, id) in fixture.terminals.iter().enumerate() {
                    if !here(&self.listens[terminal]) || only.is_some_and(|only| only != id) {
                        continue;
                    }
                    if signal.last {
                        self.listens[terminal] = None;
                    }
                    // Everything is told with it.
                    let events = match events.first() {
                        Some(first @ &"terminal_changed") => std::slice::from_ref(first),
                        _ => &events[..],
                    };
                    for event in events {
                        *heard.entry((terminal, (*event).to_owned())).or_default() += 1;
                    }
                }
            }
        }
        heard
    }
}

/// How often a terminal heard an event.
type Heard = BTreeMap<(usize, String), usize>;

/// Whom something concerns.
#[derive(Clone, Copy, Debug)]
enum Concerned {
    Below(usize),
    At(usize),
    StationsAbove(usize),
    One(usize),
}

struct World {
    database: TestDatabase,
    fixture: Fixture,
    processes: [Process; 2],
    parents: Vec<Option<usize>>,
    /// Where each terminal stands; `None`: it was revoked.
    places: Vec<Option<usize>>,
    /// What an organization published: its audience, and whether it is urgent.
    published: Vec<Vec<(usize, bool)>>,
    /// The last roll call, who calls, and who has answered it.
    roll_call: Option<(String, Vec<usize>)>,
    /// What each process has still to tell.
    waiting: [Vec<(Concerned, &'static str)>; 2],
    count: usize,
}

impl World {
    fn new(database: TestDatabase) -> Self {
        let fixture = Fixture::new(&database.open());
        let places: Vec<_> = (0..TERMINALS).map(|terminal| Some(terminal / 2)).collect();
        let processes = [(); 2].map(|()| Process::start(&database, &fixture, places.clone()));
        Self {
            database,
            processes,
            parents: PARENTS.to_vec(),
            places,
            published: vec![Vec::new(); PARENTS.len()],
            roll_call: None,
            waiting: Default::default(),
            count: 0,
            fixture,
        }
    }

    fn is_above(&self, above: usize, mut node: usize) -> bool {
        loop {
            if node == above {
                return true;
            }
            match self.parents[node] {
                Some(parent) => node = parent,
                None => return false,
            }
        }
    }

    fn concerns(&self, concerned: Concerned, terminal: usize, at: usize) -> bool {
        match concerned {
            Concerned::Below(organization) => self.is_above(organization, at),
            Concerned::At(organization) => organization == at,
            Concerned::StationsAbove(organization) => {
                kind(terminal) == TerminalKind::Station && self.is_above(at, organization)
            }
            Concerned::One(one) => one == terminal,
        }
    }

    fn will_be_told(&mut self, concerned: Concerned, event: &'static str) {
        for waiting in &mut self.waiting {
            waiting.push((concerned, event));
        }
    }

    fn document_will_be_told(&mut self, audience: usize, urgent: bool) {
        self.will_be_told(Concerned::Below(audience), "feed_changed");
        if urgent {
            self.will_be_told(Concerned::Below(audience), "urgent_notice");
        }
    }

    fn id(&self, organization: usize) -> String {
        self.fixture.organizations[organization].id.clone()
    }

    /// Does it, and tells whether terminals of this process are told at once.
    fn apply(&mut self, by: usize, op: &Op) -> bool {
        self.count += 1;
        let name = format!("第 {} 个", self.count);
        let store = self.processes[by].store.clone();
        match *op {
            Op::Publish { audience, urgent } => {
                let publisher = (audience + self.count) % PARENTS.len();
                let content = bulletins::Content {
                    list: "finance".to_owned(),
                    organization_id: self.id(publisher),
                    audience_id: self.id(audience),
                    title: name,
                    urgent,
                    ..bulletins::Content::default()
                };
                let source = store::Source {
                    key: self.count.to_string(),
                    hash: String::new(),
                };
                write(&store, move |tx| {
                    bulletins::import(tx, &source, &content, NOW, NOW)
                });
                self.published[publisher].push((audience, urgent));
                self.document_will_be_told(audience, urgent);
            }
            Op::SetPin { member } => {
                let id = self.fixture.members[member].clone();
                write(&store, move |tx| {
                    members::set_pin(tx, &id, Some(&name), NOW)
                });
                let (organization, terminal) = MEMBERS[member];
                self.will_be_told(Concerned::StationsAbove(organization), "people_changed");
                self.will_be_told(Concerned::One(terminal), "people_changed");
            }
            Op::Duty { organization } => {
                let content = duty::Content {
                    title: name,
                    organization_id: self.id(organization),
                    picture: Picture::Camera("sealed".to_owned()),
                };
                write(&store, move |tx| {
                    duty::create(tx, &duty::new_id(NOW), &content, "li", NOW)
                });
                self.will_be_told(Concerned::At(organization), "duty_changed");
            }
            Op::RollCall { organization } => {
                let new = NewRollCall {
                    organization_id: self.id(organization),
                    title: name,
                    occasion: Occasion::Meeting,
                    statuses: vec![MemberStatus::Full],
                    presence_secret: None,
                    spot_checks: None,
                    created_by: "li".to_owned(),
                    opens_at_ms: NOW,
                    window_ms: 60_000,
                    grace_ms: 0,
                };
                let id = write(&store, move |tx| {
                    let made = roll_calls::create(tx, &new, NOW)?;
                    rounds::open(tx, &made.id, None, NOW)?;
                    Ok(made.id)
                });
                self.will_be_told(Concerned::Below(organization), "roll_call_opened");
                for (home, terminal) in MEMBERS {
                    if self.is_above(organization, home) {
                        self.will_be_told(Concerned::One(terminal), "roll_call_opened");
                    }
                }
                self.roll_call = Some((id, Vec::new()));
            }
            Op::SignIn { member } => {
                let Some((roll_call_id, answered)) = &mut self.roll_call else {
                    return false;
                };
                if answered.contains(&member) {
                    return false;
                }
                answered.push(member);
                let sign_in = SignIn {
                    roll_call_id: roll_call_id.clone(),
                    round: 1,
                    member_id: self.fixture.members[member].clone(),
                    answer: Answer {
                        state: AttendanceState::Present,
                        signed_at_ms: NOW,
                        verify: None,
                    },
                    method: Method::Remote,
                    guest: true,
                    terminal_id: None,
                    received_at_ms: NOW,
                    claimed_at_ms: NOW,
                    offset_ms: 0,
                };
                write(&store, move |tx| {
                    sign_ins::keep(tx, std::slice::from_ref(&sign_in))
                });
                let (organization, terminal) = MEMBERS[member];
                self.will_be_told(Concerned::StationsAbove(organization), "roll_call_changed");
                self.will_be_told(Concerned::One(terminal), "roll_call_changed");
                return false;
            }
            Op::Rename { terminal } => {
                let id = self.fixture.terminals[terminal].clone();
                write(&store, move |tx| terminals::rename(tx, &id, &name));
                self.will_be_told(Concerned::One(terminal), "terminal_changed");
            }
            Op::MoveTerminal {
                terminal,
                organization,
            } => {
                let Some(place) = &mut self.places[terminal] else {
                    return false;
                };
                // Those who look find where it stands, wherever it stood meanwhile.
                let stayed = *place == organization;
                *place = organization;
                let (id, to) = (
                    self.fixture.terminals[terminal].clone(),
                    self.id(organization),
                );
                write(&store, move |tx| terminals::move_to(tx, &id, &to));
                // Nothing changes, so nobody looks.
                if stayed {
                    return false;
                }
            }
            Op::Revoke { terminal } => {
                let id = self.fixture.terminals[terminal].clone();
                write(&store, move |tx| terminals::revoke(tx, &id, NOW));
                return self.places[terminal].take().is_some();
            }
            Op::RenameOrganization { organization } => {
                let (id, kind) = (self.id(organization), OrganizationKind::Village);
                write(&store, move |tx| {
                    organizations::update(tx, &id, kind, &name, NOW)
                });
                // With its new name each document is told anew, an urgent one as such.
                for (audience, urgent) in self.published[organization].clone() {
                    self.document_will_be_told(audience, urgent);
                }
                self.will_be_told(Concerned::StationsAbove(organization), "people_changed");
                self.will_be_told(Concerned::Below(organization), "people_changed");
                self.will_be_told(Concerned::At(organization), "terminal_changed");
            }
            Op::MoveOrganization {
                organization,
                parent,
            } => {
                if self.is_above(organization, parent) || self.parents[organization] == Some(parent)
                {
                    return false;
                }
                let (id, to) = (self.id(organization), self.id(parent));
                write(&store, move |tx| organizations::move_to(tx, &id, &to));
                if let Some(before) = self.parents[organization].replace(parent) {
                    self.will_be_told(Concerned::StationsAbove(before), "people_changed");
                }
                self.will_be_told(Concerned::StationsAbove(organization), "people_changed");
                self.will_be_told(Concerned::Below(organization), "people_changed");
                self.will_be_told(Concerned::Below(organization), "feed_changed");
                self.will_be_told(Concerned::Below(organization), MOVED);
            }
            Op::Undone { audience } => {
                let content = bulletins::Content {
                    list: "finance".to_owned(),
                    organization_id: self.id(0),
                    audience_id: self.id(audience),
                    title: name,
                    ..bulletins::Content::default()
                };
                let source = store::Source {
                    key: self.count.to_string(),
                    hash: String::new(),
                };
                let undone: store::Result<()> = store.write(move |tx| {
                    bulletins::import(tx, &source, &content, NOW, NOW)?;
                    Err(store::Error::NotFound("a reason to keep it"))
                });
                assert!(undone.is_err());
                return false;
            }
            Op::Look => self.processes[by].announcer.look().unwrap(),
            Op::Restart => {
                let places = self.places.clone();
                self.processes[by] = Process::start(&self.database, &self.fixture, places);
                self.waiting[by].clear();
                return false;
            }
        }
        true
    }

    fn look_everywhere(&mut self) {
        for at in [0, 1] {
            self.processes[at].announcer.look().unwrap();
            self.check(at, true);
        }
    }

    /// Compares what the terminals at a process heard with what the model says.
    fn check(&mut self, at: usize, looked: bool) {
        let listened = self.processes[at].listens.clone();
        let heard = self.processes[at].heard(&self.fixture);
        let waiting = if looked {
            std::mem::take(&mut self.waiting[at])
        } else {
            Vec::new()
        };
        let mut expected = Heard::new();
        for terminal in 0..TERMINALS {
            let (Some(listened), true) = (listened[terminal], looked) else {
                continue;
            };
            // With either its stream ends: it is told nothing after that.
            let end = match self.places[terminal] {
                None => Some("revoked"),
                Some(place) if place != listened => Some("terminal_changed"),
                Some(_) => None,
            };
            if let Some(end) = end {
                expected.insert((terminal, end.to_owned()), 1);
                let listens = self.processes[at].listens[terminal];
                assert_eq!(listens, None, "{terminal} goes on listening");
                continue;
            }
            let mine: Vec<&str> = waiting
                .iter()
                .filter(|(concerned, _)| self.concerns(*concerned, terminal, listened))
                .map(|(_, event)| *event)
                .collect();
            let moved = mine.contains(&MOVED);
            for event in mine {
                if event != MOVED && !(moved && event == "urgent_notice") {
                    *expected.entry((terminal, event.to_owned())).or_default() += 1;
                }
            }
        }
        let told: Vec<_> = heard.keys().collect();
        assert_eq!(told, expected.keys().collect::<Vec<_>>(), "at process {at}");
        for (what, often) in &heard {
            // Each notice and each roll call has an event of its own; anything else is one however
            // often it changed.
            let at_most = match what.1.as_str() {
                "urgent_notice" | "roll_call_opened" | "roll_call_changed" => expected[what],
                _ => 1,
            };
            assert!(
                *often <= at_most,
                "{what:?} was told {often} times to process {at}"
            );
        }
        let mut revoked: Vec<String> = std::mem::take(&mut *self.processes[at].revoked.lock());
        revoked.sort();
        let mut cut_off: Vec<String> = expected
            .keys()
            .filter(|(_, event)| event == "revoked")
            .map(|(terminal, _)| self.fixture.terminals[*terminal].clone())
            .collect();
        cut_off.sort();
        assert_eq!(revoked, cut_off);
        // Whoever was sent away and may come back is there again before anything else happens.
        let listens = &mut self.processes[at].listens;
        for (listens, place) in listens.iter_mut().zip(&self.places) {
            *listens = listens.or(place.filter(|_| looked));
        }
    }
}

fn follow(cases: u32, database: impl Fn() -> Option<TestDatabase>) {
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&proptest::collection::vec(op(), 1..40), |ops| {
            let Some(database) = database() else {
                return Ok(());
            };
            let mut world = World::new(database);
            for (by, op) in &ops {
                let looked = world.apply(*by, op);
                world.check(*by, looked);
                world.check(1 - *by, false);
            }
            world.look_everywhere();
            Ok(())
        })
        .unwrap();
}

#[test]
fn everybody_concerned_is_told_once_and_nobody_else_sqlite() {
    follow(40, || Some(TestDatabase::sqlite()));
}

#[test]
fn everybody_concerned_is_told_once_and_nobody_else_postgres() {
    follow(10, TestDatabase::postgres);
}

/// A backup that was put back beneath a running server.
#[test]
fn of_another_database_everything_is_told_to_everybody() {
    let mut world = World::new(TestDatabase::sqlite());
    write(&world.processes[0].store, store::feed::renew_epoch);
    let process = &mut world.processes[1];
    process.announcer.look().unwrap();
    process.announcer.look().unwrap();
    let events = [
        "duty_changed",
        "evaluations_changed",
        "feed_changed",
        "people_changed",
        "remote_actions_changed",
        "requests_changed",
        "roll_call_changed",
    ];
    let each = |terminal: usize| events.map(|event| ((terminal, event.to_owned()), 1));
    let expected: Heard = (0..TERMINALS).flat_map(each).collect();
    assert_eq!(process.heard(&world.fixture), expected);
}

/// Waits until it is so.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn what_cannot_wait_does_not_wait_for_documents() {
    let mut world = World::new(TestDatabase::sqlite());
    let place = world.id(1);
    let announcer = Arc::clone(&world.processes[0].announcer);
    let store = world.processes[0].store.clone();
    // As while the channels of a county are compared.
    let busy = announcer.documents.refreshing.lock();
    std::thread::scope(|scope| {
        let audience = place.clone();
        let publishing = scope.spawn(|| {
            let content = bulletins::Content {
                list: "finance".to_owned(),
                organization_id: audience.clone(),
                audience_id: audience,
                title: "通知".to_owned(),
                ..bulletins::Content::default()
            };
            let source = store::Source {
                key: "1".to_owned(),
                hash: String::new(),
            };
            write(&store, move |tx| {
                bulletins::import(tx, &source, &content, NOW, NOW)
            });
        });
        until("the documents are to be compared", || {
            announcer.documents.is_waiting()
        });
        let content = duty::Content {
            title: "值班室".to_owned(),
            organization_id: place,
            picture: Picture::Camera("sealed".to_owned()),
        };
        let told = scope.spawn(|| {
            write(&store, move |tx| {
                duty::create(tx, &duty::new_id(NOW), &content, "li", NOW)
            });
        });
        until("the duty room is told", || told.is_finished());
        told.join().unwrap();
        let at_place = |event: &str| -> Heard {
            let listeners = [2, 3].map(|terminal| ((terminal, event.to_owned()), 1));
            listeners.into()
        };
        let heard = |world: &mut World| {
            let mut heard = world.processes[0].heard(&world.fixture);
            // Below it documents are told, too.
            heard.retain(|(terminal, _), _| [2, 3].contains(terminal));
            heard
        };
        assert_eq!(heard(&mut world), at_place("duty_changed"));
        assert!(
            !publishing.is_finished(),
            "it is told before it is answered"
        );
        drop(busy);
        publishing.join().unwrap();
        assert_eq!(heard(&mut world), at_place("feed_changed"));
    });
}
