//! What the page says from which a village sends something to be published.

use contract::submission::SubmissionState;

use super::frame::{complaint, escaped, page, photographs};
use crate::services::phone_links::Filled;
use crate::services::submission_links::{Became, MAX_TEXT, Opened};
use crate::services::submissions::MAX_SENDER;

const TITLE: &str = "给镇里投稿";

/// The page as it stands.
pub(super) fn shown(token: &str, opened: &Opened) -> String {
    match opened {
        Opened::Free(of) => begin(token, &of.village),
        Opened::Claimed(of) => form(token, &of.village, &Filled::default(), None),
        Opened::Sent(sent) if sent.state == SubmissionState::Returned => {
            let filled = Filled {
                text: sent.text.clone(),
                name: sent.sender.clone(),
                ..Filled::default()
            };
            again(token, sent, &filled, None)
        }
        Opened::Sent(sent) => became(token, sent),
    }
}

/// What is agreed to before a telephone has the page.
fn begin(token: &str, village: &str) -> String {
    let (village, token) = (escaped(village), escaped(token));
    let body = format!(
        "<ul>\n\
         <li>您写的话和照片代表{village}送到镇里，工作人员看过、改好以后才发布到电视上。</li>\n\
         <li>照片里的拍摄地点会自动去掉；拍到别人的脸，请先征得同意，不要拍证件。</li>\n\
         <li>用这部手机再扫这个二维码，30 天以内都能看到处理结果。</li>\n\
         </ul>\n\
         <form method=\"post\" action=\"/s/{token}/claim\">\n<button>同意，开始填写</button>\n</form>"
    );
    page(TITLE, &body)
}

/// The form, with what is wrong and what was filled in already.
pub(super) fn form(token: &str, village: &str, filled: &Filled, wrong: Option<&str>) -> String {
    let above = format!(
        "{}<p>以{}的名义投稿。影片请交给村里的工作人员，在电脑上投。</p>\n",
        complaint(wrong),
        escaped(village)
    );
    page(TITLE, &(above + &fields(token, filled)))
}

/// The form once more, of something that was returned.
pub(super) fn again(token: &str, sent: &Became, filled: &Filled, wrong: Option<&str>) -> String {
    let pictures = match sent.pictures {
        0 => String::new(),
        count => format!("<p>原来的 {count} 张照片还在；重新选照片就换成新的。</p>\n"),
    };
    let above = format!(
        "{}<p class=\"bad\">镇里请您修改：{}</p>\n<p>改好以后再送一次。</p>\n{pictures}",
        complaint(wrong),
        escaped(&sent.reason),
    );
    let below = take_back(token);
    page("请修改投稿", &(above + &fields(token, filled) + &below))
}

/// The way to take back what was sent: a second step, so that a wrong touch does nothing.
fn take_back(token: &str) -> String {
    format!(
        "<details>\n<summary>撤回投稿</summary>\n<p>撤回以后镇里不再处理，也不能再送；要发布请重新投一篇。</p>\n\
         <form method=\"post\" action=\"/s/{token}/withdraw\">\n<button>撤回这篇投稿</button>\n</form>\n</details>\n",
        token = escaped(token),
    )
}

fn fields(token: &str, filled: &Filled) -> String {
    format!(
        "<form method=\"post\" action=\"/s/{token}\" enctype=\"multipart/form-data\">\n\
         <label>要发布的事<small>最多 {MAX_TEXT} 字，第一行作标题；写清楚什么时候、在哪里、谁、做了什么</small>\
         <textarea name=\"text\" maxlength=\"{MAX_TEXT}\">{text}</textarea></label>\n\
         {photos}\
         <label>您的姓名<small>可以不写；镇里有事好找您</small>\
         <input name=\"name\" autocomplete=\"name\" maxlength=\"{MAX_SENDER}\" value=\"{name}\"></label>\n\
         <button>送出</button>\n</form>",
        token = escaped(token),
        text = escaped(&filled.text),
        photos = photographs(),
        name = escaped(&filled.name),
    )
}

/// What became of what was sent.
fn became(token: &str, sent: &Became) -> String {
    let (heading, class, says) = match (sent.state, sent.published) {
        (SubmissionState::Waiting | SubmissionState::Returned, _) => (
            "已收到",
            "good",
            "投稿已经送到，镇里还没有处理。".to_owned(),
        ),
        (SubmissionState::Taken, false) => (
            "已采用",
            "good",
            "镇里采用了您的投稿，正在编辑。".to_owned(),
        ),
        (SubmissionState::Taken, true) => ("已发布", "good", "您的投稿已经发布。".to_owned()),
        (SubmissionState::Declined, _) => {
            let why = format!("这篇投稿没有采用：{}", escaped(&sent.reason));
            ("没有采用", "bad", why)
        }
        (SubmissionState::Withdrawn, _) => {
            ("已撤回", "good", "这篇投稿已经撤回，不会发布。".to_owned())
        }
    };
    let below = match sent.state {
        SubmissionState::Waiting => take_back(token),
        _ => String::new(),
    };
    let body = format!(
        "<p class=\"{class}\" role=\"status\">{says}</p>\n<p>{village}：{title}</p>\n\
         <p>用这部手机再扫这个二维码，就能看到处理结果。</p>\n{below}",
        village = escaped(&sent.village),
        title = escaped(&sent.title),
    );
    page(heading, &body)
}
