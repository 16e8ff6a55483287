//! Whether to leave the application, when Back is pressed where there is no way back.

mod view;

use super::provider::{Act, Answer, Event, Follow, Offer, Over, Provider, Question, Scene};

/// The question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leave;

impl Question for Leave {
    const ANSWERS: &'static [Answer] = &[Answer::Stay, Answer::Quit];
    const HARMLESS: Answer = Answer::Stay;
}

/// See the module.
#[derive(Default)]
pub struct Leaving {
    asked: bool,
}

impl Provider for Leaving {
    type Question = Leave;

    const OVER: Over = Over::Nothing;

    fn hear(&mut self, event: &Event<'_>, _scene: &Scene<'_>) {
        match event {
            Event::NoWayBack => self.asked = true,
            Event::Input(_) => self.asked = false,
            _ => {}
        }
    }

    fn offer(&mut self, scene: &Scene<'_>) -> Option<Offer<Leave>> {
        let asked = std::mem::take(&mut self.asked);
        (asked && scene.top.nature().base.is_some()).then_some(Offer::Ask(Leave))
    }

    fn follow(&mut self, question: Leave, _scene: &Scene<'_>) -> Follow<Leave> {
        Follow::Stays(question)
    }

    fn answer(&mut self, _question: Leave, answer: Answer, _scene: &Scene<'_>) -> Vec<Act> {
        match answer {
            Answer::Quit => vec![Act::Quit],
            _ => Vec::new(),
        }
    }
}
