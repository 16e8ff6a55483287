//! Measures the figures of `docs/TESTING.md` and prints one line each: `name value unit`.
//! Everything else goes to stderr.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use clap::{Parser, ValueEnum};
use serde::Serialize;
use serde::de::DeserializeOwned;

use e2e::bench::figures::{self, percentile, progress};
use e2e::bench::fixture::Fixture;
use e2e::bench::keys::{self, Answers};
use e2e::bench::video::{self, Playing};
use e2e::bench::{ballots, cluster, console, fanout, live, roll_call, server, start};

#[derive(Parser)]
struct CommandLine {
    /// What to measure
    #[arg(long, value_enum, default_value = "all")]
    only: Part,

    /// Measure one scenario in this process and print JSON; used by the bench itself
    #[arg(long, hide = true)]
    scenario: Option<String>,

    /// The terminal's folder of a scenario
    #[arg(long, hide = true, default_value = ".")]
    data: PathBuf,

    /// What a scenario is about: a screen, a programme, a file, a server
    #[arg(long, hide = true, default_value = "")]
    subject: String,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The television
    Tv,
    /// The server
    Server,
    /// The server's roll calls and events, which need no content
    RollCalls,
    /// The staff's lists in a browser
    Console,
    /// The relay, the mixer, HLS
    Media,
    /// A cluster whose machines die; takes six minutes and the packages of `make cluster`, so it is no part of
    /// everything
    Cluster,
    /// Everything
    All,
}

fn main() -> anyhow::Result<()> {
    tv_app::platform::memory::settle();
    let options = CommandLine::parse();
    if let Some(scenario) = &options.scenario {
        return run_scenario(scenario, &options.data, &options.subject);
    }
    if options.only == Part::Media {
        return live::run();
    }
    if options.only == Part::Cluster {
        return cluster::run();
    }
    if options.only == Part::RollCalls {
        return calling();
    }
    if options.only == Part::Console {
        return browsing();
    }
    let fixture = Fixture::make()?;
    if matches!(options.only, Part::Tv | Part::All) {
        television(&fixture)?;
    }
    if matches!(options.only, Part::Server | Part::All) {
        serving(fixture)?;
        calling()?;
    }
    if options.only == Part::All {
        browsing()?;
        live::run()?;
    }
    Ok(())
}

/// Everything that needs a screen of its own.
fn run_scenario(scenario: &str, data: &Path, subject: &str) -> anyhow::Result<()> {
    let visits = || {
        anyhow::Ok(keys::visits(
            &tv_app::cache::Cache::open(
                data,
                std::sync::Arc::new(tv_app::clock::SystemClock::new()),
            )?,
            subject,
        ))
    };
    match scenario.split_once(':').unwrap_or((scenario, "")) {
        ("visit", name) => {
            let visit = visits()?
                .into_iter()
                .find(|visit| visit.name == name)
                .context("no such screen")?;
            if visit.routes.is_empty() {
                let empty = tempfile::tempdir()?;
                return print(&keys::visit(empty.path(), visit)?);
            }
            print(&keys::visit(data, visit)?)
        }
        ("scroll", _) => print(&keys::scroll(data, subject.to_owned())?),
        ("idle", _) => print(&video::idle(data, subject)?),
        ("play", _) => print(&video::play(data, subject)?),
        ("bare", _) => print(&video::bare(Path::new(subject))?),
        _ => anyhow::bail!("no such scenario: {scenario}"),
    }
}

fn print(result: &impl Serialize) -> anyhow::Result<()> {
    use std::io::Write as _;
    Ok(writeln!(
        std::io::stdout(),
        "{}",
        serde_json::to_string(result)?
    )?)
}

/// Runs a scenario in a process of its own.
fn scenario<T: DeserializeOwned>(name: &str, data: &Path, subject: &str) -> anyhow::Result<T> {
    let output = Command::new(std::env::current_exe()?)
        .args(["--scenario", name, "--subject", subject, "--data"])
        .arg(data)
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(
        output.status.success(),
        "the scenario {name} failed: {}",
        output.status
    );
    serde_json::from_slice(&output.stdout).with_context(|| {
        format!(
            "the scenario {name} said {:?}",
            String::from_utf8_lossy(&output.stdout)
        )
    })
}

fn television(fixture: &Fixture) -> anyhow::Result<()> {
    let (data, url) = (fixture.terminal_data(), fixture.backend.url());
    fixture.cache()?.set_resume_point("[]")?;
    progress("starting twenty times");
    figures::FIRST_FRAME.print(percentile(&start::first_frames(&data, &url)?, 95))?;

    let (longest, visits) = {
        let cache = fixture.cache()?;
        (keys::longest(&cache), keys::visits(&cache, &fixture.film))
    };
    let mut all = Answers::default();
    for visit in visits {
        let answers: Answers = scenario(&format!("visit:{}", visit.name), &data, &fixture.film)?;
        let (p95, max) = (
            percentile(&answers.key_ms, 95),
            percentile(&answers.key_ms, 100),
        );
        let cpu = answers.cpu_ms / count(answers.pressed.max(1));
        progress(&format!(
            "{}: {} keys, p95 {p95:.2} ms, max {max:.2} ms, {cpu:.2} ms of processor a key",
            visit.name, answers.pressed
        ));
        // These two may have a single item to be on.
        let may_be_still = matches!(visit.name, "enrolment" | "about");
        ensure!(
            may_be_still || !answers.key_ms.is_empty(),
            "no key did anything on the screen {}",
            visit.name
        );
        // A playing programme takes its own processor time, which is measured by itself.
        if visit.name != "player" {
            all.cpu_ms += answers.cpu_ms;
            all.pressed += answers.pressed;
        }
        all.key_ms.extend(answers.key_ms);
        all.open_ms.extend(answers.open_ms);
    }
    figures::KEY_P95.print(percentile(&all.key_ms, 95))?;
    figures::KEY_MAX.print(percentile(&all.key_ms, 100))?;
    figures::OPEN_P95.print(percentile(&all.open_ms, 95))?;
    figures::CPU_PER_KEY.print(all.cpu_ms / count(all.pressed))?;

    let frames: Vec<f64> = scenario("scroll", &data, &longest)?;
    progress(&format!(
        "scrolling: {} frames, max {:.2} ms",
        frames.len(),
        percentile(&frames, 100)
    ));
    ensure!(
        frames.len() > 20,
        "the longest bulletin hardly scrolls: {} frames",
        frames.len()
    );
    figures::SCROLL.print(percentile(&frames, 95))?;

    progress("leaving it alone for a minute");
    let (painted, wakeups): (u32, u32) = scenario("idle", &data, &url)?;
    progress(&format!("idle: the event loop woke {wakeups} times"));
    figures::IDLE.print(f64::from(painted))?;

    fixture.cache()?.set_resume_point("[]")?;
    figures::RSS_HOME.print(start::memory_at_home(&data, &url)?)?;

    progress("playing 1080p30");
    let file = fixture.film_file();
    let file = file.to_str().context("the path is not text")?;
    let before: f64 = scenario("bare", &data, file)?;
    let playing: Playing = scenario("play", &data, &fixture.film)?;
    let after: f64 = scenario("bare", &data, file)?;
    progress(&format!(
        "playing: {playing:?}; bare decoding {before:.0} and {after:.0} ms a second"
    ));
    figures::VIDEO_START.print(playing.start_ms)?;
    figures::RSS_VIDEO.print(playing.resident_mb)?;
    figures::VIDEO_CPU.print(playing.cpu_ms_per_s / f64::midpoint(before, after))?;
    figures::VIDEO_DROPPED.print(u32::try_from(playing.dropped).map_or(f64::MAX, f64::from))?;
    Ok(())
}

fn serving(mut fixture: Fixture) -> anyhow::Result<()> {
    let token = fixture
        .cache()?
        .enrolment()
        .context("the terminal is not enrolled")?
        .token;
    fixture.backend.stop();
    progress("asking for the feed");
    figures::FEED_304.print(server::feed_304(&fixture.server_data(), &token)?)?;
    Ok(())
}

/// Roll calls and events, with a county.
fn calling() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let county = roll_call::prepare(folder.path(), None)?;
    let measured = roll_call::measure(&county, folder.path(), None)?;
    figures::ROLL_CALL.print(measured.seconds)?;
    figures::ROLL_CALL_P99.print(measured.p99_ms)?;
    let measured = fanout::measure(&county, folder.path())?;
    figures::FAN_OUT.print(measured.fanout_ms)?;
    figures::FAN_OUT_RSS.print(measured.rss_mb)?;
    let measured = ballots::measure(&county, folder.path(), None)?;
    figures::BALLOTS.print(measured.seconds)?;
    figures::BALLOTS_P99.print(measured.p99_ms)?;

    let Some(database) = store::testing::TestDatabase::durable_postgres() else {
        progress("PostgreSQL is not installed: its figures are left out");
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let county = roll_call::prepare(folder.path(), Some(database.url()))?;
    let measured = roll_call::measure(&county, folder.path(), Some(database.url()))?;
    figures::ROLL_CALL_PG.print(measured.seconds)?;
    figures::ROLL_CALL_PG_P99.print(measured.p99_ms)?;
    Ok(())
}

/// The staff's lists, with a county behind them.
fn browsing() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let measured = console::measure(folder.path(), None)?;
    figures::CONSOLE_LIST.print(percentile(&measured.list_ms, 95))?;
    figures::CONSOLE_SEARCH.print(percentile(&measured.search_ms, 95))?;
    figures::CONSOLE_FIRST_LOAD.print(measured.first_load_kb)?;
    Ok(())
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}
