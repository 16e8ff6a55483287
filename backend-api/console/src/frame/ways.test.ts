import { describe, expect, it } from 'vitest';

import type { Action } from '../api/types';
import { ROOMS } from '../rooms';
import { find } from './finder';
import { entry, isThere, roomAt, roomsFor, tabsOf } from './ways';

const all = () => true;
const only =
  (...actions: Action[]) =>
  (action: Action) =>
    actions.includes(action);
const room = (path: string) => {
  const found = ROOMS.find((one) => one.path === path);
  if (found === undefined) throw new Error(`no room ${path}`);
  return found;
};
const pages = ROOMS.flatMap((one) => one.pages);

describe('the table of rooms', () => {
  it('names every address once, old ones too', () => {
    const paths = pages.flatMap(({ path, was = [] }) => [path, ...was]);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('has pages below their rooms', () => {
    for (const { path, pages: own } of ROOMS) {
      for (const page of own) {
        expect(page.path === path || page.path.startsWith(`${path}/`), page.path).toBe(true);
      }
    }
  });

  it('has a letter of pinyin for every character', () => {
    for (const { title, pinyin } of [...ROOMS, ...pages]) {
      expect(pinyin, title).toMatch(/^[a-z]+$/);
      expect(pinyin.length, title).toBe(title.length);
    }
  });

  it('keeps the order of the nav', () => {
    expect(ROOMS.map(({ title }) => title).join(' · ')).toBe(
      '今天 · 发布 · 节目 · 会议与直播 · 点名 · 服务与评议 · 干部坐班 · 人员与户 · 电视 · 统计 · 账号与记录',
    );
  });
});

describe('who sees what', () => {
  it('shows confidential reports to those alone who may confide', () => {
    const titles = (may: (action: Action) => boolean) =>
      tabsOf(room('/services'), may).map(({ title }) => title);
    expect(titles(only('read', 'serve', 'confide'))).toContain('举报投诉');
    expect(titles(only('read', 'serve'))).not.toContain('举报投诉');
    expect(find(ROOMS, only('read', 'serve'), 'jbts')).toEqual([]);
  });

  it('shows no room without a page for them, and no page about one thing as a tab', () => {
    for (const one of roomsFor(ROOMS, () => false)) {
      expect(tabsOf(one, () => false).length).toBeGreaterThan(0);
    }
    expect(tabsOf(room('/meetings'), all).map(({ path }) => path)).toEqual(['/meetings']);
  });

  it('enters a room by its own address, or by the first page of theirs', () => {
    expect(entry(room('/services'), all)).toBe('/services');
    // Not even to read: evaluations are for everybody.
    expect(entry(room('/services'), () => false)).toBe('/services/evaluations');
  });
});

describe('addresses', () => {
  it.each([
    ['/', '/'],
    ['/meetings', '/meetings'],
    ['/meetings/1/viewings', '/meetings'],
    ['/services/evaluations/1', '/services'],
    ['/services/no-such-page', '/services'],
    ['/accounts/audit', '/accounts'],
  ])('%s belongs to %s', (pathname, path) => expect(roomAt(ROOMS, pathname)?.path).toBe(path));

  it('of nothing belong to no room', () => expect(roomAt(ROOMS, '/nothing')).toBeUndefined());

  it('that have a page are told from those that have none', () => {
    expect(isThere(ROOMS, '/meetings?open=1')).toBe(true);
    expect(isThere(ROOMS, '/meetings/1/live')).toBe(true);
    expect(isThere(ROOMS, '/services/no-such-page')).toBe(false);
  });
});

describe('finding a page', () => {
  const titles = (words: string, may: (action: Action) => boolean = all) =>
    find(ROOMS, may, words).map(({ title }) => title);

  it('goes by the name, by first letters, and by the room', () => {
    expect(titles('支部')).toEqual(['支部主页', '向各支部要了什么']);
    expect(titles('ZB ZY')).toEqual(['支部主页']);
    // The page of just this name first, then those of the room.
    expect(titles('一键')[0]).toBe('一键服务');
    expect(titles('服务与评议')).toEqual(expect.arrayContaining(['一键服务', '类别']));
  });

  it('puts what fits best first', () => {
    expect(titles('jl')[0]).toBe('记录');
    // A room without a page of its own name: its first page.
    expect(titles('tj')[0]).toBe('一键服务');
  });

  it('shows everything they may see when nothing is typed, and nothing when nothing fits', () => {
    expect(titles('', only('read'))).toContain('会议与直播');
    expect(titles('', only('read'))).not.toContain('记录');
    expect(titles('没有这样的页面')).toEqual([]);
  });
});
