//! Fills `ServicesAdapter`.

use slint::ComponentHandle;
use tv_ui::{AskedRow, ScreenKind, ServiceTile, ServicesAdapter};

use super::{Row, Services};
use crate::screens::icons::glyph;
use crate::screens::kit::view::{fill, state};
use crate::screens::request::view::asked;
use crate::screens::view::{Canvas, Draw, index, int};

impl Draw for Services {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Services
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<ServicesAdapter<'_>>();
        adapter.set_suggestions(self.is_of_suggestions());
        adapter.set_title(self.title().into());
        adapter.set_state(state(self.state()));
        adapter.set_back_focused(self.on_back());
        let tiles = self.tiles().map(|(digit, category)| ServiceTile {
            digit: int(digit),
            icon: glyph(&category.icon).into(),
            title: (&category.title).into(),
        });
        fill(&adapter.get_tiles(), tiles.collect(), |tiles| {
            adapter.set_tiles(tiles);
        });
        adapter.set_tile(index(self.focused_tile()));
        let (rows, first) = self.rows();
        let rows = rows.iter().map(|row| match row {
            Row::Asked(one) => asked(one, self.now()),
            Row::All(count) => AskedRow {
                is_all: true,
                count: int(count.unwrap_or(0)),
                ..AskedRow::default()
            },
        });
        fill(&adapter.get_rows(), rows.collect(), |rows| {
            adapter.set_rows(rows);
        });
        adapter.set_row(index(self.focused_row()));
        adapter.set_first(int(first));
        adapter.set_total(int(self.total()));
    }
}
