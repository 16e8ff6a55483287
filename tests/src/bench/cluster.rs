//! A county signs in at a cluster whose machines die: every ten seconds one of three backends is killed, and once the
//! primary of PostgreSQL together with what looks after it. Open loop: who is to sign in at a time does so then,
//! however slow the cluster is, and as a television does: the same again, under the same key, until there is an
//! answer.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use backend_api::Config;
use backend_api::clock::{Clock as _, SystemClock};
use contract::roll_call::{AttendanceState, RollCall, RollCallDraft, SignInTime, SignedIn};
use contract::staff::SignInResponse;
use parking_lot::Mutex;
use store::{audit, roll_calls};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::figures::{self, percentile, progress};
use crate::harness::program::build_folder;
use crate::load::county::{self, COUNTY, County, LOGIN, PASSWORD, PIN};
use crate::load::http::{Connection, post};

/// Port of the cluster's front.
const FRONT: u16 = 28_080;
/// How long it lasts.
const LASTS: Duration = Duration::from_secs(300);
/// How often a backend is killed.
const KILL_EVERY: Duration = Duration::from_secs(10);
/// When the primary is.
const PRIMARY_AFTER: Duration = Duration::from_secs(150);
/// How long it is off at least.
const OFF_FOR: Duration = Duration::from_secs(50);
/// Title of the roll call that opens after all of it, by which it is known in the streams.
const LAST: &str = "最后一次抽点";
/// The pause before somebody asks again.
const AGAIN_AFTER: Duration = Duration::from_millis(250);
/// How long anybody may have to ask again and again.
const PATIENCE: Duration = Duration::from_secs(180);
/// Terminals that listen: each takes three connections on this machine, and the load shares two cores with all
/// of the cluster.
const LISTENERS: usize = 1_000;
/// Roll calls that open by themselves meanwhile, one in a village each.
const DEADLINES: usize = 28;

/// Measures it and prints the figures.
///
/// # Errors
/// When the cluster does not start, or does not come to rest.
pub fn run() -> anyhow::Result<()> {
    progress("starting a cluster");
    let cluster = Cluster::start()?;
    progress("preparing a county");
    let config = cluster.config()?;
    let county = Arc::new(county::prepare(&config, COUNTY, SystemClock.now_ms())?);
    let store = county::open(&config)?;
    let roll_call = county::open_roll_call(&store, "全县党员大会", SystemClock.now_ms())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let evening = runtime.block_on(evening(&cluster, &county, &roll_call))?;
    progress("counting them");
    let (lost, double) = count(&store, &evening, &roll_call)?;
    figures::CLUSTER_LOST.print(lost)?;
    figures::CLUSTER_DOUBLE.print(double)?;
    figures::CLUSTER_FAILOVER.print(evening.failover.as_secs_f64())?;
    figures::CLUSTER_BACKEND_LOSS.print(percentile(&evening.others_ms, 99))?;
    figures::CLUSTER_TOLD.print(evening.told.as_secs_f64())?;
    Ok(())
}

/// A running cluster. Dropping it ends all of it.
struct Cluster {
    folder: TempDir,
    script: Child,
    /// Which PostgreSQL lost its power.
    off: Mutex<Option<String>>,
}

impl Cluster {
    fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        // Its servers run as somebody else if this runs as root.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut script = Command::new(root.join("packaging/cluster.sh"))
            .env("DATA", folder.path().join("cluster"))
            .env("PORT", FRONT.to_string())
            .env("BIN", build_folder()?)
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("packaging/cluster.sh does not start")?;
        let said = script.stdout.take().context("piped above")?;
        let ready = BufReader::new(said)
            .lines()
            .map_while(Result::ok)
            .any(|line| line.starts_with("Ready:"));
        let cluster = Self {
            folder,
            script,
            off: Mutex::default(),
        };
        ensure!(ready, "the cluster does not get ready");
        Ok(cluster)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("cluster")
    }

    /// That of the first backend.
    fn config(&self) -> anyhow::Result<Config> {
        let file = self.data().join("backend-one.toml");
        Config::load(Some(&file)).map_err(|mistakes| anyhow::anyhow!("{mistakes}"))
    }

    fn front(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], FRONT))
    }

    /// Ends a process at once.
    fn kill(&self, name: &str) -> anyhow::Result<()> {
        let pid = fs::read_to_string(self.data().join("pids").join(name))?;
        kill(pid.trim())
    }

    /// Ends the PostgreSQL that writes, together with its Patroni, as a machine that loses its power.
    fn kill_primary(&self) -> anyhow::Result<()> {
        let asked =
            Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/cluster.sh"))
                .arg("leader")
                .env("DATA", self.data())
                .env("PORT", FRONT.to_string())
                .output()?;
        let name = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
        ensure!(!name.is_empty(), "nobody is the primary");
        let pids = fs::read_to_string(self.data().join(&name).join("postmaster.pid"))?;
        let server = pids.lines().next().context("an empty postmaster.pid")?;
        // Its machine stays off: otherwise it would be back before the other one is asked to take over.
        fs::write(self.held(&name), "")?;
        self.kill(&format!("patroni-{name}"))?;
        kill(server.trim())?;
        *self.off.lock() = Some(name.clone());
        progress(&format!("killed the primary, {name}"));
        Ok(())
    }
}

impl Cluster {
    fn held(&self, name: &str) -> PathBuf {
        self.data().join("held").join(format!("patroni-{name}"))
    }

    /// The machine that lost its power has it again.
    fn power_on(&self) -> anyhow::Result<()> {
        if let Some(name) = self.off.lock().take() {
            fs::remove_file(self.held(&name))?;
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // In order: the script ends what it began.
        let _ = kill_with("-TERM", &self.script.id().to_string());
        let _ = self.script.wait();
    }
}

fn kill(pid: &str) -> anyhow::Result<()> {
    kill_with("-KILL", pid)
}

fn kill_with(signal: &str, pid: &str) -> anyhow::Result<()> {
    let killed = Command::new("kill").args([signal, pid]).status()?;
    ensure!(killed.success(), "cannot kill {pid}");
    Ok(())
}

/// What came of it.
struct Evening {
    /// Members whose sign-in was acknowledged.
    acknowledged: Vec<String>,
    /// From the death of the primary to the first sign-in that was acknowledged after it could not be.
    failover: Duration,
    /// From when somebody was to sign in until it was acknowledged; without those of the failover.
    others_ms: Vec<f64>,
    /// From opening a roll call after all of it until the last terminal heard.
    told: Duration,
    /// Roll calls that were to open by themselves.
    planned: Vec<String>,
}

/// Somebody who signed in.
struct Signed {
    person: usize,
    planned: Instant,
    at: Instant,
}

async fn evening(
    cluster: &Cluster,
    county: &Arc<County>,
    roll_call: &str,
) -> anyhow::Result<Evening> {
    let front = cluster.front();
    let staff = staff(front).await?;
    let heard = Arc::new(AtomicUsize::new(0));
    let expect = Arc::new(Mutex::new(None::<String>));
    progress(&format!("{LISTENERS} terminals listen"));
    for tv in county
        .terminals()
        .step_by(county.homes.len() / LISTENERS)
        .take(LISTENERS)
    {
        let (token, heard, expect) = (
            Arc::clone(&tv.token),
            Arc::clone(&heard),
            Arc::clone(&expect),
        );
        tokio::spawn(listen(front, token, expect, heard));
    }
    let planned = plan_deadlines(front, &staff).await?;
    progress("people sign in, and machines die");
    let began = Instant::now() + Duration::from_secs(2);
    let people = county.people.len();
    let signed = Arc::new(Mutex::new(Vec::with_capacity(people)));
    let mut all = tokio::task::JoinSet::new();
    for person in 0..people {
        let at = began + LASTS.mul_f64(fraction(person, people));
        let (county, signed, roll_call) = (
            Arc::clone(county),
            Arc::clone(&signed),
            roll_call.to_owned(),
        );
        all.spawn(async move {
            tokio::time::sleep_until(at.into()).await;
            sign_in(front, &county, person, &roll_call).await?;
            let at_last = Instant::now();
            signed.lock().push(Signed {
                person,
                planned: at,
                at: at_last,
            });
            anyhow::Ok(())
        });
    }
    let died = tokio::task::block_in_place(|| killing(cluster, began))?;
    while let Some(done) = all.join_next().await {
        done??;
    }
    let signed = std::mem::take(&mut *signed.lock());
    let (failover, others_ms) = judge(&signed, died);

    progress("everybody is told of one more");
    // Whoever lost a backend last comes back within five seconds.
    tokio::time::sleep(Duration::from_secs(10)).await;
    let told = Instant::now();
    *expect.lock() = Some(LAST.to_owned());
    open(front, &staff, county::CODE, LAST, None).await?;
    let waited = async {
        while heard.load(Ordering::SeqCst) < LISTENERS {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let all_heard = tokio::time::timeout(Duration::from_secs(60), waited).await;
    ensure!(
        all_heard.is_ok(),
        "only {} heard",
        heard.load(Ordering::SeqCst)
    );
    Ok(Evening {
        acknowledged: signed
            .iter()
            .map(|one| county.people[one.person].id.clone())
            .collect(),
        failover,
        others_ms,
        told: told.elapsed(),
        planned,
    })
}

fn fraction(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// Kills a backend every ten seconds, in turn, and once the primary; answers when that was.
fn killing(cluster: &Cluster, began: Instant) -> anyhow::Result<Instant> {
    let names = ["backend-two", "backend-three", "backend-one"];
    let mut died = None;
    let mut turn = 0;
    loop {
        let next = began + KILL_EVERY * (turn + 1);
        if next >= began + LASTS {
            break;
        }
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
        if died.is_none() && next >= began + PRIMARY_AFTER {
            cluster.kill_primary()?;
            died = Some(Instant::now());
        } else if let Err(error) = cluster.kill(names[turn as usize % names.len()]) {
            // It died by itself, e.g. because there is no database to start with.
            progress(&format!("{error}"));
        }
        if died.is_some_and(|at: Instant| at.elapsed() > OFF_FOR) {
            cluster.power_on()?;
        }
        turn += 1;
    }
    died.context("the primary was never killed")
}

/// How long nobody could sign in after the primary died, and how long the others had to wait, those apart who were
/// to sign in meanwhile.
fn judge(signed: &[Signed], died: Instant) -> (Duration, Vec<f64>) {
    let mut times: Vec<Instant> = signed
        .iter()
        .map(|one| one.at)
        .filter(|at| *at >= died)
        .collect();
    times.sort_unstable();
    let mut last = died;
    let mut longest = (Duration::ZERO, died);
    for at in times {
        if at - last > longest.0 {
            longest = (at - last, at);
        }
        last = at;
    }
    let back = longest.1;
    let others = signed
        .iter()
        .filter(|one| one.planned < died || one.planned > back + Duration::from_secs(5))
        .filter(|one| one.at < died || one.planned > died)
        .map(|one| (one.at - one.planned).as_secs_f64() * 1_000.0)
        .collect();
    (back - died, others)
}

/// Signs somebody in, as often as it takes.
async fn sign_in(
    front: SocketAddr,
    county: &County,
    number: usize,
    roll_call: &str,
) -> anyhow::Result<()> {
    let person = &county.people[number];
    let time = SignInTime {
        at_ms: SystemClock.now_ms(),
        offset_ms: 0,
        synced: true,
        age_ms: Some(0),
        queued: false,
    };
    let body = serde_json::to_string(&county::sign_in(roll_call, &person.id, PIN, time))?;
    let token = &county.homes[person.home].token;
    let request = post(
        "/api/v1/terminal/sign-ins",
        token,
        &format!("sign-in-{number}"),
        &body,
    );
    let until = Instant::now() + PATIENCE;
    let mut last = String::new();
    while Instant::now() < until {
        let asked = async {
            let mut connection = Connection::open(front).await?;
            connection.ask(&request).await
        };
        match asked.await {
            Ok(answer) if answer.status == 200 => {
                let signed: SignedIn = answer.json()?;
                ensure!(signed.state == AttendanceState::Present, "{signed:?}");
                return Ok(());
            }
            Ok(answer) if matches!(answer.status, 429 | 502..=504) => {
                last = answer.status.to_string();
            }
            Ok(answer) => bail!(
                "{}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            ),
            Err(error) => last = error.to_string(),
        }
        tokio::time::sleep(AGAIN_AFTER).await;
    }
    bail!("sign-in {number} was never answered: {last}")
}

/// Listens for ever, at whichever backend; counts when it hears of the roll call that is expected.
async fn listen(
    front: SocketAddr,
    token: Arc<str>,
    expect: Arc<Mutex<Option<String>>>,
    heard: Arc<AtomicUsize>,
) {
    let mut counted = false;
    loop {
        // It breaks when its backend is killed.
        let _ = hear(front, &token, &expect, &heard, &mut counted).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn hear(
    front: SocketAddr,
    token: &str,
    expect: &Mutex<Option<String>>,
    heard: &AtomicUsize,
    counted: &mut bool,
) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(front).await?;
    let request = format!(
        "GET /api/v1/events HTTP/1.1\r\nhost: tv\r\nauthorization: Bearer {token}\r\naccept: text/event-stream\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut read = Vec::with_capacity(1_024);
    loop {
        ensure!(stream.read_buf(&mut read).await? > 0, "it ended");
        let text = String::from_utf8_lossy(&read);
        let wanted = expect.lock().clone();
        if !*counted && wanted.is_some_and(|id| text.contains(&id)) {
            *counted = true;
            heard.fetch_add(1, Ordering::SeqCst);
        }
        // An event may come in two pieces, and before it is known which one is expected.
        let keep = read.len().saturating_sub(4_096);
        read.drain(..keep);
    }
}

async fn staff(front: SocketAddr) -> anyhow::Result<String> {
    let body = serde_json::json!({ "login": LOGIN, "password": PASSWORD }).to_string();
    let mut connection = Connection::open(front).await?;
    let answer = connection
        .ask(&post("/api/v1/staff/sessions", "", "s", &body))
        .await?;
    let session: SignInResponse = answer.json()?;
    Ok(session.access_token)
}

/// Roll calls of villages that open one after the other while machines die.
async fn plan_deadlines(front: SocketAddr, staff: &str) -> anyhow::Result<Vec<String>> {
    let mut planned = Vec::with_capacity(DEADLINES);
    let first = SystemClock.now_ms() + 5_000;
    for number in 0..DEADLINES {
        let opens = first + 10_000 * i64::try_from(number)?;
        let made = open(front, staff, &format!("V{number}"), "抽点", Some(opens)).await?;
        planned.push(made.id);
    }
    Ok(planned)
}

async fn open(
    front: SocketAddr,
    staff: &str,
    organization: &str,
    title: &str,
    opens_at_ms: Option<i64>,
) -> anyhow::Result<RollCall> {
    let draft = RollCallDraft {
        title: title.to_owned(),
        organization_code: organization.to_owned(),
        window_ms: 3_600_000,
        opens_at_ms,
        ..RollCallDraft::default()
    };
    let body = serde_json::to_string(&draft)?;
    let mut connection = Connection::open(front).await?;
    let answer = connection
        .ask(&post("/api/v1/roll-calls", staff, "x", &body))
        .await?;
    ensure!(
        answer.status == 201,
        "{}: {}",
        answer.status,
        String::from_utf8_lossy(&answer.body)
    );
    answer.json()
}

/// How many acknowledged sign-ins are not there, and how many sign-ins and deadlines there are more than once.
fn count(store: &store::Store, evening: &Evening, roll_call: &str) -> anyhow::Result<(f64, f64)> {
    let counts = store.read(|tx| roll_calls::standing::counts(tx, roll_call, None))?;
    let present = usize::try_from(counts.present)?;
    let lost = evening.acknowledged.len().saturating_sub(present);
    let written = |action: &'static str| {
        let filter = audit::Filter {
            action: Some(action),
            ..audit::Filter::default()
        };
        store.read(|tx| audit::list(tx, &filter, None, u32::MAX))
    };
    let mut double = written("roll_call.sign_in")?.len().saturating_sub(present);
    let mut opened = HashMap::new();
    for entry in written("roll_call.open")? {
        *opened.entry(entry.subject).or_insert(0_usize) += 1;
    }
    let mut late = 0;
    for id in &evening.planned {
        match opened.get(&format!("roll_call:{id}")) {
            Some(times) => double += times - 1,
            None => late += 1,
        }
    }
    ensure!(late == 0, "{late} roll calls never opened");
    let verified = store.read(audit::verify)?;
    ensure!(verified.faults.is_empty(), "{:?}", verified.faults);
    let number = |count: usize| u32::try_from(count).map(f64::from);
    Ok((number(lost)?, number(double)?))
}
