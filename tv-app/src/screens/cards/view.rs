//! Fills `CardsAdapter`.

use slint::ComponentHandle;
use tv_ui::{CardData, CardsAdapter, LargeCard, ScreenKind};

use super::{Card, Cards};
use crate::cache::Fit;
use crate::screens::kit::time::day;
use crate::screens::kit::view::{fill, focus_at, page};
use crate::screens::view::{Canvas, Corners, Draw, View, int, to_day};

impl Draw for Cards {
    fn kind(&self) -> ScreenKind {
        if self.are_portraits() {
            ScreenKind::Honours
        } else {
            ScreenKind::Programmes
        }
    }

    fn draw(
        &self,
        &Canvas {
            view,
            window,
            context,
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<CardsAdapter<'_>>();
        let listing = self.listing();
        adapter.set_page(page(self.page(), &listing.title, &listing.about));
        adapter.set_focus_at(focus_at(self.page()));
        adapter.set_portraits(self.are_portraits());
        adapter.set_on_more(self.on_more());
        if let Some((at, card)) = self.large() {
            let (width, height) = (
                adapter.get_large_picture_width(),
                adapter.get_large_height(),
            );
            adapter.set_place(int(at + 1));
            adapter.set_large(LargeCard {
                card: view.cut_card(card, width, height, self.large_corners()),
                about_count: int(card.about.chars().count()),
                day: to_day(day(card.published_at_ms, context.now)),
                resume_ms: int(card.resume_ms),
            });
            let room = usize::try_from(adapter.get_about_room()).unwrap_or(0);
            adapter.set_about(shortened(&card.about, room).into());
        }
        let places = usize::try_from(adapter.get_places()).unwrap_or(0);
        let cards = self.following(places).enumerate().map(|(at, card)| {
            let (width, height) = if at == 0 && adapter.get_has_second() {
                (adapter.get_second_width(), adapter.get_second_picture())
            } else {
                (adapter.get_picture_width(), adapter.get_picture_height())
            };
            let corners = match (self.are_portraits(), adapter.get_roomy()) {
                (true, _) if at == 0 && adapter.get_has_second() => Corners::Top,
                (false, true) => Corners::Top,
                (true, _) | (false, false) => Corners::Left,
            };
            view.cut_card(card, width, height, corners)
        });
        fill(&adapter.get_rows(), cards.collect(), |rows| {
            adapter.set_rows(rows);
        });
    }
}

/// As many characters as there is room for.
fn shortened(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let Some(kept) = room.checked_sub(1) else {
        return String::new();
    };
    text.chars().take(kept).chain(['…']).collect()
}

impl Cards {
    /// A face stands at the left, a film at the right.
    fn large_corners(&self) -> Corners {
        if self.are_portraits() {
            Corners::Left
        } else {
            Corners::Right
        }
    }
}

impl View {
    /// A card as its component draws it.
    pub(in crate::screens) fn card(&self, card: &Card, width: f32, height: f32) -> CardData {
        self.cut_card(card, width, height, Corners::Square)
    }

    /// The same with corners of its picture cut.
    fn cut_card(&self, card: &Card, width: f32, height: f32, corners: Corners) -> CardData {
        let picture = card.picture.as_ref();
        let picture = self.cut_row_image(picture, width, height, Fit::Cover, corners);
        CardData {
            title: (&card.title).into(),
            note: (&card.organization).into(),
            minutes: if card.duration_ms > 0 {
                int((card.duration_ms + 59_999) / 60_000)
            } else {
                0
            },
            has_picture: picture.is_some(),
            picture: picture.unwrap_or_default(),
            progress: card.progress,
            finished: card.finished,
            kept: card.kept,
        }
    }
}
