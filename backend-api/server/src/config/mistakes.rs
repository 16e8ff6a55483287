//! What is wrong with the settings.

use std::fmt;

/// One mistake in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The key, e.g. `limits.body_kib`; empty when the file itself is unreadable.
    pub key: String,
    /// What is wrong, in Chinese.
    pub wrong: String,
    /// What to write instead, in Chinese.
    pub write: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.key.is_empty() {
            write!(f, "{}：", self.key)?;
        }
        write!(f, "{}。{}", self.wrong, self.write)
    }
}

/// Every mistake found in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "配置有 {} 处错误：", self.0.len())?;
        for mistake in &self.0 {
            write!(f, "\n  - {mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}
