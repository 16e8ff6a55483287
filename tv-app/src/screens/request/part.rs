//! One thing that was asked, whoever shows it: at a home a screen of its own, at a station a step of the
//! list of whoever has proved who they are.

use contract::proof::Proof;
use contract::request::{Solved, TerminalRequest};

use super::attached::{Attached, Stage};
use super::layout::{Laid, Opens, Piece, PieceKind, choices, lay_out};
use crate::cache::{ServerTime, WaitingRequest};
use crate::focus::{Area, FocusMap, Layout};
use crate::remote::{Press, RemoteKey};
use crate::screens::aloud::aloud;
use crate::screens::asked::{self, Stand, note_route};
use crate::screens::kit::detail::Detail;
use crate::screens::kit::reading::Reading;
use crate::screens::sending::{Outcome, Sending};
use crate::screens::{BACK, Context, Effect, Effects, Input};

/// Where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is read.
    Page,
    /// How satisfied they are.
    Satisfaction,
    /// Is it to be taken back?
    Withdraw,
    /// What they said is on its way, or was.
    Said,
    /// Something is heard or looked at.
    Attached,
}

/// What a key of a step with answers chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// So satisfied, 1 to 5.
    Satisfied(u8),
    /// They say nothing of that.
    Unsaid,
    /// It stays.
    Keep,
    /// It is taken back.
    TakeBack,
}

impl Choice {
    const fn key(self) -> &'static str {
        match self {
            Self::Satisfied(1) => "1",
            Self::Satisfied(2) => "2",
            Self::Satisfied(3) => "3",
            Self::Satisfied(4) => "4",
            Self::Satisfied(_) => "5",
            Self::Unsaid => "unsaid",
            Self::Keep => "keep",
            Self::TakeBack => "take-back",
        }
    }
}

/// Whether the part was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It goes on.
    No,
    /// By Back.
    Back,
    /// What was said was taken, and has been read.
    Said,
}

/// See the module.
pub struct Part {
    pub(super) request: Option<TerminalRequest>,
    pub(super) stand: Stand,
    pub(super) reading: Reading<Opens>,
    pub(super) laid: Laid,
    pub(super) step: Step,
    pub(super) solved: Solved,
    pub(super) choices: Detail<Choice>,
    pub(super) sending: Option<Sending>,
    pub(super) attached: Option<Attached>,
    pub(super) speaking: Option<usize>,
    /// What is said in which piece that is read aloud: indices of entries.
    pub(super) spoken: Vec<usize>,
    pub(super) note: bool,
    pub(super) now: ServerTime,
}

impl Part {
    /// Before anything was read.
    #[must_use]
    pub fn new() -> Self {
        Self {
            request: None,
            stand: Stand::default(),
            reading: Reading::new(),
            laid: Laid::default(),
            step: Step::Page,
            solved: Solved::Yes,
            choices: Detail::default(),
            sending: None,
            attached: None,
            speaking: None,
            spoken: Vec::new(),
            note: false,
            now: ServerTime::default(),
        }
    }

    /// What was asked, unless it is not here.
    #[must_use]
    pub const fn request(&self) -> Option<&TerminalRequest> {
        self.request.as_ref()
    }

    /// How it stands.
    #[must_use]
    pub const fn stand(&self) -> Stand {
        self.stand
    }

    /// Where it is.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// The part of the page in view, and what has the focus.
    #[must_use]
    pub const fn reading(&self) -> &Reading<Opens> {
        &self.reading
    }

    /// The answers of a step that is a question.
    #[must_use]
    pub const fn choices(&self) -> &Detail<Choice> {
        &self.choices
    }

    /// What became of what was said.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        self.sending.as_ref().map(|sending| &sending.outcome)
    }

    /// What is heard or looked at.
    #[must_use]
    pub const fn attached(&self) -> Option<&Attached> {
        self.attached.as_ref()
    }

    /// Whether a picture is on the whole screen.
    #[must_use]
    pub fn shows_picture(&self) -> bool {
        let stage = self.attached.as_ref().map(Attached::stage);
        matches!(stage, Some(Stage::Picture(_)))
    }

    /// Whether somebody is heard.
    #[must_use]
    pub fn has_voice(&self) -> bool {
        self.attached.as_ref().is_some_and(Attached::is_heard)
    }

    /// Whether they said that it is not solved.
    #[must_use]
    pub fn is_unsolved(&self) -> bool {
        self.solved == Solved::No
    }

    /// What time it was when it was looked at last.
    #[must_use]
    pub const fn now(&self) -> ServerTime {
        self.now
    }

    /// Whether 返回 has the focus.
    #[must_use]
    pub fn on_back(&self) -> bool {
        self.focus().zone() == BACK
    }

    /// The pieces that are wholly in view.
    pub fn visible(&self) -> impl Iterator<Item = &Piece> {
        let reading = &self.reading;
        let all = self.laid.pieces.iter();
        all.filter(|piece| reading.shows(piece.y, piece.height))
    }

    /// Whether anything is being read aloud, and of which entry.
    #[must_use]
    pub fn spoken(&self) -> (bool, Option<usize>) {
        match self.speaking {
            Some(at) => (true, self.spoken.get(at).copied()),
            None => (false, None),
        }
    }

    /// The bar goes with what is being said.
    fn follow(&mut self) {
        let (_, Some(entry)) = self.spoken() else {
            return;
        };
        let said = |piece: &&Piece| matches!(&piece.kind, PieceKind::Text(_, at) if *at == entry);
        if let Some(piece) = self.laid.pieces.iter().find(said) {
            self.reading.follow(piece.y);
        }
    }

    /// What they can choose now.
    #[must_use]
    pub fn can(&self) -> Vec<Opens> {
        let request = self.request.as_ref();
        request.map_or_else(Vec::new, |one| choices(one, self.stand, self.note))
    }

    /// Takes what is known of it now.
    pub fn set(
        &mut self,
        request: Option<TerminalRequest>,
        waits: Option<&WaitingRequest>,
        context: &Context<'_>,
    ) {
        self.now = context.now;
        self.note = request
            .as_ref()
            .is_some_and(|one| note_route(&one.category_id, Some(&one.id)).is_some());
        self.stand = request
            .as_ref()
            .map(|one| asked::stand(one, waits, context.now))
            .unwrap_or_default();
        self.laid = request
            .as_ref()
            .map(|one| {
                let (metrics, typesetter) = (context.metrics, context.typesetter);
                lay_out(one, self.stand, self.note, metrics, typesetter)
            })
            .unwrap_or_default();
        self.request = request;
        let text = self.laid.text(context.metrics);
        self.reading.set(text, |opens| opens.key());
        // What was asked about it is not to be said any more.
        let wants = self.request.as_ref().is_some_and(|one| one.wants_verdict);
        if self.step == Step::Satisfaction && !(wants && self.sending.is_none())
            || self.step == Step::Withdraw && !self.can().contains(&Opens::Withdraw)
            || self.step == Step::Attached && self.request.is_none()
        {
            self.go(Step::Page);
        }
    }

    /// When it is to be set again, or [`Part::handle`] has something to do, in monotonic ms.
    #[must_use]
    pub fn wake_at(&self, turns_at: Option<u64>) -> Option<u64> {
        let sending = self.sending.as_ref().filter(|_| self.step == Step::Said);
        let attached = self.attached.as_ref().and_then(Attached::wake_at);
        [sending.and_then(Sending::wake_at), attached, turns_at]
            .into_iter()
            .flatten()
            .min()
    }

    /// Until when no key takes away what is said, in monotonic ms.
    #[must_use]
    pub fn holds_until(&self) -> Option<u64> {
        let sending = self.sending.as_ref().filter(|_| self.step == Step::Said);
        sending.and_then(Sending::holds_until)
    }

    /// Where it is, for [`Controller::phase`](crate::screens::Controller::phase).
    #[must_use]
    pub fn phase(&self) -> (u8, u8) {
        let inner = match &self.attached {
            Some(attached) => attached.phase(),
            None => self.sending.as_ref().map_or(0, Sending::phase),
        };
        (self.step as u8, inner)
    }

    /// Digits mean something now.
    #[must_use]
    pub fn wants_digits(&self) -> bool {
        match self.step {
            Step::Page => self.can().iter().any(|opens| opens.digit().is_some()),
            Step::Satisfaction => true,
            Step::Withdraw | Step::Said | Step::Attached => false,
        }
    }

    /// The focus.
    #[must_use]
    pub const fn focus(&self) -> &FocusMap {
        match (&self.attached, self.step) {
            (Some(attached), _) => attached.focus(),
            (None, Step::Page) => &self.reading.focus,
            (None, _) => &self.choices.focus,
        }
    }

    /// The focus, to be restored.
    pub const fn focus_mut(&mut self) -> &mut FocusMap {
        match (&mut self.attached, self.step) {
            (Some(attached), _) => attached.focus_mut(),
            (None, Step::Page) => &mut self.reading.focus,
            (None, _) => &mut self.choices.focus,
        }
    }

    pub(super) fn go(&mut self, step: Step) {
        self.step = step;
        self.attached = None;
        let choices: &[Choice] = match step {
            Step::Satisfaction => &[
                Choice::Satisfied(5),
                Choice::Satisfied(4),
                Choice::Satisfied(3),
                Choice::Satisfied(2),
                Choice::Satisfied(1),
                Choice::Unsaid,
            ],
            Step::Withdraw => &[Choice::Keep, Choice::TakeBack],
            Step::Page | Step::Said | Step::Attached => &[],
        };
        let layout = match step {
            Step::Satisfaction => Layout::Grid(2),
            _ => Layout::Row,
        };
        self.choices = Detail::new(layout, Area::new(96, 400, 1728, 540));
        self.choices.set(choices.to_vec(), |choice| choice.key());
        if step == Step::Satisfaction {
            // Nothing is chosen for them.
            self.choices.focus.focus_zone(BACK);
        }
    }

    /// The office's words and everything else that was said, the newest first.
    fn speak(&mut self) -> Effects {
        if self.speaking.is_some() {
            return vec![Effect::Speak(Vec::new())];
        }
        let Some(request) = &self.request else {
            return Effects::new();
        };
        let said = request.history.iter().enumerate().rev();
        let said = said.filter(|(_, entry)| !entry.text.is_empty());
        let (spoken, texts) = said.map(|(at, entry)| (at, entry.text.clone())).unzip();
        self.spoken = spoken;
        vec![Effect::Speak(texts)]
    }

    fn result(&self) -> Option<u8> {
        let sending = self.sending.as_ref().filter(|_| self.step == Step::Said);
        sending.and_then(Sending::result)
    }

    /// Takes an input. At a station `proof` is of whoever has proved who they are.
    pub fn handle(
        &mut self,
        input: &Input,
        proof: Option<&Proof>,
        context: &Context<'_>,
    ) -> (Effects, Left) {
        let before = self.result();
        let (mut effects, left) = self.take(input, proof, context);
        effects.extend(aloud(before, self.result(), context));
        (effects, left)
    }

    fn take(
        &mut self,
        input: &Input,
        proof: Option<&Proof>,
        context: &Context<'_>,
    ) -> (Effects, Left) {
        if let Input::Speaking(at) = input {
            self.speaking = *at;
            self.follow();
            return (Effects::new(), Left::No);
        }
        if let Some(attached) = &mut self.attached {
            let (effects, is_left) = attached.handle(input, proof, context);
            if is_left {
                self.go(Step::Page);
            }
            return (effects, Left::No);
        }
        match input {
            Input::Key(RemoteKey::Yellow, Press::Down) if self.step == Step::Page => {
                return (self.speak(), Left::No);
            }
            Input::Key(RemoteKey::Yellow, Press::Down) if self.result().is_some() => {
                let effect = match self.speaking {
                    Some(_) => Effect::Speak(Vec::new()),
                    None => Effect::SpeakShown,
                };
                return (vec![effect], Left::No);
            }
            Input::Key(key, press) => {
                return self.on_key(*key, *press, proof.cloned(), context);
            }
            Input::Told(key, told) => {
                if let Some(sending) = self.sending.as_mut().filter(|one| one.is_of(key))
                    && sending.is_on_its_way()
                {
                    return (sending.take(told, context), Left::No);
                }
            }
            Input::NotSaved(key) => {
                if let Some(sending) = self.sending.as_mut().filter(|one| one.is_of(key)) {
                    sending.not_saved(context);
                }
            }
            Input::Tick if self.step == Step::Said => {
                let is_over = self
                    .sending
                    .as_ref()
                    .is_some_and(|one| one.is_over(context));
                if is_over && self.speaking.is_some() {
                    if let Some(sending) = &mut self.sending {
                        sending.prolong(context);
                    }
                } else if is_over {
                    return self.leave(context);
                }
            }
            _ => {}
        }
        (Effects::new(), Left::No)
    }
}

impl Default for Part {
    fn default() -> Self {
        Self::new()
    }
}
