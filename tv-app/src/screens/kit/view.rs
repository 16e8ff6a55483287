//! Kit screens as their adapters take them.

pub(crate) mod models;

use slint::{Model, ModelRc, VecModel};
use tv_ui::{PageData, PageState};

use self::models::{fill as fill_kept, index, int};
use super::{Page, State};
use crate::screens::Context;

/// The header, the state and the focus of a page with a list or grid. `about` says what will appear
/// on it; `is_known`: the township still has it.
pub(in crate::screens) fn page(
    of: impl Into<Page>,
    title: &str,
    about: &str,
    is_known: bool,
    context: &Context<'_>,
) -> PageData {
    let page = of.into();
    PageData {
        title: title.into(),
        about: about.into(),
        state: match State::of(page.total, is_known, || context.cache.sync_state()) {
            State::Filled => PageState::Filled,
            State::Empty => PageState::Empty,
            State::Waiting => PageState::Waiting,
            State::Offline => PageState::Offline,
            State::Withdrawn => PageState::Withdrawn,
        },
        back_focused: page.on_back,
        focused: index(page.focused),
        first: int(page.first),
        shown: int(page.shown),
        total: int(page.total),
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
