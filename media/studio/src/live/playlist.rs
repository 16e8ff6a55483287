//! The live playlist (RFC 8216).

use std::collections::VecDeque;
use std::fmt::Write;
use std::time::Duration;

/// A finished segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub number: u64,
    pub duration: Duration,
    /// Timestamps or parameters do not continue those of the one before.
    pub discontinuity: bool,
}

/// The last segments.
#[derive(Debug)]
pub struct Playlist {
    window: usize,
    /// What segments are meant to last.
    segment: Duration,
    entries: VecDeque<Entry>,
    /// Discontinuities that have left the window (4.3.3.3).
    gone: u64,
}

/// Name of a segment's file.
pub fn file_name(number: u64) -> String {
    format!("{number:06}.ts")
}

impl Playlist {
    pub fn new(window: usize, segment: Duration) -> Self {
        Self {
            window: window.max(3),
            segment,
            entries: VecDeque::new(),
            gone: 0,
        }
    }

    pub fn push(&mut self, entry: Entry) {
        self.entries.push_back(entry);
        while self.entries.len() > self.window {
            let left = self.entries.pop_front();
            self.gone += u64::from(left.is_some_and(|entry| entry.discontinuity));
        }
    }

    /// The text; with `ended` no more will come.
    pub fn text(&self, ended: bool) -> String {
        let rounded = |duration: Duration| (duration.as_millis() + 500) / 1_000;
        // No segment may be longer when rounded (4.3.3.1).
        let target = self
            .entries
            .iter()
            .map(|entry| rounded(entry.duration))
            .fold(rounded(self.segment).max(1), u128::max);
        let mut text = format!(
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{target}\n#EXT-X-MEDIA-SEQUENCE:{}\n",
            self.entries.front().map_or(0, |entry| entry.number)
        );
        if self.gone > 0 {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "#EXT-X-DISCONTINUITY-SEQUENCE:{}", self.gone);
        }
        for entry in &self.entries {
            if entry.discontinuity {
                text.push_str("#EXT-X-DISCONTINUITY\n");
            }
            let seconds = entry.duration.as_secs_f64();
            let _ = writeln!(text, "#EXTINF:{seconds:.3},\n{}", file_name(entry.number));
        }
        if ended {
            text.push_str("#EXT-X-ENDLIST\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u64, ms: u64, discontinuity: bool) -> Entry {
        Entry {
            number,
            duration: Duration::from_millis(ms),
            discontinuity,
        }
    }

    #[test]
    fn window_and_headers() {
        let mut list = Playlist::new(3, Duration::from_secs(1));
        assert!(list.text(false).contains("#EXT-X-TARGETDURATION:1\n"));
        for (number, ms, cut) in [
            (7, 2_600, false),
            (8, 960, true),
            (9, 1_400, false),
            (10, 1_000, false),
        ] {
            list.push(entry(number, ms, cut));
        }
        assert_eq!(
            list.text(false),
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:8\n\
             #EXT-X-DISCONTINUITY\n#EXTINF:0.960,\n000008.ts\n#EXTINF:1.400,\n000009.ts\n\
             #EXTINF:1.000,\n000010.ts\n"
        );
        list.push(entry(11, 1_600, false));
        let text = list.text(true);
        assert!(text.contains("#EXT-X-DISCONTINUITY-SEQUENCE:1\n"));
        assert!(text.contains("#EXT-X-TARGETDURATION:2\n"));
        assert!(text.ends_with("000011.ts\n#EXT-X-ENDLIST\n"));
    }
}
