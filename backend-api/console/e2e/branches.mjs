// 支部主页: the page of an organization is written, changed by two, and taken off. Called by pages.mjs with what it
// drives the pages with.
export function branchSteps(tools) {
  const { open, shot, api, must, titled, dialog, button, field, query, me } = tools;

  return {
    async 'the page of an organization'() {
      const page = await open('/publish/branches');
      await button(page, '新建支部主页').click();
      const form = dialog(page, '新建支部主页');
      await form.getByLabel('单位', { exact: true }).click();
      await page.locator('.ant-select-tree-node-content-wrapper').first().click();
      await form.getByLabel('书记').fill('王芳');
      await form.getByLabel('办公电话').fill('办公室');
      await form.getByLabel('介绍').fill(titled('全镇七十八个村。'));
      await button(form, '发布').click();
      await field(page, '办公电话').locator('.ant-form-item-explain-error').waitFor();
      await shot(page, 'branch-field-error');
      await form.getByLabel('办公电话').fill('0512-40000001');
      await button(form, '发布').click();
      await form.waitFor({ state: 'detached' });
      const code = me().organization_code;
      const name = me().organization.name;
      await page.getByRole('button', { name, exact: true }).click();
      const detail = dialog(page, name);
      await detail.getByText(titled('全镇七十八个村。')).waitFor();
      must(query(page).get('open') === code, 'the address names what is open');
      await shot(page, 'branch');

      // Somebody else changes it meanwhile.
      await button(detail, '修改').click();
      const change = dialog(page, '修改支部主页');
      await change.getByLabel('书记').fill('李强');
      const { version, draft } = await api('GET', `/organizations/${code}/page`);
      await api(
        'PUT',
        `/organizations/${code}/page`,
        { ...draft, telephone: '0512-40000009' },
        { version },
      );
      await button(change, '保存').click();
      await change.locator('.conflict').getByText('0512-40000009').waitFor();
      await shot(page, 'branch-conflict');
      await button(change, '保留我改的，其余用别人的').click();
      await change.waitFor({ state: 'detached' });
      await detail.getByText('0512-40000009').waitFor();
      await detail.getByText('李强').waitFor();

      await button(detail, '撤下…').click();
      await button(dialog(page, '撤下这个主页？'), '撤下').click();
      await detail.waitFor({ state: 'detached' });
      await page.getByRole('button', { name, exact: true }).waitFor({ state: 'detached' });
      await page.close();
    },
  };
}
