//! Fills `PlayerAdapter`.

use media_player::{PlayError, State};
use slint::ComponentHandle;
use tv_ui::{AppWindow, ButtonKind, PlayerAdapter, PlayerButton, PlayerFailure, PlayerState};

use super::{Button, Choice, PlayerScreen};
use crate::screens::Controller;
use crate::screens::view::{Lists, View, fill, index, int, model};

pub(in crate::screens) fn bind(window: &AppWindow, lists: &Lists) {
    let adapter = window.global::<PlayerAdapter<'_>>();
    adapter.set_buttons(model(&lists.player_buttons));
    adapter.set_choices(model(&lists.choices));
}

pub(in crate::screens) fn show(view: &View, window: &AppWindow, screen: &PlayerScreen) {
    let adapter = window.global::<PlayerAdapter<'_>>();
    adapter.set_title(screen.title().into());
    if let State::Buffering(percent) = screen.state() {
        adapter.set_percent(int(percent));
    }
    adapter.set_state(match screen.state() {
        State::Idle | State::Loading => PlayerState::Loading,
        State::Playing => PlayerState::Playing,
        State::Paused => PlayerState::Paused,
        State::Buffering(_) => PlayerState::Buffering,
        State::Reconnecting => PlayerState::Reconnecting,
        State::Ended => PlayerState::Ended,
        State::Failed => PlayerState::Failed,
    });
    adapter.set_failure(match screen.failure() {
        None => PlayerFailure::None,
        Some((_, true)) => PlayerFailure::Offline,
        Some((PlayError::Damaged(_), _)) => PlayerFailure::Damaged,
        Some((PlayError::Unsupported(_), _)) => PlayerFailure::Unsupported,
        Some((PlayError::NotFound, _)) => PlayerFailure::NotFound,
        Some((PlayError::Forbidden, _)) => PlayerFailure::Forbidden,
        Some((PlayError::Network(_), _)) => PlayerFailure::Network,
        Some((PlayError::Internal(_), _)) => PlayerFailure::Internal,
    });
    let shows_controls = screen.shows_controls();
    adapter.set_controls(shows_controls);
    if shows_controls || screen.waits_for_network() {
        // The seconds only repaint while somebody can see them.
        let (position_ms, duration_ms) = screen.times();
        adapter.set_position_ms(int(position_ms / 1_000 * 1_000));
        adapter.set_duration_ms(int(duration_ms));
    }
    let focus = screen.focus();
    adapter.set_bar_focused(focus.zone() == "bar");
    adapter.set_focused(index(focus.index_in("buttons")));
    adapter.set_choice(index(focus.index_in("choices")));
    adapter.set_scrubbing(screen.scrubbing().is_some());
    adapter.set_scrub_ms(int(screen.scrubbing().unwrap_or_default()));
    adapter.set_caption(screen.caption().into());
    adapter.set_captions_on(screen.captions_on());
    let (volume, muted) = screen
        .volume()
        .map_or((-1, false), |(volume, muted)| (int(volume), muted));
    adapter.set_volume(volume);
    adapter.set_muted(muted);
    let (next, seconds) = screen.next().unwrap_or(("", None));
    adapter.set_next_title(next.into());
    adapter.set_next_seconds(seconds.map_or(-1, int));
    let buttons = screen.buttons().into_iter().map(|button| match button {
        Button::Back => PlayerButton::Back,
        Button::Rewind => PlayerButton::Rewind,
        Button::Pause => PlayerButton::Pause,
        Button::Forward => PlayerButton::Forward,
        Button::Captions => PlayerButton::Captions,
        Button::Next => PlayerButton::Next,
    });
    fill(&view.lists.player_buttons, buttons.collect());
    let choices = screen.choices().into_iter().map(|choice| match choice {
        Choice::Next => ButtonKind::Next,
        Choice::Restart => ButtonKind::Restart,
        Choice::Retry => ButtonKind::Retry,
        Choice::Back => ButtonKind::Back,
    });
    fill(&view.lists.choices, choices.collect());
}
