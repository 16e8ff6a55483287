//! Somebody proves who they are at a station: by their name and PIN, or by their card.

use contract::member::TerminalPerson;
use contract::proof::Proof;

use super::attendance::{self, Attendance, Nobody, Person};
use super::kit::Act;
use super::kit::detail::Detail;
use super::kit::form::{Answer, Digits, PIN, Remark};
use super::names::Names;
use super::{BACK, Context};
use crate::cache::search;
use crate::focus::FocusMap;
use crate::remote::wedge::CardNumber;
use crate::remote::{Press, RemoteKey};

/// Where it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// Who it is.
    #[default]
    Who,
    /// Their PIN.
    Pin,
    /// They have none.
    NoPin,
}

/// Who proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// How.
    pub proof: Proof,
    /// Who; empty for a card.
    pub member_id: String,
    /// Their name; empty for a card.
    pub name: String,
}

/// What came of a key or a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proving {
    /// They go on.
    Stays,
    /// They gave up.
    Left,
    /// They were asked for their name alone, and it is this.
    Named(Person),
    /// They have proved it.
    Proved(Proved),
    /// The entry besides the names was chosen.
    Other,
}

/// Somebody who proves it.
pub struct Prove {
    step: Step,
    names: Names,
    nobody: Option<Nobody>,
    person: Option<Person>,
    form: Digits,
    told: Detail<()>,
    /// Key of an entry besides the names, if there is one.
    other: Option<&'static str>,
    /// Only the name is asked for.
    name_alone: bool,
}

impl Prove {
    /// Nobody was chosen yet. `other`: the key of an entry besides the names.
    #[must_use]
    pub fn new(other: Option<&'static str>) -> Self {
        Self {
            step: Step::Who,
            names: Names::default(),
            nobody: None,
            person: None,
            form: Digits::new(PIN, Remark::None),
            told: Detail::default(),
            other,
            name_alone: false,
        }
    }

    /// Only the name is asked for: somebody else has proved who they are.
    #[must_use]
    pub fn by_name() -> Self {
        Self {
            name_alone: true,
            ..Self::new(None)
        }
    }

    /// Where it is.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// The names to choose from.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// Whether this is the entry besides the names.
    #[must_use]
    pub fn is_other(&self, person: &Person) -> bool {
        self.other.is_some_and(|other| person.id == other)
    }

    /// Why there is no name to choose, if there is none.
    #[must_use]
    pub const fn nobody(&self) -> Option<Nobody> {
        self.nobody
    }

    /// Whose PIN is asked for.
    #[must_use]
    pub fn name(&self) -> &str {
        self.person
            .as_ref()
            .map_or("", |person| person.name.as_str())
    }

    /// How many digits are typed, and what is to be said.
    #[must_use]
    pub const fn typed(&self) -> (usize, Remark) {
        (self.form.pad().typed().0, self.form.remark())
    }

    /// Index of the focused key of the keypad.
    #[must_use]
    pub fn focused_key(&self) -> Option<usize> {
        self.form.focused_key()
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus().zone() == BACK
    }

    /// Where it is, for [`Controller::phase`](super::Controller::phase).
    #[must_use]
    pub const fn phase(&self) -> u8 {
        self.step as u8
    }

    /// The focus.
    #[must_use]
    pub const fn focus(&self) -> &FocusMap {
        match self.step {
            Step::Who => &self.names.window.focus,
            Step::Pin => &self.form.focus,
            Step::NoPin => &self.told.focus,
        }
    }

    /// The focus, to be restored.
    pub const fn focus_mut(&mut self) -> &mut FocusMap {
        match self.step {
            Step::Who => &mut self.names.window.focus,
            Step::Pin => &mut self.form.focus,
            Step::NoPin => &mut self.told.focus,
        }
    }

    fn go(&mut self, step: Step, remark: Remark) {
        self.step = step;
        self.form = Digits::new(PIN, remark);
        if step == Step::Who {
            self.person = None;
        }
    }

    /// The PIN was wrong: asks for it again. Of a card from the beginning.
    pub fn again(&mut self, tries: Option<u32>) {
        if self.person.is_some() {
            self.go(Step::Pin, Remark::WrongPin(tries));
        } else {
            self.go(Step::Who, Remark::None);
        }
    }

    /// This was wrong: of somebody who can be chosen the PIN is asked for again.
    pub fn wrong(&mut self, proof: &Proof, tries: Option<u32>) {
        if let Proof::Pin { member_id, .. } = proof {
            let mut all = self.names.all().iter();
            self.person = all.find(|one| one.id == *member_id).cloned();
        }
        self.again(tries);
    }

    /// Reads who can be chosen.
    pub fn read(&mut self, context: &Context<'_>) {
        let people = context.cache.people();
        self.nobody = attendance::nobody(context.cache);
        let mut shown: Vec<Person> = people.people.iter().map(person).collect();
        shown.sort_by_cached_key(|person| search::sort_key(&person.name));
        if let Some(other) = self.other {
            shown.push(Person {
                id: other.to_owned(),
                pin_set: true,
                ..Person::default()
            });
        }
        // Taken off the list while they were typing.
        if self.step == Step::Pin
            && let Some(chosen) = &self.person
            && !people.people.iter().any(|person| person.id == chosen.id)
        {
            self.go(Step::Who, Remark::None);
        }
        let metrics = context.metrics;
        self.names
            .set(shown, metrics.tile_columns, metrics.choice_rows);
    }

    /// A card was read.
    #[must_use]
    pub fn card(&self, card: &CardNumber) -> Proving {
        if self.name_alone {
            return Proving::Stays;
        }
        Proving::Proved(Proved {
            proof: Proof::Card {
                card: card.0.clone(),
            },
            member_id: String::new(),
            name: String::new(),
        })
    }

    /// Takes a key of the remote.
    pub fn key(&mut self, key: RemoteKey, press: Press) -> Proving {
        match self.step {
            Step::Who => match (key, press) {
                (RemoteKey::Back, Press::Down) if self.names.clear() => Proving::Stays,
                (RemoteKey::Back, Press::Down) => Proving::Left,
                (RemoteKey::Ok, Press::Down) => self.choose(),
                _ => {
                    self.names.key(key, press);
                    Proving::Stays
                }
            },
            Step::Pin => match self.form.key(key, press) {
                Answer::Stays => Proving::Stays,
                Answer::Left => {
                    self.go(Step::Who, Remark::None);
                    Proving::Stays
                }
                Answer::Entered(pin) => {
                    let person = self.person.clone().unwrap_or_default();
                    Proving::Proved(Proved {
                        proof: Proof::Pin {
                            member_id: person.id.clone(),
                            pin,
                        },
                        member_id: person.id,
                        name: person.name,
                    })
                }
            },
            Step::NoPin => {
                if self.told.act(key, press) == Act::Left {
                    self.go(Step::Who, Remark::None);
                }
                Proving::Stays
            }
        }
    }

    fn choose(&mut self) -> Proving {
        let Some(chosen) = self.names.chosen().cloned() else {
            return if self.names.window.on_back() {
                Proving::Left
            } else {
                Proving::Stays
            };
        };
        if self.is_other(&chosen) {
            return Proving::Other;
        }
        if self.name_alone {
            return Proving::Named(chosen);
        }
        let step = if chosen.pin_set {
            Step::Pin
        } else {
            Step::NoPin
        };
        self.go(step, Remark::None);
        self.person = Some(chosen);
        Proving::Stays
    }
}

fn person(person: &TerminalPerson) -> Person {
    Person {
        id: person.id.clone(),
        name: person.name.clone(),
        attendance: Attendance::Missing,
        pin_set: person.pin_set,
    }
}
