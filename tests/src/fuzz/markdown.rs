//! The text of a bulletin.

use backend_api::import::readers::{self, Piece};
use contract::bulletin::Block;

use super::{Target, said};

pub(super) const TARGET: Target = Target {
    name: "markdown",
    check,
    seeds: || {
        let seeds = [
            "# 标题\n\n30*2*50=3000元，**共三项**。\n\n- 一\n- 二\n\n1. 甲\n3. 乙\n2026. 本年度\n",
            "| 项目 | 金额 |\n|---|---:|\n| 路灯 | 30*2 |\n| 合计 | 138****0001 |\n",
            "落款\n-----\n2026年11月\n\n![照片](a.jpg)\n\n![表](b.csv)\n",
            "<!-- 给编辑 -->\n正文 &lt;b&gt; &amp; *注：星号\n",
        ];
        seeds.map(|text| text.as_bytes().to_vec()).to_vec()
    },
    words: &[
        "**", "*", "# ", "- ", "1. ", "1) ", "|", "|---|", "---:", "![", "](", ")", "<!--", "-->",
        "&amp;", "&nbsp;", "\n", "\n\n", "　", "`", "~", "_", "\\", "<br>",
    ],
};

fn check(bytes: &[u8]) {
    let Some(text) = readers::text(bytes) else {
        return;
    };
    let (pieces, complaints) = readers::markdown(&text);
    let mut read = String::new();
    let mut whole = true;
    for piece in &pieces {
        match piece {
            Piece::Block(Block::Heading { text } | Block::Paragraph { text }) => read += text,
            Piece::Block(Block::Item { marker, text }) => {
                read += marker;
                read += text;
            }
            Piece::Block(Block::Table(table)) => {
                assert_eq!(table.numeric.len(), table.header.len());
                read += &table.title;
                read.extend(table.header.iter().map(String::as_str));
                for row in &table.rows {
                    assert_eq!(row.len(), table.header.len());
                    read.extend(row.iter().map(String::as_str));
                }
            }
            // What a reference says of its file stands elsewhere.
            _ => whole = false,
        }
    }
    let instructions = ["<!--", "&", "!["];
    if whole && complaints.is_empty() && !instructions.iter().any(|sign| text.contains(sign)) {
        assert_eq!(said(&read), said(&text), "changed without a word");
    }
}
