// Meetings that are held again and again, stations before a conference, televisions from afar: what staff do with
// them on the pages. Called by pages.mjs with what it drives them with.
export function liveSteps(tools) {
  const { open, shot, api, must, until, titled, dialog, button, choose, planned, station } = tools;
  const TITLE = titled('支部例会');
  const scheduled = async () => {
    const found = await api('GET', `/meetings?state=scheduled&q=${encodeURIComponent(TITLE)}`);
    return found.items;
  };

  return {
    async 'a meeting is held again and again'() {
      const page = await open('/meetings');
      await button(page, '新建会议').click();
      const form = dialog(page, '新建会议');
      await form.getByLabel('会议名称').fill(TITLE);
      const record = form.getByRole('switch', { name: '录制' });
      if ((await record.getAttribute('aria-checked')) === 'true') await record.click();
      await tools.pickStart(page, tools.inDays(2));
      await choose(page, '重复', '每两周');
      await form.getByLabel('一共开几次').fill('60');
      await form.getByText('2 到 53 次').waitFor();
      await form.getByLabel('一共开几次').fill('3');
      await form.getByText('一共 3 场').waitFor();
      await shot(page, 'meeting-series');
      await button(form, '建立').click();
      await form.waitFor({ state: 'detached' });
      await until('three of them', async () => (await scheduled()).length === 3);

      const rows = page.locator('.meeting').filter({ hasText: TITLE });
      await rows.nth(2).waitFor();
      await rows.filter({ hasText: '第 2 场，共 3 场' }).locator('.meeting-open').click();
      const detail = page.getByRole('dialog').filter({ hasText: TITLE });
      await detail.getByText('每两周，第 2 场，共 3 场').waitFor();
      await shot(page, 'meeting-of-series');
      await button(detail, '取消以后各场…').click();
      const asked = dialog(page, '取消这一场和以后的各场？');
      await asked.getByLabel('原因').fill('改为现场开会');
      await button(asked, '取消会议').click();
      await asked.waitFor({ state: 'detached' });
      const left = await scheduled();
      must(left.length === 1 && left[0].series.number === 1, 'the first one stays');
      await page.close();
    },

    async 'stations are checked before a conference'() {
      const name = titled('检查站');
      const [, meeting] = [
        await station(name),
        await planned('会前检查的会', { kind: 'conference' }),
      ];
      const page = await open(`/meetings/${meeting.meeting.id}/live`);
      const panel = page.getByRole('region', { name: '会场检查' });
      const line = panel.locator('li').filter({ hasText: name });
      await line.getByText('还没有检查').waitFor();
      await panel.getByRole('button', { name: /检查各会场/ }).click();
      await line.getByText('正在检查').waitFor();
      await shot(page, 'station-checks');
      await page.close();
    },

    async 'a television is started anew from afar'() {
      const name = titled('远程站');
      const id = await station(name);
      const page = await open(`/terminals?open=${id}`);
      const panel = page.getByRole('region', { name: '远程操作' });
      await button(panel, '重新启动程序…').click();
      const asked = dialog(page, `让“${name}”重新启动程序？`);
      await button(asked, '重新启动程序').click();
      await asked.waitFor({ state: 'detached' });
      await panel.locator('li[data-state=asked]').filter({ hasText: '等电视回话' }).waitFor();
      await shot(page, 'remote-actions');
      const { actions } = await api('GET', `/terminals/${id}/actions`);
      must(actions.length === 1 && actions[0].kind === 'restart', 'it was asked once');
      await page.close();
    },
  };
}
