//! Looking into duty rooms.

use std::collections::HashMap;
use std::sync::Arc;

use contract::duty::{DutyLook, LookAccess, TerminalDuty};
use contract::event::Event;
use contract::meeting::{MediaLink, MediaProtocol};
use contract::terminal::TerminalKind;
use parking_lot::{Mutex, RwLock};
use store::duty::{self, Picture as Stored, looks};
use store::versions::Seen;
use store::{Store, Tx, WriteTx, organizations, staff as accounts, terminals};

use super::cameras::{Cameras, Rtsp};
use super::watch::{Effects, Picture, Target, Watch};
use super::{DUTY, SEE, rooms};
use crate::clock::Clock;
use crate::services::announcer::channels::Live;
use crate::services::kit::audit::{self, About, Actor, Thing, Words};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::rights::{Action, Staff, allows};
use crate::services::kit::subject::{self, Subject};
use crate::services::media::{EndReason, Grant, Holder, Intake, Listener, Media, SessionId};
use crate::services::tokens::Known;
use crate::services::vault::{Place, Vault};

/// A look that nobody connects to is over after so long.
const NOBODY_CAME_MS: i64 = 30_000;

/// Another engine does not tell who has gone: there a look is over after so long.
const UNSEEN_MS: i64 = 10 * 60_000;

/// Looks that are over and that a television is shown.
const SHOWN: u32 = 50;

/// What the streams of duty rooms begin with.
const STREAMS: &str = "duty/";

/// What looking into duty rooms needs of the server.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Keys of personal data.
    pub vault: Arc<Vault>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Tells the places.
    pub live: Arc<Live>,
    /// Picture and sound.
    pub media: Arc<Media>,
}

/// All looks of this process.
pub struct Duty {
    parts: Parts,
    watch: Mutex<Watch>,
    /// Cameras that are fetched, by room, with their address.
    running: Mutex<HashMap<String, (String, Intake)>>,
    cameras: RwLock<Arc<dyn Cameras>>,
    /// Looks that are over and not yet written down as such.
    ended: Mutex<Vec<Ended>>,
    /// Held while they are, so that whoever ends a look knows that it is.
    settling: Mutex<()>,
    /// Held while a look begins: a station that is told of it and asks waits until it finds that it
    /// has to send.
    opening: Mutex<()>,
}

struct Ended {
    look_id: String,
    actor: Actor,
    at_ms: i64,
}

impl Duty {
    /// Nobody looks yet.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            parts,
            watch: Mutex::default(),
            running: Mutex::default(),
            cameras: RwLock::new(Arc::new(Rtsp)),
            ended: Mutex::default(),
            settling: Mutex::default(),
            opening: Mutex::default(),
        }
    }

    /// Fetches cameras otherwise from now on.
    pub fn use_cameras(&self, cameras: Arc<dyn Cameras>) {
        *self.cameras.write() = cameras;
    }

    /// The stream a station has to send its picture into now.
    #[must_use]
    pub fn wanted(&self, terminal_id: &str) -> Option<String> {
        let watch = self.watch.lock();
        watch.wanted(terminal_id).map(|it| stream(&it.room_id))
    }

    /// Ends every look because the server stops. Blocks.
    pub fn stop(&self) {
        let effects = self.watch.lock().end_all();
        self.carry_out(effects, &Actor::System);
        if let Err(error) = self.settle() {
            // The next start does it.
            tracing::warn!(%error, "the end of looks is not written down");
        }
    }

    /// Takes away at once what an ended look was made of.
    fn carry_out(&self, effects: Effects, actor: &Actor) {
        self.carry_out_as(effects, actor, EndReason::Over);
    }

    /// The same; whoever looked is told why.
    fn carry_out_as(&self, effects: Effects, actor: &Actor, why: EndReason) {
        let (media, now_ms) = (&self.parts.media, self.parts.clock.now_ms());
        for look_id in effects.ended {
            media.void(&look_id, why);
            self.ended.lock().push(Ended {
                look_id,
                actor: actor.clone(),
                at_ms: now_ms,
            });
        }
        for room_id in effects.left {
            media.void(&room_id, EndReason::Over);
        }
        media.close(effects.close, why);
    }

    /// Fetches the cameras that are looked into, and no other.
    fn follow(&self) {
        let media = &self.parts.media;
        if media.external() {
            return;
        }
        let cameras = Arc::clone(&self.cameras.read());
        let mut running = self.running.lock();
        let wanted = self.watch.lock().cameras();
        let (stay, gone) = std::mem::take(&mut *running)
            .into_iter()
            .partition(|(room_id, (url, _))| wanted.get(room_id) == Some(url));
        *running = stay;
        for (room_id, url) in wanted {
            if running.contains_key(&room_id) {
                continue;
            }
            match cameras.start(media, &stream(&room_id), &url) {
                Ok(camera) => {
                    running.insert(room_id, (url, camera));
                }
                Err(error) => tracing::error!(room = room_id, %error, "no camera"),
            }
        }
        drop(running);
        // Ending takes a moment, for which nobody else waits.
        drop::<HashMap<_, _>>(gone);
    }

    /// Writes down what is over. Blocks.
    fn settle(&self) -> Result<()> {
        self.follow();
        let _one_at_a_time = self.settling.lock();
        loop {
            let Some(Ended {
                look_id,
                actor,
                at_ms,
            }) = self.ended.lock().pop()
            else {
                break;
            };
            let (id, by) = (look_id.clone(), actor.clone());
            let closed = self
                .parts
                .store
                .write(move |tx| close_line(tx, &id, &by, at_ms));
            match closed {
                Ok(()) => {}
                Err(error) => {
                    self.ended.lock().push(Ended {
                        look_id,
                        actor,
                        at_ms,
                    });
                    return Err(error);
                }
            }
        }
        let going_on = u32::try_from(self.watch.lock().lookers().len()).unwrap_or(u32::MAX);
        metrics::gauge!("duty_looks").set(going_on);
        Ok(())
    }

    /// Ends looks of whoever may not look any more or has signed out, and those that another process has
    /// ended; the next [`Duty::look_after`] writes it down. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn look_again(&self) -> Result<()> {
        let lookers = self.watch.lock().lookers();
        if lookers.is_empty() {
            return Ok(());
        }
        let (over, revoked) = self.parts.store.read(|tx| {
            let (mut over, mut revoked) = (Vec::new(), Vec::new());
            for looker in lookers {
                let line = looks::get(tx, &looker.look_id)?;
                if line.is_none_or(|line| line.look.closed_at_ms.is_some()) {
                    over.push(looker.look_id);
                } else if !may_still(tx, &looker.session_id, &looker.organization_id)? {
                    revoked.push(looker.look_id);
                }
            }
            Ok::<_, ServiceError>((over, revoked))
        })?;
        for (ended, why) in [(over, EndReason::Over), (revoked, EndReason::Revoked)] {
            let effects = self.watch.lock().end(&ended);
            self.carry_out_as(effects, &Actor::System, why);
        }
        Ok(())
    }

    /// Ends what is due and writes down what is over. Blocks.
    ///
    /// # Errors
    /// The database failed; it is tried again by the next call.
    pub fn look_after(&self) -> Result<()> {
        let effects = self.watch.lock().due(self.parts.clock.now_ms());
        self.carry_out(effects, &Actor::System);
        self.look_again()?;
        self.settle()
    }

    /// Somebody looks into a room: writes it down, tells the place, and answers where the picture is.
    /// Blocks.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`], [`ServiceError::NotFound`], [`ServiceError::Conflict`] for a station
    /// that is not there any more and for a camera that nobody there could be told of.
    pub fn open(&self, staff: &Staff, room_id: &str, now_ms: i64) -> Result<LookAccess> {
        let (looker, id, vault) = (
            staff.clone(),
            room_id.to_owned(),
            Arc::clone(&self.parts.vault),
        );
        let room = self.parts.store.read(|tx| rooms::own(tx, staff, room_id))?;
        let told = self
            .parts
            .live
            .is_heard(&room.organization.id)
            .then_some(room.organization.id);
        let external = self.parts.media.external();
        let opening = self.opening.lock();
        let (look, target) = self.parts.store.write(move |tx| {
            let room = rooms::own(tx, &looker, &id)?;
            let place = room.organization.id.clone();
            let picture = match &room.picture {
                Stored::Station(terminal_id) => {
                    let there = terminals::get(tx, terminal_id)?.is_some_and(|terminal| {
                        terminal.revoked_at_ms.is_none() && terminal.organization.id == place
                    });
                    if !there {
                        let why = "这台站点电视已经停用或搬走，请先修改坐班室";
                        return Err(ServiceError::Conflict(why.to_owned()));
                    }
                    Picture::Station(terminal_id.clone())
                }
                Stored::Camera(_) if external => {
                    let why = "画面由外部流媒体服务传送时，不能查看摄像头，只能查看站点";
                    return Err(ServiceError::Conflict(why.to_owned()));
                }
                Stored::Camera(sealed) => {
                    if told.as_ref() != Some(&place) {
                        let why =
                            "那里没有开着的电视，没有人能看到“正在查看”的提示，所以不能打开摄像头";
                        return Err(ServiceError::Conflict(why.to_owned()));
                    }
                    Picture::Camera(vault.unseal(Place::Camera(&room.id), sealed)?)
                }
            };
            let by = format!("{} · {}", looker.organization.name, looker.login);
            let look = looks::open(tx, &room, &by, now_ms)?;
            rooms::note(
                tx,
                &Actor::of(Some(&looker)),
                "duty_look.open",
                &room,
                now_ms,
            )?;
            let target = Target {
                room_id: room.id,
                organization_id: place,
                picture,
            };
            Ok((look, target))
        })?;
        // The announcer has told it already, unless it could not read; nobody is looked at untold.
        self.parts
            .live
            .tell(&target.organization_id, None, &Event::DutyChanged);
        let until_ms = now_ms + if external { UNSEEN_MS } else { NOBODY_CAME_MS };
        self.watch
            .lock()
            .open(target, &look.id, &staff.session_id, until_ms);
        drop(opening);
        self.follow();
        let grant = Grant {
            subject: look.id.clone(),
            holder: Holder::Session(staff.session_id.clone()),
            stream: stream(room_id),
            sending: false,
        };
        match self.link(grant) {
            Ok(picture) => {
                metrics::counter!("duty_looks_opened").increment(1);
                Ok(LookAccess { look, picture })
            }
            Err(error) => {
                self.end(&look.id, &Actor::System)?;
                Err(error)
            }
        }
    }

    /// Ends a look. Doing it twice is fine. Blocks.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
    pub fn close(&self, staff: &Staff, look_id: &str) -> Result<()> {
        let store = &self.parts.store;
        store.read(|tx| subject::allowed::<looks::Line>(tx, staff, DUTY, look_id))?;
        self.end(look_id, &Actor::of(Some(staff)))
    }

    /// Deletes a room; whoever looks into it sees nothing any more. Blocks.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
    pub fn delete_room(&self, staff: &Staff, room_id: &str, seen: Seen, now_ms: i64) -> Result<()> {
        let store = &self.parts.store;
        let room = store.read(|tx| rooms::own(tx, staff, room_id))?;
        // Before anybody's look ends by it.
        seen.check(room.version)?;
        let effects = self.watch.lock().end_room(room_id);
        self.carry_out(effects, &Actor::of(Some(staff)));
        self.settle()?;
        rooms::delete(store, staff, room_id, seen, now_ms)
    }

    /// The log of a room, newest first.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
    pub fn log(
        &self,
        staff: &Staff,
        room_id: &str,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<DutyLook>> {
        self.parts.store.read(|tx| {
            subject::seen::<duty::Record>(tx, staff, room_id)?;
            Ok(looks::of_room(tx, room_id, before, limit)?)
        })
    }

    /// What a television shows, and where it has to send its own picture.
    ///
    /// # Errors
    /// The database failed; there is no randomness.
    pub fn of_terminal(&self, known: &Known) -> Result<TerminalDuty> {
        drop(self.opening.lock());
        let place = &known.organization_id;
        let wanted = self.watch.lock().wanted(&known.terminal_id).cloned();
        let (rooms, looks, wanted) = self.parts.store.read(|tx| {
            let rooms = duty::of_organization(tx, place)?;
            let wanted = match wanted {
                Some(target) if sends(tx, &known.terminal_id, &target)? => Some(target.room_id),
                _ => None,
            };
            Ok::<_, store::Error>((rooms, looks::of_place(tx, place, SHOWN)?, wanted))
        })?;
        let publish = wanted.map(|room_id| {
            let grant = Grant {
                stream: stream(&room_id),
                subject: room_id,
                holder: Holder::Terminal(known.terminal_id.to_string()),
                sending: true,
            };
            self.link(grant)
        });
        Ok(TerminalDuty {
            rooms: rooms.iter().map(duty::Record::to_room).collect(),
            looks,
            publish: publish.transpose()?,
        })
    }

    /// Closes what a server that was killed left open, before anybody can look. Blocks.
    ///
    /// # Errors
    /// The database failed.
    pub fn close_left_open(&self) -> Result<()> {
        let now_ms = self.parts.clock.now_ms();
        self.parts.store.write(move |tx| {
            for line in looks::going_on(tx)? {
                close_line(tx, &line.look.id, &Actor::System, now_ms)?;
            }
            Ok(())
        })
    }

    fn link(&self, grant: Grant) -> Result<MediaLink> {
        let protocol = if grant.sending {
            MediaProtocol::Whip
        } else {
            MediaProtocol::Whep
        };
        self.parts.media.link(protocol, grant)
    }

    fn end(&self, look_id: &str, actor: &Actor) -> Result<()> {
        let mut effects = self.watch.lock().end(&[look_id.to_owned()]);
        if effects.ended.is_empty() {
            // Not of this process, or over: then there is nothing left to write.
            effects.ended.push(look_id.to_owned());
        }
        self.carry_out(effects, actor);
        self.settle()
    }
}

impl Listener for Duty {
    /// A session of a room stays as long as somebody looks into it.
    fn came(&self, grant: &Grant, session: SessionId) -> Result<()> {
        let Some(room_id) = grant.stream.strip_prefix(STREAMS) else {
            return Ok(());
        };
        let mut watch = self.watch.lock();
        let stays = if grant.sending {
            watch.sent(room_id, session)
        } else {
            watch.watched(room_id, &grant.subject, session)
        };
        if stays {
            Ok(())
        } else {
            Err(ServiceError::Forbidden("查看已经结束"))
        }
    }

    /// Of a station that stands elsewhere by now, or is none. Looks end by themselves.
    fn lost(&self, tx: &mut Tx<'_>, given: &[Grant]) -> store::Result<Vec<Grant>> {
        let mut lost = Vec::new();
        for grant in given {
            let Holder::Terminal(id) = &grant.holder else {
                continue;
            };
            let target = self.watch.lock().target(&grant.subject).cloned();
            if let Some(target) = target
                && !sends(tx, id, &target)?
            {
                lost.push(grant.clone());
            }
        }
        Ok(lost)
    }

    /// The rest is done by the next [`Duty::look_after`].
    fn gone(&self, session: SessionId) {
        let effects = self.watch.lock().gone(session);
        self.carry_out(effects, &Actor::System);
    }

    fn sessions(&self) -> Vec<SessionId> {
        self.watch.lock().sessions()
    }
}

/// The stream of a room. It is no meeting's, so nothing mixes, records or packages it.
fn stream(room_id: &str) -> String {
    format!("{STREAMS}{room_id}")
}

/// Ends a line of the log.
fn close_line(tx: &mut WriteTx<'_>, look_id: &str, actor: &Actor, now_ms: i64) -> Result<()> {
    let Some(line) = looks::get(tx, look_id)? else {
        return Ok(());
    };
    if !looks::close(tx, look_id, now_ms)? {
        return Ok(());
    }
    let about = About::one(Thing::DutyRoom, &line.look.room_id);
    let place = Some(line.organization_id.as_str());
    Ok(audit::note(
        tx,
        actor,
        "duty_look.close",
        &about,
        place,
        Words::None,
        now_ms,
    )?)
}

impl Subject for looks::Line {
    const NAME: &'static str = "这次查看";
    const SEE: Action = SEE;

    fn find(tx: &mut Tx<'_>, id: &str) -> store::Result<Option<Self>> {
        looks::get(tx, id)
    }

    fn organization_id(&self) -> &str {
        &self.organization_id
    }
}

/// Whether a terminal is a station of the place that is looked into.
fn sends(tx: &mut Tx<'_>, terminal_id: &str, target: &Target) -> store::Result<bool> {
    Ok(terminals::get(tx, terminal_id)?.is_some_and(|it| {
        it.revoked_at_ms.is_none()
            && it.kind == TerminalKind::Station
            && it.organization.id == target.organization_id
    }))
}

/// Whether somebody who looks still has the right to, and the session they began it in.
fn may_still(tx: &mut Tx<'_>, session_id: &str, place: &str) -> Result<bool> {
    let Some(account) = accounts::account_of_session(tx, session_id)? else {
        return Ok(false);
    };
    let may = account.disabled_at_ms.is_none() && allows(account.role, DUTY);
    Ok(may && organizations::is_within(tx, place, &account.organization.id)?)
}

#[cfg(test)]
mod tests {
    use contract::organization::{OrganizationKind, OrganizationRef};
    use store::organizations::NewOrganization;
    use store::terminals::NewTerminal;
    use store::testing::TestDatabase;

    use super::*;
    use crate::clock::ManualClock;
    use crate::config::Config;
    use crate::services::kit::rights::Role;
    use crate::services::space::{Space, SystemDisk};

    const NOW: i64 = 1_795_312_800_000;

    /// Without an announcer, as if what it reads could not be read.
    #[test]
    fn the_place_is_told_of_a_look_whatever_the_announcer_can_do() {
        let (folder, database) = (tempfile::tempdir().unwrap(), TestDatabase::sqlite());
        let (config, store) = (Config::local(folder.path()), database.open());
        let (place, room) = store
            .write::<_, store::Error, _>(|tx| {
                let village = NewOrganization {
                    parent_id: None,
                    kind: OrganizationKind::Village,
                    code: "ZJ".to_owned(),
                    name: "张家村".to_owned(),
                };
                let village = organizations::create(tx, &village, NOW)?;
                let station = NewTerminal {
                    kind: TerminalKind::Station,
                    name: "值班室".to_owned(),
                    organization_id: village.id.clone(),
                    token_sha256: "token".to_owned(),
                };
                let content = duty::Content {
                    title: "值班室".to_owned(),
                    organization_id: village.id.clone(),
                    picture: Stored::Station(terminals::create(tx, &station, NOW)?.id),
                };
                let room = duty::create(tx, &duty::new_id(NOW), &content, "li", NOW)?;
                Ok((village, room))
            })
            .unwrap();
        let live = Arc::new(Live::new(10));
        let mut ears = live.open(&store, &place.id).unwrap().listen();
        let space = Space::new(Arc::new(SystemDisk), folder.path(), 0);
        let duty = Duty::new(Parts {
            vault: Arc::new(Vault::open(&config, &store).unwrap()),
            clock: Arc::new(ManualClock::new(NOW)),
            media: Arc::new(Media::open(&config, space, Vec::new()).unwrap()),
            store,
            live,
        });
        let staff = Staff {
            account_id: "a".to_owned(),
            session_id: "s".to_owned(),
            login: "li".to_owned(),
            organization: OrganizationRef {
                id: place.id,
                name: place.name,
            },
            role: Role::OrganizationStaff,
        };
        let access = duty.open(&staff, &room.id, NOW).unwrap();
        assert_eq!(access.look.opened_at_ms, NOW);
        let told = ears.try_recv().unwrap().frame;
        assert!(told.starts_with(b"event: duty_changed"), "{told:?}");
    }
}
