//! The ground that a screen stands on: the light of a lamp that falls from the top left on the hills of
//! the place, in the colours of Home, of a section, or of what was done or is urgent.
//!
//! Where it is light is the same everywhere and computed once for a size of the window; a place only has
//! other colours. Few of them, with an ordered dither, so that no bands are seen on a bad panel.

use slint::{Image, Rgb8Pixel};
use tv_canvas::light::{Light, SHADES};
use tv_ui::Place;

use super::routes::{Belongs, Route};
use crate::cache::Cache;

/// The ground of the place that is shown, kept until another one is.
#[derive(Default)]
pub(super) struct Ground {
    light: Option<Light>,
    image: Option<(Place, Image)>,
}

impl Ground {
    /// The ground of a place for a window of this size in physical pixels; `None` when it is the one that
    /// was asked for last.
    pub(super) fn paint(&mut self, place: Place, width: u32, height: u32) -> Option<Image> {
        if self
            .light
            .as_ref()
            .is_none_or(|known| known.size() != (width, height))
        {
            self.light = Some(Light::new(width, height));
            self.image = None;
        }
        if self
            .image
            .as_ref()
            .is_some_and(|(known, _)| *known == place)
        {
            return None;
        }
        let image = Image::from_rgb8(self.light.as_ref()?.paint(&palette(place)));
        self.image = Some((place, image.clone()));
        Some(image)
    }
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
        let [r, g, b] =
            std::array::from_fn(|of| whole((to[of] - from[of]).mul_add(share, from[of]) + 0.5));
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

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is counted here is small and not negative"
)]
fn whole(number: f32) -> u8 {
    number as u8
}

#[cfg(test)]
mod tests;
