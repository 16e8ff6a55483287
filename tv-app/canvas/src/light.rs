//! The light of a lamp that falls from the top left of a screen on hills. It is here because it touches every pixel.
//!
//! Few shades, with an ordered dither, so that no bands are seen on a bad panel.

use std::f32::consts::TAU;

use slint::{Rgb8Pixel, SharedPixelBuffer};

/// Colours of it.
pub const SHADES: usize = 72;
/// Height of the screen that the lengths here are measured on, in pixels; it is as wide as 16:9 is.
const HEIGHT: f32 = 1080.0;
/// Rows of hills: how far down they are, how high, and how much lighter their crests are.
const HILLS: [(f32, f32, f32); 3] = [
    (800.0, 70.0, 0.05),
    (880.0, 52.0, 0.045),
    (960.0, 38.0, 0.04),
];
/// Waves of a crest: how many across the screen, where they begin, their share of the height.
const WAVES: [[(f32, f32, f32); 3]; 3] = [
    [(1.1, 3.9, 0.6), (2.3, 5.6, 0.3), (4.7, 4.9, 0.1)],
    [(1.4, 1.4, 0.6), (2.3, 1.9, 0.3), (4.7, 5.5, 0.1)],
    [(1.7, 0.1, 0.6), (2.3, 5.1, 0.3), (4.7, 2.9, 0.1)],
];
/// Below a crest its light is this much weaker after so many pixels.
const FADES: f32 = 150.0;

/// Where on a screen which shade is, 0 at the lamp.
#[derive(Clone, Debug)]
pub struct Light {
    width: u32,
    height: u32,
    of: Vec<u8>,
}

impl Light {
    /// For a screen of so many physical pixels.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        let scale = HEIGHT / small(height);
        let wide = HEIGHT * 16.0 / 9.0;
        let crests = HILLS.iter().zip(WAVES).map(|((top, high, _), waves)| {
            let crest = |x: u32| {
                let across = small(x) * scale / wide * TAU;
                let waved = waves
                    .iter()
                    .map(|(count, begin, share)| share * (across * count + begin).sin());
                top + high * waved.sum::<f32>()
            };
            (0..width).map(crest).collect::<Vec<_>>()
        });
        let crests: Vec<_> = crests.collect();
        // Light below a crest by whole pixels: an exponential for each pixel would take most of the time.
        let fading: Vec<f32> = (0..1200_u16)
            .map(|below| (-f32::from(below) / FADES).exp())
            .collect();
        let across: Vec<f32> = (0..width)
            .map(|x| ((small(x) * scale - 230.0) / 1.12).powi(2))
            .collect();
        // The dither, asked for each pixel, would take as long as all the rest.
        let thresholds: [[f32; 8]; 8] =
            std::array::from_fn(|y| std::array::from_fn(|x| dither(x, y)));
        let mut of = Vec::with_capacity(across.len() * height as usize);
        let mut far = vec![0.0; across.len()];
        for y in 0..height {
            let down = small(y) * scale;
            let away = (down + 120.0).powi(2);
            for (far, across) in far.iter_mut().zip(&across) {
                let part = ((across + away).sqrt() / 1700.0).min(1.0);
                *far = part * part * (3.0 - 2.0 * part) * 0.35 + part * 0.65;
            }
            for (crest, (top, high, lift)) in crests.iter().zip(HILLS) {
                if down < top - high {
                    continue;
                }
                for (far, crest) in far.iter_mut().zip(crest) {
                    let below = down - crest;
                    if below > 0.0 {
                        *far -= lift * fading[whole(below).min(fading.len() - 1)];
                    }
                }
            }
            let row = &thresholds[y as usize % 8];
            of.extend(far.iter().enumerate().map(|(x, far)| {
                let steps = far.clamp(0.0, 1.0) * (SHADES - 1) as f32 + row[x % 8];
                whole(steps).min(SHADES - 1) as u8
            }));
        }
        Self { width, height, of }
    }

    /// Width and height in pixels.
    #[must_use]
    pub const fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The screen in these colours, of which the first is that of the lamp.
    #[must_use]
    pub fn paint(&self, palette: &[Rgb8Pixel; SHADES]) -> SharedPixelBuffer<Rgb8Pixel> {
        let mut buffer = SharedPixelBuffer::<Rgb8Pixel>::new(self.width, self.height);
        for (pixel, shade) in buffer.make_mut_slice().iter_mut().zip(&self.of) {
            *pixel = palette[usize::from(*shade)];
        }
        buffer
    }
}

/// The threshold of a pixel, 0 to 1, from an ordered matrix of 8 × 8.
fn dither(x: usize, y: usize) -> f32 {
    let mut threshold = 0_u8;
    for bit in 0..3 {
        let (x, y) = ((x >> bit) & 1, (y >> bit) & 1);
        let cell = match (x, y) {
            (0, 0) => 0,
            (1, 0) => 2,
            (0, _) => 3,
            _ => 1,
        };
        threshold = threshold * 4 + cell;
    }
    f32::from(threshold) / 64.0
}

/// Pixels, as few as a window has.
fn small(pixels: u32) -> f32 {
    f32::from(u16::try_from(pixels).unwrap_or(u16::MAX))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is counted here is small and not negative"
)]
fn whole(number: f32) -> usize {
    number as usize
}

#[cfg(test)]
mod tests;
