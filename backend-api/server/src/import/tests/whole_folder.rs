//! Everything in a folder is imported or named, and nothing is taken back because of a wrong name or a copy
//! that is not whole.

use super::*;

fn names(report: &ImportReport) -> Vec<(&str, &str)> {
    let complaints = report.complaints.iter();
    complaints
        .map(|it| (it.file.as_str(), it.message.as_str()))
        .collect()
}

/// The complaints are about exactly these files, and say these words.
fn assert_said(report: &ImportReport, expected: &[(&str, &str)]) {
    let found = names(report);
    assert_eq!(found.len(), expected.len(), "{report}");
    for ((file, message), (expected, words)) in found.iter().zip(expected) {
        assert!(
            file == expected && message.contains(words),
            "{file}: {message}\n{report}"
        );
    }
}

impl Fixture {
    async fn as_far(&self, extent: Extent) -> ImportReport {
        import_folder_as_far(&self.context, &self.folder, extent, Box::new(Silent))
            .await
            .unwrap()
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.folder.join(name)).unwrap();
    }

    fn rename(&self, from: &str, to: &str) {
        std::fs::rename(self.folder.join(from), self.folder.join(to)).unwrap();
    }

    fn is_published(&self, key: &str) -> bool {
        self.record(key)
            .is_some_and(|record| record.state == BulletinState::Published)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_names_are_taken_or_named() {
    let fixture = Fixture::new();
    fixture.rename("organizations.csv", "Organizations.CSV");
    fixture.write("Members.CSV", "组织代码,姓名,身份\nZJ,许一,发展对象\n");
    fixture.bulletin("Bulletins/一.MD", "notice", "![图](图.JPG)");
    fixture.write("Bulletins/图.JPG", photo(64, 48));
    let report = fixture.import().await;
    assert_said(&report, &[]);
    assert_eq!(report.unused, [] as [&str; 0]);
    assert_eq!(report.created, ["bulletins/一.MD"]);
    assert_eq!(
        (report.changed["members"], report.changed["organizations"]),
        (1, 3)
    );
    // The name put right, it is the same bulletin.
    fixture.rename("Bulletins", "bulletins");
    assert_eq!(fixture.import().await.unchanged, 1);

    // Two lists of members, a list and a folder of names that people give.
    fixture.write("members.XLSX", "x");
    fixture.write("党员名册.csv", "组织代码,姓名\nZJ,许二\n");
    fixture.write("会议日程.xlsx", "x");
    fixture.write("households.xls", "x");
    fixture.bulletin("公告公示/甲.md", "finance", "正文");
    for (a, b) in [("Honours", "HONOURS"), ("duty-rooms.CSV", "Duty-rooms.csv")] {
        let file = if a == "Honours" { "/a.jpg" } else { "" };
        fixture.write(&format!("{a}{file}"), "x");
        fixture.write(&format!("{b}{file}"), "x");
    }
    let report = fixture.import().await;
    let expected = [
        ("Members.CSV", "Members.CSV 和 members.XLSX 只能留一个"),
        ("duty-rooms.csv", "只差大小写"),
        ("honours", "只差大小写"),
        (
            "households.xls",
            "请另存为 .xlsx 或 CSV，文件名用 households.csv 或 households.xlsx",
        ),
        ("会议日程.xlsx", "请另存为 CSV，文件名用 meetings.csv"),
        ("党员名册.csv", "已经有 Members.CSV"),
        ("公告公示/", "请把它们移到文件夹 bulletins 里"),
    ];
    assert_said(&report, &expected);
    assert_eq!(report.changed.get("members"), None, "neither of the two");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nothing_makes_use_of_is_named() {
    let fixture = Fixture::new();
    fixture.bulletin("bulletins/一.md", "notice", "![图](用到.jpg)");
    fixture.write("bulletins/用到.jpg", photo(64, 48));
    fixture.write("bulletins/没用到.jpg", photo(64, 48));
    fixture.write("bulletins/表.csv", "甲,乙\n1,2\n");
    fixture.write("bulletins/稿.doc", "x");
    fixture.write("bulletins/稿.toml", "x");
    // What is wrong is named by itself; what it refers to is not.
    fixture.write("bulletins/错.md", "没有开头 ![图](错的.jpg)");
    fixture.write("bulletins/错的.jpg", photo(64, 48));
    fixture.write("programmes/错.toml", "title = \"错\"\n");
    for end in ["mp4", "srt", "jpg"] {
        fixture.write(&format!("programmes/错.{end}"), "x");
    }
    fixture.write(
        "programmes/孤.srt",
        "1\n00:00:01,000 --> 00:00:02,000\n好\n",
    );
    fixture.write("programmes/片.RMVB", "x");
    fixture.write("programmes/歌.mp3", "x");
    clip(&fixture.folder.join("programmes/河.mp4"), PLAIN);
    std::fs::copy(
        fixture.folder.join("programmes/河.mp4"),
        fixture.folder.join("programmes/河.mkv"),
    )
    .unwrap();
    fixture.write("programmes/河.toml", programme("河"));
    fixture.write(
        "programmes/河.VTT",
        "WEBVTT\n\n00:00.100 --> 00:00.900\n你好\n",
    );
    for number in 1..=4 {
        fixture.write(&format!("照片/{number}.jpg"), "x");
    }
    fixture.write("原稿/初稿.docx", "x");
    fixture.write("老照片/说明.md", "x");
    fixture.write("种子价格.csv", "x");
    fixture.write("通知.md", "x");
    fixture.write("一月.rar", "x");
    for left_behind in [
        "README.md",
        "说明.txt",
        ".DS_Store",
        "Thumbs.db",
        "~$一.docx",
        "bulletins/a.md~",
    ] {
        fixture.write(left_behind, "x");
    }
    for dry_run in [true, false] {
        let report = import_folder(&fixture.context, &fixture.folder, dry_run, Box::new(Silent))
            .await
            .unwrap();
        assert_said(
            &report,
            &[
                ("bulletins/稿.doc", "请把文字写成 .md 文件"),
                ("bulletins/稿.toml", ".md 结尾"),
                ("bulletins/表.csv", "没有文章引用"),
                ("bulletins/错.md", "+++"),
                ("programmes/孤.srt", "字幕要用"),
                ("programmes/歌.mp3", "不能单独放声音"),
                ("programmes/河.mkv", "用的是另一个视频"),
                ("programmes/片.RMVB", "片.toml"),
                ("programmes/错.toml", "list"),
                ("programmes/错.toml", "organization"),
                ("programmes/错.toml", "published"),
                ("一月.rar", "解压"),
                ("种子价格.csv", "不认识这个文件名"),
                ("老照片/", "不认识这个文件夹"),
                ("通知.md", "bulletins（公告）"),
            ],
        );
        assert_eq!(
            report.unused,
            [
                "bulletins/没用到.jpg",
                "原稿/初稿.docx",
                "照片/1.jpg 等 4 个文件"
            ],
            "{report}"
        );
        assert_eq!(report.created.len(), 2, "{report}");
        assert!(
            report
                .to_string()
                .contains("  没有用上：bulletins/没用到.jpg\n")
        );
    }
    assert_eq!(
        fixture.programme("programmes/河.toml").captions.len(),
        1,
        "in whatever letters"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_there_under_another_name_is_not_taken_back() {
    let fixture = Fixture::new();
    for number in 1..=4 {
        fixture.bulletin(&format!("bulletins/{number}.md"), "notice", "正文");
    }
    fixture.write("meetings.csv", "时间,标题,主办\n2026-11-25 09:00,例会,QH\n");
    assert_eq!(fixture.import().await.created.len(), 5);
    fixture.rename("bulletins", "公告公示");
    fixture.rename("meetings.csv", "会议.xlsx");
    let report = fixture.import().await;
    assert!(!report.stopped && report.withdrawn.is_empty(), "{report}");
    assert_said(
        &report,
        &[
            ("会议.xlsx", "meetings.csv"),
            ("公告公示/", "请把这个文件夹改名为 bulletins"),
        ],
    );
    assert_eq!(report.kept.len(), 5, "{report}");
    assert!(report.to_string().contains("暂不撤下"), "{report}");
    assert!(fixture.is_published("bulletins/1.md"));
    fixture.rename("公告公示", "bulletins");
    fixture.rename("会议.xlsx", "meetings.csv");
    let report = fixture.import().await;
    assert_eq!((report.unchanged, report.kept.len()), (5, 0), "{report}");

    // A link in the place of a file or a folder.
    let elsewhere = tempfile::tempdir().unwrap();
    let away = elsewhere.path().join("公告");
    std::fs::rename(fixture.folder.join("bulletins"), &away).unwrap();
    std::os::unix::fs::symlink(&away, fixture.folder.join("bulletins")).unwrap();
    let report = fixture.import().await;
    assert_said(&report, &[("bulletins", "快捷方式")]);
    assert_eq!(
        (report.withdrawn.len(), report.kept.len()),
        (0, 4),
        "{report}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn much_is_taken_back_only_when_it_is_confirmed() {
    let fixture = Fixture::new();
    let file = |number: usize| format!("bulletins/{number:02}.md");
    let calendar = |meetings: usize| {
        let rows = (1..=meetings).map(|day| format!("2026-12-{day:02} 09:00,例会{day},QH\n"));
        let rows: String = rows.collect();
        fixture.write("meetings.csv", format!("时间,标题,主办\n{rows}"));
    };
    for number in 0..30 {
        fixture.bulletin(&file(number), "notice", "正文");
    }
    calendar(12);
    assert_eq!(fixture.import().await.created.len(), 42);

    // A tenth, and less than a few.
    (0..3).for_each(|number| fixture.remove(&file(number)));
    calendar(10);
    let report = fixture.import().await;
    assert_eq!(
        (report.withdrawn.len(), report.stopped),
        (5, false),
        "{report}"
    );

    // More than that: nothing is done, not even what is new.
    (3..7).for_each(|number| fixture.remove(&file(number)));
    calendar(7);
    fixture.bulletin("bulletins/新.md", "notice", "正文");
    let trial = fixture.as_far(Extent::Trial).await;
    let report = fixture.as_far(Extent::Careful).await;
    for report in [&trial, &report] {
        let much: Vec<_> = report
            .much
            .iter()
            .map(|it| (it.noun, it.of, it.names.len()))
            .collect();
        assert_eq!(much, [("会议", 10, 3), ("文章", 27, 4)], "{report}");
        let words = report.to_string();
        for said in [
            "现有 27，其中 4",
            "bulletins/03.md（关于秋季森林防火的通知）",
            "meetings.csv：例会9",
            "--yes",
        ] {
            assert!(words.contains(said), "{said}: {words}");
        }
    }
    assert!(
        !trial.stopped && trial.created == ["bulletins/新.md"],
        "{trial}"
    );
    assert!(
        report.stopped && report.has_complaints() && !report.changed_anything(),
        "{report}"
    );
    assert!(!fixture.is_published("bulletins/新.md") && fixture.is_published(&file(3)));

    let report = fixture.as_far(Extent::Confirmed).await;
    assert_eq!(
        (report.withdrawn.len(), report.created.len()),
        (7, 1),
        "{report}"
    );
    assert!(
        !report.has_complaints() && !fixture.is_published(&file(3)),
        "{report}"
    );
    // A list with a mistake takes nothing back, and is no question.
    let text = std::fs::read_to_string(fixture.folder.join("meetings.csv")).unwrap();
    let first: Vec<&str> = text.lines().take(2).collect();
    fixture.write("meetings.csv", format!("{}\n\"坏,行\n", first.join("\n")));
    let report = fixture.import().await;
    assert!(
        !report.stopped && report.withdrawn.is_empty() && report.kept.len() == 6,
        "{report}"
    );
    assert!(!report.complaints.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn possible_doubles_are_listed_with_what_differs() {
    let fixture = Fixture::new();
    // The organizations are there before anybody is tried.
    fixture.import().await;
    let header = "组织代码,姓名,身份,身份证号,电话\n";
    let id = "11010519491231002X";
    fixture.write(
        "members.csv",
        format!("{header}ZJ,张三,正式党员,{id},13800000001\nQH,张三丰,发展对象,{id},\n"),
    );
    let double = "members.csv 第 3 行的人和“张家村”的“张三”身份证号相同，姓名、所在组织、身份不同";
    for _ in 0..2 {
        // A trial lists them, too, and leaves nothing behind.
        let tried = import_folder(&fixture.context, &fixture.folder, true, Box::new(Silent));
        let tried = tried.await.unwrap();
        assert_eq!(tried.doubles, [double], "{tried}");
    }
    let report = fixture.import().await;
    assert_eq!(report.doubles, [double], "{report}");
    let words = report.to_string();
    assert!(
        words.contains("可能重复登记 1") && !words.contains(id),
        "{words}"
    );
    assert_eq!(fixture.import().await.doubles, [] as [&str; 0], "told once");
}
