import { expect, it } from 'vitest';

import { Refusal } from '../../api/refusal';
import type { StaffBranch } from '../../api/types';
import { draftOf, fieldsOf, paragraphs, read, taken } from './draft';

const file = { name: 'a.jpg', bytes: 1, media_type: 'image/jpeg' };
const page: StaffBranch = {
  id: 'o',
  organization: { id: 'o', name: '石桥村' },
  organization_code: 'C07',
  version: 3,
  published_at_ms: 0,
  members: 46,
  draft: {
    audience_code: 'QH',
    secretary: '王芳',
    telephone: '0512-40000001',
    photo: { screen: file, thumb: file, width: 8, height: 8 },
    introduction: ['全村三百户。', '有苹果园。'],
  },
};

it('writes a paragraph a line', () => {
  expect(paragraphs('  全村三百户。\n\n\u3000\n有苹果园。\n')).toEqual([
    '全村三百户。',
    '有苹果园。',
  ]);
  expect(paragraphs(' \n ')).toEqual([]);
});

it('gives back what it was given, the photograph too', () => {
  expect(draftOf(fieldsOf(page), page)).toEqual(page.draft);
  expect(draftOf(fieldsOf(page), undefined)).not.toHaveProperty('photo');
});

it('says at the organization that it has a page already', () => {
  const said = taken(new Refusal(412, 'stale', '别人刚刚改过'));
  expect(said).toBeInstanceOf(Refusal);
  expect((said as Refusal).fields.map(({ field }) => field)).toEqual(['organization_code']);
  const other = new Refusal(422, 'invalid', '不对');
  expect(taken(other)).toBe(other);
  const odd = new Error('x');
  expect(taken(odd)).toBe(odd);
});

it('reads a code as the name of its organization', () => {
  const nameOf = (code: string) => (code === 'QH' ? '清河镇' : undefined);
  expect(read('QH', nameOf)).toBe('清河镇');
  expect(read('王芳', nameOf)).toBe('王芳');
  expect(read(undefined, nameOf)).toBe('');
});
