import { describe, expect, it } from 'vitest';

import type { Direction, Stage } from '../../api/types';
import {
  asked,
  dismissed,
  isDone,
  isPending,
  LATE_MS,
  looked,
  placeOf,
  refused,
} from './directions';
import { stage, station } from './fixtures';

const call: Direction = { command: 'call_on', terminal_id: 'a' };
const back: Direction = { command: 'hand_back', terminal_id: 'a' };

describe('what was asked for is done', () => {
  const cases: [Direction, Partial<Stage>, boolean][] = [
    [call, { stations: [station('a', { called: true })] }, false],
    [call, { stations: [station('a', { called: true, on_air: true })] }, true],
    [back, { stations: [station('a', { on_air: true })] }, false],
    [back, { stations: [station('a')] }, true],
    [back, { stations: [] }, true],
    [
      { command: 'lower_hand', terminal_id: 'a' },
      { stations: [station('a', { hand_raised_at_ms: 1 })] },
      false,
    ],
    [{ command: 'lower_hand', terminal_id: 'a' }, { stations: [station('a')] }, true],
    [{ command: 'mute', terminal_id: 'a', muted: true }, { stations: [station('a')] }, false],
    [
      { command: 'mute', terminal_id: 'a', muted: true },
      { stations: [station('a', { muted: true })] },
      true,
    ],
    [{ command: 'mute', muted: true }, { host_muted: false }, false],
    [{ command: 'mute', muted: true }, { host_muted: true }, true],
    [{ command: 'layout', layout: 'grid' }, { layout: 'host_full' }, false],
    [{ command: 'layout', layout: 'grid' }, { layout: 'grid' }, true],
    [{ command: 'presence_code', roll_call_id: 'r' }, { presence_code: null }, false],
    [{ command: 'presence_code', roll_call_id: 'r' }, { presence_code: '1234' }, true],
    [{ command: 'presence_code' }, { presence_code: '1234' }, false],
    [{ command: 'presence_code' }, { presence_code: null }, true],
  ];
  it.each(cases)('%j on %j: %s', (direction, change, done) =>
    expect(isDone(direction, stage(change))).toBe(done),
  );
});

describe('a wish', () => {
  it('is pending until the stage confirms it', () => {
    const wishes = asked({}, call, 0);
    expect(isPending(wishes, placeOf(call))).toBe(true);
    const waiting = looked(wishes, stage({ stations: [station('a', { called: true })] }), 1000);
    expect(waiting).toBe(wishes);
    const done = looked(wishes, stage({ stations: [station('a', { on_air: true })] }), 1500);
    expect(done).toEqual({});
  });

  it('gets a sentence after five seconds that says what is missing', () => {
    const wishes = asked({}, call, 0);
    const known = stage({ stations: [station('a', { called: true, source: 'connecting' })] });
    expect(looked(wishes, known, LATE_MS - 1)).toBe(wishes);
    const late = looked(wishes, known, LATE_MS);
    expect(late['speak:a']?.trouble).toBe(
      '已经请a站点发言，画面还没到。画面一到会自动上屏，也可以先请别的站点。',
    );
    expect(isPending(late, 'speak:a')).toBe(false);
    // It still may come.
    expect(looked(late, stage({ stations: [station('a', { on_air: true })] }), 9000)).toEqual({});
  });

  it('every command has a sentence without a code in it', () => {
    const known = stage({
      stations: [station('a', { on_air: true, hand_raised_at_ms: 1 })],
      presence_code: '1',
    });
    const directions: Direction[] = [
      back,
      { command: 'lower_hand', terminal_id: 'a' },
      { command: 'mute', terminal_id: 'a', muted: true },
      { command: 'mute', muted: true },
      { command: 'layout', layout: 'grid' },
      { command: 'presence_code' },
    ];
    for (const direction of directions) {
      const trouble = looked(asked({}, direction, 0), known, LATE_MS)[placeOf(direction)]?.trouble;
      expect(trouble).toMatch(/^[^_]{8,}。$/);
    }
    expect(looked(asked({}, call, 0), null, LATE_MS)['speak:a']?.trouble).toContain('网络');
  });

  it('that was refused says so, unless something newer was asked for', () => {
    const wishes = asked({}, call, 0);
    expect(refused(wishes, call, '没有权限。')['speak:a']?.trouble).toBe('没有权限。');
    const newer = asked(wishes, back, 100);
    expect(refused(newer, call, '没有权限。')).toBe(newer);
  });

  it('at the same place replaces the one before, elsewhere it does not', () => {
    const both = asked(asked({}, call, 0), { command: 'layout', layout: 'grid' }, 10);
    expect(Object.keys(both)).toEqual(['speak:a', 'layout']);
    expect(asked(both, back, 20)['speak:a']?.direction).toBe(back);
  });

  it('can be dismissed', () => {
    const wishes = asked({}, call, 0);
    expect(dismissed(wishes, 'speak:a')).toEqual({});
    expect(dismissed(wishes, 'layout')).toBe(wishes);
  });
});
