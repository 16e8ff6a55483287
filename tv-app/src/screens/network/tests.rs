//! Choosing a network, typing its password, and what came of it.

use contract::terminal::TerminalKind;

use super::{Network, Stage};
use crate::networks::{Cable, Found, Lock, Password, Strength, Trouble, Wireless};
use crate::remote::RemoteKey::{Back, Digit, Down, Ok as Enter, Red, Right, Up};
use crate::screens::tests::World;
use crate::screens::{Controller, Effect, Effects, Input};

fn network(name: &str, lock: Lock) -> Wireless {
    Wireless {
        ssid: name.as_bytes().to_vec(),
        strength: Strength::Strong,
        lock,
        connected: false,
    }
}

fn found() -> Found {
    Found {
        cable: Cable::Unplugged,
        has_wireless: true,
        wireless: vec![
            network("清河人家", Lock::Password),
            network("李家小店", Lock::Open),
            network("eduroam", Lock::Other),
        ],
    }
}

fn shown() -> (World, Network) {
    let world = World::new(TerminalKind::Household);
    let mut screen = Network::new();
    let effects = world.tell(&mut screen, &Input::Shown);
    assert_eq!(effects, [Effect::AskNetworks(true), Effect::AskAddresses]);
    assert_eq!(screen.stage(), &Stage::Looking);
    world.tell(&mut screen, &Input::Networks(Ok(found())));
    (world, screen)
}

/// The password of the first network is typed by digits.
fn typed(digits: &[u8]) -> (World, Network) {
    let (world, mut screen) = shown();
    world.press(&mut screen, &[Down, Enter]);
    for digit in digits {
        world.press(&mut screen, &[Digit(*digit)]);
    }
    (world, screen)
}

/// Goes to the last key, which connects.
fn connect(world: &World, screen: &mut Network) -> Effects {
    let keys = [vec![Down; 6], vec![Right; 8], vec![Enter]].concat();
    world.press(screen, &keys)
}

#[test]
fn a_password_is_typed_and_sent() {
    let (world, mut screen) = typed(&[2, 0, 2, 6, 1, 1, 3]);
    assert_eq!(connect(&world, &mut screen), [], "one is missing");
    world.press(&mut screen, &[Digit(0)]);
    let effects = world.press(&mut screen, &[Enter]);
    let password = Password("20261130".to_owned());
    let ssid = "清河人家".as_bytes().to_vec();
    assert_eq!(effects, [Effect::JoinNetwork(ssid, Some(password))]);
    assert!(matches!(screen.stage(), Stage::Joining(_)));
    let effects = world.tell(&mut screen, &Input::NetworkJoined(Ok(())));
    assert_eq!(effects[0], Effect::Retry);
    assert!(matches!(screen.stage(), Stage::Joined(_)));
    assert_eq!(screen.keyboard().typed(), "", "nothing of it stays");
}

#[test]
fn a_wrong_password_can_be_put_right() {
    let (world, mut screen) = typed(&[1; 9]);
    connect(&world, &mut screen);
    let wrong = Input::NetworkJoined(Err(Trouble::WrongPassword));
    assert_eq!(world.tell(&mut screen, &wrong), []);
    assert!(screen.was_wrong());
    assert_eq!(screen.keyboard().typed(), "111111111");
    world.press(&mut screen, &[Red]);
    assert!(!screen.was_wrong());
    assert_eq!(screen.keyboard().typed(), "11111111");
}

#[test]
fn back_leads_from_the_keyboard_to_the_networks_and_then_away() {
    let (world, mut screen) = typed(&[1, 2]);
    assert_eq!(world.press(&mut screen, &[Back]), []);
    assert_eq!(screen.stage(), &Stage::Shown);
    assert_eq!(screen.focused_row(), Some(1));
    assert_eq!(screen.keyboard().typed(), "");
    assert_eq!(world.press(&mut screen, &[Back]), [Effect::Back]);
}

#[test]
fn an_open_network_is_joined_at_once_and_a_strange_one_not_at_all() {
    let (world, mut screen) = shown();
    let effects = world.press(&mut screen, &[Down, Down, Enter]);
    let ssid = "李家小店".as_bytes().to_vec();
    assert_eq!(effects, [Effect::JoinNetwork(ssid, None)]);
    let gone = Input::NetworkJoined(Err(Trouble::Gone));
    world.tell(&mut screen, &gone);
    assert!(matches!(
        screen.stage(),
        Stage::Failed(Some(_), Trouble::Gone)
    ));
    assert_eq!(world.press(&mut screen, &[Down, Enter]), []);
    assert!(matches!(screen.stage(), Stage::Failed(Some(_), _)));
}

#[test]
fn where_nobody_looks_after_networks_the_way_to_try_again_stays() {
    let (world, mut screen) = shown();
    let none = Input::Networks(Err(Trouble::NoManager));
    world.tell(&mut screen, &none);
    assert_eq!(screen.stage(), &Stage::Failed(None, Trouble::NoManager));
    assert!(screen.on_retry());
    let effects = world.press(&mut screen, &[Enter]);
    assert_eq!(effects, [Effect::Retry, Effect::AskNetworks(true)]);
    assert_eq!(screen.stage(), &Stage::Looking);
    world.tell(&mut screen, &none);
    world.press(&mut screen, &[Up]);
    assert_eq!(world.press(&mut screen, &[Enter]), [Effect::Back]);
}

#[test]
fn what_comes_late_disturbs_nobody_who_types() {
    let (world, mut screen) = typed(&[1, 2, 3]);
    let mut other = found();
    other.wireless.remove(1);
    world.tell(&mut screen, &Input::Networks(Ok(other)));
    assert!(matches!(screen.stage(), Stage::Typing(_)));
    assert_eq!(screen.keyboard().typed(), "123");
    assert_eq!(world.tell(&mut screen, &Input::NetworkJoined(Ok(()))), []);
    assert!(screen.types(Digit(1)));
}
