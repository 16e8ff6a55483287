//! Sentences, a voice, a telephone; what was said is kept after every key.

use contract::error::ErrorCode;
use contract::proof::Proof;
use contract::request::RequestReceipt;
use contract::terminal::TerminalKind;

use super::link::Link;
use crate::cache::command::Told;
use crate::cache::drafts;
use crate::focus::FocusMap;
use crate::remote::RemoteKey;
use crate::screens::kit::Act;
use crate::screens::kit::detail::Detail;
use crate::screens::note::{Note, Outcome};
use crate::screens::proving::{Prove, Proving};
use crate::screens::{
    Context, Controller, Effect, Effects, Input, Interruption, Nature, Phase, Route, Stays,
    attendance,
};

/// At a station what is somebody's own goes away after so long without a key, in ms: as long as it takes to
/// find words.
const HIDE_MS: u64 = 180_000;

/// The screen in which something is said of a request.
pub struct ServiceNote {
    category: String,
    /// The request that is added to; none: one that is being made.
    request: Option<String>,
    title: String,
    note: Note,
    /// The draft was read.
    begun: bool,
    /// At a station: who opened it.
    opened_by: Option<Proof>,
    /// At a station: who wants to write on a telephone.
    prove: Option<Prove>,
    /// How they have proved it.
    proof: Option<Proof>,
    link: Option<Link>,
    /// What can be done about the link.
    pane: Detail<()>,
    personal: bool,
    /// The last key was pressed, or somebody heard, then, in monotonic ms.
    key_at: u64,
    ticks_ms: u64,
}

impl ServiceNote {
    /// Of this category, and of this request if it was made before.
    #[must_use]
    pub fn new(category: &str, request: Option<&str>) -> Self {
        Self {
            category: category.to_owned(),
            request: request.map(str::to_owned),
            title: String::new(),
            note: Note::new(false),
            begun: false,
            opened_by: None,
            prove: None,
            proof: None,
            link: None,
            pane: Detail::default(),
            personal: false,
            key_at: 0,
            ticks_ms: 0,
        }
    }

    /// Title of the category.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What is said.
    #[must_use]
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// The page for a telephone, while it is shown.
    #[must_use]
    pub const fn link(&self) -> Option<&Link> {
        self.link.as_ref()
    }

    /// Who proves who they are, while that is asked.
    #[must_use]
    pub const fn prove(&self) -> Option<&Prove> {
        self.prove.as_ref()
    }

    /// Whether 返回 has the focus, and whether what can be done about the link has.
    #[must_use]
    pub fn focused(&self) -> (bool, bool) {
        match (&self.prove, &self.link) {
            (Some(prove), _) => (prove.on_back(), false),
            (None, Some(_)) => (self.pane.on_back(), self.pane.focused().is_some()),
            (None, None) => (self.note.on_back(), false),
        }
    }

    fn subject(&self) -> String {
        drafts::subject(&self.category, self.request.as_deref())
    }

    fn read(&mut self, context: &Context<'_>) {
        let station = attendance::kind(context.cache) == TerminalKind::Station;
        self.personal = station;
        if !self.begun {
            self.begun = true;
            // What is added to one that was made is said here.
            self.note = Note::new(self.request.is_none());
            self.note.begin_with(context.cache.draft(&self.subject()));
        }
        let category = context.cache.category(&self.category);
        let (title, sentences) =
            category.map_or_else(Default::default, |known| (known.title, known.sentences));
        self.title = title;
        self.note.read(&sentences, context);
        if let Some(prove) = &mut self.prove {
            prove.read(context);
        }
    }

    fn keep(&self) -> Effect {
        Effect::Draft(self.subject(), Box::new(self.note.draft().clone()))
    }

    fn arrange_link(&mut self) {
        let retry = self.link.as_ref().is_some_and(Link::can_retry);
        let actions = if retry { vec![()] } else { Vec::new() };
        self.pane.set(actions, |()| "retry");
        if retry {
            self.pane.rewind();
        }
    }

    /// Somebody wants to write on a telephone. At a station they say first who they are: what comes from it is
    /// theirs.
    fn ask_for_phone(&mut self, context: &Context<'_>) -> Effects {
        if !self.personal {
            return self.begin_link(context);
        }
        if self.opened_by.is_some() {
            self.proof.clone_from(&self.opened_by);
            return self.begin_link(context);
        }
        let mut prove = Prove::new(None);
        prove.read(context);
        self.prove = Some(prove);
        Effects::new()
    }

    fn on_prove(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        let Some(prove) = &mut self.prove else {
            return Effects::new();
        };
        let proving = match input {
            Input::Key(key, press) => prove.key(*key, *press),
            Input::Card(card) => prove.card(card),
            _ => return Effects::new(),
        };
        match proving {
            Proving::Proved(proved) => {
                self.prove = None;
                self.proof = Some(proved.proof);
                self.begin_link(context)
            }
            Proving::Left => {
                self.prove = None;
                Effects::new()
            }
            Proving::Stays | Proving::Named(_) | Proving::Other => Effects::new(),
        }
    }

    /// The proof was wrong: it is asked for again.
    fn asks_again(&mut self, key: &str, told: &Told, context: &Context<'_>) -> bool {
        let is_ours = self.link.as_ref().and_then(Link::question) == Some(key);
        let Told::Refused(refusal) = told else {
            return false;
        };
        if !is_ours || refusal.code != ErrorCode::WrongPin {
            return false;
        }
        let Some(proof) = self.proof.take() else {
            return false;
        };
        self.opened_by = None;
        let mut prove = Prove::new(None);
        prove.read(context);
        prove.wrong(&proof, refusal.tries);
        self.prove = Some(prove);
        self.link = None;
        true
    }

    fn begin_link(&mut self, context: &Context<'_>) -> Effects {
        let mut link = Link::default();
        let effects = link.begin(&self.category, self.proof.clone(), context);
        self.link = Some(link);
        self.pane = Detail::default();
        self.arrange_link();
        effects
    }

    /// The telephone has sent it: nothing is left to be sent here.
    fn sent(&self, receipt: RequestReceipt) -> Effects {
        vec![
            Effect::Draft(self.subject(), Box::default()),
            Effect::Back,
            Effect::Replace(Route::ServiceDone {
                title: self.title.clone(),
                number: receipt.number,
                office: receipt.office.name,
                due_at_ms: receipt.due_at_ms,
            }),
        ]
    }

    /// When nobody is there any more. Whoever writes on a telephone is.
    fn hides_at(&self) -> Option<u64> {
        let writes = self.link.as_ref().is_some_and(|link| !link.can_retry());
        let hides = self.personal && !writes && !self.note.has_voice();
        hides.then_some(self.key_at + HIDE_MS)
    }

    fn on_link(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        if let Input::Told(key, told) = input
            && self.asks_again(key, told, context)
        {
            return Effects::new();
        }
        let Some(link) = &mut self.link else {
            return Effects::new();
        };
        let step = link.step();
        let effects = match input {
            Input::Tick => link.tick(context),
            Input::Told(key, told) => match link.told(key, told, context) {
                Some(receipt) => return self.sent(receipt),
                None => Effects::new(),
            },
            Input::Key(key, press) => match self.pane.act(*key, *press) {
                Act::Left => {
                    self.link = None;
                    self.proof = None;
                    return Effects::new();
                }
                Act::Chosen(_) => return self.begin_link(context),
                Act::Moved | Act::Unused => Effects::new(),
            },
            _ => Effects::new(),
        };
        if self.link.as_ref().is_some_and(|link| link.step() != step) {
            self.arrange_link();
        }
        effects
    }
}

impl Controller for ServiceNote {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        self.ticks_ms = context.ticks_ms;
        if matches!(input, Input::Shown | Input::Changed | Input::Resized) {
            self.read(context);
        }
        let is_there = matches!(input, Input::Key(..) | Input::Card(_) | Input::Shown);
        if is_there || self.hides_at().is_none() {
            self.key_at = context.ticks_ms;
        }
        if *input == Input::Tick && self.hides_at().is_some_and(|at| context.ticks_ms >= at) {
            return vec![Effect::Back];
        }
        if let Input::Proved(proved) = input {
            self.opened_by = self.personal.then(|| proved.proof.clone());
        }
        if self.prove.is_some() {
            return self.on_prove(input, context);
        }
        if self.link.is_some() {
            return self.on_link(input, context);
        }
        let (mut effects, outcome) = self.note.handle(input, context);
        match outcome {
            Outcome::Stays => {}
            Outcome::Changed => effects.push(self.keep()),
            Outcome::Done | Outcome::Left => effects.push(Effect::Back),
            Outcome::Phone => effects.extend(self.ask_for_phone(context)),
        }
        effects
    }

    fn focus(&self) -> &FocusMap {
        match (&self.prove, &self.link) {
            (Some(prove), _) => prove.focus(),
            (None, Some(_)) => &self.pane.focus,
            (None, None) => self.note.focus(),
        }
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        match (&mut self.prove, &self.link) {
            (Some(prove), _) => prove.focus_mut(),
            (None, Some(_)) => &mut self.pane.focus,
            (None, None) => self.note.focus_mut(),
        }
    }

    fn route(&self) -> Route {
        Route::ServiceNote {
            category: self.category.clone(),
            request: self.request.clone(),
        }
    }

    fn wake_at(&self) -> Option<u64> {
        let own = match (&self.prove, &self.link) {
            (Some(_), _) => None,
            (None, Some(link)) => link.wake_at(),
            (None, None) => self.note.wake_at(),
        };
        [own, self.hides_at()].into_iter().flatten().min()
    }

    fn wants_digits(&self) -> bool {
        true
    }

    fn phase(&self) -> Phase {
        match (&self.prove, &self.link) {
            (Some(prove), _) => (11, prove.phase()),
            (None, Some(link)) => (10, link.step() as u8),
            (None, None) => (self.note.session().phase() as u8, 0),
        }
    }

    fn wants_colours(&self) -> bool {
        self.prove.is_some()
    }

    fn wants_card(&self) -> bool {
        self.prove.is_some()
    }

    fn acts_at_once(&self, key: RemoteKey) -> bool {
        self.prove.is_some() && matches!(key, RemoteKey::Digit(_))
    }

    fn types(&self, key: RemoteKey) -> bool {
        // A sentence that is picked twice at once is not picked.
        let picks = matches!(key, RemoteKey::Digit(_)) && self.prove.is_none();
        !picks && crate::screens::types(self, key)
    }

    fn has_voice(&self) -> bool {
        self.link.is_none() && self.prove.is_none() && self.note.has_voice()
    }

    fn draft(&self) -> Option<String> {
        Some(self.subject())
    }

    fn nature(&self) -> Nature {
        Nature {
            stays: if self.personal {
                Stays::Personal
            } else {
                Stays::Kept
            },
            // Nobody is cut off in the middle of a sentence.
            admits: if self.note.has_voice() {
                &[Interruption::Warning]
            } else {
                Nature::default().admits
            },
            ..Nature::default()
        }
    }
}
