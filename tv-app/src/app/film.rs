//! The pictures of a programme on their way to the window.

use std::any::Any;
use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;

use media_player::{Frame, FrameData, PictureMemory};
use parking_lot::Mutex;
use slint::{Image, Rgb8Pixel, SharedPixelBuffer};

type Buffer = SharedPixelBuffer<Rgb8Pixel>;

/// Memory that the player paints into and the window shows: a picture of 1920×1080 is 6 MB, and to
/// copy it, or to get and clear so much, 30 times a second costs more than to show it.
#[derive(Default)]
struct Store(Mutex<Spare>);

#[derive(Default)]
struct Spare {
    /// The one that was given back first comes first: the window has surely let it go.
    buffers: VecDeque<Buffer>,
    /// Something is being shown; otherwise what comes back is not kept.
    keeps: bool,
}

impl Store {
    fn sheet(self: &Arc<Self>, width: u32, height: u32) -> Sheet {
        let fitting = {
            let mut spare = self.0.lock();
            // Those of another size are from another programme.
            spare
                .buffers
                .retain(|buffer| (buffer.width(), buffer.height()) == (width, height));
            spare.buffers.pop_front()
        };
        Sheet {
            buffer: fitting.unwrap_or_else(|| Buffer::new(width, height)),
            store: Arc::clone(self),
        }
    }
}

/// Memory for one picture; goes back where it came from when nobody needs the picture any more.
struct Sheet {
    buffer: Buffer,
    store: Arc<Store>,
}

impl AsRef<[u8]> for Sheet {
    fn as_ref(&self) -> &[u8] {
        self.buffer.as_bytes()
    }
}

impl AsMut<[u8]> for Sheet {
    /// Should the window still hold the memory, it keeps it, and this is a copy.
    fn as_mut(&mut self) -> &mut [u8] {
        self.buffer.make_mut_bytes()
    }
}

impl Drop for Sheet {
    fn drop(&mut self) {
        let mut spare = self.store.0.lock();
        if spare.keeps {
            let buffer = mem::replace(&mut self.buffer, Buffer::new(0, 0));
            spare.buffers.push_back(buffer);
        }
    }
}

/// What is shown, and the memory for what comes next.
#[derive(Default)]
pub(super) struct Film {
    store: Arc<Store>,
    /// The newest picture and the one before it, which the window lets go when it next paints.
    shown: [Option<FrameData>; 2],
}

impl Film {
    /// The memory a player is to paint into, so that nothing is copied here.
    pub(super) fn memory(&self) -> PictureMemory {
        let store = Arc::clone(&self.store);
        Arc::new(move |width, height| Box::new(store.sheet(width, height)))
    }

    /// Whether there was a picture.
    pub(super) fn holds_any(&self) -> bool {
        self.shown.iter().any(Option::is_some)
    }

    /// The picture as the window shows it. Copied if it is not in [`Self::memory`].
    pub(super) fn show(&mut self, frame: Frame) -> Image {
        self.store.0.lock().keeps = true;
        let (image, data) = match image_of(&frame.data) {
            Some(image) => (image, frame.data),
            None => {
                let mut sheet = self.store.sheet(frame.width, frame.height);
                let (from, to) = ((*frame.data).as_ref(), sheet.as_mut());
                if from.len() == to.len() {
                    to.copy_from_slice(from);
                } else {
                    tracing::error!(
                        bytes = from.len(),
                        wanted = to.len(),
                        "a picture of another size than it says"
                    );
                }
                let image = Image::from_rgb8(sheet.buffer.clone());
                (image, Arc::new(sheet) as FrameData)
            }
        };
        let [newest, before] = &mut self.shown;
        *before = newest.replace(data);
        image
    }

    /// Nothing is shown any more: gives all memory back.
    pub(super) fn clear(&mut self) {
        let buffers = {
            let mut spare = self.store.0.lock();
            spare.keeps = false;
            mem::take(&mut spare.buffers)
        };
        drop(buffers);
        self.shown = [None, None];
    }
}

fn image_of(data: &FrameData) -> Option<Image> {
    let data: &dyn Any = &**data;
    let sheet = data.downcast_ref::<Sheet>()?;
    Some(Image::from_rgb8(sheet.buffer.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of one colour in the film's memory, as the player makes it.
    fn painted(film: &Film, value: u8, width: u32, height: u32) -> Frame {
        let mut pixels = film.memory()(width, height);
        (*pixels).as_mut().fill(value);
        frame(pixels.into(), width, height)
    }

    fn frame(data: FrameData, width: u32, height: u32) -> Frame {
        Frame {
            width,
            height,
            data,
            position_ms: 0,
        }
    }

    fn bytes(image: &Image) -> Vec<u8> {
        image.to_rgb8().unwrap().as_bytes().to_vec()
    }

    fn address(image: &Image) -> *const u8 {
        image.to_rgb8().unwrap().as_bytes().as_ptr()
    }

    #[test]
    fn what_the_player_painted_is_shown_without_copying() {
        let mut film = Film::default();
        let picture = painted(&film, 9, 2, 2);
        let place = (*picture.data).as_ref().as_ptr();
        let image = film.show(picture);
        assert_eq!(address(&image), place);
        assert_eq!(bytes(&image), [9; 12]);
    }

    #[test]
    fn a_picture_that_is_shown_is_not_painted_over() {
        let mut film = Film::default();
        // The window holds every one of them, longer than it ever does.
        let images: Vec<Image> = (0..8)
            .map(|value| {
                let picture = painted(&film, value, 2, 2);
                film.show(picture)
            })
            .collect();
        for (value, image) in (0_u8..).zip(&images) {
            assert_eq!(bytes(image), [value; 12]);
        }
    }

    #[test]
    fn the_memory_is_used_again() {
        let mut film = Film::default();
        let mut places = std::collections::HashSet::new();
        // What the window paints from until it paints again.
        let mut seen = Image::default();
        for value in 0..50 {
            let picture = painted(&film, value, 2, 2);
            // The player has painted the next one before this one is fetched, and dropped one.
            drop(painted(&film, value, 2, 2));
            let image = film.show(picture);
            places.insert(address(&image));
            assert_eq!(bytes(&image), [value; 12]);
            seen = image;
        }
        assert_eq!(bytes(&seen), [49; 12]);
        assert!(places.len() <= 5, "{}", places.len());
    }

    #[test]
    fn a_picture_from_elsewhere_is_copied() {
        let mut film = Film::default();
        for value in 0..10_u8 {
            let image = film.show(frame(Arc::new(vec![value; 18]), 3, 2));
            assert_eq!(bytes(&image), [value; 18]);
        }
    }

    #[test]
    fn a_programme_of_another_size_gets_other_memory() {
        let mut film = Film::default();
        for (width, value) in [(2, 1), (2, 2), (4, 3), (4, 4), (2, 5)] {
            let picture = painted(&film, value, width, 2);
            let spare = film.store.0.lock().buffers.clone();
            assert!(spare.iter().all(|buffer| buffer.width() == width));
            let image = film.show(picture);
            assert_eq!(image.size().width, width);
            assert_eq!(bytes(&image), vec![value; width as usize * 6]);
        }
    }

    #[test]
    fn nothing_is_kept_when_nothing_is_shown() {
        let mut film = Film::default();
        for value in 0..5 {
            let picture = painted(&film, value, 2, 2);
            film.show(picture);
        }
        assert!(film.holds_any());
        assert!(!film.store.0.lock().buffers.is_empty());
        let late = painted(&film, 6, 2, 2);
        film.clear();
        drop(late);
        assert!(!film.holds_any());
        assert!(film.store.0.lock().buffers.is_empty());
    }
}
