// The console's pages in Chromium against the real backend: signs in, finds, makes, edits, cancels. Says
// what it did as JSON, one object a line on stdout; when something is wrong, which step and what the page
// shows, and it ends with status 1.
//
//   BASE_URL    the backend, e.g. http://127.0.0.1:8080
//   LOGIN, PASSWORD   of an administrator
//   SHOTS       folder for pictures, of each page at both sizes (none)
//   CHROMIUM    the browser (/usr/bin/chromium)
//   FILM        path of a film to upload (without it the steps that upload fail)
//   STEPS       words in the names of the steps that are wanted, with | between (all)
//
// Or without these: BACKEND=path/to/backend-api starts the demonstration in a folder of its own, with
// CONTENT (../demo/township) and CONSOLE (dist), and ends it.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { evaluationSteps } from './evaluations.mjs';
import { liveSteps } from './live.mjs';
import { looker, SIZES } from './look.mjs';
import { financeSteps } from './finance.mjs';
import { handingSteps } from './handing.mjs';
import { paperSteps } from './paper.mjs';
import { peopleSteps } from './people.mjs';
import { rollSteps } from './rolls.mjs';
import { publishSteps } from './publish.mjs';
import { serviceSteps } from './services.mjs';
import { todaySteps } from './today.mjs';
import { totp } from './totp.mjs';

/** Loaded machines are slow. */
const PATIENCE_MS = 60_000;
/** The demonstration reads its content first. */
const START_MS = 300_000;

const env = (name, otherwise) => {
  const value = process.env[name] ?? otherwise;
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const say = (event, more = {}) => console.log(JSON.stringify({ event, ...more }));
/** @param {unknown} right @param {string} words what should have been */
const must = (right, words) => {
  if (!right) throw new Error(words);
};
async function until(words, done, patience = PATIENCE_MS) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await done();
    if (value) return value;
    if (Date.now() > end) throw new Error(typeof words === 'string' ? words : words());
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A free port, as the system gives it. */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Name and password, as the demonstration leaves them in its folder. */
function credentials(data) {
  const [login, password] = readFileSync(join(data, 'admin-password.txt'), 'utf8')
    .trim()
    .split(' ');
  return { login, password };
}

/** Starts the demonstration, and waits until it says where it is. */
async function demonstration(program) {
  const folder = mkdtempSync(join(tmpdir(), 'console-pages-'));
  const data = join(folder, 'data');
  const url = `http://127.0.0.1:${await freePort()}`;
  const server = spawn(
    program,
    ['demo', '--no-meeting', '--data', data, '--listen', new URL(url).host].concat(
      ['--content', env('CONTENT', '../demo/township')],
      ['--console', env('CONSOLE', 'dist')],
    ),
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  let ended = null;
  server.on('exit', (code) => (ended = code ?? 'a signal'));
  server.on('error', (error) => (ended = error.message));
  const account = await until(
    'the demonstration does not start',
    () => {
      if (ended !== null) throw new Error(`the demonstration ended: ${ended}`);
      return fetch(`${url}/readyz`)
        .then(({ ok }) => ok && credentials(data))
        .catch(() => false);
    },
    START_MS,
  );
  const end = async () => {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    if (ended === null && server.kill()) await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, ...account, end };
}

const backend = process.env.BACKEND
  ? await demonstration(process.env.BACKEND)
  : {
      url: env('BASE_URL').replace(/\/$/, ''),
      login: env('LOGIN'),
      password: env('PASSWORD'),
      end: () => undefined,
    };

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

const { look: shot, barred } = looker();

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
/** Among many, those of this run. */
const mine = `/meetings?q=${mark}`;
const row = (page, title) =>
  page.locator('.meeting').filter({ has: page.getByRole('heading', { name: title }) });
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

const inSight = (where) =>
  where.evaluate((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    const over = document.elementFromPoint(innerWidth / 2, (top + bottom) / 2);
    return one.contains(over);
  });

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

/** A television that stands in a station, admitted as staff do it; its id. */
async function station(name) {
  const client = { client_id: 'tv-app' };
  const form = { ...client, hardware: name };
  const asked = await api('POST', '/enrol/device', undefined, { form });
  await api('POST', `/enrolments/${asked.user_code}/approve`, {
    organization_code: me.organization_code,
    kind: 'station',
    name,
  });
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  const admitted = await api('POST', '/enrol/token', undefined, {
    form: { ...client, grant_type, device_code: asked.device_code },
  });
  return admitted.terminal_id;
}

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

/** The recovery codes that are left; `null`: a demonstration, which asks for no second factor. */
let codes = null;
const shownCodes = (where) =>
  where.getByRole('list', { name: '备用码' }).locator('code').allInnerTexts();

/** Sets a second factor up on the page that asks for it. */
async function setSecondFactorUp(page) {
  const secret = (await page.locator('.second-factor-secret code').innerText()).replace(/\s/g, '');
  await page.locator('.second-factor-secret svg').first().waitFor();
  await shot(page, 'second-factor');
  await page.getByLabel('六位数字').fill('000000');
  await submit(page).click();
  await page.getByText('数字不对').waitFor();
  await page.getByLabel('六位数字').fill(totp(secret));
  await submit(page).click();
  await page.getByText('只在这里显示这一次').waitFor();
  codes = await shownCodes(page);
  must(codes.length === 10, `ten codes: ${codes.length}`);
  await shot(page, 'recovery-codes');
  must(await button(page, '完成').isDisabled(), 'nobody goes on without having written them down');
  await page.getByLabel('我已经抄好或打印好').check();
  await button(page, '完成').click();
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
  await page.locator('.who').waitFor();
  await page.close();
  return elsewhere;
}

const tools = {
  backend,
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
  me: () => me,
};

const steps = {
  async 'signing in'() {
    const page = await open('/');
    await page.getByLabel('账号').fill(backend.login);
    await page.getByLabel('密码', { exact: true }).fill(`${backend.password}x`);
    await shot(page, 'sign-in');
    await button(page, '登录').click();
    await page.getByText('登录名或密码不对').waitFor();
    await shot(page, 'sign-in-wrong');
    await page.getByLabel('密码', { exact: true }).fill(backend.password);
    const rules = await api('GET', '/staff/sign-in');
    if (rules.without_second_factor) await page.getByText('演示系统，未启用两步验证').waitFor();
    await button(page, '登录').click();
    if (!rules.without_second_factor) {
      // Nothing else is there before.
      await page.getByRole('heading', { name: '先设置两步验证' }).waitFor();
      await page.goto(`${backend.url}/console/duty`);
      await page.getByRole('heading', { name: '先设置两步验证' }).waitFor();
      await setSecondFactorUp(page);
      await page.getByRole('heading', { name: '干部坐班' }).waitFor();
      await room(page, '今天').click();
    }
    await page.getByRole('heading', { name: '今天', level: 1 }).waitFor();
    await page.locator('.today-line, .today-none, .first-step').first().waitFor();
    await room(page, '会议与直播').click();
    await page.getByRole('heading', { name: '会议与直播' }).waitFor();
    await page.locator('.meeting, .ant-empty').first().waitFor();
    await shot(page, 'meetings');
    me = await api('GET', '/staff/sessions/current');
    await page.close();
  },

  async 'the second factor of the own account'() {
    if (codes !== null) {
      const elsewhere = await browser.newContext({ locale: 'zh-CN' });
      watch(elsewhere);
      const page = await open('/accounts/me', elsewhere);
      await page.getByLabel('账号').fill(backend.login);
      await page.getByLabel('密码', { exact: true }).fill(backend.password);
      await button(page, '登录').click();
      await page.getByLabel('动态验证码').fill('000000');
      await submit(page).click();
      await page.getByText('验证码不对').waitFor();
      await shot(page, 'second-factor-wrong');
      await page.getByLabel('动态验证码').fill(codes[0].toUpperCase().replaceAll('-', ' '));
      await submit(page).click();
      await page.getByText('备用码还有 9 个').waitFor();
      await shot(page, 'account');
      await button(page, '重新生成备用码').click();
      const form = dialog(page, '重新生成备用码');
      await form.getByLabel('验证码').fill(codes[0]);
      await submit(form).click();
      await form.getByText('已经用过').waitFor();
      await form.getByLabel('验证码').fill(codes[1]);
      await submit(form).click();
      await form.getByText('只在这里显示这一次').waitFor();
      must(
        (await shownCodes(form)).every((code) => !codes.includes(code)),
        'they are new',
      );
      await form.getByLabel('我已经抄好或打印好').check();
      await button(form, '完成').click();
      await page.getByText('备用码还有 10 个').waitFor();
      await elsewhere.close();
    } else {
      const page = await open('/accounts/me');
      await page.getByRole('heading', { name: '两步验证' }).waitFor();
      await shot(page, 'account');
      await page.close();
    }
  },

  async 'the audit log'() {
    const page = await open('/accounts/audit');
    await page.getByText('登录 · 开始').first().waitFor();
    const { text } = await api('GET', '/audit/head');
    must(/^\d+:[0-9a-f]{64}$/.test(text), `the end of the log: ${text}`);
    await page.locator('.audit-head code').waitFor();
    await page.getByRole('combobox', { name: '做了什么' }).click({ force: true });
    await page.locator('.ant-select-item-option').filter({ hasText: '被拒绝' }).click();
    await page.getByText('密码不对，来自 127.0.0.1').first().waitFor();
    // The choice of that name stays in the list that opened.
    const others = page.locator('.ant-table-row').filter({ hasText: '登录 · 开始' });
    await until('only what was asked for', async () => (await others.count()) === 0);
    await shot(page, 'audit');
    await page.goto(`${backend.url}/console/accounts/audit`);
    await others.first().waitFor();
    await page.getByLabel('只看碰到个人信息的').check();
    await until('only what touched people', async () => (await others.count()) === 0);
    must(query(page).get('personal') === 'only', 'the choice is in the address');
    await page.close();
  },

  async 'making a meeting, with an error that the server finds'() {
    const page = await open('/meetings');
    await button(page, '新建会议').click();
    const form = dialog(page, '新建会议');
    await form.getByLabel('会议名称').fill(titled('党员大会'));
    const record = form.getByRole('switch', { name: '录制' });
    if ((await record.getAttribute('aria-checked')) === 'true') await record.click();
    await pickStart(page, '2020年1月1日 09:00');
    await button(form, '建立').click();
    await field(page, '开始时间').locator('.ant-form-item-explain-error').waitFor();
    await until('the wrong field has the focus', () =>
      page.evaluate(() => document.activeElement?.id === 'starts_at'),
    );
    await shot(page, 'field-error');

    // What was written is not lost by a wrong key.
    await page.keyboard.press('Escape');
    const asked = dialog(page, '还没有保存，要放弃吗？');
    await asked.waitFor();
    await shot(page, 'unsaved');
    await button(asked, '接着写').click();
    await asked.waitFor({ state: 'detached' });
    must(
      (await form.getByLabel('会议名称').inputValue()) === titled('党员大会'),
      'the title is still there',
    );
    // Nor by leaving.
    await page.evaluate(() => document.querySelector('a[href$="/duty"]').click());
    await button(asked, '接着写').click();
    must(page.url().includes('/meetings'), 'the page was not left');

    await pickStart(page, inDays(1));
    await field(page, '开始时间')
      .locator('.ant-form-item-explain-error')
      .waitFor({ state: 'detached' });
    await button(form, '建立').click();
    await row(page, titled('党员大会')).waitFor();
    must((await row(page, titled('党员大会')).innerText()).includes('09:00'), 'it begins at 09:00');
    await page.close();
  },

  async 'filters in the address'() {
    await planned('防火会');
    const page = await open(mine);
    await row(page, titled('防火会')).waitFor();
    await page.getByLabel('按名称或单位查找').fill(titled('党员大会'));
    await row(page, titled('防火会')).waitFor({ state: 'detached' });
    await until('the address names what is looked for', () => query(page).get('q') !== null);
    await page.reload();
    await row(page, titled('党员大会')).waitFor();
    must((await row(page, titled('防火会')).count()) === 0, 'the filter outlives a reload');

    // What it shows lies over the field itself.
    await page.getByRole('combobox', { name: '方式' }).click({ force: true });
    await page.locator('.ant-select-item-option').filter({ hasText: '直播' }).click();
    await page.getByText('没有符合条件的').waitFor();
    must(query(page).get('kind') === 'broadcast', 'the address names the kind');
    await shot(page, 'nothing-found');
    await button(page, '去掉筛选条件').click();
    await page.locator('.meeting').first().waitFor();
    must([...query(page)].length === 0, 'the address is bare again');
    await page.goBack();
    await page.getByText('没有符合条件的').waitFor();
    await page.close();
  },

  async 'two pages edit the same meeting'() {
    const title = titled('党员大会');
    const [first, second] = [await open(mine), await open(mine)];
    const edit = async (page) => {
      await row(page, title).getByRole('button', { name: '修改' }).click();
      const form = dialog(page, '修改会议');
      await form.waitFor();
      return form;
    };
    // A page behind another does not end its movements.
    await first.bringToFront();
    const here = await edit(first);
    await second.bringToFront();
    const there = await edit(second);
    await there.getByLabel('预计开多久').fill('90');
    await button(there, '保存').click();
    await there.waitFor({ state: 'detached' });

    await first.bringToFront();
    await here.getByLabel('议程').fill('学习文件');
    await button(here, '保存').click();
    const notice = here.locator('.conflict');
    await notice.waitFor();
    const words = await notice.innerText();
    for (const part of ['预计开多久', '60 分钟', '90 分钟']) {
      must(words.includes(part), `the conflict names ${part}: ${words}`);
    }
    must(!words.includes('议程'), 'the conflict names nothing that nobody else changed');
    await shot(first, 'conflict');
    // What cannot be saved is said at its field here, too.
    await here.getByLabel('会议名称').fill('');
    await button(notice, '保留我改的，其余用别人的').click();
    await until('the wrong field has the focus', () =>
      first.evaluate(() => document.activeElement?.id === 'title'),
    );
    await notice.waitFor();
    await button(notice, '用别人改的，重新填').click();
    must((await here.getByLabel('预计开多久').inputValue()) === '90', 'theirs is in the form');
    must((await here.getByLabel('议程').inputValue()) === '', 'mine is gone, as was chosen');
    await here.getByLabel('议程').fill('学习文件');

    await second.bringToFront();
    const again = await edit(second);
    await again.getByLabel('预计开多久').fill('45');
    await button(again, '保存').click();
    await again.waitFor({ state: 'detached' });
    await first.bringToFront();
    await button(here, '保存').click();
    await button(notice, '保留我改的，其余用别人的').click();
    await here.waitFor({ state: 'detached' });
    await row(first, title).getByText('预计 45 分钟').waitFor();

    // It is cancelled while somebody writes.
    await second.close();
    const late = await edit(first);
    await late.getByLabel('议程').fill('太晚了');
    const listed = await api('GET', '/meetings?state=scheduled&limit=200');
    const { id } = listed.items.find((one) => one.meeting.title === title).meeting;
    const { meeting } = await api('GET', `/meetings/${id}`);
    must(meeting.agenda === '学习文件', 'what was written here is saved beside what they changed');
    await api('POST', `/meetings/${id}/cancel`, { reason: '停电' });
    await button(late, '保存').click();
    await button(late, '不改了，看最新的').waitFor();
    await shot(first, 'moved-on');
    await button(late, '不改了，看最新的').click();
    await row(first, title).filter({ hasText: '已取消' }).waitFor();
    await first.close();
  },

  async 'cancelling a meeting'() {
    const title = titled('防火会');
    const page = await open(mine);
    await row(page, title).getByRole('button', { name: title }).click();
    const detail = dialog(page, title);
    await detail.getByText('登记人').waitFor();
    must(query(page).get('open') !== null, 'the address names what is open');
    await shot(page, 'detail');
    await button(detail, '取消会议…').click();
    const asked = dialog(page, '取消这次会议？');
    await asked.waitFor();
    // Back leads away from the meeting, and from the question about it.
    await page.goBack();
    await detail.waitFor({ state: 'detached' });
    await asked.waitFor({ state: 'detached' });
    await page.goForward();
    await detail.waitFor();
    await page.reload();
    await button(detail, '取消会议…').click();
    await asked.waitFor();
    // Enter must not do it by accident.
    await until('the focus is on 不取消', () =>
      page.evaluate(() => document.activeElement?.textContent === '不取消'),
    );
    await shot(page, 'cancel');
    await button(asked, '取消会议').click();
    await asked.getByText('请写明原因').waitFor();
    await asked.getByLabel('原因').fill('全村停电');
    await button(asked, '取消会议').click();
    await asked.waitFor({ state: 'detached' });
    await detail.getByText('已取消').waitFor();
    await detail.getByText('全村停电').waitFor();
    await detail.getByText(`${backend.login}，`).waitFor();
    await shot(page, 'cancelled');
    await detail.getByRole('button', { name: '关闭' }).click();
    await row(page, title).filter({ hasText: '已取消' }).waitFor();
    await page.close();
  },

  async 'several meetings at once, one of which has begun'() {
    const first = await planned('党课甲');
    await planned('党课乙');
    const page = await open(mine);
    for (const words of ['党课甲', '党课乙']) {
      await page.getByRole('checkbox', { name: `选择${titled(words)}` }).check();
    }
    await page.getByText('选了 2 场会议').waitFor();
    must(await inSight(page.getByRole('toolbar')), 'what can be done to them is in sight');
    await shot(page, 'selected');
    await button(page, '取消会议…').click();
    const asked = dialog(page, '取消这 2 场会议？');
    await asked.waitFor();
    await api('POST', `/meetings/${first.meeting.id}/start`);
    await asked.getByLabel('原因').fill('改到下周');
    await button(asked, '取消会议').click();
    await page.getByText('1 场会议已取消，1 场会议没有').waitFor();
    must(await inSight(page.locator('.bulk-result')), 'what became of them is in sight');
    await shot(page, 'some-refused');
    await row(page, titled('党课甲')).getByRole('link', { name: '进入直播' }).waitFor();
    await page.close();
    me.live = first.meeting.id;
  },

  async 'somebody who may only read'() {
    const account = { login: titled('reader'), password: 'kettle orbit lantern 1974' };
    const organization_code = me.organization_code;
    await api('POST', '/staff/accounts', { ...account, role: 'reader', organization_code });
    const reader = await browser.newContext({ locale: 'zh-CN' });
    watch(reader);
    await api('POST', '/staff/sessions', account, { as: reader });
    const page = await open(mine, reader);
    const live = row(page, titled('党课甲'));
    await live.getByRole('link', { name: '收看情况' }).waitFor();
    must((await live.getByRole('link').count()) === 1, 'nothing leads to the host');
    must((await button(page, '新建会议').count()) === 0, 'nothing is offered that is refused');
    const mark = page.getByRole('link', { name: /直播中/ });
    must((await mark.getAttribute('href')) === '/console/meetings', 'what is live is in the list');
    await shot(page, 'reader');
    await page.goto(`${backend.url}/console/meetings/${me.live}/live`);
    await page.getByText('您的账号不能主持这场会').waitFor();
    await shot(page, 'barred');
    await page.goto(`${backend.url}/console/duty`);
    await page.getByRole('heading', { name: '干部坐班' }).waitFor();
    await page.locator('.duty, .ant-empty').first().waitFor();
    const words = await page.locator('main').innerText();
    must(!words.includes('新建坐班室'), `no button is named that is not there: ${words}`);
    await reader.close();
  },

  async 'a reason that is kept'() {
    const page = await open(`/meetings/${me.live}/live`);
    await button(page, '只导播，不出画面').waitFor();
    await shot(page, 'prepare');
    await button(page, '只导播，不出画面').click();
    await button(page, '开始签到').click();
    await button(page, '名单里补人').waitFor();
    const name = titled('补');
    await api('POST', '/members', { organization_code: me.organization_code, name });
    await button(page, '名单里补人').click();
    const form = dialog(page, '名单里补人');
    await button(form, '加进名单').click();
    await form.getByText('请写明原因').waitFor();
    await form.getByLabel('姓名').fill(name);
    await page.locator('.ant-select-item-option').filter({ hasText: name }).click();
    await form.getByLabel('原因').fill('电话 138-0000-0001');
    await button(form, '加进名单').click();
    await form.getByText('请不要写身份证号、电话或卡号').waitFor();
    await shot(page, 'reason');
    await form.getByLabel('原因').fill('点名开始后才转入');
    await button(form, '加进名单').click();
    await form.waitFor({ state: 'detached' });
    await shot(page, 'directing');
    await button(page, '结束签到').click();
    await button(dialog(page, '现在就结束签到？'), '结束签到').click();
    await button(page, '开始签到').waitFor();
    await button(page, '结束会议').click();
    await button(dialog(page, '结束会议？'), '结束会议').click();
    await page.getByText('已结束').first().waitFor();
    await shot(page, 'over');
    await page.close();
  },

  async 'who watched'() {
    const page = await open('/meetings?part=ended');
    await row(page, titled('党课甲')).getByRole('link', { name: '收看情况' }).click();
    await page.getByRole('heading', { name: titled('党课甲') }).waitFor();
    await page.getByText('还没有电视收看').waitFor();
    await page.getByText('能收看的电视').waitFor();
    await shot(page, 'viewings');
    await page.getByLabel('按组织、电视或姓名查找').fill('石桥');
    await page.getByText('没有符合条件的').waitFor();
    must(query(page).get('q') === '石桥', 'the address names what is looked for');
    await page.close();
  },

  async 'pages of a list'() {
    for (let n = 0; n < 52; n += 1) {
      const { meeting } = await planned(`第${n}次`);
      await api('POST', `/meetings/${meeting.id}/cancel`, { reason: '改期' });
    }
    const page = await open('/meetings?part=cancelled');
    const pager = page.getByRole('navigation', { name: '翻页' });
    await pager.getByText('第 1 页，本页 50 条').waitFor();
    must(await button(pager, '上一页').isDisabled(), 'there is nothing before the first page');
    await button(pager, '下一页').click();
    await pager.getByText('第 2 页').waitFor();
    must(query(page).get('after') !== null, 'the address names the page');
    await page.locator('.meeting').first().waitFor();
    const second = await page.locator('.meeting h3').allInnerTexts();
    await pager.scrollIntoViewIfNeeded();
    await shot(page, 'second-page');
    await page.reload();
    await pager.getByText('第 2 页').waitFor();
    await page.locator('.meeting').first().waitFor();
    must(
      String(await page.locator('.meeting h3').allInnerTexts()) === String(second),
      'the page outlives a reload',
    );
    await button(pager, '上一页').click();
    await pager.getByText('第 1 页，本页 50 条').waitFor();
    const first = await page.locator('.meeting h3').allInnerTexts();
    must(!first.some((one) => second.includes(one)), 'no meeting is on two pages');

    // The server finds what is on no page that is here.
    await page.getByLabel('按名称查找').fill(titled('第0次'));
    await until('only one is left', async () => (await page.locator('.meeting').count()) === 1);
    await row(page, titled('第0次')).waitFor();
    must(query(page).get('q') === titled('第0次'), 'the address names what is looked for');
    await page.getByRole('combobox', { name: '方式' }).click({ force: true });
    await page.locator('.ant-select-item-option').filter({ hasText: '视频会议' }).click();
    await page.getByText('没有符合条件的').waitFor();
    must(query(page).get('kind') === 'conference', 'the address names the kind');
    await page.reload();
    await page.getByText('没有符合条件的').waitFor();
    await page.close();
  },

  async 'a server that does not answer'() {
    const page = await blank();
    await page.route('**/api/v1/meetings?**', (route) => route.abort());
    await page.goto(`${backend.url}/console/meetings`);
    await page.getByText('连不上服务器').first().waitFor();
    await shot(page, 'no-answer');
    await page.unroute('**/api/v1/meetings?**');
    await button(page, '再试一次').click();
    await page.locator('.meeting').first().waitFor();
    // Later the old list stays, and says how old it is.
    await page.route('**/api/v1/meetings?**', (route) => route.abort());
    await page.getByText('读到的内容').waitFor();
    await page.locator('.meeting').first().waitFor();
    await shot(page, 'old-list');
    await page.close();
  },

  async 'duty rooms'() {
    const page = await open('/duty');
    await button(page, '新建坐班室').click();
    const form = dialog(page, '新建坐班室');
    await form.getByLabel('名称').fill(titled('值班室'));
    await form.getByLabel('所在单位').click();
    await page.locator('.ant-select-tree-node-content-wrapper').first().click();
    await form.getByLabel('网络摄像头（RTSP）').check();
    await form.getByLabel('摄像头地址').fill('http://192.0.2.1/');
    await button(form, '建立').click();
    await field(page, '摄像头地址').locator('.ant-form-item-explain-error').waitFor();
    await shot(page, 'duty-field-error');
    await form.getByLabel('摄像头地址').fill('rtsp://192.168.1.64/live');
    await button(form, '建立').click();
    await form.waitFor({ state: 'detached' });

    const places = page.getByRole('navigation', { name: '坐班室' });
    await places.getByRole('button', { name: titled('值班室') }).click();
    await page.getByRole('heading', { name: titled('值班室') }).waitFor();
    await page.getByText('还没有人查看过').waitFor();
    must(query(page).get('room') !== null, 'the address names the room');
    await shot(page, 'duty');
    await page.reload();
    await page.getByRole('heading', { name: titled('值班室') }).waitFor();

    await button(page, '修改').click();
    const change = dialog(page, '修改坐班室');
    await change.getByLabel('名称').fill(titled('会议室'));
    // Somebody else is quicker.
    const room = query(page).get('room') ?? (await api('GET', '/duty-rooms')).items[0].id;
    await api('PUT', `/duty-rooms/${room}`, {
      title: titled('大厅'),
      organization_code: me.organization_code,
      camera_url: 'rtsp://192.168.1.64/live',
    });
    await button(change, '保存').click();
    const notice = change.locator('.conflict');
    await notice.waitFor();
    const words = await notice.innerText();
    for (const part of ['名称', titled('值班室'), titled('大厅'), titled('会议室')]) {
      must(words.includes(part), `the conflict names ${part}: ${words}`);
    }
    await shot(page, 'duty-conflict');
    await button(notice, '保留我改的，其余用别人的').click();
    await change.waitFor({ state: 'detached' });
    await places.getByRole('button', { name: titled('会议室') }).waitFor();
    await button(page, '删除…').click();
    await button(dialog(page, '删除这间坐班室？'), '删除').click();
    await places.or(page.locator('.ant-empty')).first().waitFor();
    await page.getByRole('button', { name: titled('会议室') }).waitFor({ state: 'detached' });
    await page.close();
  },

  async 'a look into a duty room'() {
    const make = (words, from) =>
      api('POST', '/duty-rooms', {
        title: titled(words),
        organization_code: me.organization_code,
        ...from,
      });
    const other = await make('东值班室', { camera_url: 'rtsp://192.168.1.64/live' });
    const { id } = await make('西值班室', { terminal_id: await station(titled('西站点')) });
    const looking = async () =>
      (await api('GET', '/duty-rooms?limit=200')).items.find((one) => one.id === id).looking;
    const page = await open(`/duty?room=${other.id}`);
    const head = (words) => page.getByRole('heading', { name: titled(words) });
    const look = async () => {
      await head('西值班室').waitFor();
      await button(page, '打开画面').click();
      await button(page, '关闭画面').waitFor();
      await until('the server knows of the look', async () => (await looking()) === 1);
    };
    /** The server ends a look by itself after 30 seconds without a picture. */
    const over = () => until('the look is over', async () => (await looking()) === 0, 15_000);
    await head('东值班室').waitFor();
    await page.getByRole('button', { name: titled('西值班室') }).click();
    await look();
    await shot(page, 'looking');
    await page.goBack();
    await head('东值班室').waitFor();
    await over();
    await page.goForward();
    await look();
    await room(page, '干部坐班').click();
    await head('西值班室').waitFor({ state: 'detached' });
    await over();
    await page.goBack();
    await look();
    await button(page, '关闭画面').click();
    await page.getByText('查看已经结束').waitFor();
    await over();
  },

  async 'the page of an organization'() {
    const page = await open('/publish/branches');
    await button(page, '新建支部主页').click();
    const form = dialog(page, '新建支部主页');
    await form.getByLabel('单位', { exact: true }).click();
    await page.locator('.ant-select-tree-node-content-wrapper').first().click();
    await form.getByLabel('书记').fill('王芳');
    await form.getByLabel('办公电话').fill('办公室');
    await form.getByLabel('介绍').fill(titled('全镇七十八个村。'));
    await button(form, '发布').click();
    await field(page, '办公电话').locator('.ant-form-item-explain-error').waitFor();
    await shot(page, 'branch-field-error');
    await form.getByLabel('办公电话').fill('0512-40000001');
    await button(form, '发布').click();
    await form.waitFor({ state: 'detached' });
    const code = me.organization_code;
    const name = me.organization.name;
    await page.getByRole('button', { name, exact: true }).click();
    const detail = dialog(page, name);
    await detail.getByText(titled('全镇七十八个村。')).waitFor();
    must(query(page).get('open') === code, 'the address names what is open');
    await shot(page, 'branch');

    // Somebody else changes it meanwhile.
    await button(detail, '修改').click();
    const change = dialog(page, '修改支部主页');
    await change.getByLabel('书记').fill('李强');
    const { version, draft } = await api('GET', `/organizations/${code}/page`);
    await api(
      'PUT',
      `/organizations/${code}/page`,
      { ...draft, telephone: '0512-40000009' },
      { version },
    );
    await button(change, '保存').click();
    await change.locator('.conflict').getByText('0512-40000009').waitFor();
    await shot(page, 'branch-conflict');
    await button(change, '保留我改的，其余用别人的').click();
    await change.waitFor({ state: 'detached' });
    await detail.getByText('0512-40000009').waitFor();
    await detail.getByText('李强').waitFor();

    await button(detail, '撤下…').click();
    await button(dialog(page, '撤下这个主页？'), '撤下').click();
    await detail.waitFor({ state: 'detached' });
    await page.getByRole('button', { name, exact: true }).waitFor({ state: 'detached' });
    await page.close();
  },

  async 'somebody who tries passwords is told of'() {
    for (let tries = 0; tries < 6; tries += 1) {
      await context.request.post(`${backend.url}/api/v1/staff/sessions`, {
        data: { login: titled('没有这个人'), password: 'wrong horse 1921' },
      });
    }
    const page = await open('/accounts/notices');
    const told = page.getByRole('row').filter({ hasText: '有人在试' }).first();
    await told.getByText('密码错得太多').waitFor();
    await shot(page, 'notices');
    await button(told, '看过了').click();
    await told.waitFor({ state: 'detached' });
    await page.getByText('全部', { exact: true }).click();
    await page.getByRole('row').filter({ hasText: '密码错得太多' }).first().waitFor();
    await page.close();
  },

  ...todaySteps(tools),
  ...publishSteps(tools),
  ...financeSteps(tools),
  ...serviceSteps(tools),
  ...evaluationSteps(tools),
  ...paperSteps(tools),
  ...handingSteps(tools),
  ...peopleSteps(tools),
  ...rollSteps(tools),
  ...liveSteps(tools),

  async 'signing out'() {
    const page = await open('/meetings');
    await page.locator('button.who').click();
    await button(page, '退出').click();
    await button(page, '登录').waitFor();
    await page.close();
  },
};

let at = 'start';
try {
  const wanted = new RegExp(`^signing in$|${process.env.STEPS ?? ''}`);
  for (const [name, step] of Object.entries(steps)) {
    if (!wanted.test(name)) continue;
    at = name;
    const began = Date.now();
    await step();
    must(faults.length === 0, `the browser reports: ${faults.join('; ')}`);
    say('done', { step: name, ms: Date.now() - began });
  }
  at = 'what keeps somebody out';
  must(barred.length === 0, barred.join('\n'));
} catch (error) {
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
  if (process.env.SHOTS) {
    for (const [n, page] of context.pages().entries()) {
      await page.screenshot({ path: `${process.env.SHOTS}/failed-${n}.png` });
    }
  }
  process.exitCode = 1;
} finally {
  await browser.close();
  await backend.end();
}
