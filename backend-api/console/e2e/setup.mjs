// A new server is set up: the code, the place, the administrator, the second factor, villages from a spreadsheet; then
// what the place calls its sections, and its working calendar. The morning of day.mjs, called with what drives the
// pages.

/** `code`: what the server's log shows. */
export function setupSteps(tools, code) {
  const { backend, context, browser, blank, shot, must, button, setSecondFactorUp } = tools;
  /** It stays open from the first step to the last. */
  let page;
  const cell = (label) => page.locator('input').and(page.getByLabel(label, { exact: true }));
  const go = async (path) => page.goto(`${backend.url}/console${path}`);

  /** Puts a text into a cell as a spreadsheet's copy does. */
  async function paste(label, text) {
    await cell(label).evaluate((cell, copied) => {
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

  return {
    async 'a new server: the code, the place, the administrator'() {
      page = await blank();
      await go('/meetings');
      await page.waitForURL(`${backend.url}/console/setup`);
      await page.getByRole('heading', { name: '安装码' }).waitFor();
      await shot(page, 'setup-code');
      await cell('安装码').fill('0000-0000');
      await button(page, '下一步').click();
      await page.getByRole('heading', { name: '单位' }).waitFor();
      await cell('单位名称').fill('清河镇');
      await cell('单位代码').fill('QH');
      await shot(page, 'setup-place');
      await button(page, '下一步').click();
      await page.getByRole('heading', { name: '管理员' }).waitFor();
      await cell('登录名').fill('王晓梅');
      await cell('密码').fill('1234567890');
      await cell('密码再写一遍').fill('1234567899');
      await button(page, '确认，开始使用').click();
      await page.getByText('两遍不一样').waitFor();
      await cell('密码再写一遍').fill('1234567890');
      await button(page, '确认，开始使用').click();
      // The wrong code leads back to it, and nothing that was typed is lost.
      await page.getByText('安装码不对，或者已经过期').waitFor();
      await shot(page, 'setup-wrong-code');
      await cell('安装码').fill(code.toLowerCase());
      await button(page, '下一步').click();
      must((await cell('单位名称').inputValue()) === '清河镇', 'the name is kept');
      await button(page, '下一步').click();
      await button(page, '确认，开始使用').click();
      await page.getByText('密码不能只用数字').waitFor();
      await shot(page, 'setup-weak-password');
      await cell('密码').fill('correct horse 1921');
      await cell('密码再写一遍').fill('correct horse 1921');
      await button(page, '确认，开始使用').click();
    },

    async 'the second factor of the administrator'() {
      await setSecondFactorUp(page);
      await tools.know();
    },

    async 'villages from a spreadsheet, mended before they are made'() {
      await page.getByRole('heading', { name: '村和站所', exact: true }).waitFor();
      await shot(page, 'setup-villages');
      const table = [
        '村名\t代码\t类别\t上级',
        '河西村\tHX\t村\t',
        '石桥村\t\t\t',
        '农技站\tNJ\t连队\t',
      ];
      await paste('第 1 行名称', [...table, '第一党支部\tHX-1\t支部\t河东村', ''].join('\n'));
      await button(page, '检查').click();
      await page.getByText('不认识这个类别').waitFor();
      await cell('第 3 行类别').fill('站所');
      await button(page, '检查').click();
      await page.getByText('没有代码为“河东村”的').waitFor();
      await shot(page, 'setup-problems');
      must(
        (await page.getByText('什么都没有改').count()) === 1,
        'it says that nothing was changed',
      );
      await cell('第 4 行上级').fill('河西村');
      await button(page, '检查').click();
      await page.getByText('没有问题').waitFor();
      await shot(page, 'setup-checked');
      await button(page, '确认录入…').click();
      await page.getByRole('dialog').getByText('录入 1 个站所、2 个村、1 个支部？').waitFor();
      await shot(page, 'setup-asked');
      await button(page.getByRole('dialog'), '确认录入').click();
      await page.getByText('已录入 1 个站所、2 个村、1 个支部').waitFor();
      await shot(page, 'setup-made');
      const made = await context.request.get(`${backend.url}/api/v1/organizations`);
      const codes = (await made.json()).map(({ code }) => code).sort();
      must(codes.join() === 'HX,HX-1,NJ,QH,QH-01', `made: ${codes.join()}`);
    },

    async 'what the place calls its sections'() {
      await go('/accounts/township');
      await page.getByRole('heading', { name: '党风评议' }).waitFor();
      await shot(page, 'setup-township');
      await button(page, '修改栏目“今日清河镇”').click();
      await cell('栏目名称').fill('今日新清河');
      await button(page, '加一个列表').click();
      await page.getByRole('group', { name: '第 6 个列表' }).getByLabel('名称').fill('清河人物');
      await shot(page, 'setup-section');
      await button(page, '保存').click();
      await page.getByRole('heading', { name: '今日新清河' }).waitFor();
      await page.getByText('清河人物').waitFor();
      const now = await (await context.request.get(`${backend.url}/api/v1/township`)).json();
      const today = now.sections.find(({ id }) => id === 'today');
      must(today.listings.at(-1).title === '清河人物', JSON.stringify(today));
      must(now.sections.length === 6, 'the others are as they were');
    },

    async 'the working calendar'() {
      await go('/accounts/calendar');
      const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear();
      // A first of October that is a weekend is worked by a click instead.
      const days = [1, 2, 3, 4, 5, 6, 7].map((day) => `${year}-10-0${day}`);
      const workdays = days.filter((day) => ![0, 6].includes(new Date(day).getUTCDay()));
      for (const day of workdays) await page.getByRole('button', { name: `${day}，上班` }).click();
      await page.getByRole('button', { name: `${workdays[0]}，放假` }).waitFor();
      await page.getByPlaceholder('例如：国庆节', { exact: true }).first().fill('国庆节');
      await shot(page, 'setup-calendar');
      await button(page, '保存').click();
      await page.getByText('已保存。').waitFor();
      const kept = await context.request.get(`${backend.url}/api/v1/calendar/${year}`);
      const written = (await kept.json()).days;
      must(written.length === workdays.length, JSON.stringify(written));
      must(written[0].note === '国庆节' && !written[0].is_working, JSON.stringify(written[0]));
    },

    async 'whoever comes later finds no way in but signing in'() {
      const other = await browser.newContext({ locale: 'zh-CN' });
      const stranger = await other.newPage();
      await stranger.goto(`${backend.url}/console/setup`);
      await stranger.getByRole('heading', { name: '登录工作台' }).waitFor();
      const again = await other.request.post(`${backend.url}/api/v1/setup`, {
        data: {
          code: code,
          name: '别的镇',
          organization_code: 'X',
          kind: 'township',
          login: 'x',
          password: 'correct horse 1921',
        },
      });
      must(again.status() === 404, `a second set-up: ${again.status()}`);
      await other.close();
      await page.close();
    },
  };
}
