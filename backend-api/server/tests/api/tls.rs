//! TLS of the server itself: a certificate of its own, renewed while connections are open.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use backend_api::config::{Config, Tls};
use backend_api::services::kit::rights::Role;
use backend_api::{Server, ServerError};
use contract::event::Event;
use contract::terminal::TerminalKind;
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509, X509NameBuilder};
use reqwest::{Client, StatusCode, redirect};

use crate::common::{World, draft, tv};
use crate::events::Events;

const PATIENCE: Duration = Duration::from_secs(60);

/// A certificate that signs itself, with its key, as PEM.
fn certificate(name: &str) -> (Vec<u8>, Vec<u8>) {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key: PKey<Private> = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_text("CN", name).unwrap();
    let subject = subject.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let serial = BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap();
    builder.set_serial_number(&serial).unwrap();
    builder.set_subject_name(&subject).unwrap();
    builder.set_issuer_name(&subject).unwrap();
    builder.set_pubkey(&key).unwrap();
    let (from, until) = (Asn1Time::days_from_now(0), Asn1Time::days_from_now(2));
    builder.set_not_before(&from.unwrap()).unwrap();
    builder.set_not_after(&until.unwrap()).unwrap();
    let names = SubjectAlternativeName::new()
        .dns("localhost")
        .ip("127.0.0.1")
        .build(&builder.x509v3_context(None, None))
        .unwrap();
    builder.append_extension(names).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    let pem = builder.build().to_pem().unwrap();
    (pem, key.private_key_to_pem_pkcs8().unwrap())
}

/// Writes the pair as tools do: each beside its place and then over it.
fn write(folder: &Path, (certificate, key): &(Vec<u8>, Vec<u8>)) {
    for (name, bytes) in [("tls.pem", certificate), ("tls.key", key)] {
        let beside = folder.join("new");
        std::fs::write(&beside, bytes).unwrap();
        std::fs::rename(&beside, folder.join(name)).unwrap();
    }
}

/// A browser or television that trusts this certificate and no other.
fn trusting(pem: &[u8]) -> Client {
    Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(pem).unwrap()])
        .redirect(redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .build()
        .unwrap()
}

fn with_tls(config: &mut Config, folder: &Path) {
    config.public_url = Some("https://tv.example.cn".parse().unwrap());
    config.tls = Some(Tls {
        certificate: folder.join("tls.pem"),
        key: folder.join("tls.key"),
        redirect: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
    });
}

/// Waits until a condition holds.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect(what);
}

#[tokio::test]
async fn it_speaks_tls_and_takes_a_new_certificate_without_dropping_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (certificate("old"), certificate("new"));
    write(folder.path(), &old);
    let mut world = World::set(|config| {
        with_tls(config, folder.path());
    })
    .await;
    let (trusts_old, trusts_new) = (trusting(&old.0), trusting(&new.0));
    world.use_client(trusts_old.clone());

    let page = world.get("/healthz", "").send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(
        page.headers()["strict-transport-security"],
        "max-age=31536000"
    );
    let healthz = world.server.url().join("/healthz").unwrap();
    assert!(trusts_new.get(healthz.clone()).send().await.is_err());
    // Who speaks no TLS gets no answer, and holds nobody up.
    let plain = format!("http://{}/healthz", world.server.addr);
    assert!(trusts_old.get(&plain).send().await.is_err());

    let beside = world.server.plain_addr.unwrap();
    let led = trusts_old.get(format!("http://{beside}/enrol?code=1"));
    let led = led.send().await.unwrap();
    assert_eq!(led.status(), StatusCode::PERMANENT_REDIRECT);
    assert_eq!(
        led.headers()["location"],
        "https://tv.example.cn/enrol?code=1"
    );

    let staff = world.staff(Role::PlatformAdministrator, "QH").await;
    let home = tv(&world, "ZJ", TerminalKind::Household).await;
    let mut events = Events::listen(&world, &home.token, None).await;

    // A pair that is none changes nothing but what is said of it.
    write(folder.path(), &(new.0.clone(), old.1.clone()));
    let told_of = async |failing: bool| {
        let ready = world.get("/readyz", "").send().await.unwrap();
        let said = ready.text().await.unwrap();
        let line = said.lines().find(|line| line.contains("task certificate"));
        line.unwrap().contains("failing") == failing
    };
    until("the wrong pair is told of", async || told_of(true).await).await;
    assert!(trusts_new.get(healthz.clone()).send().await.is_err());

    write(folder.path(), &new);
    until("the new certificate is used", async || {
        trusts_new.get(healthz.clone()).send().await.is_ok()
    })
    .await;
    // Without what it remembers of the connections before.
    assert!(trusting(&old.0).get(healthz).send().await.is_err());
    world.use_client(trusts_new);
    // What was open stayed.
    world.publish(&staff, &draft("通知", "ZJ")).await;
    assert_eq!(events.event().await.unwrap().0, Event::FeedChanged);
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_said_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let pair = certificate("a");
    let start = async |certificate: &[u8], key: &[u8]| {
        write(folder.path(), &(certificate.to_vec(), key.to_vec()));
        let mut config = Config::local(&folder.path().join("data"));
        with_tls(&mut config, folder.path());
        match Server::start(config).await {
            Err(ServerError::Certificate(error)) => error.to_string(),
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("it starts"),
        }
    };
    let said = start(&pair.0, &certificate("b").1).await;
    assert!(said.contains("不能一起使用"), "{said}");
    let said = start(b"", &pair.1).await;
    assert!(
        said.contains("没有证书") && said.contains("tls.pem"),
        "{said}"
    );
    let said = start(&pair.0, b"nonsense").await;
    assert!(said.contains("tls.key") && said.contains("私钥"), "{said}");
}
