//! One screen in one state: how it is arranged and played.

use anyhow::Context as _;
use contract::duty::TerminalDuty;
use contract::evaluation::TerminalEvaluations;
use contract::terminal::TerminalKind;
use tv_app::cache::command::Priority;
use tv_app::screens::settings::name;

use super::{NOW_MS, Stage, duty, people};

/// One screen in one state.
#[derive(Clone, Copy)]
pub struct Scene {
    /// Name of its picture.
    pub name: &'static str,
    /// Something has the focus and shows it.
    pub ring: bool,
    /// A picture or film covers the screen: nothing is said about colours and the safe area.
    pub full: bool,
    arrange: fn(&mut Stage) -> anyhow::Result<()>,
}

impl Scene {
    fn arrange(&self, stage: &mut Stage) -> anyhow::Result<()> {
        (self.arrange)(stage)
    }
}

pub(super) const fn scene(
    name: &'static str,
    arrange: fn(&mut Stage) -> anyhow::Result<()>,
) -> Scene {
    Scene {
        name,
        ring: true,
        full: false,
        arrange,
    }
}

pub(super) const fn full(
    name: &'static str,
    arrange: fn(&mut Stage) -> anyhow::Result<()>,
) -> Scene {
    Scene {
        name,
        ring: true,
        full: true,
        arrange,
    }
}

pub(super) const fn bare(
    name: &'static str,
    arrange: fn(&mut Stage) -> anyhow::Result<()>,
) -> Scene {
    Scene {
        name,
        ring: false,
        full: true,
        arrange,
    }
}

impl Stage {
    /// Shows a scene.
    ///
    /// # Errors
    /// When the content lacks what it shows.
    pub fn play(&mut self, scene: &Scene) -> anyhow::Result<()> {
        self.tv.cut_power();
        self.demo.cache.set_online(true);
        self.demo.cache.synced(NOW_MS)?;
        self.demo.set(name::CAPTIONS, "off")?;
        self.demo.set(name::SIMPLE, "off")?;
        self.demo.set(name::LANGUAGE, "zh")?;
        // As if the server had taken what earlier scenes did.
        while let Some(waiting) = self.demo.cache.take_command(Priority::Background, &[])? {
            self.demo.cache.command_answered(waiting.seq, None)?;
        }
        while let Some(waiting) = self.demo.cache.take_command(Priority::Interactive, &[])? {
            let gone = tv_app::cache::Refusal {
                code: contract::error::ErrorCode::NotFound,
                tries: None,
                wait_ms: None,
            };
            self.demo.cache.command_refused(waiting.seq, gone, "")?;
        }
        for told in self.demo.cache.refusals() {
            self.demo.cache.forget_refusal(&told.key)?;
        }
        let home = people::household();
        self.people(TerminalKind::Household, home, Vec::new())?;
        // They would be told that it does not take place.
        for wanted in self.demo.cache.wanted_meetings() {
            self.demo.cache.set_reminder(&wanted.id, false)?;
        }
        self.meetings(Vec::new())?;
        let nobody = TerminalEvaluations::default();
        self.demo.cache.set_terminal_evaluations(nobody, "")?;
        self.short()?;
        let duty = if self.watched {
            duty::looked_at()
        } else {
            TerminalDuty::default()
        };
        self.demo.cache.set_duty(duty)?;
        let none = contract::request::TerminalRequests::default();
        self.demo.cache.set_requests(none, "")?;
        self.tv.clock.set_now(NOW_MS);
        scene
            .arrange(self)
            .with_context(|| format!("scene {}", scene.name))?;
        self.tv.settle();
        Ok(())
    }
}
