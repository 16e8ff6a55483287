//! Windows: desktop, KMS, headless, virtual TV.
//!
//! The interface is laid out for 1920×1080 logical pixels whatever the screen: the scale factor is
//! [`scale_factor`], and on screens that are not 16:9 the rest stays empty at the edges.

pub mod backend;
pub mod headless;
pub mod link;
pub mod memory;
pub mod supervisor;
pub mod virtual_tv;

pub use backend::{Backend, Options, start};
pub use headless::{Headless, TimeSource};
pub use tv_canvas::{Canvas, Rect, Rgb};

/// Width of the interface in logical pixels.
pub const LOGICAL_WIDTH: u32 = 1920;
/// Height of the interface in logical pixels.
pub const LOGICAL_HEIGHT: u32 = 1080;

/// Physical pixels for one logical pixel, so that all of the interface fits on a screen of this
/// many physical pixels.
#[must_use]
pub fn scale_factor(width: u32, height: u32) -> f32 {
    let across = width as f32 / LOGICAL_WIDTH as f32;
    let down = height as f32 / LOGICAL_HEIGHT as f32;
    across.min(down)
}

#[cfg(test)]
mod tests {
    use super::scale_factor;

    #[test]
    fn the_interface_fits_every_screen() {
        for (width, height, factor) in [
            (1920, 1080, 1.0),
            (3840, 2160, 2.0),
            (1280, 720, 2.0 / 3.0),
            (1280, 1024, 2.0 / 3.0),
            (2560, 1080, 1.0),
        ] {
            assert!((scale_factor(width, height) - factor).abs() < 1e-6);
        }
    }
}
