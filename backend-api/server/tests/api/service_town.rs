//! 清河镇 with one-key service: two categories, the discipline office and its clerk, people with a home and a
//! station.

use backend_api::services::kit::rights::Role;
use backend_api::services::organizations::{self, OrganizationDraft};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use contract::category::StaffCategory;
use contract::organization::OrganizationKind;
use contract::request::{CategoryDraft, CategoryKind, RequestReceipt, Voice};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use store::testing::TestDatabase;

use crate::common::{World, database, ok};
use crate::roll_calls::Hall;

pub struct Town {
    pub hall: Hall,
    /// 农业技术服务: answered by the township.
    pub farming: StaffCategory,
    /// 举报投诉: answered by the discipline office.
    pub reports: StaffCategory,
    /// Somebody of that office.
    pub clerk: String,
}

pub fn draft() -> CategoryDraft {
    CategoryDraft {
        organization_code: "QH".to_owned(),
        digit: 1,
        title: "农业技术服务".to_owned(),
        icon: "agriculture".to_owned(),
        about: "种地的事".to_owned(),
        office_code: Some("QH".to_owned()),
        response_hours: 24,
        sentences: vec!["果树叶子发黄".to_owned()],
        ..CategoryDraft::default()
    }
}

pub async fn put(
    world: &World,
    staff: &str,
    code: &str,
    version: i64,
    draft: &CategoryDraft,
) -> Response {
    let request = world.ask(Method::PUT, &format!("/api/v1/categories/{code}"), staff);
    let request = request.header("if-match", format!("\"{version}\""));
    request.json(draft).send().await.unwrap()
}

/// 清河镇纪检办公室.
pub async fn discipline_office(world: &World) {
    let office = OrganizationDraft {
        code: "JJS".to_owned(),
        parent_code: Some("QH".to_owned()),
        kind: OrganizationKind::Office,
        name: "清河镇纪检办公室".to_owned(),
    };
    let now_ms = world.now_ms();
    world
        .blocking(move |store| organizations::import(store, &[office], now_ms).unwrap())
        .await;
}

impl Town {
    pub async fn new() -> Self {
        Self::on(database().await).await
    }

    pub async fn on(database: TestDatabase) -> Self {
        let hall = Hall::on(database).await;
        let world = &hall.world;
        discipline_office(world).await;
        let clerk = world.staff(Role::OfficePublisher, "JJS").await;
        let farming = ok(put(world, &hall.staff, "QH-NJ", 0, &draft()).await).await;
        let confidential = CategoryDraft {
            digit: 6,
            title: "举报投诉".to_owned(),
            kind: CategoryKind::Confidential,
            office_code: Some("JJS".to_owned()),
            ..draft()
        };
        let reports = ok(put(world, &hall.staff, "QH-JB", 0, &confidential).await).await;
        Self {
            hall,
            farming,
            reports,
            clerk,
        }
    }

    pub fn world(&self) -> &World {
        &self.hall.world
    }

    /// Sends something at the home's television.
    pub async fn at_home(&self, path: &str, key: &str, body: &Value) -> Response {
        self.at(&self.hall.home.token, path, key, body).await
    }

    pub async fn at(&self, token: &str, path: &str, key: &str, body: &Value) -> Response {
        let request = self.world().post(path, token);
        let request = request.header("idempotency-key", key);
        request.json(body).send().await.unwrap()
    }

    /// Asks for help with farming, with a voice.
    pub async fn asked(&self, key: &str, voice: Option<Voice>) -> RequestReceipt {
        let body = json!({
            "category_id": self.farming.id,
            "phone": { "of": "typed", "number": "13900001234" },
            "sentences": ["果树叶子发黄"],
            "voice": voice,
        });
        ok(self.at_home("/api/v1/terminal/requests", key, &body).await).await
    }
}

/// A recording as a television makes it: Opus in Ogg, of so many milliseconds (a multiple of 20).
pub fn recording(ms: u64) -> Vec<u8> {
    let mut head = b"OpusHead\x01\x01".to_vec();
    head.extend(960_u16.to_le_bytes());
    head.extend(48_000_u32.to_le_bytes());
    head.extend([0, 0, 0]);
    let tags = b"OpusTags\x04\0\0\0test\0\0\0\0".to_vec();
    let mut out = page(2, 0, 0, &[&head]);
    out.extend(page(0, 0, 1, &[&tags]));
    // What is said, in the place of what an encoder makes of it.
    let frame = b"\x48VOICE-MARKER".as_slice();
    let (mut at, frames, mut sequence) = (0, ms / 20 + 1, 2);
    while at < frames {
        let now = (frames - at).min(50);
        at += now;
        let packets = vec![frame; usize::try_from(now).unwrap()];
        out.extend(page(0, at * 960, sequence, &packets));
        sequence += 1;
    }
    out
}

/// What is in every recording.
pub const SAID: &str = "VOICE-MARKER";

pub fn voice(bytes: &[u8]) -> Voice {
    Voice {
        ogg_base64: BASE64.encode(bytes),
        length_ms: 2_000,
    }
}

fn page(flags: u8, granule: u64, sequence: u32, packets: &[&[u8]]) -> Vec<u8> {
    let mut page = b"OggS\0".to_vec();
    page.push(flags);
    page.extend(granule.to_le_bytes());
    page.extend(7_u32.to_le_bytes());
    page.extend(sequence.to_le_bytes());
    page.extend([0; 4]);
    page.push(u8::try_from(packets.len()).unwrap());
    page.extend(packets.iter().map(|it| u8::try_from(it.len()).unwrap()));
    packets.iter().for_each(|it| page.extend(*it));
    let mut crc = 0_u32;
    for byte in &page {
        crc ^= u32::from(*byte) << 24;
        for _ in 0..8 {
            let carry = crc & 0x8000_0000 != 0;
            crc = (crc << 1) ^ if carry { 0x04c1_1db7 } else { 0 };
        }
    }
    page[22..26].copy_from_slice(&crc.to_le_bytes());
    page
}

/// A photograph.
pub fn photograph(width: u32, height: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let picture = image::DynamicImage::new_rgb8(width, height);
    picture.write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

/// A few bytes that claim to be a picture of 30,000 pixels a side.
pub fn bomb() -> Vec<u8> {
    let mut png = photograph(1, 1);
    png[16..20].copy_from_slice(&30_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&30_000_u32.to_be_bytes());
    let crc = !png[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    });
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    png
}
