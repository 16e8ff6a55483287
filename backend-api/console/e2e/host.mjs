// A host in Chromium with a fake camera, for end-to-end tests: signs in, makes a meeting, goes live,
// waits for the program, then obeys commands on stdin, one a line. Everything it has to say is JSON,
// one object a line on stdout.
//
//   BASE_URL    the backend, e.g. http://127.0.0.1:8080
//   LOGIN, PASSWORD
//   MEETING     title of the meeting to make; an existing one that is scheduled or live is taken
//   KIND        conference (default) or broadcast
//   RECORD      0: do not record
//   FAKE_AUDIO  a WAV file instead of Chromium's beeps
//   FAKE_VIDEO  a Y4M or MJPEG file instead of Chromium's pattern
//   CHROMIUM    the browser (/usr/bin/chromium)
//   VIEWPORT    1366x768
//
// Commands:
//   call NAME · back NAME · lower NAME     ask for it, answered when the stage shows it
//   mute · unmute                          the host
//   layout NAME                            host_full, speaker_full, side_by_side, picture_in_picture, grid
//   code                                   opens a roll call with a presence code, or shows or hides the code
//   stats                                  frames, sessions, what the page says
//   left                                   waits until the page says that it sends no longer; what it says
//   take                                   takes the meeting back
//   offline SECONDS                        no network for so long, HTTP and media
//   screenshot FILE
//   end                                    ends the meeting and waits until the page says so
//   quit                                   closes the browser without ending the meeting
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import { chromium } from 'playwright-core';

import { hosting } from './hosting.mjs';

const env = (name, otherwise) => {
  const value = process.env[name] ?? otherwise;
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const base = env('BASE_URL').replace(/\/$/, '');
const title = env('MEETING');
const LAYOUTS = {
  host_full: '主会场全屏',
  speaker_full: '发言人全屏',
  side_by_side: '左右并排',
  picture_in_picture: '画中画',
  grid: '四分屏',
};
/** Loaded machines are slow. */
const PATIENCE_MS = 60_000;
/** A command may wait for more than one thing; a browser that stands still is told of all the same. */
const COMMAND_MS = 80_000;

const say = (event, more = {}) => console.log(JSON.stringify({ event, ...more }));

const [width, height] = env('VIEWPORT', '1366x768').split('x').map(Number);
const browser = await chromium.launch({
  executablePath: env('CHROMIUM', '/usr/bin/chromium'),
  args: [
    '--no-sandbox',
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    '--autoplay-policy=no-user-gesture-required',
    `--unsafely-treat-insecure-origin-as-secure=${base}`,
    ...(process.env.FAKE_AUDIO
      ? [`--use-file-for-fake-audio-capture=${process.env.FAKE_AUDIO}`]
      : []),
    ...(process.env.FAKE_VIDEO
      ? [`--use-file-for-fake-video-capture=${process.env.FAKE_VIDEO}`]
      : []),
  ],
});
const context = await browser.newContext({
  viewport: { width, height },
  locale: 'zh-CN',
  permissions: ['camera', 'microphone'],
});
// The connections the page makes, for their figures.
await context.addInitScript(() => {
  const made = [];
  globalThis.connectionsMade = made;
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) {
      super(...options);
      made.push(this);
    }
  };
});
const page = await context.newPage();
page.setDefaultTimeout(PATIENCE_MS);
page.on('pageerror', (error) => say('page_error', { message: error.message }));
page.on('crash', () => say('page_error', { message: 'the page is gone' }));

/** What somebody in front of the browser would read, for whoever looks for a fault. */
const shown = async () => {
  const text = page.locator('body').innerText({ timeout: 5000 });
  return text.catch((error) => `no answer: ${error.message}`);
};

/** The command, or an error after its time. */
function inTime(command, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${command} has no end`)), COMMAND_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Pictures of the program that were shown so far, over all sessions. */
const frames = () => page.evaluate(() => globalThis.framesShown ?? 0);

/** Begins to count them. */
const countFrames = () =>
  page.evaluate(() => {
    const video = document.querySelector('.program video');
    globalThis.framesShown = 0;
    const shown = () => {
      globalThis.framesShown += 1;
      video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  });

async function signIn() {
  await page.goto(`${base}/console/meetings`);
  await page.getByLabel('账号').fill(env('LOGIN'));
  await page.getByLabel('密码', { exact: true }).fill(env('PASSWORD'));
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('heading', { name: '会议与直播' }).waitFor();
  // The list has come when there is something in it or it says that there is nothing.
  await page.locator('.meeting, .ant-empty').first().waitFor();
}

const host = hosting(page, title);
const { station } = host;

async function goLive() {
  const id = await host.enters();
  say('meeting', { id });
  await host.goesLive(async (text) => {
    say('asked', { text });
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/ask.png` });
  });
  say('live', { id });
  await countFrames();
  await page.waitForFunction(() => globalThis.framesShown >= 10);
  say('program', { frames: await frames() });
}

const devtools = await context.newCDPSession(page);

/** The process through which everything of this browser goes, HTTP and media. */
async function networkProcess() {
  const system = await browser.newBrowserCDPSession();
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  await system.detach();
  return processInfo
    .map(({ id }) => id)
    .find((id) =>
      readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('network.mojom.NetworkService'),
    );
}

async function offline(seconds) {
  const conditions = (off) => ({
    offline: off,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', conditions(true));
  // What developer tools switch off is HTTP; media are stopped with their process.
  const network = await networkProcess();
  process.kill(network, 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  process.kill(network, 'SIGCONT');
  await devtools.send('Network.emulateNetworkConditions', conditions(false));
}

async function stats() {
  const media = await page.evaluate(async () => {
    const found = {
      sessions: globalThis.connectionsMade.length,
      open: 0,
      sent: null,
      received: null,
    };
    for (const pc of globalThis.connectionsMade) {
      if (pc.connectionState === 'closed') continue;
      found.open += 1;
      (await pc.getStats()).forEach((report) => {
        if (report.type === 'outbound-rtp' && report.kind === 'video') {
          const { framesEncoded, frameWidth, frameHeight, keyFramesEncoded, bytesSent } = report;
          found.sent = { framesEncoded, frameWidth, frameHeight, keyFramesEncoded, bytesSent };
        }
        if (report.type === 'inbound-rtp' && report.kind === 'video') {
          const { framesDecoded, framesDropped, frameWidth, frameHeight, freezeCount } = report;
          found.received = { framesDecoded, framesDropped, frameWidth, frameHeight, freezeCount };
        }
      });
    }
    return found;
  });
  const text = async (id) => {
    const element = page.getByTestId(id);
    return (await element.count()) > 0 ? element.first().innerText() : null;
  };
  return {
    frames: await frames(),
    ...media,
    line: await page.locator('.host-line').innerText(),
    host: await text('host-source'),
    homes: await text('homes'),
    stations: await text('stations'),
    code: ((await text('presence-code')) ?? '').replace(/\D/g, '') || null,
    present: await text('present'),
  };
}

const commands = {
  call: host.calls,
  back: host.sendsBack,
  async lower(name) {
    await station(name).getByRole('button', { name: '放下手' }).click();
    await station(name).getByRole('button', { name: '放下手' }).waitFor({ state: 'detached' });
  },
  async mute() {
    await page.getByRole('button', { name: '主持人静音' }).click();
    await page.getByRole('button', { name: '已静音，点一下恢复声音' }).waitFor();
  },
  async unmute() {
    await page.getByRole('button', { name: '已静音，点一下恢复声音' }).click();
    await page.getByRole('button', { name: '主持人静音' }).waitFor();
  },
  async layout(name) {
    const button = page.getByRole('button', { name: LAYOUTS[name] });
    await button.click();
    await page.locator('.layout[aria-pressed="true"]', { hasText: LAYOUTS[name] }).waitFor();
  },
  async code() {
    const code = page.getByTestId('presence-code');
    const open = page.getByRole('button', { name: '开始签到' });
    const hide = page.getByRole('button', { name: '收起签到码' });
    if ((await hide.count()) > 0) {
      await hide.click();
      await code.waitFor({ state: 'detached' });
      return { code: null };
    }
    if ((await open.count()) > 0) await open.click();
    else await page.getByRole('button', { name: '显示签到码' }).click();
    await code.waitFor();
    return { code: (await code.innerText()).replace(/\D/g, '') };
  },
  stats,
  async left() {
    await page.getByTestId('left').waitFor();
    return { text: await page.getByTestId('left').innerText() };
  },
  async take() {
    await page.getByTestId('left').getByRole('button').click();
    await page.getByTestId('host-source').filter({ hasText: '画面正常' }).waitFor();
  },
  async offline(seconds) {
    await offline(Number(seconds));
  },
  async screenshot(path) {
    await page.screenshot({ path });
  },
  end: host.ends,
};

try {
  await signIn();
  await host.plans({ kind: env('KIND', 'conference'), record: env('RECORD', '1') !== '0' });
  await goLive();
} catch (error) {
  say('failed', { message: String(error), page: await shown() });
  await browser.close();
  process.exit(1);
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...rest] = line.trim().split(' ');
  if (command === '') continue;
  if (command === 'quit') break;
  const run = commands[command];
  try {
    if (run === undefined) throw new Error('no such command');
    const more = await inTime(command, run(rest.join(' ')));
    say('done', { command, ...(more ?? {}) });
  } catch (error) {
    say('error', { command, message: String(error), page: await shown() });
  }
}
await browser.close();
// Stdin may still be open.
process.exit(0);
