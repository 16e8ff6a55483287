//! What an import did.

use std::collections::BTreeMap;
use std::fmt;

use store::Outcome;

use super::complaint::Complaint;

/// What an import did, or with `--dry-run` would have done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Nothing was written.
    pub dry_run: bool,
    /// How many were added or changed of what is counted instead of named one by one, by its kind.
    pub changed: BTreeMap<&'static str, usize>,
    /// What is said of those kinds in the first line.
    pub remarks: Vec<String>,
    /// What is said of those kinds in lines of their own.
    pub summaries: Vec<String>,
    /// Files of new items.
    pub created: Vec<String>,
    /// Files of items that changed.
    pub updated: Vec<String>,
    /// How many items are as they were.
    pub unchanged: usize,
    /// Files that have disappeared from the folder; their items were withdrawn.
    pub withdrawn: Vec<String>,
    /// Files that have disappeared after their items had expired: nothing was withdrawn.
    pub expired: Vec<String>,
    /// Videos that were converted, and why.
    pub converted: Vec<(String, String)>,
    /// What waits for something outside of the folder, in words: import again when it is there.
    pub waiting: Vec<String>,
    /// What is wrong in the folder. The items concerned are as they were before.
    pub complaints: Vec<Complaint>,
}

impl ImportReport {
    /// Whether anything is wrong in the folder: the command's exit code depends on it.
    #[must_use]
    pub fn has_complaints(&self) -> bool {
        !self.complaints.is_empty()
    }

    /// Whether anything was written.
    #[must_use]
    pub fn changed_anything(&self) -> bool {
        self.changed.values().any(|number| *number > 0)
            || !(self.created.is_empty() && self.updated.is_empty() && self.withdrawn.is_empty())
    }

    /// Notes what became of one of those that are named; nothing if it was left out.
    pub(super) fn note(&mut self, outcome: Option<Outcome>, shown: String) {
        match outcome {
            Some(Outcome::Created) => self.created.push(shown),
            Some(Outcome::Updated) => self.updated.push(shown),
            Some(Outcome::Unchanged) => self.unchanged += 1,
            None => {}
        }
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.dry_run {
            writeln!(f, "试运行，没有写入任何内容。正式导入将会：")?;
        }
        write!(
            f,
            "新增 {} 项，修改 {} 项，未变 {} 项，撤下 {} 项",
            self.created.len(),
            self.updated.len(),
            self.unchanged,
            self.withdrawn.len(),
        )?;
        for remark in &self.remarks {
            write!(f, "；{remark}")?;
        }
        writeln!(f)?;
        for summary in &self.summaries {
            writeln!(f, "{summary}")?;
        }
        for file in &self.withdrawn {
            writeln!(f, "  已撤下（文件夹里已没有）：{file}")?;
        }
        for file in &self.expired {
            writeln!(f, "  早已过期（文件夹里也已没有）：{file}")?;
        }
        for (file, why) in &self.converted {
            writeln!(f, "  已转换视频：{file}（{why}）")?;
        }
        for what in &self.waiting {
            writeln!(f, "  还没有导入：{what}，登记以后再导入一次")?;
        }
        if self.complaints.is_empty() {
            return writeln!(f, "没有发现错误。");
        }
        writeln!(
            f,
            "有 {} 处错误，相关内容没有导入，请改正后重新导入：",
            self.complaints.len()
        )?;
        for complaint in &self.complaints {
            writeln!(f, "  {complaint}")?;
        }
        Ok(())
    }
}
