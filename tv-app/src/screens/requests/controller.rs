//! The list, and at a station what comes before it and one of its entries.

use contract::proof::Proof;
use contract::request::{CategoryKind, TerminalRequests};
use contract::terminal::TerminalKind;

use crate::cache::ServerTime;
use crate::cache::command::{Command, OwnRequests, Reply, Told};
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::asked::{self, Asked};
use crate::screens::kit::Act;
use crate::screens::kit::confirmation::Confirmation;
use crate::screens::kit::detail::Detail;
use crate::screens::kit::grid::Grid;
use crate::screens::proving::{Prove, Proving};
use crate::screens::request::{Left, Part};
use crate::screens::sending::Outcome;
use crate::screens::{
    BACK, Context, Controller, Effect, Effects, Input, Nature, Phase, Route, Stays, attendance,
    types,
};

/// What is somebody's own goes away after so long without a key, in ms.
const HIDE_MS: u64 = 60_000;

/// Where the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// At a station: who it is.
    Who,
    /// The server is asked.
    Waiting,
    /// The list.
    List,
    /// At a station: one of them.
    One,
    /// It did not work.
    Failed,
}

/// The screen of everything that was asked.
pub struct Requests {
    suggestions: bool,
    step: Step,
    is_station: bool,
    prove: Prove,
    proof: Option<Proof>,
    question: Option<String>,
    /// At a station: what the server said of theirs.
    own: TerminalRequests,
    rows: Grid<Asked>,
    /// At a station: the one that is shown.
    part: Part,
    shown: String,
    told: Detail<()>,
    failure: Option<Outcome>,
    said: Confirmation,
    now: ServerTime,
    turns_at: Option<u64>,
    key_at: u64,
}

impl Requests {
    /// Of suggestions, or of everything else.
    #[must_use]
    pub fn new(suggestions: bool) -> Self {
        Self {
            suggestions,
            step: Step::List,
            is_station: false,
            prove: Prove::new(None),
            proof: None,
            question: None,
            own: TerminalRequests::default(),
            rows: Grid::new(),
            part: Part::new(),
            shown: String::new(),
            told: Detail::default(),
            failure: None,
            said: Confirmation::new(0, None),
            now: ServerTime::default(),
            turns_at: None,
            key_at: 0,
        }
    }

    /// Whether it is of suggestions.
    #[must_use]
    pub const fn is_of_suggestions(&self) -> bool {
        self.suggestions
    }

    /// Where it is.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// Who proves who they are.
    #[must_use]
    pub const fn prove(&self) -> &Prove {
        &self.prove
    }

    /// The list.
    #[must_use]
    pub const fn list(&self) -> &Grid<Asked> {
        &self.rows
    }

    /// One of them, at a station.
    #[must_use]
    pub const fn part(&self) -> &Part {
        &self.part
    }

    /// Why it did not work.
    #[must_use]
    pub const fn failure(&self) -> Option<&Outcome> {
        self.failure.as_ref()
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus().zone() == BACK
    }

    /// What time it was when it was looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }

    fn go(&mut self, step: Step, context: &Context<'_>) {
        self.step = step;
        self.said = Confirmation::new(context.ticks_ms, None);
        if step == Step::Who {
            // Nothing of a person stays.
            self.proof = None;
            self.question = None;
            self.own = TerminalRequests::default();
            self.part = Part::new();
            self.prove = Prove::new(None);
            self.prove.read(context);
        }
        self.read(context);
    }

    fn read(&mut self, context: &Context<'_>) {
        self.now = context.now;
        let was_station = self.is_station;
        self.is_station = attendance::kind(context.cache) == TerminalKind::Station;
        if self.is_station && !was_station {
            self.step = Step::Who;
        }
        let rows = if self.is_station {
            self.prove.read(context);
            let fits = |kind| (kind == CategoryKind::Suggestion) == self.suggestions;
            let own = self.own.requests.iter().filter(|one| fits(one.kind));
            own.map(|one| asked::asked(one, None, context.now))
                .collect()
        } else {
            asked::all(context.cache, self.suggestions, context.now)
        };
        self.turns_at = asked::turns_at(rows.iter().map(|row: &Asked| &row.stand), context);
        self.rows
            .set(rows, |row| &row.key, 1, context.metrics.service_rows);
        self.rows.pager_mut().judge(true, context.cache);
        if self.step == Step::One {
            let one = self.own.requests.iter().find(|one| one.id == self.shown);
            self.part.set(one.cloned(), None, context);
        }
    }

    fn ask(&mut self, proof: Proof, context: &Context<'_>) -> Effects {
        let command = OwnRequests {
            key: (context.new_key)(),
            proof: proof.clone(),
        };
        self.proof = Some(proof);
        self.question = Some(command.key.clone());
        self.go(Step::Waiting, context);
        vec![Effect::Command(Box::new(Command::from(command)))]
    }

    fn proving(&mut self, proving: Proving, context: &Context<'_>) -> Effects {
        match proving {
            Proving::Left => vec![Effect::Back],
            Proving::Proved(proved) => self.ask(proved.proof, context),
            Proving::Stays | Proving::Named(_) | Proving::Other => Effects::new(),
        }
    }

    fn on_told(&mut self, told: &Told, context: &Context<'_>) {
        self.question = None;
        match told {
            Told::Answered(Reply::OwnRequests(own)) => {
                self.own = (**own).clone();
                self.go(Step::List, context);
                self.rows.pager_mut().rewind();
            }
            Told::Refused(refusal) if refusal.code == contract::error::ErrorCode::WrongPin => {
                let tries = refusal.tries;
                self.step = Step::Who;
                self.prove.again(tries);
            }
            Told::Refused(refusal) => {
                self.failure = Some(Outcome::Refused(refusal.code, refusal.tries));
                self.go(Step::Failed, context);
            }
            // Nothing that is asked here is kept.
            Told::NoNetwork | Told::Queued | Told::Answered(_) => {
                self.failure = None;
                self.go(Step::Failed, context);
            }
        }
    }

    fn choose(&mut self, context: &Context<'_>) -> Effects {
        let Some(row) = self.rows.chosen().cloned().filter(|row| row.is_known) else {
            return Effects::new();
        };
        if !self.is_station {
            return vec![Effect::Open(Route::Request { id: row.key })];
        }
        self.shown = row.key;
        self.part = Part::new();
        self.go(Step::One, context);
        Effects::new()
    }

    fn on_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        match self.step {
            Step::Who => {
                let proving = self.prove.key(key, press);
                self.proving(proving, context)
            }
            Step::List => match self.rows.pager_mut().act(key, press) {
                Act::Left if self.is_station => {
                    self.go(Step::Who, context);
                    Effects::new()
                }
                Act::Left => vec![Effect::Back],
                Act::Chosen(_) => self.choose(context),
                Act::Moved | Act::Unused => Effects::new(),
            },
            Step::Waiting | Step::Failed => {
                if self.told.act(key, press) == Act::Left {
                    self.go(Step::Who, context);
                }
                Effects::new()
            }
            Step::One => Effects::new(),
        }
    }

    fn one(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        let proof = self.proof.clone();
        let (effects, left) = self.part.handle(input, proof.as_ref(), context);
        match (left, proof) {
            (Left::No, _) => effects,
            // What they said has changed it.
            (Left::Said, Some(proof)) => {
                let mut effects = effects;
                effects.extend(self.ask(proof, context));
                effects
            }
            (Left::Said | Left::Back, _) => {
                self.go(Step::List, context);
                effects
            }
        }
    }

    /// Digits and colours belong to who proves who they are, or to what is asked of one.
    fn proves(&self) -> bool {
        self.step == Step::Who
    }
}

impl Controller for Requests {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        // Whoever listens is there.
        let listens = matches!(input, Input::Player(_)) && self.has_voice();
        if listens || matches!(input, Input::Key(..) | Input::Card(_) | Input::Shown) {
            self.key_at = context.ticks_ms;
        }
        match input {
            Input::Shown | Input::Changed | Input::Resized => self.read(context),
            Input::Tick => {
                self.read(context);
                let alone = context.ticks_ms >= self.key_at + HIDE_MS;
                if self.is_station && self.step != Step::Who && alone {
                    self.go(Step::Who, context);
                    return vec![Effect::Speak(Vec::new()), Effect::Back];
                }
            }
            Input::Card(card) if self.step == Step::Who && self.is_station => {
                let proving = self.prove.card(card);
                return self.proving(proving, context);
            }
            Input::Told(key, told) if self.question.as_ref() == Some(key) => {
                // What takes the server long is not taken from the reader's time.
                self.key_at = context.ticks_ms;
                self.on_told(told, context);
                return Effects::new();
            }
            Input::Key(key, press) if self.step != Step::One => {
                return self.on_key(*key, *press, context);
            }
            _ => {}
        }
        if self.step == Step::One {
            return self.one(input, context);
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        match self.step {
            Step::Who => self.prove.focus(),
            Step::List => &self.rows.pager().focus,
            Step::One => self.part.focus(),
            Step::Waiting | Step::Failed => &self.told.focus,
        }
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        match self.step {
            Step::Who => self.prove.focus_mut(),
            Step::List => &mut self.rows.pager_mut().focus,
            Step::One => self.part.focus_mut(),
            Step::Waiting | Step::Failed => &mut self.told.focus,
        }
    }

    fn route(&self) -> Route {
        Route::Requests {
            suggestions: self.suggestions,
        }
    }

    fn wake_at(&self) -> Option<u64> {
        let hides = self.is_station && self.step != Step::Who;
        let hides = hides.then_some(self.key_at + HIDE_MS);
        let turns = match self.step {
            Step::One => self.part.wake_at(self.turns_at),
            _ => self.turns_at,
        };
        [hides, turns].into_iter().flatten().min()
    }

    fn holds_until(&self) -> Option<u64> {
        match self.step {
            Step::Failed => Some(self.said.holds_until()),
            Step::One => self.part.holds_until(),
            _ => None,
        }
    }

    fn wants_digits(&self) -> bool {
        self.proves() || self.step == Step::One && self.part.wants_digits()
    }

    fn wants_colours(&self) -> bool {
        self.proves()
    }

    fn wants_card(&self) -> bool {
        self.proves() && self.is_station
    }

    fn types(&self, key: RemoteKey) -> bool {
        let answers = matches!(key, RemoteKey::Digit(_)) && self.step == Step::One;
        !answers && types(self, key)
    }

    fn acts_at_once(&self, key: RemoteKey) -> bool {
        self.proves() && matches!(key, RemoteKey::Digit(_))
    }

    fn has_voice(&self) -> bool {
        self.step == Step::One && self.part.has_voice()
    }

    fn phase(&self) -> Phase {
        let inner = match self.step {
            Step::Who => self.prove.phase(),
            Step::One => self.part.phase().0 * 8 + self.part.phase().1,
            _ => 0,
        };
        (self.step as u8, inner)
    }

    fn nature(&self) -> Nature {
        Nature {
            stays: if self.is_station {
                Stays::Personal
            } else {
                Stays::Kept
            },
            ..Nature::default()
        }
    }
}
