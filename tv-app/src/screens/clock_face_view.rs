//! The face of a clock that shows a time, drawn once: whoever cannot read a date sees how the hands stand.

use slint::{Image, Rgba8Pixel, SharedPixelBuffer};

/// Cream.
const FACE: [u8; 3] = [0xf6, 0xee, 0xe2];
/// Dark green.
const HANDS: [u8; 3] = [0x1d, 0x4d, 0x35];

/// A stroke from the middle outwards: where it points (turns from 12 o'clock), from where to where and how
/// wide, as shares of the radius.
struct Stroke {
    turn: f32,
    from: f32,
    to: f32,
    wide: f32,
}

impl Stroke {
    /// How far a place is from the stroke, in the same shares; negative inside.
    fn distance(&self, x: f32, y: f32) -> f32 {
        let (sin, cos) = (self.turn * std::f32::consts::TAU).sin_cos();
        let along = x.mul_add(sin, -y * cos).clamp(self.from, self.to);
        (x - along * sin).hypot(y + along * cos) - self.wide / 2.0
    }
}

/// A clock of so many pixels across that shows this time.
pub(super) fn clock_face(pixels: u32, hour: i32, minute: i32) -> Image {
    let count = |of: i32| f32::from(u8::try_from(of).unwrap_or(0));
    let minutes = count(minute) / 60.0;
    let mut strokes: Vec<Stroke> = (0..12_u8)
        .map(|mark| Stroke {
            turn: f32::from(mark) / 12.0,
            from: if mark % 3 == 0 { 0.8 } else { 0.86 },
            to: 0.94,
            wide: if mark % 3 == 0 { 0.048 } else { 0.024 },
        })
        .collect();
    strokes.push(Stroke {
        turn: (count(hour % 12) + minutes) / 12.0,
        from: -0.08,
        to: 0.54,
        wide: 0.1,
    });
    strokes.push(Stroke {
        turn: minutes,
        from: -0.1,
        to: 0.8,
        wide: 0.06,
    });
    let radius = f32::from(u16::try_from(pixels).unwrap_or(u16::MAX)) / 2.0;
    let at =
        |pixel: u32| (f32::from(u16::try_from(pixel).unwrap_or(u16::MAX)) + 0.5) / radius - 1.0;
    let mut buffer = SharedPixelBuffer::<Rgba8Pixel>::new(pixels, pixels);
    let places = (0..pixels).flat_map(|y| (0..pixels).map(move |x| (x, y)));
    for (pixel, (x, y)) in buffer.make_mut_slice().iter_mut().zip(places) {
        let (x, y) = (at(x), at(y));
        let far = x.hypot(y) - 1.0;
        let stroke = strokes
            .iter()
            .map(|stroke| stroke.distance(x, y))
            .fold(f32::MAX, f32::min);
        let [r, g, b] = mixed(covered(stroke * radius));
        *pixel = Rgba8Pixel {
            r,
            g,
            b,
            a: part(255.0 * covered(far * radius)),
        };
    }
    Image::from_rgba8(buffer)
}

/// How much of a pixel is inside of something whose edge is so many pixels away.
fn covered(distance: f32) -> f32 {
    (0.5 - distance).clamp(0.0, 1.0)
}

fn mixed(share: f32) -> [u8; 3] {
    std::array::from_fn(|of| {
        let (face, hand) = (f32::from(FACE[of]), f32::from(HANDS[of]));
        part((hand - face).mul_add(share, face))
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a colour is between 0 and 255"
)]
fn part(colour: f32) -> u8 {
    colour.round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dark(image: &Image, x: f32, y: f32) -> bool {
        let buffer = image.to_rgba8().unwrap();
        let at = |share: f32| ((share + 1.0) * 100.0) as usize;
        buffer.as_slice()[at(y) * 200 + at(x)].r < 0x60
    }

    #[test]
    fn hands_stand_as_on_a_clock() {
        // A quarter to three: the short one just before three, the long one at nine.
        let image = clock_face(200, 14, 45);
        assert!(dark(&image, -0.6, 0.0), "the long hand");
        assert!(dark(&image, 0.45, -0.06), "the short hand");
        assert!(!dark(&image, 0.6, 0.3) && !dark(&image, 0.0, -0.5));
        // Five past twelve.
        let image = clock_face(200, 0, 5);
        assert!(dark(&image, 0.3, -0.52) && !dark(&image, -0.6, 0.0));
        let corner = image.to_rgba8().unwrap().as_slice()[0].a;
        assert_eq!(corner, 0, "it is round");
    }
}
