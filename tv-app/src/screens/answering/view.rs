//! Fills `AnsweringAdapter`.

use contract::error::ErrorCode;
use contract::form::QuestionKind;
use contract::terminal::TerminalKind;
use slint::{ComponentHandle, SharedString};
use tv_ui::{
    AnsweringAdapter, AnsweringBlock, AnsweringOption, AnsweringRow, AnsweringStep, AppWindow,
    ButtonKind, HandedIn, NumberSaid, PersonData, ScreenKind, TurnedAway,
};

use super::asking::{columns, longest};
use super::{Answering, Asking, Block, Choice, Handing, Line, OPTIONS, Outcome, Place, QUESTION};
use super::{Said, Step, Turned};
use crate::screens::attendance;
use crate::screens::kit::form::KEYPAD;
use crate::screens::kit::view::{fill, focus_at, page};
use crate::screens::people_view;
use crate::screens::view::{Canvas, Draw, index, int, pieces};
use crate::screens::voting::in_one_line;

impl Draw for Answering {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Answering
    }

    fn draw(
        &self,
        &Canvas {
            window, context, ..
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<AnsweringAdapter<'_>>();
        let evaluation = self.evaluation();
        adapter.set_title(evaluation.map_or_else(SharedString::default, |one| (&one.title).into()));
        adapter.set_named(evaluation.is_some_and(|one| one.named));
        adapter.set_back_focused(self.on_back());
        adapter.set_countdown(self.countdown().map_or(-1, int));
        adapter.set_name(self.name().into());
        adapter.set_speaking(self.is_speaking());
        let is_station = attendance::kind(context.cache) == TerminalKind::Station;
        adapter.set_cards(is_station);
        names(self, &adapter);
        let (typed, _) = self.form().pad().typed();
        adapter.set_typed(int(typed));
        adapter.set_remark(people_view::remark(self.form().remark()));
        adapter.set_key(index(self.form().focused_key()));
        question(self, &adapter);
        review(self, &adapter);
        handed(self, &adapter);
        blocked(self, &adapter);
        let asks_number = self.asking().is_some_and(|one| one.number().is_some());
        adapter.set_step(match self.step() {
            Step::Who => AnsweringStep::Who,
            Step::Pin => AnsweringStep::Pin,
            Step::Checking => AnsweringStep::Checking,
            Step::Asking if asks_number => AnsweringStep::Number,
            Step::Asking => AnsweringStep::Asking,
            Step::Review => AnsweringStep::Review,
            Step::Confirm => AnsweringStep::Confirm,
            Step::Handing => AnsweringStep::Handing,
            Step::Blocked => AnsweringStep::Blocked,
        });
    }

    fn words(&self, window: &AppWindow) -> Vec<String> {
        let adapter = window.global::<AnsweringAdapter<'_>>();
        pieces([
            adapter.get_handed_title(),
            adapter.get_handed_words(),
            adapter.get_handed_text(),
            adapter.get_handed_more(),
        ])
    }
}

fn names(screen: &Answering, adapter: &AnsweringAdapter<'_>) {
    let names = screen.names();
    let people: Vec<PersonData> = names.visible().map(people_view::person).collect();
    fill(&adapter.get_people(), people, |people| {
        adapter.set_people(people);
    });
    adapter.set_person(index(names.focused()));
    adapter.set_first(int(names.window.visible().start));
    adapter.set_total(int(names.window.total()));
    adapter.set_digits(names.digits().into());
}

fn question(screen: &Answering, adapter: &AnsweringAdapter<'_>) {
    let (at, all, answered) = screen.progress();
    adapter.set_at(int(at));
    adapter.set_all(int(all));
    adapter.set_answered(int(answered));
    adapter.set_changing(screen.is_changing());
    let Some(asking) = screen.asking() else {
        // Nothing of it stays in the window.
        adapter.set_question(SharedString::default());
        adapter.set_row(SharedString::default());
        adapter.set_hint(SharedString::default());
        adapter.set_number(SharedString::default());
        fill(&adapter.get_options(), Vec::new(), |options| {
            adapter.set_options(options);
        });
        return;
    };
    let (sheet, place) = (screen.sheet(), asking.place);
    let Some(question) = sheet.question(place) else {
        return;
    };
    adapter.set_question((&question.text).into());
    adapter.set_row(sheet.row(place).into());
    adapter.set_hint((&question.hint).into());
    adapter.set_on_question(asking.focus().zone() == QUESTION);
    let (least, most) = sheet.bounds(place);
    let chosen = sheet.chosen(place);
    adapter.set_several(sheet.takes_several(place));
    adapter.set_least(int(least));
    adapter.set_most(int(most));
    adapter.set_count(int(chosen.len()));
    adapter.set_full(asking.is_full());
    adapter.set_lacking(asking.is_lacking());
    options(screen, asking, &chosen, adapter);
    if let (Some(pad), QuestionKind::Number { least, most, unit }) =
        (asking.number(), &question.kind)
    {
        adapter.set_number(pad.text().into());
        adapter.set_unit(unit.into());
        adapter.set_smallest(slint::format!("{least}"));
        adapter.set_largest(slint::format!("{most}"));
        adapter.set_sign(pad.offers_sign());
        adapter.set_nothing(pad.offers_nothing());
        adapter.set_said(match pad.said() {
            Said::Nothing => NumberSaid::Nothing,
            Said::Lacking => NumberSaid::Lacking,
            Said::TooSmall => NumberSaid::TooSmall,
            Said::TooLarge => NumberSaid::TooLarge,
        });
        adapter.set_key(index(asking.focus().index_in(KEYPAD)));
    }
}

fn options(screen: &Answering, asking: &Asking, chosen: &[u32], adapter: &AnsweringAdapter<'_>) {
    let (sheet, place) = (screen.sheet(), asking.place);
    let options = sheet.options(place).iter().zip(0_u32..);
    let mut cells: Vec<AnsweringOption> = options
        .map(|(label, at)| AnsweringOption {
            digit: int(at + 1),
            label: label.into(),
            chosen: chosen.contains(&at),
        })
        .collect();
    if asking.number().is_none() && Asking::leads_on(sheet, place) {
        cells.push(AnsweringOption {
            digit: 0,
            label: SharedString::default(),
            chosen: false,
        });
    }
    adapter.set_columns(int(columns(sheet.options(place))));
    adapter.set_longest(int(longest(sheet.options(place))));
    fill(&adapter.get_options(), cells, |cells| {
        adapter.set_options(cells);
    });
    adapter.set_option(index(asking.focus().index_in(OPTIONS)));
    adapter.set_nothing(!sheet.is_answered(place) && sheet.is_settled(place));
}

/// What was answered, as it is read.
fn answer(screen: &Answering, place: Place) -> SharedString {
    let sheet = screen.sheet();
    if let Some(number) = sheet.number(place) {
        let unit = match sheet.question(place).map(|one| &one.kind) {
            Some(QuestionKind::Number { unit, .. }) => unit.as_str(),
            _ => "",
        };
        return slint::format!("{number} {unit}");
    }
    let options = sheet.options(place);
    let chosen = sheet.chosen(place);
    let labels = chosen
        .iter()
        .filter_map(|at| options.get(usize::try_from(*at).ok()?))
        .map(String::as_str);
    in_one_line(labels).into()
}

fn review(screen: &Answering, adapter: &AnsweringAdapter<'_>) {
    adapter.set_page(page(screen.review().pager(), "", ""));
    adapter.set_focus_at(focus_at(screen.review().pager()));
    adapter.set_answer(int(screen.focused_answer()));
    let row = |place: Place| {
        let sheet = screen.sheet();
        let question = sheet.question(place);
        let text = question.map_or("", |one| one.text.as_str());
        let whom = sheet.row(place);
        AnsweringRow {
            number: int(place.question + 1),
            text: if whom.is_empty() {
                text.into()
            } else {
                slint::format!("{whom} {text}")
            },
            answer: answer(screen, place),
            ..AnsweringRow::default()
        }
    };
    let rows = screen.review().visible().iter().map(|one| match one.what {
        Line::HandIn => AnsweringRow {
            hand_in: true,
            ..AnsweringRow::default()
        },
        Line::Open(place) => AnsweringRow {
            open: true,
            ..row(place)
        },
        Line::Answer(place) => row(place),
    });
    let rows: Vec<AnsweringRow> = if matches!(screen.step(), Step::Review | Step::Confirm) {
        rows.collect()
    } else {
        // Nothing of it stays in the window.
        Vec::new()
    };
    fill(&adapter.get_rows(), rows, |rows| adapter.set_rows(rows));
}

fn handed(screen: &Answering, adapter: &AnsweringAdapter<'_>) {
    let outcome = screen.handing().map(|one: &Handing| &one.outcome);
    adapter.set_handed(match outcome {
        None | Some(Outcome::Sending) => HandedIn::Sending,
        Some(Outcome::Queued) => HandedIn::Queued,
        Some(Outcome::Taken { repeated: false }) => HandedIn::Taken,
        Some(Outcome::Taken { repeated: true }) => HandedIn::Repeated,
        Some(Outcome::Refused(_)) => HandedIn::Refused,
        Some(Outcome::NotSaved) => HandedIn::NotSaved,
    });
    if let Some(Outcome::Refused(code)) = outcome {
        adapter.set_refusal(people_view::refusal(*code));
        adapter.set_turned(match code {
            ErrorCode::TooLate => TurnedAway::Over,
            ErrorCode::NotFound => TurnedAway::Gone,
            ErrorCode::Conflict => match screen.turned() {
                Turned::Over => TurnedAway::Over,
                Turned::Cancelled => TurnedAway::Cancelled,
                Turned::Gone => TurnedAway::Gone,
                Turned::Changed => TurnedAway::Changed,
                Turned::Soon => TurnedAway::Soon,
            },
            _ => TurnedAway::No,
        });
    }
    adapter.set_missing(in_one_line(screen.missing().into_iter()).into());
    let buttons = screen.choices().into_iter().map(|choice| match choice {
        Choice::Next => ButtonKind::NextVoter,
        Choice::Again => ButtonKind::Retry,
        Choice::Done => ButtonKind::Done,
        Choice::Object => ButtonKind::Object,
    });
    fill(&adapter.get_buttons(), buttons.collect(), |buttons| {
        adapter.set_buttons(buttons);
    });
    adapter.set_button(index(screen.focused_choice()));
}

fn blocked(screen: &Answering, adapter: &AnsweringAdapter<'_>) {
    let Some(block) = screen.blocked() else {
        return;
    };
    adapter.set_because(SharedString::default());
    adapter.set_block(match block {
        Block::Gone => AnsweringBlock::Gone,
        Block::NotOpen => AnsweringBlock::NotOpen,
        Block::Over => AnsweringBlock::Over,
        Block::Cancelled => AnsweringBlock::Cancelled,
        Block::Changed => AnsweringBlock::Changed,
        Block::Update => AnsweringBlock::Update,
        Block::Nobody(why) => {
            adapter.set_nobody(people_view::nobody(Some(*why)));
            AnsweringBlock::Nobody
        }
        Block::AllDone => AnsweringBlock::AllDone,
        Block::MayNot(because) => {
            adapter.set_because(because.into());
            AnsweringBlock::MayNot
        }
        Block::Objected => AnsweringBlock::Objected,
        Block::TookPart => AnsweringBlock::TookPart,
        Block::Kept => AnsweringBlock::Kept,
        Block::NoPin => AnsweringBlock::NoPin,
        Block::NoNetwork => AnsweringBlock::NoNetwork,
        Block::Refused(code) => {
            adapter.set_refusal(people_view::refusal(*code));
            AnsweringBlock::Refused
        }
    });
}
