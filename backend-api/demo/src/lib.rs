//! The demonstration township 清河镇: its words are in `township/`, its pictures and films are
//! drawn by this crate into `township/media/`, which is not kept in the repository.
//!
//! Nothing here shows a real place or person.

mod canvas;
pub mod catalogue;
mod film;
mod portraits;
mod scenes;
mod sound;
mod things;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context as _, Result};
use image::codecs::jpeg::JpegEncoder;

use canvas::Canvas;

/// Raise it when drawings change, so that they are made again.
const RECIPE: &str = "1";

/// The township's folder in the source tree.
#[must_use]
pub fn township_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("township")
}

/// Draws every picture and film that is missing in `township/media`; `tell` hears each name.
///
/// # Errors
/// When a file cannot be written or GStreamer lacks an encoder.
pub fn make_media(township: &Path, tell: &(dyn Fn(&str) + Sync)) -> Result<()> {
    gst::init()?;
    let media = township.join("media");
    fs::create_dir_all(&media).with_context(|| format!("cannot create {}", media.display()))?;
    // Two at once (a test beside `make run`) would write the same files.
    let alone = fs::File::create(media.join(".lock"))?;
    alone.lock()?;
    // Hidden: an import names files that nothing makes use of. Earlier they were not.
    let recipe = media.join(".recipe");
    let _ = fs::rename(media.join("recipe"), &recipe);
    let _ = fs::remove_file(media.join("lock"));
    if fs::read_to_string(&recipe).ok().as_deref() != Some(RECIPE) {
        for file in catalogue::files() {
            // It may not be there.
            let _ = fs::remove_file(media.join(file));
        }
        fs::write(&recipe, RECIPE)?;
    }
    let mut jobs = jobs(township);
    // The longest are taken first, so that no worker is left with a long one at the end.
    jobs.sort_by_key(|job| job.seconds);
    let jobs = Mutex::new(jobs);
    let workers = std::thread::available_parallelism()
        .map_or(2, std::num::NonZero::get)
        .min(4);
    std::thread::scope(|scope| {
        let work = || -> Result<()> {
            loop {
                let next = jobs
                    .lock()
                    .map_err(|_| anyhow::anyhow!("a worker failed"))?
                    .pop();
                let Some(job) = next else { return Ok(()) };
                once(&media, &job.file, tell, job.make)?;
            }
        };
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        handles.into_iter().try_for_each(|handle| {
            handle
                .join()
                .map_err(|_| anyhow::anyhow!("a worker failed"))?
        })
    })
}

type Make = Box<dyn FnOnce(&Path) -> Result<()> + Send>;

/// A file to make.
struct Job {
    file: String,
    /// Length of a film; 0 for a picture.
    seconds: u32,
    make: Make,
}

fn jobs(township: &Path) -> Vec<Job> {
    let films = catalogue::FILMS.iter().map(|film| {
        let captions = township
            .join("programmes")
            .join(format!("{}.vtt", film.name));
        let make =
            move |path: &Path| film::make(film, path, fs::read_to_string(captions).ok().as_deref());
        Job {
            file: film.file(),
            seconds: film.seconds(),
            make: Box::new(make),
        }
    });
    let picture = |file: String, draw: Box<dyn FnOnce() -> Result<Canvas> + Send>| Job {
        file,
        seconds: 0,
        make: Box::new(move |path| save(&draw()?, path)),
    };
    let photos = catalogue::PHOTOS.iter().zip(1_u64..).map(
        move |(&(name, place, season, width, height), seed)| {
            let draw = move || {
                portraits::flatten(scenes::scene(place, season, width, height, 0.0, seed * 17)?)
            };
            picture(format!("{name}.jpg"), Box::new(draw))
        },
    );
    let people = (1..=catalogue::PORTRAITS).map(move |n| {
        picture(
            format!("portrait-{n:02}.jpg"),
            Box::new(move || portraits::portrait(n)),
        )
    });
    let groups = (1..=catalogue::GROUPS).map(move |n| {
        picture(
            format!("branch-{n:02}.jpg"),
            Box::new(move || portraits::group(n, 1600, 900)),
        )
    });
    let yards = (1..=catalogue::COURTYARDS).map(move |n| {
        picture(
            format!("courtyard-{n:02}.jpg"),
            Box::new(move || portraits::courtyard(n, 1600, 900)),
        )
    });
    films
        .chain(photos)
        .chain(people)
        .chain(groups)
        .chain(yards)
        .collect()
}

/// Makes a file unless it is there; a half-made one never gets its name.
fn once(
    media: &Path,
    name: &str,
    tell: &(dyn Fn(&str) + Sync),
    make: impl FnOnce(&Path) -> Result<()>,
) -> Result<()> {
    let path = media.join(name);
    if path.exists() {
        return Ok(());
    }
    tell(name);
    let unfinished = media.join(format!("unfinished-{name}"));
    make(&unfinished).with_context(|| format!("cannot make {name}"))?;
    fs::rename(&unfinished, &path).with_context(|| format!("cannot write {name}"))
}

fn save(canvas: &Canvas, path: &Path) -> Result<()> {
    let pixmap = &canvas.pixmap;
    let rgb: Vec<u8> = pixmap
        .data()
        .chunks_exact(4)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .collect();
    let file = std::io::BufWriter::new(fs::File::create(path)?);
    let picture =
        image::RgbImage::from_raw(pixmap.width(), pixmap.height(), rgb).context("sizes differ")?;
    picture.write_with_encoder(JpegEncoder::new_with_quality(file, 88))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_filled_and_repeatable() {
        let draw = || {
            portraits::flatten(
                scenes::scene(
                    scenes::Place::River,
                    scenes::Season::Autumn,
                    320,
                    180,
                    0.0,
                    3,
                )
                .unwrap(),
            )
            .unwrap()
        };
        let (one, two) = (draw(), draw());
        assert_eq!(one.pixmap.data(), two.pixmap.data());
        assert!(one.pixmap.pixels().iter().all(|pixel| pixel.alpha() == 255));
        let first = one.pixmap.pixels()[0];
        assert!(
            one.pixmap
                .pixels()
                .iter()
                .any(|pixel| pixel.red().abs_diff(first.red()) > 60)
        );
    }

    #[test]
    fn every_caption_file_belongs_to_a_film_and_fits_into_it() {
        let folder = township_folder().join("programmes");
        for film in catalogue::FILMS {
            let vtt = fs::read_to_string(folder.join(format!("{}.vtt", film.name))).unwrap();
            let cues = sound::cues(&vtt);
            assert!(!cues.is_empty(), "{}", film.name);
            for (start, end, text) in cues {
                #[expect(clippy::cast_precision_loss, reason = "a few minutes")]
                let length = film.seconds() as f32;
                assert!(
                    start < end && end <= length && !text.is_empty(),
                    "{} {start} {end}",
                    film.name
                );
            }
        }
    }
}
