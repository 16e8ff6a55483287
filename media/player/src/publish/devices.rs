//! Cameras and microphones of the box: Video4Linux, PulseAudio, ALSA.

use gst::prelude::*;

/// Elements that a device can be opened with; an [`Device::id`] names one of them.
const CAMERA_ELEMENTS: [&str; 1] = ["v4l2src"];
const MICROPHONE_ELEMENTS: [&str; 2] = ["pulsesrc", "alsasrc"];

/// A camera or microphone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// What [`super::Camera::Device`] and [`super::Microphone::Device`] take. The same after a
    /// restart as long as it is plugged into the same place.
    pub id: String,
    /// Its name as the maker wrote it.
    pub name: String,
}

/// What is plugged in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Devices {
    /// Cameras.
    pub cameras: Vec<Device>,
    /// Microphones.
    pub microphones: Vec<Device>,
}

/// Looks what is plugged in now. Takes up to a second: not for the window's thread.
#[must_use]
pub fn devices() -> Devices {
    if let Err(error) = gst::init() {
        tracing::error!(%error, "GStreamer does not start");
        return Devices::default();
    }
    Devices {
        cameras: list("Video/Source", &CAMERA_ELEMENTS),
        microphones: list("Audio/Source", &MICROPHONE_ELEMENTS),
    }
}

/// Whether there is anything that sound can come out of. Takes up to a second.
pub(super) fn has_loudspeaker() -> bool {
    if gst::init().is_err() {
        return false;
    }
    let monitor = gst::DeviceMonitor::new();
    let known = monitor.add_filter(Some("Audio/Sink"), None).is_some();
    known && !monitor.devices().is_empty()
}

fn list(class: &str, elements: &[&str]) -> Vec<Device> {
    let monitor = gst::DeviceMonitor::new();
    if monitor.add_filter(Some(class), None).is_none() {
        tracing::debug!(class, "no provider of such devices");
        return Vec::new();
    }
    let mut found: Vec<Device> = monitor
        .devices()
        .iter()
        .filter_map(|device| describe(device, elements))
        .collect();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found.dedup_by(|a, b| a.id == b.id);
    found
}

fn describe(device: &gst::Device, elements: &[&str]) -> Option<Device> {
    // What the loudspeaker plays is offered as a microphone as well.
    let of_loudspeaker = device
        .properties()
        .and_then(|p| p.get::<String>("device.class").ok())
        .is_some_and(|class| class == "monitor");
    if of_loudspeaker {
        return None;
    }
    let element = device.create_element(None).ok()?;
    let factory = element.factory()?.name();
    if !elements.contains(&factory.as_str()) || !element.has_property("device") {
        return None;
    }
    let place = element.property::<Option<String>>("device")?;
    Some(Device {
        id: format!("{factory}:{place}"),
        name: device.display_name().to_string(),
    })
}

/// Element and place of a device's id, if it is one of those.
fn parse<'a>(id: &'a str, elements: &[&str]) -> Option<(&'a str, &'a str)> {
    id.split_once(':')
        .filter(|(factory, place)| elements.contains(factory) && !place.is_empty())
}

/// Element and place of a camera's id.
pub(crate) fn parse_camera(id: &str) -> Option<(&str, &str)> {
    parse(id, &CAMERA_ELEMENTS)
}

/// Element and place of a microphone's id.
pub(crate) fn parse_microphone(id: &str) -> Option<(&str, &str)> {
    parse(id, &MICROPHONE_ELEMENTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_one_of_the_known_elements() {
        assert_eq!(
            parse_camera("v4l2src:/dev/video0"),
            Some(("v4l2src", "/dev/video0"))
        );
        assert_eq!(
            parse_microphone("alsasrc:hw:1,0"),
            Some(("alsasrc", "hw:1,0"))
        );
        for hostile in [
            "filesrc:/etc/passwd",
            "v4l2src:",
            "v4l2src",
            "",
            ":/dev/video0",
        ] {
            assert_eq!(parse_camera(hostile), None, "{hostile}");
        }
    }

    #[test]
    fn looking_works_on_a_box_without_any() {
        let found = devices();
        for device in found.cameras {
            assert!(parse_camera(&device.id).is_some(), "{device:?}");
        }
        for device in found.microphones {
            assert!(parse_microphone(&device.id).is_some(), "{device:?}");
        }
    }
}
