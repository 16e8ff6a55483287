//! What of it the screen shows, and says.

use contract::evaluation::Evaluation;

use super::asking::Asking;
use super::controller::{Answering, Block, Step};
use super::handing::Handing;
use super::parts::{Choice, Line, Row};
use super::sheet::Sheet;
use crate::cache::ServerTime;
use crate::screens::kit::form::Digits;
use crate::screens::kit::grid::Grid;
use crate::screens::names::Names;
use crate::screens::{BACK, Context, Controller, Effect, Effects};

impl Answering {
    /// Where it is.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// Why they cannot answer.
    #[must_use]
    pub const fn blocked(&self) -> Option<&Block> {
        self.block.as_ref()
    }

    /// What is answered.
    #[must_use]
    pub const fn evaluation(&self) -> Option<&Evaluation> {
        self.evaluation.as_ref()
    }

    /// The names to choose from.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// Who answers; empty for a card.
    #[must_use]
    pub fn name(&self) -> &str {
        self.member.as_ref().map_or("", |one| one.name.as_str())
    }

    /// The PIN that is typed.
    #[must_use]
    pub const fn form(&self) -> &Digits {
        &self.form
    }

    /// The answers.
    #[must_use]
    pub const fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// The question on the screen.
    #[must_use]
    pub const fn asking(&self) -> Option<&Asking> {
        self.asking.as_ref()
    }

    /// It was opened from the review.
    #[must_use]
    pub const fn is_changing(&self) -> bool {
        self.changing
    }

    /// Which of how many screens is shown, from 1, and how many are answered.
    #[must_use]
    pub fn progress(&self) -> (usize, usize, usize) {
        let places = self.sheet.places();
        let at = self.asking.as_ref().and_then(|asking| {
            let place = asking.place;
            places.iter().position(|one| *one == place)
        });
        let answered = places.iter().filter(|one| self.sheet.is_answered(**one));
        (at.map_or(0, |at| at + 1), places.len(), answered.count())
    }

    /// All answers once more.
    #[must_use]
    pub const fn review(&self) -> &Grid<Row> {
        &self.review
    }

    /// Index of the focused answer to whether to hand in.
    #[must_use]
    pub fn focused_answer(&self) -> usize {
        self.answers.index()
    }

    /// The ballot that was handed in.
    #[must_use]
    pub const fn handing(&self) -> Option<&Handing> {
        self.handing.as_ref()
    }

    /// The buttons of this step.
    #[must_use]
    pub fn choices(&self) -> Vec<Choice> {
        match (self.step, &self.handing) {
            (Step::Handing, Some(handing)) => self.choices_after(&handing.outcome),
            // What is safe comes first.
            (Step::Blocked, _)
                if matches!(self.block, Some(Block::MayNot(_))) && self.member.is_some() =>
            {
                vec![Choice::Done, Choice::Object]
            }
            _ => Vec::new(),
        }
    }

    /// Index of the focused button.
    #[must_use]
    pub fn focused_choice(&self) -> Option<usize> {
        matches!(self.step, Step::Handing | Step::Blocked)
            .then(|| self.told.focused())
            .flatten()
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus().zone() == BACK
    }

    /// Whether it is being read aloud.
    #[must_use]
    pub const fn is_speaking(&self) -> bool {
        self.speaking.is_some()
    }

    /// What time it was when it was looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }

    /// Names of whoever of this TV is still missing.
    #[must_use]
    pub fn missing(&self) -> Vec<&str> {
        if let Some(missing) = self.handing.as_ref().and_then(|one| one.missing.as_ref()) {
            return missing.iter().map(|one| one.name.as_str()).collect();
        }
        let mine = self.member.as_ref().map(|member| &member.id);
        let others = self.names.all().iter();
        others
            .filter(|one| Some(&one.id) != mine)
            .map(|one| one.name.as_str())
            .collect()
    }

    /// The next one can answer here.
    pub(super) fn someone_is_missing(&self) -> bool {
        let mine = self.member.as_ref().map(|member| &member.id);
        self.names.all().iter().any(|one| Some(&one.id) != mine)
    }

    pub(super) fn read_review(&mut self, context: &Context<'_>) {
        let first = match self.sheet.first_open() {
            Some(place) => Line::Open(place),
            None => Line::HandIn,
        };
        let answers = self.sheet.places().into_iter().map(Line::Answer);
        let rows: Vec<Row> = std::iter::once(first)
            .chain(answers)
            .enumerate()
            .map(|(at, what)| Row {
                key: at.to_string(),
                what,
            })
            .collect();
        self.review
            .set(rows, |row| &row.key, 1, context.metrics.rows);
    }

    /// The question and what can be chosen, each with its digit, or what became of the ballot; nothing while it is being read already,
    /// to stop that.
    pub(super) fn speak(&self) -> Effects {
        if self.speaking.is_some() {
            return vec![Effect::Speak(Vec::new())];
        }
        if self.handing.as_ref().is_some_and(|one| !one.is_sending()) {
            return vec![Effect::SpeakShown];
        }
        let Some(asking) = self.asking.as_ref() else {
            return Effects::new();
        };
        let place = asking.place;
        let mut pieces = Vec::new();
        let row = self.sheet.row(place);
        if !row.is_empty() {
            pieces.push(row.to_owned());
        }
        if let Some(question) = self.sheet.question(place) {
            pieces.push(question.text.clone());
            if !question.hint.is_empty() {
                pieces.push(question.hint.clone());
            }
        }
        let options = self.sheet.options(place).iter().enumerate();
        pieces.extend(options.map(|(at, option)| format!("{} {option}", at + 1)));
        vec![Effect::Speak(pieces)]
    }

    /// What is being read aloud stops.
    pub(super) fn hush(&self) -> Effects {
        if self.speaking.is_some() {
            vec![Effect::Speak(Vec::new())]
        } else {
            Effects::new()
        }
    }
}
