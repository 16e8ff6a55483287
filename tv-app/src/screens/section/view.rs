//! Fills `SectionAdapter`.

use contract::township::ListingKind;
use slint::ComponentHandle;
use tv_ui::{ScreenKind, SectionAdapter, TileData};

use super::Section;
use crate::screens::icons;
use crate::screens::kit::list::ListScreen;
use crate::screens::kit::view::{fill, page};
use crate::screens::view::{Canvas, Draw, int};

impl Draw for Section {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Section
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<SectionAdapter<'_>>();
        adapter.set_page(page(self.list().pager(), self.title(), ""));
        let tiles = self.list().visible().iter().map(|tile| TileData {
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
        fill(&adapter.get_rows(), tiles.collect(), |rows| {
            adapter.set_rows(rows);
        });
    }
}
