//! TLS to a real PostgreSQL server with certificates made here: who is trusted, and what is refused.

use store::testing::EncryptedServer;
use store::{DatabaseUrl, Encryption, Store};

fn open(url: &str) -> Result<Store, String> {
    let url: DatabaseUrl = url
        .parse()
        .map_err(|error: store::Error| error.to_string())?;
    Store::open(&url).map_err(|error| error.to_string())
}

#[test]
fn a_server_is_believed_only_with_the_right_certificate() {
    let Some(mut server) = EncryptedServer::start() else {
        return;
    };
    let roots = |mode: &str, name: &str| {
        format!(
            "sslmode={mode}&sslrootcert={}",
            server.certificate(name).display()
        )
    };
    let full = server.url("localhost", &roots("verify-full", "authority"));
    let url: DatabaseUrl = full.parse().unwrap();
    assert_eq!(url.encryption(), Encryption::Full);
    url.check().unwrap();
    let store = open(&full).unwrap();
    store.ping().unwrap();
    drop(store);

    let cases = [
        // Signed by somebody else.
        (
            "localhost",
            roots("verify-full", "other"),
            Some("UnknownIssuer"),
        ),
        (
            "localhost",
            roots("verify-ca", "other"),
            Some("UnknownIssuer"),
        ),
        // Made out for another name.
        (
            "127.0.0.1",
            roots("verify-full", "authority"),
            Some("not valid for name"),
        ),
        ("127.0.0.1", roots("verify-ca", "authority"), None),
        // As libpq has it, `require` with certificates looks at them.
        (
            "127.0.0.1",
            roots("require", "other"),
            Some("UnknownIssuer"),
        ),
        ("127.0.0.1", "sslmode=require".to_owned(), None),
        ("127.0.0.1", "sslmode=prefer".to_owned(), None),
        ("127.0.0.1", String::new(), None),
        // The server takes nothing that is not encrypted.
        (
            "127.0.0.1",
            "sslmode=disable".to_owned(),
            Some("no encryption"),
        ),
        (
            "localhost",
            roots("verify-full", "nowhere"),
            Some("nowhere.pem"),
        ),
    ];
    for (host, parameters, refused) in &cases {
        let url = server.url(host, parameters);
        match (open(&url), refused) {
            (Ok(_), None) => {}
            (Err(why), Some(part)) => {
                assert!(why.contains(part), "{url}: {why}");
                assert!(!why.contains("geheim"), "{why}");
            }
            (Ok(_), Some(part)) => panic!("{url} was believed in spite of: {part}"),
            (Err(why), None) => panic!("{url}: {why}"),
        }
    }

    // What PostgreSQL's manual makes: a certificate that is its own authority.
    let own = server.url("localhost", &roots("verify-full", "own"));
    let elsewhere = server.url("127.0.0.1", &roots("verify-full", "own"));
    let other = server.url("localhost", &roots("verify-full", "authority"));
    server.sign_yourself();
    // The server takes the new certificate when it comes to it.
    let taken = (0..1_200).any(|_| {
        let taken = open(&own).is_ok();
        if !taken {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        taken
    });
    assert!(taken, "{:?}", open(&own));
    assert!(open(&elsewhere).is_err());
    assert!(open(&other).is_err());
}
