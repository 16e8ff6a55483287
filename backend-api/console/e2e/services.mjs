// One-key service, confidential reports, categories and figures: what a television asks and what staff do
// with it on the pages. Called by pages.mjs with what it drives them with.
import { randomUUID } from 'node:crypto';

import { silence } from './ogg.mjs';

export function serviceSteps(tools) {
  const {
    backend,
    open,
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
    opened,
    place,
    choose,
  } = tools;
  const row = (page, words) => page.locator('.request-row').filter({ hasText: words });
  const pane = (page) => page.getByRole('region', { name: '打开的一件' });
  const reply = (one) => one.getByRole('textbox', { name: '答复', exact: true });

  /** What is asked, and what is told in confidence: no page of anybody else may have that. */
  const DRY = titled('自来水停了两天');
  const POLE = titled('电线杆歪了');
  const ROAD = titled('西头的路该修了');
  const SECRET = titled('村里的账不清楚');
  /** Codes of what is made here. */
  const VILLAGE = `V${mark}`;
  const WATER = `W${mark}`;
  const INSPECTION = `I${mark}`;
  const own = () => tools.me().organization_code;
  const below = (kind, code, name) =>
    api('POST', '/organizations', { parent_code: own(), kind, code, name });

  /** A television at somebody's home, admitted as staff do it; its token. */
  async function tv() {
    const household = await api('POST', '/households', {
      organization_code: VILLAGE,
      name: titled('望河村 3 号'),
    });
    await api('POST', '/members', {
      organization_code: VILLAGE,
      name: '孟秀英',
      status: 'villager',
      phone: '13800000652',
      household_id: household.id,
    });
    const client = { client_id: 'tv-app' };
    const form = { ...client, hardware: titled('家里的电视') };
    const asked = await api('POST', '/enrol/device', undefined, { form });
    await api('POST', `/enrolments/${asked.user_code}/approve`, {
      organization_code: VILLAGE,
      kind: 'household',
      name: titled('望河村 3 号'),
      household_id: household.id,
    });
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
    const admitted = await api('POST', '/enrol/token', undefined, {
      form: { ...client, grant_type, device_code: asked.device_code },
    });
    return admitted.access_token;
  }

  let token;
  /** What a television sends, or asks for. */
  async function byTv(method, path, data) {
    const answer = await fetch(`${backend.url}/api/v1/terminal${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(data === undefined
          ? {}
          : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
      },
      ...(data === undefined ? {} : { body: JSON.stringify(data) }),
    });
    must(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer.status === 204 ? null : answer.json();
  }
  const phone = { of: 'typed', number: '13800000652' };
  const category = async (title) => {
    const { items } = await api('GET', '/categories?limit=200');
    return items.find(({ draft }) => draft.title === title);
  };

  return {
    async 'categories of one-key service'() {
      await below('village', VILLAGE, titled('望河村'));
      await below('office', WATER, titled('镇水利站'));
      await below('office', INSPECTION, titled('镇纪检办公室'));
      const page = await open('/services/categories');
      await button(page, '新建类别').click();
      const form = dialog(page, '新建类别');
      await form.getByLabel('名称').fill(titled('用水'));
      await form.getByLabel('代码').fill(`water-${mark}`);
      await form.getByLabel('电视上的数字键').fill('8');
      await place(page, form, '哪里的人可以用', titled('望河村'));
      await place(page, form, '谁来答复', tools.me().organization.name);
      await form.getByLabel('常说的话').fill(`${DRY}\n${POLE}`);
      await form.getByLabel('常用答复').fill('水利站的人已经出发。');
      await form.getByLabel('多久以内答复').fill('721');
      await button(form, '保存').click();
      await field(page, '多久以内答复').locator('.ant-form-item-explain-error').waitFor();
      await form.getByLabel('多久以内答复').fill('24');
      await shot(page, 'category');
      await button(form, '保存').click();
      await form.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: titled('用水') }).waitFor();
      await shot(page, 'categories');
      for (const [kind, title, digit, office_code] of [
        ['confidential', titled('举报'), 9, INSPECTION],
        ['suggestion', titled('建议'), 0, own()],
      ]) {
        await api(
          'PUT',
          `/categories/${kind}-${mark}`,
          { organization_code: VILLAGE, digit, title, kind, office_code, response_hours: 48 },
          { version: 0 },
        );
      }
      await page.close();
    },

    async 'a request is heard and answered'() {
      token = await tv();
      const { id: category_id } = await category(titled('用水'));
      const { id } = await byTv('POST', '/requests', {
        category_id,
        phone,
        sentences: [DRY],
        voice: { ogg_base64: silence(3).toString('base64'), length_ms: 3000 },
      });
      const page = await open('/services');
      await page.getByRole('navigation', { name: '主要页面' }).getByText('服务与评议').waitFor();
      await row(page, DRY).getByRole('button').click();
      must(query(page).get('open') === id, 'the address names what is open');
      const one = pane(page);
      await one.getByText(titled('望河村 3 号')).waitFor();
      await one.getByRole('heading', { name: DRY }).waitFor();

      // The number is masked until somebody says why they want it.
      must(!(await one.innerText()).includes('13800000652'), 'the number is masked');
      await button(one, '看全号…').click();
      const why = dialog(page, '看完整的电话号码？');
      await button(why, '看号码').click();
      await why.getByText('请写明原因').waitFor();
      await why.getByLabel('原因').fill('给本人回电话');
      await button(why, '看号码').click();
      await one.getByText('13800000652').waitFor();

      // What was said can be heard.
      await one.getByRole('button', { name: '听一听 3 秒' }).click();
      const audio = one.locator('audio');
      await audio.waitFor();
      await until('the recording is played', () =>
        audio.evaluate((heard) => heard.duration > 2.5 && heard.currentTime > 0),
      );
      await one.getByText('为什么是这个期限').click();
      await one.locator('.request-why li').first().waitFor();

      // A draft outlives a reload.
      await choose(page, '常用话', '水利站的人已经出发');
      await reply(one).press('End');
      await reply(one).pressSequentially('上午十点前到。');
      await one.getByText('草稿自己存好了').waitFor();
      await page.reload();
      const text = reply(one);
      await text.waitFor();
      must((await text.inputValue()).includes('上午十点前到'), 'the draft is there again');
      await shot(page, 'request');

      // Somebody else does something meanwhile: it is read before anything is sent.
      const { version } = await api('GET', `/requests/${id}`);
      await api(
        'POST',
        `/requests/${id}/acts`,
        { act: 'note', text: titled('已和老周说好') },
        { version },
      );
      await button(one, '发出答复').click();
      await one.getByText('您写的时候，这件事有了变化').waitFor();
      await one.locator('.request-notice').getByText(titled('已和老周说好')).waitFor();
      await shot(page, 'request-moved');
      await button(one, '看过了').click();
      await one.getByLabel('办完了，请本人确认').check();
      await button(one, '发出答复').click();
      await one.getByText('等本人确认').first().waitFor();
      await until('it was sent', async () => (await reply(one).inputValue()) === '');
      await page.getByText(/^等回音 [1-9]/).click();
      await row(page, DRY).waitFor();
      must(query(page).get('group') === 'waiting', 'the address names the group');
      await shot(page, 'request-answered');

      // The asker says that it is not solved: it is to be done again, higher.
      const { requests } = await byTv('GET', '/requests');
      const { history } = requests.find((other) => other.id === id);
      await byTv('POST', `/requests/${id}/verdict`, {
        solved: 'no',
        satisfaction: 2,
        about: history[history.length - 1].number,
      });
      await one.getByText('没解决，重办').first().waitFor();
      await one.getByText('没有解决，满意度：不太满意').waitFor();
      await page.close();
    },

    async 'a request goes to another office'() {
      const { id: category_id } = await category(titled('用水'));
      for (const sentences of [[POLE], [DRY]]) {
        await byTv('POST', '/requests', { category_id, phone, sentences });
      }
      const page = await open('/services');
      await row(page, POLE).getByRole('button').click();
      const one = pane(page);
      await one.getByText('只记一笔').click();
      await one.getByLabel('记的内容').fill(titled('先问问供电所'));
      await button(one, '记下').click();
      await one.locator('p', { hasText: titled('先问问供电所') }).waitFor();
      await one.getByText('打过电话').click();
      await button(one, '记下这次电话').click();
      await one.getByText('请选打通了没有').waitFor();
      await one.getByLabel('没打通').check();
      await button(one, '记下这次电话').click();
      await one.getByText('没有接通').waitFor();
      await one.getByText('转办', { exact: true }).click();
      await one.getByLabel('为什么转').fill('归水利站管');
      await button(one, '转过去').click();
      await one.getByText('请选转给谁').waitFor();
      // They are many: only those that are called so are there.
      await one.getByRole('combobox', { name: '转给谁' }).click({ force: true });
      await one.getByRole('combobox', { name: '转给谁' }).fill(titled('镇水利站'));
      await opened(page).locator('.ant-select-item-option').first().click();
      await shot(page, 'request-pass-on');
      await button(one, '转过去').click();
      await one.getByText(/转给.*归水利站管/).waitFor();
      await one.getByText('已转').first().waitFor();
      await page.getByText(/^要回电话 [1-9]/).click();
      await row(page, POLE).waitFor();

      // Two that say the same become one.
      await page.getByText(/^要办的/).click();
      await row(page, DRY).first().getByRole('button').click();
      await one.getByRole('button', { name: '更多' }).click();
      await page.getByRole('menuitem', { name: '合并…' }).click();
      await one.locator('.request-similar').getByRole('radio').first().check();
      await shot(page, 'request-merge');
      await button(one, '合并').click();
      await one.getByText('已合并').first().waitFor();
      await shot(page, 'request-merged');

      // Nothing is found, and the filter is taken off.
      await page.getByLabel('按编号或内容查找').fill('没有这样的话');
      await page.getByText('没有符合条件的').waitFor();
      await button(page, '去掉筛选条件').click();
      await row(page, POLE).or(row(page, DRY)).first().waitFor();
      await page.close();
    },

    async 'a suggestion is answered in public'() {
      const { id: category_id } = await category(titled('建议'));
      await byTv('POST', '/requests', {
        category_id,
        phone: { of: 'none' },
        sentences: [ROAD],
        may_be_public: true,
      });
      const page = await open('/services/suggestions');
      await row(page, ROAD).getByRole('button').click();
      const one = pane(page);
      await reply(one).fill('开春就修，已列入计划。');
      await one.getByLabel('办完了，请本人确认').check();
      await button(one, '发出答复').click();
      await one.getByText('等本人确认').first().waitFor();
      await one.getByRole('button', { name: '更多' }).click();
      await page.getByRole('menuitem', { name: '公开…' }).click();
      await button(one, '公开').click();
      await one.getByText('请写公开时的标题').waitFor();
      await one.getByLabel('公开时的标题').fill(titled('希望修通西头的路'));
      await page.getByRole('combobox', { name: '放在哪个栏目' }).click({ force: true });
      await page.locator('.ant-select-dropdown:visible .ant-select-item-option').first().click();
      await button(one, '公开').click();
      await one.getByText('公开了问题和答复').waitFor();
      const { items } = await api('GET', '/bulletins?state=published&limit=200');
      const shown = items.find(({ draft }) => draft.title.includes(titled('希望修通西头的路')));
      must(shown !== undefined, 'it is a bulletin');
      must(!JSON.stringify(shown).includes('孟秀英'), 'it names nobody');
      await shot(page, 'suggestion');
      await page.close();
    },

    async 'a confidential report is nobody else’s'() {
      const { id: category_id } = await category(titled('举报'));
      const number = String(Date.now()).slice(-10);
      await byTv('POST', '/reports', {
        category_id,
        number,
        pin: '402817',
        phone: { of: 'none' },
        sentences: [SECRET],
      });
      // The administrator of the platform learns nothing of it.
      const page = await open('/services');
      await row(page, POLE).or(page.locator('.ant-empty')).first().waitFor();
      must(
        (await page.getByRole('link', { name: '举报投诉' }).count()) === 0,
        'there is no way to it',
      );
      for (const part of [
        '/services',
        '/services?group=ended',
        '/statistics',
        '/',
        '/accounts/audit',
        '/services/reports',
      ]) {
        await page.goto(`${backend.url}/console${part}`);
        await page.locator('.frame-page h1').waitFor();
        await until('it is read', async () => (await page.getByText('正在读取').count()) === 0);
        must(!(await page.locator('body').innerText()).includes(SECRET), `${part} has it`);
      }
      await page.getByText('没有这个页面').first().waitFor();
      await page.close();

      const office = await tools.signedIn(INSPECTION, 'office_publisher');
      const figures = await open('/services', office);
      await figures.getByRole('link', { name: '举报投诉' }).click();
      // What was told stands in no list, not even there.
      await figures.locator('.request-row').first().getByRole('button').click();
      const one = pane(figures);
      await one.getByText(`编号 ${number}`).waitFor();
      await one.locator('.request-history').getByText(SECRET).waitFor();
      await reply(one).fill('已收到，会依规核实。');
      await one.getByText('举报的草稿不存下来').waitFor();
      must(
        await figures.evaluate(
          () => !Object.values(localStorage).some((kept) => kept.includes('核实')),
        ),
        'nothing of it is kept in the browser',
      );
      await shot(figures, 'report');
      await button(one, '发出答复').click();
      await one.locator('p', { hasText: '已收到，会依规核实。' }).waitFor();
      // It is in no other list of theirs, either.
      await tools.room(figures, '服务与评议').click();
      await figures.locator('.request-row, .ant-empty').first().waitFor();
      must((await row(figures, SECRET).count()) === 0, 'it is in no other list');
      await tools.room(figures, '统计').click();
      await figures.getByRole('region', { name: '合计' }).waitFor();
      must(
        (await figures.getByText(titled('举报')).count()) === 0,
        'fewer than five are in no figure',
      );
      await office.close();
    },

    async 'figures of a month'() {
      const page = await open('/statistics');
      const total = page.getByRole('region', { name: '合计' });
      await total.getByText(tools.me().organization.name).waitFor();
      await page.getByRole('region', { name: '按类别' }).getByText(titled('用水')).waitFor();
      await page.getByRole('region', { name: '按地方' }).getByRole('row').nth(1).waitFor();
      await shot(page, 'statistics');
      const [table] = await Promise.all([
        page.waitForEvent('download'),
        button(page, '下载这个月的表').click(),
      ]);
      must(/\d{4}-\d{2}\.xlsx$/.test(table.suggestedFilename()), table.suggestedFilename());
      await page.getByRole('combobox', { name: '月份' }).click({ force: true });
      await page.locator('.ant-select-dropdown:visible .ant-select-item-option').nth(1).click();
      await page.getByText('这个月没有').first().waitFor();
      must(query(page).get('month') !== null, 'the address names the month');

      // A category is taken off the televisions.
      await page.goto(`${backend.url}/console/services/categories`);
      const line = page.getByRole('row').filter({ hasText: titled('用水') });
      await button(line, '撤下…').click();
      await button(dialog(page, `撤下“${titled('用水')}”？`), '撤下').click();
      await line.waitFor({ state: 'detached' });
      await page.close();
    },
  };
}
