//! A roll call that has opened and to which somebody of this television is called: its screen comes
//! by itself, once for everybody, and again when somebody asks for it.
//!
//! After a power cut it comes again as long as its round is open and somebody is missing.

use std::collections::{HashMap, HashSet};

use contract::terminal::TerminalKind;

use super::provider::{
    Act, Answer, Event, Follow, NoQuestion, Offer, Over, Provider, Scene, Seen, Summons,
};
use crate::remote::{Press, RemoteKey};
use crate::screens::attendance::{self, Call};
use crate::screens::overlay::Toast;
use crate::screens::{Input, Interruption, Route};

/// A round: its roll call, its number and the time it opens (one that is put off opens again).
type Round = (String, u32, i64);

/// A round that is open and shows itself.
struct Open {
    round: Round,
    route: Route,
    missing: HashSet<String>,
    /// Only whoever is missing is called, and that again when somebody is added.
    by_name: bool,
}

/// See the module.
#[derive(Default)]
pub struct RollCalls {
    seen: Seen,
    stale: bool,
    open: Vec<Open>,
    /// Rounds that were shown by themselves, and who was called then.
    called: HashMap<Round, HashSet<String>>,
    /// When a round opens or ends of which the server has told before, in monotonic ms.
    turns_at: Option<u64>,
}

impl RollCalls {
    fn read(&mut self, scene: &Scene<'_>) {
        let context = scene.context;
        let all = attendance::all(context.cache);
        let opening = all.iter().filter_map(|call| call.next_at_ms);
        let ending = all.iter().filter_map(|call| call.round);
        let turns = opening.chain(ending.map(|round| round.closes_at_ms));
        self.turns_at = turns.filter_map(|at| context.ticks_of(at)).min();
        let kind = attendance::kind(context.cache);
        let open = all.iter().filter(|call| attendance::interrupts(call, kind));
        self.open = open
            .filter_map(|call| {
                Some(Open {
                    round: round(call)?,
                    route: attendance::route(context.cache, &call.id),
                    missing: missing(call),
                    by_name: kind != TerminalKind::Station,
                })
            })
            .collect();
    }

    fn was_called(&self, open: &Open) -> bool {
        self.called
            .get(&open.round)
            .is_some_and(|told| !open.by_name || open.missing.is_subset(told))
    }

    fn call(&mut self, round: Round, missing: HashSet<String>) {
        self.called.entry(round).or_default().extend(missing);
    }
}

fn round(call: &Call) -> Option<Round> {
    let round = call.round?;
    Some((call.id.clone(), round.number, round.opens_at_ms))
}

fn missing(call: &Call) -> HashSet<String> {
    call.missing().map(|person| person.id.clone()).collect()
}

impl Provider for RollCalls {
    type Question = NoQuestion;

    const OVER: Over = Over::Everything;

    fn hear(&mut self, event: &Event<'_>, _scene: &Scene<'_>) {
        if matches!(event, Event::Input(Input::Changed | Input::Told(..))) {
            self.stale = true;
        }
    }

    fn refresh(&mut self, scene: &Scene<'_>) {
        let due = self.turns_at.is_some_and(|at| at <= scene.context.ticks_ms);
        if self.seen.is_news(scene.context) || std::mem::take(&mut self.stale) || due {
            self.stale = false;
            self.read(scene);
        }
        // What is there already follows its rounds by itself.
        let there = self
            .open
            .iter()
            .find(|open| scene.top.is_at(&open.route) && !self.was_called(open))
            .map(|open| (open.round.clone(), open.missing.clone()));
        if let Some((round, missing)) = there {
            self.call(round, missing);
        }
    }

    fn offer(&mut self, scene: &Scene<'_>) -> Option<Offer<NoQuestion>> {
        // Not while somebody is busy with something else, or with another roll call.
        if !scene.admits(Interruption::Call) {
            return None;
        }
        let open = self.open.iter().find(|open| !self.was_called(open))?;
        let (round, missing) = (open.round.clone(), open.missing.clone());
        let route = open.route.clone();
        self.call(round, missing);
        Some(Offer::Show(route))
    }

    fn follow(&mut self, question: NoQuestion, _scene: &Scene<'_>) -> Follow<NoQuestion> {
        match question {}
    }

    fn answer(&mut self, question: NoQuestion, _answer: Answer, _scene: &Scene<'_>) -> Vec<Act> {
        match question {}
    }

    fn wake_at(&self, _scene: &Scene<'_>) -> Option<u64> {
        self.turns_at
    }

    fn summon(&mut self, input: &Input, scene: &Scene<'_>) -> Option<Summons> {
        let cache = scene.context.cache;
        match input {
            // 签到
            Input::Key(RemoteKey::Green, Press::Down) => {
                Some(match attendance::open(cache).first() {
                    Some(call) => Summons::Show(attendance::route(cache, &call.id)),
                    None => Summons::Say(Toast::NoRollCall),
                })
            }
            Input::Card(_) => {
                let open = attendance::open(cache);
                let call = open.first()?;
                if let Some(round) = round(call) {
                    self.call(round, missing(call));
                }
                Some(Summons::Show(attendance::route(cache, &call.id)))
            }
            _ => None,
        }
    }
}
