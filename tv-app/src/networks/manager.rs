//! NetworkManager over D-Bus. A password goes through the bus, never through an argument of a program.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use super::seen::{self, AccessPoint};
use super::{Cable, Found, Networks, Password, Trouble};

const BUS: &str = "org.freedesktop.NetworkManager";
const ROOT: &str = "/org/freedesktop/NetworkManager";
const DEVICE: &str = "org.freedesktop.NetworkManager.Device";
const WIRED: &str = "org.freedesktop.NetworkManager.Device.Wired";
const WIRELESS: &str = "org.freedesktop.NetworkManager.Device.Wireless";
const POINT: &str = "org.freedesktop.NetworkManager.AccessPoint";
const KEPT: &str = "org.freedesktop.NetworkManager.Settings.Connection";
/// One question takes no longer.
const ANSWER: Duration = Duration::from_secs(10);
/// Connecting takes no longer.
const JOIN: Duration = Duration::from_secs(40);
/// So long after it was told to look anew it has heard everybody.
const SCAN: Duration = Duration::from_secs(3);
/// How often it is asked how far it is.
const LOOK: Duration = Duration::from_millis(300);
/// `NM_DEVICE_STATE_ACTIVATED`
const ACTIVATED: u32 = 100;

/// The networks that NetworkManager looks after.
#[derive(Clone, Copy, Debug, Default)]
pub struct NetworkManager;

struct Bus(Connection);

impl Bus {
    fn open() -> Result<Self, Trouble> {
        let connection = Builder::system()
            .map(|builder| builder.method_timeout(ANSWER))
            .and_then(Builder::build);
        let bus = Self(connection.map_err(|error| said(&error, Trouble::NoManager))?);
        // Nobody owns the name: it is not installed, or does not run.
        bus.get::<String>(ROOT, BUS, "Version")
            .map_err(|_| Trouble::NoManager)?;
        Ok(bus)
    }

    fn get<T>(&self, path: &str, interface: &str, name: &str) -> Result<T, Trouble>
    where
        T: TryFrom<OwnedValue, Error = zbus::zvariant::Error>,
    {
        let answer = self.0.call_method(
            Some(BUS),
            path,
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &(interface, name),
        );
        let answer = answer.map_err(|error| said(&error, Trouble::Failed))?;
        let value: OwnedValue = answer
            .body()
            .deserialize()
            .map_err(|error| said(&error, Trouble::Failed))?;
        T::try_from(value).map_err(|error| said(&error, Trouble::Failed))
    }

    /// The devices of this kind (`NMDeviceType`).
    fn devices(&self, kind: u32) -> Result<Vec<OwnedObjectPath>, Trouble> {
        let all: Vec<OwnedObjectPath> = self.get(ROOT, BUS, "Devices")?;
        let is = |path: &OwnedObjectPath| {
            let found: Result<u32, _> = self.get(path.as_str(), DEVICE, "DeviceType");
            found == Ok(kind)
        };
        Ok(all.into_iter().filter(is).collect())
    }

    fn cable(&self) -> Result<Cable, Trouble> {
        let mut best = Cable::Missing;
        for device in self.devices(1)? {
            let plugged: bool = self.get(device.as_str(), WIRED, "Carrier")?;
            let state: u32 = self.get(device.as_str(), DEVICE, "State")?;
            let now = match (plugged, state) {
                (true, ACTIVATED) => Cable::Connected,
                (true, _) => Cable::Plugged,
                (false, _) => Cable::Unplugged,
            };
            if now as u8 > best as u8 {
                best = now;
            }
        }
        Ok(best)
    }

    /// What a device hears, each with its path.
    fn points(
        &self,
        device: &OwnedObjectPath,
    ) -> Result<Vec<(OwnedObjectPath, AccessPoint)>, Trouble> {
        let active: OwnedObjectPath = self.get(device.as_str(), WIRELESS, "ActiveAccessPoint")?;
        let state: u32 = self.get(device.as_str(), DEVICE, "State")?;
        let paths: Vec<OwnedObjectPath> = self.get(device.as_str(), WIRELESS, "AccessPoints")?;
        let point = |path: OwnedObjectPath| {
            // One that went meanwhile is none.
            let at = path.as_str();
            let point = AccessPoint {
                ssid: self.get(at, POINT, "Ssid").ok()?,
                strength: self.get(at, POINT, "Strength").ok()?,
                flags: self.get(at, POINT, "Flags").ok()?,
                wpa: self.get(at, POINT, "WpaFlags").ok()?,
                rsn: self.get(at, POINT, "RsnFlags").ok()?,
                active: path == active && state == ACTIVATED,
            };
            Some((path, point))
        };
        Ok(paths.into_iter().filter_map(point).collect())
    }

    /// Takes away what was kept of a network that did not work.
    fn forget(&self, kept: &OwnedObjectPath) {
        let gone = self
            .0
            .call_method(Some(BUS), kept.as_str(), Some(KEPT), "Delete", &());
        if let Err(error) = gone {
            tracing::warn!(%error, "a network that does not work stays");
        }
    }
}

impl Networks for NetworkManager {
    fn look(&self, scan: bool) -> Result<Found, Trouble> {
        let bus = Bus::open()?;
        let devices = bus.devices(2)?;
        if scan {
            let none: HashMap<&str, Value<'_>> = HashMap::new();
            for device in &devices {
                let at = device.as_str();
                // Refused when it has just looked.
                let asked = bus.0.call_method(
                    Some(BUS),
                    at,
                    Some(WIRELESS),
                    "RequestScan",
                    &(none.clone(),),
                );
                match asked {
                    Ok(_) => std::thread::sleep(SCAN),
                    Err(error) => tracing::debug!(%error, "no new look at the networks"),
                }
            }
        }
        let mut points = Vec::new();
        for device in &devices {
            points.extend(bus.points(device)?.into_iter().map(|(_, point)| point));
        }
        Ok(Found {
            cable: bus.cable()?,
            has_wireless: !devices.is_empty(),
            wireless: seen::networks(&points),
        })
    }

    fn join(&self, ssid: &[u8], password: Option<&Password>) -> Result<(), Trouble> {
        let bus = Bus::open()?;
        let devices = bus.devices(2)?;
        let Some(device) = devices.first() else {
            return Err(Trouble::NoDevice);
        };
        let mut points = bus.points(device)?;
        points.retain(|(_, point)| point.ssid == ssid);
        let loudest = points.into_iter().max_by_key(|(_, point)| point.strength);
        let Some((path, point)) = loudest else {
            return Err(Trouble::Gone);
        };
        let mut settings: HashMap<&str, HashMap<&str, Value<'_>>> = HashMap::new();
        if let (Some(way), Some(password)) = (seen::key_management(&point), password) {
            let security = HashMap::from([
                ("key-mgmt", Value::from(way)),
                ("psk", Value::from(password.0.as_str())),
            ]);
            settings.insert("802-11-wireless-security", security);
        }
        let answer = bus.0.call_method(
            Some(BUS),
            ROOT,
            Some(BUS),
            "AddAndActivateConnection",
            &(settings, device, &path),
        );
        // A password of a length that none has is refused at once.
        let answer = answer.map_err(|error| said(&error, Trouble::WrongPassword))?;
        let (kept, _): (OwnedObjectPath, OwnedObjectPath) = answer
            .body()
            .deserialize()
            .map_err(|error| said(&error, Trouble::Failed))?;
        let end = Instant::now() + JOIN;
        let mut begun = false;
        let outcome = loop {
            std::thread::sleep(LOOK);
            let now: Result<(u32, u32), Trouble> = bus.get(device.as_str(), DEVICE, "StateReason");
            let (state, reason) = match now {
                Ok(now) => now,
                Err(trouble) => break Err(trouble),
            };
            // What is said before it begins is of the connection before.
            begun |= (40..ACTIVATED).contains(&state);
            if begun && let Some(outcome) = seen::outcome(state, reason) {
                break outcome;
            }
            if Instant::now() >= end {
                break Err(Trouble::TooLong);
            }
        };
        if outcome.is_err() {
            bus.forget(&kept);
        }
        outcome
    }
}

/// Writes down what was wrong, and says it in a word.
fn said(error: &dyn std::error::Error, trouble: Trouble) -> Trouble {
    tracing::warn!(%error, "NetworkManager");
    trouble
}
