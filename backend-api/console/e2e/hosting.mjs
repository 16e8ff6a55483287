// The host's page of a meeting, from the list to the picture. Called by host.mjs and day.mjs.

/** Somebody who hosts the meeting with this title, which is made if it is not there, on a page that shows the list. */
export function hosting(page, title) {
  const row = () =>
    page
      .locator('.meeting-scheduled, .meeting-live')
      .filter({ has: page.getByRole('heading', { name: title, exact: false }) })
      .first();
  const station = (name) => page.locator(`[data-station="${name}"]`);

  return {
    station,

    async plans({ kind = 'conference', record = true } = {}) {
      if ((await row().count()) > 0) return;
      await page.getByRole('button', { name: '新建会议' }).click();
      await page.getByLabel('会议名称').fill(title);
      if (kind === 'broadcast') await page.getByLabel(/^直播/).check();
      const recorded = page.getByRole('switch', { name: '录制' });
      if (((await recorded.getAttribute('aria-checked')) === 'true') !== record) {
        await recorded.click();
      }
      await page.getByRole('button', { name: '建立' }).click();
      await row().waitFor();
    },

    /** Goes to the host's page; the meeting's id. */
    async enters() {
      await row()
        .getByRole('link', { name: /去主持|进入直播/ })
        .click();
      await page.waitForURL(/\/meetings\/[^/]+\/live$/);
      return /meetings\/([^/]+)\/live/.exec(page.url())[1];
    },

    /** `asked` is told what is asked if somebody else hosts it, before it is taken from them. */
    async goesLive(asked = () => undefined) {
      await page.getByRole('button', { name: /^(开始直播|继续主持)$/ }).click();
      const take = page.getByRole('dialog').getByRole('button', { name: '接过来' });
      await page.getByTestId('host-source').or(take).first().waitFor();
      if (await take.isVisible()) {
        await asked(await page.getByRole('dialog').innerText());
        await take.click();
      }
      await page.getByTestId('host-source').filter({ hasText: '画面正常' }).waitFor();
    },

    async calls(name) {
      await station(name).getByRole('button', { name: '点名发言' }).click();
      await station(name).getByText('正在发言').waitFor();
    },

    async sendsBack(name) {
      await station(name).getByRole('button', { name: '请下台' }).click();
      await station(name).getByRole('button', { name: '请下台' }).waitFor({ state: 'detached' });
    },

    async ends() {
      await page.getByRole('button', { name: '结束会议' }).click();
      await page.getByRole('dialog').getByRole('button', { name: '结束会议' }).click();
      await page.getByText(`《${title}》已结束`).waitFor();
    },
  };
}
