//! A sign-in that had been kept was refused: whoever comes home is told, until somebody has read
//! it. What is to be told is on the disk.

mod view;

use std::collections::HashSet;

use super::provider::{Act, Answer, Event, Follow, Offer, Over, Provider, Question, Scene, Seen};
use crate::cache::ToldLater;
use crate::screens::{Effect, Input};

impl Question for ToldLater {
    const ANSWERS: &'static [Answer] = &[Answer::Understood];
    const HARMLESS: Answer = Answer::Understood;
}

/// See the module.
#[derive(Default)]
pub struct Refusals {
    seen: Seen,
    stale: bool,
    untold: Vec<ToldLater>,
    /// Told, which is being written down.
    told: HashSet<String>,
}

impl Provider for Refusals {
    type Question = ToldLater;

    const OVER: Over = Over::Nothing;

    fn hear(&mut self, event: &Event<'_>, _scene: &Scene<'_>) {
        match event {
            Event::Input(Input::Changed | Input::Told(..)) => self.stale = true,
            Event::Effect(Effect::Told(key)) => {
                self.told.insert(key.clone());
            }
            _ => {}
        }
    }

    fn refresh(&mut self, scene: &Scene<'_>) {
        let stale = std::mem::take(&mut self.stale);
        if self.seen.is_news(scene.context) || stale {
            self.untold = scene.context.cache.refusals();
            let untold = &self.untold;
            self.told
                .retain(|key| untold.iter().any(|one| one.key == *key));
        }
    }

    fn offer(&mut self, scene: &Scene<'_>) -> Option<Offer<ToldLater>> {
        if !scene.is_home() {
            return None;
        }
        let untold = self.untold.iter().find(|one| !self.told.contains(&one.key));
        untold.cloned().map(Offer::Ask)
    }

    fn follow(&mut self, question: ToldLater, _scene: &Scene<'_>) -> Follow<ToldLater> {
        if self.untold.iter().any(|one| one.key == question.key) {
            Follow::Stays(question)
        } else {
            Follow::Ends
        }
    }

    fn answer(&mut self, question: ToldLater, _answer: Answer, _scene: &Scene<'_>) -> Vec<Act> {
        vec![Act::Effect(Effect::Told(question.key))]
    }
}
