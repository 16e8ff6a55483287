//! Log lines and figures.

use std::io::IsTerminal as _;
use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

static FIGURES: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Upper bounds of the latency histogram in seconds, around the budgets: 1 ms for a poll, 250 ms
/// for a roll call's slowest.
const BUCKETS: [f64; 10] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.25, 1.0, 5.0,
];

/// Begins to count. Figures are of the process: servers started twice in it share them.
pub(crate) fn count() {
    FIGURES.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full("http_request_seconds".to_owned()), &BUCKETS);
        let recorder = match builder {
            Ok(builder) => builder.build_recorder(),
            Err(error) => {
                tracing::warn!(%error, "no figures");
                return None;
            }
        };
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            // Somebody who embeds this server counts in their own way.
            return None;
        }
        metrics::describe_histogram!("http_request_seconds", "Time until an answer began");
        metrics::describe_counter!(
            "meeting_steps",
            "Meetings planned, started, ended, cancelled"
        );
        metrics::describe_counter!("viewing_reports", "Reports of who watched a meeting");
        metrics::describe_gauge!("event_streams", "Terminals and pages of staff that listen");
        metrics::describe_counter!(
            "event_streams_replaced",
            "Streams that ended for a newer one"
        );
        metrics::describe_gauge!("http_connections", "Open connections");
        metrics::describe_counter!("http_connections_refused", "Connections beyond a bound");
        metrics::describe_counter!("http_bodies_too_slow", "Bodies that hardly came");
        metrics::describe_gauge!("background_task_failing", "1: its last run failed");
        metrics::describe_counter!("background_task_failures", "Runs that failed");
        metrics::describe_counter!(
            "feed_refreshes",
            "Organizations whose feed had something new"
        );
        metrics::describe_gauge!("terminals_known", "Terminals with a token in memory");
        metrics::describe_gauge!("disk_free_bytes", "Bytes left on the disk of the data");
        metrics::describe_counter!("writes_refused", "What was not written because the disk is full");
        metrics::describe_gauge!(
            "clock_off_seconds",
            "The computer's clock is ahead of the time gone by (above 0), or behind what was written (below)"
        );
        metrics::describe_gauge!(
            "journal_behind_seconds",
            "Since the journal was last looked at: for so long terminals were told of nothing"
        );
        metrics::describe_gauge!("backup_age_seconds", "Since the last backup of this data folder");
        metrics::describe_gauge!("films_waiting", "Uploaded films that are not made yet");
        metrics::describe_counter!(
            "database_wakes",
            "Times another process on the same PostgreSQL said that it wrote something"
        );
        metrics::describe_histogram!("database_watch_seconds", "Time of the look for changes");
        Some(handle)
    });
}

/// The figures as Prometheus reads them.
pub(crate) fn render() -> String {
    match FIGURES.get() {
        Some(Some(handle)) => handle.render(),
        _ => String::new(),
    }
}

/// Forgets samples that were read, so that they do not pile up unread.
pub(crate) fn upkeep() {
    if let Some(Some(handle)) = FIGURES.get() {
        handle.run_upkeep();
    }
}

/// Writes log lines to standard error; `RUST_LOG` chooses which.
pub fn log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // Fails only if somebody set another one before, who then decides.
    let _ = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}
