//! Fills `EnrolmentAdapter`.

use slint::ComponentHandle;
use tv_ui::{EnrolmentAdapter, EnrolmentStep, ScreenKind};

use super::Enrolment;
use crate::client::EnrolmentState;
use crate::screens::qr_view;
use crate::screens::view::{Canvas, Draw, int};

impl Draw for Enrolment {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Enrolment
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<EnrolmentAdapter<'_>>();
        adapter.set_focused(int(self.focused()));
        adapter.set_minutes(int(self.minutes_left()));
        adapter.set_retry_seconds(int(self.seconds_to_retry()));
        adapter.set_step(match self.state() {
            EnrolmentState::Asking | EnrolmentState::Approved => EnrolmentStep::Asking,
            EnrolmentState::Code { .. } => EnrolmentStep::Code,
            EnrolmentState::Declined => EnrolmentStep::Declined,
            EnrolmentState::NoNetwork { .. } => EnrolmentStep::NoNetwork,
        });
        let (address, complete) = self.address().unwrap_or_default();
        if let EnrolmentState::Code { user_code, .. } = self.state()
            && (adapter.get_code() != *user_code || adapter.get_address() != *address)
        {
            adapter.set_code(user_code.into());
            adapter.set_address(address.into());
            // Never one that a telephone cannot open.
            let qr = self.address().and_then(|_| qr_view::code(complete));
            adapter.set_has_qr(qr.is_some());
            adapter.set_qr(qr.unwrap_or_default());
        }
    }
}
