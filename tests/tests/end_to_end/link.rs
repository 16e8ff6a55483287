//! The kernel's own news of networks: in a network namespace of its own a cable is plugged in.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use e2e::harness::Backend;
use tv_app::cache::Cache;
use tv_app::client::{Client, ClientConfig, EnrolmentState, Notice, Timing};
use tv_app::clock::SystemClock;
use tv_app::platform::link;

/// Set in the process that runs inside the namespace.
const INSIDE: &str = "ZHDJ_TEST_INSIDE_NAMESPACE";

const PATIENCE: Duration = Duration::from_secs(60);

/// Ends without having looked where namespaces or the program `ip` are not to be had: a build machine
/// may forbid them. What the kernel's messages mean is tested beside the code all the same.
#[test]
fn a_box_enrols_as_soon_as_its_cable_is_plugged_in() {
    if std::env::var_os(INSIDE).is_some() {
        inside();
        return;
    }
    let possible = Command::new("unshare")
        .args([
            "--map-root-user",
            "--net",
            "ip",
            "link",
            "add",
            "a",
            "type",
            "veth",
            "peer",
            "name",
            "b",
        ])
        .output();
    match possible {
        Ok(tried) if tried.status.success() => {}
        tried => {
            #[expect(
                clippy::print_stderr,
                reason = "whoever runs it has to know that it was not looked at"
            )]
            {
                eprintln!("NOT LOOKED AT: no network namespace can be made here: {tried:?}");
            }
            return;
        }
    }
    let done = Command::new("unshare")
        .args(["--map-root-user", "--net"])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "a_box_enrols_as_soon_as_its_cable_is_plugged_in",
            "--nocapture",
        ])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}

fn ip(arguments: &str) {
    let done = Command::new("ip")
        .args(arguments.split(' '))
        .status()
        .unwrap();
    assert!(done.success(), "ip {arguments}");
}

/// Waits are an hour long here: only the news of the kernel can wake the client.
fn inside() {
    let folder = tempfile::tempdir().unwrap();
    let backend = server(&folder.path().join("server"));
    let address = format!(
        "http://10.9.8.1:{}",
        backend.url().rsplit(':').next().unwrap()
    );
    let cache = Cache::open(&folder.path().join("tv"), Arc::new(SystemClock::new())).unwrap();
    let for_ever = 3_600_000;
    let config = ClientConfig {
        timing: Timing {
            backoff_min_ms: for_ever,
            backoff_max_ms: for_ever,
            ..Timing::default()
        },
        ..ClientConfig::new(&address, "box")
    };
    let (news, arrived) = mpsc::channel();
    let notify = Arc::new(move |notice| news.send(notice).unwrap_or(()));
    let client = Arc::new(Client::start(config, cache, notify).unwrap());
    let woken = Arc::clone(&client);
    link::watch(move || woken.network_came()).unwrap();
    let wait = |what: &str, wanted: fn(&EnrolmentState) -> bool| loop {
        match arrived.recv_timeout(PATIENCE) {
            Ok(Notice::Enrolment(state)) if wanted(&state) => return,
            Ok(_) => {}
            Err(_) => panic!("{what} never came"),
        }
    };
    wait("no network", |state| {
        matches!(state, EnrolmentState::NoNetwork { .. })
    });
    // What is sent to an address of one's own goes by the loopback device.
    ip("link set lo up");
    ip("link add v0 type veth peer name v1");
    ip("addr add 10.9.8.1/24 dev v0");
    ip("link set v1 up");
    ip("link set v0 up");
    wait("a code", |state| {
        matches!(state, EnrolmentState::Code { .. })
    });
}

fn server(data: &Path) -> Backend {
    Backend::start(data, |config| {
        config.listen = ([0, 0, 0, 0], 0).into();
        config.live.udp = ([0, 0, 0, 0], 0).into();
        config.live.advertise = vec!["10.9.8.1".parse().unwrap()];
        config.public_url = Some("http://10.9.8.1".parse().unwrap());
    })
    .unwrap()
}
