import { describe, expect, it } from 'vitest';

import { bars, percent, shown, turnoutOf } from './bars';

describe('bars', () => {
  it('stand in the order of the form, not of their size', () => {
    const row = {
      cells: [
        { label: '满意', count: 8 },
        { label: '基本满意', count: 30 },
        { label: '不满意、不了解', count: 12 },
      ],
    };
    expect(bars(row, 50)).toEqual([
      { label: '满意', words: '8 票', share: 0.16, isJoined: false },
      { label: '基本满意', words: '30 票', share: 0.6, isJoined: false },
      { label: '不满意、不了解', words: '12 票，不分开', share: 0.24, isJoined: true },
    ]);
  });

  it('draw nothing of what is hidden', () => {
    expect(bars({ cells: [{ label: '满意', count: null }] }, 20)[0]).toMatchObject({ share: null });
    expect(bars({ cells: [{ label: '满意', count: 9 }] }, null)[0]).toMatchObject({
      words: '9 票',
      share: null,
    });
    expect(bars({ cells: [{ label: '满意', count: 0 }] }, 0)[0]?.share).toBeNull();
  });
});

it('says how many took part, and of a motion what is half', () => {
  const result = { entitled: 412, took_part: 318, questions: [] };
  expect(turnoutOf(result, false)).toEqual({
    words: '参加 318 / 该答 412，参加率 77.2%',
    share: 318 / 412,
    half: null,
  });
  expect(turnoutOf({ ...result, entitled: 16, took_part: 9 }, true).half).toBe('过半要 9 人');
  expect(turnoutOf({ ...result, entitled: 17 }, true).half).toBe('过半要 9 人');
  expect(turnoutOf({ ...result, on_paper: 7 }, false).words).toContain('纸质票 7 张');
  expect(turnoutOf({ entitled: 0, took_part: 0, questions: [] }, false).share).toBe(0);
});

it('shows questions in the order of the form, and rows as the register has them', () => {
  const kind = { kind: 'one' as const, options: ['好', '差'] };
  const questions = [
    { id: 'q1', text: '甲', kind },
    { id: 'q2', text: '乙', kind },
    { id: 'q3', text: '丙', kind },
  ];
  const cells = [{ label: '好', count: 6 }];
  const results = [
    {
      question: 'q2',
      answered: 6,
      rows: [
        { label: '石桥村', cells },
        { label: '河西村', cells },
      ],
    },
    { question: 'q1', answered: null, rows: [{ cells }] },
  ];
  const all = shown(questions, results);
  expect(all.map(({ title, answered }) => [title, answered])).toEqual([
    ['甲', '答的人太少，不显示'],
    ['乙', '6 人答'],
  ]);
  expect(all[1]?.rows.map(({ label }) => label)).toEqual(['石桥村', '河西村']);
});

it.each([
  [0, '0%'],
  [1, '100%'],
  [0.7718, '77.2%'],
])('%s is %s', (share, words) => expect(percent(share)).toBe(words));
