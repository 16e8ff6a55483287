//! Enrolment as RFC 8628 has it.

use contract::terminal::TerminalKind;
use store::enrolments::{self, Approval, NewEnrolment, Poll};
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
}
