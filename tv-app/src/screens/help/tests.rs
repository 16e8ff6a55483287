//! Whom to ask: the own village before the township, and nobody invented.

use contract::branch::Branch;
use contract::feed::Document;
use contract::organization::OrganizationRef;
use contract::request::{Category, CategoryKind};
use contract::terminal::TerminalKind;
use contract::township::{HelpContact, Township};

use super::{Action, Help};
use crate::cache::tests::page;
use crate::remote::RemoteKey::{Back, Left, Ok as Enter, Right, Up};
use crate::screens::tests::World;
use crate::screens::{Effect, Input, Route};

fn told(documents: Vec<Document>) -> (World, Help) {
    let world = World::new(TerminalKind::Household);
    world.cache.apply(&page("t", documents)).unwrap();
    let mut help = Help::new();
    world.tell(&mut help, &Input::Shown);
    (world, help)
}

fn office(name: &str, telephone: &str) -> HelpContact {
    HelpContact {
        office: name.to_owned(),
        telephone: telephone.to_owned(),
        hours: "工作日".to_owned(),
        ..HelpContact::default()
    }
}

fn township(help: Vec<HelpContact>) -> Document {
    Document::Township(Township {
        name: "清河镇".to_owned(),
        help,
        ..Township::default()
    })
}

fn category(id: &str, icon: &str, kind: CategoryKind) -> Document {
    Document::Category(Category {
        id: id.to_owned(),
        icon: icon.to_owned(),
        kind,
        ..Category::default()
    })
}

#[test]
fn nobody_is_invented_where_nobody_was_named() {
    let (world, mut help) = told(vec![township(Vec::new())]);
    assert_eq!(help.contact(), None);
    assert_eq!(help.places().1, "清河镇");
    // There is nobody to come either: what is left is to hear it and to go back.
    assert_eq!(help.focused(), Action::Aloud);
    assert_eq!(world.press(&mut help, &[Up, Enter]), [Effect::SpeakShown]);
    let left = world.press(&mut help, &[Right, Enter]);
    assert!(left.contains(&Effect::Back), "{left:?}");
}

#[test]
fn the_township_s_first_office_is_named_and_the_others_below_it() {
    let offices = vec![office("党政办公室", "0512-40000001"), office("司法所", "1")];
    let (_, help) = told(vec![township(offices)]);
    let contact = help.contact().expect("the first one");
    assert_eq!(
        (contact.office.as_str(), contact.telephone.as_str()),
        ("党政办公室", "0512-40000001")
    );
    assert_eq!(help.others(), [office("司法所", "1")]);
}

#[test]
fn the_own_village_goes_before_the_township() {
    let own = Branch {
        id: String::new(),
        organization: OrganizationRef {
            name: "桃园村".to_owned(),
            ..OrganizationRef::default()
        },
        secretary: "袁月华".to_owned(),
        telephone: "0512-40000103".to_owned(),
        ..Branch::default()
    };
    let help = vec![office("党政办公室", "0512-40000001")];
    let (_, screen) = told(vec![township(help.clone()), own.clone().into()]);
    let contact = screen.contact().expect("the own page");
    assert_eq!(
        (contact.name.as_str(), contact.telephone.as_str()),
        ("袁月华", "0512-40000103")
    );
    assert_eq!(screen.others(), help);
    // Without a number it helps nobody.
    let silent = Branch {
        telephone: String::new(),
        ..own
    };
    let (_, screen) = told(vec![township(help), silent.into()]);
    assert_eq!(screen.contact().expect("the office").office, "党政办公室");
}

#[test]
fn somebody_comes_by_what_anything_may_be_asked_in_and_by_nothing_else() {
    let documents = vec![
        category("farm", "agriculture", CategoryKind::Service),
        category("report", "forum", CategoryKind::Confidential),
    ];
    let (world, mut help) = told(documents);
    assert!(help.category().is_none());
    let asks = category("asks", "forum", CategoryKind::Service);
    world.cache.apply(&page("u", vec![asks])).unwrap();
    world.tell(&mut help, &Input::Changed);
    world.press(&mut help, &[Up, Left]);
    let category = "asks".to_owned();
    assert_eq!(
        world.press(&mut help, &[Enter]),
        [Effect::Open(Route::Service { category })]
    );
    let left = world.press(&mut help, &[Back]);
    assert!(left.contains(&Effect::Back), "{left:?}");
}
