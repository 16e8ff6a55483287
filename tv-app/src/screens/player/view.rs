//! Fills `PlayerAdapter`.

use media_player::{PlayError, State};
use slint::ComponentHandle;
use tv_ui::{
    AppWindow, ButtonKind, CaptionSize as Captions, PlayerAdapter, PlayerButton, PlayerFailure,
    PlayerState, ScreenKind,
};

use super::{Button, CaptionSize, Choice, PlayerScreen};
use crate::screens::Controller;
use crate::screens::view::{Canvas, Draw, Lists, fill, index, int, model};

impl Draw for PlayerScreen {
    fn bind(window: &AppWindow, lists: &Lists) {
        let adapter = window.global::<PlayerAdapter<'_>>();
        adapter.set_buttons(model(&lists.player_buttons));
        adapter.set_choices(model(&lists.choices));
    }

    fn kind(&self) -> ScreenKind {
        ScreenKind::Player
    }

    fn draw(&self, &Canvas { view, window, .. }: &Canvas<'_>) {
        let adapter = window.global::<PlayerAdapter<'_>>();
        adapter.set_title(self.title().into());
        adapter.set_office(self.office().into());
        adapter.set_slow(self.is_slow());
        if let State::Buffering(percent) = self.state() {
            adapter.set_percent(int(percent));
        }
        adapter.set_state(match self.state() {
            State::Idle | State::Loading => PlayerState::Loading,
            State::Playing => PlayerState::Playing,
            State::Paused => PlayerState::Paused,
            State::Buffering(_) => PlayerState::Buffering,
            State::Reconnecting => PlayerState::Reconnecting,
            State::Ended => PlayerState::Ended,
            State::Failed => PlayerState::Failed,
        });
        adapter.set_failure(match self.failure() {
            None => PlayerFailure::None,
            Some((_, true)) => PlayerFailure::Offline,
            Some((PlayError::Damaged(_), _)) => PlayerFailure::Damaged,
            Some((PlayError::Unsupported(_), _)) => PlayerFailure::Unsupported,
            Some((PlayError::NotFound, _)) => PlayerFailure::NotFound,
            Some((PlayError::Forbidden, _)) => PlayerFailure::Forbidden,
            Some((PlayError::Network(_), _)) => PlayerFailure::Network,
            Some((PlayError::Internal(_), _)) => PlayerFailure::Internal,
        });
        let (shows_controls, shows_place) = (self.shows_controls(), self.shows_place());
        adapter.set_controls(shows_controls);
        adapter.set_shows_place(shows_place);
        adapter.set_shows_title(self.shows_title());
        if shows_controls || shows_place || self.waits_for_network() {
            // The seconds only repaint while somebody can see them.
            let (position_ms, duration_ms) = self.times();
            adapter.set_position_ms(int(position_ms / 1_000 * 1_000));
            adapter.set_duration_ms(int(duration_ms));
        }
        adapter.set_minutes(int((self.times().1 + 59_999) / 60_000));
        let focus = self.focus();
        adapter.set_focused(index(focus.index_in("buttons")));
        adapter.set_choice(index(focus.index_in("choices")));
        adapter.set_scrubbing(self.scrubbing().is_some());
        adapter.set_scrub_ms(int(self.scrubbing().unwrap_or_default()));
        adapter.set_caption(self.caption().into());
        adapter.set_caption_size(match self.caption_size() {
            CaptionSize::Off => Captions::Off,
            CaptionSize::Small => Captions::Small,
            CaptionSize::Large => Captions::Large,
        });
        let (volume, muted) = self
            .volume()
            .map_or((-1, false), |(volume, muted)| (int(volume), muted));
        adapter.set_volume(volume);
        adapter.set_muted(muted);
        adapter.set_next_title(self.next().unwrap_or_default().into());
        let buttons = self.buttons().into_iter().map(|button| match button {
            Button::Back => PlayerButton::Back,
            Button::Rewind => PlayerButton::Rewind,
            Button::Pause => PlayerButton::Pause,
            Button::Forward => PlayerButton::Forward,
            Button::Captions => PlayerButton::Captions,
        });
        fill(&view.lists.player_buttons, buttons.collect());
        let choices = self.choices().into_iter().map(|choice| match choice {
            Choice::Next => ButtonKind::Next,
            Choice::Restart => ButtonKind::Restart,
            Choice::Retry => ButtonKind::Retry,
            Choice::Back => ButtonKind::Back,
        });
        fill(&view.lists.choices, choices.collect());
    }
}
