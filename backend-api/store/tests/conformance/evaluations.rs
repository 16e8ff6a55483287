//! Evaluations: their life, who is entitled, envelopes and ballots.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};

use contract::evaluation::{
    Evaluation, EvaluationKind, EvaluationResult, EvaluationState, OpenObjection,
};
use contract::feed::{Change, Document};
use contract::form::{Form, Question};
use contract::member::MemberStatus;
use contract::organization::Organization;
use store::due::{self, Kind};
use store::evaluations::ballots::{self, Ballot, Paper};
use store::evaluations::entitled::{self, Objection};
use store::evaluations::folder::{self, Item};
use store::evaluations::{self, Content, Record, life};
use store::journal::{self, Topic};
use store::members::{Content as Person, moves, purge};
use store::versions::Seen;
use store::{Error, Imported, Outcome, Result, Store, WriteTx, households};

use crate::feed::page;
use crate::fixture::{NOW, Town, bulletin, published, source, write};
use crate::members::{add, named};

const HOUR: i64 = 3_600_000;

fn content(organization: &Organization) -> Content {
    Content {
        organization_id: organization.id.clone(),
        title: "镇水利站评议".into(),
        list: "evaluations".into(),
        statuses: vec![MemberStatus::Full, MemberStatus::Probationary],
        opens_at_ms: NOW + HOUR,
        closes_at_ms: NOW + 2 * HOUR,
        form: Form {
            questions: vec![Question {
                id: "q1".into(),
                text: "满意吗？".into(),
                ..Question::default()
            }],
        },
        ..Content::default()
    }
}

fn attempt<T: Send + 'static>(
    store: &Store,
    f: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    store.write::<T, Error, _>(f)
}

fn get(store: &Store, id: &str) -> Record {
    store.read(|tx| evaluations::get(tx, id)).unwrap().unwrap()
}

fn announced(store: &Store, content: &Content) -> String {
    let content = content.clone();
    write(store, move |tx| {
        let made = evaluations::create(tx, &content, "li", NOW)?;
        life::announce(tx, &made.id, Seen::Any, "f0", NOW)?;
        Ok(made.id)
    })
}

/// Opened, with a key.
fn open(store: &Store, id: &str) -> Record {
    let id = id.to_owned();
    write(store, move |tx| {
        let opened = life::open(tx, &id, NOW + 2 * HOUR, NOW + 3 * HOUR, NOW + HOUR)?;
        ballots::put_key(tx, &id, "k1.key")?;
        Ok(opened)
    })
}

fn cast(store: &Store, id: &str, member: &str, envelope: &str) -> bool {
    let (id, member, envelope) = (id.to_owned(), member.to_owned(), envelope.to_owned());
    write(store, move |tx| ballots::cast(tx, &id, &member, &envelope))
}

fn on_paper(store: &Store, id: &str, member: &str) -> bool {
    let (id, member) = (id.to_owned(), member.to_owned());
    write(store, move |tx| ballots::cast_on_paper(tx, &id, &member))
}

fn close(store: &Store, id: &str, ballots: Vec<Ballot>) -> Record {
    let id = id.to_owned();
    write(store, move |tx| {
        ballots::keep(tx, &id, &ballots)?;
        ballots::erase(tx, &id)?;
        let result = EvaluationResult {
            took_part: 7,
            ..EvaluationResult::default()
        };
        life::close(tx, &id, &result, NOW + 2 * HOUR)
    })
}

fn ballot(id: &str, member: Option<&str>) -> Ballot {
    Ballot {
        id: id.into(),
        member_id: member.map(str::to_owned),
        answers: format!("[[{id}]]"),
    }
}

/// What terminals of an organization have.
fn seen(store: &Store, at: &Organization) -> Vec<Evaluation> {
    let changes = page(store, &at.id, None, 100).changes.into_iter();
    let evaluation = |change| match change {
        Change::Put {
            document: Document::Evaluation(evaluation),
        } => Some(evaluation),
        _ => None,
    };
    changes.filter_map(evaluation).collect()
}

fn planned(store: &Store, id: &str) -> (Option<i64>, Option<i64>) {
    store
        .read(|tx| {
            Ok::<_, Error>((
                due::planned(tx, Kind::EvaluationOpening, id)?,
                due::planned(tx, Kind::EvaluationClosing, id)?,
            ))
        })
        .unwrap()
}

fn sound(store: &Store) {
    assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
}

fn people(store: &Store, at: &Organization, count: usize) -> Vec<String> {
    let person = |number: usize| add(store, at, &named(&format!("人{number}"))).id;
    (0..count).map(person).collect()
}

fn objections(store: &Store, id: &str, within: &Organization) -> Vec<OpenObjection> {
    store
        .read(|tx| entitled::objections(tx, id, &within.id))
        .unwrap()
}

fn standing(store: &Store, id: &str, member: &str) -> entitled::Standing {
    store
        .read(|tx| entitled::standing(tx, id, &[member]))
        .unwrap()
        .remove(member)
        .unwrap()
}

store::on_both_engines! {
    fn an_evaluation_goes_its_way(database) {
        let store = database.open();
        let town = Town::new(&store);
        let voter = add(&store, &town.east, &named("甲")).id;
        let mut written = content(&town.root);
        written.target_id = Some(town.west.id.clone());
        written.target = "水利站".into();
        let made = { let content = written.clone(); write(&store, move |tx| evaluations::create(tx, &content, "li", NOW)) };
        assert_eq!((made.version, made.state, &made.content), (1, EvaluationState::Draft, &written));
        assert_eq!((made.organization_code.as_str(), made.target_code.as_deref()), ("QH", Some("LJ")));
        assert!(seen(&store, &town.root).is_empty());
        let id = made.id;

        let edit = |version: i64| {
            let (id, content) = (id.clone(), Content { title: "改".into(), kind: EvaluationKind::Motion, ..written.clone() });
            attempt(&store, move |tx| evaluations::edit(tx, &id, version.into(), &content, NOW))
        };
        assert!(matches!(edit(2), Err(Error::Stale { current: 1 })));
        assert_eq!(edit(1).unwrap().content.title, "改");
        let announce = |version: i64| {
            let id = id.clone();
            attempt(&store, move |tx| life::announce(tx, &id, version.into(), "f0", NOW + 5))
        };
        assert!(matches!(announce(1), Err(Error::Stale { current: 2 })));
        let announced = announce(2).unwrap();
        assert_eq!((announced.version, announced.announced_at_ms, announced.form_hash.as_str()), (3, Some(NOW + 5), "f0"));
        assert!(matches!(announce(3), Err(Error::WrongState(state)) if state == EvaluationState::Announced.into()));
        assert!(matches!(edit(3), Err(Error::WrongState(_))), "frozen");
        assert_eq!(planned(&store, &id), (Some(NOW + HOUR), None));
        let shown = seen(&store, &town.branch);
        assert_eq!((shown.len(), shown[0].kind, shown[0].target.as_str()), (1, EvaluationKind::Motion, "水利站"));
        assert!(!cast(&store, &id, &voter, "x"), "not open");
        sound(&store);

        let opened = open(&store, &id);
        assert_eq!((opened.state, opened.entitled, opened.entitled_hash.len()), (EvaluationState::Open, 1, 64));
        assert_eq!((opened.content.opens_at_ms, opened.content.closes_at_ms), (NOW + HOUR, NOW + 2 * HOUR));
        assert_eq!(planned(&store, &id), (None, Some(NOW + 3 * HOUR)));
        let again = id.clone();
        assert!(matches!(attempt(&store, move |tx| life::open(tx, &again, 0, 0, 0)), Err(Error::WrongState(_))));
        sound(&store);
        assert!(cast(&store, &id, &voter, "envelope"));
        let bulletin_id = published(&store, &bulletin(&town.root, &town.root, "整改")).id;
        let follow = |bulletin: &str| {
            let (id, bulletin) = (id.clone(), bulletin.to_owned());
            attempt(&store, move |tx| life::follow_up(tx, &id, Seen::Any, Some(&bulletin), NOW))
        };
        assert!(matches!(follow(&bulletin_id), Err(Error::WrongState(_))), "not before the close");

        let waits = { let id = id.clone(); move |store: &Store| { let id = id.clone(); write(store, move |tx| { due::cancel(tx, Kind::EvaluationClosing, &id)?; life::wait(tx, &id, NOW) }) } };
        assert!(waits(&store));
        assert!(!waits(&store), "no news");
        sound(&store);
        assert!(get(&store, &id).waits);

        let closed = close(&store, &id, vec![ballot("b", None)]);
        assert_eq!((closed.state, closed.waits), (EvaluationState::Closed, false));
        assert_eq!(closed.result.unwrap().took_part, 7);
        assert_eq!(planned(&store, &id), (None, None));
        assert_eq!(follow(&bulletin_id).unwrap().follow_up.as_deref(), Some(bulletin_id.as_str()));
        let shown = seen(&store, &town.east);
        assert_eq!((shown[0].state, shown[0].follow_up_bulletin.as_deref()), (EvaluationState::Closed, Some(bulletin_id.as_str())));
        let gone = id.clone();
        assert!(matches!(attempt(&store, move |tx| life::cancel(tx, &gone, "错", NOW)), Err(Error::WrongState(_))));
        sound(&store);
    }

    fn who_is_entitled_is_fixed_at_the_opening(database) {
        let store = database.open();
        let town = Town::new(&store);
        let status = |name: &str, status| Person { status, ..named(name) };
        let east = add(&store, &town.east, &named("甲")).id;
        let branch = add(&store, &town.branch, &status("乙", MemberStatus::Probationary)).id;
        let villager = add(&store, &town.east, &status("丙", MemberStatus::Villager)).id;
        let gone = add(&store, &town.east, &named("丁")).id;
        { let gone = gone.clone(); write(&store, move |tx| moves::set_left(tx, &gone, Some(NOW), NOW).map(|_| ())); }
        let id = announced(&store, &content(&town.root));

        // Somebody objects before it opens, and staff say yes.
        let object = |member: &str| {
            let (id, member) = (id.clone(), member.to_owned());
            write(&store, move |tx| entitled::object(tx, &id, &member, "这次只请党员", NOW))
        };
        assert!(object(&villager));
        assert!(!object(&villager), "once");
        let [open_one] = &objections(&store, &id, &town.root)[..] else { panic!("one") };
        assert_eq!((open_one.member.name.as_str(), open_one.because.as_str()), ("丙", "这次只请党员"));
        assert!(objections(&store, &id, &town.west).is_empty(), "others' members");
        let answer = |objection: &str, entitled: bool, is_open: bool| {
            let (id, objection) = (id.clone(), objection.to_owned());
            write(&store, move |tx| entitled::answer(tx, (&id, is_open), &objection, (entitled, "已转正"), NOW))
        };
        assert!(answer(&open_one.id, true, false));
        assert!(!answer(&open_one.id, true, false), "answered");
        assert!(objections(&store, &id, &town.root).is_empty());

        let opened = open(&store, &id);
        assert_eq!(opened.entitled, 3);
        for (member, expected) in [(&east, true), (&branch, true), (&villager, true), (&gone, false)] {
            assert_eq!(standing(&store, &id, member).entitled, expected);
        }
        // Whoever joins later is not on it, until staff say so; then the list has another hash.
        let late = add(&store, &town.east, &named("戊")).id;
        assert!(!cast(&store, &id, &late, "x"));
        assert!(object(&late));
        let asked = objections(&store, &id, &town.east)[0].id.clone();
        let before = store.read(journal::mark).unwrap();
        assert!(answer(&asked, true, true));
        let changes = store.read(|tx| journal::since(tx, &before)).unwrap();
        assert!(changes.touched.contains_key(&Topic::Evaluations), "terminals are told");
        let after = get(&store, &id);
        assert_eq!(after.entitled, 4);
        assert_ne!(after.entitled_hash, opened.entitled_hash);
        assert_eq!(standing(&store, &id, &late), entitled::Standing {
            entitled: true,
            took_part: false,
            objection: Some(Objection { answered: true, accepted: true, reason: Some("已转正".into()) }),
        });
        // Nobody is taken off, and where they belong by now does not count.
        { let (east, west) = (east.clone(), town.west.id.clone());
          write(&store, move |tx| moves::transfer(tx, &east, &west, "li", "搬家", NOW).map(|_| ())); }
        assert!(cast(&store, &id, &east, "x"));
        assert_eq!(store.read(|tx| entitled::organization_of(tx, &id, &east)).unwrap(), Some(town.east.id.clone()));
        sound(&store);
    }

    fn one_ballot_a_person_whichever_way_they_come(database) {
        let store = database.open();
        let town = Town::new(&store);
        let voters = people(&store, &town.east, 12);
        let id = announced(&store, &content(&town.root));
        open(&store, &id);
        let begin = Arc::new(Barrier::new(voters.len() * 3));
        let counted: Vec<(usize, usize, bool)> = std::thread::scope(|scope| {
            let mut tries = Vec::new();
            for (number, voter) in voters.iter().enumerate() {
                for way in 0..3 {
                    let (store, id, begin) = (&store, &id, Arc::clone(&begin));
                    tries.push(scope.spawn(move || {
                        begin.wait();
                        let counts = if way == 2 { on_paper(store, id, voter) } else { cast(store, id, voter, &format!("{number}/{way}")) };
                        (number, way, counts)
                    }));
                }
            }
            tries.into_iter().map(|it| it.join().unwrap()).collect()
        });
        for number in 0..voters.len() {
            let ways = counted.iter().filter(|it| it.0 == number && it.2);
            assert_eq!(ways.count(), 1, "{number}");
        }
        let envelopes = store.read(|tx| ballots::envelopes(tx, &id)).unwrap();
        let paper = store.read(|tx| ballots::paper(tx, &id)).unwrap();
        assert_eq!(envelopes.len() + paper.voters as usize, voters.len());
        assert_eq!(store.read(|tx| entitled::took_part(tx, &id)).unwrap() as usize, voters.len());
        // What stands is what counted first.
        for (member, envelope) in envelopes {
            let number = voters.iter().position(|it| Some(it) == member.as_ref()).unwrap();
            let way = counted.iter().find(|it| it.0 == number && it.2).unwrap().1;
            assert_eq!(envelope, format!("{number}/{way}"));
        }
        sound(&store);
    }

    fn sheets_count_when_two_have_read_the_same(database) {
        let store = database.open();
        let town = Town::new(&store);
        let voters = people(&store, &town.east, 2);
        let id = announced(&store, &content(&town.root));
        open(&store, &id);
        let paper = || store.read(|tx| ballots::paper(tx, &id)).unwrap();
        assert!(paper().is_complete());
        assert!(on_paper(&store, &id, &voters[0]));
        assert_eq!(paper(), Paper { voters: 1, ballots: 0, once: 0 });
        let first = |number: u32, by: &'static str| {
            let id = id.clone();
            attempt(&store, move |tx| ballots::read_first(tx, &id, number, by, "e"))
        };
        first(1, "li").unwrap();
        assert!(matches!(first(1, "wang"), Err(Error::Taken(_))));
        assert_eq!(paper(), Paper { voters: 1, ballots: 0, once: 1 });
        let found = store.read(|tx| ballots::sheet(tx, &id, 1)).unwrap().unwrap();
        assert_eq!((found.read_by.as_str(), found.matched), ("li", false));
        assert!(store.read(|tx| ballots::envelopes(tx, &id)).unwrap().is_empty(), "read once");
        { let id = id.clone(); write(&store, move |tx| ballots::read_again(tx, &id, 1)); }
        assert!(paper().is_complete());
        assert_eq!(store.read(|tx| ballots::envelopes(tx, &id)).unwrap(), [(None, "e".to_owned())]);
        first(2, "li").unwrap();
        { let id = id.clone(); write(&store, move |tx| ballots::forget_sheet(tx, &id, 2)); }
        assert_eq!(store.read(|tx| ballots::sheet(tx, &id, 2)).unwrap(), None);
        sound(&store);
        close(&store, &id, vec![ballot("b", None)]);
        assert_eq!(paper(), Paper::default(), "nothing is left of it");
        sound(&store);
    }

    fn after_the_close_there_are_ballots_and_no_envelopes(database) {
        let store = database.open();
        let town = Town::new(&store);
        let voters = people(&store, &town.east, 5);
        let id = announced(&store, &content(&town.root));
        open(&store, &id);
        for voter in &voters {
            assert!(cast(&store, &id, voter, "envelope"));
        }
        assert_eq!(store.read(|tx| ballots::key(tx, &id)).unwrap().as_deref(), Some("k1.key"));
        assert!(!store.read(life::is_to_be_overwritten).unwrap());
        close(&store, &id, ["c", "a", "e", "b", "d"].map(|id| ballot(id, None)).into());
        assert!(store.read(|tx| ballots::envelopes(tx, &id)).unwrap().is_empty());
        assert_eq!(store.read(|tx| ballots::key(tx, &id)).unwrap(), None);
        let kept = store.read(|tx| ballots::of(tx, &id)).unwrap();
        let ids: Vec<&str> = kept.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "c", "d", "e"]);
        assert!(kept.iter().all(|it| it.answers == format!("[[{}]]", it.id)));
        assert!(voters.iter().all(|voter| standing(&store, &id, voter).took_part));
        assert!(!cast(&store, &id, &voters[0], "x"));
        assert!(store.read(life::is_to_be_overwritten).unwrap());
        store.scrub().unwrap();
        write(&store, |tx| life::overwritten(tx, NOW + 2 * HOUR));
        assert!(!store.read(life::is_to_be_overwritten).unwrap());
        sound(&store);
    }

    fn who_is_purged_leaves_their_ballot_without_a_name(database) {
        let store = database.open();
        let town = Town::new(&store);
        let voters = people(&store, &town.east, 2);
        let named = announced(&store, &Content { named: true, ..content(&town.root) });
        let secret = announced(&store, &content(&town.root));
        for id in [&named, &secret] {
            open(&store, id);
            assert!(cast(&store, id, &voters[0], "envelope"));
        }
        close(&store, &named, vec![ballot("a", Some(&voters[0]))]);
        let objection = { let (id, member) = (secret.clone(), voters[1].clone());
            write(&store, move |tx| { entitled::object(tx, &id, &member, "x", NOW)?; let found = entitled::objections(tx, &id, "*")?; Ok(found[0].id.clone()) }) };
        { let id = secret.clone(); write(&store, move |tx| entitled::answer(tx, (&id, true), &objection, (false, "因为王五"), NOW)); }
        for voter in voters.clone() {
            write(&store, move |tx| purge::purge(tx, &voter, NOW));
        }
        let kept = store.read(|tx| ballots::of(tx, &named)).unwrap();
        assert_eq!((kept.len(), kept[0].member_id.as_deref(), kept[0].answers.as_str()), (1, None, "[[a]]"));
        assert_eq!(store.read(|tx| ballots::envelopes(tx, &secret)).unwrap().len(), 1);
        let said = standing(&store, &secret, &voters[1]).objection.unwrap();
        assert_eq!(said.reason.as_deref(), Some(purge::PURGED));
        close(&store, &secret, vec![ballot("b", None)]);
        sound(&store);
    }

    fn cancelled_it_is_gone_and_nothing_of_it_is_counted(database) {
        let store = database.open();
        let town = Town::new(&store);
        let voters = people(&store, &town.east, 1);
        let id = announced(&store, &content(&town.root));
        open(&store, &id);
        assert!(cast(&store, &id, &voters[0], "envelope"));
        let cancelled = { let id = id.clone(); write(&store, move |tx| { ballots::erase(tx, &id)?; life::cancel(tx, &id, "办错了", NOW) }) };
        assert_eq!((cancelled.state, cancelled.cancel_reason.as_deref()), (EvaluationState::Cancelled, Some("办错了")));
        assert!(store.read(life::is_to_be_overwritten).unwrap());
        assert_eq!(planned(&store, &id), (None, None));
        assert!(seen(&store, &town.east).is_empty());
        assert!(!cast(&store, &id, &voters[0], "x"));
        let draft = { let content = content(&town.east); write(&store, move |tx| evaluations::create(tx, &content, "li", NOW)) };
        { let id = draft.id.clone(); write(&store, move |tx| life::cancel(tx, &id, "不办了", NOW)); }
        sound(&store);
    }

    fn who_is_shown_what(database) {
        let store = database.open();
        let town = Town::new(&store);
        let root = announced(&store, &content(&town.root));
        let west = announced(&store, &content(&town.west));
        let draft = { let content = content(&town.root); write(&store, move |tx| evaluations::create(tx, &content, "li", NOW)).id };
        let of_terminal = |at: &Organization| {
            let found = store.read(|tx| evaluations::for_terminal(tx, &at.id)).unwrap();
            found.into_iter().map(|it| it.id).collect::<BTreeSet<_>>()
        };
        assert_eq!(of_terminal(&town.branch), [root.clone(), west.clone()].into());
        assert_eq!(of_terminal(&town.east), [root.clone()].into());
        let of_staff = |at: &Organization, state, before: Option<&str>, limit| {
            let found = store.read(|tx| evaluations::list(tx, &at.id, state, before, limit)).unwrap();
            found.into_iter().map(|it| it.id).collect::<Vec<_>>()
        };
        assert_eq!(of_staff(&town.root, None, None, 10), [draft.clone(), west.clone(), root.clone()]);
        assert_eq!(of_staff(&town.branch, None, None, 10), [west.clone(), root.clone()], "no drafts from above");
        assert_eq!(of_staff(&town.east, None, None, 10), [root.clone()]);
        assert_eq!(of_staff(&town.root, Some(EvaluationState::Draft), None, 10), [draft.clone()]);
        assert_eq!(of_staff(&town.root, None, Some(&draft), 1), [west]);
        // Of a home only who is entitled and has not come.
        let household = { let east = town.east.id.clone(); write(&store, move |tx| households::create(tx, &east, "1 号", NOW)).id };
        let at_home = |name: &str, status| add(&store, &town.east, &Person { household_id: Some(household.clone()), status, ..named(name) }).id;
        let (b, a) = (at_home("乙", MemberStatus::Full), at_home("甲", MemberStatus::Full));
        at_home("丙", MemberStatus::Villager);
        open(&store, &root);
        let missing = || {
            let found = store.read(|tx| entitled::missing(tx, &root, &household)).unwrap();
            found.into_iter().map(|it| it.id).collect::<Vec<_>>()
        };
        assert_eq!(missing(), [b.clone(), a.clone()]);
        assert!(cast(&store, &root, &b, "x"));
        assert_eq!(missing(), [a]);
    }

    fn an_item_of_a_folder_is_announced_once_and_frozen(database) {
        let store = database.open();
        let town = Town::new(&store);
        let import = |hash: &'static str| {
            let content = content(&town.root);
            write(&store, move |tx| folder::import(tx, &source("a.toml", hash), &content, "f0", "import", NOW))
        };
        let Item::Imported(Imported { id, outcome: Outcome::Created }) = import("1") else { panic!("made") };
        assert_eq!(get(&store, &id).state, EvaluationState::Announced);
        assert!(matches!(import("1"), Item::Imported(Imported { outcome: Outcome::Unchanged, .. })));
        assert!(matches!(import("2"), Item::Frozen(record) if record.id == id));
        let withdraw = || write(&store, |tx| folder::withdraw_source(tx, "a.toml", "没有了", NOW));
        assert!(withdraw());
        assert_eq!(get(&store, &id).state, EvaluationState::Cancelled);
        assert!(!withdraw());
        let Item::Imported(Imported { id: again, outcome: Outcome::Updated }) = import("1") else { panic!("made anew") };
        assert_ne!(again, id);
        open(&store, &again);
        assert!(!withdraw(), "what has begun goes on");
        assert_eq!(store.read(folder::sources).unwrap().len(), 1);
        sound(&store);
    }

    fn an_evaluation_without_its_deadline_is_found(database) {
        let store = database.open();
        let town = Town::new(&store);
        let id = announced(&store, &content(&town.root));
        for (kind, broken) in [(Kind::EvaluationOpening, "an evaluation is to open"), (Kind::EvaluationClosing, "an evaluation is to close")] {
            let at_ms = { let id = id.clone(); store.read(|tx| due::planned(tx, kind, &id)).unwrap().unwrap() };
            { let id = id.clone(); write(&store, move |tx| due::cancel(tx, kind, &id)); }
            let found = store.integrity_check().unwrap();
            assert!(found.len() == 1 && found[0].starts_with(broken) && found[0].ends_with(&id), "{found:?}");
            { let id = id.clone(); write(&store, move |tx| due::schedule(tx, kind, &id, at_ms)); }
            sound(&store);
            if kind == Kind::EvaluationOpening {
                open(&store, &id);
            }
        }
    }

    fn keys_are_sealed_anew_one_by_one(database) {
        let store = database.open();
        let town = Town::new(&store);
        let mut ids: Vec<String> = (0..3).map(|_| announced(&store, &content(&town.root))).collect();
        ids.sort();
        for id in &ids {
            open(&store, id);
        }
        let old = |after: &str| store.read(|tx| ballots::keys_without_prefix(tx, "k2.", after, 2)).unwrap();
        assert_eq!(old("").len(), 2);
        assert_eq!(old(&ids[1]), [(ids[2].clone(), "k1.key".to_owned())]);
        { let id = ids[2].clone(); write(&store, move |tx| ballots::replace_key(tx, &id, "k2.key")); }
        assert!(old(&ids[1]).is_empty());
        assert_eq!(store.read(|tx| ballots::key(tx, &ids[2])).unwrap().as_deref(), Some("k2.key"));
    }
}
