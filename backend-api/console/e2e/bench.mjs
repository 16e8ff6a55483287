// How long lists of the console take in Chromium against a server that has a county: for `make bench`. Says what it
// measured as one JSON object on stdout; when a page does not come, which, and it ends with status 1.
//
//   BASE_URL          the backend
//   LOGIN, PASSWORD   of an administrator whom it asks for no second factor
//   CHROMIUM          the browser (/usr/bin/chromium)
import { chromium } from 'playwright-core';

const { BASE_URL: server, LOGIN: login, PASSWORD: password } = process.env;
const base = `${server}/console`;
const PATIENCE_MS = 30_000;
/** How many pages of each list are turned. */
const PAGES = 8;

const TABLE = '.ant-table-tbody';
const ROW = '.ant-table-row, .request-row';
/** Lists, and what is typed into their search. */
const LISTS = [
  {
    path: '/people',
    rows: TABLE,
    search: '姓名、拼音、电话后四位',
    typed: ['shan', 'qsy', '王', 'zhang', 'lwc', 'zengg', '素云', 'chenj'],
  },
  {
    path: '/people/households',
    rows: TABLE,
    search: '户名、家里人、拼音',
    typed: ['shan', 'qsy', '王', '7号', 'zhang', '素云'],
  },
  {
    path: '/terminals',
    rows: TABLE,
    search: '名称、村、拼音',
    typed: ['v12', 'v7', 't3', 'v1600'],
  },
  {
    path: '/services',
    rows: '.request-work',
    search: '按编号或内容查找',
    typed: ['水管', '4999', '路灯', '低保'],
  },
];

/** Nothing more came for a second. A stream of events may stay open meanwhile. */
async function quiet(page) {
  const loaded = () => page.evaluate(() => performance.getEntriesByType('resource').length);
  for (let [before, now] = [-1, await loaded()]; before !== now;) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    [before, now] = [now, await loaded()];
  }
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const measured = { list_ms: [], search_ms: [], first_load_kb: 0 };
let doing = 'signing in';
try {
  const context = await browser.newContext({
    viewport: { width: 1366, height: 768 },
    locale: 'zh-CN',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(`${base}/`);
  await page.getByLabel('账号').fill(login);
  await page.getByLabel('密码').fill(password);
  await page.getByRole('button', { name: /^登\s*录$/ }).click();
  await page.getByRole('heading', { name: '今天', level: 1 }).waitFor();
  await quiet(page);
  // What came until the first page was there, as it was sent; answers of the API are no part of it.
  measured.first_load_kb = await page.evaluate(() => {
    const sent = [
      ...performance.getEntriesByType('navigation'),
      ...performance
        .getEntriesByType('resource')
        .filter(({ name }) => !new URL(name).pathname.startsWith('/api/')),
    ];
    return sent.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1000;
  });

  /** The time from a deed until its rows are painted, in ms. */
  const until = async (rows, deed) => {
    const before = await page.locator(rows).first().innerText();
    const began = performance.now();
    await deed();
    await page.waitForFunction(
      ([where, old, row]) => {
        const now = document.querySelector(where);
        return now !== null && now.innerText !== old && now.querySelector(row) !== null;
      },
      [rows, before, ROW],
      { polling: 'raf' },
    );
    return performance.now() - began;
  };
  for (const { path, rows, search, typed } of LISTS) {
    doing = path;
    await page.goto(`${base}${path}`);
    await page.locator(ROW).first().waitFor();
    await quiet(page);
    const next = page.getByRole('button', { name: '下一页' });
    const previous = page.getByRole('button', { name: '上一页' });
    for (let turned = 0; turned < PAGES; turned += 1) {
      // The first turn brings code and fills caches, as it does for everybody.
      measured.list_ms.push(await until(rows, () => next.click()));
    }
    measured.list_ms.push(await until(rows, () => previous.click()));
    await page.goto(`${base}${path}`);
    await page.locator(ROW).first().waitFor();
    const box = page.getByRole('textbox', { name: search });
    for (const words of typed) {
      doing = `${path} ${words}`;
      measured.search_ms.push(await until(rows, () => box.fill(words)));
      await until(rows, () => box.fill(''));
    }
  }
  console.log(JSON.stringify(measured));
} catch (error) {
  console.error(`${doing}: ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
