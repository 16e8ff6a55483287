//! What the keys of the remote do in a meeting.
//!
//! The colour keys mean what they mean everywhere (green signs in), so the one-key commands of a
//! station are digits, written on the screen: 1 the hand, 2 the microphone.

use media_player::Command;

use super::controller::{BAR, BUTTONS, Button, CHOICES, Choice, MeetingScreen, Step};
use crate::remote::{Press, RemoteKey};
use crate::screens::settings::name;
use crate::screens::{Context, Effect, Effects, Route, arrow};

/// One press of left or right, in ms.
const STEP_MS: i64 = 10_000;
/// One press of the volume keys.
const VOLUME_STEP: u8 = 5;
/// The loudness stays on the screen so long, in ms.
const VOLUME_MS: u64 = 3_000;
/// The hand.
const HAND: RemoteKey = RemoteKey::Digit(1);
/// The own microphone.
const MICROPHONE: RemoteKey = RemoteKey::Digit(2);

impl MeetingScreen {
    pub(super) fn on_key(
        &mut self,
        key: RemoteKey,
        press: Press,
        context: &Context<'_>,
    ) -> Effects {
        if press == Press::Up {
            return Effects::new();
        }
        let down = press == Press::Down;
        match key {
            RemoteKey::VolumeUp => {
                return self.set_volume(self.volume.saturating_add(VOLUME_STEP).min(100), context);
            }
            RemoteKey::VolumeDown => {
                return self.set_volume(self.volume.saturating_sub(VOLUME_STEP), context);
            }
            RemoteKey::Mute if down => return self.toggle_sound(context),
            _ => {}
        }
        if self.focus.zone() == CHOICES {
            return self.on_choice_key(key, press);
        }
        if self.is_told() && down {
            self.station.understood();
            if key != MICROPHONE {
                return Effects::new();
            }
        }
        let were_shown = self.shows_controls();
        self.show_controls();
        match key {
            RemoteKey::Back | RemoteKey::Stop if down => self.ask_to_leave(),
            HAND if down => self.station.move_hand(context.ticks_ms),
            MICROPHONE if down => self.station.move_microphone(),
            RemoteKey::PlayPause if down => self.program.toggle(),
            RemoteKey::Play if down && self.is_paused() => self.program.toggle(),
            RemoteKey::Pause if down && !self.is_paused() => self.program.toggle(),
            RemoteKey::Rewind => self.program.go_by(-STEP_MS, context.ticks_ms),
            RemoteKey::Forward => self.program.go_by(STEP_MS, context.ticks_ms),
            RemoteKey::Left | RemoteKey::Right
                if self.program.can_rewind() && (!were_shown || self.focus.zone() == BAR) =>
            {
                self.focus.focus_zone(BAR);
                let step = if key == RemoteKey::Left {
                    -STEP_MS
                } else {
                    STEP_MS
                };
                self.program.go_by(step, context.ticks_ms)
            }
            RemoteKey::Ok if down => {
                if self.focus.zone() == BAR {
                    return self.program.toggle();
                }
                // The first OK only shows what OK will do.
                if were_shown {
                    self.press_button(context)
                } else {
                    Effects::new()
                }
            }
            // The first arrow only shows the controls.
            RemoteKey::Up | RemoteKey::Down | RemoteKey::Left | RemoteKey::Right if !were_shown => {
                Effects::new()
            }
            _ => {
                if let Some(direction) = arrow(key, press) {
                    self.focus.go(direction);
                }
                Effects::new()
            }
        }
    }

    fn on_choice_key(&mut self, key: RemoteKey, press: Press) -> Effects {
        match (key, press) {
            (RemoteKey::Ok, Press::Down) => match self.choices().get(self.focus.index()) {
                Some(Choice::Retry) => self.retry(),
                Some(Choice::Watch) => {
                    let id = self.recording().map(ToOwned::to_owned);
                    id.map(|id| Effect::Replace(Route::Programme { id }))
                        .into_iter()
                        .collect()
                }
                Some(Choice::Stay) => {
                    self.leaving = false;
                    Effects::new()
                }
                Some(Choice::Leave | Choice::Back) | None => self.leave(),
            },
            (RemoteKey::Back | RemoteKey::Stop, Press::Down) => {
                if std::mem::take(&mut self.leaving) {
                    // Back never does harm.
                    return Effects::new();
                }
                self.leave()
            }
            _ => {
                if let Some(direction) = arrow(key, press) {
                    self.focus.go(direction);
                }
                Effects::new()
            }
        }
    }

    fn press_button(&mut self, context: &Context<'_>) -> Effects {
        let now = context.ticks_ms;
        match self.buttons().get(self.focus.index()) {
            Some(Button::Retry) => self.retry(),
            Some(Button::TakeBack) => self.station.take_back(),
            Some(Button::Hand) => self.station.move_hand(now),
            Some(Button::Microphone) => self.station.move_microphone(),
            Some(Button::SetUp) => vec![Effect::Open(Route::Capture)],
            Some(Button::Pause) => self.program.toggle(),
            Some(Button::Rewind) => self.program.go_by(-STEP_MS, now),
            Some(Button::Forward) => self.program.go_by(STEP_MS, now),
            Some(Button::Live) => {
                // The button goes away with the next picture; what is beside it does no harm.
                self.focus.focus_item(BUTTONS, 0);
                self.program.go_live()
            }
            Some(Button::Sound) => self.toggle_sound(context),
            Some(Button::Back) | None => self.ask_to_leave(),
        }
    }

    /// Who is on air or has the hand up is asked first.
    fn ask_to_leave(&mut self) -> Effects {
        if self.step() == Step::Joined && self.station.is_engaged() {
            self.leaving = true;
            return Effects::new();
        }
        self.leave()
    }

    fn toggle_sound(&mut self, context: &Context<'_>) -> Effects {
        self.muted = !self.muted;
        self.volume_until = Some(context.ticks_ms + VOLUME_MS);
        vec![Effect::Play(Command::SetMuted(self.muted))]
    }

    fn set_volume(&mut self, volume: u8, context: &Context<'_>) -> Effects {
        self.volume = volume;
        self.muted = false;
        self.volume_until = Some(context.ticks_ms + VOLUME_MS);
        vec![
            Effect::Play(Command::SetMuted(false)),
            Effect::Play(Command::SetVolume(volume)),
            Effect::Setting(name::VOLUME, volume.to_string()),
        ]
    }
}
