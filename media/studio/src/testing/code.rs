//! Reads the presence code from the pixels of a picture.

use crate::live::overlay::{code_geometry, digit};

/// Codes have so many digits.
const DIGITS: std::ops::RangeInclusive<usize> = 3..=8;
/// A match below this is no digit.
const SURE: f64 = 0.75;

/// The presence code in a picture given as brightness, row by row, `stride` bytes each. The picture may
/// have any size, as long as it shows the whole program. Nothing when there is no code.
#[must_use]
pub fn read_code(luma: &[u8], stride: usize, width: usize, height: usize) -> Option<String> {
    // The box is at the right: the end of a long code would be a short one.
    DIGITS.rev().find_map(|count| {
        let (frame, cells) = code_geometry(width, height, count);
        let border = [
            (frame.x + 4, frame.y + frame.height / 2),
            (frame.x + frame.width - 4, frame.y + frame.height / 2),
        ];
        let white = border
            .iter()
            .all(|&(x, y)| luma.get(y * stride + x).is_some_and(|&pixel| pixel > 190));
        if !white || frame.x + frame.width > width {
            return None;
        }
        let mut text = String::new();
        let mut worst = f64::MAX;
        for cell in cells {
            let seen: Vec<u8> = (0..cell.height)
                .flat_map(|y| &luma[(cell.y + y) * stride + cell.x..][..cell.width])
                .map(|&pixel| 255 - pixel)
                .collect();
            let (score, best) = ('0'..='9')
                .map(|candidate| {
                    let drawn = digit(candidate, cell.height);
                    let left = cell.width.saturating_sub(drawn.width) / 2;
                    let mut wanted = vec![0; cell.width * cell.height];
                    for (y, line) in drawn.data.chunks(drawn.width.max(1)).enumerate() {
                        for (x, &cover) in line.iter().enumerate() {
                            if y < cell.height && x + left < cell.width {
                                wanted[y * cell.width + x + left] = cover;
                            }
                        }
                    }
                    (likeness(&seen, &wanted), candidate)
                })
                .max_by(|a, b| a.0.total_cmp(&b.0))?;
            worst = worst.min(score);
            text.push(best);
        }
        (worst > SURE).then_some(text)
    })
}

/// Correlation of two pictures, -1 to 1.
fn likeness(a: &[u8], b: &[u8]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "some thousand pixels")]
    let count = a.len().max(1) as f64;
    let mean = |x: &[u8]| x.iter().map(|&v| f64::from(v)).sum::<f64>() / count;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut both, mut own_a, mut own_b) = (0.0, 0.0, 0.0);
    for (&a, &b) in a.iter().zip(b) {
        let (a, b) = (f64::from(a) - mean_a, f64::from(b) - mean_b);
        both += a * b;
        own_a += a * a;
        own_b += b * b;
    }
    both / f64::max((own_a * own_b).sqrt(), 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::canvas::Canvas;
    use crate::live::overlay::Overlay;

    #[test]
    fn what_is_drawn_is_read() {
        for (width, height) in [(1280, 720), (1920, 1080), (640, 360)] {
            for code in ["384615", "0000", "1117", "90218475"] {
                let mut canvas = Canvas::filled(width, height, [90, 128, 128]);
                canvas.overlay(&Overlay::code(code, width, height).unwrap());
                let (luma, stride) = canvas.planes().data[0];
                let read = read_code(luma, stride, width, height);
                assert_eq!(read.as_deref(), Some(code), "{width}");
            }
            for grey in [16, 90, 235] {
                let canvas = Canvas::filled(width, height, [grey, 128, 128]);
                assert_eq!(
                    read_code(canvas.planes().data[0].0, width, width, height),
                    None
                );
            }
        }
    }
}
