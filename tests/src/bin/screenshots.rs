//! Renders every screen in every state to PNG files, and a contact sheet for each text size.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use clap::Parser;
use e2e::harness::Stage;
use e2e::harness::scenes;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::{self, FilterType as Scaling};
use image::{ImageEncoder as _, RgbImage};
use tv_canvas::Rgb;

/// Renders every screen in every state.
#[derive(Parser)]
struct Arguments {
    /// Folder for the pictures
    folder: PathBuf,
    /// Text sizes in percent
    #[arg(long, value_delimiter = ',', default_value = "100,150")]
    size: Vec<u32>,
    /// Only screens whose name contains this
    #[arg(long, default_value = "")]
    only: String,
    /// While somebody looks into the place
    #[arg(long)]
    watched: bool,
    /// Write docs/images/home.png too
    #[arg(long)]
    readme: bool,
}

/// Pictures of a contact sheet side by side.
const COLUMNS: u32 = 4;
/// Size of one of them.
const SMALL: (u32, u32) = (640, 360);
/// The README's picture may not have more bytes.
const README_BYTES: usize = 300 * 1024;

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    fs::create_dir_all(&arguments.folder)?;
    let mut stage = Stage::new()?;
    stage.watched = arguments.watched;
    for size in arguments.size {
        stage.set_size(size, 5)?;
        let mut shots = Vec::new();
        for scene in scenes::all().filter(|scene| scene.name.contains(&arguments.only)) {
            stage.play(scene)?;
            let frame = stage.tv.frame();
            frame.save_png(&arguments.folder.join(format!("{}-{size}.png", scene.name)))?;
            shots.push(frame);
        }
        ensure!(!shots.is_empty(), "no screen is called {}", arguments.only);
        contact_sheet(&shots)?.save(arguments.folder.join(format!("sheet-{size}.png")))?;
    }
    if arguments.readme {
        stage.set_size(100, 5)?;
        let home = scenes::all()
            .find(|scene| scene.name == "home")
            .context("there is no Home")?;
        stage.play(home)?;
        write_readme_picture(stage.tv.frame())?;
    }
    Ok(())
}

fn to_image(frame: Rgb) -> anyhow::Result<RgbImage> {
    RgbImage::from_raw(frame.width, frame.height, frame.bytes).context("a frame has too few bytes")
}

/// All pictures small, in the order of the scenes.
fn contact_sheet(shots: &[Rgb]) -> anyhow::Result<RgbImage> {
    let rows = u32::try_from(shots.len())?.div_ceil(COLUMNS);
    let mut sheet = RgbImage::from_pixel(
        COLUMNS * (SMALL.0 + 8),
        rows * (SMALL.1 + 8),
        image::Rgb([96, 96, 96]),
    );
    for (at, shot) in (0_u32..).zip(shots) {
        let small = imageops::resize(
            &to_image(shot.clone())?,
            SMALL.0,
            SMALL.1,
            Scaling::Triangle,
        );
        let (x, y) = (
            at % COLUMNS * (SMALL.0 + 8) + 4,
            at / COLUMNS * (SMALL.1 + 8) + 4,
        );
        imageops::replace(&mut sheet, &small, x.into(), y.into());
    }
    Ok(sheet)
}

/// Home for the README, as large as its bytes allow.
fn write_readme_picture(frame: Rgb) -> anyhow::Result<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/images");
    fs::create_dir_all(&docs)?;
    let whole = to_image(frame)?;
    for width in [1_280, 1_120, 960, 800, 640] {
        let small = imageops::resize(&whole, width, width * 9 / 16, Scaling::Triangle);
        let mut png = Vec::new();
        PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive)
            .write_image(
                &small,
                small.width(),
                small.height(),
                image::ExtendedColorType::Rgb8,
            )?;
        if png.len() <= README_BYTES {
            return Ok(fs::write(docs.join("home.png"), png)?);
        }
    }
    anyhow::bail!("Home does not fit into {README_BYTES} bytes")
}
