//! Fills `EnrolmentAdapter`.

use slint::{ComponentHandle, Image, Rgb8Pixel, SharedPixelBuffer};
use tv_ui::{EnrolmentAdapter, EnrolmentStep, ScreenKind};

use super::Enrolment;
use crate::client::EnrolmentState;
use crate::screens::view::{Canvas, Draw, int};

/// Pixels per module of the QR code; the screen enlarges it without smoothing.
const MODULE: u32 = 8;

impl Draw for Enrolment {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Enrolment
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<EnrolmentAdapter<'_>>();
        adapter.set_focused(int(self.focused()));
        adapter.set_minutes(int(self.minutes_left()));
        adapter.set_retry_seconds(int(self.seconds_to_retry()));
        adapter.set_step(match self.state() {
            EnrolmentState::Asking | EnrolmentState::Approved => EnrolmentStep::Asking,
            EnrolmentState::Code { .. } => EnrolmentStep::Code,
            EnrolmentState::Declined => EnrolmentStep::Declined,
            EnrolmentState::NoNetwork { .. } => EnrolmentStep::NoNetwork,
        });
        let (address, complete) = self.address().unwrap_or_default();
        if let EnrolmentState::Code { user_code, .. } = self.state()
            && (adapter.get_code() != *user_code || adapter.get_address() != *address)
        {
            adapter.set_code(user_code.into());
            adapter.set_address(address.into());
            // Never one that a telephone cannot open.
            let qr = self.address().and_then(|_| qr_code(complete));
            adapter.set_has_qr(qr.is_some());
            adapter.set_qr(qr.unwrap_or_default());
        }
    }
}

fn qr_code(text: &str) -> Option<Image> {
    let code = qrcode::QrCode::new(text)
        .inspect_err(|error| tracing::warn!(%error, "no QR code for the address"))
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
