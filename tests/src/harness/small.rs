//! A small township as an office writes it: two villages' worth of words, a picture, a table and
//! a programme, made at test time.

use std::fs;
use std::path::Path;

use image::{Rgb, RgbImage};
use media_player::testing::{ClipSpec, make_clip};

/// Title of the bulletin.
pub const BULLETIN: &str = "清河镇2026年10月财务收支公示";
/// The day it was published, as the TV writes it.
pub const DAY: &str = "11月8日";
/// A number in its table.
pub const AMOUNT: &str = "12,000.00";
/// Title of the programme.
pub const PROGRAMME: &str = "春耕时节";
/// The list the bulletin is in, in the first section.
pub const BULLETIN_LIST: &str = "finance";
/// The list the programme is in, in the fourth section.
pub const PROGRAMME_LIST: &str = "news";

/// Writes it, with this programme.
///
/// # Errors
/// When a file cannot be written or the clip not be made.
pub fn write(folder: &Path, film: &ClipSpec) -> anyhow::Result<()> {
    fs::create_dir_all(folder.join("bulletins"))?;
    fs::create_dir_all(folder.join("programmes"))?;
    fs::copy(
        demo_township::township_folder().join("township.toml"),
        folder.join("township.toml"),
    )?;
    fs::write(
        folder.join("organizations.csv"),
        "code,parent,kind,name\nQH,,镇,清河镇\nZJ,QH,村,张家村\n",
    )?;
    write_bulletin(folder, "finance", BULLETIN, "2026-11-08")?;
    fs::write(
        folder.join("programmes/spring.toml"),
        format!(
            "title = \"{PROGRAMME}\"\nlist = \"{PROGRAMME_LIST}\"\norganization = \"QH\"\npublished = 2026-11-20\n"
        ),
    )?;
    fs::write(
        folder.join("programmes/spring.vtt"),
        "WEBVTT\n\n00:00:00.500 --> 00:00:04.000\n春天来了\n",
    )?;
    Ok(make_clip(&folder.join("programmes/spring.mp4"), film)?)
}

/// Writes a bulletin with a paragraph, a table and a picture of its own.
///
/// # Errors
/// When a file cannot be written.
pub fn write_bulletin(folder: &Path, name: &str, title: &str, day: &str) -> anyhow::Result<()> {
    let text = format!(
        "+++\ntitle = \"{title}\"\nlist = \"{BULLETIN_LIST}\"\norganization = \"QH\"\npublished = {day}\n+++\n\n\
         现将收支情况公示如下。\n\n表：收入\n\n| 项目 | 金额（元） |\n|---|---:|\n| 租金 | {AMOUNT} |\n| 合计 | {AMOUNT} |\n\n\
         ![维修后的道路]({name}.jpg)\n"
    );
    fs::write(folder.join(format!("bulletins/{name}.md")), text)?;
    // Every bulletin's picture is another one, so that it is another file.
    let shade = title.bytes().fold(0_u8, u8::wrapping_add);
    let paint = |x: u32, y: u32| Rgb([shade, x.to_le_bytes()[0], y.to_le_bytes()[0]]);
    RgbImage::from_fn(1_600, 900, paint).save(folder.join(format!("bulletins/{name}.jpg")))?;
    Ok(())
}
