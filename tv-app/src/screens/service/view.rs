//! Fills `ServiceAdapter`.

use slint::{ComponentHandle, SharedString};
use tv_ui::{NumberKind, ScreenKind, ServiceAction, ServiceAdapter, ServiceButton, ServiceStep};

use super::{Action, Answers, Number, Service, Step};
use crate::screens::kit::time::day;
use crate::screens::kit::view::fill;
use crate::screens::people_view::{self, clock};
use crate::screens::request::view::sent;
use crate::screens::view::{Canvas, Draw, gone, index, int, to_day};

impl Draw for Service {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Service
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<ServiceAdapter<'_>>();
        adapter.set_missing(gone(self.missing()));
        adapter.set_back_focused(self.on_back());
        people_view::prove(self.prove(), window);
        adapter.set_for_others(self.is_for_others());
        if let Some(category) = self.category() {
            adapter.set_title((&category.title).into());
            adapter.set_about((&category.about).into());
            adapter.set_papers(category.papers.join("\n").into());
            adapter.set_office((&category.office).into());
            adapter.set_hours(int(category.response_hours));
            adapter.set_working(category.clock != contract::request::ClockKind::Wall);
            adapter.set_suggestion(category.kind == contract::request::CategoryKind::Suggestion);
        }
        adapter.set_papers_apart(self.has_papers_apart());
        let (kind, digits, name) = number(self.number());
        adapter.set_number(kind);
        adapter.set_digits(digits);
        adapter.set_name(name);
        let due = self.due_at_ms();
        adapter.set_due_known(due.is_some());
        adapter.set_due_day(to_day(day(due.unwrap_or_default(), self.now())));
        adapter.set_due_clock(clock(due.unwrap_or_default()));
        let draft = self.said_of_it();
        adapter.set_sentences(int(draft.sentences.len()));
        let voice = draft.voice.as_ref();
        adapter.set_seconds(int(voice.map_or(0, |voice| voice.length_ms.div_ceil(1_000))));
        adapter.set_again(self.is_again());
        let (act, more) = self.actions().rows();
        fill(
            &adapter.get_act(),
            act.iter().map(button).collect(),
            |act| adapter.set_act(act),
        );
        fill(
            &adapter.get_more(),
            more.iter().map(button).collect(),
            |more| adapter.set_more(more),
        );
        let (act, more) = self.actions().focused();
        adapter.set_act_focused(index(act));
        adapter.set_more_focused(index(more));
        let answers = self.answers().actions().iter().map(|answer| ServiceButton {
            action: match answer {
                Answers::Public => ServiceAction::Public,
                Answers::NotPublic => ServiceAction::NotPublic,
                Answers::Again => ServiceAction::Again,
            },
            name: SharedString::default(),
        });
        fill(&adapter.get_answers(), answers.collect(), |answers| {
            adapter.set_answers(answers);
        });
        adapter.set_answer(index(self.answers().focused()));
        let (typed, remark) = self.typed();
        adapter.set_typed(typed.into());
        adapter.set_remark(people_view::remark(remark));
        adapter.set_key(index(self.focused_key()));
        let (sent, refusal) = sent(self.outcome());
        adapter.set_sent(sent);
        adapter.set_refusal(refusal);
        adapter.set_step(match self.step() {
            Step::Who => ServiceStep::Who,
            Step::ForWhom => ServiceStep::ForWhom,
            Step::Confirm => ServiceStep::Confirm,
            Step::Number => ServiceStep::Number,
            Step::Papers => ServiceStep::Papers,
            Step::Public => ServiceStep::Public,
            Step::Sending => ServiceStep::Sending,
            Step::Failed => ServiceStep::Failed,
        });
    }
}

/// What kind of number it is, its digits and whose it is.
fn number(number: &Number) -> (NumberKind, SharedString, SharedString) {
    let none = SharedString::default;
    match number {
        Number::None => (NumberKind::None, none(), none()),
        Number::Offered(offer) => {
            // As on the telephone: what is hidden is as wide as what is not.
            let digits = offer.masked.replace("****", " •••• ");
            (
                NumberKind::Offered,
                digits.into(),
                (&offer.member.name).into(),
            )
        }
        Number::Registered(name) => (NumberKind::Registered, none(), name.into()),
        Number::Typed(digits) => (NumberKind::Typed, digits.into(), none()),
    }
}

fn button(action: &Action) -> ServiceButton {
    let (action, name) = match action {
        Action::Send => (ServiceAction::Send, SharedString::default()),
        Action::Silent => (ServiceAction::Silent, SharedString::default()),
        Action::Number => (ServiceAction::Number, SharedString::default()),
        Action::Other { name, .. } => (ServiceAction::Other, name.into()),
        Action::Note => (ServiceAction::Note, SharedString::default()),
        Action::Papers => (ServiceAction::Papers, SharedString::default()),
    };
    ServiceButton { action, name }
}
