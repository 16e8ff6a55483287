//! Drawing with few words on top of tiny-skia.

use tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LinearGradient, Paint, PathBuilder, Pixmap, Point,
    Rect, Shader, SpreadMode, Stroke, Transform,
};

/// A colour as `0xRRGGBB`.
pub type Rgb = u32;

/// The colour with an opacity from 0 to 1.
pub fn color(rgb: Rgb, alpha: f32) -> Color {
    let [_, r, g, b] = rgb.to_be_bytes();
    let mut color = Color::from_rgba8(r, g, b, 255);
    color.set_alpha(alpha.clamp(0.0, 1.0));
    color
}

/// Between two colours; `t` from 0 to 1.
pub fn mix(a: Rgb, b: Rgb, t: f32) -> Rgb {
    let (a, b) = (a.to_be_bytes(), b.to_be_bytes());
    let channel = |index: usize| {
        let value =
            f32::from(a[index]) + (f32::from(b[index]) - f32::from(a[index])) * t.clamp(0.0, 1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between two bytes"
        )]
        let byte = value as u8;
        byte
    };
    u32::from_be_bytes([0, channel(1), channel(2), channel(3)])
}

/// Repeatable chance (SplitMix64): the same picture every time.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// Starts from a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// A number from 0 to 1.
    pub fn unit(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        #[expect(clippy::cast_precision_loss, reason = "24 bits fit")]
        let unit = ((z ^ (z >> 31)) >> 40) as f32 / 16_777_216.0;
        unit
    }

    /// A number between two.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }
}

/// A picture being drawn; coordinates are in units of its height, so that x runs from 0 to the
/// aspect ratio and y from 0 (top) to 1.
pub struct Canvas {
    /// The pixels.
    pub pixmap: Pixmap,
    /// Width in units of the height.
    pub width: f32,
    scale: f32,
}

impl Canvas {
    /// A transparent picture.
    pub fn new(width: u32, height: u32) -> anyhow::Result<Self> {
        let pixmap = Pixmap::new(width, height).ok_or_else(|| anyhow::anyhow!("empty picture"))?;
        Ok(Self::over(pixmap))
    }

    /// Draws over a picture.
    #[expect(
        clippy::cast_precision_loss,
        reason = "pictures have a few thousand pixels a side"
    )]
    pub fn over(pixmap: Pixmap) -> Self {
        let scale = pixmap.height() as f32;
        Self {
            width: pixmap.width() as f32 / scale,
            scale,
            pixmap,
        }
    }

    fn transform(&self) -> Transform {
        Transform::from_scale(self.scale, self.scale)
    }

    fn fill_path(&mut self, path: Option<tiny_skia::Path>, shader: Shader<'_>) {
        let Some(path) = path else { return };
        let paint = Paint {
            shader,
            anti_alias: true,
            ..Paint::default()
        };
        let transform = self.transform();
        self.pixmap
            .fill_path(&path, &paint, FillRule::Winding, transform, None);
    }

    /// A vertical gradient over a band from `top` to `bottom`.
    pub fn gradient(&mut self, top: f32, bottom: f32, from: Color, to: Color) {
        let path = Rect::from_ltrb(0.0, top, self.width, bottom).map(PathBuilder::from_rect);
        self.fill_path(path, vertical(top, bottom, from, to));
    }

    /// A filled polygon.
    pub fn polygon(&mut self, points: &[(f32, f32)], fill: Color) {
        self.fill_path(outline(points, true), Shader::SolidColor(fill));
    }

    /// A filled polygon that changes its colour from its top to its bottom.
    pub fn shaded(&mut self, points: &[(f32, f32)], from: Color, to: Color) {
        let top = points.iter().map(|p| p.1).fold(f32::MAX, f32::min);
        let bottom = points.iter().map(|p| p.1).fold(f32::MIN, f32::max);
        self.fill_path(outline(points, true), vertical(top, bottom, from, to));
    }

    /// A filled ellipse.
    pub fn ellipse(&mut self, x: f32, y: f32, rx: f32, ry: f32, fill: Color) {
        let path = Rect::from_ltrb(x - rx, y - ry, x + rx, y + ry).and_then(PathBuilder::from_oval);
        self.fill_path(path, Shader::SolidColor(fill));
    }

    /// A filled rectangle.
    pub fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, fill: Color) {
        let path = Rect::from_xywh(x, y, width, height).map(PathBuilder::from_rect);
        self.fill_path(path, Shader::SolidColor(fill));
    }

    /// A line through points.
    pub fn line(&mut self, points: &[(f32, f32)], width: f32, stroke: Color) {
        let Some(path) = outline(points, false) else {
            return;
        };
        let paint = Paint {
            shader: Shader::SolidColor(stroke),
            anti_alias: true,
            ..Paint::default()
        };
        let style = Stroke {
            width,
            line_cap: LineCap::Round,
            ..Stroke::default()
        };
        let transform = self.transform();
        self.pixmap
            .stroke_path(&path, &paint, &style, transform, None);
    }

    /// Everything below a wavy line, from `top` downwards: a range of hills.
    pub fn hills(&mut self, chance: &mut Chance, base: f32, height: f32, from: Color, to: Color) {
        let waves: Vec<(f32, f32, f32)> = (1_u8..=5)
            .map(|n| {
                (
                    f32::from(n) * chance.between(0.9, 1.7),
                    chance.between(0.0, 6.3),
                    1.0 / f32::from(n),
                )
            })
            .collect();
        let ridge = |x: f32| {
            base - height
                * 0.5
                * waves
                    .iter()
                    .map(|(f, p, a)| a * (x * f * 2.0 + p).sin())
                    .sum::<f32>()
                / 1.3
        };
        let mut points: Vec<(f32, f32)> = Vec::new();
        let mut x = -0.01;
        while x < self.width + 0.02 {
            points.push((x, ridge(x)));
            x += 0.008;
        }
        points.extend([(self.width + 0.02, 1.01), (-0.01, 1.01)]);
        self.shaded(&points, from, to);
    }
}

fn vertical(top: f32, bottom: f32, from: Color, to: Color) -> Shader<'static> {
    let stops = vec![GradientStop::new(0.0, from), GradientStop::new(1.0, to)];
    LinearGradient::new(
        Point::from_xy(0.0, top),
        Point::from_xy(0.0, bottom),
        stops,
        SpreadMode::Pad,
        Transform::identity(),
    )
    .unwrap_or(Shader::SolidColor(to))
}

fn outline(points: &[(f32, f32)], close: bool) -> Option<tiny_skia::Path> {
    let mut builder = PathBuilder::new();
    let (&(x, y), rest) = points.split_first()?;
    builder.move_to(x, y);
    for &(x, y) in rest {
        builder.line_to(x, y);
    }
    if close {
        builder.close();
    }
    builder.finish()
}
