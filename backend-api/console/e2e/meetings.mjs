// 会议与直播: a meeting is planned, edited by two, cancelled, held and looked back at. Called by pages.mjs with what
// it drives the pages with.
export function meetingSteps(tools) {
  const {
    backend,
    browser,
    watch,
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
    planned,
    inDays,
    pickStart,
    me,
  } = tools;
  /** Among many, those of this run. */
  const mine = `/meetings?q=${mark}`;
  const row = (page, title) =>
    page.locator('.meeting').filter({ has: page.getByRole('heading', { name: title }) });
  const inSight = (where) =>
    where.evaluate((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      const over = document.elementFromPoint(innerWidth / 2, (top + bottom) / 2);
      return one.contains(over);
    });
  /** The one that was begun. */
  let begun;

  return {
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
      must(
        (await row(page, titled('党员大会')).innerText()).includes('09:00'),
        'it begins at 09:00',
      );
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
      must(
        meeting.agenda === '学习文件',
        'what was written here is saved beside what they changed',
      );
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
      begun = first.meeting.id;
    },

    async 'somebody who may only read'() {
      const account = { login: titled('reader'), password: 'kettle orbit lantern 1974' };
      const organization_code = me().organization_code;
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
      must(
        (await mark.getAttribute('href')) === '/console/meetings',
        'what is live is in the list',
      );
      await shot(page, 'reader');
      await page.goto(`${backend.url}/console/meetings/${begun}/live`);
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
      const page = await open(`/meetings/${begun}/live`);
      await button(page, '只导播，不出画面').waitFor();
      await shot(page, 'prepare');
      await button(page, '只导播，不出画面').click();
      await button(page, '开始签到').click();
      await button(page, '名单里补人').waitFor();
      const name = titled('补');
      await api('POST', '/members', { organization_code: me().organization_code, name });
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
  };
}
