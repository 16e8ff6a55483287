import { expect, it } from 'vitest';

import type { StaffEvaluation } from '../../api/types';
import { momentOf } from '../../kit/china_calendar';
import { copyOf, draftOf, faultsOf, fieldsOf, read, suggestedTimes } from './draft';

const at = (text: string) => new Date(`${text}+08:00`).getTime();
const NOW = at('2026-11-25T15:30:00');

const ONE: StaffEvaluation = {
  version: 2,
  organization_code: 'QH',
  target_code: 'SL',
  statuses: ['full'],
  took_part: 0,
  on_paper: 0,
  paper_unmatched: 0,
  objections: [],
  evaluation: {
    id: 'e1',
    title: '水利站评议',
    evaluation_kind: 'evaluation',
    list: 'evaluations',
    organization: { id: 'o', name: '清河镇' },
    target: '水利站',
    about: '评一评',
    named: false,
    state: 'draft',
    announced_at_ms: 0,
    opens_at_ms: at('2026-12-01T08:00:00'),
    closes_at_ms: at('2026-12-07T20:00:00'),
    form: {
      questions: [
        {
          id: 'q1',
          text: '好不好',
          hint: '',
          required: false,
          page: 0,
          kind: { kind: 'one', options: ['好', '差'] },
        },
      ],
    },
  },
};

it('gives back what it was given', () => {
  expect(draftOf(fieldsOf(ONE))).toEqual({
    title: '水利站评议',
    kind: 'evaluation',
    organization_code: 'QH',
    target_code: 'SL',
    list: 'evaluations',
    about: '评一评',
    statuses: ['full'],
    named: false,
    opens_at_ms: ONE.evaluation.opens_at_ms,
    closes_at_ms: ONE.evaluation.closes_at_ms,
    form: ONE.evaluation.form,
  });
});

it('judges nobody where nobody was chosen', () => {
  expect(draftOf({ ...fieldsOf(ONE), target_code: undefined })).not.toHaveProperty('target_code');
});

it('begins three days from now, in China, and lasts a week', () => {
  const { opens_at, closes_at } = suggestedTimes(NOW);
  expect(momentOf(opens_at)).toBe(at('2026-11-28T08:00:00'));
  expect(momentOf(closes_at)).toBe(at('2026-12-05T20:00:00'));
});

it('copies the questions, not the time', () => {
  const copy = draftOf(copyOf(ONE, NOW));
  expect(copy.form).toEqual(ONE.evaluation.form);
  expect(copy.opens_at_ms).toBe(at('2026-11-28T08:00:00'));
});

it('finds the question that the server complains of', () => {
  const faults = faultsOf(
    [
      { field: 'title', message: '标题太长' },
      { field: 'form.questions[0]', message: '第 1 题：有两个选项一样' },
      { field: 'form.questions[7]', message: '第 8 题：没有' },
      { field: 'form.questions', message: '至少要有一道题' },
    ],
    ONE.evaluation.form,
  );
  expect([...faults]).toEqual([['q1', ['有两个选项一样']]]);
});

it('reads values in words', () => {
  const nameOf = (code: string) => (code === 'QH' ? '清河镇' : undefined);
  expect(read('organization_code', 'QH', nameOf, NOW)).toBe('清河镇');
  expect(read('statuses', [], nameOf, NOW)).toBe('所有登记的人');
  expect(read('named', false, nameOf, NOW)).toBe('不记名');
  expect(read('questions', ONE.evaluation.form, nameOf, NOW)).toContain('好不好\t单选\t好、差');
  expect(read('opens_at', suggestedTimes(NOW).opens_at, nameOf, NOW)).toBe('11月28日 08:00');
});
