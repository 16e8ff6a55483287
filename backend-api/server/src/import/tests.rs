//! Whole folders, imported into a real database, with real pictures and videos.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use contract::bulletin::{Block, BulletinState};
use contract::programme::Programme;
use image::{DynamicImage, RgbImage};
use store::{DatabaseUrl, Store, bulletins, evaluations, programmes};

use super::*;
use crate::clock::ManualClock;

mod evaluations_of_a_folder;
mod whole_folder;

/// 2026-11-22
const NOW: i64 = 1_795_276_800_000;

struct Fixture {
    folder: PathBuf,
    context: ImportContext,
    _dir: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("内容");
        let store = Store::open(&DatabaseUrl::sqlite(&dir.path().join("data.sqlite"))).unwrap();
        let config = crate::Config::local(dir.path());
        let context = ImportContext {
            cameras: Arc::default(),
            vault: Arc::new(Vault::open(&config, &store).unwrap()),
            store,
            files: Files::open(&dir.path().join("files")).unwrap(),
            cache_dir: dir.path().join("cache"),
            clock: Arc::new(ManualClock::new(NOW)),
            cancel: Arc::new(AtomicBool::new(false)),
            runtime: Handle::current(),
        };
        let fixture = Self {
            folder,
            context,
            _dir: dir,
        };
        fixture.write("township.toml", "name = \"清河镇\"\n");
        fixture.write(
            "organizations.csv",
            "code,parent,kind,name\nQH,,镇,清河镇\nCZS,QH,站所,财政所\nZJ,QH,村,张家村\n",
        );
        fixture
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn bulletin(&self, name: &str, list: &str, body: &str) {
        self.write(name, bulletin(list, body));
    }

    async fn import(&self) -> ImportReport {
        import_folder(&self.context, &self.folder, false, Box::new(Silent))
            .await
            .unwrap()
    }

    fn record(&self, key: &str) -> Option<bulletins::Record> {
        self.context
            .store
            .read(|tx| {
                let id = bulletins::sources(tx)?
                    .into_iter()
                    .find(|entry| entry.key == key)
                    .map(|entry| entry.id);
                id.map_or(Ok(None), |id| bulletins::get(tx, &id))
            })
            .unwrap()
    }

    fn evaluation(&self, key: &str) -> Option<evaluations::Record> {
        let sources = self.context.store.read(evaluations::folder::sources);
        let found = sources.unwrap().into_iter().find(|it| it.key == key)?;
        self.evaluation_with(&found.id)
    }

    fn evaluation_with(&self, id: &str) -> Option<evaluations::Record> {
        let found = self.context.store.read(|tx| evaluations::get(tx, id));
        found.unwrap()
    }

    fn programme(&self, key: &str) -> Programme {
        let record = self.context.store.read(|tx| {
            let id = programmes::sources(tx)?
                .into_iter()
                .find(|entry| entry.key == key)
                .unwrap()
                .id;
            programmes::get(tx, &id)
        });
        record.unwrap().unwrap().to_document()
    }

    fn stored(&self, name: &str) -> PathBuf {
        self._dir.path().join("files").join(&name[..2]).join(name)
    }
}

fn bulletin(list: &str, body: &str) -> String {
    format!(
        "+++\n标题 = 关于秋季森林防火的通知\n栏目 = {list}\n单位 = QH\n日期 = 2026年10月8日\n+++\n{body}"
    )
}

fn programme(title: &str) -> String {
    format!("title = \"{title}\"\nlist = \"news\"\norganization = \"QH\"\npublished = 2026-10-08\n")
}

fn photo(width: u32, height: u32) -> Vec<u8> {
    let picture = DynamicImage::from(RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([(x % 256) as u8, (y % 256) as u8, 90])
    }));
    let mut bytes = io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}

/// The photo as a phone held upright writes it: lying, with EXIF orientation 6.
fn lying(photo: &[u8]) -> Vec<u8> {
    let exif = b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&photo[..2], &[0xFF, 0xE1], &length, exif, &photo[2..]].concat()
}

fn clip(path: &Path, launch: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    media_studio::testing::make_clip(path, launch).unwrap();
}

const PLAIN: &str = "videotestsrc num-buffers=25 ! video/x-raw,width=320,height=180,framerate=25/1 ! x264enc speed-preset=ultrafast ! video/x-h264,profile=main ! h264parse ! mp4mux faststart=true";
// Few pictures and none of them held back: x265 else takes 1.5 GB and, beside other work, a minute.
const HEVC_4K: &str = "videotestsrc num-buffers=6 ! video/x-raw,format=I420_10LE,width=3840,height=2160,framerate=30/1 ! x265enc speed-preset=ultrafast option-string=frame-threads=1:rc-lookahead=0:bframes=0 ! h265parse ! mp4mux";

#[tokio::test(flavor = "multi_thread")]
async fn three_broken_files_are_the_only_three_complaints() {
    let fixture = Fixture::new();
    fixture.bulletin(
        "bulletins/防火.md",
        "通知公告",
        "各村：请加强巡护。\n\n![巡护](照片/巡护.jpg)\n\n![名单](名单.csv)\n",
    );
    fixture.write("bulletins/照片/巡护.jpg", lying(&photo(2400, 1200)));
    fixture.write(
        "bulletins/名单.csv",
        encoding_rs::GB18030.encode("姓名,片区\n王巡山,东山\n").0,
    );
    fixture.write(
        "bulletins/国标.md",
        encoding_rs::GB18030
            .encode(&bulletin("notice", "本文件用国标编码保存。"))
            .0,
    );
    fixture.bulletin(
        "bulletins/坏表格.md",
        "finance",
        "| 项目 | 金额 |\n|---|---|\n| 办公费 | 100 |\n| 水费 | 1,200.00 | 多 |\n",
    );
    fixture.write("honours/坏日期.md", "+++\ntitle = 优秀党支部\nlist = best-branch\norganization = ZJ\npublished = 去年冬天\n+++\n事迹。");
    fixture.bulletin(
        "guides/坏图片.md",
        "convenience",
        "办理流程如下。\n\n![流程图](流程.png)\n",
    );
    fixture.write("honours/好.md", "+++\ntitle = 张家村党支部\nlist = best-branch\norganization = ZJ\npublished = 2026-07-01\n+++\n事迹。");
    clip(&fixture.folder.join("programmes/四千.mp4"), HEVC_4K);
    clip(&fixture.folder.join("programmes/无声.mp4"), PLAIN);
    fixture.write("programmes/四千.toml", programme("秋收"));
    fixture.write("programmes/无声.toml", programme("河堤"));
    fixture.write(
        "programmes/无声.vtt",
        "WEBVTT\n\n00:00.100 --> 00:00.900\n你好\n",
    );

    let report = fixture.import().await;
    let found: Vec<_> = report
        .complaints
        .iter()
        .map(|c| (c.file.as_str(), c.line))
        .collect();
    assert_eq!(
        found,
        [
            ("bulletins/坏表格.md", Some(10)),
            ("guides/坏图片.md", Some(9)),
            ("honours/坏日期.md", Some(5))
        ],
        "{report}"
    );
    assert_eq!(report.created.len(), 5, "{report}");
    assert!(fixture.record("bulletins/坏表格.md").is_none());

    let fire = fixture.record("bulletins/防火.md").unwrap();
    assert_eq!(fire.state, BulletinState::Published);
    let [
        Block::Paragraph { .. },
        Block::Picture(picture),
        Block::Table(table),
    ] = &fire.content.body[..]
    else {
        panic!("{:?}", fire.content.body)
    };
    assert_eq!(
        (picture.width, picture.height, picture.caption.as_str()),
        (540, 1080, "巡护")
    );
    let (on_disk, original) = (
        fixture.stored(&picture.screen.name),
        fixture.stored(&picture.original.as_ref().unwrap().name),
    );
    assert_eq!(image::image_dimensions(on_disk).unwrap(), (540, 1080));
    assert_eq!(image::image_dimensions(original).unwrap(), (1200, 2400));
    assert_eq!(table.rows, [["王巡山", "东山"]]);
    let gb = fixture.record("bulletins/国标.md").unwrap();
    assert_eq!(
        gb.content.body,
        [Block::Paragraph {
            text: "本文件用国标编码保存。".into()
        }]
    );

    let uhd = fixture.programme("programmes/四千.toml");
    assert_eq!(
        (uhd.renditions[0].width, uhd.renditions[0].height),
        (1920, 1080)
    );
    let info = media_studio::probe(&fixture.stored(&uhd.renditions[0].file.name)).unwrap();
    assert_eq!(
        media_studio::treatment(&info),
        media_studio::Treatment::AsIs
    );
    assert_eq!(report.converted.len(), 1);
    let silent = fixture.programme("programmes/无声.toml");
    assert!(
        !silent.renditions[0].has_audio && silent.captions.len() == 1 && silent.poster.width == 320
    );
}

/// Two sounds, the copy of a film that was broken off, and one that is trimmed.
#[tokio::test(flavor = "multi_thread")]
async fn films_lose_nothing_without_a_word() {
    let fixture = Fixture::new();
    // Four seconds: of one, half would be within what is let pass.
    let sound = "audiotestsrc num-buffers=200 samplesperbuffer=960 ! audio/x-raw,rate=48000,channels=2 ! avenc_aac ! aacparse ! m.";
    let muxed = PLAIN
        .replace("num-buffers=25", "num-buffers=100")
        .replace("faststart=true", "faststart=true name=m ! OUT");
    clip(
        &fixture.folder.join("programmes/两声.mp4"),
        &format!("{muxed} {sound} {sound}"),
    );
    let whole = fixture.folder.join("programmes/半截.mp4");
    clip(&whole, &format!("{muxed} {sound}"));
    let bytes = std::fs::read(&whole).unwrap();
    std::fs::write(&whole, &bytes[..bytes.len() * 55 / 100]).unwrap();
    // As long as the whole, but the end was never written.
    let filled = fixture.folder.join("programmes/空白.mp4");
    let half = bytes.len() / 2;
    std::fs::write(&filled, [&bytes[..half], &vec![0; half][..]].concat()).unwrap();
    for name in ["两声", "半截", "空白"] {
        fixture.write(&format!("programmes/{name}.toml"), programme(name));
        fixture.write(&format!("programmes/{name}.jpg"), photo(64, 48));
    }

    for dry_run in [true, false] {
        let report = import_folder(&fixture.context, &fixture.folder, dry_run, Box::new(Silent))
            .await
            .unwrap();
        assert_eq!(report.created, ["programmes/两声.toml"], "{report}");
        assert_eq!(report.complaints.len(), 2, "{report}");
        let shown = report.to_string();
        assert!(
            shown.contains("programmes/两声.toml：文件里有 2 条声音，用的是第 1 条"),
            "{shown}"
        );
        assert_eq!(shown.matches("重新拷贝").count(), 2, "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_again_changes_only_what_changed() {
    let fixture = Fixture::new();
    fixture.bulletin("bulletins/一.md", "notice", "![图](图.jpg)");
    fixture.bulletin("bulletins/二.md", "notice", "第二篇。");
    fixture.write("bulletins/图.jpg", photo(64, 48));
    clip(
        &fixture.folder.join("programmes/片.mkv"),
        &PLAIN.replace("mp4mux faststart=true", "matroskamux"),
    );
    fixture.write("programmes/片.toml", programme("片"));
    assert_eq!(fixture.import().await.created.len(), 3);

    let again = fixture.import().await;
    assert!(
        !again.changed_anything() && again.unchanged == 3 && again.converted.is_empty(),
        "{again}"
    );

    // A picture belongs to its item; renaming the title does not convert the video again.
    fixture.write("bulletins/图.jpg", photo(64, 32));
    fixture.write("programmes/片.toml", programme("新片名"));
    let changed = fixture.import().await;
    assert_eq!(changed.updated, ["bulletins/一.md", "programmes/片.toml"]);
    assert!(changed.converted.is_empty());
    assert_eq!(fixture.programme("programmes/片.toml").title, "新片名");

    // A broken item keeps what was published; a removed one is withdrawn, and comes back.
    fixture.write("bulletins/二.md", "没有开头");
    std::fs::remove_file(fixture.folder.join("bulletins/一.md")).unwrap();
    let broken = fixture.import().await;
    assert_eq!(
        (broken.withdrawn.as_slice(), broken.complaints.len()),
        (&["bulletins/一.md".to_owned()][..], 1)
    );
    assert_eq!(
        fixture.record("bulletins/一.md").unwrap().state,
        BulletinState::Withdrawn
    );
    assert_eq!(
        fixture.record("bulletins/二.md").unwrap().state,
        BulletinState::Published
    );
    fixture.bulletin("bulletins/一.md", "notice", "![图](图.jpg)");
    assert_eq!(fixture.import().await.updated, ["bulletins/一.md"]);
    assert_eq!(
        fixture.record("bulletins/一.md").unwrap().state,
        BulletinState::Published
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_goes_after_its_end_was_not_withdrawn() {
    let fixture = Fixture::new();
    let text = bulletin("notice", "正文").replace("日期 =", "到期 = 2026年10月9日\n日期 =");
    fixture.write("bulletins/过期.md", text);
    fixture.bulletin("bulletins/现行.md", "notice", "正文");
    assert_eq!(fixture.import().await.created.len(), 2);
    assert_eq!(
        fixture.record("bulletins/过期.md").unwrap().state,
        BulletinState::Expired
    );
    for file in ["过期", "现行"] {
        std::fs::remove_file(fixture.folder.join(format!("bulletins/{file}.md"))).unwrap();
    }
    let (over, current) = (
        "bulletins/过期.md".to_owned(),
        "bulletins/现行.md".to_owned(),
    );
    let trial = import_folder(&fixture.context, &fixture.folder, true, Box::new(Silent))
        .await
        .unwrap();
    let report = fixture.import().await;
    for report in [&trial, &report] {
        assert_eq!(report.withdrawn, std::slice::from_ref(&current));
        assert_eq!(report.expired, std::slice::from_ref(&over));
    }
    let words = report.to_string();
    assert!(words.contains("撤下 1 项"), "{words}");
    assert!(
        words.contains("早已过期（文件夹里也已没有）：bulletins/过期.md"),
        "{words}"
    );
    assert_eq!(
        fixture.record("bulletins/过期.md").unwrap().state,
        BulletinState::Expired
    );
    assert!(!fixture.import().await.changed_anything());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_writes_nothing() {
    let fixture = Fixture::new();
    fixture.bulletin("bulletins/一.md", "notice", "![图](图.jpg)");
    fixture.write("bulletins/图.jpg", photo(64, 48));
    let trial = import_folder(&fixture.context, &fixture.folder, true, Box::new(Silent))
        .await
        .unwrap();
    assert_eq!(
        (
            trial.created.len(),
            trial.changed["organizations"],
            trial.has_complaints()
        ),
        (1, 3, false),
        "{trial}"
    );
    assert!(fixture.record("bulletins/一.md").is_none());
    assert!(fixture.context.files.list().await.unwrap().is_empty());
    assert!(
        fixture
            .context
            .store
            .read(store::organizations::all)
            .unwrap()
            .is_empty()
    );
    assert_eq!(fixture.import().await.created, trial.created);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_folder_withdraws_nothing() {
    let fixture = Fixture::new();
    fixture.bulletin("bulletins/一.md", "notice", "正文。");
    fixture.import().await;
    let empty = tempfile::tempdir().unwrap();
    let result = import_folder(&fixture.context, empty.path(), false, Box::new(Silent)).await;
    assert!(matches!(result, Err(ImportError::NotContent { .. })));
    assert_eq!(
        fixture.record("bulletins/一.md").unwrap().state,
        BulletinState::Published
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_shown_is_refused_with_advice() {
    let fixture = Fixture::new();
    let outside = tempfile::NamedTempFile::new().unwrap();
    fixture.bulletin("bulletins/一.md", "notice", "![图](../../图.jpg)");
    fixture.bulletin("bulletins/二.md", "news", "放错了地方。");
    fixture.write("bulletins/三.docx", "x");
    fixture.bulletin("bulletins/四.md", "notice", "![图](假.jpg)");
    fixture.write("bulletins/假.jpg", "不是图片");
    std::os::unix::fs::symlink(outside.path(), fixture.folder.join("bulletins/五.md")).unwrap();
    fixture.write("programmes/甲.mp4", "不是视频");
    fixture.write("programmes/甲.toml", programme("甲"));
    fixture.write("programmes/乙.mp4", "没有说明");
    clip(
        &fixture.folder.join("programmes/歌.mp4"),
        "audiotestsrc num-buffers=40 ! avenc_aac ! aacparse ! mp4mux",
    );
    fixture.write("programmes/歌.toml", programme("歌"));
    let report = fixture.import().await;
    assert!(report.created.is_empty(), "{report}");
    let expected = [
        ("bulletins/一.md", "之外"),
        ("bulletins/三.docx", "CSV"),
        ("bulletins/二.md", "不能放在这个文件夹"),
        ("bulletins/五.md", "快捷方式"),
        ("bulletins/四.md", "JPEG"),
        ("programmes/乙.mp4", "乙.toml"),
        ("programmes/歌.toml", "没有画面"),
        ("programmes/甲.toml", "不是能识别的视频"),
    ];
    assert_eq!(report.complaints.len(), expected.len(), "{report}");
    for (complaint, (file, words)) in report.complaints.iter().zip(expected) {
        assert!(
            complaint.file == file && complaint.message.contains(words),
            "{complaint}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn offices_publish_to_the_whole_township() {
    let fixture = Fixture::new();
    fixture.write(
        "bulletins/所.md",
        bulletin("finance", "全镇可见。").replace("QH", "CZS"),
    );
    fixture.write(
        "bulletins/村.md",
        bulletin("finance", "本村可见。").replace("QH", "ZJ"),
    );
    fixture.import().await;
    assert_eq!(
        fixture.record("bulletins/所.md").unwrap().audience_code,
        "QH"
    );
    assert_eq!(
        fixture.record("bulletins/村.md").unwrap().audience_code,
        "ZJ"
    );
}

/// Copies the township's words; its drawn pictures and films are replaced by tiny ones of the
/// same names, so that a name nothing makes is a complaint.
fn copy_words(from: &Path, to: &Path) -> u64 {
    let mut total = 0;
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_name() == "media" {
            continue;
        } else if entry.file_type().unwrap().is_dir() {
            total += copy_words(&entry.path(), &target);
        } else {
            let size = std::fs::copy(entry.path(), target).unwrap();
            assert!(size < 1_000_000, "{:?}", entry.path());
            total += size;
        }
    }
    total
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_township_has_no_mistakes() {
    let fixture = Fixture::new();
    let total = copy_words(&demo_township::township_folder(), &fixture.folder);
    assert!(total < 6_000_000, "{total}");
    let tiny = fixture._dir.path().join("tiny.mp4");
    clip(&tiny, PLAIN);
    std::fs::create_dir_all(fixture.folder.join("media")).unwrap();
    for (n, file) in (1_u32..).zip(demo_township::catalogue::files()) {
        let path = fixture.folder.join("media").join(&file);
        if file.ends_with(".jpg") {
            std::fs::write(path, photo(32 + n, 24)).unwrap();
        } else {
            std::fs::copy(&tiny, path).unwrap();
        }
    }
    let report = fixture.import().await;
    assert!(!report.has_complaints(), "{report}");
    assert_eq!(report.unused, [] as [&str; 0], "{report}");
    // The demonstration's own stations are not enrolled here.
    assert_eq!(report.waiting.len(), 1, "{report}");
    assert!(
        report
            .created
            .contains(&"duty-rooms.csv：便民服务大厅".to_owned()),
        "{report}"
    );
    let count = |folder: &str| {
        report
            .created
            .iter()
            .filter(|file| file.starts_with(folder))
            .count()
    };
    assert!(
        count("bulletins/") >= 60
            && count("programmes/") >= 8
            && count("honours/") >= 20
            && count("guides/") >= 10,
        "{report}"
    );
    assert_eq!(report.changed["organizations"], 1 + 78 + 12 + 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_of_meetings_is_planned_changed_and_taken_back() {
    use contract::meeting::{MeetingKind, MeetingState};
    use store::meetings::{self, Filter};

    let fixture = Fixture::new();
    let found = |fixture: &Fixture| {
        let all = fixture.context.store.read(|tx| {
            let Some(root) = store::organizations::root(tx)? else {
                return Ok(Vec::new());
            };
            let filter = Filter {
                within: root.id,
                ..Filter::default()
            };
            meetings::list(tx, &filter, None, 100)
        });
        all.unwrap()
    };
    let write = |rows: &str| {
        let header = "时间,标题,主办,方式,范围,时长,录像,回放栏目";
        fixture.write("meetings.csv", format!("{header}\n{rows}"));
    };
    // One is over already, one is for a village, one is recorded.
    let council = "2026-11-25 09:00,例会,QH,视频会议,,90,是,清河镇播报\n";
    let village = "2026-11-26 15:00,说明会,CZS,,ZJ,,,\n";
    write(&format!(
        "2026-03-01 09:00,开过的会,QH,,,,,\n{council}{village}"
    ));
    let trial = import_folder(&fixture.context, &fixture.folder, true, Box::new(Silent));
    assert_eq!(trial.await.unwrap().created.len(), 2);
    assert!(found(&fixture).is_empty());
    let report = fixture.import().await;
    assert_eq!(report.complaints, []);
    assert_eq!(
        report.created,
        ["meetings.csv：例会", "meetings.csv：说明会"]
    );
    let all = found(&fixture);
    assert_eq!(all.len(), 2);
    assert_eq!(
        (
            all[0].organization_code.as_str(),
            all[0].audience_code.as_str()
        ),
        ("CZS", "ZJ")
    );
    assert_eq!(
        (all[1].content.kind, all[1].content.planned_ms),
        (MeetingKind::Conference, 5_400_000)
    );
    assert_eq!(
        (
            all[1].content.record,
            all[1].content.recording_list.as_str()
        ),
        (true, "news")
    );
    assert!(!fixture.import().await.changed_anything());

    // Another hour is the same meeting. A row with a mistake takes nothing back.
    write(
        "2026-11-25 10:00,例会,QH,视频会议,,90,是,清河镇播报\n2026-11-26 15:00,说明会,CSZ,,ZJ,,,\n",
    );
    let report = fixture.import().await;
    assert_eq!(report.updated, ["meetings.csv：例会"]);
    assert_eq!(report.complaints.len(), 1);
    assert_eq!(report.complaints[0].line, Some(3));
    let after = found(&fixture);
    assert_eq!((after.len(), after[1].version), (2, 2));
    assert!(after.iter().all(|it| it.state == MeetingState::Scheduled));

    // What began is not changed any more; what is gone from the list is cancelled.
    let id = after[1].id.clone();
    let start = move |tx: &mut store::WriteTx<'_>| meetings::start(tx, &id, NOW).map(|_| ());
    fixture
        .context
        .store
        .write::<_, store::Error, _>(start)
        .unwrap();
    write("2026-11-25 11:00,例会,QH,视频会议,,90,是,清河镇播报\n");
    let report = fixture.import().await;
    assert_eq!(report.complaints.len(), 1);
    write("2026-11-25 10:00,例会,QH,视频会议,,90,是,清河镇播报\n");
    let report = fixture.import().await;
    assert_eq!((report.complaints.len(), report.withdrawn.len()), (0, 1));
    assert_eq!(found(&fixture)[0].state, MeetingState::Cancelled);
    // Without the file nothing that goes on is touched.
    std::fs::remove_file(fixture.folder.join("meetings.csv")).unwrap();
    assert_eq!(fixture.import().await.withdrawn.len(), 0);
    assert_eq!(found(&fixture)[1].state, MeetingState::Live);
}

#[tokio::test(flavor = "multi_thread")]
async fn duty_rooms_wait_for_their_station_change_and_go() {
    use contract::terminal::TerminalKind;
    use store::duty::{self, Picture};
    use store::terminals::{self, NewTerminal};

    let fixture = Fixture::new();
    let found = |fixture: &Fixture| {
        let all = fixture.context.store.read(|tx| {
            let root = store::organizations::root(tx)?.unwrap();
            duty::list(tx, &root.id, None, 100)
        });
        let mut all = all.unwrap();
        all.sort_by(|a, b| a.title.cmp(&b.title));
        all
    };
    let write = |rows: &str| {
        fixture.write("duty-rooms.csv", format!("名称,单位,电视,摄像头\n{rows}"));
    };
    let (hall, office) = (
        "大厅,QH,,rtsp://u:geheim@10.0.0.9/1\n",
        "值班室,ZJ,会议室,\n",
    );
    write(&format!("{hall}{office}"));
    import_ground(&fixture.context, &fixture.folder)
        .await
        .unwrap();
    let trial = import_folder(&fixture.context, &fixture.folder, true, Box::new(Silent));
    let trial = trial.await.unwrap();
    assert_eq!((trial.created.len(), trial.waiting.len()), (1, 1));
    assert!(found(&fixture).is_empty());
    let report = fixture.import().await;
    assert_eq!((report.complaints.len(), report.waiting.len()), (0, 1));
    assert_eq!(report.created, ["duty-rooms.csv：大厅"]);
    assert!(!report.to_string().contains("geheim"));

    // A home's television of that name is no station.
    let enrol = |kind| {
        let enrolled = fixture.context.store.write(move |tx| {
            let place = store::organizations::by_code(tx, "ZJ")?.unwrap();
            let new = NewTerminal {
                kind,
                name: "会议室".to_owned(),
                organization_id: place.id,
                token_sha256: format!("{kind:?}"),
            };
            Ok::<_, store::Error>(terminals::create(tx, &new, NOW)?.id)
        });
        enrolled.unwrap()
    };
    enrol(TerminalKind::Household);
    assert_eq!(fixture.import().await.waiting.len(), 1);
    let station = enrol(TerminalKind::Station);
    let report = fixture.import().await;
    assert_eq!(report.created, ["duty-rooms.csv：值班室"]);
    assert!(report.waiting.is_empty() && !fixture.import().await.changed_anything());
    let rooms = found(&fixture);
    assert_eq!(rooms[0].picture, Picture::Station(station.clone()));
    let Picture::Camera(sealed) = &rooms[1].picture else {
        panic!("no camera");
    };
    let place = crate::services::vault::Place::Camera(&rooms[1].id);
    let clear = fixture.context.vault.unseal(place, sealed).unwrap();
    assert_eq!(clear, "rtsp://u:geheim@10.0.0.9/1");

    // A mistake takes nothing away; what is gone from the list is.
    write(&format!(
        "大厅,QH,,rtsp://10.0.0.9/2\n{office}小厅,NO,,rtsp://10.0.0.9/3\n"
    ));
    let report = fixture.import().await;
    assert_eq!(report.updated, ["duty-rooms.csv：大厅"]);
    assert_eq!(report.complaints[0].line, Some(4));
    assert_eq!(found(&fixture).len(), 2);
    // Nor does an address where no camera may be.
    write(&format!("大厅,QH,,rtsp://127.0.0.1:5432/\n{office}"));
    let report = fixture.import().await;
    assert!(report.to_string().contains("服务器自己的地址"), "{report}");
    assert_eq!((report.complaints.len(), found(&fixture).len()), (1, 2));
    write(&format!("{office}又一间,ZJ,会议室,\n"));
    let report = fixture.import().await;
    assert_eq!(report.complaints[0].line, Some(3), "{report}");
    write(office);
    let report = fixture.import().await;
    assert_eq!(report.withdrawn, ["duty-rooms.csv：大厅"]);
    let left = found(&fixture);
    assert_eq!((left.len(), left[0].title.as_str()), (1, "值班室"));
    write(&format!("{hall}{office}"));
    assert_eq!(fixture.import().await.updated, ["duty-rooms.csv：大厅"]);
}

/// What is imported goes through the services, which check it as they check what staff write.
#[test]
fn nothing_here_writes_the_database() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/import")];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != "tests.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let ours = text.split("#[cfg(test)]").next().unwrap();
                for word in ["WriteTx", "store.write(", "store.read(", "Tx<"] {
                    assert!(!ours.contains(word), "{}: {word}", path.display());
                }
                read += 1;
            }
        }
    }
    assert!(read > 20, "{read}");
}
