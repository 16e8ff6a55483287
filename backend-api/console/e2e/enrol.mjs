// Staff with a telephone at the page where TVs are approved, for end-to-end tests. Says what it did as
// JSON, one object a line on stdout.
//
//   PAGE        the address on the TV, with its code: http://127.0.0.1:8080/enrol?code=1234-5678
//   LATER       the code of another TV, which is approved without a household and given one afterwards
//   LOGIN, PASSWORD
//   ORGANIZATION, OF_MANY   what is typed to find it, and what finds more than fit
//   PERSON      somebody who lives in the first household
//   HOUSEHOLD   name of the second
//   SHOTS       folder for pictures (none)
//   CHROMIUM    the browser (/usr/bin/chromium)
import { chromium } from 'playwright-core';

const env = (name, otherwise) => {
  const value = process.env[name] ?? otherwise;
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const say = (event, more = {}) => console.log(JSON.stringify({ event, ...more }));

const browser = await chromium.launch({
  executablePath: env('CHROMIUM', '/usr/bin/chromium'),
  args: ['--no-sandbox'],
});
const context = await browser.newContext({
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
  locale: 'zh-CN',
});
const page = await context.newPage();
page.setDefaultTimeout(60_000);
page.on('pageerror', (error) => say('page_error', { message: error.message }));

let shots = 0;
const shot = async (name) => {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  if (wide) throw new Error(`${name} is wider than the telephone`);
  if (!process.env.SHOTS) return;
  shots += 1;
  await page.screenshot({ path: `${process.env.SHOTS}/${shots}-${name}.png`, fullPage: true });
};
const message = async (words) => {
  await page.locator('#message', { hasText: words }).waitFor();
};
const listed = (list) => page.locator(`${list} li:visible`);

try {
  await page.goto(env('PAGE'));
  await page.getByLabel('登录名').fill(env('LOGIN'));
  await page.getByLabel('密码').fill(env('PASSWORD'));
  await shot('sign-in');
  await page.getByRole('button', { name: '登录', exact: true }).click();

  // The code came with the address. Nothing is chosen yet, so nothing is sent.
  await page.locator('#approve').waitFor();
  await page.getByLabel('名称', { exact: true }).fill('随便');
  await page.locator('#submit').click();
  await message('请选这是哪一户的电视');
  await shot('nothing-chosen');

  // An organization among many, found by what is typed.
  await page.getByLabel('查找组织').fill(env('OF_MANY'));
  await page.locator('#organization-note', { hasText: '还有' }).waitFor();
  const shown = await listed('#organization-list').count();
  if (shown > 8) throw new Error(`${shown} organizations at once`);
  await shot('many-organizations');
  await page.getByLabel('查找组织').fill(env('ORGANIZATION'));
  await listed('#organization-list').first().locator('button').click();

  // The household by somebody who lives there; its name is offered for the TV.
  await page.getByLabel('名称', { exact: true }).fill('');
  await page.getByLabel('查找户').fill(env('PERSON'));
  const first = listed('#household-list').filter({ hasText: env('PERSON') });
  await first.locator('button').waitFor();
  await shot('household-found');
  await first.locator('button').click();
  const name = await page.getByLabel('名称', { exact: true }).inputValue();
  await shot('household-chosen');
  await page.locator('#submit').click();
  await message('已登记');
  await shot('approved');
  say('approved', { name });

  // The other TV: later, and it is said what that means.
  await page.getByLabel('电视上显示的登记码').fill(env('LATER'));
  await page.getByRole('button', { name: '查找', exact: true }).click();
  await page.locator('#approve').waitFor();
  // The first household has a TV by now, if that came for its token already: it is said.
  await page.getByRole('button', { name: '以后再选户' }).click();
  await page.getByText('没有户，家里人不能签到').waitFor();
  await page.getByLabel('查找组织').fill(env('ORGANIZATION'));
  await listed('#organization-list').first().locator('button').click();
  await page.getByLabel('名称', { exact: true }).fill('后来的电视');
  await shot('later');
  await page.locator('#submit').click();
  await message('它还没有户，家里人不能签到');
  say('later');

  // It is given its household when it has come.
  const homeless = page.getByRole('button', { name: '给已登记、还没有户的电视选户' });
  for (;;) {
    await homeless.click();
    await page.locator('#tv-list li, #tv-note:not(:empty)').first().waitFor();
    if ((await listed('#tv-list').count()) > 0) break;
    await page.getByRole('button', { name: '返回' }).click();
  }
  await shot('without-a-household');
  await listed('#tv-list').filter({ hasText: '后来的电视' }).locator('button').click();
  await page.getByLabel('查找户').fill(env('HOUSEHOLD'));
  await listed('#household-list')
    .filter({ hasText: env('HOUSEHOLD') })
    .locator('button')
    .click();
  await shot('given-later');
  await page.getByRole('button', { name: '归到这一户' }).click();
  await message('已归到这一户');
  say('given');
} catch (error) {
  say('failed', {
    message: error.message,
    page: await page
      .locator('main')
      .innerText()
      .catch(() => 'the page is gone'),
  });
  process.exitCode = 1;
} finally {
  await browser.close();
}
