//! Who is where in the picture.

/// How the on-air sources share the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// The host alone; speakers are heard.
    HostFull,
    /// The newest speaker alone; the others are heard.
    SpeakerFull,
    /// Host on the left, newest speaker on the right.
    SideBySide,
    /// The newest speaker, with the host small at the lower right.
    PictureInPicture,
    /// Host and up to three speakers in a grid of four.
    Grid,
}

/// What is on air and how it is shown. Sources of a scene that are not known yet appear when they
/// are added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// How the sources share the picture.
    pub layout: Layout,
    /// The host's source.
    pub host: Option<String>,
    /// The speakers' sources, newest last; of more than three the newest count.
    pub speakers: Vec<String>,
}

/// Speakers on air at once.
pub const MAX_SPEAKERS: usize = 3;

/// A place in the picture in pixels; all even, because colour has half the resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
}

impl Scene {
    /// Everything on air, host first, each once.
    pub fn on_air(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.host.iter().map(String::as_str).collect();
        for speaker in self.newest() {
            if !all.contains(&speaker.as_str()) {
                all.push(speaker);
            }
        }
        all
    }

    fn newest(&self) -> &[String] {
        &self.speakers[self.speakers.len().saturating_sub(MAX_SPEAKERS)..]
    }

    /// Which source is shown where, in drawing order.
    pub fn tiles(&self, width: usize, height: usize) -> Vec<(&str, Rect)> {
        let full = even(0, 0, width, height);
        let host = self.host.as_deref();
        let speaker = self
            .newest()
            .last()
            .map(String::as_str)
            .filter(|&id| Some(id) != host);
        let (Some(host), Some(speaker)) = (host, speaker) else {
            // With one source there is nothing to share, except that a grid stays a grid.
            let only = self.on_air().first().copied();
            return match self.layout {
                Layout::Grid => cells(&self.on_air(), width, height),
                _ => only.map(|id| (id, full)).into_iter().collect(),
            };
        };
        match self.layout {
            Layout::HostFull => vec![(host, full)],
            Layout::SpeakerFull => vec![(speaker, full)],
            Layout::SideBySide => {
                let (half, top) = (width / 2, height / 4);
                vec![
                    (host, even(0, top, half, height / 2)),
                    (speaker, even(half, top, half, height / 2)),
                ]
            }
            Layout::PictureInPicture => {
                let margin = height / 30;
                let (small, low) = (width / 4, height / 4);
                let corner = even(width - small - margin, height - low - margin, small, low);
                vec![(speaker, full), (host, corner)]
            }
            Layout::Grid => cells(&self.on_air(), width, height),
        }
    }
}

fn cells<'a>(ids: &[&'a str], width: usize, height: usize) -> Vec<(&'a str, Rect)> {
    let (half, low) = (width / 2, height / 2);
    ids.iter()
        .zip([(0, 0), (half, 0), (0, low), (half, low)])
        .map(|(&id, (x, y))| (id, even(x, y, half, low)))
        .collect()
}

fn even(x: usize, y: usize, width: usize, height: usize) -> Rect {
    Rect {
        x: x & !1,
        y: y & !1,
        width: width & !1,
        height: height & !1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene(layout: Layout, host: Option<&str>, speakers: &[&str]) -> Scene {
        Scene {
            layout,
            host: host.map(str::to_owned),
            speakers: speakers.iter().map(|&id| id.to_owned()).collect(),
        }
    }

    type Corners = (usize, usize, usize, usize);

    fn shown(scene: &Scene) -> Vec<(&str, Corners)> {
        scene
            .tiles(1280, 720)
            .into_iter()
            .map(|(id, r)| (id, (r.x, r.y, r.width, r.height)))
            .collect()
    }

    #[test]
    fn places() {
        let full = (0, 0, 1280, 720);
        let of = |layout| scene(layout, Some("h"), &["a", "b"]);
        assert_eq!(shown(&of(Layout::HostFull)), [("h", full)]);
        assert_eq!(shown(&of(Layout::SpeakerFull)), [("b", full)]);
        assert_eq!(
            shown(&of(Layout::SideBySide)),
            [("h", (0, 180, 640, 360)), ("b", (640, 180, 640, 360))]
        );
        assert_eq!(
            shown(&of(Layout::PictureInPicture)),
            [("b", full), ("h", (936, 516, 320, 180))]
        );
        let grid = of(Layout::Grid);
        assert_eq!(
            shown(&grid),
            [
                ("h", (0, 0, 640, 360)),
                ("a", (640, 0, 640, 360)),
                ("b", (0, 360, 640, 360))
            ]
        );
    }

    #[test]
    fn whoever_is_there_is_shown() {
        for layout in [
            Layout::HostFull,
            Layout::SpeakerFull,
            Layout::SideBySide,
            Layout::PictureInPicture,
        ] {
            assert_eq!(scene(layout, Some("h"), &[]).tiles(1280, 720).len(), 1);
            assert_eq!(scene(layout, None, &["a"]).tiles(1280, 720)[0].0, "a");
            assert!(scene(layout, None, &[]).tiles(1280, 720).is_empty());
            // The host called on as a speaker is one source.
            assert_eq!(scene(layout, Some("h"), &["h"]).tiles(1280, 720).len(), 1);
        }
    }

    #[test]
    fn of_many_speakers_the_newest_count() {
        let many = scene(Layout::Grid, Some("h"), &["a", "b", "c", "d", "d"]);
        assert_eq!(many.on_air(), ["h", "c", "d"]);
        assert_eq!(many.tiles(854, 480).len(), 3);
        for (_, rect) in many.tiles(853, 479) {
            assert_eq!((rect.x | rect.y | rect.width | rect.height) % 2, 0);
            assert!(rect.x + rect.width <= 853 && rect.y + rect.height <= 479);
        }
    }
}
