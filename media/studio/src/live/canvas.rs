//! The program picture as I420: tiles copied in, overlays mixed over.

use super::layout::Rect;
use super::overlay::Overlay;

/// Luma and both colour planes of a picture with their strides in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Planes<'a> {
    pub width: usize,
    pub height: usize,
    pub data: [(&'a [u8], usize); 3],
}

/// A colour as Y, Cb, Cr in limited range.
pub type Colour = [u8; 3];
/// Behind everything: a calm dark blue.
pub const BACKGROUND: Colour = [40, 142, 120];
/// Where a source has no picture.
pub const EMPTY: Colour = [30, 128, 128];

/// A picture without padding, planes one after the other; the width a multiple of 8, so that
/// this is also GStreamer's arrangement of it.
pub struct Canvas {
    width: usize,
    height: usize,
    data: Vec<u8>,
}

impl Canvas {
    /// A picture of one colour.
    pub fn filled(width: usize, height: usize, colour: Colour) -> Self {
        let pixels = width * height;
        let mut data = vec![colour[0]; pixels * 3 / 2];
        data[pixels..pixels * 5 / 4].fill(colour[1]);
        data[pixels * 5 / 4..].fill(colour[2]);
        Self {
            width,
            height,
            data,
        }
    }

    /// The bytes.
    pub fn into_data(self) -> Vec<u8> {
        self.data
    }

    /// The planes.
    #[cfg(test)]
    pub fn planes(&self) -> Planes<'_> {
        let pixels = self.width * self.height;
        let (luma, colour) = self.data.split_at(pixels);
        let (blue, red) = colour.split_at(pixels / 4);
        Planes {
            width: self.width,
            height: self.height,
            data: [
                (luma, self.width),
                (blue, self.width / 2),
                (red, self.width / 2),
            ],
        }
    }

    fn planes_mut(&mut self) -> [(&mut [u8], usize); 3] {
        let pixels = self.width * self.height;
        let (luma, colour) = self.data.split_at_mut(pixels);
        let (blue, red) = colour.split_at_mut(pixels / 4);
        [
            (luma, self.width),
            (blue, self.width / 2),
            (red, self.width / 2),
        ]
    }

    /// Fills a place with one colour.
    pub fn fill(&mut self, place: Rect, colour: Colour) {
        for (index, (plane, stride)) in self.planes_mut().into_iter().enumerate() {
            let half = usize::from(index > 0);
            for y in place.y >> half..(place.y + place.height) >> half {
                let row = &mut plane[y * stride..][..stride];
                row[place.x >> half..(place.x + place.width) >> half].fill(colour[index]);
            }
        }
    }

    /// Copies a picture into a place. A picture of another size, as for the moment after a change of
    /// layout, is fitted roughly.
    pub fn put(&mut self, place: Rect, picture: &Planes<'_>) {
        if picture.width == 0 || picture.height == 0 {
            return;
        }
        let same = picture.width == place.width && picture.height == place.height;
        for (index, (plane, stride)) in self.planes_mut().into_iter().enumerate() {
            let half = usize::from(index > 0);
            let (source, source_stride) = picture.data[index];
            let (from_width, from_height) = (
                (picture.width >> half).max(1),
                (picture.height >> half).max(1),
            );
            let (x, y) = (place.x >> half, place.y >> half);
            let (width, height) = (place.width >> half, place.height >> half);
            for row in 0..height {
                let from = if same {
                    row
                } else {
                    row * from_height / height
                };
                let Some(line) = source
                    .get(from * source_stride..)
                    .and_then(|l| l.get(..from_width))
                else {
                    return;
                };
                let to = &mut plane[(y + row) * stride + x..][..width];
                if same {
                    to.copy_from_slice(line);
                } else {
                    for (column, pixel) in to.iter_mut().enumerate() {
                        *pixel = line[column * from_width / width];
                    }
                }
            }
        }
    }

    /// Mixes an overlay over the picture.
    pub fn overlay(&mut self, overlay: &Overlay) {
        let [(luma, stride), (blue, half), (red, _)] = self.planes_mut();
        let lines = overlay
            .luma
            .chunks_exact(overlay.width)
            .zip(overlay.alpha.chunks_exact(overlay.width));
        for (row, (grey, alpha)) in lines.enumerate() {
            let to = &mut luma[(overlay.y + row) * stride + overlay.x..][..overlay.width];
            for ((pixel, &grey), &alpha) in to.iter_mut().zip(grey).zip(alpha) {
                *pixel = mix(*pixel, grey, alpha);
            }
        }
        let width = overlay.width / 2;
        for (row, alpha) in overlay.chroma.chunks_exact(width).enumerate() {
            let start = (overlay.y / 2 + row) * half + overlay.x / 2;
            for plane in [&mut *blue, &mut *red] {
                for (pixel, &alpha) in plane[start..][..width].iter_mut().zip(alpha) {
                    *pixel = mix(*pixel, 128, alpha);
                }
            }
        }
    }
}

fn mix(below: u8, above: u8, alpha: u8) -> u8 {
    let (below, above, alpha) = (u16::from(below), u16::from(above), u16::from(alpha));
    // 257/65536 is 1/255 for all values that occur.
    let sum = below * (255 - alpha) + above * alpha;
    let mixed = ((u32::from(sum) + 127) * 257) >> 16;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixel(canvas: &Canvas, x: usize, y: usize) -> Colour {
        let planes = canvas.planes();
        let at = |index: usize| {
            let half = usize::from(index > 0);
            planes.data[index].0[(y >> half) * planes.data[index].1 + (x >> half)]
        };
        [at(0), at(1), at(2)]
    }

    const PLACE: Rect = Rect {
        x: 16,
        y: 8,
        width: 32,
        height: 16,
    };

    #[test]
    fn tiles_stay_in_their_place() {
        let red = [81, 90, 240];
        for (width, height) in [(32, 16), (64, 64), (8, 8)] {
            let mut canvas = Canvas::filled(64, 32, BACKGROUND);
            let tile = Canvas::filled(width, height, red);
            canvas.put(PLACE, &tile.planes());
            for (x, y, colour) in [
                (16, 8, red),
                (47, 23, red),
                (15, 8, BACKGROUND),
                (16, 7, BACKGROUND),
                (48, 23, BACKGROUND),
                (47, 24, BACKGROUND),
            ] {
                assert_eq!(pixel(&canvas, x, y), colour, "{width} {x} {y}");
            }
        }
        let mut canvas = Canvas::filled(64, 32, BACKGROUND);
        canvas.fill(PLACE, EMPTY);
        assert_eq!(pixel(&canvas, 47, 23), EMPTY);
        assert_eq!(pixel(&canvas, 48, 23), BACKGROUND);
    }

    #[test]
    fn a_solid_stamp_hides_and_a_thin_one_shines_through() {
        let mut canvas = Canvas::filled(1280, 720, [81, 90, 240]);
        let code = Overlay::code("123456", 1280, 720).unwrap();
        canvas.overlay(&code);
        assert_eq!(pixel(&canvas, code.x, code.y), [235, 128, 128]);
        let strip = Overlay::title("会议", 1280, 720).unwrap();
        canvas.overlay(&strip);
        let [y, cb, cr] = pixel(&canvas, strip.x, strip.y);
        assert!((17..60).contains(&y) && (91..128).contains(&cb) && (129..239).contains(&cr));
        assert_eq!(mix(0, 255, 255), 255);
        assert_eq!(mix(200, 10, 0), 200);
    }
}
