//! Pictures in other sizes: what they show is still there, evenly.

use image::{Rgba, RgbaImage};
use tv_canvas::scaling::{Fit, scale};

const WHITE: Rgba<u8> = Rgba([255; 4]);
const BLACK: Rgba<u8> = Rgba([0, 0, 0, 255]);

fn near(pixel: Rgba<u8>, grey: u8) -> bool {
    pixel.0[..3].iter().all(|part| part.abs_diff(grey) <= 12) && pixel.0[3] == 255
}

#[test]
fn every_pixel_counts_when_it_becomes_much_smaller() {
    let fine = RgbaImage::from_fn(
        1280,
        720,
        |x, y| if (x + y) % 2 == 0 { WHITE } else { BLACK },
    );
    for (width, height) in [(320, 180), (137, 77), (99, 99), (640, 360)] {
        let small = scale(&fine, width, height, Fit::Cover);
        assert_eq!(small.dimensions(), (width, height));
        let wrong = small.pixels().find(|pixel| !near(**pixel, 127));
        assert_eq!(wrong, None, "{width}×{height} glitters");
    }
}

#[test]
fn a_place_of_another_shape_cuts_both_sides_alike() {
    // A white middle between two black edges, each as wide as what does not fit.
    let wide = RgbaImage::from_fn(400, 100, |x, _| {
        if (100..300).contains(&x) {
            WHITE
        } else {
            BLACK
        }
    });
    let cut = scale(&wide, 100, 50, Fit::Cover);
    // At its very edge the neighbour that is cut off still counts.
    let rows = cut
        .rows()
        .map(|row| row.map(|pixel| pixel.0[0]).collect::<Vec<_>>());
    for row in rows {
        assert!(
            row[1..99].iter().all(|part| *part == 255) && row[0] == row[99] && row[0] > 150,
            "{row:?}"
        );
    }
    let whole = scale(&wide, 100, 50, Fit::Contain);
    assert_eq!(whole.dimensions(), (100, 25));
    assert!(near(*whole.get_pixel(5, 12), 0) && near(*whole.get_pixel(50, 12), 255));
}

#[test]
fn it_becomes_larger_without_steps_only_where_it_must() {
    let small = RgbaImage::from_fn(2, 1, |x, _| if x == 0 { BLACK } else { WHITE });
    let large = scale(&small, 200, 100, Fit::Cover);
    let row: Vec<u8> = (0..200).map(|x| large.get_pixel(x, 50).0[0]).collect();
    assert!(
        row.is_sorted() && row[0] <= 12 && row[199] >= 243,
        "{row:?}"
    );
    assert_eq!(
        scale(&small, 200, 100, Fit::Contain),
        small,
        "the screen enlarges it"
    );
}
