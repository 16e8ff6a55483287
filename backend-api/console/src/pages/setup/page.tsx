import './places.css';

import { Alert, Button, Result } from 'antd';
import { useEffect, useRef, useState } from 'react';

import { useOrganizations } from '../../api/places';
import { Refusal, sentence } from '../../api/refusal';
import { useMe } from '../../api/session';
import { useImportOrganizations } from '../../api/setup';
import type { Organization, OrganizationRow } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { InSight } from '../../kit/in_sight';
import { useLeaveGuard } from '../../kit/leave/leave_guard';
import { LinkButton } from '../../kit/link_button';
import { Page } from '../../kit/page/page';
import { Problem } from '../../kit/problem';
import { Grid } from './grid';
import type { Row } from './rows';
import { codesFor, counted, EMPTY, isEmpty, sending, troublesOf } from './rows';

/** Rows to begin with. */
const ROOM = 12;

const GIVE_UP = {
  title: '还没有录入，要离开吗？',
  content: '离开以后，表里写的就没有了。',
  okText: '离开',
  cancelText: '接着写',
} as const;

/** Villages, offices and branches of the place, typed or pasted: the last step of setting up, and good later, too. */
export function PlacesPage() {
  const organizations = useOrganizations();
  const me = useMe().data;
  return (
    <Page title="村和站所">
      {organizations.isError && (
        <Problem error={organizations.error} retry={organizations.refetch} />
      )}
      {organizations.data && me && (
        <Places
          there={organizations.data}
          own={me.organization_code}
          place={me.organization.name}
        />
      )}
    </Page>
  );
}

interface Props {
  /** Those that there are. */
  there: Organization[];
  /** Code and name of the own organization. */
  own: string;
  place: string;
}

/** What was looked through and found good. */
interface Good {
  rows: OrganizationRow[];
}

function Places({ there, own, place }: Props) {
  const [rows, setRows] = useState<Row[]>(() => Array.from({ length: ROOM }, () => EMPTY));
  const [troubles, setTroubles] = useState<ReadonlyMap<string, string>>(new Map());
  const [words, setWords] = useState<string | null>(null);
  const [good, setGood] = useState<Good | null>(null);
  const [made, setMade] = useState<string | null>(null);
  const importing = useImportOrganizations();
  const confirm = useConfirm();
  const filled = rows.some((row) => !isEmpty(row));
  useLeaveGuard(filled && made === null, GIVE_UP);
  const table = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (troubles.size > 0) table.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [troubles]);

  const change = (after: Row[]) => {
    // There is always a free row below.
    const last = after[after.length - 1];
    setRows(last && !isEmpty(last) ? [...after, EMPTY] : after);
    setTroubles(new Map());
    setWords(null);
    setGood(null);
  };
  const told = (error: unknown, at: readonly number[]) => {
    const said = troublesOf(error instanceof Refusal ? error.fields : [], at);
    setTroubles(said.troubles);
    setGood(null);
    setWords(said.rest.join('') || (said.troubles.size === 0 ? sentence(error) : null));
  };
  const look = async () => {
    const sent = sending(rows, own, there);
    setWords(null);
    if (sent.troubles.size > 0) {
      setTroubles(sent.troubles);
      return;
    }
    try {
      const { problems } = await importing.mutateAsync({ rows: sent.rows, dry: true });
      const said = troublesOf(problems, sent.at);
      setTroubles(said.troubles);
      if (said.rest.length > 0) setWords(said.rest.join(''));
      else if (said.troubles.size === 0) setGood({ rows: sent.rows });
    } catch (error) {
      told(error, sent.at);
    }
  };
  const write = async ({ rows: wanted }: Good) => {
    const { at } = sending(rows, own, there);
    const what = counted(wanted);
    const said = await confirm({
      title: `录入 ${what}？`,
      content: `都归到${place}下面。录入以后，名称和代码只能在服务器上用导入来改，请看清楚。`,
      okText: '确认录入',
      cancelText: '再看看',
    });
    if (said === null) return;
    try {
      await importing.mutateAsync({ rows: wanted, dry: false });
      setMade(what);
    } catch (error) {
      told(error, at);
    }
  };

  if (made !== null) {
    return (
      <Result
        status="success"
        title={`已录入 ${made}`}
        subTitle="接下来在“今天”里录人员、接电视、发第一条通知。"
        extra={[
          <LinkButton key="today" type="primary" to="/">
            去“今天”
          </LinkButton>,
          <Button
            key="more"
            onClick={() => {
              setMade(null);
              change(Array.from({ length: ROOM }, () => EMPTY));
            }}
          >
            再录一些
          </Button>,
        ]}
      />
    );
  }
  const below = there.length - 1;
  return (
    <div className="places">
      <p className="places-how">
        在 Excel 或 WPS
        里选中村名（可以连同类别、代码、上级，第一行是列名也行），复制，点下面任意一格，按 Ctrl +
        V。上级不写，就是{place}。{below > 0 && `已经有 ${below} 个，这里只写新的。`}
      </p>
      <div ref={table}>
        <Grid
          rows={rows}
          codes={codesFor(rows, own, there)}
          place={place}
          troubles={troubles}
          onChange={change}
        />
      </div>
      {words !== null && (
        <InSight>
          <Alert type="error" showIcon message={words} />
        </InSight>
      )}
      <footer className="page-foot">
        <span role="status">
          {troubles.size > 0
            ? `${troubles.size} 处要改，已标在格子上。什么都没有改。`
            : good !== null
              ? `${counted(good.rows)}，没有问题。点“确认”以前什么都不改。`
              : '还没有写入：点“确认”以前什么都不改。'}
        </span>
        <span className="spacer" />
        <LinkButton to="/">先不录，去“今天”</LinkButton>
        {good === null ? (
          <Button
            type="primary"
            disabled={!filled}
            loading={importing.isPending}
            onClick={() => void look()}
          >
            检查
          </Button>
        ) : (
          <Button type="primary" loading={importing.isPending} onClick={() => void write(good)}>
            确认录入…
          </Button>
        )}
      </footer>
    </div>
  );
}
