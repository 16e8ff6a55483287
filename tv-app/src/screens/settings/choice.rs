//! Which camera and microphone were chosen, as the settings [`name::CAMERA`] and
//! [`name::MICROPHONE`] keep it: `none`, `test`, `test:` and what to make up, or the id of a device.

use media_player::publish::{Camera, Capture, Microphone, TestPattern};

use super::name;
use crate::cache::Cache;

/// Nothing is wanted.
pub const NONE: &str = "none";
/// Something made up, where there is no hardware.
pub const TEST: &str = "test";
/// The tone of a test microphone in hertz, when none is named.
const TONE: u32 = 440;

/// What was chosen; `None` for both when nobody has chosen anything.
#[must_use]
pub fn capture(cache: &Cache) -> Capture {
    let chosen = |setting| cache.setting(setting);
    Capture {
        camera: chosen(name::CAMERA).map_or(Camera::None, |text| camera(&text)),
        microphone: chosen(name::MICROPHONE).map_or(Microphone::None, |text| microphone(&text)),
        mirror: true,
    }
}

/// Whether there is anything in it.
#[must_use]
pub fn is_any(capture: &Capture) -> bool {
    capture.camera != Camera::None || capture.microphone != Microphone::None
}

/// The camera a setting means. What is made up: `ball`, `bars` (also when nothing is named), or a
/// colour as six hexadecimal digits.
#[must_use]
pub fn camera(text: &str) -> Camera {
    match made_up(text) {
        Some(what) => Camera::Test(pattern(what).unwrap_or_default()),
        None if text == NONE || text.is_empty() => Camera::None,
        None => Camera::Device(text.to_owned()),
    }
}

/// The microphone a setting means. What is made up: a tone of so many hertz.
#[must_use]
pub fn microphone(text: &str) -> Microphone {
    match made_up(text) {
        Some(what) => Microphone::Test(what.parse().unwrap_or(TONE)),
        None if text == NONE || text.is_empty() => Microphone::None,
        None => Microphone::Device(text.to_owned()),
    }
}

fn made_up(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(TEST)?;
    if rest.is_empty() {
        return Some("");
    }
    rest.strip_prefix(':')
}

fn pattern(what: &str) -> Option<TestPattern> {
    match what {
        "" | "bars" => Some(TestPattern::Bars),
        "ball" => Some(TestPattern::Ball),
        colour if colour.len() == 6 => u32::from_str_radix(colour, 16).ok().map(TestPattern::Plain),
        _ => None,
    }
}

/// The two settings that `PICTURE:HERTZ` stands for, e.g. `ball:440`; `None` when it means nothing.
#[must_use]
pub fn test_settings(text: &str) -> Option<(String, String)> {
    let (picture, hertz) = text.split_once(':')?;
    pattern(picture)?;
    let hertz: u32 = hertz
        .parse()
        .ok()
        .filter(|hertz| (20..=20_000).contains(hertz))?;
    Some((format!("{TEST}:{picture}"), format!("{TEST}:{hertz}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_means_a_device_something_made_up_or_nothing() {
        assert_eq!(camera("none"), Camera::None);
        assert_eq!(camera("test"), Camera::Test(TestPattern::Bars));
        assert_eq!(camera("test:ball"), Camera::Test(TestPattern::Ball));
        assert_eq!(
            camera("test:20a0ff"),
            Camera::Test(TestPattern::Plain(0x20_a0ff))
        );
        let device = "v4l2src:/dev/video0";
        assert_eq!(camera(device), Camera::Device(device.to_owned()));
        assert_eq!(microphone("none"), Microphone::None);
        assert_eq!(microphone("test"), Microphone::Test(440));
        assert_eq!(microphone("test:880"), Microphone::Test(880));
        // The name of a device may begin like that.
        assert_eq!(
            microphone("tester:hw:1"),
            Microphone::Device("tester:hw:1".to_owned())
        );
    }

    #[test]
    fn the_option_for_tests_names_both() {
        let both = test_settings("ball:440").unwrap();
        assert_eq!(both, ("test:ball".to_owned(), "test:440".to_owned()));
        assert!(test_settings("ff0000:1000").is_some());
        for wrong in ["", "ball", "ball:", ":440x", "cube:440", "ball:5"] {
            assert_eq!(test_settings(wrong), None, "{wrong}");
        }
    }
}
