//! Fills `HelpAdapter`.

use slint::{ComponentHandle, SharedString};
use tv_ui::{AppWindow, HelpAction, HelpAdapter, ScreenKind};

use super::{Action, Help};
use crate::cache::Fit;
use crate::screens::kit::view::fill;
use crate::screens::view::{Canvas, Draw, pieces};

impl Draw for Help {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Help
    }

    fn draw(&self, &Canvas { view, window, .. }: &Canvas<'_>) {
        let adapter = window.global::<HelpAdapter<'_>>();
        let (place, township) = self.places();
        adapter.set_place(place.into());
        adapter.set_township(township.into());
        let contact = self.contact().cloned().unwrap_or_default();
        adapter.set_known(self.contact().is_some());
        adapter.set_name(contact.name.into());
        adapter.set_office(contact.office.into());
        adapter.set_telephone(contact.telephone.into());
        adapter.set_hours(contact.hours.into());
        let photo = contact.photo.and_then(|photo| {
            let (width, height) = (adapter.get_photo_width(), adapter.get_photo_height());
            let image = |name: &str| view.image(name, width, height, Fit::Cover);
            image(&photo.screen.name).or_else(|| image(&photo.thumb.name))
        });
        adapter.set_has_photo(photo.is_some());
        adapter.set_photo(photo.unwrap_or_default());
        let others = self.others().iter().map(|other| {
            let words = [&other.office, &other.name, &other.telephone, &other.hours];
            let words = words.iter().filter(|word| !word.is_empty());
            let line = words
                .map(|word| word.as_str())
                .collect::<Vec<_>>()
                .join("　");
            SharedString::from(line)
        });
        fill(&adapter.get_others(), others.collect(), |others| {
            adapter.set_others(others);
        });
        let category = self.category();
        adapter.set_can_come(category.is_some());
        let answers = category.map(|category| SharedString::from(&category.office));
        adapter.set_answers(answers.unwrap_or_default());
        adapter.set_focused(match self.focused() {
            Action::Come => HelpAction::Come,
            Action::Aloud => HelpAction::Aloud,
            Action::Leave => HelpAction::Leave,
        });
    }

    fn words(&self, window: &AppWindow) -> Vec<String> {
        let adapter = window.global::<HelpAdapter<'_>>();
        let number = adapter.get_known().then(|| adapter.get_telephone());
        pieces([
            adapter.get_where(),
            adapter.get_title(),
            number.unwrap_or_default(),
            adapter.get_when(),
            adapter.get_note(),
        ])
    }
}
