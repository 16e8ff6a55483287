//! An evaluation of the demonstration that is over: its members have voted, in sealed envelopes like everybody's,
//! which were opened and counted at its close. Those that are open are in the content folder.

use std::sync::Arc;

use contract::evaluation::{EvaluationDraft, EvaluationKind};
use contract::form::{Answer, Form, OnlyIf, Question, QuestionKind};
use contract::person::MemberStatus;
use contract::township::ListingKind;
use store::evaluations::folder::{self, Item};
use store::evaluations::{ballots, life};
use store::members::search::{self, Filter};
use store::versions::Seen;
use store::{Store, Tx, bulletins, evaluations, organizations, township};

use crate::services::evaluations::ballots::code;
use crate::services::evaluations::ballots::count::{self, Counted};
use crate::services::evaluations::ballots::envelope::Key;
use crate::services::evaluations::{draft, hash};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::publishing::Source;
use crate::services::vault::Vault;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What it is known by at the next start.
const KEY: &str = "demo:offices";

/// What was done about it, by its place in the content folder.
const FOLLOW_UP: &str = "bulletins/意见办理公示/2026-11-16-站所评议意见整改情况.md";

/// Of a hundred members so many took part.
const TURNOUT: u32 = 62;

fn question(id: &str, text: &str, kind: QuestionKind) -> Question {
    Question {
        id: id.to_owned(),
        text: text.to_owned(),
        required: true,
        page: 1,
        kind,
        ..Question::default()
    }
}

fn words(words: &str) -> Vec<String> {
    words.split(' ').map(str::to_owned).collect()
}

fn form() -> Form {
    let mut form = Form {
        questions: vec![
            question(
                "q1",
                "您对这几个站所今年的服务满意吗？",
                QuestionKind::Matrix {
                    rows: words("便民服务中心 财政所 镇卫生院 水利站"),
                    grades: words("很满意 满意 一般 不满意 不清楚"),
                    unknown_last: true,
                },
            ),
            question(
                "q2",
                "今年去站所办过事吗？",
                QuestionKind::One {
                    options: words("办过 没有办过"),
                },
            ),
            question(
                "q3",
                "最该改进的是什么？",
                QuestionKind::Several {
                    options: words("中午没人 跑的趟数多 修得慢 态度不好 看不懂账"),
                    least: 1,
                    most: 2,
                },
            ),
        ],
    };
    form.questions[2].only_if = Some(OnlyIf {
        question: "q2".to_owned(),
        any_of: vec![0],
    });
    form
}

/// Numbers that look like chance and are the same every time.
struct Dice(u32);

impl Dice {
    fn percent(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 16) % 100
    }

    /// An index, by the weights in percent of those before the last.
    fn pick(&mut self, weights: &[u32]) -> Option<u32> {
        let thrown = self.percent();
        let mut sum = 0;
        let at = weights.iter().position(|weight| {
            sum += weight;
            thrown < sum
        });
        u32::try_from(at.unwrap_or(weights.len())).ok()
    }
}

fn answers(form: &Form, dice: &mut Dice) -> Vec<Answer> {
    let answer = |question: &str, chosen: Vec<Option<u32>>| Answer {
        question: question.to_owned(),
        chosen,
        number: None,
    };
    let grades = [
        [74, 22, 2, 1],
        [62, 31, 4, 1],
        [66, 27, 4, 2],
        [55, 35, 6, 2],
    ];
    let grades = grades.iter().map(|weights| dice.pick(weights)).collect();
    let mut improve = vec![dice.pick(&[34, 21, 28, 6])];
    if dice.percent() < 30 {
        let more = dice.pick(&[30, 20, 30, 10]);
        if !improve.contains(&more) {
            improve.push(more);
        }
    }
    form.counted(&[
        answer("q1", grades),
        answer("q2", vec![dice.pick(&[71])]),
        answer("q3", improve),
    ])
}

/// Holds it, if it was not held at an earlier start: announced three weeks ago, open for ten days. In one
/// transaction, so that a start that was broken off leaves nothing half done.
///
/// # Errors
/// The service's.
pub(super) fn hold(store: &Store, vault: &Arc<Vault>, now_ms: i64) -> Result<()> {
    let vault = Arc::clone(vault);
    store.write(move |tx| {
        let known = folder::sources(tx)?;
        let Some(root) = organizations::root(tx)? else {
            return Ok(());
        };
        let Some(list) = list(tx)? else {
            return Ok(());
        };
        if known.iter().any(|entry| entry.key == KEY) {
            return Ok(());
        }
        let announced_at_ms = now_ms - 21 * DAY_MS;
        let opens_at_ms = announced_at_ms + 3 * DAY_MS;
        let closes_at_ms = opens_at_ms + 10 * DAY_MS;
        let draft = EvaluationDraft {
            title: "2026年各站所服务评议".to_owned(),
            kind: EvaluationKind::Evaluation,
            organization_code: root.code.clone(),
            list,
            about: "不记名。结果交给各站所，整改情况在电视上公布。".to_owned(),
            statuses: vec![MemberStatus::Full, MemberStatus::Probationary],
            opens_at_ms,
            closes_at_ms,
            form: form(),
            ..EvaluationDraft::default()
        };
        let source = Source::item(KEY, "1");
        let content = draft::checked(tx, &source, &draft, announced_at_ms)?;
        let form_hash = hash::form_hash(&content.form);
        let Some(item) = source.known_by() else {
            return Ok(());
        };
        let by = source.login();
        let Item::Imported(made) =
            folder::import(tx, item, &content, &form_hash, by, announced_at_ms)?
        else {
            return Ok(());
        };
        let id = made.id;
        life::open(tx, &id, closes_at_ms, closes_at_ms, opens_at_ms)?;
        Key::make(tx, &vault, &id)?;
        let key = Key::of(tx, &vault, &id)?;
        let mut dice = Dice(12);
        for member_id in members(tx, &root.id)? {
            if dice.percent() < TURNOUT {
                let envelope = key.seal(&code::padded(
                    &content.form,
                    &answers(&content.form, &mut dice),
                ))?;
                // Whoever is not entitled has no row.
                ballots::cast(tx, &id, &member_id, &envelope)?;
            }
        }
        let open = evaluations::get(tx, &id)?.ok_or(ServiceError::NotFound("演示测评"))?;
        let how = (false, &count::system_ids as &count::Ids);
        let Counted::Closed(_) = count::close(tx, &vault, &open, how, closes_at_ms)? else {
            return Err(ServiceError::Internal(
                "the demonstration waits for paper".to_owned(),
            ));
        };
        let follow_up = bulletins::sources(tx)?;
        let follow_up = follow_up.into_iter().find(|entry| entry.key == FOLLOW_UP);
        if let Some(bulletin) = follow_up {
            life::follow_up(tx, &id, Seen::Any, Some(&bulletin.id), now_ms)?;
        }
        Ok(())
    })
}

/// Id of the first list that evaluations stand in.
fn list(tx: &mut Tx<'_>) -> store::Result<Option<String>> {
    let township = township::get(tx)?;
    let mut lists = township
        .iter()
        .flat_map(|it| &it.sections)
        .flat_map(|it| &it.listings);
    let list = lists.find(|list| list.kind == ListingKind::Evaluations);
    Ok(list.map(|list| list.id.clone()))
}

/// Everybody, by the order of their ids.
fn members(tx: &mut Tx<'_>, root_id: &str) -> store::Result<Vec<String>> {
    let everybody = Filter {
        within: root_id,
        ..Filter::default()
    };
    let (mut all, mut before): (Vec<String>, Option<String>) = (Vec::new(), None);
    loop {
        let page = search::list(tx, &everybody, before.as_deref(), 200)?;
        let Some(last) = page.last() else {
            return Ok(all);
        };
        before = Some(last.id.clone());
        all.extend(page.into_iter().map(|member| member.id));
    }
}

#[cfg(test)]
mod tests {
    use contract::evaluation::EvaluationState;
    use contract::organization::OrganizationKind;
    use contract::township::{Listing, Section, Township};
    use store::DatabaseUrl;
    use store::organizations::NewOrganization;

    use super::*;

    /// 2026-11-22 10:00 in China.
    const NOW: i64 = 1_795_312_800_000;

    fn township() -> Township {
        Township {
            sections: vec![Section {
                listings: vec![Listing {
                    id: "evaluations".to_owned(),
                    kind: ListingKind::Evaluations,
                    ..Listing::default()
                }],
                ..Section::default()
            }],
            ..Township::default()
        }
    }

    #[test]
    fn it_was_held_once_by_real_ballots() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&DatabaseUrl::sqlite(&dir.path().join("data.sqlite"))).unwrap();
        let config = crate::config::Config::local(dir.path());
        let vault = Arc::new(Vault::open(&config, &store).unwrap());
        hold(&store, &vault, NOW).unwrap();
        store
            .write::<_, store::Error, _>(|tx| {
                let new = NewOrganization {
                    parent_id: None,
                    kind: OrganizationKind::Township,
                    code: "QH".to_owned(),
                    name: "清河镇".to_owned(),
                };
                let root = organizations::create(tx, &new, NOW)?.id;
                for number in 0..200 {
                    let content = store::members::Content {
                        name: format!("党员{number}"),
                        ..store::members::Content::default()
                    };
                    let id = store::members::new_id(NOW);
                    store::members::create(tx, &id, &root, &content, None, NOW)?;
                }
                township::put(tx, &township(), "1", NOW).map(|_| ())
            })
            .unwrap();
        hold(&store, &vault, NOW).unwrap();
        hold(&store, &vault, NOW + DAY_MS).unwrap();
        let (record, kept) = store
            .read(|tx| {
                let known = folder::sources(tx)?;
                assert_eq!(known.len(), 1, "once");
                let record = evaluations::get(tx, &known[0].id)?.unwrap();
                let kept = ballots::of(tx, &record.id)?;
                Ok::<_, store::Error>((record, kept))
            })
            .unwrap();
        assert_eq!(record.state, EvaluationState::Closed);
        assert!(record.content.closes_at_ms < NOW);
        let result = record.result.unwrap();
        assert_eq!(result.entitled, 200);
        assert_eq!(kept.len(), usize::try_from(result.took_part).unwrap());
        assert!(
            (100..150).contains(&result.took_part),
            "{}",
            result.took_part
        );
        assert_eq!(result.ballots_hash.len(), 64);
        let figures: Vec<_> = result.questions[0].rows[0]
            .cells
            .iter()
            .map(|it| it.count)
            .collect();
        assert!(
            figures.len() > 1 && figures.iter().all(Option::is_some),
            "{figures:?}"
        );
    }
}
