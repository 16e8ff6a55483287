//! Notices for staff.

use contract::staff::NoticeKind;
use store::notices::{self, NewNotice, Viewer};
use store::{Error, Store};

use crate::fixture::{NOW, Town, write};

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
        let list = |within: &str, unseen: bool| store.read(|tx| notices::list(tx, Viewer::of_members(within), unseen, None, 10)).unwrap();
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

    fn what_is_said_of_requests_is_for_those_who_see_them(database) {
        let store = database.open();
        let town = Town::new(&store);
        let raise = |kind: NoticeKind, at: i64| {
            let (organization_id, subject) = (town.branch.id.clone(), format!("{kind:?}"));
            let new = NewNotice { organization_id, kind, subject, detail: String::new() };
            write(&store, move |tx| notices::raise(tx, &new, at));
        };
        raise(NoticeKind::Duplicate, NOW);
        raise(NoticeKind::RequestDueSoon, NOW + 1);
        raise(NoticeKind::RequestOverdue, NOW + 2);
        raise(NoticeKind::ReportDueSoon, NOW + 3);
        raise(NoticeKind::ReportOverdue, NOW + 4);
        raise(NoticeKind::NewSubmission, NOW + 5);
        raise(NoticeKind::SubmissionReturned, NOW + 6);
        let seen = |organization_id: &str, sees_members: bool, confides: bool| -> Vec<NoticeKind> {
            let viewer = Viewer { organization_id, sees_members, confides };
            let list = store.read(|tx| notices::list(tx, viewer, true, None, 10)).unwrap();
            let each = |id: &str| store.read(|tx| notices::seen(tx, viewer, id)).unwrap();
            assert!(list.iter().all(|it| each(&it.id).as_ref() == Some(it)));
            list.iter().map(|it| it.kind).collect()
        };
        use NoticeKind as K;
        let nameless = [K::SubmissionReturned, K::NewSubmission, K::RequestOverdue, K::RequestDueSoon];
        assert_eq!(seen(&town.branch.id, false, false), nameless);
        assert_eq!(seen(&town.root.id, false, true), nameless, "those above read no reports");
        let of_members = [K::SubmissionReturned, K::NewSubmission, K::RequestOverdue, K::RequestDueSoon, K::Duplicate];
        assert_eq!(seen(&town.root.id, true, false), of_members);
        let all = [
            K::SubmissionReturned,
            K::NewSubmission,
            K::ReportOverdue,
            K::ReportDueSoon,
            K::RequestOverdue,
            K::RequestDueSoon,
            K::Duplicate,
        ];
        assert_eq!(seen(&town.branch.id, true, true), all);
        assert_eq!(seen(&town.east.id, true, true), []);
        // What was said of one thing to one organization is settled, and nothing else.
        let (branch, east) = (town.branch.id.clone(), town.east.id.clone());
        write(&store, move |tx| {
            notices::settle(tx, &east, "RequestOverdue", NOW + 9)?;
            notices::settle(tx, &branch, "RequestDueSoon", NOW + 9)
        });
        assert_eq!(seen(&town.branch.id, false, false), [K::SubmissionReturned, K::NewSubmission, K::RequestOverdue]);
    }
}
