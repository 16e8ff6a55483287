//! What people write over the columns of a table.

/// Whether a column is one of these: spaces, line breaks, stars and remarks in brackets, e.g.
/// 电话（必填）, do not matter.
pub fn is_called(header: &str, names: &[&str]) -> bool {
    let name = header_name(header);
    names.contains(&name.as_str()) || names.contains(&without_remarks(&name).as_str())
}

/// A column's name without what people put into it to make it look well.
pub fn header_name(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | '＊' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect()
}

fn without_remarks(name: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for c in name.chars() {
        match c {
            '(' | '（' | '[' | '【' | '［' => depth += 1,
            ')' | '）' | ']' | '】' | '］' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}
