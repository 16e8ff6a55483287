//! Reading about an evaluation; whoever may take part can begin, and whoever may not can object.

use contract::evaluation::Evaluation;
use contract::member::MemberRef;
use contract::terminal::TerminalKind;

use super::layout::{Known, Laid, Leads, Opens, Piece, PieceKind, lay_out};
use crate::cache::command::{NewObjection, Told};
use crate::cache::{Gone, ServerTime};
use crate::focus::{Area, Direction, FocusMap, Layout, Zone};
use crate::remote::{Press, RemoteKey};
use crate::screens::attendance;
use crate::screens::kit::Act;
use crate::screens::kit::reading::Reading;
use crate::screens::voting::{self, Stage, Standing, Voter};
use crate::screens::{Context, Controller, Effect, Effects, Input, Phase, Route, arrow};

/// The screen of one evaluation.
pub struct EvaluationScreen {
    id: String,
    reading: Reading<Opens>,
    evaluation: Option<Evaluation>,
    stage: Stage,
    missing: Option<Gone>,
    voters: Vec<(Voter, bool)>,
    pub(super) laid: Laid,
    /// Somebody pressed a key, or it is read aloud: the focus stays where it is.
    used: bool,
    /// Who is about to object, and the answers to whether they want to.
    objecting: Option<(MemberRef, FocusMap)>,
    /// The objection under way.
    objection: Option<String>,
    not_delivered: bool,
    speaking: Option<usize>,
    now: ServerTime,
    wake_at: Option<u64>,
}

/// What is safe comes first. Nothing else can be reached.
fn answers() -> FocusMap {
    let area = Area::new(400, 700, 1100, 140);
    FocusMap::new(
        "answers",
        vec![Zone::new("answers", Layout::Row, area).with_items(["stay", "object"])],
    )
}

impl EvaluationScreen {
    /// The evaluation with this id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            reading: Reading::new(),
            evaluation: None,
            stage: Stage::default(),
            missing: None,
            voters: Vec::new(),
            laid: Laid::default(),
            used: false,
            objecting: None,
            objection: None,
            not_delivered: false,
            speaking: None,
            now: ServerTime::default(),
            wake_at: None,
        }
    }

    /// The evaluation, unless it is not here.
    #[must_use]
    pub const fn evaluation(&self) -> Option<&Evaluation> {
        self.evaluation.as_ref()
    }

    /// Why it is not here, when it is not.
    #[must_use]
    pub const fn missing(&self) -> Option<Gone> {
        self.missing
    }

    /// The part of it in view, and what has the focus.
    #[must_use]
    pub const fn reading(&self) -> &Reading<Opens> {
        &self.reading
    }

    /// Who is about to object, and which answer to that has the focus.
    #[must_use]
    pub fn objecting(&self) -> Option<(&MemberRef, usize)> {
        let objecting = self.objecting.as_ref();
        objecting.map(|(member, focus)| (member, focus.index()))
    }

    /// The pieces in view.
    pub fn visible(&self) -> impl Iterator<Item = &Piece> {
        let shows = |piece: &&Piece| self.reading.shows(piece.y, piece.height);
        self.laid.pieces.iter().filter(shows)
    }

    /// Whether a piece has the focus.
    #[must_use]
    pub fn is_focused(&self, piece: &Piece) -> bool {
        match (&piece.kind, self.reading.focused().map(|stop| stop.what)) {
            (PieceKind::Button(_), Some(Opens::Button(_))) => true,
            (PieceKind::Voter(voter), Some(Opens::Voter(at))) => {
                self.voters[at].0.member.id == voter.member.id
            }
            _ => false,
        }
    }

    /// Choosing what has the focus says that somebody should be entitled.
    #[must_use]
    pub fn would_object(&self) -> bool {
        match self.reading.focused().map(|stop| stop.what) {
            Some(Opens::Voter(at)) => self.voters[at].0.standing == Standing::MayNot,
            _ => false,
        }
    }

    /// What time it was when it was looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }

    /// Whether anything is being read aloud, and the paragraph of it.
    #[must_use]
    pub const fn spoken(&self) -> (bool, Option<usize>) {
        match self.speaking {
            // The title is said first.
            Some(at) => (true, at.checked_sub(1)),
            None => (false, None),
        }
    }

    fn read(&mut self, context: &Context<'_>) {
        self.now = context.now;
        self.evaluation = context.cache.evaluation(&self.id);
        let is_here = self.evaluation.is_some();
        self.missing = (!is_here).then(|| context.cache.gone(&self.id));
        let Some(evaluation) = &self.evaluation else {
            self.laid = Laid::default();
            self.objecting = None;
            self.settle(context);
            return;
        };
        self.stage = voting::stage(evaluation, context.now);
        let moments = [evaluation.opens_at_ms, evaluation.closes_at_ms];
        self.wake_at = moments.iter().filter_map(|at| context.ticks_of(*at)).min();
        let is_near = self.stage <= Stage::Announced;
        let voters = if is_near {
            voting::voters(context.cache, &self.id)
        } else {
            Vec::new()
        };
        let stage = self.stage;
        let opens = |voter: &Voter| match voter.standing {
            Standing::May => stage == Stage::Open,
            Standing::MayNot => is_near,
            _ => false,
        };
        self.voters = voters
            .into_iter()
            .map(|voter| {
                let opens = opens(&voter);
                (voter, opens)
            })
            .collect();
        let is_station = attendance::kind(context.cache) == TerminalKind::Station;
        let known = Known {
            evaluation,
            stage,
            leads: self.leads(is_station),
            voters: &self.voters,
            asks_here: is_station && is_near,
            not_delivered: self.not_delivered,
        };
        self.laid = lay_out(&known, context.metrics, context.typesetter);
        let is_over = |member: &MemberRef| {
            let mut voters = self.voters.iter();
            !voters.any(|(voter, opens)| *opens && voter.member.id == member.id)
        };
        if self.objecting.as_ref().is_some_and(|(one, _)| is_over(one)) {
            self.objecting = None;
        }
        self.settle(context);
    }

    fn leads(&self, is_station: bool) -> Option<Leads> {
        let may = |(voter, _): &(Voter, bool)| voter.standing == Standing::May;
        match self.stage {
            Stage::Open if self.voters.iter().any(|(voter, _)| voter.began) => Some(Leads::GoOn),
            Stage::Open if is_station || self.voters.iter().any(may) => Some(Leads::Start),
            Stage::Closed => Some(Leads::Result),
            _ => None,
        }
    }

    fn settle(&mut self, context: &Context<'_>) {
        let voters = &self.voters;
        let text = self.laid.text(context.metrics);
        self.reading.set(text, |opens| match *opens {
            Opens::Button(_) => "button".to_owned(),
            Opens::Voter(at) => voters[at].0.member.id.clone(),
        });
        // It may open, or become known who may take part, only while it is on the screen.
        if !self.used {
            self.reading.begin();
        }
    }

    fn choose(&mut self) -> Effects {
        let Some(stop) = self.reading.focused() else {
            return Effects::new();
        };
        let id = self.id.clone();
        let route = match stop.what {
            Opens::Button(Leads::Result) => Route::Result { id },
            Opens::Button(Leads::Start | Leads::GoOn) => Route::Answering {
                id,
                member: String::new(),
            },
            Opens::Voter(at) => {
                let voter = &self.voters[at].0;
                let member = voter.member.clone();
                if voter.standing == Standing::MayNot {
                    self.objecting = Some((member, answers()));
                    return Effects::new();
                }
                Route::Answering {
                    id,
                    member: member.id,
                }
            }
        };
        vec![Effect::Speak(Vec::new()), Effect::Open(route)]
    }

    fn on_answer_key(&mut self, key: RemoteKey, press: Press, context: &Context<'_>) -> Effects {
        let Some((member, focus)) = &mut self.objecting else {
            return Effects::new();
        };
        match (key, press) {
            (RemoteKey::Back, Press::Down) => self.objecting = None,
            (RemoteKey::Ok, Press::Down) if focus.index() == 0 => self.objecting = None,
            (RemoteKey::Ok, Press::Down) => {
                let objection = NewObjection {
                    key: (context.new_key)(),
                    evaluation_id: self.id.clone(),
                    title: self
                        .evaluation
                        .as_ref()
                        .map(|one| one.title.clone())
                        .unwrap_or_default(),
                    member: member.clone(),
                };
                self.objecting = None;
                self.not_delivered = false;
                self.objection = Some(objection.key.clone());
                return vec![Effect::Command(Box::new(objection.into()))];
            }
            _ => {
                let sideways = |at: &Direction| matches!(at, Direction::Left | Direction::Right);
                if let Some(direction) = arrow(key, press).filter(sideways) {
                    focus.go(direction);
                }
            }
        }
        Effects::new()
    }

    fn on_told(&mut self, key: &str, told: &Told, context: &Context<'_>) -> Effects {
        if self.objection.as_deref() != Some(key) {
            return Effects::new();
        }
        self.objection = None;
        self.not_delivered = matches!(told, Told::Refused(_) | Told::NoNetwork);
        self.read(context);
        self.show_not_delivered();
        match told {
            Told::Refused(_) => vec![Effect::Told(key.to_owned())],
            _ => Effects::new(),
        }
    }

    /// What was not delivered is read, on whatever page it is said.
    fn show_not_delivered(&mut self) {
        let said = |piece: &&Piece| piece.kind == PieceKind::NotDelivered;
        if let Some(piece) = self.laid.pieces.iter().find(said) {
            self.reading.follow(piece.y);
        }
    }

    /// The bar goes with what is being said.
    fn follow(&mut self) {
        let (_, Some(paragraph)) = self.spoken() else {
            return;
        };
        let said =
            |piece: &&Piece| matches!(&piece.kind, PieceKind::Text(_, at) if *at == paragraph);
        if let Some(piece) = self.laid.pieces.iter().find(said) {
            self.reading.follow(piece.y);
        }
    }

    /// The title, then a paragraph each; nothing while it is being read already, to stop that.
    fn speak(&self) -> Effects {
        let text = match &self.evaluation {
            Some(evaluation) if self.speaking.is_none() => {
                let title = std::iter::once(evaluation.title.as_str());
                let about = evaluation.about.lines().filter(|text| !text.is_empty());
                title.chain(about).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        vec![Effect::Speak(text)]
    }
}

impl Controller for EvaluationScreen {
    fn handle(&mut self, input: &Input, context: &Context<'_>) -> Effects {
        match input {
            Input::Shown | Input::Resized | Input::Changed | Input::Tick => self.read(context),
            Input::Speaking(at) => {
                self.speaking = *at;
                self.used |= at.is_some();
                self.follow();
            }
            Input::Told(key, told) => return self.on_told(key, told, context),
            Input::NotSaved(key) if self.objection.as_ref() == Some(key) => {
                self.objection = None;
                self.not_delivered = true;
                self.read(context);
                self.show_not_delivered();
            }
            Input::Key(key, press) if self.objecting.is_some() => {
                return self.on_answer_key(*key, *press, context);
            }
            Input::Key(RemoteKey::Yellow, Press::Down) => return self.speak(),
            Input::Key(key, press) => {
                // The key that led here is let go here.
                self.used |= *press != Press::Up;
                match self.reading.act(*key, *press) {
                    Act::Left => return vec![Effect::Speak(Vec::new()), Effect::Back],
                    Act::Chosen(_) => return self.choose(),
                    Act::Moved | Act::Unused => {}
                }
            }
            _ => {}
        }
        Effects::new()
    }

    fn focus(&self) -> &FocusMap {
        match &self.objecting {
            Some((_, focus)) => focus,
            None => &self.reading.focus,
        }
    }

    fn focus_mut(&mut self) -> &mut FocusMap {
        match &mut self.objecting {
            Some((_, focus)) => focus,
            None => &mut self.reading.focus,
        }
    }

    fn route(&self) -> Route {
        Route::Evaluation {
            id: self.id.clone(),
        }
    }

    fn phase(&self) -> Phase {
        (u8::from(self.objecting.is_some()), 0)
    }

    fn wake_at(&self) -> Option<u64> {
        self.wake_at
    }
}
