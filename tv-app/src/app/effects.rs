//! Carries out what screens want done.

use contract::captions::Captions;
use std::sync::Arc;

use media_player::{Command, Source};
use slint::ComponentHandle;
use tv_ui::OverlayAdapter;

use super::speech::Turn;
use super::{App, later};
use crate::cache::command::{self, Told};
use crate::cache::{Cache, CacheError, Storage};
use crate::client::PlaybackCaption;
use crate::screens::overlay::Toast;
use crate::screens::player::{CaptionSize, Loaded};
use crate::screens::settings::{VOLUME, name};
use crate::screens::{AnswersDeed, Base, Effect, Input, aloud};
use crate::spoken::Words;

impl App {
    pub(super) fn effect(&self, effect: Effect) {
        match effect {
            Effect::Load(id, position_ms) => self.load(&id, position_ms),
            Effect::Play(command) => self.tell_player(command),
            Effect::Progress {
                id,
                position_ms,
                duration_ms,
                watched_ms,
            } => {
                let at_ms = self.cache.server_time().at_ms;
                self.writer.run(move |cache| {
                    cache.record_progress(&id, position_ms, duration_ms, watched_ms, at_ms)
                });
            }
            Effect::MarkRead(id) => self.writer.run(move |cache| cache.mark_read(&id)),
            Effect::Keep(id, wanted) => self.keep(&id, wanted),
            Effect::Setting(setting, value) => self.set(setting, &value),
            Effect::Retry => {
                if let Some(client) = self.client.borrow().as_ref() {
                    client.retry_now();
                }
            }
            Effect::Speak(pieces) => self.speak(&pieces, 0),
            Effect::ReadAloud { pieces, from } => self.speak(&pieces, from),
            Effect::Reading(reading) => self.speech.reading(reading),
            // Once it is drawn: the words are in its picture.
            Effect::SpeakShown => later(Self::speak_shown),
            Effect::SpeakToast => later(Self::speak_toast),
            Effect::Learn(on) => {
                let possible = self.can_learn.get();
                self.learning.set(on && possible);
                if on {
                    self.tell_later(Input::CanLearn(possible));
                }
            }
            Effect::AskAddresses => {
                self.tell_later(Input::Addresses(addresses()));
                self.tell_later(Input::TrustsNobody(media_player::http::trusts_nobody()));
            }
            Effect::AskNetworks(scan) => self.ask_networks(scan),
            Effect::JoinNetwork(ssid, password) => self.join_network(ssid, password),
            Effect::Learnt(raw, key) => (self.learn)(raw, key),
            Effect::Remember => self.remember(),
            Effect::Command(command) => self.command(*command),
            Effect::Queue(key) => {
                self.writer
                    .run(move |cache| cache.queue_command(&key).map(drop));
            }
            Effect::Told(key) => self.writer.run(move |cache| cache.forget_refusal(&key)),
            Effect::RaiseHand(raised) => self.raise_hand(raised),
            Effect::LeaveMeeting => self.leave_meeting(),
            Effect::Publish(command) => self.publish(command),
            Effect::AskDevices => self.ask_devices(),
            Effect::Record(command) => self.record(command),
            Effect::Listen(voice) => self.listen(&voice.ogg_base64),
            Effect::ListenTo(file) => self.listen_to(&file),
            Effect::Draft(subject, draft) => self.keep_draft(subject, *draft),
            Effect::Viewing(id, report) => self
                .writer
                .run(move |cache| cache.record_viewing(&id, &report)),
            Effect::Remind(id, wanted) => self.remind(&id, wanted),
            Effect::Reminded(id, stage, starts_at_ms) => {
                self.writer
                    .run(move |cache| cache.set_reminded(&id, stage, starts_at_ms));
            }
            Effect::Knows(id, known) => {
                self.writer
                    .run(move |cache| cache.set_known_time(&id, known));
            }
            Effect::Answers(deed) => self.answers(deed),
            Effect::Decline(id) => self.writer.run(move |cache| cache.decline_meeting(&id)),
            // The router carries these out itself.
            Effect::Join(_)
            | Effect::Open(_)
            | Effect::OpenFor(..)
            | Effect::Replace(_)
            | Effect::Back
            | Effect::Toast(_) => {}
        }
    }

    /// Writes a command down, which the client sends as soon as it is there, or asks at once.
    fn command(&self, command: command::Command) {
        let key = command.key().to_owned();
        if !command.is_kept() {
            match self.client.borrow().as_ref() {
                Some(client) => client.ask(&command),
                None => self.tell_later(Input::Told(key, Told::NoNetwork)),
            }
            return;
        }
        let has_client = self.client.borrow().is_some();
        self.write_then(
            move |cache| cache.write_down(&command),
            move |app, done| {
                if !done {
                    app.input(&Input::NotSaved(key));
                } else if !has_client {
                    app.input(&Input::Told(key, Told::Queued));
                }
            },
        );
    }

    /// Writes something down, and then tells the application whether it worked.
    pub(super) fn write_then(
        &self,
        write: impl FnOnce(&Cache) -> Result<(), CacheError> + Send + 'static,
        then: impl FnOnce(&Self, bool) + Send + 'static,
    ) {
        self.writer
            .run_then(write, |done| later(move |app| then(app, done)));
    }

    fn load(&self, id: &str, position_ms: i64) {
        self.forget_film();
        let Some(programme) = self.cache.programme(id) else {
            self.tell_player(Command::Stop);
            self.tell_later(Input::Player(media_player::Event::Failed(
                media_player::PlayError::NotFound,
            )));
            return;
        };
        let playback = self
            .client
            .borrow()
            .as_ref()
            .and_then(|client| client.playback(&programme));
        let playback =
            playback.or_else(|| crate::client::offline_playback(&self.cache, &programme));
        // Right after the start nobody knows yet: then the player tries, and says what it finds.
        let offline = self.offline();
        let volume = self.volume();
        let captions = playback
            .as_ref()
            .and_then(|playback| read_captions(&playback.captions));
        let large = self.metrics.get().body > 45.0;
        let setting = self.cache.setting(name::CAPTIONS);
        let caption_size = CaptionSize::of_setting(setting.as_deref(), large);
        let unreachable = playback
            .as_ref()
            .is_none_or(|playback| !playback.offline && offline);
        let loaded = Input::Loaded(Box::new(Loaded {
            captions,
            caption_size,
            volume,
            unreachable,
        }));
        slint::Timer::single_shot(std::time::Duration::ZERO, move || {
            let Some(app) = super::current() else { return };
            app.input(&loaded);
            // The network came before the screen knew that it waits for one. Anything else that cannot
            // be played would be tried without end.
            if unreachable && offline && !app.offline() {
                app.input(&Input::Changed);
            }
        });
        let Some(playback) = playback.filter(|_| !unreachable) else {
            // Not what was on before either.
            self.tell_player(Command::Stop);
            return;
        };
        self.tell_player(Command::SetVolume(volume));
        self.tell_player(Command::Load(Source {
            uri: playback.uri,
            bearer: playback.bearer,
            start_ms: position_ms,
            paused: false,
            kind: media_player::SourceKind::Programme,
        }));
    }

    /// Loudness as it was set, 0 to 100.
    pub(super) fn volume(&self) -> u8 {
        let set = self.cache.setting(name::VOLUME);
        let set = set.and_then(|value| value.parse().ok());
        set.unwrap_or(VOLUME).min(100)
    }

    /// Whether the server is known to be out of reach.
    fn offline(&self) -> bool {
        self.client.borrow().is_none() || self.connection.get() == Some(false)
    }

    /// Tells the screen something after it is done with what it is doing now.
    pub(super) fn tell_later(&self, input: Input) {
        slint::Timer::single_shot(std::time::Duration::ZERO, move || {
            if let Some(app) = super::current() {
                app.input(&input);
            }
        });
    }

    fn remind(&self, id: &str, wanted: bool) {
        let id = id.to_owned();
        // Said only when it is on the disk.
        self.write_then(
            move |cache| cache.set_reminder(&id, wanted),
            move |app, done| {
                let toast = match (done, wanted) {
                    _ if app.cache.storage() != Storage::Disk => Toast::NoStorage,
                    (true, true) => Toast::RemindOn,
                    (true, false) => Toast::RemindOff,
                    (false, _) => Toast::DiskFull,
                };
                app.with_context(|router, context| router.show_toast(toast, context));
                app.input(&Input::Changed);
            },
        );
    }

    fn answers(&self, deed: AnswersDeed) {
        match deed {
            AnswersDeed::Keep(draft) => self.write_then(
                move |cache| cache.keep_ballot_draft(&draft),
                |app, done| {
                    if !done {
                        app.with_context(|router, context| {
                            router.show_toast(Toast::NoStorage, context);
                        });
                    }
                },
            ),
            AnswersDeed::Spoil(of) => self.writer.run(move |cache| cache.spoil_ballot_draft(&of)),
            AnswersDeed::Drop(of) => self.writer.run(move |cache| cache.drop_ballot_draft(&of)),
        }
    }

    fn keep(&self, id: &str, wanted: bool) {
        if wanted && self.cache.storage() != Storage::Disk {
            self.with_context(|router, context| router.show_toast(Toast::NoStorage, context));
            return;
        }
        let id = id.to_owned();
        // Said only when it is on the disk.
        self.write_then(
            move |cache| cache.set_kept(&id, wanted),
            move |app, done| {
                let toast = match (done, wanted) {
                    (true, true) => Toast::KeepStarted,
                    (true, false) => Toast::KeepRemoved,
                    (false, _) => Toast::KeepFailed,
                };
                app.with_context(|router, context| router.show_toast(toast, context));
                app.input(&Input::Changed);
            },
        );
    }

    fn set(&self, setting: &'static str, value: &str) {
        if let Err(error) = self.cache.set_setting(setting, value) {
            tracing::error!(%error, setting, "a setting cannot be kept");
        }
        if matches!(
            setting,
            name::TEXT_SIZE
                | name::SAFE_AREA
                | name::THEME
                | name::LANGUAGE
                | name::SIMPLE
                | name::CAPTION_WEIGHT
                | name::CAPTION_GROUND
                | name::CAPTION_PLACE
        ) {
            self.apply_settings();
            self.tell_later(Input::Resized);
        }
        if matches!(setting, name::CAMERA | name::MICROPHONE) {
            self.follow_look();
        }
        match setting {
            name::SPEED => self.follow_speed(),
            name::ALOUD => self.follow_labels(),
            _ => {}
        }
    }

    fn speak(&self, pieces: &[String], from: usize) {
        if pieces.is_empty() {
            self.speech.stop();
            self.tell_later(Input::Speaking(None));
            return;
        }
        self.follow_speed();
        if !self.speech.speak(pieces, from, &self.words()) {
            self.with_context(|router, context| router.show_toast(Toast::NoSpeech, context));
            self.tell_later(Input::Speaking(None));
        }
    }

    /// Words as the place has them read.
    pub(super) fn words(&self) -> Words {
        let township = self.cache.township();
        let own = township.iter().flat_map(|it| &it.pronunciations);
        Words::new(own.map(|one| (one.word.as_str(), one.said.as_str())))
    }

    /// Says what comes, and what is being said, as fast as the settings have it.
    pub(super) fn follow_speed(&self) {
        self.speech.rate(rate(aloud::speed(&self.cache)));
    }

    /// This piece of that text is being said, or none any more.
    pub(super) fn said(&self, turn: Turn, piece: Option<usize>) {
        if self.speech.told(turn, piece) {
            self.input(&Input::Speaking(piece));
        }
    }

    fn speak_shown(&self) {
        let words = self.router.borrow().top().picture().words(&self.window);
        if !words.is_empty() {
            self.speak(&words, 0);
        }
    }

    /// As long as it is there.
    fn speak_toast(&self) {
        let all = self.cache.setting(name::ALOUD).as_deref() == Some("on");
        if all && self.router.borrow().toast().is_some() {
            let words = self.window.global::<OverlayAdapter<'_>>().get_lost_words();
            self.follow_speed();
            self.speech.mention(&words, &self.words());
        }
    }

    /// Keeps where one is, so that a power cut costs nothing.
    pub(super) fn remember(&self) {
        let router = self.router.borrow();
        if router.nature().base == Some(Base::Unenrolled) {
            return;
        }
        let drafts = router.drafts();
        self.writer
            .run(move |cache| cache.keep_only_drafts(&drafts));
        match serde_json::to_string(&router.resume_point(&self.cache)) {
            Ok(json) => self.writer.remember(json),
            Err(error) => tracing::error!(%error, "where to resume cannot be written"),
        }
    }
}

/// A speed, from slow to fast, as the dispatcher counts it, -100 to 100.
fn rate(speed: usize) -> i32 {
    const RATES: [i32; 5] = [-50, -25, 0, 25, 50];
    RATES.get(speed).copied().unwrap_or_default()
}

/// Captions in Chinese, otherwise the first ones, if the file is here and can be read.
fn read_captions(captions: &[PlaybackCaption]) -> Option<Arc<Captions>> {
    let chosen = captions
        .iter()
        .find(|caption| caption.language.starts_with("zh"))
        .or_else(|| captions.first())?;
    let bytes = std::fs::read(chosen.path.as_ref()?)
        .inspect_err(|error| tracing::warn!(%error, "captions cannot be read"))
        .ok()?;
    let captions = Captions::parse(&bytes);
    if captions.is_none() {
        tracing::warn!("captions are damaged");
    }
    captions.map(Arc::new)
}

/// Addresses of this box in its networks, for whoever helps on the telephone.
fn addresses() -> Vec<String> {
    let interfaces = if_addrs::get_if_addrs()
        .inspect_err(|error| tracing::warn!(%error, "the network interfaces cannot be listed"));
    let outward = interfaces
        .unwrap_or_default()
        .into_iter()
        .filter(|interface| !interface.is_loopback() && !interface.is_link_local());
    outward
        .map(|interface| format!("{}（{}）", interface.ip(), interface.name))
        .take(3)
        .collect()
}
