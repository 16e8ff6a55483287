//! Fills `SimpleAdapter`.

use contract::meeting::MeetingState;
use slint::ComponentHandle;
use tv_ui::{ScreenKind, SimpleAdapter};

use super::Simple;
use crate::cache::Fit;
use crate::screens::meetings::view::meeting;
use crate::screens::people_view;
use crate::screens::view::{Canvas, Draw, index};

impl Draw for Simple {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Simple
    }

    fn draw(&self, &Canvas { view, window, .. }: &Canvas<'_>) {
        let adapter = window.global::<SimpleAdapter<'_>>();
        adapter.set_focused(index(self.focused()));
        adapter.set_settings_focused(self.on_settings());
        adapter.set_has_meeting(self.meeting().is_some());
        adapter.set_live(
            self.meeting()
                .is_some_and(|(meeting, _)| meeting.state == MeetingState::Live),
        );
        if let Some((one, now)) = self.meeting() {
            adapter.set_meeting(meeting(one, false, now));
        }
        adapter.set_has_call(self.call().is_some());
        if let Some((call, now)) = self.call() {
            adapter.set_call(people_view::call(call, now));
        }
        adapter.set_programme(self.programme().map_or("", |row| row.title.as_str()).into());
        let (width, height) = (adapter.get_picture_width(), adapter.get_door_height());
        let poster = self.programme().and_then(|row| row.picture.as_ref());
        let poster = view.row_image(poster, width, height, Fit::Cover);
        adapter.set_has_poster(poster.is_some());
        adapter.set_poster(poster.unwrap_or_default());
        adapter.set_helper(self.helper().into());
    }

    fn words(&self, window: &tv_ui::AppWindow) -> Vec<String> {
        let adapter = window.global::<SimpleAdapter<'_>>();
        let doors = (0..4).map(|at| adapter.invoke_said(at).into());
        doors.collect()
    }
}
