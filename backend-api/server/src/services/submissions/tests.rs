use super::*;

fn draft(title: &str, text: &str) -> SubmissionDraft {
    SubmissionDraft {
        title: title.to_owned(),
        text: text.to_owned(),
        ..SubmissionDraft::default()
    }
}

#[test]
fn what_is_sent_says_or_shows_something() {
    let wrong = |draft: &SubmissionDraft| match checked(draft, "zhang").unwrap_err() {
        ServiceError::Invalid(fields) => fields[0].field.clone(),
        other => panic!("{other}"),
    };
    let right = checked(&draft(" 修路 ", "路修好了\u{200b}"), "zhang").unwrap();
    assert_eq!(
        (right.title.as_str(), right.text.as_str()),
        ("修路", "路修好了")
    );
    assert_eq!(wrong(&draft("", "路修好了")), "title");
    assert_eq!(wrong(&draft("修路", " \n")), "text");
    assert_eq!(wrong(&draft("修路", &"字".repeat(3_001))), "text");
    let with_film = SubmissionDraft {
        upload: Some("u".to_owned()),
        ..draft("修路", &"字".repeat(1_001))
    };
    assert_eq!(wrong(&with_film), "text");
    let film_alone = SubmissionDraft {
        text: String::new(),
        ..with_film
    };
    assert!(checked(&film_alone, "zhang").is_ok());
    let many = SubmissionDraft {
        pictures: vec!["p".to_owned(); 10],
        ..draft("修路", "")
    };
    assert_eq!(wrong(&many), "pictures");
}

#[test]
fn what_came_from_a_telephone_is_called_by_its_first_line() {
    assert_eq!(titled("\n 路修好了 \n从东头到西头"), "路修好了");
    assert_eq!(titled(&"字".repeat(70)).chars().count(), MAX_TITLE);
    assert_eq!(titled(""), "照片投稿");
}

#[test]
fn a_line_becomes_a_paragraph() {
    let made = bulletin(
        &SubmissionTake::default(),
        "路修好了\n\n  从东头到西头",
        &[],
    );
    let paragraph = |text: &str| Block::Paragraph {
        text: text.to_owned(),
    };
    let wanted = [paragraph("路修好了"), paragraph("从东头到西头")];
    assert_eq!(made.body, wanted);
}
