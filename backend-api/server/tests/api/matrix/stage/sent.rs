//! What goes with a request.

use reqwest::RequestBuilder;
use serde_json::Value;

use crate::common::docx;

/// What goes with a request.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) body: Option<(&'static str, Vec<u8>)>,
    headers: Vec<(&'static str, String)>,
}

impl Sent {
    pub(super) fn json(body: &Value) -> Self {
        Self {
            body: Some(("application/json", body.to_string().into_bytes())),
            ..Self::default()
        }
    }

    pub(super) fn text(body: &str) -> Self {
        Self {
            body: Some(("application/octet-stream", body.as_bytes().to_vec())),
            ..Self::default()
        }
    }

    pub(super) fn form(fields: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        Self {
            body: Some(("application/x-www-form-urlencoded", body.into_bytes())),
            ..Self::default()
        }
    }

    pub(super) fn picture() -> Self {
        let mut bytes = Vec::new();
        image::DynamicImage::new_rgb8(16, 9)
            .write_to(
                &mut std::io::Cursor::new(&mut bytes),
                image::ImageFormat::Png,
            )
            .unwrap();
        Self {
            body: Some(("image/png", bytes)),
            ..Self::default()
        }
    }

    pub(super) fn manuscript() -> Self {
        let body = docx("<w:p><w:r><w:t>正文</w:t></w:r></w:p>");
        Self {
            body: Some(("application/octet-stream", body)),
            ..Self::default()
        }
    }

    pub(super) fn version(mut self, version: i64) -> Self {
        self.headers.push(("if-match", format!("\"{version}\"")));
        self
    }

    pub(super) fn key(mut self, number: u64) -> Self {
        self.headers
            .push(("idempotency-key", format!("key{number}")));
        self
    }

    /// A header of tus, with its version.
    pub(super) fn tus(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push(("tus-resumable", "1.0.0".to_owned()));
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(super) fn session(mut self, token: String) -> Self {
        self.headers.push(("member-session", token));
        self
    }

    pub(super) fn onto(self, mut request: RequestBuilder) -> RequestBuilder {
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        match self.body {
            Some((kind, body)) => request.header("content-type", kind).body(body),
            None => request,
        }
    }
}
