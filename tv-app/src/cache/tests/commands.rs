//! Commands of every policy in one outbox, whatever crashes and gets lost: the server counts each
//! exactly once, and nobody waits for what nobody waits for.

use std::collections::HashMap;

use contract::meeting::ViewingReport;
use contract::member::{MemberRef, Proof};
use contract::roll_call::{AttendanceState, SignIn, SignedIn};
use contract::terminal::ProgressReport;
use proptest::prelude::*;

use super::outbox::{JUMP_MS, LENGTH_MS, are_merged};
use super::{Fixture, NOW};
use crate::cache::NewSignIn;
use crate::cache::command::{Priority, Reply, Waiting};

#[derive(Clone, Debug)]
enum Op {
    SignIn {
        member: u8,
    },
    /// So much more of a programme was watched, or, after a jump, from elsewhere on.
    Watch {
        programme: u8,
        ms: i64,
        jumped: bool,
    },
    View {
        viewing: u8,
    },
    Take {
        interactive: bool,
    },
    Deliver {
        acknowledged: bool,
    },
    Crash,
    Reboot,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        3 => (0..3_u8).prop_map(|member| Op::SignIn { member }),
        3 => (0..2_u8, 0..1000_i64, proptest::bool::weighted(0.2))
            .prop_map(|(programme, ms, jumped)| Op::Watch { programme, ms, jumped }),
        3 => (0..2_u8).prop_map(|viewing| Op::View { viewing }),
        6 => any::<bool>().prop_map(|interactive| Op::Take { interactive }),
        6 => any::<bool>().prop_map(|acknowledged| Op::Deliver { acknowledged }),
        1 => Just(Op::Crash),
        1 => Just(Op::Reboot),
    ]
}

/// A server that knows idempotency keys, and what it has understood.
#[derive(Default)]
struct Server {
    /// By key: path, and the body without what is told anew with every attempt.
    seen: HashMap<String, (String, String)>,
    watched: HashMap<String, i64>,
    viewings: HashMap<String, i64>,
}

impl Server {
    fn receive(&mut self, one: &Waiting) {
        let request = &one.request;
        let mut body = request.body.clone();
        if request.kind == "sign_in" {
            let mut sign_in: SignIn = serde_json::from_str(&body).unwrap();
            sign_in.time = contract::roll_call::SignInTime::default();
            body = serde_json::to_string(&sign_in).unwrap();
        }
        let now = (request.path.clone(), body);
        if let Some(before) = self.seen.get(&request.key) {
            assert_eq!(*before, now, "one key, one content");
            return;
        }
        match request.kind.as_str() {
            "progress" => {
                let report: ProgressReport = serde_json::from_str(&now.1).unwrap();
                *self.watched.entry(now.0.clone()).or_default() += report.watched_ms;
            }
            "viewing" => {
                let report: ViewingReport = serde_json::from_str(&now.1).unwrap();
                self.viewings.insert(now.0.clone(), report.watched_ms);
            }
            _ => {}
        }
        self.seen.insert(request.key.clone(), now);
    }
}

fn acknowledge(fixture: &Fixture, one: &Waiting) {
    let reply = (one.request.kind == "sign_in").then(|| {
        Reply::SignIn(SignedIn {
            member: MemberRef::default(),
            state: AttendanceState::Present,
            repeated: false,
            signed_at_ms: NOW,
            verify: None,
            household_missing: Vec::new(),
        })
    });
    let cache = &fixture.cache;
    cache.command_answered(one.seq, reply.as_ref()).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]
    #[test]
    fn every_command_counts_exactly_once(ops in proptest::collection::vec(op(), 1..60)) {
        let mut fixture = Fixture::new();
        let mut server = Server::default();
        let mut in_flight: Vec<Waiting> = Vec::new();
        let (mut pressed, mut views, mut positions) = (Vec::new(), 0, [0; 2]);
        let mut watched: HashMap<String, i64> = HashMap::new();
        let mut viewings: HashMap<String, i64> = HashMap::new();
        let take = |fixture: &Fixture, priority, in_flight: &[Waiting]| {
            let busy: Vec<String> = in_flight.iter().map(|one| one.lane.clone()).collect();
            fixture.cache.take_command(priority, &busy).unwrap()
        };
        for op in ops {
            fixture.clock.advance(7);
            let cache = &fixture.cache;
            match op {
                Op::SignIn { member } => {
                    let key = format!("k{}", pressed.len());
                    cache.enqueue(&NewSignIn {
                        key: key.clone(),
                        roll_call_id: "r".to_owned(),
                        title: String::new(),
                        round: 1,
                        proof: Proof::Pin { member_id: format!("m{member}"), pin: "580316".to_owned() },
                        name: String::new(),
                        presence_code: None,
                    }).unwrap();
                    pressed.push(key);
                    // Whatever is on its way in the background, this is next if nobody else waits.
                    if in_flight.iter().all(|one| one.request.kind != "sign_in") {
                        let next = take(&fixture, Priority::Interactive, &in_flight);
                        in_flight.push(next.expect("somebody waits"));
                    }
                }
                Op::Watch { programme, ms, jumped } => {
                    let position = &mut positions[usize::from(programme)];
                    *position += ms + if jumped { JUMP_MS } else { 0 };
                    cache.record_progress(&format!("p{programme}"), *position, LENGTH_MS, ms, NOW).unwrap();
                    *watched.entry(format!("/api/v1/terminal/progress/p{programme}")).or_default() += ms;
                }
                Op::View { viewing } => {
                    views += 1;
                    let report = ViewingReport { watched_ms: views, ..ViewingReport::default() };
                    cache.record_viewing(&format!("v{viewing}"), &report).unwrap();
                    viewings.insert(format!("/api/v1/terminal/viewings/v{viewing}"), views);
                }
                Op::Take { interactive } => {
                    let priority = if interactive { Priority::Interactive } else { Priority::Background };
                    let next = take(&fixture, priority, &in_flight);
                    prop_assert!(next.iter().all(|one| (one.request.kind == "sign_in") == interactive));
                    in_flight.extend(next);
                }
                Op::Deliver { acknowledged } => {
                    // The first that was sent is the first that arrives: a lane has one on its way.
                    if !in_flight.is_empty() {
                        let one = in_flight.remove(0);
                        server.receive(&one);
                        if acknowledged {
                            acknowledge(&fixture, &one);
                        }
                    }
                }
                Op::Crash => {
                    in_flight.clear();
                    fixture.reopen();
                }
                Op::Reboot => {
                    in_flight.clear();
                    fixture.clock.reboot();
                    fixture.reopen();
                }
            }
            let mut reports = fixture.cache.pending();
            reports.retain(|one| one.request.kind == "progress");
            prop_assert!(are_merged(&reports));
        }
        for priority in [Priority::Interactive, Priority::Background] {
            while let Some(one) = take(&fixture, priority, &[]) {
                server.receive(&one);
                acknowledge(&fixture, &one);
            }
        }
        prop_assert!(fixture.cache.pending().is_empty());
        prop_assert_eq!(server.watched, watched);
        prop_assert_eq!(server.viewings, viewings);
        prop_assert!(pressed.iter().all(|key| server.seen.contains_key(key)));
    }
}
