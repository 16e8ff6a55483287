//! What people ask: numbers, what is due, who sees what, purging.

use std::collections::BTreeSet;

use contract::organization::{Organization, OrganizationRef};
use contract::request::{
    CategoryKind, ClockKind, Happened, Level, RequestGroup, RequestSource, RequestState,
};
use contract::terminal::TerminalKind;
use contract::work_calendar::{WorkCalendar, WorkDay};
use store::due::{self, Kind};
use store::journal::{self, Topic};
use store::members::{Content, purge};
use store::requests::history::{self, New};
use store::requests::lists::{self, Cursor, Filter, Own, Viewer};
use store::requests::{self, Facts, Numbering, Plan, Record, Standing, calendar, sealing};
use store::terminals::{self, NewTerminal};
use store::versions::Seen;
use store::{Error, Store, households, members};

use crate::fixture::{NOW, Town, write};

fn reference(organization: &Organization) -> OrganizationRef {
    OrganizationRef {
        id: organization.id.clone(),
        name: organization.name.clone(),
    }
}

fn facts(kind: CategoryKind, place: Option<&Organization>, summary: &str) -> Facts {
    Facts {
        kind,
        category_id: "agriculture".to_owned(),
        category: "农业技术".to_owned(),
        source: RequestSource::Home,
        place: place.map(reference),
        terminal_id: None,
        household: None,
        asker: None,
        entered_by: None,
        phone_sealed: None,
        phone_hint: None,
        may_be_public: false,
        asked_at_ms: None,
        received_at_ms: NOW,
        summary: summary.to_owned(),
    }
}

fn standing(office: &Organization, due_at_ms: Option<i64>) -> Standing {
    Standing {
        state: RequestState::Received,
        office: reference(office),
        level: Level::Village,
        least_level: Level::Village,
        trail: vec!["a".to_owned()],
        clock: ClockKind::Working,
        hours: 24,
        extra_hours: 3,
        started_at_ms: NOW,
        due_at_ms,
        warned: true,
        overdue: false,
        escalations: 2,
        reopenings: 1,
        extension_asked_hours: Some(5),
        first_due_at_ms: NOW + 100,
        responded_at_ms: None,
        wants_verdict: false,
        wants_addition: false,
        to_call: false,
        answer_entry: 0,
        verdict: None,
        satisfaction: None,
        merged_into_id: None,
        bulletin_id: None,
        ended_at_ms: None,
        remind_at_ms: None,
    }
}

fn numbered(organization: &Organization) -> Numbering {
    Numbering::Next {
        organization_id: organization.id.clone(),
        day: "20260922".to_owned(),
    }
}

fn made(store: &Store, town: &Town, facts: &Facts, standing: &Standing) -> Record {
    let numbering = match facts.kind {
        CategoryKind::Confidential => Numbering::Own {
            organization_id: town.root.id.clone(),
            sealed: "k1.number".to_owned(),
        },
        _ => numbered(&town.root),
    };
    let (facts, standing) = (facts.clone(), standing.clone());
    write(store, move |tx| {
        let plan = Plan {
            soon_at_ms: None,
            overdue_at_ms: standing.due_at_ms,
        };
        let id = requests::new_id(NOW);
        requests::create(tx, &id, &numbering, &facts, &standing, plan, NOW)
    })
}

fn said(text: &str, is_internal: bool) -> New {
    New {
        what: Happened::Asked,
        who: "本人".to_owned(),
        login: None,
        text: text.to_owned(),
        text_sealed: None,
        is_internal,
    }
}

fn planned(store: &Store, id: &str) -> [Option<i64>; 3] {
    [
        Kind::RequestSoon,
        Kind::RequestOverdue,
        Kind::RequestReminder,
    ]
    .map(|kind| store.read(|tx| due::planned(tx, kind, id)).unwrap())
}

fn viewer(organization: &Organization, confides: bool) -> Viewer<'_> {
    Viewer {
        organization_id: &organization.id,
        confides,
    }
}

fn ids(found: &[Record]) -> Vec<&str> {
    found.iter().map(|it| it.id.as_str()).collect()
}

fn sound(store: &Store) {
    assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
}

store::on_both_engines! {
    fn numbers_of_a_day_have_no_gap_however_many_ask_at_once(database) {
        let store = database.open();
        let town = Town::new(&store);
        let numbers: BTreeSet<String> = std::thread::scope(|scope| {
            let asking: Vec<_> = (0..8)
                .map(|who| {
                    let (store, town) = (&store, &town);
                    scope.spawn(move || {
                        let mut numbers = Vec::new();
                        for _ in 0..25 {
                            let facts = facts(CategoryKind::Service, Some(&town.east), "树叶发黄");
                            let standing = standing(&town.east, None);
                            numbers.push(made(store, town, &facts, &standing).number);
                            // One that fails takes no number with it.
                            let numbering = numbered(&town.root);
                            let failed = store.write::<(), Error, _>(move |tx| {
                                let id = requests::new_id(NOW);
                                let plan = Plan::default();
                                requests::create(tx, &id, &numbering, &facts, &standing, plan, NOW)?;
                                Err(Error::Taken("on purpose"))
                            });
                            assert!(failed.is_err(), "{who}");
                        }
                        numbers
                    })
                })
                .collect();
            asking.into_iter().flat_map(|it| it.join().unwrap()).collect()
        });
        let expected: BTreeSet<String> = (1..=200).map(|it| format!("20260922-{it:03}")).collect();
        assert_eq!(numbers, expected);
        sound(&store);
    }

    fn what_is_written_is_read_and_planned(database) {
        let store = database.open();
        let town = Town::new(&store);
        let facts = facts(CategoryKind::Suggestion, Some(&town.east), "路灯");
        let mut standing = standing(&town.east, Some(NOW + 50));
        let record = made(&store, &town, &facts, &standing);
        assert_eq!((record.version, record.number.as_str()), (1, "20260922-001"));
        assert_eq!(record.facts, facts);
        assert_eq!(record.standing, standing);
        assert_eq!(planned(&store, &record.id), [None, Some(NOW + 50), None]);
        standing.state = RequestState::Answered;
        standing.due_at_ms = None;
        standing.remind_at_ms = Some(NOW + 70);
        standing.satisfaction = Some(4);
        standing.verdict = Some(contract::request::Solved::Partly);
        let (id, next) = (record.id.clone(), standing.clone());
        let after = write(&store, move |tx| {
            requests::write(tx, &id, Seen::Version(1), &next, Plan::default(), NOW)
        });
        assert_eq!(after.standing, standing);
        assert_eq!(planned(&store, &record.id), [None, None, Some(NOW + 70)]);
        let (id, next) = (record.id.clone(), standing);
        let stale = store.write(move |tx| {
            requests::write(tx, &id, Seen::Version(1), &next, Plan::default(), NOW)
        });
        assert!(matches!(stale, Err(Error::Stale { current: 2 })));
        let id = record.id.clone();
        let numbers = write(&store, move |tx| {
            let first = history::add(tx, &id, &said("一", false), NOW)?;
            Ok([first, history::add(tx, &id, &said("二", true), NOW + 1)?])
        });
        assert_eq!(numbers, [1, 2]);
        let entries = store.read(|tx| history::of(tx, &record.id)).unwrap();
        assert_eq!(entries.len(), 2);
        assert_eq!((entries[1].number, entries[1].at_ms), (2, NOW + 1));
        assert_eq!(entries[1].said, said("二", true));
        sound(&store);
    }

    fn a_confidential_report_is_seen_by_its_office_and_nobody_else(database) {
        let store = database.open();
        let town = Town::new(&store);
        let report = made(
            &store,
            &town,
            &facts(CategoryKind::Confidential, None, ""),
            &standing(&town.west, Some(NOW + 50)),
        );
        let open = made(
            &store,
            &town,
            &facts(CategoryKind::Service, Some(&town.east), "树"),
            &standing(&town.west, Some(NOW + 60)),
        );
        for (organization, confides, sees) in [
            (&town.west, true, [true, true]),
            (&town.west, false, [false, true]),
            (&town.root, true, [false, true]),
            (&town.east, true, [false, true]),
            (&town.branch, true, [false, false]),
        ] {
            let viewer = viewer(organization, confides);
            let found = [&report.id, &open.id].map(|id| {
                store.read(|tx| lists::seen(tx, viewer, id)).unwrap().is_some()
            });
            assert_eq!(found, sees, "{} {confides}", organization.code);
            let (page, counts) = store
                .read(|tx| {
                    let filter = Filter::default();
                    let (page, _) = lists::page(tx, viewer, &filter, None, 10)?;
                    Ok::<_, Error>((page, lists::counts(tx, viewer, &filter, NOW + 55)?))
                })
                .unwrap();
            let seen = sees.iter().filter(|it| **it).count();
            assert_eq!((page.len(), counts.to_do as usize), (seen, seen));
            assert_eq!(counts.overdue, u32::from(sees[0]));
            let lines = store
                .read(|tx| requests::figures::lines(tx, viewer, &organization.id, NOW, NOW + 1))
                .unwrap();
            assert_eq!(lines.len(), seen);
            for line in &lines {
                let office = line.office.as_ref().map(|it| it.name.as_str());
                let told = line.kind != CategoryKind::Confidential;
                assert_eq!(office.is_some(), told);
            }
        }
        // Nor does a search find it, by anything.
        let by_text = Filter { text: Some("20".to_owned()), ..Filter::default() };
        let found = store.read(|tx| lists::page(tx, viewer(&town.west, true), &by_text, None, 10));
        assert_eq!(ids(&found.unwrap().0), [open.id.as_str()]);
        sound(&store);
        let prefix = "k2.";
        let old = store.read(|tx| sealing::without_prefix(tx, prefix, "", 10)).unwrap();
        assert_eq!(old.len(), 1);
        let id = report.id;
        write(&store, move |tx| sealing::replace(tx, &id, None, Some("k2.number")));
        let old = store.read(|tx| sealing::without_prefix(tx, prefix, "", 10)).unwrap();
        assert_eq!(old, []);
    }

    fn a_work_list_goes_on_where_its_page_ended(database) {
        let store = database.open();
        let town = Town::new(&store);
        let service = facts(CategoryKind::Service, Some(&town.east), "树");
        let due = [Some(NOW + 30), Some(NOW + 10), None, Some(NOW + 10), None];
        let made: Vec<Record> = due
            .iter()
            .map(|due| made(&store, &town, &service, &standing(&town.east, *due)))
            .collect();
        let expected = [1, 3, 0, 2, 4].map(|at: usize| made[at].id.clone());
        let filter = Filter { kind: Some(CategoryKind::Service), ..Filter::default() };
        let (mut found, mut cursor) = (Vec::new(), None::<Cursor>);
        loop {
            let (page, next) = store
                .read(|tx| {
                    lists::page(tx, viewer(&town.root, false), &filter, cursor.as_ref(), 2)
                })
                .unwrap();
            found.extend(page.into_iter().map(|it| it.id));
            let Some(next) = next else { break };
            // As it comes back from who asked.
            cursor = Some(next.to_string().parse().unwrap());
        }
        assert_eq!(found, expected);
        for (group, change) in [
            (RequestGroup::Waiting, RequestState::Answered),
            (RequestGroup::Ended, RequestState::Closed),
        ] {
            let next = Standing { state: change, ..standing(&town.east, None) };
            let id = made[0].id.clone();
            write(&store, move |tx| {
                requests::write(tx, &id, Seen::Any, &next, Plan::default(), NOW)
            });
            let filter = Filter { group, ..Filter::default() };
            let found = store
                .read(|tx| lists::page(tx, viewer(&town.root, false), &filter, None, 10))
                .unwrap();
            assert_eq!(ids(&found.0), [made[0].id.as_str()], "{group:?}");
        }
    }

    fn who_is_purged_leaves_figures_and_no_words(database) {
        let store = database.open();
        let town = Town::new(&store);
        let east = town.east.id.clone();
        let (member, household, tv) = write(&store, move |tx| {
            let content = Content { name: "孟大爷".to_owned(), ..Content::default() };
            let id = members::new_id(NOW);
            let member = members::create(tx, &id, &east, &content, None, NOW)?;
            let tv = NewTerminal {
                kind: TerminalKind::Household,
                name: "12 号".to_owned(),
                organization_id: east.clone(),
                token_sha256: "tv".to_owned(),
            };
            let tv = terminals::create(tx, &tv, NOW)?;
            let household = households::create(tx, &east, "孟家", NOW)?;
            households::bind(tx, &household.id, Some(&tv.id))?;
            Ok((member, household, tv))
        });
        let mark = store.read(journal::mark).unwrap();
        let own = Facts {
            asker: Some(member.named()),
            household: Some(contract::member::HouseholdRef {
                id: household.id.clone(),
                name: household.name.clone(),
            }),
            phone_sealed: Some("k1.phone".to_owned()),
            phone_hint: Some("138****0001".to_owned()),
            ..facts(CategoryKind::Service, Some(&town.east), "树叶发黄")
        };
        let record = made(&store, &town, &own, &standing(&town.east, None));
        let told = store.read(|tx| journal::since(tx, &mark)).unwrap();
        let told: Vec<_> = told.touched[&Topic::Requests]
            .iter()
            .map(|it| it.terminal_id.clone())
            .collect();
        assert_eq!(told, [Some(tv.id.clone())], "the TV of the household, and no other");
        let id = record.id.clone();
        write(&store, move |tx| history::add(tx, &id, &said("树叶发黄，求助", false), NOW));
        let shown = |own: Own<'_>| store.read(|tx| lists::own(tx, own, NOW, 10)).unwrap();
        assert_eq!(ids(&shown(Own::Household(&household.id))), [record.id.as_str()]);
        assert_eq!(ids(&shown(Own::Member(&member.id))), [record.id.as_str()]);
        assert_eq!(ids(&shown(Own::Terminal(&tv.id))), [""; 0]);
        let id = member.id;
        write(&store, move |tx| purge::purge(tx, &id, NOW));
        store.scrub().unwrap();
        let after = store.read(|tx| requests::get(tx, &record.id)).unwrap().unwrap();
        assert_eq!((after.facts.phone_sealed.as_ref(), after.facts.phone_hint.as_ref()), (None, None));
        assert_eq!(after.facts.summary, "已清除");
        assert_eq!(after.facts.received_at_ms, NOW);
        let entries = store.read(|tx| history::of(tx, &record.id)).unwrap();
        assert_eq!(entries[0].said.text, "已清除");
        assert_eq!(ids(&shown(Own::Household(&household.id))), [""; 0]);
        sound(&store);
    }

    fn a_year_of_the_calendar_is_replaced_by_whoever_read_it(database) {
        let store = database.open();
        let town = Town::new(&store);
        let root = town.root.id;
        let day = |date: &str| WorkDay { date: date.to_owned(), ..WorkDay::default() };
        let year = WorkCalendar { hours: Vec::new(), days: vec![day("2026-10-01"), day("2026-12-31")] };
        let replaced = |seen: i64, year: &WorkCalendar| {
            let (root, year) = (root.clone(), year.clone());
            store.write(move |tx| {
                calendar::replace(tx, &root, 2026, Seen::Version(seen), &year, NOW)
            })
        };
        let read = |year: i16| store.read(|tx| calendar::get(tx, &root, year)).unwrap();
        assert_eq!(read(2026), None);
        assert_eq!(replaced(0, &year).unwrap(), 1);
        assert!(matches!(replaced(0, &year), Err(Error::Stale { current: 1 })));
        assert_eq!(read(2026), Some((year, 1)));
        assert_eq!(read(2027), None);
        let less = WorkCalendar { hours: Vec::new(), days: vec![day("2026-05-01")] };
        assert_eq!(replaced(1, &less).unwrap(), 2);
        assert_eq!(read(2026), Some((less, 2)));
    }
}
