//! What the software renderer paints into, and pictures of it: shared by the headless screen, screenshots,
//! tests and the virtual TV.

pub mod light;
pub mod scaling;

use std::io::Cursor;
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, ImageError};
use slint::platform::software_renderer::{PremultipliedRgbaColor, SoftwareRenderer};

/// A rectangle in physical pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Rect {
    /// Whether it holds no pixel.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// The smallest rectangle that holds both; an empty one adds nothing.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        let x = self.x.min(other.x);
        let y = self.y.min(other.y);
        let right = (self.x + self.width).max(other.x + other.width);
        let bottom = (self.y + self.height).max(other.y + other.height);
        Self {
            x,
            y,
            width: right - x,
            height: bottom - y,
        }
    }

    /// The part inside a picture of this size.
    #[must_use]
    pub fn within(self, width: u32, height: u32) -> Self {
        let x = self.x.min(width);
        let y = self.y.min(height);
        Self {
            x,
            y,
            width: self.width.min(width - x),
            height: self.height.min(height - y),
        }
    }
}

/// What the software renderer paints into: four bytes a pixel, as on a real screen. Three would save
/// memory and cost the renderer a third of its speed.
#[derive(Clone, Debug)]
pub struct Canvas {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width × height` pixels, rows from top to bottom.
    pub pixels: Vec<PremultipliedRgbaColor>,
}

impl Canvas {
    /// Nothing painted yet.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        let pixels = width as usize * height as usize;
        Self {
            width,
            height,
            pixels: vec![PremultipliedRgbaColor::default(); pixels],
        }
    }

    /// Lets the renderer paint what has changed; the rectangle that holds all of it, empty for nothing.
    pub fn paint(&mut self, renderer: &SoftwareRenderer) -> Rect {
        // As the boxes do. Line by line it would leave out what a film hides, and now and then
        // paint a line too many: Slint 1.18 takes what ends between two changed places along.
        let region = renderer.render(&mut self.pixels, self.width as usize);
        region
            .iter()
            .map(|(origin, size)| Rect {
                x: u32::try_from(origin.x).unwrap_or(0),
                y: u32::try_from(origin.y).unwrap_or(0),
                width: size.width,
                height: size.height,
            })
            .fold(Rect::default(), Rect::union)
    }
}

/// A picture of the screen, three bytes a pixel: red, green, blue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rgb {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width × height × 3` bytes, rows from top to bottom.
    pub bytes: Vec<u8>,
}

impl Rgb {
    /// A black picture.
    #[must_use]
    pub fn black(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            bytes: vec![0; width as usize * height as usize * 3],
        }
    }

    /// The colour at a place; black outside of the picture.
    #[must_use]
    #[inline]
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        if x >= self.width || y >= self.height {
            return [0; 3];
        }
        let at = (y as usize * self.width as usize + x as usize) * 3;
        [self.bytes[at], self.bytes[at + 1], self.bytes[at + 2]]
    }

    /// Cuts a piece out; what lies outside of the picture is left off.
    #[must_use]
    pub fn crop(&self, rect: Rect) -> Self {
        let rect = rect.within(self.width, self.height);
        let mut bytes = Vec::with_capacity(rect.width as usize * rect.height as usize * 3);
        for y in rect.y..rect.y + rect.height {
            bytes.extend_from_slice(&self.bytes[row(self.width, rect, y)]);
        }
        Self {
            width: rect.width,
            height: rect.height,
            bytes,
        }
    }

    /// Takes over the piece `rect` of a canvas of the same size.
    pub fn copy_from(&mut self, canvas: &Canvas, rect: Rect) {
        let rect = rect.within(self.width, self.height);
        if (canvas.width, canvas.height) != (self.width, self.height) {
            return;
        }
        for y in rect.y..rect.y + rect.height {
            let range = row(self.width, rect, y);
            let pixels = &canvas.pixels[range.start / 3..range.end / 3];
            for (copy, pixel) in self.bytes[range].chunks_exact_mut(3).zip(pixels) {
                copy.copy_from_slice(&[pixel.red, pixel.green, pixel.blue]);
            }
        }
    }

    /// As PNG: exact.
    ///
    /// # Errors
    /// When the picture is empty.
    pub fn to_png(&self) -> Result<Vec<u8>, ImageError> {
        let mut out = Cursor::new(Vec::new());
        // The quick compression: this is done while somebody waits.
        PngEncoder::new_with_quality(&mut out, CompressionType::Fast, FilterType::Up).write_image(
            &self.bytes,
            self.width,
            self.height,
            ExtendedColorType::Rgb8,
        )?;
        Ok(out.into_inner())
    }

    /// As JPEG; `quality` 1 to 100.
    ///
    /// # Errors
    /// When the picture is empty or larger than 65,535 pixels.
    pub fn to_jpeg(&self, quality: u8) -> Result<Vec<u8>, ImageError> {
        let mut out = Vec::new();
        JpegEncoder::new_with_quality(&mut out, quality).write_image(
            &self.bytes,
            self.width,
            self.height,
            ExtendedColorType::Rgb8,
        )?;
        Ok(out)
    }

    /// Writes a PNG file.
    ///
    /// # Errors
    /// When the file cannot be written or the picture is empty.
    pub fn save_png(&self, path: &Path) -> Result<(), ImageError> {
        Ok(std::fs::write(path, self.to_png()?)?)
    }

    /// Share of neighbouring pixels in a row that are equal, 0 to 1, from a sample: near 1 for
    /// drawn screens, low for photographs and video.
    #[must_use]
    pub fn flatness(&self) -> f32 {
        let (mut equal, mut all) = (0_u32, 0_u32);
        for y in (0..self.height).step_by(7) {
            let rect = Rect {
                width: self.width,
                ..Rect::default()
            };
            let line = &self.bytes[row(self.width, rect, y)];
            for pair in line.chunks_exact(6).step_by(3) {
                all += 1;
                equal += u32::from(pair[..3] == pair[3..]);
            }
        }
        if all == 0 {
            1.0
        } else {
            equal as f32 / all as f32
        }
    }
}

/// The bytes of one row of `rect` in a picture of this width.
fn row(width: u32, rect: Rect, y: u32) -> std::ops::Range<usize> {
    let start = (y as usize * width as usize + rect.x as usize) * 3;
    start..start + rect.width as usize * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient() -> Rgb {
        let mut picture = Rgb::black(16, 9);
        for (i, byte) in picture.bytes.iter_mut().enumerate() {
            *byte = (i * 7 % 251) as u8;
        }
        picture
    }

    #[test]
    fn a_piece_keeps_its_pixels_and_stays_inside() {
        let picture = gradient();
        let rect = Rect {
            x: 14,
            y: 7,
            width: 10,
            height: 10,
        };
        let piece = picture.crop(rect);
        assert_eq!((piece.width, piece.height), (2, 2));
        assert_eq!(piece.pixel(1, 1), picture.pixel(15, 8));
        assert_eq!(picture.pixel(16, 0), [0; 3]);
    }

    #[test]
    fn png_is_exact() {
        let picture = gradient();
        let png = picture.to_png().unwrap();
        let back = image::load_from_memory(&png).unwrap().into_rgb8();
        assert_eq!(back.into_raw(), picture.bytes);
    }

    #[test]
    fn union_ignores_nothing_but_the_empty() {
        let a = Rect {
            x: 1,
            y: 2,
            width: 3,
            height: 4,
        };
        let b = Rect {
            x: 10,
            y: 0,
            width: 1,
            height: 1,
        };
        assert_eq!(a.union(Rect::default()), a);
        assert_eq!(
            a.union(b),
            Rect {
                x: 1,
                y: 0,
                width: 10,
                height: 6
            }
        );
    }

    #[test]
    fn drawn_screens_are_flat_and_noise_is_not() {
        assert!(Rgb::black(64, 64).flatness() > 0.99);
        assert!(gradient().flatness() < 0.1);
    }
}
