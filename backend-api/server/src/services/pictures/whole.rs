//! Whether a picture file is all there. Decoders fill in grey what is missing at the end of a JPEG, and
//! say nothing.

use image::ImageFormat;

/// Whether a file that begins as this format also ends as one.
pub(super) fn is_whole(bytes: &[u8], format: ImageFormat) -> bool {
    match format {
        ImageFormat::Jpeg => jpeg_ends(bytes),
        ImageFormat::WebP => riff_ends(bytes),
        // Its decoder fails.
        _ => true,
    }
}

/// Whether the picture's own end is there: an EXIF thumbnail has an end, too, and cameras append things
/// of their own behind it.
fn jpeg_ends(bytes: &[u8]) -> bool {
    let mut at = 2;
    let mut scanned = false;
    loop {
        // Within a scan a 0xFF is followed by a zero or by a restart marker.
        let Some(found) = bytes.get(at..).and_then(|rest| marker(rest, scanned)) else {
            return false;
        };
        let (offset, kind) = found;
        at += offset + 2;
        if kind == 0xD9 {
            return scanned;
        }
        let standalone = kind == 0x01 || (0xD0..=0xD8).contains(&kind);
        if standalone {
            continue;
        }
        let Some(&[high, low]) = bytes.get(at..at + 2) else {
            return false;
        };
        at += usize::from(u16::from_be_bytes([high, low]));
        scanned |= kind == 0xDA;
    }
}

/// Where the next marker is and which it is.
fn marker(bytes: &[u8], in_scan: bool) -> Option<(usize, u8)> {
    let pairs = bytes.windows(2).enumerate();
    let mut markers = pairs.filter_map(|(at, pair)| match *pair {
        [0xFF, 0x00 | 0xFF] => None,
        [0xFF, 0xD0..=0xD7] if in_scan => None,
        [0xFF, kind] => Some((at, kind)),
        _ => None,
    });
    markers.next()
}

fn riff_ends(bytes: &[u8]) -> bool {
    let size = bytes.get(4..8).and_then(|size| size.try_into().ok());
    let size = size.map(u32::from_le_bytes).unwrap_or_default();
    bytes.len() as u64 >= u64::from(size) + 8
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, RgbImage};

    use super::*;

    fn picture(format: ImageFormat) -> Vec<u8> {
        let drawn = RgbImage::from_fn(200, 100, |x, y| {
            image::Rgb([
                (x * 7 % 256) as u8,
                (y * 11 % 256) as u8,
                (x * y % 256) as u8,
            ])
        });
        let mut out = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(drawn)
            .write_to(&mut out, format)
            .unwrap();
        out.into_inner()
    }

    #[test]
    fn whatever_is_cut_off_is_missed() {
        for format in [ImageFormat::Jpeg, ImageFormat::WebP] {
            let whole = picture(format);
            assert!(is_whole(&whole, format), "{format:?}");
            let appended = [whole.as_slice(), &[0, 1, 2, 0xFF]].concat();
            assert!(is_whole(&appended, format), "{format:?}");
            for percent in [1, 10, 55, 90, 99] {
                let cut = &whole[..whole.len() * percent / 100];
                assert!(!is_whole(cut, format), "{format:?} {percent} %");
            }
        }
    }

    #[test]
    fn the_end_of_a_thumbnail_is_not_the_end() {
        let whole = picture(ImageFormat::Jpeg);
        let thumbnail = [&[0xFF, 0xD8], &whole[2..]].concat();
        let length = u16::try_from(thumbnail.len() + 2).unwrap().to_be_bytes();
        let head = [&[0xFF, 0xD8, 0xFF, 0xE1], &length[..], &thumbnail].concat();
        let with_thumbnail = [head.as_slice(), &whole[2..]].concat();
        assert!(is_whole(&with_thumbnail, ImageFormat::Jpeg));
        let cut = &with_thumbnail[..head.len() + whole.len() / 2];
        assert!(!is_whole(cut, ImageFormat::Jpeg));
    }
}
