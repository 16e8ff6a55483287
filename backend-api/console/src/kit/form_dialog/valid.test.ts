import { expect, it, vi } from 'vitest';

import { validOf } from './valid';

const form = (answer: () => Promise<{ title: string }>) => ({
  validateFields: vi.fn(answer) as never,
  scrollToField: vi.fn(),
});

it('is what was written', async () => {
  const good = form(() => Promise.resolve({ title: '党课' }));
  expect(await validOf(good)).toEqual({ title: '党课' });
  expect(good.scrollToField).not.toHaveBeenCalled();
});

it('is nothing while a field is wrong, and shows the first of these', async () => {
  const errorFields = [{ name: ['title'] }, { name: ['agenda'] }];
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as Ant Design does
  const wrong = form(() => Promise.reject({ values: {}, errorFields, outOfDate: false }));
  expect(await validOf(wrong)).toBeNull();
  expect(wrong.scrollToField).toHaveBeenCalledWith(['title'], { focus: true });
});
