//! A voice that is heard or pictures that are looked at: each is fetched when somebody wants it, held in memory
//! as long as they do, and written nowhere.

use contract::error::ErrorCode;
use contract::proof::Proof;
use contract::request::Attachment;
use media_player::{Command as Play, Event, State as Player};

use crate::cache::command::{Command, File, ReadAttachment, Reply, Told};
use crate::focus::FocusMap;
use crate::remote::{Press, RemoteKey};
use crate::screens::kit::Act;
use crate::screens::kit::detail::Detail;
use crate::screens::picture::{self, Looked, Magnifier};
use crate::screens::{Context, Effect, Effects, Input};

/// A player that says nothing so long after the end is not waited for, in ms.
const LATE_MS: u64 = 15_000;

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is on its way here.
    Fetching,
    /// It is heard.
    Playing,
    /// It is looked at.
    Picture(File),
    /// It is not to be had.
    Failed(Trouble),
}

/// Why it is not to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The server does not answer.
    NoNetwork,
    /// The server has it no more.
    Gone,
    /// The server does not give it.
    Refused(ErrorCode),
    /// It cannot be played here.
    NotPlayed,
}

/// See the module.
pub struct Attached {
    request_id: String,
    /// One voice, or all pictures of an entry, with what was fetched of them.
    files: Vec<(Attachment, Option<File>)>,
    at: usize,
    key: String,
    stage: Stage,
    magnifier: Magnifier,
    picture: FocusMap,
    /// 返回, and what else can be done: to stop, to try again.
    pane: Detail<()>,
    played_ms: u32,
    /// When the player is not waited for any longer, in monotonic ms.
    until: Option<u64>,
}

impl Attached {
    /// These of a request (its id); at a station `proof` is of whoever has proved who they are. The first is
    /// fetched.
    #[must_use]
    pub fn open(
        request_id: &str,
        files: Vec<Attachment>,
        proof: Option<&Proof>,
        context: &Context<'_>,
    ) -> (Self, Effects) {
        let mut attached = Self {
            request_id: request_id.to_owned(),
            files: files.into_iter().map(|one| (one, None)).collect(),
            at: 0,
            key: String::new(),
            stage: Stage::Fetching,
            magnifier: Magnifier::new(),
            picture: picture::focus(),
            pane: Detail::default(),
            played_ms: 0,
            until: None,
        };
        let effects = attached.fetch(proof, context);
        (attached, effects)
    }

    /// How far it is.
    #[must_use]
    pub const fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The one that is heard or looked at.
    #[must_use]
    pub fn file(&self) -> Option<&Attachment> {
        self.files.get(self.at).map(|(one, _)| one)
    }

    /// Its number, from 1, and how many there are.
    #[must_use]
    pub fn number(&self) -> (usize, usize) {
        (self.at + 1, self.files.len())
    }

    /// The key of what the server is asked now.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        (self.stage == Stage::Fetching).then_some(self.key.as_str())
    }

    /// Whether it is a voice, otherwise a picture.
    #[must_use]
    pub fn is_voice(&self) -> bool {
        self.file().is_some_and(is_voice)
    }

    /// Whether it is heard now.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        self.stage == Stage::Playing
    }

    /// How the picture is looked at.
    #[must_use]
    pub const fn magnifier(&self) -> &Magnifier {
        &self.magnifier
    }

    /// How many seconds were played, and how many there are.
    #[must_use]
    pub fn seconds(&self) -> (u32, u32) {
        (self.played_ms / 1_000, self.length_ms().div_ceil(1_000))
    }

    /// Whether what can be done has the focus.
    #[must_use]
    pub fn on_act(&self) -> bool {
        self.pane.focused().is_some()
    }

    /// The focus.
    #[must_use]
    pub const fn focus(&self) -> &FocusMap {
        match self.stage {
            Stage::Picture(_) => &self.picture,
            _ => &self.pane.focus,
        }
    }

    /// The focus, to be restored.
    pub const fn focus_mut(&mut self) -> &mut FocusMap {
        match self.stage {
            Stage::Picture(_) => &mut self.picture,
            _ => &mut self.pane.focus,
        }
    }

    /// Which of its states it is in.
    #[must_use]
    pub const fn phase(&self) -> u8 {
        match self.stage {
            Stage::Fetching => 1,
            Stage::Playing => 2,
            Stage::Picture(_) => 3,
            Stage::Failed(_) => 4,
        }
    }

    /// When it wants to be told of the time, in monotonic ms.
    #[must_use]
    pub fn wake_at(&self) -> Option<u64> {
        match self.stage {
            Stage::Playing => self.until,
            Stage::Picture(_) => self.magnifier.wake_at(),
            Stage::Fetching | Stage::Failed(_) => None,
        }
    }

    fn length_ms(&self) -> u32 {
        self.file().and_then(|one| one.length_ms).unwrap_or(0)
    }

    fn go(&mut self, stage: Stage) {
        let acts = match stage {
            Stage::Playing | Stage::Failed(_) => vec![()],
            Stage::Fetching | Stage::Picture(_) => Vec::new(),
        };
        self.stage = stage;
        self.played_ms = 0;
        self.until = None;
        self.pane.set(acts, |()| "act");
        self.pane.rewind();
    }

    /// Shows what was fetched already, or fetches it.
    fn fetch(&mut self, proof: Option<&Proof>, context: &Context<'_>) -> Effects {
        self.magnifier = Magnifier::new();
        let Some((one, fetched)) = self.files.get(self.at) else {
            return Effects::new();
        };
        if let Some(file) = fetched.clone() {
            return self.show(file, context);
        }
        let command = ReadAttachment {
            key: (context.new_key)(),
            request_id: self.request_id.clone(),
            attachment_id: one.id.clone(),
            proof: proof.cloned(),
        };
        self.key.clone_from(&command.key);
        self.go(Stage::Fetching);
        vec![Effect::Command(Box::new(Command::from(command)))]
    }

    fn show(&mut self, file: File, context: &Context<'_>) -> Effects {
        if self.is_voice() {
            self.go(Stage::Playing);
            let length = u64::from(self.length_ms());
            self.until = Some(context.ticks_ms + length + LATE_MS);
            return vec![Effect::ListenTo(file)];
        }
        self.go(Stage::Picture(file));
        Effects::new()
    }

    fn on_told(&mut self, told: &Told, context: &Context<'_>) -> Effects {
        let trouble = match told {
            Told::Answered(Reply::ReadAttachment(file)) => {
                if let Some((_, fetched)) = self.files.get_mut(self.at) {
                    *fetched = Some(file.clone());
                }
                return self.show(file.clone(), context);
            }
            Told::Refused(refusal) if refusal.code == ErrorCode::NotFound => Trouble::Gone,
            Told::Refused(refusal) => Trouble::Refused(refusal.code),
            // It is never kept.
            Told::NoNetwork | Told::Queued | Told::Answered(_) => Trouble::NoNetwork,
        };
        self.go(Stage::Failed(trouble));
        Effects::new()
    }

    fn stop() -> (Effects, bool) {
        (vec![Effect::Play(Play::Stop)], true)
    }

    fn on_player(&mut self, event: &Event) -> (Effects, bool) {
        match event {
            Event::Position { position_ms, .. } => {
                let played = u32::try_from(*position_ms).unwrap_or(0);
                self.played_ms = played.min(self.length_ms());
                (Effects::new(), false)
            }
            Event::State(Player::Ended) => Self::stop(),
            Event::Failed(_) => {
                self.go(Stage::Failed(Trouble::NotPlayed));
                (vec![Effect::Play(Play::Stop)], false)
            }
            _ => (Effects::new(), false),
        }
    }

    fn on_key(
        &mut self,
        (key, press): (RemoteKey, Press),
        proof: Option<&Proof>,
        context: &Context<'_>,
    ) -> (Effects, bool) {
        if matches!(self.stage, Stage::Picture(_)) {
            return match self.magnifier.key(key, press, context) {
                Looked::On => (Effects::new(), false),
                Looked::Left => (Effects::new(), true),
                Looked::Turned(forward) => (self.turn(forward, proof, context), false),
            };
        }
        match (self.pane.act(key, press), &self.stage) {
            (Act::Left | Act::Chosen(_), Stage::Playing) => Self::stop(),
            (Act::Chosen(_), Stage::Failed(_)) => (self.fetch(proof, context), false),
            (Act::Left, _) => (Effects::new(), true),
            _ => (Effects::new(), false),
        }
    }

    fn turn(&mut self, forward: bool, proof: Option<&Proof>, context: &Context<'_>) -> Effects {
        let count = self.files.len();
        if count < 2 {
            return Effects::new();
        }
        self.at = (self.at + if forward { 1 } else { count - 1 }) % count;
        self.fetch(proof, context)
    }

    /// Takes an input; whether it is left.
    pub fn handle(
        &mut self,
        input: &Input,
        proof: Option<&Proof>,
        context: &Context<'_>,
    ) -> (Effects, bool) {
        match input {
            Input::Key(key, press) => return self.on_key((*key, *press), proof, context),
            Input::Told(key, told) if *key == self.key && self.stage == Stage::Fetching => {
                return (self.on_told(told, context), false);
            }
            Input::Player(event) if self.is_heard() => return self.on_player(event),
            // Whatever came over it has silenced it.
            Input::Shown if self.is_heard() => return (Effects::new(), true),
            Input::Tick => {
                self.magnifier.tick(context);
                if self.until.is_some_and(|until| context.ticks_ms >= until) {
                    self.go(Stage::Failed(Trouble::NotPlayed));
                    return (vec![Effect::Play(Play::Stop)], false);
                }
            }
            _ => {}
        }
        (Effects::new(), false)
    }
}

/// Whether an attachment is somebody's voice.
#[must_use]
pub fn is_voice(one: &Attachment) -> bool {
    one.media_type.starts_with("audio/")
}

/// Whether an attachment is a picture.
#[must_use]
pub fn is_picture(one: &Attachment) -> bool {
    one.media_type.starts_with("image/")
}
