//! Which column of a list is which, by the header.

use contract::member::RowComplaint;

use super::super::super::table::{header_name, is_called};

/// The columns that were found.
#[derive(Clone, Debug, Default)]
pub struct Columns(Vec<Column>);

#[derive(Clone, Debug)]
struct Column {
    field: &'static str,
    /// As the list calls it.
    header: String,
    at: usize,
}

impl Columns {
    /// Finds the `known` columns; complains about those it does not know, which are left out.
    ///
    /// # Errors
    /// A complaint if one of the `needed` ones is missing or one stands there twice.
    pub fn find(
        header: &[String],
        known: &[(&'static str, &[&str])],
        needed: &[&str],
    ) -> Result<(Self, Vec<RowComplaint>), RowComplaint> {
        let mut found: Vec<Column> = Vec::new();
        let mut complaints = Vec::new();
        for (at, name) in header.iter().enumerate() {
            if header_name(name).is_empty() {
                continue;
            }
            let mut all = known.iter();
            let field = all.find(|(_, names)| is_called(name, names));
            let field = field.map(|(field, _)| *field);
            match field {
                Some(field) if found.iter().any(|column| column.field == field) => {
                    return Err(complaint(name, "这一列出现了两次，请只留一列"));
                }
                Some(field) => found.push(Column {
                    field,
                    header: name.clone(),
                    at,
                }),
                None => complaints.push(complaint(
                    name,
                    &format!("不认识这一列，没有导入；可用的列：{}", guide(known)),
                )),
            }
        }
        for field in needed {
            if found.iter().all(|column| column.field != *field) {
                let name = known
                    .iter()
                    .find(|(known, _)| known == field)
                    .and_then(|(_, names)| names.first())
                    .copied()
                    .unwrap_or_default();
                return Err(complaint(
                    name,
                    &format!("缺少这一列，第一行应当是列名，可用的列：{}", guide(known)),
                ));
            }
        }
        Ok((Self(found), complaints))
    }

    /// Whether the list has a column for a field.
    pub fn has(&self, field: &str) -> bool {
        self.0.iter().any(|column| column.field == field)
    }

    /// Where the header has names that are none of the known ones.
    pub fn unknown<'a>(&'a self, header: &'a [String]) -> impl Iterator<Item = usize> + 'a {
        (0..header.len()).filter(|at| self.0.iter().all(|column| column.at != *at))
    }

    /// The cell of a field; `None` if the list has no such column.
    pub fn cell(&self, cells: &[String], field: &str) -> Option<String> {
        let column = self.0.iter().find(|column| column.field == field)?;
        Some(cells.get(column.at).cloned().unwrap_or_default())
    }

    /// The complaint about a field, with the name the list gives it.
    pub fn named(&self, mut complaint: RowComplaint) -> RowComplaint {
        let column = self.0.iter().find(|it| it.field == complaint.column);
        complaint.column = column.map_or_else(String::new, |column| column.header.clone());
        complaint
    }
}

fn guide(known: &[(&'static str, &[&str])]) -> String {
    let names: Vec<&str> = known
        .iter()
        .filter_map(|(_, names)| names.first().copied())
        .collect();
    names.join("、")
}

fn complaint(column: &str, message: &str) -> RowComplaint {
    RowComplaint {
        line: 1,
        column: column.to_owned(),
        message: message.to_owned(),
    }
}
