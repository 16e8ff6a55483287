//! Fills `ProgrammeAdapter`.

use slint::ComponentHandle;
use tv_ui::{ActionData, AppWindow, ButtonKind, ProgrammeAdapter, ScreenKind};

use super::{Action, ProgrammeScreen};
use crate::cache::Fit;
use crate::screens::kit::time::day;
use crate::screens::view::{Canvas, Draw, Lists, fill, gone, index, int, model, to_day};

impl Draw for ProgrammeScreen {
    fn bind(window: &AppWindow, lists: &Lists) {
        window
            .global::<ProgrammeAdapter<'_>>()
            .set_actions(model(&lists.actions));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Programme
    }

    fn draw(
        &self,
        &Canvas {
            view,
            window,
            context,
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<ProgrammeAdapter<'_>>();
        adapter.set_missing(gone(self.missing()));
        adapter.set_back_focused(self.detail().on_back());
        adapter.set_focused(index(self.detail().focused()));
        adapter.set_category(self.category().into());
        adapter.set_kept(self.is_kept());
        if let Some(programme) = self.programme() {
            adapter.set_title((&programme.title).into());
            adapter.set_office((&programme.organization.name).into());
            adapter.set_day(to_day(day(programme.published_at_ms, context.now)));
            adapter.set_duration_ms(int(programme.duration_ms));
            adapter.set_description((&programme.description).into());
            adapter.set_captions(!programme.captions.is_empty());
            let (width, height) = (adapter.get_poster_width(), adapter.get_poster_height());
            let poster = view
                .image(&programme.poster.screen.name, width, height, Fit::Cover)
                .or_else(|| view.image(&programme.poster.thumb.name, width, height, Fit::Cover));
            adapter.set_has_poster(poster.is_some());
            adapter.set_poster(poster.unwrap_or_default());
        }
        let actions = self.detail().actions().iter().map(|action| {
            let (kind, ms, percent) = match action {
                Action::Play => (ButtonKind::Play, 0, 0),
                Action::Resume(ms) => (ButtonKind::Resume, int(*ms), 0),
                Action::Restart => (ButtonKind::Restart, 0, 0),
                Action::Keep | Action::KeepAgain => (ButtonKind::Keep, 0, 0),
                Action::StopWaiting => (ButtonKind::KeepWaiting, 0, 0),
                Action::StopKeeping(percent) => (ButtonKind::KeepCancel, 0, int(*percent)),
                Action::Remove => (ButtonKind::Unkeep, 0, 0),
            };
            ActionData { kind, ms, percent }
        });
        fill(&view.lists.actions, actions.collect());
    }
}
