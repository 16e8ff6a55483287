//! Fills `RollCallAdapter`.

use contract::roll_call::AttendanceState;
use slint::ComponentHandle;
use tv_ui::{AppWindow, ButtonKind, Place, RollCallAdapter, RollCallStep, ScreenKind};

use super::controller::{Button, in_order};
use super::{RollCallScreen, Step};
use crate::screens::attendance::Call;
use crate::screens::kit::time::day;
use crate::screens::signing::{Outcome, Panel};
use crate::screens::view::{Canvas, Draw, Lists, View, fill, index, int, model, pieces, to_day};
use crate::screens::{BACK, Controller, people_view};

impl Draw for RollCallScreen {
    fn bind(window: &AppWindow, lists: &Lists) {
        let adapter = window.global::<RollCallAdapter<'_>>();
        adapter.set_people(model(&lists.people));
        adapter.set_choices(model(&lists.candidates));
        adapter.set_buttons(model(&lists.call_buttons));
        adapter.set_next(model(&lists.next_names));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::RollCall
    }

    fn place(&self) -> Option<Place> {
        let counts = |panel: &Panel| matches!(panel.outcome, Outcome::Signed { state, .. } if state != AttendanceState::ToVerify);
        self.panel().is_some_and(counts).then_some(Place::Good)
    }

    fn draw(&self, &Canvas { view, window, .. }: &Canvas<'_>) {
        let adapter = window.global::<RollCallAdapter<'_>>();
        adapter.set_back_focused(self.focus().zone() == BACK);
        if let Some(call) = self.call() {
            show_call(view, &adapter, self, call);
        }
        let (choices, pager) = (self.choice(), self.choice().pager());
        fill(
            &view.lists.candidates,
            choices.visible().iter().map(people_view::person).collect(),
        );
        let focused = pager.focused_in_view();
        adapter.set_chosen(index(focused.filter(|_| self.step() == Step::Who)));
        adapter.set_first(int(pager.visible().start));
        adapter.set_total(int(pager.total()));
        if let Some(entry) = self.entry() {
            let (typing, typed, length) = people_view::typing(entry);
            adapter.set_typing(typing);
            adapter.set_typed(typed);
            adapter.set_length(length);
            adapter.set_with_code(self.call().is_some_and(|call| call.presence_code));
            adapter.set_code_typed(int(entry.code().len()));
            let [one, two, three, four] = people_view::code_digits(entry);
            adapter.set_code_1(one);
            adapter.set_code_2(two);
            adapter.set_code_3(three);
            adapter.set_code_4(four);
            adapter.set_remark(people_view::remark(entry.form.remark()));
            adapter.set_key(index(entry.form.focused_key()));
            adapter.set_name(entry.name().into());
        }
        if let Some(panel) = self.panel() {
            adapter.set_name((&panel.name).into());
            adapter.set_outcome(people_view::outcome(panel.outcome));
            adapter.set_refusal(people_view::outcome_refusal(panel.outcome));
            adapter.set_at(people_view::outcome_at(panel.outcome));
        }
        let buttons = self.buttons().into_iter().map(|button| match button {
            Button::SignIn => ButtonKind::SignIn,
            Button::Next | Button::Of(_) => ButtonKind::SignInNext,
            Button::Done => ButtonKind::Done,
            Button::Leave => ButtonKind::Back,
        });
        fill(&view.lists.call_buttons, buttons.collect());
        adapter.set_button(index(self.focused_button()));
        adapter.set_step(match self.step() {
            Step::Gone => RollCallStep::Gone,
            Step::Before => RollCallStep::Before,
            Step::Invite => RollCallStep::Invite,
            Step::Who => RollCallStep::Who,
            Step::Type => RollCallStep::Typing,
            Step::Result => RollCallStep::Result,
            Step::Over => RollCallStep::Over,
        });
    }

    fn words(&self, window: &AppWindow) -> Vec<String> {
        let adapter = window.global::<RollCallAdapter<'_>>();
        pieces([
            adapter.get_result_title(),
            adapter.get_result_words(),
            adapter.get_result_text(),
        ])
    }
}

fn show_call(view: &View, adapter: &RollCallAdapter<'_>, screen: &RollCallScreen, call: &Call) {
    let now = screen.now();
    adapter.set_title((&call.title).into());
    adapter.set_office((&call.organization).into());
    adapter.set_spot(screen.round() > 1 && call.round.is_some());
    adapter.set_late(call.is_late(now.at_ms));
    adapter.set_soon(call.is_soon(now.at_ms));
    // Whole seconds, so that nothing is painted in between.
    adapter.set_left_ms(int((call.left_ms(now.at_ms) + 999) / 1_000 * 1_000));
    let at = call.next_at_ms.unwrap_or(call.opens_at_ms);
    adapter.set_day(to_day(day(at, now)));
    adapter.set_clock(people_view::clock(at));
    adapter.set_missing(call.missing_names().into());
    adapter.set_missing_count(int(call.missing().count()));
    let named = screen.buttons().contains(&Button::Of(0));
    let next = call.missing().filter(|_| named);
    fill(
        &view.lists.next_names,
        next.map(|person| (&person.name).into()).collect(),
    );
    let (unlisted, ask) = call.unlisted_names();
    adapter.set_unlisted(unlisted.into());
    adapter.set_ask(ask.into());
    adapter.set_uncalled(!call.has_called());
    let people = in_order(call).into_iter().map(people_view::person);
    let unlisted = call.unlisted.iter().map(people_view::unlisted);
    let people: Vec<_> = people.chain(unlisted).collect();
    // A long title leaves fewer rows.
    let room = usize::try_from(adapter.get_call_rows()).unwrap_or(1).max(1);
    // The last row says how many there is no room for.
    let shown = if people.len() > room {
        room - 1
    } else {
        people.len()
    };
    adapter.set_more(int(people.len() - shown));
    fill(&view.lists.people, people.into_iter().take(shown).collect());
}
