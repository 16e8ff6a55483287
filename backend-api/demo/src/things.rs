//! What stands in a landscape: houses, trees, people, machines. Sizes in units of the picture's
//! height; `y` is where a thing stands on the ground.

use crate::canvas::{Canvas, Chance, Rgb, color, mix};

/// A farmhouse with white walls and a dark tiled roof.
pub fn house(c: &mut Canvas, x: f32, y: f32, size: f32, snow: bool, lit: bool) {
    let (w, h) = (size * 1.7, size * 0.72);
    let top = y - h;
    c.shaded(
        &[(x, top), (x + w, top), (x + w, y), (x, y)],
        color(0xf3eee2, 1.0),
        color(0xd9d0bd, 1.0),
    );
    c.rect(x, y - h * 0.14, w, h * 0.14, color(0x8f8676, 1.0));
    let roof = if snow { 0xe9edf2 } else { 0x4a4e57 };
    c.shaded(
        &[
            (x - size * 0.14, top + 0.004),
            (x + size * 0.18, top - size * 0.42),
            (x + w - size * 0.18, top - size * 0.42),
            (x + w + size * 0.14, top + 0.004),
        ],
        color(mix(roof, 0x000000, 0.12), 1.0),
        color(roof, 1.0),
    );
    c.line(
        &[
            (x + size * 0.14, top - size * 0.43),
            (x + w - size * 0.14, top - size * 0.43),
        ],
        size * 0.05,
        color(mix(roof, 0x000000, 0.35), 1.0),
    );
    let glass = if lit { 0xffcf78 } else { 0x5b7486 };
    for at in [0.12, 0.68] {
        c.rect(
            x + w * at,
            top + h * 0.25,
            w * 0.2,
            h * 0.34,
            color(0x6b4a32, 1.0),
        );
        c.rect(
            x + w * (at + 0.015),
            top + h * 0.28,
            w * 0.17,
            h * 0.28,
            color(glass, 1.0),
        );
        c.rect(
            x + w * (at + 0.095),
            top + h * 0.28,
            w * 0.01,
            h * 0.28,
            color(0x6b4a32, 1.0),
        );
    }
    c.rect(
        x + w * 0.42,
        top + h * 0.24,
        w * 0.16,
        h * 0.76,
        color(0x7a3526, 1.0),
    );
    c.rect(
        x + w * 0.497,
        top + h * 0.24,
        w * 0.006,
        h * 0.76,
        color(0x532218, 1.0),
    );
    // Couplets beside the door.
    for at in [0.395, 0.59] {
        c.rect(
            x + w * at,
            top + h * 0.26,
            w * 0.018,
            h * 0.5,
            color(0xb93a2c, 1.0),
        );
    }
}

/// A broad-leaved tree.
pub fn tree(
    c: &mut Canvas,
    chance: &mut Chance,
    x: f32,
    y: f32,
    size: f32,
    leaves: Rgb,
    fruit: Option<Rgb>,
) {
    c.polygon(
        &[
            (x - size * 0.05, y),
            (x - size * 0.025, y - size * 0.5),
            (x + size * 0.025, y - size * 0.5),
            (x + size * 0.05, y),
        ],
        color(0x5c4632, 1.0),
    );
    for layer in 0..3_u8 {
        let tone = mix(
            mix(leaves, 0x10240f, 0.35),
            mix(leaves, 0xfff2b0, 0.22),
            f32::from(layer) / 2.0,
        );
        for _ in 0..9 {
            let (dx, dy) = (chance.between(-0.32, 0.32), chance.between(-0.3, 0.24));
            let shift = f32::from(layer) * -0.045;
            c.ellipse(
                x + size * (dx + shift),
                y - size * (0.72 - dy) + size * shift,
                size * chance.between(0.1, 0.2),
                size * chance.between(0.08, 0.15),
                color(tone, 1.0),
            );
        }
    }
    if let Some(fruit) = fruit {
        for _ in 0..16 {
            let (dx, dy) = (chance.between(-0.34, 0.34), chance.between(-0.28, 0.3));
            c.ellipse(
                x + size * dx,
                y - size * (0.72 - dy),
                size * 0.03,
                size * 0.03,
                color(fruit, 1.0),
            );
        }
    }
}

/// A poplar.
pub fn poplar(c: &mut Canvas, x: f32, y: f32, size: f32, leaves: Rgb) {
    c.rect(
        x - size * 0.02,
        y - size * 0.3,
        size * 0.04,
        size * 0.3,
        color(0x665544, 1.0),
    );
    c.ellipse(
        x,
        y - size * 0.6,
        size * 0.12,
        size * 0.42,
        color(mix(leaves, 0x0c1c10, 0.3), 1.0),
    );
    c.ellipse(
        x - size * 0.025,
        y - size * 0.62,
        size * 0.075,
        size * 0.36,
        color(leaves, 1.0),
    );
}

/// What somebody looks like.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// Coat.
    pub coat: Rgb,
    /// Hair.
    pub hair: Rgb,
    /// A straw hat.
    pub hat: bool,
}

/// Somebody picked by chance.
pub fn someone(chance: &mut Chance) -> Person {
    let coats = [
        0x2f4d6b, 0x6b3a32, 0x3e5b45, 0x59506e, 0x8a6a3c, 0x44525c, 0x7a4550,
    ];
    let hairs = [0x22201f, 0x2d2926, 0x8b8a88, 0x55504c];
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small index"
    )]
    let mut pick = |n: usize| ((chance.unit() * 100.0) as usize) % n;
    Person {
        coat: coats[pick(coats.len())],
        hair: hairs[pick(hairs.len())],
        hat: pick(3) == 0,
    }
}

/// A standing or walking figure; `step` from -1 to 1 swings legs and arms.
pub fn figure(c: &mut Canvas, person: Person, x: f32, y: f32, size: f32, step: f32) {
    let skin = 0xd9a984;
    let hip = y - size * 0.46;
    let shoulder = y - size * 0.8;
    for side in [-1.0_f32, 1.0] {
        let foot = x + side * (0.05 + 0.09 * step * side) * size;
        c.line(
            &[(x + side * size * 0.04, hip), (foot, y)],
            size * 0.085,
            color(0x2c313b, 1.0),
        );
    }
    c.polygon(
        &[
            (x - size * 0.12, shoulder + size * 0.02),
            (x + size * 0.12, shoulder + size * 0.02),
            (x + size * 0.105, hip + size * 0.05),
            (x - size * 0.105, hip + size * 0.05),
        ],
        color(person.coat, 1.0),
    );
    c.ellipse(
        x,
        shoulder + size * 0.03,
        size * 0.12,
        size * 0.05,
        color(person.coat, 1.0),
    );
    for side in [-1.0_f32, 1.0] {
        let hand = (
            x + side * size * (0.14 - 0.05 * step * side),
            hip + size * 0.02,
        );
        c.line(
            &[(x + side * size * 0.11, shoulder + size * 0.05), hand],
            size * 0.06,
            color(mix(person.coat, 0x000000, 0.18), 1.0),
        );
        c.ellipse(hand.0, hand.1, size * 0.03, size * 0.03, color(skin, 1.0));
    }
    c.ellipse(
        x,
        shoulder - size * 0.08,
        size * 0.065,
        size * 0.082,
        color(skin, 1.0),
    );
    c.ellipse(
        x,
        shoulder - size * 0.115,
        size * 0.068,
        size * 0.055,
        color(person.hair, 1.0),
    );
    if person.hat {
        c.ellipse(
            x,
            shoulder - size * 0.115,
            size * 0.13,
            size * 0.03,
            color(0xdcbf7c, 1.0),
        );
        c.ellipse(
            x,
            shoulder - size * 0.14,
            size * 0.065,
            size * 0.04,
            color(0xcfae66, 1.0),
        );
    }
}

/// A combine harvester driving to the right.
pub fn harvester(c: &mut Canvas, x: f32, y: f32, size: f32, turn: f32) {
    c.shaded(
        &[
            (x, y - size * 0.62),
            (x + size * 0.85, y - size * 0.62),
            (x + size * 0.95, y - size * 0.16),
            (x, y - size * 0.16),
        ],
        color(0xd2452f, 1.0),
        color(0x9c2c1e, 1.0),
    );
    c.polygon(
        &[
            (x + size * 0.62, y - size * 0.62),
            (x + size * 0.66, y - size * 0.92),
            (x + size * 0.9, y - size * 0.92),
            (x + size * 0.97, y - size * 0.5),
        ],
        color(0x31424d, 1.0),
    );
    c.polygon(
        &[
            (x + size * 0.66, y - size * 0.66),
            (x + size * 0.69, y - size * 0.88),
            (x + size * 0.87, y - size * 0.88),
            (x + size * 0.92, y - size * 0.62),
        ],
        color(0xa8c7d2, 1.0),
    );
    c.rect(
        x + size * 0.02,
        y - size * 0.74,
        size * 0.5,
        size * 0.14,
        color(0xe0b23c, 1.0),
    );
    c.polygon(
        &[
            (x + size * 0.95, y - size * 0.3),
            (x + size * 1.25, y - size * 0.1),
            (x + size * 1.25, y),
            (x + size * 0.92, y - size * 0.1),
        ],
        color(0xcfa23a, 1.0),
    );
    let (rx, ry) = (x + size * 1.28, y - size * 0.14);
    for spoke in 0..6_u8 {
        let angle = turn + f32::from(spoke) * std::f32::consts::FRAC_PI_3;
        c.line(
            &[
                (rx, ry),
                (
                    rx + size * 0.15 * angle.cos(),
                    ry + size * 0.15 * angle.sin(),
                ),
            ],
            size * 0.018,
            color(0x6d5a2a, 1.0),
        );
    }
    for (wheel, radius) in [(0.72, 0.2), (0.16, 0.14)] {
        c.ellipse(
            x + size * wheel,
            y - size * radius,
            size * radius,
            size * radius,
            color(0x23262a, 1.0),
        );
        c.ellipse(
            x + size * wheel,
            y - size * radius,
            size * radius * 0.5,
            size * radius * 0.5,
            color(0xd9c35c, 1.0),
        );
        let (dx, dy) = (radius * 0.42 * turn.cos(), radius * 0.42 * turn.sin());
        c.line(
            &[
                (x + size * (wheel - dx), y - size * (radius + dy)),
                (x + size * (wheel + dx), y - size * (radius - dy)),
            ],
            size * 0.02,
            color(0x6a5d22, 1.0),
        );
    }
}

/// A wooden boat with somebody in it.
pub fn boat(c: &mut Canvas, x: f32, y: f32, size: f32, rock: f32) {
    let tilt = rock * 0.02 * size;
    c.polygon(
        &[
            (x, y - size * 0.12 - tilt),
            (x + size, y - size * 0.12 + tilt),
            (x + size * 0.84, y + size * 0.04),
            (x + size * 0.16, y + size * 0.04),
        ],
        color(0x5a3f2a, 1.0),
    );
    c.line(
        &[
            (x, y - size * 0.12 - tilt),
            (x + size, y - size * 0.12 + tilt),
        ],
        size * 0.025,
        color(0x8c6844, 1.0),
    );
    figure(
        c,
        Person {
            coat: 0x3a5a70,
            hair: 0x22201f,
            hat: true,
        },
        x + size * 0.55,
        y - size * 0.04,
        size * 0.6,
        rock * 0.3,
    );
    c.line(
        &[
            (x + size * 0.68, y - size * 0.42),
            (x + size * (0.95 + 0.05 * rock), y + size * 0.1),
        ],
        size * 0.02,
        color(0x7b5b3a, 1.0),
    );
}

/// A bird far away; `wing` from -1 to 1.
pub fn bird(c: &mut Canvas, x: f32, y: f32, size: f32, wing: f32) {
    let tip = y - size * 0.5 * wing;
    c.line(
        &[
            (x - size, tip),
            (x - size * 0.35, y - size * 0.12),
            (x, y),
            (x + size * 0.35, y - size * 0.12),
            (x + size, tip),
        ],
        size * 0.13,
        color(0x2b2f36, 0.8),
    );
}
