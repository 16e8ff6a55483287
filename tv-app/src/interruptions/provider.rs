//! What all interruptions have in common. Pure: the cache, the clock and the screen on top go in,
//! what is to be shown and done comes out.

use contract::terminal::TerminalKind;

use crate::screens::attendance;
use crate::screens::kit::time::is_night;
use crate::screens::overlay::Toast;
use crate::screens::{Base, Context, Controller, Effect, Input, Interruption, Route};

/// What a provider may look at.
pub struct Scene<'a> {
    /// What the screens look at too.
    pub context: &'a Context<'a>,
    /// The screen on top.
    pub top: &'a dyn Controller,
    /// Something lies over it.
    pub covered: bool,
    /// This terminal belongs to somebody.
    pub enrolled: bool,
    /// The television sleeps: nobody can see what is on the screen.
    pub asleep: bool,
}

impl Scene<'_> {
    /// Whether this may come over the screen on top by itself. At night a home is left alone, but for
    /// whoever is in a meeting, and for warnings, which say themselves which of them cannot wait.
    #[must_use]
    pub fn admits(&self, what: Interruption) -> bool {
        let is_home = || attendance::kind(self.context.cache) == TerminalKind::Household;
        let rests = what != Interruption::Warning
            && self.top.attended().is_none()
            && is_night(self.context.now, self.context.cache.manners().quiet)
            && is_home();
        !rests && self.admits_wanted(what)
    }

    /// The same of what somebody here wanted to be told.
    #[must_use]
    pub fn admits_wanted(&self, what: Interruption) -> bool {
        self.top.nature().admits.contains(&what)
    }

    /// Whoever is there has nothing in hand.
    #[must_use]
    pub fn is_home(&self) -> bool {
        self.top.nature().base == Some(Base::Home)
    }
}

/// What happened.
pub enum Event<'a> {
    /// This is about to be handled.
    Input(&'a Input),
    /// This is on its way to the disk or to the server, and counts already.
    Effect(&'a Effect),
    /// Back was pressed where there is no way back.
    NoWayBack,
    /// The meeting with this id was joined.
    Joined(&'a str),
    /// The meeting with this id was left.
    Left(&'a str),
}

/// What a provider may come over, of what stands below it in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// It cannot wait.
    Everything,
    /// What gives way; until what does not is answered it waits.
    WhatYields,
    /// It waits until nothing lies over the screens.
    Nothing,
}

/// What a provider has to show.
#[derive(Debug)]
pub enum Offer<Q> {
    /// A question, or something to be read.
    Ask(Q),
    /// A screen over whatever there is.
    Show(Route),
    /// A message, which interrupts nothing.
    Say(Toast),
}

impl<Q> Offer<Q> {
    /// The same of another question.
    pub(super) fn map<R>(self, question: impl FnOnce(Q) -> R) -> Offer<R> {
        match self {
            Self::Ask(asked) => Offer::Ask(question(asked)),
            Self::Show(route) => Offer::Show(route),
            Self::Say(toast) => Offer::Say(toast),
        }
    }
}

/// What becomes of what is shown, as things are now.
#[derive(Debug)]
pub enum Follow<Q> {
    /// It stays, and says this.
    Stays(Q),
    /// Its time or its reason is gone.
    Ends,
    /// It is answered by itself.
    Answers(Q, Answer),
}

impl<Q> Follow<Q> {
    /// The same of another question.
    pub(super) fn map<R>(self, question: impl FnOnce(Q) -> R) -> Follow<R> {
        match self {
            Self::Stays(asked) => Follow::Stays(question(asked)),
            Self::Ends => Follow::Ends,
            Self::Answers(asked, answer) => Follow::Answers(question(asked), answer),
        }
    }
}

/// What an answer does.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Something for the application to carry out.
    Effect(Effect),
    /// Open this screen. What plays is left, unless a meeting can go on below it.
    Open(Route),
    /// Leave the application.
    Quit,
}

/// What somebody gets who asks for it with a key or a card.
#[derive(Debug)]
pub enum Summons {
    /// This screen over whatever there is.
    Show(Route),
    /// There is nothing.
    Say(Toast),
}

/// What stands over every screen while somebody looks into this place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sign {
    /// Who began last, as the place reads it.
    pub by: String,
    /// How many look.
    pub people: usize,
    /// The room that was opened last.
    pub room: String,
    /// How many rooms are open.
    pub rooms: usize,
    /// Nothing is looked at but what the camera of this television shows.
    pub only_here: bool,
    /// They see nothing as long as a meeting has that camera.
    pub waits: bool,
    /// There is no connection: it was so when there was one.
    pub stale: bool,
}

/// An answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Stay in the application.
    Stay,
    /// Leave the application.
    Quit,
    /// It was read.
    Understood,
    /// Read it now.
    ReadNow,
    /// Take part.
    Join,
    /// Do not take part.
    Decline,
}

/// What a provider asks or tells over the screens, until it is answered.
pub trait Question: Clone + std::fmt::Debug + Eq {
    /// The answers on offer; the first has the focus: the harmless one, or what most people want.
    const ANSWERS: &'static [Answer];

    /// The answer that changes nothing: what Back and Home mean, which never do harm.
    const HARMLESS: Answer;

    /// It takes the whole screen, so that a programme below waits.
    const COVERS: bool = false;

    /// It gives way to what stands above it, and comes again by itself because it is derived from
    /// what the cache says.
    const YIELDS: bool = false;

    /// When it goes away by itself, in monotonic ms.
    fn until(&self) -> Option<u64> {
        None
    }
}

/// One kind of interruption. What it remembers is gone after a power cut; what must not be is in
/// the cache.
pub trait Provider: Default {
    /// What it asks.
    type Question: Question;

    /// What it comes over.
    const OVER: Over;

    /// Takes what happened.
    fn hear(&mut self, _event: &Event<'_>, _scene: &Scene<'_>) {}

    /// Looks at the cache and the clock; after every input, before anything is offered.
    fn refresh(&mut self, _scene: &Scene<'_>) {}

    /// What it has to show now. Only asked when that will be shown.
    fn offer(&mut self, scene: &Scene<'_>) -> Option<Offer<Self::Question>>;

    /// What becomes of its question, which is shown, as things are now.
    fn follow(&mut self, question: Self::Question, scene: &Scene<'_>) -> Follow<Self::Question>;

    /// What is to be done when its question was answered.
    fn answer(&mut self, question: Self::Question, answer: Answer, scene: &Scene<'_>) -> Vec<Act>;

    /// Something else came over its question, which is not shown any more.
    fn gave_way(&mut self, _question: Self::Question) {}

    /// When it has something to do without anything happening, in monotonic ms.
    fn wake_at(&self, _scene: &Scene<'_>) -> Option<u64> {
        None
    }

    /// What somebody asks for with this key or card, if it is this.
    fn summon(&mut self, _input: &Input, _scene: &Scene<'_>) -> Option<Summons> {
        None
    }

    /// What stands over every screen because of it.
    fn sign(&self) -> Option<&Sign> {
        None
    }
}

/// Of a provider that asks nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoQuestion {}

impl Question for NoQuestion {
    const ANSWERS: &'static [Answer] = &[];
    const HARMLESS: Answer = Answer::Understood;
}

/// What was read from the cache last, so that it is read again only when it changed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen(Option<u64>);

impl Seen {
    /// Whether the cache changed since the last time; also the first time.
    pub(super) fn is_news(&mut self, context: &Context<'_>) -> bool {
        let generation = Some(context.cache.generation());
        std::mem::replace(&mut self.0, generation) != generation
    }
}
