//! What the page says. Every value goes through [`escaped`]; there is no script.

use contract::township::HelpContact;

use crate::services::request_links::{Asked, Done, Filled};

/// Text as HTML shows it.
fn escaped(text: &str) -> String {
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

fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"/s/page.css\">\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n\
         {body}\n</main>\n</body>\n</html>\n"
    )
}

/// Nothing can be done here; says what to do instead.
pub fn refused(title: &str, what_to_do: &str) -> String {
    let body = format!(
        "<p class=\"bad\" role=\"alert\">{}</p>",
        escaped(what_to_do)
    );
    page(title, &body)
}

/// Whom to call, if somebody helps on the telephone.
fn helped(help: &[HelpContact]) -> String {
    if help.is_empty() {
        return String::new();
    }
    let lines: String = help
        .iter()
        .map(|one| {
            let hours = if one.hours.is_empty() {
                String::new()
            } else {
                format!("（{}）", escaped(&one.hours))
            };
            format!(
                "<li>{} {}{hours}</li>\n",
                escaped(&one.office),
                escaped(&one.telephone)
            )
        })
        .collect();
    format!("<p>不会填，可以打电话：</p>\n<ul>\n{lines}</ul>\n")
}

/// What is agreed to before a telephone has the page.
pub fn begin(token: &str, asked: &Asked) -> String {
    let (office, token) = (escaped(&asked.office), escaped(token));
    let body = format!(
        "<ul>\n\
         <li>您写的话、照片和电话，只给{office}用来办这件事。</li>\n\
         <li>照片里的拍摄地点会自动去掉；请不要拍别人的脸和证件。</li>\n\
         <li>结果在电视的“我的办理”里看，不想写也可以直接在电视上选。</li>\n\
         </ul>\n\
         <form method=\"post\" action=\"/s/{token}/claim\">\n<button>同意，开始填写</button>\n</form>\n{help}",
        help = helped(&asked.help),
    );
    page(&asked.title, &body)
}

/// The form, with what is wrong and what was filled in already.
pub fn form(token: &str, asked: &Asked, filled: &Filled, wrong: Option<&str>) -> String {
    let wrong = wrong.map_or_else(String::new, |wrong| {
        format!(
            "<p class=\"bad\" role=\"alert\">{}。照片要重新选。</p>\n",
            escaped(wrong)
        )
    });
    let about = if asked.about.is_empty() {
        String::new()
    } else {
        format!("<p>{}</p>\n", escaped(&asked.about))
    };
    let photos: String = (1..=crate::services::request_links::MAX_PICTURES)
        .map(|number| {
            format!(
                "<label>照片 {number}<small>可以不拍</small>\
                 <input type=\"file\" name=\"photo\" accept=\"image/*\" capture=\"environment\"></label>\n"
            )
        })
        .collect();
    let body = format!(
        "{wrong}{about}<form method=\"post\" action=\"/s/{token}\" enctype=\"multipart/form-data\">\n\
         <label>您要说的事<small>最多 {most} 字，写清楚在哪里、什么事</small>\
         <textarea name=\"text\" maxlength=\"{most}\">{text}</textarea></label>\n\
         {photos}\
         <label>电话<small>工作人员打这个电话答复您；不写就在电视上答复</small>\
         <input name=\"phone\" type=\"tel\" inputmode=\"tel\" autocomplete=\"tel\" maxlength=\"20\" value=\"{phone}\"></label>\n\
         <button>送出</button>\n</form>\n{help}",
        help = helped(&asked.help),
        token = escaped(token),
        most = crate::services::request_links::MAX_TEXT,
        text = escaped(&filled.text),
        phone = escaped(&filled.phone),
    );
    page(&asked.title, &body)
}

/// It was sent.
pub fn done(done: &Done) -> String {
    let body = format!(
        "<p class=\"good\" role=\"status\">您的事已经送到{office}。</p>\n\
         <p>编号</p>\n<p class=\"number\">{number}</p>\n\
         <p>{due} 以前答复您。请在电视的“我的办理”里看结果。</p>\n\
         <p>这一页可以关了。</p>",
        office = escaped(&done.office),
        number = escaped(&done.number),
        due = escaped(&done.due),
    );
    page("已收到", &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_written_becomes_markup() {
        let asked = Asked {
            title: "</title><script>".to_owned(),
            about: "a\"b'c&d".to_owned(),
            office: "<b>".to_owned(),
            help: vec![HelpContact {
                office: "<b>".to_owned(),
                telephone: "<i>".to_owned(),
                hours: "<x>".to_owned(),
            }],
        };
        let filled = Filled {
            text: "</textarea><img src=x>".to_owned(),
            phone: "\"><script>".to_owned(),
        };
        let pages = [
            form("qq\"", &asked, &filled, Some("<i>")),
            begin("qq'", &asked),
            refused("<x>", "<y>"),
            done(&Done {
                office: "<b>".to_owned(),
                number: "<b>".to_owned(),
                due: "<b>".to_owned(),
            }),
        ];
        for page in pages {
            for markup in ["<script", "<img", "<b>", "<i>", "<x>", "<y>", "qq\"", "qq'"] {
                assert!(!page.contains(markup), "{markup}: {page}");
            }
            assert!(!page.contains("style="), "the policy forbids it");
        }
    }
}
