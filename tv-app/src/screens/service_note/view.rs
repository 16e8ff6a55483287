//! Fills `ServiceNoteAdapter`.

use slint::ComponentHandle;
use tv_ui::{LinkStep, ScreenKind, ServiceNoteAdapter};

use super::ServiceNote;
use super::link::{Link, Step};
use crate::screens::note::view as note;
use crate::screens::people_view;
use crate::screens::qr_view;
use crate::screens::view::{Canvas, Draw, int};

impl Draw for ServiceNote {
    fn kind(&self) -> ScreenKind {
        ScreenKind::ServiceNote
    }

    fn draw(
        &self,
        &Canvas {
            window, context, ..
        }: &Canvas<'_>,
    ) {
        let adapter = window.global::<ServiceNoteAdapter<'_>>();
        adapter.set_title(self.title().into());
        let (back, retry) = self.focused();
        adapter.set_back_focused(back);
        adapter.set_retry_focused(retry);
        note::draw(self.note(), window);
        let link = self.link();
        if let Some(prove) = self.prove() {
            people_view::prove(prove, window);
        }
        adapter.set_step(match link.map(Link::step) {
            _ if self.prove().is_some() => LinkStep::Who,
            None => LinkStep::None,
            Some(Step::Asking) => LinkStep::Asking,
            Some(Step::NoNetwork) => LinkStep::NoNetwork,
            Some(Step::Refused) => LinkStep::Refused,
            Some(Step::Code) => LinkStep::Code,
            Some(Step::Claimed) => LinkStep::Claimed,
            Some(Step::Expired) => LinkStep::Expired,
        });
        let url = link.map_or("", Link::url);
        if adapter.get_url() != url {
            adapter.set_url(url.into());
            let code = qr_view::code(url).filter(|_| !url.is_empty());
            adapter.set_has_qr(code.is_some());
            adapter.set_qr(code.unwrap_or_default());
        }
        adapter.set_minutes(link.map_or(0, |link| int(link.minutes_left(context.ticks_ms))));
        adapter.set_silent(link.is_some_and(Link::is_silent));
    }
}
