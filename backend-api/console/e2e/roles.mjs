// The same pages as five roles: the nav and every address show only what is theirs, and nothing is offered that would
// be refused. That a request is refused all the same, the matrix of the server's tests says. Called by pages.mjs with
// what it drives the pages with.
import { readFileSync } from 'node:fs';

/** Whoever may do it, by the table of `docs/decisions/0009-people.md`. */
const ROLES = {
  A: 'platform_administrator',
  S: 'organization_staff',
  P: 'office_publisher',
  B: 'branch_secretary',
  R: 'reader',
};
const ALL = 'ASPBR';

/**
 * Every page: whose it is, and what is to be done there by whom. `made` has the ids of something in a village.
 * `barred`: what the page says to whoever sees its address and not what stands there.
 */
const pagesOf = (made) => ({
  '/': { whose: ALL },
  '/publish': { whose: ALL, acts: { 写一条: 'ASPB', 审核: 'ASP' } },
  '/publish/:id/edit': {
    at: `/publish/${made.bulletin}/edit`,
    whose: 'ASPB',
    acts: { '发布…': '' },
  },
  '/publish/:id/review': {
    at: `/publish/${made.submitted}/review`,
    whose: 'ASP',
    acts: { '通过，发布…': 'ASP' },
  },
  '/publish/submissions': { whose: ALL, acts: { 投一篇稿: 'ASPB', 扫码投稿: 'ASPB' } },
  '/publish/finance': { whose: 'ASPB' },
  '/publish/branches': { whose: ALL, acts: { 新建支部主页: 'ASP' } },
  '/programmes': { whose: ALL, acts: { '上传节目…': 'ASP' } },
  '/meetings': { whose: ALL, acts: { 新建会议: 'ASB' } },
  '/meetings/:id/viewings': { at: `/meetings/${made.meeting}/viewings`, whose: ALL },
  '/meetings/:id/live': {
    at: `/meetings/${made.meeting}/live`,
    whose: 'ASB',
    barred: '您的账号不能主持这场会',
  },
  '/roll-calls': { whose: ALL, acts: { 新点名: 'ASB' } },
  '/roll-calls/:id': {
    at: `/roll-calls/${made.rollCall}`,
    whose: ALL,
    acts: { 结束签到: 'ASB', [`给${made.name}补签`]: 'ASB' },
  },
  '/services': { whose: ALL },
  '/services/suggestions': { whose: ALL },
  '/services/evaluations': { whose: ALL, acts: { 新评议: 'AS' } },
  '/services/evaluations/:id': {
    at: `/services/evaluations/${made.evaluation}`,
    whose: ALL,
    acts: { '现在截止…': 'AS', '取消…': 'AS', '照这个再办一次…': 'AS', '录一张纸质票…': 'ASB' },
  },
  '/services/categories': { whose: ALL, acts: { 新建类别: 'AS' } },
  '/services/reports': { whose: 'SP' },
  '/duty': { whose: ALL, acts: { 新建坐班室: 'AS', 打开画面: 'AS' } },
  '/people': { whose: 'ASBR', acts: { 添一个人: 'ASB', 从表格导入: 'ASB' } },
  '/people/households': { whose: 'ASBR' },
  '/people/duplicates': { whose: 'ASBR' },
  '/people/import/:what': { at: '/people/import/members', whose: 'ASB' },
  '/terminals': { whose: ALL, acts: { 登记电视: 'AS' } },
  '/terminals/enrol': { whose: 'AS' },
  '/statistics': { whose: ALL },
  '/statistics/attendance': { whose: ALL },
  '/statistics/programmes': { whose: ALL },
  '/statistics/asked': { whose: ALL },
  '/accounts': { whose: 'AS', acts: { 开一个账号: 'AS' } },
  '/accounts/sessions': { whose: ALL },
  '/accounts/me': { whose: ALL },
  '/accounts/notices': { whose: ALL },
  '/accounts/audit': { whose: 'AS' },
  '/accounts/township': { whose: 'AS', acts: { 改名称: 'AS' } },
  '/accounts/calendar': { whose: 'AS' },
  '/accounts/places': { whose: 'AS' },
});

/** What is open beside a list, and what is to be done with it by whom. */
const detailsOf = (made) => [
  [`/publish?open=${made.bulletin}`, ALL, { '撤回…': 'ASP', 修改: 'ASP', 打印: ALL }],
  [`/meetings?open=${made.meeting}`, ALL, { '取消会议…': 'ASB', 修改: 'ASB' }],
  [
    `/people?open=${made.member}`,
    'ASBR',
    {
      '查看完整号码…': 'ASB',
      '重设 PIN…': 'ASB',
      '转到别的单位…': 'ASB',
      '登记离开…': 'ASB',
      修改: 'ASB',
    },
  ],
  [`/people/households?open=${made.household}`, 'ASBR', { 修改: 'ASB' }],
  [`/terminals?open=${made.station}`, ALL, { '停用…': 'AS', 修改: 'AS', '重新启动程序…': 'AS' }],
];

/** The rooms of the nav, in its order, and whose page stands first in each. */
const NAV = {
  今天: ALL,
  发布: ALL,
  节目: ALL,
  会议与直播: ALL,
  点名: ALL,
  服务与评议: ALL,
  干部坐班: ALL,
  人员与户: 'ASBR',
  电视: ALL,
  统计: ALL,
  账号与记录: ALL,
};

export function roleSteps(tools) {
  const { api, must, until, titled, mark, planned, signedIn, context, open } = tools;
  const VILLAGE = `O${mark}`;
  let made;

  /** Something of everything, in a village. */
  async function make() {
    await api('POST', '/organizations', {
      parent_code: tools.me().organization_code,
      kind: 'village',
      code: VILLAGE,
      name: titled('五角村'),
    });
    const own = { organization_code: VILLAGE };
    const name = titled('祝长庚');
    const household = await api('POST', '/households', { ...own, name: '1 号' });
    const member = await api('POST', '/members', {
      ...own,
      name,
      status: 'full',
      phone: '13800000881',
      household_id: household.id,
    });
    const { sections } = await api('GET', '/township');
    const lists = sections.flatMap(({ listings }) => listings);
    const listOf = (kind) => lists.find((one) => one.kind === kind).id;
    const bulletin = async (title, ...steps) => {
      let now = await api('POST', '/bulletins', {
        ...own,
        list: listOf('bulletins'),
        audience_code: VILLAGE,
        title: titled(title),
        body: [{ type: 'paragraph', text: '请看。' }],
      });
      for (const step of steps) {
        const { id, version } = now;
        now = await api('POST', `/bulletins/${id}/${step}`, undefined, { version });
      }
      return now.id;
    };
    const { meeting } = await planned('五角村的会', { ...own, audience_code: VILLAGE });
    const call = { ...own, title: titled('五角村点名'), window_ms: 3_600_000 };
    const evaluation = await api('POST', '/evaluations', {
      ...own,
      title: titled('五角村评议'),
      list: listOf('evaluations'),
      opens_at_ms: Date.now() + 60_000,
      closes_at_ms: Date.now() + 3_600_000,
      form: {
        questions: [
          {
            id: 'q1',
            text: '满意吗？',
            required: true,
            kind: { kind: 'one', options: ['满意', '不满意'] },
          },
        ],
      },
    });
    const { id } = evaluation.evaluation;
    const { version } = evaluation;
    await api('POST', `/evaluations/${id}/announce`, undefined, { version });
    await api('POST', `/evaluations/${id}/open`);
    const terminal = await tools.station(titled('五角村会议室'), VILLAGE);
    await api('POST', '/duty-rooms', {
      ...own,
      title: titled('五角值班室'),
      camera_url: 'rtsp://192.168.1.64/live',
    });
    return {
      name,
      member: member.id,
      household: household.id,
      bulletin: await bulletin('五角村公示', 'submit', 'publish'),
      submitted: await bulletin('五角村送审', 'submit'),
      meeting: meeting.id,
      rollCall: (await api('POST', '/roll-calls', call)).id,
      evaluation: id,
      station: terminal,
    };
  }

  /** What stands there has come. */
  const rests = async (page) => {
    await page.locator('h1, .ant-result').first().waitFor();
    await until('it has come', async () => {
      const waits = page.locator('[aria-label="正在读取"], .ant-spin-spinning, .ant-skeleton');
      return (await waits.count()) === 0 && (await page.getByText('正在读取').count()) === 0;
    });
  };
  /** Another address without loading everything again. */
  const goes = async (page, address) => {
    await page.evaluate((to) => {
      history.pushState(null, '', `/console${to}`);
      dispatchEvent(new PopStateEvent('popstate'));
    }, address);
    await rests(page);
  };
  const offered = (page, name) =>
    page
      .getByRole('button', { name, exact: true })
      .or(page.getByRole('link', { name, exact: true }))
      .or(page.getByRole('region', { name, exact: true }));

  async function walks(role, as) {
    const page = await open('/', as);
    await rests(page);
    const nav = page.getByRole('navigation', { name: '主要页面' });
    const names = (await nav.getByRole('link').allInnerTexts()).map((one) => one.split('\n')[0]);
    const expected = Object.keys(NAV).filter((name) => NAV[name].includes(role));
    must(names.join() === expected.join(), `the nav of ${ROLES[role]}: ${names.join()}`);

    const all = Object.entries(pagesOf(made)).map(([path, one]) => [one.at ?? path, one]);
    const details = detailsOf(made).map(([at, whose, acts]) => [at, { whose, acts }]);
    for (const [at, { whose, acts = {}, barred = '没有这个页面' }] of [...all, ...details]) {
      const where = `${at} as ${ROLES[role]}`;
      await goes(page, at);
      if (!whose.includes(role)) {
        // Also by the address alone.
        await page.reload();
        await page.getByText(barred).first().waitFor();
        continue;
      }
      must((await page.getByText(barred).count()) === 0, `${where}: it is theirs`);
      for (const [name, theirs] of Object.entries(acts)) {
        const there = offered(page, name).first();
        if (theirs.includes(role)) {
          await there.waitFor().catch(() => must(false, `${where} is not offered ${name}`));
        } else {
          must((await there.count()) === 0, `${where} is offered ${name}`);
        }
      }
    }
    await page.close();
  }

  return {
    async 'five roles: what there is, and every page in the table'() {
      made = await make();
      const rooms = readFileSync(new URL('../src/rooms.tsx', import.meta.url), 'utf8');
      const known = [...rooms.matchAll(/^ {8}path: '([^']+)'/gm)].map(([, path]) => path);
      const listed = Object.keys(pagesOf(made));
      must(known.join() === listed.join(), `pages of rooms.tsx: ${known.join()}`);
    },

    ...Object.fromEntries(
      Object.entries(ROLES).map(([role, named]) => [
        `five roles: ${named} sees and is offered what is theirs`,
        async () => {
          if (role === 'A') return walks(role, context);
          const code = role === 'B' ? VILLAGE : tools.me().organization_code;
          const as = await signedIn(code, named);
          await walks(role, as);
          await as.close();
        },
      ]),
    ),
  };
}
