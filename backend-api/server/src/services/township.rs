//! The township's own names: sections and lists.

use std::collections::HashSet;

use contract::error::FieldError;
use contract::township::{ListingKind, Township};
use store::{Store, Tx, township};

use super::kit::audit::{self, Actor};
use super::kit::error::{Result, ServiceError};
use super::kit::names;
use super::kit::rights::{Action, Staff};

/// The township's sections.
///
/// # Errors
/// [`ServiceError::NotFound`] while none were ever set.
pub fn get(store: &Store) -> Result<Township> {
    store
        .read(township::get)?
        .ok_or(ServiceError::NotFound("栏目配置"))
}

/// Replaces the township's sections.
///
/// # Errors
/// [`ServiceError::Invalid`], [`ServiceError::Forbidden`]: only from the root organization.
pub fn replace(store: &Store, staff: &Staff, new: Township, now_ms: i64) -> Result<Township> {
    staff.may(Action::Configure)?;
    check_township(&new)?;
    let (staff, new) = (staff.clone(), cleaned(new));
    store.write(move |tx| {
        // The sections are those of every screen of the installation.
        if store::organizations::ancestors(tx, &staff.organization.id)?
            .iter()
            .any(|above| above.id != staff.organization.id)
        {
            return Err(ServiceError::Forbidden("栏目只能由最上级组织设置"));
        }
        township::put(tx, &new, "", now_ms)?;
        let (actor, root) = (
            Actor::of(Some(&staff)),
            Some(staff.organization.id.as_str()),
        );
        audit::note(tx, &actor, "township.replace", "township", root, "", now_ms)?;
        Ok(new.clone())
    })
}

/// What the list with this id holds; `None` if there is no such list.
pub(super) fn listing_kind(tx: &mut Tx<'_>, id: &str) -> Result<Option<ListingKind>> {
    let found = township::get(tx)?.and_then(|township| {
        township
            .sections
            .into_iter()
            .flat_map(|section| section.listings)
            .find(|listing| listing.id == id)
            .map(|listing| listing.kind)
    });
    Ok(found)
}

/// Whether a screen can show these sections.
///
/// # Errors
/// [`ServiceError::Invalid`] with every field that is wrong.
pub fn check_township(township: &Township) -> Result<()> {
    let mut wrong = Vec::new();
    let mut complain = |field: String, message: &str| {
        wrong.push(FieldError {
            field,
            message: message.to_owned(),
        });
    };
    if let Err(message) = names::title(&township.name, "地名（例如“清河镇”）", 20) {
        complain("name".to_owned(), &message);
    }
    if let Err(message) = names::title(&township.title, "标题（例如“清河镇智慧党建”）", 20)
    {
        complain("title".to_owned(), &message);
    }
    if !(1..=6).contains(&township.sections.len()) {
        complain("sections".to_owned(), "栏目须有 1 到 6 个");
    }
    let (mut digits, mut ids) = (HashSet::new(), HashSet::new());
    for (index, section) in township.sections.iter().enumerate() {
        let at = |field: &str| format!("sections[{index}].{field}");
        if !(1..=6).contains(&section.digit) || !digits.insert(section.digit) {
            complain(at("digit"), "数字键须为 1 到 6，且不与其他栏目重复");
        }
        if !identifier(&section.id) || !ids.insert(section.id.as_str()) {
            complain(at("id"), "须为小写字母、数字和连字符，且不重复");
        }
        if let Err(message) = names::title(&section.title, "栏目名", 20) {
            complain(at("title"), &message);
        }
        match luminance(&section.color) {
            None => complain(at("color"), "颜色须写成 #rrggbb，例如 #8a1f1f"),
            // 4.5:1 against a warm off-white of luminance 0.9 (WCAG 2.2, 1.4.3).
            Some(light) if light > 0.16 => {
                complain(at("color"), "颜色太浅，白字看不清，请换深一些的");
            }
            Some(_) => {}
        }
        for (inner, listing) in section.listings.iter().enumerate() {
            let at = |field: &str| format!("sections[{index}].listings[{inner}].{field}");
            if !identifier(&listing.id) || !ids.insert(listing.id.as_str()) {
                complain(at("id"), "须为小写字母、数字和连字符，且不重复");
            }
            if let Err(message) = names::title(&listing.title, "列表名", 20) {
                complain(at("title"), &message);
            }
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(ServiceError::Invalid(wrong))
    }
}

/// The sections with their names [cleaned](names).
#[must_use]
pub fn cleaned(mut township: Township) -> Township {
    township.name = names::cleaned(&township.name);
    township.title = names::cleaned(&township.title);
    for section in &mut township.sections {
        section.title = names::cleaned(&section.title);
        section.icon = names::cleaned(&section.icon);
        for listing in &mut section.listings {
            listing.title = names::cleaned(&listing.title);
            listing.about = names::text(&listing.about);
        }
    }
    township
}

fn identifier(id: &str) -> bool {
    (1..=40).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

/// Relative luminance of `#rrggbb` (WCAG 2.2), from 0 black to 1 white.
fn luminance(color: &str) -> Option<f64> {
    let digits = color.strip_prefix('#')?;
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let channel = |at: usize| {
        let value = u8::from_str_radix(&digits[at..at + 2], 16).ok()?;
        let share = f64::from(value) / 255.0;
        Some(if share <= 0.04045 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        })
    };
    Some(0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::township::{Listing, Section};

    fn township() -> Township {
        Township {
            name: "清河镇".to_owned(),
            title: "清河镇智慧党建".to_owned(),
            sections: vec![Section {
                digit: 1,
                id: "disclosure".to_owned(),
                title: "党务公开".to_owned(),
                color: "#8a1f1f".to_owned(),
                icon: "file-list".to_owned(),
                listings: vec![Listing {
                    id: "finance".to_owned(),
                    title: "财务公示".to_owned(),
                    ..Listing::default()
                }],
            }],
        }
    }

    #[test]
    fn a_good_one_passes() {
        check_township(&township()).unwrap();
    }

    #[test]
    fn every_wrong_field_is_named() {
        let mut bad = township();
        bad.name.clear();
        bad.sections[0].digit = 7;
        bad.sections[0].color = "#f0e0d0".to_owned();
        bad.sections[0].listings[0].id = "disclosure".to_owned();
        let Err(ServiceError::Invalid(fields)) = check_township(&bad) else {
            panic!("must be refused");
        };
        let fields: Vec<_> = fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "name",
                "sections[0].digit",
                "sections[0].color",
                "sections[0].listings[0].id"
            ]
        );
    }

    #[test]
    fn luminance_is_that_of_the_norm() {
        assert!((luminance("#ffffff").unwrap() - 1.0).abs() < 1e-9);
        assert!(luminance("#000000").unwrap().abs() < 1e-9);
        assert_eq!(luminance("8a1f1f"), None);
        assert_eq!(luminance("#8a1f1é"), None);
    }
}
