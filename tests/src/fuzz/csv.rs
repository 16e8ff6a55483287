//! Lists as offices save them.

use std::collections::BTreeSet;

use backend_api::import::readers;

use super::{Target, said};

pub(super) const TARGET: Target = Target {
    name: "csv",
    check,
    seeds: || {
        let seeds = [
            "姓名,组织代码,电话\n张三,LJ,13800000001\n李四,ZJ,13800000002\n",
            "二〇二六年收支表\n项目,金额\n\"办公, 用品\",\"1,200.00\"\n合计,1200\n",
            "姓名;备注\n张三;\"一\n二\"\n李四;他说\"\"好\"\"\n",
            "姓名\t身份\r\n王五\t正式党员\r\n\r\n赵六\t\"预备党员\r\n",
            "姓名，电话\n张三，1\n",
        ];
        let mut seeds: Vec<Vec<u8>> = seeds.map(|text| text.as_bytes().to_vec()).to_vec();
        seeds.push(b"\xff\xfe\x31\x00\x2c\x00\x32\x00\x0a\x00".to_vec());
        seeds.push(b"\xd0\xd5\xc3\xfb,a\n\xd5\xc5\xc8\xfd,1\n".to_vec());
        seeds
    },
    words: &[
        "\"", "\"\"", ",\"", "\",", "\n", "\r\n", ";", "\t", "，", "合计", "\u{feff}",
    ],
};

/// What separates cells, or stands around them.
fn is_frame(c: char) -> bool {
    matches!(c, ',' | ';' | '\t' | '"' | '\u{feff}') || c.is_whitespace()
}

fn content(text: &str) -> String {
    text.chars().filter(|c| !is_frame(*c)).collect()
}

fn check(bytes: &[u8]) {
    let Some(text) = readers::text(bytes) else {
        return;
    };
    let (csv, complaints) = readers::csv(&text);
    let width = csv.rows.first().map_or(0, |(_, header)| header.len());
    for (line, cells) in &csv.rows {
        assert_eq!(cells.len(), width, "line {line}");
    }
    for pair in csv.rows.windows(2) {
        assert!(pair[0].0 < pair[1].0, "{pair:?}");
    }
    let complained: BTreeSet<u32> = complaints.iter().filter_map(|it| it.line).collect();
    if complained.is_empty() {
        let rows = csv.rows.iter().flat_map(|(_, cells)| cells);
        let read: String = std::iter::once(&csv.title).chain(rows).map(said).collect();
        assert_eq!(read, said(&text), "changed without a word");
    }
    // Without quotation marks a row is a line: each is there as it was typed, or named.
    if text.contains('"') || (csv.rows.is_empty() && !complained.is_empty()) {
        return;
    }
    let mut title = content(&csv.title);
    for (number, line) in (1..).zip(text.lines()) {
        let typed = content(line);
        let row = csv.rows.iter().find(|(line, _)| *line == number);
        let read = row.map(|(_, cells)| content(&cells.concat()));
        match read {
            Some(read) => assert_eq!(read, typed, "line {number}"),
            None if typed.is_empty() || complained.contains(&number) => {}
            None => assert_eq!(std::mem::take(&mut title), typed, "line {number} vanished"),
        }
    }
}
