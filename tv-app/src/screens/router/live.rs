//! Meetings over the screens: the call to one that is live, reminders, and the viewing that is
//! counted while one is joined.
//!
//! What comes first: a roll call, then an urgent notice (which waits for a roll call at home),
//! then a meeting, then a reminder, then that a meeting was moved. Whatever gives way comes again
//! by itself, because it is derived from what the cache says.

use std::collections::{HashMap, HashSet};

use contract::meeting::{Meeting, MeetingState};
use media_player::publish::PublishCommand;
use media_player::{Command, Event, State};

use super::{Outward, Router};
use crate::cache::{DocumentKind, KnownTime, MeetingChoice, Reminded, ServerTime, WantedMeeting};
use crate::client::{Reply, SignInOutcome};
use crate::remote::{Press, RemoteKey};
use crate::screens::meeting::MeetingScreen;
use crate::screens::overlay::{Answer, Dialog};
use crate::screens::viewing::Viewing;
use crate::screens::{
    Context, Controller, Effect, Input, Interruption, Plays, Screen, document_route, live,
};

/// The call to a meeting stays so long, in ms (UX: countdown of 30 s).
pub(super) const CALL_MS: u64 = 30_000;
/// After so long without a key Home offers a meeting that is live, in ms (UX).
const IDLE_MS: u64 = 30_000;
/// Home offers the same meeting again after so long, in ms: nobody may be in the room.
const AGAIN_MS: u64 = 600_000;
/// A reminder stays so long, in ms.
const REMINDER_MS: u64 = 60_000;
/// A reminder comes so long before the meeting, in ms.
const SOON_MS: i64 = 300_000;
/// It is said until so long after the planned time that it is time, in ms.
const LATE_MS: i64 = 600_000;
/// Who signed in here counts as watching when the viewing begins within this time, in ms.
const PRESENT_MS: u64 = 3_600_000;

/// What the router knows of meetings.
#[derive(Default)]
pub(super) struct Live {
    /// The meeting that is joined.
    viewing: Option<Viewing>,
    /// The player plays, as it said last.
    plays: bool,
    /// Generation of the cache that was read last.
    read: u64,
    meetings: Vec<Meeting>,
    choices: HashMap<String, MeetingChoice>,
    /// Called to since the start, and nobody answered.
    called: HashSet<String>,
    /// Declined or left: not offered again by itself.
    declined: HashSet<String>,
    /// What they were reminded of, and the planned time that was about.
    told: HashMap<String, (Reminded, i64)>,
    /// The meetings that somebody wants to be reminded of.
    wanted: Vec<WantedMeeting>,
    /// What they have just been told of the time of a meeting, until that is written down.
    knows: HashMap<String, KnownTime>,
    /// When a key was pressed last, in monotonic ms.
    key_at: u64,
    /// When Home offered a meeting last, in monotonic ms.
    offered_at: Option<u64>,
    /// The television sleeps: nothing begins by itself.
    asleep: bool,
    /// The page of camera and microphone is shown.
    previews: bool,
    /// The programme below waits for what lies over it.
    holds: bool,
    /// It ran when it was stopped for that.
    ran: bool,
    /// Members who signed in here, and when, in monotonic ms.
    signed: Vec<(String, u64)>,
    /// When one of these has something to do, in monotonic ms.
    alarm: Option<u64>,
}

impl Live {
    pub(super) fn wake_at(&self, dialog: Option<&Dialog>, ticks_ms: u64) -> Option<u64> {
        let viewing = self.viewing.as_ref().and_then(Viewing::wake_at);
        // The seconds that are left.
        let second = dialog.and_then(Dialog::until).map(|until| {
            let left = until.saturating_sub(ticks_ms);
            until - left.saturating_sub(1) / 1_000 * 1_000
        });
        [viewing, self.alarm, second].into_iter().flatten().min()
    }

    fn choice(&self, id: &str) -> MeetingChoice {
        self.choices.get(id).copied().unwrap_or_default()
    }

    fn is_declined(&self, id: &str) -> bool {
        self.declined.contains(id) || self.choice(id).declined
    }

    /// What they were reminded of. One that was moved reminds anew.
    fn reminded(&self, meeting: &Meeting) -> Reminded {
        let choice = self.choice(&meeting.id);
        let told = self.told.get(&meeting.id).copied();
        let told = [told, Some((choice.reminded, choice.reminded_for_ms))];
        let about_this = told
            .into_iter()
            .flatten()
            .filter(|(_, at)| *at == meeting.starts_at_ms);
        about_this.map(|(stage, _)| stage).max().unwrap_or_default()
    }

    /// What a reminder has to say now: `None` nothing, or nobody knows what time it is.
    fn due(&self, meeting: &Meeting, now: ServerTime) -> Option<Reminded> {
        let until = meeting.starts_at_ms - now.known_ms()?;
        let stage = match until {
            1..=SOON_MS => Reminded::Soon,
            _ if until <= 0 && until > -LATE_MS => Reminded::Now,
            _ => return None,
        };
        let wanted = meeting.state == MeetingState::Scheduled && self.choice(&meeting.id).remind;
        (wanted && self.reminded(meeting) < stage).then_some(stage)
    }

    /// The reminder of a meeting, if one is due, until so many monotonic ms.
    fn reminder(&self, meeting: &Meeting, until: u64, now: ServerTime) -> Option<Dialog> {
        let stage = self.due(meeting, now)?;
        Some(Dialog::Reminder {
            id: meeting.id.clone(),
            title: meeting.title.clone(),
            organization: meeting.organization.name.clone(),
            starts_at_ms: meeting.starts_at_ms,
            is_time: stage == Reminded::Now,
            until,
        })
    }

    /// What whoever wants to be reminded of a meeting has to be told: that it was moved or does not
    /// take place. `None`: they know.
    fn moved(&self, wanted: &WantedMeeting, now: ServerTime) -> Option<Dialog> {
        let known = self.knows.get(&wanted.id).copied().unwrap_or(wanted.known);
        let meeting = self.meetings.iter().find(|meeting| meeting.id == wanted.id);
        let (starts_at_ms, off) = match (known, meeting) {
            (KnownTime::Nothing, _) => return None,
            (KnownTime::At(at_ms), Some(meeting)) if meeting.state == MeetingState::Cancelled => {
                (at_ms, true)
            }
            // Taken back before its time; of one that is over nothing is left after a while.
            (KnownTime::At(at_ms), None) if wanted.withdrawn && now.known_ms()? < at_ms => {
                (at_ms, true)
            }
            (known, Some(meeting))
                if meeting.state == MeetingState::Scheduled
                    && known != KnownTime::At(meeting.starts_at_ms)
                    && live::group(meeting, now).is_some() =>
            {
                (meeting.starts_at_ms, false)
            }
            _ => return None,
        };
        Some(Dialog::Moved {
            id: wanted.id.clone(),
            title: wanted.title.clone(),
            organization: wanted.organization.clone(),
            starts_at_ms,
            off,
        })
    }
}

impl Router {
    /// What an input says of who is there, before it is handled.
    pub(super) fn note(&mut self, input: &Input, context: &Context<'_>) {
        match input {
            Input::Key(key, Press::Down) => {
                self.live.key_at = context.ticks_ms;
                self.live.asleep = *key == RemoteKey::Standby;
            }
            Input::SignIn(_, SignInOutcome::Answered(answer)) => {
                self.was_here(&answer.member.id, context);
            }
            Input::Reply(_, Reply::Record(record)) => self.was_here(&record.member.id, context),
            _ => {}
        }
    }

    /// The television sleeps: nobody may see what is on the screen.
    pub(super) const fn is_asleep(&self) -> bool {
        self.live.asleep
    }

    fn was_here(&mut self, member_id: &str, context: &Context<'_>) {
        let live = &mut self.live;
        live.signed.retain(|(id, at)| {
            id != member_id && context.ticks_ms.saturating_sub(*at) < PRESENT_MS
        });
        live.signed.push((member_id.to_owned(), context.ticks_ms));
        if let Some(viewing) = &mut live.viewing {
            viewing.signed_in(member_id);
        }
    }

    /// What follows from everything that has happened, after an input was handled.
    pub(super) fn settle(&mut self, outward: &mut Vec<Outward>, context: &Context<'_>) {
        self.watch_looks(context);
        let generation = context.cache.generation();
        if std::mem::replace(&mut self.live.read, generation) != generation {
            self.live.meetings = context.cache.meetings();
            self.live.choices = context.cache.meeting_choices();
            self.live.wanted = context.cache.wanted_meetings();
            // Written down meanwhile.
            let wanted = &self.live.wanted;
            self.live.knows.retain(|id, known| {
                wanted
                    .iter()
                    .any(|one| one.id == *id && one.known != *known)
            });
        }
        self.leave_what_is_not_shown(outward, context);
        self.end_preview(outward);
        self.end_dialog(outward, context);
        self.offer(context);
        self.hold(outward);
        let now_ms = context.now.at_ms;
        if let Some(viewing) = &mut self.live.viewing {
            let report = viewing.tick(context.ticks_ms, now_ms);
            outward.extend(report.map(Outward::Effect));
        }
        self.live.alarm = self.next_alarm(context);
    }

    /// Brings what lies over the screens up to date, and closes it when its time or its reason is
    /// gone.
    fn end_dialog(&mut self, outward: &mut Vec<Outward>, context: &Context<'_>) {
        self.check_urgent(context);
        let Some((dialog, _)) = &self.dialog else {
            return;
        };
        let over = dialog.until().is_some_and(|at| at <= context.ticks_ms);
        match dialog {
            Dialog::Meeting { id, .. } => {
                let id = id.clone();
                let is_live = self.is_live(&id);
                if over && is_live && !self.live.asleep && live::joins_by_itself(context.cache) {
                    outward.extend(self.answer(Answer::Join, context));
                } else if over || !is_live {
                    self.dialog = None;
                    self.live.called.insert(id);
                    // Home has only now become idle.
                    self.live.key_at = context.ticks_ms;
                } else {
                    self.refresh_call(&id);
                }
            }
            Dialog::Reminder { id, .. } if over || self.is_live(id) => {
                outward.extend(self.answer(Answer::Understood, context));
            }
            Dialog::Reminder { id, until, .. } => {
                // Moved, called off or begun: then there is nothing to remind of.
                let (id, until) = (id.clone(), *until);
                let meeting = self.live.meetings.iter().find(|meeting| meeting.id == id);
                let fresh =
                    meeting.and_then(|meeting| self.live.reminder(meeting, until, context.now));
                self.replace_dialog(fresh);
            }
            Dialog::Moved { id, .. } => {
                let id = id.clone();
                let wanted = self.live.wanted.iter().find(|wanted| wanted.id == id);
                let fresh = wanted.and_then(|wanted| self.live.moved(wanted, context.now));
                self.replace_dialog(fresh);
            }
            Dialog::Refused(told) => {
                if !context
                    .cache
                    .refusals()
                    .iter()
                    .any(|one| one.key == told.key)
                {
                    self.dialog = None;
                }
            }
            Dialog::Revoked => {
                // Approved again.
                if self.is_enrolled() {
                    self.dialog = None;
                }
            }
            Dialog::Quit | Dialog::Urgent(..) => return,
        }
        if self.dialog.is_none() {
            self.next_dialog();
        }
    }

    /// The same question as the cache has it now; `None` when it is no question any more.
    fn replace_dialog(&mut self, fresh: Option<Dialog>) {
        self.dialog = fresh.map(|fresh| {
            let focused = self.dialog.as_ref().map_or(0, |(_, focused)| *focused);
            (fresh, focused)
        });
    }

    fn refresh_call(&mut self, id: &str) {
        let meeting = self.live.meetings.iter().find(|meeting| meeting.id == id);
        if let (
            Some(meeting),
            Some((
                Dialog::Meeting {
                    title,
                    organization,
                    kind,
                    ..
                },
                _,
            )),
        ) = (meeting, &mut self.dialog)
        {
            title.clone_from(&meeting.title);
            organization.clone_from(&meeting.organization.name);
            *kind = meeting.kind;
        }
    }

    fn is_live(&self, id: &str) -> bool {
        self.live
            .meetings
            .iter()
            .any(|meeting| meeting.id == id && meeting.state == MeetingState::Live)
    }

    /// Calls to a meeting that is live, or reminds of one.
    fn offer(&mut self, context: &Context<'_>) {
        if !self.admits(Interruption::Meeting) || self.live.asleep || !self.is_enrolled() {
            return;
        }
        if matches!(
            self.dialog,
            None | Some((Dialog::Reminder { .. } | Dialog::Moved { .. }, _))
        ) && let Some(dialog) = self.call_to_meeting(context)
        {
            self.dialog = Some((dialog, 0));
        }
        // A reminder says by itself when the meeting is.
        if matches!(self.dialog, None | Some((Dialog::Moved { .. }, _))) {
            let until = context.ticks_ms + REMINDER_MS;
            let due = self
                .live
                .meetings
                .iter()
                .find_map(|meeting| self.live.reminder(meeting, until, context.now));
            if let Some(due) = due {
                self.dialog = Some((due, 0));
            }
        }
        if self.dialog.is_none() {
            let moved = self
                .live
                .wanted
                .iter()
                .find_map(|wanted| self.live.moved(wanted, context.now));
            self.dialog = moved.map(|moved| (moved, 0));
        }
    }

    fn call_to_meeting(&mut self, context: &Context<'_>) -> Option<Dialog> {
        let idle = self
            .idle_at()
            .is_some_and(|at| at <= context.ticks_ms && self.is_home());
        let offered = |meeting: &&Meeting| {
            meeting.state == MeetingState::Live
                && !self.live.is_declined(&meeting.id)
                && (idle || !self.live.called.contains(&meeting.id))
        };
        let mut offered: Vec<&Meeting> = self.live.meetings.iter().filter(offered).collect();
        // One that nobody was called to yet comes first.
        offered.sort_by_key(|meeting| self.live.called.contains(&meeting.id));
        let meeting = *offered.first()?;
        let dialog = Dialog::Meeting {
            id: meeting.id.clone(),
            title: meeting.title.clone(),
            organization: meeting.organization.name.clone(),
            kind: meeting.kind,
            by_itself: live::joins_by_itself(context.cache),
            until: context.ticks_ms + CALL_MS,
        };
        if self.live.called.contains(&meeting.id) {
            self.live.offered_at = Some(context.ticks_ms);
        }
        Some(dialog)
    }

    /// When Home offers a meeting that nobody answered the call to, in monotonic ms.
    fn idle_at(&self) -> Option<u64> {
        let again = self.live.offered_at.map_or(0, |at| at + AGAIN_MS);
        let waits = self.live.meetings.iter().any(|meeting| {
            meeting.state == MeetingState::Live && !self.live.is_declined(&meeting.id)
        });
        (waits && self.is_home() && self.dialog.is_none())
            .then_some((self.live.key_at + IDLE_MS).max(again))
    }

    fn next_alarm(&self, context: &Context<'_>) -> Option<u64> {
        let reminders = self.live.meetings.iter().filter(|meeting| {
            meeting.state == MeetingState::Scheduled && self.live.choice(&meeting.id).remind
        });
        let reminder = reminders
            .flat_map(|meeting| [meeting.starts_at_ms - SOON_MS, meeting.starts_at_ms])
            .filter_map(|at| context.ticks_of(at))
            .min();
        let expiry = self.urgent_expiry(context);
        let idle = self.idle_at().filter(|at| *at > context.ticks_ms);
        [reminder, expiry, idle.filter(|_| !self.live.asleep)]
            .into_iter()
            .flatten()
            .min()
    }

    /// A programme waits while something covers it, and goes on after that.
    fn hold(&mut self, outward: &mut Vec<Outward>) {
        let covered = self
            .dialog
            .as_ref()
            .is_some_and(|(dialog, _)| dialog.covers());
        let wanted = covered && self.nature().plays == Plays::Programme;
        if wanted && !self.live.holds {
            self.live.ran = self.top().controller().is_running();
        }
        if wanted != self.live.holds {
            self.live.holds = wanted;
            outward.push(Outward::Effect(Effect::Play(if wanted {
                Command::SuspendAudioFocus
            } else {
                Command::ReturnAudioFocus
            })));
        }
    }

    /// Takes away what a roll call comes over; it comes again after it. A programme that waited
    /// for that is now paused for the roll call.
    pub(super) fn give_way(&mut self) -> Vec<Outward> {
        match self.dialog.take() {
            Some((Dialog::Urgent(id, title), _)) => self.urgent.insert(0, (id, title)),
            Some((Dialog::Quit | Dialog::Revoked | Dialog::Refused(_), _)) | None => {}
            // Derived again from what the cache says.
            Some((Dialog::Meeting { .. } | Dialog::Reminder { .. } | Dialog::Moved { .. }, _)) => {}
        }
        if !std::mem::take(&mut self.live.holds) {
            return Vec::new();
        }
        self.paused = self.live.ran;
        let mut effects = Vec::new();
        if self.live.ran {
            effects.push(Outward::Effect(Effect::Play(Command::Pause)));
        }
        effects.push(Outward::Effect(Effect::Play(Command::ReturnAudioFocus)));
        effects
    }

    /// Somebody answered the call, or a reminder.
    pub(super) fn answer_meeting(
        &mut self,
        dialog: Dialog,
        answer: Answer,
        context: &Context<'_>,
    ) -> Vec<Outward> {
        match (dialog, answer) {
            (Dialog::Meeting { id, .. }, Answer::Join) => self.open_meeting(&id, context),
            (Dialog::Meeting { id, .. }, _) => {
                self.live.declined.insert(id.clone());
                vec![Outward::Effect(Effect::Decline(id))]
            }
            (
                Dialog::Reminder {
                    id,
                    is_time,
                    starts_at_ms,
                    ..
                },
                _,
            ) => {
                let stage = if is_time {
                    Reminded::Now
                } else {
                    Reminded::Soon
                };
                self.live.told.insert(id.clone(), (stage, starts_at_ms));
                self.live
                    .knows
                    .insert(id.clone(), KnownTime::At(starts_at_ms));
                vec![Outward::Effect(Effect::Reminded(id, stage, starts_at_ms))]
            }
            (
                Dialog::Moved {
                    id,
                    starts_at_ms,
                    off,
                    ..
                },
                _,
            ) => {
                let known = if off {
                    KnownTime::Off
                } else {
                    KnownTime::At(starts_at_ms)
                };
                self.live.knows.insert(id.clone(), known);
                vec![Outward::Effect(Effect::Knows(id, known))]
            }
            _ => Vec::new(),
        }
    }

    /// Opens a meeting over whatever there is. A programme below stops, and goes on where it was
    /// when one comes back to it.
    fn open_meeting(&mut self, id: &str, context: &Context<'_>) -> Vec<Outward> {
        self.live.called.insert(id.to_owned());
        let mut effects = vec![Outward::Effect(Effect::Speak(Vec::new()))];
        self.close_personal();
        self.paused = false;
        let left = self.top_mut().controller_mut().park(context);
        effects.extend(left.into_iter().map(Outward::Effect));
        self.close_meetings();
        effects.extend(self.open(&document_route(DocumentKind::Meeting, id), context));
        effects
    }

    /// Begins a viewing, or goes on with it.
    pub(super) fn join(&mut self, id: &str, context: &Context<'_>) -> Vec<Outward> {
        let mut outward = Vec::new();
        let known = self
            .live
            .viewing
            .as_ref()
            .is_some_and(|viewing| viewing.meeting_id() == id);
        if !known {
            outward.extend(self.leave_meeting(context));
            let mut viewing = Viewing::new((context.new_key)(), id);
            for (member, at) in &self.live.signed {
                if context.ticks_ms.saturating_sub(*at) < PRESENT_MS {
                    viewing.signed_in(member);
                }
            }
            for waiting in context.cache.waiting_sign_ins() {
                viewing.signed_in(&waiting.member_id);
            }
            self.live.plays = false;
            self.live.called.insert(id.to_owned());
            self.live.viewing = Some(viewing);
        }
        if let Some(viewing) = &self.live.viewing {
            outward.push(Outward::Join {
                meeting_id: id.to_owned(),
                viewing_id: viewing.id().to_owned(),
            });
        }
        outward
    }

    /// Ends the viewing and everything that belongs to it.
    pub(super) fn leave_meeting(&mut self, context: &Context<'_>) -> Vec<Outward> {
        let Some(viewing) = self.live.viewing.take() else {
            return Vec::new();
        };
        // Who has left is not called again by itself.
        self.live.declined.insert(viewing.meeting_id().to_owned());
        let now_ms = context.now.at_ms;
        let mut effects: Vec<Effect> = viewing.end(context.ticks_ms, now_ms).into_iter().collect();
        effects.extend([
            Effect::LeaveMeeting,
            Effect::Publish(PublishCommand::Close),
            Effect::Play(Command::Stop),
        ]);
        effects.into_iter().map(Outward::Effect).collect()
    }

    fn leave_what_is_not_shown(&mut self, outward: &mut Vec<Outward>, context: &Context<'_>) {
        let Some(viewing) = &self.live.viewing else {
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
    pub(super) fn count(&mut self, event: &Event, context: &Context<'_>) -> Option<Outward> {
        let Event::State(state) = event else {
            return None;
        };
        let now_ms = context.now.at_ms;
        let viewing = self.live.viewing.as_mut()?;
        let report = viewing.plays(*state == State::Playing, context.ticks_ms, now_ms);
        report.map(Outward::Effect)
    }

    /// The meeting that goes on below the screen on top.
    #[must_use]
    pub fn meeting_below(&self) -> Option<&MeetingScreen> {
        let (_, below) = self.stack.split_last()?;
        let mut below = below.iter().rev().map(Screen::controller);
        below.find_map(Controller::attended)
    }

    /// The meeting that is shown or goes on below.
    #[must_use]
    pub fn meeting(&self) -> Option<&MeetingScreen> {
        let shown = self.top().controller().attended();
        shown.or_else(|| self.meeting_below())
    }

    /// The camera is on for the page of camera and microphone only as long as that is shown; a
    /// meeting goes on with it.
    fn end_preview(&mut self, outward: &mut Vec<Outward>) {
        let shown = self.nature().previews;
        let left = std::mem::replace(&mut self.live.previews, shown) && !shown;
        let wanted = self.meeting().is_some_and(MeetingScreen::can_speak);
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
                Effect::Open(_) | Effect::Replace(_) | Effect::Back | Effect::Remember
            )
        });
        self.carry_out(effects, context)
    }

    /// The television goes to sleep: a meeting is left, a programme waits.
    pub(super) fn sleep(&mut self, context: &Context<'_>) -> Vec<Outward> {
        if matches!(self.dialog, Some((Dialog::Meeting { .. }, _))) {
            // It comes again when somebody is there.
            self.dialog = None;
        }
        if self.meeting().is_some() {
            return self.home(context);
        }
        let mut effects = vec![Outward::Effect(Effect::Speak(Vec::new()))];
        if self.top().controller().is_running() {
            effects.push(Outward::Effect(Effect::Play(Command::Pause)));
        }
        effects
    }
}

#[cfg(test)]
mod tests;
