//! What NetworkManager says, and what it means. The numbers are those of its D-Bus interface.

use super::{Lock, Strength, Trouble, Wireless};

/// `NM_802_11_AP_FLAGS_PRIVACY`
const PRIVACY: u32 = 1;
/// `NM_802_11_AP_SEC_KEY_MGMT_PSK`
const PSK: u32 = 0x100;
/// `NM_802_11_AP_SEC_KEY_MGMT_SAE`
const SAE: u32 = 0x400;
/// `NM_802_11_AP_SEC_KEY_MGMT_OWE`, which encrypts without a password, and the one that offers it.
const OWE: u32 = 0x800 | 0x1000;

/// One access point; a network may have several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AccessPoint {
    pub ssid: Vec<u8>,
    /// In percent.
    pub strength: u8,
    pub flags: u32,
    pub wpa: u32,
    pub rsn: u32,
    pub active: bool,
}

impl AccessPoint {
    fn lock(&self) -> Lock {
        let security = self.wpa | self.rsn;
        if security & (PSK | SAE) != 0 {
            Lock::Password
        } else if security & !OWE != 0 || (security == 0 && self.flags & PRIVACY != 0) {
            Lock::Other
        } else {
            Lock::Open
        }
    }
}

/// How a password of this network is checked; `None` when it takes none. WPA2 goes first where a
/// network knows both: older boxes know nothing else.
pub(super) fn key_management(point: &AccessPoint) -> Option<&'static str> {
    let security = point.wpa | point.rsn;
    if security & PSK != 0 {
        Some("wpa-psk")
    } else if security & SAE != 0 {
        Some("sae")
    } else {
        None
    }
}

const fn strength(percent: u8) -> Strength {
    match percent {
        0..=39 => Strength::Weak,
        40..=64 => Strength::Medium,
        _ => Strength::Strong,
    }
}

/// The networks of these access points: each once, the present one first, then by strength.
pub(super) fn networks(points: &[AccessPoint]) -> Vec<Wireless> {
    let mut loudest: Vec<AccessPoint> = Vec::new();
    for point in points.iter().filter(|point| !point.ssid.is_empty()) {
        match loudest.iter_mut().find(|known| known.ssid == point.ssid) {
            None => loudest.push(point.clone()),
            Some(known) => {
                let active = known.active || point.active;
                if point.strength > known.strength {
                    *known = point.clone();
                }
                known.active = active;
            }
        }
    }
    loudest.sort_by_key(|point| std::cmp::Reverse((point.active, point.strength)));
    let network = |point: AccessPoint| Wireless {
        strength: strength(point.strength),
        lock: point.lock(),
        connected: point.active,
        ssid: point.ssid,
    };
    loudest.into_iter().map(network).collect()
}

/// What becomes of a connection that was begun: `None` while that is open. `state` and `reason` are
/// those of the device (`NMDeviceState`, `NMDeviceStateReason`).
pub(super) const fn outcome(state: u32, reason: u32) -> Option<Result<(), Trouble>> {
    match (state, reason) {
        (100, _) => Some(Ok(())),
        // It needs a password again, or says that the one it had is none.
        (60 | 120 | 30, 7) | (120 | 30, 8..=10) => Some(Err(Trouble::WrongPassword)),
        // The access point does not answer to the end of it: that is what most do with a wrong one.
        (120, 11) => Some(Err(Trouble::WrongPassword)),
        (120 | 30, 53) => Some(Err(Trouble::Gone)),
        (120, _) => Some(Err(Trouble::Failed)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(ssid: &str, strength: u8, flags: u32, wpa: u32, rsn: u32) -> AccessPoint {
        AccessPoint {
            ssid: ssid.as_bytes().to_vec(),
            strength,
            flags,
            wpa,
            rsn,
            active: false,
        }
    }

    /// As access points of different kinds present themselves.
    fn heard() -> Vec<AccessPoint> {
        vec![
            // WPA2 with two cells, of which the weaker one is connected.
            AccessPoint {
                active: true,
                ..point("清河人家", 41, 1, 0, 0x188)
            },
            point("清河人家", 87, 1, 0, 0x188),
            // WPA and WPA2.
            point("CMCC-4F2A", 70, 1, 0x144, 0x148),
            // WPA3 alone.
            point("桃园村委会", 52, 1, 0, 0x488),
            // Open.
            point("李家小店", 31, 0, 0, 0),
            // Open and encrypted.
            point("候车室", 30, 0, 0, 0x800),
            // An account is asked for (802.1X).
            point("eduroam", 29, 1, 0, 0x288),
            // WEP.
            point("old", 28, 1, 0, 0),
            // Hidden.
            point("", 99, 1, 0, 0x188),
        ]
    }

    #[test]
    fn every_network_is_there_once_the_present_one_first_then_by_strength() {
        let networks = networks(&heard());
        let names: Vec<String> = networks.iter().map(Wireless::name).collect();
        assert_eq!(
            names,
            [
                "清河人家",
                "CMCC-4F2A",
                "桃园村委会",
                "李家小店",
                "候车室",
                "eduroam",
                "old"
            ]
        );
        assert!(networks[0].connected);
        assert_eq!(networks[0].strength, Strength::Strong);
        assert_eq!(networks[2].strength, Strength::Medium);
        assert_eq!(networks[3].strength, Strength::Weak);
    }

    #[test]
    fn it_is_known_what_each_asks_for() {
        use Lock::{Open, Other, Password};
        let locks: Vec<Lock> = networks(&heard()).iter().map(|one| one.lock).collect();
        assert_eq!(
            locks,
            [Password, Password, Password, Open, Open, Other, Other]
        );
        let ways: Vec<_> = heard().iter().map(key_management).collect();
        assert_eq!(ways[1..4], [Some("wpa-psk"), Some("wpa-psk"), Some("sae")]);
        assert_eq!(ways[4], None);
    }

    #[test]
    fn a_connection_is_open_until_it_works_or_does_not() {
        // Preparing, configuring, asking the own settings, an address, checking it.
        for state in [40, 50, 70, 80, 90] {
            assert_eq!(outcome(state, 0), None, "{state}");
        }
        assert_eq!(outcome(60, 0), None, "it may have one");
        assert_eq!(outcome(30, 0), None, "not begun yet");
        assert_eq!(outcome(100, 0), Some(Ok(())));
        for (state, reason) in [(60, 7), (120, 7), (120, 8), (120, 10), (120, 11), (30, 8)] {
            let wrong = Some(Err(Trouble::WrongPassword));
            assert_eq!(outcome(state, reason), wrong, "{state} {reason}");
        }
        assert_eq!(outcome(120, 53), Some(Err(Trouble::Gone)));
        assert_eq!(outcome(120, 5), Some(Err(Trouble::Failed)));
    }
}
