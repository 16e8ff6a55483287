//! Words that a voice would say wrongly: they are replaced by others that sound as they should.

use std::collections::HashMap;

/// What every television knows, a word and what is said for it on a line; `#` begins a remark.
const KNOWN: &str = include_str!("words.txt");

/// The words, to be found by what a text goes on with.
#[derive(Clone, Debug)]
pub struct Words {
    /// By their first letter; the longest first.
    by_first: HashMap<char, Vec<(Vec<char>, String)>>,
}

impl Words {
    /// Those that every television knows, and those of the place (a word, and what is said for it),
    /// which go before.
    #[must_use]
    pub fn new<'a>(own: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let known = KNOWN.lines().filter_map(|line| {
            let line = line.split_once('#').map_or(line, |(line, _)| line);
            line.trim().split_once(' ')
        });
        let mut all = HashMap::new();
        all.extend(known);
        all.extend(own);
        let mut by_first: HashMap<char, Vec<(Vec<char>, String)>> = HashMap::new();
        for (word, said) in all {
            let letters: Vec<char> = word.trim().chars().collect();
            if let Some(first) = letters.first() {
                by_first
                    .entry(*first)
                    .or_default()
                    .push((letters, said.trim().to_owned()));
            }
        }
        for words in by_first.values_mut() {
            words.sort_by(|(one, _), (other, _)| other.len().cmp(&one.len()).then(one.cmp(other)));
        }
        Self { by_first }
    }

    /// What is said for the longest word that the text goes on with at this place, and its length.
    pub(super) fn at(&self, text: &[char], at: usize) -> Option<(&str, usize)> {
        let rest = &text[at..];
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        let words = self.by_first.get(rest.first()?)?;
        words
            .iter()
            .find(|(word, _)| {
                // A number is no part of a longer one.
                let apart = |one: Option<&char>, other: Option<&char>| {
                    !(one.is_some_and(char::is_ascii_digit)
                        && other.is_some_and(char::is_ascii_digit))
                };
                rest.starts_with(word)
                    && apart(before, word.first())
                    && apart(word.last(), rest.get(word.len()))
            })
            .map(|(word, said)| (said.as_str(), word.len()))
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::new([])
    }
}
