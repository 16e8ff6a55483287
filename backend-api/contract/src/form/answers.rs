//! Which questions are asked, and whether answers are complete and in bounds.

use std::collections::BTreeSet;

use super::{Answer, Fault, Form, Question, QuestionKind};

impl Form {
    /// Whether the question at this index is asked of somebody with these answers. Only answers to questions that
    /// are themselves asked count, so whoever goes back and answers otherwise is not held to what came after.
    #[must_use]
    pub fn asks(&self, question: usize, answers: &[Answer]) -> bool {
        let Some(this) = self.questions.get(question) else {
            return false;
        };
        let Some(only_if) = &this.only_if else {
            return true;
        };
        let earlier = &self.questions[..question];
        let Some(parent) = earlier
            .iter()
            .position(|earlier| earlier.id == only_if.question)
        else {
            return false;
        };
        let chosen = answer_to(&only_if.question, answers).is_some_and(|answer| {
            let mut chosen = answer.chosen.iter().flatten();
            chosen.any(|chosen| only_if.any_of.contains(chosen))
        });
        chosen && self.asks(parent, answers)
    }

    /// The next question that is asked, after this one or from the beginning; `None`: that was the last.
    #[must_use]
    pub fn next(&self, after: Option<usize>, answers: &[Answer]) -> Option<usize> {
        let first = after.map_or(0, |after| after.saturating_add(1));
        (first..self.questions.len()).find(|question| self.asks(*question, answers))
    }

    /// The last question before this one that is asked. From the review at the end, `before` is how many questions
    /// the form has.
    #[must_use]
    pub fn previous(&self, before: usize, answers: &[Answer]) -> Option<usize> {
        let before = before.min(self.questions.len());
        (0..before)
            .rev()
            .find(|question| self.asks(*question, answers))
    }

    /// What is wrong with these answers, in the order of the questions; empty if they can be cast. Answers to
    /// questions that are not asked are not looked at.
    #[must_use]
    pub fn judge(&self, answers: &[Answer]) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (index, question) in self.questions.iter().enumerate() {
            if self.asks(index, answers)
                && let Some(says) = question.judge(answers)
            {
                faults.push(Fault {
                    question: question.id.clone(),
                    says,
                });
            }
        }
        let names: BTreeSet<_> = self
            .questions
            .iter()
            .map(|question| question.id.as_str())
            .collect();
        let strange = answers
            .iter()
            .filter(|answer| !names.contains(answer.question.as_str()));
        faults.extend(strange.map(|answer| Fault {
            question: answer.question.clone(),
            says: "没有这道题",
        }));
        faults
    }

    /// The answers that count, in the form's order and each written in one way: no empty ones, none to questions
    /// that are not asked, and what was chosen of several in the order of the options. What is cast, kept and
    /// counted is this, so that nothing else can be told apart.
    #[must_use]
    pub fn counted(&self, answers: &[Answer]) -> Vec<Answer> {
        let asked = self
            .questions
            .iter()
            .enumerate()
            .filter(|(index, _)| self.asks(*index, answers));
        let given = asked.filter_map(|(_, question)| {
            let answer = answer_to(&question.id, answers)?;
            let mut answer = answer.clone();
            if let QuestionKind::Several { .. } | QuestionKind::Sentences { .. } = question.kind {
                answer.chosen.sort_unstable();
            }
            Some(answer)
        });
        given.filter(|answer| !answer.is_empty()).collect()
    }
}

impl Answer {
    /// It says nothing: like none at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.number.is_none() && self.chosen.iter().all(Option::is_none)
    }
}

impl Question {
    fn judge(&self, answers: &[Answer]) -> Option<&'static str> {
        if self.kind == QuestionKind::Unknown {
            return Some("这种题目本程序不认识，请先更新");
        }
        let mut given = answers.iter().filter(|answer| answer.question == self.id);
        let answer = given.next();
        if given.next().is_some() {
            return Some("这道题答了两次");
        }
        match answer.filter(|answer| !answer.is_empty()) {
            None => self.required.then_some("这道题还没有回答"),
            Some(answer) => self.judge_one(answer),
        }
    }

    fn judge_one(&self, answer: &Answer) -> Option<&'static str> {
        let is_number = matches!(self.kind, QuestionKind::Number { .. });
        if is_number && !answer.chosen.is_empty() || !is_number && answer.number.is_some() {
            return Some("回答的方式不对");
        }
        match &self.kind {
            QuestionKind::One { options } => one(answer, options.len()),
            QuestionKind::Grade { grades, .. } => one(answer, grades.len()),
            QuestionKind::Several {
                options,
                least,
                most,
            } => some(answer, options.len(), *least, *most),
            QuestionKind::Sentences { sentences, most } => some(answer, sentences.len(), 0, *most),
            QuestionKind::Number { least, most, .. } => {
                let number = answer.number?;
                if number < *least {
                    Some("填的数太小")
                } else if number > *most {
                    Some("填的数太大")
                } else {
                    None
                }
            }
            QuestionKind::Matrix { rows, grades, .. } => {
                if answer.chosen.len() != rows.len() {
                    Some("有的没有评，有的评重了")
                } else if !answer
                    .chosen
                    .iter()
                    .flatten()
                    .all(|it| is_of(*it, grades.len()))
                {
                    Some("没有这个选项")
                } else if self.required && answer.chosen.contains(&None) {
                    Some("还有没评的")
                } else {
                    None
                }
            }
            QuestionKind::Unknown => None,
        }
    }
}

fn answer_to<'a>(question: &str, answers: &'a [Answer]) -> Option<&'a Answer> {
    answers.iter().find(|answer| answer.question == question)
}

fn is_of(chosen: u32, options: usize) -> bool {
    usize::try_from(chosen).is_ok_and(|chosen| chosen < options)
}

fn one(answer: &Answer, options: usize) -> Option<&'static str> {
    match answer.chosen.as_slice() {
        [Some(chosen)] if is_of(*chosen, options) => None,
        [_] => Some("没有这个选项"),
        _ => Some("只能选一项"),
    }
}

fn some(answer: &Answer, options: usize, least: u32, most: u32) -> Option<&'static str> {
    let different: BTreeSet<_> = answer.chosen.iter().flatten().copied().collect();
    let chosen = u32::try_from(different.len()).unwrap_or(u32::MAX);
    if different.len() != answer.chosen.len() {
        Some("同一项选了两次")
    } else if !different.iter().all(|chosen| is_of(*chosen, options)) {
        Some("没有这个选项")
    } else if chosen < least {
        Some("选得太少")
    } else if chosen > most {
        Some("选得太多")
    } else {
        None
    }
}
