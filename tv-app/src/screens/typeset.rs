//! Breaks text into lines, so that a bulletin of any length is a list of lines of known height:
//! it opens in constant time, scrolls by lines, and can say which line is being read aloud.
//!
//! Where a line may break follows Unicode's line breaking algorithm (UAX #14), which keeps
//! Chinese punctuation off the beginning of lines. How wide a character is comes from the font.

use std::sync::Arc;

use unicode_linebreak::{BreakOpportunity, linebreaks};

/// Ideographs and full-width forms begin here and are one em wide in every Chinese font.
const WIDE_FROM: u32 = 0x2E80;

/// Knows how wide characters are.
#[derive(Clone)]
pub struct Typesetter {
    /// Advance in em of the characters below [`WIDE_FROM`].
    advances: Arc<[f32]>,
}

impl Typesetter {
    /// Widths of the font that the screens name; without it, of an ordinary one.
    #[must_use]
    pub fn load(family: &str) -> Self {
        Self::from_font(family).unwrap_or_else(|| {
            tracing::warn!(
                family,
                "the font is not installed; lines may break in odd places"
            );
            Self::estimated()
        })
    }

    /// Without a font: digits and letters a little over half an em.
    #[must_use]
    pub fn estimated() -> Self {
        Self {
            advances: (0..WIDE_FROM)
                .map(|code| if code < 0x250 { 0.58 } else { 1.0 })
                .collect(),
        }
    }

    fn from_font(family: &str) -> Option<Self> {
        let mut fonts = fontdb::Database::new();
        // The folder of the package is quick to read; everything else only if it is not there.
        fonts.load_fonts_dir("/usr/share/fonts/opentype/noto");
        let query = fontdb::Query {
            families: &[fontdb::Family::Name(family)],
            ..fontdb::Query::default()
        };
        let id = fonts.query(&query).or_else(|| {
            fonts.load_system_fonts();
            fonts.query(&query)
        })?;
        fonts.with_face_data(id, |data, index| {
            let face = ttf_parser::Face::parse(data, index).ok()?;
            let em = f32::from(face.units_per_em());
            let advances = (0..WIDE_FROM)
                .map(|code| {
                    char::from_u32(code)
                        .and_then(|character| face.glyph_index(character))
                        .and_then(|glyph| face.glyph_hor_advance(glyph))
                        .map_or(1.0, |units| f32::from(units) / em)
                })
                .collect();
            Some(Self { advances })
        })?
    }

    /// Width of one line of text in the unit of `size`.
    #[must_use]
    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars()
            .map(|character| self.advance(character))
            .sum::<f32>()
            * size
    }

    fn advance(&self, character: char) -> f32 {
        self.advances
            .get(character as usize)
            .copied()
            .unwrap_or(1.0)
    }

    /// Lines no wider than `width`, both in the unit of `size`. Never empty; a single character
    /// wider than the width stands alone.
    #[must_use]
    pub fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        // Half a percent less, because the renderer rounds positions.
        let room = width / size * 0.995;
        let mut lines = Vec::new();
        let mut line = String::new();
        let mut used = 0.0;
        let mut from = 0;
        for (to, opportunity) in linebreaks(text) {
            let piece = text[from..to].trim_end_matches([
                '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}',
            ]);
            from = to;
            let visible: f32 = piece
                .trim_end()
                .chars()
                .map(|character| self.advance(character))
                .sum();
            if used + visible > room && !line.is_empty() {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
                used = 0.0;
            }
            if visible > room {
                // A word longer than a line, such as an address: break it anywhere.
                for character in piece.chars() {
                    let advance = self.advance(character);
                    if used + advance > room && !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                        used = 0.0;
                    }
                    line.push(character);
                    used += advance;
                }
            } else {
                line.push_str(piece);
                used += piece
                    .chars()
                    .map(|character| self.advance(character))
                    .sum::<f32>();
            }
            if opportunity == BreakOpportunity::Mandatory && to < text.len() {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
                used = 0.0;
            }
        }
        lines.push(line.trim_end().to_owned());
        lines
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn punctuation_does_not_begin_a_line() {
        let setter = Typesetter::estimated();
        let lines = setter.wrap("党务公开，村务公开，财务公开。", 40.0, 200.0);
        assert!(
            lines.iter().all(|line| !line.starts_with(['，', '。'])),
            "{lines:?}"
        );
        assert_eq!(lines.concat(), "党务公开，村务公开，财务公开。");
    }

    #[test]
    fn numbers_stay_whole() {
        let setter = Typesetter::estimated();
        let lines = setter.wrap("收入 12345.67 元", 40.0, 220.0);
        assert!(
            lines.iter().any(|line| line.contains("12345.67")),
            "{lines:?}"
        );
    }

    #[test]
    fn a_line_break_in_the_text_breaks_the_line() {
        assert_eq!(
            Typesetter::estimated().wrap("一\n二", 40.0, 400.0),
            ["一", "二"]
        );
        assert_eq!(Typesetter::estimated().wrap("", 40.0, 400.0), [""]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_sticks_out(text in "[\\p{Han}a-z0-9，。 ]{0,200}", width in 80f32..900.0) {
            let setter = Typesetter::estimated();
            let lines = setter.wrap(&text, 40.0, width);
            for line in &lines {
                prop_assert!(setter.width(line, 40.0) <= width.max(40.0), "{line}");
            }
            let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(squeezed(&lines.concat()), squeezed(&text));
        }
    }
}
