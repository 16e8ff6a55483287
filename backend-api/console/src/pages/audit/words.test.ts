import { describe, expect, it } from 'vitest';

import { about, ACTIONS, beside, deed, kindOf, meaning, PERSONAL, who } from './words';

it('says what was done, and what it has no words for as it is', () => {
  expect(deed('member.reveal')).toBe('党员 · 查看完整号码');
  expect(deed('session.refused')).toBe('登录 · 被拒绝');
  expect(deed('request.decline')).toBe('一键服务 · 说明不能办');
  expect(deed('spaceship.decline')).toBe('spaceship.decline');
  expect(deed('evaluation.paper_ballot')).toBe('评议 · 录纸质票');
  expect(deed('roll_call.levitate')).toBe('roll_call.levitate');
  expect(deed('roll_call.open_round')).toBe('点名 · 抽点');
});

it('says who did it', () => {
  expect(who('staff:王 主任')).toBe('王 主任');
  expect(who('system')).toBe('系统');
  expect(who('terminal:0199')).toBe('电视');
});

it('says why somebody was not let in, and from where', () => {
  expect(beside('session.refused', 'wrong password from 10.1.2.3')).toBe('密码不对，来自 10.1.2.3');
  expect(beside('session.refused', 'unknown login')).toBe('未知账号');
  expect(beside('session.refused', '27 more')).toBe('还有 27 次，没有逐条记');
  expect(beside('member.reveal', '27 more')).toBe('27 more');
});

it.each(ACTIONS)('has words for %s, which is offered as a filter', (action) =>
  expect(deed(action)).not.toBe(action),
);

it('marks what touched personal data and who was not let in', () => {
  expect(kindOf('member.reveal')).toEqual({ tone: 'due', words: '个人信息' });
  expect(PERSONAL.every((action) => deed(action) !== action)).toBe(true);
  expect(kindOf('session.refused')).toEqual({ tone: 'due', words: '登录失败' });
  expect(kindOf('roll_call.open')).toEqual({ tone: 'plain', words: '点名' });
  expect(kindOf('spaceship.open').words).toBe('spaceship');
});

it('says what an entry is about without an id', () => {
  expect(about('member:0199-a')).toBe('党员');
  expect(about('township')).toBe('栏目');
});

it('says what the server writes in English', () => {
  expect(beside('roll_call.correct', 'roll_call:0199-a Leave: 住院')).toBe('记为请假：住院');
  expect(beside('roll_call.add_member', 'roll_call:0199-a: 刚转来')).toBe('刚转来');
  expect(beside('bulletin.publish', 'for QH')).toBe('范围 QH');
  expect(beside('report.attendance', '2026-11, 80 members')).toBe('2026-11，80 人');
  expect(beside('member.import', 'added 41 changed 2 unchanged 7 left out 3')).toBe(
    '新加 41，改 2，没导入 3',
  );
  expect(beside('member.import_undo', 'removed 40 restored 2 kept 1')).toBe(
    '去掉 40，恢复 2，没有动 1',
  );
});

describe('words that are looked for', () => {
  it.each([
    ['党员', 'action:member.*'],
    ['查看完整号码', 'action:*.reveal'],
    ['党员 · 查看完整号码', 'action:member.reveal'],
    ['说明不能办', 'action:request.decline'],
    ['系统', 'actor:system'],
    ['密码不对', 'detail:wrong password*'],
    ['记为请假', 'detail:roll_call:* Leave: *'],
    ['登录失败', 'action:session.refused'],
  ])('%s means %s in the log', (words, meant) => expect(meaning(words)).toContain(meant));

  it('mean nothing where the page has no such words', () => {
    expect(meaning('张三')).toEqual([]);
    expect(meaning(' ')).toEqual([]);
  });

  it('are no more than the server takes, whatever is typed', () => {
    for (const word of '查登的一人不改'.split('')) {
      expect(meaning(word).length).toBeLessThanOrEqual(50);
    }
  });

  it('say nothing twice', () => {
    const meant = meaning('党员');
    expect(
      meant.filter((one) => one.startsWith('action:member.') && one !== 'action:member.*'),
    ).toEqual([]);
  });
});
