//! How a file of the folder becomes a draft, and the draft an evaluation.

use contract::error::FieldError;
use contract::evaluation::EvaluationDraft;
use contract::kinds::DocumentKind;
use contract::township::ListingKind;
use store::Outcome;

use super::super::super::ImportError;
use super::super::super::complaint::Complaints;
use super::super::super::items::{self, Items, New, Reading, Used};
use super::super::super::known::{FORMAT, Known, hash_of};
use super::super::super::progress::Progress;
use super::super::super::state::Import;
use super::file;
use crate::services::evaluations::{draft, folder};
use crate::services::kit::error::Result as ServiceResult;
use crate::services::kit::publishing::{Kind, Source};

/// What is in the folder of evaluations.
pub(in super::super) struct Evaluations;

/// What the service gets, and when.
pub(in super::super) struct Draft {
    evaluation: EvaluationDraft,
    now_ms: i64,
}

impl Items for Evaluations {
    type Draft = Draft;

    const NAME: &'static str = "evaluations";
    const NOUN: &'static str = "测评";
    const CALLED: &'static [(&'static str, &'static [&'static str])] = &[(
        "evaluations",
        &["测评", "问卷", "评议", "表决", "evaluation", "survey"],
    )];
    const DOCUMENT: DocumentKind = DocumentKind::Evaluation;
    const KIND: &'static Kind = &folder::KIND;

    fn is_one(extension: &str) -> bool {
        extension == "toml"
    }

    fn read(
        import: &mut Import<'_>,
        file: &str,
        listing: ListingKind,
        known: &Known,
        _progress: &mut dyn Progress,
    ) -> Result<Reading<Draft>, ImportError> {
        let (bytes, text) = match import.folder.read_text(file) {
            Ok(read) => read,
            Err(complaint) => return Ok(items::refused(import, [complaint])),
        };
        let mut item = match file::parse(file, &text) {
            Ok(item) => item,
            Err(complaints) => return Ok(items::refused(import, complaints)),
        };
        let mut complaints = Complaints::about(file);
        let directory = &import.directory;
        let list = directory.list(&item.list, listing, &mut complaints);
        let organization = directory.organization(&item.organization, &mut complaints);
        let target = match &item.target {
            Some(word) => directory.organization(word, &mut complaints).map(Some),
            None => Some(None),
        };
        let parties = organization.zip(target);
        let mut used = Used::new(&import.folder, file);
        if let Some(table) = &item.table {
            used.take(table, &mut complaints);
        }
        let found = list.zip(parties).filter(|_| complaints.is_empty());
        let Some((list, (organization, target))) = found else {
            return Ok(items::refused(import, complaints.into_vec()));
        };
        let table = item.table.as_ref().map(|(path, _)| used.hash(path));
        let hash = hash_of(&[
            FORMAT.as_bytes(),
            list.as_bytes(),
            organization.id.as_bytes(),
            target.map_or("", |it| it.id.as_str()).as_bytes(),
            &bytes,
            table.unwrap_or_default().as_bytes(),
        ]);
        if known.is_unchanged(file, &hash) {
            return Ok(Reading::Unchanged);
        }
        if let Some((path, _)) = &item.table {
            let table = used.relative(path);
            let mut about = Complaints::about(table);
            match import.folder.read_text(table) {
                Ok((_, text)) => item.form = file::of_table(&text, item.kind, &mut about),
                Err(complaint) => about.extend(vec![complaint]),
            }
            complaints.extend(about.into_vec());
        }
        if !complaints.is_empty() {
            return Ok(items::refused(import, complaints.into_vec()));
        }
        let now_ms = import.now_ms();
        let opens_at_ms = item.opens.ms(now_ms);
        let evaluation = EvaluationDraft {
            title: item.title,
            kind: item.kind,
            organization_code: organization.code.clone(),
            target_code: target.map(|target| target.code.clone()),
            list,
            about: item.about,
            statuses: item.statuses,
            named: item.named,
            opens_at_ms,
            closes_at_ms: item.closes.ms(opens_at_ms),
            form: item.form,
        };
        let lines = item.lines;
        let draft = Draft { evaluation, now_ms };
        Ok(Reading::New(New { draft, hash, lines }))
    }

    fn check(draft: &Draft) -> Vec<FieldError> {
        draft::check(&draft.evaluation, draft.now_ms)
    }

    fn write(import: &Import<'_>, source: &Source, draft: &Draft) -> ServiceResult<Outcome> {
        let (store, evaluation) = (&import.context.store, &draft.evaluation);
        folder::import(store, source, evaluation, draft.now_ms)
    }
}
