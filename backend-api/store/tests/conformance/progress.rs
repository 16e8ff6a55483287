//! Progress of watching.

use contract::terminal::ProgressReport;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::{Error, programmes, progress};

use crate::fixture::{NOW, Town, programme, source, write};
use crate::terminals::terminal;

fn report(position_ms: i64, at_ms: i64, finished: bool) -> ProgressReport {
    ProgressReport {
        position_ms,
        duration_ms: 90_000,
        watched_ms: 1_000,
        finished,
        at_ms,
    }
}

/// Places and times watched up to them; whether it is finished after each.
type Reports = &'static [(i64, i64, bool)];

store::on_both_engines! {
    fn the_latest_report_counts_in_whatever_order_they_come(database) {
        let store = database.open();
        let town = Town::new(&store);
        let content = programme(&town.root, &town.root, "film");
        let film = write(&store, move |tx| programmes::import(tx, &source("f", "1"), &content, NOW)).id;
        let round = std::cell::Cell::new(0);
        // Distinct times, shuffled.
        let reports = proptest::collection::vec((0..90_000_i64, any::<bool>()), 1..8)
            .prop_map(|reports| {
                let timed = reports.into_iter().enumerate();
                timed.map(|(index, (position, finished))| report(position, NOW + index as i64, finished)).collect::<Vec<_>>()
            })
            .prop_shuffle();
        let mut runner = TestRunner::new(Config { cases: 20, failure_persistence: None, ..Config::default() });
        runner.run(&reports, |reports| {
            round.set(round.get() + 1);
            let terminal = terminal(&store, &town.east.id, &round.get().to_string()).id;
            for report in reports.clone() {
                let (terminal, film) = (terminal.clone(), film.clone());
                write(&store, move |tx| progress::record(tx, &terminal, &film, &report));
            }
            let stored = store.read(|tx| progress::get(tx, &terminal, &film)).unwrap().unwrap();
            let latest = reports.iter().max_by_key(|report| report.at_ms).unwrap();
            prop_assert_eq!((stored.position_ms, stored.at_ms), (latest.position_ms, latest.at_ms));
            prop_assert_eq!(stored.watched_ms, 1_000 * reports.len() as i64);
            // Neither a place nor a terminal's word makes it watched.
            prop_assert!(!stored.finished);
            prop_assert_eq!(store.read(|tx| progress::list(tx, &terminal)).unwrap(), vec![stored]);
            Ok(())
        }).unwrap();
    }

    fn what_was_watched_belongs_to_the_year_of_its_moment(database) {
        // 2027-01-01 00:00 in China, 2026-12-31 16:00 in London.
        const NEW_YEAR: i64 = 1_798_732_800_000;
        let store = database.open();
        let town = Town::new(&store);
        let mut films = Vec::new();
        for key in ["a", "b"] {
            let content = programmes::Content { duration_ms: 60_000, ..programme(&town.root, &town.root, key) };
            films.push(write(&store, move |tx| programmes::import(tx, &source(key, "1"), &content, NOW)).id);
        }
        let terminal = terminal(&store, &town.east.id, "1").id;
        // The first is watched to the end in the old year and begun again in the new one.
        for (film, at_ms, position_ms, watched_ms) in [
            (0, NEW_YEAR - 60_000, 30_000, 30_000), (0, NEW_YEAR - 1, 60_000, 30_000),
            (0, NEW_YEAR, 5_000, 5_000), (1, NEW_YEAR + 1, 60_000, 60_000),
        ] {
            let (terminal, film) = (terminal.clone(), films[film].clone());
            let report = ProgressReport { position_ms, duration_ms: 60_000, watched_ms, finished: false, at_ms };
            write(&store, move |tx| progress::record(tx, &terminal, &film, &report));
        }
        let year = |year| store.read(|tx| progress::of_year(tx, &terminal, year)).unwrap();
        assert_eq!((year(2025), year(2026), year(2027)), ((0, 0), (1, 60_000), (1, 65_000)));
    }

    fn most_of_it_played_is_finished_and_nothing_else_is(database) {
        let store = database.open();
        let town = Town::new(&store);
        let content = programmes::Content { duration_ms: 60_000, ..programme(&town.root, &town.root, "film") };
        let film = write(&store, move |tx| programmes::import(tx, &source("f", "1"), &content, NOW)).id;
        let evenings: [(&str, Reports); 7] = [
            ("nothing watched", &[(60_000, 0, false)]),
            ("five times forward", &[
                (10_500, 500, false), (20_500, 500, false), (30_500, 500, false),
                (40_500, 500, false), (50_500, 500, false), (60_000, 500, false),
            ]),
            ("the same minute", &[(10_000, 10_000, false); 12]),
            ("an hour of ten seconds", &[(10_000, 3_600_000, false)]),
            ("resumed", &[(30_000, 30_000, false), (50_000, 20_000, false), (60_000, 10_000, true), (5_000, 5_000, true)]),
            ("the end first", &[(60_000, 20_000, false), (25_000, 25_000, false), (40_000, 20_000, true)]),
            ("all but the credits", &[(54_000, 54_000, true), (60_000, 0, true)]),
        ];
        for (number, (what, reports)) in evenings.into_iter().enumerate() {
            let terminal = terminal(&store, &town.east.id, &number.to_string()).id;
            for (at, (position_ms, watched_ms, finished)) in reports.iter().enumerate() {
                // A terminal that claims the opposite, of a length that suits it.
                let report = ProgressReport {
                    position_ms: *position_ms,
                    duration_ms: if *finished { 600_000 } else { 10 },
                    watched_ms: *watched_ms,
                    finished: !finished,
                    at_ms: NOW + at as i64,
                };
                let (to, of) = (terminal.clone(), film.clone());
                let now = write(&store, move |tx| progress::record(tx, &to, &of, &report));
                assert_eq!(now.finished, *finished, "{what}, report {at}");
                let kept = store.read(|tx| progress::get(tx, &terminal, &film)).unwrap();
                assert_eq!(kept, Some(now), "{what}");
            }
        }
    }

    fn of_a_programme_without_length_the_players_counts(database) {
        let store = database.open();
        let town = Town::new(&store);
        let content = programmes::Content { duration_ms: 0, ..programme(&town.root, &town.root, "film") };
        let film = write(&store, move |tx| programmes::import(tx, &source("f", "1"), &content, NOW)).id;
        let terminal = terminal(&store, &town.east.id, "1").id;
        for (position_ms, duration_ms, finished) in [(30_000, 0, false), (60_000, 120_000, false), (90_000, 100_000, true)] {
            let report = ProgressReport { position_ms, duration_ms, watched_ms: 30_000, finished: true, at_ms: NOW + position_ms };
            let (to, of) = (terminal.clone(), film.clone());
            assert_eq!(write(&store, move |tx| progress::record(tx, &to, &of, &report)).finished, finished, "{position_ms}");
        }
    }

    fn figures_of_several_are_those_of_each(database) {
        let store = database.open();
        let town = Town::new(&store);
        let films = ["a", "b", "c"].map(|key| {
            let content = programme(&town.root, &town.root, key);
            write(&store, move |tx| programmes::import(tx, &source(key, "1"), &content, NOW)).id
        });
        for number in 0..3 {
            let to = terminal(&store, &town.east.id, &number.to_string()).id;
            for (of, watched_ms) in films.iter().zip([60_000, 1_000]) {
                let (to, of) = (to.clone(), of.clone());
                let report = ProgressReport { position_ms: watched_ms, watched_ms, ..report(0, NOW, false) };
                write(&store, move |tx| progress::record(tx, &to, &of, &report));
            }
        }
        let ids: Vec<&str> = films.iter().map(String::as_str).collect();
        let all = store.read(|tx| progress::figures_of(tx, &ids)).unwrap();
        assert_eq!(all.len(), 2);
        for id in &ids {
            let one = store.read(|tx| progress::figures(tx, id)).unwrap();
            assert_eq!(all.get(*id).copied().unwrap_or_default(), one);
        }
        assert_eq!(all[ids[1]].0, 3);
        assert_eq!(store.read(|tx| progress::figures_of(tx, &[])).unwrap().len(), 0);
    }

    fn an_unknown_programme_is_refused(database) {
        let store = database.open();
        let terminal = terminal(&store, &Town::new(&store).east.id, "1").id;
        let refused = store.write::<_, Error, _>(move |tx| progress::record(tx, &terminal, "none", &report(1, NOW, false)));
        assert!(matches!(refused, Err(Error::NotFound("programme"))));
    }
}
