//! The media of one program, kept at what its plan says. Comparing what runs with what the plan
//! wants is all there is: whatever fails is started again by the next look.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use media_relay::{Injector, Relay, Route, Tap};
use media_studio::live::{
    self, Mixer, MixerEvent, MixerSettings, Packager, PackagerEvent, PackagerSettings, Restream,
    RestreamEvent, RestreamSettings, Scene, SourceState,
};
use parking_lot::Mutex;

use super::demand::Demand;
use super::plan::{Plan, Program, Source};
use super::streams::{Who, mix, mix_minus, own_route, program, to_relay, to_studio};
use crate::services::space::{Level, Space};

/// Until something that failed is started again.
const AGAIN: Duration = Duration::from_secs(2);

/// Segments of the program.
const SEGMENT: Duration = Duration::from_secs(1);

/// Segments in the live playlist: 30 s to go back, and some for who is late.
const WINDOW: usize = 40;

/// What the media did: for [`MediaController::heard`] on the thread that follows the plan.
pub enum News {
    /// The mixer made a picture for the first time since it was started.
    MixerReady,
    /// Something in the mixer failed; it goes on by itself.
    MixerFailed(String),
    /// The mixer shows a source, or misses it.
    Mixed {
        /// Which.
        who: Who,
        /// Shown.
        shown: bool,
    },
    /// A source has to send a keyframe.
    SourceKeyframe(Who),
    /// The mixer has to send a keyframe.
    MixKeyframe,
    /// The program has to have a keyframe.
    ProgramKeyframe,
    /// Something of recording and HLS could not be written; they go on by themselves.
    PackagerFailed(String),
    /// The segment with this number is on the disk.
    Written(u64),
    /// Somebody asks for the HLS, which rested.
    HlsWanted,
    /// A restream cannot reach its target at present.
    RestreamFailed(String),
}

/// Segments kept of a meeting that is not recorded: those in the playlist, and some for players
/// that read it a while ago.
const KEPT: u64 = WINDOW as u64 + 60;

/// What whoever plans has to know of the media.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// The mixer's first picture is there (true), or it is gone (false).
    MixerReady(bool),
    /// The mixer shows a source (true) or misses it (false).
    Mixed {
        /// Which.
        who: Who,
        /// Shown.
        shown: bool,
    },
    /// The recording cannot be written.
    RecordingFailed,
    /// It can be written again.
    RecordingGoesOn,
    /// What is wrong, in plain words; empty: nothing any more.
    Trouble(String),
}

/// Takes the news, from any thread.
pub type Tell = Arc<dyn Fn(News) + Send + Sync>;

/// What a program is, as far as its media are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramSettings {
    /// What its streams begin with.
    pub id: String,
    /// Title, for the picture.
    pub title: String,
    /// Whether it is recorded.
    pub record: bool,
}

/// What the media of a program need of the process.
pub(super) struct Means {
    /// The relay; `None` if another engine takes its place.
    pub(super) relay: Option<Relay>,
    /// Where all media times count from.
    pub(super) epoch: Instant,
    /// Where segments are kept.
    pub(super) folder: PathBuf,
    /// Room there.
    pub(super) space: Space,
    /// Where the program is sent besides: `srt://…`, `udp://…`.
    pub(super) restream: Vec<String>,
}

/// A mixer with what goes into it and comes out of it.
struct MixerGraph {
    mixer: Arc<Mixer>,
    sources: BTreeMap<Who, (Source, Tap)>,
    scene: Option<Scene>,
    code: Option<Option<String>>,
    mix_minuses: Arc<Mutex<HashMap<String, Injector>>>,
}

/// Which segments of a recorded meeting do not stay.
enum Unkept {
    /// From the next one on that is written.
    Next,
    /// From this one on.
    From(u64),
}

/// What writes segments.
struct Writer {
    packager: Arc<Mutex<Option<Packager>>>,
    tap: Tap,
}

/// The media of one program.
pub struct MediaController {
    id: String,
    title: String,
    relay: Option<Relay>,
    epoch: Instant,
    folder: PathBuf,
    space: Space,
    level: Level,
    record: bool,
    /// While there is no room for the recording: the first segment that does not stay.
    unkept: Option<Unkept>,
    demand: Arc<Demand>,
    tell: Tell,
    graph: Option<MixerGraph>,
    graph_again: Instant,
    writer: Option<Writer>,
    writer_again: Instant,
    writer_trouble: bool,
    /// Failures since something was written.
    failures: u32,
    restreams: Vec<(Arc<Restream>, Tap)>,
    restream_targets: Vec<String>,
    routed: HashMap<String, Route>,
}

impl MediaController {
    pub(super) fn new(
        settings: ProgramSettings,
        means: Means,
        demand: Arc<Demand>,
        tell: Tell,
    ) -> Self {
        let now = Instant::now();
        Self {
            id: settings.id,
            title: settings.title,
            relay: means.relay,
            epoch: means.epoch,
            folder: means.folder,
            space: means.space,
            level: Level::Plenty,
            record: settings.record,
            unkept: None,
            demand,
            tell,
            graph: None,
            graph_again: now,
            writer: None,
            writer_again: now,
            writer_trouble: false,
            failures: 0,
            restreams: Vec::new(),
            restream_targets: means.restream,
            routed: HashMap::new(),
        }
    }

    /// Does what the plan says; `own_routes` are the stations that have a route of their own. Answers what
    /// whoever plans has to know at once.
    pub fn follow(&mut self, plan: &Plan, own_routes: &[String]) -> Vec<Report> {
        let Some(relay) = self.relay.clone() else {
            return Vec::new();
        };
        let mut reports = Vec::new();
        self.route(&relay, plan, own_routes);
        self.mix(&relay, plan, &mut reports);
        self.write(&relay, &mut reports);
        self.restream(&relay);
        reports
    }

    /// What the media did; answers what whoever plans has to know.
    pub fn heard(&mut self, news: News) -> Option<Report> {
        match news {
            News::MixerReady => return Some(Report::MixerReady(true)),
            News::MixerFailed(error) => {
                tracing::error!(program = self.id, error, "in the mixer");
            }
            News::Mixed { who, shown } => return Some(Report::Mixed { who, shown }),
            News::SourceKeyframe(who) => {
                if let Some((_, tap)) = self
                    .graph
                    .as_ref()
                    .and_then(|graph| graph.sources.get(&who))
                {
                    tap.request_keyframe();
                }
            }
            News::MixKeyframe => {
                if let Some(graph) = &self.graph {
                    graph.mixer.request_keyframe();
                }
            }
            News::ProgramKeyframe => {
                if let Some(writer) = &self.writer {
                    writer.tap.request_keyframe();
                }
            }
            News::PackagerFailed(error) => {
                self.failures += 1;
                // Once for all that follow until something is written again.
                if !std::mem::replace(&mut self.writer_trouble, true) {
                    tracing::error!(program = self.id, error, "in HLS and recording");
                    let words = "录像写不进磁盘，请检查服务器的磁盘空间".to_owned();
                    return Some(Report::Trouble(words));
                }
            }
            News::Written(number) => {
                if let Some(unkept @ Unkept::Next) = &mut self.unkept {
                    *unkept = Unkept::From(number);
                }
                self.forget(number);
                // What a packager that rests by now had still to say is of the past.
                if self.writer.is_some() {
                    self.demand.is_ready();
                }
                let failures = std::mem::take(&mut self.failures);
                if std::mem::take(&mut self.writer_trouble) {
                    tracing::info!(program = self.id, failures, "segments are written again");
                    return Some(Report::Trouble(String::new()));
                }
            }
            // The next look wakes it.
            News::HlsWanted => {}
            News::RestreamFailed(error) => {
                tracing::warn!(program = self.id, error, "a restream is interrupted");
            }
        }
        None
    }

    /// What is not recorded is only kept as long as somebody can go back to it.
    fn forget(&self, newest: u64) {
        let unkept = |old: u64| match self.unkept {
            Some(Unkept::From(first)) => old >= first,
            Some(Unkept::Next) => false,
            None => !self.record,
        };
        let Some(old) = newest.checked_sub(KEPT).filter(|old| unkept(*old)) else {
            return;
        };
        let path = self.folder.join(format!("{old:06}.ts"));
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, path = %path.display(), "an old segment is left over");
            }
            _ => {}
        }
    }

    /// Ends everything when it is written.
    pub fn finish(&mut self) {
        self.restreams.clear();
        self.stop_writer();
        self.graph = None;
        if let Some(relay) = &self.relay {
            for route in self.routed.keys() {
                relay.remove_route(route);
            }
        }
        self.routed.clear();
    }

    fn route(&mut self, relay: &Relay, plan: &Plan, own_routes: &[String]) {
        let host = Who::Host.stream(&self.id);
        let shared = match plan.program {
            Program::Host { muted } => Route {
                video: Some(host.clone()),
                audio: (!muted).then_some(host),
            },
            Program::Mix => Route {
                video: Some(mix(&self.id)),
                audio: Some(mix(&self.id)),
            },
        };
        let mut wanted = vec![
            (program(&self.id), shared.clone()),
            (
                own_route(&self.id, Who::Host.id()),
                self.clean_feed(plan, &shared),
            ),
        ];
        for terminal_id in own_routes {
            let mut own = shared.clone();
            if plan.program == Program::Mix && plan.speakers.contains(terminal_id) {
                own.audio = Some(mix_minus(&self.id, terminal_id));
            }
            wanted.push((own_route(&self.id, terminal_id), own));
        }
        for (name, route) in wanted {
            if self.routed.get(&name) != Some(&route) {
                relay.set_route(&name, route.clone());
                self.routed.insert(name, route);
            }
        }
    }

    /// The program without the host's own sound.
    fn clean_feed(&self, plan: &Plan, program: &Route) -> Route {
        Route {
            video: program.video.clone(),
            audio: (plan.program == Program::Mix).then(|| mix_minus(&self.id, Who::Host.id())),
        }
    }

    fn mix(&mut self, relay: &Relay, plan: &Plan, reports: &mut Vec<Report>) {
        if !plan.mixer {
            if self.graph.take().is_some() {
                reports.push(Report::MixerReady(false));
            }
            return;
        }
        if self.graph.is_none() && Instant::now() >= self.graph_again {
            match self.start_graph(relay) {
                Ok(graph) => self.graph = Some(graph),
                Err(error) => {
                    tracing::error!(%error, "the mixer cannot be started");
                    self.graph_again = Instant::now() + AGAIN;
                    reports.push(Report::Trouble("画面合成无法启动，正在重试".to_owned()));
                }
            }
        }
        if let Some(graph) = &mut self.graph {
            graph.follow(relay, &self.id, plan, &self.tell);
            graph.mixer.set_resting(!plan.mixing);
        }
    }

    fn start_graph(&self, relay: &Relay) -> Result<MixerGraph, media_studio::Error> {
        let tell = Arc::clone(&self.tell);
        let program = Mutex::new(relay.inject(&mix(&self.id), move || {
            tell(News::MixKeyframe);
        }));
        let mix_minuses: Arc<Mutex<HashMap<String, Injector>>> = Arc::default();
        let (tell, out) = (Arc::clone(&self.tell), Arc::clone(&mix_minuses));
        let ready = std::sync::Once::new();
        let settings = MixerSettings {
            epoch: self.epoch,
            width: 1280,
            height: 720,
            frame_rate: 25,
            bitrate_kbps: 2_000,
            title: self.title.clone(),
        };
        let mixer = Mixer::start(settings, move |event| {
            let news = match event {
                MixerEvent::Program(packet) => {
                    program.lock().push(to_relay(packet));
                    let mut first = false;
                    ready.call_once(|| first = true);
                    first.then_some(News::MixerReady)
                }
                MixerEvent::MixMinus { source, packet } => {
                    if let Some(injector) = out.lock().get_mut(&source) {
                        injector.push(to_relay(packet));
                    }
                    None
                }
                MixerEvent::KeyframeWanted { source } => {
                    Some(News::SourceKeyframe(Who::from_id(&source)))
                }
                MixerEvent::Source { source, state } => Some(News::Mixed {
                    who: Who::from_id(&source),
                    shown: state == SourceState::Live,
                }),
                MixerEvent::Failed(error) => Some(News::MixerFailed(error.to_string())),
            };
            if let Some(news) = news {
                tell(news);
            }
        })?;
        Ok(MixerGraph {
            mixer: Arc::new(mixer),
            sources: BTreeMap::new(),
            scene: None,
            code: None,
            mix_minuses,
        })
    }

    /// Without room on the disk the recording stops first, so that homes go on watching, and then the
    /// segments altogether: what is left is the database's.
    fn heed_room(&mut self, reports: &mut Vec<Report>) {
        let level = self.space.level();
        let before = std::mem::replace(&mut self.level, level);
        if level == before {
            return;
        }
        if level == Level::Full {
            if self.record {
                // The playlist stays open: whoever waits for the next segment goes on waiting.
                drop(self.take_packager());
            } else {
                self.rest_writer();
            }
        }
        if self.record {
            let goes_on = level == Level::Plenty;
            if before == Level::Plenty {
                self.unkept = Some(Unkept::Next);
                self.space.refused("recordings");
                reports.push(Report::RecordingFailed);
            } else if goes_on {
                self.unkept = None;
                reports.push(Report::RecordingGoesOn);
            }
        }
        let words = match level {
            Level::Plenty => "",
            Level::Short if self.record => {
                "服务器的磁盘已满：录像已停，直播照常，请联系管理员清理磁盘，腾出后自动接着录"
            }
            // It keeps no more than it did.
            Level::Short => "",
            Level::Full => {
                "服务器的磁盘已满：录像和家庭收看的直播已停，会议室照常，请联系管理员清理磁盘"
            }
        };
        reports.push(Report::Trouble(words.to_owned()));
    }

    /// HLS and recording are the same segments; what is not recorded is written while somebody asks.
    fn write(&mut self, relay: &Relay, reports: &mut Vec<Report>) {
        let now = Instant::now();
        self.heed_room(reports);
        if self.level == Level::Full {
            return;
        }
        if !self.demand.wants(now) {
            self.rest_writer();
            if std::mem::take(&mut self.writer_trouble) {
                reports.push(Report::Trouble(String::new()));
            }
            return;
        }
        if self.writer.is_some() || now < self.writer_again {
            return;
        }
        let tell = Arc::clone(&self.tell);
        let settings = PackagerSettings {
            epoch: self.epoch,
            folder: self.folder.clone(),
            segment: SEGMENT,
            window: WINDOW,
        };
        let packager = Packager::start(settings, move |event| {
            let news = match event {
                PackagerEvent::KeyframeWanted => News::ProgramKeyframe,
                PackagerEvent::Failed(error) => News::PackagerFailed(error.to_string()),
                PackagerEvent::Segment { number, .. } => News::Written(number),
            };
            tell(news);
        });
        match packager {
            Ok(packager) => {
                let packager = Arc::new(Mutex::new(Some(packager)));
                let into = Arc::clone(&packager);
                let tap = relay.tap(&program(&self.id), move |packet| {
                    if let Some(packager) = into.lock().as_ref() {
                        packager.push(to_studio(packet));
                    }
                });
                self.writer = Some(Writer { packager, tap });
                if std::mem::take(&mut self.writer_trouble) {
                    reports.push(Report::Trouble(String::new()));
                    if self.record && self.unkept.is_none() {
                        reports.push(Report::RecordingGoesOn);
                    }
                }
            }
            Err(error) => {
                self.failures += 1;
                self.writer_again = Instant::now() + AGAIN * self.failures.min(15);
                if !std::mem::replace(&mut self.writer_trouble, true) {
                    tracing::error!(%error, "HLS and recording cannot be started");
                    if self.record {
                        reports.push(Report::RecordingFailed);
                    }
                    reports.push(Report::Trouble("录像无法启动，正在重试".to_owned()));
                }
            }
        }
    }

    fn stop_writer(&mut self) {
        if let Some(Err(error)) = self.take_packager().map(Packager::finish) {
            tracing::warn!(%error, "the last segments may be missing");
        }
    }

    /// Nobody watches: nothing is left to watch either.
    fn rest_writer(&mut self) {
        if let Some(Err(error)) = self.take_packager().map(Packager::rest) {
            tracing::warn!(%error, "segments that nobody watches are left over");
        }
    }

    fn take_packager(&mut self) -> Option<Packager> {
        let Writer { packager, tap } = self.writer.take()?;
        drop(tap);
        packager.lock().take()
    }

    fn restream(&mut self, relay: &Relay) {
        for target in std::mem::take(&mut self.restream_targets) {
            let tell = Arc::clone(&self.tell);
            let settings = RestreamSettings {
                epoch: self.epoch,
                target: target.clone(),
            };
            let restream = Restream::start(settings, move |event| {
                if let RestreamEvent::Failed(error) = event {
                    tell(News::RestreamFailed(error.to_string()));
                }
            });
            match restream {
                Ok(restream) => {
                    let restream = Arc::new(restream);
                    let into = Arc::downgrade(&restream);
                    let tap = relay.tap(&program(&self.id), move |packet| {
                        if let Some(restream) = into.upgrade() {
                            restream.push(to_studio(packet));
                        }
                    });
                    self.restreams.push((restream, tap));
                }
                Err(error) => tracing::error!(%error, target, "cannot restream"),
            }
        }
    }
}

impl MixerGraph {
    fn follow(&mut self, relay: &Relay, program_id: &str, plan: &Plan, tell: &Tell) {
        let gone: Vec<Who> = self
            .sources
            .keys()
            .filter(|who| !plan.sources.contains_key(who))
            .cloned()
            .collect();
        for who in gone {
            self.sources.remove(&who);
            self.mixer.remove(who.id());
        }
        for (who, source) in &plan.sources {
            let known = self.sources.get_mut(who);
            match known {
                Some((old, _)) if old == source => {}
                Some((old, _)) if old.caption == source.caption => {
                    self.mixer.set_muted(who.id(), source.muted);
                    *old = source.clone();
                }
                _ => {
                    self.mixer.add(who.id(), &source.caption);
                    self.mixer.set_muted(who.id(), source.muted);
                    let (into, id) = (Arc::downgrade(&self.mixer), who.id().to_owned());
                    let tap = relay.tap(&who.stream(program_id), move |packet| {
                        if let Some(mixer) = into.upgrade() {
                            mixer.push(&id, to_studio(packet));
                        }
                    });
                    self.sources.insert(who.clone(), (source.clone(), tap));
                }
            }
        }
        let scene = Scene {
            layout: to_layout(plan.layout),
            host: Some(Who::Host.id().to_owned()),
            speakers: plan.speakers.clone(),
        };
        if self.scene.as_ref() != Some(&scene) {
            self.mixer.set_scene(scene.clone());
            self.speak(relay, program_id, &plan.speakers, tell);
            self.scene = Some(scene);
        }
        if self.code.as_ref() != Some(&plan.code) {
            self.mixer.set_code(plan.code.as_deref());
            self.code = Some(plan.code.clone());
        }
    }

    /// Host and speakers each have a stream with the sound of the others.
    fn speak(&self, relay: &Relay, program_id: &str, speakers: &[String], tell: &Tell) {
        let mut mix_minuses = self.mix_minuses.lock();
        let host = Who::Host.id();
        mix_minuses.retain(|id, _| id == host || speakers.contains(id));
        for id in std::iter::once(host).chain(speakers.iter().map(String::as_str)) {
            mix_minuses.entry(id.to_owned()).or_insert_with(|| {
                let tell = Arc::clone(tell);
                // Sound has no keyframes; who asks wants the picture's.
                relay.inject(&mix_minus(program_id, id), move || {
                    tell(News::MixKeyframe);
                })
            });
        }
    }
}

fn to_layout(layout: contract::meeting::Layout) -> live::Layout {
    use contract::meeting::Layout as L;
    match layout {
        L::HostFull => live::Layout::HostFull,
        L::SpeakerFull => live::Layout::SpeakerFull,
        L::SideBySide => live::Layout::SideBySide,
        L::PictureInPicture => live::Layout::PictureInPicture,
        L::Grid => live::Layout::Grid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::space::ManualDisk;

    const PLENTY: u64 = 1 << 40;

    /// Without room the homes go on watching, out of segments that do not stay; what was recorded before does.
    #[test]
    fn without_room_what_was_recorded_stays_and_what_comes_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let disk = ManualDisk::new(PLENTY);
        let settings = ProgramSettings {
            id: "m".to_owned(),
            title: "会".to_owned(),
            record: true,
        };
        let means = Means {
            relay: None,
            epoch: Instant::now(),
            folder: folder.path().to_owned(),
            space: Space::new(Arc::new(disk.clone()), folder.path(), 1 << 30),
            restream: Vec::new(),
        };
        let demand = Arc::new(Demand::new(true, Duration::ZERO));
        let mut controller = MediaController::new(settings, means, demand, Arc::new(|_| {}));
        let path = |number: u64| folder.path().join(format!("{number:06}.ts"));
        let write = |controller: &mut MediaController, numbers: std::ops::Range<u64>| {
            let mut reports = Vec::new();
            controller.heed_room(&mut reports);
            for number in numbers {
                std::fs::write(path(number), "segment").unwrap();
                controller.heard(News::Written(number));
            }
            reports
        };
        assert_eq!(write(&mut controller, 0..200), []);
        disk.set((1 << 30) + 1);
        let reports = write(&mut controller, 200..500);
        assert!(reports.contains(&Report::RecordingFailed), "{reports:?}");
        assert!(
            reports.iter().any(|it| {
                matches!(it, Report::Trouble(words) if words.contains("磁盘已满"))
            })
        );
        disk.set(PLENTY);
        let reports = write(&mut controller, 500..700);
        let goes_on = [Report::RecordingGoesOn, Report::Trouble(String::new())];
        assert_eq!(reports, goes_on);
        let there: Vec<u64> = (0..700).filter(|number| path(*number).exists()).collect();
        let kept = (0..200).chain(500 - KEPT..700);
        assert!(there.iter().copied().eq(kept), "{there:?}");
    }
}
