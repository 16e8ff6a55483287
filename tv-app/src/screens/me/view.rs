//! Fills `MeAdapter`.

use contract::error::ErrorCode;
use contract::member::{MemberRecord, MemberStatus};
use jiff::civil::Date;
use slint::{ComponentHandle, SharedString};
use tv_ui::{AppWindow, MeAdapter, MeStep, PersonData, RecordLine, Refusal, ScreenKind, Typing};

use super::controller::{SET_PIN, Year, year};
use super::{Failure, Line, Me, Step};
use crate::screens::kit::time::day;
use crate::screens::view::{Canvas, Draw, Lists, View, fill, index, int, model, to_day};
use crate::screens::{Context, people_view};

const HOUR_MS: i64 = 3_600_000;

impl Draw for Me {
    fn bind(window: &AppWindow, lists: &Lists) {
        let adapter = window.global::<MeAdapter<'_>>();
        adapter.set_people(model(&lists.me));
        adapter.set_lines(model(&lists.record));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Me
    }

    fn draw(
        &self,
        &Canvas {
            view,
            window,
            context,
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<MeAdapter<'_>>();
        adapter.set_back_focused(self.on_back());
        adapter.set_countdown(self.countdown().map_or(-1, int));
        let names = self.names();
        let people = names.visible().map(|person| PersonData {
            set_pin: person.id == SET_PIN,
            ..people_view::person(person)
        });
        fill(&view.lists.me, people.collect());
        adapter.set_focused(index(names.focused()));
        adapter.set_first(int(names.window.visible().start));
        adapter.set_total(int(names.window.total()));
        adapter.set_digits(names.digits().into());
        adapter.set_nobody(people_view::nobody(self.nobody()));
        let (typed, _, remark) = self.typed();
        adapter.set_typed(int(typed));
        adapter.set_remark(people_view::remark(remark));
        adapter.set_key(index(self.focused_key()));
        adapter.set_typing(match self.step() {
            Step::New => Typing::NewPin,
            Step::Again => Typing::Again,
            _ => Typing::Pin,
        });
        adapter.set_name(self.name().into());
        adapter.set_refusal(match self.failure() {
            Some(Failure::NoNetwork) => Refusal::NoNetwork,
            // Of a record nothing can be invalid; of a PIN only that it is too easy.
            Some(Failure::Refused(code)) => people_view::refusal(code),
            None => people_view::refusal(ErrorCode::Internal),
        });
        match self.record() {
            Some(record) => show_record(view, &adapter, self, record, context),
            // Nothing of it stays in the window.
            None => fill(&view.lists.record, Vec::new()),
        }
        adapter.set_step(match self.step() {
            Step::Who => MeStep::Who,
            Step::Pin | Step::New | Step::Again => MeStep::Typing,
            Step::Card => MeStep::Card,
            Step::Waiting => MeStep::Waiting,
            Step::Record => MeStep::Record,
            Step::PinSet => MeStep::PinSet,
            Step::Failed => MeStep::Failed,
        });
    }
}

fn show_record(
    view: &View,
    adapter: &MeAdapter<'_>,
    screen: &Me,
    record: &MemberRecord,
    context: &Context<'_>,
) {
    adapter.set_name((&record.member.name).into());
    adapter.set_organization((&record.organization.name).into());
    adapter.set_status(match record.status {
        MemberStatus::Full => tv_ui::MemberStatus::Full,
        MemberStatus::Probationary => tv_ui::MemberStatus::Probationary,
        MemberStatus::DevelopmentTarget => tv_ui::MemberStatus::DevelopmentTarget,
        MemberStatus::Activist => tv_ui::MemberStatus::Activist,
        MemberStatus::Applicant => tv_ui::MemberStatus::Applicant,
        MemberStatus::Villager => tv_ui::MemberStatus::Villager,
        MemberStatus::Unknown => tv_ui::MemberStatus::Other,
    });
    let joined = record
        .joined_on
        .as_deref()
        .and_then(|text| text.parse::<Date>().ok());
    adapter.set_joined(joined.map_or_else(tv_ui::Day::default, |date| tv_ui::Day {
        year: i32::from(date.year()),
        month: i32::from(date.month()),
        day: i32::from(date.day()),
        age: 0,
    }));
    let attendance = record.attendance;
    adapter.set_present(int(attendance.present));
    adapter.set_eligible(int(attendance.eligible));
    adapter.set_late(int(attendance.late));
    adapter.set_year(match year(record, context.now.at_ms) {
        Year::Counted => tv_ui::YearCalls::Counted,
        Year::None => tv_ui::YearCalls::None,
        Year::Running => tv_ui::YearCalls::Running,
        Year::Exempt => tv_ui::YearCalls::Exempt,
        Year::Uncalled => tv_ui::YearCalls::Uncalled,
    });
    adapter.set_hours(hours(record.study.watched_ms));
    adapter.set_goal(hours(record.study.goal_ms));
    let visible = screen.window().visible();
    let lines = screen.lines();
    let shown = lines[visible.clone()].iter().map(|line| match line {
        Line::RollCall(call) => RecordLine {
            transfer: false,
            title: (&call.title).into(),
            day: to_day(day(call.opened_at_ms, context.now)),
            attendance: people_view::attendance(call.state),
            at: call
                .signed_at_ms
                .map_or_else(SharedString::default, people_view::clock),
            place: call
                .at_organization
                .as_ref()
                .map_or_else(SharedString::default, |place| (&place.name).into()),
        },
        Line::Transfer(transfer) => RecordLine {
            transfer: true,
            title: (&transfer.to.name).into(),
            day: to_day(day(transfer.at_ms, context.now)),
            ..RecordLine::default()
        },
    });
    fill(&view.lists.record, shown.collect());
    adapter.set_line(index(
        screen.window().focused().map(|at| at - visible.start),
    ));
    adapter.set_long(screen.is_long());
    adapter.set_first_line(int(visible.start));
    adapter.set_total_lines(int(lines.len()));
}

/// Hours with one decimal place unless it is none.
fn hours(ms: i64) -> SharedString {
    let tenths = (ms.max(0) * 10 + HOUR_MS / 2) / HOUR_MS;
    if tenths % 10 == 0 {
        slint::format!("{}", tenths / 10)
    } else {
        slint::format!("{}.{}", tenths / 10, tenths % 10)
    }
}
