//! Duty rooms and the log of who looked into them.

use std::slice::from_ref;

use contract::duty::{DutyLook, DutySource};
use contract::organization::Organization;
use contract::terminal::TerminalKind;
use store::duty::{self, Content, Picture, Record, looks};
use store::sealing;
use store::terminals::{self, NewTerminal};
use store::{Error, Outcome, Store};

use crate::fixture::{NOW, Town, source, write};

fn station(store: &Store, organization: &Organization, name: &str) -> String {
    let new = NewTerminal {
        kind: TerminalKind::Station,
        name: name.into(),
        organization_id: organization.id.clone(),
        token_sha256: name.into(),
    };
    write(store, move |tx| Ok(terminals::create(tx, &new, NOW)?.id))
}

fn content(organization: &Organization, title: &str, picture: Picture) -> Content {
    Content {
        title: title.into(),
        organization_id: organization.id.clone(),
        picture,
    }
}

fn camera(sealed: &str) -> Picture {
    Picture::Camera(sealed.into())
}

fn made(store: &Store, content: &Content) -> Record {
    let content = content.clone();
    write(store, move |tx| {
        duty::create(tx, &duty::new_id(NOW), &content, "li", NOW)
    })
}

fn get(store: &Store, id: &str) -> Option<Record> {
    store.read(|tx| duty::get(tx, id)).unwrap()
}

fn opened(store: &Store, room: &Record, by: &str, at_ms: i64) -> DutyLook {
    let (room, by) = (room.clone(), by.to_owned());
    write(store, move |tx| looks::open(tx, &room, &by, at_ms))
}

fn closed(store: &Store, id: &str, at_ms: i64) -> bool {
    let id = id.to_owned();
    write(store, move |tx| looks::close(tx, &id, at_ms))
}

fn sound(store: &Store) {
    assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
}

store::on_both_engines! {
    fn a_room_has_a_station_or_a_camera(database) {
        let store = database.open();
        let town = Town::new(&store);
        let tv = station(&store, &town.east, "会议室");
        let one = made(&store, &content(&town.east, "值班室", Picture::Station(tv.clone())));
        assert_eq!((one.organization.name.as_str(), one.looking), ("ZJ村", 0));
        let two = made(&store, &content(&town.west, "大厅", camera("k1.abc")));
        let room = two.to_room();
        assert_eq!((room.source, room.terminal_id), (DutySource::Camera, None));
        assert_eq!(one.to_room().terminal_id.as_ref(), Some(&tv));

        // A station has one room; a room may keep its own.
        let second = content(&town.east, "又一间", Picture::Station(tv.clone()));
        let (again, id) = (second.clone(), two.id.clone());
        write(&store, move |tx| {
            let made = duty::create(tx, &duty::new_id(NOW), &again, "li", NOW);
            assert!(matches!(made, Err(Error::Taken(_))));
            assert!(matches!(duty::edit(tx, &id, &again, NOW), Err(Error::Taken(_))));
            Ok(())
        });
        let (id, again) = (one.id.clone(), second.clone());
        let edited = write(&store, move |tx| duty::edit(tx, &id, &again, NOW + 1));
        assert_eq!(edited.title, "又一间");
        let nowhere = Content { organization_id: "nowhere".into(), ..second };
        let refused = store.write(move |tx| duty::create(tx, "x", &nowhere, "li", NOW));
        assert!(matches!(refused, Err(Error::NotFound("organization"))));

        let list = |within: &str, before: Option<&str>, limit| {
            let found = store.read(|tx| duty::list(tx, within, before, limit)).unwrap();
            found.into_iter().map(|it| it.id).collect::<Vec<_>>()
        };
        assert_eq!(list(&town.root.id, None, 10), [two.id.clone(), one.id.clone()]);
        assert_eq!(list(&town.root.id, Some(&two.id), 10), from_ref(&one.id));
        assert_eq!(list(&town.root.id, None, 1), from_ref(&two.id));
        assert_eq!(list(&town.east.id, None, 10), from_ref(&one.id));
        let here = store.read(|tx| duty::of_organization(tx, &town.root.id)).unwrap();
        assert_eq!(here, [], "of exactly this place");

        // Without a room the station is free for another.
        let id = one.id.clone();
        assert!(write(&store, move |tx| duty::delete(tx, &id, NOW)));
        let id = one.id.clone();
        assert!(!write(&store, move |tx| duty::delete(tx, &id, NOW)));
        assert_eq!(get(&store, &one.id), None);
        assert_eq!(list(&town.root.id, None, 10), [two.id]);
        made(&store, &content(&town.east, "值班室", Picture::Station(tv)));
        sound(&store);
    }

    fn a_line_is_ended_once_and_stays(database) {
        let store = database.open();
        let town = Town::new(&store);
        let room = made(&store, &content(&town.east, "值班室", camera("k1.abc")));
        let other = made(&store, &content(&town.west, "大厅", camera("k1.def")));
        let first = opened(&store, &room, "清河镇 · li", NOW);
        let second = opened(&store, &room, "清河镇 · wang", NOW + 1);
        let elsewhere = opened(&store, &other, "清河镇 · li", NOW + 2);
        assert_eq!(get(&store, &room.id).unwrap().looking, 2);
        let going_on = store.read(looks::going_on).unwrap();
        assert_eq!(going_on.iter().map(|it| &it.look.id).collect::<Vec<_>>(), [&first.id, &second.id, &elsewhere.id]);
        assert_eq!(going_on[2].organization_id, town.west.id);

        assert!(closed(&store, &second.id, NOW + 60_000));
        assert!(!closed(&store, &second.id, NOW + 90_000), "once");
        assert!(!closed(&store, "never", NOW));
        // Those that go on stand first, however old they are.
        let place = |id: &str, limit| store.read(|tx| looks::of_place(tx, id, limit)).unwrap();
        let over = DutyLook { closed_at_ms: Some(NOW + 60_000), ..second.clone() };
        assert_eq!(place(&town.east.id, 50), [first.clone(), over.clone()]);
        assert_eq!(place(&town.east.id, 0), from_ref(&first));
        let log = |before: Option<&str>, limit| store.read(|tx| looks::of_room(tx, &room.id, before, limit)).unwrap();
        assert_eq!(log(None, 10), [over.clone(), first.clone()]);
        assert_eq!(log(Some(&second.id), 10), from_ref(&first));
        assert_eq!(log(None, 1), from_ref(&over));
        // A clock that was put back.
        assert!(closed(&store, &elsewhere.id, NOW - 60_000));
        let line = store.read(|tx| looks::get(tx, &elsewhere.id)).unwrap().unwrap();
        assert_eq!(line.look.closed_at_ms, Some(NOW + 2));

        // Deleting the room ends what goes on; the place can still read all of it.
        let id = room.id.clone();
        write(&store, move |tx| duty::delete(tx, &id, NOW + 70_000));
        let ended = DutyLook { closed_at_ms: Some(NOW + 70_000), ..first };
        assert_eq!(place(&town.east.id, 50), [over, ended]);
        sound(&store);
    }

    fn importing_again_changes_only_what_changed(database) {
        let store = database.open();
        let town = Town::new(&store);
        let import = |hash: &str, content: &Content| {
            let (source, content) = (source("duty-rooms.csv#1", hash), content.clone());
            write(&store, move |tx| duty::import(tx, &duty::new_id(NOW), &source, &content, "import", NOW))
        };
        let first = content(&town.east, "值班室", camera("k1.abc"));
        let made = import("1", &first);
        assert_eq!(made.outcome, Outcome::Created);
        assert_eq!(import("1", &first).outcome, Outcome::Unchanged);
        let changed = import("2", &content(&town.west, "大厅", camera("k1.def")));
        assert_eq!((changed.outcome, &changed.id), (Outcome::Updated, &made.id));
        assert_eq!(get(&store, &made.id).unwrap().organization.id, town.west.id);
        let withdraw = || write(&store, |tx| duty::withdraw_source(tx, "duty-rooms.csv#1", NOW));
        assert!(withdraw());
        assert!(!withdraw());
        assert_eq!(get(&store, &made.id), None);
        assert_eq!(store.read(duty::sources).unwrap()[0].hash, None);
        assert_eq!(import("2", &first).outcome, Outcome::Updated, "it is back");
        assert_eq!(get(&store, &made.id).unwrap().title, "值班室");
        sound(&store);
    }

    fn addresses_are_sealed_anew_and_count_as_sealed(database) {
        let store = database.open();
        let town = Town::new(&store);
        assert!(!store.read(sealing::any).unwrap());
        let tv = station(&store, &town.east, "会议室");
        made(&store, &content(&town.east, "值班室", Picture::Station(tv)));
        assert!(!store.read(sealing::any).unwrap());
        let room = made(&store, &content(&town.east, "大厅", camera("k1.abc")));
        assert!(store.read(sealing::any).unwrap());
        let old = |prefix: &str, after: &str| store.read(|tx| duty::cameras_without_prefix(tx, prefix, after, 10)).unwrap();
        assert_eq!(old("k1.", ""), []);
        assert_eq!(old("k2.", ""), [(room.id.clone(), "k1.abc".to_owned())]);
        assert_eq!(old("k2.", &room.id), []);
        let id = room.id.clone();
        write(&store, move |tx| duty::replace_camera(tx, &id, "k2.xyz"));
        assert_eq!(old("k2.", ""), []);
        assert_eq!(get(&store, &room.id).unwrap().picture, camera("k2.xyz"));
        // Nothing is left of a deleted one.
        let id = room.id;
        write(&store, move |tx| duty::delete(tx, &id, NOW));
        assert!(!store.read(sealing::any).unwrap());
    }
}
