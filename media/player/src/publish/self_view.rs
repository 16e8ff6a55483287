//! The newest picture of the camera: for the self view and for the director's list.

use std::sync::Arc;

use gst_video::prelude::*;
use parking_lot::Mutex;

use super::{PublishEvent, PublishSink};
use crate::Frame;

/// Size of the self view; half of what is sent.
pub(super) const SIZE: (u32, u32) = (640, 360);
/// Size of the director's picture.
const PICTURE: (u32, u32) = (320, 180);
/// Some 10 KiB, and faces can be told apart.
const QUALITY: u8 = 70;

/// See the module.
pub(super) struct SelfView {
    events: PublishSink,
    slot: Mutex<Slot>,
}

#[derive(Default)]
struct Slot {
    latest: Option<Frame>,
    fresh: bool,
    mirror: bool,
}

impl SelfView {
    pub(super) fn new(events: PublishSink) -> Self {
        Self {
            events,
            slot: Mutex::default(),
        }
    }

    /// Another camera: the old one's picture is gone.
    pub(super) fn start_over(&self, mirror: bool) {
        *self.slot.lock() = Slot {
            mirror,
            ..Slot::default()
        };
    }

    /// A picture has come from the camera, not mirrored.
    pub(super) fn put(&self, sample: &gst::Sample) {
        let Some(frame) = frame(sample) else { return };
        let (old, told) = {
            let mut slot = self.slot.lock();
            let told = std::mem::replace(&mut slot.fresh, true);
            (slot.latest.replace(frame), told)
        };
        // Unmapping happens outside the lock.
        drop(old);
        if !told {
            (self.events)(PublishEvent::FrameReady);
        }
    }

    pub(super) fn take(&self) -> Option<Frame> {
        let (frame, mirror) = {
            let mut slot = self.slot.lock();
            if !std::mem::take(&mut slot.fresh) {
                return None;
            }
            (slot.latest.clone()?, slot.mirror)
        };
        Some(if mirror { mirrored(&frame) } else { frame })
    }

    pub(super) fn jpeg(&self) -> Option<Vec<u8>> {
        let frame = self.slot.lock().latest.clone()?;
        let small = smaller(&frame)?;
        let mut jpeg = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
            .encode(&small, PICTURE.0, PICTURE.1, image::ExtendedColorType::Rgb8)
            .map_err(|error| tracing::warn!(%error, "no JPEG"))
            .ok()?;
        Some(jpeg)
    }
}

fn frame(sample: &gst::Sample) -> Option<Frame> {
    let info = gst_video::VideoInfo::from_caps(sample.caps()?).ok()?;
    let buffer = sample.buffer_owned()?;
    let position = buffer.pts().map_or(0, |pts| pts.mseconds());
    let (width, height) = (info.width(), info.height());
    let row = width as usize * 3;
    let picture = gst_video::VideoFrame::from_buffer_readable(buffer, &info).ok()?;
    let stride = usize::try_from(picture.plane_stride()[0]).ok()?;
    let mut data = Vec::with_capacity(row * height as usize);
    for line in picture
        .plane_data(0)
        .ok()?
        .chunks(stride)
        .take(height as usize)
    {
        data.extend_from_slice(line.get(..row)?);
    }
    Some(Frame {
        width,
        height,
        data: Arc::new(data),
        position_ms: i64::try_from(position).unwrap_or(i64::MAX),
    })
}

fn mirrored(frame: &Frame) -> Frame {
    let bytes: &[u8] = (*frame.data).as_ref();
    let row = frame.width as usize * 3;
    let mut data = Vec::with_capacity(bytes.len());
    for line in bytes.chunks_exact(row.max(3)) {
        for pixel in line.chunks_exact(3).rev() {
            data.extend_from_slice(pixel);
        }
    }
    Frame {
        data: Arc::new(data),
        ..frame.clone()
    }
}

/// The mean of each 2×2 pixels, RGB. Only for pictures of [`SIZE`].
fn smaller(frame: &Frame) -> Option<Vec<u8>> {
    if (frame.width, frame.height) != SIZE {
        return None;
    }
    let bytes: &[u8] = (*frame.data).as_ref();
    let row = frame.width as usize * 3;
    let mut out = Vec::with_capacity((PICTURE.0 * PICTURE.1 * 3) as usize);
    for lines in bytes.chunks_exact(2 * row) {
        let (upper, lower) = lines.split_at(row);
        for (a, b) in upper.chunks_exact(6).zip(lower.chunks_exact(6)) {
            for channel in 0..3 {
                let sum: u16 = [a[channel], a[channel + 3], b[channel], b[channel + 3]]
                    .into_iter()
                    .map(u16::from)
                    .sum();
                out.push(u8::try_from(sum / 4).unwrap_or(u8::MAX));
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_swaps_left_and_right() {
        let data: Vec<u8> = (0..18).collect();
        let frame = Frame {
            width: 3,
            height: 2,
            data: Arc::new(data),
            position_ms: 7,
        };
        let mirror = mirrored(&frame);
        let bytes: &[u8] = (*mirror.data).as_ref();
        assert_eq!(bytes[..9], [6, 7, 8, 3, 4, 5, 0, 1, 2]);
        assert_eq!(bytes[9], 15);
    }

    #[test]
    fn the_small_picture_is_the_mean_of_four() {
        let (width, height) = SIZE;
        let mut data = vec![0; (width * height * 3) as usize];
        data[..6].copy_from_slice(&[100, 0, 0, 200, 0, 0]);
        let frame = Frame {
            width,
            height,
            data: Arc::new(data),
            position_ms: 0,
        };
        let small = smaller(&frame).expect("of the right size");
        assert_eq!(small.len(), 320 * 180 * 3);
        assert_eq!(small[..4], [75, 0, 0, 0]);
    }
}
