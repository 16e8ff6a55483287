// 今天, the nav, old addresses, the search, and a page that cannot be loaded.
export function todaySteps(tools) {
  const { open, shot, api, must, until, titled, dialog, button, query, room, planned, backend } =
    tools;
  const line = (page, words) => page.locator('.today-line').filter({ hasText: words });
  const at = (page) => new URL(page.url()).pathname.replace('/console', '');

  return {
    async 'today: what is to be done'() {
      // Whoever leads it is reminded half an hour before.
      const { meeting } = await planned('马上开', { starts_at_ms: Date.now() + 20 * 60_000 });
      const page = await open('/');
      const coming = line(page, titled('马上开'));
      await coming.getByText('还有 20 分钟').or(coming.getByText('还有 19 分钟')).waitFor();
      must((await page.locator('.today-line').count()) <= 8, 'there are eight lines at most');
      const plan = page.getByRole('region', { name: '今天的安排' });
      // Shortly before midnight it is tomorrow's.
      if (new Date(Date.now() + 8 * 3_600_000 + 20 * 60_000).getUTCHours() > 0) {
        await plan
          .getByText(titled('马上开'))
          .or(plan.getByText(/一共 \d+ 场/))
          .first()
          .waitFor();
      }
      await shot(page, 'today');
      for (const size of [
        { width: 1366, height: 640 },
        { width: 1920, height: 1080 },
      ]) {
        await page.setViewportSize(size);
        await shot(page, `today-${size.width}`);
      }
      await page.setViewportSize({ width: 1366, height: 768 });
      // What is live comes first, and leads to the host.
      await api('POST', `/meetings/${meeting.id}/start`);
      const live = line(page, titled('马上开')).filter({ hasText: '正在直播' });
      await live.waitFor();
      await shot(page, 'today-live');
      await live.getByRole('link', { name: '进主持台' }).click();
      await page.waitForURL(/\/live$/);
      must(at(page) === `/meetings/${meeting.id}/live`, 'it leads to the host');
      await api('POST', `/meetings/${meeting.id}/end`);
      await page.close();
    },

    async 'the first day, as an empty server answers'() {
      const page = await tools.blank();
      const nothing = { items: [] };
      for (const [path, json] of [
        ['terminals', nothing],
        ['bulletins', nothing],
        ['members', nothing],
        ['meetings', nothing],
        ['roll-calls', nothing],
        ['notices', nothing],
      ]) {
        await page.route(`**/api/v1/${path}?**`, (route) => route.fulfill({ json }));
      }
      await page.route('**/api/v1/organizations', async (route) => {
        const answer = await route.fetch();
        const [top] = await answer.json();
        await route.fulfill({ json: [top] });
      });
      await page.goto(`${backend.url}/console/`);
      await page.getByText('0 / 5 步').waitFor();
      const steps = page.locator('.first-step');
      must((await steps.count()) === 5, 'there are five steps');
      await steps.first().filter({ hasText: '单位' }).waitFor();
      must((await steps.first().getAttribute('aria-current')) === 'step', 'the first one is next');
      await shot(page, 'first-day');
      await page.unrouteAll();
      await page.reload();
      // With the data of this server the first one is done, whatever the others are.
      await page.locator('.first-is-done, .today-line, .today-none').first().waitFor();
      await page.getByText('0 / 5 步').waitFor({ state: 'detached' });
      await page.close();
    },

    async 'the nav and old addresses'() {
      const page = await open('/');
      await page.getByRole('heading', { name: '今天', level: 1 }).waitFor();
      for (const link of await page.locator('.frame-link').all()) {
        const path = new URL(await link.getAttribute('href'), backend.url).pathname;
        await link.click();
        await page.waitForURL(`**${path}`);
        await page.locator('.frame-page h1').waitFor();
        must(
          (await page.locator('.frame-link.active').count()) === 1,
          `one room is marked at ${path}`,
        );
        must(
          (await page.getByText('没有这个页面').count()) === 0,
          `the nav leads to a page at ${path}`,
        );
      }
      for (const [old, path] of [
        ['/branches?open=x', '/publish/branches'],
        ['/account', '/accounts/me'],
        ['/notices', '/accounts/notices'],
        ['/audit?action=session.open', '/accounts/audit'],
      ]) {
        await page.goto(`${backend.url}/console${old}`);
        await page.waitForURL(`**${path}**`);
        await page.locator('.frame-page h1').waitFor();
        const asked = new URL(old, backend.url).search;
        must(new URL(page.url()).search === asked, `${old} keeps what was asked for`);
      }
      await page.goto(`${backend.url}/console/no-such-page`);
      await page.getByRole('heading', { name: '没有这个页面' }).waitFor();
      await page.getByRole('link', { name: '回到今天' }).click();
      await page.getByRole('heading', { name: '今天', level: 1 }).waitFor();
      await page.close();
    },

    async 'finding a page by the keyboard'() {
      const page = await open('/duty');
      await page.getByRole('heading', { name: '干部坐班' }).waitFor();
      await page.keyboard.press('Tab');
      await until('the first stop is the way past the nav', () =>
        page.evaluate(() => document.activeElement?.textContent === '跳到正文'),
      );
      await shot(page, 'skip');
      await page.keyboard.press('Enter');
      must(
        await page.evaluate(() => document.activeElement?.id === 'content'),
        'it leads past the nav',
      );
      await page.keyboard.press('Control+k');
      const find = dialog(page, '找页面');
      const field = find.getByRole('combobox', { name: '页面的名字或拼音首字母' });
      await until('the field has the focus', () =>
        field.evaluate((one) => document.activeElement === one),
      );
      await field.fill('没有这样的页面');
      await find.getByText('没有叫这个名字的页面').waitFor();
      await field.fill('fw');
      await shot(page, 'search');
      await field.fill('yjjy');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/services/suggestions');
      await find.waitFor({ state: 'detached' });
      await page.keyboard.press('Control+k');
      await field.fill('会议');
      await field.press('ArrowDown');
      await field.press('ArrowUp');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/meetings');
      // Who is signed in opens by key, and Escape leads back.
      await page.locator('button.who').focus();
      await page.keyboard.press('Enter');
      await button(page, '退出').waitFor();
      await shot(page, 'who');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Escape');
      await button(page, '退出').waitFor({ state: 'hidden' });
      must([...query(page)].length === 0, 'the address is as it was');
      await page.close();
    },

    async 'a piece that cannot be loaded'() {
      const page = await open('/meetings');
      await page.locator('.meeting, .ant-empty').first().waitFor();
      // As after an update of the server: the old piece is there no more.
      const cut = /\/console\/assets\/.*\.js$/;
      await page.route(cut, (route) => route.abort());
      await room(page, '统计').click();
      await page.getByRole('heading', { name: '这一页没有打开' }).waitFor();
      await shot(page, 'piece-missing');
      must((await room(page, '会议与直播').count()) === 1, 'the nav is still there');
      await page.unroute(cut);
      await button(page, '重新打开').click();
      await page.getByRole('heading', { name: '统计' }).waitFor();
      await page.getByRole('region', { name: '合计' }).waitFor();
      await page.close();
    },
  };
}
