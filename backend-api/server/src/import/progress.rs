//! What an import tells while it works.

use std::io::{IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressStyle};

/// Hears how far an import is.
pub trait Progress: Send {
    /// Item `done + 1` of `total` is being worked on.
    fn item(&mut self, done: usize, total: usize, name: &str);
    /// A video is being checked, transcoded or copied; `share` goes from 0 to 1.
    fn video(&mut self, name: &str, why: &str, share: f64);
}

/// Says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn item(&mut self, _done: usize, _total: usize, _name: &str) {}
    fn video(&mut self, _name: &str, _why: &str, _share: f64) {}
}

/// A bar where standard error is a terminal, plain lines where it is a log.
#[derive(Debug)]
pub struct OnTerminal {
    bar: Option<ProgressBar>,
    told: (String, u32),
}

impl Default for OnTerminal {
    fn default() -> Self {
        Self::new()
    }
}

impl OnTerminal {
    /// Looks whether there is a terminal.
    #[must_use]
    pub fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(0).with_style(style)
        });
        Self {
            bar,
            told: (String::new(), 0),
        }
    }

    fn say(text: &str) {
        // Nobody can be told when even standard error is closed.
        let _ = writeln!(std::io::stderr(), "{text}");
    }
}

impl Progress for OnTerminal {
    fn item(&mut self, done: usize, total: usize, name: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_length(total as u64);
                bar.set_position(done as u64);
                bar.set_message(name.to_owned());
                if done >= total {
                    bar.finish_and_clear();
                }
            }
            None if done.is_multiple_of(25) || done >= total => {
                Self::say(&format!("导入 {done}/{total} {name}"));
            }
            None => {}
        }
    }

    fn video(&mut self, name: &str, why: &str, share: f64) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a percentage"
        )]
        let percent = (share.clamp(0.0, 1.0) * 100.0) as u32;
        let text = format!("{name}：{why}，正在处理 {percent}%");
        match &self.bar {
            Some(bar) => bar.set_message(text),
            None => {
                let tenth = percent / 10;
                if self.told.0 != name || self.told.1 != tenth {
                    self.told = (name.to_owned(), tenth);
                    Self::say(&text);
                }
            }
        }
    }
}

impl Drop for OnTerminal {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
