//! Enrolment as RFC 8628 has it.

use contract::terminal::TerminalKind;
use store::enrolments::{self, Approval, Found, NewEnrolment, Poll, Room};
use store::{Error, Result, Store};

use crate::fixture::{NOW, Town, write};

const EXPIRES: i64 = NOW + 600_000;

fn start(store: &Store, device: &str, user: &str, now: i64) -> Result<()> {
    let new = NewEnrolment {
        device_code_sha256: device.into(),
        user_code: user.into(),
        hardware: "box".into(),
        expires_at_ms: now + 600_000,
        interval_ms: 5_000,
        address: "192.0.2.1".into(),
        network: "192.0.2.0/24".into(),
    };
    store.write::<_, Error, _>(move |tx| enrolments::start(tx, &new, now))
}

fn poll(store: &Store, device: &'static str, now: i64) -> Poll {
    write(store, move |tx| enrolments::poll(tx, device, now))
}

fn approve(store: &Store, organization_id: &str, user: &'static str, now: i64) -> Result<()> {
    let approval = Approval {
        organization_id: organization_id.into(),
        kind: TerminalKind::Station,
        name: "会议室".into(),
        household_id: None,
        replaces_terminal_id: None,
    };
    store.write::<_, Error, _>(move |tx| enrolments::approve(tx, user, &approval, now))
}

store::on_both_engines! {
    fn one_approval_makes_one_terminal(database) {
        let store = database.open();
        let town = Town::new(&store);
        start(&store, "d", "1234", NOW).unwrap();
        assert_eq!(store.read(|tx| enrolments::pending(tx, NOW)).unwrap()[0].user_code, "1234");
        assert_eq!(poll(&store, "d", NOW), Poll::Pending);
        approve(&store, &town.east.id, "1234", NOW).unwrap();
        assert!(matches!(approve(&store, &town.east.id, "1234", NOW), Err(Error::NotFound("enrolment"))));
        assert!(store.read(|tx| enrolments::pending(tx, NOW)).unwrap().is_empty());
        assert_eq!(poll(&store, "d", NOW + 1), Poll::Approved);
        let made: Vec<_> = std::thread::scope(|scope| {
            let racers: Vec<_> = ["a", "b", "c"].map(|token| {
                let store = &store;
                scope.spawn(move || store.write::<_, Error, _>(move |tx| enrolments::consume(tx, "d", token, NOW + 1)))
            }).into();
            racers.into_iter().filter_map(|racer| racer.join().unwrap().ok()).collect()
        });
        assert_eq!(made.len(), 1);
        assert_eq!((made[0].kind, made[0].name.as_str()), (TerminalKind::Station, "会议室"));
        assert_eq!(made[0].organization.id, town.east.id);
        assert_eq!(poll(&store, "d", EXPIRES - 1), Poll::Consumed);
        assert_eq!(poll(&store, "d", EXPIRES), Poll::Unknown);
    }

    fn impatience_is_slowed_down(database) {
        let store = database.open();
        start(&store, "d", "1234", NOW).unwrap();
        assert_eq!(poll(&store, "d", NOW), Poll::Pending);
        assert_eq!(poll(&store, "d", NOW + 4_999), Poll::SlowDown);
        assert_eq!(poll(&store, "d", NOW + 4_999 + 9_999), Poll::SlowDown, "five seconds longer now");
        assert_eq!(poll(&store, "d", NOW + 4_999 + 9_999 + 15_000), Poll::Pending);
        assert_eq!(poll(&store, "other", NOW), Poll::Unknown);
    }

    fn codes_decline_and_expire(database) {
        let store = database.open();
        let town = Town::new(&store);
        start(&store, "d", "1234", NOW).unwrap();
        assert!(matches!(start(&store, "e", "1234", NOW), Err(Error::Taken("user code"))));
        write(&store, |tx| enrolments::decline(tx, "1234", NOW));
        assert_eq!(poll(&store, "d", NOW), Poll::Declined);
        assert_eq!(poll(&store, "d", EXPIRES), Poll::Expired);
        start(&store, "e", "1234", EXPIRES).unwrap();
        assert_eq!(poll(&store, "d", EXPIRES), Poll::Unknown, "the code belongs to another box now");
        assert!(approve(&store, &town.east.id, "1234", EXPIRES + 600_000).is_err());
        assert_eq!(write(&store, |tx| enrolments::purge(tx, EXPIRES + 600_001)), 1);
        assert_eq!(poll(&store, "e", EXPIRES), Poll::Unknown);
    }

    fn who_floods_makes_room_with_their_own_and_who_waits_alone_stays(database) {
        let store = database.open();
        let room = Room { of_address: 3, of_network: 4, of_all: 6 };
        let begin = |address: &'static str, number: usize| {
            let network = format!("{}.0/24", address.rsplit_once('.').unwrap().0);
            let new = NewEnrolment {
                device_code_sha256: format!("d{number}"),
                user_code: format!("{number}"),
                hardware: "box".into(),
                expires_at_ms: NOW + 600_000,
                interval_ms: 5_000,
                address: address.into(),
                network: network.clone(),
            };
            let at = NOW + i64::try_from(number).unwrap();
            write(&store, move |tx| {
                let found = enrolments::make_room(tx, address, &network, room, at)?;
                if found != Found::None {
                    enrolments::start(tx, &new, at)?;
                }
                Ok(found)
            })
        };
        let waits = |number: usize| {
            let code = number.to_string();
            store.read(|tx| enrolments::is_pending(tx, &code, NOW + 100)).unwrap()
        };
        assert_eq!(begin("198.51.100.7", 0), Found::Room, "a real one");
        let flood: Vec<_> = (1..5).map(|number| begin("192.0.2.1", number)).collect();
        assert_eq!(flood, [Found::Room, Found::Room, Found::Room, Found::InItsNetwork]);
        assert_eq!((waits(0), waits(1), waits(4)), (true, false, true));
        // Its neighbours are of the same network.
        assert_eq!((begin("192.0.2.2", 5), begin("192.0.2.3", 6)), (Found::Room, Found::InItsNetwork));
        assert!(!waits(2) && waits(3));
        // All is full: one of the network with the most gives way, nobody who waits alone.
        assert_eq!((begin("203.0.113.9", 7), begin("203.0.114.9", 8)), (Found::Room, Found::Elsewhere));
        assert!(waits(0) && waits(7) && waits(8) && !waits(3));
        for (number, address) in ["203.0.115.9", "203.0.116.9", "203.0.117.9"].into_iter().enumerate() {
            begin(address, 9 + number);
        }
        assert_eq!(begin("203.0.118.9", 12), Found::None, "everybody waits alone");
        assert!(waits(0) && waits(7) && !waits(12));
    }
}
