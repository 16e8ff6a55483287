//! Importing duty rooms.

use std::sync::Arc;

use contract::terminal::TerminalKind;
use store::duty::{self, Content, Picture};
use store::{Outcome, Source, SourceEntry, terminals};

use super::Import;
use super::list::List;
use crate::import::ImportError;
use crate::import::complaint::Complaints;
use crate::import::duty_rooms::{Eye, FILE, PREFIX, Row, parse};
use crate::services::kit::error::ServiceError;
use crate::services::kit::{audit, names};
use crate::services::vault::Place;

/// Who made an imported room.
const CREATED_BY: &str = "import";

const ROOMS: List<Row> = List {
    file: FILE,
    prefix: PREFIX,
    parse,
    name: |row| (&row.key, &row.title),
};

impl Import<'_> {
    pub(super) fn duty_rooms(&mut self) -> Result<(), ImportError> {
        let sources = self.context.store.read(duty::sources)?;
        let gone = self.list(&ROOMS, sources, Self::duty_room)?;
        self.withdraw_duty_rooms(gone)
    }

    fn duty_room(
        &mut self,
        row: Row,
        known: Option<&SourceEntry>,
        complaints: &mut Complaints<'_>,
    ) -> Result<Option<Outcome>, ImportError> {
        let now = self.now_ms();
        let place = self.directory.organization(&row.organization, complaints);
        let Some(place) = place.map(|place| place.id.clone()) else {
            return Ok(None);
        };
        let eye = match row.eye {
            Eye::Camera(url) => Eye::Camera(url),
            Eye::Station(name) => {
                let named = self.context.store.read(|tx| {
                    let named = terminals::named(tx, &place, &names::cleaned(&name))?;
                    // One that was admitted before names were cleaned.
                    if named.is_empty() {
                        return terminals::named(tx, &place, &name);
                    }
                    Ok(named)
                })?;
                let mut stations = named
                    .into_iter()
                    .filter(|one| one.kind == TerminalKind::Station);
                match (stations.next(), stations.next()) {
                    (Some(one), None) => Eye::Station(one.id),
                    // Nothing is wrong in the folder: boxes are admitted later than lists are written.
                    (None, _) => {
                        self.report.waiting.push(format!(
                            "{FILE} 第 {} 行：单位里还没有名为“{name}”的站点电视",
                            row.line
                        ));
                        return Ok(None);
                    }
                    (Some(_), Some(_)) => {
                        let message = format!("单位里有两台电视都叫“{name}”，请先改名");
                        complaints.line(row.line, message);
                        return Ok(None);
                    }
                }
            }
        };
        let made_of = match &eye {
            Eye::Station(id) => format!("station\n{id}"),
            Eye::Camera(url) => format!("camera\n{url}"),
        };
        // A plain hash of an address would tell whoever guesses its password that they are right.
        let vault = &self.context.vault;
        let hash = vault.fingerprint(&format!("{}\n{place}\n{made_of}", row.title));
        if known.is_some_and(|known| known.hash.as_ref() == Some(&hash)) {
            return Ok(Some(Outcome::Unchanged));
        }
        if self.dry_run {
            let new = known.is_none();
            return Ok(Some(if new {
                Outcome::Created
            } else {
                Outcome::Updated
            }));
        }
        let id = known.map_or_else(|| duty::new_id(now), |known| known.id.clone());
        let source = Source { key: row.key, hash };
        let (title, vault) = (row.title, Arc::clone(vault));
        let written = self.context.store.write(move |tx| {
            let picture = match &eye {
                Eye::Station(id) => Picture::Station(id.clone()),
                Eye::Camera(url) => Picture::Camera(vault.seal(tx, Place::Camera(&id), url)?),
            };
            let content = Content {
                title: title.clone(),
                organization_id: place.clone(),
                picture,
            };
            let imported = match duty::import(tx, &id, &source, &content, CREATED_BY, now) {
                Ok(imported) => imported,
                Err(store::Error::Taken(_)) => return Ok(None),
                Err(other) => return Err(other.into()),
            };
            audit::imported(tx, "duty_room", &imported, &place, now)?;
            Ok::<_, ServiceError>(Some(imported.outcome))
        });
        match written {
            Ok(Some(outcome)) => Ok(Some(outcome)),
            Ok(None) => {
                complaints.line(row.line, "这台电视已经有坐班室了");
                Ok(None)
            }
            Err(ServiceError::Store(error)) => Err(error.into()),
            Err(other) => Err(ImportError::Sealing(other)),
        }
    }

    /// Deletes rooms that are not in the list any more; their logs stay.
    fn withdraw_duty_rooms(&mut self, gone: Vec<String>) -> Result<(), ImportError> {
        let now = self.now_ms();
        for key in gone {
            let shown = key.trim_start_matches(PREFIX);
            let shown = format!("{FILE}：{}", shown.rsplit('/').next().unwrap_or(shown));
            if !self.dry_run {
                let key = key.clone();
                let was_there = self.context.store.write(move |tx| {
                    // By its id: the key holds its title, which may name somebody.
                    let id = duty::by_source(tx, &key)?.unwrap_or_default();
                    let was_there = duty::withdraw_source(tx, &key, now)?;
                    if was_there {
                        let subject = format!("duty_room:{id}");
                        audit::system(tx, "duty_room.delete", &subject, None, now)?;
                    }
                    Ok::<_, store::Error>(was_there)
                })?;
                if !was_there {
                    continue;
                }
            }
            self.report.withdrawn.push(shown);
        }
        Ok(())
    }
}
