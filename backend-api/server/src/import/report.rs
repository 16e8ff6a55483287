//! What an import did.

use std::fmt;

use contract::member::MemberImportReport;

use super::complaint::Complaint;

/// What an import did, or with `--dry-run` would have done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Nothing was written.
    pub dry_run: bool,
    /// Organizations that were created or changed.
    pub organizations_changed: usize,
    /// Whether names or sections of the township changed.
    pub township_changed: bool,
    /// What the list of households brought, if there is one.
    pub households: Option<MemberImportReport>,
    /// What the list of members brought, if there is one.
    pub members: Option<MemberImportReport>,
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
        let people = |list: &Option<MemberImportReport>| {
            list.as_ref()
                .is_some_and(|list| list.added > 0 || list.changed > 0)
        };
        self.organizations_changed > 0
            || self.township_changed
            || people(&self.households)
            || people(&self.members)
            || !(self.created.is_empty() && self.updated.is_empty() && self.withdrawn.is_empty())
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.dry_run {
            writeln!(f, "试运行，没有写入任何内容。正式导入将会：")?;
        }
        writeln!(
            f,
            "新增 {} 项，修改 {} 项，未变 {} 项，撤下 {} 项；单位变动 {} 个{}",
            self.created.len(),
            self.updated.len(),
            self.unchanged,
            self.withdrawn.len(),
            self.organizations_changed,
            if self.township_changed {
                "；栏目设置有变动"
            } else {
                ""
            },
        )?;
        for (what, list) in [("户", &self.households), ("人员", &self.members)] {
            if let Some(list) = list.as_ref().filter(|_| !self.dry_run) {
                writeln!(
                    f,
                    "{what}：新增 {}，修改 {}，未变 {}，可能重复登记 {}",
                    list.added,
                    list.changed,
                    list.unchanged,
                    list.duplicates.len()
                )?;
            }
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
