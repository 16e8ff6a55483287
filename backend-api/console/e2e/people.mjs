// People, households and TVs: whoever is registered, found and moved; a list that is mended before it is
// written; a TV that is let in by its code. Called by pages.mjs with what it drives them with.

export function peopleSteps(tools) {
  const {
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
  } = tools;
  const VILLAGE = `P${mark}`;
  const OTHER = `Q${mark}`;
  const village = () => titled('柏树村');
  const other = () => titled('东岭村');
  const own = () => tools.me().organization_code;
  const below = (code, name) =>
    api('POST', '/organizations', { parent_code: own(), kind: 'village', code, name });
  const line = (page, words) => page.locator('.ant-table-row').filter({ hasText: words });
  const members = async (more = '') => {
    const { items } = await api('GET', `/members?organization=${VILLAGE}&limit=200${more}`);
    return items;
  };

  /** Of the tree at the left. */
  const chooseVillage = async (page) => {
    await page.getByLabel('找单位').fill(mark);
    const tree = page.locator('.organization-tree');
    await tree.locator('.ant-tree-node-content-wrapper').filter({ hasText: village() }).click();
    await until('the address names it', () => query(page).get('in') === VILLAGE);
  };
  /** A question: answered, with a reason if one is asked for. */
  const agree = async (page, title, words, reason) => {
    const asked = dialog(page, title);
    if (reason !== undefined) await asked.getByLabel('原因').fill(reason);
    await button(asked, words).click();
    await asked.waitFor({ state: 'detached' });
  };
  /** A TV that shows a code. */
  const waits = async (hardware) => {
    const form = { client_id: 'tv-app', hardware };
    return api('POST', '/enrol/device', undefined, { form });
  };
  const arrives = ({ device_code }) =>
    api('POST', '/enrol/token', undefined, {
      form: {
        client_id: 'tv-app',
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code,
      },
    });

  return {
    async 'a person is registered, seen and moved'() {
      await below(VILLAGE, village());
      await below(OTHER, other());
      const page = await open('/people');
      await chooseVillage(page);
      await page.getByText('这个单位还没有登记人员').waitFor();
      await button(page, '添一个人').click();
      const form = dialog(page, '添一个人');
      await form.getByLabel('姓名').fill('秦素云');
      await form.getByLabel('身份证号（可以不写）').fill('110105194912310021');
      await form.getByLabel('电话（可以不写）').fill('13800000652');
      // What is wrong is said at its field, with the mend; nothing that was typed is lost.
      await field(page, '身份证号（可以不写）').getByText('应是 X，写的是 1').waitFor();
      await shot(page, 'person-wrong');
      await form.getByLabel('身份证号（可以不写）').fill('11010519491231002x');
      await form.getByLabel('户（可以不选）').fill('7 号');
      await opened(page).getByText('新建一户“7 号”').click();
      await form.locator('.ant-select-selection-item').filter({ hasText: '7 号' }).waitFor();
      await form.getByLabel('姓名').click();
      await button(form, '保存').click();
      await form.waitFor({ state: 'detached' });

      const detail = dialog(page, '秦素云');
      await detail.getByText('138****0652').waitFor();
      await detail.getByText('1949-12-31，女').waitFor();
      must(!(await page.content()).includes('13800000652'), 'no whole number on the page');
      await shot(page, 'person');
      await button(detail, '查看完整号码…').click();
      await agree(page, '查看秦素云的完整号码？', '查看', '核对组织关系');
      await detail.getByText('11010519491231002X').waitFor();
      await button(detail, '收起号码').click();

      await button(detail, '重设 PIN…').click();
      await agree(page, '给秦素云重设 PIN？', '重设 PIN');
      const slips = dialog(page, '新 PIN，1 人');
      const pin = await slips.locator('.pin-of b').innerText();
      must(/^\d{3} \d{3}$/.test(pin), `a PIN: ${pin}`);
      await shot(page, 'pin-slip');
      await page.emulateMedia({ media: 'print' });
      must(await page.locator('.slip').isVisible(), 'the slip is printed');
      must(!(await page.locator('.organization-panes').isVisible()), 'and nothing else');
      if (process.env.SHOTS) {
        await page.pdf({ path: `${process.env.SHOTS}/slip.pdf`, preferCSSPageSize: true });
      }
      await page.emulateMedia({ media: null });
      await button(slips, '关掉').click();
      await agree(page, 'PIN 交到了或印好了？', '关掉');

      await button(detail, '转到别的单位…').click();
      const move = dialog(page, '秦素云转到别的单位');
      await place(page, move, '转到哪个单位', other());
      await move.getByLabel('原因').fill('搬到那边去住');
      await button(move, '转过去').click();
      await move.waitFor({ state: 'detached' });
      await detail.getByText(other()).first().waitFor();
      await button(detail, '看转接记录').click();
      await detail.getByRole('list', { name: '转接记录' }).getByText('搬到那边去住').waitFor();

      await button(detail, '登记离开…').click();
      await agree(page, '登记秦素云离开？', '登记离开', '迁往外省');
      await detail.getByText('已离开').first().waitFor();
      await button(detail, '恢复…').click();
      await agree(page, '恢复秦素云？', '恢复', '又搬回来了');
      await button(detail, '登记离开…').waitFor();
      await page.close();
    },

    async 'somebody else changed a person meanwhile'() {
      const member = await api('POST', '/members', {
        organization_code: VILLAGE,
        name: '沈玉梅',
        phone: '13800000653',
      });
      const page = await open(`/people?in=${VILLAGE}&open=${member.id}`);
      const detail = dialog(page, '沈玉梅');
      await button(detail, '修改').click();
      const form = dialog(page, '修改沈玉梅');
      await form.getByLabel('入党日期（可以不写）').fill('2004年6月18日');
      await api(
        'PUT',
        `/members/${member.id}`,
        { organization_code: VILLAGE, name: '沈玉梅', status: 'activist' },
        { version: member.version },
      );
      await button(form, '保存').click();
      await form.locator('.conflict').getByText('积极分子').waitFor();
      await shot(page, 'person-conflict');
      await button(form, '保留我改的，其余用别人的').click();
      await form.waitFor({ state: 'detached' });
      await detail.getByText('2004-06-18').waitFor();
      await detail.getByText('积极分子').first().waitFor();
      const [now] = await members('&name=沈玉梅');
      must(now.phone_masked !== null, 'a number that was not touched is still there');
      await page.close();
    },

    async 'a list is mended in its cells before anything is written'() {
      const before = (await members()).length;
      const page = await open('/people/import/members');
      await page
        .getByLabel('粘贴的表格')
        .fill(
          [
            '清河镇党员名册',
            '组织代码\t姓名\t身份\t身份证号\t电话\t入党日期\t户号\t备注',
            `${VILLAGE}\t石有田\t正式党员\t\t13800000660\t1984-07-06\t3 号\t甲`,
            `${VILLAGE}\t林望春\t正式党员\t110105194912310021\t13800000661\t1977-10-25\t3 号\t`,
            `${VILLAGE}\t姚长安\t正式党员\t\t1.38E+10\t2013-09-19\t6 号\t`,
            `${VILLAGE}\t\t群众\t\t\t\t6 号\t`,
            `${VILLAGE}\t田守信\t好党员\t\t13800000664\t2031-09-19\t1 号\t`,
          ].join('\n'),
        );
      await button(page, '看一看').click();
      await page.getByText('到现在什么都没有改。').waitFor();
      const wrong = page.getByRole('complementary', { name: '问题' });
      await wrong.getByRole('heading', { name: '5 个问题' }).waitFor();
      await wrong.getByRole('button', { name: /D4/ }).click();
      const editor = page.getByRole('form', { name: '改 D4' });
      await editor.getByText('应是 X，写的是 1').waitFor();
      await shot(page, 'import-wrong');
      await editor.getByLabel('D4 的内容').fill('11010519491231002X');
      await button(editor, '改好').click();
      await wrong.getByRole('heading', { name: '4 个问题' }).waitFor();
      await wrong.getByRole('button', { name: /E5/ }).click();
      await page.getByLabel('E5 的内容').fill('13800000662');
      await page.getByLabel('E5 的内容').press('Enter');
      await wrong.getByRole('button', { name: /B6/ }).click();
      await button(page.getByRole('form', { name: '改 B6' }), '这行先不导').click();
      // The server judges what is right by itself: whoever has this number is registered elsewhere.
      await wrong.getByRole('heading', { name: '3 个问题' }).waitFor();
      await button(page, '并排看').click();
      const double = page.getByRole('region', { name: '第 4 行 林望春' });
      await double.getByText('登记过的（别的单位）').waitFor();
      await double.getByText('秦素云').waitFor();
      await shot(page, 'import-doubles');
      await button(double, '是两个人').click();
      await double.getByText('登记成另一个人').waitFor();
      await wrong.getByRole('heading', { name: '2 个问题' }).waitFor();
      must((await members()).length === before, 'nothing is written yet');

      // Without an answer nothing that was mended is lost.
      await button(page, '确认导入 3 行，留下 1 行').waitFor();
      const address = /\/api\/v1\/members\/imports$/;
      await page.route(address, (route) => route.abort());
      await button(page, '确认导入 3 行，留下 1 行').click();
      await agree(page, '写进 3 行？', '写进去');
      await page.getByText('连不上服务器').waitFor();
      await page.unroute(address);
      await page.getByText('到现在什么都没有改。').waitFor();
      await button(page, '确认导入 3 行，留下 1 行').click();
      await agree(page, '写进 3 行？', '写进去');
      await page.getByText('写进了 3 行').waitFor();
      await shot(page, 'import-written');
      must((await members()).length === before + 3, 'three are there');

      // Another page and back: what is left is still there.
      await page.getByRole('link', { name: '人员与户' }).first().click();
      await page.getByRole('heading', { name: '人员与户' }).waitFor();
      await page.goBack();
      await wrong.getByRole('button', { name: /F7/ }).waitFor();
      await wrong.getByRole('button', { name: /F7/ }).click();
      await page.getByLabel('F7 的内容').fill('2013-09-19');
      await page.getByLabel('F7 的内容').press('Enter');
      await wrong.getByRole('button', { name: /C7/ }).click();
      await page.getByLabel('C7 的内容').fill('党员');
      await page.getByLabel('C7 的内容').press('Enter');
      await button(page, '确认导入 1 行').click();
      await agree(page, '写进 1 行？', '写进去');
      await page.getByText('写进了 4 行').waitFor();
      await button(page, '完成').click();
      await agree(page, '放下这张表？', '放下');

      // The last one is taken back as a whole, and written again.
      const past = page.getByRole('region', { name: '可以撤回的导入' });
      await shot(page, 'import-undo');
      await button(past.getByRole('listitem').first(), '撤回…').click();
      await agree(page, '撤回这次导入？', '撤回');
      await past.getByText('撤回了：去掉 1 人').waitFor();
      must((await members()).length === before + 3, 'one is gone again');
      await page.close();
    },

    async 'people are found by pinyin, by number and by what is known of them'() {
      const page = await open(`/people?in=${VILLAGE}`);
      await line(page, '林望春').waitFor();
      await shot(page, 'people');
      const search = page.getByLabel('姓名、拼音、电话后四位');
      await search.fill('lwc');
      await line(page, '石有田').waitFor({ state: 'detached' });
      await line(page, '林望春').waitFor();
      must(query(page).get('q') === 'lwc', 'the address says what is looked for');
      await search.fill('0660');
      await line(page, '石有田').waitFor();
      await search.fill('13800000661');
      await line(page, '林望春').waitFor();
      must(!page.url().includes('138'), 'a number is in no address');
      await search.fill('');
      await line(page, '石有田').waitFor();
      await page.getByRole('combobox', { name: '只看' }).click({ force: true });
      await opened(page).locator('.ant-select-item-option').filter({ hasText: '80 岁' }).click();
      await line(page, '石有田').waitFor({ state: 'detached' });
      must(query(page).get('who') === 'over_80', 'a filter is in the address');
      await button(page, '去掉筛选条件').click();
      await line(page, '石有田').waitFor();
      must(query(page).get('in') === VILLAGE, 'the village stays chosen');

      // Filters that are wanted again are kept under a name, without what was typed.
      await search.fill('lwc');
      await page.getByRole('combobox', { name: '只看' }).click({ force: true });
      await opened(page).locator('.ant-select-item-option').filter({ hasText: '没设 PIN' }).click();
      await button(page, '常用').click();
      const kept = page.locator('.saved-filters');
      await kept.getByLabel('给现在的筛选起个名字').fill('没设 PIN 的');
      await kept.getByRole('button', { name: /存下来/ }).click();
      await kept.getByRole('button', { name: '没设 PIN 的', exact: true }).waitFor();
      await kept.getByText('只存在这台电脑的这个浏览器里').waitFor();
      await shot(page, 'filters-kept');
      const here = `${page.url().split('?')[0]}?in=${VILLAGE}`;
      await page.goto(here);
      await line(page, '石有田').waitFor();
      await button(page, '常用').click();
      await kept.getByRole('button', { name: '没设 PIN 的', exact: true }).click();
      await until('the filter is there again', () => query(page).get('who') === 'no_pin');
      must(query(page).get('q') === null, 'what was typed was not kept');
      await page.goto(here);
      await line(page, '石有田').waitFor();

      // Several at once.
      await page.getByLabel('选择石有田').check();
      await page.getByLabel('选择林望春').check();
      await shot(page, 'people-chosen');
      await button(page, '免点名…').click();
      await agree(page, '这 2 个人以后免点名？', '免点名', '年老体弱');
      await page.getByText('2 人免点名了').waitFor();
      await line(page, '林望春').getByText('免点名 · 年老体弱').waitFor();
      await page.close();
    },

    async 'households and who lives there'() {
      const page = await open(`/people/households?in=${VILLAGE}`);
      await line(page, '3 号').getByText('石有田').waitFor();
      await page.getByLabel('户名、家里人、拼音').fill('syt');
      await line(page, '6 号').waitFor({ state: 'detached' });
      await shot(page, 'households');
      await line(page, '3 号').getByRole('button').click();
      const detail = dialog(page, `${village()} 3 号`);
      await detail.getByText('林望春').waitFor();
      await detail.getByText('没有电视').waitFor();
      await shot(page, 'household');
      await button(detail, '修改').click();
      const form = dialog(page, '修改户');
      await form.getByLabel('户名').fill('33 号');
      await button(form, '保存').click();
      await form.waitFor({ state: 'detached' });
      await dialog(page, `${village()} 33 号`).waitFor();
      await page.close();
    },

    async 'a TV is let in by its code and given to a household'() {
      const box = await waits(titled('客厅'));
      const page = await open('/terminals');
      const panel = page.getByRole('region', { name: '新电视等登记' });
      await panel.getByLabel('或者照电视上打登记码').fill(box.user_code.replace('-', ' '));
      await panel.getByText('先对一对').waitFor();
      await place(page, panel, '哪个村（单位）', village());
      await panel.getByLabel('哪一户（打姓名、户号都行，拼音也行）').fill('lwc');
      await panel.locator('.enrol-households').getByText('33 号').click();
      await shot(page, 'enrol');
      await button(panel, `登记到 ${village()} 33 号`).click();
      await panel.getByText('已登记为').waitFor();
      const { access_token } = await arrives(box);

      await page.getByLabel('名称、村、拼音').fill(mark);
      await line(page, `${village()} 33 号`).waitFor();
      await shot(page, 'terminals');
      // It says itself that it keeps nothing.
      const asked = await page.evaluate(async (token) => {
        const headers = { authorization: `Bearer ${token}`, 'terminal-storage': 'nothing' };
        return (await fetch('/api/v1/feed', { headers, credentials: 'omit' })).status;
      }, access_token);
      must(asked === 200, `the feed says ${asked}`);
      await page.reload();
      await line(page, `${village()} 33 号`).getByText('什么都存不下').waitFor();
      await page.getByRole('combobox', { name: '只看' }).click({ force: true });
      await opened(page).locator('.ant-select-item-option').filter({ hasText: '存储' }).click();
      await line(page, `${village()} 33 号`).waitFor();
      must(query(page).get('state') === 'storage', 'the filter is in the address');
      await shot(page, 'terminals-storage');
      await page.goto(`${page.url().split('?')[0]}?q=${mark}`);
      await line(page, `${village()} 33 号`).waitFor();
      await line(page, `${village()} 33 号`).getByRole('button').click();
      const detail = page.getByRole('dialog').filter({ hasText: '最后在线' });
      await detail.getByText('石有田、林望春').or(detail.getByText('林望春、石有田')).waitFor();
      await shot(page, 'terminal');
      await button(detail, '修改').click();
      const form = dialog(page, '修改电视');
      await form.getByLabel('名称').fill(titled('堂屋'));
      await button(form, '保存').click();
      await form.waitFor({ state: 'detached' });
      await detail.getByText(titled('堂屋')).waitFor();
      // Its household was not written, and is still its own.
      await detail.getByText('33 号').waitFor();

      // Another box for the same household: only if that is said.
      const second = await waits('');
      await button(detail, '关闭').click();
      await detail.waitFor({ state: 'detached' });
      await panel.getByLabel('或者照电视上打登记码').fill(second.user_code);
      await place(page, panel, '哪个村（单位）', village());
      await panel.locator('.enrol-households').getByText('33 号').click();
      must(await button(panel, '同意登记').isDisabled(), 'a TV is not taken away by the way');
      await panel.getByText('先确认换掉旧的').waitFor();
      await button(panel, '不认得这台，拒绝…').click();
      await agree(page, `拒绝 ${second.user_code.replace('-', ' ')}？`, '拒绝');
      await panel.getByText('已拒绝').waitFor();

      await line(page, titled('堂屋')).getByRole('button').click();
      await button(detail, '停用…').click();
      await agree(page, `停用“${titled('堂屋')}”？`, '下一步…');
      await agree(page, '第二步：确认停用', '停用');
      await detail.getByText('已停用').first().waitFor();
      await page.close();
    },

    async 'a TV is let in at a telephone'() {
      const box = await waits('');
      const page = await open('/terminals/enrol');
      await page.setViewportSize({ width: 390, height: 844 });
      const panel = page.getByRole('region', { name: '新电视等登记' });
      await panel.getByLabel('或者照电视上打登记码').fill(box.user_code);
      await panel.getByText('先对一对').waitFor();
      await place(page, panel, '哪个村（单位）', village());
      await panel.getByText('以后再选户').click();
      await panel.getByLabel('电视的名称').fill(titled('新电视'));
      if (process.env.SHOTS) {
        await page.screenshot({ path: `${process.env.SHOTS}/enrol-phone.png`, fullPage: true });
      }
      await button(panel, `登记到 ${village()}`).click();
      await panel.getByText('已登记为').waitFor();
      await page.close();
    },

    async 'two entries of one person stand beside each other'() {
      const twice = { name: '田守信', id_number: '440524188001010014' };
      await api('POST', '/members', { ...twice, organization_code: VILLAGE });
      await api('POST', '/members', { ...twice, organization_code: OTHER, status: 'activist' });
      const page = await open('/people/duplicates');
      const group = page
        .locator('.duplicate')
        .filter({ hasText: '田守信' })
        .filter({ hasText: other() })
        .first();
      await button(group, '并排看').click();
      await group.locator('.duplicate-differs').filter({ hasText: '身份' }).first().waitFor();
      await shot(page, 'duplicates');
      await button(group, '登记离开…').first().click();
      await agree(page, '登记田守信离开？', '登记离开', '重复登记');
      await page.close();
    },
  };
}
