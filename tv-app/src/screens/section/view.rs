//! Fills `SectionAdapter`.

use slint::ComponentHandle;
use tv_ui::{ScreenKind, SectionAdapter, TileCount, TileData};

use super::Section;
use crate::screens::kit::list::ListScreen;
use crate::screens::kit::view::{fill, page};
use crate::screens::listings::Counted;
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
            icon: tile.icon.into(),
            counted: match tile.counted {
                Counted::Documents => TileCount::Documents,
                Counted::Meetings => TileCount::Meetings,
                Counted::Rooms => TileCount::Rooms,
                Counted::RollCalls => TileCount::RollCalls,
                Counted::Branches => TileCount::Branches,
                Counted::Services => TileCount::Services,
                Counted::Evaluations => TileCount::Evaluations,
            },
            count: int(tile.tally.count),
            fresh: int(tile.tally.fresh),
        });
        fill(&adapter.get_rows(), tiles.collect(), |rows| {
            adapter.set_rows(rows);
        });
    }
}
