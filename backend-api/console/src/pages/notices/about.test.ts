import { expect, it } from 'vitest';

import { pageOf, rightTo } from './about';

it('a notice leads to what it is about', () => {
  expect(pageOf('request:0199')).toBe('/services?open=0199');
  expect(pageOf('suggestion:0199')).toBe('/services/suggestions?open=0199');
  expect(pageOf('report:0199')).toBe('/reports?open=0199');
  expect(pageOf('evaluation:0199')).toBe('/services/evaluations/0199');
  expect(pageOf('submission:0199')).toBe('/publish/submissions?open=0199');
});

it('where there is no page there is no link', () => {
  for (const subject of ['member:0199', 'constructor:x', 'request:', 'request', '']) {
    expect(pageOf(subject)).toBeUndefined();
  }
});

it('who may answer a request has looked at its notice', () => {
  expect(rightTo('request_overdue')).toBe('serve');
  expect(rightTo('report_due_soon')).toBe('confide');
  expect(rightTo('new_submission')).toBe('publish');
  expect(rightTo('submission_returned')).toBe('write');
  expect(rightTo('pin_locked')).toBe('write_members');
});
