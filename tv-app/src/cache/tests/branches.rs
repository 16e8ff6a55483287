//! Pages of organizations in the cache.

use contract::branch::Branch;
use contract::bulletin::Bulletin;
use contract::feed::{Change, Document};
use contract::organization::OrganizationRef;
use contract::township::ListingKind;

use super::{Fixture, NOW, bulletin, page, picture};
use crate::cache::{DocumentKind, Gone};

fn branch(id: &str, name: &str) -> Branch {
    Branch {
        id: id.to_owned(),
        organization: OrganizationRef {
            id: id.to_owned(),
            name: name.to_owned(),
        },
        members: 46,
        introduction: vec!["介绍".to_owned()],
        published_at_ms: NOW,
        ..Branch::default()
    }
}

#[test]
fn pages_are_listed_found_and_forgotten() {
    let mut fixture = Fixture::new();
    let mut west = branch("w", "西河村");
    west.photo = Some(picture(b"village"));
    let documents = vec![west.clone().into(), branch("e", "东岭村").into()];
    fixture.cache.apply(&page("1", documents)).unwrap();
    fixture.reopen();
    let cache = &fixture.cache;
    assert_eq!(cache.branches(), [branch("e", "东岭村"), west.clone()]);
    assert_eq!(cache.branch("w"), Some(west.clone()));
    assert!(cache.has_branch("e") && !cache.has_branch("x"));
    // Its picture is fetched like any other.
    let file = &west.photo.as_ref().unwrap().screen.name;
    let wanted = cache.wanted_files();
    assert!(wanted.iter().any(|wanted| wanted.file.name == *file));
    // 西河村 is XHC.
    let hits = cache.search("942", 9);
    assert_eq!(
        (hits[0].kind, hits[0].id.as_str(), hits[0].list_kind),
        (DocumentKind::Branch, "w", ListingKind::Branches)
    );
    let mut gone = page("2", Vec::new());
    gone.changes = vec![Change::Delete { id: "w".to_owned() }];
    cache.apply(&gone).unwrap();
    assert_eq!(cache.branches().len(), 1);
    assert_eq!(
        (cache.branch("w"), cache.gone("w")),
        (None, Gone::Withdrawn)
    );
}

#[test]
fn what_an_organization_published_is_its_own_and_newest_first() {
    let fixture = Fixture::new();
    // Another place of the same name.
    let by = |id: &str, organization: &str, at: i64| Bulletin {
        organization: OrganizationRef {
            id: organization.to_owned(),
            name: "东岭村".to_owned(),
        },
        ..bulletin(id, "finance", id, NOW + at)
    };
    let expired = Bulletin {
        expires_at_ms: Some(NOW - 1),
        ..by("over", "e", -5)
    };
    let documents: Vec<Document> = vec![
        by("old", "e", -9).into(),
        by("new", "e", -1).into(),
        by("theirs", "x", -2).into(),
        expired.into(),
        branch("e", "东岭村").into(),
    ];
    fixture.cache.apply(&page("1", documents)).unwrap();
    let of = |organization: &str, limit| {
        let rows = fixture.cache.bulletins_of(organization, limit);
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(of("e", 9), ["new", "old"]);
    assert_eq!(of("e", 1), ["new"]);
    assert_eq!(of("nobody", 9), Vec::<String>::new());
    // A page is no news of its own.
    let newest = fixture.cache.newest(9);
    assert!(newest.iter().all(|row| row.kind == DocumentKind::Bulletin));
}
