//! Kit screens as their adapters take them.

pub(crate) mod models;

use slint::{Model, ModelRc, VecModel};
use tv_ui::{PageData, PageFocus, PageState};

use self::models::{fill as fill_kept, index, int};
use super::{Page, State};

/// The header and the state of a page with a list or grid. `about` says what will appear
/// on it.
pub(in crate::screens) fn page(of: impl Into<Page>, title: &str, about: &str) -> PageData {
    let page = of.into();
    PageData {
        title: title.into(),
        about: about.into(),
        state: state(page.state),
        first: int(page.first),
        shown: int(page.shown),
        total: int(page.total),
    }
}

/// Where the focus is on it.
pub(in crate::screens) fn focus_at(of: impl Into<Page>) -> PageFocus {
    let page = of.into();
    PageFocus {
        back: page.on_back,
        entry: index(page.focused),
    }
}

/// What is said in place of entries.
pub(in crate::screens) const fn state(state: State) -> PageState {
    match state {
        State::Filled => PageState::Filled,
        State::Empty => PageState::Empty,
        State::Waiting => PageState::Waiting,
        State::Offline => PageState::Offline,
        State::Withdrawn => PageState::Withdrawn,
    }
}

/// Makes an adapter's rows equal to `fresh`, touching only those that differ. `set` gives the
/// adapter a list of the kit's own, the first time.
pub(in crate::screens) fn fill<T: Clone + PartialEq + 'static>(
    kept: &ModelRc<T>,
    fresh: Vec<T>,
    set: impl FnOnce(ModelRc<T>),
) {
    match kept.as_any().downcast_ref::<VecModel<T>>() {
        Some(list) => fill_kept(list, fresh),
        None => set(ModelRc::new(VecModel::from(fresh))),
    }
}
