//! What is measured, under which name, and how much is allowed.

use std::io::Write as _;

/// One figure: its name and unit are fixed, so that it can be followed over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// Name as in `docs/TESTING.md`.
    pub name: &'static str,
    /// Unit of the value.
    pub unit: &'static str,
    /// What is allowed.
    pub budget: Budget,
}

/// What is allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Budget {
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
}

impl Budget {
    /// Whether a value is allowed.
    #[must_use]
    pub fn allows(self, value: f64) -> bool {
        match self {
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
        }
    }
}

const fn at_most(name: &'static str, unit: &'static str, limit: f64) -> Figure {
    Figure {
        name,
        unit,
        budget: Budget::AtMost(limit),
    }
}

/// Process start to the first painted Home, p95.
pub const FIRST_FRAME: Figure = at_most("tv_first_frame_ms", "ms", 300.0);
/// Key to painted frame over every screen, p95.
pub const KEY_P95: Figure = at_most("tv_key_to_frame_p95_ms", "ms", 8.0);
/// Key to painted frame over every screen, the slowest.
pub const KEY_MAX: Figure = at_most("tv_key_to_frame_max_ms", "ms", 16.0);
/// Key to the painted screen that it opened, p95. What was chosen shows that it is pressed before.
pub const OPEN_P95: Figure = at_most("tv_open_screen_p95_ms", "ms", 100.0);
/// A frame of a long bulletin that is being scrolled, p95.
pub const SCROLL: Figure = at_most("tv_scroll_frame_p95_ms", "ms", 10.0);
/// Frames painted in a minute without input.
pub const IDLE: Figure = at_most("tv_idle_frames", "frames", 0.0);
/// Processor time of one key press with its animation.
pub const CPU_PER_KEY: Figure = at_most("tv_cpu_per_key_ms", "ms", 25.0);
/// Resident memory at Home.
pub const RSS_HOME: Figure = at_most("tv_rss_home_mb", "MB", 110.0);
/// Resident memory while a 1080p30 programme plays.
pub const RSS_VIDEO: Figure = at_most("tv_rss_video_mb", "MB", 220.0);
/// Processor time of playing 1080p30 beside that of decoding and converting alone.
pub const VIDEO_CPU: Figure = at_most("tv_video_cpu_ratio", "ratio", 1.4);
/// Pictures not shown meanwhile.
pub const VIDEO_DROPPED: Figure = at_most("tv_video_dropped", "frames", 0.0);
/// 确定 to the first picture of a kept programme, p95.
pub const VIDEO_START: Figure = at_most("tv_video_start_ms", "ms", 500.0);
/// Feed polls with nothing new that the server answers.
pub const FEED_304: Figure = Figure {
    name: "feed_304_per_s",
    unit: "1/s",
    budget: Budget::AtLeast(8_000.0),
};
/// 35,000 people sign in, each exactly once, on disk.
pub const ROLL_CALL: Figure = at_most("rollcall_35000_s", "s", 60.0);
/// One of these sign-ins, p99.
pub const ROLL_CALL_P99: Figure = at_most("rollcall_p99_ms", "ms", 250.0);
/// The same on PostgreSQL.
pub const ROLL_CALL_PG: Figure = at_most("rollcall_pg_35000_s", "s", 60.0);
/// The same on PostgreSQL.
pub const ROLL_CALL_PG_P99: Figure = at_most("rollcall_pg_p99_ms", "ms", 250.0);
/// 35,000 people answer an evaluation of twenty questions, each counted exactly once, on disk.
pub const BALLOTS: Figure = at_most("ballots_35000_s", "s", 60.0);
/// One of these ballots, p99.
pub const BALLOTS_P99: Figure = at_most("ballots_p99_ms", "ms", 250.0);
/// A roll call opens: from asking for it until the last of 15,651 terminals has heard.
pub const FAN_OUT: Figure = at_most("sse_fanout_ms", "ms", 2_000.0);
/// Memory of the server with all of them connected.
pub const FAN_OUT_RSS: Figure = at_most("sse_rss_mb", "MB", 400.0);

/// Acknowledged sign-ins at a cluster whose machines die that are not there afterwards.
pub const CLUSTER_LOST: Figure = at_most("cluster_lost", "sign-ins", 0.0);
/// Sign-ins and deadlines there that happened more than once.
pub const CLUSTER_DOUBLE: Figure = at_most("cluster_double", "times", 0.0);
/// The primary of PostgreSQL dies: until somebody can sign in again.
pub const CLUSTER_FAILOVER: Figure = at_most("cluster_failover_s", "s", 30.0);
/// Backends die: from when somebody was to sign in until it was acknowledged, p99.
pub const CLUSTER_BACKEND_LOSS: Figure = at_most("cluster_backend_loss_p99_ms", "ms", 2_000.0);
/// After all of it a roll call opens: until the last terminal that listens has heard.
pub const CLUSTER_TOLD: Figure = at_most("cluster_told_s", "s", 5.0);

/// A page of a list of the console is turned, with 35,000 members and 5,000 requests: until its rows are there, p95.
pub const CONSOLE_LIST: Figure = at_most("console_list_p95_ms", "ms", 500.0);
/// Something is typed into its search: until what it finds is there, p95. 150 ms of it more letters are waited for.
pub const CONSOLE_SEARCH: Figure = at_most("console_search_p95_ms", "ms", 300.0);
/// What the browser loads before the first page of the console is there, compressed.
pub const CONSOLE_FIRST_LOAD: Figure = at_most("console_first_load_kb", "kB", 300.0);

/// 80 viewers of one program of 2 Mbit/s: share of one core that the relay takes.
pub const RELAY_80: Figure = at_most("relay_80_cpu_pct", "%", 50.0);
/// 80 viewers join together: offer to the first packet of video, p95.
pub const RELAY_JOIN: Figure = at_most("relay_join_p95_ms", "ms", 1_000.0);
/// The route is pointed at another source: until a viewer has its picture, p95.
pub const RELAY_SWITCH: Figure = at_most("relay_switch_ms", "ms", 700.0);
/// Packets of video that never came at 5 % loss.
pub const RELAY_LOSS: Figure = at_most("relay_loss5_missing", "packets", 0.0);
/// Age of a picture at the viewer's, p50: publisher, relay, viewer with its jitter buffer.
pub const RELAY_GLASS: Figure = at_most("relay_glass_p50_ms", "ms", 200.0);
/// The same: station, relay, mixer, relay, viewer.
pub const PROGRAM_GLASS: Figure = at_most("program_glass_p50_ms", "ms", 350.0);
/// Two 720p sources on air, HLS besides: share of one core.
pub const MIXER: Figure = at_most("mixer_cpu_pct", "%", 70.0);
/// A home opens the live playlist: until the first picture.
pub const HLS_START: Figure = at_most("hls_start_ms", "ms", 1_000.0);
/// Age of that picture.
pub const HLS_LATENCY: Figure = at_most("hls_latency_ms", "ms", 6_000.0);

impl Figure {
    /// The line that is printed: `name value unit`.
    #[must_use]
    pub fn line(&self, value: f64) -> String {
        let digits = if value.fract() == 0.0 || value >= 1_000.0 {
            0
        } else {
            2
        };
        format!("{} {value:.digits$} {}", self.name, self.unit)
    }

    /// Prints the figure, and says on stderr when it is over budget.
    ///
    /// # Errors
    /// When stdout is closed.
    pub fn print(&self, value: f64) -> std::io::Result<()> {
        writeln!(std::io::stdout(), "{}", self.line(value))?;
        if !self.budget.allows(value) {
            progress(&format!(
                "over budget: {} {value:.2} {}, allowed {:?}",
                self.name, self.unit, self.budget
            ));
        }
        Ok(())
    }
}

/// Says on stderr what is going on.
pub fn progress(text: &str) {
    // Nobody may be listening, and that does not matter.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The value that `percent` of all values do not exceed (nearest rank); 0 of nothing.
#[must_use]
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let values: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        assert_eq!(percentile(&values, 95).to_bits(), 19.0_f64.to_bits());
        assert_eq!(percentile(&values, 100).to_bits(), 20.0_f64.to_bits());
        assert_eq!(percentile(&[4.0], 95).to_bits(), 4.0_f64.to_bits());
        assert_eq!(percentile(&[], 95).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn a_line_is_name_value_unit() {
        assert_eq!(KEY_P95.line(2.714), "tv_key_to_frame_p95_ms 2.71 ms");
        assert_eq!(IDLE.line(0.0), "tv_idle_frames 0 frames");
        assert_eq!(FEED_304.line(12_345.6), "feed_304_per_s 12346 1/s");
        assert!(FEED_304.budget.allows(8_000.0) && !KEY_P95.budget.allows(8.01));
    }
}
