/** The first day: five steps until the televisions of the villages are of use. Pure. */

/** What of it is there already. */
export interface Begun {
  /** Besides the own one. */
  organizations: number;
  members: boolean;
  televisions: number;
  bulletin: boolean;
  /** One that was held, or is. */
  meeting: boolean;
}

export interface Step {
  key: string;
  title: string;
  /** How long it takes, for a start. */
  takes: string;
  /** What is to be done, or what was. */
  words: string;
  done: boolean;
  button: string;
  /** Where it is done. */
  to: string;
}

/** In their order; what the data say is done, is. */
export function steps(begun: Begun): Step[] {
  const { organizations, members, televisions, bulletin, meeting } = begun;
  return [
    {
      key: 'organizations',
      title: '单位',
      takes: '约 10 分钟',
      words:
        organizations > 0
          ? `已经有 ${organizations} 个下级单位。`
          : '把村、支部和站所填进去，人员、电视和会议都归到它们名下。',
      done: organizations > 0,
      button: organizations > 0 ? '看看' : '去填',
      to: '/accounts/places',
    },
    {
      key: 'members',
      title: '人员',
      takes: '约 10 分钟',
      words: members
        ? '名册里已经有人。'
        : '把手上的党员名册导进来，Excel、WPS 都行。点“确认”以前什么都不改。',
      done: members,
      button: members ? '看看' : '去导入',
      to: members ? '/people' : '/people/import/members',
    },
    {
      key: 'televisions',
      title: '电视',
      takes: '每台 1 分钟',
      words:
        televisions > 0
          ? `已经登记 ${televisions} 台。`
          : '在村里插上电，电视显示 8 位登记码；在这里点“同意登记”。',
      done: televisions > 0,
      button: televisions > 0 ? '看看' : '去登记',
      to: televisions > 0 ? '/terminals' : '/terminals/enrol',
    },
    {
      key: 'bulletin',
      title: '第一条通知',
      takes: '3 分钟',
      words: bulletin ? '已经发布过。' : '写一条告诉大家电视开通了，审核以后马上到每台电视。',
      done: bulletin,
      button: bulletin ? '看看' : '去写',
      to: '/publish',
    },
    {
      key: 'meeting',
      title: '第一次会议',
      takes: '10 分钟',
      words: meeting ? '已经开过。' : '先同一个村试一次画面和声音，再开全镇的。',
      done: meeting,
      button: meeting ? '看看' : '去安排',
      to: '/meetings',
    },
  ];
}

/** The one that is to be done next; `undefined`: none. */
export function next(all: readonly Step[]): Step | undefined {
  return all.find(({ done }) => !done);
}
