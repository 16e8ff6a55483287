//! What the programs load when they run is in packages that theirs depend on: libraries, elements
//! of GStreamer, fonts, a voice. Asks the machine it runs on and needs neither root nor network.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use e2e::harness::program::built_beside;

/// Words in string literals that are elements of GStreamer as well, and are not meant as such.
const HOMONYMS: &[&str] = &[
    "bin",
    "interlace",
    "pipeline",
    "rotate",
    "smpte",
    "speed",
    "square",
    "volume",
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What a command says; it has to succeed.
fn said(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The names that a package may know a file by: /lib may be a link to /usr/lib.
fn names_of(file: &Path) -> Vec<PathBuf> {
    let real = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let short = (real.strip_prefix("/usr").ok()).map(|rest| Path::new("/").join(rest));
    [Some(file.to_owned()), short, Some(real)]
        .into_iter()
        .flatten()
        .collect()
}

/// The package that a file came with; slow, for messages.
fn owner(file: &Path) -> String {
    let found = names_of(file).into_iter().find_map(|name| {
        let output = Command::new("dpkg-query")
            .arg("--search")
            .arg(name)
            .output()
            .ok()?;
        let line = String::from_utf8(output.stdout).ok()?;
        Some(line.split(':').next()?.to_owned()).filter(|package| !package.is_empty())
    });
    found.unwrap_or_else(|| "something that is in no package".to_owned())
}

/// A built package that is wanted together with what it depends on.
struct Package {
    name: &'static str,
    program: PathBuf,
    /// Each with its alternatives.
    depends: Vec<BTreeSet<String>>,
    /// What is in them, as far as they are installed.
    files: BTreeSet<PathBuf>,
}

impl Package {
    fn of(name: &'static str, program: &str) -> Self {
        let program = built_beside(program).expect("a built program");
        let line = said(
            Command::new(repository().join("packaging/deb.sh"))
                .args(["depends", name])
                .arg(&program),
        );
        let depends: Vec<BTreeSet<String>> = line
            .split(',')
            .map(|one| {
                let names = one
                    .split('|')
                    .filter_map(|name| name.split_whitespace().next());
                names.map(str::to_owned).collect()
            })
            .collect();
        // Those that are not installed are no error here.
        let listed = Command::new("dpkg-query")
            .arg("--listfiles")
            .args(depends.iter().flatten())
            .output()
            .expect("dpkg-query");
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        Self {
            name,
            program,
            depends,
            files: listed.lines().map(PathBuf::from).collect(),
        }
    }

    fn both() -> [Self; 2] {
        [
            Self::of("terminal", "tv-app"),
            Self::of("backend", "backend-api"),
        ]
    }

    fn needs(&self, package: &str) -> bool {
        self.depends.iter().any(|names| names.contains(package))
    }

    /// Notes what is not in a package that this one depends on.
    fn check(&self, what: &str, file: &Path, wrong: &mut Vec<String>) {
        if !names_of(file).iter().any(|name| self.files.contains(name)) {
            let package = owner(file);
            let file = file.display();
            wrong.push(format!("{}: {what} ({file}) needs {package}", self.name));
        }
    }

    /// The libraries that it names itself.
    fn libraries(&self) -> Vec<String> {
        said(Command::new("readelf").arg("--dynamic").arg(&self.program))
            .lines()
            .filter(|line| line.contains("(NEEDED)"))
            .filter_map(|line| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned()))
            .collect()
    }
}

/// Where the loader finds each library.
fn known_libraries() -> BTreeMap<String, PathBuf> {
    let cache = said(Command::new("/sbin/ldconfig").arg("--print-cache"));
    let mut known = BTreeMap::new();
    for line in cache.lines() {
        if let Some((name, path)) = line.split_once(" => ")
            && let Some(name) = name.split_whitespace().next()
        {
            // The first one is the one that is taken.
            known
                .entry(name.to_owned())
                .or_insert_with(|| PathBuf::from(path));
        }
    }
    known
}

#[test]
fn linked_libraries_are_depended_on() {
    let known = known_libraries();
    let mut wrong = Vec::new();
    for package in Package::both() {
        let libraries = package.libraries();
        assert!(libraries.len() > 5, "{libraries:?}");
        for library in libraries {
            match known.get(&library) {
                Some(path) => package.check(&library, path, &mut wrong),
                None => wrong.push(format!("{library} is not installed")),
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// The names of libraries in a program that are not in its header: it opens them when it runs.
fn opened_later(package: &Package, known: &BTreeMap<String, PathBuf>) -> BTreeSet<String> {
    let linked: BTreeSet<String> = package.libraries().into_iter().collect();
    let program = std::fs::read(&package.program).expect("a program");
    let mut names = BTreeSet::new();
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_+.".contains(byte);
    let mut rest = program.as_slice();
    let next = |bytes: &[u8]| {
        memchr::memmem::find_iter(bytes, ".so")
            .find(|at| matches!(bytes.get(at + 3), Some(0 | b'.')))
    };
    while let Some(at) = next(rest) {
        let start = rest[..at]
            .iter()
            .rposition(|byte| !part(byte))
            .map_or(0, |before| before + 1);
        let numbers = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
        let end = at + 3 + rest[at + 3..].iter().take_while(numbers).count();
        let name = String::from_utf8_lossy(&rest[start..end]).into_owned();
        // Texts stand one after the other without anything between them: the first ending that is
        // a library is its name.
        let endings = name
            .match_indices("lib")
            .map(|(from, _)| name[from..].trim_end_matches('.'));
        let real =
            (endings.clone()).find(|name| linked.contains(*name) || known.contains_key(*name));
        if let Some(name) = real.or(endings.last())
            && name.len() > "lib.so".len()
            && !linked.contains(name)
        {
            names.insert(name.to_owned());
        }
        rest = &rest[end.max(at + 4)..];
    }
    // A name without a number is tried after the one with it, for machines that build.
    let numbered = |name: &String| {
        let begin = format!("{name}.");
        names
            .iter()
            .chain(&linked)
            .any(|other| other.starts_with(&begin))
    };
    names
        .iter()
        .filter(|name| !numbered(name))
        .cloned()
        .collect()
}

#[test]
fn libraries_opened_by_name_are_depended_on() {
    let known = known_libraries();
    let mut wrong = Vec::new();
    for package in Package::both() {
        for library in opened_later(&package, &known) {
            match known.get(&library) {
                Some(path) => package.check(&library, path, &mut wrong),
                None => wrong.push(format!(
                    "{}: {library} is opened, and not installed here",
                    package.name
                )),
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// The file of the plugin that an element is in.
fn plugin(element: &str) -> Option<PathBuf> {
    let factory = gst::ElementFactory::find(element)?;
    Some(gst::prelude::PluginFeatureExt::plugin(&factory)?.filename())?
}

#[test]
fn elements_are_in_packages_that_are_depended_on() {
    gst::init().expect("GStreamer");
    assert_eq!(
        media_player::elements::missing().expect("GStreamer"),
        [""; 0]
    );
    assert_eq!(
        media_studio::elements::missing().expect("GStreamer"),
        [""; 0]
    );
    let [terminal, backend] = Package::both();
    let mut wrong = Vec::new();
    for (package, elements) in [
        (&terminal, media_player::elements::REQUIRED),
        (&backend, media_studio::elements::REQUIRED),
    ] {
        for element in elements {
            let file = plugin(element).unwrap_or_else(|| panic!("{element} is in no file"));
            package.check(element, &file, &mut wrong);
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// The words of the string literals of a crate, without its tests.
fn words(folder: &Path, words: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if path.is_dir() && name != "testing" && name != "tests" {
            self::words(&path, words);
        }
        if !name.ends_with(".rs") || name.ends_with("tests.rs") || name == "testing.rs" {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source");
        let text = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        for (number, piece) in text.replace("\\\"", "'").split('"').enumerate() {
            // Every second piece is a literal; one that begins wrong only finds too much.
            if number % 2 == 1 {
                let each = piece.split(|character: char| {
                    !character.is_ascii_alphanumeric() && character != '_'
                });
                words.extend(each.filter(|word| !word.is_empty()).map(str::to_owned));
            }
        }
    }
}

#[test]
fn every_element_that_the_sources_name_is_listed() {
    gst::init().expect("GStreamer");
    for (folder, listed) in [
        ("media/player/src", media_player::elements::REQUIRED),
        ("media/studio/src", media_studio::elements::REQUIRED),
    ] {
        let mut named = BTreeSet::new();
        words(&repository().join(folder), &mut named);
        for known in ["h264parse", "x264enc", "opusenc"] {
            assert!(
                named.contains(known),
                "{folder}: the sources are read wrongly"
            );
        }
        let forgotten: Vec<&String> = named
            .iter()
            .filter(|word| gst::ElementFactory::find(word).is_some())
            .filter(|word| !listed.contains(&word.as_str()) && !HOMONYMS.contains(&word.as_str()))
            .collect();
        assert!(forgotten.is_empty(), "{folder}: {forgotten:?}");
    }
}

#[test]
fn fonts_voice_and_certificates_are_depended_on() {
    let [terminal, backend] = Package::both();
    let mut wrong = Vec::new();
    let text = Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc");
    let icons = said(
        Command::new("dpkg-query").args(["--listfiles", "fonts-material-design-icons-iconfont"]),
    );
    let icons = icons
        .lines()
        .find(|file| file.ends_with(".ttf"))
        .expect("an icon font");
    terminal.check("texts", text, &mut wrong);
    terminal.check("icons", Path::new(icons), &mut wrong);
    backend.check("texts in a meeting's picture", text, &mut wrong);
    assert_eq!(wrong, [""; 0]);
    // The certificates are a file that a script of the package makes; a voice may be none of the
    // machine's that builds.
    for package in [
        "ca-certificates",
        "speech-dispatcher",
        "speech-dispatcher-espeak-ng",
    ] {
        assert!(terminal.needs(package), "{package}");
    }
}

/// `make run` starts the same programs from a machine that it has prepared itself.
#[test]
fn the_demonstration_installs_what_the_packages_need() {
    let script = std::fs::read_to_string(repository().join("packaging/install-dependencies.sh"))
        .expect("a script");
    let list = script
        .split_once("run_packages=(")
        .and_then(|(_, rest)| rest.split_once("\n)"));
    let installed: BTreeSet<&str> = list.expect("a list").0.lines().map(str::trim).collect();
    for package in ["terminal", "backend"] {
        let file = repository().join(format!("packaging/debian/{package}.depends"));
        let text = std::fs::read_to_string(file).expect("a list");
        let names = text
            .lines()
            .filter_map(|line| line.split('#').next())
            .map(str::trim);
        for name in names
            .filter(|name| !name.is_empty() && !matches!(*name, "systemd" | "udev" | "util-linux"))
        {
            assert!(installed.contains(name), "{package} needs {name}");
        }
    }
}

/// The program on a machine where nobody vouches for servers.
fn without_certificates(arguments: &[&str]) -> Command {
    let mut command = Command::new(built_beside("tv-app").expect("a built program"));
    command
        .args(arguments)
        .env("SSL_CERT_FILE", "/dev/null")
        .env("SSL_CERT_DIR", "/nonexistent");
    command
}

#[test]
fn a_television_without_certificates_starts_and_says_what_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("UTF-8");
    for server in ["http://127.0.0.1:9", "https://127.0.0.1:9"] {
        let start = [
            "--headless",
            "--report-first-frame",
            "--data",
            data,
            "--server",
            server,
        ];
        let mut running = without_certificates(&start)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        let mut said = String::new();
        let output = running.stdout.take().expect("an output");
        // Ends at once when the program does.
        BufReader::new(output).read_line(&mut said).expect("a line");
        running.kill().expect("still running");
        running.wait().expect("an end");
        assert!(said.starts_with("first-frame"), "{server}: {said:?}");
    }
    let output = without_certificates(&["--check", "--data", data])
        .output()
        .expect("an answer");
    let lacks = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        lacks.lines().any(|line| line == "ca-certificates"),
        "{lacks:?}"
    );
    assert!(!output.status.success());
}
