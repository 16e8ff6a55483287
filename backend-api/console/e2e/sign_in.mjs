// Signing in with a second factor, the own account, the log of who did, and signing out. Called by pages.mjs with
// what it drives the pages with.
export function signInSteps(tools) {
  const {
    backend,
    browser,
    watch,
    open,
    shot,
    api,
    must,
    until,
    dialog,
    button,
    submit,
    query,
    room,
    shownCodes,
    setSecondFactorUp,
  } = tools;
  /** The recovery codes that are left; `null`: a demonstration, which asks for no second factor. */
  let codes = null;

  return {
    async 'signing in'() {
      const page = await open('/');
      await page.getByLabel('账号').fill(backend.login);
      await page.getByLabel('密码', { exact: true }).fill(`${backend.password}x`);
      await shot(page, 'sign-in');
      await button(page, '登录').click();
      await page.getByText('登录名或密码不对').waitFor();
      await shot(page, 'sign-in-wrong');
      await page.getByLabel('密码', { exact: true }).fill(backend.password);
      const rules = await api('GET', '/staff/sign-in');
      if (rules.without_second_factor) await page.getByText('演示系统，未启用两步验证').waitFor();
      await button(page, '登录').click();
      if (!rules.without_second_factor) {
        // Nothing else is there before.
        await page.getByRole('heading', { name: '先设置两步验证' }).waitFor();
        await page.goto(`${backend.url}/console/duty`);
        await page.getByRole('heading', { name: '先设置两步验证' }).waitFor();
        codes = await setSecondFactorUp(page);
        await page.getByRole('heading', { name: '干部坐班' }).waitFor();
        await room(page, '今天').click();
      }
      await page.getByRole('heading', { name: '今天', level: 1 }).waitFor();
      await page.locator('.today-line, .today-none, .first-step').first().waitFor();
      await room(page, '会议与直播').click();
      await page.getByRole('heading', { name: '会议与直播' }).waitFor();
      await page.locator('.meeting, .ant-empty').first().waitFor();
      await shot(page, 'meetings');
      await tools.know();
      await page.close();
    },

    async 'the second factor of the own account'() {
      if (codes !== null) {
        const elsewhere = await browser.newContext({ locale: 'zh-CN' });
        watch(elsewhere);
        const page = await open('/accounts/me', elsewhere);
        await page.getByLabel('账号').fill(backend.login);
        await page.getByLabel('密码', { exact: true }).fill(backend.password);
        await button(page, '登录').click();
        await page.getByLabel('动态验证码').fill('000000');
        await submit(page).click();
        await page.getByText('验证码不对').waitFor();
        await shot(page, 'second-factor-wrong');
        await page.getByLabel('动态验证码').fill(codes[0].toUpperCase().replaceAll('-', ' '));
        await submit(page).click();
        await page.getByText('备用码还有 9 个').waitFor();
        await shot(page, 'account');
        await button(page, '重新生成备用码').click();
        const form = dialog(page, '重新生成备用码');
        await form.getByLabel('验证码').fill(codes[0]);
        await submit(form).click();
        await form.getByText('已经用过').waitFor();
        await form.getByLabel('验证码').fill(codes[1]);
        await submit(form).click();
        await form.getByText('只在这里显示这一次').waitFor();
        must(
          (await shownCodes(form)).every((code) => !codes.includes(code)),
          'they are new',
        );
        await form.getByLabel('我已经抄好或打印好').check();
        await button(form, '完成').click();
        await page.getByText('备用码还有 10 个').waitFor();
        await elsewhere.close();
      } else {
        const page = await open('/accounts/me');
        await page.getByRole('heading', { name: '两步验证' }).waitFor();
        await shot(page, 'account');
        await page.close();
      }
    },

    async 'the audit log'() {
      const page = await open('/accounts/audit');
      await page.getByText('登录 · 开始').first().waitFor();
      const { text } = await api('GET', '/audit/head');
      must(/^\d+:[0-9a-f]{64}$/.test(text), `the end of the log: ${text}`);
      await page.locator('.audit-head code').waitFor();
      await page.getByRole('combobox', { name: '做了什么' }).click({ force: true });
      await page.locator('.ant-select-item-option').filter({ hasText: '被拒绝' }).click();
      await page.getByText('密码不对，来自 127.0.0.1').first().waitFor();
      // The choice of that name stays in the list that opened.
      const others = page.locator('.ant-table-row').filter({ hasText: '登录 · 开始' });
      await until('only what was asked for', async () => (await others.count()) === 0);
      await shot(page, 'audit');
      await page.goto(`${backend.url}/console/accounts/audit`);
      await others.first().waitFor();
      await page.getByLabel('只看碰到个人信息的').check();
      await until('only what touched people', async () => (await others.count()) === 0);
      must(query(page).get('personal') === 'only', 'the choice is in the address');
      await page.close();
    },
  };
}

export function signOutSteps({ backend, context, open, shot, titled, button }) {
  return {
    async 'somebody who tries passwords is told of'() {
      for (let tries = 0; tries < 6; tries += 1) {
        await context.request.post(`${backend.url}/api/v1/staff/sessions`, {
          data: { login: titled('没有这个人'), password: 'wrong horse 1921' },
        });
      }
      const page = await open('/accounts/notices');
      const told = page.getByRole('row').filter({ hasText: '有人在试' }).first();
      await told.getByText('密码错得太多').waitFor();
      await shot(page, 'notices');
      await button(told, '看过了').click();
      await told.waitFor({ state: 'detached' });
      await page.getByText('全部', { exact: true }).click();
      await page.getByRole('row').filter({ hasText: '密码错得太多' }).first().waitFor();
      await page.close();
    },

    async 'signing out'() {
      const page = await open('/meetings');
      await page.locator('button.who').click();
      await button(page, '退出').click();
      await button(page, '登录').waitFor();
      await page.close();
    },
  };
}
