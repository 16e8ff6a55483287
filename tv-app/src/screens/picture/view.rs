//! Fills `PictureAdapter`, also for what else shows a picture on the whole screen.

use slint::{ComponentHandle, Image};
use tv_ui::{AppWindow, PictureAdapter, PictureTrouble, ScreenKind};

use super::{Magnifier, PictureScreen};
use crate::cache::Fit;
use crate::cache::pictures::{PictureKey, PictureState, Region};
use crate::screens::view::{self, Canvas, Draw, int};

impl Draw for PictureScreen {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Picture
    }

    fn magnifies(&self) -> bool {
        true
    }

    fn draw(
        &self,
        &Canvas {
            view,
            window,
            context,
        }: &Canvas<'_>,
    ) {
        let Some(picture) = self.picture() else {
            return;
        };
        // The original has more to see when magnified, but it may not have arrived yet.
        let image = if self.magnifier().zoom() == 1 {
            whole(view, &picture.screen.name).or_else(|| whole(view, &picture.thumb.name))
        } else {
            let original = picture.original.as_ref().and_then(|file| {
                let size = view.size_of(&file.name, context)?;
                view.region(&file.name, region(self.magnifier(), size))
            });
            original.or_else(|| {
                let size = (picture.width, picture.height);
                view.region(&picture.screen.name, region(self.magnifier(), size))
            })
        };
        let shown = Shown {
            magnifier: self.magnifier(),
            number: self.number(),
            caption: &picture.caption,
            name: &picture.screen.name,
        };
        fill(view, window, &shown, image);
    }
}

/// The screen in logical pixels.
const SCREEN: (f32, f32) = (1920.0, 1080.0);

/// What is looked at.
pub(in crate::screens) struct Shown<'a> {
    /// How.
    pub magnifier: &'a Magnifier,
    /// Its number, from 1, and how many there are.
    pub number: (usize, usize),
    /// What is said of it.
    pub caption: &'a str,
    /// The name under which it is decoded.
    pub name: &'a str,
}

/// A picture on the whole screen, if it is decoded already.
pub(in crate::screens) fn whole(view: &view::View, name: &str) -> Option<Image> {
    view.image(name, SCREEN.0, SCREEN.1, Fit::Contain)
}

/// The part in view of a picture of this size: as much of it as the screen has room for, also where it is
/// narrower or lower than the screen as a whole.
pub(in crate::screens) fn region(magnifier: &Magnifier, size: (u32, u32)) -> Region {
    #[expect(
        clippy::cast_precision_loss,
        reason = "pictures are some thousand pixels wide"
    )]
    let (width, height) = (size.0.max(1) as f32, size.1.max(1) as f32);
    let view = magnifier.view();
    let fit = (SCREEN.0 / width).min(SCREEN.1 / height);
    let part = |from: f32, length: f32, screen: f32| {
        let share = (view.share * screen / (fit * length)).min(1.0);
        let from = (from + (view.share - share) / 2.0).clamp(0.0, 1.0 - share);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "shares of a picture's size"
        )]
        let pixels = |share: f32| (share * length).round() as u32;
        (pixels(from), pixels(share).max(1))
    };
    let (x, width) = part(view.x, width, SCREEN.0);
    let (y, height) = part(view.y, height, SCREEN.1);
    Region {
        x,
        y,
        width,
        height,
    }
}

/// Fills the adapter. Until there is an image it says what is waited for.
pub(in crate::screens) fn fill(
    view: &view::View,
    window: &AppWindow,
    shown: &Shown<'_>,
    image: Option<Image>,
) {
    let adapter = window.global::<PictureAdapter<'_>>();
    let zoom = shown.magnifier.zoom();
    adapter.set_number(int(shown.number.0));
    adapter.set_total(int(shown.number.1));
    adapter.set_caption(shown.caption.into());
    #[expect(clippy::cast_precision_loss, reason = "the zoom is 1, 2 or 4")]
    adapter.set_zoom(zoom as f32);
    adapter.set_more(shown.magnifier.can_magnify());
    adapter.set_bar(shown.magnifier.shows_bar());
    let key = PictureKey {
        name: shown.name.to_owned(),
        width: 1920,
        height: 1080,
        fit: Fit::Contain,
    };
    adapter.set_trouble(match view.pictures.state(&key) {
        PictureState::Missing => PictureTrouble::Missing,
        PictureState::Broken => PictureTrouble::Broken,
        PictureState::Ready | PictureState::Waiting => PictureTrouble::None,
    });
    // While the magnified part is being decoded the picture before stays.
    if let Some(image) = image {
        adapter.set_picture(image);
        adapter.set_has_picture(true);
    } else if zoom == 1 {
        adapter.set_has_picture(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::{Press, RemoteKey};
    use crate::screens::tests::World;

    /// After these keys.
    fn magnified(keys: &[RemoteKey]) -> Magnifier {
        let world = World::new(contract::terminal::TerminalKind::Household);
        let mut magnifier = Magnifier::new();
        for key in keys {
            world.with(|context| magnifier.key(*key, Press::Down, context));
        }
        magnifier
    }

    #[test]
    fn a_picture_that_is_magnified_fills_the_screen_whatever_its_shape() {
        use RemoteKey::{Down, Left, Ok, Right};
        let whole = |width, height| Region {
            x: 0,
            y: 0,
            width,
            height,
        };
        assert_eq!(region(&magnified(&[]), (1_000, 2_000)), whole(1_000, 2_000));
        // A sheet of paper is as high as the screen, and narrower.
        let sheet = (1_000, 1_600);
        let twice = region(&magnified(&[Ok]), sheet);
        assert_eq!((twice.x, twice.width), (0, 1_000), "all of its width");
        assert_eq!((twice.y, twice.height), (400, 800));
        let below = region(&magnified(&[Ok, Down, Down, Down]), sheet);
        assert_eq!((below.y, below.height), (800, 800), "to its lower edge");
        let four = region(&magnified(&[Ok, Ok]), sheet);
        assert_eq!(
            (four.width, four.height),
            (711, 400),
            "as wide as the screen"
        );
        let right = region(
            &magnified(&[Ok, Ok, Right, Right, Right, Right, Right]),
            sheet,
        );
        assert_eq!(right.x + right.width, 1_000);
        let left = region(&magnified(&[Ok, Ok, Left, Left, Left, Left, Left]), sheet);
        assert_eq!(left.x, 0);
        let wide = region(&magnified(&[Ok]), (3_840, 1_080));
        assert_eq!((wide.width, wide.height), (1_920, 1_080));
        assert!(magnified(&[Ok]).can_magnify());
        assert!(!magnified(&[Ok, Ok]).can_magnify(), "no key says so");
    }
}
