//! A list whose lines have different heights, and of which only a part fits on the screen. Some lines
//! are headings, which cannot be chosen.

use crate::focus::{Direction, FocusMap};
use crate::remote::{Press, RemoteKey};

use super::arrow;
use super::window::ENTRIES;

/// A page key goes so many entries further.
const PAGE: usize = 4;

/// A line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColumnLine {
    /// In logical pixels.
    pub height: f32,
    /// It names what is below it.
    pub heading: bool,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Column {
    lines: Vec<ColumnLine>,
    /// The first line in view.
    first: usize,
    gap: f32,
    view: f32,
}

impl Column {
    /// Takes the lines, the room between two of them and that of the whole view, in logical pixels.
    pub fn set(&mut self, lines: Vec<ColumnLine>, gap: f32, view: f32) {
        self.lines = lines;
        (self.gap, self.view) = (gap, view);
        self.first = self.first.min(self.lines.len().saturating_sub(1));
    }

    /// Indices of the lines in view, each with its distance from the top in logical pixels.
    pub fn visible(&self) -> impl Iterator<Item = (usize, f32)> {
        let mut y = 0.0;
        (self.first..self.end()).map(move |at| {
            let top = y;
            y += self.lines[at].height + self.gap;
            (at, top)
        })
    }

    /// Height of a line, in logical pixels.
    #[must_use]
    pub fn height(&self, at: usize) -> f32 {
        self.lines.get(at).map_or(0.0, |line| line.height)
    }

    /// How many lines are above the view, and how many there are.
    #[must_use]
    pub const fn place(&self) -> (usize, usize) {
        (self.first, self.lines.len())
    }

    /// One past the last line that is wholly in view.
    fn end(&self) -> usize {
        let mut y = 0.0;
        let fits = |line: &&ColumnLine| {
            let bottom = y + line.height;
            y = bottom + self.gap;
            bottom <= self.view
        };
        let mut count = self.lines[self.first..].iter().take_while(fits).count();
        // A heading says nothing without something below it, unless there is nothing.
        if count > 1
            && self.first + count < self.lines.len()
            && self.lines[self.first + count - 1].heading
        {
            count -= 1;
        }
        // A screen that is too small for one still shows it.
        self.first + count.max(1).min(self.lines.len() - self.first)
    }

    /// Moves the focus by an arrow or a page key, and keeps it in view. Other keys do nothing.
    pub fn key(&mut self, focus: &mut FocusMap, key: RemoteKey, press: Press) {
        match key {
            RemoteKey::PageDown if press != Press::Up => {
                focus.focus_zone(ENTRIES);
                focus.go_by(Direction::Down, PAGE);
            }
            RemoteKey::PageUp if press != Press::Up => {
                focus.go_by(Direction::Up, PAGE);
            }
            _ => match arrow(key, press) {
                Some(direction) => {
                    focus.go(direction);
                }
                None => return,
            },
        }
        self.follow(focus.remembered_in(ENTRIES));
    }

    /// Brings the line with this index among those that are no headings into view, with the
    /// heading just above it.
    pub fn follow(&mut self, entry: usize) {
        let entries = self.lines.iter().enumerate();
        let Some((line, _)) = entries.filter(|(_, line)| !line.heading).nth(entry) else {
            return;
        };
        let above = match line.checked_sub(1).map(|above| self.lines[above]) {
            Some(above) if above.heading => line - 1,
            _ => line,
        };
        if above < self.first {
            self.first = above;
        }
        while self.end() <= line {
            self.first += 1;
        }
        // No empty room below while something is above.
        while self.first > 0 && self.end() == self.lines.len() {
            self.first -= 1;
            if self.end() < self.lines.len() {
                self.first += 1;
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `h` a heading of 50 px, anything else a line of 100 px; in a view of 320 px.
    fn column(lines: &str) -> Column {
        let line = |kind| ColumnLine {
            height: if kind == 'h' { 50.0 } else { 100.0 },
            heading: kind == 'h',
        };
        let mut column = Column::default();
        column.set(lines.chars().map(line).collect(), 10.0, 320.0);
        column
    }

    fn seen(column: &Column) -> Vec<usize> {
        column.visible().map(|(at, _)| at).collect()
    }

    #[test]
    fn what_is_followed_is_in_view_with_its_heading() {
        let mut column = column("hxxxhxx");
        assert_eq!(seen(&column), [0, 1, 2], "all that fits wholly");
        column.follow(3);
        assert!(seen(&column).contains(&5));
        column.follow(0);
        assert_eq!(seen(&column)[0], 0, "the heading above comes too");
        column.follow(4);
        assert_eq!(seen(&column).last(), Some(&6), "no empty room at the end");
    }

    #[test]
    fn a_heading_is_not_the_last_in_view_unless_it_is_the_last_of_all() {
        let mut column = column("xxh");
        assert_eq!(seen(&column), [0, 1, 2]);
        let mut lines = column.lines.clone();
        lines.push(lines[0]);
        column.set(lines, 10.0, 320.0);
        assert_eq!(seen(&column), [0, 1]);
    }

    #[test]
    fn less_lines_than_before_and_none_at_all_are_no_trouble() {
        let mut column = column("xxxxxx");
        column.follow(5);
        column.set(Vec::new(), 10.0, 320.0);
        column.follow(0);
        assert_eq!((seen(&column), column.place()), (Vec::new(), (0, 0)));
    }
}
