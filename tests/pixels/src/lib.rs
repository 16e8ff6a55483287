//! What can be measured in a picture of the screen.

use std::sync::LazyLock;

use tv_canvas::{Rect, Rgb};

/// The colour of the focus and of nothing else (`Tokens.focus`).
pub const GOLD: [u8; 3] = [0xf7, 0xc9, 0x48];
/// The least thickness of the ring in pixels (UX).
const RING: u32 = 6;
/// Width of the bar beside what is read, in pixels (LOOK).
const BAR: u32 = 10;
/// What is brighter than this can be seen as an object on the ground.
const BRIGHT: f64 = 0.10;

/// The light of each value of a channel, 0 to 1 (WCAG 2).
static LINEAR: LazyLock<[f64; 256]> = LazyLock::new(|| {
    std::array::from_fn(|value| {
        let share = f64::from(u8::try_from(value).unwrap_or(u8::MAX)) / 255.0;
        if share <= 0.040_45 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    })
});

/// Relative luminance of a colour, 0 to 1 (WCAG 2).
#[must_use]
pub fn luminance(colour: [u8; 3]) -> f64 {
    let linear = |channel: u8| LINEAR[usize::from(channel)];
    0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
}

/// Contrast of two colours, 1 to 21 (WCAG 2).
#[must_use]
pub fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Contrast of a text to its ground, measured: the commonest colour of the piece is the ground,
/// the letters are what differs most from it in more than a few pixels. `None` for a piece with
/// one colour.
#[must_use]
pub fn text_contrast(piece: &Rgb) -> Option<f64> {
    let mut colours: Vec<&[u8]> = piece.bytes.chunks_exact(3).collect();
    colours.sort_unstable();
    let counts: Vec<([u8; 3], usize)> = colours
        .chunk_by(|one, other| one == other)
        .map(|same| ([same[0][0], same[0][1], same[0][2]], same.len()))
        .collect();
    let (ground, _) = *counts
        .iter()
        .max_by_key(|(colour, count)| (*count, *colour))?;
    // The middle of a stroke has the letter's own colour; smoothed edges are between the two.
    counts
        .into_iter()
        .filter(|(colour, count)| *colour != ground && *count >= 8)
        .map(|(colour, _)| contrast(colour, ground))
        .reduce(f64::max)
}

/// Rings in the picture: outlines of [`GOLD`] at least `RING` thick around something that is
/// not gold.
#[must_use]
pub fn rings(frame: &Rgb) -> Vec<Rect> {
    components(frame)
        .into_iter()
        .filter(|place| is_ring(frame, *place))
        .collect()
}

/// What says where the focus is: rings, and bars beside what is read.
#[must_use]
pub fn marks(frame: &Rgb) -> Vec<Rect> {
    components(frame)
        .into_iter()
        .filter(|place| is_ring(frame, *place) || is_bar(frame, *place))
        .collect()
}

fn is_bar(frame: &Rgb, place: Rect) -> bool {
    let middle = place.x + place.width / 2;
    place.width == BAR
        && place.height >= 5 * BAR
        && (place.y + BAR..place.y + place.height - BAR).all(|y| is_gold(frame, middle, y))
}

fn is_gold(frame: &Rgb, x: u32, y: u32) -> bool {
    frame.pixel(x, y) == GOLD
}

/// Bounding boxes of connected gold.
fn components(frame: &Rgb) -> Vec<Rect> {
    let (width, height) = (frame.width, frame.height);
    let mut seen = vec![false; width as usize * height as usize];
    let at = |x: u32, y: u32| y as usize * width as usize + x as usize;
    let mut boxes = Vec::new();
    for y in 0..height {
        for x in 0..width {
            if seen[at(x, y)] || !is_gold(frame, x, y) {
                continue;
            }
            let (mut left, mut right, mut top, mut bottom) = (x, x, y, y);
            let mut todo = vec![(x, y)];
            seen[at(x, y)] = true;
            while let Some((x, y)) = todo.pop() {
                (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
                let next = [
                    (x.wrapping_sub(1), y),
                    (x + 1, y),
                    (x, y.wrapping_sub(1)),
                    (x, y + 1),
                ];
                for (x, y) in next {
                    if x < width && y < height && !seen[at(x, y)] && is_gold(frame, x, y) {
                        seen[at(x, y)] = true;
                        todo.push((x, y));
                    }
                }
            }
            boxes.push(Rect {
                x: left,
                y: top,
                width: right - left + 1,
                height: bottom - top + 1,
            });
        }
    }
    boxes
}

fn is_ring(frame: &Rgb, place: Rect) -> bool {
    if place.width < 60 || place.height < 60 {
        return false;
    }
    let (right, bottom) = (place.x + place.width - 1, place.y + place.height - 1);
    // Along each side, away from the round corners, the gold is thick enough and then ends.
    let along = |length: u32| (2..7).map(move |part| length * part / 8);
    let thick = |gold: &dyn Fn(u32) -> bool| (0..RING).all(gold) && !(0..3 * RING).all(gold);
    along(place.width).all(|along| {
        let x = place.x + along;
        thick(&|depth| is_gold(frame, x, place.y + depth))
            && thick(&|depth| is_gold(frame, x, bottom - depth))
    }) && along(place.height).all(|along| {
        let y = place.y + along;
        thick(&|depth| is_gold(frame, place.x + depth, y))
            && thick(&|depth| is_gold(frame, right - depth, y))
    })
}

/// A place outside of the safe area, `percent` of each edge, where something bright is. The ring
/// and the growth of what has the focus may stand out by `margin` pixels; pictures may be anywhere.
#[must_use]
pub fn bright_outside(
    frame: &Rgb,
    percent: u32,
    margin: u32,
    pictures: &[Rect],
) -> Option<(u32, u32)> {
    let inset = |length: u32| (length * percent / 100).saturating_sub(margin);
    let (x, y) = (inset(frame.width), inset(frame.height));
    let inside = |at: u32, inset: u32, length: u32| at >= inset && at < length - inset;
    let within = |column: u32, row: u32, place: &Rect| {
        (place.x..place.x + place.width).contains(&column)
            && (place.y..place.y + place.height).contains(&row)
    };
    (0..frame.height)
        .flat_map(|row| (0..frame.width).map(move |column| (column, row)))
        .filter(|(column, row)| !(inside(*column, x, frame.width) && inside(*row, y, frame.height)))
        .filter(|(column, row)| luminance(frame.pixel(*column, *row)) > BRIGHT)
        .find(|(column, row)| !pictures.iter().any(|place| within(*column, *row, place)))
}

/// Pixels in which two pictures differ clearly.
fn differing<'a>(one: &'a Rgb, other: &'a Rgb) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    sampled(one, other, 1)
}

/// The same of every so manieth pixel.
fn sampled<'a>(
    one: &'a Rgb,
    other: &'a Rgb,
    step: usize,
) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    let pixels = |frame: &'a Rgb| frame.bytes.chunks_exact(3).step_by(step);
    let clearly = |(a, b): &(&[u8], &[u8])| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > 24);
    pixels(one).zip(pixels(other)).filter(clearly)
}

/// Whether two pictures of one size differ clearly in fewer pixels than this. Stops at once when
/// they do not, so many pictures can be compared with each other.
#[must_use]
pub fn are_alike(one: &Rgb, other: &Rgb, pixels: usize) -> bool {
    // Most have a header in common and little else: some of their pixels say so sooner than all.
    if sampled(one, other, 13).take(pixels).count() == pixels {
        return false;
    }
    differing(one, other).take(pixels).count() < pixels
}

/// Share of pixels in which two pictures differ clearly.
#[must_use]
pub fn difference(one: &Rgb, other: &Rgb) -> f64 {
    let differing = differing(one, other).count();
    #[expect(
        clippy::cast_precision_loss,
        reason = "a share of some two million pixels"
    )]
    let share = differing as f64 / (one.bytes.len() / 3).max(1) as f64;
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paint(frame: &mut Rgb, place: Rect, colour: [u8; 3]) {
        for y in place.y..place.y + place.height {
            for x in place.x..place.x + place.width {
                let at = (y * frame.width + x) as usize * 3;
                frame.bytes[at..at + 3].copy_from_slice(&colour);
            }
        }
    }

    const OUTER: Rect = Rect {
        x: 100,
        y: 100,
        width: 200,
        height: 120,
    };

    fn framed(thickness: u32) -> Rgb {
        let mut frame = Rgb::black(640, 360);
        paint(&mut frame, OUTER, GOLD);
        let inner = Rect {
            x: 100 + thickness,
            y: 100 + thickness,
            width: 200 - 2 * thickness,
            height: 120 - 2 * thickness,
        };
        paint(&mut frame, inner, [40, 30, 30]);
        frame
    }

    #[test]
    fn a_ring_is_a_closed_frame_of_six_pixels() {
        assert_eq!(rings(&framed(8)), [OUTER]);
        assert_eq!(rings(&framed(5)), []);
        let mut open = framed(8);
        paint(
            &mut open,
            Rect {
                x: 180,
                y: 100,
                width: 40,
                height: 8,
            },
            [0; 3],
        );
        assert_eq!(rings(&open), []);
        let mut full = Rgb::black(640, 360);
        paint(&mut full, OUTER, GOLD);
        assert_eq!(rings(&full), []);
    }

    #[test]
    fn contrast_follows_wcag() {
        assert!((contrast([255; 3], [0; 3]) - 21.0).abs() < 1e-9);
        assert!((contrast([0x77; 3], [255; 3]) - 4.48).abs() < 0.01);
        let mut piece = Rgb::black(100, 40);
        assert_eq!(text_contrast(&piece), None);
        paint(
            &mut piece,
            Rect {
                x: 10,
                y: 10,
                width: 20,
                height: 4,
            },
            [0x77; 3],
        );
        paint(
            &mut piece,
            Rect {
                x: 10,
                y: 14,
                width: 20,
                height: 1,
            },
            [0x33; 3],
        );
        let measured = text_contrast(&piece).unwrap();
        assert!(
            (measured - contrast([0x77; 3], [0; 3])).abs() < 1e-9,
            "{measured}"
        );
    }

    #[test]
    fn pictures_are_compared_pixel_by_pixel() {
        let plain = Rgb::black(640, 360);
        let framed = framed(8);
        let pixels = (OUTER.width * OUTER.height) as usize;
        let share = difference(&plain, &framed);
        assert!(
            (share * 640.0 * 360.0 - pixels as f64).abs() < 1.0,
            "{share}"
        );
        assert!(are_alike(&plain, &framed, pixels + 1));
        assert!(!are_alike(&plain, &framed, pixels));
        assert!(are_alike(&plain, &plain, 1));
    }

    #[test]
    fn what_is_bright_outside_the_safe_area_is_found() {
        let mut frame = Rgb::black(1920, 1080);
        paint(
            &mut frame,
            Rect {
                x: 96,
                y: 54,
                width: 1728,
                height: 972,
            },
            [200; 3],
        );
        assert_eq!(bright_outside(&frame, 5, 0, &[]), None);
        paint(
            &mut frame,
            Rect {
                x: 1000,
                y: 1030,
                width: 2,
                height: 2,
            },
            [200; 3],
        );
        assert_eq!(bright_outside(&frame, 5, 0, &[]), Some((1000, 1030)));
        assert_eq!(bright_outside(&frame, 0, 0, &[]), None);
        let picture = Rect {
            x: 990,
            y: 1020,
            width: 20,
            height: 20,
        };
        assert_eq!(bright_outside(&frame, 5, 0, &[picture]), None);
    }
}
