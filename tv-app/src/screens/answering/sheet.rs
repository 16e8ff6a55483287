//! The answers somebody gives, one screen after the other. A matrix is a screen for each of its rows.

use contract::form::{Answer, Form, Question, QuestionKind};

/// What is on one screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Index of the question.
    pub question: usize,
    /// Index of the row of a matrix; 0 of any other.
    pub row: usize,
}

/// What choosing an option did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picked {
    /// The question is answered.
    Answered,
    /// One more of several, or one less.
    Toggled,
    /// There are as many of several as there may be.
    Full,
    /// There is no such option.
    None,
}

/// A form and the answers to it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    form: Form,
    answers: Vec<Answer>,
}

impl Sheet {
    /// A form with what was answered before.
    #[must_use]
    pub const fn new(form: Form, answers: Vec<Answer>) -> Self {
        Self { form, answers }
    }

    /// All answers, also those to questions that are not asked any more.
    #[must_use]
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// The answers that count.
    #[must_use]
    pub fn counted(&self) -> Vec<Answer> {
        self.form.counted(&self.answers)
    }

    /// They can be handed in.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.form.judge(&self.counted()).is_empty()
    }

    /// This program knows how all of it is answered.
    #[must_use]
    pub fn is_known(form: &Form) -> bool {
        let mut questions = form.questions.iter();
        !form.questions.is_empty() && questions.all(|one| one.kind != QuestionKind::Unknown)
    }

    /// Every screen of what is asked, in order.
    #[must_use]
    pub fn places(&self) -> Vec<Place> {
        let asked = (0..self.form.questions.len())
            .filter(|question| self.form.asks(*question, &self.answers));
        asked
            .flat_map(|question| {
                let rows = match &self.form.questions[question].kind {
                    QuestionKind::Matrix { rows, .. } => rows.len(),
                    _ => 1,
                };
                (0..rows).map(move |row| Place { question, row })
            })
            .collect()
    }

    /// The question of a screen.
    #[must_use]
    pub fn question(&self, place: Place) -> Option<&Question> {
        self.form.questions.get(place.question)
    }

    /// Whom a row of a matrix is about; empty for any other.
    #[must_use]
    pub fn row(&self, place: Place) -> &str {
        match self.question(place).map(|one| &one.kind) {
            Some(QuestionKind::Matrix { rows, .. }) => {
                rows.get(place.row).map_or("", String::as_str)
            }
            _ => "",
        }
    }

    /// What can be chosen; nothing where a number is asked for.
    #[must_use]
    pub fn options(&self, place: Place) -> &[String] {
        match self.question(place).map(|one| &one.kind) {
            Some(QuestionKind::One { options } | QuestionKind::Several { options, .. }) => options,
            Some(QuestionKind::Grade { grades, .. } | QuestionKind::Matrix { grades, .. }) => {
                grades
            }
            Some(QuestionKind::Sentences { sentences, .. }) => sentences,
            Some(QuestionKind::Number { .. } | QuestionKind::Unknown) | None => &[],
        }
    }

    /// How many may be chosen at least and at most.
    #[must_use]
    pub fn bounds(&self, place: Place) -> (u32, u32) {
        let Some(question) = self.question(place) else {
            return (0, 0);
        };
        let required = u32::from(question.required);
        match question.kind {
            QuestionKind::Several { least, most, .. } => (least.max(required), most),
            QuestionKind::Sentences { most, .. } => (required, most),
            _ => (required, 1),
        }
    }

    /// Several may be chosen.
    #[must_use]
    pub fn takes_several(&self, place: Place) -> bool {
        matches!(
            self.question(place).map(|one| &one.kind),
            Some(QuestionKind::Several { .. } | QuestionKind::Sentences { .. })
        )
    }

    fn answer(&self, place: Place) -> Option<&Answer> {
        let id = &self.question(place)?.id;
        self.answers.iter().find(|answer| answer.question == *id)
    }

    fn answer_mut(&mut self, place: Place) -> Option<&mut Answer> {
        let id = self.question(place)?.id.clone();
        let known = self.answers.iter().position(|answer| answer.question == id);
        let at = known.unwrap_or_else(|| {
            self.answers.push(Answer {
                question: id,
                chosen: Vec::new(),
                number: None,
            });
            self.answers.len() - 1
        });
        self.answers.get_mut(at)
    }

    /// Indices of what is chosen, in the order of the options.
    #[must_use]
    pub fn chosen(&self, place: Place) -> Vec<u32> {
        let Some(answer) = self.answer(place) else {
            return Vec::new();
        };
        if self.row(place).is_empty() {
            let mut chosen: Vec<u32> = answer.chosen.iter().copied().flatten().collect();
            chosen.sort_unstable();
            chosen
        } else {
            answer
                .chosen
                .get(place.row)
                .copied()
                .flatten()
                .into_iter()
                .collect()
        }
    }

    /// The number that was given.
    #[must_use]
    pub fn number(&self, place: Place) -> Option<i64> {
        self.answer(place)?.number
    }

    /// Something is answered here.
    #[must_use]
    pub fn is_answered(&self, place: Place) -> bool {
        self.number(place).is_some() || !self.chosen(place).is_empty()
    }

    /// One may go on from here.
    #[must_use]
    pub fn is_settled(&self, place: Place) -> bool {
        let Some(question) = self.question(place) else {
            return true;
        };
        if !self.is_answered(place) {
            return !question.required;
        }
        let count = u32::try_from(self.chosen(place).len()).unwrap_or(u32::MAX);
        match question.kind {
            QuestionKind::Several { least, most, .. } => (least..=most).contains(&count),
            QuestionKind::Sentences { most, .. } => count <= most,
            QuestionKind::Number { least, most, .. } => self
                .number(place)
                .is_some_and(|number| (least..=most).contains(&number)),
            _ => true,
        }
    }

    /// The first screen from which one may not go on.
    #[must_use]
    pub fn first_open(&self) -> Option<Place> {
        self.places()
            .into_iter()
            .find(|place| !self.is_settled(*place))
    }

    /// Chooses an option, or one more of several.
    pub fn pick(&mut self, place: Place, option: usize) -> Picked {
        if option >= self.options(place).len() {
            return Picked::None;
        }
        let Ok(option) = u32::try_from(option) else {
            return Picked::None;
        };
        let several = self.takes_several(place);
        let (_, most) = self.bounds(place);
        let rows = match self.question(place).map(|one| &one.kind) {
            Some(QuestionKind::Matrix { rows, .. }) => Some(rows.len()),
            _ => None,
        };
        let Some(answer) = self.answer_mut(place) else {
            return Picked::None;
        };
        if let Some(rows) = rows {
            answer.chosen.resize(rows, None);
            answer.chosen[place.row] = Some(option);
            return Picked::Answered;
        }
        if !several {
            answer.chosen = vec![Some(option)];
            return Picked::Answered;
        }
        if answer.chosen.contains(&Some(option)) {
            answer.chosen.retain(|one| *one != Some(option));
            return Picked::Toggled;
        }
        if u32::try_from(answer.chosen.len()).is_ok_and(|count| count >= most) {
            return Picked::Full;
        }
        answer.chosen.push(Some(option));
        Picked::Toggled
    }

    /// Gives a number.
    pub fn set_number(&mut self, place: Place, number: i64) {
        if let Some(answer) = self.answer_mut(place) {
            answer.number = Some(number);
        }
    }

    /// Takes the answer away.
    pub fn clear(&mut self, place: Place) {
        let is_row = !self.row(place).is_empty();
        if let Some(answer) = self.answer_mut(place) {
            if is_row {
                if let Some(chosen) = answer.chosen.get_mut(place.row) {
                    *chosen = None;
                }
            } else {
                answer.chosen.clear();
                answer.number = None;
            }
        }
    }
}

// A choice must never reach a log.
impl std::fmt::Debug for Sheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sheet").finish_non_exhaustive()
    }
}
