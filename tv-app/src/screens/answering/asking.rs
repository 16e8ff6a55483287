//! One question on the screen: the bar stands on the question, nothing is chosen beforehand.

use contract::form::QuestionKind;

use super::number::{NumberPad, QUESTION, Typed};
use super::sheet::{Picked, Place, Sheet};
use crate::focus::{Area, Direction, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::back;
use crate::screens::{BACK, arrow};

/// The zone of its options, and of what leads on.
pub const OPTIONS: &str = "options";
/// Short options side by side.
const TILES: usize = 5;
/// Longer ones side by side, each a line or two.
const LINES: usize = 2;
/// Characters of an option that has room in a tile in large text too.
const SHORT: usize = 7;
/// The key of what leads on.
const NEXT: &str = "next";

/// Characters of the longest option.
#[must_use]
pub fn longest(options: &[String]) -> usize {
    let lengths = options.iter().map(|option| option.chars().count());
    lengths.max().unwrap_or_default()
}

/// Options side by side: what does not fit into a tile in large text is read in lines.
#[must_use]
pub fn columns(options: &[String]) -> usize {
    if longest(options) <= SHORT {
        TILES
    } else {
        LINES
    }
}

/// What a key did to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// Nothing that is to be written down.
    Stays,
    /// An answer changed, and the question stays.
    Changed,
    /// It is answered: on to the next.
    Answered,
    /// On to the next without a change.
    Next,
    /// Back to the one before.
    Previous,
    /// Away from here; what was answered stays.
    Left,
}

/// The question on the screen.
#[derive(Clone)]
pub struct Asking {
    /// Where it stands in the form.
    pub place: Place,
    focus: FocusMap,
    number: Option<NumberPad>,
    /// As many of several are chosen as may be.
    full: bool,
    /// It was tried to go on with too few.
    lacking: bool,
}

impl Asking {
    /// Puts a question on the screen.
    #[must_use]
    pub fn new(sheet: &Sheet, place: Place) -> Self {
        let question = sheet.question(place);
        let number = question.and_then(|question| match question.kind {
            QuestionKind::Number { least, most, .. } => Some(NumberPad::new(
                least,
                most,
                question.required,
                sheet.number(place),
            )),
            _ => None,
        });
        let focus = if number.is_some() {
            NumberPad::focus()
        } else {
            FocusMap::new(
                QUESTION,
                vec![
                    back(),
                    Zone::new(QUESTION, Layout::Row, Area::new(96, 206, 1728, 260))
                        .with_items([QUESTION]),
                    Zone::new(
                        OPTIONS,
                        Layout::Grid(columns(sheet.options(place))),
                        Area::new(96, 480, 1728, 460),
                    ),
                ],
            )
        };
        let mut asking = Self {
            place,
            focus,
            number,
            full: false,
            lacking: false,
        };
        asking.settle(sheet);
        asking
    }

    /// Its focus.
    #[must_use]
    pub const fn focus(&self) -> &FocusMap {
        &self.focus
    }

    /// Its focus, to be restored.
    pub const fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.focus
    }

    /// The number that is typed, where one is asked for.
    #[must_use]
    pub const fn number(&self) -> Option<&NumberPad> {
        self.number.as_ref()
    }

    /// As many of several are chosen as may be, and it was tried to choose more.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.full
    }

    /// It was tried to go on with too few.
    #[must_use]
    pub const fn is_lacking(&self) -> bool {
        self.lacking
    }

    /// One can go on from here without choosing one more.
    #[must_use]
    pub fn leads_on(sheet: &Sheet, place: Place) -> bool {
        sheet.takes_several(place) || sheet.is_settled(place)
    }

    fn settle(&mut self, sheet: &Sheet) {
        if self.number.is_some() {
            return;
        }
        let options = sheet.options(self.place).len();
        let keys = (0..options).map(|at| at.to_string());
        let next = Self::leads_on(sheet, self.place).then(|| NEXT.to_owned());
        self.focus.set_items(OPTIONS, keys.chain(next));
    }

    /// Takes a key of the remote.
    pub fn key(&mut self, sheet: &mut Sheet, key: RemoteKey, press: Press) -> Did {
        if press != Press::Up {
            (self.full, self.lacking) = (false, false);
        }
        if let Some(Direction::Left) = arrow(key, press)
            && self.focus.zone() == QUESTION
        {
            // Held, it does not run through the whole form.
            return if press == Press::Down {
                Did::Previous
            } else {
                Did::Stays
            };
        }
        let did = match &mut self.number {
            Some(pad) => match pad.key(&mut self.focus, key, press) {
                Typed::Stays => Did::Stays,
                Typed::Left => Did::Left,
                Typed::Entered(Some(number)) => {
                    sheet.set_number(self.place, number);
                    Did::Answered
                }
                Typed::Entered(None) => {
                    sheet.clear(self.place);
                    Did::Answered
                }
            },
            None => self.option_key(sheet, key, press),
        };
        self.settle(sheet);
        did
    }

    fn option_key(&mut self, sheet: &mut Sheet, key: RemoteKey, press: Press) -> Did {
        if let Some(direction) = arrow(key, press) {
            self.focus.go(direction);
            return Did::Stays;
        }
        match (key, press) {
            (RemoteKey::Back, Press::Down) => Did::Left,
            (RemoteKey::Digit(digit @ 1..=9), Press::Down) => {
                self.pick(sheet, usize::from(digit) - 1)
            }
            (RemoteKey::Ok, Press::Down) => match self.focus.zone() {
                BACK => Did::Left,
                OPTIONS => {
                    let at = self.focus.index();
                    if at < sheet.options(self.place).len() {
                        self.pick(sheet, at)
                    } else {
                        self.next(sheet)
                    }
                }
                _ => {
                    // Nothing is chosen by a key that did not say what.
                    self.focus.focus_zone(OPTIONS);
                    Did::Stays
                }
            },
            _ => Did::Stays,
        }
    }

    fn pick(&mut self, sheet: &mut Sheet, option: usize) -> Did {
        match sheet.pick(self.place, option) {
            Picked::Answered => Did::Answered,
            Picked::Toggled => Did::Changed,
            Picked::Full => {
                self.full = true;
                Did::Stays
            }
            Picked::None => Did::Stays,
        }
    }

    fn next(&mut self, sheet: &Sheet) -> Did {
        self.lacking = !sheet.is_settled(self.place);
        if self.lacking { Did::Stays } else { Did::Next }
    }
}
