//! What stands in a table of accounts, and whether it adds up. Pure.

use contract::finance::{FaultWeight, FinanceFault, FinanceFigures, FinanceLine, FinanceRole};

use super::super::kit::columns::is_called;
use super::super::kit::names;
use super::amount::{fen, yuan};
use super::period::Period;

const ITEM: &[&str] = &[
    "项目",
    "收支项目",
    "科目",
    "摘要",
    "名称",
    "内容",
    "收支内容",
];
const AMOUNT: &[&str] = &[
    "金额",
    "本月",
    "本月金额",
    "本期",
    "本期金额",
    "本季",
    "本季金额",
    "发生额",
];
const INCOME: &[&str] = &["收入", "收入金额", "本月收入", "本期收入", "本季收入"];
const EXPENSE: &[&str] = &["支出", "支出金额", "本月支出", "本期支出", "本季支出"];
const KIND: &[&str] = &["类别", "收支", "收支类别", "类型", "方向"];
const NOTE: &[&str] = &["说明", "备注", "用途"];

const OPENINGS: &[&str] = &[
    "上月结余",
    "上月余额",
    "上月结存",
    "上期结余",
    "上期余额",
    "上季结余",
    "上季余额",
    "上季结存",
    "上年结余",
    "月初结余",
    "月初余额",
    "季初结余",
    "季初余额",
    "期初结余",
    "期初余额",
    "期初结存",
];
const CLOSINGS: &[&str] = &[
    "月末结余",
    "月末余额",
    "月末结存",
    "本月结余",
    "本月余额",
    "本期结余",
    "本季结余",
    "本季余额",
    "季末结余",
    "季末余额",
    "季末结存",
    "期末结余",
    "期末余额",
    "期末结存",
    "结余",
    "余额",
];
const SUMS: &[&str] = &["合计", "总计", "小计", "共计"];
/// What stands below accounts and is none of them.
const BESIDE: &[&str] = &[
    "备注",
    "说明",
    "注",
    "制表",
    "审核",
    "单位",
    "负责人",
    "会计",
    "出纳",
];

/// What a row that is below this one is, if it does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Income,
    Expense,
}

impl Part {
    const fn item(self) -> FinanceRole {
        match self {
            Self::Income => FinanceRole::Income,
            Self::Expense => FinanceRole::Expense,
        }
    }

    const fn total(self) -> FinanceRole {
        match self {
            Self::Income => FinanceRole::IncomeTotal,
            Self::Expense => FinanceRole::ExpenseTotal,
        }
    }

    /// The part that words begin with.
    fn named(words: &str) -> Option<Self> {
        let bare = bare(words);
        let begins = ["本月", "本期", "本季度", "本季"];
        let bare = begins
            .iter()
            .find_map(|it| bare.strip_prefix(it))
            .unwrap_or(&bare);
        if bare.starts_with("收入") {
            Some(Self::Income)
        } else if bare.starts_with("支出") {
            Some(Self::Expense)
        } else {
            None
        }
    }
}

/// An amount with its cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) line: FinanceLine,
    /// Column of the amount, from 0.
    column: u32,
    /// A sum that may count what there was at the beginning, too.
    with_opening: bool,
}

/// What was understood of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Accounts {
    pub(super) entries: Vec<Entry>,
    pub(super) faults: Vec<FinanceFault>,
    /// Something could not be read, so sums mean nothing.
    unread: bool,
}

/// The columns of a table.
struct Columns {
    item: usize,
    amounts: Amounts,
    note: Option<usize>,
}

enum Amounts {
    /// One column, and perhaps one that says which part an item is of.
    One { at: usize, kind: Option<usize> },
    /// One for each part.
    Two { income: usize, expense: usize },
}

/// Reads a table. `part`: what its items are, if something above it says so.
pub(super) fn read(header: &[String], rows: &[(u32, &[String])], part: Option<Part>) -> Accounts {
    let mut accounts = Accounts::default();
    match columns(header) {
        Ok(columns) => Reading {
            columns,
            part,
            accounts: &mut accounts,
        }
        .rows(rows),
        Err(message) => {
            accounts.unread = true;
            accounts.fault(None, None, FaultWeight::Wrong, message);
        }
    }
    accounts
}

/// Whether these are names of columns of accounts.
pub(super) fn is_header(cells: &[String]) -> bool {
    columns(cells).is_ok()
}

fn columns(header: &[String]) -> Result<Columns, String> {
    let at = |names: &[&str]| header.iter().position(|name| is_called(name, names));
    if header.iter().any(|name| name.contains('万')) {
        return Err("金额的单位是万元，请换算成元".to_owned());
    }
    let item = at(ITEM).ok_or("没有“项目”这一列，第一行应当是列名：项目、收入、支出")?;
    let amounts = match (at(INCOME), at(EXPENSE), at(AMOUNT)) {
        (Some(income), Some(expense), _) => Amounts::Two { income, expense },
        (_, _, Some(amount)) => Amounts::One {
            at: amount,
            kind: at(KIND),
        },
        _ => {
            return Err("没有金额的列：要有“收入”和“支出”两列，或者“金额”一列".to_owned());
        }
    };
    Ok(Columns {
        item,
        amounts,
        note: at(NOTE),
    })
}

struct Reading<'a> {
    columns: Columns,
    part: Option<Part>,
    accounts: &'a mut Accounts,
}

impl Reading<'_> {
    fn rows(mut self, rows: &[(u32, &[String])]) {
        if let Amounts::One { kind: None, .. } = self.columns.amounts
            && self.part.is_none()
            && !rows.iter().any(|(_, cells)| self.parts(cells))
        {
            self.accounts.unread = true;
            let message = "看不出哪些是收入、哪些是支出：请加一列“类别”，写收入或支出；或者分成“收入”“支出”两列；或者在收入的后面写一行“收入合计”";
            self.accounts.fault(None, None, FaultWeight::Wrong, message);
            return;
        }
        for (line, cells) in rows {
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                self.row(*line, cells);
            }
        }
    }

    /// Whether a row parts income from expense.
    fn parts(&self, cells: &[String]) -> bool {
        let item = cell(cells, self.columns.item);
        Part::named(&item).is_some() && (is_sum(&item) || self.is_heading(cells))
    }

    /// Whether a row has words and no amount.
    fn is_heading(&self, cells: &[String]) -> bool {
        let empty = |at: usize| cell(cells, at).is_empty();
        match self.columns.amounts {
            Amounts::One { at, .. } => empty(at),
            Amounts::Two { income, expense } => empty(income) && empty(expense),
        }
    }

    fn row(&mut self, line: u32, cells: &[String]) {
        let item = cell(cells, self.columns.item);
        let name = bare(&item);
        if self.is_heading(cells) {
            let part = Part::named(&item).filter(|_| matches!(&*name, "收入" | "支出"));
            let part = part.or_else(|| Part::named(&item).filter(|_| name.ends_with("部分")));
            if part.is_some() {
                self.part = part;
                return;
            }
            if BESIDE.iter().any(|word| name.starts_with(word)) {
                let message = "这一行不是账目，没有算进去";
                self.accounts
                    .fault(Some(line), None, FaultWeight::Look, message);
                return;
            }
        }
        if name.is_empty() {
            let at = self.columns.item;
            self.wrong(line, at, "项目空着，请写上这笔钱是什么".to_owned());
        } else if name.chars().count() > 60 {
            let at = self.columns.item;
            self.wrong(
                line,
                at,
                "项目太长，请写 60 个字以内，其余写到说明里".to_owned(),
            );
        }
        match self.columns.amounts {
            Amounts::One { at, kind } => self.single(line, cells, &item, at, kind),
            Amounts::Two { income, expense } => self.double(line, cells, &item, income, expense),
        }
    }

    /// A row whose amounts stand in one column.
    fn single(&mut self, line: u32, cells: &[String], item: &str, at: usize, kind: Option<usize>) {
        let said = kind
            .map(|kind| cell(cells, kind))
            .filter(|it| !it.is_empty());
        let mut part = self.part;
        if let Some(said) = &said {
            part = Part::named(said);
            if part.is_none() && balance(item).is_none() {
                self.wrong(
                    line,
                    kind.unwrap_or(at),
                    "这里要写“收入”或“支出”".to_owned(),
                );
                return;
            }
        }
        let name = bare(item);
        let role = match balance(item) {
            Some(role) => role,
            None if is_sum(&name) => Part::named(item).or(part).unwrap_or(Part::Income).total(),
            None => part.unwrap_or(Part::Income).item(),
        };
        // Only a plain 合计 may count what there was at the beginning.
        let with_opening = SUMS.contains(&&*name);
        self.amount(line, cells, item, at, role, with_opening);
        if kind.is_none() && role == FinanceRole::IncomeTotal {
            self.part = Some(Part::Expense);
        }
    }

    /// A row with a column for income and one for expense.
    fn double(&mut self, line: u32, cells: &[String], item: &str, income: usize, expense: usize) {
        let filled = |at: usize| !cell(cells, at).is_empty();
        if let Some(role) = balance(item) {
            // It stands in either of the two.
            if filled(income) && filled(expense) {
                self.wrong(line, expense, "结余只写在一列里".to_owned());
            }
            let at = if filled(expense) && !filled(income) {
                expense
            } else {
                income
            };
            self.amount(line, cells, item, at, role, false);
            return;
        }
        let name = bare(item);
        let sum = is_sum(&name);
        if !filled(income) && !filled(expense) {
            self.wrong(line, income, "收入和支出都空着，请写上金额".to_owned());
            return;
        }
        for (at, part) in [(income, Part::Income), (expense, Part::Expense)] {
            if filled(at) {
                let role = if sum { part.total() } else { part.item() };
                self.amount(line, cells, item, at, role, SUMS.contains(&&*name));
            }
        }
    }

    fn amount(
        &mut self,
        line: u32,
        cells: &[String],
        item: &str,
        at: usize,
        role: FinanceRole,
        with_opening: bool,
    ) {
        let amount = match fen(&cell(cells, at)) {
            Ok(amount) => amount,
            Err(message) => {
                self.wrong(line, at, message);
                return;
            }
        };
        let column = u32::try_from(at).unwrap_or(u32::MAX);
        let is_balance = matches!(role, FinanceRole::Opening | FinanceRole::Closing);
        if amount < 0 && is_balance {
            let message = "结余是负数，请核对";
            self.accounts
                .fault(Some(line), Some(column), FaultWeight::Look, message);
        } else if amount < 0 {
            self.wrong(
                line,
                at,
                "金额是负数：退回的收入请写成支出，收回的支出请写成收入".to_owned(),
            );
            return;
        }
        let note = self.columns.note.map(|at| cell(cells, at));
        self.accounts.entries.push(Entry {
            line: FinanceLine {
                line,
                role,
                item: names::cleaned(item),
                fen: amount,
                note: names::cleaned(&note.unwrap_or_default()),
            },
            column,
            with_opening,
        });
    }

    /// A cell that is no account until it is mended.
    fn wrong(&mut self, line: u32, at: usize, message: String) {
        self.accounts.unread = true;
        let column = u32::try_from(at).ok();
        self.accounts
            .fault(Some(line), column, FaultWeight::Wrong, message);
    }
}

impl Accounts {
    pub(super) fn fault(
        &mut self,
        line: Option<u32>,
        column: Option<u32>,
        weight: FaultWeight,
        message: impl Into<String>,
    ) {
        self.faults.push(FinanceFault {
            line,
            column,
            weight,
            message: message.into(),
        });
    }

    /// With what stands in another table of the same accounts.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self.faults.extend(other.faults);
        self.unread |= other.unread;
        self
    }

    pub(super) fn all(&self, role: FinanceRole) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |it| it.line.role == role)
    }

    /// The first of its kind: of balances there is one.
    pub(super) fn one(&self, role: FinanceRole) -> Option<&Entry> {
        self.all(role).next()
    }

    pub(super) fn sum(&self, role: FinanceRole) -> i64 {
        // 500 amounts of less than a hundred thousand million yuan are far from the end of an i64.
        self.all(role).map(|it| it.line.fen).sum()
    }

    pub(super) fn figures(&self) -> FinanceFigures {
        let one = |role| self.one(role).map(|it| it.line.fen);
        FinanceFigures {
            opening_fen: one(FinanceRole::Opening),
            income_fen: self.sum(FinanceRole::Income),
            expense_fen: self.sum(FinanceRole::Expense),
            closing_fen: one(FinanceRole::Closing),
        }
    }

    /// Says at its cell an amount stands in.
    pub(super) fn at(
        &mut self,
        role: FinanceRole,
        weight: FaultWeight,
        message: impl Into<String>,
    ) {
        let place = self.one(role).map(|it| (it.line.line, it.column));
        let (line, column) = place.unzip();
        self.fault(line, column, weight, message);
    }

    /// Whether everything adds up; what does not is said at its cell.
    pub(super) fn add_up(&mut self, period: Period) {
        use FaultWeight::{Look, Wrong};
        if self.unread {
            return;
        }
        if self.one(FinanceRole::Income).is_none() && self.one(FinanceRole::Expense).is_none() {
            self.fault(None, None, Wrong, "没有一笔收入或支出");
        }
        for (role, when) in [
            (FinanceRole::Opening, period.last()),
            (FinanceRole::Closing, period.end()),
        ] {
            let places: Vec<(u32, u32)> =
                self.all(role).map(|it| (it.line.line, it.column)).collect();
            if places.is_empty() {
                let message = format!("没有“{when}结余”这一行，请补上");
                self.fault(None, None, Wrong, message);
            }
            for (line, column) in places.into_iter().skip(1) {
                let message = format!("“{when}结余”有两行，请只留一行");
                self.fault(Some(line), Some(column), Wrong, message);
            }
        }
        let figures = self.figures();
        let opening = figures.opening_fen.unwrap_or(0);
        let mut said = Vec::new();
        for (total, sum, what) in [
            (FinanceRole::IncomeTotal, figures.income_fen, "收入"),
            (FinanceRole::ExpenseTotal, figures.expense_fen, "支出"),
        ] {
            for entry in self.all(total) {
                let written = entry.line.fen;
                let both = total == FinanceRole::IncomeTotal
                    && entry.with_opening
                    && written == opening + sum;
                if written != sum && !both {
                    let message = format!(
                        "{what}的明细加起来是 {} 元，这里写的是 {} 元，差 {} 元",
                        yuan(sum),
                        yuan(written),
                        yuan((sum - written).abs())
                    );
                    said.push((entry.line.line, entry.column, message));
                }
            }
        }
        for (line, column, message) in said {
            self.fault(Some(line), Some(column), Wrong, message);
        }
        if let (Some(opening), Some(closing)) = (figures.opening_fen, figures.closing_fen) {
            let ought = opening + figures.income_fen - figures.expense_fen;
            if ought != closing {
                let message = format!(
                    "{}结余 {} + 收入 {} − 支出 {} = {} 元，这里写的是 {} 元，差 {} 元",
                    period.last(),
                    yuan(opening),
                    yuan(figures.income_fen),
                    yuan(figures.expense_fen),
                    yuan(ought),
                    yuan(closing),
                    yuan((ought - closing).abs())
                );
                self.at(FinanceRole::Closing, Wrong, message);
            }
        }
        let mut twice = Vec::new();
        for role in [FinanceRole::Income, FinanceRole::Expense] {
            let items: Vec<&Entry> = self.all(role).collect();
            for (at, entry) in items.iter().enumerate() {
                let same = |other: &&&Entry| other.line.item == entry.line.item;
                if let Some(first) = items[..at].iter().find(same) {
                    let message =
                        format!("和第 {} 行的项目同名，请看是不是写了两遍", first.line.line);
                    twice.push((entry.line.line, message));
                }
            }
        }
        for (line, message) in twice {
            self.fault(Some(line), None, Look, message);
        }
    }
}

fn cell(cells: &[String], at: usize) -> String {
    cells
        .get(at)
        .map(|text| text.trim().to_owned())
        .unwrap_or_default()
}

/// What an item is called, without spaces and what numbers it: 一、 1. （二）.
pub(super) fn bare(item: &str) -> String {
    let text: String = item.chars().filter(|c| !c.is_whitespace()).collect();
    let number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let inner = text
        .strip_prefix(['（', '('])
        .map(|rest| rest.trim_start_matches(number))
        .and_then(|rest| rest.strip_prefix(['）', ')']));
    let after = text
        .trim_start_matches(number)
        .strip_prefix(['、', '.', '．']);
    let rest = match (inner, after) {
        (Some(rest), _) => rest,
        (None, Some(rest)) if text.starts_with(number) => rest,
        _ => text.as_str(),
    };
    let rest = rest.strip_prefix("其中").unwrap_or(rest);
    rest.trim_matches(['：', ':']).to_owned()
}

/// What a balance is by its name.
fn balance(item: &str) -> Option<FinanceRole> {
    let name = bare(item);
    let name = name.split(['（', '(']).next().unwrap_or_default();
    if OPENINGS.contains(&name) {
        Some(FinanceRole::Opening)
    } else if CLOSINGS.contains(&name) {
        Some(FinanceRole::Closing)
    } else {
        None
    }
}

fn is_sum(item: &str) -> bool {
    let name = bare(item);
    let name = name.split(['（', '(']).next().unwrap_or_default();
    SUMS.iter().any(|sum| name.ends_with(sum)) || matches!(name, "总收入" | "总支出")
}

#[cfg(test)]
mod tests;
