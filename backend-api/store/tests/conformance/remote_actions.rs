//! What staff ask terminals to do.

use contract::remote_action::RemoteKind;
use contract::station_check::{StationCheck, StationLine};
use contract::terminal::TerminalKind;
use store::terminals::{self, NewTerminal};
use store::{Store, remote_actions};

use crate::fixture::{NOW, Town, write};

fn terminal(store: &Store, organization_id: &str, name: &str) -> String {
    let new = NewTerminal {
        kind: TerminalKind::Household,
        name: name.into(),
        organization_id: organization_id.to_owned(),
        token_sha256: name.into(),
    };
    write(store, move |tx| terminals::create(tx, &new, NOW)).id
}

fn ask(store: &Store, terminal_id: &str, kind: RemoteKind, at_ms: i64) -> String {
    let terminal_id = terminal_id.to_owned();
    write(store, move |tx| {
        remote_actions::ask(tx, &terminal_id, kind, "li", at_ms)
    })
    .id
}

fn report(store: &Store, id: &str, done: bool, at_ms: i64) {
    let id = id.to_owned();
    write(store, move |tx| {
        if done {
            remote_actions::done(tx, &id, None, at_ms)
        } else {
            remote_actions::taken(tx, &id, at_ms)
        }
    });
}

store::on_both_engines! {
    fn what_was_asked_is_kept_with_what_became_of_it(database) {
        let store = database.open();
        let town = Town::new(&store);
        let (one, other) = (terminal(&store, &town.east.id, "一"), terminal(&store, &town.east.id, "二"));
        let restart = ask(&store, &one, RemoteKind::Restart, NOW);
        let resync = ask(&store, &one, RemoteKind::Resync, NOW + 10);
        let elsewhere = ask(&store, &other, RemoteKind::Resync, NOW + 10);
        let open = |since_ms| -> Vec<String> {
            let found = store.read(|tx| remote_actions::open(tx, &one, since_ms)).unwrap();
            found.into_iter().map(|it| it.id).collect()
        };
        assert_eq!(open(NOW), [restart.clone(), resync.clone()]);
        assert_eq!(open(NOW + 1), std::slice::from_ref(&resync));
        report(&store, &restart, false, NOW + 20);
        assert_eq!(open(NOW).len(), 2, "it is not done");
        report(&store, &restart, true, NOW + 30);
        report(&store, &restart, true, NOW + 40);
        report(&store, &resync, true, NOW + 50);
        assert_eq!(open(NOW), [""; 0]);
        let get = |id: &str| store.read(|tx| remote_actions::get(tx, id)).unwrap().unwrap();
        let found = get(&restart);
        assert_eq!((found.terminal_id.as_str(), found.kind, found.asked_by.as_str()), (one.as_str(), RemoteKind::Restart, "li"));
        assert_eq!((found.taken_at_ms, found.done_at_ms), (Some(NOW + 20), Some(NOW + 30)), "the first counts");
        assert_eq!(get(&resync).taken_at_ms, Some(NOW + 50));
        assert_eq!(get(&elsewhere).done_at_ms, None);
        assert_eq!(store.read(|tx| remote_actions::get(tx, "none")).unwrap(), None);
        let listed = store.read(|tx| remote_actions::list(tx, &one, 1)).unwrap();
        assert_eq!(listed[0].id, resync, "the latest");
        assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
    }

    fn the_latest_check_of_each_station_is_found(database) {
        let store = database.open();
        let town = Town::new(&store);
        let names: Vec<String> = (0..70).map(|number| format!("站{number}")).collect();
        let stations: Vec<String> = names.iter().map(|name| terminal(&store, &town.east.id, name)).collect();
        let kind = RemoteKind::Check;
        ask(&store, &stations[0], kind, NOW);
        let latest = ask(&store, &stations[0], kind, NOW + 1);
        ask(&store, &stations[0], RemoteKind::Restart, NOW + 2);
        ask(&store, &stations[1], kind, NOW - 1);
        let last = ask(&store, &stations[69], kind, NOW);
        let line = StationLine { round_trip_ms: Some(12), tries: 5, lost: 1 };
        let check = StationCheck { line, ..StationCheck::default() };
        for found in [check, StationCheck::default()] {
            let id = last.clone();
            write(&store, move |tx| remote_actions::done(tx, &id, Some(&found), NOW + 5));
        }
        let ids: Vec<&str> = stations.iter().map(String::as_str).collect();
        let mut found = store.read(|tx| remote_actions::latest(tx, &ids, kind, NOW)).unwrap();
        found.sort_by(|a, b| a.id.cmp(&b.id));
        let found: Vec<_> = found.into_iter().map(|one| (one.id, one.found)).collect();
        let mut expected = vec![(latest, None), (last, Some(check))];
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(found, expected, "what was said first stays");
        assert!(store.read(|tx| remote_actions::latest(tx, &[], kind, NOW)).unwrap().is_empty());
    }

    fn of_each_terminal_only_the_latest_are_kept(database) {
        let store = database.open();
        let town = Town::new(&store);
        let (one, other) = (terminal(&store, &town.east.id, "一"), terminal(&store, &town.west.id, "二"));
        let kept = ask(&store, &other, RemoteKind::Restart, NOW);
        for at_ms in 0..i64::from(remote_actions::KEPT) + 3 {
            ask(&store, &one, RemoteKind::Restart, NOW + at_ms);
        }
        let found = store.read(|tx| remote_actions::list(tx, &one, 1_000)).unwrap();
        assert_eq!(found.len(), 50);
        assert_eq!(found.last().unwrap().asked_at_ms, NOW + 3);
        assert_eq!(store.read(|tx| remote_actions::list(tx, &other, 9)).unwrap()[0].id, kept);
    }
}
