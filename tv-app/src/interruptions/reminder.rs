//! The meetings that somebody wanted to be reminded of: five minutes before, and when it is time.
//! What they were reminded of is on the disk.

mod view;

use std::collections::HashMap;

use contract::meeting::{Meeting, MeetingState};

use super::provider::{Act, Answer, Event, Follow, Offer, Over, Provider, Question, Scene, Seen};
use crate::cache::{MeetingChoice, Reminded, ServerTime};
use crate::screens::{Effect, Interruption};

/// A reminder stays so long, in ms.
pub(crate) const REMINDER_MS: u64 = 60_000;
/// It comes so long before the meeting, in ms.
const SOON_MS: i64 = 300_000;
/// It is said until so long after the planned time that it is time, in ms.
const LATE_MS: i64 = 600_000;

/// A meeting that begins soon, or should begin now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The meeting.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Name of who holds it.
    pub organization: String,
    /// When it is planned to begin, Unix ms.
    pub starts_at_ms: i64,
    /// It is time; otherwise it begins soon.
    pub is_time: bool,
    /// When it goes away, in monotonic ms.
    pub until: u64,
}

impl Question for Due {
    const ANSWERS: &'static [Answer] = &[Answer::Understood];
    const HARMLESS: Answer = Answer::Understood;
    const COVERS: bool = true;
    const YIELDS: bool = true;

    fn until(&self) -> Option<u64> {
        Some(self.until)
    }
}

/// See the module.
#[derive(Default)]
pub struct Reminders {
    seen: Seen,
    /// The meetings that somebody wants to be reminded of, by their time.
    wanted: Vec<(Meeting, MeetingChoice)>,
    /// What they were reminded of since the start, and the planned time that was about.
    told: HashMap<String, (Reminded, i64)>,
}

impl Reminders {
    fn wanted(&self, id: &str) -> Option<&(Meeting, MeetingChoice)> {
        self.wanted.iter().find(|(meeting, _)| meeting.id == id)
    }

    /// What they were reminded of. One that was moved reminds anew.
    fn reminded(&self, meeting: &Meeting, choice: MeetingChoice) -> Reminded {
        let told = self.told.get(&meeting.id).copied();
        let told = [told, Some((choice.reminded, choice.reminded_for_ms))];
        let about_this = told
            .into_iter()
            .flatten()
            .filter(|(_, at)| *at == meeting.starts_at_ms);
        about_this.map(|(stage, _)| stage).max().unwrap_or_default()
    }

    /// What a reminder has to say now: `None` nothing, or nobody knows what time it is.
    fn stage(&self, meeting: &Meeting, choice: MeetingChoice, now: ServerTime) -> Option<Reminded> {
        let until = meeting.starts_at_ms - now.known_ms()?;
        let stage = match until {
            1..=SOON_MS => Reminded::Soon,
            _ if until <= 0 && until > -LATE_MS => Reminded::Now,
            _ => return None,
        };
        let wanted = meeting.state == MeetingState::Scheduled;
        (wanted && self.reminded(meeting, choice) < stage).then_some(stage)
    }

    /// The reminder of a meeting, if one is due, until so many monotonic ms.
    fn due(
        &self,
        (meeting, choice): &(Meeting, MeetingChoice),
        until: u64,
        now: ServerTime,
    ) -> Option<Due> {
        let stage = self.stage(meeting, *choice, now)?;
        Some(Due {
            id: meeting.id.clone(),
            title: meeting.title.clone(),
            organization: meeting.organization.name.clone(),
            starts_at_ms: meeting.starts_at_ms,
            is_time: stage == Reminded::Now,
            until,
        })
    }
}

impl Provider for Reminders {
    type Question = Due;

    const OVER: Over = Over::WhatYields;

    fn hear(&mut self, event: &Event<'_>, _scene: &Scene<'_>) {
        if let Event::Effect(Effect::Reminded(id, stage, starts_at_ms)) = event {
            self.told.insert(id.clone(), (*stage, *starts_at_ms));
        }
    }

    fn refresh(&mut self, scene: &Scene<'_>) {
        if !self.seen.is_news(scene.context) {
            return;
        }
        let cache = scene.context.cache;
        let choices = cache.meeting_choices().into_iter();
        let wanted = choices.filter(|(_, choice)| choice.remind);
        self.wanted = wanted
            .filter_map(|(id, choice)| Some((cache.meeting(&id)?, choice)))
            .collect();
        self.wanted.sort_by(|(one, _), (other, _)| {
            (one.starts_at_ms, &one.id).cmp(&(other.starts_at_ms, &other.id))
        });
    }

    fn offer(&mut self, scene: &Scene<'_>) -> Option<Offer<Due>> {
        if !scene.admits_wanted(Interruption::Invitation) || scene.asleep || !scene.enrolled {
            return None;
        }
        let until = scene.context.ticks_ms + REMINDER_MS;
        let mut wanted = self.wanted.iter();
        let due = wanted.find_map(|wanted| self.due(wanted, until, scene.context.now))?;
        Some(Offer::Ask(due))
    }

    fn follow(&mut self, question: Due, scene: &Scene<'_>) -> Follow<Due> {
        let wanted = self.wanted(&question.id);
        let is_live = wanted.is_some_and(|(meeting, _)| meeting.state == MeetingState::Live);
        if is_live || question.until <= scene.context.ticks_ms {
            return Follow::Answers(question, Answer::Understood);
        }
        // Moved, called off or begun: then there is nothing to remind of.
        let fresh = wanted.and_then(|wanted| self.due(wanted, question.until, scene.context.now));
        fresh.map_or(Follow::Ends, Follow::Stays)
    }

    fn answer(&mut self, question: Due, _answer: Answer, _scene: &Scene<'_>) -> Vec<Act> {
        let stage = if question.is_time {
            Reminded::Now
        } else {
            Reminded::Soon
        };
        let effect = Effect::Reminded(question.id, stage, question.starts_at_ms);
        vec![Act::Effect(effect)]
    }

    fn wake_at(&self, scene: &Scene<'_>) -> Option<u64> {
        let planned = self
            .wanted
            .iter()
            .filter(|(meeting, _)| meeting.state == MeetingState::Scheduled);
        planned
            .flat_map(|(meeting, _)| [meeting.starts_at_ms - SOON_MS, meeting.starts_at_ms])
            .filter_map(|at| scene.context.ticks_of(at))
            .min()
    }
}
