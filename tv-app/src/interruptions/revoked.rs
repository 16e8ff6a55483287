//! Staff have revoked this terminal: that is said until somebody has read it, or it was approved
//! again.

mod view;

use super::provider::{Act, Answer, Event, Follow, Offer, Over, Provider, Question, Scene};
use crate::screens::Input;

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoked;

impl Question for Revoked {
    const ANSWERS: &'static [Answer] = &[Answer::Understood];
    const HARMLESS: Answer = Answer::Understood;
}

/// See the module.
#[derive(Default)]
pub struct Revocations {
    news: bool,
}

impl Provider for Revocations {
    type Question = Revoked;

    const OVER: Over = Over::Everything;

    fn hear(&mut self, event: &Event<'_>, _scene: &Scene<'_>) {
        if matches!(event, Event::Input(Input::Revoked)) {
            self.news = true;
        }
    }

    fn offer(&mut self, _scene: &Scene<'_>) -> Option<Offer<Revoked>> {
        std::mem::take(&mut self.news).then_some(Offer::Ask(Revoked))
    }

    fn follow(&mut self, question: Revoked, scene: &Scene<'_>) -> Follow<Revoked> {
        if scene.enrolled {
            Follow::Ends
        } else {
            Follow::Stays(question)
        }
    }

    fn answer(&mut self, _question: Revoked, _answer: Answer, _scene: &Scene<'_>) -> Vec<Act> {
        Vec::new()
    }
}
