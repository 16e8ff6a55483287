//! Which input devices are remotes or keyboards.

use std::collections::BTreeSet;

use evdev::{BusType, KeyCode};

/// What the kernel says about an input device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    /// Its name, for logs.
    pub name: String,
    /// Bus number (`BUS_USB`…).
    pub bus: u16,
    /// Whether it belongs to the kernel's remote control subsystem.
    pub rc_core: bool,
    /// Every key it can send.
    pub keys: BTreeSet<u16>,
}

/// Whether keys of this device are for us: anything of rc-core or CEC; anything with arrows and an
/// OK key (keyboards, air mice); and the "consumer control" halves of USB and Bluetooth remotes,
/// which carry Home, Back and the media keys. Power buttons, lids, mice and gamepads are not.
#[must_use]
pub fn is_remote(traits: &Traits) -> bool {
    if traits.keys.is_empty() {
        return false;
    }
    if traits.rc_core || traits.bus == BusType::BUS_CEC.0 {
        return true;
    }
    let has = |key: KeyCode| traits.keys.contains(&key.0);
    let arrows = [
        KeyCode::KEY_UP,
        KeyCode::KEY_DOWN,
        KeyCode::KEY_LEFT,
        KeyCode::KEY_RIGHT,
    ];
    let ok = [
        KeyCode::KEY_OK,
        KeyCode::KEY_SELECT,
        KeyCode::KEY_ENTER,
        KeyCode::KEY_KPENTER,
    ];
    if arrows.into_iter().all(has) && ok.into_iter().any(has) {
        return true;
    }
    let pointer = has(KeyCode::BTN_LEFT) || has(KeyCode::BTN_SOUTH) || has(KeyCode::BTN_TOUCH);
    let consumer = has(KeyCode::KEY_VOLUMEUP)
        && has(KeyCode::KEY_PLAYPAUSE)
        && (has(KeyCode::KEY_BACK) || has(KeyCode::KEY_HOMEPAGE));
    consumer && !pointer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(keys: &[KeyCode]) -> Traits {
        Traits {
            keys: keys.iter().map(|key| key.0).collect(),
            bus: BusType::BUS_USB.0,
            ..Traits::default()
        }
    }

    #[test]
    fn power_buttons_lids_mice_and_gamepads_are_left_alone() {
        for keys in [
            &[KeyCode::KEY_POWER][..],
            &[],
            &[KeyCode::BTN_LEFT, KeyCode::BTN_RIGHT, KeyCode::BTN_MIDDLE],
            &[KeyCode::BTN_SOUTH, KeyCode::BTN_EAST, KeyCode::BTN_START],
            &[KeyCode::KEY_VOLUMEUP, KeyCode::KEY_VOLUMEDOWN],
            &[
                KeyCode::KEY_UP,
                KeyCode::KEY_DOWN,
                KeyCode::KEY_LEFT,
                KeyCode::KEY_RIGHT,
            ],
        ] {
            assert!(!is_remote(&device(keys)), "{keys:?}");
        }
    }

    #[test]
    fn the_consumer_half_of_a_usb_remote_counts() {
        let keys = [
            KeyCode::KEY_VOLUMEUP,
            KeyCode::KEY_PLAYPAUSE,
            KeyCode::KEY_HOMEPAGE,
            KeyCode::KEY_BACK,
        ];
        assert!(is_remote(&device(&keys)));
    }

    #[test]
    fn a_small_infrared_remote_counts_by_its_subsystem() {
        let mut traits = device(&[KeyCode::KEY_NUMERIC_1]);
        assert!(!is_remote(&traits));
        traits.rc_core = true;
        assert!(is_remote(&traits));
    }
}
