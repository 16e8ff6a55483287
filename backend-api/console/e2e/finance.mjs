// 财务公开: a month's accounts are mended at their cells, get their invoices and become a draft; the next month
// goes on from what was published. Called by pages.mjs with what it drives them with.

/** The page on which the accounts of a village are pasted and mended. `village`: answers its name. */
export function accountsOf({ open, api, button, place, choose }, village) {
  /** `2026年11月`, so many months back from this one in the time of China. */
  const monthBack = (back) => {
    const today = new Date(Date.now() + 8 * 3_600_000);
    const at = today.getUTCFullYear() * 12 + today.getUTCMonth() - back;
    return `${Math.floor(at / 12)}年${(at % 12) + 1}月`;
  };
  /** Opens the page with a table pasted. */
  const pasted = async (month, rows) => {
    const page = await open('/publish/finance');
    await place(page, page, '哪个单位', village());
    await choose(page, '哪个月、哪一季', month);
    const table = [['项目', '收入', '支出'], ...rows].map((cells) => cells.join('\t')).join('\n');
    await page.getByLabel('粘贴的收支表').fill(table);
    await button(page, '看一看').click();
    return page;
  };
  const cell = (page, name) => page.getByLabel(name, { exact: true });
  const problems = (page) => page.getByRole('region', { name: '问题' });
  /** The draft that the page has come to. */
  const draftOf = async (page) => {
    await page.waitForURL(/\/publish\/[^/]+\/edit/);
    const [, id] = /\/publish\/([^/]+)\/edit/.exec(page.url());
    return api('GET', `/bulletins/${id}`);
  };
  /** Gives the row with this number a photo of an invoice, half of which has this colour. */
  const photograph = async (page, row, colour) => {
    const photo = await page.evaluate((fill) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [640, 480];
      const paint = canvas.getContext('2d');
      paint.fillStyle = fill;
      paint.fillRect(0, 0, 640, 240);
      return canvas.toDataURL('image/png').split(',')[1];
    }, colour);
    await cell(page, `第 ${row} 行的发票`).setInputFiles({
      name: '发票.png',
      mimeType: 'image/png',
      buffer: Buffer.from(photo, 'base64'),
    });
  };
  return { monthBack, pasted, cell, problems, draftOf, photograph };
}

export function financeSteps(tools) {
  const { shot, api, must, until, titled, button, mark } = tools;
  const VILLAGE = `F${mark}`;
  const village = () => titled('银杏村');
  const { monthBack, pasted, cell, problems, draftOf, photograph } = accountsOf(tools, village);

  const step = async (id, name, data) => {
    const { version } = await api('GET', `/bulletins/${id}`);
    return api('POST', `/bulletins/${id}/${name}`, data, { version });
  };
  const tablesOf = ({ draft }) => draft.body.filter(({ type }) => type === 'table');

  return {
    async 'a month of accounts is mended at its cells and becomes a draft'() {
      await api('POST', '/organizations', {
        parent_code: tools.me().organization_code,
        kind: 'village',
        code: VILLAGE,
        name: village(),
      });
      const page = await pasted(monthBack(1), [
        ['上月结余', '1,000.00', ''],
        ['土地租金', '200.5', ''],
        ['办公费', '', '-30'],
        ['月末结余', '1,170.51', ''],
      ]);
      await problems(page).getByText('金额是负数').waitFor();
      await page.getByText('还有 1 处不对').waitFor();
      must(await button(page, '生成草稿').isDisabled(), 'nothing is made of it');
      await shot(page, 'finance-wrong');
      await cell(page, '第 4 行支出').fill('30');
      await problems(page).getByText('差 0.01 元').waitFor();
      await cell(page, '第 5 行收入').fill('1,170.50');
      await page.getByText('账对得上').waitFor();

      await photograph(page, 4, 'black');
      await page.getByRole('heading', { name: '发票照片 1 张' }).waitFor();
      await shot(page, 'finance-good');

      // Without an answer the table stays; sent again it is one draft.
      const address = /\/api\/v1\/finance-sheets$/;
      await page.route(address, (route) => route.abort());
      await button(page, '生成草稿').click();
      await page.getByText('连不上服务器').waitFor();
      await page.unroute(address);
      // A button that was busy may keep “loading” in its name.
      await page.getByRole('button', { name: /生成草稿/ }).click();
      const made = await draftOf(page);
      must(made.state === 'draft', `a draft: ${made.state}`);
      must(made.draft.summary.includes('月末结余 1,170.50 元'), made.draft.summary);
      const [, expense] = tablesOf(made);
      must(expense.rows[0].join() === '办公费,30.00', JSON.stringify(expense));
      const picture = made.draft.body.find(({ type }) => type === 'picture');
      must(picture.caption === '办公费，30.00 元', JSON.stringify(picture));
      await shot(page, 'finance-draft');
      await page.close();
      await step(made.id, 'submit');
      // Whoever publishes it has looked at its invoice.
      await step(made.id, 'publish', { pictures: [picture.screen.name] });
    },

    async 'a month of accounts goes on from the one before'() {
      const page = await pasted(monthBack(0), [
        ['上月结余', '1,170.49', ''],
        ['土地租金', '3,000', ''],
        ['月末结余', '4,170.49', ''],
      ]);
      await problems(page).getByText('差 0.01 元').waitFor();
      const compared = page.getByRole('region', { name: '同上月比' });
      await compared.getByText('+ 2,799.50').waitFor();
      await compared.getByText('本月没有').waitFor();
      await page.getByText('请写明和上月公示不一致的原因').waitFor();
      await shot(page, 'finance-explain');
      await cell(page, '和上月公示不一致的原因').fill('银行更正了利息');
      await until('it can be made', () => button(page, '生成草稿').isEnabled());
      await button(page, '生成草稿').click();
      const made = await draftOf(page);
      must(JSON.stringify(made.draft.body).includes('银行更正了利息'), 'it is said in public');
      const [income] = tablesOf(made);
      must(income.rows[1].join() === '土地租金,3,000.00,200.50', JSON.stringify(income.rows));
      await page.close();
    },
  };
}
