import './finance.css';

import { useCallback, useState } from 'react';

import { useOrganizations } from '../../api/places';
import { Page } from '../../kit/page/page';
import { Problem } from '../../kit/problem';
import { dateInChina } from '../../words/time';
import { Sheet } from './sheet';
import { Start } from './start';
import type { Work } from './work';

/** 财务公开: a month's accounts, judged by the server before a draft is made of them. */
export function FinancePage() {
  const [work, setWork] = useState<Work | null>(null);
  const organizations = useOrganizations();
  const change = useCallback(
    (next: (now: Work) => Work) => setWork((now) => (now === null ? null : next(now))),
    [],
  );
  return (
    <Page
      title="发布"
      tab="财务公开"
      note={work === null ? '每月一张收支表，账对上了再生成公示的草稿。' : undefined}
      flush={work !== null}
    >
      {organizations.error && !organizations.data && (
        <Problem error={organizations.error} retry={organizations.refetch} />
      )}
      {organizations.data &&
        (work === null ? (
          <Start
            organizations={organizations.data}
            today={dateInChina(Date.now())}
            onRead={setWork}
          />
        ) : (
          <Sheet
            work={work}
            organizations={organizations.data}
            onWork={change}
            onLeave={() => setWork(null)}
          />
        ))}
    </Page>
  );
}
