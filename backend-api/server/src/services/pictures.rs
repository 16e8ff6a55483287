//! Photographs become what a TV needs: upright, not larger than the screen, with a small one for
//! lists, and the original kept for zooming.

use std::io::Cursor;

use bytes::Bytes;
use contract::file::{FileRef, Picture};
use contract::staff::PictureRegion;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use store::Store;
use store::{WriteTx, files};

use super::files::{FileName, Files, FilesError};
use super::kit::audit::{self, About, Actor, Thing, Words};
use super::kit::error::{Result, ServiceError};
use super::kit::rights::Staff;

mod mosaic;
mod whole;

pub use mosaic::checked_regions;

/// The largest picture a screen shows, in pixels.
pub const SCREEN: (u32, u32) = (1920, 1080);

/// The largest picture a list shows, in pixels.
pub const THUMB: (u32, u32) = (640, 360);

/// Pictures with a longer side than this are refused rather than decoded.
const MAX_SIDE: u32 = 20_000;

/// Pictures with more pixels are refused rather than decoded: a few kilobytes can claim to be any size.
const MAX_PIXELS: u64 = 100_000_000;

/// Memory a decoder may take: [`MAX_PIXELS`] with four bytes each.
const MAX_DECODED_BYTES: u64 = 400 * 1024 * 1024;

/// JPEG quality of what a screen shows.
const SCREEN_QUALITY: u8 = 88;

/// JPEG quality of what a list shows.
const THUMB_QUALITY: u8 = 80;

/// Why a picture cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// Neither JPEG nor PNG nor WebP.
    #[error("not a JPEG, PNG or WebP picture")]
    Format,
    /// More pixels than we are willing to decode.
    #[error("the picture is too large: at most {MAX_SIDE} pixels a side and 100 megapixels")]
    TooLarge,
    /// The file is damaged.
    #[error("the picture is damaged")]
    Damaged(#[source] image::ImageError),
    /// The end of the file is missing.
    #[error("the picture is cut off")]
    CutOff,
    /// A picture could not be written as JPEG.
    #[error("cannot encode the picture")]
    Encode(#[source] image::ImageError),
    /// It could not be stored.
    #[error("cannot store the picture")]
    Store(#[from] FilesError),
}

impl From<PictureError> for ServiceError {
    fn from(error: PictureError) -> Self {
        match error {
            PictureError::Format => {
                Self::BadRequest("不是 JPEG、PNG 或 WebP 图片，请换一张".to_owned())
            }
            PictureError::TooLarge => {
                Self::BadRequest("图片像素过大，请缩小到一亿像素以内".to_owned())
            }
            PictureError::Damaged(_) => {
                Self::BadRequest("图片文件已损坏，请重新拍摄或导出".to_owned())
            }
            PictureError::CutOff => {
                Self::BadRequest("图片文件不完整，后面一部分没有了，请重新传一次原图".to_owned())
            }
            PictureError::Encode(source) => Self::Internal(format!("encoding a picture: {source}")),
            PictureError::Store(source) => source.into(),
        }
    }
}

/// Every file of a picture.
pub fn files_of(picture: &Picture) -> impl Iterator<Item = &FileRef> {
    [&picture.screen, &picture.thumb]
        .into_iter()
        .chain(&picture.original)
}

/// Notes files that were stored, so that bulletins and programmes may refer to them.
pub(super) fn keep<'a>(
    tx: &mut WriteTx<'_>,
    stored: impl IntoIterator<Item = &'a FileRef>,
    now_ms: i64,
) -> Result<()> {
    for file in stored {
        files::put(tx, file, now_ms)?;
    }
    Ok(())
}

/// Notes a picture that somebody uploaded, so that bulletins may refer to it.
///
/// # Errors
/// The database failed.
pub fn record(store: &Store, staff: &Staff, picture: &Picture, now_ms: i64) -> Result<()> {
    let stored: Vec<FileRef> = files_of(picture).cloned().collect();
    let (staff, about) = (
        staff.clone(),
        About::one(Thing::File, picture.screen.name.as_str()),
    );
    store.write(move |tx| {
        keep(tx, &stored, now_ms)?;
        let actor = Actor::of(Some(&staff));
        let own = Some(staff.organization.id.as_str());
        Ok(audit::note(
            tx,
            &actor,
            "picture.upload",
            &about,
            own,
            Words::None,
            now_ms,
        )?)
    })
}

/// A picture in the sizes a terminal needs, not stored yet.
#[derive(Clone, Debug)]
pub struct PreparedPicture {
    /// JPEG that fits [`SCREEN`].
    pub screen: Bytes,
    /// Width of `screen` in pixels.
    pub width: u32,
    /// Height of `screen` in pixels.
    pub height: u32,
    /// JPEG that fits [`THUMB`].
    pub thumb: Bytes,
    /// As delivered but upright, its extension and media type; only when it has more pixels than
    /// `screen`.
    pub original: Option<(Bytes, &'static str, &'static str)>,
}

/// Turns a picture upright and scales it. Takes up to a second of one core for a large
/// photograph: not for an async thread.
///
/// # Errors
/// [`PictureError`] says what is wrong with it.
pub fn prepare(bytes: &[u8]) -> Result<PreparedPicture, PictureError> {
    let Upright {
        picture,
        orientation,
        extension,
        media_type,
    } = upright(bytes)?;

    // Terminals do not read EXIF: what is kept for zooming must be upright too.
    let as_it_is = orientation == Orientation::NoTransforms;
    let delivered = as_it_is.then(|| (Bytes::copy_from_slice(bytes), extension, media_type));
    in_sizes(picture, delivered)
}

/// A picture with these parts unrecognizable in every size: nothing of what was there is left in the new files. Takes
/// as long as [`prepare`].
///
/// # Errors
/// [`PictureError`] says what is wrong with it.
pub fn covered(bytes: &[u8], regions: &[PictureRegion]) -> Result<PreparedPicture, PictureError> {
    let mut picture = upright(bytes)?.picture.into_rgb8();
    mosaic::draw(&mut picture, regions);
    in_sizes(DynamicImage::ImageRgb8(picture), None)
}

/// The bytes of the largest file of a stored picture.
///
/// # Errors
/// [`ServiceError`] if it is not there, or cannot be read.
pub async fn largest(files: &Files, picture: &Picture) -> Result<Bytes, ServiceError> {
    let file = picture.original.as_ref().unwrap_or(&picture.screen);
    let name = FileName::parse(&file.name)?;
    Ok(files.whole(&name, MAX_DECODED_BYTES).await?)
}

/// The sizes of an upright picture; `delivered`: its own bytes, if they may be kept.
fn in_sizes(
    picture: DynamicImage,
    delivered: Option<(Bytes, &'static str, &'static str)>,
) -> Result<PreparedPicture, PictureError> {
    // Other colours after scaling: by then it takes no memory to speak of.
    let screen = DynamicImage::ImageRgb8(fit(&picture, SCREEN).into_rgb8());
    let thumb = fit(&screen, THUMB);
    let larger = picture.width() > screen.width() || picture.height() > screen.height();
    let original = match delivered {
        _ if !larger => None,
        Some(delivered) => Some(delivered),
        None => Some((jpeg(&picture.into_rgb8().into(), 92)?, "jpg", "image/jpeg")),
    };
    Ok(PreparedPicture {
        width: screen.width(),
        height: screen.height(),
        screen: jpeg(&screen, SCREEN_QUALITY)?,
        thumb: jpeg(&thumb, THUMB_QUALITY)?,
        original,
    })
}

/// A picture as one JPEG that fits `within`, turned upright and drawn anew: where and with what it was taken
/// stays out. Takes as long as [`prepare`].
///
/// # Errors
/// [`PictureError`] says what is wrong with it.
pub fn plain(bytes: &[u8], within: (u32, u32)) -> Result<Bytes, PictureError> {
    let Upright { picture, .. } = upright(bytes)?;
    let fitted = DynamicImage::ImageRgb8(fit(&picture, within).into_rgb8());
    jpeg(&fitted, SCREEN_QUALITY)
}

/// A decoded picture.
struct Upright {
    picture: DynamicImage,
    /// How it lay in the file.
    orientation: Orientation,
    extension: &'static str,
    media_type: &'static str,
}

/// Decodes a picture that is not too large for that, turns it upright and lays it on white paper.
fn upright(bytes: &[u8]) -> Result<Upright, PictureError> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| PictureError::Format)?;
    let format = reader.format().ok_or(PictureError::Format)?;
    let (extension, media_type) = match format {
        ImageFormat::Jpeg => ("jpg", "image/jpeg"),
        ImageFormat::Png => ("png", "image/png"),
        ImageFormat::WebP => ("webp", "image/webp"),
        _ => return Err(PictureError::Format),
    };
    if !whole::is_whole(bytes, format) {
        return Err(PictureError::CutOff);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(decoding)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS || decoder.total_bytes() > MAX_DECODED_BYTES {
        return Err(PictureError::TooLarge);
    }
    // A photograph with unreadable EXIF is still a photograph.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(decoding)?;
    picture.apply_orientation(orientation);
    Ok(Upright {
        picture: on_white(picture),
        orientation,
        extension,
        media_type,
    })
}

/// Stores a prepared picture.
///
/// # Errors
/// [`FilesError`] when a file cannot be written.
pub async fn store(
    files: &Files,
    prepared: PreparedPicture,
    caption: &str,
) -> Result<Picture, FilesError> {
    let original = match prepared.original {
        Some((bytes, extension, media_type)) => {
            Some(files.put_bytes(extension, media_type, bytes).await?)
        }
        None => None,
    };
    Ok(Picture {
        screen: files
            .put_bytes("jpg", "image/jpeg", prepared.screen)
            .await?,
        width: prepared.width,
        height: prepared.height,
        thumb: files.put_bytes("jpg", "image/jpeg", prepared.thumb).await?,
        original,
        caption: caption.to_owned(),
    })
}

fn decoding(error: image::ImageError) -> PictureError {
    match error {
        image::ImageError::Limits(_) => PictureError::TooLarge,
        image::ImageError::Unsupported(_) => PictureError::Format,
        other => PictureError::Damaged(other),
    }
}

/// JPEG has no transparency: a stamp or a drawing is laid on white paper.
fn on_white(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture;
    }
    let mut picture = picture.into_rgba8();
    for pixel in picture.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0.map(u32::from);
        let over = |colour: u32| ((colour * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        pixel.0 = [over(red), over(green), over(blue), u8::MAX];
    }
    DynamicImage::ImageRgba8(picture)
}

/// Shrinks to fit, never enlarges.
fn fit(picture: &DynamicImage, (width, height): (u32, u32)) -> DynamicImage {
    if picture.width() <= width && picture.height() <= height {
        return picture.clone();
    }
    picture.resize(width, height, image::imageops::FilterType::CatmullRom)
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Result<Bytes, PictureError> {
    let mut out = Vec::new();
    picture
        .write_with_encoder(JpegEncoder::new_with_quality(&mut out, quality))
        .map_err(PictureError::Encode)?;
    Ok(out.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    /// Left half red, right half blue.
    fn two_halves(width: u32, height: u32) -> DynamicImage {
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| {
            if x < width / 2 {
                Rgb([220, 20, 20])
            } else {
                Rgb([20, 20, 220])
            }
        }))
    }

    /// Puts an EXIF segment with just the orientation behind a JPEG's first marker.
    fn with_orientation(jpeg: &[u8], value: u8) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([value, 0, 0, 0, 0, 0, 0]);
        let mut out = jpeg[..2].to_vec();
        out.extend([0xff, 0xe1]);
        out.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        out.extend(exif);
        out.extend(&jpeg[2..]);
        out
    }

    #[test]
    fn a_sideways_photograph_is_turned_upright_in_every_size() {
        let photograph = encode(&two_halves(2400, 1200), ImageFormat::Jpeg);
        // 6: the camera was turned; the picture must be rotated by 90° clockwise.
        let prepared = prepare(&with_orientation(&photograph, 6)).unwrap();

        assert_eq!((prepared.width, prepared.height), (540, 1080));
        let screen = image::load_from_memory(&prepared.screen)
            .unwrap()
            .into_rgb8();
        let (top, bottom) = (screen.get_pixel(270, 100), screen.get_pixel(270, 1000));
        assert!(top.0[0] > 180 && top.0[2] < 80, "top is red: {top:?}");
        assert!(
            bottom.0[2] > 180 && bottom.0[0] < 80,
            "bottom is blue: {bottom:?}"
        );
        let (original, _, _) = prepared.original.unwrap();
        let original = image::load_from_memory(&original).unwrap();
        assert_eq!((original.width(), original.height()), (1200, 2400));
    }

    #[test]
    fn nothing_is_left_below_what_is_covered() {
        // The same but for what is covered.
        let secret = |at: u32| {
            let mut picture = two_halves(2400, 1200).into_rgb8();
            for (x, y) in (100..300).flat_map(|x| (100..160).map(move |y| (x, y))) {
                let ink = if (x / at).is_multiple_of(2) { 0 } else { 255 };
                picture.put_pixel(x, y, Rgb([ink, ink, ink]));
            }
            let bytes = encode(&DynamicImage::ImageRgb8(picture), ImageFormat::Png);
            let region = PictureRegion {
                x: 90.0 / 2400.0,
                y: 90.0 / 1200.0,
                width: 220.0 / 2400.0,
                height: 80.0 / 1200.0,
            };
            covered(&bytes, &[region]).unwrap()
        };
        let (one, other) = (secret(7), secret(13));
        assert_eq!(one.screen, other.screen);
        assert_eq!(one.thumb, other.thumb);
        let (original, extension, _) = one.original.unwrap();
        assert_eq!(Some(original.clone()), other.original.map(|it| it.0));
        assert_eq!(extension, "jpg");
        // What is not covered is as it was.
        let shown = image::load_from_memory(&original).unwrap().into_rgb8();
        let (left, right) = (shown.get_pixel(600, 600), shown.get_pixel(2000, 600));
        assert!(left.0[0] > 180 && right.0[2] > 180, "{left:?} {right:?}");
    }

    #[test]
    fn small_pictures_are_not_enlarged_and_keep_no_original() {
        let prepared = prepare(&encode(&two_halves(300, 200), ImageFormat::Png)).unwrap();
        assert_eq!((prepared.width, prepared.height), (300, 200));
        assert!(prepared.original.is_none());
    }

    #[test]
    fn a_large_upright_original_is_kept_byte_for_byte() {
        let delivered = encode(&two_halves(4000, 1000), ImageFormat::Png);
        let prepared = prepare(&delivered).unwrap();
        assert_eq!((prepared.width, prepared.height), (1920, 480));
        let thumb = image::load_from_memory(&prepared.thumb).unwrap();
        assert_eq!((thumb.width(), thumb.height()), (640, 160));
        let (original, extension, _) = prepared.original.unwrap();
        assert_eq!(
            (original.as_ref(), extension),
            (delivered.as_slice(), "png")
        );
    }

    #[test]
    fn transparency_becomes_white_paper() {
        let drawing = RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0]));
        let bytes = encode(&DynamicImage::ImageRgba8(drawing), ImageFormat::Png);
        let screen = image::load_from_memory(&prepare(&bytes).unwrap().screen).unwrap();
        assert!(
            screen
                .into_rgb8()
                .get_pixel(4, 4)
                .0
                .iter()
                .all(|c| *c > 250)
        );
    }

    /// A PNG that claims a size and has next to nothing in it.
    fn claiming(width: u32, height: u32) -> Vec<u8> {
        let mut png = encode(&DynamicImage::new_luma8(1, 1), ImageFormat::Png);
        png[16..20].copy_from_slice(&width.to_be_bytes());
        png[20..24].copy_from_slice(&height.to_be_bytes());
        // One bit a pixel.
        png[24] = 1;
        let crc = crc32(&png[12..29]);
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        png
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
            })
        })
    }

    #[test]
    fn a_picture_is_refused_by_its_size_before_it_is_decoded() {
        for (width, height) in [(19_000, 19_000), (10_001, 10_000), (20_001, 10)] {
            let refused = prepare(&claiming(width, height));
            assert!(
                matches!(refused, Err(PictureError::TooLarge)),
                "{refused:?}"
            );
        }
        let refused = prepare(&claiming(10_000, 10_000));
        assert!(
            matches!(refused, Err(PictureError::Damaged(_))),
            "{refused:?}"
        );
    }

    #[test]
    fn a_picture_cut_in_half_is_found() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let whole = encode(&two_halves(400, 300), format);
            assert!(prepare(&whole).is_ok(), "{format:?}");
            let cut = prepare(&whole[..whole.len() * 55 / 100]);
            let said = matches!(cut, Err(PictureError::CutOff | PictureError::Damaged(_)));
            assert!(said, "{format:?}: {cut:?}");
        }
    }

    #[test]
    fn what_is_not_a_picture_is_said_plainly() {
        assert!(matches!(prepare(b"GIF89a..."), Err(PictureError::Format)));
        assert!(matches!(prepare(b""), Err(PictureError::Format)));
        let mut cut = encode(&two_halves(300, 200), ImageFormat::Png);
        cut.truncate(200);
        assert!(matches!(prepare(&cut), Err(PictureError::Damaged(_))));
    }
}
