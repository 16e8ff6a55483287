// What goes onto paper, the figures of programmes, and whom people call. Called by pages.mjs with what it drives the
// pages with.

export function paperSteps(tools) {
  const { open, shot, api, must, titled, dialog, button, choose } = tools;

  /** What would be printed of a page, and nothing of the page itself. */
  const printed = async (page) => {
    await page.emulateMedia({ media: 'print' });
    const sheet = page.locator('body > .print-only:visible');
    await sheet.waitFor();
    must((await sheet.count()) === 1, 'one sheet is printed');
    must(!(await page.locator('#root').isVisible()), 'nothing of the page is');
    return sheet;
  };

  return {
    async 'a bulletin goes onto paper with its whole table'() {
      const { sections } = await api('GET', '/township');
      const list = sections
        .flatMap(({ listings }) => listings)
        .find(({ kind }) => kind === 'bulletins').id;
      const code = tools.me().organization_code;
      const rows = Array.from({ length: 40 }, (_, n) => [`第 ${n + 1} 笔`, `${n * 10}`]);
      const made = await api('POST', '/bulletins', {
        list,
        organization_code: code,
        audience_code: code,
        title: titled('财务公示'),
        summary: '',
        urgent: false,
        body: [
          { type: 'paragraph', text: '收支如下。' },
          {
            type: 'table',
            title: '收支表',
            header: ['项目', '金额'],
            rows,
            numeric: [false, true],
          },
        ],
      });
      const page = await open(`/publish?open=${made.id}`);
      await button(page, '打印').waitFor();
      const sheet = await printed(page);
      await sheet.getByRole('heading', { name: titled('财务公示'), includeHidden: true }).waitFor();
      await sheet.getByText('第 40 笔').waitFor();
      must((await sheet.locator('thead').count()) === 1, 'the head of a table can be repeated');
      await sheet.getByText('打印日期').waitFor();
      await page.emulateMedia({ media: null });
      await page.close();
    },

    async 'requests go onto paper, the list and one'() {
      const page = await open('/services');
      await page.getByRole('heading', { name: '服务与评议' }).first().waitFor();
      await button(page, '打印').first().waitFor();
      const sheet = await printed(page);
      await sheet.getByRole('columnheader', { name: '编号', includeHidden: true }).waitFor();
      await page.emulateMedia({ media: null });
      const first = page.locator('.request-title').first();
      if ((await first.count()) > 0) {
        await first.click();
        await page.locator('.request-head').waitFor();
        const one = await printed(page);
        await one.getByText('经过').first().waitFor();
        await page.emulateMedia({ media: null });
      }
      await page.close();
    },

    async 'programmes are counted and not ranked'() {
      const page = await open('/statistics/programmes');
      await page.getByRole('columnheader', { name: '播放过' }).waitFor();
      await page.getByText('按名称', { exact: true }).click();
      const names = await page.locator('.statistics-table .published').allInnerTexts();
      const sorted = [...names].sort((a, b) => a.localeCompare(b, 'zh-CN'));
      must(names.join() === sorted.join(), `by name: ${names.join()}`);
      const download = page.waitForEvent('download');
      await button(page, '下载表').click();
      must((await download).suggestedFilename() === '节目播放.csv', 'it is kept as a table');
      await shot(page, 'statistics-programmes');
      await page.close();
    },

    async 'numbers to call are written down'() {
      const page = await open('/accounts/township');
      await button(page, '改电话').click();
      const form = dialog(page, '帮助电话');
      await button(form, '加一个电话').click();
      const last = form.getByRole('group').last();
      await last.getByLabel('单位').fill(titled('党政办'));
      await last.getByLabel('电话', { exact: true }).fill('找小王');
      await button(form, '保存').click();
      await form.getByText('电话只写数字').first().waitFor();
      await last.getByLabel('电话', { exact: true }).fill('0512-40000001');
      await last.getByLabel('什么时候有人接（可以不写）').fill('工作日 8:30–17:30');
      await shot(page, 'help-contacts');
      await form.locator('.ant-drawer-footer .ant-btn-primary').click();
      await form.waitFor({ state: 'detached' });
      await page.getByText(`${titled('党政办')} 0512-40000001（工作日 8:30–17:30）`).waitFor();
      const { help } = await api('GET', '/township');
      must(help.at(-1).telephone === '0512-40000001', JSON.stringify(help));
      await page.close();
    },

    async 'when televisions are quiet is set'() {
      const page = await open('/accounts/township');
      await button(page, '改时间').click();
      const form = dialog(page, '电视什么时候打扰人');
      await choose(page, '晚上几点起', '21:00');
      await choose(page, '首页没人按键时', '20 秒后整屏放正在进行的直播');
      await shot(page, 'township-manners');
      await form.locator('.ant-drawer-footer .ant-btn-primary').click();
      await form.waitFor({ state: 'detached' });
      await page.getByText('21:00 到 6:00 不打扰；首页没人按键，20 秒后整屏放').waitFor();
      const { quiet, live_fills_home: fills } = await api('GET', '/township');
      must(quiet.from_hour === 21 && quiet.until_hour === 6 && fills, JSON.stringify(quiet));
      // Other stories of this township are told by the usual hours.
      await button(page, '改时间').click();
      await choose(page, '晚上几点起', '22:00');
      await choose(page, '首页没人按键时', '30 秒后问一声要不要看直播');
      await form.locator('.ant-drawer-footer .ant-btn-primary').click();
      await form.waitFor({ state: 'detached' });
      await page.close();
    },
  };
}
