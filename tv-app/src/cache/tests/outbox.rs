//! Whatever crashes and gets lost, the server counts everything exactly once.

use std::collections::HashMap;

use contract::terminal::ProgressReport;
use proptest::prelude::*;

use super::{Fixture, NOW};
use crate::cache::{OutboxEntry, OutboxItem};

#[derive(Clone, Debug)]
enum Op {
    Record { programme: u8, watched: i64 },
    Take,
    Deliver { acknowledged: bool },
    Crash,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        5 => (0..3_u8, 0..1000_i64).prop_map(|(programme, watched)| Op::Record { programme, watched }),
        3 => Just(Op::Take),
        3 => any::<bool>().prop_map(|acknowledged| Op::Deliver { acknowledged }),
        1 => Just(Op::Crash),
    ]
}

/// What a server does that knows idempotency keys.
#[derive(Default)]
struct Server {
    seen: HashMap<String, OutboxItem>,
    order: HashMap<String, Vec<i64>>,
}

impl Server {
    fn receive(&mut self, entry: &OutboxEntry) {
        match self.seen.get(&entry.key) {
            Some(before) => assert_eq!(*before, entry.item, "an item changed after it was sent"),
            None => {
                self.seen.insert(entry.key.clone(), entry.item.clone());
                self.order
                    .entry(entry.item.lane.clone())
                    .or_default()
                    .push(entry.seq);
            }
        }
    }

    fn watched(&self, programme: u8) -> i64 {
        let lane = format!("progress:p{programme}");
        let reports = self.seen.values().filter(|item| item.lane == lane);
        reports
            .map(|item| {
                serde_json::from_str::<ProgressReport>(&item.body)
                    .unwrap()
                    .watched_ms
            })
            .sum()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn watched_time_counts_exactly_once(ops in proptest::collection::vec(op(), 1..50)) {
        let mut fixture = Fixture::new();
        let mut server = Server::default();
        let mut recorded = [0; 3];
        let mut in_flight: Vec<OutboxEntry> = Vec::new();
        for op in ops {
            match op {
                Op::Record { programme, watched } => {
                    let id = format!("p{programme}");
                    fixture.cache.record_progress(&id, 10, 1000, watched, NOW).unwrap();
                    recorded[usize::from(programme)] += watched;
                }
                Op::Take => {
                    let busy: Vec<String> = in_flight.iter().map(|entry| entry.item.lane.clone()).collect();
                    in_flight.extend(fixture.cache.take_outbox(&busy).unwrap());
                }
                Op::Deliver { acknowledged } => {
                    if let Some(entry) = in_flight.pop() {
                        server.receive(&entry);
                        if acknowledged {
                            fixture.cache.acknowledge(entry.seq).unwrap();
                        }
                    }
                }
                Op::Crash => {
                    in_flight.clear();
                    fixture.reopen();
                }
            }
        }
        while let Some(entry) = fixture.cache.take_outbox(&[]).unwrap() {
            server.receive(&entry);
            fixture.cache.acknowledge(entry.seq).unwrap();
        }
        prop_assert!(fixture.cache.pending().is_empty());
        for programme in 0..3_u8 {
            let total = recorded[usize::from(programme)];
            prop_assert_eq!(server.watched(programme), total);
            let local = fixture.cache.watch_state(&format!("p{programme}")).map_or(0, |watch| watch.watched_ms);
            prop_assert_eq!(local, total);
        }
        for lane in server.order.values() {
            prop_assert!(lane.is_sorted(), "a lane was sent out of order");
        }
    }
}

#[test]
fn an_evening_offline_leaves_one_row() {
    let fixture = Fixture::new();
    for minute in 1..=60 {
        fixture
            .cache
            .record_progress("p", minute * 60_000, 7_200_000, 60_000, NOW)
            .unwrap();
    }
    assert_eq!(fixture.cache.pending().len(), 1);
    assert_eq!(fixture.cache.sync_state().pending_writes, 1);
}

#[test]
fn a_refusal_is_kept_with_its_reason_and_frees_the_lane() {
    let mut fixture = Fixture::new();
    let item = |body: &str| OutboxItem {
        lane: "lane".to_owned(),
        method: "POST".to_owned(),
        path: "/api/v1/x".to_owned(),
        body: body.to_owned(),
    };
    let first = fixture.cache.enqueue(&item("1")).unwrap();
    let second = fixture.cache.enqueue(&item("2")).unwrap();
    let taken = fixture.cache.take_outbox(&[]).unwrap().unwrap();
    assert_eq!(taken.key, first);
    assert_eq!(
        fixture.cache.take_outbox(&["lane".to_owned()]).unwrap(),
        None
    );
    fixture.cache.refuse(taken.seq, "内容有误").unwrap();
    fixture.reopen();
    assert_eq!(
        fixture
            .cache
            .take_outbox(&[])
            .unwrap()
            .map(|entry| entry.key),
        Some(second)
    );
    let refused = fixture.cache.refused();
    assert_eq!(
        refused
            .iter()
            .map(|e| (e.key.clone(), e.reason.as_str()))
            .collect::<Vec<_>>(),
        [(first, "内容有误")]
    );
    assert_eq!(fixture.cache.sync_state().refused_writes, 1);
}
