//! Accounts as a bulletin shows them, and a published one read again. Pure.

use contract::bulletin::{Block, Table};
use contract::file::Picture;
use contract::finance::{FinanceFigures, FinancePicture, FinanceRole};

use super::amount::yuan;
use super::period::Period;
use super::sheet::{Accounts, Entry, Part, bare, read};

/// What a bulletin is made of.
pub(super) struct Body<'a> {
    /// Whose accounts they are.
    pub(super) organization: &'a str,
    /// Of when.
    pub(super) period: Period,
    /// The accounts; they add up.
    pub(super) accounts: &'a Accounts,
    /// Those of the period before.
    pub(super) before: Option<&'a Accounts>,
    /// Why they do not go on from there; may be empty.
    pub(super) explanation: &'a str,
    /// Photographs of invoices.
    pub(super) pictures: &'a [FinancePicture],
}

/// The title a sheet usually has.
pub(super) fn title(organization: &str, period: Period) -> String {
    format!("{organization}{period}财务收支公示")
}

/// One sentence for lists.
pub(super) fn summary(figures: &FinanceFigures, period: Period) -> String {
    format!(
        "{}收入 {} 元，支出 {} 元，{}结余 {} 元。",
        period.this(),
        yuan(figures.income_fen),
        yuan(figures.expense_fen),
        period.end(),
        yuan(figures.closing_fen.unwrap_or(0))
    )
}

impl Body<'_> {
    /// The text.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let intro = format!(
            "现将{}{}财务收支情况公示如下。",
            self.organization, self.period
        );
        let this = self.period.this();
        let figures = self.accounts.figures();
        let opening = self.accounts.one(FinanceRole::Opening);
        let closing = self.accounts.one(FinanceRole::Closing);
        let income = self.table(
            "收入",
            opening.into_iter(),
            FinanceRole::Income,
            (&format!("{this}收入合计"), figures.income_fen),
            None,
        );
        let expense = self.table(
            "支出",
            std::iter::empty(),
            FinanceRole::Expense,
            (&format!("{this}支出合计"), figures.expense_fen),
            closing,
        );
        let mut blocks = vec![
            Block::Paragraph { text: intro },
            Block::Table(income),
            Block::Table(expense),
        ];
        if !self.explanation.is_empty() {
            let last = self.period.last();
            let text = format!("{last}结余和{last}公示不一致的说明：{}", self.explanation);
            blocks.push(Block::Paragraph { text });
        }
        if !self.pictures.is_empty() {
            let text = "发票照片".to_owned();
            blocks.push(Block::Heading { text });
            blocks.extend(self.pictures().into_iter().map(Block::Picture));
        }
        blocks
    }

    /// A part of the accounts, beside the period before if that is known.
    fn table<'b>(
        &'b self,
        title: &str,
        first: impl Iterator<Item = &'b Entry>,
        role: FinanceRole,
        total: (&str, i64),
        last: Option<&'b Entry>,
    ) -> Table {
        let notes = self.accounts.entries.iter();
        let with_notes = notes
            .filter(|it| it.line.role == role)
            .any(|it| !it.line.note.is_empty());
        let row = |item: &str, fen: i64, before: Option<i64>, note: &str| {
            let mut cells = vec![item.to_owned(), yuan(fen)];
            if self.before.is_some() {
                cells.push(before.map(yuan).unwrap_or_default());
            }
            if with_notes {
                cells.push(note.to_owned());
            }
            cells
        };
        let of = |entry: &Entry| {
            let line = &entry.line;
            let before = self
                .before
                .and_then(|it| amount_of(it, line.role, &line.item));
            row(&line.item, line.fen, before, &line.note)
        };
        let mut rows: Vec<Vec<String>> = first.map(of).collect();
        rows.extend(self.accounts.all(role).map(of));
        let before = self.before.map(|it| it.sum(role));
        rows.push(row(total.0, total.1, before, ""));
        rows.extend(last.map(of));
        let earlier = format!("{}公示（元）", self.period.last());
        let mut header = vec!["项目", "金额（元）"];
        let mut numeric = vec![false, true];
        if self.before.is_some() {
            header.push(&earlier);
            numeric.push(true);
        }
        if with_notes {
            header.push("说明");
            numeric.push(false);
        }
        Table {
            title: title.to_owned(),
            header: header.into_iter().map(str::to_owned).collect(),
            numeric,
            rows,
        }
    }

    /// The photographs in the order of the rows, each with what it belongs to; those of the whole sheet last.
    fn pictures(&self) -> Vec<Picture> {
        let mut all: Vec<&FinancePicture> = self.pictures.iter().collect();
        all.sort_by_key(|it| it.line.unwrap_or(u32::MAX));
        let named = all.into_iter().map(|it| {
            let mut lines = self.accounts.entries.iter();
            let item = it
                .line
                .and_then(|line| lines.find(|it| it.line.line == line));
            let mut picture = it.picture.clone();
            if picture.caption.is_empty() {
                picture.caption = match item {
                    Some(entry) => {
                        let amount = yuan(entry.line.fen);
                        format!("{}，{amount} 元", entry.line.item)
                    }
                    None => "发票".to_owned(),
                };
            }
            picture
        });
        named.collect()
    }
}

/// How much an item was, if it was there; one that stands twice counts together.
pub(super) fn amount_of(accounts: &Accounts, role: FinanceRole, item: &str) -> Option<i64> {
    let wanted = bare(item);
    let same = accounts.all(role).filter(|it| {
        matches!(role, FinanceRole::Opening | FinanceRole::Closing) || bare(&it.line.item) == wanted
    });
    let amounts: Vec<i64> = same.map(|it| it.line.fen).collect();
    (!amounts.is_empty()).then(|| amounts.iter().sum())
}

/// The accounts that a published text holds, in one table or several; nothing if it holds none that can be
/// read.
pub(super) fn published(body: &[Block]) -> Option<Accounts> {
    let mut all: Option<Accounts> = None;
    for block in body {
        let Block::Table(table) = block else { continue };
        let rows: Vec<(u32, &[String])> = (1..).zip(table.rows.iter().map(Vec::as_slice)).collect();
        let found = read(&table.header, &rows, part_of(&table.title));
        // Other tables may stand there, too.
        if found.entries.is_empty() {
            continue;
        }
        all = Some(match all {
            Some(before) => before.and(found),
            None => found,
        });
    }
    all.filter(|it| it.one(FinanceRole::Closing).is_some())
}

fn part_of(title: &str) -> Option<Part> {
    match (title.contains("收入"), title.contains("支出")) {
        (true, false) => Some(Part::Income),
        (false, true) => Some(Part::Expense),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn accounts(rows: &[(&str, i64, i64)]) -> Accounts {
        let header = ["项目", "收入", "支出"].map(str::to_owned);
        let cell = |fen: i64| {
            if fen < 0 { String::new() } else { yuan(fen) }
        };
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|(item, income, expense)| vec![(*item).to_owned(), cell(*income), cell(*expense)])
            .collect();
        let numbered: Vec<(u32, &[String])> = (2..).zip(rows.iter().map(Vec::as_slice)).collect();
        read(&header, &numbered, None)
    }

    fn body<'a>(accounts: &'a Accounts, before: Option<&'a Accounts>) -> Body<'a> {
        Body {
            organization: "石桥村",
            period: Period::of("2026-11").unwrap(),
            accounts,
            before,
            explanation: "",
            pictures: &[],
        }
    }

    #[test]
    fn both_months_stand_beside_each_other() {
        let before = accounts(&[
            ("上月结余", 0, -1),
            ("利息", 700, -1),
            ("办公费", -1, 200),
            ("月末结余", 500, -1),
        ]);
        let now = accounts(&[
            ("上月结余", 500, -1),
            ("租金", 100, -1),
            ("办公费", -1, 300),
            ("月末结余", 300, -1),
        ]);
        let blocks = body(&now, Some(&before)).blocks();
        let tables: Vec<&Table> = blocks
            .iter()
            .filter_map(|block| match block {
                Block::Table(table) => Some(table),
                _ => None,
            })
            .collect();
        assert_eq!(tables[0].header, ["项目", "金额（元）", "上月公示（元）"]);
        assert_eq!(
            tables[0].rows,
            [
                ["上月结余", "5.00", "0.00"],
                ["租金", "1.00", ""],
                ["本月收入合计", "1.00", "7.00"]
            ]
        );
        assert_eq!(
            tables[1].rows,
            [
                ["办公费", "3.00", "2.00"],
                ["本月支出合计", "3.00", "2.00"],
                ["月末结余", "3.00", "5.00"]
            ]
        );
        let alone = body(&now, None).blocks();
        let Block::Table(table) = &alone[1] else {
            panic!("a table");
        };
        assert_eq!(table.header, ["项目", "金额（元）"]);
    }

    #[test]
    fn a_quarter_is_called_one() {
        let now = accounts(&[
            ("上季结余", 500, -1),
            ("租金", 100, -1),
            ("季末结余", 600, -1),
        ]);
        let quarter = Period::of("2026-Q3").unwrap();
        let body = Body {
            period: quarter,
            explanation: "银行更正",
            ..body(&now, Some(&now))
        };
        let text = serde_json::to_string(&body.blocks()).unwrap();
        for words in [
            "现将石桥村2026年第三季度财务收支情况",
            "本季收入合计",
            "上季公示（元）",
            "上季结余和上季公示不一致的说明：银行更正",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert_eq!(title("石桥村", quarter), "石桥村2026年第三季度财务收支公示");
        assert_eq!(
            summary(&now.figures(), quarter),
            "本季收入 1.00 元，支出 0.00 元，季末结余 6.00 元。"
        );
        assert_eq!(published(&body.blocks()).unwrap().figures(), now.figures());
    }

    #[test]
    fn invoices_stand_in_the_order_of_their_rows() {
        let now = accounts(&[("办公费", -1, 300), ("水费", -1, 400)]);
        let picture = |line, caption: &str| FinancePicture {
            line,
            picture: Picture {
                caption: caption.to_owned(),
                ..Picture::default()
            },
        };
        let pictures = [
            picture(None, ""),
            picture(Some(3), ""),
            picture(Some(2), "纸"),
        ];
        let body = Body {
            pictures: &pictures,
            ..body(&now, None)
        };
        let captions: Vec<String> = body.pictures().into_iter().map(|it| it.caption).collect();
        assert_eq!(captions, ["纸", "水费，4.00 元", "发票"]);
    }

    proptest! {
        /// What was published is what the next month is compared with.
        #[test]
        fn what_was_published_is_read_again(
            opening in 0_i64..1_000_000, income in prop::collection::vec(0_i64..1_000_000, 1..8),
            expense in prop::collection::vec(0_i64..1_000_000, 1..8), beside in any::<bool>(), quarter in any::<bool>(),
        ) {
            let closing = opening + income.iter().sum::<i64>() - expense.iter().sum::<i64>();
            prop_assume!(closing >= 0);
            let names: Vec<String> = (0..8).map(|n| format!("项目{n}")).collect();
            let mut rows = vec![("上月结余", opening, -1)];
            rows.extend(names.iter().zip(&income).map(|(name, fen)| (name.as_str(), *fen, -1)));
            rows.extend(names.iter().zip(&expense).map(|(name, fen)| (name.as_str(), -1, *fen)));
            rows.push(("月末结余", closing, -1));
            let now = accounts(&rows);
            let period = Period::of(if quarter { "2026-Q3" } else { "2026-11" }).unwrap();
            let body = Body { period, ..body(&now, beside.then_some(&now)) };
            let blocks = body.blocks();
            let again = published(&blocks).unwrap();
            prop_assert_eq!(again.figures(), now.figures());
            for role in [FinanceRole::Income, FinanceRole::Expense] {
                for entry in now.all(role) {
                    let amount = amount_of(&again, role, &entry.line.item);
                    prop_assert_eq!(amount, Some(entry.line.fen));
                }
            }
        }
    }
}
