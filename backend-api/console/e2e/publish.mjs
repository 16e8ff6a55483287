// 发布 and 节目: a bulletin is written, kept, written by two, handed in, returned, published and withdrawn.
// Called by pages.mjs with what it drives the pages with.
import { documentSteps } from './documents.mjs';
import { filmSteps } from './films.mjs';
import { submissionSteps } from './submissions.mjs';

export function publishSteps(tools) {
  const { open, shot, api, must, until, titled, dialog, button, query, choose } = tools;
  const row = (page, title) => page.locator('.bulletins .ant-table-row').filter({ hasText: title });
  const paragraph = (page, n) => page.getByRole('textbox', { name: `正文第 ${n} 段` });
  const checks = (page) => page.getByRole('region', { name: '检查' });
  const preview = (page) => page.getByRole('region', { name: '电视上的样子' });
  /** Puts something on the clipboard of a field, as an office program would. */
  const paste = (field, html, text) =>
    field.evaluate(
      (element, [as, plain]) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/html', as);
        clipboardData.setData('text/plain', plain);
        element.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
        );
      },
      [html, text],
    );
  let list;
  /** A list that bulletins stand in. */
  async function place() {
    if (list) return list;
    const { sections } = await api('GET', '/township');
    list = sections.flatMap(({ listings }) => listings).find(({ kind }) => kind === 'bulletins');
    return list;
  }
  async function draft(words, change = {}) {
    const code = tools.me().organization_code;
    return api('POST', '/bulletins', {
      list: (await place()).id,
      organization_code: code,
      audience_code: code,
      title: titled(words),
      body: [
        { type: 'paragraph', text: '第一段。' },
        { type: 'paragraph', text: '第二段。' },
      ],
      ...change,
    });
  }
  const now = (id) => api('GET', `/bulletins/${id}`);
  const step = async (id, name) =>
    api('POST', `/bulletins/${id}/${name}`, undefined, { version: (await now(id)).version });

  /** Checked by the rule of GB 11643; it is nobody's. */
  const ID = '11010519491231002X';
  const TABLE =
    '<table><tr><td colspan="2">十一月支出</td></tr><tr><th>项目</th><th>金额（元）</th></tr>' +
    '<tr><td>水电费</td><td>1,690.20</td></tr><tr><td>办公费</td><td>1,204.50</td></tr></table>';

  return {
    async 'a bulletin is written, and numbers of people are masked'() {
      const title = titled('医保缴费的通知');
      const page = await open('/publish');
      await button(page, '写一条').click();
      await page.getByRole('textbox', { name: '标题', exact: true }).fill(title);
      await choose(page, '放在哪个栏目', (await place()).title);
      await paragraph(page, 1).fill('请大家尽早办理。');
      await paragraph(page, 1).press('Enter');
      await paragraph(page, 2).pressSequentially('# 缴费办法');
      must((await paragraph(page, 2).inputValue()) === '缴费办法', 'a heading by its sign');
      await paragraph(page, 2).press('Enter');
      await paste(paragraph(page, 3), TABLE, '十一月支出\t\n项目\t金额（元）');
      await page.getByText('粘贴的表格已转好：2 列 3 行').waitFor();
      must(
        (await page.getByRole('textbox', { name: '表格的题目' }).inputValue()) === '十一月支出',
        'the line over the table is its title',
      );
      await preview(page).getByRole('cell', { name: '1,690.20' }).waitFor();
      await paragraph(page, 4).fill(`代办人 刘玉兰，身份证 ${ID}，请带户口簿。`);
      await checks(page).getByText('正文第 4 段有一个身份证号').waitFor();
      must(await page.locator('mark.number').first().isVisible(), 'it is marked where it stands');
      must(await button(page, '提交审核').isDisabled(), 'nobody hands a number in');
      await page.getByText('先处理 1 个号码').waitFor();
      await shot(page, 'bulletin-number');
      await button(checks(page), '打上星号').click();
      must(
        (await paragraph(page, 4).inputValue()).includes('110105********002X'),
        'it is masked where it stands',
      );
      await preview(page).getByText('150 %', { exact: true }).click();
      await shot(page, 'bulletin-written');
      await button(page, '提交审核').click();
      await page.waitForURL(/\/publish\?open=/);
      await dialog(page, title).getByText('待审').first().waitFor();
      await shot(page, 'bulletin-submitted');
      const id = query(page).get('open');
      const { draft: kept, state } = await now(id);
      must(state === 'submitted', `it waits: ${state}`);
      must(!JSON.stringify(kept).includes(ID), 'no number came to the server');
      must(kept.body[2].numeric[1] === true, 'figures are flush right');
      await page.close();
    },

    async 'what was written survives the browser'() {
      const title = titled('没有写完的');
      const first = await open('/publish');
      await button(first, '写一条').click();
      await first.getByRole('textbox', { name: '标题', exact: true }).fill(title);
      await paragraph(first, 1).fill('写到一半，停电了。');
      await until('it is kept', () =>
        first.evaluate(
          (words) => Object.values(localStorage).some((one) => one.includes(words)),
          title,
        ),
      );
      await first.close();
      const page = await open('/publish');
      const left = page.locator('.bulletin-left').getByRole('alert').filter({ hasText: title });
      await left.getByRole('link', { name: '接着写' }).click();
      must((await paragraph(page, 1).inputValue()) === '写到一半，停电了。', 'it is there again');

      // Of what the server has, what differs is shown first.
      const { id } = await draft('改到一半');
      await page.goto(page.url().replace(/publish.*/, `publish/${id}/edit`));
      await paragraph(page, 2).fill('改过的第二段。');
      await until('it is kept', () =>
        page.evaluate(() =>
          Object.values(localStorage).some((one) => one.includes('改过的第二段')),
        ),
      );
      await page.reload();
      await page.getByText('还没有存到服务器').waitFor();
      await page.getByRole('row').filter({ hasText: '改过的第二段。' }).waitFor();
      await shot(page, 'bulletin-offered');
      await button(page, '接着写').click();
      must((await paragraph(page, 2).inputValue()) === '改过的第二段。', 'it goes on');
      await page.close();
    },

    async 'two people write one bulletin'() {
      const { id, version, draft: was } = await draft('两个人写');
      const page = await open(`/publish/${id}/edit`);
      await paragraph(page, 1).fill('我改的第一段。');
      await api(
        'PUT',
        `/bulletins/${id}`,
        { ...was, body: [was.body[0], { type: 'paragraph', text: '别人改的第二段。' }] },
        { version },
      );
      await button(page, '存到服务器').click();
      const told = page.locator('.conflict');
      await told.getByText('别人改的第二段。').waitFor();
      must(await button(page, '提交审核').isDisabled(), 'first it is looked at');
      await shot(page, 'bulletin-two');
      await button(told, '两人改的都要').click();
      await told.waitFor({ state: 'detached' });
      must((await paragraph(page, 1).inputValue()) === '我改的第一段。', 'mine is there');
      must((await paragraph(page, 2).inputValue()) === '别人改的第二段。', 'theirs, too');
      await button(page, '存到服务器').click();
      await until('both are on the server', async () => {
        const { body } = (await now(id)).draft;
        return body[0].text === '我改的第一段。' && body[1].text === '别人改的第二段。';
      });
      await page.close();
    },

    async 'a bulletin is reviewed, returned, published and withdrawn'() {
      const { id, draft: written } = await draft('送审的公示', {
        summary: '请审核。',
      });
      await step(id, 'submit');
      const page = await open('/publish');
      await row(page, written.title).waitFor();
      const states = await page.locator('.bulletins .ant-table-row').allInnerTexts();
      const last = states.map((text) => text.includes('待审')).lastIndexOf(true);
      must(
        states.slice(0, last + 1).every((text) => text.includes('待审')),
        'what waits stands before all others',
      );
      await shot(page, 'bulletins');
      await row(page, written.title).getByRole('link', { name: '审核' }).click();
      await checks(page).getByText('没有身份证号').waitFor();
      await page.getByText('请审核。').waitFor();
      await shot(page, 'bulletin-review');
      await button(page, '退回修改…').click();
      const back = dialog(page, '退回修改？');
      await button(back, '退回').click();
      await back.getByText('请写明原因').waitFor();
      const why = '第二段的日期要核对';
      await back.getByRole('textbox', { name: '原因' }).fill(why);
      await button(back, '退回').click();
      await until('it is a draft again', async () => (await now(id)).state === 'draft');
      must((await now(id)).taken_back.reason === why, 'why it came back is kept');

      // Whose it is sees why, in the list and where it is written.
      await page.goto(
        page.url().replace(/publish.*/, `publish?q=${encodeURIComponent(written.title)}`),
      );
      await row(page, written.title).getByText(`退回：${why}`).waitFor();
      await shot(page, 'bulletin-returned');
      await row(page, written.title).getByRole('link', { name: '接着写' }).click();
      await page.getByRole('alert').filter({ hasText: why }).waitFor();
      await shot(page, 'bulletin-returned-editor');

      // Changed and handed in again: the reviewer sees what is new.
      const { version, draft: was } = await now(id);
      await api(
        'PUT',
        `/bulletins/${id}`,
        { ...was, body: [{ type: 'paragraph', text: '改好的第一段。' }, was.body[1]] },
        { version },
      );
      await step(id, 'submit');
      await page.goto(page.url().replace(/publish.*/, `publish/${id}/review`));
      await page.getByRole('region', { name: '改了什么' }).getByText('改好的第一段。').waitFor();
      await shot(page, 'bulletin-review-again');
      await button(page, '通过，发布…').click();
      await button(dialog(page, '发布到电视？'), '发布').click();
      await until('it is published', async () => (await now(id)).state === 'published');

      await page.goto(
        page.url().replace(/publish.*/, `publish?q=${encodeURIComponent(written.title)}`),
      );
      await row(page, written.title).click();
      const detail = dialog(page, written.title);
      await detail.getByText('公告 · 发布').waitFor();
      must(query(page).get('open') === id, 'the address names what is open');
      await shot(page, 'bulletin-detail');
      await button(detail, '撤回…').click();
      const gone = dialog(page, '从电视上撤回？');
      await gone.getByRole('textbox', { name: '原因' }).fill('日期写错了');
      await button(gone, '撤回').click();
      await detail.getByText('已撤回').first().waitFor();
      await detail.getByText('撤回：日期写错了').waitFor();
      must((await now(id)).state === 'withdrawn', 'it is gone from the televisions');
      await page.close();
    },

    async 'what a television shows of a draft is seen before it is published'() {
      const text = '现将本季度收支情况公示如下，接受群众监督。'.repeat(8);
      const { id } = await draft('画面预览', {
        body: Array.from({ length: 8 }, () => ({ type: 'paragraph', text })),
      });
      const page = await open(`/publish/${id}/edit`);
      const tv = preview(page);
      await tv.getByText('大致这样').waitFor();
      const painted = tv.getByRole('img', { name: /第 1 屏/ });
      // The first start of the program takes a while on a loaded machine.
      const patience = { timeout: 120_000 };
      const seen = async (size, name) => {
        await tv.getByText(`${size} %`, { exact: true }).click();
        await painted.waitFor(patience);
        await tv.getByText(new RegExp(`^第 1 屏，${size} % 时`)).waitFor(patience);
        must(
          await painted.evaluate((image) => image.complete && image.naturalWidth === 1920),
          'it is a whole screen',
        );
        await shot(page, name);
        return painted.getAttribute('src');
      };
      await tv.getByText('真画面', { exact: true }).click();
      const small = await seen(100, 'bulletin-preview-100');
      const large = await seen(150, 'bulletin-preview-150');
      must(small !== large, 'larger letters are another picture');
      await button(tv, '下一屏').click();
      const second = tv.getByRole('img', { name: /第 2 屏/ });
      must((await second.getAttribute('src')) !== large, 'the next page is another picture');
      // What is written afterwards is not on it, which is said.
      await paragraph(page, 1).fill('改过的第一段。');
      await tv.getByText('画面比文字旧').waitFor();
      await shot(page, 'bulletin-preview-older');
      await button(tv, '按现在的重画').click();
      await tv.getByText('画面比文字旧').waitFor({ state: 'detached', ...patience });
      await painted.waitFor(patience);
      must((await now(id)).draft.body[0].text === '改过的第一段。', 'it is on the server by that');
      await tv.getByText('边写边看', { exact: true }).click();
      await tv.getByText('大致这样').waitFor();
      await page.close();
    },

    async 'urgent interruptions are asked twice and end'() {
      const page = await open('/publish');
      await button(page, '写一条').click();
      await page.getByRole('textbox', { name: '标题', exact: true }).fill(titled('大风防范'));
      await choose(page, '放在哪个栏目', (await place()).title);
      await paragraph(page, 1).fill('今晚有大风，请关好门窗。');
      await page.getByRole('switch', { name: '紧急插播' }).click();
      const first = dialog(page, '设成紧急插播？');
      await button(first, '设成紧急插播').click();
      await first.waitFor({ state: 'detached' });
      await button(page, '紧急插播…').click();
      await page.getByText('紧急插播要写明到什么时候结束').first().waitFor();
      const end = page.getByRole('textbox', { name: '到期' });
      await end.fill('2099年1月1日 09:00');
      await end.press('Enter');
      await button(page, '紧急插播…').click();
      const second = dialog(page, '紧急插播，马上盖过所有画面？');
      await second.waitFor();
      await shot(page, 'bulletin-urgent');
      await button(second, '再看看').click();
      await page.close();
    },

    async 'programmes are found and may be withdrawn'() {
      const page = await open('/programmes');
      const films = page.locator('.programmes .ant-table-row');
      await films.first().waitFor();
      const title = (await films.first().locator('.published').innerText()).trim();
      await page.getByRole('textbox', { name: '片名、拼音、简介或单位' }).fill(title);
      await until('only what was looked for', async () => {
        const found = await films.locator('.published').allInnerTexts();
        return found.length > 0 && found.every((one) => one.includes(title));
      });
      must(query(page).get('q') === title, 'the address keeps what is looked for');
      await shot(page, 'programmes');
      await films.first().click();
      const detail = dialog(page, title);
      await button(detail, '撤回…').click();
      const sure = dialog(page, '从电视上撤回这个节目？');
      await sure.waitFor();
      await shot(page, 'programme-withdraw');
      await button(sure, '不撤').click();
      await detail.getByText('时长').waitFor();
      await page.close();
    },
    ...documentSteps(tools, { place, now }),
    ...filmSteps(tools),
    ...submissionSteps(tools),
  };
}
