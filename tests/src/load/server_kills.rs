//! The server is killed with SIGKILL at random moments while people sign in. Their TVs send again
//! under the same key until they are answered. In the end every sign-in that was answered is there
//! exactly once, as it was answered, and nothing else is.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use backend_api::Config;
use backend_api::clock::{Clock as _, SystemClock};
use contract::error::{ErrorCode, Problem};
use contract::roll_call::{
    Attendance, AttendanceState, RollCallState, SignInTime, SignedIn, SpotChecks,
};
use store::roll_calls::standing::{self, Wanted};
use store::roll_calls::{self, NewRollCall, RoundState};
use store::{Store, audit, organizations};

use super::Random;
use super::county::{self, County, PIN, Size};
use super::http::{Answer, Connection, post};
use super::server::{Server, free_address};

const SMALL: Size = Size {
    villages: 30,
    towns: 3,
    homes: 300,
    members: 3_000,
};
/// One sign-in begins so often: 200 a second.
const EVERY: Duration = Duration::from_millis(5);
/// TVs that send at the same time.
const SENDERS: usize = 32;
/// How long the server lives, in ms from when it is ready.
const LIVES_MS: std::ops::Range<u64> = 50..1_500;
/// How long the last people and rounds may take.
const SETTLING: Duration = Duration::from_secs(60);
/// A wrong PIN that nobody has.
const WRONG: &str = "000001";

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Kills.
    pub kills: u32,
    /// Sign-ins that were answered.
    pub answered: u64,
    /// Requests that were sent again because no answer came.
    pub sent_again: u64,
    /// Wrong PINs that were answered.
    pub wrong_pins: u64,
    /// The longest from the start of the server until it was ready, in ms.
    pub slowest_start_ms: u128,
    /// Roll calls that opened, had spot checks and closed by themselves meanwhile.
    pub scheduled: usize,
}

/// What the senders share.
struct Run {
    address: std::net::SocketAddr,
    county: County,
    roll_calls: Vec<String>,
    began: tokio::time::Instant,
    next: AtomicU64,
    over: AtomicBool,
    answered: AtomicU64,
    sent_again: AtomicU64,
    wrong_pins: AtomicU64,
}

/// An answer that must still be true in the end.
struct Promise {
    roll_call: usize,
    person: usize,
    state: AttendanceState,
    signed_at_ms: i64,
}

/// Kills so many times; `told` is called after each. The same seed kills at the same moments.
///
/// # Errors
/// When anything is lost, doubled or damaged.
pub fn kill_over_and_over(
    kills: u32,
    seed: u64,
    mut told: impl FnMut(&Outcome),
) -> anyhow::Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let config = county::config(folder.path(), None);
    let now_ms = SystemClock.now_ms();
    let county = county::prepare(&config, SMALL, now_ms)?;
    let people = u32::try_from(county.people.len())?;
    let (roll_calls, scheduled) = {
        let store = county::open(&config)?;
        // A life and a start take two seconds at most, nearly always.
        let needed = kills * 400 / people + 2;
        let open = (0..needed)
            .map(|number| county::open_roll_call(&store, &format!("第 {number} 次点名"), now_ms))
            .collect::<anyhow::Result<Vec<_>>>()?;
        (open, schedule(&store, kills, seed, now_ms)?)
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let run = Arc::new(Run {
        address: free_address()?,
        county,
        roll_calls,
        began: runtime.block_on(async { tokio::time::Instant::now() }),
        next: AtomicU64::new(0),
        over: AtomicBool::new(false),
        answered: AtomicU64::new(0),
        sent_again: AtomicU64::new(0),
        wrong_pins: AtomicU64::new(0),
    });
    let mut outcome = Outcome::default();
    let promises = runtime.block_on(async {
        let mut server = start(folder.path(), &run, &mut outcome).await?;
        let mut senders = tokio::task::JoinSet::new();
        for _ in 0..SENDERS {
            senders.spawn(send(Arc::clone(&run)));
        }
        let mut random = Random::new(seed);
        for kill in 1..=kills {
            // A moment that nobody chose is what this is about.
            tokio::time::sleep(Duration::from_millis(random.within(LIVES_MS))).await;
            server.kill()?;
            server = start(folder.path(), &run, &mut outcome).await?;
            outcome.kills = kill;
            count(&run, &mut outcome);
            told(&outcome);
        }
        run.over.store(true, Ordering::SeqCst);
        let mut promises = Vec::new();
        let everybody = async {
            while let Some(sent) = senders.join_next().await {
                promises.extend(sent??);
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(SETTLING, everybody)
            .await
            .context("somebody is never answered")??;
        settled(&config, &scheduled).await?;
        server.kill()?;
        anyhow::Ok(promises)
    })?;
    count(&run, &mut outcome);
    outcome.scheduled = scheduled.len();
    verify(&config, &run, &promises)?;
    Ok(outcome)
}

fn count(run: &Run, outcome: &mut Outcome) {
    outcome.answered = run.answered.load(Ordering::SeqCst);
    outcome.sent_again = run.sent_again.load(Ordering::SeqCst);
    outcome.wrong_pins = run.wrong_pins.load(Ordering::SeqCst);
}

async fn start(data: &Path, run: &Run, outcome: &mut Outcome) -> anyhow::Result<Server> {
    let since = Instant::now();
    let mut server = Server::start(data, None, run.address)?;
    server.until_ready().await?;
    outcome.slowest_start_ms = outcome.slowest_start_ms.max(since.elapsed().as_millis());
    Ok(server)
}

/// Roll calls with two spot checks each that open by themselves while the server comes and goes.
fn schedule(store: &Store, kills: u32, seed: u64, now_ms: i64) -> anyhow::Result<Vec<String>> {
    let village = store
        .read(|tx| organizations::by_code(tx, "V0"))?
        .context("there is no village")?;
    let mut random = Random::new(seed ^ 1);
    let mut made = Vec::new();
    for _ in 0..kills / 10 + 2 {
        let within_ms = u64::from(kills) * 1_000 + 1_000;
        let new = NewRollCall {
            organization_id: village.id.clone(),
            title: "自动点名".to_owned(),
            occasion: contract::roll_call::Occasion::Study,
            statuses: vec![contract::member::MemberStatus::Full],
            presence_secret: None,
            spot_checks: Some(SpotChecks {
                count: 2,
                within_ms: 8_000,
                window_ms: 3_000,
            }),
            created_by: county::LOGIN.to_owned(),
            opens_at_ms: now_ms + i64::try_from(random.within(0..within_ms))?,
            window_ms: 2_000,
            grace_ms: 500,
        };
        made.push(store.write::<_, store::Error, _>(move |tx| {
            roll_calls::create(tx, &new, now_ms).map(|made| made.id)
        })?);
    }
    Ok(made)
}

/// Signs people in, one after the other, until it is over.
async fn send(run: Arc<Run>) -> anyhow::Result<Vec<Promise>> {
    let mut connection = None;
    let mut promises = Vec::new();
    while !run.over.load(Ordering::SeqCst) {
        let number = run.next.fetch_add(1, Ordering::SeqCst);
        let due = run.began + EVERY * u32::try_from(number)?;
        tokio::time::sleep_until(due).await;
        let index = usize::try_from(number)?;
        let (roll_call, person) = (
            index / run.county.people.len(),
            index % run.county.people.len(),
        );
        let Some(id) = run.roll_calls.get(roll_call) else {
            bail!("everybody has signed in everywhere; there are too few roll calls");
        };
        let who = &run.county.people[person];
        let token = &run.county.homes[who.home].token;
        let request = |key: &str, pin: &str, age_ms: i64| -> anyhow::Result<Vec<u8>> {
            let time = SignInTime {
                age_ms: Some(age_ms),
                queued: age_ms > 0,
                ..SignInTime::default()
            };
            let body = serde_json::to_string(&county::sign_in(id, &who.id, pin, time))?;
            Ok(post("/api/v1/terminal/sign-ins", token, key, &body))
        };
        if number.is_multiple_of(40) {
            // The first try of this person here; sent again it must not be a second.
            let wrong = request(&format!("wrong-{number}"), WRONG, 0)?;
            let problem: Problem = answered(&run, &mut connection, &wrong).await?.json()?;
            ensure!(
                problem.code == ErrorCode::WrongPin && problem.tries_left == Some(4),
                "a wrong PIN counted otherwise than once: {problem:?}"
            );
            run.wrong_pins.fetch_add(1, Ordering::SeqCst);
        }
        let key = format!("right-{number}");
        let first = answered(&run, &mut connection, &request(&key, PIN, 0)?).await?;
        let first: SignedIn = first.json()?;
        ensure!(!first.repeated, "somebody had signed in before: {first:?}");
        run.answered.fetch_add(1, Ordering::SeqCst);
        if number.is_multiple_of(17) {
            let same = answered(&run, &mut connection, &request(&key, PIN, 0)?).await?;
            let same: SignedIn = same.json()?;
            let other = request(&format!("again-{number}"), PIN, 1)?;
            let other: SignedIn = answered(&run, &mut connection, &other).await?.json()?;
            ensure!(
                same.signed_at_ms == first.signed_at_ms && !same.repeated,
                "the same key was answered {same:?} after {first:?}"
            );
            ensure!(
                other.signed_at_ms == first.signed_at_ms && other.repeated,
                "another key was answered {other:?} after {first:?}"
            );
        }
        promises.push(Promise {
            roll_call,
            person,
            state: first.state,
            signed_at_ms: first.signed_at_ms,
        });
    }
    Ok(promises)
}

/// Sends until it is answered by a server that is not about to go.
async fn answered(
    run: &Run,
    connection: &mut Option<Connection>,
    request: &[u8],
) -> anyhow::Result<Answer> {
    loop {
        let mut open = match connection.take() {
            Some(open) => open,
            None => match Connection::open(run.address).await {
                Ok(open) => open,
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                }
            },
        };
        match open.ask(request).await {
            Ok(answer) if answer.status < 500 => {
                *connection = Some(open);
                ensure!(
                    matches!(answer.status, 200 | 403),
                    "{}: {}",
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                );
                return Ok(answer);
            }
            Ok(answer) => ensure!(
                answer.status == 503,
                "the server failed: {}",
                String::from_utf8_lossy(&answer.body)
            ),
            Err(_) => {}
        }
        run.sent_again.fetch_add(1, Ordering::SeqCst);
    }
}

/// Waits until the scheduled roll calls are over, and makes sure that each went as planned.
async fn settled(config: &Config, scheduled: &[String]) -> anyhow::Result<()> {
    let store = county::open(config)?;
    let since = Instant::now();
    for id in scheduled {
        let over = loop {
            let found = store
                .read(|tx| roll_calls::get(tx, id))?
                .context("a roll call is gone")?;
            if found.state == RollCallState::Closed {
                break found;
            }
            ensure!(since.elapsed() < SETTLING, "never over: {found:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let first = over.round(1).context("no round")?;
        ensure!(
            first.state == RoundState::Closed && over.opened_at_ms == Some(first.opens_at_ms),
            "it was not held as planned: {over:?}"
        );
        for round in &over.rounds[1..] {
            let drawn = round.opens_at_ms - first.closes_at_ms;
            // Late by a restart at most.
            ensure!((0..=8_000 + 3_000).contains(&drawn), "{over:?}");
            ensure!(
                matches!(round.state, RoundState::Closed | RoundState::Cancelled),
                "{over:?}"
            );
        }
        ensure!(over.rounds.len() <= 3, "drawn twice: {over:?}");
    }
    Ok(())
}

/// How everybody answered a roll call, by member.
///
/// # Errors
/// When the database cannot be read.
pub fn attendance(store: &Store, roll_call: &str) -> anyhow::Result<HashMap<String, Attendance>> {
    let mut all = HashMap::new();
    let mut after = String::new();
    loop {
        let wanted = Wanted {
            after: Some(&after),
            limit: 1_000,
            ..Wanted::default()
        };
        let lines = store.read(|tx| standing::attendance(tx, roll_call, wanted))?;
        let Some(last) = lines.last() else {
            return Ok(all);
        };
        after.clone_from(&last.member.id);
        all.extend(lines.into_iter().map(|line| (line.member.id.clone(), line)));
    }
}

/// Makes sure that the database and the audit log are whole, and that the log has so many
/// sign-ins.
///
/// # Errors
/// When anything is wrong.
pub fn sound(store: &Store, sign_ins: usize) -> anyhow::Result<()> {
    let wrong = store.integrity_check()?;
    ensure!(wrong.is_empty(), "the database is damaged: {wrong:?}");
    let verified = store.read(audit::verify)?;
    ensure!(
        verified.faults.is_empty(),
        "the audit log is damaged: {:?}",
        verified.faults
    );
    let filter = audit::Filter {
        action: Some("roll_call.sign_in"),
        ..audit::Filter::default()
    };
    let logged = store.read(|tx| audit::list(tx, &filter, None, u32::MAX))?;
    ensure!(
        logged.len() == sign_ins,
        "{} sign-ins are in the audit log, not {sign_ins}",
        logged.len()
    );
    Ok(())
}

fn verify(config: &Config, run: &Run, promises: &[Promise]) -> anyhow::Result<()> {
    let store = county::open(config)?;
    let mut kept = 0;
    for (number, id) in run.roll_calls.iter().enumerate() {
        let attendance = attendance(&store, id)?;
        kept += attendance
            .values()
            .map(|line| line.sign_ins.len())
            .sum::<usize>();
        for promise in promises.iter().filter(|it| it.roll_call == number) {
            let member = &run.county.people[promise.person].id;
            let line = attendance.get(member).context("somebody is not called")?;
            let [sign_in] = &line.sign_ins[..] else {
                bail!(
                    "answered, and there {} times: {line:?}",
                    line.sign_ins.len()
                );
            };
            ensure!(
                sign_in.state == promise.state && sign_in.signed_at_ms == promise.signed_at_ms,
                "answered otherwise than kept: {line:?}"
            );
        }
    }
    ensure!(
        kept == promises.len(),
        "{kept} sign-ins are kept, {} were answered",
        promises.len()
    );
    sound(&store, kept)
}
