//! Fills `ReportAdapter`.

use slint::ComponentHandle;
use tv_ui::{ReportAction, ReportAdapter, ReportStep, ScreenKind, Typing};

use super::controller::groups;
use super::{Action, ReportScreen, Step};
use crate::screens::kit::view::fill;
use crate::screens::note::view as note;
use crate::screens::people_view::remark;
use crate::screens::sending::Outcome;
use crate::screens::view::{Canvas, Draw, index, int};

impl Draw for ReportScreen {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Report
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<ReportAdapter<'_>>();
        adapter.set_title(self.title().into());
        adapter.set_office(self.office().into());
        adapter.set_back_focused(self.on_back());
        adapter.set_waiting(int(self.waiting()));
        adapter.set_countdown(self.countdown().map_or(-1, int));
        let actions = self.actions().actions().iter().map(|action| match action {
            Action::Write => ReportAction::Write,
            Action::Follow => ReportAction::Follow,
            Action::Send => ReportAction::Send,
            Action::Speak => ReportAction::Speak,
            Action::Retry => ReportAction::Retry,
            Action::Done => ReportAction::Done,
        });
        fill(&adapter.get_actions(), actions.collect(), |actions| {
            adapter.set_actions(actions);
        });
        adapter.set_action(index(self.actions().focused()));
        // Nothing of what was said stays in the window either.
        note::draw(self.note(), window);
        let (typed, says) = self.typed();
        adapter.set_typed(int(typed));
        adapter.set_remark(remark(says));
        adapter.set_key(index(self.focused_key()));
        adapter.set_typing(match self.step() {
            Step::Again => Typing::Again,
            _ => Typing::NewPin,
        });
        let [first, second, third] = groups(self.number());
        adapter.set_first(first.into());
        adapter.set_second(second.into());
        adapter.set_third(third.into());
        adapter.set_step(match self.step() {
            Step::About => ReportStep::About,
            Step::Note => ReportStep::Note,
            Step::Pin | Step::Again => ReportStep::Typing,
            Step::Number => ReportStep::Number,
            Step::Sending => match self.outcome() {
                None | Some(Outcome::Sending) => ReportStep::Sending,
                Some(Outcome::Taken(_)) => ReportStep::Sent,
                Some(Outcome::Kept) => ReportStep::Kept,
                Some(Outcome::NotSaved) => ReportStep::NotSaved,
                Some(Outcome::Refused(..)) => ReportStep::Refused,
            },
        });
    }
}
