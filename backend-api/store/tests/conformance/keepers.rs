//! What staff have in hand, and handing it over.

use contract::account::{HandKind, Role};
use store::versions::Seen;
use store::{bulletins, keepers, meetings, staff};

use crate::fixture::{NOW, Town, write};

/// Kinds and titles.
fn titles(store: &store::Store, account: &staff::Account) -> Vec<(HandKind, String)> {
    let held = store.read(|tx| keepers::held(tx, &account.id, &account.login));
    let held = held.unwrap().into_iter();
    held.map(|item| (item.kind, item.title)).collect()
}

store::on_both_engines! {
    fn what_is_not_finished_is_with_who_wrote_it_until_it_is_handed_over(database) {
        use HandKind::{Bulletin, Meeting};
        let store = database.open();
        let town = Town::new(&store);
        let [wang, li] = ["wang", "li"].map(|login| {
            let office = town.root.id.clone();
            write(&store, move |tx| staff::create_account(tx, login, "x", &office, Role::OrganizationStaff, NOW))
        });
        let content = |title: &str| bulletins::Content {
            list: "l".into(),
            organization_id: town.east.id.clone(),
            audience_id: town.east.id.clone(),
            title: title.into(),
            ..bulletins::Content::default()
        };
        let [draft, published] = ["draft", "published"].map(|title| {
            let content = content(title);
            write(&store, move |tx| {
                tx.written_by("wang");
                bulletins::create(tx, &content, NOW)
            })
        });
        let id = published.id;
        write(&store, move |tx| {
            tx.written_by("wang");
            bulletins::submit(tx, &id, Seen::Any, NOW)?;
            bulletins::publish(tx, &id, Seen::Any, NOW)
        });
        let plan = meetings::Content {
            title: "meeting".into(),
            organization_id: town.root.id.clone(),
            audience_id: town.root.id.clone(),
            ..meetings::Content::default()
        };
        let meeting = write(&store, move |tx| meetings::create(tx, &plan, "wang", NOW));
        let all = [(Bulletin, "draft".to_owned()), (Meeting, "meeting".to_owned())];
        assert_eq!(titles(&store, &wang), all);
        assert_eq!(titles(&store, &li), []);

        let (to, of) = (li.id.clone(), draft.id.clone());
        write(&store, move |tx| keepers::hand_over(tx, Bulletin, &of, &to));
        assert_eq!(titles(&store, &wang), all[1..]);
        assert_eq!(titles(&store, &li), all[..1]);
        // And back.
        let (to, of) = (wang.id.clone(), draft.id);
        write(&store, move |tx| keepers::hand_over(tx, Bulletin, &of, &to));
        assert_eq!(titles(&store, &wang), all);
        let (to, of) = (li.id.clone(), meeting.id);
        write(&store, move |tx| keepers::hand_over(tx, Meeting, &of, &to));
        assert_eq!(titles(&store, &li), all[1..]);
        assert_eq!(store.read(|tx| keepers::to_answer(tx, &town.root.id)).unwrap(), 0);
    }
}
