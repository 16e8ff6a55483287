//! Evaluations in every state, and ballots.

use std::sync::Arc;

use backend_api::services::evaluations::ballots::envelope::Key;
use backend_api::services::evaluations::hash::form_hash;
use backend_api::services::evaluations::table;
use backend_api::services::kit::error::ServiceError;
use backend_api::services::secrets;
use contract::evaluation::{EvaluationResult, EvaluationState};
use contract::form::{Answer, Form, Question, QuestionKind};
use contract::proof::Proof;
use serde_json::{Value, json};
use store::evaluations::{ballots as kept, entitled, life};
use store::{WriteTx, evaluations};

use super::people::PIN;
use super::sent::Sent;
use super::{Place, Stage, Wish};
use crate::ballots;

impl Stage {
    /// A question about one of these; nothing if it is about something else.
    pub(super) async fn about_evaluations(&self, wish: &Wish<'_>) -> Option<(String, Sent)> {
        let Wish {
            path,
            place,
            number,
            method,
            ..
        } = *wish;
        let code = place.code();
        let now_ms = self.world.now_ms();
        let reason = json!({ "reason": "办理业务" });
        let none = Sent::default();
        let on = |id: &str| path.replace("{id}", id);
        let named = |body: Value| (path.to_owned(), Sent::json(&body));
        Some(match (method, path) {
            ("POST", "/api/v1/terminal/evaluations/{id}/objections") => {
                let id = self.evaluation(place, EvaluationState::Announced).await;
                let villager = self.villager(Place::Own, "村民").await;
                let body = json!({ "member_id": villager });
                (on(&id), Sent::json(&body).key(number))
            }
            ("POST", "/api/v1/terminal/ballots") => {
                let member_id = self.member(Place::Own, "投票的人").await;
                let id = self.evaluation(Place::Own, EvaluationState::Open).await;
                let proof = Proof::Pin {
                    member_id,
                    pin: PIN.to_owned(),
                };
                named(ballots::ballot(&vote(), &id, proof, 0))
            }
            ("POST", "/api/v1/evaluations") => named(asked(code, now_ms)),
            ("POST", "/api/v1/evaluations/questions") => (
                path.to_owned(),
                Sent::text("题目,类型,选项\n满意吗,单选,满意、不满意\n"),
            ),
            ("PUT", "/api/v1/evaluations/{id}") => {
                let id = self.evaluation(place, EvaluationState::Draft).await;
                (on(&id), Sent::json(&asked(code, now_ms)).version(1))
            }
            ("POST", "/api/v1/evaluations/{id}/announce") => {
                let id = self.evaluation(place, EvaluationState::Draft).await;
                (on(&id), none.version(1))
            }
            ("POST", "/api/v1/evaluations/{id}/open") => {
                let id = self.evaluation(place, EvaluationState::Announced).await;
                (on(&id), none)
            }
            ("PUT", "/api/v1/evaluations/{id}/follow-up") => {
                let id = self.evaluation(place, EvaluationState::Closed).await;
                let version = self.evaluation_version(&id).await;
                (on(&id), Sent::json(&json!({})).version(version))
            }
            ("POST", "/api/v1/evaluations/{id}/objections/{objection}") => {
                // Whoever asks answers for their own, also in what the parent asks.
                let whose = if place == Place::Parent {
                    Place::Own
                } else {
                    place
                };
                let villager = self.villager(whose, "村民").await;
                let id = self.evaluation(place, EvaluationState::Announced).await;
                let at = id.clone();
                let objection = self.made(place, move |tx, _| {
                    entitled::object(tx, &at, &villager, "这次只请党员", now_ms)?;
                    Ok(entitled::objections(tx, &at, "*")?.remove(0).id)
                });
                let path = on(&id).replace("{objection}", &objection.await);
                let body = json!({ "entitled": true, "reason": "已经核实" });
                (path, Sent::json(&body))
            }
            ("POST", "/api/v1/evaluations/{id}/paper-voters") => {
                let whose = if place == Place::Parent {
                    Place::Own
                } else {
                    place
                };
                let member = self.member(whose, "王五").await;
                let id = self.evaluation(place, EvaluationState::Open).await;
                (on(&id), Sent::json(&json!({ "member_id": member })))
            }
            ("POST", "/api/v1/evaluations/{id}/paper-voters/take-back") => {
                let member = self.member(place, "王五").await;
                let id = self.evaluation(place, EvaluationState::Open).await;
                let (at, whom) = (id.clone(), member.clone());
                self.made(place, move |tx, _| {
                    kept::cast_on_paper(tx, &at, &whom)?;
                    Ok(String::new())
                })
                .await;
                let body = json!({ "member_id": member, "reason": "登记错了人" });
                (on(&id), Sent::json(&body))
            }
            ("POST", "/api/v1/evaluations/{id}/paper-ballots/take-back") => {
                let id = self.evaluation(place, EvaluationState::Open).await;
                let at = id.clone();
                self.made(place, move |tx, _| {
                    kept::read_first(tx, &at, 1, "somebody", "envelope")?;
                    Ok(String::new())
                })
                .await;
                (on(&id), Sent::json(&json!({ "sheet": 1 })))
            }
            ("POST", "/api/v1/evaluations/{id}/paper-ballots") => {
                let id = self.evaluation(place, EvaluationState::Open).await;
                let body = json!({ "sheet": 1, "answers": [{ "question": "q1", "chosen": [0] }] });
                (on(&id), Sent::json(&body))
            }
            ("GET", "/api/v1/evaluations/{id}/ballots.csv") => (
                on(&self.evaluation(place, EvaluationState::Closed).await),
                none,
            ),
            (_, path) if path.starts_with("/api/v1/evaluations/{id}") => {
                let id = self.evaluation(place, EvaluationState::Open).await;
                let sent = if path.ends_with("/cancel") {
                    Sent::json(&reason)
                } else {
                    none
                };
                (on(&id), sent)
            }
            _ => return None,
        })
    }

    /// An evaluation of the party members of a place.
    pub(super) async fn evaluation(&self, place: Place, state: EvaluationState) -> String {
        let (vault, now_ms) = (Arc::clone(self.world.server.vault()), self.world.now_ms());
        self.made(place, move |tx, id| {
            let content = evaluations::Content {
                organization_id: id.to_owned(),
                title: "评议".to_owned(),
                list: "evaluations".to_owned(),
                statuses: vec![contract::member::MemberStatus::Full],
                opens_at_ms: now_ms + 60_000,
                closes_at_ms: now_ms + 3_600_000,
                form: vote(),
                ..evaluations::Content::default()
            };
            let made = evaluations::create(tx, &content, "x", now_ms)?;
            if state == EvaluationState::Draft {
                return Ok(made.id);
            }
            let hash = form_hash(&content.form);
            life::announce(tx, &made.id, 1.into(), &hash, now_ms)?;
            if state == EvaluationState::Announced {
                return Ok(made.id);
            }
            let closes_at_ms = content.closes_at_ms;
            life::open(tx, &made.id, closes_at_ms, closes_at_ms, now_ms)?;
            // Two at once on PostgreSQL: the one that lost is done again.
            Key::make(tx, &vault, &made.id).map_err(|error| match error {
                ServiceError::Store(error) => error,
                error => panic!("{error}"),
            })?;
            if state == EvaluationState::Closed {
                let result = published(tx, &made.id, &content.form, &hash)?;
                kept::erase(tx, &made.id)?;
                life::close(tx, &made.id, &result, now_ms)?;
            }
            Ok(made.id)
        })
        .await
    }

    pub(super) async fn evaluation_version(&self, id: &str) -> i64 {
        let id = id.to_owned();
        self.world
            .blocking(move |store| {
                let found = store.read(|tx| evaluations::get(tx, &id));
                found.unwrap().unwrap().version
            })
            .await
    }
}

/// Six ballots that are all the same, and the hash of their table.
pub(super) fn published(
    tx: &mut WriteTx<'_>,
    id: &str,
    form: &Form,
    form_hash: &str,
) -> store::Result<EvaluationResult> {
    let (mut rows, mut read) = (Vec::new(), Vec::new());
    for number in 0..6 {
        let ballot = format!("{id}-{number}");
        rows.push(kept::Ballot {
            id: ballot.clone(),
            member_id: None,
            answers: "[[0]]".to_owned(),
        });
        read.push(table::Ballot {
            id: ballot,
            answers: vec![Answer {
                question: form.questions[0].id.clone(),
                chosen: vec![Some(0)],
                number: None,
            }],
        });
    }
    kept::keep(tx, id, &rows)?;
    let heading = table::Heading {
        evaluation_id: id,
        form_hash,
    };
    let csv = table::publish(heading, form, &read, false)
        .unwrap()
        .unwrap();
    Ok(EvaluationResult {
        ballots_hash: secrets::sha256_hex_of(&csv),
        ..EvaluationResult::default()
    })
}

/// One question with two answers.
pub(super) fn vote() -> Form {
    Form {
        questions: vec![Question {
            id: "q1".to_owned(),
            text: "满意吗？".to_owned(),
            required: true,
            kind: QuestionKind::One {
                options: vec!["满意".to_owned(), "不满意".to_owned()],
            },
            ..Question::default()
        }],
    }
}

pub(super) fn asked(code: &str, now_ms: i64) -> Value {
    json!({ "title": "评议", "organization_code": code, "list": "evaluations", "about": "看看",
        "opens_at_ms": now_ms + 60_000, "closes_at_ms": now_ms + 3_600_000, "form": vote() })
}
