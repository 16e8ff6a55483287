//! The pictures of a programme on their way to the window.

use slint::{Image, Rgba8Pixel, SharedPixelBuffer};

/// Two buffers that take turns: the one that is filled is never the one that is shown, so no
/// picture needs new memory. A picture of 1920×1080 is 8 MB, and to get and clear that 30 times a
/// second costs more than to copy it.
#[derive(Default)]
pub(super) struct Film {
    buffers: [Option<SharedPixelBuffer<Rgba8Pixel>>; 2],
    next: usize,
}

impl Film {
    /// Whether there was a picture.
    pub(super) fn holds_any(&self) -> bool {
        self.buffers.iter().any(Option::is_some)
    }

    /// Copies a picture of `width × height` RGBX pixels.
    pub(super) fn take_over(&mut self, bytes: &[u8], width: u32, height: u32) -> Image {
        let slot = &mut self.buffers[self.next];
        self.next = 1 - self.next;
        let buffer = match slot.take() {
            Some(mut buffer)
                if (buffer.width(), buffer.height()) == (width, height)
                    && buffer.as_bytes().len() == bytes.len() =>
            {
                buffer.make_mut_bytes().copy_from_slice(bytes);
                buffer
            }
            _ => SharedPixelBuffer::clone_from_slice(bytes, width, height),
        };
        Image::from_rgba8(slot.insert(buffer).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_byte(image: &Image) -> u8 {
        image.to_rgba8().unwrap().as_bytes()[0]
    }

    #[test]
    fn a_picture_that_is_shown_is_not_painted_over() {
        let mut film = Film::default();
        let first = film.take_over(&[1; 16], 2, 2);
        let second = film.take_over(&[2; 16], 2, 2);
        assert_eq!((first_byte(&first), first_byte(&second)), (1, 2));
        // Also when somebody still holds the first one.
        let third = film.take_over(&[3; 16], 2, 2);
        assert_eq!([&first, &second, &third].map(first_byte), [1, 2, 3]);
    }

    #[test]
    fn the_memory_is_used_again() {
        let mut film = Film::default();
        let address = |image: &Image| image.to_rgba8().unwrap().as_bytes().as_ptr();
        let first = address(&film.take_over(&[1; 16], 2, 2));
        film.take_over(&[2; 16], 2, 2);
        assert_eq!(address(&film.take_over(&[3; 16], 2, 2)), first);
    }

    #[test]
    fn a_programme_of_another_size_gets_other_buffers() {
        let mut film = Film::default();
        film.take_over(&[1; 16], 2, 2);
        film.take_over(&[2; 16], 2, 2);
        let image = film.take_over(&[3; 32], 4, 2);
        assert_eq!((image.size().width, first_byte(&image)), (4, 3));
    }
}
