//! Styles of a DOCX: which paragraphs are headings, and which are entries of lists.

use std::collections::HashMap;

use super::xml::Element;

/// What a style says of its paragraphs.
#[derive(Clone, Debug, Default)]
struct Style {
    heading: bool,
    list: Option<(String, usize)>,
    based_on: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<String, Style>);

impl Styles {
    pub(super) fn read(root: &Element) -> Self {
        let styles = root.child("styles").into_iter().flat_map(Element::elements);
        let styles = styles.filter(|it| it.name == "style").filter_map(|style| {
            let name = style.child("name").and_then(|it| it.attribute("val"));
            let name = name.unwrap_or_default().to_lowercase();
            let named =
                ["heading ", "标题"].iter().any(|it| name.starts_with(it)) || name == "title";
            let properties = style.child("pPr");
            let read = Style {
                heading: named || properties.is_some_and(has_outline),
                list: properties.and_then(list_of),
                based_on: style
                    .child("basedOn")
                    .and_then(|it| it.attribute("val"))
                    .map(str::to_owned),
            };
            Some((style.attribute("styleId")?.to_owned(), read))
        });
        Self(styles.collect())
    }

    /// Whether a style is a heading's, and its list, by itself or what it is based on.
    pub(super) fn of(&self, id: &str) -> (bool, Option<(String, usize)>) {
        let (mut heading, mut list) = (false, None);
        let mut next = Some(id);
        // Styles may be based on each other in a circle.
        for _ in 0..20 {
            let Some(style) = next.and_then(|id| self.0.get(id)) else {
                break;
            };
            heading |= style.heading;
            list = list.or_else(|| style.list.clone());
            next = style.based_on.as_deref();
        }
        (heading, list)
    }
}

/// Whether a paragraph stands in the outline: it is a heading.
pub(super) fn has_outline(properties: &Element) -> bool {
    let level = properties
        .child("outlineLvl")
        .and_then(|it| it.attribute("val"));
    level
        .and_then(|it| it.parse::<u32>().ok())
        .is_some_and(|level| level < 9)
}

/// The list a paragraph is an entry of, and at which level.
pub(super) fn list_of(properties: &Element) -> Option<(String, usize)> {
    let list = properties.child("numPr")?;
    let id = list.child("numId")?.attribute("val")?;
    let level = list.child("ilvl").and_then(|it| it.attribute("val"));
    let level = level.and_then(|it| it.parse().ok()).unwrap_or(0);
    Some((id.to_owned(), level))
}
