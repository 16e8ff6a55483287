//! Choosing somebody by name: a grid, narrowed by the digits of the name's pinyin initials.

use crate::cache::search;
use crate::remote::{Press, RemoteKey};

use super::attendance::Person;
use super::kit::grid::Pager;

/// More digits than any name has characters help nobody.
const MAX_DIGITS: usize = 6;

/// The grid of names.
#[derive(Default)]
pub struct Names {
    /// The focus and the part of the grid in view.
    pub window: Pager,
    all: Vec<Person>,
    /// So many of the first are shown while nothing is typed; `None`: all.
    at_rest: Option<usize>,
    shown: Vec<usize>,
    digits: String,
    columns: usize,
    rows: usize,
}

impl Names {
    /// Takes the people, in the order in which they are to be shown, and how many fit.
    pub fn set(&mut self, people: Vec<Person>, columns: usize, rows: usize) {
        self.all = people;
        self.columns = columns;
        self.rows = rows;
        self.narrow();
    }

    /// Shows only so many of the first, of those that are set next, until something is typed.
    pub const fn rest_on(&mut self, count: usize) {
        self.at_rest = Some(count);
    }

    /// All of them, also those that what was typed does not stand for.
    #[must_use]
    pub fn all(&self) -> &[Person] {
        &self.all
    }

    /// What was typed.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// Whoever these digits can stand for and is in view.
    pub fn visible(&self) -> impl Iterator<Item = &Person> {
        self.shown[self.window.visible()]
            .iter()
            .map(|at| &self.all[*at])
    }

    /// Index of the focused one among those in view.
    #[must_use]
    pub fn focused(&self) -> Option<usize> {
        self.window.focused_in_view()
    }

    /// The focused one.
    #[must_use]
    pub fn chosen(&self) -> Option<&Person> {
        self.shown
            .get(self.window.focused()?)
            .map(|at| &self.all[*at])
    }

    /// Shows everybody again. `false` when nothing was typed.
    pub fn clear(&mut self) -> bool {
        let typed = !self.digits.is_empty();
        self.digits.clear();
        self.narrow();
        typed
    }

    /// Takes an arrow, a page key, a digit or one that deletes. `false` when it is none of these.
    pub fn key(&mut self, key: RemoteKey, press: Press) -> bool {
        match (key, press) {
            (RemoteKey::Digit(digit), Press::Down) => {
                if self.digits.len() < MAX_DIGITS {
                    self.digits.push(char::from(b'0' + digit.min(9)));
                    self.narrow();
                    self.first();
                }
                true
            }
            (RemoteKey::Delete | RemoteKey::Red, Press::Down | Press::Repeat) => {
                self.digits.pop();
                self.narrow();
                self.first();
                true
            }
            _ => self.window.key(key, press),
        }
    }

    /// The first one found gets the focus, so that 确定 is the next key.
    fn first(&mut self) {
        self.window.rewind();
    }

    fn narrow(&mut self) {
        let count = match self.at_rest {
            Some(count) if self.digits.is_empty() => count.min(self.all.len()),
            _ => self.all.len(),
        };
        self.shown = (0..count)
            .filter(|at| search::name_begins(&self.all[*at].name, &self.digits))
            .collect();
        self.window.set(
            self.shown.iter().map(|at| self.all[*at].id.as_str()),
            self.columns,
            self.rows,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screens::attendance::Attendance;

    fn names(count: usize) -> Names {
        let mut people: Vec<Person> = ["张建国", "李秀英", "长孙无忌", "单雄信", "张建军"]
            .into_iter()
            .map(|name| Person {
                id: name.to_owned(),
                name: name.to_owned(),
                attendance: Attendance::Missing,
                pin_set: true,
            })
            .collect();
        people.extend((people.len()..count).map(|n| Person {
            id: format!("p{n}"),
            name: format!("王{n}"),
            ..Person::default()
        }));
        let mut names = Names::default();
        names.set(people, 5, 4);
        names
    }

    fn typed(names: &mut Names, digits: &[u8]) -> Vec<String> {
        for digit in digits {
            names.key(RemoteKey::Digit(*digit), Press::Down);
        }
        names.visible().map(|person| person.name.clone()).collect()
    }

    #[test]
    fn initials_narrow_the_grid() {
        // 张 z 9, 建 j 5, 国 g 4, 军 j 5; 长 c 2 or z 9; 单 s 7, d 3 or c 2.
        let cases: [(&[u8], &[&str]); 7] = [
            (&[9], &["张建国", "长孙无忌", "张建军"]),
            (&[9, 5], &["张建国", "张建军"]),
            (&[9, 5, 4], &["张建国"]),
            (&[2], &["长孙无忌", "单雄信"]),
            (&[7], &["单雄信"]),
            (&[5], &["李秀英"]),
            (&[8], &[]),
        ];
        for (digits, wanted) in cases {
            assert_eq!(typed(&mut names(0), digits), wanted, "{digits:?}");
        }
    }

    #[test]
    fn the_first_hit_has_the_focus_and_deleting_brings_everybody_back() {
        let mut names = names(0);
        names.key(RemoteKey::Down, Press::Down);
        typed(&mut names, &[9, 5]);
        assert_eq!(
            names.chosen().map(|person| person.name.as_str()),
            Some("张建国")
        );
        names.key(RemoteKey::Right, Press::Down);
        assert_eq!(
            names.chosen().map(|person| person.name.as_str()),
            Some("张建军")
        );
        names.key(RemoteKey::Red, Press::Down);
        names.key(RemoteKey::Red, Press::Down);
        assert_eq!(names.visible().count(), 5);
        typed(&mut names, &[5]);
        assert!(names.clear());
        assert!(!names.clear());
        // Nobody found: nobody is chosen, and typing on changes nothing.
        typed(&mut names, &[8, 8]);
        assert_eq!(names.chosen(), None);
    }

    #[test]
    fn those_who_need_not_be_seen_are_found_by_their_digits() {
        let mut names = Names::default();
        names.rest_on(2);
        names.set(self::names(0).all().to_vec(), 5, 4);
        assert_eq!(typed(&mut names, &[]), ["张建国", "李秀英"]);
        assert_eq!(typed(&mut names, &[9]), ["张建国", "长孙无忌", "张建军"]);
        assert!(names.clear());
        assert_eq!(names.visible().count(), 2);
    }

    #[test]
    fn two_hundred_are_walked_over_by_page_keys() {
        let mut names = names(200);
        let mut presses = 0;
        while names.window.visible().end < 200 {
            names.key(RemoteKey::PageDown, Press::Down);
            presses += 1;
            assert!(presses <= 10, "forty rows, four at a time");
        }
        assert!(names.chosen().is_some());
        names.key(RemoteKey::PageUp, Press::Down);
        assert!(
            names
                .window
                .visible()
                .contains(&names.window.focused().unwrap())
        );
    }
}
