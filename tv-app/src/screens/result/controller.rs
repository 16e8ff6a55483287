//! Reading a result; what was done about it can be chosen.

use contract::evaluation::Evaluation;
use contract::evaluation_words::sentences;

use super::layout::{Laid, Opens, Piece, has_small, lay_out};
use crate::cache::{DocumentKind, Gone};
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::Act;
use crate::screens::kit::reading::Reading;
use crate::screens::{Context, Controller, Effect, Effects, Input, Route, document_route};

/// The screen of one result.
pub struct ResultScreen {
    id: String,
    reading: Reading<Opens>,
    evaluation: Option<Evaluation>,
    missing: Option<Gone>,
    /// The bulletin about what was done, if it is here.
    follow_up: Option<String>,
    laid: Laid,
    speaking: Option<usize>,
}

impl ResultScreen {
    /// The result of the evaluation with this id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            reading: Reading::new(),
            evaluation: None,
            missing: None,
            follow_up: None,
            laid: Laid::default(),
            speaking: None,
        }
    }

    /// The evaluation with its result, unless it is not here.
    #[must_use]
    pub const fn evaluation(&self) -> Option<&Evaluation> {
        self.evaluation.as_ref()
    }

    /// Why it is not here, when it is not.
    #[must_use]
    pub const fn missing(&self) -> Option<Gone> {
        self.missing
    }

    /// Whether how many took part stands beside what is read.
    #[must_use]
    pub const fn is_beside(&self) -> bool {
        self.laid.beside
    }

    /// Whether figures are left out because they are small.
    #[must_use]
    pub fn leaves_out(&self) -> bool {
        let result = self.evaluation.as_ref().and_then(|one| one.result.as_ref());
        result.is_some_and(has_small)
    }

    /// The part of it in view, and what has the focus.
    #[must_use]
    pub const fn reading(&self) -> &Reading<Opens> {
        &self.reading
    }

    /// The pieces in view.
    pub fn visible(&self) -> impl Iterator<Item = &Piece> {
        let shows = |piece: &&Piece| self.reading.shows(piece.y, piece.height);
        self.laid.pieces.iter().filter(shows)
    }

    /// Whether anything is being read aloud, and the sentence of it.
    #[must_use]
    pub const fn spoken(&self) -> (bool, Option<usize>) {
        (self.speaking.is_some(), self.speaking)
    }

    fn read(&mut self, context: &Context<'_>) {
        let found = context.cache.evaluation(&self.id);
        // One that is not closed has no result to show.
        self.evaluation = found.filter(|one| one.result.is_some());
        let is_here = self.evaluation.is_some();
        self.missing = (!is_here).then(|| context.cache.gone(&self.id));
        self.follow_up = self
            .evaluation
            .as_ref()
            .and_then(|one| one.follow_up_bulletin.clone())
            .filter(|id| context.cache.bulletin(id).is_some());
        let result = self.evaluation.as_ref();
        let result = result.and_then(|one| Some((one, one.result.as_ref()?)));
        self.laid = result
            .map(|(one, result)| {
                let follows_up = self.follow_up.is_some();
                lay_out(one, result, follows_up, context.metrics, context.typesetter)
            })
            .unwrap_or_default();
        let text = self.laid.text(context.metrics);
        self.reading.set(text, |opens| format!("{opens:?}"));
    }

    /// The bar goes with what is being said.
    fn follow(&mut self) {
        let said = |piece: &&Piece| piece.sentence.is_some() && piece.sentence == self.speaking;
        if let Some(piece) = self.laid.pieces.iter().find(said) {
            self.reading.follow(piece.y);
        }
    }

    /// The turnout, then each question; nothing while it is being read already, to stop that.
    fn speak(&self) -> Effects {
        let text = match &self.evaluation {
            Some(evaluation) if self.speaking.is_none() => sentences(evaluation),
            _ => Vec::new(),
        };
        vec![Effect::Speak(text)]
    }
}

impl Controller for ResultScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Resized => self.read(context),
            Input::Changed => {
                self.read(context);
                if self.missing.is_some() && self.speaking.is_some() {
                    // What is gone is not read to its end.
                    return vec![Effect::Speak(Vec::new())];
                }
            }
            Input::Speaking(at) => {
                self.speaking = *at;
                self.follow();
            }
            Input::Key(RemoteKey::Yellow, Press::Down) => return self.speak(),
            Input::Key(key, press) => match self.reading.act(*key, *press) {
                Act::Left => return vec![Effect::Speak(Vec::new()), Effect::Back],
                Act::Chosen(_) => {
                    let route = |id: &String| document_route(DocumentKind::Bulletin, id);
                    return self.follow_up.iter().map(route).map(Effect::Open).collect();
                }
                Act::Moved | Act::Unused => {}
            },
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.reading.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.reading.focus
    }

    fn route(&self) -> Route {
        Route::Result {
            id: self.id.clone(),
        }
    }
}
