//! Landscapes as layers, the farthest first. A photograph shows all of them at once; a film moves
//! the near ones faster than the far ones.

use crate::canvas::{Canvas, Chance, Rgb, color, mix};
use crate::things::{boat, figure, harvester, house, poplar, someone, tree};

/// What can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Strips of fields below hills.
    Fields,
    /// Terraces on a slope.
    Terraces,
    /// A river with a bridge.
    River,
    /// A lane of houses.
    Village,
    /// A ripe field with a combine harvester.
    Harvest,
    /// Rows of fruit trees.
    Orchard,
    /// Plastic greenhouses.
    Greenhouses,
    /// The village square.
    Square,
    /// A lake behind a dam.
    Reservoir,
    /// A new road being rolled.
    Road,
    /// A room with rows of listeners.
    Meeting,
    /// Shelves of books and readers.
    Library,
}

/// Time of the year and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Season {
    /// Fresh green.
    Spring,
    /// Deep green.
    Summer,
    /// Gold.
    Autumn,
    /// Snow.
    Winter,
    /// Sunset, any season.
    Evening,
}

/// One layer of a scene.
pub struct Layer {
    /// The drawing, wider than the view.
    pub canvas: Canvas,
    /// How fast it passes: 0 stands still, 1 is the nearest.
    pub speed: f32,
}

struct Palette {
    sky: (Rgb, Rgb),
    far: (Rgb, Rgb),
    mid: (Rgb, Rgb),
    ground: (Rgb, Rgb),
    leaves: Rgb,
    crop: Rgb,
}

const fn palette(season: Season) -> Palette {
    match season {
        Season::Spring => Palette {
            sky: (0x86b6d9, 0xe9eee0),
            far: (0x8fb0b4, 0xbdd0c4),
            mid: (0x6f9d6a, 0x9dbb79),
            ground: (0x8fb964, 0x5f8f45),
            leaves: 0x8cb659,
            crop: 0xd9c84c,
        },
        Season::Summer => Palette {
            sky: (0x5b9bd0, 0xdbe9ea),
            far: (0x6d94a6, 0xa0bcbb),
            mid: (0x3f7a4c, 0x6c9c56),
            ground: (0x6fa24a, 0x3f7434),
            leaves: 0x4d8c3c,
            crop: 0x5e9c43,
        },
        Season::Autumn => Palette {
            sky: (0x7eaccf, 0xf2e6cc),
            far: (0x8d9aa8, 0xc3bda9),
            mid: (0x8f7f42, 0xb99a4c),
            ground: (0xd3ab4a, 0xa67a2c),
            leaves: 0xc98a32,
            crop: 0xe0b544,
        },
        Season::Winter => Palette {
            sky: (0x9db3c6, 0xe8ebee),
            far: (0xb3c0cc, 0xd8dfe5),
            mid: (0xc7d1d8, 0xe3e8ec),
            ground: (0xf2f5f7, 0xd2dbe2),
            leaves: 0x8c9a94,
            crop: 0xe6ebef,
        },
        Season::Evening => Palette {
            sky: (0x38456e, 0xf0a868),
            far: (0x584f70, 0x96708a),
            mid: (0x37455a, 0x56566a),
            ground: (0x56603f, 0x2f3a2d),
            leaves: 0x4b5a38,
            crop: 0x9c7d40,
        },
    }
}

/// Draws a scene for a view of `width`×`height` pixels; the layers reach `pan` widths further to
/// the right, for moving.
pub fn scene(
    place: Place,
    season: Season,
    width: u32,
    height: u32,
    pan: f32,
    seed: u64,
) -> anyhow::Result<Vec<Layer>> {
    let chance = &mut Chance::new(seed);
    let layer = |speed: f32| -> anyhow::Result<Layer> {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few thousand pixels"
        )]
        let wide = width + (width as f32 * pan * speed).ceil() as u32;
        Ok(Layer {
            canvas: Canvas::new(wide, height)?,
            speed,
        })
    };
    if matches!(place, Place::Meeting | Place::Library) {
        let (mut back, mut front) = (layer(0.25)?, layer(0.6)?);
        if place == Place::Meeting {
            room(&mut back.canvas, &mut front.canvas, chance);
        } else {
            library(&mut back.canvas, &mut front.canvas, chance);
        }
        return Ok(vec![back, front]);
    }
    let p = palette(season);
    let mut sky = layer(0.08)?;
    draw_sky(&mut sky.canvas, chance, &p, season);
    let mut far = layer(0.2)?;
    far.canvas
        .hills(chance, 0.44, 0.16, color(p.far.0, 1.0), color(p.far.1, 1.0));
    let mut mid = layer(0.4)?;
    mid.canvas
        .hills(chance, 0.53, 0.1, color(p.mid.0, 1.0), color(p.mid.1, 1.0));
    woods(&mut mid.canvas, chance, &p);
    let mut ground = layer(0.7)?;
    draw_place(place, season, &mut ground.canvas, chance, &p);
    let mut near = layer(1.0)?;
    foreground(&mut near.canvas, chance, &p, season);
    Ok(vec![sky, far, mid, ground, near])
}

fn draw_sky(c: &mut Canvas, chance: &mut Chance, p: &Palette, season: Season) {
    c.gradient(0.0, 0.62, color(p.sky.0, 1.0), color(p.sky.1, 1.0));
    c.gradient(0.62, 1.0, color(p.sky.1, 1.0), color(p.sky.1, 1.0));
    let (x, y) = (
        c.width * chance.between(0.62, 0.8),
        if season == Season::Evening { 0.4 } else { 0.17 },
    );
    for ring in 0..9_u8 {
        let r = 0.34 - f32::from(ring) * 0.034;
        c.ellipse(x, y, r, r, color(0xfff3cf, 0.045));
    }
    c.ellipse(
        x,
        y,
        0.05,
        0.05,
        color(
            if season == Season::Evening {
                0xffdf9e
            } else {
                0xfffbea
            },
            0.95,
        ),
    );
    let tone = if season == Season::Evening {
        0xe79b76
    } else {
        0xffffff
    };
    for _ in 0..7 {
        let (cx, cy) = (chance.between(0.0, c.width), chance.between(0.06, 0.3));
        for _ in 0..10 {
            c.ellipse(
                cx + chance.between(-0.16, 0.16),
                cy + chance.between(-0.016, 0.016),
                chance.between(0.05, 0.12),
                chance.between(0.01, 0.024),
                color(tone, 0.17),
            );
        }
    }
}

fn woods(c: &mut Canvas, chance: &mut Chance, p: &Palette) {
    let mut x = -0.05;
    while x < c.width {
        let (y, r) = (chance.between(0.575, 0.6), chance.between(0.016, 0.034));
        c.ellipse(
            x,
            y,
            r * 1.2,
            r,
            color(mix(p.leaves, 0x14261c, chance.between(0.3, 0.55)), 1.0),
        );
        x += chance.between(0.014, 0.034);
    }
}

fn draw_place(place: Place, season: Season, c: &mut Canvas, chance: &mut Chance, p: &Palette) {
    let snow = season == Season::Winter;
    let lit = season == Season::Evening;
    c.gradient(0.6, 1.0, color(p.ground.0, 1.0), color(p.ground.1, 1.0));
    match place {
        Place::Terraces => {
            for step in 0..9_u8 {
                let y = 0.56 + f32::from(step) * 0.05;
                let tone = mix(p.crop, p.ground.1, f32::from(step % 3) * 0.3);
                // The bank of each terrace lies in shadow below its edge.
                let mut edge = chance.clone();
                let bank = color(mix(tone, 0x2a3a16, 0.55), 1.0);
                c.hills(&mut edge, y - 0.007, 0.05, bank, bank);
                c.hills(
                    chance,
                    y,
                    0.05,
                    color(mix(tone, 0xffffff, 0.12), 1.0),
                    color(tone, 1.0),
                );
            }
        }
        Place::River | Place::Reservoir => water(place, c, chance, p, season),
        Place::Village => village(c, chance, p, snow, lit, 0.8),
        Place::Square => {
            village(c, chance, p, snow, lit, 0.7);
            c.gradient(
                0.72,
                1.0,
                color(if lit { 0x6d665f } else { 0xc9bfae }, 1.0),
                color(if lit { 0x4b4743 } else { 0xb3a793 }, 1.0),
            );
            for row in 0..3_u8 {
                let y = 0.82 + f32::from(row) * 0.065;
                let mut x = 0.1 + 0.06 * f32::from(row);
                while x < c.width - 0.1 {
                    c.ellipse(x, y, 0.035, 0.006, color(0x000000, 0.18));
                    let step = chance.between(-1.0, 1.0);
                    figure(c, someone(chance), x, y, 0.13 + 0.02 * f32::from(row), step);
                    x += chance.between(0.13, 0.2);
                }
            }
        }
        Place::Harvest => {
            strips(c, chance, p.crop, mix(p.crop, 0x8a5e1e, 0.45));
            stalks(c, chance, p.crop, 0.68, 0.9);
            c.ellipse(c.width * 0.45, 0.842, 0.26, 0.014, color(0x4a3510, 0.35));
            harvester(c, c.width * 0.36, 0.84, 0.27, 0.4);
        }
        Place::Orchard => {
            strips(c, chance, p.ground.0, p.ground.1);
            let fruit = match season {
                Season::Spring => Some(0xf6dfe6),
                Season::Autumn => Some(0xc8382b),
                _ => None,
            };
            for row in 0..3_u8 {
                let (y, size) = (0.68 + 0.1 * f32::from(row), 0.15 + 0.07 * f32::from(row));
                let mut x = -0.04 + 0.07 * f32::from(row);
                while x < c.width + 0.1 {
                    c.ellipse(x, y, size * 0.34, size * 0.04, color(0x1c2a14, 0.25));
                    tree(c, chance, x, y, size, mix(p.leaves, 0x6c9440, 0.5), fruit);
                    x += size * 1.05;
                }
            }
            figure(c, someone(chance), c.width * 0.3, 0.95, 0.24, 0.4);
            figure(c, someone(chance), c.width * 0.36, 0.96, 0.23, -0.3);
        }
        Place::Greenhouses => {
            strips(c, chance, p.ground.0, p.ground.1);
            for row in 0..3_u8 {
                let (y, size) = (0.7 + 0.09 * f32::from(row), 0.1 + 0.03 * f32::from(row));
                let mut x = -0.1 + 0.1 * f32::from(row);
                while x < c.width {
                    c.ellipse(x + size * 1.5, y, size * 1.5, size, color(0xdfeaf0, 1.0));
                    c.ellipse(
                        x + size * 1.42,
                        y - size * 0.12,
                        size * 1.3,
                        size * 0.8,
                        color(0xf5fafc, 1.0),
                    );
                    for rib in 0..6_u8 {
                        let at = x + size * (0.35 + f32::from(rib) * 0.46);
                        let rise = (1.0 - ((at - x - size * 1.5) / (size * 1.5)).powi(2))
                            .max(0.0)
                            .sqrt();
                        c.line(
                            &[(at, y), (at, y - size * rise)],
                            0.0025,
                            color(0x9fb3bd, 0.8),
                        );
                    }
                    c.gradient(y, y + 0.012, color(p.ground.1, 1.0), color(p.ground.1, 1.0));
                    x += size * 3.3;
                }
                let below = y + 0.01;
                c.gradient(below, 1.0, color(p.ground.0, 1.0), color(p.ground.1, 1.0));
            }
            figure(c, someone(chance), c.width * 0.62, 0.94, 0.2, 0.5);
        }
        Place::Road => {
            strips(c, chance, p.ground.0, p.ground.1);
            c.shaded(
                &[
                    (c.width * 0.5, 0.6),
                    (c.width * 0.54, 0.6),
                    (c.width * 0.86, 1.0),
                    (c.width * 0.18, 1.0),
                ],
                color(0x8a8f94, 1.0),
                color(0x5d6266, 1.0),
            );
            for dash in 0..6_u8 {
                let t = f32::from(dash) / 6.0;
                let (y, w) = (0.62 + 0.38 * t * t, 0.002 + 0.01 * t);
                c.rect(
                    c.width * 0.52 - w,
                    y,
                    w * 2.0,
                    0.012 + 0.03 * t,
                    color(0xf4f1e4, 1.0),
                );
            }
            for side in 0..6_u8 {
                let t = f32::from(side) / 6.0;
                poplar(
                    c,
                    c.width * (0.47 - 0.34 * t * t) - 0.03,
                    0.62 + 0.34 * t * t,
                    0.1 + 0.36 * t,
                    mix(p.leaves, 0x3f6a35, 0.3),
                );
                poplar(
                    c,
                    c.width * (0.57 + 0.34 * t * t) + 0.03,
                    0.62 + 0.34 * t * t,
                    0.1 + 0.36 * t,
                    mix(p.leaves, 0x3f6a35, 0.3),
                );
            }
            for n in 0..3_u8 {
                figure(
                    c,
                    someone(chance),
                    c.width * (0.42 + 0.07 * f32::from(n)),
                    0.86,
                    0.18,
                    0.3 - 0.3 * f32::from(n),
                );
            }
        }
        _ => {
            strips(c, chance, p.crop, p.ground.1);
            let mut x = 0.1;
            while x < c.width {
                let y = chance.between(0.7, 0.8);
                figure(
                    c,
                    someone(chance),
                    x,
                    y,
                    (y - 0.52) * 0.42,
                    chance.between(-1.0, 1.0),
                );
                x += chance.between(0.4, 0.9);
            }
        }
    }
}

/// Fields that run towards a point on the horizon.
fn strips(c: &mut Canvas, chance: &mut Chance, a: Rgb, b: Rgb) {
    let centre = c.width * 0.5;
    let mut x = -c.width * 1.5;
    let mut odd = false;
    while x < c.width * 2.5 {
        let w = chance.between(0.16, 0.34);
        let tone = mix(a, b, if odd { 0.55 } else { chance.between(0.0, 0.3) });
        let far = |x: f32| centre + (x - centre) * 0.34;
        c.shaded(
            &[(far(x), 0.6), (far(x + w), 0.6), (x + w, 1.01), (x, 1.01)],
            color(mix(tone, 0xffffff, 0.14), 1.0),
            color(tone, 1.0),
        );
        for furrow in 1..4_u8 {
            let at = x + w * f32::from(furrow) / 4.0;
            c.line(
                &[(far(at), 0.605), (at, 1.0)],
                0.0022,
                color(mix(tone, 0x1d2a10, 0.4), 0.5),
            );
        }
        odd = !odd;
        x += w;
    }
}

fn stalks(c: &mut Canvas, chance: &mut Chance, tone: Rgb, top: f32, bottom: f32) {
    let mut x = 0.0;
    while x < c.width {
        let y = chance.between(top, bottom);
        let lean = chance.between(-0.004, 0.008);
        c.line(
            &[(x, y), (x + lean, y - 0.03 * (y - 0.5) * 2.4)],
            0.0022,
            color(mix(tone, 0x7a4f14, chance.between(0.0, 0.5)), 0.7),
        );
        x += 0.0032;
    }
}

fn village(c: &mut Canvas, chance: &mut Chance, p: &Palette, snow: bool, lit: bool, street: f32) {
    let mut x = -0.05;
    while x < c.width {
        poplar(
            c,
            x,
            0.66,
            chance.between(0.12, 0.2),
            mix(p.leaves, 0x304a2a, 0.3),
        );
        x += chance.between(0.05, 0.13);
    }
    for row in 0..2_u8 {
        let (y, size) = (
            0.66 + f32::from(row) * (street - 0.68),
            0.1 + 0.05 * f32::from(row),
        );
        let mut x = -0.06 - 0.08 * f32::from(row);
        while x < c.width + 0.1 {
            let s = size * chance.between(0.9, 1.2);
            house(c, x, y, s, snow, lit);
            x += s * 2.2;
            if chance.unit() > 0.4 {
                tree(c, chance, x - s * 0.22, y + 0.006, s * 1.25, p.leaves, None);
            }
        }
    }
    let lane = if snow { 0xe4e8ea } else { 0xcdbfa4 };
    c.gradient(
        street,
        1.0,
        color(lane, 1.0),
        color(mix(lane, 0x6b5a3e, 0.3), 1.0),
    );
    let mut x = 0.25;
    while x < c.width {
        let y = chance.between(street + 0.06, street + 0.14);
        c.ellipse(x, y, 0.035, 0.006, color(0x000000, 0.16));
        figure(c, someone(chance), x, y, 0.17, chance.between(-1.0, 1.0));
        x += chance.between(0.3, 0.7);
    }
}

fn water(place: Place, c: &mut Canvas, chance: &mut Chance, p: &Palette, season: Season) {
    let light = mix(p.sky.1, 0x9ec4d4, 0.5);
    let deep = if season == Season::Evening {
        0x3c4a66
    } else {
        0x3f7892
    };
    c.gradient(0.64, 0.9, color(light, 1.0), color(deep, 1.0));
    for _ in 0..150 {
        let y = chance.between(0.65, 0.89);
        let w = chance.between(0.01, 0.07) * (y - 0.5) * 2.4;
        let x = chance.between(0.0, c.width);
        c.line(&[(x, y), (x + w, y)], 0.0024, color(0xffffff, 0.25));
    }
    if place == Place::River {
        // A bridge of three arches: the deck, then openings through which the water shows.
        let (left, right) = (c.width * 0.3, c.width * 0.74);
        let span = (right - left) / 3.0;
        c.shaded(
            &[
                (left - 0.08, 0.64),
                (left + span, 0.575),
                (right - span, 0.575),
                (right + 0.08, 0.64),
                (right + 0.08, 0.72),
                (left - 0.08, 0.72),
            ],
            color(0xcfc8ba, 1.0),
            color(0x9b9484, 1.0),
        );
        for arch in 0..3_u8 {
            let x = left + span * (f32::from(arch) + 0.5);
            c.ellipse(
                x,
                0.72,
                span * 0.36,
                0.09,
                color(mix(light, deep, 0.35), 1.0),
            );
        }
        c.gradient(
            0.72,
            0.76,
            color(mix(light, deep, 0.4), 1.0),
            color(mix(light, deep, 0.5), 1.0),
        );
        c.line(
            &[
                (left - 0.08, 0.615),
                (left + span, 0.55),
                (right - span, 0.55),
                (right + 0.08, 0.615),
            ],
            0.006,
            color(0xe2dccf, 1.0),
        );
        boat(c, c.width * 0.14, 0.83, 0.17, 0.2);
    } else {
        let (left, right) = (c.width * 0.55, c.width + 0.02);
        c.shaded(
            &[
                (left, 0.66),
                (left + 0.1, 0.6),
                (right, 0.6),
                (right, 0.74),
                (left + 0.06, 0.74),
            ],
            color(0xc9cbc7, 1.0),
            color(0x92958f, 1.0),
        );
        for post in 0..9_u8 {
            let x = left + 0.12 + f32::from(post) * 0.11;
            c.rect(x, 0.585, 0.006, 0.02, color(0xf0efe8, 1.0));
        }
        boat(c, c.width * 0.24, 0.8, 0.13, -0.1);
    }
    c.hills(
        chance,
        0.93,
        0.04,
        color(p.ground.0, 1.0),
        color(p.ground.1, 1.0),
    );
}

fn foreground(c: &mut Canvas, chance: &mut Chance, p: &Palette, season: Season) {
    let mut x = -0.02;
    while x < c.width {
        let h = chance.between(0.02, 0.07);
        let tone = mix(p.leaves, 0x1b2c14, chance.between(0.1, 0.6));
        c.line(
            &[(x, 1.01), (x + chance.between(-0.012, 0.012), 1.0 - h)],
            0.0045,
            color(
                if season == Season::Winter {
                    0xb9b59f
                } else {
                    tone
                },
                1.0,
            ),
        );
        if chance.unit() > 0.93 && season != Season::Winter {
            let flower = if season == Season::Autumn {
                0xf0d27a
            } else {
                0xf6f0e4
            };
            c.ellipse(x, 1.0 - h, 0.007, 0.007, color(flower, 1.0));
        }
        x += 0.0055;
    }
    if season == Season::Winter {
        for _ in 0..170 {
            let r = chance.between(0.0015, 0.004);
            c.ellipse(
                chance.between(0.0, c.width),
                chance.between(0.0, 1.0),
                r,
                r,
                color(0xffffff, 0.8),
            );
        }
    }
}

fn room(back: &mut Canvas, front: &mut Canvas, chance: &mut Chance) {
    back.gradient(0.0, 0.72, color(0xece3d2, 1.0), color(0xd9cdb6, 1.0));
    back.gradient(0.72, 1.0, color(0x94765a, 1.0), color(0x6f5540, 1.0));
    back.gradient(0.0, 0.05, color(0xf7f2e8, 1.0), color(0xf7f2e8, 1.0));
    let middle = back.width * 0.5;
    back.rect(middle - 0.44, 0.12, 0.88, 0.46, color(0x7d2a22, 1.0));
    back.rect(middle - 0.42, 0.14, 0.84, 0.42, color(0xf6f4ee, 1.0));
    // What is being shown on the wall: hills and a sun.
    back.shaded(
        &[
            (middle - 0.4, 0.16),
            (middle + 0.4, 0.16),
            (middle + 0.4, 0.54),
            (middle - 0.4, 0.54),
        ],
        color(0x9cc3da, 1.0),
        color(0xe8efe4, 1.0),
    );
    back.ellipse(middle + 0.22, 0.26, 0.04, 0.04, color(0xfdf3cf, 1.0));
    back.polygon(
        &[
            (middle - 0.4, 0.46),
            (middle - 0.2, 0.34),
            (middle, 0.44),
            (middle + 0.18, 0.36),
            (middle + 0.4, 0.47),
            (middle + 0.4, 0.54),
            (middle - 0.4, 0.54),
        ],
        color(0x6f9a63, 1.0),
    );
    for side in [-1.0_f32, 1.0] {
        let x = middle + side * 0.68;
        back.rect(x - 0.1, 0.16, 0.2, 0.34, color(0xa9cbdc, 1.0));
        back.line(&[(x, 0.16), (x, 0.5)], 0.008, color(0xf7f2e8, 1.0));
        back.line(
            &[
                (x - 0.1, 0.16),
                (x + 0.1, 0.16),
                (x + 0.1, 0.5),
                (x - 0.1, 0.5),
                (x - 0.1, 0.16),
            ],
            0.01,
            color(0xf7f2e8, 1.0),
        );
    }
    figure(
        back,
        crate::things::Person {
            coat: 0x30445c,
            hair: 0x24211f,
            hat: false,
        },
        middle - 0.5,
        0.78,
        0.34,
        0.2,
    );
    for row in 0..3_u8 {
        let (y, size) = (0.84 + 0.09 * f32::from(row), 0.13 + 0.03 * f32::from(row));
        let mut x = 0.12 - 0.05 * f32::from(row % 2);
        while x < front.width {
            // Seen from behind: shoulders and the back of a head.
            let who = someone(chance);
            front.ellipse(
                x,
                y + size * 0.62,
                size * 0.62,
                size * 0.6,
                color(mix(who.coat, 0x000000, 0.1), 1.0),
            );
            front.rect(
                x - size * 0.09,
                y - size * 0.05,
                size * 0.18,
                size * 0.2,
                color(0xc99873, 1.0),
            );
            front.ellipse(
                x,
                y - size * 0.14,
                size * 0.23,
                size * 0.27,
                color(who.hair, 1.0),
            );
            x += size * 1.75 * chance.between(0.9, 1.15);
        }
    }
}

fn library(back: &mut Canvas, front: &mut Canvas, chance: &mut Chance) {
    back.gradient(0.0, 0.78, color(0xf0e8d8, 1.0), color(0xdccfb6, 1.0));
    back.gradient(0.78, 1.0, color(0x9a7a58, 1.0), color(0x735740, 1.0));
    let books = [0x8c3a2e, 0x35566f, 0x57714a, 0xb28a3e, 0x5d4a6b, 0xcdbf9f];
    let mut x = 0.04;
    while x < back.width {
        back.rect(x, 0.12, 0.4, 0.62, color(0x7a5738, 1.0));
        for shelf in 0..4_u8 {
            let y = 0.15 + 0.15 * f32::from(shelf);
            back.rect(x + 0.015, y, 0.37, 0.12, color(0x4f3722, 1.0));
            let mut at = x + 0.02;
            while at < x + 0.36 {
                let (w, h) = (chance.between(0.009, 0.018), chance.between(0.08, 0.112));
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a small index"
                )]
                let tone = books[(chance.unit() * 5.99) as usize];
                back.rect(at, y + 0.12 - h, w, h, color(tone, 1.0));
                at += w + 0.002;
            }
        }
        x += 0.44;
    }
    let mut x = 0.2;
    while x < front.width {
        let who = someone(chance);
        front.ellipse(x, 0.76, 0.1, 0.12, color(who.coat, 1.0));
        front.ellipse(x, 0.6, 0.042, 0.052, color(0xd9a984, 1.0));
        front.ellipse(x, 0.578, 0.045, 0.036, color(who.hair, 1.0));
        front.polygon(
            &[
                (x - 0.07, 0.79),
                (x, 0.77),
                (x + 0.07, 0.79),
                (x + 0.07, 0.72),
                (x, 0.735),
                (x - 0.07, 0.72),
            ],
            color(0xf8f5ec, 1.0),
        );
        x += chance.between(0.34, 0.46);
    }
    front.shaded(
        &[
            (-0.02, 0.8),
            (front.width + 0.02, 0.8),
            (front.width + 0.02, 0.9),
            (-0.02, 0.9),
        ],
        color(0xc79a63, 1.0),
        color(0x96703f, 1.0),
    );
    front.rect(-0.02, 0.9, front.width + 0.04, 0.1, color(0x4d3724, 0.55));
}
