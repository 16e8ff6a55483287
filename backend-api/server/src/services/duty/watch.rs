//! Who looks into which room now. A plain state machine: looks and sessions go in, and what has to
//! be done about it comes out; it knows neither relay nor database nor clock.
//!
//! A look lasts while one of its sessions does. Until the first one comes it has a deadline.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::services::media::SessionId;

/// What is looked into, as it was when its first look began.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// The room.
    pub room_id: String,
    /// The place it belongs to.
    pub organization_id: String,
    /// What makes its picture.
    pub picture: Picture,
}

/// What makes a picture.
#[derive(Clone, PartialEq, Eq)]
pub enum Picture {
    /// The station with this id.
    Station(String),
    /// The camera with this address, in clear: only in memory, and only while somebody looks.
    Camera(String),
}

impl std::fmt::Debug for Target {
    /// Without the picture: a camera's address may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target")
            .field("room_id", &self.room_id)
            .finish_non_exhaustive()
    }
}

/// Who looks, for asking again whether they still may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looker {
    /// The look.
    pub look_id: String,
    /// The session of staff that it was opened in.
    pub session_id: String,
    /// The place that is looked into.
    pub organization_id: String,
}

/// What has to be done.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Looks that are over.
    pub ended: Vec<String>,
    /// Sessions to close.
    pub close: Vec<SessionId>,
    /// Rooms that nobody looks into any more.
    pub left: Vec<String>,
}

/// See the module.
#[derive(Default)]
pub struct Watch {
    rooms: HashMap<String, Room>,
    /// Where a session belongs: room, and look if it watches.
    sessions: HashMap<SessionId, (String, Option<String>)>,
}

struct Room {
    target: Target,
    looks: BTreeMap<String, Look>,
    /// Sessions of the station that sends.
    sending: HashSet<SessionId>,
}

struct Look {
    session_id: String,
    until_ms: Option<i64>,
    sessions: HashSet<SessionId>,
}

impl Watch {
    /// A look begins. It is over at `until_ms` unless a session comes before.
    pub fn open(&mut self, target: Target, look_id: &str, session_id: &str, until_ms: i64) {
        let room = self
            .rooms
            .entry(target.room_id.clone())
            .or_insert_with(|| Room {
                target,
                looks: BTreeMap::new(),
                sending: HashSet::new(),
            });
        let look = Look {
            session_id: session_id.to_owned(),
            until_ms: Some(until_ms),
            sessions: HashSet::new(),
        };
        room.looks.insert(look_id.to_owned(), look);
    }

    /// A session of a look came. False if the look is over: then the session must not stay.
    #[must_use]
    pub fn watched(&mut self, room_id: &str, look_id: &str, session: SessionId) -> bool {
        let look = self
            .rooms
            .get_mut(room_id)
            .and_then(|room| room.looks.get_mut(look_id));
        let Some(look) = look else { return false };
        look.until_ms = None;
        look.sessions.insert(session);
        let belongs = (room_id.to_owned(), Some(look_id.to_owned()));
        self.sessions.insert(session, belongs);
        true
    }

    /// A session that sends came. False if nobody looks any more: then it must not stay.
    #[must_use]
    pub fn sent(&mut self, room_id: &str, session: SessionId) -> bool {
        let Some(room) = self.rooms.get_mut(room_id) else {
            return false;
        };
        room.sending.insert(session);
        self.sessions.insert(session, (room_id.to_owned(), None));
        true
    }

    /// A session is over.
    pub fn gone(&mut self, session: SessionId) -> Effects {
        let Some((room_id, look_id)) = self.sessions.remove(&session) else {
            return Effects::default();
        };
        let Some(room) = self.rooms.get_mut(&room_id) else {
            return Effects::default();
        };
        room.sending.remove(&session);
        let over = look_id.filter(|id| {
            room.looks.get_mut(id).is_some_and(|look| {
                look.sessions.remove(&session);
                look.sessions.is_empty()
            })
        });
        over.map_or_else(Effects::default, |id| self.end(&[id]))
    }

    /// Every session that is known.
    #[must_use]
    pub fn sessions(&self) -> Vec<SessionId> {
        self.sessions.keys().copied().collect()
    }

    /// Looks whose deadline has passed are over.
    pub fn due(&mut self, now_ms: i64) -> Effects {
        let late = |look: &Look| look.until_ms.is_some_and(|until| until <= now_ms);
        let due: Vec<String> = self
            .rooms
            .values()
            .flat_map(|room| &room.looks)
            .filter(|(_, look)| late(look))
            .map(|(id, _)| id.clone())
            .collect();
        self.end(&due)
    }

    /// All looks into a room are over.
    pub fn end_room(&mut self, room_id: &str) -> Effects {
        let looks: Vec<String> = self
            .rooms
            .get(room_id)
            .map(|room| room.looks.keys().cloned().collect())
            .unwrap_or_default();
        self.end(&looks)
    }

    /// Everything is over.
    pub fn end_all(&mut self) -> Effects {
        let looks: Vec<String> = self.lookers().into_iter().map(|it| it.look_id).collect();
        self.end(&looks)
    }

    /// These looks are over. Those that are over already do not matter.
    pub fn end(&mut self, look_ids: &[String]) -> Effects {
        let mut effects = Effects::default();
        for look_id in look_ids {
            let room = self
                .rooms
                .values_mut()
                .find(|room| room.looks.contains_key(look_id));
            let Some(room) = room else { continue };
            let Some(look) = room.looks.remove(look_id) else {
                continue;
            };
            effects.ended.push(look_id.clone());
            effects.close.extend(look.sessions);
            if room.looks.is_empty() {
                effects.close.extend(room.sending.drain());
                effects.left.push(room.target.room_id.clone());
            }
        }
        for session in &effects.close {
            self.sessions.remove(session);
        }
        for room_id in &effects.left {
            self.rooms.remove(room_id);
        }
        effects
    }

    /// The room a station has to send into.
    #[must_use]
    pub fn wanted(&self, terminal_id: &str) -> Option<&Target> {
        self.rooms
            .values()
            .map(|room| &room.target)
            .find(|target| matches!(&target.picture, Picture::Station(id) if id == terminal_id))
    }

    /// What is looked into in a room now.
    #[must_use]
    pub fn target(&self, room_id: &str) -> Option<&Target> {
        self.rooms.get(room_id).map(|room| &room.target)
    }

    /// The cameras that have to be fetched: room and address.
    #[must_use]
    pub fn cameras(&self) -> BTreeMap<String, String> {
        let camera = |room: &Room| match &room.target.picture {
            Picture::Camera(url) => Some((room.target.room_id.clone(), url.clone())),
            Picture::Station(_) => None,
        };
        self.rooms.values().filter_map(camera).collect()
    }

    /// Everybody who looks.
    #[must_use]
    pub fn lookers(&self) -> Vec<Looker> {
        let of = |room: &Room| {
            let organization_id = room.target.organization_id.clone();
            let all = room.looks.iter();
            all.map(|(id, look)| Looker {
                look_id: id.clone(),
                session_id: look.session_id.clone(),
                organization_id: organization_id.clone(),
            })
            .collect::<Vec<_>>()
        };
        self.rooms.values().flat_map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DEADLINE: i64 = 30_000;

    fn session(number: u8) -> SessionId {
        format!("{number:032x}").parse().unwrap()
    }

    fn target(room: &str) -> Target {
        let picture = if room.starts_with('c') {
            Picture::Camera(format!("rtsp://{room}"))
        } else {
            Picture::Station(format!("tv-{room}"))
        };
        Target {
            room_id: room.to_owned(),
            organization_id: format!("o-{room}"),
            picture,
        }
    }

    fn open(watch: &mut Watch, room: &str, look: &str) {
        watch.open(target(room), look, "li", DEADLINE);
    }

    fn names(of: &[&str]) -> Vec<String> {
        of.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_station_sends_from_the_first_look_to_the_last() {
        let mut watch = Watch::default();
        assert_eq!(watch.wanted("tv-a"), None);
        open(&mut watch, "a", "1");
        open(&mut watch, "a", "2");
        assert_eq!(watch.wanted("tv-a"), Some(&target("a")));
        assert_eq!(watch.wanted("tv-b"), None);
        assert!(watch.sent("a", session(9)));
        let first = watch.end(&names(&["1", "1", "never"]));
        assert_eq!(first.ended, names(&["1"]));
        assert!(first.close.is_empty() && first.left.is_empty());
        let last = watch.end(&names(&["2"]));
        assert_eq!((last.ended, last.left), (names(&["2"]), names(&["a"])));
        assert_eq!(last.close, [session(9)], "the station's camera is cut off");
        assert_eq!(watch.wanted("tv-a"), None);
        assert!(!watch.sent("a", session(8)), "too late to send");
    }

    #[test]
    fn a_look_lasts_as_long_as_its_last_session() {
        let mut watch = Watch::default();
        open(&mut watch, "a", "1");
        assert!(watch.watched("a", "1", session(1)));
        assert!(watch.watched("a", "1", session(2)));
        assert_eq!(watch.due(i64::MAX), Effects::default(), "somebody came");
        assert_eq!(watch.gone(session(1)), Effects::default());
        let over = watch.gone(session(2));
        assert_eq!((over.ended, over.left), (names(&["1"]), names(&["a"])));
        assert!(!watch.watched("a", "1", session(3)), "too late to watch");
        assert_eq!(watch.gone(session(2)), Effects::default());
    }

    #[test]
    fn nobody_coming_ends_a_look_at_its_deadline() {
        let mut watch = Watch::default();
        open(&mut watch, "a", "1");
        assert_eq!(watch.due(DEADLINE - 1), Effects::default());
        assert_eq!(watch.due(DEADLINE).ended, names(&["1"]));
        assert!(watch.lookers().is_empty());
    }

    #[test]
    fn cameras_are_fetched_while_somebody_looks() {
        let mut watch = Watch::default();
        open(&mut watch, "a", "1");
        assert!(watch.cameras().is_empty());
        open(&mut watch, "c", "2");
        assert_eq!(watch.cameras()["c"], "rtsp://c");
        assert_eq!(watch.end_room("c").left, names(&["c"]));
        assert!(watch.cameras().is_empty());
        assert!(!format!("{:?}", target("c")).contains("rtsp"));
    }

    #[derive(Clone, Debug)]
    enum Op {
        Open(u8, u8),
        Watched(u8, u8, u8),
        Sent(u8, u8),
        Gone(u8),
        End(u8),
        Due,
        EndRoom(u8),
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            (0..3_u8, 0..6_u8).prop_map(|(room, look)| Op::Open(room, look)),
            (0..3_u8, 0..6_u8, 0..12_u8).prop_map(|(room, look, it)| Op::Watched(room, look, it)),
            (0..3_u8, 12..16_u8).prop_map(|(room, it)| Op::Sent(room, it)),
            (0..16_u8).prop_map(Op::Gone),
            (0..6_u8).prop_map(Op::End),
            Just(Op::Due),
            (0..3_u8).prop_map(Op::EndRoom),
        ]
    }

    proptest! {
        /// Whatever happens: each look ends once, and no session of an ended one is left.
        #[test]
        fn nothing_is_left_over(ops in prop::collection::vec(op(), 0..60)) {
            let mut watch = Watch::default();
            let (mut begun, mut ended) = (Vec::new(), Vec::new());
            let (mut came, mut left): (HashSet<SessionId>, HashSet<SessionId>) = Default::default();
            for op in ops.into_iter().chain((0..3).map(Op::EndRoom)) {
                let effects = match op {
                    Op::Open(room, look) => {
                        // An id is used once.
                        let id = format!("{room}-{look}");
                        if !begun.contains(&id) {
                            open(&mut watch, &format!("{room}"), &id);
                            begun.push(id);
                        }
                        Effects::default()
                    }
                    Op::Watched(room, look, it) => {
                        let it = session(it);
                        if !came.contains(&it) && watch.watched(&room.to_string(), &format!("{room}-{look}"), it) {
                            came.insert(it);
                        }
                        Effects::default()
                    }
                    Op::Sent(room, it) => {
                        let it = session(it);
                        if !came.contains(&it) && watch.sent(&room.to_string(), it) {
                            came.insert(it);
                        }
                        Effects::default()
                    }
                    Op::Gone(it) => {
                        left.insert(session(it));
                        watch.gone(session(it))
                    }
                    Op::End(look) => watch.end(&(0..3).map(|room| format!("{room}-{look}")).collect::<Vec<_>>()),
                    Op::Due => watch.due(DEADLINE),
                    Op::EndRoom(room) => watch.end_room(&room.to_string()),
                };
                ended.extend(effects.ended);
                left.extend(effects.close);
                let going: usize = watch.lookers().len();
                prop_assert_eq!(begun.len(), ended.len() + going);
            }
            ended.sort();
            begun.sort();
            prop_assert_eq!(begun, ended);
            prop_assert!(watch.rooms.is_empty() && watch.sessions.is_empty());
            prop_assert!(came.is_subset(&left));
        }
    }
}
