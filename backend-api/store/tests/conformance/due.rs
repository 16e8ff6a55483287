//! Deadlines: each happens once, never early, and none is lost, whatever clocks and servers do.

use std::collections::BTreeMap;
use std::sync::Barrier;

use contract::meeting::MeetingKind;
use contract::member::MemberStatus;
use contract::roll_call::Occasion;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::due::{self, Claim, Kind, LEASE_MS};
use store::roll_calls::{self, NewRollCall};
use store::testing::TestDatabase;
use store::{Error, Store, bulletins, meetings, settings};

use crate::fixture::{NOW, Town, bulletin, published, write};

const EXPIRY: Kind = Kind::BulletinExpiry;
const DAY: i64 = 24 * 3_600_000;

fn schedule(store: &Store, subject: &str, at_ms: i64) {
    let subject = subject.to_owned();
    write(store, move |tx| due::schedule(tx, EXPIRY, &subject, at_ms));
}

fn claim(store: &Store, limit: u32, now_ms: i64) -> Vec<Claim> {
    write(store, move |tx| due::claim(tx, limit, now_ms))
}

fn complete(store: &Store, claim: &Claim) -> bool {
    let claim = claim.clone();
    write(store, move |tx| due::complete(tx, &claim))
}

fn retry(store: &Store, claim: &Claim, now_ms: i64) {
    let claim = claim.clone();
    write(store, move |tx| due::retry(tx, &claim, now_ms));
}

fn next(store: &Store, now_ms: i64) -> Option<i64> {
    store.read(|tx| due::next(tx, now_ms)).unwrap()
}

fn subjects(claims: &[Claim]) -> Vec<&str> {
    claims.iter().map(|one| one.subject.as_str()).collect()
}

store::on_both_engines! {
    fn what_is_due_is_taken_in_the_order_of_its_time_and_by_one(database) {
        let store = database.open();
        for (subject, at_ms) in [("late", NOW + 2), ("soon", NOW + 1), ("later", NOW + 48), ("same", NOW + 1)] {
            schedule(&store, subject, at_ms);
        }
        assert_eq!(next(&store, NOW), Some(NOW + 1));
        assert!(claim(&store, 9, NOW).is_empty());
        let first = claim(&store, 2, NOW + 5);
        assert_eq!(subjects(&first), ["same", "soon"]);
        assert_eq!((first[0].at_ms, first[0].attempts), (NOW + 1, 1));
        let second = claim(&store, 9, NOW + 5);
        assert_eq!(subjects(&second), ["late"]);
        assert!(claim(&store, 9, NOW + 5).is_empty());
        assert_eq!(next(&store, NOW + 5), Some(NOW + 48));
        for one in first.iter().chain(&second) {
            assert!(complete(&store, one));
            assert!(!complete(&store, one), "once");
        }
        assert_eq!(store.read(|tx| due::planned(tx, EXPIRY, "later")).unwrap(), Some(NOW + 48));
        write(&store, |tx| due::cancel(tx, EXPIRY, "later"));
        assert_eq!(next(&store, NOW + 100), None);
        assert!(claim(&store, 9, NOW + 100).is_empty());
    }

    fn a_deadline_that_is_missing_is_found(database) {
        let store = database.open();
        let town = Town::new(&store);
        let expiring = bulletins::Content {
            expires_at_ms: Some(NOW + DAY),
            ..bulletin(&town.root, &town.root, "expires")
        };
        let notice = published(&store, &expiring).id;
        published(&store, &bulletin(&town.root, &town.root, "stays"));
        let meeting = |title: &str| meetings::Content {
            title: title.into(),
            agenda: String::new(),
            kind: MeetingKind::Broadcast,
            organization_id: town.root.id.clone(),
            audience_id: town.root.id.clone(),
            starts_at_ms: NOW + DAY,
            planned_ms: 3_600_000,
            record: false,
            recording_list: String::new(),
        };
        let (planned, live) = (meeting("planned"), meeting("live"));
        let (planned, live) = write(&store, move |tx| {
            let live = meetings::create(tx, &live, "li", NOW)?.id;
            meetings::start(tx, &live, NOW)?;
            Ok((meetings::create(tx, &planned, "li", NOW)?.id, live))
        });
        let called = NewRollCall {
            organization_id: town.root.id.clone(),
            title: "会".into(),
            occasion: Occasion::Meeting,
            statuses: vec![MemberStatus::Full],
            presence_secret: None,
            spot_checks: None,
            created_by: "li".into(),
            opens_at_ms: NOW + DAY,
            window_ms: 60_000,
            grace_ms: 0,
        };
        let roll_call = write(&store, move |tx| roll_calls::create(tx, &called, NOW)).id;
        assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
        for (kind, subject, broken) in [
            (Kind::BulletinExpiry, notice, "a bulletin expires"),
            (Kind::MeetingHiding, planned, "a meeting is to be hidden"),
            (Kind::MeetingForgotten, live, "a meeting goes on"),
            (Kind::RollCall, roll_call, "a round of a roll call is to open or close"),
        ] {
            let id = subject.clone();
            let at_ms = store.read(|tx| due::planned(tx, kind, &id)).unwrap().unwrap();
            write(&store, move |tx| due::cancel(tx, kind, &id));
            let found = store.integrity_check().unwrap();
            assert!(found.len() == 1 && found[0].starts_with(broken) && found[0].ends_with(&subject), "{found:?}");
            write(&store, move |tx| due::schedule(tx, kind, &subject, at_ms));
            assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
        }
    }

    fn a_lease_that_was_lost_completes_nothing(database) {
        let store = database.open();
        schedule(&store, "a", NOW);
        let died = claim(&store, 1, NOW).remove(0);
        assert_eq!(next(&store, NOW), Some(NOW + LEASE_MS));
        assert!(claim(&store, 1, NOW + LEASE_MS - 1).is_empty());
        let heir = claim(&store, 1, NOW + LEASE_MS).remove(0);
        assert_eq!(heir.attempts, 2);
        // The first one was only slow.
        assert!(!complete(&store, &died));
        retry(&store, &died, NOW);
        assert!(complete(&store, &heir));
        // Scheduled anew at the same time: another deadline, which the old lease is not for.
        schedule(&store, "a", NOW);
        assert!(!complete(&store, &died));
        assert!(!complete(&store, &heir));
        assert_eq!(claim(&store, 1, NOW).len(), 1);
    }

    fn scheduled_anew_meanwhile_it_stays(database) {
        let store = database.open();
        schedule(&store, "a", NOW);
        let old = claim(&store, 1, NOW).remove(0);
        schedule(&store, "a", NOW);
        schedule(&store, "a", NOW + 10);
        assert!(!complete(&store, &old));
        assert!(claim(&store, 1, NOW + 9).is_empty());
        let new = claim(&store, 1, NOW + 10).remove(0);
        assert_eq!((new.at_ms, new.attempts), (NOW + 10, 1));
        // The same time again is the same deadline, and does not disturb who is at it.
        schedule(&store, "a", NOW + 10);
        assert!(claim(&store, 1, NOW + 10).is_empty());
        // Done, it can plan its own next time.
        write(&store, move |tx| {
            assert!(due::complete(tx, &new)?);
            due::schedule(tx, EXPIRY, "a", NOW + 20)
        });
        assert_eq!(next(&store, NOW + 10), Some(NOW + 20));
    }

    fn a_failure_waits_longer_each_time_and_never_longer_than_a_lease(database) {
        let store = database.open();
        schedule(&store, "a", NOW);
        let mut now = NOW;
        let mut waits = Vec::new();
        for _ in 0..8 {
            let failed = claim(&store, 1, now).remove(0);
            retry(&store, &failed, now);
            let again = next(&store, now).unwrap();
            assert!(claim(&store, 1, again - 1).is_empty());
            waits.push((again - now) / 1_000);
            now = again;
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
    }

    fn a_clock_that_is_set_back_holds_nothing_for_longer_than_a_lease(database) {
        let store = database.open();
        schedule(&store, "leased", NOW);
        schedule(&store, "failed", NOW);
        let ahead = claim(&store, 9, NOW + 48 * DAY);
        retry(&store, &ahead[0], NOW + 48 * DAY);
        // Set right, the clock is 48 days back.
        assert_eq!(next(&store, NOW), Some(NOW), "to be looked at now");
        assert!(claim(&store, 9, NOW).is_empty());
        assert_eq!(next(&store, NOW), Some(NOW + LEASE_MS));
        let right = claim(&store, 9, NOW + LEASE_MS);
        assert_eq!(subjects(&right), ["failed", "leased"]);
        assert!(!complete(&store, &ahead[1]));
        assert!(right.iter().all(|one| complete(&store, one)));
        assert_eq!(next(&store, NOW + 49 * DAY), None);
    }

    fn of_many_servers_one_does_it(database) {
        const DEADLINES: usize = 40;
        const SERVERS: usize = 4;
        let store = database.open();
        for number in 0..DEADLINES {
            schedule(&store, &number.to_string(), NOW);
        }
        let together = Barrier::new(SERVERS);
        std::thread::scope(|scope| {
            for server in 0..SERVERS {
                let (store, together) = (&store, &together);
                scope.spawn(move || {
                    together.wait();
                    // Their clocks differ so much that they take each other's leases for over.
                    let now = NOW + LEASE_MS * i64::try_from(server).unwrap();
                    loop {
                        let claims = claim(store, 3, now);
                        let Some(last) = claims.last().cloned() else { break };
                        for one in claims {
                            let done = store.write::<(), Error, _>(move |tx| {
                                let count = settings::get(tx, &one.subject)?;
                                settings::set(tx, &one.subject, &format!("{}I", count.unwrap_or_default()))?;
                                if due::complete(tx, &one)? { Ok(()) } else { Err(Error::NotFound("deadline")) }
                            });
                            assert!(matches!(done, Ok(()) | Err(Error::NotFound("deadline"))));
                        }
                        assert!(!complete(store, &last));
                    }
                });
            }
        });
        for number in 0..DEADLINES {
            let count = store.read(|tx| settings::get(tx, &number.to_string())).unwrap();
            assert_eq!(count.as_deref(), Some("I"), "{number}");
        }
    }
}

#[test]
fn whoever_waits_is_told_after_the_commit_and_only_then() {
    let database = TestDatabase::sqlite();
    let store = database.open();
    let (told, heard) = std::sync::mpsc::channel();
    let seen = store.clone();
    store.on_deadline(move || {
        let _ = told.send(next(&seen, NOW));
    });
    let refused = store.write::<(), Error, _>(|tx| {
        due::schedule(tx, EXPIRY, "a", NOW)?;
        Err(Error::NotFound("thing"))
    });
    assert!(refused.is_err());
    write(&store, |tx| settings::set(tx, "other", "thing"));
    assert!(heard.try_recv().is_err());
    schedule(&store, "a", NOW + 1);
    assert_eq!(heard.try_recv(), Ok(Some(NOW + 1)));
    assert!(heard.try_recv().is_err());
}

const SUBJECTS: usize = 5;
const SERVERS: usize = 3;

#[derive(Clone, Copy, Debug)]
enum Op {
    /// Plans a subject so far from now.
    Schedule {
        subject: usize,
        in_ms: i64,
    },
    Cancel {
        subject: usize,
    },
    /// A server takes what is due by its clock.
    Claim {
        server: usize,
        limit: u32,
    },
    /// A server is done with what it took first, and may plan it anew in the same transaction.
    Finish {
        server: usize,
        anew_in_ms: Option<i64>,
    },
    /// It failed.
    Fail {
        server: usize,
    },
    /// A server dies with all it took, and starts again.
    Crash {
        server: usize,
    },
    /// Time passes.
    Pass {
        ms: i64,
    },
    /// One server's clock is set.
    Jump {
        server: usize,
        ms: i64,
    },
}

fn op() -> impl Strategy<Value = Op> {
    let span = prop_oneof![3 => -2_000..40_000_i64, 1 => -3 * DAY..3 * DAY];
    let server = 0..SERVERS;
    prop_oneof![
        4 => (0..SUBJECTS, span.clone()).prop_map(|(subject, in_ms)| Op::Schedule { subject, in_ms }),
        1 => (0..SUBJECTS).prop_map(|subject| Op::Cancel { subject }),
        6 => (server.clone(), 1..4_u32).prop_map(|(server, limit)| Op::Claim { server, limit }),
        5 => (server.clone(), proptest::option::weighted(0.2, span.clone()))
            .prop_map(|(server, anew_in_ms)| Op::Finish { server, anew_in_ms }),
        1 => server.clone().prop_map(|server| Op::Fail { server }),
        1 => server.clone().prop_map(|server| Op::Crash { server }),
        4 => prop_oneof![3 => 1..20_000_i64, 1 => 20_000..2 * DAY].prop_map(|ms| Op::Pass { ms }),
        2 => (server, span).prop_map(|(server, ms)| Op::Jump { server, ms }),
    ]
}

/// A deadline as the model knows it.
#[derive(Debug)]
struct Planned {
    at_ms: i64,
    /// Which plan it is: each is to happen once.
    plan: usize,
    /// The claim that has it.
    holder: Option<usize>,
    held_until_ms: i64,
    attempts: u32,
}

/// What a server took.
struct Taken {
    number: usize,
    plan: usize,
    claim: Claim,
}

/// The same in memory, and slowly: everything is looked through each time.
struct Model<'s> {
    store: &'s Store,
    now_ms: i64,
    offsets: [i64; SERVERS],
    taken: [Vec<Taken>; SERVERS],
    planned: BTreeMap<String, Planned>,
    /// How often each plan happened; `None`: it was given up.
    plans: Vec<Option<u32>>,
    claims: usize,
}

impl Model<'_> {
    fn clock(&self, server: usize) -> i64 {
        self.now_ms + self.offsets[server]
    }

    fn plan(&mut self, subject: &str, at_ms: i64) {
        if self
            .planned
            .get(subject)
            .is_some_and(|old| old.at_ms == at_ms)
        {
            return;
        }
        self.give_up(subject);
        let planned = Planned {
            at_ms,
            plan: self.plans.len(),
            holder: None,
            held_until_ms: 0,
            attempts: 0,
        };
        self.plans.push(Some(0));
        self.planned.insert(subject.to_owned(), planned);
    }

    fn give_up(&mut self, subject: &str) {
        if let Some(old) = self.planned.remove(subject) {
            assert_eq!(self.plans[old.plan], Some(0));
            self.plans[old.plan] = None;
        }
    }

    fn claim(&mut self, server: usize, limit: u32, now_ms: i64) {
        for one in self.planned.values_mut() {
            one.held_until_ms = one.held_until_ms.min(now_ms + LEASE_MS);
        }
        let claims = claim(self.store, limit, now_ms);
        let mut free: Vec<(i64, String)> = self
            .planned
            .iter()
            .filter(|(_, one)| one.at_ms <= now_ms && one.held_until_ms <= now_ms)
            .map(|(subject, one)| (one.at_ms, subject.clone()))
            .collect();
        free.sort();
        free.truncate(limit as usize);
        assert_eq!(claims.len(), free.len());
        for (claim, (at_ms, subject)) in claims.into_iter().zip(free) {
            let one = self.planned.get_mut(&subject).unwrap();
            one.attempts += 1;
            one.holder = Some(self.claims);
            one.held_until_ms = now_ms + LEASE_MS;
            assert!(claim.at_ms <= now_ms, "early");
            let found = (claim.subject.as_str(), claim.at_ms, claim.attempts);
            assert_eq!(found, (subject.as_str(), at_ms, one.attempts));
            self.taken[server].push(Taken {
                number: self.claims,
                plan: one.plan,
                claim,
            });
            self.claims += 1;
        }
    }

    fn is_held(&self, taken: &Taken) -> bool {
        let one = self.planned.get(&taken.claim.subject);
        one.is_some_and(|one| one.holder == Some(taken.number))
    }

    fn finish(&mut self, server: usize, anew_in_ms: Option<i64>) {
        if self.taken[server].is_empty() {
            return;
        }
        let taken = self.taken[server].remove(0);
        let held = self.is_held(&taken);
        let anew_at_ms = anew_in_ms.map(|ms| self.clock(server) + ms);
        let claim = taken.claim.clone();
        let done = self.store.write::<(), Error, _>(move |tx| {
            if !due::complete(tx, &claim)? {
                return Err(Error::NotFound("deadline"));
            }
            match anew_at_ms {
                Some(at_ms) => due::schedule(tx, claim.kind, &claim.subject, at_ms),
                None => Ok(()),
            }
        });
        assert_eq!(done.is_ok(), held);
        if held {
            let happened = self.plans[taken.plan].as_mut().expect("it was given up");
            *happened += 1;
            self.planned.remove(&taken.claim.subject);
            if let Some(at_ms) = anew_at_ms {
                self.plan(&taken.claim.subject, at_ms);
            }
        }
    }

    fn apply(&mut self, op: Op) {
        match op {
            Op::Schedule { subject, in_ms } => {
                let at_ms = self.now_ms + in_ms;
                schedule(self.store, &subject.to_string(), at_ms);
                self.plan(&subject.to_string(), at_ms);
            }
            Op::Cancel { subject } => {
                let subject = subject.to_string();
                self.give_up(&subject);
                write(self.store, move |tx| due::cancel(tx, EXPIRY, &subject));
            }
            Op::Claim { server, limit } => {
                let now_ms = self.clock(server);
                self.claim(server, limit, now_ms);
            }
            Op::Finish { server, anew_in_ms } => self.finish(server, anew_in_ms),
            Op::Fail { server } => {
                if self.taken[server].is_empty() {
                    return;
                }
                let taken = self.taken[server].remove(0);
                let now_ms = self.clock(server);
                retry(self.store, &taken.claim, now_ms);
                if self.is_held(&taken) {
                    let one = self.planned.get_mut(&taken.claim.subject).unwrap();
                    one.holder = None;
                    let wait_ms = (1_000_i64 << (taken.claim.attempts - 1).min(16)).min(LEASE_MS);
                    one.held_until_ms = now_ms + wait_ms;
                }
            }
            Op::Crash { server } => self.taken[server].clear(),
            Op::Pass { ms } => self.now_ms += ms,
            Op::Jump { server, ms } => self.offsets[server] += ms,
        }
        for server in 0..SERVERS {
            let now_ms = self.clock(server);
            assert_eq!(next(self.store, now_ms), self.next(now_ms));
        }
    }

    fn next(&self, now_ms: i64) -> Option<i64> {
        let all = self.planned.values();
        let stale = |one: &Planned| one.held_until_ms > now_ms + LEASE_MS;
        if all.clone().any(stale) {
            return Some(now_ms);
        }
        let free = |one: &Planned| one.held_until_ms <= now_ms;
        all.map(|one| {
            if free(one) {
                one.at_ms
            } else {
                one.held_until_ms
            }
        })
        .min()
    }

    /// All servers die; one starts when everything is overdue, by whatever clock leases were taken.
    fn recover(&mut self) {
        self.taken = std::array::from_fn(|_| Vec::new());
        let last = self.planned.values().map(|one| one.at_ms).max();
        self.now_ms = self.now_ms.max(last.unwrap_or(0));
        let now_ms = self.now_ms;
        self.claim(0, 100, now_ms);
        let mut times: Vec<i64> = Vec::new();
        while !self.taken[0].is_empty() {
            times.push(self.taken[0][0].claim.at_ms);
            self.finish(0, None);
        }
        assert!(times.is_sorted());
        // A lease or a wait is over at the latest a lease after it was seen.
        self.claim(0, 100, now_ms + LEASE_MS);
        while !self.taken[0].is_empty() {
            self.finish(0, None);
        }
        assert_eq!(next(self.store, now_ms), None, "lost");
        for (plan, happened) in self.plans.iter().enumerate() {
            assert!(
                matches!(happened, None | Some(1)),
                "plan {plan}: {happened:?}"
            );
        }
    }
}

#[test]
fn each_happens_once_never_early_and_none_is_lost() {
    let config = Config {
        cases: 96,
        failure_persistence: None,
        ..Config::default()
    };
    let all = proptest::collection::vec(op(), 1..70);
    let result = TestRunner::new(config).run(&all, |ops| {
        let database = TestDatabase::sqlite();
        let store = database.open();
        let mut model = Model {
            store: &store,
            now_ms: NOW,
            offsets: [0; SERVERS],
            taken: std::array::from_fn(|_| Vec::new()),
            planned: BTreeMap::new(),
            plans: Vec::new(),
            claims: 0,
        };
        for op in ops {
            model.apply(op);
        }
        model.recover();
        Ok(())
    });
    result.unwrap();
}
