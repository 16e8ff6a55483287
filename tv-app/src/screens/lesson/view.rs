//! Fills `LessonAdapter`.

use slint::ComponentHandle;
use tv_ui::{AppWindow, LessonAdapter, LessonStep, ScreenKind};

use super::{Lesson, Step};
use crate::screens::view::{Canvas, Draw, index};

impl Draw for Lesson {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Lesson
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<LessonAdapter<'_>>();
        adapter.set_name(self.name().into());
        adapter.set_wrong(self.was_wrong());
        adapter.set_chosen(index(self.chosen()));
        adapter.set_step(match self.step() {
            Step::Arrows => LessonStep::Arrows,
            Step::Ok => LessonStep::Ok,
            Step::Back => LessonStep::Back,
            Step::Size => LessonStep::Size,
            Step::Simple => LessonStep::Simple,
            Step::Aloud => LessonStep::Aloud,
        });
    }

    fn words(&self, window: &AppWindow) -> Vec<String> {
        let adapter = window.global::<LessonAdapter<'_>>();
        vec![
            adapter.get_asked().into(),
            adapter.get_large().into(),
            adapter.get_why().into(),
        ]
    }
}
