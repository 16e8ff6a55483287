//! Fills `TableAdapter`.

use std::rc::Rc;

use slint::{ComponentHandle, ModelRc, VecModel};
use tv_ui::{AppWindow, TableAdapter, TableRowData};

use super::TableScreen;
use crate::screens::view::{Lists, View, cells, fill, int, model};

pub(in crate::screens) fn bind(window: &AppWindow, lists: &Lists) {
    let adapter = window.global::<TableAdapter<'_>>();
    adapter.set_head(model(&lists.head));
    adapter.set_rows(model(&lists.table));
}

pub(in crate::screens) fn show(view: &View, window: &AppWindow, screen: &TableScreen) {
    let adapter = window.global::<TableAdapter<'_>>();
    adapter.set_title(screen.title().into());
    adapter.set_back_focused(screen.on_back());
    adapter.set_head_height(screen.head_height());
    adapter.set_frozen_width(screen.head().first().map_or(0.0, |cell| cell.width));
    adapter.set_table_width(screen.head().last().map_or(0.0, |cell| cell.x + cell.width));
    let (left, right) = screen.more();
    adapter.set_more_left(left);
    adapter.set_more_right(right);
    adapter.set_first(int(screen.first_row()));
    adapter.set_total(int(screen.total()));
    fill(&view.lists.head, cells(&screen.head()));
    let visible = screen.rows();
    adapter.set_rows_height(visible.last().map_or(0.0, |row| row.y + row.height));
    let focused = screen.focused_row();
    let rows = visible.into_iter().map(|row| TableRowData {
        cells: ModelRc::from(Rc::new(VecModel::from(cells(&row.cells)))),
        y: row.y,
        height: row.height,
        focused: focused == Some(row.index),
        shade: row.index % 2 == 1,
    });
    fill(&view.lists.table, rows.collect());
}
