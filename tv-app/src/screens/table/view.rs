//! Fills `TableAdapter`.

use std::rc::Rc;

use slint::{ComponentHandle, ModelRc, VecModel};
use tv_ui::{AppWindow, ScreenKind, TableAdapter, TableRowData};

use super::TableScreen;
use crate::screens::bulletin::view::cells;
use crate::screens::view::{Canvas, Draw, Lists, fill, int, model};

impl Draw for TableScreen {
    fn bind(window: &AppWindow, lists: &Lists) {
        let adapter = window.global::<TableAdapter<'_>>();
        adapter.set_head(model(&lists.head));
        adapter.set_rows(model(&lists.table));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Table
    }

    fn draw(&self, &Canvas { view, window, .. }: &Canvas<'_>) {
        let adapter = window.global::<TableAdapter<'_>>();
        adapter.set_title(self.title().into());
        adapter.set_back_focused(self.on_back());
        adapter.set_head_height(self.head_height());
        adapter.set_frozen_width(self.head().first().map_or(0.0, |cell| cell.width));
        adapter.set_table_width(self.head().last().map_or(0.0, |cell| cell.x + cell.width));
        let (left, right) = self.more();
        adapter.set_more_left(left);
        adapter.set_more_right(right);
        adapter.set_first(int(self.first_row()));
        adapter.set_total(int(self.total()));
        fill(&view.lists.head, cells(&self.head()));
        let visible = self.rows();
        adapter.set_rows_height(visible.last().map_or(0.0, |row| row.y + row.height));
        let rows = visible.into_iter().map(|row| TableRowData {
            cells: ModelRc::from(Rc::new(VecModel::from(cells(&row.cells)))),
            y: row.y,
            height: row.height,
            focused: row.focused,
            shade: row.index % 2 == 1,
        });
        fill(&view.lists.table, rows.collect());
    }
}
