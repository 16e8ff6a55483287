//! The call to a meeting that is live: for half a minute over every screen, then again whenever
//! Home is idle, until somebody takes part or declines.
//!
//! That somebody declined is on the disk; after a power cut everybody else is called again.

mod view;

use std::collections::HashSet;

use contract::meeting::{Meeting, MeetingKind, MeetingState};

use super::provider::{Act, Answer, Event, Follow, Offer, Over, Provider, Question, Scene, Seen};
use crate::cache::DocumentKind;
use crate::remote::Press;
use crate::screens::{Effect, Input, Interruption, document_route, live};

/// The call stays so long, in ms (UX: countdown of 30 s).
pub(crate) const CALL_MS: u64 = 30_000;
/// After so long without a key Home offers a meeting that is live, in ms (UX).
pub(crate) const IDLE_MS: u64 = 30_000;
/// After so long without a key a live meeting fills the screen at Home where the township wants it, in ms.
pub(crate) const FILLS_MS: u64 = 20_000;
/// Home offers the same meeting again after so long, in ms: nobody may be in the room.
pub(crate) const AGAIN_MS: u64 = 600_000;

/// The call to a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The meeting.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Name of who holds it; empty while unknown.
    pub organization: String,
    /// How it is held.
    pub kind: MeetingKind,
    /// It begins by itself when nobody answers.
    pub by_itself: bool,
    /// When it goes away, in monotonic ms.
    pub until: u64,
}

impl Question for Call {
    const ANSWERS: &'static [Answer] = &[Answer::Join, Answer::Decline];
    const HARMLESS: Answer = Answer::Decline;
    const COVERS: bool = true;
    const YIELDS: bool = true;

    fn until(&self) -> Option<u64> {
        Some(self.until)
    }
}

/// See the module.
#[derive(Default)]
pub struct Calls {
    seen: Seen,
    live: Vec<Meeting>,
    /// Called to since the start, and nobody answered.
    called: HashSet<String>,
    /// Declined or left since the start: not offered again by itself.
    left: HashSet<String>,
    /// Declined, as the disk says.
    declined: HashSet<String>,
    /// When a key was pressed last, in monotonic ms.
    key_at: u64,
    /// When Home offered a meeting last, in monotonic ms.
    offered_at: Option<u64>,
}

impl Calls {
    fn is_declined(&self, id: &str) -> bool {
        self.left.contains(id) || self.declined.contains(id)
    }

    fn live(&self, id: &str) -> Option<&Meeting> {
        self.live.iter().find(|meeting| meeting.id == id)
    }

    /// When Home offers a meeting that nobody answered the call to, in monotonic ms.
    fn idle_at(&self, scene: &Scene<'_>) -> Option<u64> {
        let again = self.offered_at.map_or(0, |at| at + AGAIN_MS);
        let waits = self
            .live
            .iter()
            .any(|meeting| !self.is_declined(&meeting.id));
        let idle = if scene.context.cache.manners().live_fills_home {
            FILLS_MS
        } else {
            IDLE_MS
        };
        (waits && scene.is_home() && !scene.covered).then_some((self.key_at + idle).max(again))
    }
}

impl Provider for Calls {
    type Question = Call;

    const OVER: Over = Over::WhatYields;

    fn hear(&mut self, event: &Event<'_>, scene: &Scene<'_>) {
        match event {
            Event::Input(Input::Key(_, Press::Down)) => self.key_at = scene.context.ticks_ms,
            Event::Joined(id) => {
                self.called.insert((*id).to_owned());
            }
            // Who has left is not called again by itself.
            Event::Left(id) => {
                self.left.insert((*id).to_owned());
            }
            Event::Effect(Effect::Decline(id)) => {
                self.left.insert(id.clone());
            }
            _ => {}
        }
    }

    fn refresh(&mut self, scene: &Scene<'_>) {
        if !self.seen.is_news(scene.context) {
            return;
        }
        let cache = scene.context.cache;
        self.live = cache.meetings();
        self.live
            .retain(|meeting| meeting.state == MeetingState::Live);
        let choices = cache.meeting_choices().into_iter();
        let declined = choices.filter(|(_, choice)| choice.declined);
        self.declined = declined.map(|(id, _)| id).collect();
    }

    fn offer(&mut self, scene: &Scene<'_>) -> Option<Offer<Call>> {
        if !scene.admits(Interruption::Invitation) || scene.asleep || !scene.enrolled {
            return None;
        }
        let ticks_ms = scene.context.ticks_ms;
        let idle = self.idle_at(scene).is_some_and(|at| at <= ticks_ms);
        let offered = |meeting: &&Meeting| {
            !self.is_declined(&meeting.id) && (idle || !self.called.contains(&meeting.id))
        };
        // One that nobody was called to yet comes first.
        let meeting = self
            .live
            .iter()
            .filter(offered)
            .min_by_key(|meeting| self.called.contains(&meeting.id))?;
        if idle
            && self.called.contains(&meeting.id)
            && scene.context.cache.manners().live_fills_home
        {
            self.offered_at = Some(ticks_ms);
            return Some(Offer::Show(document_route(
                DocumentKind::Meeting,
                &meeting.id,
            )));
        }
        let call = Call {
            id: meeting.id.clone(),
            title: meeting.title.clone(),
            organization: meeting.organization.name.clone(),
            kind: meeting.kind,
            by_itself: live::joins_by_itself(scene.context.cache),
            until: ticks_ms + CALL_MS,
        };
        if self.called.contains(&call.id) {
            self.offered_at = Some(ticks_ms);
        }
        Some(Offer::Ask(call))
    }

    fn follow(&mut self, question: Call, scene: &Scene<'_>) -> Follow<Call> {
        if scene.asleep {
            // It comes again when somebody is there.
            return Follow::Ends;
        }
        let over = question.until <= scene.context.ticks_ms;
        match self.live(&question.id) {
            Some(_) if over && live::joins_by_itself(scene.context.cache) => {
                Follow::Answers(question, Answer::Join)
            }
            Some(meeting) if !over => Follow::Stays(Call {
                title: meeting.title.clone(),
                organization: meeting.organization.name.clone(),
                kind: meeting.kind,
                ..question
            }),
            _ => {
                self.called.insert(question.id);
                // Home has only now become idle.
                self.key_at = scene.context.ticks_ms;
                Follow::Ends
            }
        }
    }

    fn answer(&mut self, question: Call, answer: Answer, _scene: &Scene<'_>) -> Vec<Act> {
        if answer == Answer::Join {
            let route = document_route(DocumentKind::Meeting, &question.id);
            self.called.insert(question.id);
            return vec![Act::Open(route)];
        }
        vec![Act::Effect(Effect::Decline(question.id))]
    }

    fn wake_at(&self, scene: &Scene<'_>) -> Option<u64> {
        self.idle_at(scene)
            .filter(|at| *at > scene.context.ticks_ms && !scene.asleep)
    }
}
