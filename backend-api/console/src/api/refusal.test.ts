import { expect, it } from 'vitest';

import { treeOf } from './places';
import { isSignedOut, noAnswer, refusalOf, sentence } from './refusal';

it('takes the sentence and the fields of a problem document', () => {
  const refusal = refusalOf(422, {
    code: 'invalid',
    title: '有几处要改。',
    fields: [{ field: 'title', message: '太长。' }, 'nonsense'],
  });
  expect(refusal).toMatchObject({ status: 422, code: 'invalid', message: '有几处要改。' });
  expect(refusal.fields).toEqual([{ field: 'title', message: '太长。' }]);
});

it('has words of its own for what a proxy says', () => {
  expect(refusalOf(502, '<html>').message).toContain('稍后再试');
  expect(refusalOf(418, null).message).toContain('418');
  expect(sentence(noAnswer())).toContain('网络');
  expect(sentence(new TypeError('x is undefined'))).not.toContain('undefined');
});

it('knows a session that is over from a wrong password', () => {
  expect(isSignedOut(refusalOf(401, { code: 'unauthenticated', title: '请登录。' }))).toBe(true);
  expect(isSignedOut(refusalOf(401, { code: 'wrong_password', title: '密码不对。' }))).toBe(false);
});

it('makes a tree of organizations', () => {
  const one = (id: string, parent_id: string | null) => ({
    id,
    parent_id,
    kind: 'village' as const,
    code: `c${id}`,
    name: `n${id}`,
  });
  const leaf = (id: string) => ({ value: `c${id}`, title: `n${id}`, children: [] });
  expect(treeOf([one('1', 'above'), one('2', '1'), one('3', '2'), one('4', '1')])).toEqual([
    { ...leaf('1'), children: [{ ...leaf('2'), children: [leaf('3')] }, leaf('4')] },
  ]);
});
