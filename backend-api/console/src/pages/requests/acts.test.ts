import { describe, expect, it } from 'vitest';

import { actOf, EMPTY, isWritten, MANNERS, modes, withSentence } from './acts';
import type { Mode, Writing } from './acts';

const written = (change: Partial<Writing>) => actOf({ ...EMPTY, ...change });

describe('what is sent', () => {
  it('is the act that is in sight, and nothing that was written for another', () => {
    const beside = { office: 'SL', hours: 5, reached: true, into: 'r2', title: '标题', list: 'l' };
    expect(written({ ...beside, text: ' 明天来人。 ', done: true, pictures: ['p'] })).toEqual({
      act: { act: 'reply', text: '明天来人。', done: true, by_phone: false, pictures: ['p'] },
    });
    expect(written({ ...beside, mode: 'note', text: '记' })).toEqual({
      act: { act: 'note', text: '记' },
    });
    expect(written({ ...beside, mode: 'pass_on', text: '归水利站' })).toEqual({
      act: { act: 'pass_on', organization_code: 'SL', reason: '归水利站' },
    });
    expect(written({ ...beside, mode: 'merge' })).toEqual({ act: { act: 'merge', into: 'r2' } });
    expect(written({ ...beside, mode: 'publish' })).toEqual({
      act: { act: 'publish', title: '标题', list: 'l' },
    });
    const confirmed_numbers = [{ digits: '13800000001', reason: '办公电话' }];
    expect(written({ ...beside, mode: 'publish', confirmed_numbers })).toEqual({
      act: { act: 'publish', title: '标题', list: 'l', confirmed_numbers },
    });
    expect(written({ ...beside, mode: 'decline', text: '按规定不能' })).toEqual({
      act: { act: 'decline', reason: '按规定不能' },
    });
  });

  it('may be a telephone call of which nothing is written, but whether it was answered is said', () => {
    expect(written({ mode: 'call' })).toHaveProperty('missing');
    expect(written({ mode: 'call', reached: false })).toEqual({
      act: { act: 'call', reached: false, text: '' },
    });
  });

  it.each<[Partial<Writing>, string]>([
    [{}, '请写答复'],
    [{ text: '  ' }, '请写答复'],
    [{ text: '长'.repeat(501) }, '最多 500'],
    [{ mode: 'ask_back', text: '长'.repeat(201) }, '最多 200'],
    [{ mode: 'pass_on', text: '归水利站' }, '转给谁'],
    [{ mode: 'pass_on', office: 'SL' }, '为什么转'],
    [{ mode: 'ask_extension', text: '调配件', hours: 0 }, '1 到 720'],
    [{ mode: 'ask_extension', text: '调配件', hours: 721 }, '1 到 720'],
    [{ mode: 'ask_extension', text: '调配件', hours: null }, '1 到 720'],
    [{ mode: 'merge' }, '哪一件'],
    [{ mode: 'publish', list: 'l' }, '标题'],
    [{ mode: 'publish', title: '修路' }, '栏目'],
  ])('is nothing while something is missing: %j', (change, words) => {
    const result = written(change);
    expect('missing' in result && result.missing).toContain(words);
  });

  it('counts characters as people do', () => {
    expect(written({ text: '𠮷'.repeat(500) })).toHaveProperty('act');
  });
});

it('offers what the server allows, and nothing else', () => {
  expect(modes(['note', 'reply', 'decline', 'accept', 'no_such_act'])).toEqual({
    usual: ['reply', 'note'],
    rest: ['decline'],
  });
  expect(modes([])).toEqual({ usual: [], rest: [] });
  const everything = modes(Object.keys(MANNERS));
  expect(new Set<Mode>([...everything.usual, ...everything.rest]).size).toBe(10);
});

it('takes a common sentence in after what is written', () => {
  expect(withSentence('', '已派人。')).toBe('已派人。');
  expect(withSentence('您好。\n', '已派人。')).toBe('您好。已派人。');
});

it('knows whether something would be lost', () => {
  expect(isWritten(EMPTY)).toBe(false);
  expect(isWritten({ ...EMPTY, text: '  ' })).toBe(false);
  expect(isWritten({ ...EMPTY, text: '您好' })).toBe(true);
  expect(isWritten({ ...EMPTY, pictures: ['p'] })).toBe(true);
});
