// A new server set up in Chromium: the code, the place, the administrator, the second factor, villages from a
// spreadsheet; then what the place calls its sections, and its working calendar. Says what it did as JSON, one
// object a line on stdout.
//
//   BASE_URL    a server without any account, e.g. http://127.0.0.1:8080
//   CODE        what its log shows
//   SECOND_FACTOR   `off`: it asks for none (a demonstration)
//   SHOTS       folder for pictures, of each page at both sizes (none)
//   CHROMIUM    the browser (/usr/bin/chromium)
import { chromium } from 'playwright-core';

import { looker, SIZES } from './look.mjs';
import { totp } from './totp.mjs';

const env = (name, otherwise) => {
  const value = process.env[name] ?? otherwise;
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const say = (event, more = {}) => console.log(JSON.stringify({ event, ...more }));
const must = (right, words) => {
  if (!right) throw new Error(words);
};

const url = env('BASE_URL').replace(/\/$/, '');
const browser = await chromium.launch({
  executablePath: env('CHROMIUM', '/usr/bin/chromium'),
  args: ['--no-sandbox'],
});
const context = await browser.newContext({
  viewport: SIZES[0],
  locale: 'zh-CN',
  permissions: ['clipboard-read', 'clipboard-write'],
});
const faults = [];
context.on('weberror', (error) => faults.push(error.error().message));
context.on('console', (line) => {
  const refused = /the server responded with a status of/.test(line.text());
  if (line.type() === 'error' && !refused) faults.push(line.text());
});
const page = await context.newPage();
page.setDefaultTimeout(60_000);

const { look, barred } = looker();
const shot = (name) => look(page, `setup-${name}`);
const button = (name, where = page) => where.getByRole('button', { name, exact: true });
const field = (label) => page.locator('input').and(page.getByLabel(label, { exact: true }));
const go = async (path) => page.goto(`${url}/console${path}`);

/** Puts a text into a cell as a spreadsheet's copy does. */
async function paste(label, text) {
  await field(label).evaluate((cell, copied) => {
    const data = new DataTransfer();
    data.setData('text/plain', copied);
    const event = new ClipboardEvent('paste', {
      clipboardData: data,
      bubbles: true,
      cancelable: true,
    });
    cell.dispatchEvent(event);
  }, text);
}

async function claims() {
  await go('/meetings');
  await page.waitForURL(`${url}/console/setup`);
  await page.getByRole('heading', { name: '安装码' }).waitFor();
  await shot('code');
  await field('安装码').fill('0000-0000');
  await button('下一步').click();
  await page.getByRole('heading', { name: '单位' }).waitFor();
  await field('单位名称').fill('清河镇');
  await field('单位代码').fill('QH');
  await shot('place');
  await button('下一步').click();
  await page.getByRole('heading', { name: '管理员' }).waitFor();
  await field('登录名').fill('王晓梅');
  await field('密码').fill('1234567890');
  await field('密码再写一遍').fill('1234567899');
  await button('确认，开始使用').click();
  await page.getByText('两遍不一样').waitFor();
  await field('密码再写一遍').fill('1234567890');
  await button('确认，开始使用').click();
  // The wrong code leads back to it, and nothing that was typed is lost.
  await page.getByText('安装码不对，或者已经过期').waitFor();
  await shot('wrong-code');
  await field('安装码').fill(env('CODE').toLowerCase());
  await button('下一步').click();
  must((await field('单位名称').inputValue()) === '清河镇', 'the name is kept');
  await button('下一步').click();
  await button('确认，开始使用').click();
  await page.getByText('密码不能只用数字').waitFor();
  await shot('weak-password');
  await field('密码').fill('correct horse 1921');
  await field('密码再写一遍').fill('correct horse 1921');
  await button('确认，开始使用').click();
  say('claimed');
}

async function secondFactor() {
  if (process.env.SECOND_FACTOR === 'off') return;
  const shown = page.locator('.second-factor-secret code');
  const secret = (await shown.innerText()).replace(/\s/g, '');
  await page.getByLabel('六位数字').fill(totp(secret));
  await page.locator('button[type=submit]').click();
  await page.getByText('只在这里显示这一次').waitFor();
  await page.getByLabel('我已经抄好或打印好').check();
  await button('完成').click();
  say('second factor');
}

async function villages() {
  await page.getByRole('heading', { name: '村和站所', exact: true }).waitFor();
  await shot('villages');
  const table = [
    '村名\t代码\t类别\t上级',
    '河西村\tHX\t村\t',
    '石桥村\t\t\t',
    '农技站\tNJ\t连队\t',
  ];
  await paste('第 1 行名称', [...table, '第一党支部\tHX-1\t支部\t河东村', ''].join('\n'));
  await button('检查').click();
  await page.getByText('不认识这个类别').waitFor();
  await field('第 3 行类别').fill('站所');
  await button('检查').click();
  await page.getByText('没有代码为“河东村”的').waitFor();
  await shot('problems');
  must((await page.getByText('什么都没有改').count()) === 1, 'it says that nothing was changed');
  await field('第 4 行上级').fill('河西村');
  await button('检查').click();
  await page.getByText('没有问题').waitFor();
  await shot('checked');
  await button('确认录入…').click();
  await page.getByRole('dialog').getByText('录入 1 个站所、2 个村、1 个支部？').waitFor();
  await shot('asked');
  await button('确认录入', page.getByRole('dialog')).click();
  await page.getByText('已录入 1 个站所、2 个村、1 个支部').waitFor();
  await shot('made');
  const made = await context.request.get(`${url}/api/v1/organizations`);
  const codes = (await made.json()).map(({ code }) => code).sort();
  must(codes.join() === 'HX,HX-1,NJ,QH,QH-01', `made: ${codes.join()}`);
  say('villages', { codes });
}

async function township() {
  await go('/accounts/township');
  await page.getByRole('heading', { name: '党风评议' }).waitFor();
  await shot('township');
  await button('修改栏目“今日清河镇”').click();
  await field('栏目名称').fill('今日新清河');
  await button('加一个列表').click();
  await page.getByRole('group', { name: '第 6 个列表' }).getByLabel('名称').fill('清河人物');
  await shot('section');
  await button('保存').click();
  await page.getByRole('heading', { name: '今日新清河' }).waitFor();
  await page.getByText('清河人物').waitFor();
  const now = await (await context.request.get(`${url}/api/v1/township`)).json();
  const today = now.sections.find(({ id }) => id === 'today');
  must(today.listings.at(-1).title === '清河人物', JSON.stringify(today));
  must(now.sections.length === 6, 'the others are as they were');
  say('township');
}

async function calendar() {
  await go('/accounts/calendar');
  const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
  // A first of October that is a weekend is worked by a click instead.
  const days = [1, 2, 3, 4, 5, 6, 7].map((day) => `${year}-10-0${day}`);
  const workdays = days.filter((day) => ![0, 6].includes(new Date(day).getUTCDay()));
  for (const day of workdays) await page.getByRole('button', { name: `${day}，上班` }).click();
  await page.getByRole('button', { name: `${workdays[0]}，放假` }).waitFor();
  await page.getByPlaceholder('例如：国庆节', { exact: true }).first().fill('国庆节');
  await shot('calendar');
  await button('保存').click();
  await page.getByText('已保存。').waitFor();
  const kept = await context.request.get(`${url}/api/v1/calendar/${year}`);
  const written = (await kept.json()).days;
  must(written.length === workdays.length, JSON.stringify(written));
  must(written[0].note === '国庆节' && !written[0].is_working, JSON.stringify(written[0]));
  say('calendar');
}

/** Whoever comes later finds no way in but signing in. */
async function closed() {
  const other = await browser.newContext({ locale: 'zh-CN' });
  const stranger = await other.newPage();
  await stranger.goto(`${url}/console/setup`);
  await stranger.getByRole('heading', { name: '登录工作台' }).waitFor();
  const again = await other.request.post(`${url}/api/v1/setup`, {
    data: {
      code: env('CODE'),
      name: '别的镇',
      organization_code: 'X',
      kind: 'township',
      login: 'x',
      password: 'correct horse 1921',
    },
  });
  must(again.status() === 404, `a second set-up: ${again.status()}`);
  await other.close();
  say('closed');
}

try {
  await claims();
  await secondFactor();
  await villages();
  await township();
  await calendar();
  await closed();
  must(faults.length === 0, faults.join('\n'));
  must(barred.length === 0, barred.join('\n'));
  say('done');
} catch (error) {
  say('failed', { message: error.message, address: page.url() });
  await page.screenshot({ path: `${env('SHOTS', '/tmp')}/setup-failed.png` }).catch(() => null);
  process.exitCode = 1;
} finally {
  await browser.close();
}
