//! The decoder and the classifier on event streams in the format of `evtest`.

use std::str::FromStr;

use evdev::{BusType, KeyCode};

use super::classify::{Traits, is_remote};
use super::decode::{Decoded, Decoder, RawInput, SCANCODE_RELEASE_MS};
use crate::remote::keymap::Keymap;
use crate::remote::{Change, RemoteKey};

/// What `evtest` printed: the head of the device, then events with their milliseconds.
struct Recording {
    traits: Traits,
    events: Vec<(u64, RawInput)>,
}

fn number_after<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let rest = line.split_once(word)?.1.trim_start();
    let end = rest.find([' ', ',']).unwrap_or(rest.len());
    Some(&rest[..end])
}

fn parse(text: &str) -> Recording {
    let mut traits = Traits::default();
    let mut events = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.starts_with('#')) {
        if let Some(name) = line.strip_prefix("Input device name: ") {
            traits.name = name.trim_matches('"').to_owned();
        } else if line.starts_with("Input device ID:") {
            let bus = number_after(line, "bus")
                .expect("bus")
                .trim_start_matches("0x");
            traits.bus = u16::from_str_radix(bus, 16).expect("bus number");
        } else if line.starts_with("Sysfs path:") {
            traits.rc_core = line.contains("/rc/rc");
        } else if line.starts_with("Event code") && (line.contains("KEY_") || line.contains("BTN_"))
        {
            let code = number_after(line, "Event code").expect("code");
            let code: u16 = code.parse().expect("code number");
            let name = line.split(['(', ')']).nth(1).expect("code name");
            if let Ok(known) = KeyCode::from_str(name) {
                assert_eq!(known.0, code, "{name} in the recording");
            }
            traits.keys.insert(code);
        } else if let Some(time) = number_after(line, "Event: time") {
            let seconds: f64 = time.parse().expect("time");
            let at = (seconds * 1000.0).round() as u64;
            events.push((at, event(line)));
        }
    }
    let start = events.first().map_or(0, |(at, _)| *at);
    for (at, _) in &mut events {
        *at -= start;
    }
    Recording { traits, events }
}

fn event(line: &str) -> RawInput {
    if line.contains("SYN_REPORT") {
        return RawInput {
            kind: 0,
            code: 0,
            value: 0,
        };
    }
    if line.contains("SYN_DROPPED") {
        return RawInput {
            kind: 0,
            code: 3,
            value: 0,
        };
    }
    let number = |word| number_after(line, word).expect(word);
    let value = number("value");
    RawInput {
        kind: number("type").parse().expect("type"),
        code: number("code").parse().expect("code"),
        // evtest prints scancodes in hexadecimal.
        value: if line.contains("MSC_SCAN") {
            u32::from_str_radix(value, 16)
                .expect("scancode")
                .cast_signed()
        } else {
            value.parse().expect("value")
        },
    }
}

fn changes(decoded: Vec<Decoded>) -> impl Iterator<Item = Change> {
    decoded.into_iter().filter_map(|item| match item {
        Decoded::Change(change) => Some(change),
        Decoded::Seen(_) => None,
    })
}

/// Plays a recording; releases of scancode-only buttons happen at their time.
fn play(recording: &Recording, keymap: &Keymap, beside_window: bool) -> Vec<(u64, Change)> {
    let mut decoder = Decoder::new(recording.traits.name.clone(), beside_window);
    let mut out = Vec::new();
    for (at, event) in &recording.events {
        if let Some(due) = decoder.deadline().filter(|due| due <= at) {
            out.extend(changes(decoder.expire(due)).map(|change| (due, change)));
        }
        out.extend(changes(decoder.feed(*event, keymap, *at)).map(|change| (*at, change)));
    }
    if let Some(due) = decoder.deadline() {
        out.extend(changes(decoder.expire(due)).map(|change| (due, change)));
    }
    out
}

fn only_changes(recording: &Recording, keymap: &Keymap) -> Vec<Change> {
    play(recording, keymap, false)
        .into_iter()
        .map(|(_, c)| c)
        .collect()
}

fn presses(keys: &[RemoteKey]) -> Vec<Change> {
    keys.iter()
        .flat_map(|key| [Change::Down(*key), Change::Up(*key)])
        .collect()
}

const INFRARED: &str = include_str!("../../../tests/fixtures/evdev/infrared-rc-core.txt");
const CEC: &str = include_str!("../../../tests/fixtures/evdev/hdmi-cec.txt");
const KEYBOARD: &str = include_str!("../../../tests/fixtures/evdev/usb-keyboard.txt");
const AIR_MOUSE: &str = include_str!("../../../tests/fixtures/evdev/bluetooth-air-mouse.txt");
const DROPPED: &str = include_str!("../../../tests/fixtures/evdev/events-lost.txt");

#[test]
fn infrared_through_rc_core_ignores_its_repetition() {
    let recording = parse(INFRARED);
    assert!(recording.traits.rc_core && is_remote(&recording.traits));
    assert!(
        recording
            .events
            .iter()
            .any(|(_, e)| e.kind == 1 && e.value == 2)
    );
    assert_eq!(
        only_changes(&recording, &Keymap::default()),
        presses(&[RemoteKey::Down, RemoteKey::Ok])
    );
}

#[test]
fn a_button_without_a_key_code_works_by_its_scancode() {
    let recording = parse(INFRARED);
    let (keymap, mistakes) = Keymap::parse("[scancodes]\n0x8011a = \"red\"\n");
    assert!(mistakes.is_empty());
    let all = play(&recording, &keymap, false);
    let red: Vec<_> = all
        .into_iter()
        .filter(|(_, c)| matches!(c, Change::Down(RemoteKey::Red) | Change::Up(RemoteKey::Red)))
        .collect();
    // Held for three messages 110 ms apart: one press, let go after the last of them.
    assert_eq!(red.len(), 2);
    assert_eq!(red[1].0 - red[0].0, 220 + SCANCODE_RELEASE_MS);
}

#[test]
fn unknown_buttons_are_seen_for_learning() {
    let recording = parse(INFRARED);
    let mut decoder = Decoder::new("ir".into(), false);
    let keymap = Keymap::default();
    let seen: Vec<_> = recording
        .events
        .iter()
        .flat_map(|(at, event)| decoder.feed(*event, &keymap, *at))
        .filter_map(|item| match item {
            Decoded::Seen(seen) => Some((seen.code, seen.scancode, seen.key)),
            Decoded::Change(_) => None,
        })
        .collect();
    assert_eq!(
        seen,
        [
            (
                Some(KeyCode::KEY_DOWN.0),
                Some(0x8_0051),
                Some(RemoteKey::Down)
            ),
            (Some(KeyCode::KEY_OK.0), Some(0x8_005c), Some(RemoteKey::Ok)),
            (None, Some(0x8_011a), None),
        ]
    );
}

#[test]
fn cec_sends_its_own_names_for_play_digits_and_back() {
    let recording = parse(CEC);
    assert_eq!(recording.traits.bus, BusType::BUS_CEC.0);
    assert!(is_remote(&recording.traits));
    assert_eq!(
        only_changes(&recording, &Keymap::default()),
        presses(&[
            RemoteKey::Ok,
            RemoteKey::Play,
            RemoteKey::Pause,
            RemoteKey::Stop,
            RemoteKey::Digit(7),
            RemoteKey::Back,
            RemoteKey::Blue,
        ])
    );
}

#[test]
fn a_usb_keyboard_works_alone_and_is_left_to_the_window_beside_one() {
    let recording = parse(KEYBOARD);
    assert!(is_remote(&recording.traits));
    let keymap = Keymap::default();
    assert_eq!(
        only_changes(&recording, &keymap),
        [
            Change::Down(RemoteKey::Up),
            Change::Down(RemoteKey::Left),
            Change::Up(RemoteKey::Up),
            Change::Up(RemoteKey::Left),
            Change::Down(RemoteKey::Back),
            Change::Up(RemoteKey::Back),
            Change::Down(RemoteKey::VolumeUp),
            Change::Up(RemoteKey::VolumeUp),
        ]
    );
    let beside: Vec<_> = play(&recording, &keymap, true)
        .into_iter()
        .map(|(_, c)| c)
        .collect();
    assert_eq!(beside, presses(&[RemoteKey::VolumeUp]));
}

#[test]
fn an_air_mouse_moves_the_pointer_without_pressing_anything() {
    let recording = parse(AIR_MOUSE);
    assert!(is_remote(&recording.traits));
    assert!(recording.events.iter().any(|(_, e)| e.kind == 2));
    assert_eq!(
        only_changes(&recording, &Keymap::default()),
        presses(&[RemoteKey::Right, RemoteKey::Home])
    );
}

#[test]
fn after_lost_events_nothing_stays_pressed() {
    assert_eq!(
        only_changes(&parse(DROPPED), &Keymap::default()),
        [
            Change::Down(RemoteKey::Down),
            Change::Gone,
            Change::Down(RemoteKey::Up),
            Change::Up(RemoteKey::Up),
        ]
    );
}

#[test]
fn a_keymap_edited_while_a_key_is_held_lets_go_of_what_was_pressed() {
    let mut decoder = Decoder::new("keyboard".into(), false);
    let key = |value| RawInput {
        kind: 1,
        code: KeyCode::KEY_F9.0,
        value,
    };
    let mut keymap = Keymap::default();
    keymap.set_key(KeyCode::KEY_F9.0, Some(RemoteKey::Menu));
    let down: Vec<_> = changes(decoder.feed(key(1), &keymap, 0)).collect();
    keymap.set_key(KeyCode::KEY_F9.0, Some(RemoteKey::Home));
    let up: Vec<_> = changes(decoder.feed(key(0), &keymap, 9)).collect();
    assert_eq!(down, [Change::Down(RemoteKey::Menu)]);
    assert_eq!(up, [Change::Up(RemoteKey::Menu)]);
}
