//! What all pages are made of.

use crate::services::phone_links::MAX_PICTURES;

/// Text as HTML shows it.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A page with this title, and this HTML below it.
pub(super) fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"/s/page.css\">\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n\
         {body}\n</main>\n</body>\n</html>\n"
    )
}

/// What is wrong with what was filled in.
pub(super) fn complaint(wrong: Option<&str>) -> String {
    wrong.map_or_else(String::new, |wrong| {
        format!(
            "<p class=\"bad\" role=\"alert\">{}。照片要重新选。</p>\n",
            escaped(wrong)
        )
    })
}

/// Where photographs are chosen.
pub(super) fn photographs() -> String {
    (1..=MAX_PICTURES)
        .map(|number| {
            format!(
                "<label>照片 {number}<small>可以不拍</small>\
                 <input type=\"file\" name=\"photo\" accept=\"image/*\" capture=\"environment\"></label>\n"
            )
        })
        .collect()
}
