// The page of the virtual TV: shows what changes on the screen and sends the remote's keys.
"use strict";

const canvas = document.getElementById("screen");
const paint = canvas.getContext("2d", { alpha: false });
const notice = document.getElementById("notice");

// --- Screen: ask for what is newer than what is shown, for ever. -------------------------------
let shown = 0;

async function nextPiece() {
  const answer = await fetch(`/frame?after=${shown}`, { cache: "no-store" });
  if (!answer.ok) throw new Error(`frame: ${answer.status}`);
  const [x, y, width, height] = answer.headers.get("x-rect").split(",").map(Number);
  const picture = await createImageBitmap(await answer.blob());
  if (shown === 0 && (canvas.width !== width || canvas.height !== height)) {
    canvas.width = width;
    canvas.height = height;
  }
  paint.drawImage(picture, x, y);
  picture.close();
  shown = Number(answer.headers.get("x-frame"));
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function watch() {
  let pause = 500;
  for (;;) {
    try {
      await nextPiece();
      notice.textContent = "";
      pause = 500;
    } catch {
      // The TV may have been started anew: begin with the whole screen.
      shown = 0;
      notice.textContent = "电视没有回应，正在重新连接…";
      await wait(pause);
      pause = Math.min(pause * 2, 5000);
    }
  }
}

// --- Keys: one request after the other, so that they arrive in order. --------------------------
const held = new Set();
let sending = Promise.resolve();

function send(key, press) {
  const body = JSON.stringify({ key, press });
  sending = sending.then(async () => {
    try {
      await fetch("/key", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        keepalive: true,
      });
    } catch {
      // The screen says so, too.
    }
  });
}

function mark(key, on) {
  document.querySelector(`button[data-key="${key}"]`)?.classList.toggle("held", on);
}

function down(key) {
  if (held.has(key)) return;
  held.add(key);
  mark(key, true);
  send(key, "down");
}

function up(key) {
  if (!held.delete(key)) return;
  mark(key, false);
  send(key, "up");
}

function releaseAll() {
  for (const key of [...held]) up(key);
}

for (const button of document.querySelectorAll("button[data-key]")) {
  const key = button.dataset.key;
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    down(key);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    button.addEventListener(end, () => up(key));
  }
  // The mouse leaves the focus where it is, so that Enter stays the TV's OK after a click.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  // Screen readers and switches click without a pointer; a pointer's own click was sent already.
  button.addEventListener("click", (event) => {
    if (event.detail === 0 && !held.has(key)) {
      down(key);
      up(key);
    }
  });
}

const KEYBOARD = {
  ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right",
  Enter: "ok", Escape: "back", Backspace: "back", BrowserBack: "back", GoBack: "back",
  Home: "home", h: "home", m: "menu", ContextMenu: "menu",
  F1: "red", F2: "green", F3: "yellow", F4: "blue",
  PageUp: "page_up", PageDown: "page_down", ChannelUp: "page_up", ChannelDown: "page_down",
  " ": "play_pause", MediaPlayPause: "play_pause", MediaPlay: "play", MediaPause: "pause",
  ".": "stop", MediaStop: "stop", f: "forward", MediaFastForward: "forward",
  r: "rewind", MediaRewind: "rewind", n: "next", MediaTrackNext: "next",
  p: "previous", MediaTrackPrevious: "previous",
  "+": "volume_up", "=": "volume_up", AudioVolumeUp: "volume_up",
  "-": "volume_down", AudioVolumeDown: "volume_down", x: "mute", AudioVolumeMute: "mute",
  c: "captions", ClosedCaptionToggle: "captions", s: "search", "/": "search",
  Delete: "delete", z: "standby", Standby: "standby", PowerOff: "standby",
};

function remoteKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  if (/^[0-9]$/.test(event.key)) return event.key;
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return KEYBOARD[name];
}

// What a physical key pressed, so that its release matches even if Shift changed in between.
const pressedBy = new Map();

addEventListener("keydown", (event) => {
  const onButton = document.activeElement?.matches("button[data-key]:focus-visible");
  // Somebody who moves over the buttons with Tab presses the button, not the TV's OK.
  if (onButton && (event.key === "Enter" || event.key === " ")) return;
  const key = remoteKey(event);
  if (key === undefined) return;
  event.preventDefault();
  if (event.repeat) return;
  pressedBy.set(event.code, key);
  down(key);
});

addEventListener("keyup", (event) => {
  const key = pressedBy.get(event.code);
  if (key === undefined) return;
  pressedBy.delete(event.code);
  event.preventDefault();
  up(key);
});

addEventListener("blur", releaseAll);
addEventListener("pagehide", releaseAll);
document.addEventListener("visibilitychange", () => document.hidden && releaseAll());

watch();
