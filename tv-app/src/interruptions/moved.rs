//! A meeting that somebody wanted to be reminded of is at another time, or does not take place:
//! that is said until it was read. What they know of its time is on the disk.

mod view;

use std::collections::HashMap;

use contract::meeting::{Meeting, MeetingState};

use super::provider::{Act, Answer, Event, Follow, Offer, Over, Provider, Question, Scene, Seen};
use crate::cache::{KnownTime, ServerTime, WantedMeeting};
use crate::screens::{Effect, Interruption, live};

/// What became of a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The meeting.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Name of who holds it.
    pub organization: String,
    /// When it is planned to begin now, or was, Unix ms.
    pub starts_at_ms: i64,
    /// It does not take place.
    pub off: bool,
}

impl Question for Moved {
    const ANSWERS: &'static [Answer] = &[Answer::Understood];
    const HARMLESS: Answer = Answer::Understood;
    const COVERS: bool = true;
    const YIELDS: bool = true;
}

/// See the module.
#[derive(Default)]
pub struct Changes {
    seen: Seen,
    /// The meetings that somebody wants to be reminded of, as they were then and as they are.
    wanted: Vec<(WantedMeeting, Option<Meeting>)>,
    /// What they have just been told of the time of a meeting, until that is written down.
    told: HashMap<String, KnownTime>,
}

impl Changes {
    /// What whoever wants to be reminded of a meeting has to be told: that it was moved or does not
    /// take place. `None`: they know.
    fn untold(
        &self,
        (wanted, meeting): &(WantedMeeting, Option<Meeting>),
        now: ServerTime,
    ) -> Option<Moved> {
        let known = self.told.get(&wanted.id).copied().unwrap_or(wanted.known);
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
        Some(Moved {
            id: wanted.id.clone(),
            title: wanted.title.clone(),
            organization: wanted.organization.clone(),
            starts_at_ms,
            off,
        })
    }
}

impl Provider for Changes {
    type Question = Moved;

    // A reminder says by itself when the meeting is.
    const OVER: Over = Over::Nothing;

    fn hear(&mut self, event: &Event<'_>, _scene: &Scene<'_>) {
        match event {
            Event::Effect(Effect::Knows(id, known)) => {
                self.told.insert(id.clone(), *known);
            }
            Event::Effect(Effect::Reminded(id, _, starts_at_ms)) => {
                self.told.insert(id.clone(), KnownTime::At(*starts_at_ms));
            }
            _ => {}
        }
    }

    fn refresh(&mut self, scene: &Scene<'_>) {
        if !self.seen.is_news(scene.context) {
            return;
        }
        let cache = scene.context.cache;
        let wanted = cache.wanted_meetings();
        // Written down meanwhile.
        self.told.retain(|id, known| {
            wanted
                .iter()
                .any(|one| one.id == *id && one.known != *known)
        });
        self.wanted = wanted
            .into_iter()
            .map(|wanted| {
                let meeting = cache.meeting(&wanted.id);
                (wanted, meeting)
            })
            .collect();
    }

    fn offer(&mut self, scene: &Scene<'_>) -> Option<Offer<Moved>> {
        if !scene.admits(Interruption::Invitation) || scene.asleep || !scene.enrolled {
            return None;
        }
        let mut wanted = self.wanted.iter();
        let moved = wanted.find_map(|wanted| self.untold(wanted, scene.context.now))?;
        Some(Offer::Ask(moved))
    }

    fn follow(&mut self, question: Moved, scene: &Scene<'_>) -> Follow<Moved> {
        let wanted = self
            .wanted
            .iter()
            .find(|(wanted, _)| wanted.id == question.id);
        let fresh = wanted.and_then(|wanted| self.untold(wanted, scene.context.now));
        fresh.map_or(Follow::Ends, Follow::Stays)
    }

    fn answer(&mut self, question: Moved, _answer: Answer, _scene: &Scene<'_>) -> Vec<Act> {
        let known = if question.off {
            KnownTime::Off
        } else {
            KnownTime::At(question.starts_at_ms)
        };
        vec![Act::Effect(Effect::Knows(question.id, known))]
    }
}
