//! The picture of a stream that has none yet: players that begin with sound alone never show a
//! picture that comes later.

use std::sync::mpsc;
use std::time::Duration;

use bytes::Bytes;

use super::Timeline;
use super::canvas::{Canvas, EMPTY};
use super::codec::{H264Encoder, H264Settings};
use super::layout::Rect;
use super::overlay::Overlay;
use super::rtp::{nal_units, unit_type};
use crate::{Error, Result};

/// By this a recording knows it again: a message of user data (H.264, D.1.6), which decoders skip.
const MARK: [u8; 16] = *b"gov-tv no pictur";
const SIZE: (usize, usize) = (640, 360);

/// A keyframe that says in words that the picture is still to come.
pub fn keyframe(timeline: Timeline) -> Result<Bytes> {
    let (width, height) = SIZE;
    let settings = H264Settings {
        width,
        height,
        frame_rate: 25,
        bitrate_kbps: 500,
        keyframe_every: 1,
    };
    let (send, receive) = mpsc::channel();
    let encoder = H264Encoder::start(timeline, &settings, move |data, _| {
        // Only the first is wanted.
        let _ = send.send(data);
    })?;
    let place = Rect {
        x: 0,
        y: 0,
        width,
        height,
    };
    let mut canvas = Canvas::filled(width, height, EMPTY);
    if let Some(words) = Overlay::message("等待画面", place, height) {
        canvas.overlay(&words);
    }
    encoder.push(timeline.now(), canvas.into_data());
    let picture = receive
        .recv_timeout(Duration::from_secs(5))
        .map_err(|_| Error::Setup("the encoder gives no picture".into()))?;
    let mut data = vec![0, 0, 0, 1, 6, 5, 16];
    data.extend(MARK);
    data.push(0x80);
    data.extend_from_slice(&picture);
    Ok(data.into())
}

/// Whether a picture is such a keyframe.
pub fn is(data: &[u8]) -> bool {
    nal_units(data)
        .take_while(|unit| !matches!(unit_type(unit), 1..=5))
        .any(|unit| unit.get(..3) == Some(&[6, 5, 16]) && unit.get(3..19) == Some(&MARK))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::live::rtp::parameter_sets;
    use crate::live::sps;

    #[test]
    fn is_a_keyframe_and_known_again() {
        let data = keyframe(Timeline::new(Instant::now())).unwrap();
        assert!(is(&data));
        let sets = parameter_sets(&data);
        let sps = sps::parse(sets[0]).unwrap();
        assert_eq!((sps.width, sps.height), (640, 360));
        assert!(!is(&[0, 0, 0, 1, 6, 5, 16, 1, 2, 3]));
        assert!(!is(&[0, 0, 0, 1, 0x65, 1]));
    }
}
