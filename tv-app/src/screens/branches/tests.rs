//! Which organizations are listed, in which order, and where they lead.

use contract::branch::Branch;
use contract::feed::{Change, Document};
use contract::organization::OrganizationRef;
use contract::terminal::TerminalKind;
use contract::township::{Listing, ListingKind, Section, Township};

use super::*;
use crate::cache::tests::page;
use crate::remote::RemoteKey::{Back, Down, Ok as Enter};
use crate::screens::kit::list::ListScreen as _;
use crate::screens::tests::World;
use crate::screens::{Effect, Input, Route};

fn branch(id: &str, name: &str) -> Document {
    let organization = OrganizationRef {
        id: id.to_owned(),
        name: name.to_owned(),
    };
    Document::Branch(Branch {
        id: id.to_owned(),
        organization,
        ..Branch::default()
    })
}

fn township() -> Document {
    Document::Township(Township {
        sections: vec![Section {
            id: "s".to_owned(),
            listings: vec![Listing {
                id: "pages".to_owned(),
                title: "支部主页".to_owned(),
                kind: ListingKind::Branches,
                ..Listing::default()
            }],
            ..Section::default()
        }],
        ..Township::default()
    })
}

/// A television that stands in 西河村.
fn world() -> World {
    let world = World::new(TerminalKind::Household);
    let mut enrolment = world.cache.enrolment().unwrap();
    enrolment.organization.id = "w".to_owned();
    world.cache.set_enrolment(&enrolment).unwrap();
    let documents = vec![
        township(),
        branch("a", "安家村"),
        branch("w", "西河村"),
        branch("e", "东岭村"),
    ];
    world.cache.apply(&page("1", documents)).unwrap();
    world
}

fn names(screen: &Branches) -> Vec<&str> {
    let rows = screen.list().visible().iter();
    rows.map(|row| row.branch.organization.name.as_str())
        .collect()
}

#[test]
fn the_own_one_comes_first_then_all_others_by_name() {
    let world = world();
    let mut screen = Branches::new("pages");
    world.tell(&mut screen, &Input::Shown);
    assert_eq!(names(&screen), ["西河村", "安家村", "东岭村"]);
    let own: Vec<bool> = screen.list().visible().iter().map(|row| row.own).collect();
    assert_eq!(own, [true, false, false]);
    assert_eq!(screen.listing().title, "支部主页");
    let id = "e".to_owned();
    assert_eq!(
        world.press(&mut screen, &[Down, Down, Enter]),
        [Effect::Open(Route::Branch { id })]
    );
    assert_eq!(world.press(&mut screen, &[Back]), [Effect::Back]);
}

#[test]
fn one_that_is_taken_back_goes_and_the_focus_stays_near() {
    let world = world();
    let mut screen = Branches::new("pages");
    world.tell(&mut screen, &Input::Shown);
    world.press(&mut screen, &[Down]);
    let mut gone = page("2", Vec::new());
    gone.changes = vec![Change::Delete { id: "a".to_owned() }];
    world.cache.apply(&gone).unwrap();
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(names(&screen), ["西河村", "东岭村"]);
    let id = "e".to_owned();
    assert_eq!(
        world.press(&mut screen, &[Enter]),
        [Effect::Open(Route::Branch { id })]
    );
}

#[test]
fn a_list_that_the_township_has_no_longer_is_empty() {
    let world = world();
    let mut screen = Branches::new("another");
    world.tell(&mut screen, &Input::Shown);
    assert!(!screen.is_known());
    assert_eq!(names(&screen), Vec::<&str>::new());
    assert_eq!(world.press(&mut screen, &[Enter]), [Effect::Back]);
}
