// The office's day: one person at the console, from the set-up of a new server to signing out, with a television at
// somebody's home and one in a village's meeting room. Nothing is done by REST or by a command line; only what came of
// it is asked for. Says what it did as JSON, one object a line on stdout, and asks there for what is to be done at the
// televisions (television.mjs).
//
//   BASE_URL    a server without any account, e.g. http://127.0.0.1:8080
//   CODE        what its log shows
//   FILM        path of a film to upload
//   SHOTS       folder for pictures, of each page at both sizes (none)
//   CHROMIUM    the browser (/usr/bin/chromium)
import { filmBecomesProgramme } from './films.mjs';
import { accountsOf } from './finance.mjs';
import { hosting } from './hosting.mjs';
import { atTheOffice, env, run, say } from './kit.mjs';
import { setupSteps } from './setup.mjs';
import { sheetOf } from './spreadsheet.mjs';
import { byTelephone } from './submissions.mjs';
import { televisions } from './television.mjs';

const tools = await atTheOffice({ url: env('BASE_URL').replace(/\/$/, ''), login: '王晓梅' });
const { open, shot, must, dialog, button, place, choose, room } = tools;
const { home, station } = televisions();

/** Of 何家栋, whose household has the television. */
const NAME = '何家栋';
let pin;
const VILLAGE = '河西村';
const MEETING_ROOM = '石桥村会议室';
/** As no screen of the television has it. */
const INVOICE = [0, 150, 170];

/** A question: answered, with a reason if one is asked for. */
const agree = async (page, title, words, reason) => {
  const asked = dialog(page, title);
  if (reason !== undefined) await asked.getByLabel('原因').fill(reason);
  await button(asked, words).click();
  await asked.waitFor({ state: 'detached' });
};

/** From Home at the television to a list of a section; `words` stand there. */
const list = async (section, name, words) => {
  await home.press('home', section);
  await home.finds(name);
  await home.reads(words);
  await home.press('ok');
};

/** Four in each of fifty households of two villages, as a spreadsheet has them. */
function register() {
  const families = [
    ...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌',
  ];
  const given = ['春生', '秀兰', '建国', '小燕'];
  const rows = families.flatMap((family, house) =>
    given.map((one, n) => ({
      organization: house < 30 ? 'HX' : 'QH-01',
      name: `${family}${one}`,
      status: n === 3 ? '群众' : '正式党员',
      id: '',
      phone: `1380000${String(1000 + house * 4 + n)}`,
      joined: n === 3 ? '' : '2004-06-18',
      house: `${house + 1} 号`,
    })),
  );
  rows[44] = { ...rows[44], name: NAME };
  rows[9].id = '11010519491231002X';
  return rows;
}

/** What is wrong in the table as it is pasted: the cell, what is said of it, and the mend. */
const WRONG = [
  ['A12', (row) => (row.organization = 'HXX'), '没有代码 HXX 的单位', 'HX'],
  ['B31', (row) => (row.name = ''), '姓名空着', '孔小燕'],
  ['C56', (row) => (row.status = '好党员'), '身份要写', '正式党员'],
  ['D77', (row) => (row.id = '440524188001010013'), '应是', '440524188001010014'],
  ['D98', (row) => (row.id = '11010519491231002X'), '身份证号一样', ''],
  ['E120', (row) => (row.phone = '1.38E+10'), '', '13800009120'],
  ['F177', (row) => (row.joined = '2062-06-18'), '', '2002-06-18'],
];

const steps = {
  ...setupSteps(tools, env('CODE')),

  // A roll call comes over no screen at home in the hours of rest, and this day is told at any hour.
  async 'televisions at home remind people at night, too'() {
    const page = await open('/accounts/township');
    await button(page, '改时间').click();
    const form = dialog(page, '电视什么时候打扰人');
    const until = page.getByRole('combobox', { name: '到早上几点' });
    await until.click({ force: true });
    for (let hour = 6; hour < 22; hour += 1) await until.press('ArrowDown');
    await until.press('Enter');
    await form.locator('.ant-drawer-footer .ant-btn-primary').click();
    await form.waitFor({ state: 'detached' });
    await page.getByText('夜里也照常提醒').waitFor();
    await page.close();
  },

  async '200 people are pasted, of whom 7 are wrong, and mended'() {
    const people = register();
    // The first line names the columns.
    for (const [cell, spoil] of WRONG) spoil(people[Number(cell.slice(1)) - 2]);
    const page = await open('/people/import/members');
    const lines = people.map((one) => Object.values(one).join('\t'));
    const columns = ['组织代码', '姓名', '身份', '身份证号', '电话', '入党日期', '户号'];
    await page.getByLabel('粘贴的表格').fill([columns.join('\t'), ...lines].join('\n'));
    await button(page, '看一看').click();
    const wrong = page.getByRole('complementary', { name: '问题' });
    await wrong.getByRole('heading', { name: '7 个问题' }).waitFor();
    await page.getByText('到现在什么都没有改。').waitFor();
    await shot(page, 'day-wrong');
    for (const [n, [cell, , said, mended]] of WRONG.entries()) {
      const problem = wrong.getByRole('button', { name: new RegExp(`^${cell}\\D`) });
      await problem.filter({ hasText: said }).click();
      await page.getByLabel(`${cell} 的内容`).fill(mended);
      await page.getByLabel(`${cell} 的内容`).press('Enter');
      const left = WRONG.length - n - 1;
      const words = left === 0 ? '没有问题' : `${left} 个问题`;
      await wrong.getByRole('heading', { name: words, exact: true }).waitFor();
    }
    await button(page, '确认导入 200 行').click();
    await agree(page, '写进 200 行？', '写进去');
    await page.getByText('写进了 200 行').waitFor();
    await button(page, '完成').click();
    await page.goto(page.url().replace(/people.*/, 'people?q=hjd'));
    await page.locator('.ant-table-row').filter({ hasText: NAME }).getByRole('button').click();
    const detail = dialog(page, NAME);
    await button(detail, '重设 PIN…').click();
    await agree(page, `给${NAME}重设 PIN？`, '重设 PIN');
    pin = (await dialog(page, '新 PIN，1 人').locator('.pin-of b').innerText()).replace(' ', '');
    await page.close();
  },

  async 'a television is let in by its code, into a household'() {
    const code = await home.on();
    const page = await open('/terminals');
    const panel = page.getByRole('region', { name: '新电视等登记' });
    await panel.getByLabel('或者照电视上打登记码').fill(code);
    await panel.getByText('先对一对').waitFor();
    await place(page, panel, '哪个村（单位）', VILLAGE);
    await panel.getByLabel('哪一户（打姓名、户号都行，拼音也行）').fill('hjd');
    await panel.locator('.enrol-households').getByText('12 号').click();
    await button(panel, `登记到 ${VILLAGE} 12 号`).click();
    await panel.getByText('已登记为').waitFor();
    await home.knows(4);

    // The one in the meeting room stands in the list of those that wait.
    await station.on();
    await panel.getByRole('list', { name: '等着的电视' }).getByRole('button').click();
    await panel.getByText('先对一对').waitFor();
    await panel.getByText('站点', { exact: true }).click();
    await place(page, panel, '哪个村（单位）', '石桥村');
    await panel.getByLabel('电视的名称').fill(MEETING_ROOM);
    await button(panel, '登记到 石桥村').click();
    await panel.getByText('已登记为').waitFor();
    await station.until('the station has come', ({ route }) => route.screen === 'lesson');
    await station.press('home');
    await shot(page, 'day-terminals');
    await page.close();
  },

  async 'a month of accounts with a photo is published, and seen on the television'() {
    const accounts = accountsOf(tools, () => VILLAGE);
    const page = await accounts.pasted(accounts.monthBack(1), [
      ['上月结余', '1,000.00', ''],
      ['土地租金', '2,604.30', ''],
      ['办公费', '', '31.70'],
      ['月末结余', '3,572.60', ''],
    ]);
    await page.getByText('账对得上').waitFor();
    await accounts.photograph(page, 4, `rgb(${INVOICE.join()})`);
    await page.getByRole('heading', { name: '发票照片 1 张' }).waitFor();
    await button(page, '生成草稿').click();
    const { id, draft } = await accounts.draftOf(page);
    // Nothing is published before somebody has looked at its pictures.
    await page.getByText('还有 1 张图片没有确认').waitFor();
    must(await button(page, '发布…').isDisabled(), 'a photo that nobody looked at');
    await page.getByRole('button', { name: /看一看、盖住$/ }).click();
    await button(page.getByRole('dialog'), '没有要盖的，确认可以公布').click();
    await button(page, '发布…').click();
    await button(dialog(page, '发布到电视？'), '发布').click();
    await page.waitForURL(/\/publish\?open=/);
    await page.getByText('已发布').first().waitFor();

    await list('1', 'finance', draft.title);
    await home.finds(id);
    await home.press('ok');
    for (const figure of ['2,604.30', '31.70', '3,572.60']) await home.turnsTo(figure);
    await home.sees(INVOICE, 20_000);
    await page.close();
  },

  async 'a film is uploaded across a cut line, and watched'() {
    const made = await filmBecomesProgramme(tools, '大棚防冻');
    // The first list that programmes stand in.
    await list('3', made.category, '大棚防冻');
    await home.finds(made.id);
    await home.press('ok');
    await home.watches(20);
    await home.press('home');
  },

  async 'a village sends something by a telephone, and it is published'() {
    const title = '晒谷场添了灯';
    const page = await open('/publish/submissions');
    const phone = await byTelephone(tools, page, VILLAGE, [title, '晚上打谷不用摸黑了。']);
    const code = dialog(page, '扫码投稿');
    await code.getByText('已经收到这部手机的投稿').waitFor();
    await button(code, '打开看').click();
    const detail = dialog(page, title);
    await button(detail, '采用…').click();
    await choose(page, '放在哪个栏目', '通知公告');
    await button(dialog(page, '采用'), '采用，去编辑').click();
    await page.waitForURL(/\/publish\/[^/]+\/edit/);
    await page.getByRole('button', { name: /看一看、盖住$/ }).click();
    await button(page.getByRole('dialog'), '没有要盖的，确认可以公布').click();
    await button(page, '发布…').click();
    await button(dialog(page, '发布到电视？'), '发布').click();
    await page.waitForURL(/\/publish\?open=/);
    await phone.reload();
    await phone.getByText('您的投稿已经发布').waitFor();
    await phone.context().close();
    await list('1', 'notice', title);
    await page.close();
  },

  async 'a meeting is live, and a station is called on'() {
    await home.press('home');
    const page = await open('/meetings');
    await page.locator('.meeting, .ant-empty').first().waitFor();
    const host = hosting(page, '全镇视频会议');
    await host.plans({ record: false });
    await host.enters();
    await host.goesLive();
    // Whoever is at the televisions takes part, as it is offered.
    await station.until('the offer to take part', ({ dialog: asks, meeting }) => asks || meeting);
    await station.press('ok');
    await station.until('it takes part', ({ meeting }) => meeting?.step === 'joined');
    await home.reads('全镇视频会议');
    await home.press('ok');
    await home.until('it takes part', ({ meeting }) => meeting?.step === 'joined');
    await home.watches(25);
    await host.calls(MEETING_ROOM);
    await station.until('it speaks', ({ meeting }) => meeting?.place?.on_air);
    await home.watches(25);
    await shot(page, 'day-live');
    await host.ends();
    await home.until('the end', ({ meeting }) => meeting === null || meeting.step === 'over');
    await home.press('home');
    await page.close();
  },

  async 'a roll call fills by the key of somebody at home'() {
    const page = await open('/roll-calls');
    await button(page, '新点名').click();
    const form = dialog(page, '新点名');
    await form.getByLabel('名称').fill('十一月主题党日');
    await place(page, form, '点谁', VILLAGE);
    await button(form, '现在开始点名').click();
    await page.getByRole('heading', { name: '正在点名' }).waitFor();
    await page.getByText(/^出席率 = 0 ÷ \d+$/).waitFor();
    await home.reads('点名开始，请按 1 签到');
    await home.press('1');
    await home.reads(NAME);
    await home.press('ok');
    await home.types(pin);
    await home.reads('签到成功');
    await page.getByText(/^出席率 = 1 ÷ \d+$/).waitFor();
    await shot(page, 'day-roll-call');
    await button(page, '结束签到').click();
    await button(dialog(page, '结束签到？'), '结束签到').click();
    await page.getByRole('heading', { name: '点名结果' }).waitFor();
    await page.getByRole('region', { name: '怎么签的' }).getByText('遥控器').waitFor();
    await home.press('home');
    await page.close();
  },

  async 'a request is asked for at home, and answered before its deadline'() {
    const page = await open('/services/categories');
    await button(page, '新建类别').click();
    const form = dialog(page, '新建类别');
    await form.getByLabel('名称').fill('用水');
    await form.getByLabel('代码').fill('water');
    await form.getByLabel('电视上的数字键').fill('8');
    await place(page, form, '哪里的人可以用', VILLAGE);
    await place(page, form, '谁来答复', '清河镇');
    await form.getByLabel('多久以内答复').fill('24');
    await button(form, '保存').click();
    await form.waitFor({ state: 'detached' });
    await home.press('home', 'red');
    await home.reads('用水');
    await home.press('8', 'ok');
    await home.reads('已收到，24 小时内回复');

    await room(page, '服务与评议').click();
    await page.locator('.request-row').filter({ hasText: '用水' }).getByRole('button').click();
    const one = page.getByRole('region', { name: '打开的一件' });
    await one.getByText('为什么是这个期限').waitFor();
    const text = '水利站的人已经出发，上午十点前到。';
    await one.getByRole('textbox', { name: '答复', exact: true }).fill(text);
    await one.getByLabel('办完了，请本人确认').check();
    await button(one, '发出答复').click();
    await one.getByText('等本人确认').first().waitFor();
    await shot(page, 'day-answered');
    await home.press('home', 'red', 'down', 'ok');
    await home.reads(text);
    await home.press('1', '1');
    await home.reads('已收到');
    await page.getByText(/^办结/).click();
    await page.locator('.request-row').filter({ hasText: '用水' }).waitFor();
    await page.close();
  },

  async 'an evaluation is opened, answered at home, and closed'() {
    const page = await open('/services/evaluations');
    await button(page, '新评议').click();
    const form = dialog(page, '新评议');
    await form.getByLabel('名称').fill('水利站服务评议');
    await button(form, '从表格粘贴…').click();
    const pasting = dialog(page, '从表格粘贴题目');
    await pasting
      .getByLabel('粘贴的题目')
      .fill('水利站今年的服务，您满意吗？\t等级\t满意、基本满意、不满意、不了解');
    await button(pasting, '接在后面').click();
    await pasting.waitFor({ state: 'detached' });
    await form.locator('.ant-drawer-footer .ant-btn-primary').click();
    await page.getByText('起草中').waitFor();
    await button(page, '预告…').click();
    await button(dialog(page, '现在预告？'), '预告').click();
    await page.getByText('已预告').waitFor();
    const id = new URL(page.url()).pathname.split('/').pop();

    // It opens while somebody looks at it.
    await list('6', 'evaluations', '水利站服务评议');
    await home.finds(id);
    await home.press('ok');
    await home.reads('不记名', '可以投');
    await button(page, '现在开始…').click();
    await button(dialog(page, '现在就开始？'), '开始').click();
    await page.getByText('正在进行').waitFor();
    await home.reads('截止', '开始');
    await home.press('ok');
    await home.reads('谁来答？', NAME);
    await home.press('ok');
    await home.reads('请输入六位密码');
    await home.types(pin);
    await home.reads('水利站今年的服务，您满意吗？');
    await home.press('1');
    await home.until('all is answered', ({ route }) => route.screen === 'answering');
    await home.press('ok', 'right', 'ok');
    await home.reads('已投');

    await button(page, '现在截止…').click();
    await button(dialog(page, '现在截止并计票？'), '截止').click();
    await page.getByRole('heading', { name: '结果', exact: true }).waitFor();
    await page.getByText('已截止').first().waitFor();
    await shot(page, 'day-result');
    await list('6', 'results', '收回 1 份');
    await page.close();
  },

  async 'figures, and a table of them to take away'() {
    const page = await open('/statistics');
    const total = page.getByRole('region', { name: '合计' });
    await total.getByText('清河镇').waitFor();
    await page.getByRole('region', { name: '按类别' }).getByText('用水').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      button(page, '下载这个月的表').click(),
    ]);
    const words = sheetOf(await file.path());
    for (const part of ['清河镇', '用水']) must(words.includes(part), `${part} in ${words}`);

    await room(page, '统计').click();
    await page.getByRole('link', { name: '出勤' }).click();
    await page.getByRole('region', { name: '各支部' }).getByText(VILLAGE).waitFor();
    const [list] = await Promise.all([
      page.waitForEvent('download'),
      button(page, '下载名单和数').click(),
    ]);
    const attended = sheetOf(await list.path());
    for (const part of [VILLAGE, NAME]) must(attended.includes(part), `${part} in ${attended}`);
    await shot(page, 'day-statistics');
    await page.close();
  },

  async 'the day is over'() {
    const page = await open('/');
    await page.getByRole('heading', { name: '今天', level: 1 }).waitFor();
    await page.locator('.today-line, .today-none').first().waitFor();
    await shot(page, 'day-over');
    await page.locator('button.who').click();
    await button(page, '退出').click();
    await button(page, '登录').waitFor();
    // Whoever comes next reads nothing, whatever address they know.
    await page.goto(page.url().replace(/console.*/, 'console/people'));
    await button(page, '登录').waitFor();
    const asked = await tools.context.request.get(`${tools.backend.url}/api/v1/members`);
    must(asked.status() === 401, `whoever comes next: ${asked.status()}`);
    await page.close();
  },
};

if (await run(steps, tools, /./)) say('over');
else process.exitCode = 1;
await tools.browser.close();
process.stdin.destroy();
