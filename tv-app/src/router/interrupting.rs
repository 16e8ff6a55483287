//! What comes over the screens by itself: the register of the interruptions is asked after every
//! input, and what it says is shown.

use media_player::Command;

use super::{Outward, Router};
use crate::interruptions::provider::{Act, Answer, Event, Follow, Offer, Scene, Sign, Summons};
use crate::interruptions::{Dialog, Interruptions};
use crate::remote::{Press, RemoteKey};
use crate::screens::overlay::Toast;
use crate::screens::{Base, Context, Effect, Input, Plays, Route, Screen, Stays};

impl Router {
    /// What stands over every screen.
    #[must_use]
    pub fn sign(&self) -> Option<&Sign> {
        self.interruptions.sign()
    }

    /// Whether somebody in the room can see what stands over every screen: it is there, and the
    /// television does not sleep.
    #[must_use]
    pub fn shows_sign(&self) -> bool {
        self.sign().is_some() && !self.asleep
    }

    /// Has the interruptions look at things as they are.
    fn ask<T>(
        &mut self,
        context: &Context<'_>,
        act: impl FnOnce(&mut Interruptions, Option<&Dialog>, &Scene<'_>) -> T,
    ) -> T {
        let enrolled = self.is_enrolled();
        let top = self.stack.last().expect("the stack is never empty");
        let shown = self.dialog.as_ref().map(|(dialog, _)| dialog);
        let scene = Scene {
            context,
            top: top.controller(),
            covered: shown.is_some(),
            enrolled,
            asleep: self.asleep,
        };
        act(&mut self.interruptions, shown, &scene)
    }

    pub(super) fn hear(&mut self, event: &Event<'_>, context: &Context<'_>) {
        self.ask(context, |all, _, scene| all.hear(event, scene));
    }

    /// What an input says of who is there, before it is handled.
    pub(super) fn note(&mut self, input: &Input, context: &Context<'_>) {
        if let Input::Key(key, Press::Down) = input {
            self.asleep = *key == RemoteKey::Standby;
        }
        if *input == Input::Revoked {
            // Whatever was asked is not this television's to ask any more.
            self.set_aside();
        }
        self.was_present(input, context);
        self.hear(&Event::Input(input), context);
    }

    /// What somebody asks for with a key or a card.
    pub(super) fn summon(&mut self, input: &Input, context: &Context<'_>) -> Option<Summons> {
        self.ask(context, |all, _, scene| all.summon(input, scene))
    }

    /// Brings what lies over the screens up to date, and shows what has to be shown now.
    pub(super) fn interrupt(&mut self, outward: &mut Vec<Outward>, context: &Context<'_>) {
        self.ask(context, |all, _, scene| all.refresh(scene));
        if let Some((dialog, focused)) = self.dialog.take() {
            match self.ask(context, |all, _, scene| all.follow(dialog, scene)) {
                Follow::Stays(dialog) => self.dialog = Some((dialog, focused)),
                Follow::Ends => {}
                Follow::Answers(dialog, answer) => {
                    outward.extend(self.answer(dialog, answer, context));
                }
            }
        }
        // Each of them may have something, and a message besides.
        for _ in 0..2 * Interruptions::COUNT {
            match self.ask(context, Interruptions::offer) {
                None => break,
                Some(Offer::Say(toast)) => self.show_toast(toast, context),
                Some(Offer::Ask(dialog)) => {
                    self.set_aside();
                    self.dialog = Some((dialog, 0));
                }
                Some(Offer::Show(route)) => outward.extend(self.show_over(&route, context)),
            }
        }
    }

    /// When an interruption has something to do.
    pub(super) fn set_alarm(&mut self, context: &Context<'_>) {
        self.alarm = self.ask(context, |all, _, scene| all.wake_at(scene));
    }

    /// Takes away what lies over the screens; it comes again if it has to.
    fn set_aside(&mut self) {
        if let Some((dialog, _)) = self.dialog.take() {
            self.interruptions.gave_way(dialog);
        }
    }

    /// Does what an answer means.
    pub(super) fn answer(
        &mut self,
        dialog: Dialog,
        answer: Answer,
        context: &Context<'_>,
    ) -> Vec<Outward> {
        let acts = self.ask(context, |all, _, scene| all.answer(dialog, answer, scene));
        let mut outward = Vec::new();
        for act in acts {
            match act {
                Act::Effect(effect) => {
                    self.hear(&Event::Effect(&effect), context);
                    outward.push(Outward::Effect(effect));
                }
                Act::Open(route) => outward.extend(self.follow_to(&route, context)),
                Act::Quit => outward.push(Outward::Quit),
            }
        }
        outward
    }

    /// Opens what an answer leads to. What plays stops for it, and goes on where it was when one
    /// comes back to it; a meeting goes on below what does not play itself.
    pub(super) fn follow_to(&mut self, route: &Route, context: &Context<'_>) -> Vec<Outward> {
        let screen = Screen::open(route);
        if !screen.controller().nature().plays.something() {
            return match self.nature().plays {
                Plays::Meeting => self.push(screen, context),
                _ => self.leave_player_for(route, context),
            };
        }
        let mut effects = vec![Outward::Effect(Effect::Speak(Vec::new()))];
        self.close_personal();
        self.paused = false;
        let left = self.top_mut().controller_mut().park(context);
        effects.extend(left.into_iter().map(Outward::Effect));
        self.close_meetings();
        effects.extend(self.push(screen, context));
        effects
    }

    /// Opens a screen that cannot wait over whatever there is.
    pub(super) fn show_over(&mut self, route: &Route, context: &Context<'_>) -> Vec<Outward> {
        let mut effects = vec![Outward::Effect(Effect::Speak(Vec::new()))];
        effects.extend(self.give_way());
        self.close_personal();
        if self.top().controller().is_running() {
            self.paused = true;
            effects.push(Outward::Effect(Effect::Play(Command::Pause)));
        }
        effects.extend(self.open(route, context));
        effects
    }

    /// Takes away what such a screen comes over. A programme that waited for that is now paused for
    /// the screen.
    fn give_way(&mut self) -> Vec<Outward> {
        self.set_aside();
        if !std::mem::take(&mut self.holds) {
            return Vec::new();
        }
        self.paused = self.ran;
        let mut effects = Vec::new();
        if self.ran {
            effects.push(Outward::Effect(Effect::Play(Command::Pause)));
        }
        effects.push(Outward::Effect(Effect::Play(Command::ReturnAudioFocus)));
        effects
    }

    /// Something comes over the screen on top, which may show what is somebody's own.
    fn close_personal(&mut self) {
        if self.nature().stays == Stays::Personal && self.stack.len() > 1 {
            self.stack.pop();
        }
    }

    /// A programme waits while something covers it, and goes on after that.
    pub(super) fn hold(&mut self, outward: &mut Vec<Outward>) {
        let covered = self
            .dialog
            .as_ref()
            .is_some_and(|(dialog, _)| dialog.covers());
        let wanted = covered && self.nature().plays == Plays::Programme;
        if wanted && !self.holds {
            self.ran = self.top().controller().is_running();
        }
        if wanted != self.holds {
            self.holds = wanted;
            outward.push(Outward::Effect(Effect::Play(if wanted {
                Command::SuspendAudioFocus
            } else {
                Command::ReturnAudioFocus
            })));
        }
    }

    pub(super) fn dialog_key(
        &mut self,
        key: RemoteKey,
        press: Press,
        context: &Context<'_>,
    ) -> Vec<Outward> {
        let Some((dialog, focused)) = &mut self.dialog else {
            return Vec::new();
        };
        let answers = dialog.answers();
        let answer = match (key, press) {
            (RemoteKey::Left, Press::Down | Press::Repeat) => {
                *focused = focused.saturating_sub(1);
                return Vec::new();
            }
            (RemoteKey::Right, Press::Down | Press::Repeat) => {
                *focused = (*focused + 1).min(answers.len() - 1);
                return Vec::new();
            }
            (RemoteKey::Ok, Press::Down) => answers[*focused],
            (RemoteKey::Back | RemoteKey::Home, Press::Down) => dialog.harmless(),
            _ => return Vec::new(),
        };
        let Some((dialog, _)) = self.dialog.take() else {
            return Vec::new();
        };
        let mut effects = self.answer(dialog, answer, context);
        if key == RemoteKey::Home {
            // As Back, and then to where it leads from anywhere. What waited for the question
            // comes over Home.
            effects.extend(self.begin(context));
        }
        effects
    }

    /// The television goes to sleep: a meeting is left, a programme waits.
    pub(super) fn sleep(&mut self, context: &Context<'_>) -> Vec<Outward> {
        if self.meeting().is_some() {
            return self.home(context);
        }
        let mut effects = vec![Outward::Effect(Effect::Speak(Vec::new()))];
        if self.top().controller().is_running() {
            effects.push(Outward::Effect(Effect::Play(Command::Pause)));
        }
        let is_quiet = !self.top().controller().is_running();
        if is_quiet && self.nature().base == Some(Base::Home) {
            // The television sleeps by its own switch, not by this one.
            self.show_toast(Toast::Standby, context);
        }
        if self.top().controller().has_voice() {
            // Nobody is listened to while it sleeps.
            effects.extend(self.silence());
            effects.extend(self.tell_top(&Input::Shown, context));
        }
        effects
    }
}
