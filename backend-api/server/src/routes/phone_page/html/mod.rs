//! What the page says. Every value goes through [`frame::escaped`]; there is no script.

mod frame;
mod request;
mod submission;

use self::frame::{escaped, page};
use crate::services::phone_links::Filled;
use crate::services::phone_pages::Opened;
use crate::services::{request_links, submission_links};

/// The page as it stands for whoever opens it.
pub fn shown(token: &str, opened: &Opened) -> String {
    match opened {
        Opened::Request(opened) => request::shown(token, opened),
        Opened::Submission(opened) => submission::shown(token, opened),
    }
}

/// Its form, with what is wrong and what was filled in already.
pub fn form(token: &str, opened: &Opened, filled: &Filled, wrong: Option<&str>) -> String {
    match opened {
        Opened::Request(request_links::Opened::Claimed(asked)) => {
            request::form(token, asked, filled, wrong)
        }
        Opened::Submission(submission_links::Opened::Claimed(of)) => {
            submission::form(token, &of.village, filled, wrong)
        }
        Opened::Submission(submission_links::Opened::Sent(became)) => {
            submission::again(token, became, filled, wrong)
        }
        other => shown(token, other),
    }
}

/// Nothing can be done here; says what to do instead.
pub fn refused(title: &str, what_to_do: &str) -> String {
    let body = format!(
        "<p class=\"bad\" role=\"alert\">{}</p>",
        escaped(what_to_do)
    );
    page(title, &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::submission::SubmissionState;
    use contract::township::HelpContact;
    use request_links::{Asked, Done};
    use submission_links::{Became, Wanted};

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
                ..HelpContact::default()
            }],
        };
        let filled = Filled {
            text: "</textarea><img src=x>".to_owned(),
            phone: "\"><script>".to_owned(),
            name: "\"><script>".to_owned(),
        };
        let done = Done {
            office: "<b>".to_owned(),
            number: "<b>".to_owned(),
            due: "<b>".to_owned(),
        };
        let became = |state, published| Became {
            village: "<b>".to_owned(),
            title: "<script>".to_owned(),
            text: "</textarea><img src=x>".to_owned(),
            sender: "\"><script>".to_owned(),
            pictures: 1,
            state,
            published,
            reason: "<i>".to_owned(),
        };
        let of = Wanted {
            village: "<b>".to_owned(),
        };
        let requests = [
            request_links::Opened::Free(asked.clone()),
            request_links::Opened::Claimed(asked),
            request_links::Opened::Done(done),
        ];
        let submissions = [
            submission_links::Opened::Free(of.clone()),
            submission_links::Opened::Claimed(of),
            submission_links::Opened::Sent(became(SubmissionState::Waiting, false)),
            submission_links::Opened::Sent(became(SubmissionState::Returned, false)),
            submission_links::Opened::Sent(became(SubmissionState::Taken, false)),
            submission_links::Opened::Sent(became(SubmissionState::Taken, true)),
            submission_links::Opened::Sent(became(SubmissionState::Declined, false)),
            submission_links::Opened::Sent(became(SubmissionState::Withdrawn, false)),
        ];
        let opened = requests.into_iter().map(Opened::Request);
        let opened = opened.chain(submissions.into_iter().map(Opened::Submission));
        let pages = opened.flat_map(|opened| {
            [
                shown("qq\"", &opened),
                form("qq'", &opened, &filled, Some("<i>")),
            ]
        });
        for page in pages.chain([refused("<x>", "<y>")]) {
            for markup in ["<script", "<img", "<b>", "<i>", "<x>", "<y>", "qq\"", "qq'"] {
                assert!(!page.contains(markup), "{markup}: {page}");
            }
            assert!(!page.contains("style="), "the policy forbids it");
        }
    }
}
