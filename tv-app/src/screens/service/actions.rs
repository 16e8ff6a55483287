//! Which number is to be called, and what can be done with it: the act and another number in a row, the
//! rest in one below.

use contract::request::PhoneOffer;

use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::{Act, back};
use crate::screens::{BACK, arrow};

/// The zone of the act and of another number.
const ACT: &str = "act";
/// The zone of the rest.
const MORE: &str = "more";

/// Whom they will call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Number {
    /// Nobody: it is answered on the television.
    #[default]
    None,
    /// One that the server offers, of somebody of this home.
    Offered(PhoneOffer),
    /// At a station: the one registered of the asker, whose name this is. It is not shown there.
    Registered(String),
    /// One that was typed.
    Typed(String),
}

impl Number {
    /// As it is when these are offered: one that is not any more gives way to the first.
    #[must_use]
    pub fn settled(self, offers: &[PhoneOffer]) -> Self {
        let first = || offers.first().cloned().map_or(Self::None, Self::Offered);
        match self {
            Self::Offered(offer) => {
                let same = offers.iter().find(|one| one.member.id == offer.member.id);
                same.cloned().map_or_else(first, Self::Offered)
            }
            Self::None => first(),
            Self::Registered(_) | Self::Typed(_) => self,
        }
    }
}

/// What can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is right: send it.
    Send,
    /// Send it without a number.
    Silent,
    /// Type another number.
    Number,
    /// Take the number of this person, the one with this index.
    Other {
        /// Index among those that are offered.
        at: usize,
        /// Their name.
        name: String,
    },
    /// Say something first.
    Note,
    /// Which papers to bring.
    Papers,
}

impl Action {
    fn key(&self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Silent => "silent",
            Self::Number => "number",
            Self::Other { .. } => "other",
            Self::Note => "note",
            Self::Papers => "papers",
        }
    }
}

/// The answers of the other steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// It may be answered in public.
    Public,
    /// It may not.
    NotPublic,
    /// Try again.
    Again,
}

impl Answers {
    /// What is stable of it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::NotPublic => "not-public",
            Self::Again => "again",
        }
    }
}

/// The focus on what can be done.
#[derive(Clone, Debug)]
pub struct Actions {
    /// The focus.
    pub focus: FocusMap,
    act: Vec<Action>,
    more: Vec<Action>,
}

impl Actions {
    /// Nothing can be done yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            focus: FocusMap::new(
                ACT,
                vec![
                    back(),
                    Zone::new(ACT, Layout::Row, Area::new(96, 660, 1728, 120)),
                    Zone::new(MORE, Layout::Row, Area::new(96, 800, 1728, 120)),
                ],
            ),
            act: Vec::new(),
            more: Vec::new(),
        }
    }

    /// Takes what there is.
    pub fn set(
        &mut self,
        is_here: bool,
        number: &Number,
        offers: &[PhoneOffer],
        note: bool,
        papers: bool,
    ) {
        let was_first = self.focus.is(ACT, 0);
        self.act = match (is_here, number) {
            (false, _) => Vec::new(),
            (true, Number::None) => vec![Action::Number, Action::Silent],
            (true, _) => vec![Action::Send, Action::Number],
        };
        self.more.clear();
        if is_here {
            self.more.extend(other(number, offers));
            self.more.extend(note.then_some(Action::Note));
            self.more.extend(papers.then_some(Action::Papers));
        }
        self.focus.set_items(ACT, self.act.iter().map(Action::key));
        self.focus
            .set_items(MORE, self.more.iter().map(Action::key));
        // Whoever has moved nowhere stands on what most people want, whatever that is now.
        if was_first {
            self.rewind();
        }
    }

    /// The first row and the second.
    #[must_use]
    pub fn rows(&self) -> (&[Action], &[Action]) {
        (&self.act, &self.more)
    }

    /// Index of the focused one in the first row, and in the second.
    #[must_use]
    pub fn focused(&self) -> (Option<usize>, Option<usize>) {
        let at = |zone, all: &[Action]| self.focus.index_in(zone).filter(|at| *at < all.len());
        (at(ACT, &self.act), at(MORE, &self.more))
    }

    /// The focused one.
    #[must_use]
    pub fn chosen(&self) -> Option<&Action> {
        match self.focused() {
            (Some(at), _) => self.act.get(at),
            (None, Some(at)) => self.more.get(at),
            (None, None) => None,
        }
    }

    /// Puts the focus on the first one.
    pub fn rewind(&mut self) {
        self.focus.focus_item(ACT, 0);
    }

    /// Takes a key of the remote.
    pub fn act(&mut self, key: RemoteKey, press: Press) -> Act {
        match (key, press) {
            (RemoteKey::Back, Press::Down) => Act::Left,
            (RemoteKey::Ok, Press::Down) if self.focus.zone() == BACK => Act::Left,
            (RemoteKey::Ok, Press::Down) if self.chosen().is_some() => {
                Act::Chosen(self.focus.index())
            }
            (RemoteKey::Ok, Press::Down) => Act::Left,
            _ => match arrow(key, press) {
                Some(direction) => {
                    self.focus.go(direction);
                    Act::Moved
                }
                None => Act::Unused,
            },
        }
    }
}

impl Default for Actions {
    fn default() -> Self {
        Self::new()
    }
}

/// The next person whose number is offered, if there is another one.
fn other(number: &Number, offers: &[PhoneOffer]) -> Option<Action> {
    let now = match number {
        Number::Offered(now) => offers.iter().position(|one| one.member.id == now.member.id),
        _ => None,
    };
    let at = match now {
        Some(now) => (now + 1) % offers.len(),
        None => 0,
    };
    let next = offers.get(at).filter(|_| now != Some(at))?;
    Some(Action::Other {
        at,
        name: next.member.name.clone(),
    })
}
