//! What an import did.

use std::collections::BTreeMap;
use std::fmt;

use store::Outcome;

use super::complaint::Complaint;

/// What an import would take back of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Withdrawal {
    /// What they are called.
    pub noun: &'static str,
    /// How many of them there are.
    pub of: usize,
    /// Those that would be taken back.
    pub names: Vec<String>,
}

/// What an import did, or with `--dry-run` would have done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Nothing was written.
    pub dry_run: bool,
    /// What was asked about before it is taken back, because it is much.
    pub much: Vec<Withdrawal>,
    /// Nothing was imported, because of [`much`](Self::much).
    pub stopped: bool,
    /// How many were added or changed of what is counted instead of named one by one, by its kind.
    pub changed: BTreeMap<&'static str, usize>,
    /// What is said of those kinds in the first line.
    pub remarks: Vec<String>,
    /// What is said of those kinds in lines of their own.
    pub summaries: Vec<String>,
    /// Rows of lists that may be somebody who is registered already, in words.
    pub doubles: Vec<String>,
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
    /// What has disappeared and was not withdrawn, because something is wrong with where it came from.
    pub kept: Vec<String>,
    /// Files of which nothing was made, and which are no mistake.
    pub unused: Vec<String>,
    /// Videos that were converted, and why.
    pub converted: Vec<(String, String)>,
    /// What waits for something outside of the folder, in words: import again when it is there.
    pub waiting: Vec<String>,
    /// What is wrong in the folder. The items concerned are as they were before.
    pub complaints: Vec<Complaint>,
}

impl ImportReport {
    /// Whether anything is wrong in the folder, or nothing was imported: the command's exit code depends on
    /// it.
    #[must_use]
    pub fn has_complaints(&self) -> bool {
        self.stopped || !self.complaints.is_empty()
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
        if self.stopped {
            writeln!(f, "没有导入任何内容。这一次导入会撤下或取消很多内容：")?;
            return self.write_end(f);
        }
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
        for double in &self.doubles {
            writeln!(f, "  可能重复登记，请核对：{double}")?;
        }
        for file in &self.withdrawn {
            writeln!(f, "  已撤下（文件夹里已没有）：{file}")?;
        }
        for file in &self.expired {
            writeln!(f, "  早已过期（文件夹里也已没有）：{file}")?;
        }
        for file in &self.kept {
            writeln!(
                f,
                "  暂不撤下（文件夹里没有，但同类内容还有错误，请先改正）：{file}"
            )?;
        }
        for (file, why) in &self.converted {
            writeln!(f, "  已转换视频：{file}（{why}）")?;
        }
        for what in &self.waiting {
            writeln!(f, "  还没有导入：{what}，登记以后再导入一次")?;
        }
        for file in &self.unused {
            writeln!(f, "  没有用上：{file}")?;
        }
        self.write_end(f)
    }
}

impl ImportReport {
    /// What somebody has to do.
    fn write_end(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.dry_run && !self.much.is_empty() {
            writeln!(f, "撤下或取消的很多，正式导入时会先问：")?;
        }
        for Withdrawal { noun, of, names } in &self.much {
            writeln!(
                f,
                "  {noun}：现有 {of}，其中 {} 在文件夹里已经没有：",
                names.len()
            )?;
            for name in names {
                writeln!(f, "    {name}")?;
            }
        }
        if !self.much.is_empty() {
            writeln!(
                f,
                "请先检查文件夹有没有选错、改名或没有拷贝完整；确实要撤下的，请加上 --yes 再导入一次。"
            )?;
        }
        if self.complaints.is_empty() {
            if self.stopped {
                return Ok(());
            }
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
