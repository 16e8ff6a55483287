//! Values and lists as Slint has them.

use std::rc::Rc;

use slint::{Model, ModelRc, VecModel};

use crate::screens::kit::time::Day;

/// Makes a kept list equal to `fresh`, touching only rows that differ.
pub(crate) fn fill<T: Clone + PartialEq + 'static>(list: &VecModel<T>, fresh: Vec<T>) {
    while list.row_count() > fresh.len() {
        list.remove(list.row_count() - 1);
    }
    for (index, row) in fresh.into_iter().enumerate() {
        match list.row_data(index) {
            Some(old) if old == row => {}
            Some(_) => list.set_row_data(index, row),
            None => list.push(row),
        }
    }
}

/// A kept list as an adapter takes it.
pub(crate) fn model<T: Clone + 'static>(list: &Rc<VecModel<T>>) -> ModelRc<T> {
    ModelRc::from(Rc::clone(list))
}

/// A number as Slint has it.
pub(crate) fn int<T: TryInto<i32>>(value: T) -> i32 {
    value.try_into().unwrap_or(i32::MAX)
}

/// An index, −1 for none.
pub(crate) fn index(value: Option<usize>) -> i32 {
    value.map_or(-1, int)
}

/// A day as Slint has it.
pub(crate) fn to_day(day: Day) -> tv_ui::Day {
    tv_ui::Day {
        year: day.year,
        month: day.month,
        day: day.day,
        age: day.age,
    }
}
