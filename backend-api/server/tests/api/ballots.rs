//! Secret ballots: one a person whatever happens at once, and no way from a voter to a ballot.
//!
//! The long forms: `BALLOT_DOUBLES=10000` people who vote three times at once, `BALLOT_SEEDS=20 BALLOT_VOTERS=1000`
//! for the attack.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use backend_api::services::evaluations::ballots::count::{self, Counted, Ids};
use backend_api::services::evaluations::hash::form_hash;
use backend_api::services::evaluations::schedule;
use backend_api::services::kit::rights::Role;
use backend_api::services::vault::Vault;
use contract::evaluation::{BallotTaken, Evaluation, EvaluationDraft, NewBallot, StaffEvaluation};
use contract::form::{Answer, Form, Question, QuestionKind};
use contract::proof::Proof;
use contract::terminal::TerminalKind;
use futures_util::{StreamExt as _, stream};
use reqwest::Response;
use serde_json::{Value, json};
use store::evaluations::{self, ballots, entitled};
use store::members::{self as people, Content};
use store::organizations;

use crate::common::{Tv, World, ok, tv};
use crate::events::Events;

pub const PIN: &str = "402817";
pub const CARD: &str = "0012345678";

const HOUR: i64 = 3_600_000;

/// One question with three grades.
pub fn grades() -> Form {
    asking(&["满意", "一般", "不满意"])
}

fn asking(options: &[&str]) -> Form {
    Form {
        questions: vec![Question {
            id: "q1".to_owned(),
            text: "总体满意吗？".to_owned(),
            required: true,
            kind: QuestionKind::One {
                options: options.iter().map(|&it| it.to_owned()).collect(),
            },
            ..Question::default()
        }],
    }
}

pub fn pin(member_id: &str) -> Proof {
    Proof::Pin {
        member_id: member_id.to_owned(),
        pin: PIN.to_owned(),
    }
}

/// A ballot for a form of one question.
pub fn ballot(form: &Form, id: &str, proof: Proof, chosen: u32) -> Value {
    ballot_kept(form, id, proof, chosen, None)
}

/// The same, as a terminal kept it: how long ago, and that it was kept.
pub fn ballot_kept(
    form: &Form,
    id: &str,
    proof: Proof,
    chosen: u32,
    kept: Option<(Option<i64>, bool)>,
) -> Value {
    let (age_ms, queued) = kept.unwrap_or((Some(0), false));
    let mut ballot = NewBallot {
        evaluation_id: id.to_owned(),
        form_hash: form_hash(form),
        proof,
        answers: vec![Answer {
            question: form.questions[0].id.clone(),
            chosen: vec![Some(chosen)],
            number: None,
        }],
        padding: String::new(),
        age_ms,
        queued,
    };
    let unpadded = serde_json::to_string(&ballot).unwrap().len();
    ballot.pad(form, unpadded);
    serde_json::to_value(ballot).unwrap()
}

/// Full members of an organization, with a PIN.
pub async fn members(world: &World, code: &str, count: usize) -> Vec<String> {
    let (vault, now_ms) = (Arc::clone(world.server.vault()), world.now_ms());
    let code = code.to_owned();
    world
        .blocking(move |store| {
            let written = store.write::<_, store::Error, _>(move |tx| {
                let organization = organizations::by_code(tx, &code)?.unwrap();
                let mut ids = Vec::with_capacity(count);
                for number in 0..count {
                    let id = people::new_id(now_ms);
                    let content = Content {
                        name: format!("党员{number}"),
                        ..Content::default()
                    };
                    people::create(tx, &id, &organization.id, &content, None, now_ms)?;
                    let hash = vault.pin_hash(&id, PIN);
                    people::set_pin(tx, &id, Some(&hash), now_ms)?;
                    ids.push(id);
                }
                Ok(ids)
            });
            written.unwrap()
        })
        .await
}

/// The number in an environment variable: the long form of a test.
fn set_to(name: &str, otherwise: usize) -> usize {
    let text = std::env::var(name).unwrap_or_default();
    text.parse().unwrap_or(otherwise)
}

/// An open evaluation of a village, and a station to vote at.
struct Poll {
    world: World,
    staff: String,
    station: Tv,
    voters: Vec<String>,
    evaluation: Evaluation,
}

impl Poll {
    async fn open(mut world: World, voters: usize, form: Form) -> Self {
        // As many at once as there are, not as many as connections are kept.
        world.use_client(
            reqwest::Client::builder()
                .pool_max_idle_per_host(64)
                .build()
                .unwrap(),
        );
        let staff = world.staff(Role::OrganizationStaff, "QH").await;
        let station = tv(&world, "ZJ", TerminalKind::Station).await;
        let voters = members(&world, "ZJ", voters).await;
        let now_ms = world.now_ms();
        let draft = EvaluationDraft {
            title: "评议".to_owned(),
            organization_code: "ZJ".to_owned(),
            list: "evaluations".to_owned(),
            // By hand before, so that the server does not open it at the same time.
            opens_at_ms: now_ms + HOUR,
            closes_at_ms: now_ms + 2 * HOUR,
            form,
            ..EvaluationDraft::default()
        };
        let post = async |path: String, body: Value, version: i64| -> StaffEvaluation {
            let request = world.post(&path, &staff).json(&body);
            let request = request.header("if-match", format!("\"{version}\""));
            ok(request.send().await.unwrap()).await
        };
        let path = "/api/v1/evaluations";
        let made = post(path.to_owned(), json!(draft), 0).await;
        let id = made.evaluation.id;
        post(format!("{path}/{id}/announce"), json!({}), made.version).await;
        let opened = post(format!("{path}/{id}/open"), json!({}), 0).await;
        Self {
            world,
            staff,
            station,
            voters,
            evaluation: opened.evaluation,
        }
    }

    async fn cast(&self, station: &Tv, voter: &str, chosen: u32, key: &str) -> Response {
        let (id, form) = (&self.evaluation.id, &self.evaluation.form);
        let body = ballot(form, id, pin(voter), chosen);
        self.world
            .post("/api/v1/terminal/ballots", &station.token)
            .header("idempotency-key", key)
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    async fn mark(&self, voter: &str) -> Response {
        let path = format!("/api/v1/evaluations/{}/paper-voters", self.evaluation.id);
        let body = json!({ "member_id": voter });
        let request = self.world.post(&path, &self.staff).json(&body);
        request.send().await.unwrap()
    }

    /// Reads of the store.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut store::Tx<'_>, &str) -> store::Result<T> + Send + 'static,
    ) -> T {
        let id = self.evaluation.id.clone();
        self.world
            .blocking(move |store| store.read(|tx| work(tx, &id)).unwrap())
            .await
    }

    /// Closes with ids that are drawn so.
    async fn close(&self, ids: Arc<Ids>) {
        let vault: Arc<Vault> = Arc::clone(self.world.server.vault());
        let (id, now_ms) = (self.evaluation.id.clone(), self.world.now_ms());
        self.world
            .blocking(move |store| {
                let closed = store.write(move |tx| {
                    let record = evaluations::get(tx, &id)?.unwrap();
                    count::close(tx, &vault, &record, (true, &*ids), now_ms)
                });
                assert!(matches!(closed, Ok(Counted::Closed(_))), "{closed:?}");
            })
            .await;
    }
}

#[tokio::test]
async fn whoever_votes_thrice_at_once_has_one_ballot() {
    let count = set_to("BALLOT_DOUBLES", 500);
    let world = World::set(|config| config.limits.terminal_writes_per_minute = 1_000_000).await;
    let poll = Poll::open(world, count, grades()).await;
    let second = tv(&poll.world, "ZJ", TerminalKind::Station).await;
    let tries = (0..count).flat_map(|voter| (0..3).map(move |way| (voter, way)));
    let (poll, second) = (&poll, &second);
    let counted: Vec<(usize, bool)> = stream::iter(tries)
        .map(|(voter, way)| async move {
            let id = &poll.voters[voter];
            if way == 2 {
                let answer = poll.mark(id).await;
                let status = answer.status().as_u16();
                assert!(matches!(status, 200 | 409), "{status}");
                return (voter, status == 200);
            }
            let station = if way == 0 { &poll.station } else { second };
            let answer = poll.cast(station, id, way, "").await;
            (voter, !ok::<BallotTaken>(answer).await.repeated)
        })
        .buffer_unordered(48)
        .collect()
        .await;
    let mut by_voter = vec![0; count];
    for (voter, counts) in counted {
        by_voter[voter] += usize::from(counts);
    }
    assert!(by_voter.iter().all(|times| *times == 1), "{by_voter:?}");
    let (took_part, paper, envelopes) = poll
        .read(|tx, id| {
            Ok((
                entitled::took_part(tx, id)?,
                ballots::paper(tx, id)?,
                ballots::envelopes(tx, id)?,
            ))
        })
        .await;
    assert_eq!(took_part as usize, count);
    assert_eq!(envelopes.len() + paper.voters as usize, count);
    let lengths: BTreeSet<usize> = envelopes.iter().map(|(_, it)| it.len()).collect();
    assert_eq!(
        lengths.len(),
        1,
        "what was chosen does not show in the size"
    );
    poll.close(Arc::new(count::system_ids)).await;
    let kept = poll.read(ballots::of).await;
    assert_eq!(kept.len(), envelopes.len());
}

/// What an attacker has after the close, who was there when people came: the order in which they did, the database
/// file, its log, a backup, and everything the server said meanwhile.
struct Loot {
    /// What each voter chose, in the order in which they came: what the attacker wants to know.
    chosen: Vec<u32>,
    /// Voters in the orders in which something knows them: indices of `chosen`.
    voters: BTreeMap<&'static str, Vec<usize>>,
    /// What the ballots chose, in the orders in which something has them.
    ballots: BTreeMap<String, Vec<u32>>,
}

/// Hits of one strategy over all seeds, and what chance would hit.
#[derive(Default)]
struct Hits {
    hits: usize,
    tried: usize,
    expected: f64,
    variance: f64,
    outside: usize,
    seeds: usize,
}

/// Guesses that the nth voter of an order has the nth ballot of another, forwards and backwards.
fn attack(loot: &Loot, all: &mut BTreeMap<String, Hits>) {
    let total = loot.chosen.len();
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    for chosen in &loot.chosen {
        *sizes.entry(*chosen).or_default() += 1;
    }
    let share = |count: &usize| (*count as f64 / total as f64).powi(2);
    let chance: f64 = sizes.values().map(share).sum();
    for (voters, order) in &loot.voters {
        for (name, ballots) in &loot.ballots {
            for backwards in [false, true] {
                let mut ballots = ballots.clone();
                if backwards {
                    ballots.reverse();
                }
                let right = order.iter().zip(&ballots);
                let hits = right.filter(|(voter, ballot)| loot.chosen[**voter] == **ballot);
                let (hits, n) = (hits.count(), ballots.len() as f64);
                let (expected, deviation) = (n * chance, (n * chance * (1.0 - chance)).sqrt());
                let strategy = format!("{voters} ↔ {name}, backwards {backwards}");
                let one = all.entry(strategy).or_default();
                one.hits += hits;
                one.tried += ballots.len();
                one.expected += expected;
                one.variance += deviation.powi(2);
                one.outside += usize::from((hits as f64 - expected).abs() > 1.96 * deviation);
                one.seeds += 1;
            }
        }
    }
}

/// Where each of these texts stands first in some bytes, as an order of them. Those that are not there are left
/// out.
fn order_in(bytes: &[u8], texts: &[String]) -> Vec<usize> {
    const END: usize = 8;
    let end = |text: &[u8]| u64::from_be_bytes(text[text.len() - END..].try_into().unwrap());
    let mut by_end: HashMap<u64, Vec<usize>> = HashMap::new();
    for (number, text) in texts.iter().enumerate() {
        by_end.entry(end(text.as_bytes())).or_default().push(number);
    }
    let mut found = Vec::new();
    let mut last: u64 = 0;
    for (at, byte) in bytes.iter().enumerate() {
        last = (last << 8) | u64::from(*byte);
        let Some(numbers) = by_end.get(&last) else {
            continue;
        };
        let before = &bytes[..=at];
        let there = numbers
            .iter()
            .find(|it| before.ends_with(texts[**it].as_bytes()));
        if let Some(number) = there
            && !found.contains(number)
        {
            found.push(*number);
        }
    }
    found
}

/// A deterministic order of so many: a small generator is enough for a test.
fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut order: Vec<(u64, usize)> = (0..count).map(|number| (next(), number)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, number)| number).collect()
}

const OPTIONS: [&str; 4] = ["甲", "乙", "丙", "丁"];

/// Lets everybody vote in some order, closes, and takes what an attacker gets.
async fn loot(voters: usize, seed: u64, ids: Arc<Ids>) -> Loot {
    let world = World::set(|config| config.limits.terminal_writes_per_minute = 1_000_000).await;
    let poll = Poll::open(world, voters, asking(&OPTIONS)).await;
    let mut events = Events::listen(&poll.world, &poll.station.token, None).await;
    let came = shuffled(voters, seed);
    let choices: Vec<u32> = shuffled(voters, seed + 1_000)
        .into_iter()
        .map(|number| (number % OPTIONS.len()) as u32)
        .collect();
    let mut answers = BTreeSet::new();
    for (number, voter) in came.iter().enumerate() {
        let key = format!("ballot-key-{number:08}");
        let answer = poll
            .cast(&poll.station, &poll.voters[*voter], choices[number], &key)
            .await;
        let length = answer.content_length().unwrap();
        let taken: BallotTaken = ok(answer).await;
        assert!(!taken.repeated);
        answers.insert(length - taken.member.name.len() as u64);
    }
    assert_eq!(
        answers.len(),
        1,
        "what is answered tells nothing by its size"
    );
    let envelopes = poll.read(ballots::envelopes).await;
    let sealed = poll.read(ballots::key).await.unwrap();
    poll.close(ids).await;
    // Nothing was told of a ballot: the next event is of the close.
    let closing = events.event().await.unwrap().0;
    let of_close = [
        contract::event::Event::EvaluationsChanged,
        contract::event::Event::FeedChanged,
    ];
    assert!(of_close.contains(&closing), "{closing:?}");

    let now_ms = poll.world.now_ms();
    // Of a database that is a server's the attacker has no file.
    let url = poll.world.config.database_url();
    let file = url.strip_prefix("sqlite:").map(str::to_owned);
    let read = |path: String| std::fs::read(path).unwrap_or_default();
    // The log as it is before it is overwritten, as a thief of that moment has it.
    let wal = file.as_ref().map(|file| read(format!("{file}-wal")));
    let backup = tempfile::tempdir().unwrap();
    let copy = file.as_ref().map(|_| backup.path().join("copy.sqlite"));
    let to = copy.clone();
    poll.world
        .blocking(move |store| {
            let begun = std::time::Instant::now();
            while let Err(error) = schedule::overwrite(store, now_ms) {
                assert!(begun.elapsed().as_secs() < 60, "{error}");
            }
            if let Some(to) = &to {
                store.backup_to(to).unwrap();
            }
        })
        .await;
    let kept = poll.read(ballots::of).await;
    let after: Vec<Vec<u8>> = match (&file, &copy) {
        (Some(file), Some(copy)) => vec![
            std::fs::read(file).unwrap(),
            read(format!("{file}-wal")),
            std::fs::read(copy).unwrap(),
        ],
        _ => Vec::new(),
    };
    // Of envelopes, key and what the requests were called nothing is left anywhere.
    let gone = envelopes.iter().map(|(_, envelope)| &envelope[..60]);
    let gone: Vec<String> = gone.map(str::to_owned).collect();
    for bytes in &after {
        assert!(order_in(bytes, &gone).is_empty(), "an envelope is left");
        assert!(
            order_in(bytes, &[sealed[..40].to_owned()]).is_empty(),
            "the key is left"
        );
        assert!(order_in(bytes, &["ballot-key-0000".to_owned()]).is_empty());
    }

    // Orders that something may have.
    let mut position = vec![0; voters];
    for (number, voter) in came.iter().enumerate() {
        position[*voter] = number;
    }
    let of_members = |order: Vec<usize>| -> Vec<usize> {
        order.into_iter().map(|voter| position[voter]).collect()
    };
    let mut by_id: Vec<usize> = (0..voters).collect();
    by_id.sort_unstable_by_key(|voter| &poll.voters[*voter]);
    let mut loot = Loot {
        voters: [("as they came", (0..voters).collect())].into(),
        ballots: BTreeMap::new(),
        chosen: choices,
    };
    loot.voters.insert("by id", of_members(by_id));
    if let Some(file) = after.first() {
        let order = of_members(order_in(file, &poll.voters));
        assert_eq!(order.len(), voters);
        loot.voters.insert("as they lie in the file", order);
    }
    let chose = |ballot: &ballots::Ballot| {
        let answers: Vec<Vec<u32>> = serde_json::from_str(&ballot.answers).unwrap();
        answers[0][0]
    };
    let chosen: Vec<u32> = kept.iter().map(chose).collect();
    loot.ballots.insert("by id".to_owned(), chosen.clone());
    let ids: Vec<String> = kept.iter().map(|it| it.id.clone()).collect();
    let places = [
        ("file", after.first()),
        ("log", wal.as_ref()),
        ("backup", after.last()),
    ];
    for (place, bytes) in places {
        let order = bytes.map(|bytes| order_in(bytes, &ids)).unwrap_or_default();
        if order.len() > voters / 2 {
            let order = order.into_iter().map(|number| chosen[number]).collect();
            loot.ballots
                .insert(format!("as they lie in the {place}"), order);
        }
    }
    assert!(
        file.is_none() || loot.ballots.len() >= 3,
        "{:?}",
        loot.ballots.keys()
    );
    loot
}

#[tokio::test]
async fn an_attacker_with_everything_after_the_close_does_no_better_than_chance() {
    let (seeds, voters) = (set_to("BALLOT_SEEDS", 3), set_to("BALLOT_VOTERS", 150));
    let mut all = BTreeMap::new();
    for seed in 0..seeds as u64 {
        let loot = loot(voters, seed + 1, Arc::new(count::system_ids)).await;
        attack(&loot, &mut all);
    }
    assert!(all.len() >= 4, "{:?}", all.keys());
    let (mut outside, mut tried) = (0, 0);
    for (strategy, one) in &all {
        let off = (one.hits as f64 - one.expected).abs() / one.variance.sqrt();
        // Of some dozen strategies none is that lucky once in a hundred thousand runs.
        assert!(
            off < 5.5,
            "{strategy}: {} of {}, {off:.1} σ",
            one.hits,
            one.tried
        );
        outside += one.outside;
        tried += one.seeds;
    }
    // One in twenty lies outside the 95 % interval by itself. Strategies of one seed are much alike, so seeds are what
    // counts; with few of them the bound is wide.
    let share = outside as f64 / tried as f64;
    let bound = 0.05 + 5.5 * (0.05 * 0.95 / seeds as f64).sqrt();
    assert!(
        share < bound,
        "{outside} of {tried} outside the 95 % interval"
    );
}

#[tokio::test]
async fn the_same_attacker_finds_ballots_that_were_written_in_order() {
    // As a careless server would: numbered as they are found.
    let number = AtomicU64::new(0);
    let careless = move || {
        let next = number.fetch_add(1, Ordering::Relaxed);
        Ok(u128::from(next).to_be_bytes())
    };
    let loot = loot(120, 1, Arc::new(careless)).await;
    let mut all = BTreeMap::new();
    attack(&loot, &mut all);
    let best = all
        .values()
        .map(|one| (one.hits as f64 - one.expected) / one.variance.sqrt());
    let best = best.fold(0.0, f64::max);
    assert!(best > 8.0, "only {best:.1} σ: the attack finds nothing");
}
