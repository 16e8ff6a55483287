// 投稿: a clerk of a village sends something, the township returns it, takes it and edits it; somebody sends by a
// telephone. Called by publish.mjs with what drives the pages.

/** One pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Somebody of a village sends something by a telephone that scanned the code on the page; their telephone. */
export async function byTelephone({ backend, shot, dialog, button, place }, page, village, lines) {
  const code = dialog(page, '扫码投稿');
  await button(page, '扫码投稿').click();
  await place(page, code, '以哪个单位的名义', village);
  const answer = page.waitForResponse(
    (one) => one.url().endsWith('/api/v1/submission-links') && one.request().method() === 'POST',
  );
  await button(code, '生成二维码').click();
  const { url } = await (await answer).json();
  await code.getByText('还没有人扫').waitFor();
  await shot(page, 'submission-code');

  const telephone = await page
    .context()
    .browser()
    .newContext({
      viewport: { width: 360, height: 640 },
      locale: 'zh-CN',
      javaScriptEnabled: false,
    });
  const phone = await telephone.newPage();
  await phone.goto(`${backend.url}${new URL(url).pathname}`);
  await phone.getByRole('button', { name: '同意，开始填写' }).click();
  await phone.getByText(`以${village}的名义投稿`).waitFor();
  await code.getByText('有一部手机正在填写').waitFor();
  await phone.getByLabel(/要发布的事/).fill(lines.join('\n'));
  await phone.getByLabel('照片 1').setInputFiles({
    name: '灯.png',
    mimeType: 'image/png',
    buffer: PICTURE,
  });
  await phone.getByRole('button', { name: '送出' }).click();
  await phone.getByText('投稿已经送到').waitFor();
  // The way to take it back takes a second step.
  await phone.getByText('撤回投稿', { exact: true }).click();
  await phone.getByRole('button', { name: '撤回这篇投稿' }).waitFor();
  if (process.env.SHOTS) {
    await phone.screenshot({ path: `${process.env.SHOTS}/submission-telephone.png` });
  }

  return phone;
}

export function submissionSteps(tools) {
  const { open, shot, api, must, until, titled, mark, dialog, button, query, choose } = tools;
  const row = (page, title) =>
    page.locator('.submissions .ant-table-row').filter({ hasText: title });
  /** Codes of what is made here. */
  const VILLAGE = `T${mark}`;
  const NAME = titled('柳湾村');
  let made = false;
  async function village() {
    if (made) return;
    await api('POST', '/organizations', {
      parent_code: tools.me().organization_code,
      kind: 'village',
      code: VILLAGE,
      name: NAME,
    });
    made = true;
  }
  async function bulletins() {
    const { sections } = await api('GET', '/township');
    const lists = sections.flatMap(({ listings }) => listings);
    return lists.find(({ kind }) => kind === 'bulletins').title;
  }

  return {
    async 'a clerk sends something, which is returned, sent again and taken'() {
      await village();
      const title = titled('村东头的路修好了');
      const clerk = await tools.signedIn(VILLAGE, 'branch_secretary');
      const there = await open('/publish/submissions', clerk);
      await button(there, '投一篇稿').click();
      const form = dialog(there, '投稿');
      await form.getByLabel('标题').fill(title);
      await button(form, '送到镇里').click();
      await form.getByText('请写下内容').waitFor();
      await form.getByLabel('内容').fill('路修好了。\n从东头到西头，一共三里。');
      const picture = { name: '路.png', mimeType: 'image/png', buffer: PICTURE };
      await form.locator('input[type=file][accept*="image/png"]').setInputFiles(picture);
      await button(form, '去掉第 1 张').waitFor();
      await shot(there, 'submission-form');
      await form.locator('.ant-drawer-footer button.ant-btn-primary').click();
      await form.waitFor({ state: 'detached' });
      await dialog(there, title).getByText('待处理').first().waitFor();
      const id = query(there).get('open');
      must((await api('GET', `/submissions/${id}`)).attachments.length === 1, 'with its picture');

      const page = await open('/publish/submissions?state=waiting');
      await row(page, title).waitFor();
      await shot(page, 'submissions');
      await row(page, title).click();
      const detail = dialog(page, title);
      await detail.getByText('从东头到西头').waitFor();
      await detail.getByRole('img', { name: '投稿的图片' }).waitFor();
      await shot(page, 'submission');
      await button(detail, '退回…').click();
      const why = dialog(page, '退回修改？');
      await why.getByLabel('原因').fill('请写上是哪天修好的');
      await button(why, '退回').click();
      await detail.getByText('退回修改：请写上是哪天修好的').waitFor();

      await there.reload();
      await there.getByText('退回修改：请写上是哪天修好的').waitFor();
      await shot(there, 'submission-returned');
      await button(dialog(there, title), '修改，再送一次').click();
      const change = dialog(there, '修改投稿');
      await change.getByLabel('内容').fill('十一月二十日，路修好了。');
      await button(change, '再送一次').click();
      await change.waitFor({ state: 'detached' });
      await dialog(there, title).getByText('十一月二十日').waitFor();
      await there.close();
      await clerk.close();

      await page.reload();
      await detail.getByText('十一月二十日').waitFor();
      await button(detail, '采用…').click();
      const take = dialog(page, '采用');
      await choose(page, '放在哪个栏目', await bulletins());
      await shot(page, 'submission-take');
      await button(take, '采用，去编辑').click();
      await page.waitForURL(/\/publish\/[^/]+\/edit/);
      const edited = page.getByRole('textbox', { name: '标题', exact: true });
      await edited.waitFor();
      must((await edited.inputValue()) === title, 'it is the draft that was made');
      const taken = await api('GET', `/submissions/${id}`);
      must(taken.state === 'taken' && taken.bulletin_id !== null, `it is taken: ${taken.state}`);
      const { draft } = await api('GET', `/bulletins/${taken.bulletin_id}`);
      must(
        draft.body.map(({ type }) => type).join() === 'paragraph,picture',
        'with its text and its picture',
      );
      await page.close();
    },

    async 'what was sent is found by its words, and taken back'() {
      await village();
      const title = titled('桥头装了护栏');
      await api('POST', '/submissions', {
        organization_code: VILLAGE,
        title,
        text: '护栏一共四十米。',
        pictures: [],
        upload: null,
      });
      const page = await open('/publish/submissions');
      await page.getByLabel('标题、内容或谁送的').fill('四十米');
      await row(page, title).waitFor();
      await until('only what was looked for', async () => {
        const rows = await page.locator('.submissions .ant-table-row').allInnerTexts();
        return rows.every((text) => text.includes('桥头装了护栏'));
      });
      must(query(page).get('q') === '四十米', 'the address names what is looked for');
      await row(page, title).click();
      const detail = dialog(page, title);
      await button(detail, '撤回…').click();
      await button(dialog(page, '撤回这篇投稿？'), '撤回').click();
      await detail.getByText('已撤回').first().waitFor();
      await shot(page, 'submission-withdrawn');
      must((await button(detail, '采用…').count()) === 0, 'nobody decides about it any more');
      await page.close();
    },

    async 'somebody of a village sends by a telephone, and reads why it is not published'() {
      await village();
      const title = titled('晒谷场添了灯');
      const page = await open('/publish/submissions');
      const phone = await byTelephone(tools, page, NAME, [title, '晚上打谷不用摸黑了。']);
      const code = dialog(page, '扫码投稿');
      await code.getByText('已经收到这部手机的投稿').waitFor();
      await button(code, '打开看').click();
      const detail = dialog(page, title);
      await detail.getByText('手机扫码').waitFor();
      await button(detail, '不采用…').click();
      const why = dialog(page, '不采用？');
      await why.getByLabel('原因').fill('上个月已经发过');
      await button(why, '不采用').click();
      await detail.getByText('不采用：上个月已经发过').waitFor();
      await phone.reload();
      await phone.getByText('没有采用：上个月已经发过').waitFor();
      await phone.context().close();
      await page.close();
    },
  };
}
