// 干部坐班: rooms are made and changed by two, and looked into. Called by pages.mjs with what it drives the pages with.
export function dutySteps(tools) {
  const { open, shot, api, must, until, titled, dialog, button, field, query, room, station, me } =
    tools;

  return {
    async 'duty rooms'() {
      const page = await open('/duty');
      await button(page, '新建坐班室').click();
      const form = dialog(page, '新建坐班室');
      await form.getByLabel('名称').fill(titled('值班室'));
      await form.getByLabel('所在单位').click();
      await page.locator('.ant-select-tree-node-content-wrapper').first().click();
      await form.getByLabel('网络摄像头（RTSP）').check();
      await form.getByLabel('摄像头地址').fill('http://192.0.2.1/');
      await button(form, '建立').click();
      await field(page, '摄像头地址').locator('.ant-form-item-explain-error').waitFor();
      await shot(page, 'duty-field-error');
      await form.getByLabel('摄像头地址').fill('rtsp://192.168.1.64/live');
      await button(form, '建立').click();
      await form.waitFor({ state: 'detached' });

      const places = page.getByRole('navigation', { name: '坐班室' });
      await places.getByRole('button', { name: titled('值班室') }).click();
      await page.getByRole('heading', { name: titled('值班室') }).waitFor();
      await page.getByText('还没有人查看过').waitFor();
      must(query(page).get('room') !== null, 'the address names the room');
      await shot(page, 'duty');
      await page.reload();
      await page.getByRole('heading', { name: titled('值班室') }).waitFor();

      await button(page, '修改').click();
      const change = dialog(page, '修改坐班室');
      await change.getByLabel('名称').fill(titled('会议室'));
      // Somebody else is quicker.
      const room = query(page).get('room') ?? (await api('GET', '/duty-rooms')).items[0].id;
      await api('PUT', `/duty-rooms/${room}`, {
        title: titled('大厅'),
        organization_code: me().organization_code,
        camera_url: 'rtsp://192.168.1.64/live',
      });
      await button(change, '保存').click();
      const notice = change.locator('.conflict');
      await notice.waitFor();
      const words = await notice.innerText();
      for (const part of ['名称', titled('值班室'), titled('大厅'), titled('会议室')]) {
        must(words.includes(part), `the conflict names ${part}: ${words}`);
      }
      await shot(page, 'duty-conflict');
      await button(notice, '保留我改的，其余用别人的').click();
      await change.waitFor({ state: 'detached' });
      await places.getByRole('button', { name: titled('会议室') }).waitFor();
      await button(page, '删除…').click();
      await button(dialog(page, '删除这间坐班室？'), '删除').click();
      await places.or(page.locator('.ant-empty')).first().waitFor();
      await page.getByRole('button', { name: titled('会议室') }).waitFor({ state: 'detached' });
      await page.close();
    },

    async 'a look into a duty room'() {
      const make = (words, from) =>
        api('POST', '/duty-rooms', {
          title: titled(words),
          organization_code: me().organization_code,
          ...from,
        });
      const other = await make('东值班室', { camera_url: 'rtsp://192.168.1.64/live' });
      const { id } = await make('西值班室', { terminal_id: await station(titled('西站点')) });
      const looking = async () =>
        (await api('GET', '/duty-rooms?limit=200')).items.find((one) => one.id === id).looking;
      const page = await open(`/duty?room=${other.id}`);
      const head = (words) => page.getByRole('heading', { name: titled(words) });
      const look = async () => {
        await head('西值班室').waitFor();
        await button(page, '打开画面').click();
        await button(page, '关闭画面').waitFor();
        await until('the server knows of the look', async () => (await looking()) === 1);
      };
      /** The server ends a look by itself after 30 seconds without a picture. */
      const over = () => until('the look is over', async () => (await looking()) === 0, 15_000);
      await head('东值班室').waitFor();
      await page.getByRole('button', { name: titled('西值班室') }).click();
      await look();
      await shot(page, 'looking');
      await page.goBack();
      await head('东值班室').waitFor();
      await over();
      await page.goForward();
      await look();
      await room(page, '干部坐班').click();
      await head('西值班室').waitFor({ state: 'detached' });
      await over();
      await page.goBack();
      await look();
      await button(page, '关闭画面').click();
      await page.getByText('查看已经结束').waitFor();
      await over();
    },
  };
}
