// What the steps drive Chromium with: a browser of the office, and one for each that is somebody else. Called by
// pages.mjs and day.mjs.
import { chromium } from 'playwright-core';

import { looker, SIZES } from './look.mjs';
import { totp } from './totp.mjs';

/** Loaded machines are slow. */
export const PATIENCE_MS = 60_000;

export const env = (name, otherwise) => {
  const value = process.env[name] ?? otherwise;
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
export const say = (event, more = {}) => console.log(JSON.stringify({ event, ...more }));
/** @param {unknown} right @param {string} words what should have been */
export const must = (right, words) => {
  if (!right) throw new Error(words);
};
export async function until(words, done, patience = PATIENCE_MS) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await done();
    if (value) return value;
    if (Date.now() > end) throw new Error(typeof words === 'string' ? words : words());
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const dialog = (page, title) => page.getByRole('dialog', { name: title });
const field = (page, label) =>
  page.locator('.ant-form-item').filter({ has: page.getByLabel(label, { exact: true }) });
const button = (where, name) => where.getByRole('button', { name, exact: true });
/** Of a form that was sent before: a button that was busy may keep “loading” in its name. */
const submit = (where) => where.locator('button[type=submit]');
/** Where the nav leads; a badge may stand beside the name. */
const room = (page, title) =>
  page
    .getByRole('navigation', { name: '主要页面' })
    .getByRole('link', { name: new RegExp(`^${title}`) });
const query = (page) => new URL(page.url()).searchParams;
/** The list that is open below a choice. */
const opened = (page) => page.locator('.ant-select-dropdown:visible');
/** Of a list that opens: what is called so. */
const choose = async (page, label, words) => {
  await page.getByRole('combobox', { name: label }).click({ force: true });
  await opened(page).locator('.ant-select-item-option').filter({ hasText: words }).click();
  await until('the list is closed', async () => (await opened(page).count()) === 0);
};
/** Of a tree that opens: who is called so. */
const place = async (page, where, label, words) => {
  const tree = where.getByRole('combobox', { name: label, exact: true });
  // What is chosen already lies over it.
  await tree.click({ force: true });
  await tree.fill(words);
  await opened(page)
    .locator('.ant-select-tree-node-content-wrapper')
    .filter({ hasText: words })
    .first()
    .click();
  await until('the tree is closed', async () => (await opened(page).count()) === 0);
};
/** `2026年11月30日 09:00`, so many days from now, in China. */
function inDays(days) {
  const at = new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000);
  return `${at.getUTCFullYear()}年${at.getUTCMonth() + 1}月${at.getUTCDate()}日 09:00`;
}
async function pickStart(page, words) {
  const start = page.getByLabel('开始时间');
  await start.fill(words);
  await start.press('Enter');
}

const shownCodes = (where) =>
  where.getByRole('list', { name: '备用码' }).locator('code').allInnerTexts();

/** A browser at a server: `url`, and `login` and `password` of whoever sits there, if there is an account. */
export async function atTheOffice(backend) {
  const browser = await chromium.launch({
    executablePath: env('CHROMIUM', '/usr/bin/chromium'),
    args: [
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
  const context = await browser.newContext({
    viewport: SIZES[0],
    locale: 'zh-CN',
    // Far from China: its times are shown all the same.
    timezoneId: 'America/New_York',
    permissions: ['camera', 'microphone'],
  });
  const faults = [];
  /**
   * Requests that are refused and pieces that are kept back on purpose are told in the browser's console; what else is
   * there is a fault.
   */
  const REFUSED =
    /the server responded with a status of|net::ERR_FAILED|a piece of the console is missing/;
  function watch(opened) {
    opened.on('weberror', (error) => faults.push(error.error().message));
    opened.on('console', (line) => {
      if (line.type() === 'error' && !REFUSED.test(line.text())) faults.push(line.text());
    });
  }
  watch(context);

  async function blank(as = context) {
    const page = await as.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    return page;
  }

  async function open(path, as = context) {
    const page = await blank(as);
    await page.goto(`${backend.url}/console${path}`);
    return page;
  }

  const { look: shot, barred, spent } = looker();

  /** The server as a script talks to it, with the page's session. `how`: `form` instead of JSON, `as` another,
   * `version` of what is changed. */
  async function api(method, path, data, { form, as = context, version } = {}) {
    const answer = await as.request.fetch(`${backend.url}/api/v1${path}`, {
      method,
      headers: {
        'x-requested-with': 'console',
        ...(version === undefined ? {} : { 'if-match': String(version) }),
      },
      ...(data === undefined ? {} : { data }),
      ...(form === undefined ? {} : { form }),
    });
    must(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.status() === 204 ? null : answer.json();
  }
  // Another run on the same server must not find its meetings.
  const mark = Date.now().toString(36).slice(-5);
  const titled = (words) => `${words}${mark}`;

  let me;
  async function planned(words, change = {}) {
    return api('POST', '/meetings', {
      title: titled(words),
      kind: 'broadcast',
      organization_code: me.organization_code,
      audience_code: me.organization_code,
      starts_at_ms: Date.now() + 26 * 3_600_000,
      planned_ms: 3_600_000,
      record: false,
      ...change,
    });
  }

  /** A television that stands in a station, there or at the township, admitted as staff do it; its id. */
  async function station(name, organization_code = me.organization_code) {
    const client = { client_id: 'tv-app' };
    const form = { ...client, hardware: name };
    const asked = await api('POST', '/enrol/device', undefined, { form });
    await api('POST', `/enrolments/${asked.user_code}/approve`, {
      organization_code,
      kind: 'station',
      name,
    });
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
    const admitted = await api('POST', '/enrol/token', undefined, {
      form: { ...client, grant_type, device_code: asked.device_code },
    });
    return admitted.terminal_id;
  }
  /** Sets a second factor up on the page that asks for it; the recovery codes. */
  async function setSecondFactorUp(page) {
    const secret = (await page.locator('.second-factor-secret code').innerText()).replace(
      /\s/g,
      '',
    );
    await page.locator('.second-factor-secret svg').first().waitFor();
    await shot(page, 'second-factor');
    await page.getByLabel('六位数字').fill('000000');
    await submit(page).click();
    await page.getByText('数字不对').waitFor();
    await page.getByLabel('六位数字').fill(totp(secret));
    await submit(page).click();
    await page.getByText('只在这里显示这一次').waitFor();
    const codes = await shownCodes(page);
    must(codes.length === 10, `ten codes: ${codes.length}`);
    await shot(page, 'recovery-codes');
    must(
      await button(page, '完成').isDisabled(),
      'nobody goes on without having written them down',
    );
    await page.getByLabel('我已经抄好或打印好').check();
    await button(page, '完成').click();
    return codes;
  }

  /** A browser in which somebody of this organization is signed in who has this role. */
  let accounts = 0;
  async function signedIn(organization_code, role) {
    accounts += 1;
    const login = `e2e-${mark}-${accounts}`;
    const password = `correct horse ${mark} 1921`;
    await api('POST', '/staff/accounts', { login, password, organization_code, role });
    const elsewhere = await browser.newContext({
      viewport: SIZES[0],
      locale: 'zh-CN',
      timezoneId: 'America/New_York',
    });
    watch(elsewhere);
    const page = await open('/', elsewhere);
    await page.getByLabel('账号').fill(login);
    await page.getByLabel('密码', { exact: true }).fill(password);
    await button(page, '登录').click();
    // Whoever administers sets a second factor up first.
    const second = page.getByRole('heading', { name: '先设置两步验证' });
    await page.locator('.who').or(second).first().waitFor();
    if (await second.isVisible()) await setSecondFactorUp(page);
    await page.locator('.who').waitFor();
    await page.close();
    return elsewhere;
  }

  return {
    backend,
    browser,
    context,
    watch,
    faults,
    barred,
    spent,
    open,
    blank,
    shot,
    api,
    must,
    until,
    titled,
    mark,
    dialog,
    button,
    submit,
    field,
    query,
    opened,
    choose,
    place,
    room,
    planned,
    station,
    inDays,
    pickStart,
    signedIn,
    shownCodes,
    setSecondFactorUp,
    me: () => me,
    /** Learns who is signed in. */
    know: async () => (me = await api('GET', '/staff/sessions/current')),
  };
}

/**
 * Does steps one after the other, says what became of each, and answers whether all were done. `wanted`: which of
 * them.
 */
export async function run(steps, { context, faults, barred, spent }, wanted) {
  let at = 'start';
  try {
    for (const [name, step] of Object.entries(steps)) {
      if (!wanted.test(name)) continue;
      at = name;
      const began = Date.now();
      await step();
      must(faults.length === 0, `the browser reports: ${faults.join('; ')}`);
      say('done', { step: name, ms: Date.now() - began });
    }
    say('looked', spent);
    at = 'what keeps somebody out';
    must(barred.length === 0, barred.join('\n'));
    return true;
  } catch (error) {
    await tell(at, error, context, faults);
    return false;
  }
}

/** Says what failed, and what the pages show. */
export async function tell(at, error, context, faults) {
  // A step may have more than one page open.
  const shown = await Promise.all(
    context.pages().map(async (page) => ({
      address: page.url(),
      text: await page
        .locator('body')
        .innerText({ timeout: 5000 })
        .catch((gone) => `no answer: ${gone.message}`),
    })),
  );
  say('failed', { step: at, message: error.message, faults, pages: shown });
  if (!process.env.SHOTS) return;
  for (const [n, page] of context.pages().entries()) {
    await page.screenshot({ path: `${process.env.SHOTS}/failed-${n}.png` });
  }
}
