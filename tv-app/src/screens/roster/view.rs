//! Fills `RosterAdapter`.

use slint::ComponentHandle;
use tv_ui::{AppWindow, Outcome, RosterAdapter, ScreenKind};

use super::Roster;
use crate::screens::kit::time::day;
use crate::screens::people_view;
use crate::screens::view::{Canvas, Draw, Lists, fill, index, int, model, to_day};
use crate::screens::{BACK, Controller};

impl Draw for Roster {
    fn bind(window: &AppWindow, lists: &Lists) {
        let adapter = window.global::<RosterAdapter<'_>>();
        adapter.set_people(model(&lists.roster));
        adapter.set_settled(model(&lists.people));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Roster
    }

    fn draw(&self, &Canvas { view, window, .. }: &Canvas<'_>) {
        let adapter = window.global::<RosterAdapter<'_>>();
        adapter.set_back_focused(self.focus().zone() == BACK);
        adapter.set_gone(self.is_gone());
        if let Some(call) = self.call() {
            let now = self.now();
            adapter.set_title((&call.title).into());
            adapter.set_state(people_view::state(call, now));
            adapter.set_spot(call.round.is_some_and(|round| round.number > 1));
            adapter.set_soon(call.is_soon(now.at_ms));
            adapter.set_left_ms(int((call.left_ms(now.at_ms) + 999) / 1_000 * 1_000));
            let at = call.next_at_ms.unwrap_or(call.opens_at_ms);
            adapter.set_day(to_day(day(at, now)));
            adapter.set_clock(people_view::clock(at));
            let (present, called) = call.present_of();
            adapter.set_present(int(present));
            adapter.set_called(int(called));
            adapter.set_rate(people_view::rate(present, called));
            adapter.set_guests(int(self.visitor_count()));
            adapter.set_cards_waiting(int(call.cards_waiting));
        }
        let names = self.names();
        fill(
            &view.lists.roster,
            names.visible().map(people_view::person).collect(),
        );
        adapter.set_focused(index(names.focused()));
        adapter.set_first(int(names.window.visible().start));
        adapter.set_total(int(names.window.total()));
        adapter.set_digits(names.digits().into());
        adapter.set_large(self.is_large());
        // Others are found by digits; the last place says how many there is no room for.
        let room = usize::try_from(adapter.get_settled_room()).unwrap_or_default();
        let total = self.settled().count();
        let shown = if total > room {
            room.saturating_sub(1)
        } else {
            total
        };
        fill(
            &view.lists.people,
            self.settled()
                .take(shown)
                .map(people_view::person)
                .collect(),
        );
        adapter.set_more(int(total - shown));
        adapter.set_missing(int(self.call().map_or(0, |call| call.missing().count())));
        adapter.set_typing_shown(self.entry().is_some());
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
        let Some(panel) = self.panel() else {
            adapter.set_outcome(Outcome::None);
            return;
        };
        adapter.set_who((&panel.name).into());
        adapter.set_ask((&panel.office).into());
        adapter.set_refusal(people_view::outcome_refusal(panel.outcome));
        adapter.set_at(people_view::outcome_at(panel.outcome));
        adapter.set_outcome(people_view::outcome(panel.outcome));
    }
}
