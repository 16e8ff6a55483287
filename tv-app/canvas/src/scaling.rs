//! Pictures in the size of their places. It is here because every pixel is touched several times.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbaImage;
use image::imageops;

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
            let mut scaled = resize(source, [x, y, part_width, part_height], width, height);
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
                let all = [0, 0, source.width(), source.height()];
                resize(source, all, narrow(new_width), narrow(new_height))
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

/// A part of a picture (left, top, width and height), which lies inside of it, in another size. Every pixel of it
/// counts, for a picture that becomes much smaller would glitter otherwise.
fn resize(
    picture: &RgbaImage,
    [x, y, part_width, part_height]: [u32; 4],
    width: u32,
    height: u32,
) -> RgbaImage {
    if (part_width, part_height) == (width, height) {
        return part(picture, x, y, width, height);
    }
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
        .crop(x.into(), y.into(), part_width.into(), part_height.into())
        // A photograph has none; what shines through elsewhere keeps the colour it is stored with.
        .use_alpha(false);
    let mut scaled = RgbaImage::new(width, height);
    let source = ImageRef::new(picture.width(), picture.height(), picture, PixelType::U8x4);
    let target = Image::from_slice_u8(width, height, &mut scaled, PixelType::U8x4);
    if let (Ok(source), Ok(mut target)) = (source, target) {
        // It fails when the part is not inside, and then the picture stays empty.
        let _ = Resizer::new().resize(&source, &mut target, &options);
    }
    scaled
}
