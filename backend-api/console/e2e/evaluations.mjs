// An evaluation from its questions to its result, with ballots on paper that two people read. Called by
// pages.mjs with what it drives the pages with.

/** As it is copied from a spreadsheet. */
const QUESTIONS = [
  '水利站今年的服务，您满意吗？\t等级\t满意、基本满意、不满意、不了解',
  '停过几次水？\t数字\t0\t30\t次',
  '最该改什么？\t多选\t修水快一点、说话和气一点、按时公布水价',
].join('\n');

export function evaluationSteps(tools) {
  const { open, shot, api, must, titled, mark, dialog, button, query } = tools;
  const title = () => titled('水利站服务评议');
  const VILLAGE = `E${mark}`;
  const village = () => titled('纸坊村');
  const agree = (page, question, words) => button(dialog(page, question), words).click();
  // A button that was busy may keep “loading” in its name.
  const save = (form) => form.locator('.ant-drawer-footer .ant-btn-primary').click();
  let id;

  return {
    async 'an evaluation is written, announced and opened'() {
      await api('POST', '/organizations', {
        parent_code: tools.me().organization_code,
        kind: 'village',
        code: VILLAGE,
        name: village(),
      });
      for (let n = 1; n <= 6; n += 1) {
        await api('POST', '/members', {
          organization_code: VILLAGE,
          name: titled(`纸票${n}`),
          status: 'full',
        });
      }
      const page = await open('/services/evaluations');
      await button(page, '新评议').click();
      const form = dialog(page, '新评议');
      await form.getByLabel('名称').fill(title());
      // Without a question it is not kept, and the server says so where questions stand.
      await save(form);
      const none = form.locator('.ant-form-item-explain-error').getByText('至少要有一道题');
      await none.waitFor();
      await button(form, '从表格粘贴…').click();
      const pasting = dialog(page, '从表格粘贴题目');
      await pasting.getByLabel('粘贴的题目').fill('满意吗\t打星\t1\t2');
      await pasting.getByText('类型“打星”不认识').waitFor();
      must(await button(pasting, '接在后面').isDisabled(), 'what cannot be read is not taken');
      await pasting.getByLabel('粘贴的题目').fill(QUESTIONS);
      await pasting.getByText('读到 3 道题').waitFor();
      await button(pasting, '接在后面').click();
      await pasting.waitFor({ state: 'detached' });
      await form.locator('.builder-questions > li').nth(2).waitFor();
      // What was said of no questions is not said of three.
      await none.waitFor({ state: 'detached' });
      await shot(page, 'evaluation-form');
      await save(form);
      await page.getByRole('heading', { name: title() }).first().waitFor();
      id = new URL(page.url()).pathname.split('/').pop();
      await page.getByText('起草中').waitFor();
      await page.getByText('停过几次水？').waitFor();
      await shot(page, 'evaluation-draft');

      // Its questions can be changed until they are announced.
      await button(page, '修改').click();
      const change = dialog(page, '修改评议');
      await change.getByRole('button', { name: /停过几次水？/ }).click();
      const asked = await change.getByLabel('问什么').inputValue();
      must(asked === '停过几次水？', `the question is there: ${asked}`);
      await change.getByLabel('说明').fill('结果在电视上公布。');
      await save(change);
      await change.waitFor({ state: 'detached' });
      await page.getByText('结果在电视上公布。').waitFor();

      await button(page, '预告…').click();
      await agree(page, '现在预告？', '预告');
      await page.getByText('已预告').waitFor();
      await page.getByText('题目的指纹').waitFor();
      await button(page, '现在开始…').click();
      await agree(page, '现在就开始？', '开始');
      await page.getByText('正在进行').waitFor();
      await page.getByText('名单的指纹').waitFor();
      await shot(page, 'evaluation-open');
      await page.close();
    },

    async 'questions are built, moved and seen as on the television'() {
      const page = await open('/services/evaluations');
      await button(page, '新评议').click();
      const form = dialog(page, '新评议');
      await form.getByLabel('名称').fill(titled('一道一道写'));
      await button(form, '选一个').click();
      await form.getByLabel('问什么').fill('总的看，办得好吗？');
      await form.getByLabel('选项 1', { exact: true }).fill('好');
      await form.getByLabel('选项 2', { exact: true }).fill('好');
      await button(form, '挑几句话').click();
      await form.getByLabel('问什么').fill('哪里不好？');
      await form.getByLabel('句子 1', { exact: true }).fill('太慢');
      await form.getByLabel('句子 2', { exact: true }).fill('没人管');
      // What is wrong stands at its question, which opens.
      await save(form);
      const fault = form.locator('.builder-open .builder-fault');
      await fault.getByText('有两个选项一样').waitFor();
      must((await form.getByLabel('问什么').inputValue()).startsWith('总的看'), 'it is open');
      await form.getByLabel('选项 2', { exact: true }).fill('不好');
      await fault.waitFor({ state: 'detached' });

      // The second is asked only after 不好.
      await form.getByRole('button', { name: /哪里不好？/ }).click();
      const pick = async (label, option) => {
        // What is chosen already lies over it.
        await form.getByRole('combobox', { name: label }).click({ force: true });
        await page
          .locator('.ant-select-dropdown:visible .ant-select-item-option')
          .filter({ hasText: option })
          .click();
      };
      await pick('什么时候问', '第 1 题这样答了');
      await pick('选了哪几项', '不好');
      await page.keyboard.press('Escape');

      // Each under its digit, one a screen.
      const tv = form.locator('.tv');
      await tv
        .locator('.tv-cells li', { hasText: '太慢' })
        .getByText('1', { exact: true })
        .waitFor();
      await tv.getByText('第 2 题，共 2 题').waitFor();
      await tv.getByRole('button', { name: '上一屏' }).click();
      await tv.getByText('总的看，办得好吗？').waitFor();
      await tv.getByText('100 %').click();
      await shot(page, 'evaluation-builder');

      // Copied, moved by the keys, and taken out again.
      await button(form, '复制').click();
      must((await form.locator('.builder-questions > li').count()) === 3, 'it is copied');
      await form.getByLabel('问什么').press('Alt+ArrowDown');
      const third = form.locator('.builder-questions > li').nth(2);
      await third.getByText('总的看，办得好吗？').waitFor();
      await third.getByRole('button', { name: /删掉…/ }).click();
      await agree(page, '删掉第 3 题？', '删掉');
      await form.locator('.builder-questions > li').nth(2).waitFor({ state: 'detached' });

      // A file of the content folder has questions, too; what is wrong in one is said with its line.
      const file = form.locator('.ant-upload input[type=file]');
      const toml = (kind) => `[[题目]]\n题目 = 一年去几次？\n类型 = ${kind}\n最小 = 0\n最大 = 9\n`;
      const sent = (kind) => ({
        name: '问卷.toml',
        mimeType: 'application/toml',
        buffer: Buffer.from(toml(kind)),
      });
      await file.setInputFiles(sent('打星'));
      await form.getByText('第 3 行：类型“打星”不认识').waitFor();
      await file.setInputFiles(sent('数字'));
      await form.getByRole('button', { name: /一年去几次？/ }).waitFor();
      await save(form);
      await page
        .getByRole('heading', { name: titled('一道一道写') })
        .first()
        .waitFor();
      await page.getByText('只有第 1 题选了 2 才问').waitFor();
      await shot(page, 'evaluation-built');
      await page.close();
    },

    async 'ballots on paper are read by two people'() {
      const page = await open(`/services/evaluations/${id}`);
      for (let n = 1; n <= 6; n += 1) {
        const name = titled(`纸票${n}`);
        await page.getByLabel('谁用纸投票').fill(name);
        await page
          .locator('.ant-select-dropdown:visible .ant-select-item-option')
          .filter({ hasText: name })
          .click();
        await page.getByRole('button', { name: /登\s*记$/ }).click();
        await page.getByText(`${name}（${village()}）已登记为用纸投票`).waitFor();
      }
      await page.getByText('登记了 6 个人用纸投票').waitFor();

      /** One sheet, by the keyboard: a digit a question, Enter where more can follow, Enter to hand it in. */
      const read = async (where, sheet, keys) => {
        const form = dialog(where, '录一张纸质票');
        if (!(await form.isVisible())) await button(where, '录一张纸质票…').click();
        await form.getByLabel('纸上的编号').fill(String(sheet));
        await form.getByLabel('在这里按数字').focus();
        for (const key of keys) await where.keyboard.press(key);
        return form;
      };
      const SAME = ['1', '2', 'Enter', '1', '3', 'Enter', 'Enter'];
      const first = await read(page, 1, ['4', ...SAME.slice(1)]);
      await first.getByText('第 1 张：第一遍录好了').waitFor();
      await shot(page, 'paper-first');
      const wrong = await read(page, 2, ['9']);
      await wrong.getByText('只有 1 到 4').waitFor();
      await button(wrong, '这张重来').click();

      const second = await tools.signedIn(tools.me().organization_code, 'branch_secretary');
      const other = await open(`/services/evaluations/${id}`, second);
      const differs = await read(other, 1, SAME);
      await differs.getByText('两遍录的不一样').waitFor();
      await shot(other, 'paper-differs');
      for (let sheet = 1; sheet <= 6; sheet += 1) {
        const mine = await read(page, sheet, SAME);
        await mine.getByText(`第 ${sheet} 张：第一遍录好了`).waitFor();
      }
      for (let sheet = 1; sheet <= 6; sheet += 1) {
        const theirs = await read(other, sheet, SAME);
        await theirs.getByText(`第 ${sheet} 张：两遍录的一样`).waitFor();
      }
      await shot(other, 'paper-matches');
      await second.close();
      await page.close();
    },

    async 'an evaluation is closed, and its result seen'() {
      const page = await open(`/services/evaluations/${id}`);
      await page.getByText('算数的有 6 张').waitFor();
      const before = await page.locator('.frame-page').innerText();
      must(!/\d 票/.test(before), 'no figure of any answer before the close');
      await button(page, '现在截止…').click();
      await shot(page, 'evaluation-close');
      await agree(page, '现在截止并计票？', '截止');
      await page.getByRole('heading', { name: '结果', exact: true }).waitFor();
      await page.getByText('已截止').first().waitFor();
      await shot(page, 'evaluation-result');
      await page.getByText('表', { exact: true }).click();
      await page.getByRole('columnheader', { name: '选项' }).first().waitFor();

      // Another one like it, at another time.
      await button(page, '照这个再办一次…').click();
      const form = dialog(page, '新评议');
      await form.getByLabel('名称').fill(titled('明年再评'));
      await save(form);
      await page
        .getByRole('heading', { name: titled('明年再评') })
        .first()
        .waitFor();
      await button(page, '取消…').click();
      const why = dialog(page, '取消它？');
      await why.getByLabel('原因').fill('先不办了');
      await button(why, '取消评议').click();
      await page.getByText('已取消').first().waitFor();
      await page.getByRole('link', { name: '评议与问卷' }).first().click();
      await page.getByRole('link', { name: title() }).waitFor();
      must(query(page).get('open') === null, 'the list is whole');
      await shot(page, 'evaluations');
      await page.close();
    },
  };
}
