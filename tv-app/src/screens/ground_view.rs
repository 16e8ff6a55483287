//! The ground that a screen stands on: the light of a lamp that falls from the top left on the hills of
//! the place, in the colours of Home, of a section, or of what was done or is urgent.
//!
//! Where it is light is the same everywhere and computed once for a size of the window; a place only has
//! other colours. Few of them, with an ordered dither, so that no bands are seen on a bad panel.

use std::f32::consts::TAU;

use slint::{Image, Rgb8Pixel, SharedPixelBuffer};
use tv_ui::Place;

use super::routes::{Belongs, Route};
use crate::cache::Cache;

/// Colours of a ground.
const SHADES: usize = 72;
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

/// The ground of the place that is shown, kept until another one is.
#[derive(Default)]
pub(super) struct Ground {
    shades: Option<Shades>,
    image: Option<(Place, Image)>,
}

impl Ground {
    /// The ground of a place for a window of this size in physical pixels; `None` when it is the one that
    /// was asked for last.
    pub(super) fn paint(&mut self, place: Place, width: u32, height: u32) -> Option<Image> {
        if self
            .shades
            .as_ref()
            .is_none_or(|known| (known.width, known.height) != (width, height))
        {
            self.shades = Some(Shades::new(width, height));
            self.image = None;
        }
        if self
            .image
            .as_ref()
            .is_some_and(|(known, _)| *known == place)
        {
            return None;
        }
        let image = self.shades.as_ref()?.paint(place);
        self.image = Some((place, image.clone()));
        Some(image)
    }
}

/// Where on the screen which shade is, 0 at the lamp.
struct Shades {
    width: u32,
    height: u32,
    of: Vec<u8>,
}

impl Shades {
    fn new(width: u32, height: u32) -> Self {
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

    fn paint(&self, place: Place) -> Image {
        let palette = palette(place);
        let mut buffer = SharedPixelBuffer::<Rgb8Pixel>::new(self.width, self.height);
        for (pixel, shade) in buffer.make_mut_slice().iter_mut().zip(&self.of) {
            *pixel = palette[usize::from(*shade)];
        }
        Image::from_rgb8(buffer)
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

/// From the lamp to the edge.
fn palette(place: Place) -> [Rgb8Pixel; SHADES] {
    let [core, middle, edge] =
        colours(place).map(|hex| [16, 8, 0].map(|bits| f32::from((hex >> bits) as u8)));
    std::array::from_fn(|at| {
        let far = at as f32 / (SHADES - 1) as f32;
        let (from, to, share) = if far < 0.3 {
            (core, middle, far / 0.3)
        } else {
            (middle, edge, (far - 0.3) / 0.7)
        };
        let [r, g, b] = std::array::from_fn(|of| {
            whole((to[of] - from[of]).mul_add(share, from[of]) + 0.5) as u8
        });
        Rgb8Pixel { r, g, b }
    })
}

/// At the lamp, away from it, and where no light falls.
const fn colours(place: Place) -> [u32; 3] {
    match place {
        Place::Home => [0x5c_2e21, 0x46_221b, 0x1b_100f],
        Place::First => [0x64_262d, 0x47_171f, 0x30_1618],
        Place::Second => [0x29_3d50, 0x16_2a37, 0x1c_1e26],
        Place::Third => [0x4e_370b, 0x37_2500, 0x2d_1d10],
        Place::Fourth => [0x24_4036, 0x11_2d22, 0x1b_211c],
        Place::Fifth => [0x5e_2d09, 0x42_1f00, 0x32_1b0f],
        Place::Sixth => [0x4a_3154, 0x36_203b, 0x27_1926],
        Place::Good => [0x22_563e, 0x1d_4d35, 0x0c_2018],
        Place::Alert => [0x70_1f15, 0x5e_1c15, 0x1f_0d0b],
    }
}

/// Whose ground a screen stands on: that of the section where one finds what it shows.
pub(super) fn place(route: &Route, cache: &Cache) -> Place {
    let belongs = route.belongs();
    if belongs == Belongs::Nowhere {
        return Place::Home;
    }
    let Some(township) = cache.township() else {
        return Place::Home;
    };
    let list = match &belongs {
        Belongs::Document(id) => cache.list_of(id).unwrap_or_default(),
        Belongs::List(id) => (*id).to_owned(),
        _ => String::new(),
    };
    let at = township.sections.iter().position(|section| match belongs {
        Belongs::Section(id) => section.id == id,
        Belongs::Kind(kind) => section.listings.iter().any(|one| one.kind == kind),
        _ => section.listings.iter().any(|one| one.id == list),
    });
    match at {
        Some(0) => Place::First,
        Some(1) => Place::Second,
        Some(2) => Place::Third,
        Some(3) => Place::Fourth,
        Some(4) => Place::Fifth,
        Some(5) => Place::Sixth,
        _ => Place::Home,
    }
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
