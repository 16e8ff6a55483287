//! Quotation marks in CSV that stand alone. One is enough to make a reader take the rest of the file for
//! one cell: villages vanish, and everything reads as if it were right.

/// A quotation mark that begins no cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stray {
    /// Where it is, in bytes.
    pub(super) at: usize,
    /// Its line, from 1.
    pub(super) line: u32,
}

/// Finds the quotation marks that open a cell which is not plainly meant: one that is never closed, one
/// with more words behind the closing mark, and one with a row of the table in it.
pub(super) fn strays(text: &str, delimiter: u8) -> Vec<Stray> {
    let bytes = text.as_bytes();
    let mut strays = Vec::new();
    let (mut at, mut line) = (0, 1_u32);
    // The most cells of a row so far, and those of this one.
    let (mut widest, mut width) = (1, 1);
    while at < bytes.len() {
        if bytes[at] == b'"' {
            match cell(bytes, at, delimiter, widest) {
                Some(end) => {
                    line = line.saturating_add(line_ends(&bytes[at..end]));
                    at = end;
                }
                None => {
                    strays.push(Stray { at, line });
                    at += 1;
                }
            }
        }
        // To the end of the cell.
        let ends = |byte: &u8| *byte == delimiter || *byte == b'\n';
        let Some(len) = bytes[at..].iter().position(ends) else {
            break;
        };
        at += len;
        if bytes[at] == b'\n' {
            line = line.saturating_add(1);
            widest = widest.max(width);
            width = 1;
        } else {
            width += 1;
        }
        at += 1;
    }
    strays
}

/// The end of the quoted cell that begins at `start`, behind its closing mark; `None` if it is not
/// plainly one.
fn cell(bytes: &[u8], start: usize, delimiter: u8, widest: usize) -> Option<usize> {
    let mut at = start + 1;
    let end = loop {
        at += bytes[at..].iter().position(|byte| *byte == b'"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            break at + 1;
        }
        at += 2;
    };
    let rest = &bytes[end..];
    let behind = rest.iter().find(|byte| **byte != b' ' && **byte != b'\r');
    let closed = behind.is_none_or(|byte| *byte == delimiter || *byte == b'\n');
    let a_row = |line: &[u8]| {
        let delimiters = line.iter().filter(|byte| **byte == delimiter).count();
        delimiters > 0 && delimiters + 1 >= widest
    };
    let inside = &bytes[start + 1..end - 1];
    let rows = inside.split(|byte| *byte == b'\n').skip(1).any(a_row);
    (closed && !rows).then_some(end)
}

fn line_ends(bytes: &[u8]) -> u32 {
    let count = bytes.iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &str) -> Vec<u32> {
        strays(text, b',').iter().map(|stray| stray.line).collect()
    }

    #[test]
    fn what_is_plainly_meant() {
        for text in [
            "项目,\"金额\n（元）\",备注\n租金,\"12,000.00\",\"收入\n租金\"\n合计,\"12,000.00\",\n",
            "a,b,c\r\n\"x\r\ny\",\"他说\"\"好\"\"\",1\r\n",
            "a,b,c\n1,\"其中：工资 12,000\n补贴 3,000\",\"\"\n",
            "a,b\n维修\"红旗\"渠,5\n1,\"x\"",
            "",
        ] {
            assert_eq!(lines(text), [0; 0], "{text}");
        }
    }

    #[test]
    fn a_mark_that_is_never_closed() {
        let text =
            "项目,金额,备注\n办公费,1200,\n维修费,3500,\"红旗渠维修\n水电费,360,\n合计,5860,\n";
        assert_eq!(lines(text), [3]);
        assert_eq!(lines("\"a,b\n1,2\n"), [1]);
    }

    #[test]
    fn two_marks_with_rows_between_them() {
        assert_eq!(lines("a,b,c\n1,2,\"x\n3,4,5\n6,7,\"y\n8,9,0\n"), [2, 4]);
        assert_eq!(lines("a,b,c\n1,2,\"x\n3,4,y\"\n5,6,7\n"), [2]);
        assert_eq!(lines("a,b\n\"张家村,1\n李家村\",2\n王家村,3\n"), [0; 0]);
        assert_eq!(lines("a,b\n\"张家村,1\n\"李家村\",2\n"), [2]);
    }

    #[test]
    fn words_behind_the_closing_mark() {
        assert_eq!(lines("a,b\n\"红旗\"渠,1\n\"x\" ,2\n"), [2]);
    }

    proptest! {
        #[test]
        fn a_quoted_table_has_none_and_nothing_panics(
            rows in proptest::collection::vec(proptest::collection::vec("[一a1\" ]{0,3}\n?[一a\"]{0,2}", 3), 1..6),
            broken in "([a,\"一\t ]|\n){0,80}",
        ) {
            let text: String = rows
                .iter()
                .map(|row| {
                    let cells = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
                    cells.collect::<Vec<_>>().join(",") + "\n"
                })
                .collect();
            prop_assert_eq!(strays(&text, b','), []);
            let _ = strays(&broken, b',');
        }
    }
}
