use proptest::prelude::*;

use super::*;

/// The two weights that define a matrix: of red and of blue (ITU-R BT.601-7, BT.709-6, BT.2020-2).
fn weights(matrix: YuvStandardMatrix) -> (f64, f64) {
    match matrix {
        YuvStandardMatrix::Bt601 => (0.299, 0.114),
        YuvStandardMatrix::Bt709 => (0.2126, 0.0722),
        YuvStandardMatrix::Bt2020 => (0.2627, 0.0593),
        other => panic!("not tested: {other:?}"),
    }
}

/// The colour of one pixel by the definition, without any rounding on the way.
pub(crate) fn defined([y, b, r]: [u8; 3], matrix: YuvStandardMatrix, range: YuvRange) -> [f64; 3] {
    let (kr, kb) = weights(matrix);
    let [y, b, r] = [y, b, r].map(f64::from);
    let (y, b, r) = match range {
        YuvRange::Limited => ((y - 16.0) / 219.0, (b - 128.0) / 224.0, (r - 128.0) / 224.0),
        YuvRange::Full => (y / 255.0, (b - 128.0) / 255.0, (r - 128.0) / 255.0),
    };
    let red = y + 2.0 * (1.0 - kr) * r;
    let blue = y + 2.0 * (1.0 - kb) * b;
    let green = (y - kr * red - kb * blue) / (1.0 - kr - kb);
    [red, green, blue].map(|channel| (channel * 255.0).clamp(0.0, 255.0))
}

/// A picture in memory of its own, with whatever lies between its rows.
struct Sheet {
    width: u32,
    height: u32,
    luma: Vec<u8>,
    blue: Vec<u8>,
    red: Vec<u8>,
    both: Vec<u8>,
    padding: u32,
}

impl Sheet {
    /// Pixels from a simple generator, so that each differs from its neighbours.
    fn noise(width: u32, height: u32, padding: u32, mut seed: u32) -> Self {
        let mut bytes = |count: u32| {
            let next = || {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                seed.to_be_bytes()[0]
            };
            std::iter::repeat_with(next)
                .take(count as usize)
                .collect::<Vec<u8>>()
        };
        let (half, rows) = (width.div_ceil(2) + padding, height.div_ceil(2));
        let mut luma = bytes((width + padding) * height);
        // Darker than black of the limited range is not defined.
        luma.iter_mut().for_each(|y| *y = (*y).max(16));
        let (blue, red) = (bytes(half * rows), bytes(half * rows));
        let both = blue.iter().zip(&red).flat_map(|(b, r)| [*b, *r]).collect();
        Self {
            width,
            height,
            luma,
            blue,
            red,
            both,
            padding,
        }
    }

    fn picture(&self, nv12: bool, matrix: YuvStandardMatrix, range: YuvRange) -> Picture<'_> {
        let half = self.width.div_ceil(2) + self.padding;
        let plane = |bytes, stride| Plane { bytes, stride };
        Picture {
            width: self.width,
            height: self.height,
            luma: plane(&self.luma, self.width + self.padding),
            chroma: if nv12 {
                Chroma::Together(plane(&self.both, half * 2))
            } else {
                Chroma::Apart {
                    blue: plane(&self.blue, half),
                    red: plane(&self.red, half),
                }
            },
            matrix,
            range,
        }
    }

    fn sample(&self, x: u32, y: u32) -> [u8; 3] {
        let half = self.width.div_ceil(2) + self.padding;
        let colour = (y / 2 * half + x / 2) as usize;
        let light = (y * (self.width + self.padding) + x) as usize;
        [self.luma[light], self.blue[colour], self.red[colour]]
    }

    /// Every pixel is what the definition says, within 3 of 255.
    fn check(&self, nv12: bool, matrix: YuvStandardMatrix, range: YuvRange) {
        let mut rgb = vec![77; (self.width * self.height * 3) as usize];
        let picture = self.picture(nv12, matrix, range);
        picture.to_rgb(&mut rgb).expect("large enough");
        let places = (0..self.height).flat_map(|y| (0..self.width).map(move |x| (x, y)));
        for ((x, y), pixel) in places.zip(rgb.chunks_exact(3)) {
            let wanted = defined(self.sample(x, y), matrix, range);
            let near = pixel
                .iter()
                .zip(wanted)
                .all(|(is, should)| (f64::from(*is) - should).abs() <= 3.0);
            assert!(
                near,
                "{matrix:?} {range:?} nv12={nv12} {}×{}+{} at {x},{y}: {pixel:?}, not {wanted:?}",
                self.width, self.height, self.padding
            );
        }
    }
}

const MATRICES: [YuvStandardMatrix; 3] = [
    YuvStandardMatrix::Bt601,
    YuvStandardMatrix::Bt709,
    YuvStandardMatrix::Bt2020,
];
const RANGES: [YuvRange; 2] = [YuvRange::Limited, YuvRange::Full];

#[test]
fn colours_are_those_of_the_definition() {
    let sheet = Sheet::noise(256, 64, 0, 1);
    for matrix in MATRICES {
        for range in RANGES {
            sheet.check(false, matrix, range);
            sheet.check(true, matrix, range);
        }
    }
}

#[test]
fn black_white_and_grey_stay_what_they_are() {
    let plain = |y: u8, range| {
        let mut sheet = Sheet::noise(64, 4, 0, 0);
        sheet.luma.fill(y);
        for plane in [&mut sheet.blue, &mut sheet.red, &mut sheet.both] {
            plane.fill(128);
        }
        let mut rgb = vec![77; 64 * 4 * 3];
        sheet
            .picture(false, YuvStandardMatrix::Bt709, range)
            .to_rgb(&mut rgb)
            .expect("large enough");
        assert!(rgb.iter().all(|byte| *byte == rgb[0]), "{y} is grey");
        rgb[0]
    };
    assert_eq!(plain(16, YuvRange::Limited), 0);
    assert_eq!(plain(235, YuvRange::Limited), 255);
    assert_eq!(plain(0, YuvRange::Full), 0);
    assert_eq!(plain(255, YuvRange::Full), 255);
    assert!(plain(128, YuvRange::Full).abs_diff(128) <= 1);
}

#[test]
fn planes_that_are_too_short_are_an_error() {
    let sheet = Sheet::noise(64, 4, 0, 0);
    let mut rgb = vec![0; 64 * 4 * 3];
    let whole = || sheet.picture(false, YuvStandardMatrix::Bt709, YuvRange::Full);
    let short = Picture {
        luma: Plane {
            bytes: &sheet.luma[..64 * 3],
            stride: 64,
        },
        ..whole()
    };
    assert!(short.to_rgb(&mut rgb).is_err());
    assert!(whole().to_rgb(&mut rgb[1..]).is_err());
    assert!(
        Picture {
            width: 0,
            ..whole()
        }
        .to_rgb(&mut rgb)
        .is_err()
    );
    assert!(whole().to_rgb(&mut rgb).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn odd_sizes_and_strides_change_nothing(
        width in 1_u32..150,
        height in 1_u32..20,
        padding in 0_u32..40,
        seed in any::<u32>(),
        nv12 in any::<bool>(),
        full in any::<bool>(),
    ) {
        let range = if full { YuvRange::Full } else { YuvRange::Limited };
        Sheet::noise(width, height, padding, seed).check(nv12, YuvStandardMatrix::Bt709, range);
    }
}
