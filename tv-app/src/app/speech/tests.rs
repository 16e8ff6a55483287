//! What is sent, word by word, to a dispatcher that records it, and what is heard of the real one.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::dispatcher::{CHINESE, chooses, settings, wait};
use super::*;

/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// A dispatcher that says nothing and records everything.
struct Recording {
    _folder: tempfile::TempDir,
    heard: Receiver<String>,
    /// Nothing comes to its end.
    holds: Arc<AtomicBool>,
    told: Arc<Mutex<Vec<Option<usize>>>>,
    ended: Receiver<()>,
    speech: Speech,
}

impl Recording {
    fn new(voices: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let listener = UnixListener::bind(&socket).unwrap();
        let (sender, heard) = channel();
        let holds = Arc::new(AtomicBool::new(false));
        let holding = Arc::clone(&holds);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (sender, holds) = (sender.clone(), Arc::clone(&holding));
                std::thread::spawn(move || answer(&stream.unwrap(), voices, &sender, &holds));
            }
        });
        let address = PathBuf::from(format!("unix_socket:{}", socket.display()));
        let dispatcher =
            Dispatcher::within(folder.path(), vec![("SPEECHD_ADDRESS".to_owned(), address)]);
        let told = Arc::new(Mutex::new(Vec::new()));
        let (end, ended) = channel();
        let telling = Arc::clone(&told);
        let says = move |_, piece: Option<usize>| {
            telling.lock().unwrap().push(piece);
            if piece.is_none() {
                let _ = end.send(());
            }
        };
        Self {
            _folder: folder,
            heard,
            holds,
            told,
            ended,
            speech: Speech::with(dispatcher, Arc::new(says)),
        }
    }

    fn speak(&self, pieces: &[&str], from: usize) {
        let pieces: Vec<String> = pieces.iter().map(|&piece| piece.to_owned()).collect();
        assert!(self.speech.speak(&pieces, from, &Words::default()));
    }

    #[track_caller]
    fn hears(&self, expected: &[&str]) {
        for expected in expected {
            assert_eq!(self.heard.recv_timeout(PATIENCE).unwrap(), *expected);
        }
    }

    fn told(&self) -> Vec<Option<usize>> {
        std::mem::take(&mut self.told.lock().unwrap())
    }
}

/// Answers one client as the dispatcher does (SSIP).
fn answer(
    stream: &UnixStream,
    voices: &str,
    heard: &Sender<String>,
    holds: &AtomicBool,
) -> Option<()> {
    let mut writer = stream;
    let mut say = |lines: &str| {
        writer
            .write_all(lines.replace('\n', "\r\n").as_bytes())
            .ok()
    };
    let mut lines = BufReader::new(stream).lines();
    while let Some(Ok(line)) = lines.next() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [word] if word.eq_ignore_ascii_case("SPEAK") => {
                say("230 OK RECEIVING DATA\n")?;
                let mut text = Vec::new();
                loop {
                    match lines.next()?.ok()?.as_str() {
                        "." => break,
                        line => text.push(line.strip_prefix('.').unwrap_or(line).to_owned()),
                    }
                }
                let _ = heard.send(text.join("\n"));
                say("225-7\n225 OK MESSAGE QUEUED\n701-7\n701-1\n701 BEGIN\n")?;
                if holds.load(Ordering::Acquire) {
                    // Until the client goes.
                    continue;
                }
                say("702-7\n702-1\n702 END\n")?;
            }
            ["LIST", ..] => say(&format!("{voices}249 OK VOICE LIST SENT\n"))?,
            ["CANCEL", ..] => {
                let _ = heard.send("CANCEL".to_owned());
                say("210 OK CANCELED\n")?;
            }
            ["SET", _, "RATE", rate] => {
                let _ = heard.send(format!("RATE {rate}"));
                say("203 OK RATE SET\n")?;
            }
            ["SET", _, "LANGUAGE", "zh"] => {
                let _ = heard.send("zh".to_owned());
                say("201 OK LANGUAGE SET\n")?;
            }
            ["SET", _, "SYNTHESIS_VOICE", voice @ ..] => {
                let _ = heard.send(voice.join(" "));
                say("209 OK VOICE SET\n")?;
            }
            ["QUIT", ..] => return say("231 HAPPY HACKING\n"),
            _ => say("200 OK\n")?,
        }
    }
    None
}

const ESPEAK: &str = "249-Chinese (Mandarin, latin as English)\tcmn\tnone\n249-Chinese (Mandarin, latin as Pinyin)\tcmn\tnone\n";
const OTHER: &str = "249-Huayan\tzh-CN\tmedium\n";

#[test]
fn every_word_is_said_as_people_say_it_and_the_bar_follows() {
    let recording = Recording::new(OTHER);
    recording.speak(
        &[
            "通知。10月15日下午2:41，请2户到3楼。",
            "姓名 李禾，金额 3,000.42元",
            "——",
        ],
        0,
    );
    recording.ended.recv_timeout(PATIENCE).unwrap();
    let rate = ["zh", "RATE 0"];
    for said in [
        "通知。",
        "十月十五日下午两点四十一分，请两户到三楼。",
        "姓名 李禾，金额 三千元四角二分",
    ] {
        recording.hears(&rate);
        recording.hears(&[said]);
    }
    assert_eq!(recording.told(), [Some(0), Some(1), None]);
    assert!(recording.heard.try_recv().is_err());
}

#[test]
fn it_waits_goes_on_is_faster_and_goes_to_another_piece() {
    let recording = Recording::new(ESPEAK);
    recording.holds.store(true, Ordering::Release);
    let begin = |rate: &str, said: &str| {
        recording.hears(&["zh", CHINESE, rate, said]);
    };
    recording.speak(&["一。", "二。三。", "四。"], 1);
    begin("RATE 0", "二。");
    recording.speech.rate(25);
    recording.hears(&["CANCEL"]);
    begin("RATE 25", "二。");
    recording.speech.reading(Reading::Pause);
    recording.hears(&["CANCEL"]);
    // It is said more slowly when it goes on.
    recording.speech.rate(-25);
    recording.speech.reading(Reading::Resume);
    begin("RATE -25", "二。");
    recording.speech.reading(Reading::Go(2));
    recording.hears(&["CANCEL"]);
    begin("RATE -25", "四。");
    recording.speech.reading(Reading::Go(9));
    recording.hears(&["CANCEL"]);
    begin("RATE -25", "四。");
    recording.speech.reading(Reading::Go(0));
    recording.hears(&["CANCEL"]);
    begin("RATE -25", "一。");
    // Another text ends this one.
    recording.speak(&["五。"], 0);
    recording.hears(&["CANCEL"]);
    begin("RATE -25", "五。");
    recording.speech.stop();
    recording.hears(&["CANCEL"]);
    let told = [1, 2, 2, 0, 0].map(Some);
    assert_eq!(recording.told(), told);
    assert!(recording.ended.try_recv().is_err());
}

#[test]
fn what_is_mentioned_is_nothing_to_listen_to() {
    let recording = Recording::new(OTHER);
    recording.speech.mention("1个", &Words::default());
    recording.hears(&["zh", "RATE 0", "一个"]);
    assert!(!recording.speech.is_speaking());
    recording.speak(&["二"], 0);
    assert!(recording.speech.is_speaking());
    recording.ended.recv_timeout(PATIENCE).unwrap();
    // The first that is told is told of nobody's text.
    assert!(!recording.speech.told(IN_PASSING, None) && recording.speech.is_speaking());
    assert!(recording.speech.told(1 + 1, None) && !recording.speech.is_speaking());
}

#[test]
fn the_dispatcher_is_told_of_alsa_unless_the_user_has_settings() {
    let folder = tempfile::tempdir().unwrap();
    let ours = folder.path().join("speech");
    let own = folder.path().join("own.conf");
    let system = folder.path().join("system.conf");
    let read = || std::fs::read_to_string(ours.join("speech-dispatcher/speechd.conf")).unwrap();
    for _ in 0..2 {
        assert_eq!(settings(&ours, Some(&own), &system), Some(ours.clone()));
        assert!(read().contains("alsa"), "{}", read());
    }
    // What the box is configured for goes on.
    let configured =
        "# AudioOutputMethod \"oss\"\nDefaultModule piper\nInclude \"clients/*.conf\"\n";
    std::fs::write(&system, configured).unwrap();
    settings(&ours, Some(&own), &system).unwrap();
    let folder_of = folder.path().display();
    let expected = format!(
        "AudioOutputMethod \"pulse,alsa\"\n# AudioOutputMethod \"oss\"\nDefaultModule piper\nInclude \"{folder_of}/clients/*.conf\"\n"
    );
    assert_eq!(read(), expected);
    std::fs::write(&system, "AudioOutputMethod \"oss\"\n").unwrap();
    settings(&ours, Some(&own), &system).unwrap();
    assert_eq!(read(), "AudioOutputMethod \"oss\"\n");
    std::fs::write(&own, "").unwrap();
    assert_eq!(settings(&ours, Some(&own), &system), None);
}

#[test]
fn a_module_that_is_chosen_for_chinese_chooses_its_voice() {
    assert!(chooses("LanguageDefaultModule \"zh\"  \"piper\"\n"));
    assert!(!chooses(
        "#LanguageDefaultModule \"zh\"  \"piper\"\nLanguageDefaultModule \"en\" \"flite\""
    ));
}

#[test]
fn who_says_nothing_is_not_waited_for() {
    let nothing = |wait| {
        std::thread::sleep(wait);
        None::<()>
    };
    let silent = Command::new("sleep").arg("1000").spawn().unwrap();
    let ended = wait(silent, Duration::from_millis(50), nothing).unwrap();
    assert!(matches!(ended, Ending::Failed));
    let quick = Command::new("true").spawn().unwrap();
    assert!(matches!(
        wait(quick, PATIENCE, nothing).unwrap(),
        Ending::Said
    ));
    let silent = Command::new("sleep").arg("1000").spawn().unwrap();
    let ended = wait(silent, PATIENCE, |_| Some(5)).unwrap();
    assert!(matches!(ended, Ending::Interrupted(5)));
}

/// The sound that the real dispatcher makes of a text with its least voice, in samples.
fn sound(text: &str) -> (u32, Vec<i16>) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (sound, alsa) = (at("sound.wav"), at("asound.conf"));
    std::fs::write(
        &alsa,
        format!(
            "pcm.!default {{ type file slave.pcm \"null\" file \"{}\" format \"wav\" }}\npcm.null {{ type null }}\nctl.!default {{ type null }}\n",
            sound.display()
        ),
    )
    .unwrap();
    std::fs::create_dir(at("run")).unwrap();
    let environment = vec![
        ("XDG_RUNTIME_DIR".to_owned(), at("run")),
        ("HOME".to_owned(), at("home")),
        ("ALSA_CONFIG_PATH".to_owned(), alsa),
        // Whatever sound server there is on this machine stays silent.
        (
            "PULSE_SERVER".to_owned(),
            format!("unix:{}", at("none").display()).into(),
        ),
        (
            "SPEECHD_ADDRESS".to_owned(),
            format!(
                "unix_socket:{}",
                at("run/speech-dispatcher/speechd.sock").display()
            )
            .into(),
        ),
    ];
    let (end, ended) = channel();
    let says = move |_, piece: Option<usize>| {
        let _ = end.send(piece);
    };
    let speech = Speech::with(
        Dispatcher::within(folder.path(), environment),
        Arc::new(says),
    );
    assert!(speech.speak(&[text.to_owned()], 0, &Words::default()));
    assert_eq!(ended.recv_timeout(PATIENCE), Ok(Some(0)));
    assert_eq!(ended.recv_timeout(PATIENCE), Ok(None));
    // The sound is whole when the dispatcher has ended.
    let pid =
        std::fs::read_to_string(at("run/speech-dispatcher/pid/speech-dispatcher.pid")).unwrap();
    let pid: i32 = pid.trim().parse().unwrap();
    let process = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
    while PathBuf::from(format!("/proc/{pid}")).exists() && !is_zombie(pid) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let bytes = std::fs::read(&sound).unwrap();
    let (head, data) = bytes.split_at(44);
    let rate = u32::from_le_bytes(head[24..28].try_into().unwrap());
    let samples = data.chunks_exact(2);
    (
        rate,
        samples
            .map(|two| i16::from_le_bytes([two[0], two[1]]))
            .collect(),
    )
}

fn is_zombie(pid: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}

#[test]
fn what_is_said_is_heard_and_is_as_long_as_the_text() {
    let short = "请今天下午两点到村里开会。";
    let long = "各位村民，10月15日下午2:41，请到村委会领取3,000.42元的补贴，带好身份证，不要迟到，有事请打电话说一声。";
    let mut lengths = Vec::new();
    for text in [short, long] {
        let (rate, samples) = sound(text);
        let heard = samples
            .iter()
            .filter(|sample| sample.unsigned_abs() > 500)
            .count();
        assert!(
            heard * 4 > samples.len(),
            "{heard} of {} are silent",
            samples.len()
        );
        let letters = say(text, &Words::default())
            .chars()
            .filter(|it| it.is_alphabetic())
            .count();
        let seconds = samples.len() as f64 / f64::from(rate);
        let each = seconds / letters as f64;
        // A syllable takes from a tenth of a second to half of one.
        assert!((0.1..0.5).contains(&each), "{seconds} s for {letters}");
        lengths.push(seconds);
    }
    assert!(lengths[1] > lengths[0] * 2.0, "{lengths:?}");
}
