//! Fills `PictureAdapter`.

use slint::ComponentHandle;
use tv_ui::{PictureAdapter, ScreenKind};

use super::PictureScreen;
use crate::cache::Fit;
use crate::cache::pictures::{PictureKey, PictureState, Region};
use crate::screens::view::{Canvas, Draw, int};

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
        let adapter = window.global::<PictureAdapter<'_>>();
        let Some(picture) = self.picture() else {
            return;
        };
        let (number, total) = self.number();
        adapter.set_number(int(number));
        adapter.set_total(int(total));
        adapter.set_caption((&picture.caption).into());
        #[expect(clippy::cast_precision_loss, reason = "the zoom is 1, 2 or 4")]
        adapter.set_zoom(self.zoom() as f32);
        adapter.set_bar(self.shows_bar());
        // The original has more to see when magnified, but it may not have arrived yet.
        let whole = view.image(&picture.screen.name, 1920.0, 1080.0, Fit::Contain);
        let image = if self.zoom() == 1 {
            whole.or_else(|| view.image(&picture.thumb.name, 1920.0, 1080.0, Fit::Contain))
        } else {
            let part = |width: u32, height: u32| {
                let view = self.view();
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
            };
            let original = picture.original.as_ref().and_then(|file| {
                let (width, height) = view.size_of(&file.name, context)?;
                view.region(&file.name, part(width, height))
            });
            original
                .or_else(|| view.region(&picture.screen.name, part(picture.width, picture.height)))
        };
        let key = PictureKey {
            name: picture.screen.name.clone(),
            width: 1920,
            height: 1080,
            fit: Fit::Contain,
        };
        adapter.set_failed(matches!(
            view.pictures.state(&key),
            PictureState::Missing | PictureState::Broken
        ));
        // While the magnified part is being decoded the picture before stays.
        if let Some(image) = image {
            adapter.set_picture(image);
            adapter.set_has_picture(true);
        } else if self.zoom() == 1 {
            adapter.set_has_picture(false);
        }
    }
}
