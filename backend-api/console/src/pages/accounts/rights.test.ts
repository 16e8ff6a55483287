import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import type { Action, Role } from '../../api/types';
import { allows, grantable, ROLES, said, tableOf } from './rights';

const DECISION = fileURLToPath(
  new URL('../../../../../docs/decisions/0009-people.md', import.meta.url),
);

/** The rows of the decision's table by what they are about, as the server's own test reads them. */
const rows = new Map(
  readFileSync(DECISION, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.split('|').length === 8)
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => [cells[1] ?? '', cells.slice(2, 7)]),
);

const ABOUT: Partial<Record<Action, string>> = {
  read: 'read bulletins, terminals, results',
  write: 'write bulletins',
  publish: 'publish',
  admit: 'admit and revoke terminals',
  revoke: 'admit and revoke terminals',
  organize: 'organizations, sections',
  configure: 'organizations, sections',
  read_members: 'read members (masked), households',
  write_members: 'write members, households, PINs, transfers',
  reveal: 'reveal personal numbers',
  purge: 'purge',
  roll_call: 'make, open, close, correct roll calls',
  direct: 'plan, start, direct, end meetings',
  duty: 'make and look into duty rooms',
  serve: 'handle requests and suggestions',
  confide: 'confidential reports to the own office',
  evaluate: 'enter paper ballots, answer objections',
  accounts: 'accounts and sessions of others',
  read_audit: 'audit log',
};

describe('the table of the decision', () => {
  it.each(Object.entries(ABOUT) as [Action, string][])('says who may %s', (action, about) => {
    const row = rows.get(about);
    expect(row).toBeDefined();
    expect(ROLES.map((role) => (allows(role, action) ? '✓' : ''))).toEqual(row);
  });
});

it('gives nobody more than they have', () => {
  const granted = (own: Role) => ROLES.map((role) => grantable(own).includes(role));
  expect(granted('platform_administrator')).toEqual([true, true, true, true, true]);
  expect(granted('organization_staff')).toEqual([false, true, true, true, true]);
  for (const role of ['office_publisher', 'branch_secretary', 'reader'] as const) {
    expect(grantable(role)).toEqual([]);
  }
  expect(grantable(undefined)).toEqual([]);
});

it('says a role in one sentence', () => {
  expect(said('reader')).toMatchObject({ can: ['看名册'] });
  expect(said('organization_staff').cannot).toEqual([]);
  expect(said('platform_administrator').cannot).toEqual(['看交给本单位的举报投诉']);
  // Making an evaluation takes two rights.
  expect(said('branch_secretary').cannot).toContain('办评议');
});

it('shows in the table what the sentence says', () => {
  const secretary = new Map(tableOf('branch_secretary').map((line) => [line.thing, line]));
  expect(secretary.get('发布')).toMatchObject({ see: true, act: true, decide: false });
  expect(secretary.get('评议')?.but).toContain('纸质票');
  const publisher = new Map(tableOf('office_publisher').map((line) => [line.thing, line]));
  expect(publisher.get('人员与户')).toMatchObject({ see: false, act: false });
  expect(publisher.get('点名')?.but).toContain('没有姓名');
});
