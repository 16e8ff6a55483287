//! `POST /api/v1/manuscripts`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use contract::bulletin::Block;
use contract::manuscript::{Manuscript, ManuscriptRemark};

use super::super::extract::{Body, StaffAuth};
use super::super::problem::{Answer, Refusal};
use crate::app::App;
use crate::services::kit::error::ServiceError;
use crate::services::kit::rights::{Action, Staff};
use crate::services::manuscripts::{self, Part};
use crate::services::pictures;

/// Turns a PDF or a document of Word or WPS (DOCX, DOC) into blocks of a bulletin. Its pictures are stored in the sizes a
/// TV needs; nothing else is kept. What it is is judged by what is in it; whatever looks other than in the file is
/// among the remarks.
#[utoipa::path(post, path = "/api/v1/manuscripts", tag = "bulletins",
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "PDF, DOCX or DOC, at most 20 MB"),
    responses((status = 200, body = Manuscript),
        (status = 400, body = contract::error::Problem, description = "Says what to do instead"),
        (status = 413, body = contract::error::Problem),
        (status = 503, body = contract::error::Problem, description = "A program of the system is missing")),
    security(("staff" = [])))]
pub async fn turn(
    State(app): State<Arc<App>>,
    StaffAuth { staff, .. }: StaffAuth,
    body: Result<Body, Refusal>,
) -> Answer<Json<Manuscript>> {
    staff.may(Action::Write)?;
    let Body(bytes) = body?;
    let held = app
        .lists
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let turned = app
        .blocking(move |app| manuscripts::turn(&bytes, &app.config.manuscripts_dir()))
        .await?;
    drop(held);
    let mut manuscript = Manuscript {
        kind: turned.kind,
        blocks: Vec::with_capacity(turned.parts.len()),
        remarks: turned.remarks,
    };
    for part in turned.parts {
        match part {
            Part::Block(block) => manuscript.blocks.push(block),
            Part::Picture {
                bytes,
                place,
                page,
                caption,
            } => match stored(&app, &staff, bytes, &caption).await? {
                Ok(picture) => manuscript.blocks.push(picture),
                Err(message) => manuscript.remarks.push(ManuscriptRemark {
                    page,
                    place,
                    message,
                }),
            },
        }
    }
    Ok(Json(manuscript))
}

/// A picture of the file as a block, or why there is none.
async fn stored(
    app: &Arc<App>,
    staff: &Staff,
    bytes: Vec<u8>,
    caption: &str,
) -> Answer<Result<Block, String>> {
    // As for one that is uploaded.
    let turn = app
        .hashing
        .acquire()
        .await
        .map_err(|_| Refusal::unavailable("服务正在停止，请稍后再试。"))?;
    let prepared = app
        .blocking(move |_| Ok(pictures::prepare(&bytes).map_err(ServiceError::from)))
        .await?;
    drop(turn);
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(ServiceError::BadRequest(_)) => {
            let words = "没有转过来：它的格式电视上不能显示，或者已经损坏。请把它另存成 JPEG 或 PNG，再放进正文";
            return Ok(Err(words.to_owned()));
        }
        Err(other) => return Err(other.into()),
    };
    let picture = pictures::store(&app.files, prepared, caption)
        .await
        .map_err(ServiceError::from)?;
    let (staff, now_ms) = (staff.clone(), app.now_ms());
    let picture = app
        .blocking(move |app| {
            pictures::record(&app.store, &staff, &picture, now_ms)?;
            Ok(picture)
        })
        .await?;
    Ok(Ok(Block::Picture(picture)))
}
