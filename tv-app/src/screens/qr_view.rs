//! A code for a telephone's camera, in the colours of the screen.

use slint::{Image, Rgb8Pixel, SharedPixelBuffer};

/// Pixels per module; the screen enlarges it without smoothing.
const MODULE: u32 = 8;

/// The code that says this; `None` for a text that is too long for one.
pub(super) fn code(text: &str) -> Option<Image> {
    let code = qrcode::QrCode::new(text)
        .inspect_err(|error| tracing::warn!(%error, "no QR code of this text"))
        .ok()?;
    let modules = u32::try_from(code.width()).ok()?;
    let side = modules * MODULE;
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(side, side);
    let colors = code.to_colors();
    for (at, pixel) in pixels.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = (at as u32 % side / MODULE, at as u32 / side / MODULE);
        let dark = colors.get((y * modules + x) as usize) == Some(&qrcode::Color::Dark);
        // The tokens' ground and text colours, so that the code belongs to the screen.
        *pixel = if dark {
            Rgb8Pixel {
                r: 0x1a,
                g: 0x11,
                b: 0x12,
            }
        } else {
            Rgb8Pixel {
                r: 0xf5,
                g: 0xed,
                b: 0xe2,
            }
        };
    }
    Some(Image::from_rgb8(pixels))
}
