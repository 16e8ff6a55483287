//! Fills `BranchesAdapter`.

use slint::ComponentHandle;
use tv_ui::{BranchRow, BranchesAdapter, ScreenKind};

use super::Branches;
use crate::screens::kit::list::ListScreen;
use crate::screens::kit::view::{fill, focus_at, page};
use crate::screens::view::{Canvas, Draw, int};

impl Draw for Branches {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Branches
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<BranchesAdapter<'_>>();
        let listing = self.listing();
        adapter.set_page(page(self.list().pager(), &listing.title, &listing.about));
        adapter.set_focus_at(focus_at(self.list().pager()));
        let rows = self.list().visible().iter().map(|row| BranchRow {
            name: (&row.branch.organization.name).into(),
            secretary: (&row.branch.secretary).into(),
            members: int(row.branch.members),
            own: row.own,
        });
        fill(&adapter.get_rows(), rows.collect(), |rows| {
            adapter.set_rows(rows);
        });
    }
}
