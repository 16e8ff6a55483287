//! Notices for staff, and wrong PINs.

use contract::staff::NoticeKind;
use store::notices::{self, NewNotice};
use store::pins::{self, Failed, Rule};
use store::{Error, Store, members};

use crate::fixture::{NOW, Town, write};
use crate::members::{add, named};
use crate::terminals::terminal;

const RULE: Rule = Rule {
    tries: 3,
    lock_ms: 1_000,
};

fn raise(store: &Store, organization_id: &str, subject: &str, at: i64) {
    let new = NewNotice {
        organization_id: organization_id.into(),
        kind: NoticeKind::PinLocked,
        subject: subject.into(),
        detail: format!("{subject} {at}"),
    };
    write(store, move |tx| notices::raise(tx, &new, at));
}

store::on_both_engines! {
    fn a_notice_is_raised_once_until_somebody_looks(database) {
        let store = database.open();
        let town = Town::new(&store);
        let list = |within: &str, unseen: bool| store.read(|tx| notices::list(tx, within, unseen, None, 10)).unwrap();
        raise(&store, &town.branch.id, "member:a", NOW);
        raise(&store, &town.branch.id, "member:a", NOW + 1);
        raise(&store, &town.east.id, "member:b", NOW + 2);
        let here = list(&town.west.id, true);
        assert_eq!(here.len(), 1);
        assert_eq!((here[0].at_ms, here[0].detail.as_str()), (NOW + 1, "member:a 1790000000001"));
        assert_eq!(list(&town.root.id, true).len(), 2);
        let seen = |at: i64| { let id = here[0].id.clone(); write(&store, move |tx| notices::mark_seen(tx, &id, at)); };
        seen(NOW + 5);
        seen(NOW + 9);
        assert!(list(&town.west.id, true).is_empty());
        assert_eq!(list(&town.west.id, false)[0].seen_at_ms, Some(NOW + 5));
        raise(&store, &town.branch.id, "member:a", NOW + 10);
        assert_eq!(list(&town.west.id, false).len(), 2, "it happened again");
        assert_eq!(write(&store, |tx| notices::purge(tx, NOW + 6)), 1);
        let lost = store.write::<_, Error, _>(|tx| notices::mark_seen(tx, "x", NOW));
        assert!(matches!(lost, Err(Error::NotFound("notice"))));
    }

    fn wrong_pins_lock_one_member_on_one_terminal(database) {
        let store = database.open();
        let town = Town::new(&store);
        let member = add(&store, &town.east, &named("甲")).id;
        let (here, there) = (terminal(&store, &town.east.id, "1").id, terminal(&store, &town.east.id, "2").id);
        let fail = |terminal: &str, at: i64| {
            let (member, terminal) = (member.clone(), terminal.to_owned());
            write(&store, move |tx| pins::record_failure(tx, &member, &terminal, RULE, at))
        };
        let locked = |terminal: &str, at: i64| store.read(|tx| pins::locked_until(tx, &member, terminal, at)).unwrap();
        assert_eq!((fail(&here, NOW), fail(&here, NOW)), (Failed::Left(2), Failed::Left(1)));
        let (id, at) = (member.clone(), here.clone());
        write(&store, move |tx| pins::record_success(tx, &id, &at));
        assert_eq!((fail(&here, NOW), fail(&here, NOW)), (Failed::Left(2), Failed::Left(1)));
        assert_eq!(fail(&here, NOW), Failed::Locked { until_ms: NOW + 1_000 });
        assert_eq!(locked(&here, NOW + 999), Some(NOW + 1_000));
        assert_eq!(locked(&here, NOW + 1_000), None);
        assert_eq!(locked(&there, NOW), None);
        assert_eq!(fail(&there, NOW), Failed::Left(2));
        let id = member.clone();
        write(&store, move |tx| members::set_pin(tx, &id, Some("new"), NOW));
        assert_eq!(locked(&here, NOW), None, "a new PIN unlocks");
        assert_eq!(fail(&there, NOW), Failed::Left(2));
    }

    fn wrong_pins_at_the_same_time_are_all_counted(database) {
        let store = database.open();
        let town = Town::new(&store);
        let member = add(&store, &town.east, &named("甲")).id;
        let tv = terminal(&store, &town.east.id, "1").id;
        let rule = Rule { tries: 100, lock_ms: 1 };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                let (store, member, tv) = (&store, member.clone(), tv.clone());
                scope.spawn(move || write(store, move |tx| pins::record_failure(tx, &member, &tv, rule, NOW)));
            }
        });
        let last = write(&store, move |tx| pins::record_failure(tx, &member, &tv, rule, NOW));
        assert_eq!(last, Failed::Left(91));
    }
}
