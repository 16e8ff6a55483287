//! Fills `RequestAdapter`, and what else shows something that was asked.

use contract::request::{Attachment, Happened, Solved};
use slint::ComponentHandle;
use tv_ui::{
    AppWindow, AskedRow, AttachedTrouble, Refusal, RequestAdapter, RequestAnswer, RequestChoice,
    RequestPiece, RequestPieceKind as Kind, ScreenKind, Sent,
};

use super::attached::is_picture;
use super::{
    Attached, Choice, Heading, Opens, Part, Piece, PieceKind, RequestScreen, Stage, Step, Trouble,
};
use crate::cache::ServerTime;
use crate::cache::pictures::lent_name;
use crate::screens::asked::{Asked, Stand};
use crate::screens::kit::time::day;
use crate::screens::kit::view::fill;
use crate::screens::people_view::{self, clock};
use crate::screens::picture::view::{Shown, fill as fill_picture, region, whole as whole_picture};
use crate::screens::sending::Outcome;
use crate::screens::view::{Canvas, Draw, index, int, pieces, to_day};

impl Draw for RequestScreen {
    fn kind(&self) -> ScreenKind {
        kind(self.part())
    }

    fn magnifies(&self) -> bool {
        self.part().shows_picture()
    }

    fn draw(&self, canvas: &Canvas<'_>) {
        draw(self.part(), self.is_missing(), canvas);
    }

    fn words(&self, window: &AppWindow) -> Vec<String> {
        said(window)
    }
}

/// What became of what they said, to be read aloud.
pub(in crate::screens) fn said(window: &AppWindow) -> Vec<String> {
    let adapter = window.global::<RequestAdapter<'_>>();
    pieces([
        adapter.get_title(),
        adapter.get_said_words(),
        adapter.get_said_text(),
    ])
}

/// What shows one of what was asked: a picture of it has the whole screen.
pub(in crate::screens) fn kind(part: &Part) -> ScreenKind {
    if part.shows_picture() {
        ScreenKind::Picture
    } else {
        ScreenKind::Request
    }
}

/// Draws one of what was asked, on whatever screen it is.
pub(in crate::screens) fn draw(part: &Part, is_missing: bool, canvas: &Canvas<'_>) {
    let window = canvas.window;
    if let Some(one) = part.attached() {
        attached(one, canvas);
    }
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
    let (y, height) = reading.bar().unwrap_or_default();
    adapter.set_bar_y(y);
    adapter.set_bar_height(height);
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
        Step::Attached => match part.attached().map(Attached::stage) {
            Some(Stage::Playing) => tv_ui::RequestStep::Playing,
            Some(Stage::Failed(_)) => tv_ui::RequestStep::NotFetched,
            _ => tv_ui::RequestStep::Fetching,
        },
    });
}

/// What is heard or looked at.
fn attached(one: &Attached, canvas: &Canvas<'_>) {
    let adapter = canvas.window.global::<RequestAdapter<'_>>();
    adapter.set_is_voice(one.is_voice());
    let (seconds, whole) = one.seconds();
    adapter.set_seconds(int(seconds));
    adapter.set_whole(int(whole));
    adapter.set_act_focused(one.on_act());
    match one.stage() {
        Stage::Picture(file) => {
            let Some(known) = one.file() else { return };
            let name = lent_name(&known.id);
            canvas.view.pictures.lend(&name, file.bytes());
            let image = if one.magnifier().zoom() == 1 {
                whole_picture(canvas.view, &name)
            } else {
                let size = canvas.view.size_in(&name, file.bytes());
                size.and_then(|size| canvas.view.region(&name, region(one.magnifier(), size)))
            };
            let shown = Shown {
                magnifier: one.magnifier(),
                number: one.number(),
                caption: "",
                name: &name,
            };
            fill_picture(canvas.view, canvas.window, &shown, image);
        }
        Stage::Failed(trouble) => {
            let (trouble, refusal) = match trouble {
                Trouble::NoNetwork => (AttachedTrouble::NoNetwork, Refusal::None),
                Trouble::Gone => (AttachedTrouble::Gone, Refusal::None),
                Trouble::NotPlayed => (AttachedTrouble::NotPlayed, Refusal::None),
                Trouble::Refused(code) => (AttachedTrouble::Refused, people_view::refusal(*code)),
            };
            adapter.set_trouble(trouble);
            adapter.set_trouble_refusal(refusal);
        }
        Stage::Fetching | Stage::Playing => {}
    }
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
                Opens::Voice(..) => RequestChoice::Voice,
                Opens::Pictures(_) => RequestChoice::Pictures,
            },
            pictures: match opens {
                Opens::Pictures(number) => {
                    let pictures = attachments(part, *number).iter();
                    int(pictures.filter(|one| is_picture(one)).count())
                }
                _ => 0,
            },
            seconds: match opens {
                Opens::Voice(number, at) => {
                    let voice = attachments(part, *number).get(*at);
                    let length = voice.and_then(|one| one.length_ms).unwrap_or(0);
                    int(length.div_ceil(1_000))
                }
                _ => 0,
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
    }
}

/// What is attached to the entry with this number.
fn attachments(part: &Part, number: u32) -> &[Attachment] {
    let history = part.request().map(|one| one.history.as_slice());
    let mut history = history.unwrap_or_default().iter();
    let entry = history.find(|entry| entry.number == number);
    entry
        .map(|entry| entry.attachments.as_slice())
        .unwrap_or_default()
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
