//! Sheets that add up, and those that do not.

use proptest::prelude::*;

use super::*;

fn table(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter()
        .map(|cells| cells.iter().map(|cell| (*cell).to_owned()).collect())
        .collect()
}

fn judged(rows: &[&[&str]]) -> Accounts {
    let mut all = table(rows);
    let header = all.remove(0);
    let numbered: Vec<(u32, &[String])> = (2..).zip(all.iter().map(Vec::as_slice)).collect();
    let mut accounts = read(&header, &numbered, None);
    accounts.add_up(Period::of("2026-11").unwrap());
    accounts
}

fn said(accounts: &Accounts) -> Vec<(Option<u32>, Option<u32>, FaultWeight)> {
    let faults = accounts.faults.iter();
    faults.map(|it| (it.line, it.column, it.weight)).collect()
}

#[test]
fn a_quarter_misses_its_own_rows() {
    let rows: Vec<Vec<String>> = table(&[&["本季收入合计", "5", ""], &["利息", "5", ""]]);
    let numbered: Vec<(u32, &[String])> = (2..).zip(rows.iter().map(Vec::as_slice)).collect();
    let header = ["项目", "本季收入", "本季支出"].map(str::to_owned);
    let mut accounts = read(&header, &numbered, None);
    accounts.add_up(Period::of("2026-Q3").unwrap());
    let said: Vec<&str> = accounts
        .faults
        .iter()
        .map(|fault| fault.message.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "没有“上季结余”这一行，请补上",
            "没有“季末结余”这一行，请补上"
        ]
    );
}

#[test]
fn sheets_of_every_form_add_up() {
    let two: &[&[&str]] = &[
        &["收支项目", "收入（元）", "支出（元）"],
        &["上季结余", "175,892.63", ""],
        &["村集体土地承包费", "16,366.19", ""],
        &["鱼塘果园租金", "42,470.58", ""],
        &["村内道路维修", "", "2,880.33"],
        &["办公及水电", "", "18,517.39"],
        &["合计", "234,729.40", "21,397.72"],
        &["本季结余", "213,331.68", ""],
    ];
    let one: &[&[&str]] = &[
        &["项目", "金额（元）"],
        &["上月结余", "100"],
        &["利息", "0.10"],
        &["本月收入合计", "0.10"],
        &["办公费", "0.3"],
        &["本月支出合计", "0.30"],
        &["月末结余", "99.80"],
    ];
    let headed: &[&[&str]] = &[
        &["项目", "金额"],
        &["期初余额", "100"],
        &["一、收入", ""],
        &["1. 利息", "5"],
        &["二、支出", ""],
        &["1. 办公费", "2"],
        &["期末余额", "103"],
    ];
    let kinds: &[&[&str]] = &[
        &["类别", "项目", "金额", "说明"],
        &["", "上月结余", "100", ""],
        &["支出", "办公费", "2", "纸"],
        &["收入", "利息", "5", ""],
        &["", "本月结余", "103", ""],
        &["", "制表人：王", "", ""],
    ];
    for (form, rows) in [
        ("two", two),
        ("one", one),
        ("headed", headed),
        ("kinds", kinds),
    ] {
        let accounts = judged(rows);
        let wrong: Vec<_> = accounts
            .faults
            .iter()
            .filter(|it| it.weight != FaultWeight::Look)
            .collect();
        assert!(wrong.is_empty(), "{form}: {wrong:?}");
        assert!(accounts.sum(FinanceRole::Income) > 0, "{form}");
        assert!(accounts.sum(FinanceRole::Expense) > 0, "{form}");
    }
    assert_eq!(
        judged(kinds)
            .all(FinanceRole::Expense)
            .next()
            .unwrap()
            .line
            .note,
        "纸"
    );
}

#[test]
fn what_is_wrong_is_said_at_its_cell() {
    use FaultWeight::{Look, Wrong};
    let header: &[&str] = &["项目", "收入", "支出"];
    let opening: &[&str] = &["上月结余", "100", ""];
    let item: &[&str] = &["利息", "5", ""];
    let closing: &[&str] = &["月末结余", "105", ""];
    let with =
        |row: &[&str], closing: &[&str]| said(&judged(&[header, opening, item, row, closing]));
    let at = |line, column, weight| vec![(Some(line), Some(column), weight)];
    assert_eq!(with(&["办公费", "", "-3"], closing), at(4, 2, Wrong));
    assert_eq!(
        with(&["办公费", "", "错误值 #REF!"], closing),
        at(4, 2, Wrong)
    );
    assert_eq!(with(&["办公费", "", ""], closing), at(4, 1, Wrong));
    assert_eq!(with(&["", "", "3"], closing), at(4, 0, Wrong));
    assert_eq!(with(&["收入合计", "4.99", ""], closing), at(4, 1, Wrong));
    assert_eq!(with(&["办公费", "", "3"], closing), at(5, 1, Wrong));
    assert_eq!(
        with(&["办公费", "", "205"], &["月末结余", "-100", ""]),
        at(5, 1, Look)
    );
    assert_eq!(
        with(&["利息", "1", ""], &["月末结余", "106", ""]),
        [(Some(4), None, Look)]
    );
    let rest = said(&judged(&[header, item]));
    assert_eq!(rest, [(None, None, Wrong), (None, None, Wrong)]);
    for header in [["名目", "金额"], ["项目", "数"], ["项目", "金额（万元）"]] {
        let header: &[&str] = &header;
        assert_eq!(
            said(&judged(&[header, &["利息", "5"]])),
            [(None, None, Wrong)]
        );
    }
    let unparted = judged(&[&["项目", "金额"], &["上月结余", "1"], &["利息", "5"]]);
    assert_eq!(said(&unparted), [(None, None, Wrong)]);
}

#[test]
fn items_are_called_without_their_numbers() {
    for (item, name) in [
        ("一、收入", "收入"),
        ("1. 利息", "利息"),
        ("（二）支出", "支出"),
        ("其中：办公费", "办公费"),
        ("2026年党费", "2026年党费"),
        ("十里铺租金", "十里铺租金"),
    ] {
        assert_eq!(bare(item), name, "{item}");
    }
}

fn amounts() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(0_i64..9_000_000_000_000, 1..40)
}

/// A sheet that adds up, as rows of text.
fn sheet(opening: i64, income: &[i64], expense: &[i64]) -> Vec<Vec<String>> {
    let mut rows = vec![vec!["上月结余".to_owned(), yuan(opening), String::new()]];
    for (n, amount) in income.iter().enumerate() {
        rows.push(vec![format!("收项{n}"), yuan(*amount), String::new()]);
    }
    for (n, amount) in expense.iter().enumerate() {
        rows.push(vec![format!("支项{n}"), String::new(), yuan(*amount)]);
    }
    // Summed otherwise than the code does it.
    let all = |of: &[i64]| of.iter().map(|it| i128::from(*it)).sum::<i128>();
    let closing = i128::from(opening) + all(income) - all(expense);
    let text = |sum: i128| yuan(i64::try_from(sum).unwrap());
    rows.push(vec![
        "收入合计".to_owned(),
        text(all(income)),
        String::new(),
    ]);
    rows.push(vec![
        "支出合计".to_owned(),
        String::new(),
        text(all(expense)),
    ]);
    rows.push(vec!["月末结余".to_owned(), text(closing), String::new()]);
    rows
}

fn faults_of(rows: &[Vec<String>]) -> Vec<FinanceFault> {
    let header = ["项目", "收入", "支出"].map(str::to_owned);
    let numbered: Vec<(u32, &[String])> = (2..).zip(rows.iter().map(Vec::as_slice)).collect();
    let mut accounts = read(&header, &numbered, None);
    accounts.add_up(Period::of("2026-11").unwrap());
    accounts.faults.retain(|it| it.weight == FaultWeight::Wrong);
    accounts.faults
}

/// An amount of a balance has at most eleven digits of yuan, so sums must stay below.
fn small(amounts: &[i64]) -> Vec<i64> {
    amounts.iter().map(|it| it / 100).collect()
}

proptest! {
    /// Not a fen is lost, and not a fen is overlooked.
    #[test]
    fn a_sheet_adds_up_to_the_fen(
        opening in 0_i64..1_000_000_000_000, income in amounts(), expense in amounts(),
        row in any::<prop::sample::Index>(), by in prop::sample::select(vec![-1_i64, 1]),
    ) {
        let (income, expense) = (small(&income), small(&expense));
        let mut rows = sheet(opening, &income, &expense);
        prop_assert_eq!(faults_of(&rows), vec![]);
        let row = row.index(rows.len());
        let column = if rows[row][1].is_empty() { 2 } else { 1 };
        let changed = fen(&rows[row][column]).unwrap() + by;
        rows[row][column] = yuan(changed);
        prop_assert!(!faults_of(&rows).is_empty(), "one fen at row {}", row);
    }

    #[test]
    fn any_table_is_read(rows in prop::collection::vec(
        prop::collection::vec("[收支入出合计结余上月末一、（）0-9.,-]{0,8}", 0..5), 0..8)) {
        let header = ["项目", "收入", "支出"].map(str::to_owned);
        let numbered: Vec<(u32, &[String])> = (2..).zip(rows.iter().map(Vec::as_slice)).collect();
        let mut accounts = read(&header, &numbered, None);
        accounts.add_up(Period::of("2026-11").unwrap());
    }
}
