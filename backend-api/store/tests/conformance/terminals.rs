//! Terminals.

use contract::terminal::{Terminal, TerminalKind, TerminalOnly};
use store::roll_calls::sign_ins;
use store::terminals::{self, NewTerminal};
use store::{Error, Store};

use crate::fixture::{NOW, Town, write};

pub fn terminal(store: &Store, organization_id: &str, token: &str) -> Terminal {
    let new = NewTerminal {
        kind: TerminalKind::Household,
        name: format!("{token} 号"),
        organization_id: organization_id.into(),
        token_sha256: token.into(),
    };
    write(store, move |tx| terminals::create(tx, &new, NOW))
}

store::on_both_engines! {
    fn a_terminal_is_known_by_its_token_until_revoked(database) {
        let store = database.open();
        let town = Town::new(&store);
        let one = terminal(&store, &town.branch.id, "1");
        let by_token = |token: &str| store.read(|tx| terminals::by_token(tx, token)).unwrap();
        assert_eq!(by_token("1"), Some(one.clone()));
        assert_eq!(by_token("2"), None);
        let revoke = || { let id = one.id.clone(); write(&store, move |tx| terminals::revoke(tx, &id, NOW + 1)) };
        assert!(revoke());
        assert!(!revoke());
        assert_eq!(by_token("1").unwrap().revoked_at_ms, Some(NOW + 1));
    }

    fn last_seen_is_kept_to_the_minute(database) {
        let store = database.open();
        let town = Town::new(&store);
        let id = terminal(&store, &town.east.id, "1").id;
        let get = || store.read(|tx| terminals::get(tx, &id)).unwrap().unwrap();
        let minute = NOW - NOW % 60_000;
        let touch = |now: i64| {
            let id = id.clone();
            let needed = terminals::needs_touch(&get(), now);
            let done = write(&store, move |tx| terminals::touch(tx, &id, now));
            assert_eq!(needed, done, "{now}");
            done
        };
        assert!(touch(minute + 59_999));
        assert!(!touch(minute + 1));
        assert_eq!(get().seen_at_ms, Some(minute));
        assert!(touch(minute + 60_000));
        assert!(!touch(minute), "never back");
        assert_eq!(get().seen_at_ms, Some(minute + 60_000));
    }

    fn it_is_kept_when_a_terminal_was_heard_of_before_it_was_silent(database) {
        let store = database.open();
        let town = Town::new(&store);
        let id = terminal(&store, &town.east.id, "1").id;
        let minute = NOW - NOW % 60_000;
        let heard = |now: i64| {
            let (touched, asked) = (id.clone(), id.clone());
            write(&store, move |tx| terminals::touch(tx, &touched, now));
            let places = store.read(|tx| sign_ins::places(tx, &[&asked])).unwrap();
            let heard = places[&asked].heard;
            [heard.before_ms, heard.since_ms, heard.last_ms].map(|at| at.map(|at| (at - minute) / 60_000))
        };
        assert_eq!(heard(minute), [None, Some(0), Some(0)]);
        assert_eq!(heard(minute + 5 * 60_000), [None, Some(0), Some(5)]);
        assert_eq!(heard(minute + 13 * 60_000), [None, Some(0), Some(13)], "no silence yet");
        assert_eq!(heard(minute + 22 * 60_000), [Some(13), Some(22), Some(22)]);
        assert_eq!(heard(minute + 23 * 60_000), [Some(13), Some(22), Some(23)]);
        assert_eq!(heard(minute + 90 * 60_000), [Some(23), Some(90), Some(90)]);
    }

    fn lists_and_moves(database) {
        let store = database.open();
        let town = Town::new(&store);
        let ids: Vec<String> = ["1", "2", "3"].map(|token| terminal(&store, &town.branch.id, token).id).into();
        let list = |within: &str, before: Option<&str>| {
            let found = store.read(|tx| terminals::list(tx, within, before, 2)).unwrap();
            found.into_iter().map(|terminal| terminal.id).collect::<Vec<_>>()
        };
        assert_eq!(list(&town.west.id, None), [ids[2].clone(), ids[1].clone()]);
        assert_eq!(list(&town.west.id, Some(&ids[1])), [ids[0].clone()]);
        let (id, to) = (ids[0].clone(), town.east.id.clone());
        write(&store, move |tx| { terminals::move_to(tx, &id, &to)?; terminals::rename(tx, &id, "新") });
        assert_eq!(list(&town.east.id, None), [ids[0].clone()]);
        assert_eq!(store.read(|tx| terminals::get(tx, &ids[0])).unwrap().unwrap().name, "新");
        let lost = store.write::<_, Error, _>(|tx| terminals::rename(tx, "nobody", "x"));
        assert!(matches!(lost, Err(Error::NotFound("terminal"))));
    }

    fn a_terminal_becomes_something_else_and_those_without_a_household_are_found(database) {
        let store = database.open();
        let town = Town::new(&store);
        let made: Vec<Terminal> = ["1", "2", "3", "4"].map(|token| terminal(&store, &town.branch.id, token)).into();
        let other = terminal(&store, &town.east.id, "5");
        let (station, revoked, bound) = (made[0].id.clone(), made[1].id.clone(), made[2].id.clone());
        let village = town.branch.id.clone();
        write(&store, move |tx| {
            terminals::set_kind(tx, &station, TerminalKind::Station)?;
            terminals::revoke(tx, &revoked, NOW)?;
            let house = store::households::create(tx, &village, "1", NOW)?;
            store::households::bind(tx, &house.id, Some(&bound))
        });
        let get = |id: &str| store.read(|tx| terminals::get(tx, id)).unwrap().unwrap();
        assert_eq!(get(&made[0].id).kind, TerminalKind::Station);
        let missing = store.write::<_, Error, _>(|tx| terminals::set_kind(tx, "no such", TerminalKind::Station));
        assert!(matches!(missing, Err(Error::NotFound("terminal"))));
        let without = |within: &str, before: Option<&str>| {
            let only = Some(TerminalOnly::WithoutHousehold);
            let filter = terminals::Filter { within, only, ..terminals::Filter::default() };
            let found = store.read(|tx| terminals::select(tx, &filter, before, 10)).unwrap();
            found.into_iter().map(|terminal| terminal.id).collect::<Vec<_>>()
        };
        assert_eq!(without(&town.west.id, None), [made[3].id.clone()]);
        assert_eq!(without(&town.root.id, None), [other.id.clone(), made[3].id.clone()]);
        assert_eq!(without(&town.root.id, Some(&other.id)), [made[3].id.clone()]);
        let ids: Vec<&str> = made.iter().map(|it| it.id.as_str()).chain(["no such"]).collect();
        let mut found = store.read(|tx| terminals::by_ids(tx, &ids)).unwrap();
        found.sort_by(|a, b| a.id.cmp(&b.id));
        assert_eq!(found.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ids[..4]);
        assert_eq!(found[1].revoked_at_ms, Some(NOW));
        assert!(store.read(|tx| terminals::by_ids(tx, &[])).unwrap().is_empty());
    }
}
