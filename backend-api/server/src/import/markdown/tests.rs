use proptest::prelude::*;

use super::*;

fn read(text: &str) -> (Vec<Piece>, Vec<(Option<u32>, String)>) {
    let mut complaints = Complaints::about("x.md");
    let pieces = parse(text, 10, &mut complaints);
    (
        pieces,
        complaints
            .into_vec()
            .into_iter()
            .map(|c| (c.line, c.message))
            .collect(),
    )
}

fn paragraph(text: &str) -> Piece {
    Piece::Block(Block::Paragraph { text: text.into() })
}

fn item(marker: &str, text: &str) -> Piece {
    Piece::Block(Block::Item {
        marker: marker.into(),
        text: text.into(),
    })
}

#[test]
fn text_lists_and_pictures() {
    let (pieces, complaints) = read(
        "# 一、收入\n　　本季度共收入三万元，**含**利息。\n\n1. 地租\n2. 利息\n   - 定期\n\n![河堤](照片/河堤.jpg)\n",
    );
    assert_eq!(complaints, []);
    assert_eq!(
        pieces,
        [
            Piece::Block(Block::Heading {
                text: "一、收入".into()
            }),
            paragraph("本季度共收入三万元，含利息。"),
            item("1.", "地租"),
            item("2.", "利息"),
            item("•", "定期"),
            Piece::Picture {
                path: "照片/河堤.jpg".into(),
                caption: "河堤".into(),
                line: 17
            },
        ]
    );
}

#[test]
fn tables_with_titles_and_numbers() {
    let (pieces, complaints) = read(
        "表：收支\n\n| 项目 | 金额 | 算式 |\n|---|---|---:|\n| 地租 | 1,200.00 | 3*400 |\n| 合\\|计 | 1,200.00 | 3*4*100 |\n以上。\n\n![明细](a.csv)",
    );
    assert_eq!(complaints, []);
    let Piece::Block(Block::Table(table)) = &pieces[0] else {
        panic!("{pieces:?}")
    };
    assert_eq!((table.title.as_str(), table.rows.len()), ("收支", 2));
    assert_eq!(table.numeric, [false, true, true]);
    assert_eq!(table.rows[1], ["合|计", "1,200.00", "3*4*100"]);
    assert_eq!(pieces[1], paragraph("以上。"));
    assert_eq!(
        pieces[2],
        Piece::Csv {
            path: "a.csv".into(),
            title: "明细".into(),
            line: 18
        }
    );
}

#[test]
fn mistakes_name_their_line() {
    let lines = |text: &str| {
        let (_, complaints) = read(text);
        let mut lines: Vec<_> = complaints.iter().map(|c| c.0.unwrap()).collect();
        lines.dedup();
        lines
    };
    assert_eq!(
        lines("| 项目 | 金额 |\n|---|---|\n| 地租 | 1 | 多 |\n| 合计 |\n"),
        [12, 13]
    );
    assert_eq!(
        lines("| 项目 | 金额 |\n|---|---|---|\n| 地租 | 1 |\n"),
        [11]
    );
    assert_eq!(lines("| 项目 | 金额 |\n| 地租 | 1 |\n"), [10]);
    let torn = "| 项目 | 金额 |\n|---|---|\n| 地租 | 1 |\n\n| 合计 | 1 |\n";
    assert_eq!(lines(torn), [14]);
    assert_eq!(
        lines("甲\n\n![图]（a.jpg）\n\n![图](有 空格.jpg)\n\n![x](http://a/b.jpg)\n\n<b>重</b>"),
        [12, 14, 16, 18]
    );
    assert_eq!(lines("甲\n<!-- 备注\n乙"), [11]);
    assert_eq!(lines("| a |\n|---|\n| ![x](a.jpg) |"), [12]);
}

#[test]
fn a_line_is_a_paragraph() {
    assert_eq!(
        read("联系人：村委会\n电话：见公示栏\n\n清河镇人民政府\n-----\n2026 年 11 月").0,
        [
            paragraph("联系人：村委会"),
            paragraph("电话：见公示栏"),
            paragraph("清河镇人民政府"),
            paragraph("-----"),
            paragraph("2026 年 11 月")
        ]
    );
}

#[test]
fn numbers_stay_as_typed() {
    let (pieces, complaints) = read(
        "1. 2026年新增 3 户\n1. 取消 1 户\n\n2026. 本年度\n3. 甲\n5) 乙\n1.5 倍\n- 36.00 退费\n- [ ] 未完成\n\n　　    四个空格\n> 160 请就医\n* 注：以上含税\n*1 注\n+ 5%\n#1 楼\n[注]: 名单\n```\n___",
    );
    assert_eq!(complaints, []);
    assert_eq!(
        pieces,
        [
            item("1.", "2026年新增 3 户"),
            item("1.", "取消 1 户"),
            paragraph("2026. 本年度"),
            item("3.", "甲"),
            item("5)", "乙"),
            paragraph("1.5 倍"),
            item("-", "36.00 退费"),
            item("•", "[ ] 未完成"),
            paragraph("四个空格"),
            paragraph("> 160 请就医"),
            paragraph("* 注：以上含税"),
            paragraph("*1 注"),
            paragraph("+ 5%"),
            paragraph("#1 楼"),
            paragraph("[注]: 名单"),
            paragraph("```"),
            paragraph("___"),
        ]
    );
}

#[test]
fn remarks_are_for_who_edits_the_file() {
    let (pieces, complaints) = read("甲<!-- 一\n二 -->乙\n丙");
    assert_eq!(complaints, []);
    assert_eq!(pieces, [paragraph("甲"), paragraph("乙"), paragraph("丙")]);
}

/// Everything that can be seen of the pieces, in order.
fn seen(pieces: &[Piece]) -> String {
    let mut seen = String::new();
    for piece in pieces {
        match piece {
            Piece::Block(Block::Heading { text } | Block::Paragraph { text }) => {
                seen.push_str(text);
            }
            Piece::Block(Block::Item { marker, text }) => {
                seen.push_str(marker);
                seen.push_str(text);
            }
            Piece::Block(Block::Table(table)) => {
                seen.push_str(&table.title);
                for cell in table.header.iter().chain(table.rows.iter().flatten()) {
                    seen.push_str(cell);
                }
            }
            other => panic!("{other:?}"),
        }
    }
    seen.retain(|c| !c.is_whitespace());
    seen
}

proptest! {
    #[test]
    fn never_panics_and_tables_are_even(text in "([#|*!`<>&\\-:1. a表：（\\[\\]()]|\n){0,160}") {
        for piece in read(&text).0 {
            if let Piece::Block(Block::Table(table)) = piece {
                prop_assert!(table.rows.iter().all(|row| row.len() == table.header.len()));
                prop_assert_eq!(table.numeric.len(), table.header.len());
            }
        }
    }

    /// Without the signs that mean something, not one character is lost or changed.
    #[test]
    fn what_means_nothing_stays(text in "([*_~`\\\\\\[\\]()>.+=:12a张、，。 　\t]|\n){0,120}") {
        prop_assume!(!text.contains("**"));
        let typed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        prop_assert_eq!(seen(&read(&text).0), typed);
    }

    /// With them, no digit and no character of Chinese is.
    #[test]
    fn figures_and_words_stay(
        before in "([*#\\-:1234567890张李、，.) ]|\\*\\*|\n){0,60}",
        cells in proptest::collection::vec("[*张李、1-9.\\- ]{0,8}", 4),
        after in "([*#\\-:1234567890张李、，.) ]|\\*\\*|\n){0,60}",
    ) {
        let [a, b, c, d] = cells.as_slice() else { unreachable!() };
        let text = format!("{before}\n| 甲{a} | {b} |\n|---|---:|\n| {c} | 乙{d} |\n{after}");
        let (pieces, complaints) = read(&text);
        prop_assert_eq!(complaints, []);
        let counts = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphanumeric()).collect()
        };
        prop_assert_eq!(counts(&seen(&pieces)), counts(&text));
    }
}
