//! Roll calls.

use std::collections::BTreeMap;
use std::sync::{Arc, Barrier};

use contract::member::MemberStatus;
use contract::organization::{Organization, OrganizationRef};
use contract::roll_call::{
    AttendanceState, Counts, Method, RollCallState, SpotChecks, VerifyReason,
};
use contract::terminal::{Terminal, TerminalKind};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::due::{self, Kind};
use store::members::{self, Content};
use store::roll_calls::changes::{self, Changes};
use store::roll_calls::sign_ins::{self, Answer, Ask, SignIn, Who};
use store::roll_calls::standing::{self, Wanted};
use store::roll_calls::{self, NewRollCall, RollCall, RoundState, rounds};
use store::terminals::{self, NewTerminal};
use store::{Error, Store, households};

use crate::fixture::{NOW, Town, write};

const MINUTE: i64 = 60_000;

fn member(store: &Store, organization: &Organization, content: Content) -> String {
    let organization_id = organization.id.clone();
    write(store, move |tx| {
        let id = members::new_id(NOW);
        members::create(tx, &id, &organization_id, &content, None, NOW).map(|record| record.id)
    })
}

fn named(name: &str) -> Content {
    Content {
        name: name.into(),
        ..Content::default()
    }
}

fn exempt(name: &str) -> Content {
    Content {
        exempt_reason: Some("年老体弱".into()),
        ..named(name)
    }
}

fn terminal(
    store: &Store,
    organization: &Organization,
    kind: TerminalKind,
    token: &str,
) -> Terminal {
    let new = NewTerminal {
        kind,
        name: token.into(),
        organization_id: organization.id.clone(),
        token_sha256: token.into(),
    };
    write(store, move |tx| terminals::create(tx, &new, NOW))
}

/// A household with its TV, and the TV.
fn home(store: &Store, organization: &Organization, name: &str) -> (String, Terminal) {
    let terminal = terminal(store, organization, TerminalKind::Household, name);
    let (organization_id, name, terminal_id) = (
        organization.id.clone(),
        name.to_owned(),
        terminal.id.clone(),
    );
    let id = write(store, move |tx| {
        let household = households::create(tx, &organization_id, &name, NOW)?;
        households::bind(tx, &household.id, Some(&terminal_id))?;
        Ok(household.id)
    });
    (id, terminal)
}

fn new(organization: &Organization) -> NewRollCall {
    NewRollCall {
        organization_id: organization.id.clone(),
        title: "主题党日".into(),
        occasion: contract::roll_call::Occasion::Activity,
        statuses: vec![MemberStatus::Full, MemberStatus::Probationary],
        presence_secret: None,
        spot_checks: None,
        created_by: "li".into(),
        opens_at_ms: NOW,
        window_ms: 10 * MINUTE,
        grace_ms: 5 * MINUTE,
    }
}

fn create(store: &Store, new: NewRollCall) -> String {
    write(store, move |tx| {
        roll_calls::create(tx, &new, NOW).map(|made| made.id)
    })
}

fn open(store: &Store, id: &str, at_ms: Option<i64>, now_ms: i64) -> bool {
    let id = id.to_owned();
    write(store, move |tx| rounds::open(tx, &id, at_ms, now_ms))
}

fn opened(store: &Store, organization: &Organization) -> String {
    let id = create(store, new(organization));
    assert!(open(store, &id, None, NOW));
    id
}

fn get(store: &Store, id: &str) -> RollCall {
    let (roll_call, planned) = store
        .read(|tx| {
            Ok::<_, Error>((
                roll_calls::get(tx, id)?,
                due::planned(tx, Kind::RollCall, id)?,
            ))
        })
        .unwrap();
    let roll_call = roll_call.unwrap();
    // Whatever was done, the deadline is its next moment.
    let moments = roll_call
        .rounds
        .iter()
        .filter_map(|round| match round.state {
            RoundState::Planned => Some(round.opens_at_ms),
            RoundState::Open => Some(round.closes_at_ms),
            RoundState::Closed | RoundState::Cancelled => None,
        });
    assert_eq!(planned, moments.min());
    roll_call
}

fn sign_in(roll_call: &str, round: u32, member: &str, state: AttendanceState) -> SignIn {
    SignIn {
        roll_call_id: roll_call.into(),
        round,
        member_id: member.into(),
        answer: Answer {
            state,
            signed_at_ms: NOW + 1,
            verify: (state == AttendanceState::ToVerify).then_some(VerifyReason::WrongPin),
        },
        method: Method::Remote,
        guest: false,
        terminal_id: None,
        received_at_ms: NOW + 2,
        claimed_at_ms: NOW + 3,
        offset_ms: -4,
    }
}

fn keep(store: &Store, sign_ins: Vec<SignIn>) {
    write(store, move |tx| sign_ins::keep(tx, &sign_ins));
}

fn counts(store: &Store, id: &str, within: Option<&str>) -> Counts {
    store.read(|tx| standing::counts(tx, id, within)).unwrap()
}

fn states(store: &Store, id: &str) -> BTreeMap<String, AttendanceState> {
    let wanted = Wanted {
        limit: 100,
        ..Wanted::default()
    };
    let lines = store
        .read(|tx| standing::attendance(tx, id, wanted))
        .unwrap();
    lines
        .into_iter()
        .map(|line| (line.member.id, line.state))
        .collect()
}

fn correct(store: &Store, id: &str, member: &str, state: AttendanceState) {
    let (id, member) = (id.to_owned(), member.to_owned());
    write(store, move |tx| {
        standing::correct(tx, &id, &member, state, "当面核实", "li", NOW).map(|_| ())
    });
}

store::on_both_engines! {
    fn who_is_called_is_fixed_when_it_opens(database) {
        let store = database.open();
        let town = Town::new(&store);
        let full = member(&store, &town.branch, named("一"));
        let frail = member(&store, &town.west, exempt("二"));
        let probationary = member(&store, &town.west, Content { status: MemberStatus::Probationary, ..named("三") });
        let villager = member(&store, &town.west, Content { status: MemberStatus::Villager, ..named("四") });
        let target = member(&store, &town.west, Content { status: MemberStatus::DevelopmentTarget, ..named("八") });
        let elsewhere = member(&store, &town.east, named("五"));
        let left = member(&store, &town.west, named("六"));
        let gone = left.clone();
        write(&store, move |tx| members::moves::set_left(tx, &gone, Some(NOW - 1), NOW));
        let id = create(&store, new(&town.west));
        assert_eq!(get(&store, &id).state, RollCallState::Scheduled);
        assert_eq!(counts(&store, &id, None), Counts::default());
        assert!(open(&store, &id, None, NOW));
        assert!(!open(&store, &id, None, NOW), "once");

        // Nobody who comes later is called, and whoever leaves stays called.
        let late = member(&store, &town.west, named("七"));
        let moved = full.clone();
        write(&store, move |tx| members::moves::set_left(tx, &moved, Some(NOW + 1), NOW));
        let called: Vec<String> = states(&store, &id).into_keys().collect();
        let mut expected = [full, frail.clone(), probationary];
        expected.sort();
        assert_eq!(called, expected);
        for member in [villager, target, elsewhere, left, late] {
            assert!(!called.contains(&member));
        }
        let counts = counts(&store, &id, None);
        assert_eq!((counts.eligible, counts.exempt, counts.missing, counts.rate_bp), (3, 1, 2, Some(0)));
        assert_eq!(states(&store, &id)[&frail], AttendanceState::Exempt);
    }

    fn one_row_for_one_answer_and_the_first_that_counts_stands(database) {
        let store = database.open();
        let town = Town::new(&store);
        let one = member(&store, &town.west, named("一"));
        let two = member(&store, &town.west, named("二"));
        let id = opened(&store, &town.west);
        use AttendanceState::{Late, Present, ToVerify};
        for (state, stands) in [(ToVerify, ToVerify), (Late, Late), (Present, Late), (ToVerify, Late)] {
            keep(&store, vec![sign_in(&id, 1, &one, state)]);
            assert_eq!(states(&store, &id)[&one], stands, "{state:?}");
        }
        // Many senders of the same at once, each with a neighbour of its own.
        let barrier = Arc::new(Barrier::new(8));
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let (store, barrier) = (store.clone(), Arc::clone(&barrier));
                let batch = vec![sign_in(&id, 1, &two, Present), sign_in(&id, 1, &one, Present)];
                std::thread::spawn(move || {
                    barrier.wait();
                    keep(&store, batch);
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let counts = counts(&store, &id, None);
        assert_eq!((counts.present, counts.late, counts.eligible), (2, 1, 2));
        let wanted = Wanted { limit: 9, ..Wanted::default() };
        let lines = store.read(|tx| standing::attendance(tx, &id, wanted)).unwrap();
        assert!(lines.iter().all(|line| line.sign_ins.len() == 1));
    }

    fn standing_is_what_the_decision_says(database) {
        let store = database.open();
        let town = Town::new(&store);
        // How one member's rounds were answered, exempt or not, corrected or not.
        let answer = prop::option::of(prop::sample::select(vec![
            AttendanceState::Present, AttendanceState::Late, AttendanceState::ToVerify,
        ]));
        let correction = prop::option::weighted(0.3, prop::sample::select(vec![
            AttendanceState::Present, AttendanceState::Late, AttendanceState::Leave,
            AttendanceState::Exempt, AttendanceState::Missing,
        ]));
        let person = (any::<bool>(), prop::collection::vec(answer, 3), correction);
        let cases = (1..=3_u32, prop::collection::vec(person, 1..6));
        let mut runner = TestRunner::new(Config { cases: 15, failure_persistence: None, ..Config::default() });
        runner.run(&cases, |(held, people)| {
            let branch = crate::fixture::organization(&store, Some(&town.root), &uuid());
            let ids: Vec<String> = people
                .iter()
                .map(|(frail, ..)| member(&store, &branch, if *frail { exempt("甲") } else { named("乙") }))
                .collect();
            let id = opened(&store, &branch);
            for _ in 1..held {
                let id = id.clone();
                write(&store, move |tx| rounds::add(tx, &id, MINUTE, NOW));
            }
            let mut expected = BTreeMap::new();
            let mut sum = Counts::default();
            for (member, (frail, answers, correction)) in ids.iter().zip(&people) {
                let answers = &answers[..held as usize];
                for (round, answer) in (1..).zip(answers) {
                    if let Some(state) = answer {
                        keep(&store, vec![sign_in(&id, round, member, *state)]);
                    }
                }
                if let Some(state) = correction {
                    correct(&store, &id, member, *state);
                }
                let state = match correction {
                    Some(corrected) => *corrected,
                    None if *frail => AttendanceState::Exempt,
                    None if answers.contains(&Some(AttendanceState::ToVerify)) => AttendanceState::ToVerify,
                    None if answers.contains(&None) => AttendanceState::Missing,
                    None => answers[0].unwrap(),
                };
                expected.insert(member.clone(), state);
                sum.eligible += 1;
                match state {
                    AttendanceState::Present => sum.present += 1,
                    AttendanceState::Late => { sum.present += 1; sum.late += 1; }
                    AttendanceState::Leave => sum.leave += 1,
                    AttendanceState::Exempt => sum.exempt += 1,
                    AttendanceState::ToVerify => sum.to_verify += 1,
                    AttendanceState::Missing => sum.missing += 1,
                    AttendanceState::Guest => unreachable!("never called"),
                }
            }
            sum.rate_bp = (sum.eligible > sum.exempt).then(|| {
                let rate = f64::from(sum.present) * 10_000.0 / f64::from(sum.eligible - sum.exempt);
                (rate + 0.5).floor() as u32
            });
            prop_assert_eq!(states(&store, &id), expected.clone());
            prop_assert_eq!(counts(&store, &id, None), sum);
            prop_assert_eq!(counts(&store, &id, Some(&town.root.id)), sum);
            let results = store.read(|tx| standing::results(tx, &id, Some(&branch.id))).unwrap();
            prop_assert_eq!(results.len(), 1);
            prop_assert_eq!(results[0].counts, sum);
            for (member, state) in expected {
                let own = store.read(|tx| standing::of_member(tx, &member, 9)).unwrap();
                prop_assert_eq!(own.len(), 1);
                prop_assert_eq!(own[0].state, state);
                // Filtered by how they stand, they are found.
                let wanted = Wanted { state: Some(state), limit: 100, ..Wanted::default() };
                let lines = store.read(|tx| standing::attendance(tx, &id, wanted)).unwrap();
                prop_assert!(lines.iter().all(|line| line.state == state));
                prop_assert!(lines.iter().any(|line| line.member.id == member));
            }
            Ok(())
        }).unwrap();
    }

    fn rounds_open_and_close_once_and_in_their_order(database) {
        let store = database.open();
        let town = Town::new(&store);
        let spot = SpotChecks { count: 2, within_ms: 60 * MINUTE, window_ms: 5 * MINUTE };
        let id = create(&store, NewRollCall { spot_checks: Some(spot), ..new(&town.west) });
        let due = |now: i64| store.read(|tx| rounds::due(tx, now)).unwrap();
        assert!(due(NOW - 1).is_empty());
        assert_eq!(due(NOW).len(), 1);
        assert!(due(NOW)[0].opens);
        assert!(open(&store, &id, None, NOW));
        let close_at = NOW + 15 * MINUTE;
        assert!(due(close_at - 1).is_empty());
        assert_eq!((due(close_at).len(), due(close_at)[0].opens), (1, false));
        let openings = vec![close_at + 10 * MINUTE, close_at + 30 * MINUTE];
        let close = |number: u32, openings: Vec<i64>| {
            let id = id.clone();
            write(&store, move |tx| rounds::close_round(tx, &id, number, &openings))
        };
        assert!(close(1, openings.clone()));
        assert!(!close(1, openings), "once, or there would be more spot checks");
        let roll_call = get(&store, &id);
        assert_eq!(roll_call.state, RollCallState::Open);
        assert_eq!(roll_call.rounds.len(), 3);

        // Staff add one before them: the numbers follow the order of opening.
        let added = { let id = id.clone(); write(&store, move |tx| rounds::add(tx, &id, MINUTE, close_at + MINUTE)) };
        assert_eq!((added.number, added.state), (2, RoundState::Open));
        let roll_call = get(&store, &id);
        let planned: Vec<(u32, i64)> = roll_call.rounds.iter()
            .filter(|round| round.state == RoundState::Planned)
            .map(|round| (round.number, round.opens_at_ms)).collect();
        assert_eq!(planned, [(3, close_at + 10 * MINUTE), (4, close_at + 30 * MINUTE)]);
        assert!(close(2, Vec::new()));

        // One opens late by a minute, and for its whole time; the other was slept through.
        let late = close_at + 11 * MINUTE;
        let spot_check = |number: u32| { let id = id.clone(); write(&store, move |tx| rounds::open_spot_check(tx, &id, number, late)) };
        assert!(spot_check(3));
        assert!(!spot_check(3));
        let round = *get(&store, &id).round(3).unwrap();
        assert_eq!((round.opens_at_ms, round.closes_at_ms), (late, late + 5 * MINUTE));
        assert!(close(3, Vec::new()));
        assert_eq!(get(&store, &id).state, RollCallState::Open, "one is to come");
        let leave_out = || { let id = id.clone(); write(&store, move |tx| rounds::leave_out(tx, &id, 4)) };
        assert!(leave_out());
        assert!(!leave_out());
        let over = get(&store, &id);
        assert_eq!((over.state, over.closed_at_ms), (RollCallState::Closed, Some(late + 5 * MINUTE)));
        assert!(due(i64::MAX / 2).is_empty());
    }

    fn staff_open_close_and_cancel(database) {
        let store = database.open();
        let town = Town::new(&store);
        let id = create(&store, NewRollCall { opens_at_ms: NOW + 60 * MINUTE, ..new(&town.west) });
        assert!(open(&store, &id, Some(NOW + MINUTE), NOW + MINUTE));
        let round = *get(&store, &id).round(1).unwrap();
        assert_eq!(
            (round.opens_at_ms, round.late_at_ms, round.closes_at_ms),
            (NOW + MINUTE, NOW + 11 * MINUTE, NOW + 16 * MINUTE)
        );
        let close = |at: i64| { let id = id.clone(); write(&store, move |tx| rounds::close(tx, &id, at)) };
        assert!(close(NOW + 5 * MINUTE));
        assert!(!close(NOW + 6 * MINUTE));
        let closed = get(&store, &id);
        assert_eq!((closed.state, closed.closed_at_ms), (RollCallState::Closed, Some(NOW + 5 * MINUTE)));
        assert_eq!(closed.rounds[0].closes_at_ms, NOW + 5 * MINUTE);
        let again = { let id = id.clone(); write(&store, move |tx| rounds::add(tx, &id, MINUTE, NOW + 7 * MINUTE)) };
        assert_eq!(again.number, 2);
        assert_eq!(get(&store, &id).state, RollCallState::Open, "open again for the spot check");
        let cancel = || { let id = id.clone(); write(&store, move |tx| rounds::cancel(tx, &id, NOW + 8 * MINUTE)) };
        assert!(cancel());
        assert!(!cancel());
        assert_eq!(get(&store, &id).state, RollCallState::Cancelled);
        let nobody = store.write::<_, Error, _>(|tx| rounds::close(tx, "nobody", NOW));
        assert!(matches!(nobody, Err(Error::NotFound("roll call"))));
    }

    fn changes_are_found_by_their_numbers(database) {
        let store = database.open();
        let town = Town::new(&store);
        let (household, tv) = home(&store, &town.east, "12 号");
        let station = terminal(&store, &town.west, TerminalKind::Station, "站");
        let above = terminal(&store, &town.root, TerminalKind::Station, "镇");
        terminal(&store, &town.east, TerminalKind::Station, "别处");
        // Belongs to the branch in the west, lives in the east.
        let one = member(&store, &town.branch, Content { household_id: Some(household), ..named("一") });
        let since = |seq: i64| store.read(|tx| changes::since(tx, seq)).unwrap();
        let start = store.read(changes::newest).unwrap();
        assert_eq!(since(start), Changes { seq: start, ..Changes::default() });

        let id = opened(&store, &town.branch);
        let found = since(start);
        assert_eq!((found.opened.len(), found.opened[0].round), (1, 1));
        assert_eq!(found.opened[0].closes_at_ms, NOW + 15 * MINUTE);
        assert_eq!((found.changed.len(), found.changed[0].state), (1, RollCallState::Open));
        let outside = store.read(|tx| changes::homes_outside(tx, &id, &town.branch.id)).unwrap();
        assert_eq!(outside.iter().map(|home| home.terminal_id.as_ref()).collect::<Vec<_>>(), [Some(&tv.id)]);

        let seq = found.seq;
        keep(&store, vec![sign_in(&id, 1, &one, AttendanceState::Present)]);
        let told = |found: &Changes| {
            let mut told: Vec<String> = found.members.iter().filter_map(|(_, tv)| tv.terminal_id.clone()).collect();
            told.sort();
            told
        };
        let mut expected = vec![tv.id, station.id, above.id];
        expected.sort();
        let found = since(seq);
        assert_eq!(told(&found), expected);
        assert!(found.opened.is_empty() && found.changed.is_empty());
        let touched = get(&store, &id).touched;
        correct(&store, &id, &one, AttendanceState::Leave);
        assert_eq!(told(&since(found.seq)), expected);
        assert!(get(&store, &id).touched > touched, "figures are counted again");
    }

    fn everything_a_sign_in_needs_is_asked_at_once(database) {
        let store = database.open();
        let town = Town::new(&store);
        let (household, tv) = home(&store, &town.branch, "1 号");
        let card = members::Number { sealed: "s".into(), index: "card-1".into(), hint: "**1".into() };
        let one = member(&store, &town.branch, Content {
            household_id: Some(household.clone()), card: members::NumberChange::Set(card), ..named("一")
        });
        let guest = member(&store, &town.east, named("二"));
        let id = opened(&store, &town.west);
        keep(&store, vec![sign_in(&id, 1, &one, AttendanceState::ToVerify)]);
        let (member_id, terminal_id) = (one.clone(), tv.id.clone());
        write(&store, move |tx| {
            let key = store::limits::Key {
                kind: "pin",
                scope: store::limits::MEMBER_HERE,
                subject: store::limits::member_here(&member_id, &terminal_id),
            };
            let rule = store::limits::Rule { failures: 5, window_ms: 1_000, lock: None };
            store::limits::count(tx, &key, rule, NOW)
        });
        let ask = |who, round| Ask { roll_call_id: &id, round, who, terminal_id: &tv.id };
        // More than one piece of a statement, and in any order.
        let mut asks = vec![
            ask(Who::Card("card-1"), 1), ask(Who::Member(&one), 2), ask(Who::Card("none"), 1),
            ask(Who::Member(&guest), 1), ask(Who::Member("nobody"), 1),
        ];
        asks.extend(std::iter::repeat_n(ask(Who::Member(&one), 1), 6));
        let found = store.read(|tx| sign_ins::candidates(tx, &asks)).unwrap();
        let by_card = found[0].as_ref().unwrap();
        assert_eq!(by_card.member.id, one);
        assert_eq!(by_card.answer.map(|answer| answer.verify), Some(Some(VerifyReason::WrongPin)));
        assert_eq!((by_card.tried, by_card.called, by_card.below_terminal), (true, true, true));
        assert_eq!(found[1].as_ref().unwrap().answer, None, "another round");
        assert!(found[2].is_none() && found[4].is_none());
        let guest = found[3].as_ref().unwrap();
        assert_eq!((guest.called, guest.below_terminal, guest.tried), (false, false, false));
        assert!(found[5..].iter().all(|found| found.as_ref() == found.as_ref() && found.is_some()));

        let places = store.read(|tx| sign_ins::places(tx, &[&tv.id, "nowhere"])).unwrap();
        assert_eq!(places.len(), 1);
        assert_eq!(places[&tv.id].household.as_ref().map(|household| household.id.clone()), Some(household.clone()));
        let missing = |round| store.read(|tx| sign_ins::missing(tx, &id, round, &[&household])).unwrap();
        assert!(missing(1).is_empty());
        assert_eq!(missing(2)[&household][0].id, one);
        let names = store.read(|tx| sign_ins::names(tx, &[&one])).unwrap();
        assert_eq!(names[&one], "一");
    }

    fn a_terminal_sees_its_roll_calls_and_its_people(database) {
        let store = database.open();
        let town = Town::new(&store);
        let (household, tv) = home(&store, &town.west, "1 号");
        let station = terminal(&store, &town.west, TerminalKind::Station, "站");
        let one = member(&store, &town.branch, Content { household_id: Some(household), ..named("一") });
        let two = member(&store, &town.branch, named("二"));
        let visitor = member(&store, &town.east, named("客"));
        let township = opened(&store, &town.root);
        let branch = opened(&store, &town.branch);
        let elsewhere = opened(&store, &town.east);
        let coming = create(&store, NewRollCall { opens_at_ms: NOW + 60 * MINUTE, ..new(&town.west) });
        let distant = create(&store, NewRollCall { opens_at_ms: NOW + 3_000 * MINUTE, ..new(&town.west) });
        let over = opened(&store, &town.west);
        let closing = over.clone();
        write(&store, move |tx| rounds::close(tx, &closing, NOW + MINUTE));
        let place = |tv: &Terminal| {
            store.read(|tx| sign_ins::places(tx, &[&tv.id])).unwrap().remove(&tv.id).unwrap()
        };
        let seen = |tv: &Terminal, since: i64| {
            let found = store.read(|tx| roll_calls::for_terminal(tx, &place(tv), since, NOW + 1_440 * MINUTE, 50)).unwrap();
            found.into_iter().map(|found| found.id).collect::<Vec<_>>()
        };
        // The branch is below the home, but somebody of the household is called.
        assert_eq!(seen(&tv, NOW), [branch.clone(), township.clone(), coming.clone(), over.clone()]);
        assert_eq!(seen(&station, NOW), [branch.clone(), township.clone(), coming.clone(), over]);
        assert_eq!(seen(&station, NOW + MINUTE), [branch.clone(), township, coming], "closed too long ago");
        let lone = terminal(&store, &town.west, TerminalKind::Household, "别");
        assert!(!seen(&lone, NOW).contains(&branch), "nobody of theirs is called");
        assert!(!seen(&tv, NOW).contains(&elsewhere) && !seen(&tv, NOW).contains(&distant));

        let mut guest = sign_in(&branch, 1, &visitor, AttendanceState::Present);
        (guest.guest, guest.terminal_id) = (true, Some(station.id.clone()));
        keep(&store, vec![guest, sign_in(&branch, 1, &one, AttendanceState::Late)]);
        let people = |tv: &Terminal| {
            let people = store.read(|tx| standing::of_terminal(tx, &branch, &place(tv))).unwrap();
            people.into_iter().map(|person| (person.member_id, person.name, person.state, person.answered)).collect::<Vec<_>>()
        };
        let first = (one, String::new(), AttendanceState::Late, vec![1]);
        assert_eq!(people(&tv), std::slice::from_ref(&first));
        let second = (two, String::new(), AttendanceState::Missing, vec![]);
        let third = (visitor.clone(), "客".into(), AttendanceState::Guest, vec![1]);
        assert_eq!(people(&station), [first, second, third]);
        // Visitors are in no other figure, and where they came to.
        let counts = counts(&store, &branch, None);
        assert_eq!((counts.eligible, counts.present, counts.guests), (2, 1, 1));
        let results = store.read(|tx| standing::results(tx, &branch, None)).unwrap();
        let guests: BTreeMap<&str, u32> = results.iter().map(|one| (one.organization.id.as_str(), one.counts.guests)).collect();
        assert_eq!(guests, BTreeMap::from([(town.branch.id.as_str(), 0), (town.west.id.as_str(), 1)]));
        let own = store.read(|tx| standing::of_member(tx, &visitor, 9)).unwrap();
        let visited: Vec<_> = own.iter().filter(|own| own.state == AttendanceState::Guest).collect();
        assert_eq!(visited.len(), 1);
        assert_eq!(visited[0].at_organization.as_ref().map(|at| &at.id), Some(&town.west.id));
        assert_eq!(visited[0].method, Some(Method::Remote));
    }

    fn the_attendance_comes_in_pages(database) {
        let store = database.open();
        let town = Town::new(&store);
        let mut all: Vec<String> = (0..7).map(|_| member(&store, &town.branch, named("人"))).collect();
        let other = member(&store, &town.west, named("西"));
        let id = opened(&store, &town.west);
        let visitor = member(&store, &town.east, named("客"));
        let station = terminal(&store, &town.west, TerminalKind::Station, "站");
        let mut guest = sign_in(&id, 1, &visitor, AttendanceState::Present);
        (guest.guest, guest.terminal_id) = (true, Some(station.id));
        keep(&store, vec![guest, sign_in(&id, 1, &other, AttendanceState::Present)]);
        let page = |within: Option<&str>, state, after: Option<&str>| {
            let wanted = Wanted { within, state, after, limit: 3 };
            let lines = store.read(|tx| standing::attendance(tx, &id, wanted)).unwrap();
            lines.into_iter().map(|line| line.member.id).collect::<Vec<_>>()
        };
        let mut paged: Vec<String> = Vec::new();
        loop {
            let next = page(None, None, paged.last().map(String::as_str));
            if next.is_empty() {
                break;
            }
            paged.extend(next);
        }
        assert_eq!(page(Some(&town.branch.id), None, None), all[..3]);
        assert_eq!(page(None, Some(AttendanceState::Guest), None), std::slice::from_ref(&visitor));
        assert_eq!(page(None, Some(AttendanceState::Present), None), std::slice::from_ref(&other));
        all.extend([other, visitor]);
        assert_eq!(paged, all);
    }

    fn a_month_sums_what_opened_in_it(database) {
        let store = database.open();
        let town = Town::new(&store);
        let one = member(&store, &town.branch, named("一"));
        let two = member(&store, &town.west, exempt("二"));
        let until = NOW + 1_000 * MINUTE;
        // Whenever they closed: all of them after it.
        for (answered, open_at) in [(true, NOW), (false, until - 1), (true, until), (true, NOW - 1)] {
            let id = create(&store, new(&town.west));
            let opening = id.clone();
            write(&store, move |tx| rounds::open(tx, &opening, Some(open_at), open_at));
            if answered {
                keep(&store, vec![sign_in(&id, 1, &one, AttendanceState::Late)]);
            }
            write(&store, move |tx| rounds::close(tx, &id, until + 60 * MINUTE));
        }
        let cancelled = opened(&store, &town.west);
        write(&store, move |tx| rounds::cancel(tx, &cancelled, NOW + MINUTE));
        opened(&store, &town.west);
        let reported = |organization: &Organization| {
            let within = OrganizationRef { id: organization.id.clone(), name: organization.name.clone() };
            store.read(|tx| standing::report(tx, &within, "2026-11", NOW, until)).unwrap()
        };
        let report = reported(&town.root);
        assert_eq!((report.roll_calls, report.under_way, report.organizations.len()), (2, 1, 2));
        let total = report.total;
        assert_eq!((total.eligible, total.exempt, total.present, total.late, total.missing), (4, 2, 1, 1, 1));
        assert_eq!(total.rate_bp, Some(5_000));
        let of = |id: &str| report.members.iter().find(|line| line.member.id == id).unwrap().attendance;
        assert_eq!((of(&one).eligible, of(&one).present, of(&one).rate_bp), (2, 1, Some(5_000)));
        assert_eq!((of(&two).eligible, of(&two).rate_bp), (0, None));
        assert_eq!(report.organizations[0].organization.id, town.branch.id, "the lowest rate first");
        assert_eq!(reported(&town.branch).members.len(), 1);
        assert_eq!(reported(&town.east).roll_calls, 0);
        let own = store.read(|tx| standing::summary_of_member(tx, &one, NOW, until)).unwrap();
        assert_eq!(own, of(&one));
    }

    fn lists_show_what_concerns_a_subtree(database) {
        let store = database.open();
        let town = Town::new(&store);
        let above = opened(&store, &town.root);
        let own = create(&store, new(&town.branch));
        let elsewhere = opened(&store, &town.east);
        let list = |within: &Organization, state, before: Option<&str>| {
            let found = store.read(|tx| roll_calls::list(tx, &within.id, state, before, 9)).unwrap();
            found.into_iter().map(|found| found.id).collect::<Vec<_>>()
        };
        assert_eq!(list(&town.west, None, None), [own.clone(), above.clone()]);
        assert_eq!(list(&town.root, None, None), [elsewhere, own.clone(), above.clone()]);
        assert_eq!(list(&town.west, None, Some(&own)), std::slice::from_ref(&above));
        assert_eq!(list(&town.west, Some(RollCallState::Open), None), [above]);
    }
}

/// Organizations want codes of their own.
fn uuid() -> String {
    members::new_id(NOW)
}
