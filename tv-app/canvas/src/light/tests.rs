//! Where light falls.

use super::*;

#[test]
fn light_falls_from_the_top_left_and_every_size_shows_the_same() {
    let large = Light::new(1920, 1080);
    let at = |light: &Light, x: f32, y: f32| {
        let (x, y) = (x * small(light.width), y * small(light.height));
        light.of[whole(y) * light.width as usize + whole(x)]
    };
    assert!(at(&large, 0.1, 0.02) < 10, "at the lamp");
    assert!(at(&large, 0.98, 0.6) > 50, "far away from it");
    let small = Light::new(1280, 720);
    for (x, y) in [(0.1, 0.1), (0.5, 0.5), (0.9, 0.3), (0.3, 0.95)] {
        let (one, other) = (at(&large, x, y), at(&small, x, y));
        assert!(one.abs_diff(other) <= 2, "at {x}, {y}: {one} and {other}");
    }
}

#[test]
fn crests_of_hills_are_lighter_than_what_is_above_them() {
    let light = Light::new(960, 540);
    let column = |x: usize| (300..540).map(move |y| y * 960 + x);
    let lighter = column(480).map(|at| light.of[at]).collect::<Vec<_>>();
    let steps = lighter
        .windows(9)
        .filter(|rows| rows[8] + 2 < rows[0])
        .count();
    assert!(steps > 0, "{lighter:?}");
}

#[test]
fn a_dithered_step_uses_every_threshold_once() {
    let mut seen: Vec<u16> = (0..64)
        .map(|at| whole(dither(at % 8, at / 8) * 64.0) as u16)
        .collect();
    seen.sort_unstable();
    assert_eq!(seen, (0..64).collect::<Vec<_>>());
}
