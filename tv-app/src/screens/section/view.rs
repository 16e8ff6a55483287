//! Fills `SectionAdapter`.

use contract::township::ListingKind;
use slint::ComponentHandle;
use tv_ui::{AppWindow, ScreenKind, SectionAdapter, TileData};

use super::Section;
use crate::screens::icons;
use crate::screens::view::{Canvas, Draw, Lists, fill, index, int, model};

impl Draw for Section {
    fn bind(window: &AppWindow, lists: &Lists) {
        window
            .global::<SectionAdapter<'_>>()
            .set_tiles(model(&lists.tiles));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Section
    }

    fn draw(&self, &Canvas { view, window, .. }: &Canvas<'_>) {
        let adapter = window.global::<SectionAdapter<'_>>();
        let visible = self.window().visible();
        adapter.set_title(self.title().into());
        adapter.set_back_focused(self.window().on_back());
        adapter.set_focused(index(self.window().focused().map(|at| at - visible.start)));
        adapter.set_first(int(visible.start));
        adapter.set_total(int(self.window().total()));
        let tiles = self.tiles()[visible].iter().map(|tile| TileData {
            title: (&tile.title).into(),
            icon: tile
                .kind
                .map_or(icons::glyph("people"), icons::of_listing)
                .into(),
            roll_calls: tile.kind.is_none(),
            meetings: tile.kind == Some(ListingKind::Meetings),
            duty: tile.kind == Some(ListingKind::Duty),
            count: int(tile.count),
            unread: int(tile.unread),
        });
        fill(&view.lists.tiles, tiles.collect());
    }
}
