//! The demonstration's calendar of meetings: relative to now, so that it is never empty.

use contract::meeting::{MeetingDraft, MeetingKind, MeetingState};
use contract::organization::Organization;
use contract::township::{ListingKind, Township};
use store::{Store, organizations, township};

use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::publishing::{self, Source};
use crate::services::kit::rights::Staff;
use crate::services::meetings;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// China is eight hours ahead.
const OFFSET_MS: i64 = 8 * HOUR_MS;

/// What every key begins with.
const PREFIX: &str = "demo:";

/// What the key of a meeting that goes on begins with.
const LIVE: &str = "demo:live:";

/// The command line asks nobody whether it may.
const NOBODY: Option<&Staff> = None;

struct Planned {
    slot: &'static str,
    title: &'static str,
    agenda: &'static str,
    kind: MeetingKind,
    starts_at_ms: i64,
    planned_ms: i64,
    /// For the village only, which holds it.
    village: bool,
}

/// What is in the calendar: yesterday, later today and later this week.
fn calendar(now_ms: i64) -> [Planned; 4] {
    let today_ms = (now_ms + OFFSET_MS).div_euclid(DAY_MS) * DAY_MS - OFFSET_MS;
    let at = |days: i64, hours: i64, minutes: i64| {
        today_ms + days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS
    };
    [
        Planned {
            slot: "council",
            title: "镇村工作例会",
            agenda: "一、各村通报秋粮入库情况\n二、布置冬季防火\n三、村级提问",
            kind: MeetingKind::Conference,
            starts_at_ms: at(-1, 15, 0),
            planned_ms: HOUR_MS,
            village: false,
        },
        Planned {
            slot: "lesson",
            title: "党课直播：把小事办好",
            agenda: "石桥村党支部讲修桥、修灯、修路三件小事",
            kind: MeetingKind::Broadcast,
            // The next full hour that is at least an hour away.
            starts_at_ms: (now_ms + HOUR_MS).div_euclid(HOUR_MS) * HOUR_MS + HOUR_MS,
            planned_ms: 45 * MINUTE_MS,
            village: false,
        },
        Planned {
            slot: "fire",
            title: "冬季防火视频会议",
            agenda: "一、上一季度隐患整改情况\n二、各村值守安排\n三、应急演练",
            kind: MeetingKind::Conference,
            starts_at_ms: at(2, 9, 0),
            planned_ms: 90 * MINUTE_MS,
            village: false,
        },
        Planned {
            slot: "village",
            title: "村务公开说明会",
            agenda: "第三季度收支逐项说明，村民可以提问",
            kind: MeetingKind::Conference,
            starts_at_ms: at(4, 19, 30),
            planned_ms: HOUR_MS,
            village: true,
        },
    ]
}

/// Plans the meetings of these days; those whose time has passed were held. Doing it again adds
/// only what the days bring.
///
/// # Errors
/// The service's.
pub(super) fn plan(store: &Store, village_code: &str, now_ms: i64) -> Result<()> {
    let found = store.read(|tx| {
        let root = organizations::root(tx)?;
        let village = organizations::by_code(tx, village_code)?;
        Ok::<_, store::Error>((root, village, township::get(tx)?))
    })?;
    if let (Some(root), Some(village), Some(township)) = found {
        for planned in calendar(now_ms) {
            let holder = if planned.village { &village } else { &root };
            put(store, &planned, holder, &township, now_ms)?;
        }
    }
    hold_past(store, now_ms)
}

fn put(
    store: &Store,
    planned: &Planned,
    holder: &Organization,
    township: &Township,
    now_ms: i64,
) -> Result<()> {
    let listings = township
        .sections
        .iter()
        .flat_map(|section| &section.listings);
    let list = listings
        .filter(|listing| listing.kind == ListingKind::Programmes)
        .map(|listing| listing.id.clone())
        .next();
    let starts_at_ms = planned.starts_at_ms;
    let day = (starts_at_ms + OFFSET_MS).div_euclid(DAY_MS);
    let key = format!("{PREFIX}{day}:{}", planned.slot);
    let draft = MeetingDraft {
        title: planned.title.to_owned(),
        agenda: planned.agenda.to_owned(),
        kind: planned.kind,
        organization_code: holder.code.clone(),
        audience_code: holder.code.clone(),
        starts_at_ms,
        planned_ms: planned.planned_ms,
        record: list.is_some(),
        recording_list: list.unwrap_or_default(),
    };
    let source = Source::item(key, starts_at_ms.to_string());
    // What was held was planned before it began.
    match meetings::import(store, &source, &draft, now_ms.min(starts_at_ms)) {
        // Somebody held or cancelled it already.
        Ok(_) | Err(ServiceError::WrongState(_)) => Ok(()),
        Err(other) => Err(other),
    }
}

fn hold_past(store: &Store, now_ms: i64) -> Result<()> {
    for entry in publishing::known(store, &meetings::KIND)? {
        if !entry.key.starts_with(PREFIX) {
            continue;
        }
        let Some(meeting) = store.read(|tx| store::meetings::get(tx, &entry.id))? else {
            continue;
        };
        let (begins, ends) = (meeting.content.starts_at_ms, meeting.planned_end_ms());
        if meeting.state == MeetingState::Scheduled && ends < now_ms {
            meetings::start(store, NOBODY, &entry.id, begins)?;
            meetings::end(store, NOBODY, &entry.id, true, ends)?;
        }
    }
    Ok(())
}

/// Id of the meeting that goes on in the demonstration: the one of an earlier start, or a new one that begins
/// now.
///
/// # Errors
/// The service's; [`ServiceError::NotFound`] without organizations.
pub(super) fn going_on(store: &Store, now_ms: i64) -> Result<String> {
    let known = publishing::known(store, &meetings::KIND)?;
    let ours = |id: &str| {
        known
            .iter()
            .any(|entry| entry.id == id && entry.key.starts_with(LIVE))
    };
    let live = store.read(store::meetings::live)?;
    if let Some(meeting) = live.into_iter().find(|meeting| ours(&meeting.id)) {
        return Ok(meeting.id);
    }
    let root = store.read(organizations::root)?;
    let root = root.ok_or(ServiceError::NotFound("组织"))?;
    let draft = MeetingDraft {
        title: "全镇冬季生产视频会议".to_owned(),
        agenda: "一、冬小麦田间管理；二、防火防寒；三、各村发言。".to_owned(),
        kind: MeetingKind::Conference,
        organization_code: root.code.clone(),
        audience_code: root.code,
        starts_at_ms: now_ms,
        planned_ms: 2 * HOUR_MS,
        ..MeetingDraft::default()
    };
    let key = format!("{LIVE}{now_ms}");
    meetings::import(store, &Source::item(&key, ""), &draft, now_ms)?;
    let made = store.read(|tx| store::meetings::by_source(tx, &key))?;
    let id = made.ok_or(ServiceError::NotFound("演示会议"))?.id;
    meetings::start(store, NOBODY, &id, now_ms)?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use contract::organization::OrganizationKind;
    use store::DatabaseUrl;
    use store::meetings::Filter;
    use store::organizations::NewOrganization;

    use super::*;

    /// 2026-11-22 10:00 in China.
    const NOW: i64 = 1_795_312_800_000;

    fn states(store: &Store) -> Vec<(MeetingState, i64)> {
        let found = store.read(|tx| {
            let filter = Filter {
                within: organizations::root(tx)?.unwrap().id,
                ..Filter::default()
            };
            store::meetings::list(tx, &filter, None, 100)
        });
        let found = found.unwrap().into_iter().rev();
        found
            .map(|it| (it.state, it.content.starts_at_ms - NOW))
            .collect()
    }

    #[test]
    fn there_is_something_yesterday_today_and_this_week_every_day() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&DatabaseUrl::sqlite(&dir.path().join("data.sqlite"))).unwrap();
        store
            .write::<_, store::Error, _>(|tx| {
                let mut new = NewOrganization {
                    parent_id: None,
                    kind: OrganizationKind::Township,
                    code: "QH".to_owned(),
                    name: "清河镇".to_owned(),
                };
                new.parent_id = Some(organizations::create(tx, &new, NOW)?.id);
                new.kind = OrganizationKind::Village;
                new.code = "ZJ".to_owned();
                organizations::create(tx, &new, NOW)?;
                township::put(tx, &Township::default(), "1", NOW).map(|_| ())
            })
            .unwrap();
        use MeetingState::{Ended, Scheduled};
        let first = vec![
            (Ended, -19 * HOUR_MS),
            (Scheduled, 2 * HOUR_MS),
            (Scheduled, 47 * HOUR_MS),
            (Scheduled, 4 * DAY_MS + 9 * HOUR_MS + 30 * MINUTE_MS),
        ];
        plan(&store, "ZJ", NOW).unwrap();
        assert_eq!(states(&store), first);
        plan(&store, "ZJ", NOW).unwrap();
        assert_eq!(states(&store), first, "a second start adds nothing");
        // Later that day the lesson is later too; the next day it was held.
        plan(&store, "ZJ", NOW + HOUR_MS).unwrap();
        assert_eq!(states(&store)[1], (Scheduled, 3 * HOUR_MS));
        plan(&store, "ZJ", NOW + DAY_MS).unwrap();
        let second = states(&store);
        assert_eq!(second.len(), 8);
        assert_eq!(
            second.iter().filter(|(state, _)| *state == Ended).count(),
            3
        );
    }
    #[test]
    fn one_meeting_goes_on_until_it_is_ended() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&DatabaseUrl::sqlite(&dir.path().join("data.sqlite"))).unwrap();
        assert!(going_on(&store, NOW).is_err(), "nobody is there");
        store
            .write::<_, store::Error, _>(|tx| {
                let new = NewOrganization {
                    parent_id: None,
                    kind: OrganizationKind::Township,
                    code: "QH".to_owned(),
                    name: "清河镇".to_owned(),
                };
                organizations::create(tx, &new, NOW)
            })
            .unwrap();
        let first = going_on(&store, NOW).unwrap();
        assert_eq!(going_on(&store, NOW + HOUR_MS).unwrap(), first);
        meetings::end(&store, NOBODY, &first, true, NOW + HOUR_MS).unwrap();
        let second = going_on(&store, NOW + HOUR_MS).unwrap();
        assert_ne!(second, first);
        let states: Vec<_> = states(&store).into_iter().map(|it| it.0).collect();
        assert_eq!(states, [MeetingState::Ended, MeetingState::Live]);
    }
}
