//! Portraits and group pictures: invented people, drawn, with no likeness to anybody.

use anyhow::Result;

use crate::canvas::{Canvas, Chance, Rgb, color, mix};
use crate::scenes::{Place, Season, scene};
use crate::things::{figure, house, someone};

const SKINS: [Rgb; 4] = [0xe0b490, 0xd6a47d, 0xc99672, 0xdcae88];
const COATS: [Rgb; 6] = [0x2c3e57, 0x5a2f2b, 0x31493c, 0x4a4458, 0x5d4a2f, 0x37474f];
const GROUNDS: [(Rgb, Rgb); 4] = [
    (0x8fb1b5, 0x54757c),
    (0xc9b48c, 0x8d744c),
    (0x9fb58f, 0x5e7a58),
    (0xb59a96, 0x77544f),
];

/// A head-and-shoulders portrait, the `number`th.
pub fn portrait(number: u64) -> Result<Canvas> {
    let mut c = Canvas::new(900, 1200)?;
    let chance = &mut Chance::new(number + 400);
    #[expect(clippy::cast_possible_truncation, reason = "a small index")]
    let n = number as usize;
    let (light, dark) = GROUNDS[n % GROUNDS.len()];
    let (skin, coat) = (
        SKINS[(n / 2) % SKINS.len()],
        COATS[(n * 5 + 1) % COATS.len()],
    );
    let (woman, old) = (n % 3 == 1, n % 4 >= 2);
    let hair = if old { 0x8d8c8b } else { 0x25211f };
    c.gradient(0.0, 1.0, color(light, 1.0), color(dark, 1.0));
    for _ in 0..14 {
        let r = chance.between(0.05, 0.16);
        c.ellipse(
            chance.between(0.0, 0.75),
            chance.between(0.0, 0.7),
            r,
            r,
            color(mix(light, 0xffffff, 0.5), 0.06),
        );
    }
    let x = 0.375;
    if woman {
        c.ellipse(x, 0.4, 0.165, 0.2, color(hair, 1.0));
    }
    // Shoulders, neck, collar.
    c.shaded(
        &[
            (x - 0.1, 0.64),
            (x + 0.1, 0.64),
            (x + 0.27, 0.72),
            (x + 0.32, 0.84),
            (x + 0.33, 1.01),
            (x - 0.33, 1.01),
            (x - 0.32, 0.84),
            (x - 0.27, 0.72),
        ],
        color(mix(coat, 0xffffff, 0.1), 1.0),
        color(mix(coat, 0x000000, 0.25), 1.0),
    );
    c.polygon(
        &[
            (x - 0.065, 0.54),
            (x + 0.065, 0.54),
            (x + 0.07, 0.68),
            (x, 0.74),
            (x - 0.07, 0.68),
        ],
        color(mix(skin, 0x6b3a22, 0.22), 1.0),
    );
    c.polygon(
        &[
            (x - 0.085, 0.635),
            (x, 0.75),
            (x + 0.085, 0.635),
            (x + 0.11, 0.7),
            (x, 0.83),
            (x - 0.11, 0.7),
        ],
        color(0xf3f0e8, 1.0),
    );
    c.line(
        &[(x, 0.83), (x, 1.0)],
        0.005,
        color(mix(coat, 0x000000, 0.5), 1.0),
    );
    c.ellipse(x + 0.15, 0.82, 0.016, 0.016, color(0xc33a2c, 1.0));
    c.ellipse(x + 0.15, 0.82, 0.008, 0.008, color(0xf0cd62, 1.0));
    // Head.
    for side in [-1.0_f32, 1.0] {
        c.ellipse(
            x + side * 0.128,
            0.425,
            0.022,
            0.038,
            color(mix(skin, 0x6b3a22, 0.15), 1.0),
        );
    }
    c.ellipse(x, 0.41, 0.128, 0.168, color(skin, 1.0));
    c.ellipse(
        x + 0.03,
        0.44,
        0.09,
        0.125,
        color(mix(skin, 0xffffff, 0.08), 0.55),
    );
    // Hair above the brow.
    let mut crown: Vec<(f32, f32)> = (0_u8..=24)
        .map(|step| {
            let angle = std::f32::consts::PI * (1.0 + f32::from(step) / 24.0);
            (x + 0.145 * angle.cos(), 0.385 + 0.17 * angle.sin())
        })
        .collect();
    crown.extend(if woman {
        [(x + 0.12, 0.34), (x - 0.02, 0.295), (x - 0.12, 0.36)]
    } else {
        [(x + 0.11, 0.315), (x, 0.285), (x - 0.11, 0.315)]
    });
    c.polygon(&crown, color(hair, 1.0));
    // Features, quietly.
    let line = mix(skin, 0x3a2015, 0.62);
    for side in [-1.0_f32, 1.0] {
        let eye = x + side * 0.052;
        c.line(
            &[(eye - 0.028, 0.372), (eye, 0.364), (eye + 0.028, 0.372)],
            0.008,
            color(mix(hair, line, 0.3), 1.0),
        );
        c.ellipse(eye, 0.402, 0.021, 0.0095, color(0xfaf6f0, 1.0));
        c.ellipse(eye, 0.402, 0.0095, 0.0095, color(0x2a1d17, 1.0));
        c.line(
            &[(eye - 0.022, 0.398), (eye, 0.392), (eye + 0.022, 0.398)],
            0.004,
            color(line, 1.0),
        );
        if old {
            c.line(
                &[(eye + side * 0.03, 0.41), (eye + side * 0.045, 0.418)],
                0.003,
                color(line, 0.5),
            );
            c.line(
                &[(x + side * 0.045, 0.47), (x + side * 0.062, 0.5)],
                0.0035,
                color(line, 0.45),
            );
        }
        c.ellipse(x + side * 0.07, 0.46, 0.03, 0.02, color(0xd8785c, 0.16));
    }
    c.line(
        &[(x + 0.004, 0.41), (x + 0.014, 0.458), (x - 0.006, 0.464)],
        0.004,
        color(line, 0.7),
    );
    c.line(
        &[
            (x - 0.04, 0.503),
            (x - 0.015, 0.513),
            (x + 0.015, 0.513),
            (x + 0.04, 0.503),
        ],
        0.0075,
        color(mix(skin, 0x9c3b30, 0.6), 1.0),
    );
    if n.is_multiple_of(5) {
        for side in [-1.0_f32, 1.0] {
            let ring: Vec<(f32, f32)> = (0_u8..=24)
                .map(|s| {
                    let a = f32::from(s) / 24.0 * std::f32::consts::TAU;
                    (x + side * 0.052 + 0.04 * a.cos(), 0.402 + 0.032 * a.sin())
                })
                .collect();
            c.line(&ring, 0.004, color(0x33302e, 0.9));
        }
        c.line(
            &[(x - 0.012, 0.398), (x + 0.012, 0.398)],
            0.004,
            color(0x33302e, 0.9),
        );
    }
    Ok(c)
}

/// A branch in front of its house.
pub fn group(number: u64, width: u32, height: u32) -> Result<Canvas> {
    let season = [Season::Summer, Season::Autumn, Season::Spring]
        [usize::from(number % 3 == 1) + 2 * usize::from(number % 3 == 2)];
    let mut c = flatten(scene(
        Place::Fields,
        season,
        width,
        height,
        0.0,
        number + 90,
    )?)?;
    let chance = &mut Chance::new(number + 700);
    c.gradient(0.8, 1.0, color(0xcfc3ab, 1.0), color(0xae9f84, 1.0));
    let left = c.width * 0.5 - 0.476;
    house(&mut c, left, 0.82, 0.56, false, false);
    for row in 0..2_u8 {
        let mut x = c.width * 0.5 - 0.6 + 0.06 * f32::from(row);
        while x < c.width * 0.5 + 0.62 {
            let y = 0.87 + 0.07 * f32::from(row);
            c.ellipse(x, y, 0.05, 0.007, color(0x000000, 0.2));
            let mut who = someone(chance);
            who.hat = false;
            figure(&mut c, who, x, y, 0.3 + chance.between(-0.015, 0.015), 0.05);
            x += 0.135;
        }
    }
    Ok(c)
}

/// A clean courtyard with flower pots and a persimmon tree.
pub fn courtyard(number: u64, width: u32, height: u32) -> Result<Canvas> {
    let season = if number.is_multiple_of(2) {
        Season::Autumn
    } else {
        Season::Summer
    };
    let mut c = flatten(scene(
        Place::Fields,
        season,
        width,
        height,
        0.0,
        number + 30,
    )?)?;
    let chance = &mut Chance::new(number + 800);
    c.gradient(0.72, 1.0, color(0xd8cdb9, 1.0), color(0xbcae95, 1.0));
    for tile in 1..7_u8 {
        let y = 0.72 + 0.28 * (f32::from(tile) / 7.0).powi(2);
        let width = c.width;
        c.line(&[(0.0, y), (width, y)], 0.002, color(0x8f8269, 0.5));
    }
    let at = c.width * 0.34;
    house(&mut c, at, 0.76, 0.5, false, false);
    tree(&mut c, chance, season);
    let mut x = 0.1;
    while x < c.width - 0.1 {
        c.polygon(
            &[
                (x - 0.03, 0.88),
                (x + 0.03, 0.88),
                (x + 0.022, 0.94),
                (x - 0.022, 0.94),
            ],
            color(0xa65a38, 1.0),
        );
        for _ in 0..9 {
            let (dx, dy) = (chance.between(-0.03, 0.03), chance.between(0.0, 0.06));
            c.ellipse(
                x + dx,
                0.875 - dy,
                0.014,
                0.012,
                color(
                    if chance.unit() > 0.6 {
                        0xd85c5c
                    } else {
                        0x4f8a3e
                    },
                    1.0,
                ),
            );
        }
        x += 0.19;
    }
    Ok(c)
}

fn tree(c: &mut Canvas, chance: &mut Chance, season: Season) {
    let (leaves, fruit) = if season == Season::Autumn {
        (0xb98a36, Some(0xe0702a))
    } else {
        (0x55863c, None)
    };
    crate::things::tree(c, chance, 0.24, 0.8, 0.5, leaves, fruit);
}

/// All layers of a scene in one picture.
pub fn flatten(layers: Vec<crate::scenes::Layer>) -> Result<Canvas> {
    let mut layers = layers.into_iter();
    let mut base = layers
        .next()
        .ok_or_else(|| anyhow::anyhow!("a scene without layers"))?
        .canvas;
    for layer in layers {
        base.pixmap.draw_pixmap(
            0,
            0,
            layer.canvas.pixmap.as_ref(),
            &tiny_skia::PixmapPaint::default(),
            tiny_skia::Transform::identity(),
            None,
        );
    }
    Ok(base)
}
