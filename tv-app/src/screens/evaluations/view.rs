//! Fills `EvaluationsAdapter`.

use slint::ComponentHandle;
use tv_ui::{EvaluationRow, EvaluationsAdapter, ScreenKind, VoteStage};

use super::{Evaluations, Row};
use crate::cache::ServerTime;
use crate::screens::kit::list::ListScreen;
use crate::screens::kit::time::day;
use crate::screens::kit::view::{fill, focus_at, page};
use crate::screens::people_view::clock;
use crate::screens::view::{Canvas, Draw, to_day};
use crate::screens::voting::{Stage, in_one_line};

impl Draw for Evaluations {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Evaluations
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<EvaluationsAdapter<'_>>();
        let listing = self.listing();
        adapter.set_page(page(self.list().pager(), &listing.title, &listing.about));
        adapter.set_focus_at(focus_at(self.list().pager()));
        adapter.set_can_say(self.can_say());
        adapter.set_on_say(self.on_say());
        let visible = self.list().visible().iter();
        let rows = visible.map(|one| row(one, self.now()));
        fill(&adapter.get_rows(), rows.collect(), |rows| {
            adapter.set_rows(rows);
        });
    }
}

fn row(row: &Row, now: ServerTime) -> EvaluationRow {
    let at = match row.stage {
        Stage::Announced => row.evaluation.opens_at_ms,
        _ => row.evaluation.closes_at_ms,
    };
    EvaluationRow {
        title: (&row.evaluation.title).into(),
        stage: stage(row.stage),
        day: to_day(day(at, now)),
        clock: clock(at),
        missing: in_one_line(row.missing.iter().map(String::as_str)).into(),
        done: row.done,
    }
}

fn stage(stage: Stage) -> VoteStage {
    match stage {
        Stage::Open => VoteStage::Open,
        Stage::Announced => VoteStage::Announced,
        Stage::Counting | Stage::Unknown => VoteStage::Counting,
        Stage::Closed => VoteStage::Closed,
        Stage::Cancelled => VoteStage::Cancelled,
    }
}
