import { expect, it } from 'vitest';

import { Refusal } from '../../api/refusal';
import type { StaffCategory } from '../../api/types';
import { draftOf, fieldsOf, lines, read, taken } from './draft';

const CATEGORY: StaffCategory = {
  id: 'c',
  code: 'farming',
  version: 3,
  organization: { id: 'o', name: '清河镇' },
  office: '镇农业农村办公室',
  draft: {
    organization_code: 'QH',
    digit: 1,
    title: '农业技术服务',
    icon: 'plant',
    about: '种地、养殖',
    kind: 'service',
    office_code: 'NY',
    response_hours: 24,
    clock: 'working',
    least_level: 'township',
    sentences: ['果树叶子发黄', '想测土'],
    papers: ['身份证'],
    canned_replies: [],
  },
};

it('gives back what it was given', () => {
  expect(draftOf(fieldsOf(CATEGORY))).toEqual(CATEGORY.draft);
});

it('lets the village answer where no office was chosen, and gives suggestions no key', () => {
  const fields = { ...fieldsOf(CATEGORY), office_code: undefined, kind: 'suggestion' as const };
  expect(draftOf(fields)).not.toHaveProperty('office_code');
  expect(draftOf(fields).digit).toBe(0);
});

it('takes one sentence a line', () => {
  expect(lines(' 果树叶子发黄 \n\n想测土\n')).toEqual(['果树叶子发黄', '想测土']);
  expect(lines('\n')).toEqual([]);
});

it('says at the code that it is taken', () => {
  const said = taken(new Refusal(412, 'stale', '别人刚刚改过')) as Refusal;
  expect(said.fields.map(({ field }) => field)).toEqual(['code']);
  const other = new Refusal(422, 'invalid', '不对');
  expect(taken(other)).toBe(other);
});

it('reads values in words', () => {
  const nameOf = (code: string) => (code === 'QH' ? '清河镇' : undefined);
  expect(read('kind', 'confidential', nameOf)).toBe('举报投诉');
  expect(read('clock', 'working', nameOf)).toBe('只算工作时间');
  expect(read('least_level', 'county', nameOf)).toBe('县里');
  expect(read('response_hours', 24, nameOf)).toBe('24 小时');
  expect(read('digit', 3, nameOf)).toBe('3');
  expect(read('organization_code', 'QH', nameOf)).toBe('清河镇');
});
