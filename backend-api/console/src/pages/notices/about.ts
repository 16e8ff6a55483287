import type { Action } from '../../api/types';

/** Pages of what a notice is about, by the kind of thing; the id follows. */
const PAGES: Readonly<Record<string, string>> = {
  request: '/services?open=',
  suggestion: '/services/suggestions?open=',
  report: '/reports?open=',
  evaluation: '/services/evaluations/',
  submission: '/publish/submissions?open=',
};

/** Where one can handle what a notice is about (`request:<id>`); nothing where there is no page for it. */
export function pageOf(subject: string): string | undefined {
  const [kind = '', id = ''] = subject.split(':', 2);
  const page = Object.hasOwn(PAGES, kind) ? PAGES[kind] : undefined;
  return page === undefined || id === '' ? undefined : page + encodeURIComponent(id);
}

/** What it takes to say of a notice that it was looked at. */
export function rightTo(kind: string): Action {
  if (kind.startsWith('report_')) return 'confide';
  if (kind === 'new_submission') return 'publish';
  if (kind === 'submission_returned') return 'write';
  return kind.startsWith('request_') ? 'serve' : 'write_members';
}
