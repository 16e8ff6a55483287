//! Whether camera, microphone and loudspeaker of this station would work, looked at in a thread of its own while
//! whoever watches goes on watching.

use contract::station_check::{DeviceFinding, StationDevices};
use media_player::publish::{Camera, Capture, Checked, Finding, Microphone};

use super::{App, later};
use crate::screens::settings::choice;

impl App {
    /// Looks, and tells the server what was found.
    pub(super) fn check_station(&self) {
        let chosen = choice::capture(&self.cache);
        let used = self.uses_devices();
        let Some(check) = self.check else {
            self.checked(StationDevices {
                camera: DeviceFinding::Missing,
                microphone: DeviceFinding::Missing,
                loudspeaker: DeviceFinding::Failed,
            });
            return;
        };
        let spawned = std::thread::Builder::new()
            .name("check".into())
            .spawn(move || {
                // What is on already must not be opened a second time.
                let to_open = if used {
                    Capture::default()
                } else {
                    chosen.clone()
                };
                let found = told(check(&to_open), used.then_some(&chosen));
                later(move |app| app.checked(found));
            });
        if let Err(error) = spawned {
            tracing::error!(%error, "no thread to check the devices in");
            self.checked(StationDevices::default());
        }
    }

    fn checked(&self, found: StationDevices) {
        if let Some(client) = &*self.client.borrow() {
            client.devices_checked(found);
        }
    }
}

/// What was found, in the words of the server. `in_use`: what is chosen, if the television uses it now.
fn told(found: Checked, in_use: Option<&Capture>) -> StationDevices {
    let uses = |is: bool, found: Finding| {
        if is {
            DeviceFinding::InUse
        } else {
            finding(found)
        }
    };
    StationDevices {
        camera: uses(
            in_use.is_some_and(|it| it.camera != Camera::None),
            found.camera,
        ),
        microphone: uses(
            in_use.is_some_and(|it| it.microphone != Microphone::None),
            found.microphone,
        ),
        loudspeaker: finding(found.loudspeaker),
    }
}

const fn finding(found: Finding) -> DeviceFinding {
    match found {
        Finding::Works => DeviceFinding::Works,
        Finding::Silent => DeviceFinding::Silent,
        Finding::Missing => DeviceFinding::Missing,
        Finding::NotChosen => DeviceFinding::NotChosen,
        Finding::Busy => DeviceFinding::Busy,
        Finding::Failed => DeviceFinding::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_works_and_is_not_called_unchosen() {
        let found = Checked {
            camera: Finding::NotChosen,
            microphone: Finding::NotChosen,
            loudspeaker: Finding::Works,
        };
        let only_seen = Capture {
            camera: Camera::Device("v4l2src:/dev/video0".to_owned()),
            ..Capture::default()
        };
        let used = told(found, Some(&only_seen));
        assert_eq!(
            (used.camera, used.microphone, used.loudspeaker),
            (
                DeviceFinding::InUse,
                DeviceFinding::NotChosen,
                DeviceFinding::Works
            )
        );
        assert_eq!(told(found, None).camera, DeviceFinding::NotChosen);
    }
}
