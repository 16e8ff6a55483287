// Roll calls, figures, accounts and the log: what staff do with them on the pages. Called by pages.mjs with what
// it drives them with.
export function rollSteps(tools) {
  const { backend, open, shot, api, must, until, titled, mark, dialog, button, place } = tools;
  const VILLAGE = `RV${mark}`;
  const village = titled('枣林村');
  const names = ['葛玉林', '昌小燕', '谢广林', '魏子健'].map(titled);
  const MONTHLY = titled('主题党日点名');
  const text = (page, id) => page.getByTestId(id).innerText();
  const line = (page, name) => page.locator('.roll-call-lines tr').filter({ hasText: name });
  const correct = async (page, name, act, reason) => {
    await button(page, act).click();
    const form = page.getByRole('dialog').filter({ hasText: name });
    await form.getByLabel('原因').fill(reason);
    await button(form, '保存').click();
    await form.waitFor({ state: 'detached' });
  };
  /** Id of a roll call by the address of its page. */
  const idOf = (page) => new URL(page.url()).pathname.split('/').pop();

  return {
    async 'a roll call is made, fills while one looks, and is corrected'() {
      await api('POST', '/organizations', {
        parent_code: tools.me().organization_code,
        kind: 'village',
        code: VILLAGE,
        name: village,
      });
      const members = [];
      for (const name of names) {
        const data = { organization_code: VILLAGE, name, status: 'full' };
        members.push(await api('POST', '/members', data));
      }
      const page = await open('/roll-calls');
      await button(page, '新点名').click();
      const form = dialog(page, '新点名');
      await form.getByLabel('名称').fill(MONTHLY);
      await place(page, form, '点谁', village);
      await shot(page, 'roll-call-new');
      await button(form, '现在开始点名').click();
      await page.getByRole('heading', { name: '正在点名' }).waitFor();
      const id = idOf(page);
      for (const name of names) await line(page, name).waitFor();
      must((await text(page, 'missing')) === '4', 'nobody has signed in');
      await page.getByText('出席率 = 0 ÷ 4', { exact: true }).waitFor();

      // Somebody else says that one is there: the page learns of it by itself, before it would ask again.
      await api('POST', `/roll-calls/${id}/corrections`, {
        member_id: members[0].id,
        state: 'present',
        reason: '人在会场，卡坏了',
      });
      await until('the figures come', async () => (await text(page, 'present')) === '1', 8_000);
      await until('and the names', async () => (await line(page, names[0]).count()) === 0);

      // No reason, no correction; what was chosen stays.
      await button(page, `给${names[1]}补签`).click();
      const asked = page.getByRole('dialog').filter({ hasText: names[1] });
      await button(asked, '保存').click();
      await asked.getByText('请写明原因').waitFor();
      await asked.getByLabel('原因').fill('签到码输完时刚好到点');
      await button(asked, '保存').click();
      await asked.waitFor({ state: 'detached' });
      await correct(page, names[2], `给${names[2]}记请假`, '家里办丧事，村里证实');
      await page.getByText('出席率 = 2 ÷ 4', { exact: true }).waitFor();
      must((await text(page, 'leave')) === '1', 'one is on leave');
      await shot(page, 'roll-call-open');

      await button(page, '结束签到').click();
      await button(dialog(page, '结束签到？'), '结束签到').click();
      await page.getByRole('heading', { name: '点名结果' }).waitFor();
      await page.getByRole('region', { name: '改过什么' }).getByText('家里办丧事').waitFor();
      await page.getByRole('region', { name: '怎么签的' }).getByText('工作人员补签').waitFor();
      await shot(page, 'roll-call-result');

      await page.getByText('各支部的数', { exact: true }).click();
      await page.getByRole('row').filter({ hasText: village }).getByText('50%').waitFor();
      await page.emulateMedia({ media: 'print' });
      const sheet = page.locator('.print-only');
      await sheet.getByText('点名人（签字）').waitFor();
      must(await sheet.getByText(names[3]).isVisible(), 'who is not there is on paper');
      must(!(await page.locator('.frame-nav').isVisible()), 'the nav is not');
      await page.emulateMedia({ media: null });

      // A spot check opens it again, and nobody has answered that one.
      await button(page, '抽点一次…').click();
      await button(dialog(page, '现在抽点一次'), '开始抽点').click();
      await page.getByRole('heading', { name: '正在点名' }).waitFor();
      await page.getByRole('timer').filter({ hasText: '第 2 轮' }).waitFor();
      await button(page, '结束签到').click();
      await button(dialog(page, '结束签到？'), '结束签到').click();
      await page.getByRole('heading', { name: '点名结果' }).waitFor();
      await page.close();
    },

    async 'a roll call is planned and cancelled with a reason'() {
      const page = await open('/roll-calls');
      await button(page, '新点名').click();
      const form = dialog(page, '新点名');
      await form.getByLabel('名称').fill(titled('下周例会'));
      await place(page, form, '点谁', village);
      await form.getByText('到时自己开始', { exact: true }).click();
      await button(form, '排好，到时自己开始').click();
      await page.getByText('还没开始。到时自己开始').waitFor();
      await button(page, '取消点名…').click();
      const asked = dialog(page, '取消这次点名？');
      await asked.getByLabel('原因').fill('例会改到月底');
      await button(asked, '取消点名').click();
      await page.getByText('原因：例会改到月底').waitFor();
      await page.close();
    },

    async 'attendance by branch, and what branches were asked for'() {
      const page = await open('/statistics/attendance');
      const branches = page.getByRole('region', { name: '各支部' });
      await branches.getByRole('row').filter({ hasText: village }).waitFor();
      await page.getByText('不排名').first().waitFor();
      await shot(page, 'statistics-attendance');
      const [table] = await Promise.all([
        page.waitForEvent('download'),
        button(page, '下载名单和数').click(),
      ]);
      must(/出勤-\d{4}-\d{2}\.xlsx$/.test(table.suggestedFilename()), table.suggestedFilename());
      const chart = page.getByRole('region', { name: '会议出席率' });
      await chart.getByRole('img').waitFor();
      await button(chart, '看表').click();
      await chart.getByRole('table').waitFor();
      const [drawn] = await Promise.all([
        page.waitForEvent('download'),
        button(chart, '下载').click(),
      ]);
      must(drawn.suggestedFilename().endsWith('.csv'), drawn.suggestedFilename());

      // The same once more on one day: a branch that was asked before is told apart.
      await api('POST', '/roll-calls', {
        title: MONTHLY,
        organization_code: VILLAGE,
        window_ms: 60_000,
      });
      await page.goto(`${backend.url}/console/statistics/asked`);
      const row = page
        .getByRole('region', { name: '各支部' })
        .getByRole('row')
        .filter({ hasText: village });
      await row.getByText(MONTHLY).waitFor();
      await page
        .getByRole('region', { name: '这个月要了什么' })
        .getByText('又要了一次')
        .first()
        .waitFor();
      await shot(page, 'statistics-asked');
      await page.close();
    },

    async 'an account is opened, changed, closed, and given another password'() {
      const login = `kongsp${mark}`;
      const page = await open('/accounts');
      await button(page, '开一个账号').click();
      const form = dialog(page, '开一个账号');
      await form.getByLabel('账号').fill(login);
      await form.getByText('支部书记', { exact: true }).click();
      await place(page, form, '管到哪里', village);
      await form.getByText(`${village}和它下面的全部`).waitFor();
      await button(form, '开账号，显示密码').click();
      const once = dialog(page, '账号开好了');
      const password = (await once.locator('.ant-typography code').innerText()).trim();
      must(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/.test(password), `the first password: ${password}`);
      must(
        await button(once, '完成').isDisabled(),
        'nobody goes on without having written it down',
      );
      await shot(page, 'account-password');
      await once.getByLabel('我已经抄好').check();
      await button(once, '完成').click();
      await once.waitFor({ state: 'detached' });

      // It lets somebody in.
      const signIn = (typed) =>
        fetch(`${backend.url}/api/v1/staff/sessions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-requested-with': 'console' },
          body: JSON.stringify({ login, password: typed }),
        });
      must((await signIn(password)).ok, 'the first password lets them in');
      await page.reload();
      await page.getByLabel('账号、单位').fill(login);
      await page.getByRole('button', { name: login }).click();
      const detail = dialog(page, login);
      await detail.getByText('审稿和发布').first().waitFor();
      await detail.getByText('正登录着').waitFor();
      await shot(page, 'account-rights');

      await button(detail, '改权限').click();
      const change = dialog(page, `改 ${login} 的权限`);
      await change.getByText('查阅', { exact: true }).click();
      await button(change, '保存').click();
      await change.waitFor({ state: 'detached' });
      await detail.locator('.account-sentence').getByText('查阅').waitFor();

      await button(detail, '停用…').click();
      const asked = dialog(page, `停用 ${login}？`);
      await asked.getByText('马上退出').waitFor();
      await button(asked, '停用').click();
      await detail.getByText('停用了，不能登录').waitFor();
      must((await signIn(password)).status === 401, 'a closed account lets nobody in');
      await button(detail, '恢复使用').click();
      await button(dialog(page, `恢复使用 ${login}？`), '恢复使用').click();
      await button(detail, '换密码…').click();
      await button(dialog(page, `给 ${login} 换一个密码？`), '换密码').click();
      const again = dialog(page, '密码换好了');
      const other = (await again.locator('.ant-typography code').innerText()).trim();
      must(other !== password, 'another password');
      await again.getByLabel('我已经抄好').check();
      await button(again, '完成').click();
      must((await signIn(other)).ok, 'the new password lets them in');
      await page.goto(`${backend.url}/console/accounts/sessions`);
      await page.getByRole('row').filter({ hasText: login }).first().waitFor();
      await page.getByText('就是这里').waitFor();
      await page.close();
    },

    async 'the log is searched, and its end compared'() {
      const page = await open('/accounts/audit');
      const chain = page.getByRole('region', { name: '记录完不完整' });
      await chain.getByRole('status').waitFor();
      // A button that was busy may keep its icon's name.
      const compare = chain.getByRole('button', { name: /和它核对/ });
      const { text: head } = await api('GET', '/audit/head');
      await chain.getByLabel('以前抄下的末尾').fill(head);
      await compare.click();
      await chain.getByText('和抄下的一样').waitFor();
      const [number] = head.split(':');
      await chain.getByLabel('以前抄下的末尾').fill(`${number}:${'0'.repeat(64)}`);
      await compare.click();
      await chain.getByText('和抄下的不一样').waitFor();
      await page.reload();
      // Words of the page, which the log itself has otherwise.
      await page.getByLabel('姓名、做了什么、原因').fill('密码不对');
      await page.getByRole('row').filter({ hasText: '密码不对' }).first().waitFor();
      const others = page.locator('.audit-row').filter({ hasNotText: '密码不对' });
      await until('only what was looked for', async () => (await others.count()) === 0);
      await page.getByLabel('姓名、做了什么、原因').fill('家里办丧事');
      const row = page.getByRole('row').filter({ hasText: '家里办丧事' }).first();
      await row.getByText('点名 · 更正').waitFor();
      await row.click();
      const entry = page.getByRole('dialog').filter({ hasText: '只看关于这党员的' });
      await button(entry, '只看关于这党员的').click();
      await page.getByRole('row').filter({ hasText: '党员 · 新建' }).waitFor();
      await shot(page, 'audit-search');
      await page.close();
    },
  };
}
