//! What the parts of the cache remember in memory: one value of each type. A part that remembers
//! something has a type of its own for it, so that the handle need not know the parts.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;

type Value = Arc<dyn Any + Send + Sync>;

/// The values by their types.
#[derive(Default)]
pub(super) struct Slots(RwLock<HashMap<TypeId, Value>>);

impl Slots {
    /// The value of this type; the default when there was none.
    pub(super) fn of<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let id = TypeId::of::<T>();
        let known = self.0.read().get(&id).cloned();
        let value = known.unwrap_or_else(|| {
            let mut values = self.0.write();
            Arc::clone(values.entry(id).or_insert_with(|| Arc::new(T::default())))
        });
        // It is of this type: that is its name.
        value.downcast().unwrap_or_default()
    }

    /// Begins with this value.
    pub(super) fn put<T: Send + Sync + 'static>(&self, value: T) {
        self.0.write().insert(TypeId::of::<T>(), Arc::new(value));
    }
}
