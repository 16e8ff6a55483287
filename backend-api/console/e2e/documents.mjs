// Documents become bulletins; pictures are looked at, covered and confirmed. Called by publish.mjs with what it
// drives the pages with.
import { deflateSync } from 'node:zlib';

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});
const crc32 = (bytes) =>
  (bytes.reduce((crc, byte) => CRC[(crc ^ byte) & 0xff] ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>>
  0;
const le = (length, value) => {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntLE(value, 0, length);
  return bytes;
};

/** An archive of files that are not compressed. */
function zip(files) {
  const parts = [];
  const entries = [];
  let at = 0;
  for (const [path, text] of files) {
    const [name, bytes] = [Buffer.from(path), Buffer.from(text)];
    const about = Buffer.concat([
      le(2, 20),
      le(2, 0),
      le(2, 0),
      le(4, 0x21),
      le(4, crc32(bytes)),
      le(4, bytes.length),
      le(4, bytes.length),
      le(2, name.length),
      le(2, 0),
    ]);
    entries.push(
      Buffer.concat([
        le(4, 0x02014b50),
        le(2, 20),
        about,
        le(2, 0),
        le(4, 0),
        le(4, 0),
        le(4, at),
        name,
      ]),
    );
    parts.push(Buffer.concat([le(4, 0x04034b50), about, name, bytes]));
    at += parts[parts.length - 1].length;
  }
  const directory = Buffer.concat(entries);
  const count = le(2, files.length);
  const end = [
    le(4, 0x06054b50),
    le(4, 0),
    count,
    count,
    le(4, directory.length),
    le(4, at),
    le(2, 0),
  ];
  return Buffer.concat([...parts, directory, ...end]);
}

/** A grey picture as PNG. */
function png(width, height) {
  const be = (value) => le(4, value).reverse();
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    return Buffer.concat([be(data.length), body, be(crc32(body))]);
  };
  const rows = Buffer.alloc((width + 1) * height, 0x99);
  for (let y = 0; y < height; y += 1) rows[y * (width + 1)] = 0;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', Buffer.concat([be(width), be(height), Buffer.from([8, 0, 0, 0, 0])])),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export function documentSteps(tools, { place, now }) {
  const { open, shot, must, until, titled, dialog, button, choose } = tools;
  const paragraph = (page, n) => page.getByRole('textbox', { name: `正文第 ${n} 段` });
  const checks = (page) => page.getByRole('region', { name: '检查' });
  const run = (words) => `<w:r><w:t>${words}</w:t></w:r>`;
  const docx = (body) =>
    zip([['word/document.xml', `<w:document><w:body>${body}</w:body></w:document>`]]);
  const file = (name, buffer) => ({ name, mimeType: 'application/octet-stream', buffer });

  return {
    async 'a Word document becomes a bulletin and says what is missing'() {
      const page = await open('/publish');
      await button(page, '写一条').click();
      const chooser = page.getByLabel('选 Word 或 PDF 文件', { exact: true });
      await chooser.setInputFiles(file('没有用的.pdf', Buffer.from('hello')));
      await page.getByText('看不出这是什么文件').waitFor();
      await button(page, '知道了').click();
      const cell = (words) => `<w:tc><w:p>${run(words)}</w:p></w:tc>`;
      const body =
        `<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr>${run('缴费办法')}</w:p>` +
        `<w:p>${run('请尽早办理。')}<w:del><w:r><w:delText>明年再说</w:delText></w:r></w:del></w:p>` +
        `<w:tbl><w:tr>${cell('项目')}${cell('金额')}</w:tr><w:tr>${cell('居民')}${cell('400')}</w:tr></w:tbl>`;
      await chooser.setInputFiles(file('缴费通知.docx', docx(body)));
      await page.getByText('已放进正文：2 段文字、1 个表格').waitFor();
      await page.getByText('修订中删去的字没有转过来：“明年再说”').waitFor();
      must((await paragraph(page, 1).inputValue()) === '缴费办法', 'the heading is there');
      must((await paragraph(page, 2).inputValue()) === '请尽早办理。', 'the text is there');
      await shot(page, 'bulletin-document');
      await page.close();
    },

    async 'parts of a picture are covered by mouse and keys, and it is confirmed'() {
      const page = await open('/publish');
      await button(page, '写一条').click();
      await page.getByRole('textbox', { name: '标题', exact: true }).fill(titled('发票公示'));
      await choose(page, '放在哪个栏目', (await place()).title);
      await paragraph(page, 1).fill('发票如下。');
      await page
        .getByLabel('选图片', { exact: true })
        .setInputFiles({ name: '发票.png', mimeType: 'image/png', buffer: png(640, 360) });
      await checks(page).getByText('正文第 2 段的图片还没有确认').waitFor();
      const publish = page.locator('.writing-foot').getByRole('button', { name: /发布…/ });
      must(await publish.isDisabled(), 'nobody publishes what nobody has seen');
      await checks(page).getByRole('button', { name: '正文第 2 段的图片，看一看、盖住' }).click();
      const covering = dialog(page, '正文第 2 段的图片：看一看，要盖的盖住');
      const sheet = covering.locator('.cover-sheet');
      await sheet.locator('img').waitFor();
      const box = await sheet.boundingBox();
      const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
      await page.mouse.move(...at(0.1, 0.1));
      await page.mouse.down();
      await page.mouse.move(...at(0.3, 0.3), { steps: 4 });
      await page.mouse.up();
      const frames = covering.locator('.cover-frame');
      must((await frames.count()) === 1, 'a frame is drawn by the mouse');
      await button(covering, '加一处').click();
      const second = frames.nth(1);
      const before = await second.getAttribute('aria-label');
      await second.press('ArrowLeft');
      await second.press('Shift+ArrowDown');
      must((await second.getAttribute('aria-label')) !== before, 'keys move a frame');
      await button(covering, '加一处').click();
      await frames.nth(2).press('Delete');
      must((await frames.count()) === 2, 'a key takes one away');
      await shot(page, 'bulletin-cover');
      const old = await covering.locator('.cover-sheet img').getAttribute('src');
      const served = (address) =>
        page.evaluate(async (one) => (await fetch(one, { cache: 'no-store' })).status, address);
      must((await served(old)) === 200, 'until then it is served');
      await covering.getByRole('button', { name: /盖住 2 处/ }).click();
      await covering.waitFor({ state: 'detached' });
      must([401, 404].includes(await served(old)), 'the old picture is not served any more');
      await checks(page).getByRole('button', { name: '正文第 2 段的图片，看一看、盖住' }).click();
      const again = dialog(page, '正文第 2 段的图片：看一看，要盖的盖住');
      await button(again, '没有要盖的，确认可以公布').click();
      await checks(page).getByText('正文第 2 段的图片已经确认可以公布').waitFor();
      await shot(page, 'bulletin-confirmed');
      await publish.click();
      await button(dialog(page, '发布到电视？'), '发布').click();
      await page.waitForURL(/\/publish\?open=/);
      const id = new URL(page.url()).searchParams.get('open');
      await until('it is published', async () => (await now(id)).state === 'published');
      const { confirmed, draft } = await now(id);
      must(confirmed.pictures.length === 1, 'who looked is kept');
      must(!old.includes(draft.body[1].screen.name), 'what was covered is another picture');
      await page.close();
    },
  };
}
