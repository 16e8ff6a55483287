//! A telephone that opens a page by the address in a code.

use std::sync::LazyLock;

use futures_util::future::join_all;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};

/// Making one reads all certificates that the machine trusts.
static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let client = Client::builder().redirect(Policy::none());
    client.build().unwrap()
});

/// A telephone, with a jar for one cookie.
pub struct Telephone {
    pub client: Client,
    pub cookie: Option<String>,
}

impl Telephone {
    pub fn new() -> Self {
        Self {
            client: CLIENT.clone(),
            cookie: None,
        }
    }

    pub async fn send(&mut self, request: reqwest::RequestBuilder) -> Response {
        let request = match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        let answer = request.send().await.unwrap();
        if let Some(cookie) = answer.headers().get("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("HttpOnly"), "{cookie}");
            self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        }
        answer
    }

    pub async fn open(&mut self, url: &str) -> (StatusCode, String) {
        let answer = self.send(self.client.get(url)).await;
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("script-src"), "{policy}");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        (answer.status(), answer.text().await.unwrap())
    }

    pub async fn claim(&mut self, url: &str) -> StatusCode {
        let request = self.client.post(format!("{url}/claim"));
        self.send(request).await.status()
    }

    pub async fn withdraw(&mut self, url: &str) -> StatusCode {
        let request = self.client.post(format!("{url}/withdraw"));
        self.send(request).await.status()
    }

    pub async fn fill(&mut self, url: &str, form: Vec<u8>) -> (StatusCode, String) {
        let request = self
            .client
            .post(url)
            .header("content-type", FORM)
            .body(form);
        let answer = self.send(request).await;
        (answer.status(), answer.text().await.unwrap())
    }
}

pub const FORM: &str = "multipart/form-data; boundary=----page";

/// A form as a browser sends it (RFC 7578).
pub fn form(fields: &[(&str, &str)], photographs: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut part = |head: &str, body: &[u8]| {
        out.extend(format!("------page\r\ncontent-disposition: form-data; {head}\r\n\r\n").bytes());
        out.extend(body);
        out.extend(b"\r\n");
    };
    for (name, value) in fields {
        part(&format!("name=\"{name}\""), value.as_bytes());
    }
    for photograph in photographs {
        let head = "name=\"photo\"; filename=\"照片.jpg\"\r\ncontent-type: image/jpeg";
        part(head, photograph);
    }
    // A field that was left empty is sent, too.
    part(
        "name=\"photo\"; filename=\"\"\r\ncontent-type: application/octet-stream",
        b"",
    );
    out.extend(b"------page--\r\n");
    out
}

/// So many telephones ask for the page at once: the one that has it, and one that has not.
pub async fn scramble(url: &str, telephones: usize) -> (Telephone, Telephone) {
    let all = (0..telephones).map(|_| async move {
        let mut telephone = Telephone::new();
        (telephone.claim(url).await, telephone)
    });
    let (winners, losers): (Vec<_>, Vec<_>) = join_all(all)
        .await
        .into_iter()
        .partition(|(status, _)| *status == StatusCode::SEE_OTHER);
    assert_eq!(winners.len(), 1);
    assert!(
        losers
            .iter()
            .all(|(status, it)| *status == StatusCode::CONFLICT && it.cookie.is_none())
    );
    let (_, winner) = winners.into_iter().next().unwrap();
    let (_, loser) = losers.into_iter().next().unwrap();
    (winner, loser)
}
