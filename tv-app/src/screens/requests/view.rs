//! Fills `RequestsAdapter`; one of what was asked is drawn as on its own screen.

use slint::ComponentHandle;
use tv_ui::{AppWindow, RequestsAdapter, RequestsStep, ScreenKind, Sent};

use super::{Requests, Step};
use crate::screens::kit::view::{fill, focus_at, page};
use crate::screens::people_view;
use crate::screens::request::view::{asked, draw, kind, said, sent};
use crate::screens::view::{Canvas, Draw};

impl Draw for Requests {
    fn kind(&self) -> ScreenKind {
        match self.step() {
            Step::One => kind(self.part()),
            _ => ScreenKind::Requests,
        }
    }

    fn magnifies(&self) -> bool {
        self.step() == Step::One && self.part().shows_picture()
    }

    fn words(&self, window: &AppWindow) -> Vec<String> {
        said(window)
    }

    fn draw(&self, canvas: &Canvas<'_>) {
        let window = canvas.window;
        let adapter = window.global::<RequestsAdapter<'_>>();
        adapter.set_suggestions(self.is_of_suggestions());
        adapter.set_back_focused(self.on_back());
        adapter.set_page(page(self.list().pager(), "", ""));
        adapter.set_focus_at(focus_at(self.list().pager()));
        let rows = self.list().visible().iter();
        let rows = rows.map(|one| asked(one, self.now()));
        fill(&adapter.get_rows(), rows.collect(), |rows| {
            adapter.set_rows(rows);
        });
        people_view::prove(self.prove(), window);
        let (failed, refusal) = sent(self.failure());
        let is_refused = self.failure().is_some();
        adapter.set_sent(if is_refused { failed } else { Sent::NoNetwork });
        adapter.set_refusal(refusal);
        if self.step() == Step::One {
            draw(self.part(), self.part().request().is_none(), canvas);
        }
        adapter.set_step(match self.step() {
            Step::Who => RequestsStep::Who,
            Step::Waiting => RequestsStep::Waiting,
            Step::List | Step::One => RequestsStep::Rows,
            Step::Failed => RequestsStep::Failed,
        });
    }
}
