//! Chooses where the picture goes.

use std::env;
use std::net::SocketAddr;
use std::path::Path;

use clap::Args;
use slint::platform::WindowEvent;

use super::headless::{Headless, HeadlessError, TimeSource};
use super::scale_factor;

/// Command line options about the screen.
#[derive(Args, Clone, Debug, Default)]
pub struct Options {
    /// Virtual TV: no window, but a web page at this address with the screen and a remote control
    #[arg(long = "virtual", value_name = "ADDRESS:PORT")]
    pub virtual_tv: Option<SocketAddr>,

    /// Let other computers use the virtual TV: everyone in the network can then see and operate it
    #[arg(long, requires = "virtual_tv")]
    pub virtual_allow_remote: bool,

    /// Paint into memory only
    #[arg(long, conflicts_with = "virtual_tv")]
    pub headless: bool,

    /// A window instead of the whole screen
    #[arg(long)]
    pub windowed: bool,

    /// Size of the virtual or headless screen in pixels
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1920x1080", value_parser = parse_size)]
    pub screen_size: ScreenSize,
}

/// A size in physical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScreenSize {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Default for ScreenSize {
    fn default() -> Self {
        Self {
            width: super::LOGICAL_WIDTH,
            height: super::LOGICAL_HEIGHT,
        }
    }
}

fn parse_size(text: &str) -> Result<ScreenSize, String> {
    let usage = || format!("“{text}” 不是屏幕大小，请写成 1920x1080 这样");
    let (width, height) = text.split_once(['x', 'X', '×']).ok_or_else(usage)?;
    let number = |part: &str| {
        let number = part.trim().parse().map_err(|_| usage())?;
        if (320..=7_680).contains(&number) {
            Ok(number)
        } else {
            Err("屏幕宽和高要在 320 到 7680 之间".to_owned())
        }
    };
    Ok(ScreenSize {
        width: number(width)?,
        height: number(height)?,
    })
}

/// What this machine can show pictures with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// A desktop or a kiosk compositor runs (`DISPLAY` or `WAYLAND_DISPLAY`).
    pub display: bool,
    /// A bare screen can be painted on (`/dev/dri/card*` or `/dev/fb0`).
    pub bare_screen: bool,
}

impl Machine {
    /// Looks at this machine.
    #[must_use]
    pub fn detect() -> Self {
        let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        let card = || {
            std::fs::read_dir("/dev/dri").is_ok_and(|mut entries| {
                entries.any(|entry| {
                    entry.is_ok_and(|e| e.file_name().to_string_lossy().starts_with("card"))
                })
            })
        };
        Self {
            display: set("DISPLAY") || set("WAYLAND_DISPLAY"),
            bare_screen: card() || Path::new("/dev/fb0").exists(),
        }
    }
}

/// Where the picture goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Nowhere: memory only.
    Headless,
    /// A web page at this address.
    Virtual(SocketAddr),
    /// A window of the desktop.
    Window {
        /// Whether it fills the screen.
        fullscreen: bool,
    },
    /// The bare screen, without a desktop.
    Kms,
}

/// There is nothing to show a picture on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "这台机器上没有桌面（DISPLAY、WAYLAND_DISPLAY 都没有设置），也没有可以直接画面的屏幕（/dev/dri、/dev/fb0）。\
     请用 --virtual 127.0.0.1:8100 启动，然后在浏览器里打开这个地址。"
)]
pub struct NoScreen;

/// Chooses by the options first, then by what the machine has.
///
/// # Errors
/// When the machine has no screen and no option says to do without.
pub fn choose(options: &Options, machine: Machine) -> Result<Backend, NoScreen> {
    if let Some(address) = options.virtual_tv {
        return Ok(Backend::Virtual(address));
    }
    if options.headless {
        return Ok(Backend::Headless);
    }
    if machine.display {
        return Ok(Backend::Window {
            fullscreen: !options.windowed,
        });
    }
    if machine.bare_screen {
        return Ok(Backend::Kms);
    }
    Err(NoScreen)
}

/// Why the screen could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Nothing to show a picture on.
    #[error(transparent)]
    NoScreen(#[from] NoScreen),
    /// The headless screen.
    #[error("starting the headless screen: {0}")]
    Headless(#[from] HeadlessError),
    /// A window system of Slint's.
    #[error("starting the window system: {0}")]
    Slint(#[from] slint::PlatformError),
}

/// A started screen. Keep it as long as the window.
pub struct Started {
    /// What was chosen.
    pub backend: Backend,
    /// The memory that is painted into, for the headless and the virtual screen.
    pub headless: Option<Headless>,
}

/// Chooses and starts the window system; to be called once, before the first window is made.
///
/// # Errors
/// When there is no screen, or the window system does not start.
pub fn start(options: &Options) -> Result<Started, StartError> {
    let backend = choose(options, Machine::detect())?;
    let select = |name: &str| {
        slint::BackendSelector::new()
            .backend_name(name.into())
            .renderer_name("software".into())
            .select()
    };
    let headless = match backend {
        Backend::Headless | Backend::Virtual(_) => {
            let size = options.screen_size;
            Some(Headless::install(
                size.width,
                size.height,
                TimeSource::Real,
            )?)
        }
        Backend::Window { .. } => {
            select("winit")?;
            None
        }
        Backend::Kms => {
            select("linuxkms-noseat")?;
            None
        }
    };
    Ok(Started { backend, headless })
}

impl Started {
    /// Prepares a window that was just made: full screen where that was chosen.
    pub fn prepare(&self, window: &slint::Window) {
        if let Backend::Window { fullscreen } = self.backend {
            window.set_fullscreen(fullscreen);
        }
    }
}

/// Makes the whole interface fit into the window. To be called after it is shown and whenever its
/// size changes (`changed width` and `changed height` of the root element).
pub fn fit(window: &slint::Window) {
    let size = window.size();
    if size.width == 0 || size.height == 0 {
        return;
    }
    let wanted = scale_factor(size.width, size.height);
    if (window.scale_factor() - wanted).abs() < 1e-4 {
        return;
    }
    let refused = window
        .dispatch_event_with_result(WindowEvent::ScaleFactorChanged {
            scale_factor: wanted,
        })
        .and_then(|_| {
            window.dispatch_event_with_result(WindowEvent::Resized {
                size: size.to_logical(wanted),
            })
        });
    if let Err(error) = refused {
        tracing::warn!(%error, "could not fit the interface to the window");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Machine = Machine {
        display: false,
        bare_screen: false,
    };

    #[test]
    fn options_come_first_then_the_desktop_then_the_bare_screen() {
        let both = Machine {
            display: true,
            bare_screen: true,
        };
        let address = SocketAddr::from(([127, 0, 0, 1], 8100));
        let mut options = Options::default();
        assert_eq!(
            choose(&options, both),
            Ok(Backend::Window { fullscreen: true })
        );
        let bare = Machine {
            display: false,
            ..both
        };
        assert_eq!(choose(&options, bare), Ok(Backend::Kms));
        options.windowed = true;
        assert_eq!(
            choose(&options, both),
            Ok(Backend::Window { fullscreen: false })
        );
        options.headless = true;
        assert_eq!(choose(&options, both), Ok(Backend::Headless));
        options.virtual_tv = Some(address);
        assert_eq!(choose(&options, NOTHING), Ok(Backend::Virtual(address)));
    }

    #[test]
    fn without_any_screen_it_says_what_to_do() {
        let refusal = choose(&Options::default(), NOTHING)
            .unwrap_err()
            .to_string();
        assert!(refusal.contains("--virtual 127.0.0.1:8100"));
    }

    #[test]
    fn sizes_are_read_and_silly_ones_refused() {
        assert_eq!(
            parse_size("1280x720"),
            Ok(ScreenSize {
                width: 1280,
                height: 720
            })
        );
        assert!(parse_size("1280").is_err());
        assert!(parse_size("0x0").is_err());
    }
}
