//! What the keys of the remote do while a programme plays.

use media_player::{Command, State};

use super::controller::{Button, CHOICES, Choice, PlayerScreen, SCRUB_MS, VOLUME_MS};
use crate::remote::{Press, RemoteKey};
use crate::screens::settings::name;
use crate::screens::{Context, Effect, Effects, arrow};

/// One press of left or right, in ms.
const STEP_MS: i64 = 10_000;
/// Each repeat while it is held, in ms.
const HELD_STEP_MS: i64 = 30_000;
/// One press of the volume keys.
const VOLUME_STEP: u8 = 5;

impl PlayerScreen {
    pub(super) fn on_key(
        &mut self,
        key: RemoteKey,
        press: Press,
        context: &Context<'_>,
    ) -> Effects {
        if press == Press::Up {
            // Letting go ends a scrub that was held.
            return match key {
                RemoteKey::Left | RemoteKey::Right | RemoteKey::Forward | RemoteKey::Rewind
                    if self.scrub.is_some() =>
                {
                    self.commit_scrub()
                }
                _ => Effects::new(),
            };
        }
        if self.focus.zone() == CHOICES {
            return self.on_choice_key(key, press);
        }
        let down = press == Press::Down;
        match key {
            RemoteKey::VolumeUp => {
                return self.set_volume(self.volume.saturating_add(VOLUME_STEP).min(100), context);
            }
            RemoteKey::VolumeDown => {
                return self.set_volume(self.volume.saturating_sub(VOLUME_STEP), context);
            }
            RemoteKey::Mute if down => {
                self.muted = !self.muted;
                self.volume_until = Some(context.ticks_ms + VOLUME_MS);
                return vec![Effect::Play(Command::SetMuted(self.muted))];
            }
            RemoteKey::Captions if down => return self.next_captions(),
            _ => {}
        }
        match key {
            RemoteKey::Back | RemoteKey::Stop if down => {
                if self.scrub.take().is_some() {
                    // Back gives up looking for a place, the programme goes on.
                    return Effects::new();
                }
                return self.leave();
            }
            RemoteKey::Forward => return self.scrub_by(HELD_STEP_MS, context),
            RemoteKey::Rewind => return self.scrub_by(-HELD_STEP_MS, context),
            RemoteKey::Ok if down && self.scrub.is_some() => return self.commit_scrub(),
            _ => {}
        }
        if self.shows_controls() {
            self.on_button_key(key, press)
        } else {
            self.on_film_key(key, press, context)
        }
    }

    /// A key while only the film is there: the arrows move it, and OK holds it.
    fn on_film_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        let down = press == Press::Down;
        let step = if down { STEP_MS } else { HELD_STEP_MS };
        match key {
            RemoteKey::Left => self.scrub_by(-step, context),
            RemoteKey::Right => self.scrub_by(step, context),
            RemoteKey::Ok if down => {
                self.rest();
                self.toggle()
            }
            // The first arrow only shows the controls.
            RemoteKey::Up | RemoteKey::Down => {
                self.rest();
                self.show_controls();
                Effects::new()
            }
            _ => self.on_media_key(key, press),
        }
    }

    /// A key while the buttons are there.
    fn on_button_key(&mut self, key: RemoteKey, press: Press) -> Effects {
        self.show_controls();
        if (key, press) == (RemoteKey::Ok, Press::Down) {
            return self.press_button();
        }
        if let Some(direction) = arrow(key, press) {
            self.focus.go(direction);
            return Effects::new();
        }
        self.on_media_key(key, press)
    }

    fn on_media_key(&mut self, key: RemoteKey, press: Press) -> Effects {
        match (key, press) {
            (RemoteKey::Play, Press::Down) => vec![Effect::Play(Command::Play)],
            (RemoteKey::Pause, Press::Down) => vec![Effect::Play(Command::Pause)],
            (RemoteKey::PlayPause, Press::Down) => self.toggle(),
            (RemoteKey::Next, Press::Down) => self.go_next(),
            (RemoteKey::Previous, Press::Down) => self.restart(0),
            _ => Effects::new(),
        }
    }

    fn on_choice_key(&mut self, key: RemoteKey, press: Press) -> Effects {
        match (key, press) {
            (RemoteKey::Ok, Press::Down) => match self.choices().get(self.focus.index()) {
                Some(Choice::Next) => self.go_next(),
                Some(Choice::Restart) => self.restart(0),
                Some(Choice::Retry) => self.restart(self.position_ms),
                Some(Choice::Back) | None => self.leave(),
            },
            (RemoteKey::Back | RemoteKey::Stop, Press::Down) => self.leave(),
            (RemoteKey::Next, Press::Down) => self.go_next(),
            _ => {
                if let Some(direction) = arrow(key, press) {
                    self.focus.go(direction);
                }
                Effects::new()
            }
        }
    }

    fn press_button(&mut self) -> Effects {
        match self.buttons().get(self.focus.index()) {
            Some(Button::Pause) => self.toggle(),
            Some(Button::Rewind) => self.jump(-STEP_MS),
            Some(Button::Forward) => self.jump(STEP_MS),
            Some(Button::Captions) => self.next_captions(),
            Some(Button::Back) | None => self.leave(),
        }
    }

    fn toggle(&self) -> Effects {
        vec![Effect::Play(if self.state == State::Paused {
            Command::Play
        } else {
            Command::Pause
        })]
    }

    /// Another size of captions, or none: the button says which, so it is shown.
    fn next_captions(&mut self) -> Effects {
        if self.captions.is_none() {
            return Effects::new();
        }
        self.caption_size = self.caption_size.next();
        self.show_controls();
        self.focus_button(Button::Captions);
        let setting = self.caption_size.setting().to_owned();
        vec![Effect::Setting(name::CAPTIONS, setting)]
    }

    fn set_volume(&mut self, volume: u8, context: &Context<'_>) -> Effects {
        self.volume = volume;
        self.muted = false;
        self.volume_until = Some(context.ticks_ms + VOLUME_MS);
        vec![
            Effect::Play(Command::SetMuted(false)),
            Effect::Play(Command::SetVolume(volume)),
            Effect::Setting("volume", volume.to_string()),
        ]
    }

    fn jump(&mut self, distance_ms: i64) -> Effects {
        self.go_to(self.clamp(self.position_ms + distance_ms))
    }

    fn go_to(&mut self, position_ms: i64) -> Effects {
        self.break_off();
        self.position_ms = position_ms;
        self.show_place();
        vec![Effect::Play(Command::Seek { position_ms })]
    }

    fn clamp(&self, position_ms: i64) -> i64 {
        position_ms.clamp(0, self.duration_ms.max(0))
    }

    fn scrub_by(&mut self, distance_ms: i64, context: &Context<'_>) -> Effects {
        if self.duration_ms <= 0 {
            return Effects::new();
        }
        let from = self
            .scrub
            .map_or(self.position_ms, |(position_ms, _)| position_ms);
        self.scrub = Some((self.clamp(from + distance_ms), context.ticks_ms + SCRUB_MS));
        Effects::new()
    }

    pub(super) fn commit_scrub(&mut self) -> Effects {
        let Some((position_ms, _)) = self.scrub.take() else {
            return Effects::new();
        };
        self.go_to(position_ms)
    }
}
