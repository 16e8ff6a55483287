//! A person, or an office, and what can be done: have them come, have it read aloud, go back.

use contract::file::Picture;
use contract::request::{Category, CategoryKind};
use contract::township::HelpContact;

use crate::focus::{Area, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::icons::asks_anything;
use crate::screens::{Context, Controller, Effect, Effects, Input, Nature, Plays, Route, arrow};

/// The zone of the act.
const ACT: &str = "act";
/// The zone of the rest.
const REST: &str = "rest";

/// Whom to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Who it is; empty while only the office is known.
    pub name: String,
    /// Which office.
    pub office: String,
    /// Its number as people dial it.
    pub telephone: String,
    /// When somebody answers; may be empty.
    pub hours: String,
    /// What the place looks like.
    pub photo: Option<Picture>,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Have somebody come.
    Come,
    /// Have it read aloud.
    Aloud,
    /// Go back to where one was.
    Leave,
}

impl Action {
    const fn key(self) -> &'static str {
        match self {
            Self::Come => "come",
            Self::Aloud => "aloud",
            Self::Leave => "leave",
        }
    }
}

/// The screen of whom to ask.
pub struct Help {
    focus: FocusMap,
    contact: Option<Contact>,
    others: Vec<HelpContact>,
    place: String,
    township: String,
    category: Option<Category>,
}

impl Help {
    /// The screen before anything was read.
    #[must_use]
    pub fn new() -> Self {
        let zones = vec![
            Zone::new(ACT, Layout::Row, Area::new(790, 530, 1034, 144)),
            Zone::new(REST, Layout::Row, Area::new(790, 698, 1034, 144))
                .with_items([Action::Aloud.key(), Action::Leave.key()]),
        ];
        Self {
            focus: FocusMap::new(ACT, zones),
            contact: None,
            others: Vec::new(),
            place: String::new(),
            township: String::new(),
            category: None,
        }
    }

    /// Whom to ask; `None` while nobody has said.
    #[must_use]
    pub const fn contact(&self) -> Option<&Contact> {
        self.contact.as_ref()
    }

    /// Other offices that help on the telephone.
    #[must_use]
    pub fn others(&self) -> &[HelpContact] {
        &self.others
    }

    /// Where this television stands, and the township; either may be empty.
    #[must_use]
    pub fn places(&self) -> (&str, &str) {
        (&self.place, &self.township)
    }

    /// What one would ask for to have somebody come.
    #[must_use]
    pub const fn category(&self) -> Option<&Category> {
        self.category.as_ref()
    }

    /// What has the focus.
    #[must_use]
    pub fn focused(&self) -> Action {
        match (self.focus.zone(), self.focus.index()) {
            (ACT, _) => Action::Come,
            (_, 0) => Action::Aloud,
            _ => Action::Leave,
        }
    }

    fn read(&mut self, context: &Context<'_>) {
        let cache = context.cache;
        let township = cache.township().unwrap_or_default();
        let mut offices = township.help.into_iter();
        let own = cache.enrolment().map(|enrolment| enrolment.organization);
        self.place = own
            .as_ref()
            .map_or_else(String::new, |own| own.name.clone());
        self.township = township.name;
        // The own village or office goes before those of the township.
        let page = own.and_then(|own| cache.branch(&own.id));
        let page = page.filter(|page| !page.telephone.is_empty());
        self.contact = match page {
            Some(page) => Some(Contact {
                name: page.secretary,
                office: page.organization.name,
                telephone: page.telephone,
                hours: String::new(),
                photo: page.photo,
            }),
            None => offices.next().map(|office| Contact {
                name: office.name,
                office: office.office,
                telephone: office.telephone,
                hours: office.hours,
                ..Contact::default()
            }),
        };
        self.others = offices.collect();
        let asks = |one: &Category| one.kind == CategoryKind::Service && asks_anything(&one.icon);
        self.category = cache.categories().into_iter().find(asks);
        let come = self.category.iter().map(|_| Action::Come.key());
        self.focus.set_items(ACT, come);
    }

    fn choose(&self) -> Effects {
        match self.focused() {
            Action::Come => {
                let category = self.category.iter().map(|one| one.id.clone());
                let open = |category| Effect::Open(Route::Service { category });
                category.map(open).collect()
            }
            Action::Aloud => vec![Effect::SpeakShown],
            Action::Leave => vec![Effect::Speak(Vec::new()), Effect::Back],
        }
    }
}

impl Default for Help {
    fn default() -> Self {
        Self::new()
    }
}

impl Controller for Help {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Changed => self.read(context),
            Input::Key(RemoteKey::Ok, Press::Down) => return self.choose(),
            Input::Key(RemoteKey::Yellow, Press::Down) => return vec![Effect::SpeakShown],
            Input::Key(RemoteKey::Back, Press::Down) => {
                return vec![Effect::Speak(Vec::new()), Effect::Back];
            }
            Input::Key(key, press) => {
                if let Some(direction) = arrow(*key, *press) {
                    self.focus.go(direction);
                }
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        &self.focus
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        &mut self.focus
    }

    fn route(&self) -> Route {
        Route::Help
    }

    fn nature(&self) -> Nature {
        Nature {
            // A programme or a meeting goes on after it.
            plays: Plays::Below,
            ..Nature::default()
        }
    }
}
