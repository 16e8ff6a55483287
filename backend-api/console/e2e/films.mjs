// 节目: a film is uploaded across a cut line and after the browser was closed, made into a programme, and
// published. Called by publish.mjs and day.mjs.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Making a film takes its time on a loaded machine. */
const MAKING_MS = 300_000;

const SRT = '1\n00:00:00,000 --> 00:00:01,000\n夜里盖好保温被。\n';

/** Where films are uploaded on the page of programmes. */
function uploads() {
  const uploading = (page) => page.getByRole('region', { name: '上传节目' });
  const line = (page, name) => uploading(page).getByRole('group', { name });
  const give = (page, file) =>
    uploading(page).getByLabel('上传节目…：文件', { exact: true }).setInputFiles(file);
  const PIECES = /\/api\/v1\/uploads\/[^/]+$/;

  /** What becomes of the pieces a page sends, one after the other: `held` never gets an answer. */
  async function pieces(page, fates) {
    const left = [...fates];
    await page.route(PIECES, async (route) => {
      const fate = route.request().method() === 'PATCH' ? left.shift() : 'sent';
      if (fate === 'cut') await route.abort();
      else if (fate !== 'held') await route.continue();
    });
    return left;
  }

  return { uploading, line, give, pieces };
}

/**
 * The film in FILM is uploaded on a page of its own, across a cut line, and becomes a programme on the televisions,
 * which is what is answered.
 */
export async function filmBecomesProgramme(tools, title) {
  const { open, shot, api, must, until, dialog, button, query, room, opened } = tools;
  const { uploading, line, give, pieces } = uploads();
  must(process.env.FILM, 'FILM is the path of a film');
  const folder = mkdtempSync(join(tmpdir(), 'console-film-'));
  const film = join(folder, `${title}.mp4`);
  copyFileSync(process.env.FILM, film);
  const page = await open('/programmes');
  await uploading(page).waitFor();
  const left = await pieces(page, ['held', 'cut', 'sent']);
  await give(page, film);
  const sent = line(page, `${title}.mp4`);
  await until('a piece is on the line', () => left.length === 2);
  await sent.getByText('正在传').waitFor();
  await room(page, '会议与直播').click();
  await button(dialog(page, '片子还在传，要离开吗？'), '留下接着传').click();
  await button(sent, '暂停').click();
  await sent.getByText('已暂停').waitFor();
  await button(sent, '接着传').click();
  await until('the line is cut', () => left.length === 1);
  await sent.getByText('断网了').waitFor();
  await shot(page, 'film-cut');
  await button(sent, '做成节目…').click();
  must(left.length === 0, 'it went on by itself');

  const form = dialog(page, '做成节目');
  const name = form.getByLabel('片名');
  must((await name.inputValue()) === title, 'the title is that of the file');
  await form.getByRole('combobox', { name: '栏目' }).click({ force: true });
  await opened(page).locator('.ant-select-item-option').first().click();
  const captions = form.getByLabel('字幕文件', { exact: true });
  const text = (words) => ({
    name: '字幕.srt',
    mimeType: 'text/plain',
    buffer: Buffer.from(words),
  });
  await captions.setInputFiles({ ...text(''), name: '片子.doc' });
  await form.getByText('不是字幕文件，请选').waitFor();
  await captions.setInputFiles(text('这里没有时间。\n'));
  await button(form, '做成节目').click();
  await form.getByText('这不是字幕文件：第一行应当是 WEBVTT').waitFor();
  await shot(page, 'film-captions-wrong');
  await captions.setInputFiles(text(SRT));
  await form.getByLabel('封面').fill('1');
  await form.locator('.ant-drawer-footer button.ant-btn-primary').click();
  await form.waitFor({ state: 'detached' });
  const detail = dialog(page, title);
  await detail.getByText('栏目').waitFor();
  const id = query(page).get('open');
  await until(
    'its film is made',
    async () => (await api('GET', `/programmes/${id}`)).film.state === 'ready',
    MAKING_MS,
  );
  await detail.getByText('草稿', { exact: true }).waitFor();
  await shot(page, 'film-draft');
  await button(detail, '发布…').click();
  await button(dialog(page, '发布到电视？'), '发布').click();
  await detail.getByText('已发布', { exact: true }).waitFor();
  const made = await api('GET', `/programmes/${id}`);
  must(made.state === 'published' && made.captions.length === 1, 'it is on the televisions');
  await detail.getByText('不到 5 人，不显示').first().waitFor();
  await page.close();
  rmSync(folder, { recursive: true });
  return made;
}

export function filmSteps(tools) {
  const { open, shot, api, must, mark, dialog, button } = tools;
  const { uploading, line, give, pieces } = uploads();

  return {
    async 'a programme is changed by two, gets another poster, is previewed and withdrawn'() {
      const { items } = await api('GET', '/programmes?limit=200');
      const { id, title } = items.find(({ state }) => state === 'published');
      const page = await open(`/programmes?open=${id}`);
      const detail = dialog(page, title);
      const made = await api('GET', `/programmes/${id}`);

      // Two people change it.
      await button(detail, '修改').click();
      const edit = dialog(page, '修改节目');
      await edit.getByLabel('简介').fill('夜里盖好保温被。');
      const { version, category, organization_code, audience_code } = made;
      const captions = (made.captions ?? []).map(({ language }) => ({ language }));
      const theirs = { category, organization_code, audience_code, title: `${title}（二）` };
      await api('PUT', `/programmes/${id}`, { ...theirs, captions }, { version });
      await button(edit, '保存').click();
      await edit.getByText('别人改过并且保存了').waitFor();
      await button(edit, '保留我改的，其余用别人的').click();
      await edit.waitFor({ state: 'detached' });
      const both = await api('GET', `/programmes/${id}`);
      must(both.title === theirs.title, 'what they changed stays');
      must(both.description === '夜里盖好保温被。', 'what was written here, too');

      // Another still picture of its film.
      await button(detail, '修改').click();
      const posed = dialog(page, '修改节目');
      await posed.getByLabel('封面的时间').fill('2');
      await posed.getByLabel('封面的时间').press('Tab');
      await button(posed, '取这个画面做封面').click();
      await button(posed, '用原来的').waitFor({ timeout: MAKING_MS });
      await shot(page, 'programme-poster');
      await button(posed, '保存').click();
      await posed.waitFor({ state: 'detached' });
      const other = await api('GET', `/programmes/${id}`);
      must(
        other.poster.screen.name !== both.poster.screen.name,
        'the still picture is another one',
      );

      await button(detail, '看一看').click();
      const painted = detail.getByRole('img', { name: /第 1 屏/ });
      await painted.waitFor({ timeout: MAKING_MS });
      await shot(page, 'programme-preview');

      await button(detail, '撤回…').click();
      const gone = dialog(page, '从电视上撤回这个节目？');
      await gone.getByRole('textbox', { name: '原因' }).fill('要重拍');
      await button(gone, '撤回').click();
      await gone.waitFor({ state: 'detached' });
      must((await api('GET', `/programmes/${id}`)).taken_back.reason === '要重拍', 'why is kept');
      await page.close();
    },

    async 'an upload goes on after the browser was closed, and what is no film is refused'() {
      const folder = mkdtempSync(join(tmpdir(), 'console-films-'));
      try {
        const name = `村志${mark}.mp4`;
        const [right, other] = [join(folder, name), join(folder, `别的${mark}.mp4`)];
        // More than a piece.
        writeFileSync(right, 'text that is no film\n'.repeat(600_000));
        writeFileSync(other, 'text\n');
        const first = await open('/programmes');
        await uploading(first).waitFor();
        await pieces(first, ['sent', ...Array(50).fill('cut')]);
        await give(first, right);
        await line(first, name).getByText('传过的不用重来').waitFor();
        await first.close();

        const page = await open('/programmes');
        const left = line(page, name);
        await left.getByText('没有传完').waitFor();
        const bar = left.getByRole('progressbar');
        must(Number(await bar.getAttribute('aria-valuenow')) > 50, 'what was sent is there');
        const again = left.getByLabel('接着传…：文件', { exact: true });
        await again.setInputFiles(other);
        await uploading(page).getByText('这不是原来的文件').waitFor();
        await shot(page, 'film-other-file');
        let sentFrom = null;
        page.on('request', (request) => {
          if (request.method() === 'PATCH') sentFrom ??= request.headers()['upload-offset'];
        });
        await again.setInputFiles(right);
        await button(left, '去掉').waitFor();
        must(Number(sentFrom) > 0, `it went on where it was: ${sentFrom}`);
        const words = await left.innerText();
        must(/[\u4e00-\u9fff]{4}/.test(words) && !/error|null/i.test(words), `why not: ${words}`);
        await shot(page, 'film-refused');
        await button(left, '去掉').click();
        await left.waitFor({ state: 'detached' });
        await page.close();
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}
