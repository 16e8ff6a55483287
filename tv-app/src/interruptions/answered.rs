//! Something that was asked with one key was answered, and its asker's word is wanted: whoever comes home is
//! told so in a line, once after every start and for every answer. It interrupts nothing: it can wait.

use std::collections::HashSet;

use super::provider::{Act, Answer, Event, Follow, NoQuestion, Offer, Over, Provider, Scene, Seen};
use crate::screens::Input;
use crate::screens::asked;
use crate::screens::overlay::Toast;

/// See the module.
#[derive(Default)]
pub struct Answers {
    seen: Seen,
    stale: bool,
    /// Requests, and the last entry of their history.
    wanted: Vec<(String, u32)>,
    told: HashSet<(String, u32)>,
}

impl Provider for Answers {
    type Question = NoQuestion;

    const OVER: Over = Over::Nothing;

    fn hear(&mut self, event: &Event<'_>, _scene: &Scene<'_>) {
        if matches!(event, Event::Input(Input::Changed | Input::Told(..))) {
            self.stale = true;
        }
    }

    fn refresh(&mut self, scene: &Scene<'_>) {
        let stale = std::mem::take(&mut self.stale);
        if !self.seen.is_news(scene.context) && !stale {
            return;
        }
        let last = |one: &contract::request::TerminalRequest| {
            one.history.last().map_or(0, |entry| entry.number)
        };
        let wanted = asked::wanted(scene.context.cache).into_iter();
        self.wanted = wanted.map(|one| (one.id.clone(), last(&one))).collect();
    }

    fn offer(&mut self, scene: &Scene<'_>) -> Option<Offer<NoQuestion>> {
        if !scene.is_home() || scene.asleep || !scene.enrolled {
            return None;
        }
        let known = self.told.len();
        self.told.extend(self.wanted.iter().cloned());
        (self.told.len() > known).then_some(Offer::Say(Toast::Answered))
    }

    fn follow(&mut self, question: NoQuestion, _scene: &Scene<'_>) -> Follow<NoQuestion> {
        match question {}
    }

    fn answer(&mut self, question: NoQuestion, _: Answer, _: &Scene<'_>) -> Vec<Act> {
        match question {}
    }
}
