//! A copy of the screen that the server reads while the window's thread paints on.

use std::collections::VecDeque;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::watch;

use tv_canvas::{Canvas, Rect, Rgb};

/// How many frames back a viewer may be and still get only what changed.
const HISTORY: usize = 64;
/// Pieces flatter than this are sent as PNG: exact, and smaller than JPEG for drawn screens.
const FLAT: f32 = 0.7;
/// Small text stays readable at this JPEG quality; the encoder keeps full colour resolution.
const JPEG_QUALITY: u8 = 86;

/// A piece of the screen, ready to send.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Number of the frame the viewer has after this piece.
    pub frame: u64,
    /// Where it belongs.
    pub rect: Rect,
    /// MIME type of `bytes`.
    pub mime: &'static str,
    /// The picture.
    pub bytes: Bytes,
}

struct State {
    picture: Rgb,
    frame: u64,
    /// The newest changes: frame number and rectangle.
    changes: VecDeque<(u64, Rect)>,
}

pub(super) struct Mirror {
    state: Mutex<State>,
    newest: watch::Sender<u64>,
    /// The last piece, for the viewers that are at the same frame: encoded once.
    last: Mutex<Option<(u64, Piece)>>,
}

impl Mirror {
    pub fn new(picture: Rgb) -> Self {
        Self {
            state: Mutex::new(State {
                picture,
                frame: 1,
                changes: VecDeque::new(),
            }),
            newest: watch::Sender::new(1),
            last: Mutex::default(),
        }
    }

    /// Takes over what was painted. Copies the changed pixels and nothing more: this runs in the
    /// window's thread.
    pub fn update(&self, canvas: &Canvas, dirty: Rect) {
        let frame = {
            let mut state = self.state.lock();
            state.picture.copy_from(canvas, dirty);
            state.frame += 1;
            let frame = state.frame;
            state.changes.push_back((frame, dirty));
            if state.changes.len() > HISTORY {
                state.changes.pop_front();
            }
            frame
        };
        self.newest.send_replace(frame);
    }

    /// Waits until there is a frame other than `after`.
    pub async fn newer_than(&self, after: u64) {
        let mut newest = self.newest.subscribe();
        // The sender lives as long as `self`, so this cannot fail while it is borrowed.
        let _ = newest.wait_for(|frame| *frame != after).await;
    }

    pub fn picture(&self) -> Rgb {
        self.state.lock().picture.clone()
    }

    /// What a viewer at frame `after` needs (all of it when that is 0, long ago, or from before a
    /// restart). Encodes; not for the server's own thread.
    pub fn since(&self, after: u64) -> Result<Piece, image::ImageError> {
        // Held while encoding, so that viewers at the same frame share one piece of work.
        let mut last = self.last.lock();
        let (frame, rect, picture) = {
            let state = self.state.lock();
            if let Some((from, piece)) = &*last
                && *from == after
                && piece.frame == state.frame
            {
                return Ok(piece.clone());
            }
            let rect = state.changed_since(after);
            (state.frame, rect, state.picture.crop(rect))
        };
        let (mime, bytes) = if picture.flatness() >= FLAT {
            ("image/png", picture.to_png()?)
        } else {
            ("image/jpeg", picture.to_jpeg(JPEG_QUALITY)?)
        };
        let piece = Piece {
            frame,
            rect,
            mime,
            bytes: bytes.into(),
        };
        *last = Some((after, piece.clone()));
        Ok(piece)
    }
}

impl State {
    fn changed_since(&self, after: u64) -> Rect {
        let all = Rect {
            x: 0,
            y: 0,
            width: self.picture.width,
            height: self.picture.height,
        };
        let known = self
            .changes
            .front()
            .is_some_and(|(oldest, _)| after > 0 && after + 1 >= *oldest);
        if !known || after > self.frame {
            return all;
        }
        let newer = self.changes.iter().filter(|(frame, _)| *frame > after);
        let rect = newer.fold(Rect::default(), |union, (_, rect)| union.union(*rect));
        let rect = rect.within(all.width, all.height);
        if rect.is_empty() { all } else { rect }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: u32) -> Rect {
        Rect {
            x,
            y: 0,
            width: 8,
            height: 8,
        }
    }

    #[test]
    fn a_viewer_gets_what_changed_since_its_frame_and_a_late_one_everything() {
        let mirror = Mirror::new(Rgb::black(640, 16));
        let canvas = Canvas::new(640, 16);
        mirror.update(&canvas, square(0));
        mirror.update(&canvas, square(20));
        let piece = mirror.since(2).unwrap();
        assert_eq!((piece.frame, piece.rect), (3, square(20)));
        assert_eq!(mirror.since(1).unwrap().rect.width, 28);
        assert_eq!(mirror.since(0).unwrap().rect.width, 640);
        // Numbers from before a restart of the TV.
        assert_eq!(mirror.since(1_000).unwrap().rect.width, 640);
        for _ in 0..=HISTORY {
            mirror.update(&canvas, square(40));
        }
        assert_eq!(mirror.since(2).unwrap().rect.width, 640);
    }

    #[test]
    fn drawn_pieces_are_exact_and_noisy_ones_small() {
        let mut noise = Rgb::black(256, 256);
        let mut seed = 1_u32;
        for byte in &mut noise.bytes {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *byte = (seed >> 24) as u8;
        }
        assert_eq!(Mirror::new(noise).since(0).unwrap().mime, "image/jpeg");
        let flat = Mirror::new(Rgb::black(256, 256)).since(0).unwrap();
        assert_eq!(flat.mime, "image/png");
    }
}
