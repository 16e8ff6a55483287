//! Monthly sheets of a village's accounts (财务公开), from a spreadsheet to the draft of a bulletin. Amounts are
//! integer fen.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::file::Picture;
use crate::member::RowComplaint;

/// A spreadsheet as it was read: `POST /api/v1/finance-sheets/read`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinanceTable {
    /// Names of the columns.
    pub header: Vec<String>,
    /// The rows below.
    pub rows: Vec<FinanceRow>,
    /// What could not be read, and what is to be said of the file.
    pub complaints: Vec<RowComplaint>,
}

/// A row of a spreadsheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinanceRow {
    /// Its line, from 1.
    pub line: u32,
    /// Its cells, in the order of the header.
    pub cells: Vec<String>,
}

/// The accounts of one organization in one month or quarter: `POST /api/v1/finance-sheets/trial`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinanceSheet {
    /// Code of the organization whose accounts they are.
    pub organization_code: String,
    /// The month, `2026-11`, or the quarter, `2026-Q3`.
    pub period: String,
    /// The list it is published in; left out: the one for finances.
    #[serde(default)]
    pub list: Option<String>,
    /// Names of the columns.
    pub header: Vec<String>,
    /// The rows below, at most 500.
    pub rows: Vec<FinanceRow>,
}

/// What a row of accounts is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FinanceRole {
    /// 上月结余, 上季结余
    Opening,
    /// An item of income.
    Income,
    /// 收入合计
    IncomeTotal,
    /// An item of expense.
    Expense,
    /// 支出合计
    ExpenseTotal,
    /// 月末结余, 季末结余
    Closing,
}

/// How much something weighs that is said of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultWeight {
    /// No draft is made of it.
    Wrong,
    /// It has to be explained in public.
    Explain,
    /// Somebody should look at it.
    Look,
}

/// Something that is said of accounts, at its cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinanceFault {
    /// Line of the row; nothing: it is about the whole.
    #[serde(default)]
    pub line: Option<u32>,
    /// Column, from 0; nothing: it is about the whole row.
    #[serde(default)]
    pub column: Option<u32>,
    /// How much it weighs.
    pub weight: FaultWeight,
    /// What is wrong and what to do, in Chinese.
    pub message: String,
}

/// An amount of the accounts as it was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinanceLine {
    /// Line of the row.
    pub line: u32,
    /// What it is.
    pub role: FinanceRole,
    /// What it is called.
    pub item: String,
    /// How much, in fen.
    pub fen: i64,
    /// What is said beside; may be empty.
    #[serde(default)]
    pub note: String,
}

/// The sums of accounts, in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinanceFigures {
    /// What there was at the beginning.
    #[serde(default)]
    pub opening_fen: Option<i64>,
    /// All items of income.
    pub income_fen: i64,
    /// All items of expense.
    pub expense_fen: i64,
    /// What is there at the end, as the sheet says.
    #[serde(default)]
    pub closing_fen: Option<i64>,
}

/// The sheet that the same organization published of the period before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinanceBefore {
    /// Bulletin.
    pub bulletin_id: String,
    /// Its title.
    pub title: String,
    /// Its sums.
    pub figures: FinanceFigures,
}

/// An item of two periods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinanceCompared {
    /// Income or expense.
    pub role: FinanceRole,
    /// What it is called.
    pub item: String,
    /// This period, in fen.
    #[serde(default)]
    pub fen: Option<i64>,
    /// The period before, in fen.
    #[serde(default)]
    pub before_fen: Option<i64>,
}

/// What the server says of accounts: nothing was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinanceJudged {
    /// The list it would be published in.
    #[serde(default)]
    pub list: Option<String>,
    /// The title it would have.
    pub title: String,
    /// Every amount, as it was understood.
    pub lines: Vec<FinanceLine>,
    /// What is to be said of it.
    pub faults: Vec<FinanceFault>,
    /// The sums.
    pub figures: FinanceFigures,
    /// What was published of the period before, if anything was.
    #[serde(default)]
    pub before: Option<FinanceBefore>,
    /// The items of both periods.
    pub compared: Vec<FinanceCompared>,
}

/// A photograph of an invoice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinancePicture {
    /// Line of the row it belongs to; nothing: to the whole sheet.
    #[serde(default)]
    pub line: Option<u32>,
    /// As `POST /api/v1/pictures` answered.
    pub picture: Picture,
}

/// Accounts that become the draft of a bulletin: `POST /api/v1/finance-sheets`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FinanceDraft {
    /// The accounts.
    pub sheet: FinanceSheet,
    /// Code of the organization whose subtree may read it.
    pub audience_code: String,
    /// Title; left out: the usual one.
    #[serde(default)]
    pub title: Option<String>,
    /// Why it does not go on from the period before; at most 500 characters.
    #[serde(default)]
    pub explanation: Option<String>,
    /// Photographs of invoices, at most 100.
    #[serde(default)]
    pub pictures: Vec<FinancePicture>,
}
