//! Fills `ResultAdapter`.

use slint::ComponentHandle;
use tv_ui::{ResultAdapter, ResultPiece, ResultPieceKind as Kind, ScreenKind};

use super::{Piece, PieceKind, ResultScreen};
use crate::cache::ServerTime;
use crate::screens::kit::time::day;
use crate::screens::kit::view::fill;
use crate::screens::people_view::{percent, rate};
use crate::screens::view::{Canvas, Draw, gone, int, to_day};

impl Draw for ResultScreen {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Result
    }

    fn draw(
        &self,
        &Canvas {
            window, context, ..
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<ResultAdapter<'_>>();
        let reading = self.reading();
        adapter.set_missing(gone(self.missing()));
        adapter.set_title(
            self.evaluation()
                .map(|one| (&one.title).into())
                .unwrap_or_default(),
        );
        adapter.set_back_focused(reading.on_back());
        adapter.set_text_focused(reading.on_text() && self.missing().is_none());
        adapter.set_row_focused(reading.focused().is_some());
        adapter.set_beside(self.is_beside());
        if let Some((one, result)) = self
            .evaluation()
            .and_then(|one| Some((one, one.result.as_ref()?)))
        {
            adapter.set_entitled(int(result.entitled));
            adapter.set_took_part(int(result.took_part));
            adapter.set_rate(turnout(result.took_part, result.entitled));
            adapter.set_on_paper(result.on_paper.map_or(-1, int));
            adapter.set_closed(to_day(day(one.closes_at_ms, context.now)));
            adapter.set_small(self.leaves_out());
            adapter.set_turnout_spoken(self.spoken().1 == Some(0));
        }
        let (y, height) = reading.bar().unwrap_or_default();
        adapter.set_bar_y(y);
        adapter.set_bar_height(height);
        let (first, shown) = reading.position();
        adapter.set_first(first);
        adapter.set_shown(shown);
        adapter.set_speaking(self.spoken().0);
        let pieces = self.visible().map(|one| piece(self, one, context.now));
        fill(&adapter.get_pieces(), pieces.collect(), |pieces| {
            adapter.set_pieces(pieces);
        });
    }
}

fn piece(screen: &ResultScreen, piece: &Piece, now: ServerTime) -> ResultPiece {
    let of = |kind: Kind| ResultPiece {
        kind,
        y: piece.y - screen.reading().scroll(),
        height: piece.height,
        spoken: piece.sentence.is_some() && piece.sentence == screen.spoken().1,
        ..ResultPiece::default()
    };
    let text = |kind, text: &String| ResultPiece {
        text: text.into(),
        ..of(kind)
    };
    match &piece.kind {
        PieceKind::Paper(count) => ResultPiece {
            count: int(*count),
            ..of(Kind::Paper)
        },
        PieceKind::Turnout(entitled, took_part) => ResultPiece {
            entitled: int(*entitled),
            took_part: int(*took_part),
            rate: turnout(*took_part, *entitled),
            ..of(Kind::Turnout)
        },
        PieceKind::Closed(at_ms) => ResultPiece {
            day: to_day(day(*at_ms, now)),
            ..of(Kind::Closed)
        },
        PieceKind::Passed(true) => of(Kind::Passed),
        PieceKind::Passed(false) => of(Kind::Failed),
        PieceKind::Rule(line) => text(Kind::Rule, line),
        PieceKind::Small => of(Kind::Small),
        PieceKind::Question(line) => text(Kind::Question, line),
        PieceKind::Row(line) => text(Kind::Row, line),
        PieceKind::Answered(count) => ResultPiece {
            count: int(*count),
            ..of(Kind::Answered)
        },
        PieceKind::Bar(cell, share) => ResultPiece {
            count: cell.count.map_or(-1, int),
            share: share.unwrap_or_default(),
            percent: share.map(hundredths).map(percent).unwrap_or_default(),
            ..text(Kind::Bar, &cell.label)
        },
        PieceKind::FollowUp => ResultPiece {
            focused: screen.reading().focused().is_some(),
            ..of(Kind::FollowUp)
        },
    }
}

/// How many of those who were asked took part.
fn turnout(took_part: u32, entitled: u32) -> slint::SharedString {
    rate(
        usize::try_from(took_part).unwrap_or_default(),
        usize::try_from(entitled).unwrap_or_default(),
    )
}

/// Hundredths of a percent.
fn hundredths(share: f32) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to 10,000"
    )]
    let hundredths = (share.clamp(0.0, 1.0) * 10_000.0).round() as usize;
    hundredths
}
