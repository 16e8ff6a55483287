//! Fills `RequestAdapter`, and what else shows something that was asked.

use contract::request::{Happened, Solved};
use slint::ComponentHandle;
use tv_ui::{
    AppWindow, AskedRow, Refusal, RequestAdapter, RequestAnswer, RequestChoice, RequestPiece,
    RequestPieceKind as Kind, ScreenKind, Sent,
};

use super::{Choice, Heading, Opens, Part, Piece, PieceKind, RequestScreen, Step};
use crate::cache::ServerTime;
use crate::screens::asked::{Asked, Stand};
use crate::screens::kit::time::day;
use crate::screens::kit::view::fill;
use crate::screens::people_view::{self, clock};
use crate::screens::sending::Outcome;
use crate::screens::view::{Canvas, Draw, index, int, to_day};

impl Draw for RequestScreen {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Request
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        draw(self.part(), self.is_missing(), window);
    }
}

/// Draws one of what was asked, on whatever screen it is.
pub(in crate::screens) fn draw(part: &Part, is_missing: bool, window: &AppWindow) {
    let adapter = window.global::<RequestAdapter<'_>>();
    let reading = part.reading();
    adapter.set_missing(is_missing);
    adapter.set_back_focused(part.on_back());
    adapter.set_text_focused(reading.on_text());
    adapter.set_row_focused(reading.focused().is_some());
    adapter.set_verdict(part.can().contains(&Opens::Verdict(Solved::Yes)));
    let (stand, due) = stand(part.stand());
    adapter.set_stand(stand);
    adapter.set_due_day(to_day(day(due, part.now())));
    adapter.set_due_clock(clock(due));
    if let Some(one) = part.request() {
        adapter.set_title((&one.category).into());
        adapter.set_number((&one.number).into());
        adapter.set_office((&one.office.name).into());
    }
    let (first, shown) = reading.position();
    adapter.set_first(first);
    adapter.set_shown(shown);
    adapter.set_speaking(part.spoken().0);
    let pieces = part.visible().map(|piece| RequestPiece {
        y: piece.y - reading.scroll(),
        height: piece.height,
        ..self::piece(part, piece)
    });
    fill(&adapter.get_pieces(), pieces.collect(), |pieces| {
        adapter.set_pieces(pieces);
    });
    let answers = part.choices().actions().iter().map(|choice| {
        let (choice, grade) = match *choice {
            Choice::Satisfied(grade) => (RequestChoice::Grade, int(grade)),
            Choice::Unsaid => (RequestChoice::Unsaid, 0),
            Choice::Keep => (RequestChoice::Keep, 0),
            Choice::TakeBack => (RequestChoice::TakeBack, 0),
        };
        RequestAnswer { choice, grade }
    });
    fill(&adapter.get_answers(), answers.collect(), |answers| {
        adapter.set_answers(answers);
    });
    adapter.set_answer(index(part.choices().focused()));
    adapter.set_unsolved(part.is_unsolved());
    let (sent, refusal) = sent(part.outcome());
    adapter.set_sent(sent);
    adapter.set_refusal(refusal);
    adapter.set_step(match part.step() {
        Step::Page => tv_ui::RequestStep::Page,
        Step::Satisfaction => tv_ui::RequestStep::Satisfaction,
        Step::Withdraw => tv_ui::RequestStep::Withdraw,
        Step::Said => tv_ui::RequestStep::Said,
    });
}

fn piece(part: &Part, piece: &Piece) -> RequestPiece {
    let of = |kind| RequestPiece {
        kind,
        ..RequestPiece::default()
    };
    let entry = |at: usize| part.request().and_then(|one| one.history.get(at));
    match &piece.kind {
        PieceKind::Number => of(Kind::Number),
        PieceKind::Stand(_) => of(Kind::Stand),
        PieceKind::Because(line) => RequestPiece {
            text: line.into(),
            ..of(Kind::Because)
        },
        PieceKind::Heading(Heading::Solved) => of(Kind::Solved),
        PieceKind::Heading(Heading::AskedBack) => of(Kind::AskedBack),
        PieceKind::Heading(Heading::History) => of(Kind::History),
        PieceKind::Row(opens) => RequestPiece {
            choice: match opens {
                Opens::Verdict(Solved::Yes) => RequestChoice::Solved,
                Opens::Verdict(Solved::Partly) => RequestChoice::Partly,
                Opens::Verdict(Solved::No) => RequestChoice::NotSolved,
                Opens::Add => RequestChoice::Add,
                Opens::Withdraw => RequestChoice::Withdraw,
            },
            focused: part
                .reading()
                .focused()
                .is_some_and(|stop| stop.what == *opens),
            ..of(Kind::Row)
        },
        PieceKind::Text(line, at) => RequestPiece {
            text: line.into(),
            spoken: part.spoken().1 == Some(*at),
            ..of(Kind::Text)
        },
        PieceKind::Entry(at) => {
            entry(*at).map_or_else(RequestPiece::default, |entry| RequestPiece {
                text: (&entry.who).into(),
                what: happened(entry.what),
                day: to_day(day(entry.at_ms, part.now())),
                clock: clock(entry.at_ms),
                ..of(Kind::Entry)
            })
        }
        PieceKind::Attached(at) => entry(*at).map_or_else(RequestPiece::default, |entry| {
            let lengths = entry.attachments.iter().filter_map(|one| one.length_ms);
            let pictures = entry.attachments.iter();
            RequestPiece {
                pictures: int(pictures.filter(|one| one.length_ms.is_none()).count()),
                seconds: int(lengths.sum::<u32>().div_ceil(1_000)),
                ..of(Kind::Attached)
            }
        }),
    }
}

/// Something that was asked, as lists show it.
pub(in crate::screens) fn asked(one: &Asked, now: ServerTime) -> AskedRow {
    let (stand, due) = stand(one.stand);
    AskedRow {
        is_all: false,
        count: 0,
        title: (&one.title).into(),
        summary: (&one.summary).into(),
        office: (&one.office).into(),
        day: to_day(day(one.at_ms, now)),
        clock: clock(one.at_ms),
        stand,
        due_day: to_day(day(due, now)),
        due_clock: clock(due),
    }
}

/// How it stands, and until when, Unix ms.
pub(in crate::screens) fn stand(stand: Stand) -> (tv_ui::Stand, i64) {
    let due = match stand {
        Stand::Due(at) => at,
        _ => 0,
    };
    let stand = match stand {
        Stand::Sending => tv_ui::Stand::Sending,
        Stand::Kept => tv_ui::Stand::Kept,
        Stand::WantsVerdict => tv_ui::Stand::WantsVerdict,
        Stand::WantsAddition => tv_ui::Stand::WantsAddition,
        Stand::Due(_) => tv_ui::Stand::Due,
        Stand::Overdue => tv_ui::Stand::Overdue,
        Stand::InHand => tv_ui::Stand::InHand,
        Stand::Answered => tv_ui::Stand::Answered,
        Stand::Closed => tv_ui::Stand::Closed,
        Stand::Declined => tv_ui::Stand::Declined,
        Stand::Merged => tv_ui::Stand::Merged,
        Stand::Withdrawn => tv_ui::Stand::Withdrawn,
    };
    (stand, due)
}

/// What became of what was sent, and why if it was refused.
pub(in crate::screens) fn sent(outcome: Option<&Outcome>) -> (Sent, Refusal) {
    match outcome {
        None | Some(Outcome::Sending) => (Sent::Sending, Refusal::None),
        Some(Outcome::Taken(_)) => (Sent::Taken, Refusal::None),
        Some(Outcome::Kept) => (Sent::Kept, Refusal::None),
        Some(Outcome::NotSaved) => (Sent::NotSaved, Refusal::None),
        // What was said is about an older answer.
        Some(Outcome::Refused(contract::error::ErrorCode::Conflict, _)) => {
            (Sent::Refused, Refusal::TooLate)
        }
        Some(Outcome::Refused(code, _)) => (Sent::Refused, people_view::refusal(*code)),
    }
}

/// What happened to it.
pub(in crate::screens) fn happened(what: Happened) -> tv_ui::Happened {
    use tv_ui::Happened as Shown;
    match what {
        Happened::Asked => Shown::Asked,
        Happened::Added => Shown::Added,
        Happened::PassedOn => Shown::PassedOn,
        Happened::Returned => Shown::Returned,
        Happened::Accepted => Shown::Accepted,
        Happened::Replied => Shown::Replied,
        Happened::Answered => Shown::Answered,
        Happened::AskedBack => Shown::AskedBack,
        Happened::ExtensionAsked => Shown::ExtensionAsked,
        Happened::ExtensionGiven => Shown::ExtensionGiven,
        Happened::ExtensionRefused => Shown::ExtensionRefused,
        Happened::Declined => Shown::Declined,
        Happened::Merged => Shown::Merged,
        Happened::Called => Shown::Called,
        Happened::Noted => Shown::Noted,
        Happened::DueSoon => Shown::DueSoon,
        Happened::Escalated => Shown::Escalated,
        Happened::Reminded => Shown::Reminded,
        Happened::Closed => Shown::Closed,
        Happened::Reopened => Shown::Reopened,
        Happened::Withdrawn => Shown::Withdrawn,
        Happened::Published => Shown::Published,
        Happened::Unknown => Shown::Unknown,
    }
}
