//! Staff approve TVs with a telephone: the page in a real browser of a telephone's size, against the
//! real server, and the client of a TV that then knows its people.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use e2e::harness::backend::{LOGIN, PASSWORD};
use e2e::harness::{Backend, small, sync};
use media_player::testing::ClipSpec;
use tv_app::cache::Cache;
use tv_app::client::{Client, EnrolmentState, Notice};
use tv_app::clock::SystemClock;

const PATIENCE: Duration = Duration::from_secs(120);
/// As many as a large township has.
const ORGANIZATIONS: usize = 96;

/// A TV's client without a screen.
struct Terminal {
    cache: Cache,
    notices: Receiver<Notice>,
    _client: Client,
}

impl Terminal {
    fn start(folder: &Path, url: &str) -> Self {
        let cache = Cache::open(folder, Arc::new(SystemClock::new())).unwrap();
        let (news, notices) = channel();
        let notify = Arc::new(move |notice| news.send(notice).unwrap_or(()));
        let client = Client::start(sync::quick_client(url), cache.clone(), notify).unwrap();
        Self {
            cache,
            notices,
            _client: client,
        }
    }

    /// What the screen shows: the code, and the address of the QR code.
    fn code(&self) -> (String, String) {
        loop {
            if let Notice::Enrolment(EnrolmentState::Code {
                user_code,
                verification_uri_complete,
                ..
            }) = self.notices.recv_timeout(PATIENCE).expect("a code")
            {
                return (user_code, verification_uri_complete);
            }
        }
    }

    fn wait_for_people(&self, names: &[&str]) {
        loop {
            let people = self.cache.people();
            let known: Vec<_> = people.people.iter().map(|one| one.name.as_str()).collect();
            if known == names {
                return;
            }
            let news = self.notices.recv_timeout(PATIENCE);
            assert!(news.is_ok(), "{names:?} never came, but {known:?}");
        }
    }
}

#[test]
fn staff_approve_two_tvs_with_a_telephone_and_their_people_can_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    small::write(&content, &ClipSpec::default()).unwrap();
    let mut organizations = "code,parent,kind,name\nQH,,镇,清河镇\n".to_owned();
    for n in 1..ORGANIZATIONS {
        writeln!(organizations, "V{n:02},QH,村,第{n:02}村").unwrap();
    }
    std::fs::write(content.join("organizations.csv"), organizations).unwrap();
    std::fs::write(
        content.join("members.csv"),
        "组织代码,姓名,身份,卡号,免点名原因,户名\nV07,何家栋,正式党员,,,12 号\nV07,何秀兰,预备党员,,,12 号\n\
         V07,柳成荫,正式党员,,,3 号\nV08,何家旺,正式党员,,,12 号\n",
    )
    .unwrap();
    let backend = Backend::start(&folder.path().join("server"), |_| {}).unwrap();
    let report = backend.import(&content).unwrap();
    assert!(!report.has_complaints(), "{report}");
    backend.administrator().unwrap();

    let first = Terminal::start(&folder.path().join("first"), &backend.url());
    let second = Terminal::start(&folder.path().join("second"), &backend.url());
    let ((_, page), (later, _)) = (first.code(), second.code());
    let mut telephone = Command::new("node");
    telephone
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend-api/console/e2e/enrol.mjs"))
        .env("PAGE", page)
        .env("LATER", later)
        .env("LOGIN", LOGIN)
        .env("PASSWORD", PASSWORD)
        .env("ORGANIZATION", "v07")
        .env("OF_MANY", "村")
        .env("PERSON", "何家栋")
        .env("HOUSEHOLD", "3 号");
    let telephone = telephone.output().expect("node starts");
    let said = String::from_utf8_lossy(&telephone.stdout);
    assert!(
        telephone.status.success() && !said.contains("page_error"),
        "{said}\n{}",
        String::from_utf8_lossy(&telephone.stderr)
    );
    assert!(
        said.contains(r#"{"event":"approved","name":"第07村 12 号"}"#),
        "{said}"
    );
    first.wait_for_people(&["何家栋", "何秀兰"]);
    second.wait_for_people(&["柳成荫"]);
    let own = second.cache.enrolment().unwrap();
    assert_eq!(
        (own.name.as_str(), own.organization.name.as_str()),
        ("后来的电视", "第07村")
    );
}
