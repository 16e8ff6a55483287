//! The meeting that somebody takes part in: what is told to it, and the viewing that is counted while
//! it is joined.

use media_player::publish::PublishCommand;
use media_player::{Command, Event as Played, State};

use super::{Outward, Router};
use crate::cache::command::{Reply, Told};
use crate::interruptions::provider::Event;
use crate::screens::viewing::Viewing;
use crate::screens::{Attended, Context, Controller, Effect, Input, Plays, Screen};

/// Who signed in here counts as watching when the viewing begins within this time, in ms.
const PRESENT_MS: u64 = 3_600_000;

/// What the router knows of it.
#[derive(Default)]
pub(super) struct Attending {
    /// The meeting that is joined.
    viewing: Option<Viewing>,
    /// The page of camera and microphone is shown.
    previews: bool,
    /// Members who signed in here, and when, in monotonic ms.
    signed: Vec<(String, u64)>,
}

impl Attending {
    pub(super) fn wake_at(&self) -> Option<u64> {
        self.viewing.as_ref().and_then(Viewing::wake_at)
    }
}

impl Router {
    /// Remembers who is in front of this television.
    pub(super) fn was_present(&mut self, input: &Input, context: &Context<'_>) {
        let Input::Told(_, Told::Answered(reply)) = input else {
            return;
        };
        let member_id = match reply {
            Reply::SignIn(answer) => &answer.member.id,
            Reply::OwnRecord(record) => &record.member.id,
            _ => return,
        };
        let attending = &mut self.attending;
        attending.signed.retain(|(id, at)| {
            id != member_id && context.ticks_ms.saturating_sub(*at) < PRESENT_MS
        });
        attending.signed.push((member_id.clone(), context.ticks_ms));
        if let Some(viewing) = &mut attending.viewing {
            viewing.signed_in(member_id);
        }
    }

    /// Writes down how far the viewing is, when that is due.
    pub(super) fn report(&mut self, context: &Context<'_>) -> Option<Outward> {
        let viewing = self.attending.viewing.as_mut()?;
        let report = viewing.tick(context.ticks_ms, context.now.at_ms);
        report.map(Outward::Effect)
    }

    /// Begins a viewing, or goes on with it.
    pub(super) fn join(&mut self, id: &str, context: &Context<'_>) -> Vec<Outward> {
        let mut outward = Vec::new();
        let known = self
            .attending
            .viewing
            .as_ref()
            .is_some_and(|viewing| viewing.meeting_id() == id);
        if !known {
            outward.extend(self.leave_meeting(context));
            let mut viewing = Viewing::new((context.new_key)(), id);
            for (member, at) in &self.attending.signed {
                if context.ticks_ms.saturating_sub(*at) < PRESENT_MS {
                    viewing.signed_in(member);
                }
            }
            for waiting in context.cache.waiting_sign_ins() {
                viewing.signed_in(&waiting.member_id);
            }
            self.attending.viewing = Some(viewing);
            self.hear(&Event::Joined(id), context);
        }
        if let Some(viewing) = &self.attending.viewing {
            outward.push(Outward::Join {
                meeting_id: id.to_owned(),
                viewing_id: viewing.id().to_owned(),
            });
        }
        outward
    }

    /// Ends the viewing and everything that belongs to it.
    pub(super) fn leave_meeting(&mut self, context: &Context<'_>) -> Vec<Outward> {
        let Some(viewing) = self.attending.viewing.take() else {
            return Vec::new();
        };
        self.hear(&Event::Left(viewing.meeting_id()), context);
        let now_ms = context.now.at_ms;
        let mut effects: Vec<Effect> = viewing.end(context.ticks_ms, now_ms).into_iter().collect();
        effects.extend([
            Effect::LeaveMeeting,
            Effect::Publish(PublishCommand::Close),
            Effect::Play(Command::Stop),
        ]);
        effects.into_iter().map(Outward::Effect).collect()
    }

    pub(super) fn leave_what_is_not_shown(
        &mut self,
        outward: &mut Vec<Outward>,
        context: &Context<'_>,
    ) {
        let Some(viewing) = &self.attending.viewing else {
            return;
        };
        let id = viewing.meeting_id();
        let shown = self
            .stack
            .iter()
            .filter_map(|screen| screen.controller().attended())
            .any(|meeting| meeting.id() == id);
        if !shown {
            // Before anything that another screen loads.
            let left = self.leave_meeting(context);
            outward.splice(0..0, left);
        }
    }

    /// Counts what the player says of the meeting that is joined.
    pub(super) fn count(&mut self, event: &Played, context: &Context<'_>) -> Option<Outward> {
        let Played::State(state) = event else {
            return None;
        };
        let now_ms = context.now.at_ms;
        let viewing = self.attending.viewing.as_mut()?;
        let report = viewing.plays(*state == State::Playing, context.ticks_ms, now_ms);
        report.map(Outward::Effect)
    }

    /// The meeting that goes on below the screen on top.
    #[must_use]
    pub fn meeting_below(&self) -> Option<&dyn Attended> {
        let (_, below) = self.stack.split_last()?;
        let mut below = below.iter().rev().map(Screen::controller);
        below.find_map(Controller::attended)
    }

    /// The meeting that is shown or goes on below.
    #[must_use]
    pub fn meeting(&self) -> Option<&dyn Attended> {
        let shown = self.top().controller().attended();
        shown.or_else(|| self.meeting_below())
    }

    /// The camera is on for the page of camera and microphone only as long as that is shown; a
    /// meeting goes on with it.
    pub(super) fn end_preview(&mut self, outward: &mut Vec<Outward>) {
        let shown = self.nature().previews;
        let left = std::mem::replace(&mut self.attending.previews, shown) && !shown;
        let wanted = self.meeting().is_some_and(Attended::can_speak);
        if left && !wanted {
            outward.push(Outward::Effect(Effect::Publish(PublishCommand::Close)));
        }
    }

    /// Hands something to the meeting, also while something else lies over it; from below it opens
    /// and closes nothing.
    pub(super) fn tell_meeting(&mut self, input: &Input, context: &Context<'_>) -> Vec<Outward> {
        if self.nature().plays == Plays::Meeting {
            return self.tell_top(input, context);
        }
        let meeting = self
            .stack
            .iter_mut()
            .rev()
            .find(|screen| screen.controller().nature().plays == Plays::Meeting);
        let Some(meeting) = meeting else {
            return Vec::new();
        };
        let mut effects = meeting.controller_mut().handle(input, context);
        effects.retain(|effect| {
            !matches!(
                effect,
                Effect::Open(_)
                    | Effect::OpenFor(..)
                    | Effect::Replace(_)
                    | Effect::Back
                    | Effect::Remember
            )
        });
        self.carry_out(effects, context)
    }
}

#[cfg(test)]
mod tests;
