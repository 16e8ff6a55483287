import { FileExcelOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { organizationChoice } from '../../kit/organizations/choice';

import type { Organization } from '../../api/types';
import { PartChoice } from '../../kit/collection/filter_choice';
import { byNumber } from '../../kit/collection/pages';
import { useConfirm } from '../../kit/confirm/confirm';
import { TreeSelect } from '../../kit/select';
import { dateInChina } from '../../words/time';
import type { Row } from './columns';
import type { Spot } from './grid';
import { Doubles } from './doubles';
import { Grid } from './grid';
import { ProblemList } from './problem_list';
import type { Problem } from './problems';
import { csvOf } from './text';
import { useSend } from './use_send';
import { useTrial } from './use_trial';
import type { Work } from './work';
import {
  isLeft,
  problemsIn,
  ready,
  undecided,
  withCell,
  withChoice,
  withField,
  withInto,
  withSkipped,
} from './work';

/** Rows on a page: so many cells are drawn at once. */
const PAGE = 100;

type Part = 'all' | 'wrong' | 'double' | 'left' | 'written';

interface Props {
  work: Work;
  note: string | null;
  organizations: Organization[];
  onWork: (next: (now: Work) => Work) => void;
  onLeave: () => void;
}

/** The table with its faults, and below it that nothing was changed yet. */
export function Table({ work, note, organizations, onWork, onLeave }: Props) {
  const confirm = useConfirm();
  const [part, setPart] = useState<Part>('all');
  const [number, setNumber] = useState(1);
  const [spot, setSpot] = useState<Spot | null>(null);
  const { send, busy, sent, trouble } = useSend(work, onWork);

  const today = dateInChina(Date.now());
  const problems = useMemo(
    () => problemsIn(work, { organizations, today }),
    [work, organizations, today],
  );
  const byLine = useMemo(() => {
    const lines = new Map<number, Problem[]>();
    for (const one of problems) lines.set(one.line, [...(lines.get(one.line) ?? []), one]);
    return lines;
  }, [problems]);
  const good = useMemo(() => ready(work, problems), [work, problems]);
  const trial = useTrial(work, problems, onWork);
  const doubts = undecided(work).filter(({ line }) => !work.skipped.has(line)).length;
  const { rows } = work.sheet;
  const isIn: Record<Part, (row: Row) => boolean> = {
    all: () => true,
    wrong: ({ line }) => byLine.has(line),
    double: () => false,
    left: ({ line }) => work.skipped.has(line),
    written: ({ line }) => work.written.has(line),
  };
  const shown = rows.filter(isIn[part]);
  const page = byNumber(shown, number, PAGE, setNumber);

  const goTo = (to: Spot) => {
    const said = byLine.get(to.line) ?? [];
    if (said.length > 0 && said.every(({ double }) => double === true)) {
      setPart('double');
      setSpot(null);
      return;
    }
    setPart('all');
    setNumber(Math.floor(rows.findIndex(({ line }) => line === to.line) / PAGE) + 1);
    setSpot(to);
  };
  const onCell = useCallback(
    (at: Spot, text: string) => {
      setSpot(null);
      onWork((now) => withCell(now, at.line, at.at, text));
    },
    [onWork],
  );
  const onSkip = useCallback(
    (line: number, skip: boolean) => {
      setSpot(null);
      onWork((now) => withSkipped(now, line, skip));
    },
    [onWork],
  );

  const wrongLines = byLine.size;
  const asks = async () => {
    const rest = wrongLines + work.skipped.size;
    const said = await confirm({
      title: `写进 ${good.length} 行？`,
      content: `${work.what === 'members' ? '一次写进去，一天之内可以整批撤回。' : ''}${
        work.sheet.fields.includes('status') || work.what === 'households'
          ? ''
          : '表里没有“身份”这一列，新增的都算正式党员。'
      }已经登记过的人，只改表里写的；身份证号、电话、卡号空着的不动。${
        rest > 0 ? `有问题和先不导的 ${rest} 行留在这里，改好可以再写。` : ''
      }`,
      okText: '写进去',
      cancelText: '再看看',
    });
    if (said !== null) await send(good);
  };
  const leave = async () => {
    if (isLeft(work)) {
      const said = await confirm({
        title: '放下这张表？',
        content: '在这里改过的内容就没有了。已经写进去的不受影响。',
        okText: '放下',
        cancelText: '接着改',
      });
      if (said === null) return;
    }
    onLeave();
  };
  const download = () => {
    const header = [...work.sheet.header, '问题'];
    const lines = rows
      .filter(({ line }) => byLine.has(line))
      .map(({ line, cells }) => [
        ...cells,
        (byLine.get(line) ?? []).map(({ words }) => words).join('；'),
      ]);
    // Spreadsheets take a file for UTF-8 by its first character.
    saveText(`\ufeff${csvOf([header, ...lines])}`, '有问题的行.csv');
  };
  const { added, changed, unchanged, elsewhere } = work.sum;
  const none = work.written.size === 0;
  return (
    <div className="import page-filled">
      <div className="import-head">
        <div className="import-source card">
          <FileExcelOutlined aria-hidden />
          <strong>{work.file || '粘贴的表格'}</strong>
          <span>{rows.length} 行</span>
          <Button type="link" disabled={busy} onClick={() => void leave()}>
            换一个
          </Button>
        </div>
        <span className="spacer" />
        <span className="import-count import-count-good">
          可以写 <b>{good.length}</b> 行
        </span>
        <span className={wrongLines > 0 ? 'import-count import-count-wrong' : 'import-count'}>
          有问题 <b>{wrongLines}</b> 行
        </span>
      </div>
      {note !== null && <Alert type="info" showIcon message={note} />}
      {trouble !== null && <Alert type="error" showIcon message={trouble} />}
      {trial.trouble !== null && (
        <Alert
          type="error"
          showIcon
          message={`服务器还没有核对完：${trial.trouble}`}
          action={<Button onClick={trial.again}>再核对一次</Button>}
        />
      )}
      {doubts > 0 && part !== 'double' && (
        <Alert
          type="warning"
          showIcon
          message={`${doubts} 行可能和登记过的人重了，选好是不是一个人才能写进去`}
          action={<Button onClick={() => setPart('double')}>并排看</Button>}
        />
      )}
      <div className="import-panes">
        <section className="card import-table" aria-label="表格">
          <div className="import-bar">
            <PartChoice<Part>
              label="看哪些行"
              value={part}
              choices={[
                { value: 'all', label: `全部 ${rows.length}` },
                { value: 'wrong', label: `有问题 ${wrongLines}` },
                ...(work.what === 'members'
                  ? [{ value: 'double' as const, label: `可能重了 ${work.doubles.length}` }]
                  : []),
                { value: 'left', label: `先不导 ${work.skipped.size}` },
                { value: 'written', label: `写好了 ${work.written.size}` },
              ]}
              onChange={(one) => {
                setPart(one);
                setNumber(1);
                setSpot(null);
              }}
            />
            <label htmlFor="import-into">没写单位的算到</label>
            <TreeSelect
              id="import-into"
              className="import-into"
              allowClear
              placeholder="不选，每行都要写"
              {...organizationChoice(organizations)}
              value={work.into === '' ? null : work.into}
              onChange={(code: string | null | undefined) =>
                onWork((now) => withInto(now, code ?? ''))
              }
            />
            <span className="spacer" />
            <span className="import-quiet">列已自动对上，不对就点列名改</span>
          </div>
          {part === 'double' && (
            <Doubles
              work={work}
              doubles={work.doubles}
              onChoose={(line, member, same) =>
                onWork((now) => withChoice(now, line, member, same))
              }
            />
          )}
          {part !== 'double' && (
            <Grid
              work={work}
              rows={page.rows}
              problems={byLine}
              spot={spot}
              onSpot={setSpot}
              onCell={onCell}
              onField={(at, field) => onWork((now) => withField(now, at, field))}
              onSkip={onSkip}
            />
          )}
          {part !== 'double' && page.pager && (
            <nav className="pager" aria-label="翻页">
              <span>{page.pager.words}</span>
              <span className="spacer" />
              <Button
                disabled={page.pager.onPrevious === null}
                onClick={() => page.pager?.onPrevious?.()}
              >
                上一页
              </Button>
              <Button disabled={page.pager.onNext === null} onClick={() => page.pager?.onNext?.()}>
                下一页
              </Button>
            </nav>
          )}
        </section>
        <ProblemList
          problems={problems}
          lines={wrongLines}
          spot={spot}
          onSpot={goTo}
          onDownload={download}
        />
      </div>
      <footer className="import-foot">
        <SafetyCertificateOutlined aria-hidden />
        <span role="status">
          {busy ? (
            <strong>正在写：{sent} 行……</strong>
          ) : none ? (
            <>
              <strong>到现在什么都没有改。</strong>
              {trial.judging ? '服务器正在核对……' : '按了“确认导入”才写进去。'}
            </>
          ) : (
            <>
              <strong>写进了 {work.written.size} 行：</strong>新增 {added}，更改 {changed}，没有变化{' '}
              {unchanged}
              {elsewhere > 0 && `，已登记在别处没有动 ${elsewhere}`}。其余的都没有动。
            </>
          )}
        </span>
        <span className="spacer" />
        <Button disabled={busy} onClick={() => void leave()}>
          {none ? '取消导入' : '完成'}
        </Button>
        <Button
          type="primary"
          disabled={good.length === 0 || trial.judging}
          loading={busy}
          onClick={() => void asks()}
        >
          确认导入 {good.length} 行{wrongLines > 0 && `，留下 ${wrongLines} 行`}
        </Button>
      </footer>
    </div>
  );
}

function saveText(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
