//! Fills `TableAdapter`.

use std::rc::Rc;

use slint::{ComponentHandle, Model as _, ModelRc, VecModel};
use tv_ui::{AppWindow, CellData, HiddenColumns, ScreenKind, TableAdapter, TableRowData};

use super::{Cell, Hidden, TableScreen};
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
        let head = self.head();
        let edge = |cell: Option<&Cell>| cell.map_or(0.0, |cell| cell.x + cell.width);
        adapter.set_frozen_width(edge(head.first()));
        adapter.set_table_width(edge(head.last()));
        let (left, right) = self.hidden();
        adapter.set_left(columns(left));
        adapter.set_right(columns(right));
        adapter.set_first(int(self.first_row()));
        adapter.set_total(int(self.total()));
        adapter.set_more(self.has_more());
        adapter.set_speaking(self.is_speaking());
        fill(&view.lists.head, head.iter().map(data).collect());
        let visible = self.rows();
        adapter.set_rows_height(visible.last().map_or(0.0, |row| row.y + row.height));
        let rows = visible.iter().enumerate().map(|(at, row)| TableRowData {
            cells: cells(
                view.lists.table.row_data(at).map(|row| row.cells),
                &row.cells,
            ),
            y: row.y,
            height: row.height,
            focused: row.focused,
            sum: row.sum,
        });
        fill(&view.lists.table, rows.collect());
    }
}

fn columns(hidden: Option<Hidden<'_>>) -> HiddenColumns {
    hidden.map_or_else(HiddenColumns::default, |hidden| HiddenColumns {
        first: hidden.from.into(),
        last: hidden.to.into(),
        count: int(hidden.count),
    })
}

fn data(cell: &Cell) -> CellData {
    CellData {
        text: (&cell.text).into(),
        x: cell.x,
        width: cell.width,
        numeric: cell.numeric,
    }
}

/// The cells of a row: those that are shown already where they are the same, so that nothing is painted
/// again.
pub(in crate::screens) fn cells(
    shown: Option<ModelRc<CellData>>,
    cells: &[Cell],
) -> ModelRc<CellData> {
    let fresh: Vec<CellData> = cells.iter().map(data).collect();
    match shown {
        Some(shown) if shown.iter().eq(fresh.iter().cloned()) => shown,
        _ => ModelRc::from(Rc::new(VecModel::from(fresh))),
    }
}
