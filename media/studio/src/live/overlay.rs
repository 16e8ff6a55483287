//! What is laid over the picture: captions, title, presence code, messages. White, black and grey, so
//! that only brightness has to be mixed.

use super::layout::Rect;
use super::text::{Coverage, Weight, broken, line};

/// White and black of television (ITU-R BT.709, limited range).
pub const WHITE: u8 = 235;
pub const BLACK: u8 = 16;
/// Dark strips let a little of the picture through.
const STRIP: u8 = 185;

/// A grey picture with transparency at a fixed place; even position and size.
#[derive(Clone, Debug)]
pub struct Overlay {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
    pub luma: Vec<u8>,
    pub alpha: Vec<u8>,
    /// Mean of each 2×2 pixels, for the colour.
    pub chroma: Vec<u8>,
}

/// Sizes follow the height of the picture; all are for 720 lines.
fn scaled(height: usize, size: usize) -> usize {
    (size * height / 720).max(2) & !1
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred pixels")]
fn em(height: usize, size: usize) -> f32 {
    size as f32 * height as f32 / 720.0
}

impl Overlay {
    fn filled(rect: Rect, luma: u8, alpha: u8) -> Self {
        let pixels = rect.width * rect.height;
        Self {
            x: rect.x,
            y: rect.y,
            width: rect.width,
            height: rect.height,
            luma: vec![luma; pixels],
            alpha: vec![alpha; pixels],
            chroma: Vec::new(),
        }
    }

    fn write(&mut self, text: &Coverage, x: usize, y: usize, luma: u8) {
        for (row, line) in text.data.chunks_exact(text.width.max(1)).enumerate() {
            let Some(start) = (y + row < self.height).then(|| (y + row) * self.width + x) else {
                return;
            };
            let room = self.width.saturating_sub(x);
            for (column, &cover) in line.iter().take(room).enumerate() {
                let (cover, at) = (u32::from(cover), start + column);
                let below = u32::from(self.alpha[at]) * (255 - cover) / 255;
                let alpha = cover + below;
                let mixed = u32::from(luma) * cover + u32::from(self.luma[at]) * below;
                if let Some(mixed) = mixed.checked_div(alpha) {
                    self.luma[at] = u8::try_from(mixed).unwrap_or(WHITE);
                    self.alpha[at] = u8::try_from(alpha).unwrap_or(255);
                }
            }
        }
    }

    fn done(mut self) -> Self {
        let at = |x: usize, y: usize| u32::from(self.alpha[y * self.width + x]);
        let mut chroma = Vec::with_capacity(self.alpha.len() / 4);
        for y in (0..self.height).step_by(2) {
            for x in (0..self.width).step_by(2) {
                let sum = at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1);
                chroma.push(u8::try_from(sum / 4).unwrap_or(255));
            }
        }
        self.chroma = chroma;
        self
    }

    /// A name at the lower left of a tile; `height` is that of the whole picture.
    pub fn caption(name: &str, tile: Rect, height: usize) -> Option<Self> {
        Self::strip(name, tile, height, false, &[(26, 1), (26, 2), (22, 2)])
    }

    /// The meeting's title at the upper left of the picture.
    pub fn title(title: &str, width: usize, height: usize) -> Option<Self> {
        // The presence code keeps its corner.
        let room = Rect {
            x: 0,
            y: 0,
            width: width * 5 / 8,
            height,
        };
        Self::strip(
            title,
            room,
            height,
            true,
            &[(26, 1), (26, 2), (22, 2), (22, 3)],
        )
    }

    /// `shapes`: type sizes for 720 lines, each with how many lines of it there may be. The first in
    /// which all of the text has room is taken; what has none in the last ends in an ellipsis. 26 are 39
    /// at 1080, read from the other side of a room; 22 are 33, the smallest that is.
    fn strip(
        text: &str,
        area: Rect,
        height: usize,
        top: bool,
        shapes: &[(usize, usize)],
    ) -> Option<Self> {
        if text.trim().is_empty() {
            return None;
        }
        let (margin, pad) = (scaled(height, 12), scaled(height, 12));
        let room = area.width.checked_sub(2 * (margin + pad))?;
        let written = |(size, most): (usize, usize)| {
            let mut rows = broken(text, em(height, size), Weight::Regular, room);
            let fits = rows.len() <= most;
            if !fits {
                let rest = rows.split_off(most - 1);
                rows.push(rest.concat());
            }
            (size, rows, fits)
        };
        let mut shapes = shapes.iter().map(|shape| written(*shape)).peekable();
        let (size, rows) = loop {
            let (size, rows, fits) = shapes.next()?;
            if fits || shapes.peek().is_none() {
                break (size, rows);
            }
        };
        let drawn: Vec<Coverage> = rows
            .iter()
            .map(|row| line(row, em(height, size), Weight::Regular, room))
            .collect();
        let widest = drawn.iter().map(|row| row.width).max()?;
        let pitch = drawn.first()?.height;
        let strip = Rect {
            x: 0,
            y: 0,
            width: (widest + 2 * pad + 1) & !1,
            height: (pitch * drawn.len() + scaled(height, 6) + 1) & !1,
        };
        if strip.height + margin > area.height || drawn.iter().any(|row| row.data.is_empty()) {
            return None;
        }
        let below = area.height - margin - strip.height;
        let mut overlay = Self::filled(
            Rect {
                x: area.x + margin,
                y: area.y + if top { margin } else { below & !1 },
                ..strip
            },
            BLACK,
            STRIP,
        );
        for (at, row) in drawn.iter().enumerate() {
            overlay.write(row, pad, scaled(height, 6) / 2 + at * pitch, WHITE);
        }
        Some(overlay.done())
    }

    /// A message in the middle of a tile, on nothing.
    pub fn message(text: &str, tile: Rect, height: usize) -> Option<Self> {
        let size = em(height, 34).min(em(tile.height, 90));
        let drawn = line(text, size, Weight::Bold, tile.width);
        if drawn.data.is_empty() || drawn.height > tile.height {
            return None;
        }
        let mut overlay = Self::filled(
            Rect {
                x: tile.x + (((tile.width - drawn.width.min(tile.width)) / 2) & !1),
                y: tile.y + (((tile.height - drawn.height) / 2) & !1),
                width: (drawn.width + 1).min(tile.width) & !1,
                height: drawn.height & !1,
            },
            WHITE,
            0,
        );
        overlay.write(&drawn, 0, 0, WHITE);
        Some(overlay.done())
    }

    /// The presence code: a white box at the upper right with black digits, under the word 签到码.
    pub fn code(code: &str, width: usize, height: usize) -> Option<Self> {
        let count = code.chars().count();
        if count == 0 {
            return None;
        }
        let (frame, cells) = code_geometry(width, height, count);
        if frame.x >= width || frame.x + frame.width > width {
            return None;
        }
        let mut overlay = Self::filled(frame, WHITE, 255);
        let word = line("签到码", em(height, 28), Weight::Regular, frame.width);
        let left = (frame.width - word.width.min(frame.width)) / 2;
        overlay.write(&word, left, scaled(height, 6), BLACK);
        for (character, cell) in code.chars().zip(cells) {
            let drawn = digit(character, cell.height);
            let left = cell.width.saturating_sub(drawn.width) / 2;
            overlay.write(&drawn, cell.x - frame.x + left, cell.y - frame.y, BLACK);
        }
        Some(overlay.done())
    }
}

/// A character of the presence code for a cell of that height.
pub fn digit(character: char, cell: usize) -> Coverage {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred pixels")]
    let size = cell as f32 / 1.2;
    line(&character.to_string(), size, Weight::Bold, cell * 2)
}

/// Where the presence code with that many characters stands in a picture: its box and the cell of
/// each character.
pub fn code_geometry(width: usize, height: usize, count: usize) -> (Rect, Vec<Rect>) {
    let s = |size| scaled(height, size);
    let (cell, tall, pad, margin) = (s(52), s(96), s(20), s(20));
    let frame = Rect {
        x: width.saturating_sub(margin + 2 * pad + cell * count) & !1,
        y: margin,
        width: 2 * pad + cell * count,
        height: s(40) + tall + s(4),
    };
    let cells = (0..count)
        .map(|index| Rect {
            x: frame.x + pad + cell * index,
            y: frame.y + s(36),
            width: cell,
            height: tall,
        })
        .collect();
    (frame, cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Rect = Rect {
        x: 0,
        y: 0,
        width: 1280,
        height: 720,
    };

    fn inside(overlay: &Overlay, area: Rect) {
        assert!(overlay.x >= area.x && overlay.x + overlay.width <= area.x + area.width);
        assert!(overlay.y >= area.y && overlay.y + overlay.height <= area.y + area.height);
        assert_eq!(
            (overlay.x | overlay.y | overlay.width | overlay.height) % 2,
            0
        );
        assert_eq!(overlay.luma.len(), overlay.width * overlay.height);
        assert_eq!(overlay.chroma.len(), overlay.luma.len() / 4);
    }

    #[test]
    fn everything_stays_where_it_belongs() {
        let corner = Rect {
            x: 936,
            y: 516,
            width: 320,
            height: 180,
        };
        let long = "柳河镇柳树沟村党群服务中心一楼远程会议室";
        for (area, height) in [(FULL, 720), (corner, 720)] {
            inside(&Overlay::caption(long, area, height).unwrap(), area);
            inside(&Overlay::message("信号中断", area, height).unwrap(), area);
        }
        inside(&Overlay::title(long, 1280, 720).unwrap(), FULL);
        for (width, height) in [(1280, 720), (640, 360), (1920, 1080)] {
            let full = Rect {
                width,
                height,
                ..FULL
            };
            inside(&Overlay::code("384615", width, height).unwrap(), full);
        }
        assert!(Overlay::caption(" ", FULL, 720).is_none());
        assert!(Overlay::code("123456789012345678901234567890", 320, 180).is_none());
    }

    /// A line of captions is as high as this, so that lines can be counted.
    fn lines_of(overlay: &Overlay, size: usize) -> usize {
        let pitch = (em(720, size) * 1.2).ceil() as usize;
        (overlay.height - scaled(720, 6)) / pitch
    }

    #[test]
    fn long_names_and_titles_take_another_line_before_they_are_cut() {
        let half = Rect {
            width: 640,
            height: 360,
            ..FULL
        };
        let name = "清河镇柳树沟村党群服务中心一楼东侧远程视频会议室";
        let short = Overlay::caption("柳树沟村", half, 720).unwrap();
        assert_eq!(lines_of(&short, 26), 1);
        let overlay = Overlay::caption(name, half, 720).unwrap();
        inside(&overlay, half);
        assert_eq!(
            lines_of(&overlay, 26),
            2,
            "24 characters of 26 have no room in 592"
        );
        let title = "一二三四五六七八九十".repeat(6);
        let overlay = Overlay::title(&title, 1280, 720).unwrap();
        inside(&overlay, FULL);
        assert_eq!(lines_of(&overlay, 22), 2);
        // All of it: no line ends early.
        let rows = broken(&title, em(720, 22), Weight::Regular, 752);
        assert_eq!((rows.concat(), rows.len()), (title.clone(), 2));
        // More than there can be is cut, and stays inside.
        let overlay = Overlay::title(&title.repeat(3), 1280, 720).unwrap();
        inside(&overlay, FULL);
        assert_eq!(lines_of(&overlay, 22), 3);
    }

    #[test]
    fn no_line_begins_with_a_mark_that_ends_something() {
        let text = "一二三四五六七八九，十";
        let rows = broken(text, 26.0, Weight::Regular, 26 * 9);
        assert_eq!(rows, ["一二三四五六七八", "九，十"]);
        assert!(broken("", 26.0, Weight::Regular, 100).is_empty());
    }

    #[test]
    fn text_is_as_large_as_it_has_to_be() {
        let overlay = Overlay::caption("一", FULL, 720).unwrap();
        // 32 px at 1080 lines are 21.3 at 720.
        assert!(overlay.height >= 22);
        let rows = overlay
            .luma
            .chunks(overlay.width)
            .filter(|row| row.contains(&WHITE))
            .count();
        assert!(rows >= 1);
    }

    #[test]
    fn digits_are_black_on_white_and_differ() {
        let one = Overlay::code("111111", 1280, 720).unwrap();
        let eight = Overlay::code("888888", 1280, 720).unwrap();
        assert!(one.alpha.iter().all(|&alpha| alpha == 255));
        let dark = |overlay: &Overlay| overlay.luma.iter().filter(|&&luma| luma < 60).count();
        assert!(
            dark(&eight) > dark(&one) + 1_000,
            "{} {}",
            dark(&eight),
            dark(&one)
        );
    }
}
