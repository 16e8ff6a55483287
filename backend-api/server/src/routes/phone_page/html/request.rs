//! What the page says where something is asked.

use contract::township::HelpContact;

use super::frame::{complaint, escaped, page, photographs};
use crate::services::phone_links::Filled;
use crate::services::request_links::{Asked, Done, MAX_TEXT, Opened};

/// The page as it stands.
pub(super) fn shown(token: &str, opened: &Opened) -> String {
    match opened {
        Opened::Free(asked) => begin(token, asked),
        Opened::Claimed(asked) => form(token, asked, &Filled::default(), None),
        Opened::Done(sent) => done(sent),
    }
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
            let name = if one.name.is_empty() {
                String::new()
            } else {
                format!("{} ", escaped(&one.name))
            };
            format!(
                "<li>{} {name}{}{hours}</li>\n",
                escaped(&one.office),
                escaped(&one.telephone)
            )
        })
        .collect();
    format!("<p>不会填，可以打电话：</p>\n<ul>\n{lines}</ul>\n")
}

/// What is agreed to before a telephone has the page.
pub(super) fn begin(token: &str, asked: &Asked) -> String {
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
pub(super) fn form(token: &str, asked: &Asked, filled: &Filled, wrong: Option<&str>) -> String {
    let wrong = complaint(wrong);
    let about = if asked.about.is_empty() {
        String::new()
    } else {
        format!("<p>{}</p>\n", escaped(&asked.about))
    };
    let photos = photographs();
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
        most = MAX_TEXT,
        text = escaped(&filled.text),
        phone = escaped(&filled.phone),
    );
    page(&asked.title, &body)
}

/// It was sent.
pub(super) fn done(done: &Done) -> String {
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
