//! Every command of the command line, run as a program on each engine, the first set-up from an empty database
//! on. A command that is not tried here fails the test.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use contract::enrolment::{CLIENT_ID, DEVICE_GRANT, DeviceResponse, TokenResponse};
use reqwest::StatusCode;
use store::audit;
use store::members::search::{self, Filter};
use store::testing::TestDatabase;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::common::{databases, ok};

/// A server machine with its settings and a folder of content, and what was typed there.
struct Machine {
    folder: tempfile::TempDir,
    database: TestDatabase,
    typed: BTreeSet<String>,
}

/// What a command said, and how it ended.
struct Said {
    code: i32,
    text: String,
}

impl Said {
    /// It went well and said this.
    fn well(self, part: &str) -> Self {
        assert_eq!(self.code, 0, "{}", self.text);
        assert!(self.text.contains(part), "{part}: {}", self.text);
        self
    }

    /// It was refused, in these words.
    fn refused(&self, part: &str) {
        assert_ne!(self.code, 0, "{}", self.text);
        assert!(self.text.contains(part), "{part}: {}", self.text);
        for inside in ["panicked", "postgres://", "geheim"] {
            assert!(!self.text.contains(inside), "{}", self.text);
        }
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backend-api"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ZHDJ_")) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

impl Machine {
    fn new(database: TestDatabase) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let data = folder.path().join("data");
        write(
            "config.toml",
            &format!(
                "listen = \"127.0.0.1:{}\"\ndata_dir = \"{}\"\ndatabase = \"{}\"\n[live]\nudp = \"127.0.0.1:0\"\n",
                free_port(),
                data.display(),
                database.url(),
            ),
        );
        write(
            "content/township.toml",
            "name = \"清河镇\"\ntitle = \"清河镇智慧党建\"\n\
             [[section]]\ndigit = 1\nid = \"open\"\ntitle = \"党务公开\"\ncolor = \"#722836\"\nicon = \"file-list\"\n\
             [[section.list]]\nid = \"notice\"\ntitle = \"通知公告\"\nkind = \"bulletins\"\n",
        );
        write(
            "content/organizations.csv",
            "code,parent,kind,name\nQH,,镇,清河镇\nZJ,QH,村,张家村\nLJ,QH,村,李家村\n",
        );
        write(
            "content/members.csv",
            "组织代码,姓名,身份,户名\nZJ,张建国,正式党员,12 号\nZJ,王秀英,预备党员,12 号\n",
        );
        Self {
            folder,
            database,
            typed: BTreeSet::new(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Notes which command is typed.
    fn note(&mut self, arguments: &[&str]) {
        let nested = ["audit", "keys"].contains(&arguments[0]);
        let words = &arguments[..if nested { 2 } else { 1 }];
        self.typed.insert(words.join(" "));
    }

    fn command(&mut self, arguments: &[&str]) -> Command {
        self.note(arguments);
        let mut command = program();
        command.arg("--config").arg(self.path("config.toml"));
        command.args(arguments);
        command
    }

    async fn run(&mut self, arguments: &[&str]) -> Said {
        self.run_with(arguments, "").await
    }

    /// The same with something on standard input.
    async fn run_with(&mut self, arguments: &[&str], input: &str) -> Said {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut running = command.spawn().unwrap();
        let mut stdin = running.stdin.take().unwrap();
        // Most take no notice of it and may have ended.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        let ended = running.wait_with_output();
        let ended = tokio::time::timeout(Duration::from_secs(120), ended).await;
        let ended = ended.expect("within two minutes").unwrap();
        let text = [ended.stdout, ended.stderr].concat();
        Said {
            code: ended.status.code().unwrap_or(-1),
            text: String::from_utf8(text).unwrap(),
        }
    }

    /// The id of somebody in the database.
    async fn member(&self, name: &'static str) -> String {
        let url = self.database.database_url();
        let found = tokio::task::spawn_blocking(move || {
            let store = store::Store::open(&url).unwrap();
            let root = store.read(store::organizations::root).unwrap().unwrap();
            let everybody = Filter {
                within: &root.id,
                ..Filter::default()
            };
            let members = store.read(|tx| search::list(tx, &everybody, None, 100));
            let named = members.unwrap().into_iter().find(|one| one.name == name);
            named.unwrap().id
        });
        found.await.unwrap()
    }

    /// How often the audit log says that this was done.
    async fn noted(&self, action: &'static str) -> usize {
        let url = self.database.database_url();
        let found = tokio::task::spawn_blocking(move || {
            let store = store::Store::open(&url).unwrap();
            let done = audit::Filter {
                action: Some(action),
                ..audit::Filter::default()
            };
            let entries = store.read(|tx| audit::list(tx, &done, None, 100));
            entries.unwrap().len()
        });
        found.await.unwrap()
    }

    /// Where the server listens.
    fn url(&self, path: &str) -> String {
        let config = fs::read_to_string(self.path("config.toml")).unwrap();
        let port = config.split("127.0.0.1:").nth(1).unwrap();
        let port = port.split('"').next().unwrap();
        format!("http://127.0.0.1:{port}{path}")
    }
}

/// Ends a server as systemd does.
async fn stop(mut server: Child) {
    let pid = i32::try_from(server.id().unwrap()).unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(60), server.wait()).await;
    assert!(ended.expect("within a minute").unwrap().success());
}

/// Every command that the program knows, nested ones with both words.
async fn known() -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    let mut below = vec![String::new()];
    while let Some(above) = below.pop() {
        let mut command = program();
        command.args(above.split_whitespace()).arg("--help");
        let help = String::from_utf8(command.output().await.unwrap().stdout).unwrap();
        let listed: Vec<&str> = help
            .lines()
            .skip_while(|line| *line != "Commands:")
            .skip(1)
            .take_while(|line| line.starts_with("  "))
            .filter_map(|line| line.split_whitespace().next())
            .filter(|name| *name != "help")
            .collect();
        if listed.is_empty() {
            known.insert(above.clone());
        }
        below.extend(
            listed
                .iter()
                .map(|name| format!("{above} {name}").trim().to_owned()),
        );
    }
    known
}

async fn until_ready(client: &reqwest::Client, machine: &Machine) {
    let ready = async {
        loop {
            match client.get(machine.url("/readyz")).send().await {
                Ok(answer) if answer.status() == StatusCode::OK => return,
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    };
    let ready = tokio::time::timeout(Duration::from_secs(60), ready).await;
    ready.expect("ready within a minute");
}

/// The code to set a server up with that a text names; empty: it names none.
fn code_in(text: &str) -> String {
    let after = text.split("安装码 ").nth(1).unwrap_or_default();
    let code = after.chars().take(9).collect::<String>();
    if code.len() == 9 && code.as_bytes()[4] == b'-' {
        code
    } else {
        String::new()
    }
}

/// Whoever installs a server finds in its log how to go on.
async fn first_start(machine: &mut Machine) {
    let mut server = machine
        .command(&["serve"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
    let told = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if !code_in(&line).is_empty() {
                return code_in(&line);
            }
        }
        String::new()
    };
    let told = tokio::time::timeout(Duration::from_secs(60), told).await;
    assert_ne!(told.expect("within a minute"), "");
    let client = reqwest::Client::new();
    until_ready(&client, machine).await;
    let state = client.get(machine.url("/api/v1/setup")).send().await;
    let state: contract::setup::SetupState = ok(state.unwrap()).await;
    assert!(state.open);
    // Whoever reads the log goes on reading: a full pipe would hold the server.
    let rest = tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    stop(server).await;
    rest.await.unwrap();
}

/// What is only typed while the server runs: a TV is admitted, changed and revoked.
async fn terminals(machine: &mut Machine) {
    let client = reqwest::Client::new();
    let server = machine
        .command(&["serve"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until_ready(&client, machine).await;
    let form = |path: &str, body: &str| {
        let request = client.post(machine.url(path));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(body.to_owned()).send()
    };
    let device: DeviceResponse = ok(form(
        "/api/v1/enrol/device",
        &format!("client_id={CLIENT_ID}&hardware=x"),
    )
    .await
    .unwrap())
    .await;
    let arguments = [
        "--organization",
        "ZJ",
        "--name",
        "张家村 12 号",
        "--household",
        "12 号",
    ];
    let approve = [&["approve", device.user_code.as_str()][..], &arguments].concat();
    let approved = machine.run(&approve).await;
    approved.well("已登记");
    let asked = format!(
        "grant_type={DEVICE_GRANT}&client_id={CLIENT_ID}&device_code={}",
        device.device_code
    );
    let request = client.post(machine.url("/api/v1/enrol/token"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let token: TokenResponse = ok(request.body(asked).send().await.unwrap()).await;
    let id = token.terminal_id.as_str();
    machine.run(&["terminals"]).await.well(id);
    let changed = machine.run(&["change", id, "--name", "老张家"]).await;
    changed.well("老张家");
    let nowhere = machine.run(&["change", id, "--organization", "XX"]).await;
    nowhere.refused("没有代码为“XX”的组织");
    machine.run(&["revoke", id]).await.well("已停用");
    machine.run(&["terminals"]).await.well("已停用");
    // The server that runs beside knows.
    let told = async {
        loop {
            let feed = client.get(machine.url("/api/v1/feed"));
            let answer = feed.bearer_auth(&token.access_token).send().await.unwrap();
            if answer.status() == StatusCode::UNAUTHORIZED {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let told = tokio::time::timeout(Duration::from_secs(60), told).await;
    told.expect("within a minute");
    stop(server).await;
}

/// The demonstration, in a database of its own.
async fn demonstration(machine: &mut Machine, database: &TestDatabase) {
    let (data, content) = (machine.path("demo"), machine.path("content"));
    let arguments = ["demo", "--no-meeting", "--listen", "127.0.0.1:0"];
    machine.note(&arguments);
    let mut server = program()
        .args(arguments)
        .args(["--database", database.url()])
        .arg("--data")
        .arg(data)
        .arg("--content")
        .arg(content)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let mut said = Vec::new();
    let started = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            said.push(line);
            if said.last().is_some_and(|line| line.contains("服务已启动")) {
                return true;
            }
        }
        false
    };
    let started = tokio::time::timeout(Duration::from_secs(120), started).await;
    assert!(started.expect("within two minutes"), "{said:?}");
    // What it says later must have somewhere to go.
    let rest = tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    stop(server).await;
    rest.await.unwrap();
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_works_on_each_engine() {
    let known = known().await;
    assert!(
        known.contains("import") && known.contains("audit verify"),
        "{known:?}"
    );
    for (database, for_demo) in databases().await.into_iter().zip(databases().await) {
        let on_sqlite = !database.is_postgres();
        let mut machine = Machine::new(database);
        let machine = &mut machine;
        let content = machine.path("content");
        let way = if on_sqlite {
            "数据库在本机"
        } else {
            "不经过网络"
        };
        machine.run(&["check-config"]).await.well(way);
        machine.run(&["openapi"]).await.well("\"openapi\"");

        // The first set-up: in the browser, with a code,
        first_start(machine).await;
        let code = machine.run(&["setup-code"]).await.well("/console");
        assert!(!code_in(&code.text).is_empty(), "{}", code.text);
        // or with a folder.
        let dry = machine.run(&["import", "--dry-run", text(&content)]).await;
        dry.well("");
        let none = machine.run(&["create-admin", "early"]).await;
        none.refused("请先导入");
        machine.run(&["import", text(&content)]).await.well("");
        let codes = machine.run(&["organizations"]).await.well("ZJ\t张家村");
        assert_eq!(codes.text.lines().count(), 3, "{}", codes.text);
        let account = [
            "create-admin",
            "zhang",
            "--organization",
            "ZJ",
            "--password-stdin",
        ];
        let made = machine.run_with(&account, "三月春耕correct horse\n").await;
        made.well("已新建账号 zhang");
        let again = machine.run_with(&account, "三月春耕correct horse\n").await;
        again.refused("已被使用");
        machine.run(&["setup-code"]).await.refused("已经有账号");

        terminals(machine).await;

        machine.run(&["keys", "rotate"]).await.well("已换用密钥");
        let id = machine.member("张建国").await;
        let purge = ["purge", id.as_str(), "--reason", "本人要求清除"];
        machine.run(&purge).await.well("已清除");
        machine.run(&purge).await.refused("已清除");
        machine.run(&["audit", "verify"]).await.well("没有发现改动");
        machine.run(&["audit", "head"]).await.well("");
        machine.run(&["clock"]).await.well("没有发现问题");
        let reset = machine.run(&["reset-second-factor", "nobody"]).await;
        reset.refused("没有找到");
        let reset = machine.run(&["reset-second-factor", "zhang"]).await;
        reset.well("zhang");
        machine.run(&["verify"]).await.well("完好");

        let copy = machine.path("backup");
        let made = machine.run(&["backup", text(&copy)]).await;
        if on_sqlite {
            made.well("已备份到");
            machine.run(&["verify", text(&copy)]).await.well("完好");
            let kept = machine.run(&["restore", text(&copy)]).await;
            kept.refused("--overwrite");
            let restore = ["restore", "--overwrite", text(&copy)];
            let restored = machine.run(&restore).await.well("已恢复");
            assert!(!restored.text.contains("还没有记下"), "{}", restored.text);
            assert_eq!(machine.noted("database.restore").await, 1);
        } else {
            made.refused("pg_dump");
            let restore = ["restore", "--overwrite", text(&copy)];
            machine.run(&restore).await.refused("pg_restore");
        }
        let unsaid = machine.run(&["after-restore"]).await;
        unsaid.refused("--keep-access");
        let before = machine.noted("database.restore").await;
        let kept = machine.run(&["after-restore", "--keep-access"]).await;
        kept.well("");
        assert_eq!(machine.noted("database.restore").await, before + 1);
        machine.run(&["audit", "verify"]).await.well("没有发现改动");
        // All is there, also after the backup was put back.
        machine.run(&["organizations"]).await.well("ZJ\t张家村");
        demonstration(machine, &for_demo).await;
        assert_eq!(machine.typed, known, "commands that are not tried here");
    }
}
