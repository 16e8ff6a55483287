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
    view.image(name, 1920.0, 1080.0, Fit::Contain)
}

/// The part in view of a picture of this size.
pub(in crate::screens) fn region(magnifier: &Magnifier, (width, height): (u32, u32)) -> Region {
    let view = magnifier.view();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "shares of a picture's size"
    )]
    let scaled = |share: f32, length: u32| (share * length as f32).round() as u32;
    Region {
        x: scaled(view.x, width),
        y: scaled(view.y, height),
        width: scaled(view.share, width).max(1),
        height: scaled(view.share, height).max(1),
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
