//! Terminals with bad networks and bad clocks: cut in the middle of a request or of its answer,
//! sending twice and in any order, switched off, and as much as sixty days wrong. Nothing of what
//! people entered may be lost or doubled, and where the terminal knew how long ago it was, or what
//! the time was, the moment must be the right one.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use backend_api::clock::Clock as _;
use contract::roll_call::{AttendanceState, SignInTime, SignedIn, TerminalRollCalls};

use super::Random;
use super::county::{self, PIN, Size, Tv};
use super::http::{Connection, get, post};
use super::server_kills::{attendance, sound};
use crate::harness::proxy::Proxy;
use crate::harness::{Backend, NOW_MS};

/// Terminals.
const TERMINALS: usize = 25;
/// People at each, who sign in one after the other.
const PEOPLE: usize = 10;
/// The furthest a clock is wrong, in seconds: 60 days.
const WRONG_S: u32 = 60 * 24 * 3_600;
/// Time between two cycles, in ms.
const STEP_MS: std::ops::Range<u64> = 1_000..9_000;
/// A whole roll call takes as many cycles as people; the window ends before that.
const WINDOW_MS: i64 = 20_000;
/// Longer than the longest time for everybody to sign in.
const GRACE_MS: i64 = 120_000;
/// How often everything is sent when the network is good again.
const LAST_TRIES: usize = 20;
/// A cut that nobody notices is noticed after this time.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Cycles of all terminals.
    pub cycles: u32,
    /// Times people entered their PIN.
    pub entered: usize,
    /// Requests sent.
    pub sent: u64,
    /// Requests without an answer.
    pub unanswered: u64,
    /// Times a terminal was switched off and on.
    pub restarts: u64,
    /// Sign-ins of which nobody could know when they were.
    pub unknown: usize,
    /// Of these, those that wait for staff.
    pub to_verify: usize,
    /// The most that ever waited at one terminal.
    pub longest_queue: usize,
    /// Answers that were errors. There should be none.
    pub errors: u64,
}

/// A sign-in as somebody entered it.
#[derive(Clone, Debug)]
struct Entry {
    key: String,
    roll_call: usize,
    member: String,
    /// The true moment.
    pressed_ms: i64,
    /// What the terminal thought it was.
    claimed_ms: i64,
    synced: bool,
    /// Switched off since: nobody knows how long ago it was.
    forgotten: bool,
    answer: Option<SignedIn>,
}

struct Terminal {
    tv: Tv,
    people: Vec<String>,
    network: Proxy,
    address: SocketAddr,
    connection: Option<Connection>,
    random: Random,
    /// How wrong its clock is.
    wrong_ms: i64,
    synced: bool,
    waiting: Vec<Entry>,
    done: Vec<Entry>,
    outcome: Outcome,
}

/// Runs so many cycles. The same seed has the same faults, though not the same moments.
///
/// # Errors
/// When anything is lost, doubled, misjudged or refused.
pub fn try_faults(
    cycles: usize,
    seed: u64,
    mut told: impl FnMut(&Outcome),
) -> anyhow::Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let size = Size {
        villages: 5,
        towns: 1,
        homes: TERMINALS,
        members: TERMINALS * PEOPLE,
    };
    let config = county::config(folder.path(), None);
    let made = county::prepare(&config, size, NOW_MS)?;
    let backend = Backend::start(folder.path(), |_| {})?;
    let target: SocketAddr = backend
        .url()
        .strip_prefix("http://")
        .context("not a URL")?
        .parse()?;
    let mut terminals = Vec::with_capacity(TERMINALS);
    for (number, tv) in made.homes.iter().enumerate() {
        let of_home = made.people.iter().filter(|person| person.home == number);
        terminals.push(Terminal::new(
            tv.clone(),
            of_home.map(|person| person.id.clone()).collect(),
            target,
            Random::new(seed.wrapping_add(number as u64)),
        )?);
    }
    let store = backend.store()?;
    let mut random = Random::new(seed);
    let mut roll_calls = Vec::new();
    let mut outcome = Outcome::default();
    for cycle in 0..cycles {
        let now_ms = backend.clock.now_ms();
        if cycle.is_multiple_of(PEOPLE) {
            roll_calls.push(open_roll_call(&store, now_ms)?);
        }
        let ids = roll_calls.clone();
        terminals = all(&backend, terminals, move |mut terminal: Terminal| {
            let ids = ids.clone();
            async move { terminal.cycle(&ids, cycle, now_ms).await.map(|()| terminal) }
        })?;
        let step = i64::try_from(random.within(STEP_MS))?;
        backend.clock.advance_ms(step);
        outcome = sum(&terminals);
        outcome.cycles = u32::try_from(cycle + 1)?;
        told(&outcome);
    }
    for _ in 0..LAST_TRIES {
        let (ids, now_ms) = (roll_calls.clone(), backend.clock.now_ms());
        terminals = all(&backend, terminals, move |mut terminal: Terminal| {
            let ids = ids.clone();
            async move {
                terminal.network.join();
                terminal.send_all(&ids, now_ms).await.map(|()| terminal)
            }
        })?;
    }
    let cycles = outcome.cycles;
    outcome = sum(&terminals);
    outcome.cycles = cycles;
    verify(&store, &roll_calls, &terminals, &mut outcome)?;
    Ok(outcome)
}

fn open_roll_call(store: &store::Store, now_ms: i64) -> anyhow::Result<(String, i64)> {
    use store::roll_calls::{NewRollCall, create, rounds};
    let county = store
        .read(store::organizations::root)?
        .context("there is no county")?;
    let new = NewRollCall {
        organization_id: county.id,
        title: "点名".to_owned(),
        occasion: contract::roll_call::Occasion::Meeting,
        statuses: vec![contract::member::MemberStatus::Full],
        presence_secret: None,
        spot_checks: None,
        created_by: county::LOGIN.to_owned(),
        opens_at_ms: now_ms,
        window_ms: WINDOW_MS,
        grace_ms: GRACE_MS,
    };
    let id = store.write::<_, store::Error, _>(move |tx| {
        let made = create(tx, &new, now_ms)?;
        rounds::open(tx, &made.id, None, now_ms)?;
        Ok(made.id)
    })?;
    Ok((id, now_ms))
}

/// Does something with every terminal at the same time.
fn all<F, R>(backend: &Backend, terminals: Vec<Terminal>, work: F) -> anyhow::Result<Vec<Terminal>>
where
    F: Fn(Terminal) -> R,
    R: Future<Output = anyhow::Result<Terminal>> + Send + 'static,
{
    backend.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for terminal in terminals {
            tasks.spawn(work(terminal));
        }
        let mut done = Vec::with_capacity(TERMINALS);
        while let Some(terminal) = tasks.join_next().await {
            done.push(terminal??);
        }
        Ok(done)
    })
}

fn sum(terminals: &[Terminal]) -> Outcome {
    let mut outcome = Outcome::default();
    for Terminal {
        outcome: one,
        waiting,
        done,
        ..
    } in terminals
    {
        outcome.entered += waiting.len() + done.len();
        outcome.sent += one.sent;
        outcome.unanswered += one.unanswered;
        outcome.restarts += one.restarts;
        outcome.errors += one.errors;
        outcome.longest_queue = outcome.longest_queue.max(one.longest_queue);
    }
    outcome
}

impl Terminal {
    fn new(
        tv: Tv,
        people: Vec<String>,
        target: SocketAddr,
        mut random: Random,
    ) -> anyhow::Result<Self> {
        let network = Proxy::start(target)?;
        let url = network.url();
        let address = url.strip_prefix("http://").context("not a URL")?.parse()?;
        Ok(Self {
            tv,
            people,
            network,
            address,
            connection: None,
            wrong_ms: 1_000 * random.around(WRONG_S),
            random,
            synced: false,
            waiting: Vec::new(),
            done: Vec::new(),
            outcome: Outcome::default(),
        })
    }

    /// One cycle: something happens to the network, perhaps to the box, somebody signs in, and
    /// everything that waits is sent.
    async fn cycle(
        &mut self,
        roll_calls: &[(String, i64)],
        cycle: usize,
        now_ms: i64,
    ) -> anyhow::Result<()> {
        match self.random.within(0..10) {
            0..4 => self.network.join(),
            4..6 => self.network.cut(),
            _ => {
                self.network.join();
                let bytes = self.random.within(1..2_500);
                self.network.cut_after(i64::try_from(bytes)?);
            }
        }
        if self.random.once_in(12) {
            self.switch_off_and_on();
        }
        if !self.synced && self.random.once_in(2) {
            self.ask_the_time().await?;
        }
        self.waiting.push(Entry {
            key: format!("{cycle}"),
            roll_call: roll_calls.len() - 1,
            member: self.people[cycle % PEOPLE].clone(),
            pressed_ms: now_ms,
            claimed_ms: now_ms + if self.synced { 0 } else { self.wrong_ms },
            synced: self.synced,
            forgotten: false,
            answer: None,
        });
        self.outcome.longest_queue = self.outcome.longest_queue.max(self.waiting.len());
        self.send_all(roll_calls, now_ms).await
    }

    fn switch_off_and_on(&mut self) {
        self.outcome.restarts += 1;
        self.connection = None;
        self.synced = false;
        self.wrong_ms = 1_000 * self.random.around(WRONG_S);
        for entry in &mut self.waiting {
            entry.forgotten = true;
        }
    }

    /// Learns the server's time, if the network allows.
    async fn ask_the_time(&mut self) -> anyhow::Result<()> {
        let request = get("/api/v1/terminal/roll-calls", &self.tv.token);
        if let Some(answer) = self.exchange(&request).await? {
            let seen: TerminalRollCalls = answer.json()?;
            ensure!(seen.server_time_ms > 0, "the server has no time");
            self.synced = true;
        }
        Ok(())
    }

    /// Sends everything that waits, in any order, some of it more than once.
    async fn send_all(&mut self, roll_calls: &[(String, i64)], now_ms: i64) -> anyhow::Result<()> {
        let mut order: Vec<usize> = (0..self.waiting.len())
            .flat_map(|index| {
                let times = 1 + usize::from(self.random.once_in(4));
                std::iter::repeat_n(index, times)
            })
            .collect();
        for last in (1..order.len()).rev() {
            let other = usize::try_from(self.random.within(0..last as u64 + 1))?;
            order.swap(last, other);
        }
        for index in order {
            let entry = self.waiting[index].clone();
            let id = &roll_calls[entry.roll_call].0;
            let age_ms = now_ms - entry.pressed_ms;
            let time = SignInTime {
                at_ms: entry.claimed_ms,
                offset_ms: entry.claimed_ms - entry.pressed_ms,
                synced: entry.synced,
                age_ms: (!entry.forgotten).then_some(age_ms),
                queued: age_ms > 0 || entry.forgotten,
            };
            let body = serde_json::to_string(&county::sign_in(id, &entry.member, PIN, time))?;
            let path = "/api/v1/terminal/sign-ins";
            let request = post(path, &self.tv.token, &entry.key, &body);
            let Some(answer) = self.exchange(&request).await? else {
                continue;
            };
            let signed: SignedIn = answer.json()?;
            match &self.waiting[index].answer {
                None => self.waiting[index].answer = Some(signed),
                Some(before) => ensure!(
                    before.state == signed.state && before.signed_at_ms == signed.signed_at_ms,
                    "{before:?} and then {signed:?}"
                ),
            }
        }
        let (done, waiting) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|entry| entry.answer.is_some());
        self.done.extend::<Vec<Entry>>(done);
        self.waiting = waiting;
        Ok(())
    }

    /// The answer, unless the network has none.
    async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<Option<super::http::Answer>> {
        self.outcome.sent += 1;
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => match Connection::open(self.address).await {
                Ok(connection) => connection,
                Err(_) => {
                    self.outcome.unanswered += 1;
                    return Ok(None);
                }
            },
        };
        match tokio::time::timeout(PATIENCE, connection.ask(request)).await {
            Ok(Ok(answer)) if answer.status == 200 => {
                self.connection = Some(connection);
                Ok(Some(answer))
            }
            Ok(Ok(answer)) => {
                self.outcome.errors += 1;
                bail!(
                    "{}: {}",
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                );
            }
            Ok(Err(_)) | Err(_) => {
                self.outcome.unanswered += 1;
                Ok(None)
            }
        }
    }
}

fn verify(
    store: &store::Store,
    roll_calls: &[(String, i64)],
    terminals: &[Terminal],
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    ensure!(outcome.errors == 0, "there were errors: {outcome:?}");
    let mut kept = HashMap::new();
    for (number, (id, opened_ms)) in roll_calls.iter().enumerate() {
        kept.insert(number, (attendance(store, id)?, *opened_ms));
    }
    let rows: usize = kept
        .values()
        .flat_map(|(lines, _)| lines.values())
        .map(|line| line.sign_ins.len())
        .sum();
    for terminal in terminals {
        ensure!(
            terminal.waiting.is_empty(),
            "still waiting: {:?}",
            terminal.waiting
        );
        for entry in &terminal.done {
            let (lines, opened_ms) = &kept[&entry.roll_call];
            let line = lines.get(&entry.member).context("not called")?;
            let [sign_in] = &line.sign_ins[..] else {
                bail!("there {} times: {entry:?}", line.sign_ins.len());
            };
            let answer = entry.answer.as_ref().context("never answered")?;
            ensure!(
                sign_in.state == answer.state && sign_in.signed_at_ms == answer.signed_at_ms,
                "{sign_in:?} is kept of {entry:?}"
            );
            if entry.forgotten && !entry.synced {
                outcome.unknown += 1;
                outcome.to_verify += usize::from(sign_in.state == AttendanceState::ToVerify);
                continue;
            }
            let right = if entry.pressed_ms < opened_ms + WINDOW_MS {
                AttendanceState::Present
            } else {
                AttendanceState::Late
            };
            ensure!(
                sign_in.state == right && sign_in.signed_at_ms == entry.pressed_ms,
                "{sign_in:?} is kept of {entry:?}, which is {right:?}"
            );
        }
    }
    ensure!(
        rows == outcome.entered,
        "{rows} are kept, {} were entered",
        outcome.entered
    );
    sound(store, rows)
}
