// What somebody has in hand when their account is closed. Called by pages.mjs with what it drives the pages with.

export function handingSteps(tools) {
  const { open, shot, api, must, titled, dialog, button } = tools;

  return {
    async 'an account is closed, and what it had in hand goes to another'() {
      const code = tools.me().organization_code;
      const leaving = await tools.signedIn(code, 'branch_secretary');
      const { login } = await api('GET', '/staff/sessions/current', undefined, { as: leaving });
      const { sections } = await api('GET', '/township');
      const list = sections
        .flatMap(({ listings }) => listings)
        .find(({ kind }) => kind === 'bulletins').id;
      await api(
        'POST',
        '/bulletins',
        {
          list,
          organization_code: code,
          audience_code: code,
          title: titled('没写完的公告'),
          body: [{ type: 'paragraph', text: '先写到这里。' }],
        },
        { as: leaving },
      );
      const made = async (name, role) => {
        const account = { login: titled(name), role, organization_code: code };
        return api('POST', '/staff/accounts', { ...account, password: 'Xuan-4817-lianyun' });
      };
      const reader = await made('hands-reader', 'reader');
      const writer = await made('hands-writer', 'office_publisher');
      const { items } = await api('GET', '/staff/accounts?limit=200');
      const { id } = items.find((one) => one.login === login);

      const page = await open(`/accounts?open=${id}`);
      const detail = dialog(page, login);
      await detail.getByText(titled('没写完的公告')).waitFor();
      await button(detail, '停用…').click();
      const asked = dialog(page, `停用 ${login}？`);
      await asked.getByText('手上还有 1 件没办完').waitFor();
      const give = async (to) => {
        const field = asked.getByRole('combobox', { name: '交给谁' });
        await field.click({ force: true });
        await field.fill(to);
        await page
          .locator('.ant-select-dropdown:visible .ant-select-item-option')
          .filter({ hasText: to })
          .click();
      };
      // Who only reads goes on with nothing, which is said before.
      await give(reader.login);
      await asked.getByText('交不过去').first().waitFor();
      must(await button(asked, '交接，停用').isDisabled(), 'nothing fits them');
      await give(writer.login);
      await asked.getByText('能交接', { exact: true }).waitFor();
      await shot(page, 'account-closing');
      await button(asked, '交接 1 件，停用').click();
      await detail.getByText('停用了，不能登录').waitFor();
      await page.close();
      await leaving.close();

      const after = await open(`/accounts?open=${writer.id}`);
      await dialog(after, writer.login).getByText(titled('没写完的公告')).waitFor();
      await after.close();
    },
  };
}
