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
            prop_assert_eq!(stored.finished, reports.iter().any(|report| report.finished));
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
            let content = programme(&town.root, &town.root, key);
            films.push(write(&store, move |tx| programmes::import(tx, &source(key, "1"), &content, NOW)).id);
        }
        let terminal = terminal(&store, &town.east.id, "1").id;
        // The first is watched to the end in the old year and begun again in the new one.
        for (film, at_ms, finished) in [
            (0, NEW_YEAR - 60_000, false), (0, NEW_YEAR - 1, true), (0, NEW_YEAR, false), (1, NEW_YEAR + 1, true),
        ] {
            let (terminal, film) = (terminal.clone(), films[film].clone());
            write(&store, move |tx| progress::record(tx, &terminal, &film, &report(1, at_ms, finished)));
        }
        let year = |year| store.read(|tx| progress::of_year(tx, &terminal, year)).unwrap();
        assert_eq!((year(2025), year(2026), year(2027)), ((0, 0), (1, 2_000), (1, 2_000)));
    }

    fn an_unknown_programme_is_refused(database) {
        let store = database.open();
        let terminal = terminal(&store, &Town::new(&store).east.id, "1").id;
        let refused = store.write::<_, Error, _>(move |tx| progress::record(tx, &terminal, "none", &report(1, NOW, false)));
        assert!(matches!(refused, Err(Error::NotFound("programme"))));
    }
}
