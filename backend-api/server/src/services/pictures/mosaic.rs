//! Parts of a picture are covered for good. What looks like a coarse mosaic is drawn in the colours around a part and
//! never from what is in it: averages of letters can be read again by whoever tries all letters.

use contract::staff::PictureRegion;
use image::{Rgb, RgbImage};

use crate::services::kit::error::{Result, ServiceError};

/// Most parts of one picture.
const MOST: usize = 50;

/// How many tiles the shorter side of a picture is long.
const TILES: u32 = 40;

/// How much lighter and darker than its surroundings the tiles are.
const CONTRAST: i32 = 26;

/// Without surroundings: grey.
const GREY: [u64; 3] = [128; 3];

/// The parts, if they are some and lie inside.
///
/// # Errors
/// [`ServiceError::Invalid`].
pub fn checked_regions(regions: &[PictureRegion]) -> Result<Vec<PictureRegion>> {
    if !(1..=MOST).contains(&regions.len()) {
        let message = format!("请画出要盖住的地方，一次 1 到 {MOST} 处");
        return Err(ServiceError::field("regions", message));
    }
    let inside = |from: f64, length: f64| {
        // Fractions are rounded on their way here.
        (0.0..=1.0).contains(&from) && length > 0.0 && from + length <= 1.000_001
    };
    let outside = regions
        .iter()
        .position(|region| !inside(region.x, region.width) || !inside(region.y, region.height));
    match outside {
        Some(index) => {
            let field = format!("regions[{index}]");
            Err(ServiceError::field(&field, "要盖住的地方须在图片里面"))
        }
        None => Ok(regions.to_vec()),
    }
}

/// Pixels from and to, the last not included.
#[derive(Clone, Copy)]
struct Area {
    left: u32,
    top: u32,
    right: u32,
    bottom: u32,
}

impl Area {
    /// Whole pixels, with each that a part touches.
    fn of(region: &PictureRegion, width: u32, height: u32) -> Self {
        let from = |part: f64, side: u32| (part * f64::from(side)).floor() as u32;
        let to = |part: f64, side: u32| ((part * f64::from(side)).ceil() as u32).min(side);
        Self {
            left: from(region.x, width).min(width),
            top: from(region.y, height).min(height),
            right: to(region.x + region.width, width),
            bottom: to(region.y + region.height, height),
        }
    }

    const fn holds(&self, x: u32, y: u32) -> bool {
        self.left <= x && x < self.right && self.top <= y && y < self.bottom
    }
}

/// Covers these parts.
pub(super) fn draw(picture: &mut RgbImage, regions: &[PictureRegion]) {
    let (width, height) = picture.dimensions();
    let areas: Vec<Area> = regions
        .iter()
        .map(|region| Area::of(region, width, height))
        .collect();
    // All colours first: what is covered must not colour its neighbour either.
    let colours: Vec<[u64; 3]> = areas
        .iter()
        .map(|area| around(picture, area, &areas))
        .collect();
    let tile = (width.min(height) / TILES).max(8);
    for (area, colour) in areas.iter().zip(colours) {
        for y in area.top..area.bottom {
            for x in area.left..area.right {
                let light = ((x - area.left) / tile + (y - area.top) / tile).is_multiple_of(2);
                let by = if light { CONTRAST } else { -CONTRAST };
                let channel = |value: u64| (value as i32 + by).clamp(0, 255) as u8;
                picture.put_pixel(x, y, Rgb(colour.map(channel)));
            }
        }
    }
}

/// The colour on average of the pixels right around an area that are in none.
fn around(picture: &RgbImage, area: &Area, areas: &[Area]) -> [u64; 3] {
    let (width, height) = picture.dimensions();
    let (left, right) = (
        area.left.checked_sub(1),
        (area.right < width).then_some(area.right),
    );
    let (top, bottom) = (
        area.top.checked_sub(1),
        (area.bottom < height).then_some(area.bottom),
    );
    let beside = left
        .into_iter()
        .chain(right)
        .flat_map(|x| (area.top..area.bottom).map(move |y| (x, y)));
    let over = top
        .into_iter()
        .chain(bottom)
        .flat_map(|y| (area.left..area.right).map(move |x| (x, y)));
    let mut sum = [0_u64; 3];
    let mut count = 0_u64;
    for (x, y) in beside.chain(over) {
        if areas.iter().any(|other| other.holds(x, y)) {
            continue;
        }
        let Rgb(pixel) = picture.get_pixel(x, y);
        for (sum, value) in sum.iter_mut().zip(pixel) {
            *sum += u64::from(*value);
        }
        count += 1;
    }
    if count == 0 {
        GREY
    } else {
        sum.map(|sum| sum / count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn region(x: f64, y: f64, width: f64, height: f64) -> PictureRegion {
        PictureRegion {
            x,
            y,
            width,
            height,
        }
    }

    #[test]
    fn parts_lie_inside() {
        for bad in [
            region(-0.1, 0.0, 0.5, 0.5),
            region(0.6, 0.0, 0.5, 0.5),
            region(0.0, 0.0, 0.0, 0.5),
            region(0.0, f64::NAN, 0.1, 0.5),
            region(0.0, 0.0, f64::INFINITY, 0.5),
        ] {
            assert!(checked_regions(&[bad]).is_err(), "{bad:?}");
        }
        assert!(checked_regions(&[]).is_err());
        let whole = region(0.0, 0.0, 1.0, 1.0);
        assert!(checked_regions(&[whole; MOST]).is_ok());
        assert!(checked_regions(&[whole; MOST + 1]).is_err());
    }

    #[test]
    fn a_whole_picture_and_its_edges() {
        let mut picture = RgbImage::from_pixel(30, 20, Rgb([9, 200, 9]));
        draw(&mut picture, &[region(0.9, 0.9, 0.1, 0.1)]);
        assert_ne!(picture.get_pixel(29, 19).0, [9, 200, 9]);
        assert_eq!(picture.get_pixel(26, 17).0, [9, 200, 9]);
        draw(&mut picture, &[region(0.0, 0.0, 1.0, 1.0)]);
        let greys = picture.pixels().all(|pixel| pixel.0[0] == pixel.0[1]);
        assert!(greys, "nothing of the green is left");
    }
}
