//! The tree.

use std::collections::BTreeSet;
use std::time::Instant;

use contract::organization::{Organization, OrganizationKind};
use store::organizations::{self, NewOrganization};
use store::{Error, Store};

use crate::fixture::{NOW, Town, organization, write};

fn codes(organizations: &[Organization]) -> Vec<&str> {
    organizations
        .iter()
        .map(|organization| organization.code.as_str())
        .collect()
}

fn subtree(store: &Store, id: &str) -> Vec<Organization> {
    store.read(|tx| organizations::subtree(tx, id)).unwrap()
}

fn new(parent: Option<&Organization>, code: &str) -> NewOrganization {
    NewOrganization {
        parent_id: parent.map(|parent| parent.id.clone()),
        kind: OrganizationKind::Village,
        code: code.into(),
        name: code.into(),
    }
}

store::on_both_engines! {
    fn subtrees_and_ways_to_the_root(database) {
        let store = database.open();
        let town = Town::new(&store);
        assert_eq!(codes(&store.read(organizations::all).unwrap()), ["QH", "LJ", "ZJ", "LJ1"]);
        assert_eq!(codes(&subtree(&store, &town.west.id)), ["LJ", "LJ1"]);
        let way = store.read(|tx| organizations::ancestors(tx, &town.branch.id)).unwrap();
        assert_eq!(codes(&way), ["QH", "LJ", "LJ1"]);
        let within = |id: &str, above: &str| store.read(|tx| organizations::is_within(tx, id, above)).unwrap();
        assert!(within(&town.branch.id, &town.root.id));
        assert!(within(&town.branch.id, &town.branch.id));
        assert!(!within(&town.root.id, &town.branch.id));
        assert!(!within(&town.branch.id, &town.east.id));
        assert_eq!(store.read(|tx| organizations::by_code(tx, "ZJ")).unwrap(), Some(town.east));
        assert_eq!(store.read(|tx| organizations::get(tx, "nobody")).unwrap(), None);
    }

    fn codes_are_unique_and_there_is_one_root(database) {
        let store = database.open();
        let town = Town::new(&store);
        let try_new = |new: NewOrganization| {
            store.write::<_, Error, _>(move |tx| organizations::create(tx, &new, NOW)).unwrap_err()
        };
        assert!(matches!(try_new(new(Some(&town.east), "LJ1")), Error::Taken("organization code")));
        assert!(matches!(try_new(new(None, "second")), Error::Taken("root of the tree")));
        let lost = NewOrganization { parent_id: Some("nobody".into()), ..new(None, "lost") };
        assert!(matches!(try_new(lost), Error::NotFound("organization")));
        assert_eq!(store.read(organizations::all).unwrap().len(), 4);
    }

    fn a_moved_subtree_stays_whole(database) {
        let store = database.open();
        let town = Town::new(&store);
        let cell = organization(&store, Some(&town.branch), "LJ11");
        let (west, east) = (town.west.id.clone(), town.east.id.clone());
        write(&store, move |tx| organizations::move_to(tx, &west, &east));
        assert_eq!(codes(&subtree(&store, &town.east.id)), ["ZJ", "LJ", "LJ1", "LJ11"]);
        let way = store.read(|tx| organizations::ancestors(tx, &cell.id)).unwrap();
        assert_eq!(codes(&way), ["QH", "ZJ", "LJ", "LJ1", "LJ11"]);
        assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());

        let (east, branch) = (town.east.id.clone(), town.branch.id.clone());
        let below = store.write::<_, Error, _>(move |tx| organizations::move_to(tx, &east, &branch));
        assert!(matches!(below, Err(Error::Cycle)));
        let (west, root) = (town.west.id.clone(), town.root.id.clone());
        write(&store, move |tx| organizations::move_to(tx, &west, &root));
        assert_eq!(codes(&subtree(&store, &town.east.id)), ["ZJ"]);
        assert_eq!(codes(&store.read(organizations::all).unwrap()), ["QH", "LJ", "ZJ", "LJ1", "LJ11"]);
        assert_eq!(store.integrity_check().unwrap(), Vec::<String>::new());
    }

    fn a_change_is_told_only_if_there_was_one(database) {
        let store = database.open();
        let id = Town::new(&store).east.id;
        let update = |name: &'static str| {
            let id = id.clone();
            write(&store, move |tx| organizations::update(tx, &id, OrganizationKind::Branch, name, NOW))
        };
        assert!(update("新名"));
        assert!(!update("新名"));
        assert_eq!(store.read(|tx| organizations::get(tx, &id)).unwrap().unwrap().name, "新名");
    }
}

/// A prefecture: 4,807 organizations, four levels. The figures are far above what is needed, so
/// that a busy machine passes, and far below what reading the whole table would take.
#[test]
fn a_prefecture_answers_at_once() {
    let database = store::testing::TestDatabase::sqlite();
    let store = database.open();
    let villages = write(&store, |tx| {
        let root = organizations::create(tx, &new(None, "root"), NOW)?;
        let mut villages = Vec::new();
        for county in 0..8 {
            let county = organizations::create(tx, &new(Some(&root), &format!("c{county}")), NOW)?;
            for town in 0..10 {
                let code = format!("{}t{town}", county.code);
                let town = organizations::create(tx, &new(Some(&county), &code), NOW)?;
                for village in 0..59 {
                    let code = format!("{}v{village}", town.code);
                    villages.push(organizations::create(tx, &new(Some(&town), &code), NOW)?.id);
                }
            }
        }
        Ok(villages)
    });
    let all = store.read(organizations::all).unwrap();
    assert_eq!(all.len(), 1 + 8 + 80 + 80 * 59);
    let root = &all[0].id;
    let started = Instant::now();
    store
        .read::<_, Error>(|tx| {
            for village in &villages {
                assert!(organizations::is_within(tx, village, root)?);
                assert!(!organizations::is_within(tx, root, village)?);
            }
            Ok(())
        })
        .unwrap();
    let each = started.elapsed().as_micros() / (2 * villages.len() as u128);
    assert!(each < 500, "{each} µs a question");
    assert_eq!(
        villages.iter().collect::<BTreeSet<_>>().len(),
        villages.len()
    );
}
