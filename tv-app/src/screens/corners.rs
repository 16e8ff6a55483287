//! Corners of pictures are cut once, where they are decoded: nothing clips while it is painted.

/// `Tokens.radius`, in logical pixels.
const RADIUS: f32 = 10.0;

/// Which corners of a picture are round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Corners {
    /// None.
    #[default]
    Square,
    /// Those at the left.
    Left,
    /// Those at the right.
    Right,
    /// Those above.
    Top,
}

impl Corners {
    /// Left top, right top, left bottom, right bottom.
    const fn each(self) -> [bool; 4] {
        match self {
            Self::Square => [false; 4],
            Self::Left => [true, false, true, false],
            Self::Right => [false, true, false, true],
            Self::Top => [true, true, false, false],
        }
    }

    /// Makes them transparent in a picture of this width: RGBA, not premultiplied, rows without padding.
    /// `scale`: its pixels per logical one.
    pub(crate) fn cut(self, rgba: &mut [u8], width: usize, scale: f32) {
        let height = rgba.len() / 4 / width.max(1);
        let radius = RADIUS * scale;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few pixels"
        )]
        let side = (radius.ceil().max(0.0) as usize).min(width).min(height);
        let exact = |at: usize| f32::from(u16::try_from(at).unwrap_or(u16::MAX)) + 0.5;
        let [left_top, right_top, left_bottom, right_bottom] = self.each();
        for y in 0..side {
            for x in 0..side {
                let from_centre = (radius - exact(x)).hypot(radius - exact(y));
                let covered = (radius - from_centre + 0.5).clamp(0.0, 1.0);
                let mut keep = |wanted: bool, x: usize, y: usize| {
                    if wanted && let Some(alpha) = rgba.get_mut((y * width + x) * 4 + 3) {
                        #[expect(
                            clippy::cast_possible_truncation,
                            clippy::cast_sign_loss,
                            reason = "between 0 and 255"
                        )]
                        let cut = (f32::from(*alpha) * covered).round() as u8;
                        *alpha = cut;
                    }
                };
                keep(left_top, x, y);
                keep(right_top, width - 1 - x, y);
                keep(left_bottom, x, height - 1 - y);
                keep(right_bottom, width - 1 - x, height - 1 - y);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Alphas of the four corners and of the middle of a white picture of 40 × 30 pixels.
    fn alphas(corners: Corners) -> [u8; 5] {
        let mut rgba = vec![255; 40 * 30 * 4];
        corners.cut(&mut rgba, 40, 1.0);
        let alpha = |x: usize, y: usize| rgba[(y * 40 + x) * 4 + 3];
        [
            alpha(0, 0),
            alpha(39, 0),
            alpha(0, 29),
            alpha(39, 29),
            alpha(20, 15),
        ]
    }

    #[test]
    fn only_the_corners_that_are_wanted_are_cut() {
        assert_eq!(alphas(Corners::Square), [255; 5]);
        assert_eq!(alphas(Corners::Left), [0, 255, 0, 255, 255]);
        assert_eq!(alphas(Corners::Right), [255, 0, 255, 0, 255]);
        assert_eq!(alphas(Corners::Top), [0, 0, 255, 255, 255]);
    }

    #[test]
    fn a_picture_smaller_than_its_corners_is_no_trouble() {
        for (width, height) in [(0, 0), (1, 1), (3, 2)] {
            let mut rgba = vec![255; width * height * 4];
            Corners::Top.cut(&mut rgba, width, 2.0);
        }
    }
}
