//! Fills `EvaluationAdapter`.

use slint::ComponentHandle;
use tv_ui::{
    EvaluationAdapter, EvaluationPiece, EvaluationPieceKind as Kind, ScreenKind, VoteLeads,
    VoteTimes, VoterStanding,
};

use super::{EvaluationScreen, Leads, Piece, PieceKind, Times};
use crate::screens::kit::time::day;
use crate::screens::kit::view::fill;
use crate::screens::people_view::clock;
use crate::screens::view::{Canvas, Draw, gone, int, to_day};
use crate::screens::voting::{Standing, Voter};

impl Draw for EvaluationScreen {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Evaluation
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<EvaluationAdapter<'_>>();
        let reading = self.reading();
        adapter.set_missing(gone(self.missing()));
        adapter.set_title(
            self.evaluation()
                .map(|one| (&one.title).into())
                .unwrap_or_default(),
        );
        let asks = self.objecting().is_some();
        adapter.set_back_focused(reading.on_back() && !asks);
        adapter.set_text_focused(reading.on_text() && !asks && self.missing().is_none());
        adapter.set_row_focused(reading.focused().is_some());
        adapter.set_objects(self.would_object());
        let (y, height) = reading.bar().unwrap_or_default();
        adapter.set_bar_y(y);
        adapter.set_bar_height(height);
        let (first, shown) = reading.position();
        adapter.set_first(first);
        adapter.set_shown(shown);
        adapter.set_speaking(self.spoken().0);
        let (name, answer) = self
            .objecting()
            .map(|(member, answer)| (member.name.as_str(), answer))
            .unwrap_or_default();
        adapter.set_objecting(name.into());
        adapter.set_answer(int(answer));
        let pieces = self.visible().map(|one| piece(self, one, asks));
        fill(&adapter.get_pieces(), pieces.collect(), |pieces| {
            adapter.set_pieces(pieces);
        });
    }
}

fn piece(screen: &EvaluationScreen, piece: &Piece, asks: bool) -> EvaluationPiece {
    let of = |kind: Kind| EvaluationPiece {
        kind,
        y: piece.y - screen.reading().scroll(),
        height: piece.height,
        focused: screen.is_focused(piece) && !asks,
        ..EvaluationPiece::default()
    };
    let text = |kind, text: &String| EvaluationPiece {
        text: text.into(),
        ..of(kind)
    };
    match &piece.kind {
        PieceKind::Asker(name) => text(Kind::Asker, name),
        PieceKind::Target(name) => text(Kind::Target, name),
        PieceKind::Times(when) => times(*when, screen, of(Kind::Times)),
        PieceKind::Named(named) => EvaluationPiece {
            named: *named,
            ..of(Kind::Named)
        },
        PieceKind::Questions(count) => EvaluationPiece {
            count: int(*count),
            ..of(Kind::Questions)
        },
        PieceKind::Button(leads) => EvaluationPiece {
            leads: match leads {
                Leads::Start => VoteLeads::Start,
                Leads::GoOn => VoteLeads::GoOn,
                Leads::Result => VoteLeads::Result,
            },
            ..of(Kind::Button)
        },
        PieceKind::Heading => of(Kind::Heading),
        PieceKind::NotDelivered => of(Kind::NotDelivered),
        PieceKind::AskHere => of(Kind::AskHere),
        PieceKind::Voter(voter) => EvaluationPiece {
            because: (&voter.because).into(),
            standing: standing(voter),
            ..text(Kind::Voter, &voter.member.name)
        },
        PieceKind::Text(line, paragraph) => EvaluationPiece {
            spoken: screen.spoken().1 == Some(*paragraph),
            ..text(Kind::Text, line)
        },
    }
}

fn times(when: Times, screen: &EvaluationScreen, of: EvaluationPiece) -> EvaluationPiece {
    let (times, at_ms) = match when {
        Times::Opens(at) => (VoteTimes::Opens, at),
        Times::Closes(at) => (VoteTimes::Closes, at),
        Times::Counting(at) => (VoteTimes::Counting, at),
        Times::Closed(at) => (VoteTimes::Closed, at),
        Times::Cancelled => (VoteTimes::Cancelled, 0),
    };
    EvaluationPiece {
        times,
        day: to_day(day(at_ms, screen.now())),
        clock: clock(at_ms),
        ..of
    }
}

fn standing(voter: &Voter) -> VoterStanding {
    match voter.standing {
        Standing::May if !voter.pin_set => VoterStanding::NoPin,
        Standing::May if voter.began => VoterStanding::Began,
        Standing::May => VoterStanding::May,
        Standing::Kept => VoterStanding::Kept,
        Standing::TookPart => VoterStanding::TookPart,
        Standing::MayNot => VoterStanding::MayNot,
        Standing::Objected => VoterStanding::Objected,
    }
}
