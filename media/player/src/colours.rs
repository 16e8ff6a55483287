//! From the colours of video to those of a screen: 8 bits, 4:2:0, as nearly every decoder gives it.
//! The one conversion a picture goes through, in the instructions of the processor at hand.

use gst_video::prelude::*;
use gst_video::{VideoColorMatrix, VideoColorRange, VideoFormat, VideoFrameRef};
use yuv::{
    YuvBiPlanarImage, YuvConversionMode, YuvError, YuvPlanarImage, YuvRange, YuvStandardMatrix,
};

/// Taller pictures are in the colours of high definition (BT.709) when they do not say.
const TALLEST_SD: u32 = 576;

/// One plane: rows of samples, `stride` bytes apart.
#[derive(Clone, Copy)]
pub(crate) struct Plane<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) stride: u32,
}

/// How the two colour samples of 2×2 pixels are stored.
pub(crate) enum Chroma<'a> {
    /// I420: one plane for each.
    Apart { blue: Plane<'a>, red: Plane<'a> },
    /// NV12: side by side, blue first.
    Together(Plane<'a>),
}

/// A picture as it came out of a decoder; borrowed, nothing is copied.
pub(crate) struct Picture<'a> {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) luma: Plane<'a>,
    pub(crate) chroma: Chroma<'a>,
    pub(crate) matrix: YuvStandardMatrix,
    pub(crate) range: YuvRange,
}

impl<'a> Picture<'a> {
    /// What is in a mapped frame; `None` if it is neither I420 nor NV12.
    pub(crate) fn of(frame: &'a VideoFrameRef<&gst::BufferRef>) -> Option<Self> {
        let plane = |number: u32| {
            let stride = *frame.plane_stride().get(number as usize)?;
            Some(Plane {
                bytes: frame.plane_data(number).ok()?,
                stride: u32::try_from(stride).ok()?,
            })
        };
        let chroma = match frame.format() {
            VideoFormat::I420 => Chroma::Apart {
                blue: plane(1)?,
                red: plane(2)?,
            },
            VideoFormat::Nv12 => Chroma::Together(plane(1)?),
            _ => return None,
        };
        let colorimetry = frame.info().colorimetry();
        Some(Self {
            width: frame.width(),
            height: frame.height(),
            luma: plane(0)?,
            chroma,
            matrix: match colorimetry.matrix() {
                VideoColorMatrix::Bt601 => YuvStandardMatrix::Bt601,
                VideoColorMatrix::Bt709 => YuvStandardMatrix::Bt709,
                VideoColorMatrix::Bt2020 => YuvStandardMatrix::Bt2020,
                VideoColorMatrix::Fcc => YuvStandardMatrix::Fcc,
                VideoColorMatrix::Smpte240m => YuvStandardMatrix::Smpte240,
                _ if frame.height() <= TALLEST_SD => YuvStandardMatrix::Bt601,
                _ => YuvStandardMatrix::Bt709,
            },
            range: match colorimetry.range() {
                VideoColorRange::Range0_255 => YuvRange::Full,
                _ => YuvRange::Limited,
            },
        })
    }

    /// Paints it as red, green and blue of 8 bits each, `width * height * 3` bytes.
    ///
    /// # Errors
    /// When there are no pixels, or a plane or `rgb` is too short for them.
    pub(crate) fn to_rgb(&self, rgb: &mut [u8]) -> Result<(), YuvError> {
        let row = self.width.saturating_mul(3);
        let mode = YuvConversionMode::Balanced;
        match self.chroma {
            Chroma::Apart { blue, red } => {
                let image = YuvPlanarImage {
                    y_plane: self.luma.bytes,
                    y_stride: self.luma.stride,
                    u_plane: blue.bytes,
                    u_stride: blue.stride,
                    v_plane: red.bytes,
                    v_stride: red.stride,
                    width: self.width,
                    height: self.height,
                };
                yuv::yuv420_to_rgb(&image, rgb, row, self.range, self.matrix)
            }
            Chroma::Together(both) => {
                let image = YuvBiPlanarImage {
                    y_plane: self.luma.bytes,
                    y_stride: self.luma.stride,
                    uv_plane: both.bytes,
                    uv_stride: both.stride,
                    width: self.width,
                    height: self.height,
                };
                yuv::yuv_nv12_to_rgb(&image, rgb, row, self.range, self.matrix, mode)
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
