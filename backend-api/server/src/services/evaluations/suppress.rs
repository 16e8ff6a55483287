//! What may be said of the answers, so that nobody can compute what few of them chose.
//!
//! The rule: no figure under [`FEWEST`] is said or can be computed from what is, not even a nought, for that nobody
//! chose something says it of everybody, as that everybody did.
//!
//! - Where one thing is chosen (also a row of a matrix, and a number by its band) options are joined with their
//!   neighbours, in the order of the form, until each group has at least [`FEWEST`]: from the first on, and what
//!   remains at the end goes to the last group. Every group of several then has at least two divisions that would
//!   have been joined in the same way.
//!   Who left out a question that need not be answered is counted like an option of its own, unless nobody did.
//! - Where several things can be chosen an option is said if at least [`FEWEST`] chose it and as many did not. The
//!   others are left out together, with the smallest of those that could be said until neither those who chose
//!   among what is left out nor those who did not are fewer than [`FEWEST`]. Where the least or the most that
//!   everybody has to choose would tell what is left out, all of it is left out. Of a question that need not be
//!   answered it is not said how many did.
//! - A question that is asked of some only is said if who these are can be told from groups that are said of the
//!   question it depends on; otherwise nothing is said of it, for its total would tell.
//! - A ballot as a whole is never published: see [`table`](super::table).
//!
//! Whether a motion passed is always said, that is what it is for; where very few are entitled that alone can tell
//! what everybody chose.

use std::collections::BTreeMap;

use contract::evaluation::{Cell, EvaluationKind, EvaluationResult, QuestionResult, RowResult};
use contract::form::{Answer, Form, Question};

use super::tally::{self, NOTHING, Row};

#[cfg(test)]
mod tests;

/// Fewer than so many are not told of.
pub const FEWEST: u32 = 5;

/// What is known beside the ballots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turnout {
    /// What was held.
    pub kind: EvaluationKind,
    /// Answers carry names: then figures are said as they are.
    pub named: bool,
    /// How many were entitled.
    pub entitled: u32,
    /// How many took part.
    pub took_part: u32,
    /// Of these on paper.
    pub on_paper: u32,
}

/// What is said of a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaidQuestion {
    /// How many answered it, if that may be said.
    pub answered: Option<u32>,
    /// A row for each row of a matrix, otherwise one.
    pub rows: Vec<SaidRow>,
}

/// What is said of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaidRow {
    /// Whom it is about.
    pub label: String,
    /// Everything that could be chosen is in one of these.
    pub groups: Vec<Group>,
}

/// Options that are said, or left out, together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Their names, joined.
    pub label: String,
    /// Indices of [`Row::options`]; the one after the last is for [`NOTHING`].
    pub options: Vec<usize>,
    /// How many, if that may be said.
    pub count: Option<u32>,
}

/// The result of an evaluation, to be said to everybody. The ballots must be good ([`Form::judge`]);
/// `ballots_hash` is left empty.
#[must_use]
pub fn suppress(form: &Form, ballots: &[Vec<Answer>], turnout: &Turnout) -> EvaluationResult {
    let said = said(form, ballots, turnout.named);
    let by_screen = turnout.took_part.saturating_sub(turnout.on_paper);
    let tells = turnout.named || turnout.on_paper >= FEWEST && by_screen >= FEWEST;
    let motion = (turnout.kind == EvaluationKind::Motion).then(|| Motion::new(ballots, turnout));
    let yes = said.first().and_then(|question| question.rows.first());
    let yes = yes.and_then(|row| row.groups.first());
    let yes = yes.filter(|group| group.options == [0]);
    let yes = yes.and_then(|group| group.count);
    EvaluationResult {
        entitled: turnout.entitled,
        took_part: turnout.took_part,
        on_paper: tells.then_some(turnout.on_paper),
        passed: motion.as_ref().map(|motion| motion.passed()),
        rule: motion.map_or_else(String::new, |motion| motion.rule(yes)),
        questions: form
            .questions
            .iter()
            .zip(said)
            .map(|(question, said)| result_of(question, said))
            .collect(),
        ballots_hash: String::new(),
    }
}

fn result_of(question: &Question, said: SaidQuestion) -> QuestionResult {
    let rows = said.rows.into_iter().map(|row| RowResult {
        label: row.label,
        cells: row
            .groups
            .into_iter()
            .map(|group| Cell {
                label: group.label,
                count: group.count,
            })
            .collect(),
    });
    QuestionResult {
        question: question.id.clone(),
        answered: said.answered,
        rows: rows.collect(),
    }
}

/// What is said of each question.
#[must_use]
pub fn said(form: &Form, ballots: &[Vec<Answer>], named: bool) -> Vec<SaidQuestion> {
    let mut all: Vec<SaidQuestion> = Vec::new();
    for (index, question) in form.questions.iter().enumerate() {
        let known = named || base_is_known(form, question, &all);
        all.push(of_question(form, index, ballots, named, known));
    }
    all
}

/// Whether how many were asked can be told from what is said of the questions before.
fn base_is_known(form: &Form, question: &Question, before: &[SaidQuestion]) -> bool {
    let Some(only_if) = &question.only_if else {
        return true;
    };
    let Some(at) = form
        .questions
        .iter()
        .take(before.len())
        .position(|it| it.id == only_if.question)
    else {
        return false;
    };
    let wanted: Vec<usize> = only_if
        .any_of
        .iter()
        .filter_map(|it| usize::try_from(*it).ok())
        .collect();
    let several = tally::rows(&form.questions[at])
        .first()
        .is_some_and(|row| row.several.is_some());
    let Some(row) = before[at].rows.first() else {
        return false;
    };
    // Of several things, how many chose one or another of them is a figure that is not said.
    if several && wanted.len() > 1 {
        return false;
    }
    row.groups.iter().all(|group| {
        let inside = group.options.iter().filter(|it| wanted.contains(it));
        match inside.count() {
            0 => true,
            inside => inside == group.options.len() && group.count.is_some(),
        }
    })
}

fn of_question(
    form: &Form,
    index: usize,
    ballots: &[Vec<Answer>],
    named: bool,
    known: bool,
) -> SaidQuestion {
    let rows = tally::rows(&form.questions[index]);
    let mut question = SaidQuestion::default();
    let mut left_out = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let marks = ballots
            .iter()
            .filter_map(|ballot| tally::chosen(form, index, at, ballot));
        let counts = Counts::of(row, marks);
        let nothing = counts.nothing();
        let groups = if !known {
            vec![counts.untold(row)]
        } else if named {
            counts.alone(row)
        } else if counts.asked < FEWEST {
            vec![counts.untold(row)]
        } else if let Some(bounds) = row.several {
            let required = form.questions[index].required;
            of_several(row, &counts, bounds, required)
        } else {
            of_one(row, &counts)
        };
        let alone = groups
            .iter()
            .any(|group| group.options == [row.options.len()] && group.count.is_some());
        let unsaid = row.several.is_some() && !named && !form.questions[index].required;
        let is_said = known && !unsaid && (nothing == 0 || alone);
        left_out.push(is_said.then(|| counts.asked - nothing));
        question.rows.push(SaidRow {
            label: row.label.clone(),
            groups,
        });
    }
    // Of a matrix, how many answered any row of it would bound who left out this one.
    let mut answered = left_out.into_iter();
    question.answered = match (answered.next().flatten(), answered.next()) {
        (Some(first), None) => Some(first),
        (Some(first), Some(second)) if second == Some(first) && answered.all(|it| it == second) => {
            let asked = ballots.iter().filter(|ballot| form.asks(index, ballot));
            let everybody = u32::try_from(asked.count()).is_ok_and(|asked| asked == first);
            everybody.then_some(first)
        }
        _ => None,
    };
    // Fewer than so many, or nobody at all, is no figure to be said.
    if !named && question.answered.is_some_and(|answered| answered < FEWEST) {
        question.answered = None;
    }
    question
}

/// How many chose what in a row.
struct Counts {
    /// Those who chose each option, then those who chose nothing, if there are any.
    options: Vec<u32>,
    /// Those who were asked.
    asked: u32,
    /// The options that can be chosen, without [`NOTHING`].
    choices: usize,
}

impl Counts {
    fn of(row: &Row, marks: impl Iterator<Item = Vec<usize>>) -> Self {
        let choices = row.options.len();
        let mut by_option: BTreeMap<usize, u32> = BTreeMap::new();
        let mut asked = 0;
        for chosen in marks {
            asked += 1;
            if chosen.is_empty() && row.several.is_none() {
                *by_option.entry(choices).or_default() += 1;
            }
            for option in chosen {
                *by_option.entry(option).or_default() += 1;
            }
        }
        let last = choices + usize::from(by_option.contains_key(&choices));
        Self {
            options: (0..last)
                .map(|option| by_option.get(&option).copied().unwrap_or_default())
                .collect(),
            asked,
            choices,
        }
    }

    /// Those who chose nothing.
    fn nothing(&self) -> u32 {
        self.options.get(self.choices).copied().unwrap_or_default()
    }

    /// Everything left out, also whether anybody left out the question.
    fn untold(&self, row: &Row) -> Group {
        group(row, self, (0..self.choices).collect(), false)
    }

    fn alone(&self, row: &Row) -> Vec<Group> {
        (0..self.options.len())
            .map(|option| group(row, self, vec![option], true))
            .collect()
    }
}

/// These options together; of several their sum.
fn group(row: &Row, counts: &Counts, options: Vec<usize>, is_said: bool) -> Group {
    let labels: Vec<&str> = options
        .iter()
        .map(|option| row.options.get(*option).map_or(NOTHING, String::as_str))
        .collect();
    let count = options
        .iter()
        .filter_map(|option| counts.options.get(*option))
        .sum();
    Group {
        label: labels.join("、"),
        options,
        count: is_said.then_some(count),
    }
}

/// Joins options with their neighbours.
fn of_one(row: &Row, counts: &Counts) -> Vec<Group> {
    let mut groups: Vec<(Vec<usize>, u32)> = Vec::new();
    let (mut open, mut sum) = (Vec::new(), 0);
    for (option, count) in counts.options.iter().enumerate() {
        open.push(option);
        sum += count;
        if sum >= FEWEST {
            groups.push((std::mem::take(&mut open), std::mem::take(&mut sum)));
        }
    }
    if !open.is_empty() {
        match groups.last_mut() {
            Some((options, so_far)) => {
                options.append(&mut open);
                *so_far += sum;
            }
            None => groups.push((open, sum)),
        }
    }
    groups
        .into_iter()
        .map(|(options, sum)| group(row, counts, options, sum >= FEWEST))
        .collect()
}

/// Leaves out the options that too few chose, or did not choose.
fn of_several(row: &Row, counts: &Counts, (least, most): (u32, u32), required: bool) -> Vec<Group> {
    let not = |count: u32| counts.asked.saturating_sub(count);
    let all = counts.options.iter().copied().enumerate();
    let (mut said, mut left_out): (Vec<_>, Vec<_>) =
        all.partition(|(_, count)| *count >= FEWEST && not(*count) >= FEWEST);
    if !left_out.is_empty() && is_tight(counts, (least, most), required) {
        return vec![counts.untold(row)];
    }
    // The smallest go first, and of equal ones the first.
    said.sort_by_key(|(option, count)| (std::cmp::Reverse(*count), std::cmp::Reverse(*option)));
    let tells = |left_out: &[(usize, u32)]| {
        let chose: u32 = left_out.iter().map(|(_, count)| count).sum();
        let not: u32 = left_out.iter().map(|(_, count)| not(*count)).sum();
        !left_out.is_empty() && (left_out.len() < 2 || chose < FEWEST || not < FEWEST)
    };
    while tells(&left_out)
        && let Some(smallest) = said.pop()
    {
        left_out.push(smallest);
    }
    let mut groups: Vec<Vec<usize>> = said.into_iter().map(|(option, _)| vec![option]).collect();
    let mut left_out: Vec<usize> = left_out.into_iter().map(|(option, _)| option).collect();
    left_out.sort_unstable();
    let hidden = left_out.first().copied();
    if hidden.is_some() {
        groups.push(left_out);
    }
    groups.sort_unstable();
    groups
        .into_iter()
        .map(|options| {
            let is_said = options.first().copied() != hidden;
            group(row, counts, options, is_said)
        })
        .collect()
}

/// Whether everything that was chosen comes to so little or so much that what is left out could be reckoned.
fn is_tight(counts: &Counts, (least, most): (u32, u32), required: bool) -> bool {
    let chosen: u32 = counts.options.iter().sum();
    let fewest = if required {
        counts.asked.saturating_mul(least.max(1))
    } else {
        // Nobody knows how many answered: as many as chose the first thing, at least.
        let largest = counts.options.iter().max().copied().unwrap_or_default();
        largest.saturating_mul(least)
    };
    let is_bound = !required && least > 1;
    is_bound || chosen <= fewest || chosen >= counts.asked.saturating_mul(most)
}

/// Figures of a motion.
struct Motion {
    entitled: u32,
    took_part: u32,
    yes: u32,
}

impl Motion {
    fn new(ballots: &[Vec<Answer>], turnout: &Turnout) -> Self {
        let says_yes = |ballot: &&Vec<Answer>| {
            let first = ballot.first().and_then(|answer| answer.chosen.first());
            first == Some(&Some(0))
        };
        Self {
            entitled: turnout.entitled,
            took_part: turnout.took_part,
            yes: u32::try_from(ballots.iter().filter(says_yes).count()).unwrap_or(u32::MAX),
        }
    }

    fn is_half(&self, some: u32) -> bool {
        u64::from(some) * 2 > u64::from(self.entitled)
    }

    fn passed(&self) -> bool {
        self.is_half(self.took_part) && self.is_half(self.yes)
    }

    /// In figures, as far as they may be said.
    fn rule(&self, yes: Option<u32>) -> String {
        let Self {
            entitled,
            took_part,
            ..
        } = self;
        let yes = yes.map_or_else(|| "同意的".to_owned(), |yes| format!("同意 {yes} 人，"));
        let so_many = format!("应到 {entitled} 人，参加 {took_part} 人");
        if !self.is_half(*took_part) {
            format!("{so_many}，没有超过应到人数的一半，没有通过。")
        } else if self.passed() {
            format!("{so_many}，{yes}超过应到人数的一半，通过。")
        } else {
            format!("{so_many}，{yes}没有超过应到人数的一半，没有通过。")
        }
    }
}
