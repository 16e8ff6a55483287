//! Fills `ReportFollowAdapter`.

use slint::ComponentHandle;
use tv_ui::{FollowStep, ReportFollowAdapter, ReportPiece, ReportPieceKind as Kind, ScreenKind};

use super::{Failure, Piece, PieceKind, ReportFollow, Step};
use crate::screens::Context;
use crate::screens::asked::{self, Stand};
use crate::screens::kit::time::day;
use crate::screens::kit::view::fill;
use crate::screens::people_view::clock;
use crate::screens::people_view::remark;
use crate::screens::request::view::{happened, stand};
use crate::screens::view::{Canvas, Draw, index, int, to_day};

impl Draw for ReportFollow {
    fn kind(&self) -> ScreenKind {
        ScreenKind::ReportFollow
    }

    fn draw(
        &self,
        &Canvas {
            window, context, ..
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<ReportFollowAdapter<'_>>();
        let (back, again) = self.focused();
        adapter.set_back_focused(back);
        adapter.set_again_focused(again);
        adapter.set_countdown(self.countdown().map_or(-1, int));
        let digits = self.digits().chars().map(|digit| digit.to_string().into());
        fill(&adapter.get_digits(), digits.collect(), |digits| {
            adapter.set_digits(digits);
        });
        let (typed, _, says) = self.typed();
        adapter.set_typed(int(typed));
        adapter.set_remark(remark(says));
        adapter.set_key(index(self.focused_key()));
        let wait = match self.failure() {
            Some(Failure::Wrong(ms) | Failure::Locked(ms)) => ms.div_ceil(60_000),
            _ => 0,
        };
        adapter.set_wait(int(wait));
        let report = self.report();
        let stands = report.map_or(Stand::Sending, |report| {
            asked::stand(report, None, context.now)
        });
        let (shown, due) = stand(stands);
        adapter.set_stand(shown);
        adapter.set_due_day(to_day(day(due, context.now)));
        adapter.set_due_clock(clock(due));
        adapter.set_office(
            report
                .map(|report| (&report.office.name).into())
                .unwrap_or_default(),
        );
        let reading = self.reading();
        adapter.set_text_focused(self.step() == Step::Shown && reading.on_text());
        adapter.set_speaking(self.is_speaking());
        let (y, height) = reading.bar().unwrap_or_default();
        adapter.set_bar_y(y);
        adapter.set_bar_height(height);
        let (first, shown) = reading.position();
        adapter.set_first(first);
        adapter.set_shown(shown);
        let pieces = self.visible().map(|piece| self.piece(piece, context));
        fill(&adapter.get_pieces(), pieces.collect(), |pieces| {
            adapter.set_pieces(pieces);
        });
        adapter.set_step(match self.step() {
            Step::Number => FollowStep::Number,
            Step::Pin => FollowStep::Pin,
            Step::Waiting | Step::Judging => FollowStep::Waiting,
            Step::Shown => FollowStep::Shown,
            Step::Judged => FollowStep::Judged,
            Step::Failed => match self.failure() {
                Some(Failure::Wrong(_)) => FollowStep::Wrong,
                Some(Failure::Locked(_)) => FollowStep::Locked,
                Some(Failure::NoNetwork) => FollowStep::NoNetwork,
                Some(Failure::Changed) => FollowStep::Changed,
                Some(Failure::Other) | None => FollowStep::Failed,
            },
        });
    }
}

impl ReportFollow {
    fn piece(&self, piece: &Piece, context: &Context<'_>) -> ReportPiece {
        let of = |kind| ReportPiece {
            kind,
            y: piece.y - self.reading().scroll(),
            height: piece.height,
            ..ReportPiece::default()
        };
        match &piece.kind {
            PieceKind::State => of(Kind::State),
            PieceKind::Verdict => of(Kind::Verdict),
            PieceKind::Text(text, _) => ReportPiece {
                text: text.into(),
                ..of(Kind::Text)
            },
            PieceKind::Entry(at) => {
                let entry = self.report().and_then(|report| report.history.get(*at));
                let entry = entry.cloned().unwrap_or_default();
                ReportPiece {
                    text: entry.who.into(),
                    what: happened(entry.what),
                    day: to_day(day(entry.at_ms, context.now)),
                    clock: clock(entry.at_ms),
                    ..of(Kind::Entry)
                }
            }
        }
    }
}
