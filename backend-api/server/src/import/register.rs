//! Every kind of thing that a content folder can hold. To add one: a file in `register/` with its
//! `Adapter`, or its `List` or `Items` for one that a general
//! adapter imports; it calls the kind's service. And its module and line here. An adapter that nobody lists is
//! dead code, which does not build; a kind of document of the feed without one does not compile.

use contract::kinds::DocumentKind;

use super::adapter::{Adapter, Order};
use super::items::Files;
use super::lists::Rows;

mod branches;
mod bulletins;
mod categories;
mod duty_rooms;
pub mod evaluations;
mod meetings;
mod organizations;
pub mod people;
mod programmes;
mod township;

const ADAPTERS: &[&dyn Adapter] = &[
    &township::Adapter,
    &organizations::Adapter,
    &people::Households,
    &people::Members,
    &Rows::<meetings::Meetings>::NEW,
    &Rows::<duty_rooms::DutyRooms>::NEW,
    &Rows::<categories::Categories>::NEW,
    &Files::<branches::Branches>::NEW,
    &Files::<bulletins::Bulletins>::NEW,
    &Files::<evaluations::Evaluations>::NEW,
    &Files::<programmes::Programmes>::NEW,
];

/// Every adapter, in the order in which they run.
pub(super) fn adapters() -> impl Iterator<Item = &'static dyn Adapter> {
    Order::ALL.into_iter().flat_map(|order| {
        ADAPTERS
            .iter()
            .copied()
            .filter(move |it| it.order() == order)
    })
}

/// Who imports documents of this kind.
pub(super) fn importer(kind: DocumentKind) -> &'static dyn Adapter {
    match kind {
        DocumentKind::Township => &township::Adapter,
        DocumentKind::Bulletin => &Files::<bulletins::Bulletins>::NEW,
        DocumentKind::Programme => &Files::<programmes::Programmes>::NEW,
        DocumentKind::Meeting => &Rows::<meetings::Meetings>::NEW,
        DocumentKind::Branch => &Files::<branches::Branches>::NEW,
        DocumentKind::Category => &Rows::<categories::Categories>::NEW,
        DocumentKind::Evaluation => &Files::<evaluations::Evaluations>::NEW,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use contract::township::ListingKind;

    use super::*;

    #[test]
    fn every_file_is_read_by_one_adapter() {
        let (mut names, mut read) = (BTreeSet::new(), BTreeSet::new());
        for adapter in adapters() {
            assert!(names.insert(adapter.name()), "{}", adapter.name());
            assert!(!adapter.reads().is_empty(), "{}", adapter.name());
            for file in adapter.reads() {
                assert!(read.insert(file), "{file}");
            }
        }
        assert_eq!(adapters().count(), ADAPTERS.len());
        for folder in ListingKind::ALL.iter().filter_map(|kind| kind.folder()) {
            assert!(read.contains(folder), "{folder}");
        }
    }

    #[test]
    fn documents_are_imported_by_who_is_listed() {
        for kind in DocumentKind::ALL {
            let name = importer(*kind).name();
            assert!(adapters().any(|adapter| adapter.name() == name), "{name}");
        }
        for kind in ListingKind::ALL {
            if let (Some(folder), Some(document)) = (kind.folder(), kind.holds()) {
                assert!(importer(document).reads().contains(&folder), "{folder}");
                let takes = |file| importer(document).takes(&format!("{folder}/{file}"));
                assert!(takes("a.md") || takes("a.toml"), "{folder}");
            }
        }
    }

    #[test]
    fn what_others_refer_to_comes_first() {
        let orders: Vec<Order> = adapters().map(Adapter::order).collect();
        let at = |order| orders.iter().position(|it| *it == order);
        assert_eq!(at(Order::Ground), Some(0));
        assert!(at(Order::Ground) < at(Order::Rows) && at(Order::Rows) < at(Order::Files));
    }
}
