//! The tiles, and what stands below them.

use contract::request::RequestState;
use contract::terminal::TerminalKind;

use super::controller::{ASKED, TILES};
use super::*;
use crate::remote::RemoteKey::{Back, Digit, Down, Ok as Enter, PageDown, PageUp, Right, Up};
use crate::screens::asked::tests::{answered, home, request, tell, world};
use crate::screens::kit::State;
use crate::screens::tests::World;
use crate::screens::{Controller, Effect, Input, Route};

fn shown(world: &World, suggestions: bool) -> Services {
    let mut screen = Services::new("", suggestions);
    world.tell(&mut screen, &Input::Shown);
    screen
}

fn service(id: &str) -> Vec<Effect> {
    vec![Effect::Open(Route::Service {
        category: id.to_owned(),
    })]
}

#[test]
fn the_categories_stand_in_the_order_of_their_digits_and_a_digit_or_ok_chooses_one() {
    let world = home();
    let mut screen = shown(&world, false);
    let tiles: Vec<(u8, String)> = screen
        .tiles()
        .map(|(digit, category)| (digit, category.title.clone()))
        .collect();
    assert_eq!(
        tiles,
        [(1, "农业技术服务".to_owned()), (3, "咨询".to_owned())]
    );
    assert_eq!(world.press(&mut screen, &[Enter]), service("c1"));
    assert_eq!(world.press(&mut screen, &[Digit(3)]), service("c3"));
    assert_eq!(world.press(&mut screen, &[Right, Enter]), service("c3"));
    assert_eq!(world.press(&mut screen, &[Digit(2)]), []);
    assert_eq!(world.press(&mut screen, &[Back]), [Effect::Back]);
    assert_eq!(world.press(&mut screen, &[Up, Enter]), [Effect::Back]);
    // Suggestions have no digit of their own.
    let mut screen = shown(&world, true);
    assert_eq!(screen.tiles().next().unwrap().0, 1);
    assert_eq!(world.press(&mut screen, &[Digit(1)]), service("c0意见建议"));
}

#[test]
fn the_newest_three_stand_below_and_a_row_leads_to_all() {
    let world = home();
    let mut screen = shown(&world, false);
    assert_eq!(screen.total(), 0);
    let known = ["a", "b", "c"].map(|id| request(id, RequestState::Received));
    tell(&world, known.to_vec(), Vec::new());
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.total(), 3, "all of them are here");
    let mut known = known.to_vec();
    known.push(answered("d"));
    tell(&world, known, Vec::new());
    world.tell(&mut screen, &Input::Changed);
    assert_eq!(screen.total(), 4);
    assert!(matches!(screen.rows().0.last(), Some(Row::All(Some(4)))));
    world.press(&mut screen, &[PageDown]);
    assert_eq!(screen.focus().zone(), ASKED);
    // The row that was the first is the second now.
    world.press(&mut screen, &[Up]);
    assert_eq!(
        world.press(&mut screen, &[Enter]),
        [Effect::Open(Route::Request { id: "d".to_owned() })]
    );
    world.press(&mut screen, &[Down; 5]);
    assert_eq!(
        world.press(&mut screen, &[Enter]),
        [Effect::Open(Route::Requests { suggestions: false })]
    );
    world.press(&mut screen, &[PageUp]);
    assert_eq!(screen.focus().zone(), TILES);
}

#[test]
fn a_station_shows_nothing_of_anybody_and_a_terminal_without_categories_says_so() {
    let station = world(TerminalKind::Station);
    tell(&station, vec![answered("a")], Vec::new());
    let screen = shown(&station, false);
    assert_eq!(screen.rows().0, [Row::All(None)]);
    let bare = World::new(TerminalKind::Household);
    let mut screen = shown(&bare, false);
    assert_eq!(screen.state(), State::Waiting);
    assert_eq!(bare.press(&mut screen, &[Enter]), [Effect::Back]);
}

#[test]
fn it_is_read_again_when_something_is_overdue() {
    let world = home();
    tell(
        &world,
        vec![request("a", RequestState::Received)],
        Vec::new(),
    );
    let mut screen = shown(&world, false);
    let overdue = |screen: &Services| matches!(&screen.rows().0[0], Row::Asked(one) if one.stand == crate::screens::asked::Stand::Overdue);
    assert!(!overdue(&screen));
    world.wait(&mut screen, 23 * 3_600_000 + 1_000);
    assert!(overdue(&screen));
    assert_eq!(screen.wake_at(), None);
}
