//! Fills `SectionAdapter`.

use contract::township::ListingKind;
use slint::ComponentHandle;
use tv_ui::{AppWindow, SectionAdapter, TileData};

use super::Section;
use crate::screens::icons;
use crate::screens::view::{Lists, View, fill, index, int, model};

pub(in crate::screens) fn bind(window: &AppWindow, lists: &Lists) {
    window
        .global::<SectionAdapter<'_>>()
        .set_tiles(model(&lists.tiles));
}

pub(in crate::screens) fn show(view: &View, window: &AppWindow, section: &Section) {
    let adapter = window.global::<SectionAdapter<'_>>();
    let visible = section.window().visible();
    adapter.set_title(section.title().into());
    adapter.set_back_focused(section.window().on_back());
    adapter.set_focused(index(
        section.window().focused().map(|at| at - visible.start),
    ));
    adapter.set_first(int(visible.start));
    adapter.set_total(int(section.window().total()));
    let tiles = section.tiles()[visible].iter().map(|tile| TileData {
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
