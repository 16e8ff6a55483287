//! Pictures in the size of their places. It is here because every pixel is touched several times.

use image::RgbaImage;
use image::imageops::{self, FilterType};

/// How a picture fills its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fit {
    /// Fills the place, cutting what sticks out evenly on both sides.
    Cover,
    /// Whole and inside the place; the bitmap may be smaller than it.
    Contain,
    /// As [`Fit::Cover`]; to its left it fades out, for what is written there. The corners at the right are
    /// round.
    Faded,
}

/// A piece of a picture, which lies inside of it.
#[must_use]
pub fn part(source: &RgbaImage, x: u32, y: u32, width: u32, height: u32) -> RgbaImage {
    imageops::crop_imm(source, x, y, width, height).to_image()
}

/// A picture in the size of its place; whole and no larger than it is with [`Fit::Contain`].
#[must_use]
pub fn scale(source: &RgbaImage, width: u32, height: u32, fit: Fit) -> RgbaImage {
    let (from_width, from_height) = (u64::from(source.width()), u64::from(source.height()));
    let (to_width, to_height) = (u64::from(width), u64::from(height));
    let narrow = |value: u64| u32::try_from(value).unwrap_or(u32::MAX).max(1);
    match fit {
        Fit::Cover | Fit::Faded => {
            // The largest middle part with the shape of the place.
            let (part_width, part_height) = if from_width * to_height > from_height * to_width {
                (narrow(from_height * to_width / to_height), source.height())
            } else {
                (source.width(), narrow(from_width * to_height / to_width))
            };
            let (x, y) = (
                (source.width() - part_width) / 2,
                (source.height() - part_height) / 2,
            );
            let middle = part(source, x, y, part_width, part_height);
            let mut scaled = resize(middle, width, height);
            if fit == Fit::Faded {
                fade(&mut scaled);
            }
            scaled
        }
        Fit::Contain => {
            let (new_width, new_height) = if from_width * to_height > from_height * to_width {
                (to_width, from_height * to_width / from_width)
            } else {
                (from_width * to_height / from_height, to_height)
            };
            // Never larger than it is: the screen can enlarge it for nothing.
            if new_width >= from_width {
                source.clone()
            } else {
                resize(source.clone(), narrow(new_width), narrow(new_height))
            }
        }
    }
}

/// Where a fading picture begins to be seen and where it is whole, as shares of its width.
const FADES: (f32, f32) = (0.05, 0.75);
/// Its corners, as a share of its height: as round as everything else.
const CORNER: f32 = 10.0 / 368.0;

/// Has it fade out to its left, and cuts its corners at the right.
fn fade(picture: &mut RgbaImage) {
    #[expect(clippy::cast_precision_loss, reason = "sides of a picture on a screen")]
    let size = |pixels: u32| pixels as f32;
    let (width, height) = (size(picture.width()), size(picture.height()));
    let radius = height * CORNER;
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let (x, y) = (size(x) + 0.5, size(y) + 0.5);
        let share = ((x / width - FADES.0) / (FADES.1 - FADES.0)).clamp(0.0, 1.0);
        // How far it is outside of the circle in its corner.
        let across = (x - (width - radius)).max(0.0);
        let along = (radius - y.min(height - y)).max(0.0);
        let inside = (radius + 0.5 - across.hypot(along)).clamp(0.0, 1.0);
        // Smooth at both ends, and dark for long: what is written reaches into it.
        let smooth = share * share * (3.0 - 2.0 * share);
        let alpha = smooth.powi(4) * inside * 255.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is from 0 to 255"
        )]
        let alpha = alpha.round() as u8;
        pixel[3] = alpha;
    }
}

/// A box filter down to twice the size, which is quick, and a triangle filter for the rest.
fn resize(picture: RgbaImage, width: u32, height: u32) -> RgbaImage {
    if picture.dimensions() == (width, height) {
        return picture;
    }
    let (twice_width, twice_height) = (width.saturating_mul(2), height.saturating_mul(2));
    if picture.width() > twice_width && picture.height() > twice_height {
        let smaller = imageops::thumbnail(&picture, twice_width, twice_height);
        return imageops::resize(&smaller, width, height, FilterType::Triangle);
    }
    imageops::resize(&picture, width, height, FilterType::Triangle)
}
