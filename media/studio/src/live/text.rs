//! Chinese text as coverage, from the system's Noto Sans CJK SC.

use std::sync::OnceLock;

use tiny_skia::{FillRule, Mask, PathBuilder, Transform};
use ttf_parser::{Face, OutlineBuilder};

/// The family whose glyphs have the mainland's forms.
const FAMILY: &str = "Noto Sans CJK SC";

/// How bold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Captions.
    Regular,
    /// Digits that are read from afar.
    Bold,
}

/// Text drawn: how much of each pixel it covers.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    pub width: usize,
    pub height: usize,
    pub data: Vec<u8>,
}

struct Fonts {
    database: fontdb::Database,
    regular: fontdb::ID,
    bold: fontdb::ID,
}

fn fonts() -> Option<&'static Fonts> {
    static FONTS: OnceLock<Option<Fonts>> = OnceLock::new();
    FONTS
        .get_or_init(|| {
            let mut database = fontdb::Database::new();
            // The folder of the package is quick to read; everything else only if it is not there.
            database.load_fonts_dir("/usr/share/fonts/opentype/noto");
            if query(&database, FAMILY, fontdb::Weight::NORMAL).is_none() {
                database.load_system_fonts();
            }
            let find = |weight| {
                query(&database, FAMILY, weight)
                    .or_else(|| database.query(&sans(weight, &[fontdb::Family::SansSerif])))
                    .or_else(|| database.faces().next().map(|face| face.id))
            };
            let (regular, bold) = (find(fontdb::Weight::NORMAL)?, find(fontdb::Weight::BOLD)?);
            Some(Fonts {
                regular,
                bold,
                database,
            })
        })
        .as_ref()
}

fn query(database: &fontdb::Database, family: &str, weight: fontdb::Weight) -> Option<fontdb::ID> {
    database.query(&sans(weight, &[fontdb::Family::Name(family)]))
}

fn sans<'a>(weight: fontdb::Weight, families: &'a [fontdb::Family<'a>]) -> fontdb::Query<'a> {
    fontdb::Query {
        families,
        weight,
        ..fontdb::Query::default()
    }
}

/// Whether there is any font to draw with.
pub fn available() -> bool {
    fonts().is_some()
}

fn with_face<T>(weight: Weight, work: impl FnOnce(&Face<'_>) -> T) -> Option<T> {
    let fonts = fonts()?;
    let id = match weight {
        Weight::Regular => fonts.regular,
        Weight::Bold => fonts.bold,
    };
    fonts.database.with_face_data(id, |data, index| {
        Some(work(&Face::parse(data, index).ok()?))
    })?
}

fn advance(face: &Face<'_>, character: char) -> f32 {
    let units = face
        .glyph_index(character)
        .and_then(|glyph| face.glyph_hor_advance(glyph))
        .unwrap_or(face.units_per_em());
    f32::from(units) / f32::from(face.units_per_em())
}

/// Draws one line, `size` pixels to the em, no wider than `room` pixels: what does not fit
/// ends in an ellipsis. The height is 1.2 em. Empty without a font.
pub fn line(text: &str, size: f32, weight: Weight, room: usize) -> Coverage {
    with_face(weight, |face| {
        let text = shorten(face, text, size, room);
        let width: f32 = text.chars().map(|c| advance(face, c) * size).sum();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few hundred pixels"
        )]
        let (width, height) = (width.ceil().max(1.0) as u32, (size * 1.2).ceil() as u32);
        let mut pen = Pen {
            path: PathBuilder::new(),
            x: 0.0,
            // Ideographs stand between -0.12 and 0.88 em.
            baseline: size * 0.98,
            scale: size / f32::from(face.units_per_em()),
        };
        for character in text.chars() {
            if let Some(glyph) = face.glyph_index(character) {
                face.outline_glyph(glyph, &mut pen);
            }
            pen.x += advance(face, character) * size;
        }
        let mut mask = Mask::new(width, height)?;
        if let Some(path) = pen.path.finish() {
            mask.fill_path(&path, FillRule::Winding, true, Transform::identity());
        }
        Some(Coverage {
            width: width as usize,
            height: height as usize,
            data: mask.take(),
        })
    })
    .flatten()
    .unwrap_or_default()
}

/// Where a text breaks that is written in lines of `room` pixels: between any two characters, but
/// not before a mark that ends something. Empty without a font.
pub fn broken(text: &str, size: f32, weight: Weight, room: usize) -> Vec<String> {
    with_face(weight, |face| {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred pixels")]
        let room = room as f32;
        let mut lines = Vec::new();
        let (mut line, mut used) = (String::new(), 0.0_f32);
        for character in text.trim().chars() {
            let width = advance(face, character) * size;
            if used + width > room && !line.is_empty() {
                let carried = if CLOSING.contains(character) {
                    line.pop()
                } else {
                    None
                };
                let rest: String = carried.into_iter().collect();
                used = rest.chars().map(|c| advance(face, c) * size).sum();
                lines.push(std::mem::replace(&mut line, rest));
            }
            line.push(character);
            used += width;
        }
        lines.push(line);
        lines.retain(|line| !line.is_empty());
        lines
    })
    .unwrap_or_default()
}

/// No line begins with one of these.
const CLOSING: &str = "，。、；：！？）》」』”’…％%,.;:!?)";

fn shorten(face: &Face<'_>, text: &str, size: f32, room: usize) -> String {
    let text = text.trim();
    #[expect(clippy::cast_precision_loss, reason = "a few hundred pixels")]
    let room = room as f32;
    let width = |text: &str| text.chars().map(|c| advance(face, c) * size).sum::<f32>();
    if width(text) <= room {
        return text.to_owned();
    }
    let mut used = advance(face, '…') * size;
    let mut short: String = text
        .chars()
        .take_while(|&c| {
            used += advance(face, c) * size;
            used <= room
        })
        .collect();
    short.push('…');
    short
}

struct Pen {
    path: PathBuilder,
    x: f32,
    baseline: f32,
    scale: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.baseline - y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ink(text: &str) -> u64 {
        let drawn = line(text, 32.0, Weight::Regular, 10_000);
        drawn.data.iter().map(|&pixel| u64::from(pixel)).sum()
    }

    #[test]
    fn chinese_is_drawn_and_differs() {
        assert!(available());
        let drawn = line("信号中断", 32.0, Weight::Regular, 1_000);
        assert_eq!((drawn.width, drawn.height), (128, 39));
        assert!(ink("信号中断") > 50_000);
        assert_ne!(ink("一"), ink("国"));
        assert_eq!(ink("   "), 0);
    }

    #[test]
    fn what_does_not_fit_is_shortened() {
        let drawn = line("柳河镇人民政府会议室", 20.0, Weight::Regular, 120);
        assert!(drawn.width <= 120 && drawn.width > 90, "{}", drawn.width);
    }
}
